"""A message goes from one person to one person, sealed, and ends.

Invariants:
- subject and body exist only sealed, under the message's own key;
- only its sender and its recipient may look at it, each look is recorded, and none after its end;
- a reply goes to who wrote, in the same thread.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self
from uuid import UUID

from domain.aggregate import Aggregate, FirstEvent
from domain.ports import Sealed
from domain.refusal import Refusal

MESSAGE_LASTS = timedelta(days=30)


class NoSuchMessage(Refusal):
    """There is no such message, or it is somebody else's; the answer is the same."""


class MessageHasEnded(Refusal):
    """The message reached its end; its content is closed to everybody."""


@dataclass(frozen=True, slots=True)
class SealedText:
    """What a person wrote, sealed; the length of the body is in characters."""

    subject: Sealed
    body: Sealed
    body_length: int


class Message(Aggregate):
    """One message."""

    TOPIC = "message"

    class Event(Aggregate.Event):
        """Something that happened to a message."""

    class MessageSent(Event, FirstEvent):
        """A person wrote to a person; `first_contact` if this message invited the recipient."""

        TOPIC = "message.sent"
        recipient_id: UUID
        thread_id: UUID
        in_reply_to: UUID | None
        first_contact: bool
        subject: Sealed
        body: Sealed
        body_length: int
        ends_at: datetime

    class MessageRead(Event):
        """Its sender or recipient looked at the content."""

        TOPIC = "message.read"

        def apply(self, aggregate: "Message") -> None:
            """Nothing is decided by looks."""

    def __init__(
        self, *, by: UUID, recipient_id: UUID, thread_id: UUID, subject: Sealed, ends_at: datetime
    ) -> None:
        self.sender_id = by
        self.recipient_id = recipient_id
        self.thread_id = thread_id
        self.subject = subject
        self.ends_at = ends_at

    @classmethod
    def send(
        cls,
        *,
        message_id: UUID,
        sender_id: UUID,
        recipient_id: UUID,
        in_reply_to: "Message | None" = None,
        first_contact: bool = False,
        text: SealedText,
        at: datetime,
    ) -> Self:
        """Send a message; it begins a thread unless it answers one."""
        return cls._create(
            cls.MessageSent,
            id=message_id,
            timestamp=at,
            by=sender_id,
            recipient_id=recipient_id,
            thread_id=in_reply_to.thread_id if in_reply_to else message_id,
            in_reply_to=in_reply_to.id if in_reply_to else None,
            first_contact=first_contact,
            subject=text.subject,
            body=text.body,
            body_length=text.body_length,
            ends_at=at + MESSAGE_LASTS,
        )

    def look(self, *, by: UUID, at: datetime) -> None:
        """Record that a person opens the content. Raises NoSuchMessage or MessageHasEnded."""
        if by not in (self.sender_id, self.recipient_id):
            raise NoSuchMessage
        if at >= self.ends_at:
            raise MessageHasEnded
        self.trigger_event(self.MessageRead, timestamp=at, by=by)

    def require_reply_by(self, user_id: UUID, *, at: datetime) -> None:
        """Raise NoSuchMessage unless the message was written to that person."""
        if user_id != self.recipient_id:
            raise NoSuchMessage
        if at >= self.ends_at:
            raise MessageHasEnded
