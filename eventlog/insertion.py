"""Puts the events of many appends into the log with one statement and one call to the server.

The driver's cursors come back to the interpreter several times for each statement; where many
threads append, each time is a wait for all others. One call of libpq comes back once.
"""

from collections.abc import Sequence
from struct import Struct
from typing import Any
from uuid import UUID

from eventsourcing.persistence import StoredEvent
from psycopg import Connection, OperationalError
from psycopg.errors import error_from_result
from psycopg.pq import ExecStatus, Format
from psycopg.pq.abc import PGresult

NAME = b"append"

STATEMENT = b"""
INSERT INTO eventlog.domain_events (originator_id, originator_version, topic, state)
SELECT * FROM unnest($1::uuid[], $2::int8[], $3::text[], $4::bytea[])
RETURNING notification_id
"""

WITHIN = """
INSERT INTO eventlog.domain_events (originator_id, originator_version, topic, state)
SELECT * FROM unnest(%s::uuid[], %s::int8[], %s::text[], %s::bytea[])
"""

UUID_TYPE, INT8_TYPE, TEXT_TYPE, BYTEA_TYPE = 2950, 20, 25, 17
"""Numbers of types (PostgreSQL 18, src/include/catalog/pg_type.dat)."""

ARRAYS = (2951, 1016, 1009, 1001)
"""Numbers of the types of arrays of these."""

HEADER = Struct("!iiIii")
"""Of an array in binary format: dimensions, whether it has nulls, type of its elements, how many
they are, index of the first (PostgreSQL 18, array_recv in src/backend/utils/adt/arrayfuncs.c)."""

LENGTH = Struct("!i")
VERSION = Struct("!q")


def prepare(connection: Connection[Any]) -> None:
    """Prepare the statement on a new connection. Raises psycopg.Error."""
    require(connection.pgconn.prepare(NAME, STATEMENT, ARRAYS), ExecStatus.COMMAND_OK)


def insert(connection: Connection[Any], events: Sequence[StoredEvent]) -> list[int]:
    """Insert events, all or none, and return their notification ids, which grow in this order.

    Where the connection is in autocommit, they are on disk then. Raises psycopg.Error, or
    ValueError, TypeError or struct.error for what cannot be stored.
    """
    columns = (
        array(UUID_TYPE, [identifier(event) for event in events]),
        array(INT8_TYPE, [VERSION.pack(event.originator_version) for event in events]),
        array(TEXT_TYPE, [event.topic.encode() for event in events]),
        array(BYTEA_TYPE, [event.state for event in events]),
    )
    binary = [Format.BINARY] * len(columns)
    result = connection.pgconn.exec_prepared(NAME, columns, binary, Format.BINARY)
    require(result, ExecStatus.TUPLES_OK)
    return sorted(int.from_bytes(result.get_value(row, 0) or b"") for row in range(result.ntuples))


def insert_within(connection: Connection[Any], events: Sequence[StoredEvent]) -> None:
    """Insert events in a transaction that is under way, over any connection. Raises psycopg.Error.

    The transaction holds its turn until it ends, and the order waits for it: it should be short.
    """
    if events:
        connection.execute(
            WITHIN,
            (
                [event.originator_id for event in events],
                [event.originator_version for event in events],
                [event.topic for event in events],
                [bytes(event.state) for event in events],
            ),
        )


def identifier(event: StoredEvent) -> bytes:
    """Return whose event it is; the library also has aggregates whose identifiers are texts."""
    if not isinstance(event.originator_id, UUID):
        raise TypeError("the identifier of an aggregate is not a UUID")
    return event.originator_id.bytes


def array(type_: int, elements: Sequence[bytes]) -> bytes:
    """Return an array in the server's binary format."""
    parts = [HEADER.pack(1, 0, type_, len(elements), 1)]
    for element in elements:
        parts += (LENGTH.pack(len(element)), element)
    return b"".join(parts)


def require(result: PGresult, status: ExecStatus) -> None:
    """Raise the driver's error for a result that is not what it should be.

    What libpq reports of itself has no SQLSTATE: that the connection is lost.
    """
    if result.status != status:
        error = error_from_result(result)
        raise error if error.sqlstate else OperationalError(str(error))
