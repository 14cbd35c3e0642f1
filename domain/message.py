"""A message goes from one person to one person, sealed, with its files, and ends.

Invariants:
- subject and body exist only sealed, under the message's own key; a reply has no subject, since
  that of its thread must go with the first message;
- only its sender and its recipient may look at it, each look is recorded, and none after its end;
- a reply goes to who wrote, in the same thread;
- what is over never opens again;
- its content is destroyed once, and only when it is over.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Self
from uuid import UUID

from domain.aggregate import FirstEvent
from domain.expiry import ExpiryRule
from domain.ports import Place, Sealed, personal
from domain.refusal import Refusal
from domain.waiting import Waiting


class NoSuchMessage(Refusal):
    """There is no such message, or it is somebody else's; the answer is the same."""


class MessageHasEnded(Refusal):
    """The message reached its end; its content is closed to everybody."""


class MessageWasRecalled(MessageHasEnded):
    """Its sender took the message back; its content is closed to everybody."""


class MessageHasNotEnded(Refusal):
    """The message is still to be read, so its content cannot be destroyed."""


class Ending(StrEnum):
    """Why a message is over."""

    EXPIRED = "expired"
    RECALLED = "recalled"


@dataclass(frozen=True, slots=True)
class SealedText:
    """What a person wrote, sealed; a reply has no subject. The body's length is in characters."""

    subject: Sealed | None
    body: Sealed
    body_length: int


class Message(Waiting):
    """One message."""

    TOPIC = "message"

    class MessageSent(Waiting.Event, FirstEvent):
        """A person wrote to a person; `first_contact` if this message invited the recipient.

        A reply has no subject. Those of the first versions repeated it; nothing shows that.
        """

        TOPIC = "message.sent"
        recipient_id: UUID
        thread_id: UUID
        in_reply_to: UUID | None
        first_contact: bool
        subject: Sealed | None
        body: Sealed
        body_length: int
        ends_at: datetime

    class FilesAttached(Waiting.Event):
        """Its sender attached files, in this order."""

        TOPIC = "message.files-attached"
        attachment_ids: list[UUID]

        def apply(self, aggregate: "Message") -> None:
            """Remember them, since their end is the message's."""
            aggregate.attachment_ids = self.attachment_ids

    class MessageRead(Waiting.Event):
        """Its sender or recipient looked at the content."""

        TOPIC = "message.read"

        def apply(self, aggregate: "Message") -> None:
            """Remember who has seen it."""
            aggregate.readers.add(self.by)

    class ExpiryChanged(Waiting.Event):
        """Its sender chose another end."""

        TOPIC = "message.expiry-changed"
        ends_at: datetime

        def apply(self, aggregate: "Message") -> None:
            """Remember the new end."""
            aggregate.ends_at = self.ends_at

    class MessageRecalled(Waiting.Event):
        """Its sender took it back, read or not, and said why.

        `told` is its recipient, if she had not read it; of several taken back at once, one tells.
        """

        TOPIC = "message.recalled"
        class_version = 2
        reason: Sealed
        told: UUID | None = None

        @staticmethod
        def upcast_v1_v2(state: dict[str, object]) -> None:
            """Add what was true of all of the first version: nobody was told."""
            state["told"] = None

        def apply(self, aggregate: "Message") -> None:
            """Remember that it is over."""
            aggregate.is_recalled = True

    class ContentDestroyed(Waiting.Event):
        """Its keys were destroyed, then its files; nothing opens its content any more."""

        TOPIC = "message.content-destroyed"
        because: str
        attachment_ids: list[UUID]

        def apply(self, aggregate: "Message") -> None:
            """Remember that it is done."""
            aggregate.is_destroyed = True

    def __init__(self, *, by: UUID, recipient_id: UUID, thread_id: UUID, ends_at: datetime) -> None:
        super().__init__(recipient_id=recipient_id, ends_at=ends_at)
        self.sender_id = by
        self.thread_id = thread_id
        self.attachment_ids: list[UUID] = []

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
        ends_at: datetime,
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
            ends_at=ends_at,
        )

    def attach(self, attachment_ids: Sequence[UUID], *, by: UUID, at: datetime) -> None:
        """Let files go with a message that is just being sent; none changes nothing."""
        if attachment_ids:
            self.trigger_event(
                self.FilesAttached, timestamp=at, by=by, attachment_ids=list(attachment_ids)
            )

    def look(self, *, by: UUID, at: datetime) -> None:
        """Record that a person opens the content. Raises NoSuchMessage or MessageHasEnded."""
        self.require_open_to(by, at=at)
        self.trigger_event(self.MessageRead, timestamp=at, by=by)

    def require_open_to(self, user_id: UUID, *, at: datetime) -> None:
        """Raise NoSuchMessage or MessageHasEnded unless a person may look at the content."""
        if user_id not in (self.sender_id, self.recipient_id):
            raise NoSuchMessage
        self._require_going_on(at)

    def require_reply_by(self, user_id: UUID, *, at: datetime) -> None:
        """Raise NoSuchMessage unless the message was written to that person."""
        if user_id != self.recipient_id:
            raise NoSuchMessage
        self._require_going_on(at)

    def change_expiry(self, *, ends_at: datetime, rule: ExpiryRule, by: UUID, at: datetime) -> None:
        """Choose another end; the one that it has already changes nothing.

        Raises NoSuchMessage, MessageHasEnded, or what the rule raises.
        """
        self._require_sender(by)
        self._require_going_on(at)
        rule.require(ends_at, sent_at=self.created_on, at=at)
        if ends_at != self.ends_at:
            self.trigger_event(self.ExpiryChanged, timestamp=at, by=by, ends_at=ends_at)

    def recall(self, *, reason: Sealed, told: UUID | None, by: UUID, at: datetime) -> None:
        """Take the message back; recalling it again changes nothing.

        Raises NoSuchMessage or MessageHasEnded.
        """
        self._require_sender(by)
        if not self.is_recalled:
            self._require_going_on(at)
            self.trigger_event(self.MessageRecalled, timestamp=at, by=by, reason=reason, told=told)

    def destroy_content(self, *, by: UUID, at: datetime) -> None:
        """Record that the key is gone; again changes nothing. Raises MessageHasNotEnded."""
        self.require_over(at)
        if not self.is_destroyed:
            because = Ending.RECALLED if self.is_recalled else Ending.EXPIRED
            self.trigger_event(
                self.ContentDestroyed,
                timestamp=at,
                by=by,
                because=because.value,
                attachment_ids=self.attachment_ids,
            )

    def require_over(self, at: datetime) -> None:
        """Raise MessageHasNotEnded as long as the content may be read."""
        if not self.is_over(at):
            raise MessageHasNotEnded

    def _require_sender(self, user_id: UUID) -> None:
        if user_id != self.sender_id:
            raise NoSuchMessage

    def _require_going_on(self, at: datetime) -> None:
        if self.is_recalled:
            raise MessageWasRecalled
        if self.is_over(at):
            raise MessageHasEnded


def recall_reason(message_id: UUID, sender_id: UUID, version: int) -> Place:
    """Return the place of the reason for a recall: under the sender's key, so that it stays."""
    return personal(sender_id, f"recall-reason-{message_id.hex}", version)
