"""What every record of the house has in common: who did it, when, and as which version.

Invariants:
- every event names its actor (`by`) and its moment (`timestamp`, given by the caller);
- every event class has an explicit topic, or its module does not import.
"""

from collections.abc import Callable
from typing import ClassVar, TypeVar
from uuid import UUID, uuid5

from eventsourcing.application import AggregateNotFoundError, Application
from eventsourcing.domain import AggregateEvent, BaseAggregate, CanInitAggregate
from eventsourcing.persistence import IntegrityError

from domain.refusal import Refusal

HOUSE = UUID("5ec07e3a-11a1-5b9c-8d0e-6f3a52b1c0de")
"""Root of the identifiers that are derived rather than drawn."""

OPERATOR = uuid5(HOUSE, "operator")
"""Actor of what is done on the command line, until operators sign in."""

CARD_PROCESSOR = uuid5(HOUSE, "card-processor")
"""Actor of what the card vendor reports."""

CASHIER = uuid5(HOUSE, "cashier")
"""Actor of renewals, refunds and whatever else is due about money."""

NOTIFIER = uuid5(HOUSE, "notifier")
"""Actor of notices that are owed, sent and given up."""

MAIL_CARRIER = uuid5(HOUSE, "mail-carrier")
"""Actor of what carriers of notices report."""

SWEEPER = uuid5(HOUSE, "sweeper")
"""Actor of what happens because its time has come."""


class Aggregate(BaseAggregate[UUID]):
    """Root of all aggregates: one person, practice, message, purchase or address."""

    class Event(AggregateEvent):
        """Something that happened, with the person (or system actor) who did it."""

        TOPIC: ClassVar[str]
        by: UUID

    def __init_subclass__(cls) -> None:
        """Let an aggregate that goes on in a second file keep the very events of the first.

        The library would make others of them, and each topic has one class.
        """
        for parent in reversed(cls.__mro__[1:]):
            if issubclass(parent, Aggregate) and parent is not Aggregate:
                for name, kind in tuple(vars(parent).items()):
                    if isinstance(kind, type):
                        setattr(cls, name, kind)
        super().__init_subclass__()


class FirstEvent(AggregateEvent, CanInitAggregate[UUID]):
    """The event with which an aggregate begins."""

    originator_topic: str


Log = Application[UUID]
"""The event log as commands use it: `repository.get` and `save`."""

AggregateT = TypeVar("AggregateT", bound=Aggregate)
Answer = TypeVar("Answer")


def find(log: Log, kind: type[AggregateT], aggregate_id: UUID) -> AggregateT | None:
    """Return the aggregate, or None if there is none of that kind with that identifier."""
    try:
        found: object = log.repository.get(aggregate_id)
    except AggregateNotFoundError:
        return None
    return found if isinstance(found, kind) else None


def get(log: Log, kind: type[AggregateT], aggregate_id: UUID, refusal: type[Refusal]) -> AggregateT:
    """Return the aggregate, or raise the refusal that says that there is none."""
    found = find(log, kind, aggregate_id)
    if found is None:
        raise refusal
    return found


def save(log: Log, *aggregates: Aggregate) -> int:
    """Append all pending events at once; return the notification id of the last, 0 without any.

    Whoever wants to see them in a read model waits for it.
    """
    recordings = log.save(*aggregates)
    return max((recording.notification.id for recording in recordings), default=0)


def head(log: Log) -> int:
    """Return the notification id of the newest event, 0 if there is none."""
    return log.recorder.max_notification_id() or 0


MOST_ATTEMPTS = 64
"""Each attempt is overtaken by another command that succeeded, so this many at once get through."""


def until_unopposed(command: Callable[[], Answer], attempts: int = MOST_ATTEMPTS) -> Answer:
    """Run a command again when somebody else changed the same thing in between.

    Raises the last IntegrityError when every attempt was overtaken.
    """
    for _ in range(attempts - 1):
        try:
            return command()
        except IntegrityError:
            continue
    return command()
