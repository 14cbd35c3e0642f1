"""The language of the tests of the rules: given what happened, when a command, then exactly this.

Whole outcomes are compared: every event that was appended, in order, with its actor, moment and
payload.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self, TypeVar
from uuid import UUID

from domain.aggregate import Aggregate, FirstEvent
from domain.refusal import Refusal
from eventlog.log import IN_MEMORY, EventLog

AggregateT = TypeVar("AggregateT", bound=Aggregate)

EVERYWHERE = {"originator_id", "originator_version", "originator_topic", "timestamp", "by"}


@dataclass(frozen=True)
class Fact:
    """One event as a test tells it."""

    event: type[Aggregate.Event]
    of: UUID
    by: UUID
    at: datetime
    payload: dict[str, Any]

    def as_event(self, version: int) -> Aggregate.Event:
        made: Callable[..., Aggregate.Event] = self.event
        first = issubclass(self.event, FirstEvent)
        kind = str(vars(self.event)["TOPIC"]).partition(".")[0]
        return made(
            originator_id=self.of,
            originator_version=version,
            timestamp=self.at,
            by=self.by,
            **({"originator_topic": kind} if first else {}),
            **self.payload,
        )

    @classmethod
    def told_by(cls, event: Any) -> Self:
        payload = {name: told for name, told in vars(event).items() if name not in EVERYWHERE}
        return cls(type(event), event.originator_id, event.by, event.timestamp, payload)


def fact(event: type[Aggregate.Event], of: UUID, *, by: UUID, at: datetime, **payload: Any) -> Fact:
    return Fact(event, of, by, at, payload)


@dataclass
class Outcome:
    """What a command came to: its answer or its refusal, and what it appended."""

    answer: object
    refusal: Refusal | None
    appended: list[Fact]

    def then(self, *expected: Fact) -> None:
        assert (self.refusal, self.appended) == (None, list(expected))

    def refused(self, kind: type[Refusal], *expected: Fact) -> None:
        assert (type(self.refusal), self.appended) == (kind, list(expected))


@dataclass
class Scenario:
    """A log with a past, to which one command is given."""

    log: EventLog = field(default_factory=lambda: EventLog(IN_MEMORY))

    def given(self, *past: Fact) -> Self:
        for one in past:
            self.log.save(one.as_event(version=len(self.log.stream(one.of)) + 1))
        return self

    def when(self, command: Callable[[], object]) -> Outcome:
        head, answer, refusal = self.log.head(), None, None
        try:
            answer = command()
        except Refusal as refused:
            refusal = refused
        return Outcome(answer, refusal, self.facts(after=head))

    def now(self, kind: type[AggregateT], aggregate_id: UUID) -> AggregateT:
        """Return what all that happened has made of an aggregate."""
        found: object = self.log.repository.get(aggregate_id)
        assert isinstance(found, kind)
        return found

    def facts(self, *, after: int = 0) -> list[Fact]:
        return [Fact.told_by(one.event) for one in self.log.read(after=after, limit=1000)]
