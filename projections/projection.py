"""What a read model is made of: its tables, and the changes that each event brings to them."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, LiteralString
from uuid import UUID

from eventsourcing.domain import DomainEventProtocol
from eventsourcing.utils import get_topic

from eventlog.log import Recorded
from projections.change import Change

Event = DomainEventProtocol[UUID]

Handler = Callable[[Any, int], Iterable[Change]]
"""Returns what an event at a position changes."""


class Projection:
    """A read model: `name` is also the name of its schema and of its file of tables.

    It is total: an event without a handler changes nothing, and is not even decoded.
    """

    def __init__(self, name: LiteralString, handlers: Mapping[type[Event], Handler]) -> None:
        self.name = name
        self._handlers = {get_topic(kind): handler for kind, handler in handlers.items()}

    def changes(self, recorded: Recorded) -> Iterable[Change]:
        """Return what an event changes."""
        handler = self._handlers.get(recorded.topic)
        return handler(recorded.event, recorded.position) if handler else ()

    @property
    def tables(self) -> LiteralString:
        """Return the statements that make the tables."""
        return (Path(__file__).parent / "schema" / f"{self.name}.sql").read_text()

    @property
    def definition(self) -> str:
        """Return a fingerprint of the tables; another one means that a rebuild is due."""
        return hashlib.sha256(self.tables.encode()).hexdigest()
