"""How people write to each other; writing to a stranger is inviting."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from domain.aggregate import Log, find, save, until_unopposed
from domain.inviting import Inviting, Newcomer
from domain.message import Message, NoSuchMessage
from domain.ports import Vault, content
from domain.refusal import Refusal
from domain.role import RecipientRole
from domain.user import User

LONGEST_SUBJECT = 200
"""Characters."""

LONGEST_BODY = 100_000
"""Characters."""


class RoleIsMissing(Refusal):
    """The address is unknown, so somebody must say who the person is."""


class RoleIsNotNeeded(Refusal):
    """The address is known, so nobody may say who the person is."""


class WritingToOneself(Refusal):
    """The recipient is the sender."""


class TextIsUnusable(Refusal):
    """Subject or body is empty or too long; the web says which before it comes to this."""


class SenderIsUnknown(Refusal):
    """There is no such sender."""


def require_text(subject: str, body: str) -> None:
    """Raise TextIsUnusable unless both are there and within their limits."""
    if not 0 < len(subject.strip()) <= LONGEST_SUBJECT or not 0 < len(body.strip()):
        raise TextIsUnusable
    if len(body) > LONGEST_BODY:
        raise TextIsUnusable


@dataclass(frozen=True, slots=True)
class Corresponding:
    """Commands of people who write and read."""

    log: Log
    vault: Vault
    inviting: Inviting

    def send(
        self,
        *,
        message_id: UUID,
        sender_id: UUID,
        to: str,
        role: RecipientRole | None,
        subject: str,
        body: str,
        at: datetime,
    ) -> int:
        """Send a message to one address; an unknown address is invited in the same append.

        Sending the same message again changes nothing. Raises ComposingNeedsThePaidTier,
        AddressIsMalformed, WritingToOneself, RoleIsMissing, RoleIsNotNeeded or TextIsUnusable.
        """
        require_text(subject, body)

        def command() -> int:
            sender = self._user(sender_id)
            if find(self.log, Message, message_id):
                return 0
            sender.require_composing(at)
            recipient, newcomer = self._recipient(sender, message_id, to, role, at)
            message = self._message(
                message_id, sender_id, recipient, None, subject, body, at, newcomer is not None
            )
            if newcomer is None:
                return save(self.log, message)
            return save(self.log, newcomer.user, newcomer.claim, message)

        return until_unopposed(command)

    def reply(
        self, *, message_id: UUID, sender_id: UUID, to_message_id: UUID, body: str, at: datetime
    ) -> int:
        """Answer a message that was written to the sender; replying is free.

        Replying with the same message again changes nothing. Raises NoSuchMessage, MessageHasEnded
        or TextIsUnusable.
        """

        def command() -> int:
            original = find(self.log, Message, to_message_id)
            if original is None:
                raise NoSuchMessage
            original.require_reply_by(sender_id, at=at)
            subject = self._reply_subject(original)
            require_text(subject, body)
            if find(self.log, Message, message_id):
                return 0
            return save(
                self.log,
                self._message(
                    message_id, sender_id, original.sender_id, original, subject, body, at
                ),
            )

        return until_unopposed(command)

    def look(self, *, reader_id: UUID, message_ids: Sequence[UUID], at: datetime) -> int:
        """Record that a person opens messages. Raises NoSuchMessage or MessageHasEnded."""

        def command() -> int:
            messages = [self._message_of(message_id) for message_id in message_ids]
            for message in messages:
                message.look(by=reader_id, at=at)
            return save(self.log, *messages)

        return until_unopposed(command)

    def _recipient(
        self, sender: User, message_id: UUID, to: str, role: RecipientRole | None, at: datetime
    ) -> tuple[UUID, Newcomer | None]:
        holder = self.inviting.holder(to)
        if holder == sender.id:
            raise WritingToOneself
        if holder is not None:
            if role is not None:
                raise RoleIsNotNeeded
            return holder, None
        if role is None:
            raise RoleIsMissing
        newcomer = self.inviting.newcomer(
            user_id=uuid5(message_id, "recipient"),
            address=to,
            kind=role.kind,
            practice_id=sender.practice_id if role.joins_the_senders_practice else None,
            invited_from=sender.practice_id,
            by=sender.id,
            at=at,
        )
        return newcomer.user.id, newcomer

    def _message(  # noqa: PLR0913, PLR0917 - the parts of a message
        self,
        message_id: UUID,
        sender_id: UUID,
        recipient_id: UUID,
        in_reply_to: Message | None,
        subject: str,
        body: str,
        at: datetime,
        first_contact: bool = False,  # noqa: FBT001, FBT002 - private, named where it is given
    ) -> Message:
        return Message.send(
            message_id=message_id,
            sender_id=sender_id,
            recipient_id=recipient_id,
            in_reply_to=in_reply_to,
            first_contact=first_contact,
            subject=self.vault.seal(subject.strip(), content(message_id, "subject")),
            body=self.vault.seal(body, content(message_id, "body")),
            body_length=len(body),
            at=at,
        )

    def _reply_subject(self, original: Message) -> str:
        subject = self.vault.open(original.subject, content(original.id, "subject"))
        answered = subject if subject.lower().startswith("re:") else f"Re: {subject}"
        return answered[:LONGEST_SUBJECT]

    def _message_of(self, message_id: UUID) -> Message:
        message = find(self.log, Message, message_id)
        if message is None:
            raise NoSuchMessage
        return message

    def _user(self, user_id: UUID) -> User:
        user = find(self.log, User, user_id)
        if user is None:
            raise SenderIsUnknown
        return user
