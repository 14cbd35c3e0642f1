"""Carries the log into the read models: rows and position in one transaction, batch by batch.

Any number of runners may run; the position row of a read model is the lock that lets one of them
work at a time. An event is applied once, whatever is killed in between.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from psycopg import Connection
from psycopg.sql import SQL, Identifier
from psycopg_pool import ConnectionPool

from eventlog.log import EventLog, Recorded
from projections.entitlements import ENTITLEMENTS
from projections.inbox import INBOX
from projections.projection import Projection
from projections.roster import ROSTER

BATCH = 500
"""Events a transaction."""

PROJECTIONS: tuple[Projection, ...] = (ROSTER, INBOX, ENTITLEMENTS)

logger = logging.getLogger(__name__)


def apply(connection: Connection[Any], projection: Projection, batch: Sequence[Recorded]) -> None:
    """Write the changes of a batch; the connection's search path leads to the tables."""
    with connection.pipeline():
        for recorded in batch:
            for change in projection.changes(recorded):
                connection.execute(change.statement, change.values)


def enter(connection: Connection[Any], schema: str) -> None:
    """Let unqualified table names mean those of one read model, for this transaction."""
    connection.execute(SQL("SET LOCAL search_path = {}").format(Identifier(schema)))


@dataclass(frozen=True, slots=True)
class Runner:
    """Keeps all read models up to date."""

    log: EventLog
    pool: ConnectionPool[Any]
    projections: Sequence[Projection] = PROJECTIONS

    def advance(self, projection: Projection) -> int:
        """Apply the next batch to one read model; return how many events that were."""
        with self.pool.connection() as connection:
            position = lock_position(connection, projection)
            batch = self.log.read(after=position, limit=BATCH)
            if batch:
                enter(connection, projection.name)
                apply(connection, projection, batch)
                move(connection, projection, batch[-1].position)
        return len(batch)

    def advance_all(self) -> int:
        """Apply the next batch to every read model; one that fails does not hold up the others."""
        return sum(self._advanced_or_reported(projection) for projection in self.projections)

    def catch_up(self) -> None:
        """Advance until nothing is left to do."""
        while self.advance_all():
            pass

    def run(self, wait: Callable[[bool], bool]) -> None:
        """Advance for good; `wait(idle)` pauses between rounds and says whether to go on."""
        while wait(self.advance_all() == 0):
            pass

    def _advanced_or_reported(self, projection: Projection) -> int:
        try:
            return self.advance(projection)
        except Exception as error:  # noqa: BLE001 - one read model must not stop the others
            logger.error(  # noqa: TRY400 - a traceback would show the values of the row
                "projection %s stands still: %s", projection.name, type(error).__name__
            )
            return 0


def lock_position(connection: Connection[Any], projection: Projection) -> int:
    """Return how far a read model has come, and keep others from moving it meanwhile."""
    row = connection.execute(
        "SELECT position FROM projection.position WHERE name = %s FOR UPDATE", (projection.name,)
    ).fetchone()
    if row is None:
        raise LookupError(f"the read model {projection.name} is not installed")
    return int(row[0])


def move(connection: Connection[Any], projection: Projection, position: int) -> None:
    """Record how far a read model has come."""
    connection.execute(
        """
        UPDATE projection.position
        SET position = ledger.position, notification_id = ledger.notification_id
        FROM eventlog.ledger WHERE ledger.position = %s AND name = %s
        """,
        (position, projection.name),
    )
