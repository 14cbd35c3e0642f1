"""What every process of the house begins with: keys, the log, and connections."""

from dataclasses import dataclass
from typing import Any, Self

from psycopg_pool import ConnectionPool

from adapters.key_files import read_key_file
from adapters.keyring import Keyring
from adapters.vault import PostgresVault
from domain.inviting import Inviting
from eventlog.log import EventLog
from eventlog.postgres import in_postgres
from runtime.settings import Settings
from runtime.withholding import KEYS

MOST_CONNECTIONS = 10
"""Of each of the two pools of a process, usually."""


PATIENCE_SECONDS = 3
"""How long a page waits for a connection before it says that something is wrong."""


def keyring_of(settings: Settings) -> Keyring:
    """Return what keys there are, from the environment or the key file. Raises KeysAreUnusable."""
    return Keyring.parse(settings.keys) if settings.keys else read_key_file(settings.key_file)


def open_pool(
    database_url: str, *, is_checked: bool = True, connections: int = MOST_CONNECTIONS
) -> ConnectionPool[Any]:
    """Return a pool of connections; broken ones are found before they are used if it is checked."""
    return ConnectionPool(
        database_url,
        min_size=1,
        max_size=connections,
        open=True,
        check=ConnectionPool.check_connection if is_checked else None,
        timeout=PATIENCE_SECONDS,
    )


@dataclass(frozen=True, slots=True)
class Stores:
    """The log and the pool of one process; closing it gives all connections back."""

    database_url: str
    log: EventLog
    pool: ConnectionPool[Any]

    @classmethod
    def open(
        cls,
        database_url: str,
        kind: type[EventLog] = EventLog,
        *,
        is_checked: bool = True,
        connections: int = MOST_CONNECTIONS,
    ) -> "Stores":
        """Connect; who tries again by itself needs no checked connections and is faster without."""
        settings = in_postgres(database_url, connections=connections)
        pool = open_pool(database_url, is_checked=is_checked, connections=connections)
        return cls(database_url, kind(settings), pool)

    def close(self) -> None:
        """Disconnect."""
        self.log.close()
        self.pool.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def account_keys_of(settings: Settings) -> Keyring:
    """Return what account commands need: keys of persons, and fingerprints of addresses.

    They come from the narrow file if there is one, so that message keys are never even read.
    Raises KeysAreUnusable.
    """
    narrow = settings.narrow_key_file("accounts")
    has_narrow = not settings.keys and narrow.exists()
    keyring = read_key_file(narrow) if has_narrow else keyring_of(settings)
    return keyring.only(*KEYS["accounts"])


def inviting(settings: Settings, stores: Stores) -> Inviting:
    """Return the account commands of the command line; they never see a message key."""
    return Inviting(stores.log, PostgresVault(stores.pool, account_keys_of(settings)))
