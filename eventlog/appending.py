"""Writes appends to the database: several at once in one statement, each whole or not at all.

When the connection breaks, nobody knows whether the append was committed before. It is then tried
again on a new connection, and one that finds its own events there already has succeeded.
"""

import struct
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any

import psycopg
from eventsourcing import persistence
from eventsourcing.persistence import DataError, PersistenceError, StoredEvent
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from eventlog.insertion import insert, prepare

Append = Sequence[StoredEvent]
"""Events that are kept together or not at all."""

Outcome = list[int] | Exception
"""The notification ids of the events of an append, or why it was refused."""

PATIENCE_SECONDS = 5.0
"""How long a server may be away before appends fail."""

PAUSE_SECONDS = 0.1

NOTICES_SILENCE = (
    "keepalives_idle=5 keepalives_interval=2 keepalives_count=3 tcp_user_timeout=10000"
)
"""Options of libpq after which a server that fell silent is found to be away in ten seconds."""

COMES_BACK = ("08", "40", "57P", "25006")
"""SQLSTATEs after which it is worth trying again: connection lost, serialisation failure or
deadlock, server shutting down or starting, server still read-only (PostgreSQL, appendix A)."""

GONE = (psycopg.OperationalError, psycopg.errors.ReadOnlySqlTransaction)
"""What is raised when the server is away, or is a standby that nobody has promoted yet."""

UNSTORABLE = (ValueError, TypeError, struct.error)
"""What is raised for text and numbers that the server has no place for."""

FLUSHED = """
SELECT set_config('synchronous_commit', 'on', false)
WHERE current_setting('synchronous_commit') = 'off'
"""

SELECT = """
SELECT originator_id, originator_version, topic, state, notification_id
FROM eventlog.domain_events
JOIN unnest(%b::uuid[], %b::int8[]) AS wanted (originator_id, originator_version)
    USING (originator_id, originator_version)
"""


class Appender:
    """Appends over connections of its own, as many as write at the same time."""

    def __init__(self, database_url: str) -> None:
        self._conninfo = make_conninfo(database_url, **conninfo_to_dict(NOTICES_SILENCE))
        self._idle: list[psycopg.Connection[Any]] = []

    def __call__(self, appends: Sequence[Append]) -> list[Outcome]:
        """Write appends and return an outcome for each, once what was accepted is on disk.

        Raises the library's OperationalError when the server is away for longer than our patience,
        or has no room left.
        """
        deadline = time.monotonic() + PATIENCE_SECONDS
        in_doubt = False
        while True:
            try:
                with self._connection() as connection:
                    return written(connection, appends, in_doubt=in_doubt)
            except GONE as error:
                if not comes_back(error) or time.monotonic() > deadline:
                    raise translated(error) from error
                in_doubt = True
                time.sleep(PAUSE_SECONDS)

    def close(self) -> None:
        """Give the connections back."""
        while self._idle:
            self._idle.pop().close()

    @contextmanager
    def _connection(self) -> Iterator[psycopg.Connection[Any]]:
        connection = self._idle.pop() if self._idle else connected(self._conninfo)
        try:
            yield connection
        except BaseException:
            connection.close()
            raise
        self._idle.append(connection)


def connected(conninfo: str) -> psycopg.Connection[Any]:
    """Return a new connection on which events can be inserted. Raises psycopg.Error.

    A server that answers commits before they are flushed does not do so for these; one that waits
    for a standby as well goes on doing so.
    """
    connection = psycopg.connect(conninfo, autocommit=True)
    try:
        connection.execute(FLUSHED)
        prepare(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def comes_back(error: psycopg.Error) -> bool:
    """Say whether the same append may succeed in a moment; a lost connection has no SQLSTATE."""
    return error.sqlstate is None or error.sqlstate.startswith(COMES_BACK)


def translated(error: Exception) -> PersistenceError:
    """Return the library's error for one of the driver; both are named as DB-API 2.0 has it."""
    if isinstance(error, UNSTORABLE):
        return DataError(str(error))
    for kind in type(error).__mro__:
        ours = getattr(persistence, kind.__name__, None)
        if isinstance(ours, type) and issubclass(ours, PersistenceError):
            return ours(str(error))
    return PersistenceError(str(error))


def written(
    connection: psycopg.Connection[Any], appends: Sequence[Append], *, in_doubt: bool
) -> list[Outcome]:
    """Write appends together; where one is refused, halve until only that one is.

    With `in_doubt` events that are there already, the same to the last byte, are our own.
    """
    try:
        return inserted(connection, appends)
    except GONE:
        raise
    except (psycopg.Error, *UNSTORABLE) as error:
        if len(appends) > 1:
            middle = len(appends) // 2
            first = written(connection, appends[:middle], in_doubt=in_doubt)
            return first + written(connection, appends[middle:], in_doubt=in_doubt)
        kept = kept_already(connection, appends[0]) if in_doubt else None
        return [kept or translated(error)]


def inserted(connection: psycopg.Connection[Any], appends: Sequence[Append]) -> list[Outcome]:
    """Insert the events of appends in one statement, which is one transaction."""
    drawn = iter(insert(connection, [event for append in appends for event in append]))
    return [list(islice(drawn, len(append))) for append in appends]


def kept_already(connection: psycopg.Connection[Any], append: Append) -> list[int] | None:
    """Return the notification ids of an append that is in the log to the last byte, else None."""
    ids = [event.originator_id for event in append]
    versions = [event.originator_version for event in append]
    found = {
        (row[0], row[1]): row[2:]
        for row in connection.execute(SELECT, (ids, versions), binary=True)
    }
    kept = [found.get((event.originator_id, event.originator_version)) for event in append]
    if any(
        row is None or row[:2] != (event.topic, bytes(event.state))
        for row, event in zip(kept, append, strict=True)
    ):
        return None
    return [row[2] for row in kept if row]
