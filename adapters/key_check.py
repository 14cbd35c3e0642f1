"""Notices a key file that belongs to another database, before anything is sealed under it.

`vault.master_key` says which keys are valid, by identifiers that tell nothing of them. The first
keys that are ever shown become valid. Later ones do if they come together with a valid one.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from psycopg import Connection
from psycopg_pool import ConnectionPool

from adapters.keyring import Keyring, KeysAreUnusable
from adapters.master_keys import ids_of

LOCK = 0x5EC0_0CE7
"""Advisory lock of who changes key files, or which keys are valid."""

Identifiers = Mapping[str, Sequence[bytes]]


@contextmanager
def keys_to_oneself(pool: ConnectionPool[Any]) -> Iterator[Connection[Any]]:
    """Wait until nobody else changes files or validity of keys; statements commit one by one."""
    with holding(pool, LOCK) as connection:
        yield connection


@contextmanager
def holding(pool: ConnectionPool[Any], lock: int, patience: str = "0") -> Iterator[Connection[Any]]:
    """Hold an advisory lock on a connection on which statements commit one by one.

    Raises LockNotAvailable when patience is over, such as `5s`; `0` is for ever.
    """
    with pool.connection() as connection:
        connection.autocommit = True
        try:
            connection.execute("SELECT set_config('lock_timeout', %s, false)", (patience,))
            connection.execute("SELECT pg_advisory_lock(%s)", (lock,))
            connection.execute("RESET lock_timeout")
            yield connection
        finally:
            if not connection.closed:
                connection.execute("RESET lock_timeout")
                connection.execute("SELECT pg_advisory_unlock_all()")
                connection.autocommit = False


def require_right_keys(pool: ConnectionPool[Any], read: Callable[[], Keyring]) -> Keyring:
    """Return the keys, or raise KeysAreUnusable unless they are those of this database.

    They are read while nobody changes them.
    """
    with keys_to_oneself(pool) as connection:
        keyring = read()
        make_valid(connection, ids_of(keyring))
    return keyring


def make_valid(connection: Connection[Any], ids: Identifiers) -> None:
    """Make present keys valid if they may be. Raises KeysAreUnusable; needs `keys_to_oneself`."""
    for name, (present, *former) in ids.items():
        rows = connection.execute("SELECT id FROM vault.master_key WHERE name = %s", (name,))
        valid = {bytes(row[0]) for row in rows}
        if valid and valid.isdisjoint([present, *former]):
            raise KeysAreUnusable(
                f"the key {name!r} is not the one that this database was begun with, or it was "
                "changed since; bring the right key file back"
            )
        if not valid <= {present, *former}:
            raise KeysAreUnusable(
                f"the key {name!r} was changed since this key file was copied; "
                "bring the newest key file back"
            )
        connection.execute(
            "INSERT INTO vault.master_key (id, name) VALUES (%s, %s) ON CONFLICT DO NOTHING",
            (present, name),
        )
