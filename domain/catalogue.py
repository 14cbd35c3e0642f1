"""The list of every event that the house can record, what it means, and what it says of people.

Importing this module registers every topic, so that any process can read any event.
`docs/events.md` is generated from it.
"""

from dataclasses import fields
from enum import StrEnum
from types import MappingProxyType
from typing import get_type_hints

from domain.address import EmailAddress
from domain.aggregate import Aggregate, FirstEvent
from domain.attachment import Attachment
from domain.erasure import Erasure
from domain.legal_hold import LegalHolds
from domain.mailbox import Mailbox
from domain.message import Message
from domain.notification import Notification
from domain.payer import Payer
from domain.payment_report import PaymentReport
from domain.phone_proof import PhoneProof
from domain.plan_catalogue import PlanCatalogue
from domain.ports import Sealed
from domain.practice import Practice
from domain.profile import Profile
from domain.purchase import Purchase
from domain.reconciliation import Reconciliation
from domain.subscription import Subscription
from domain.user import User

AGGREGATES: tuple[type[Aggregate], ...] = (
    Practice,
    User,
    EmailAddress,
    Profile,
    PhoneProof,
    Mailbox,
    Message,
    Attachment,
    LegalHolds,
    Erasure,
    PlanCatalogue,
    Purchase,
    Subscription,
    Payer,
    PaymentReport,
    Reconciliation,
    Notification,
)


class PersonalData(StrEnum):
    """What an event would tell a thief of the log."""

    PSEUDONYMOUS = "pseudonymous"
    """Identifiers, times, enumerations, and what is public anyway, such as a practice's name."""

    SEALED = "sealed"
    """Also values that open only with a key from the vault."""


def events_of(aggregate: type[Aggregate]) -> tuple[type[Aggregate.Event], ...]:
    """Return the event classes of an aggregate in the order in which its file tells them.

    The first event comes first; then those that it has from another file, as a user has those of
    her invitation.
    """
    told = (item for kind in reversed(aggregate.__mro__) for item in vars(kind).items())
    found = [
        value
        for name, value in dict(told).items()
        if isinstance(value, type) and issubclass(value, Aggregate.Event) and name != "Event"
    ]
    first = next((event for event in found if issubclass(event, FirstEvent)), None)
    return tuple(sorted(found, key=lambda event: event is not first))


EVENTS = MappingProxyType(
    {str(vars(event)["TOPIC"]): event for kind in AGGREGATES for event in events_of(kind)}
)
"""Every event class by its topic."""


def payload_of(event: type[Aggregate.Event]) -> dict[str, object]:
    """Return the fields that an event adds to actor, time and place in the stream."""
    common = {"originator_id", "originator_version", "timestamp", "by", "originator_topic"}
    hints = get_type_hints(event)
    return {field.name: hints[field.name] for field in fields(event) if field.name not in common}


def personal_data_of(event: type[Aggregate.Event]) -> PersonalData:
    """Return the personal-data class of an event, read off the types of its fields."""
    sealed = any(kind in (Sealed, Sealed | None) for kind in payload_of(event).values())
    return PersonalData.SEALED if sealed else PersonalData.PSEUDONYMOUS
