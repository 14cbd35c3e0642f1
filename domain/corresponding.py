"""How people write to each other; writing to a stranger is inviting."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from domain.aggregate import Aggregate, Log, find, get, head, save, until_unopposed
from domain.attaching import Attaching
from domain.erasure import require_not_erased
from domain.expiry import HOUSE_RULE, ExpiryRule
from domain.inviting import Inviting
from domain.message import Message, NoSuchMessage, SealedText
from domain.ports import Vault, content
from domain.practice import Practice, practice_of
from domain.profile import preferred_days
from domain.proving import given_by_the_sender, two_step_policy
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


class PhoneIsMissing(Refusal):
    """The practice has new people of that kind prove a phone, so somebody must give its number."""


class WritingToOneself(Refusal):
    """The recipient is the sender."""


class TextIsUnusable(Refusal):
    """Subject or body is empty or too long; the web says which before it comes to this."""


class SenderIsUnknown(Refusal):
    """There is no such sender."""


def require_text(body: str, *, subject: str | None) -> None:
    """Raise TextIsUnusable unless both are within their limits; a reply has no subject."""
    if subject is not None and not 0 < len(subject.strip()) <= LONGEST_SUBJECT:
        raise TextIsUnusable
    if not body.strip() or len(body) > LONGEST_BODY:
        raise TextIsUnusable


def invited_by(message_id: UUID) -> UUID:
    """Return who is invited by a message to an unknown address."""
    return uuid5(message_id, "recipient")


def expiry_rule(log: Log, user_id: UUID) -> ExpiryRule:
    """Return how long the messages of a person may live."""
    practice_id = practice_of(log, user_id)
    practice = find(log, Practice, practice_id) if practice_id else None
    return practice.expiry_rule if practice else HOUSE_RULE


@dataclass(frozen=True, slots=True)
class Corresponding:
    """Commands of people who write and read."""

    log: Log
    vault: Vault
    inviting: Inviting
    attaching: Attaching

    def send(
        self,
        *,
        message_id: UUID,
        sender_id: UUID,
        to: str,
        role: RecipientRole | None,
        phone: str | None = None,
        subject: str,
        body: str,
        attachment_ids: Sequence[UUID] = (),
        ends_at: datetime | None = None,
        at: datetime,
    ) -> int:
        """Send a message to one address; an unknown address is invited in the same append.

        It ends as the sender's profile and practice have it unless `ends_at` says when. An
        invitation that has ended unanswered, or is another practice's, is open again. `phone`
        (E.164) is the number of somebody new, to which the codes go that prove it. Sending the same
        message again changes nothing. Raises ComposingNeedsThePaidTier, AddressIsMalformed,
        WritingToOneself, RoleIsMissing, RoleIsNotNeeded, PhoneIsMissing, TextIsUnusable, or what
        the practice's ExpiryRule or Attaching.attach raises.
        """
        require_text(body, subject=subject)

        def command() -> int:
            sender = get(self.log, User, sender_id, SenderIsUnknown)
            if find(self.log, Message, message_id):
                return head(self.log)
            sender.require_composing(at)
            recipient, beside = self._recipient(sender, message_id, to, role, phone, at=at)
            message = Message.send(
                message_id=message_id,
                sender_id=sender_id,
                recipient_id=recipient.id,
                first_contact=bool(beside),
                text=self._sealed(message_id, body, subject=subject),
                ends_at=self._end(sender_id, ends_at, at),
                at=at,
            )
            files = self.attaching.attach(message, attachment_ids, at=at)
            return save(self.log, recipient, *beside, message, *files)

        return until_unopposed(command)

    def reply(
        self,
        *,
        message_id: UUID,
        sender_id: UUID,
        to_message_id: UUID,
        body: str,
        attachment_ids: Sequence[UUID] = (),
        ends_at: datetime | None = None,
        at: datetime,
    ) -> int:
        """Answer a message that was written to the sender; replying is free.

        The reply has no subject of its own, so that none outlives the first message of its thread.
        Replying with the same message again changes nothing. Raises NoSuchMessage, MessageHasEnded,
        PersonWasErased, TextIsUnusable, or what the practice's ExpiryRule or Attaching.attach
        raises.
        """
        require_text(body, subject=None)

        def command() -> int:
            if find(self.log, Message, message_id):
                return head(self.log)
            original = get(self.log, Message, to_message_id, NoSuchMessage)
            original.require_reply_by(sender_id, at=at)
            require_not_erased(self.log, original.sender_id)
            message = Message.send(
                message_id=message_id,
                sender_id=sender_id,
                recipient_id=original.sender_id,
                in_reply_to=original,
                text=self._sealed(message_id, body, subject=None),
                ends_at=self._end(sender_id, ends_at, at),
                at=at,
            )
            return save(self.log, message, *self.attaching.attach(message, attachment_ids, at=at))

        return until_unopposed(command)

    def look(self, *, reader_id: UUID, message_ids: Sequence[UUID], at: datetime) -> int:
        """Record that a person opens messages. Raises NoSuchMessage or MessageHasEnded."""

        def command() -> int:
            messages = [get(self.log, Message, one, NoSuchMessage) for one in message_ids]
            for message in messages:
                message.look(by=reader_id, at=at)
            return save(self.log, *messages)

        return until_unopposed(command)

    def _end(self, sender_id: UUID, chosen: datetime | None, at: datetime) -> datetime:
        """Return when a message ends, as its sender chose it or as is usual for her."""
        rule = expiry_rule(self.log, sender_id)
        if chosen is None:
            return rule.usual_end(at, preferred_days(self.log, sender_id))
        rule.require(chosen, sent_at=at, at=at)
        return chosen

    def _recipient(
        self,
        sender: User,
        message_id: UUID,
        to: str,
        role: RecipientRole | None,
        phone: str | None,
        *,
        at: datetime,
    ) -> tuple[User, tuple[Aggregate, ...]]:
        """Return who will get a message; if she is new, with all that is known of her."""
        holder = self.inviting.holder(to)
        if holder is None:
            return self._stranger(sender, message_id, to, role, phone, at=at)
        if holder == sender.id:
            raise WritingToOneself
        if role is not None and holder != invited_by(message_id):
            raise RoleIsNotNeeded
        recipient = get(self.log, User, holder, NoSuchMessage)
        is_elsewhere = sender.practice_id not in (recipient.invited_from, recipient.practice_id)
        recipient.renew_invitation(by=sender.id, at=at, is_elsewhere=is_elsewhere)
        return recipient, ()

    def _stranger(
        self,
        sender: User,
        message_id: UUID,
        to: str,
        role: RecipientRole | None,
        phone: str | None,
        *,
        at: datetime,
    ) -> tuple[User, tuple[Aggregate, ...]]:
        if role is None:
            raise RoleIsMissing
        if phone is None and two_step_policy(self.log, sender.practice_id).covers(role.kind):
            raise PhoneIsMissing
        user_id = invited_by(message_id)
        newcomer = self.inviting.newcomer(
            user_id=user_id,
            address=to,
            kind=role.kind,
            practice_id=sender.practice_id if role.joins_the_senders_practice else None,
            invited_from=sender.practice_id,
            by=sender.id,
            at=at,
        )
        if phone is None:
            return newcomer.user, (newcomer.claim,)
        given = given_by_the_sender(self.vault, user_id=user_id, phone=phone, by=sender.id, at=at)
        return newcomer.user, (newcomer.claim, given)

    def _sealed(self, message_id: UUID, body: str, *, subject: str | None) -> SealedText:
        texts = {"body": body} if subject is None else {"body": body, "subject": subject.strip()}
        sealed = self.vault.seal_all(
            [(text, content(message_id, field)) for field, text in texts.items()]
        )
        found = dict(zip(texts, sealed, strict=True))
        return SealedText(subject=found.get("subject"), body=found["body"], body_length=len(body))
