"""Indexes are quicker made over full tables than kept up while these are filled."""

from collections.abc import Iterable
from typing import Any

from psycopg import Connection
from psycopg.sql import SQL, Identifier

from projections.positions import enter


def set_aside(connection: Connection[Any], schema: str) -> list[str]:
    """Drop the indexes of a schema that keep no promise, and return how they were made."""
    found = connection.execute(
        """
        SELECT relname, pg_get_indexdef(indexrelid)
        FROM pg_index
        JOIN pg_class ON pg_class.oid = indexrelid
        JOIN pg_namespace ON pg_namespace.oid = relnamespace
        WHERE nspname = %s AND NOT indisunique
        ORDER BY relname
        """,
        (schema,),
    ).fetchall()
    for name, _ in found:
        connection.execute(SQL("DROP INDEX {}").format(Identifier(schema, name)))
    return [definition for _, definition in found]


def index(connection: Connection[Any], schema: str, definitions: Iterable[str]) -> None:
    """Make indexes again, and let the planner know what there is."""
    for definition in definitions:
        connection.execute(definition.encode())
    enter(connection, schema)
    for (table,) in connection.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = %s ORDER BY tablename", (schema,)
    ).fetchall():
        connection.execute(SQL("ANALYZE {}").format(Identifier(table)))
