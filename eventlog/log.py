"""The one log of everything that happened: commands append to it, all else reads it in order."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import StoredEvent
from eventsourcing.utils import Environment

IN_MEMORY = {"PERSISTENCE_MODULE": "eventsourcing.popo"}
"""Settings of a log that lives as long as the process, for tests of the rules."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event with its position in the log."""

    position: int
    event: DomainEventProtocol[UUID]


class EventLog(Application[UUID]):
    """Appends atomically over several aggregates with optimistic concurrency; reads in order."""

    name = "domain"

    def construct_env(self, name: str, env: Mapping[str, str] | None = None) -> Environment:
        """Take the given settings as they are; nothing leaks in from the process environment."""
        return Environment(name, dict(env or {}))

    def head(self) -> int:
        """Return the position of the newest event, 0 if there is none."""
        return self.recorder.max_notification_id() or 0

    def read(self, *, after: int, limit: int) -> list[Recorded]:
        """Return up to `limit` events behind a position, oldest first."""
        rows = self.recorder.select_notifications(after, limit, inclusive_of_start=False)
        return [
            Recorded(
                row.id,
                self.mapper.to_domain_event(
                    StoredEvent(row.originator_id, row.originator_version, row.topic, row.state)
                ),
            )
            for row in rows
        ]

    def stream(self, originator_id: UUID) -> list[DomainEventProtocol[UUID]]:
        """Return everything that happened to one aggregate, oldest first."""
        return list(self.events.get(originator_id))
