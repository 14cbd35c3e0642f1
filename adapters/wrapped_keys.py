"""Every message, file and person has a data key of its own, which lies in the database wrapped.

The master keys that wrap lie outside the database; destroying a row ends everything that was sealed
under its key. Associated data binds a wrapped key to its owner.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.errors import ForeignKeyViolation
from psycopg_pool import ConnectionPool

from adapters.cipher import decrypt, encrypt, new_key
from adapters.key_check import keys_to_oneself, make_valid
from adapters.keyring import Keyring
from adapters.master_keys import MasterKeys, RingMasterKeys, Wrapped
from domain.ports import SealIsBroken

__all__ = ["DataKeys", "Owner", "Wrapped", "decrypt", "encrypt", "key_binding"]

Owner = tuple[str, UUID]
"""Kind of key, and the aggregate (or file) that it belongs to."""

PATIENCE = 10
"""How often we try to store a key while others store, destroy and change keys."""

FIND = """
SELECT kind, owner, wrapped, wrapped_by
FROM vault.data_key
JOIN unnest(%s::text[], %s::uuid[]) AS wanted (kind, owner) USING (kind, owner)
"""

FIND_OR_STORE = """
WITH hurried AS MATERIALIZED (
    SELECT set_config('synchronous_commit', 'off', true)
), found AS (
    SELECT wrapped, wrapped_by FROM vault.data_key WHERE kind = %(kind)s AND owner = %(owner)s
), stored AS (
    INSERT INTO vault.data_key (kind, owner, wrapped, wrapped_by)
    SELECT %(kind)s, %(owner)s, %(wrapped)s, %(by)s FROM hurried
    WHERE NOT EXISTS (SELECT FROM found)
    ON CONFLICT DO NOTHING
    RETURNING wrapped, wrapped_by
)
SELECT wrapped, wrapped_by FROM found UNION ALL SELECT wrapped, wrapped_by FROM stored
"""
"""A new key needs no flush of its own: what is sealed under it is recorded after it, and the flush
of that record flushes all that was written to the log of the database before."""


def key_binding(owner: Owner) -> bytes:
    """Return the associated data of a wrapped data key (format 1)."""
    kind, owner_id = owner
    return b"1|key|%s|%032x" % (kind.encode(), owner_id.int)


@contextmanager
def one_by_one(pool: ConnectionPool[Any]) -> Iterator[Connection[Any]]:
    """Yield a connection on which each statement is a transaction, without asking for one."""
    with pool.connection() as connection:
        connection.autocommit = True
        try:
            yield connection
        finally:
            if not connection.closed:
                connection.autocommit = False


class DataKeys:
    """The table `vault.data_key`, as who holds the master keys reads it."""

    def __init__(self, pool: ConnectionPool[Any], keys: Keyring | MasterKeys) -> None:
        self._pool = pool
        self._masters = RingMasterKeys(keys) if isinstance(keys, Keyring) else keys

    def wrapped(self, owners: Iterable[Owner]) -> dict[Owner, Wrapped]:
        """Return the wrapped keys of those who have one, with one query."""
        owners = list(owners)
        with one_by_one(self._pool) as connection:
            rows = connection.execute(
                FIND, ([kind for kind, _ in owners], [owner for _, owner in owners]), binary=True
            ).fetchall()
        return {(kind, owner): Wrapped(wrapped, by) for kind, owner, wrapped, by in rows}

    def unwrap(self, owner: Owner, wrapped: Wrapped) -> bytes:
        """Return a data key of 32 bytes, or raise SealIsBroken."""
        return self._masters.unwrap(owner[0], wrapped, key_binding(owner))

    def fresh(self, owner: Owner) -> tuple[bytes, Wrapped]:
        """Return a new data key of 32 bytes, and how it is stored."""
        key = new_key()
        return key, self._masters.wrap(owner[0], key, key_binding(owner))

    def of(self, owner: Owner) -> bytes:
        """Return the data key of an owner. Raises SealIsBroken if there is none any more."""
        keys = self.of_all([owner])
        if owner not in keys:
            raise SealIsBroken
        return keys[owner]

    def of_all(self, owners: Iterable[Owner]) -> dict[Owner, bytes]:
        """Return the data keys of those who have one that opens, with one query.

        What does not open is looked at once more: its master key may have left this very moment.
        """
        keys = self._opened(self.wrapped(owners))
        closed = [owner for owner, key in keys.items() if key is None]
        again = self._opened(self.wrapped(closed)) if closed else {}
        return {owner: key for owner, key in {**keys, **again}.items() if key}

    def _opened(self, wrapped: dict[Owner, Wrapped]) -> dict[Owner, bytes | None]:
        return {owner: self._opened_or_none(owner, one) for owner, one in wrapped.items()}

    def _opened_or_none(self, owner: Owner, wrapped: Wrapped) -> bytes | None:
        try:
            return self.unwrap(owner, wrapped)
        except SealIsBroken:
            return None

    def ensure(self, owner: Owner) -> bytes:
        """Return the data key of an owner, a new one if there is none yet.

        Raises SealIsBroken if the one there is does not open, KeysAreUnusable if the master key is
        not valid for this database.
        """
        for _ in range(PATIENCE):
            key, wrapped = self.fresh(owner)
            try:
                stored = self._found_or_stored(owner, wrapped)
            except ForeignKeyViolation:
                self._show_master_keys()
            else:
                if stored is not None:
                    return key if stored == wrapped else self._stored_key(owner, stored)
        raise SealIsBroken

    def _stored_key(self, owner: Owner, stored: Wrapped) -> bytes:
        """Unwrap; what does not open is looked at once more, as in `of_all`."""
        return self._opened_or_none(owner, stored) or self.of(owner)

    def _found_or_stored(self, owner: Owner, wrapped: Wrapped) -> Wrapped | None:
        """Return the key that is there now, None if somebody else stores one this very moment.

        Raises ForeignKeyViolation if it was wrapped by a key that is not valid.
        """
        kind, owner_id = owner
        new = {"kind": kind, "owner": owner_id, "wrapped": wrapped.key, "by": wrapped.by}
        with one_by_one(self._pool) as connection:
            row = connection.execute(FIND_OR_STORE, new, binary=True).fetchone()
        return Wrapped(*row) if row else None

    def _show_master_keys(self) -> None:
        """Look whether our master keys were changed; if they are new here, make them valid."""
        with keys_to_oneself(self._pool) as connection:
            self._masters.renew()
            make_valid(connection, self._masters.ids())
