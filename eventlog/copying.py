"""Reads many rows as the server sends them, without making a Python value of each field.

The driver's own way asks its event loop for each row; asking libpq directly takes half the time.
"""

from collections.abc import Iterator
from select import POLLIN, poll
from typing import Any

from psycopg import Connection
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGconn

from eventlog.insertion import require

HEADER = len(b"PGCOPY\n\xff\r\n\0") + 8
"""What `COPY ... (FORMAT BINARY)` sends before the first row: signature, flags, extension
(PostgreSQL 18, COPY, "Binary Format")."""

END = b"\xff\xff"
"""What it sends after the last row."""


def copied(connection: Connection[Any], statement: str) -> Iterator[bytes]:
    """Yield the bytes of each row of a COPY TO STDOUT in binary format.

    A row is the number of its fields and then each field's length and bytes. Raises psycopg.Error.
    """
    pgconn = connection.pgconn
    require(pgconn.exec_(statement.encode()), ExecStatus.COPY_OUT)
    start = HEADER
    for piece in pieces(pgconn):
        row = piece[start:] if start else piece
        start = 0
        if row != END:
            yield row  # type: ignore[misc] # a buffer is as good as bytes for hashing
    while result := pgconn.get_result():
        require(result, ExecStatus.COMMAND_OK)


def pieces(pgconn: PGconn) -> Iterator[memoryview]:
    """Yield what the server sends, row by row, until it has sent all."""
    readable = poll()
    readable.register(pgconn.socket, POLLIN)
    while True:
        length, piece = pgconn.get_copy_data(1)
        if length > 0:
            yield piece
        elif length == 0:
            readable.poll()
            pgconn.consume_input()
        else:
            return
