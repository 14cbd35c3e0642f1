"""A server whose every commit waits until a second one, a streaming standby, has flushed it too."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from bench.database import server
from runtime.embedded_postgres import EmbeddedPostgres
from tests.faults.servers import fresh_folder, standby_of
from tests.fixtures.product import eventually

IN_STEP = "SELECT count(*) = 1 FROM pg_stat_replication WHERE sync_state = 'sync'"


@contextmanager
def server_with_standby() -> Iterator[EmbeddedPostgres]:
    """Run a server with one synchronous standby, both on this machine and both flushing."""
    with (
        fresh_folder() as folder,
        server(folder=folder / "primary") as primary,
        standby_of(primary, folder / "primary", folder / "standby"),
    ):
        with psycopg.connect(primary.superuser_url, autocommit=True) as superuser:
            superuser.execute("ALTER SYSTEM SET synchronous_standby_names = '*'")
            superuser.execute("SELECT pg_reload_conf()")
            eventually(lambda: superuser.execute(IN_STEP).fetchone() == (True,), "the standby")
        yield primary
        with psycopg.connect(primary.superuser_url, autocommit=True) as superuser:
            superuser.execute("ALTER SYSTEM RESET synchronous_standby_names")
            superuser.execute("SELECT pg_reload_conf()")
