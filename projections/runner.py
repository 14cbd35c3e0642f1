"""Carries the log into the read models: rows and position in one transaction, batch by batch.

All read models share one pass over the log. Any number of runners may run; the position row of a
read model is the lock that lets one of them work at a time, and the others pass by. An event is
applied once, whatever is killed in between.
"""

import logging
from collections.abc import Callable, Sequence
from typing import Any

import psycopg
from psycopg import Connection
from psycopg_pool import ConnectionPool

from eventlog.log import EventLog, Recorded
from projections.batch import changed
from projections.billing import BILLING
from projections.collector import without_collector
from projections.deliveries import DELIVERIES
from projections.endings import ENDINGS
from projections.entitlements import ENTITLEMENTS
from projections.holds import HOLDS
from projections.inbox import INBOX
from projections.positions import enter, move, stand_still, take_positions
from projections.projection import Projection
from projections.reach import REACH
from projections.reminders import REMINDERS
from projections.rests import Rests
from projections.roster import ROSTER
from projections.writing import Types, types_of, write

BATCH = 500
"""Events a transaction."""

PROJECTIONS: tuple[Projection, ...] = (
    ROSTER,
    INBOX,
    ENTITLEMENTS,
    BILLING,
    HOLDS,
    ENDINGS,
    REACH,
    DELIVERIES,
    REMINDERS,
)

logger = logging.getLogger(__name__)


class Runner:
    """Keeps all read models up to date."""

    def __init__(
        self,
        log: EventLog,
        pool: ConnectionPool[Any],
        projections: Sequence[Projection] = PROJECTIONS,
    ) -> None:
        self._log = log
        self._pool = pool
        self._projections = projections
        self._types: dict[str, Types] = {}
        self._rests = Rests()

    @without_collector
    def advance(self, projections: Sequence[Projection], limit: int = BATCH) -> int:
        """Apply the next batch to read models in one transaction; return how many events were read.

        Those at which another runner works are left to it.
        """
        with self._pool.connection() as connection, connection.pipeline(), connection.transaction():
            positions = take_positions(connection, projections)
            if not positions:
                return 0
            batch = self._log.read(
                after=min(positions.values()), limit=limit, connection=connection
            )
            if batch:
                connection.execute("SET LOCAL synchronous_commit = off")
                for projection in projections:
                    after = positions.get(projection.name, batch[-1].position)
                    new = batch[max(0, after + 1 - batch[0].position) :]
                    self._apply(connection, projection, new)
                move(connection, list(positions), batch[-1].position)
        return len(batch)

    def advance_all(self) -> int:
        """Apply the next batch to every read model; one that fails does not hold up the others."""
        going = [one for one in self._projections if not self._rests.holds(one.name)]
        try:
            return self.advance(going)
        except psycopg.OperationalError as error:
            logger.error("the read models wait for the database: %s", type(error).__name__)  # noqa: TRY400 - a traceback would show the values of a row
            return 0
        except Exception:  # noqa: BLE001 - one of them; the others go on
            return max(self._advance_alone(one) for one in going)

    def catch_up(self) -> None:
        """Advance until nothing is left to do."""
        while self.advance_all():
            pass

    def run(self, wait: Callable[[bool], bool]) -> None:
        """Advance for good; `wait(idle)` pauses between rounds and says whether to go on."""
        while wait(self.advance_all() == 0):
            pass

    def _apply(
        self, connection: Connection[Any], projection: Projection, batch: Sequence[Recorded]
    ) -> None:
        changes = changed(projection, batch)
        if not changes:
            return
        if projection.name not in self._types:
            self._types[projection.name] = types_of(connection, projection.name)
        enter(connection, projection.name)
        write(connection, changes, self._types[projection.name])

    def _advance_alone(self, projection: Projection) -> int:
        """Apply as much of the next batch as can be; at the event that cannot, stand still."""
        limit = BATCH
        while True:
            try:
                applied = self.advance([projection], limit)
            except psycopg.OperationalError:
                return 0
            except Exception as error:  # noqa: BLE001 - whatever it is, this one stands still
                if limit == 1:
                    self._stand_still(projection, error)
                    return 0
                limit = max(1, limit // 8)
            else:
                self._rests.end(projection.name)
                return applied

    def _stand_still(self, projection: Projection, error: Exception) -> None:
        """Say which event cannot be read; the words of the error would show the values of a row."""
        with self._pool.connection() as connection:
            position = take_positions(connection, [projection]).get(projection.name, 0)
            topic = next((one.topic for one in self._log.read(after=position, limit=1)), "nothing")
            failure = f"position {position + 1}, {topic}: {type(error).__name__}"
            stand_still(connection, projection, failure)
        self._rests.begin(projection.name)
        logger.error("projection %s stands still at %s", projection.name, failure)
