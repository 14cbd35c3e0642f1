"""Who is reminded, and of what: of an invitation, or of messages that lie unread.

It needs no key: it records that somebody is to be told, and the notifier tells her.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.aggregate import SWEEPER, Log, find, get, save, until_unopposed
from domain.erasing import NoSuchPerson
from domain.erasure import is_erased
from domain.mailbox import Mailbox, mailbox_of
from domain.message import Message, NoSuchMessage
from domain.user import User


@dataclass(frozen=True, slots=True)
class Reminding:
    """Commands of the sweeper; nothing to remind of changes nothing."""

    log: Log

    def remind(self, user_id: UUID, *, at: datetime) -> int:
        """Remind a person of her invitation, unless mails to her come back. Raises NoSuchPerson."""

        def command() -> int:
            user = get(self.log, User, user_id, NoSuchPerson)
            mailbox = find(self.log, Mailbox, mailbox_of(user_id))
            fails = mailbox is not None and mailbox.failed_version == user.address_version
            if fails or is_erased(self.log, user_id):
                return 0
            user.remind(by=SWEEPER, at=at)
            return save(self.log, user)

        return until_unopposed(command)

    def nudge(self, message_ids: Sequence[UUID], *, at: datetime) -> int:
        """Remind a person once of all these messages to her; of each only this once.

        Who has not registered is reminded of the invitation instead. Raises NoSuchMessage or
        NoSuchPerson.
        """

        def command() -> int:
            messages = [get(self.log, Message, one, NoSuchMessage) for one in message_ids]
            [recipient_id] = {message.recipient_id for message in messages}
            recipient = get(self.log, User, recipient_id, NoSuchPerson)
            if not recipient.is_registered or is_erased(self.log, recipient_id):
                return 0
            waiting = [one for one in messages if one.is_to_be_nudged(at)]
            for message in waiting:
                first = None if message is waiting[0] else waiting[0].id
                message.announce_unread(along_with=first, by=SWEEPER, at=at)
            return save(self.log, *waiting)

        return until_unopposed(command)
