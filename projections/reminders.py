"""Who is to be reminded of an invitation, or of unread messages? For the sweeper, and who invited.

A person is reminded of messages at most once a day; that is kept here, since no rule needs to know
it: were this read model late, she would be told once too often.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg.rows import class_row
from psycopg_pool import ConnectionPool

from domain.erasure import Erasure
from domain.invitation import REMINDED_AFTER
from domain.mailbox import Mailbox
from domain.message import Message
from domain.ports import Sealed, sealed_in_version
from domain.user import User
from domain.waiting import ANNOUNCED_BEFORE, NUDGED_AFTER
from projections.change import Amend, Change, Insert, Values
from projections.projection import Projection

NUDGED_EVERY = timedelta(days=1)
"""A person is reminded of messages at most so often."""

MOST_AT_ONCE = 100
"""Of so many messages a person is reminded at once; of more the day after."""

TO_REMIND = """
SELECT user_id FROM reminders.person
WHERE is_invited AND ends_at > %(now)s AND failed_version IS DISTINCT FROM address_version
    AND EXISTS (
        SELECT FROM unnest(%(days)s::integer[]) AS day
        WHERE day > reminded_day AND mailed_at <= %(now)s - make_interval(days => day)
    )
ORDER BY mailed_at, user_id LIMIT %(limit)s
"""

TO_NUDGE = """
SELECT (array_agg(message_id ORDER BY sent_at, message_id))[:%(most)s]
FROM reminders.message JOIN reminders.person ON user_id = recipient_id
WHERE is_waiting AND sent_at <= %(now)s - %(after)s AND message.ends_at > %(now)s + %(before)s
    AND is_registered AND (nudged_at IS NULL OR nudged_at <= %(now)s - %(every)s)
GROUP BY recipient_id ORDER BY min(sent_at), recipient_id LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True)
class Invitation:
    """How far an invitation has come: its latest mail, its end, and its latest reminder."""

    user_id: UUID
    mailed_at: datetime
    ends_at: datetime
    reminded_at: datetime | None


@dataclass(frozen=True, slots=True)
class Reminders:
    """Questions of the sweeper, what has waited longest comes first; and of who invited."""

    pool: ConnectionPool[Any]

    def to_remind(self, now: datetime, limit: int) -> list[UUID]:
        """Return people who have not answered an invitation that still can be."""
        asked = {"now": now, "limit": limit, "days": list(REMINDED_AFTER)}
        with self.pool.connection() as connection:
            rows = connection.execute(TO_REMIND, asked).fetchall()
        return [row[0] for row in rows]

    def to_nudge(self, now: datetime, limit: int) -> list[list[UUID]]:
        """Return unread messages of which nobody was reminded, together those to one person."""
        asked = {
            "now": now,
            "after": NUDGED_AFTER,
            "before": ANNOUNCED_BEFORE,
            "every": NUDGED_EVERY,
            "most": MOST_AT_ONCE,
            "limit": limit,
        }
        with self.pool.connection() as connection:
            rows = connection.execute(TO_NUDGE, asked).fetchall()
        return [row[0] for row in rows]

    def invitations(self, user_ids: Iterable[UUID]) -> dict[UUID, Invitation]:
        """Return how far the invitations of people have come; the unknown are left out."""
        with self.pool.connection() as connection:
            cursor = connection.cursor(row_factory=class_row(Invitation))
            rows = cursor.execute(
                """
                SELECT user_id, mailed_at, ends_at, reminded_at FROM reminders.person
                WHERE user_id = ANY(%s)
                """,
                (list(set(user_ids)),),
            ).fetchall()
        return {row.user_id: row for row in rows}


OVER: Values = {"is_invited": False, "is_registered": False}


def begun_anew(event: User.Event, email: Sealed | None, ends_at: datetime) -> Values:
    """Return what a mail that invites begins; its address is another one if `email` is given."""
    address = {"address_version": sealed_in_version(email)} if email else {}
    begun = {"mailed_at": event.timestamp, "ends_at": ends_at, "reminded_day": 0}
    return {**begun, "reminded_at": None, **address}


