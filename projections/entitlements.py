"""May this person compose, today or on that day, and which event made it so."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.rows import class_row
from psycopg_pool import ConnectionPool

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
class TierChange:
    """One event that made somebody able to compose, or changed until when; without an end a gift.

    `cause` says why: "purchased", "granted", or one of `domain.tier.TierEnd`.
    """

    user_id: UUID
    version: int
    at: datetime
    by: UUID
    cause: str
    until: datetime | None
    purchase_id: UUID | None


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

    def history(self, user_id: UUID) -> list[TierChange]:
        """Return every change of a person's paid tier, newest first."""
        with self.pool.connection() as connection:
            cursor = connection.cursor(row_factory=class_row(TierChange))
            rows: list[TierChange] = cursor.execute(
                """
                SELECT user_id, version, at, by, cause, until, purchase_id
                FROM entitlements.tier_change WHERE user_id = %s ORDER BY version DESC
                """,
                (user_id,),
            ).fetchall()
        return rows


def able_during(history: list[TierChange], since: datetime, until: datetime) -> list[TierChange]:
    """Return the events that made somebody able to compose within a time, newest first.

    `history` is all of it, newest first. An event counts until the next one, or until its own end.
    """
    gift = min((one for one in history if one.until is None), key=lambda one: one.at, default=None)
    found, next_at = [], until
    for one in history:
        ends_at = until if one.until is None else min(one.until, next_at)
        if one is gift or (gift is None or one.at < gift.at):
            if one.at < until and since < ends_at and one.at < ends_at:
                found.append(one)
            next_at = one.at
    return found


def bought(event: User.TierPurchased, _: int) -> Iterable[Change]:
    """Return that the paid tier begins or is extended."""
    yield from entitled(event, {"paid_until": event.until})
    yield changed(event, "purchased", until=event.until, purchase_id=event.purchase_id)


def ends_otherwise(event: User.TierEndChanged, _: int) -> Iterable[Change]:
    """Return that the paid tier is kept for a while, or ends early."""
    yield from entitled(event, {"paid_until": event.until})
    yield changed(event, event.cause, until=event.until)


def given(event: User.TierGranted, _: int) -> Iterable[Change]:
    """Return that the paid tier is given."""
    yield from entitled(event, {"granted": True})
    yield changed(event, "granted", until=None)


def entitled(event: User.Event, tier: Values) -> Iterable[Change]:
    """Return what a tier is made of now, and the event that made it so."""
    made = {"made_by_version": event.originator_version, "made_at": event.timestamp}
    user = {"user_id": event.originator_id}
    yield Ensure("entitlement", user, {"paid_until": None, "granted": False, **made})
    yield Amend("entitlement", user, {**tier, **made})


def changed(
    event: User.Event, cause: str, *, until: datetime | None, purchase_id: UUID | None = None
) -> Insert:
    """Return a line of the history."""
    return Insert(
        "tier_change",
        {"user_id": event.originator_id, "version": event.originator_version},
        {
            "at": event.timestamp,
            "by": event.by,
            "cause": cause,
            "until": until,
            "purchase_id": purchase_id,
        },
    )


ENTITLEMENTS = Projection(
    "entitlements",
    {
        User.TierPurchased: bought,
        User.TierEndChanged: ends_otherwise,
        User.TierGranted: given,
    },
)
