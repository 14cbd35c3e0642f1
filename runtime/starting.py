"""What must be there before anything runs: keys, a database in its present form, free ports."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
from psycopg_pool import ConnectionPool

from adapters.blobs import BlobsAreUnavailable
from adapters.key_check import require_right_keys
from adapters.key_files import KeyFiles, create_key_file
from adapters.keyring import NAMES, Keyring, KeysAreUnusable
from adapters.obstore_blobs import StorageIsMisnamed, blobs_at
from eventlog.sequencer import Sequencer
from projections.rebuild import Rebuild
from projections.runner import PROJECTIONS
from runtime.embedded_postgres import EmbeddedPostgres
from runtime.migration import migrate
from runtime.reading import SettingsAreUnusable
from runtime.roles import application_of, give_rights
from runtime.sandbox_cards import is_free
from runtime.settings import Settings
from runtime.sharing import in_use
from runtime.stores import Stores, account_keys_of, keyring_of, open_pool
from runtime.withholding import KEYS


@contextmanager
def database(settings: Settings) -> Iterator[Settings]:
    """Yield settings whose database answers and is in its present form.

    Without a DATABASE_URL the embedded server is started; the last one out stops it.
    """
    if settings.database_url:
        prepare(settings)
        yield settings
        return
    server = embedded(settings)
    with in_use(settings.data_folder, when_last=server.stop):
        owner_url = server.start()
        ready = replace(settings, database_url=server.app_url, owner_database_url=owner_url)
        prepare(ready)
        yield ready


def embedded(settings: Settings) -> EmbeddedPostgres:
    """Return the server that belongs to the data folder, running or not."""
    return EmbeddedPostgres(settings.data_folder / "postgres")


def prepare(settings: Settings) -> None:
    """Bring schema, rights and order up to date; rebuild read models whose tables have changed."""
    outdated = migrate(settings.owner_url)
    application = application_of(settings.owner_url, str(settings.database_url))
    if application:
        give_rights(settings.owner_url, application)
    order(str(settings.database_url))
    if not outdated:
        return
    with Stores.open(settings.owner_url) as stores:
        for projection in PROJECTIONS:
            if projection.name in outdated:
                Rebuild(stores.log, stores.pool, projection).run()


def order(database_url: str) -> None:
    """Give a position to all that has none, unless a sequencer is at work."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        sequencer = Sequencer(connection)
        if sequencer.campaign():
            sequencer.catch_up()


def ensure_keys(settings: Settings) -> Path | None:
    """Make a key file if there is none and the database never had one; return it if it is new.

    Afterwards the narrower files for other parts are there, and say what the whole one says. Raises
    KeysAreUnusable when the keys of this database are gone, or others are there.
    """
    with open_pool(str(settings.database_url)) as pool:
        is_new = made_keys(settings, pool)
        require_right_keys(pool, lambda: whole_keys(settings))
    return settings.key_file if is_new else None


def ensure_account_keys(settings: Settings) -> None:
    """Do the same for account commands, for which the keys of persons and addresses are enough."""
    has_narrow = not settings.keys and settings.narrow_key_file("accounts").exists()
    with open_pool(str(settings.database_url)) as pool:
        if not has_narrow and made_keys(settings, pool):
            require_right_keys(pool, lambda: whole_keys(settings))
        require_right_keys(pool, lambda: account_keys_of(settings))


def whole_keys(settings: Settings) -> Keyring:
    """Return all keys; let the narrower files say the same. Raises KeysAreUnusable."""
    keyring = keyring_of(settings)
    if not settings.keys:
        key_files(settings).narrow(keyring)
    return keyring


def made_keys(settings: Settings, pool: ConnectionPool[Any]) -> bool:
    """Make a key file if there is none, and say so. Raises KeysAreUnusable if there was one."""
    if settings.keys or settings.key_file.exists():
        return False
    if has_keys(pool):
        raise KeysAreUnusable(
            f"the database holds sealed values, but the key file {settings.key_file} is gone; "
            "bring it back from its backup, nothing else opens them"
        )
    create_key_file(settings.key_file)
    return True


def key_files(settings: Settings) -> KeyFiles:
    """Return the whole key file, and the narrower ones of parts that need less."""
    narrower = {
        settings.narrow_key_file(part): names for part, names in KEYS.items() if names != NAMES
    }
    return KeyFiles(settings.key_file, narrower)


def has_keys(pool: ConnectionPool[Any]) -> bool:
    """Say whether the database was begun with keys."""
    with pool.connection() as connection:
        row = connection.execute("SELECT EXISTS (SELECT FROM vault.master_key)").fetchone()
    return bool(row and row[0])


def require_blobs(settings: Settings) -> None:
    """Raise SettingsAreUnusable unless the place for files of messages answers."""
    try:
        list(blobs_at(settings.blobs).names("nothing"))
    except StorageIsMisnamed as error:
        raise SettingsAreUnusable(f"SECUREMAIL_BLOBS: {error}") from None
    except BlobsAreUnavailable as error:
        raise SettingsAreUnusable(
            f"the place of SECUREMAIL_BLOBS cannot be used ({error}); look at its address, and for "
            "s3:// at AWS_ENDPOINT_URL, AWS_REGION and the credentials"
        ) from None


def require_free_port(settings: Settings) -> None:
    """Raise SettingsAreUnusable if somebody else listens where the pages should be."""
    if not is_free(settings.port, settings.host):
        raise SettingsAreUnusable(
            f"port {settings.port} is in use; choose another one, such as PORT={settings.port + 1}"
        )
