"""How far each read model has come: a row that is moved with its tables, and locked meanwhile."""

from collections.abc import Iterable, Sequence
from typing import Any

from psycopg import Connection
from psycopg.sql import SQL, Identifier

from projections.projection import Projection

MOVED = "projection_moved"
"""The channel that tells of new positions."""


def take_positions(
    connection: Connection[Any], projections: Iterable[Projection]
) -> dict[str, int]:
    """Return how far read models have come, and let nobody else move them in this transaction.

    Those that somebody else has taken are left out. Raises LookupError for one that is not there.
    """
    wanted = [projection.name for projection in projections]
    taken = dict(
        connection.execute(
            """
            SELECT name, position FROM projection.position WHERE name = ANY(%s)
            ORDER BY name FOR UPDATE SKIP LOCKED
            """,
            (wanted,),
        ).fetchall()
    )
    if len(taken) < len(wanted):
        require_installed(connection, wanted)
    return taken


def require_installed(connection: Connection[Any], names: Iterable[str]) -> None:
    """Raise LookupError unless there are read models of all these names."""
    rows = connection.execute("SELECT name FROM projection.position").fetchall()
    missing = set(names) - {row[0] for row in rows}
    if missing:
        raise LookupError(f"the read model {min(missing)} is not installed")


def lock_position(connection: Connection[Any], projection: Projection) -> int:
    """Return how far a read model has come once nobody else moves it; nobody will meanwhile."""
    row = connection.execute(
        "SELECT position FROM projection.position WHERE name = %s FOR UPDATE", (projection.name,)
    ).fetchone()
    if row is None:
        raise LookupError(f"the read model {projection.name} is not installed")
    return int(row[0])


def move(connection: Connection[Any], names: Sequence[str], position: int) -> None:
    """Record how far read models have come, and tell whoever waits how far all have that go on."""
    connection.execute(
        """
        UPDATE projection.position
        SET position = ledger.position, notification_id = ledger.notification_id, failure = NULL
        FROM eventlog.ledger WHERE ledger.position = %s AND name = ANY(%s)
        """,
        (position, list(names)),
    )
    connection.execute(
        """
        SELECT pg_notify(%s, min(notification_id)::text)
        FROM projection.position WHERE failure IS NULL
        """,
        (MOVED,),
    )


def stand_still(connection: Connection[Any], projection: Projection, failure: str) -> None:
    """Record at which event a read model stands still, and why."""
    connection.execute(
        "UPDATE projection.position SET failure = %s WHERE name = %s", (failure, projection.name)
    )


def enter(connection: Connection[Any], schema: str) -> None:
    """Let unqualified table names mean those of one read model, for this transaction."""
    connection.execute(SQL("SET LOCAL search_path = {}").format(Identifier(schema)))
