"""Brings the database to the present form: numbered steps, forward only, each applied once.

Two processes that start together take turns under one lock.
"""

from pathlib import Path
from typing import Any

import psycopg

from projections.rebuild import install
from projections.runner import PROJECTIONS

STEPS = Path(__file__).parent / "schema"
LOCK = 5_306_144_227_150_211
"""Key of the advisory lock under which steps are applied."""

RECORD = """
CREATE TABLE public.securemail_migration (
    name text PRIMARY KEY,
    applied_at timestamptz NOT NULL DEFAULT now()
)
"""

OLDEST_SERVER = 150_000
"""PostgreSQL 15."""


class DatabaseIsUnusable(Exception):
    """The server is too old, or the database was made by a newer release."""


def migrate(database_url: str, steps: Path = STEPS) -> list[str]:
    """Apply what is missing; return the names of read models that must be rebuilt.

    Each step and its record are one transaction. Only the owner of the database can apply any; for
    others a database must be in its present form already. Raises DatabaseIsUnusable.
    """
    with psycopg.connect(database_url, autocommit=True) as connection:
        if connection.info.server_version < OLDEST_SERVER:
            raise DatabaseIsUnusable("PostgreSQL 15 or later is needed")
        connection.execute("SELECT pg_advisory_lock(%s)", (LOCK,))
        try:
            apply_steps(connection, steps)
            return install_read_models(connection)
        finally:
            connection.execute("SELECT pg_advisory_unlock(%s)", (LOCK,))


def apply_steps(connection: psycopg.Connection[Any], folder: Path) -> None:
    """Apply the numbered steps of a folder that the database has not seen."""
    if not has_record(connection):
        connection.execute(RECORD)
    rows = connection.execute("SELECT name FROM public.securemail_migration").fetchall()
    applied = {row[0] for row in rows}
    steps = {path.name: path for path in sorted(folder.glob("*.sql"))}
    unknown = applied - steps.keys()
    if unknown:
        raise DatabaseIsUnusable(f"the database knows newer steps: {', '.join(sorted(unknown))}")
    for name in sorted(steps.keys() - applied):
        with connection.transaction():
            connection.execute(steps[name].read_bytes())
            connection.execute(
                "INSERT INTO public.securemail_migration (name) VALUES (%s)", (name,)
            )


def has_record(connection: psycopg.Connection[Any]) -> bool:
    """Say whether any step was ever applied; who may make no tables can ask that, too."""
    row = connection.execute("SELECT to_regclass('public.securemail_migration')").fetchone()
    return bool(row and row[0])


def install_read_models(connection: psycopg.Connection[Any]) -> list[str]:
    """Make the tables of read models that are not there yet; return those that must be rebuilt."""
    outdated = []
    for projection in PROJECTIONS:
        with connection.transaction():
            if install(connection, projection):
                outdated.append(projection.name)
    return outdated
