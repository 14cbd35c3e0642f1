"""How the house destroys: what has ended and is not held, key first, and says so afterwards.

Each command can be cut off anywhere and given again: what is gone is gone, and recorded once. The
caller has the shredder's turn, so that no hold is placed in between.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.address import EmailAddress
from domain.aggregate import SWEEPER, Log, find, get, save, until_unopposed
from domain.attachment import Attachment
from domain.erasure import Erasure, ErasureIsNotDue, erasure_of
from domain.holding import ContentIsHeld, is_held
from domain.message import Message, NoSuchMessage
from domain.ports import Credentials, KeyKind, Shredder
from domain.practice import practice_of
from domain.uploads import AttachmentsAreUnavailable, FileWasSent, Remains
from domain.user import User


@dataclass(frozen=True, slots=True)
class Destroying:
    """Commands of the sweeper."""

    log: Log
    shredder: Shredder
    credentials: Credentials
    remains: Remains

    def announce(self, message_id: UUID, *, at: datetime) -> int:
        """Have the recipient told that an unread message ends soon; at most once for an end."""

        def command() -> int:
            message = get(self.log, Message, message_id, NoSuchMessage)
            message.announce_expiry(by=SWEEPER, at=at)
            return save(self.log, message)

        return until_unopposed(command)

    def destroy_content(self, message_id: UUID, *, at: datetime) -> int:
        """Destroy the content of a message that is over; doing so again changes nothing.

        With its keys the content is gone, also where the sealed files cannot be deleted just now:
        these are cleared away later. Raises NoSuchMessage, MessageHasNotEnded or ContentIsHeld.
        """

        def command() -> int:
            message = get(self.log, Message, message_id, NoSuchMessage)
            message.require_over(at)
            people = (message.sender_id, message.recipient_id)
            practices = (practice_of(self.log, one) for one in people)
            if is_held(self.log, (message.thread_id, *people, *practices)):
                raise ContentIsHeld
            self.shredder.shred(KeyKind.CONTENT, [message_id, *message.attachment_ids])
            with suppress(AttachmentsAreUnavailable):
                self.remains.clear_away(message.attachment_ids, at=at)
            message.destroy_content(by=SWEEPER, at=at)
            return save(self.log, message)

        return until_unopposed(command)

    def destroy_upload(self, attachment_id: UUID, *, owner_id: UUID, at: datetime) -> None:
        """Destroy a file that went with no message, or what is left of one whose message is gone.

        A file for which somebody came back meanwhile stays. Doing so again changes nothing. Raises
        FileWasSent, ContentIsHeld or AttachmentsAreUnavailable.
        """
        if not self.remains.take(attachment_id, at=at):
            return
        attachment = find(self.log, Attachment, attachment_id)
        if attachment is not None:
            self._require_destroyed(attachment)
        owner = find(self.log, User, owner_id)
        practices = (owner.practice_id, owner.invited_from) if owner else ()
        if is_held(self.log, (owner_id, *practices)):
            raise ContentIsHeld
        self.shredder.shred(KeyKind.CONTENT, [attachment_id])
        self.remains.clear_away([attachment_id], at=at)

    def _require_destroyed(self, attachment: Attachment) -> None:
        """Raise FileWasSent, and see to it that nobody asks again, while its message is there."""
        message = get(self.log, Message, attachment.message_id, NoSuchMessage)
        if not message.is_destroyed:
            self.remains.keep(attachment.id)
            raise FileWasSent

    def erase(self, user_id: UUID, *, address_id: UUID | None, at: datetime) -> int:
        """Erase a person whose day has come, and free her address; again changes nothing.

        Raises ErasureIsNotDue or ContentIsHeld.
        """

        def command() -> int:
            erasure = get(self.log, Erasure, erasure_of(user_id), ErasureIsNotDue)
            erasure.require_due(at)
            held = (user_id, practice_of(self.log, user_id), erasure.practice_id)
            if is_held(self.log, held):
                raise ContentIsHeld
            self.credentials.forget(user_id)
            self.shredder.shred(KeyKind.PERSONAL, [user_id])
            erasure.complete(by=SWEEPER, at=at)
            claim = find(self.log, EmailAddress, address_id) if address_id else None
            if claim is None:
                return save(self.log, erasure)
            claim.release(user_id=user_id, by=SWEEPER, at=at)
            return save(self.log, erasure, claim)

        return until_unopposed(command)
