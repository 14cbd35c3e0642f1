"""What became of each notice: who was told of what, by which way, and whether it arrived."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.rows import class_row
from psycopg_pool import ConnectionPool

from domain.notification import Fate, Notification
from projections.change import Amend, Change, Insert, Values
from projections.projection import Projection


@dataclass(frozen=True, slots=True)
class Delivery:
    """One notice. `status` is an enhanced status code (RFC 3463), if it came back with one.

    `doubts` are attempts whose answer was lost, so that it may have gone out more than once.
    """

    notice_id: UUID
    recipient_id: UUID
    occasion: str
    channel: str
    owed_at: datetime
    fate: str
    changed_at: datetime
    carrier: str | None
    reference: str | None
    status: str | None
    attempts: int
    doubts: int


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened to a notice, with the position of the event that says so."""

    position: int
    happened_at: datetime
    kind: str
    detail: str
    in_doubt: bool


DELIVERY = """
SELECT notice_id, recipient_id, occasion, channel, owed_at, fate, changed_at, carrier, reference,
    status,
    (SELECT count(*) FROM deliveries.step WHERE step.notice_id = notice.notice_id
        AND kind IN ('deferred', 'accepted', 'refused', 'abandoned')) AS attempts,
    (SELECT count(*) FROM deliveries.step WHERE step.notice_id = notice.notice_id
        AND in_doubt) AS doubts
FROM deliveries.notice
"""


@dataclass(frozen=True, slots=True)
class Deliveries:
    """Questions about what became of notices."""

    pool: ConnectionPool[Any]

    def of(self, notice_id: UUID) -> Delivery | None:
        """Return one notice."""
        with self.pool.connection() as connection:
            cursor = connection.cursor(row_factory=class_row(Delivery))
            row: Delivery | None = cursor.execute(
                DELIVERY + "WHERE notice_id = %s", (notice_id,)
            ).fetchone()
        return row

    def to(self, user_id: UUID, limit: int = 50) -> list[Delivery]:
        """Return the notices to one person, newest first."""
        with self.pool.connection() as connection:
            cursor = connection.cursor(row_factory=class_row(Delivery))
            rows: list[Delivery] = cursor.execute(
                DELIVERY + "WHERE recipient_id = %s ORDER BY owed_at DESC, notice_id LIMIT %s",
                (user_id, limit),
            ).fetchall()
        return rows

    def newest(self, limit: int = 50, *, fates: Iterable[str] = tuple(Fate)) -> list[Delivery]:
        """Return the notices to which something happened last, newest first."""
        with self.pool.connection() as connection:
            cursor = connection.cursor(row_factory=class_row(Delivery))
            rows: list[Delivery] = cursor.execute(
                DELIVERY + "WHERE fate = ANY(%s) ORDER BY changed_at DESC, notice_id LIMIT %s",
                (list(fates), limit),
            ).fetchall()
        return rows

    def life_of(self, notice_id: UUID) -> list[Step]:
        """Return everything that happened to a notice, oldest first."""
        with self.pool.connection() as connection:
            cursor = connection.cursor(row_factory=class_row(Step))
            rows: list[Step] = cursor.execute(
                """
                SELECT position, happened_at, kind, detail, in_doubt FROM deliveries.step
                WHERE notice_id = %s ORDER BY version
                """,
                (notice_id,),
            ).fetchall()
        return rows

    def doubts(self) -> int:
        """Return how many attempts may have made a duplicate, since their answer was lost."""
        with self.pool.connection() as connection:
            row = connection.execute(
                "SELECT count(*) FROM deliveries.step WHERE in_doubt"
            ).fetchone()
        return int(row[0]) if row else 0


def owed(event: Notification.NotificationOwed, position: int) -> Iterable[Change]:
    """Return a new notice."""
    values = {
        "recipient_id": event.recipient_id,
        "occasion": event.occasion,
        "channel": event.channel,
        "owed_at": event.timestamp,
        "fate": Fate.OWED.value,
        "changed_at": event.timestamp,
        "carrier": None,
        "reference": None,
        "status": None,
    }
    yield Insert("notice", {"notice_id": event.originator_id}, values)
    yield step(event, position, "owed", event.channel)


def deferred(event: Notification.NotificationDeferred, position: int) -> Iterable[Change]:
    """Return an attempt that failed for now."""
    yield notice(event, {})
    yield step(event, position, "deferred", event.cause, in_doubt=event.in_doubt)


def accepted(event: Notification.NotificationAccepted, position: int) -> Iterable[Change]:
    """Return that a carrier took it."""
    told = {"carrier": event.carrier, "reference": event.reference}
    yield notice(event, {"fate": Fate.ACCEPTED.value, **told})
    yield step(event, position, "accepted", f"{event.carrier} {event.reference}")


def delivered(event: Notification.NotificationDelivered, position: int) -> Iterable[Change]:
    """Return that it arrived."""
    yield notice(event, {"fate": event.fate})
    yield step(event, position, "delivered", "")


def bounced(event: Notification.NotificationBounced, position: int) -> Iterable[Change]:
    """Return that it came back, or was refused at once."""
    yield notice(event, {"fate": event.fate, "status": event.status})
    kind = "refused" if event.report_id == event.originator_id else event.outcome
    yield step(event, position, kind, event.status)


def abandoned(event: Notification.NotificationAbandoned, position: int) -> Iterable[Change]:
    """Return that it was given up."""
    yield notice(event, {"fate": Fate.ABANDONED.value})
    yield step(event, position, "abandoned", event.cause)


def notice(event: Notification.Event, values: Values) -> Change:
    """Return what is known of a notice now."""
    return Amend(
        "notice", {"notice_id": event.originator_id}, {**values, "changed_at": event.timestamp}
    )


def step(
    event: Notification.Event, position: int, kind: str, detail: str, *, in_doubt: bool = False
) -> Change:
    """Return a step in the life of a notice."""
    key = {"notice_id": event.originator_id, "version": event.originator_version}
    values = {
        "position": position,
        "happened_at": event.timestamp,
        "kind": kind,
        "detail": detail,
        "in_doubt": in_doubt,
    }
    return Insert("step", key, values)


DELIVERIES = Projection(
    "deliveries",
    {
        Notification.NotificationOwed: owed,
        Notification.NotificationDeferred: deferred,
        Notification.NotificationAccepted: accepted,
        Notification.NotificationDelivered: delivered,
        Notification.NotificationBounced: bounced,
        Notification.NotificationAbandoned: abandoned,
    },
)
