"""What a read model is made of: its tables, and the changes that each event brings to them."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, LiteralString, NamedTuple
from uuid import UUID

from eventsourcing.domain import DomainEventProtocol

from eventlog.log import Recorded

Event = DomainEventProtocol[UUID]


class Change(NamedTuple):
    """One statement on the tables of a read model, named without their schema."""

    statement: LiteralString
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Projection:
    """A read model: `name` is also the name of its schema and of its file of tables.

    `changes` is total: for an event that means nothing here it returns nothing.
    """

    name: LiteralString
    changes: Callable[[Recorded], Iterable[Change]]

    @property
    def tables(self) -> LiteralString:
        """Return the statements that make the tables."""
        return (Path(__file__).parent / "schema" / f"{self.name}.sql").read_text()

    @property
    def definition(self) -> str:
        """Return a fingerprint of the tables; another one means that a rebuild is due."""
        return hashlib.sha256(self.tables.encode()).hexdigest()
