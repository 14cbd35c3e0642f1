"""Everything that a read model holds, and the past that it is made from."""

from collections.abc import Iterable
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict
from psycopg.sql import SQL, Identifier
from psycopg_pool import ConnectionPool

from eventlog.log import IN_MEMORY, EventLog, Recorded
from projections.projection import Event
from projections.runner import PROJECTIONS, Runner
from runtime.embedded_postgres import EmbeddedPostgres
from runtime.stores import Stores

Rows = dict[str, list[str]]
"""The rows of each table as text, in order."""


def rows_of(pool: ConnectionPool[Any], schema: str) -> Rows:
    with pool.connection() as connection:
        names = connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = %s ORDER BY tablename", (schema,)
        ).fetchall()
        return {name: table(connection, schema, name) for (name,) in names}


def table(connection: psycopg.Connection[Any], schema: str, name: str) -> list[str]:
    statement = SQL("SELECT to_jsonb(t)::text FROM {} AS t").format(Identifier(schema, name))
    return sorted(row[0] for row in connection.execute(statement).fetchall())


def all_rows(pool: ConnectionPool[Any]) -> dict[str, Rows]:
    return {projection.name: rows_of(pool, projection.name) for projection in PROJECTIONS}


def positions(pool: ConnectionPool[Any]) -> dict[str, int]:
    with pool.connection() as connection:
        return dict(connection.execute("SELECT name, position FROM projection.position").fetchall())


def everywhere(position: int) -> dict[str, int]:
    """Return the positions of read models that have all come so far."""
    return {projection.name: position for projection in PROJECTIONS}


def schemas(pool: ConnectionPool[Any]) -> set[str]:
    """Return what there is beside the read models themselves."""
    with pool.connection() as connection:
        rows = connection.execute(
            "SELECT nspname FROM pg_namespace WHERE nspname ~ '_(next|replaced)$'"
        ).fetchall()
    return {row[0] for row in rows}


def recorded(position: int, event: Event) -> Recorded:
    """Return an event as it is read from a log."""
    mapper = EventLog(IN_MEMORY).mapper
    return Recorded(position, mapper.to_stored_event(event), mapper)


def append(stores: Stores, events: Iterable[Event]) -> None:
    """Append events of the past as they are."""
    stores.log.save(*events)


def runner(stores: Stores) -> Runner:
    return Runner(stores.log, stores.pool)


def remembered(stores: Stores, events: Iterable[Event]) -> dict[str, Rows]:
    """Append events, let the read models catch up, and return all that these hold."""
    append(stores, events)
    runner(stores).catch_up()
    return all_rows(stores.pool)


def cut(stores: Stores, server: EmbeddedPostgres) -> None:
    """Terminate every connection to the database of a test."""
    with psycopg.connect(server.superuser_url) as superuser:
        superuser.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
            (conninfo_to_dict(stores.database_url)["dbname"],),
        )
