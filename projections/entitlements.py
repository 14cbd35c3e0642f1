"""May this person compose today, and which event made it so? For pages, receipts and support."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.rows import class_row
from psycopg_pool import ConnectionPool

from domain.ports import Price
from domain.purchase import Purchase
from domain.user import User
from eventlog.log import Recorded
from projections.projection import Change, Projection


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


def changes(recorded: Recorded) -> Iterable[Change]:
    """Return what an event changes in entitlements."""
    event = recorded.event
    match event:
        case User.TierPurchased():
            yield entitled(event, paid_until=event.until, granted=False)
        case User.TierGranted():
            yield entitled(event, paid_until=None, granted=True)
        case Purchase.PurchaseStarted():
            yield started(event)
        case Purchase.PaymentConfirmed():
            yield Change(
                "UPDATE purchase SET paid_at = %(at)s WHERE purchase_id = %(id)s",
                {"id": event.originator_id, "at": event.timestamp},
            )
        case _:
            pass


def entitled(event: User.Event, *, paid_until: datetime | None, granted: bool) -> Change:
    """Return that the paid tier begins, is extended, or is given."""
    return Change(
        """
        INSERT INTO entitlement (user_id, paid_until, granted, made_by_version, made_at)
        VALUES (%(id)s, %(until)s, %(granted)s, %(version)s, %(at)s)
        ON CONFLICT (user_id) DO UPDATE SET
            paid_until = coalesce(EXCLUDED.paid_until, entitlement.paid_until),
            granted = EXCLUDED.granted OR entitlement.granted,
            made_by_version = EXCLUDED.made_by_version,
            made_at = EXCLUDED.made_at
        """,
        {
            "id": event.originator_id,
            "until": paid_until,
            "granted": granted,
            "version": event.originator_version,
            "at": event.timestamp,
        },
    )


def started(event: Purchase.PurchaseStarted) -> Change:
    """Return a new try to pay."""
    return Change(
        """
        INSERT INTO purchase (purchase_id, buyer_id, plan, amount, currency, started_at)
        VALUES (%(id)s, %(by)s, %(plan)s, %(amount)s, %(currency)s, %(at)s)
        """,
        {
            "id": event.originator_id,
            "by": event.by,
            "plan": event.plan,
            "amount": event.amount,
            "currency": event.currency,
            "at": event.timestamp,
        },
    )


ENTITLEMENTS = Projection("entitlements", changes)