def invited(event: User.UserInvited, _: int) -> Iterable[Change]:
    """Return a new person."""
    begun = begun_anew(event, event.email, event.invitation_ends_at)
    unknown = {"failed_version": None, "nudged_at": None}
    values = {"is_invited": True, "is_registered": False, **begun, **unknown}
    yield Insert("person", {"user_id": event.originator_id}, values)


def sent_again(event: User.InvitationResent, _: int) -> Iterable[Change]:
    """Return that the days count anew."""
    yield person(event.originator_id, begun_anew(event, None, event.invitation_ends_at))


def amended(event: User.InvitationAmended, _: int) -> Iterable[Change]:
    """Return that the days count anew, at another address."""
    yield person(event.originator_id, begun_anew(event, event.email, event.invitation_ends_at))


def reminded(event: User.InvitationReminded, _: int) -> Iterable[Change]:
    """Return that a person was reminded of her invitation."""
    values = {"reminded_day": event.day, "reminded_at": event.timestamp}
    yield person(event.originator_id, values)


def answered(event: User.RegistrationCompleted, _: int) -> Iterable[Change]:
    """Return that a person has come."""
    yield person(event.originator_id, {"is_invited": False, "is_registered": True})


def withdrawn(event: User.InvitationWithdrawn, _: int) -> Iterable[Change]:
    """Return that nobody expects the person any more."""
    yield person(event.originator_id, OVER)


def erased(event: Erasure.PersonErased, _: int) -> Iterable[Change]:
    """Return that the person is gone."""
    yield person(event.user_id, OVER)


def came_back(event: Mailbox.MailCameBack, _: int) -> Iterable[Change]:
    """Return that mails to an address come back."""
    yield person(event.user_id, {"failed_version": event.address_version})


def confirmed(event: Mailbox.AddressConfirmed, _: int) -> Iterable[Change]:
    """Return that mails are sent to the address again."""
    yield person(event.user_id, {"failed_version": None})


def sent(event: Message.MessageSent, _: int) -> Iterable[Change]:
    """Return a message that waits to be read."""
    values = {"recipient_id": event.recipient_id, "sent_at": event.timestamp}
    key = {"message_id": event.originator_id}
    yield Insert("message", key, {**values, "ends_at": event.ends_at, "is_waiting": True})


def read(event: Message.MessageRead, _: int) -> Iterable[Change]:
    """Return that its recipient has opened it."""
    key, only_if = {"message_id": event.originator_id}, {"recipient_id": event.by}
    yield Amend("message", key, {"is_waiting": False}, only_if)


def ends_otherwise(event: Message.ExpiryChanged, _: int) -> Iterable[Change]:
    """Return that a message ends at another moment."""
    yield message(event, {"ends_at": event.ends_at})


def nudged(event: Message.UnreadAnnounced, _: int) -> Iterable[Change]:
    """Return that a person was reminded of a message, of which she is not reminded again."""
    yield message(event, {"is_waiting": False})
    yield person(event.recipient_id, {"nudged_at": event.timestamp})


def over(event: Message.MessageRecalled | Message.ContentDestroyed, _: int) -> Iterable[Change]:
    """Return that nothing waits any more."""
    yield message(event, {"is_waiting": False})


def message(event: Message.Event, values: Values) -> Change:
    """Return what is known of a message now."""
    return Amend("message", {"message_id": event.originator_id}, values)


def person(user_id: UUID, values: Values) -> Change:
    """Return what is known of a person now."""
    return Amend("person", {"user_id": user_id}, values)


REMINDERS = Projection(
    "reminders",
    {
        User.UserInvited: invited,
        User.InvitationResent: sent_again,
        User.InvitationAmended: amended,
        User.InvitationReminded: reminded,
        User.InvitationWithdrawn: withdrawn,
        User.RegistrationCompleted: answered,
        Erasure.PersonErased: erased,
        Mailbox.MailCameBack: came_back,
        Mailbox.AddressConfirmed: confirmed,
        Message.MessageSent: sent,
        Message.MessageRead: read,
        Message.ExpiryChanged: ends_otherwise,
        Message.UnreadAnnounced: nudged,
        Message.MessageRecalled: over,
        Message.ContentDestroyed: over,
    },
)
