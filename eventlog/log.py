"""The one log of everything that happened: commands append to it, all else reads it in order."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, cast
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.domain import (
    BaseAggregate,
    DomainEventProtocol,
    MutableOrImmutableAggregate,
)
from eventsourcing.persistence import ApplicationRecorder, Mapper, Recording, StoredEvent
from eventsourcing.utils import Environment
from psycopg import Connection

from eventlog.insertion import insert_within
from eventlog.postgres import Recorder
from eventlog.transcoder import EventTranscoder

IN_MEMORY = {"PERSISTENCE_MODULE": "eventsourcing.popo"}
"""Settings of a log that lives as long as the process, for tests of the rules."""

Event = DomainEventProtocol[UUID]


class Recorded:
    """An event with its position in the log; it is decoded when somebody looks at it."""

    __slots__ = ("_event", "_mapper", "_stored", "position")

    def __init__(self, position: int, stored: StoredEvent, mapper: Mapper[UUID]) -> None:
        self.position = position
        self._stored = stored
        self._mapper = mapper
        self._event: Event | None = None

    @property
    def topic(self) -> str:
        """The name of what happened."""
        return self._stored.topic

    @property
    def event(self) -> Event:
        """What happened."""
        if self._event is None:
            self._event = self._mapper.to_domain_event(self._stored)
        return self._event


class Order(Protocol):
    """What has a position."""

    def head(self) -> int:
        """Return the newest position, 0 if there is none."""

    def read(
        self, after: int, limit: int, connection: Connection[Any] | None = None
    ) -> Sequence[tuple[int, StoredEvent]]:
        """Return up to `limit` events behind a position, oldest first."""


class OrderInMemory:
    """The order of a log in memory, in which nobody appends at the same time."""

    def __init__(self, recorder: ApplicationRecorder) -> None:
        self._recorder = recorder

    def head(self) -> int:
        """Return the newest position, 0 if there is none."""
        return self._recorder.max_notification_id() or 0

    def read(
        self, after: int, limit: int, connection: Connection[Any] | None = None
    ) -> Sequence[tuple[int, StoredEvent]]:
        """Return up to `limit` events behind a position, oldest first."""
        del connection
        return [
            (row.id, StoredEvent(row.originator_id, row.originator_version, row.topic, row.state))
            for row in self._recorder.select_notifications(after, limit, inclusive_of_start=False)
        ]


class EventLog(Application[UUID]):
    """Appends atomically over several aggregates with optimistic concurrency; reads in order."""

    name = "domain"

    def construct_env(self, name: str, env: Mapping[str, str] | None = None) -> Environment:
        """Take the given settings as they are; nothing leaks in from the process environment."""
        return Environment(name, dict(env or {}))

    def construct_transcoder(self) -> EventTranscoder:
        """Return what writes and reads the state of events."""
        return EventTranscoder()

    def save(
        self,
        *objs: MutableOrImmutableAggregate[UUID] | Event | None,
        **kwargs: object,
    ) -> list[Recording[UUID]]:
        """Append what aggregates have pending, or events themselves, all or nothing.

        The library asks each object which protocols it keeps, which takes longer than to make it;
        then it takes snapshots, of which we have none.
        """
        events: list[Event] = []
        for one in objs:
            if isinstance(one, BaseAggregate):
                events += one.collect_events()
            elif one is not None:
                events.append(cast("Event", one))
        return self.events.put(events, **kwargs)

    def save_within(
        self, connection: Connection[Any], *aggregates: MutableOrImmutableAggregate[UUID]
    ) -> None:
        """Append what aggregates have pending in a transaction of the caller's.

        They are kept if and when that is committed, and nobody is woken for them. Raises
        psycopg.errors.UniqueViolation when somebody else changed the same thing in between.
        """
        mapper = self.mapper
        stored = [
            mapper.to_stored_event(event)
            for one in aggregates
            for event in cast("BaseAggregate[UUID]", one).collect_events()
        ]
        insert_within(connection, stored)

    def head(self) -> int:
        """Return the position of the newest event that has one, 0 if there is none."""
        return self._order.head()

    def read(
        self, *, after: int, limit: int, connection: Connection[Any] | None = None
    ) -> list[Recorded]:
        """Return up to `limit` events behind a position, oldest first.

        Over a connection of the caller's, if there is one, and so in its transaction.
        """
        mapper = self.mapper
        return [
            Recorded(position, stored, mapper)
            for position, stored in self._order.read(after, limit, connection)
        ]

    def stream(self, originator_id: UUID) -> list[Event]:
        """Return everything that happened to one aggregate, oldest first."""
        return list(self.events.get(originator_id))

    @property
    def database_url(self) -> str:
        """Return where the log is kept; a log in memory has no address."""
        recorder = self.recorder
        return recorder.database_url if isinstance(recorder, Recorder) else ""

    @property
    def _order(self) -> Order:
        recorder = self.recorder
        return recorder if isinstance(recorder, Recorder) else OrderInMemory(recorder)
