"""Replies to notices are not taken: who wrote one is told where to write; nothing is kept.

Whoever writes under an address that nobody has gets no answer, so that no stranger is mailed on
behalf of who only pretends to be her; who has an account gets one
a day at most, for the same reason.
"""

from dataclasses import dataclass
from datetime import datetime

from domain.address import AddressIsMalformed
from domain.aggregate import MAIL_CARRIER, Log, find, save, until_unopposed
from domain.inviting import Inviting
from domain.mailbox import Mailbox, mailbox_of


@dataclass(frozen=True, slots=True)
class Replying:
    """The command about replies."""

    log: Log
    inviting: Inviting

    def refuse(self, *, address: str, at: datetime) -> int:
        """Record that a person replied by mail; silent if nobody has the address, or lately."""
        try:
            user_id = self.inviting.holder(address)
        except AddressIsMalformed:
            return 0
        if user_id is None:
            return 0

        def command() -> int:
            mailbox = find(self.log, Mailbox, mailbox_of(user_id))
            mailbox = mailbox or Mailbox.begin(user_id, by=MAIL_CARRIER, at=at)
            mailbox.refuse_reply(at=at)
            return save(self.log, mailbox)

        return until_unopposed(command)
