"""What happened to one person, practice, message or purchase, in order, by whom and when."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from eventsourcing.utils import get_topic

from domain.aggregate import CARD_PROCESSOR, CASHIER, OPERATOR, SWEEPER, Aggregate
from domain.catalogue import payload_of
from domain.pseudonym import pseudonym
from eventlog.log import EventLog

SYSTEM_ACTORS = {
    OPERATOR: "the operator",
    CARD_PROCESSOR: "the card vendor",
    SWEEPER: "the sweeper",
    CASHIER: "the cashier",
}


@dataclass(frozen=True, slots=True)
class Moment:
    """One event of a timeline; sealed values stay sealed."""

    version: int
    at: datetime
    by: UUID
    topic: str
    payload: dict[str, str]

    @property
    def actor(self) -> str:
        """Who did it: a system actor, or the pseudonym that rosters show of who was erased."""
        return SYSTEM_ACTORS.get(self.by) or pseudonym(self.by)


def timeline(log: EventLog, aggregate_id: UUID) -> list[Moment]:
    """Return the history of one aggregate, oldest first; empty if there is none."""
    events = [event for event in log.stream(aggregate_id) if isinstance(event, Aggregate.Event)]
    return [
        Moment(
            version=event.originator_version,
            at=event.timestamp,
            by=event.by,
            topic=get_topic(type(event)),
            payload={name: str(getattr(event, name)) for name in payload_of(type(event))},
        )
        for event in events
    ]
