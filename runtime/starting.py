"""What must be there before anything runs: keys, a database in its present form, free ports."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from psycopg_pool import ConnectionPool

from adapters.keyring import KeysAreUnusable, create_key_file
from projections.rebuild import Rebuild
from projections.runner import PROJECTIONS
from runtime.embedded_postgres import EmbeddedPostgres
from runtime.migration import migrate
from runtime.sandbox_cards import is_free
from runtime.settings import Settings, SettingsAreUnusable
from runtime.stores import Stores, keyring_of, open_pool


@contextmanager
def database(settings: Settings) -> Iterator[Settings]:
    """Yield settings whose database answers and is in its present form.

    Without a DATABASE_URL the embedded server is started, and stopped again if it was not running.
    """
    if settings.database_url:
        prepare(settings)
        yield settings
        return
    server = EmbeddedPostgres(settings.data_folder / "postgres")
    ran_before = server.is_running
    ready = replace(settings, database_url=server.start())
    try:
        prepare(ready)
        yield ready
    finally:
        if not ran_before:
            server.stop()


def prepare(settings: Settings) -> None:
    """Bring the schema up to date, and rebuild read models whose tables have changed."""
    outdated = migrate(str(settings.database_url))
    if not outdated:
        return
    with Stores.open(str(settings.database_url)) as stores:
        for projection in PROJECTIONS:
            if projection.name in outdated:
                Rebuild(stores.log, stores.pool, projection).run()


def ensure_keys(settings: Settings) -> Path | None:
    """Make a key file if there is none and nothing was sealed yet; return it if it is new.

    Raises KeysAreUnusable when the database holds sealed values and the keys are gone.
    """
    if settings.keys or settings.key_file.exists():
        keyring_of(settings)
        return None
    with open_pool(str(settings.database_url)) as pool:
        if holds_sealed_values(pool):
            raise KeysAreUnusable(
                f"the database holds sealed values, but the key file {settings.key_file} is gone; "
                "bring it back from its backup, nothing else opens them"
            )
    create_key_file(settings.key_file)
    return settings.key_file


def holds_sealed_values(pool: ConnectionPool[Any]) -> bool:
    """Say whether anything was ever sealed."""
    with pool.connection() as connection:
        row = connection.execute("SELECT EXISTS (SELECT FROM vault.data_key)").fetchone()
    return bool(row and row[0])


def require_free_port(settings: Settings) -> None:
    """Raise SettingsAreUnusable if somebody else listens where the pages should be."""
    if not is_free(settings.port):
        raise SettingsAreUnusable(
            f"port {settings.port} is in use; choose another one, such as PORT={settings.port + 1}"
        )
