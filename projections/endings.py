"""What is due: which content is destroyed next, which end is announced, and who is erased.

What a legal hold lies on is left out; whether it may really be destroyed is decided by the rules.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg_pool import ConnectionPool

from domain.address import EmailAddress
from domain.erasure import Erasure
from domain.message import Message
from domain.user import User
from domain.waiting import ANNOUNCED_BEFORE
from projections.change import Amend, Change, Insert, Values
from projections.projection import Projection

DUE = """
SELECT message_id FROM endings.message
LEFT JOIN endings.person AS sender ON sender.user_id = sender_id
LEFT JOIN endings.person AS recipient ON recipient.user_id = recipient_id
WHERE NOT is_destroyed AND ends_at <= %(now)s AND NOT EXISTS (
    SELECT FROM holds.hold JOIN holds.register USING (register_id)
    WHERE lifted_at IS NULL AND subject_id IN (
        thread_id, sender_id, recipient_id, sender.practice_id, recipient.practice_id
    )
)
ORDER BY ends_at LIMIT %(limit)s
"""

TO_ANNOUNCE = """
SELECT message_id FROM endings.message
WHERE NOT is_read AND NOT is_destroyed
    AND ends_at > %(now)s AND ends_at <= %(now)s + %(before)s AND sent_at < ends_at - %(before)s
    AND announced_end IS DISTINCT FROM ends_at
ORDER BY ends_at LIMIT %(limit)s
"""

TO_ERASE = """
SELECT user_id, address_id FROM endings.person
WHERE due_at <= %(now)s AND NOT is_erased AND NOT EXISTS (
    SELECT FROM holds.hold JOIN holds.register USING (register_id)
    WHERE lifted_at IS NULL AND subject_id IN (user_id, person.practice_id, erased_by_practice)
)
ORDER BY due_at LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True)
class Endings:
    """Questions of the sweeper; what has waited longest comes first."""

    pool: ConnectionPool[Any]

    def due(self, now: datetime, limit: int) -> list[UUID]:
        """Return messages that are over and not destroyed."""
        with self.pool.connection() as connection:
            rows = connection.execute(DUE, {"now": now, "limit": limit}).fetchall()
        return [row[0] for row in rows]

    def to_announce(self, now: datetime, limit: int) -> list[UUID]:
        """Return unread messages whose end is near and not announced."""
        asked = {"now": now, "limit": limit, "before": ANNOUNCED_BEFORE}
        with self.pool.connection() as connection:
            rows = connection.execute(TO_ANNOUNCE, asked).fetchall()
        return [row[0] for row in rows]

    def to_erase(self, now: datetime, limit: int) -> list[tuple[UUID, UUID | None]]:
        """Return people whose day has come, with the identifiers of their addresses."""
        with self.pool.connection() as connection:
            rows: list[tuple[UUID, UUID | None]] = connection.execute(
                TO_ERASE, {"now": now, "limit": limit}
            ).fetchall()
        return rows


def sent(event: Message.MessageSent, _: int) -> Iterable[Change]:
    """Return when a new message ends."""
    yield Insert(
        "message",
        {"message_id": event.originator_id},
        {
            "thread_id": event.thread_id,
            "sender_id": event.by,
            "recipient_id": event.recipient_id,
            "sent_at": event.timestamp,
            "ends_at": event.ends_at,
            "is_read": False,
            "announced_end": None,
            "is_destroyed": False,
        },
    )


def read(event: Message.MessageRead, _: int) -> Iterable[Change]:
    """Return that its recipient opened a message."""
    key, only_if = {"message_id": event.originator_id}, {"recipient_id": event.by}
    yield Amend("message", key, {"is_read": True}, only_if)


def ends_otherwise(event: Message.ExpiryChanged, _: int) -> Iterable[Change]:
    """Return that a message ends at another moment."""
    yield message(event, {"ends_at": event.ends_at})


def announced(event: Message.ExpiryAnnounced, _: int) -> Iterable[Change]:
    """Return that the end of a message is told."""
    yield message(event, {"announced_end": event.ends_at})


def recalled(event: Message.MessageRecalled, _: int) -> Iterable[Change]:
    """Return that a message is over since its sender took it back."""
    yield message(event, {"ends_at": event.timestamp})


def destroyed(event: Message.ContentDestroyed, _: int) -> Iterable[Change]:
    """Return that nothing is left to do for a message."""
    yield message(event, {"is_destroyed": True})


def message(event: Message.Event, values: Values) -> Change:
    """Return what is known of the end of a message now."""
    return Amend("message", {"message_id": event.originator_id}, values)


def invited(event: User.UserInvited, _: int) -> Iterable[Change]:
    """Return a new person."""
    values = {"practice_id": event.practice_id, "address_id": None, "is_erased": False}
    yield Insert(
        "person",
        {"user_id": event.originator_id},
        {**values, "erased_by_practice": None, "due_at": None},
    )


def registered(event: User.RegistrationCompleted, _: int) -> Iterable[Change]:
    """Return to which practice a person belongs."""
    yield person(event.originator_id, {"practice_id": event.practice_id})


def claimed(
    event: EmailAddress.AddressClaimed | EmailAddress.AddressReclaimed, _: int
) -> Iterable[Change]:
    """Return which address is a person's."""
    yield person(event.user_id, {"address_id": event.originator_id})


def requested(event: Erasure.ErasureRequested, _: int) -> Iterable[Change]:
    """Return when a person is erased, and on whose request."""
    values = {"due_at": event.due_at, "erased_by_practice": event.practice_id}
    yield person(event.user_id, values)


def requested_again(event: Erasure.ErasureRequestedAgain, _: int) -> Iterable[Change]:
    """Return when a person is erased after all."""
    yield person(event.user_id, {"due_at": event.due_at})


def withdrawn(event: Erasure.ErasureWithdrawn, _: int) -> Iterable[Change]:
    """Return that a person stays."""
    yield person(event.user_id, {"due_at": None})


def erased(event: Erasure.PersonErased, _: int) -> Iterable[Change]:
    """Return that nothing is left to do for a person."""
    yield person(event.user_id, {"is_erased": True})


def person(user_id: UUID, values: Values) -> Change:
    """Return what is known of the end of a person's data now."""
    return Amend("person", {"user_id": user_id}, values)


ENDINGS = Projection(
    "endings",
    {
        Message.MessageSent: sent,
        Message.MessageRead: read,
        Message.ExpiryChanged: ends_otherwise,
        Message.ExpiryAnnounced: announced,
        Message.MessageRecalled: recalled,
        Message.ContentDestroyed: destroyed,
        User.UserInvited: invited,
        User.RegistrationCompleted: registered,
        EmailAddress.AddressClaimed: claimed,
        EmailAddress.AddressReclaimed: claimed,
        Erasure.ErasureRequested: requested,
        Erasure.ErasureRequestedAgain: requested_again,
        Erasure.ErasureWithdrawn: withdrawn,
        Erasure.PersonErased: erased,
    },
)
