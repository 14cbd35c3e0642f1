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

OLDEST_SERVER = 150_000
"""PostgreSQL 15."""


class DatabaseIsUnusable(Exception):
    """The server is too old, or the database was made by a newer release."""


def migrate(database_url: str, steps: Path = STEPS) -> list[str]:
    """Apply what is missing; return the names of read models that must be rebuilt.

    Each step and its record are one transaction. Raises DatabaseIsUnusable.
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
    connection.execute(
        """
        CREATE TABLE IF NOT EXISTS public.securemail_migration (
            name text PRIMARY KEY,
            applied_at timestamptz NOT NULL DEFAULT now()
        )
        """
    )
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


def install_read_models(connection: psycopg.Connection[Any]) -> list[str]:
    """Make the tables of read models that are not there yet; return those that must be rebuilt."""
    outdated = []
    for projection in PROJECTIONS:
        with connection.transaction():
            if install(connection, projection):
                outdated.append(projection.name)
    return outdated
