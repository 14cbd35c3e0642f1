"""The shredder destroys data keys, one destroyer at a time; it has no key itself.

A deleted row is gone for every query at once. PostgreSQL may keep its bytes in its files and in the
write-ahead log for a while; the runbook says what that means, and how rotation ends it.
"""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg_pool import ConnectionPool

from domain.ports import KeyKind

TURN = 0x5EC0_5EED
"""Advisory lock of who destroys or stops a destruction."""


class Mine(threading.local):
    """The connection on which the present thread has the turn."""

    connection: Connection[Any] | None = None


class PostgresShredder:
    """The port `Shredder` over the table `vault.data_key`."""

    def __init__(self, pool: ConnectionPool[Any]) -> None:
        self._pool = pool
        self._mine = Mine()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for one's turn; a holder that dies loses it with its connection."""
        with self._pool.connection() as connection:
            try:
                with connection.transaction():
                    connection.execute("SELECT pg_advisory_lock(%s)", (TURN,))
                self._mine.connection = connection
                yield
            finally:
                self._mine.connection = None
                with connection.transaction():
                    connection.execute("SELECT pg_advisory_unlock(%s)", (TURN,))

    def shred(self, kind: KeyKind, owners: Sequence[UUID]) -> None:
        """Destroy the data keys of these owners, flushed to disk before this returns.

        It is done on the connection that has the turn: who lost the one cannot use the other. Who
        has no turn takes one. Raises psycopg.OperationalError if the connection is lost.
        """
        connection = self._mine.connection
        if connection is None:
            with self.turn():
                self.shred(kind, owners)
            return
        with connection.transaction():
            connection.execute("SET LOCAL synchronous_commit = on")
            connection.execute(
                "DELETE FROM vault.data_key WHERE kind = %s AND owner = ANY(%s)",
                (kind.value, list(owners)),
            )
