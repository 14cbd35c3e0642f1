"""A mailbox: whether mails to a person's address arrive, or come back.

Invariants:
- a person has one mailbox, whose identifier is derived from hers;
- a mail that came back says something about the address that it went to, not about a later one;
- an address that failed is not written to until somebody has confirmed it, or it was changed;
- who replies to a notice is told that replies are not read, at most once a day.
"""

from datetime import datetime, timedelta
from typing import Self
from uuid import UUID, uuid5

from domain.aggregate import MAIL_CARRIER, Aggregate, FirstEvent

REPLY_PAUSE = timedelta(days=1)
"""Nobody is told more often than this that replies are not read."""


class Mailbox(Aggregate):
    """Where mails to one person go."""

    TOPIC = "mailbox"

    class Event(Aggregate.Event):
        """Something that was learned about a mailbox."""

    class MailboxBegun(Event, FirstEvent):
        """Something was learned for the first time."""

        TOPIC = "mailbox.begun"
        user_id: UUID

    class MailCameBack(Event):
        """A mail to the address of that version came back for good."""

        TOPIC = "mailbox.mail-came-back"
        user_id: UUID
        notice_id: UUID
        address_version: int
        status: str

        def apply(self, aggregate: "Mailbox") -> None:
            """Remember which address fails."""
            aggregate.failed_version = self.address_version

    class AddressConfirmed(Event):
        """Somebody said that mails to the address arrive again."""

        TOPIC = "mailbox.address-confirmed"
        user_id: UUID
        address_version: int

        def apply(self, aggregate: "Mailbox") -> None:
            """Remember that it is written to again."""
            aggregate.failed_version = None

    class SupportLooked(Event):
        """Support looked at what became of a person's notices, or of one of them."""

        TOPIC = "mailbox.support-looked"
        user_id: UUID
        notice_id: UUID | None

    class ReplyRefused(Event):
        """A mail came from the address to ours, where nobody reads; nothing of it is kept."""

        TOPIC = "mailbox.reply-refused"
        user_id: UUID

        def apply(self, aggregate: "Mailbox") -> None:
            """Remember when."""
            aggregate.reply_refused_at = self.timestamp

    def __init__(self, *, user_id: UUID) -> None:
        self.user_id = user_id
        self.failed_version: int | None = None
        self.reply_refused_at: datetime | None = None

    @classmethod
    def begin(cls, user_id: UUID, *, by: UUID, at: datetime) -> Self:
        """Begin to keep what is learned about a person's mailbox."""
        return cls._create(
            cls.MailboxBegun, id=mailbox_of(user_id), timestamp=at, by=by, user_id=user_id
        )

    def come_back(
        self, *, notice_id: UUID, address_version: int, status: str, by: UUID, at: datetime
    ) -> None:
        """Record that a mail came back; an address that fails already fails once.

        What comes back late from an earlier address says nothing, nor does it hide the later one.
        """
        if self.failed_version is None or address_version > self.failed_version:
            self.trigger_event(
                self.MailCameBack,
                timestamp=at,
                by=by,
                user_id=self.user_id,
                notice_id=notice_id,
                address_version=address_version,
                status=status,
            )

    def confirm(self, *, by: UUID, at: datetime) -> None:
        """Record that the address is right; one that does not fail stays as it is."""
        if self.failed_version is not None:
            self.trigger_event(
                self.AddressConfirmed,
                timestamp=at,
                by=by,
                user_id=self.user_id,
                address_version=self.failed_version,
            )

    def look(self, *, notice_id: UUID | None, by: UUID, at: datetime) -> None:
        """Record a look of support at the person's notices, or at one of them."""
        self.trigger_event(
            self.SupportLooked, timestamp=at, by=by, user_id=self.user_id, notice_id=notice_id
        )

    def refuse_reply(self, *, at: datetime) -> None:
        """Record that a reply was not taken; of several within a day, the first."""
        last = self.reply_refused_at
        if last is None or at - last >= REPLY_PAUSE:
            self.trigger_event(
                self.ReplyRefused, timestamp=at, by=MAIL_CARRIER, user_id=self.user_id
            )


def mailbox_of(user_id: UUID) -> UUID:
    """Return the identifier of a person's mailbox."""
    return uuid5(user_id, "mailbox")
