"""One batch of the log on its way into the tables of a read model."""

from collections.abc import Sequence
from typing import Any

from psycopg import Connection

from eventlog.log import EventLog, Recorded
from projections.change import Change
from projections.collector import without_collector
from projections.folding import Folded, fold
from projections.positions import enter
from projections.projection import Projection
from projections.writing import Types, write_folded

BATCH = 5000
"""Events a transaction of a rebuild."""


def changed(projection: Projection, batch: Sequence[Recorded]) -> list[Change]:
    """Return all that a batch changes in a read model."""
    return [change for recorded in batch for change in projection.changes(recorded)]


@without_collector
def folded_batch(
    log: EventLog, projection: Projection, after: int, limit: int = BATCH
) -> tuple[int, list[Folded]]:
    """Return the position of the last event of the next batch, and its changes folded."""
    batch = log.read(after=after, limit=limit)
    return after + len(batch), list(fold(changed(projection, batch)))


@without_collector
def write_batch(
    connection: Connection[Any], schema: str, batch: list[Folded], types: Types
) -> None:
    """Write what was folded to the tables in a schema, in the caller's transaction."""
    enter(connection, schema)
    for folded in batch:
        write_folded(connection, folded, types)


def write_unflushed(
    connection: Connection[Any], schema: str, batch: list[Folded], types: Types
) -> None:
    """Write a batch in a transaction of its own, which a crash of the server may take back."""
    with connection.transaction():
        connection.execute("SET LOCAL synchronous_commit = off")
        write_batch(connection, schema, batch, types)
