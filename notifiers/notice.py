"""A notice is owed to one person for one fact, once, whatever is started twice or killed."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Self
from uuid import UUID, uuid5

from eventsourcing.domain import DomainEventProtocol

from domain.aggregate import HOUSE, Aggregate
from domain.notification import Channel
from notifiers.mailer import Picture

Event = DomainEventProtocol[UUID]


@dataclass(frozen=True, slots=True)
class Notice:
    """What is owed: who gets it, on which occasion and channel, and what the text needs.

    `facts` holds identifiers, amounts and times only; it lies in the database in clear.
    """

    notice_id: UUID
    occasion: str
    recipient_id: UUID
    owed_at: datetime
    facts: Mapping[str, str] = field(default_factory=dict)
    channel: Channel = Channel.EMAIL

    @classmethod
    def about(
        cls,
        event: Aggregate.Event,
        occasion: str,
        recipient_id: UUID,
        *,
        channel: Channel = Channel.EMAIL,
        **facts: str,
    ) -> Self:
        """Return the notice of a fact.

        Its identifier is made of the fact's place in the log, the occasion, the recipient and the
        channel, so that the same notice planned again is the same.
        """
        place = (event.originator_id, event.originator_version)
        notice_id = identifier(*place, occasion, recipient_id, channel)
        return cls(notice_id, occasion, recipient_id, event.timestamp, facts, channel)

    def on(self, channel: Channel) -> "Notice":
        """Return the same notice on another channel, which is another one."""
        if channel is self.channel:
            return self
        return replace(self, notice_id=elsewhere(self.notice_id, channel), channel=channel)


def identifier(
    originator_id: UUID,
    version: int,
    occasion: str,
    recipient_id: UUID,
    channel: Channel = Channel.EMAIL,
) -> UUID:
    """Return under which identifier the fact at a place in the log is told."""
    key = f"{originator_id}/{version}/{occasion}/{recipient_id}"
    return uuid5(HOUSE, key if channel is Channel.EMAIL else f"{key}/{channel}")


def elsewhere(notice_id: UUID, channel: Channel) -> UUID:
    """Return under which identifier a notice by e-mail is told on another channel."""
    return uuid5(notice_id, channel)


@dataclass(frozen=True, slots=True)
class Correspondent:
    """A person as a notice may name her; address and phone are known only while it is written.

    `address_version` and `phone_version` say in which version of her streams they were recorded.
    `phone` is in E.164, None if she has none; only a proved one is hers for sure. If
    `address_fails`, mails to it come back.
    """

    user_id: UUID
    full_name: str
    address: str
    status: str
    kind: str
    practice_name: str | None
    invited_by: UUID
    invited_from: UUID | None
    invitation_ends_at: datetime
    address_version: int = 1
    phone: str | None = None
    phone_version: int = 0
    phone_is_proved: bool = False
    time_zone: str = "UTC"
    address_fails: bool = False


@dataclass(frozen=True, slots=True)
class Letter:
    """The words of a mail before they are laid out; `entries` are a list, each of some lines.

    `practice_name` is the practice that writes, with its `logo`, if one does. `short` are the words
    of a text message or a call, where they are not the subject and the link. `to_address` is where
    it goes instead of the person's own address, such as to her former one.
    """

    subject: str
    paragraphs: tuple[str, ...]
    link_label: str
    link: str
    entries: tuple[tuple[str, ...], ...] = ()
    small_print: tuple[str, ...] = ()
    practice_name: str | None = None
    logo: Picture | None = None
    short: str = ""
    to_address: str | None = None
