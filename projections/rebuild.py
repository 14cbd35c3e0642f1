"""Builds a read model anew beside the old one, while people go on reading that, and switches."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from psycopg import Connection
from psycopg.errors import LockNotAvailable
from psycopg.sql import SQL, Identifier, Literal
from psycopg_pool import ConnectionPool

from eventlog.log import EventLog
from projections.batch import folded_batch, write_batch, write_unflushed
from projections.folding import Folded
from projections.indexes import index, set_aside
from projections.plausibility import require_plausible
from projections.positions import enter, lock_position, move
from projections.projection import Projection
from projections.together import BrokenOff, build_together
from projections.writing import Types, types_of

logger = logging.getLogger(__name__)

Progress = Callable[[int], object]
"""Is told how many more events were read."""

Write = Callable[[Connection[Any], str, list[Folded], Types], object]
"""Writes a batch to the tables in a schema."""

BRIEFLY = Literal("100ms")
"""Far less than the server's deadlock_timeout: no reader ever ends in a deadlock with us."""


def install(connection: Connection[Any], projection: Projection) -> bool:
    """Make the tables of a new read model; say whether one made otherwise needs a rebuild."""
    row = connection.execute(
        "SELECT definition FROM projection.position WHERE name = %s", (projection.name,)
    ).fetchone()
    if row is not None:
        return bool(row[0] != projection.definition)
    make_tables(connection, projection, projection.name)
    connection.execute(
        "INSERT INTO projection.position (name, position, definition) VALUES (%s, 0, %s)",
        (projection.name, projection.definition),
    )
    return False


def make_tables(connection: Connection[Any], projection: Projection, schema: str) -> None:
    """Make empty tables in a schema of that name, in place of what it held."""
    connection.execute(SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(Identifier(schema)))
    connection.execute(SQL("CREATE SCHEMA {}").format(Identifier(schema)))
    enter(connection, schema)
    connection.execute(projection.tables)
    connection.execute("SET LOCAL search_path = DEFAULT")


def rename(connection: Connection[Any], schema: str, name: str) -> None:
    """Give a schema another name; who reads in it is not held up."""
    connection.execute(
        SQL("ALTER SCHEMA {} RENAME TO {}").format(Identifier(schema), Identifier(name))
    )


@dataclass(frozen=True, slots=True)
class Rebuild:
    """Rebuilds one read model; killed at any point, the old one is untouched."""

    log: EventLog
    pool: ConnectionPool[Any]
    projection: Projection

    def run(self, progress: Progress = lambda _: None) -> int:
        """Build, catch up and switch; return the position that the new read model has.

        Only one rebuild of a read model runs at a time; a second one waits for it.
        """
        with self._in_autocommit() as holder:
            lock = ("rebuild of " + self.projection.name,)
            holder.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", lock)
            try:
                self._drop_replaced()
                position = self._switch(self._build(progress), progress)
                self._drop_replaced()
                return position
            finally:
                holder.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", lock)

    @contextmanager
    def _in_autocommit(self) -> Iterator[Connection[Any]]:
        """Lend a connection on which each statement is a transaction."""
        with self.pool.connection() as connection:
            connection.autocommit = True
            try:
                yield connection
            finally:
                if not connection.closed:
                    connection.autocommit = False

    @property
    def _beside(self) -> str:
        return f"{self.projection.name}_next"

    @property
    def _replaced(self) -> str:
        return f"{self.projection.name}_replaced"

    def _build(self, progress: Progress) -> int:
        """Fill new tables up to the head of the log, and index them afterwards."""
        indexes = self._make_tables()
        try:
            position = build_together(self.log, self.projection, self._beside, progress)
        except BrokenOff:
            logger.warning("a process that helped with %s failed; starting anew", self._beside)
            indexes, position = self._make_tables(), 0
        with self._in_autocommit() as connection:
            position = self._write_rest(connection, write_unflushed, position, progress)
        with self.pool.connection() as connection:
            index(connection, self._beside, indexes)
            require_plausible(connection, self.projection.name, self._beside)
        return position

    def _make_tables(self) -> list[str]:
        """Make new tables, without those indexes that can wait, and return these."""
        with self.pool.connection() as connection:
            make_tables(connection, self.projection, self._beside)
            return set_aside(connection, self._beside)

    def _write_rest(
        self, connection: Connection[Any], write: Write, position: int, progress: Progress
    ) -> int:
        """Write what is behind a position to the new tables; return the position of the last."""
        types = types_of(connection, self._beside)
        while True:
            reached, batch = folded_batch(self.log, self.projection, position)
            if reached == position:
                return position
            write(connection, self._beside, batch, types)
            progress(reached - position)
            position = reached

    def _switch(self, position: int, progress: Progress) -> int:
        """Catch up while nobody else moves the old tables, and let the new ones take their name."""
        with self.pool.connection() as connection:
            lock_position(connection, self.projection)
            position = self._write_rest(connection, write_batch, position, progress)
            rename(connection, self.projection.name, self._replaced)
            rename(connection, self._beside, self.projection.name)
            connection.execute(
                "UPDATE projection.position SET definition = %s WHERE name = %s",
                (self.projection.definition, self.projection.name),
            )
            move(connection, [self.projection.name], position)
        return position

    def _drop_replaced(self) -> None:
        """Drop the old tables once nobody reads them; asked briefly, lest a reader wait for us."""
        while True:
            with suppress(LockNotAvailable), self.pool.connection() as connection:
                connection.execute(SQL("SET LOCAL lock_timeout = {}").format(BRIEFLY))
                connection.execute(
                    SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(Identifier(self._replaced))
                )
                return
