"""May this person compose today, and which event made it so? For pages, receipts and support."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.rows import class_row
from psycopg_pool import ConnectionPool

from domain.billing import Price
from domain.purchase import Purchase
from domain.user import User
from projections.change import Amend, Change, Ensure, Insert, Values
from projections.projection import Projection


@dataclass(frozen=True, slots=True)
class Entitlement:
    """The paid tier of one person, made by the event of that version of the account."""

    user_id: UUID
    paid_until: datetime | None
    granted: bool
    made_by_version: int
    made_at: datetime

    def holds(self, at: datetime) -> bool:
        """Say whether the paid tier holds at a moment."""
        return self.granted or (self.paid_until is not None and at < self.paid_until)


@dataclass(frozen=True, slots=True)
class PurchaseEntry:
    """One purchase as its buyer finds it."""

    purchase_id: UUID
    buyer_id: UUID
    plan: str
    amount: int
    currency: str
    started_at: datetime
    paid_at: datetime | None

    @property
    def price(self) -> Price:
        """Return the amount with its currency."""
        return Price(self.amount, self.currency)


@dataclass(frozen=True, slots=True)
class Entitlements:
    """Questions about tiers and purchases."""

    pool: ConnectionPool[Any]

    def of(self, user_id: UUID) -> Entitlement | None:
        """Return the paid tier of a person, None if there never was one."""
        return self.of_all([user_id]).get(user_id)

    def of_all(self, user_ids: Iterable[UUID]) -> dict[UUID, Entitlement]:
        """Return the paid tiers of several people."""
        with self.pool.connection() as connection:
            cursor = connection.cursor(row_factory=class_row(Entitlement))
            rows = cursor.execute(
                """
                SELECT user_id, paid_until, granted, made_by_version, made_at
                FROM entitlements.entitlement WHERE user_id = ANY(%s)
                """,
                (list(user_ids),),
            ).fetchall()
        return {row.user_id: row for row in rows}

    def paid_purchases(self, buyer_id: UUID) -> list[PurchaseEntry]:
        """Return what a person paid, newest first."""
        with self.pool.connection() as connection:
            cursor = connection.cursor(row_factory=class_row(PurchaseEntry))
            rows: list[PurchaseEntry] = cursor.execute(
                """
                SELECT purchase_id, buyer_id, plan, amount, currency, started_at, paid_at
                FROM entitlements.purchase
                WHERE buyer_id = %s AND paid_at IS NOT NULL
                ORDER BY paid_at DESC
                """,
                (buyer_id,),
            ).fetchall()
        return rows


def bought(event: User.TierPurchased, _: int) -> Iterable[Change]:
    """Return that the paid tier begins or is extended."""
    yield from entitled(event, {"paid_until": event.until})


def given(event: User.TierGranted, _: int) -> Iterable[Change]:
    """Return that the paid tier is given."""
    yield from entitled(event, {"granted": True})


def entitled(event: User.Event, tier: Values) -> Iterable[Change]:
    """Return what a tier is made of now, and the event that made it so."""
    made = {"made_by_version": event.originator_version, "made_at": event.timestamp}
    user = {"user_id": event.originator_id}
    yield Ensure("entitlement", user, {"paid_until": None, "granted": False, **made})
    yield Amend("entitlement", user, {**tier, **made})


def started(event: Purchase.PurchaseStarted, _: int) -> Iterable[Change]:
    """Return a new try to pay."""
    yield Insert(
        "purchase",
        {"purchase_id": event.originator_id},
        {
            "buyer_id": event.by,
            "plan": event.plan,
            "amount": event.amount,
            "currency": event.currency,
            "started_at": event.timestamp,
            "paid_at": None,
        },
    )


def confirmed(event: Purchase.PaymentConfirmed, _: int) -> Iterable[Change]:
    """Return that a purchase is paid."""
    yield Amend("purchase", {"purchase_id": event.originator_id}, {"paid_at": event.timestamp})


ENTITLEMENTS = Projection(
    "entitlements",
    {
        User.TierPurchased: bought,
        User.TierGranted: given,
        Purchase.PurchaseStarted: started,
        Purchase.PaymentConfirmed: confirmed,
    },
)
