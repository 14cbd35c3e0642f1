"""Looks at new tables before they take the place of old ones, and refuses what is plainly wrong."""

from typing import Any

from psycopg import Connection
from psycopg.sql import SQL, Identifier

TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = %s ORDER BY tablename"

UNUSABLE = """
SELECT relname FROM pg_index
JOIN pg_class ON pg_class.oid = indexrelid
JOIN pg_namespace ON pg_namespace.oid = relnamespace
WHERE nspname = %s AND NOT (indisvalid AND indisready)
"""


class NotPlausible(Exception):
    """The new tables are not let in; people go on reading the old ones."""


def require_plausible(connection: Connection[Any], old: str, new: str) -> None:
    """Raise NotPlausible if a table is empty that was not, or an index cannot be used."""
    for (name,) in connection.execute(UNUSABLE, (new,)).fetchall():
        raise NotPlausible(f"the index {name} of {new} cannot be used")
    there = {name for (name,) in connection.execute(TABLES, (old,))}
    for (name,) in connection.execute(TABLES, (new,)).fetchall():
        if (
            name in there
            and has_rows(connection, old, name)
            and not has_rows(connection, new, name)
        ):
            raise NotPlausible(f"{new}.{name} is empty, and {old}.{name} is not")


def has_rows(connection: Connection[Any], schema: str, table: str) -> bool:
    """Say whether there is anything in a table."""
    found = connection.execute(
        SQL("SELECT EXISTS (SELECT FROM {})").format(Identifier(schema, table))
    ).fetchone()
    return bool(found and found[0])
