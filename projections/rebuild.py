"""Builds a read model anew beside the old one, while people go on reading that, and switches."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from psycopg import Connection
from psycopg.errors import LockNotAvailable
from psycopg.sql import SQL, Identifier, Literal
from psycopg_pool import ConnectionPool

from eventlog.log import EventLog
from projections.collector import without_collector
from projections.indexes import index, set_aside
from projections.positions import enter, lock_position, move
from projections.projection import Projection
from projections.runner import changed
from projections.writing import Types, types_of, write

BATCH = 5000
"""Events a transaction."""

Progress = Callable[[int], object]
"""Is told how many more events were read."""

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
        with self.pool.connection() as holder:
            holder.autocommit = True
            lock = ("rebuild of " + self.projection.name,)
            holder.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", lock)
            try:
                self._drop_replaced()
                position = self._switch(self._build(progress), progress)
                self._drop_replaced()
                return position
            finally:
                holder.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", lock)
                holder.autocommit = False

    @property
    def _beside(self) -> str:
        return f"{self.projection.name}_next"

    @property
    def _replaced(self) -> str:
        return f"{self.projection.name}_replaced"

    def _build(self, progress: Progress) -> int:
        """Fill new tables up to the head of the log, and index them afterwards."""
        with self.pool.connection() as connection:
            make_tables(connection, self.projection, self._beside)
            types = types_of(connection, self._beside)
            indexes = set_aside(connection, self._beside)
        position, reached = -1, 0
        while position != reached:
            position = reached
            with self.pool.connection() as connection:
                connection.execute("SET LOCAL synchronous_commit = off")
                reached = self._fold(connection, types, position, progress)
        with self.pool.connection() as connection:
            index(connection, self._beside, indexes)
        return position

    @without_collector
    def _fold(
        self, connection: Connection[Any], types: Types, position: int, progress: Progress
    ) -> int:
        batch = self.log.read(after=position, limit=BATCH)
        if not batch:
            return position
        enter(connection, self._beside)
        write(connection, changed(self.projection, batch), types)
        progress(len(batch))
        return batch[-1].position

    def _switch(self, position: int, progress: Progress) -> int:
        """Catch up while nobody else moves the old tables, and let the new ones take their name."""
        with self.pool.connection() as connection:
            lock_position(connection, self.projection)
            types = types_of(connection, self._beside)
            while (reached := self._fold(connection, types, position, progress)) != position:
                position = reached
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
