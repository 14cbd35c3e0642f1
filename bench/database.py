"""A server of our own that flushes, and a fresh database on it for each thing that is measured."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from runtime import embedded_account
from runtime.embedded_access import OWNER
from runtime.embedded_postgres import EmbeddedPostgres
from runtime.migration import migrate

NUMBERS = count(1)


@contextmanager
def server(preload: Path | None = None, folder: Path | None = None) -> Iterator[EmbeddedPostgres]:
    """Run a server that flushes every change; with `preload` under a library that slows it down."""
    with TemporaryDirectory() as place:
        running = EmbeddedPostgres(folder or Path(place) / "postgres")
        bare = dict(embedded_account.BARE_ENVIRONMENT)
        if preload:
            embedded_account.BARE_ENVIRONMENT["LD_PRELOAD"] = str(preload)
        try:
            running.start()
            yield running
        finally:
            embedded_account.BARE_ENVIRONMENT.clear()
            embedded_account.BARE_ENVIRONMENT.update(bare)
            running.delete()


@contextmanager
def database(on: EmbeddedPostgres, *, is_migrated: bool = True) -> Iterator[str]:
    """Make a database, and drop it afterwards."""
    name = f"bench_{next(NUMBERS)}"
    url = make_conninfo(on.url, dbname=name)
    with psycopg.connect(on.superuser_url, autocommit=True) as superuser:
        superuser.execute(
            sql.SQL("CREATE DATABASE {} OWNER {}").format(
                sql.Identifier(name), sql.Identifier(OWNER)
            )
        )
        if is_migrated:
            migrate(url)
        try:
            yield url
        finally:
            superuser.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
