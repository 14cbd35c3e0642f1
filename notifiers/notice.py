"""A notice is owed to one person for one fact, once, whatever is started twice or killed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self
from uuid import UUID, uuid5

from eventsourcing.domain import DomainEventProtocol

from domain.aggregate import HOUSE, Aggregate
from notifiers.mailer import Picture

Event = DomainEventProtocol[UUID]


@dataclass(frozen=True, slots=True)
class Notice:
    """What is owed: who gets it, on which occasion, and the identifiers that the text needs.

    `facts` holds identifiers, amounts and times only; it lies in the database in clear.
    """

    notice_id: UUID
    occasion: str
    recipient_id: UUID
    owed_at: datetime
    facts: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def about(cls, event: Aggregate.Event, occasion: str, recipient_id: UUID, **facts: str) -> Self:
        """Return the notice of a fact; its identifier is made of fact, occasion and recipient."""
        key = f"{event.originator_id}/{event.originator_version}/{occasion}/{recipient_id}"
        return cls(uuid5(HOUSE, key), occasion, recipient_id, event.timestamp, facts)


@dataclass(frozen=True, slots=True)
class Correspondent:
    """A person as a notice may name her; the address is known only while a mail is written."""

    user_id: UUID
    full_name: str
    address: str
    status: str
    kind: str
    practice_name: str | None
    invited_by: UUID
    invited_from: UUID | None
    invitation_ends_at: datetime


@dataclass(frozen=True, slots=True)
class Letter:
    """The words of a mail before they are laid out; `entries` are a list, each of some lines.

    `practice_name` is the practice that writes, with its `logo`, if one does. `short` are the words
    of a text message or a call, where they are not the subject and the link.
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
