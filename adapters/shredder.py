"""The shredder destroys data keys, one destroyer at a time; it has no key itself.

A deleted row is gone for every query at once. PostgreSQL may keep its bytes in its files and in the
write-ahead log for a while; the runbook says what that means, and how rotation ends it.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from psycopg_pool import ConnectionPool

from domain.ports import KeyKind

TURN = 0x5EC0_5EED
"""Advisory lock of who destroys or stops a destruction."""


class PostgresShredder:
    """The port `Shredder` over the table `vault.data_key`."""

    def __init__(self, pool: ConnectionPool[Any]) -> None:
        self._pool = pool

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for one's turn; a holder that dies loses it with its connection."""
        with self._pool.connection() as connection, connection.transaction():
            connection.execute("SELECT pg_advisory_xact_lock(%s)", (TURN,))
            yield

    def shred(self, kind: KeyKind, owners: Sequence[UUID]) -> None:
        """Destroy the data keys of these owners, flushed to disk before this returns."""
        with self._pool.connection() as connection:
            connection.execute("SET LOCAL synchronous_commit = on")
            connection.execute(
                "DELETE FROM vault.data_key WHERE kind = %s AND owner = ANY(%s)",
                (kind.value, list(owners)),
            )
