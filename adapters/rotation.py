"""A rotation hangs every data key under new master keys, while everybody goes on working.

First the files hold new and former keys, then the new ones become valid, then data keys are wrapped
anew, batch by batch, then the former ones stop being valid and leave the files. Cut off anywhere, a
rotation goes on where it was.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import Any, NamedTuple
from uuid import UUID

from psycopg import Connection
from psycopg.errors import ForeignKeyViolation, LockNotAvailable
from psycopg_pool import ConnectionPool

from adapters.key_check import holding, keys_to_oneself, make_valid
from adapters.key_files import KeyFiles
from adapters.keyring import MASTERS, Keyring
from adapters.master_keys import MasterKeys, RingMasterKeys, Wrapped, ids_of
from adapters.wrapped_keys import Owner, key_binding
from domain.ports import SealIsBroken

TURN = 0x5EC0_0407
"""Advisory lock of who rotates."""

BATCH = 2000
"""Data keys a transaction; who destroys one of them waits no longer than that."""

PAUSE_SECONDS = 0.05
"""Between two walks, if somebody held a row during the first."""

START: Owner = ("", UUID(int=0))
"""Before the first data key."""

COUNT = """
SELECT count(*) FROM vault.data_key WHERE wrapped_by <> ALL(%s)
"""

NEXT = """
SELECT kind, owner, wrapped, wrapped_by FROM vault.data_key
WHERE (kind, owner) > (%s, %s) AND wrapped_by <> ALL(%s)
ORDER BY kind, owner LIMIT %s
FOR NO KEY UPDATE SKIP LOCKED
"""
"""A row that somebody is destroying is left alone, so nobody ever waits for anybody crosswise."""

REPLACE = """
UPDATE vault.data_key SET wrapped = new.wrapped, wrapped_by = new.wrapped_by
FROM unnest(%b::text[], %b::uuid[], %b::bytea[], %b::bytea[])
    AS new (kind, owner, wrapped, wrapped_by)
WHERE data_key.kind = new.kind AND data_key.owner = new.owner
"""

USES = """
SELECT name, id, count(data_key.owner)
FROM vault.master_key LEFT JOIN vault.data_key ON wrapped_by = id
WHERE name = ANY(%s) GROUP BY name, id, valid_since ORDER BY name, valid_since, id
"""


class RotationIsUnderWay(Exception):
    """Somebody else rotates the keys of this database at this moment."""


class DataKeysAreDamaged(Exception):
    """Some data keys open under none of the keys, so the former ones are kept."""


class Use(NamedTuple):
    """How many data keys hang under a valid master key."""

    name: str
    master_key: bytes
    data_keys: int


def uses(pool: ConnectionPool[Any]) -> list[Use]:
    """Return what hangs under each master key; no key is needed for that."""
    with pool.connection() as connection:
        rows = connection.execute(USES, (list(MASTERS),)).fetchall()
    return [Use(name, bytes(master_key), count) for name, master_key, count in rows]


@contextmanager
def rotating(pool: ConnectionPool[Any], patience: str = "5s") -> Iterator[None]:
    """Be the only one who rotates, or raise RotationIsUnderWay when patience is over.

    One that was killed holds its turn until the server notices.
    """
    with ExitStack() as stack:
        try:
            stack.enter_context(holding(pool, TURN, patience))
        except LockNotAvailable:
            raise RotationIsUnderWay("the keys are being rotated already") from None
        yield


def begin(pool: ConnectionPool[Any], files: KeyFiles) -> Keyring:
    """Put new keys into the files and make them valid; or find what was begun before.

    Raises KeysAreUnusable, before anything is changed, if the files are not the newest ones.
    """
    with keys_to_oneself(pool) as connection:
        make_valid(connection, ids_of(files.read().only(*MASTERS)))
        keyring = files.begin_change()
        make_valid(connection, ids_of(keyring.only(*MASTERS)))
    return keyring


def retired(pool: ConnectionPool[Any], keyring: Keyring, files: KeyFiles | None = None) -> bool:
    """Let the former keys be valid no longer and take them out of the files.

    Does nothing, and says no, if anything hangs under them still or again.
    """
    former = [one for ids in ids_of(keyring.only(*MASTERS)).values() for one in ids[1:]]
    with keys_to_oneself(pool) as connection:
        try:
            connection.execute("DELETE FROM vault.master_key WHERE id = ANY(%s)", (former,))
        except ForeignKeyViolation:
            return False
        if files:
            files.end_change()
    return True


class Rewrapping:
    """Wraps all data keys under the present keys of a ring."""

    def __init__(self, pool: ConnectionPool[Any], keyring: Keyring, batch: int = BATCH) -> None:
        self._pool, self._size = pool, batch
        self._keyring = keyring.only(*MASTERS)
        self._masters: MasterKeys = RingMasterKeys(replace(self._keyring, file=None))
        self._present = [ids[0] for ids in ids_of(self._keyring).values()]
        self._damaged: list[Owner] = []

    def left(self) -> int:
        """Return how many data keys hang under other master keys."""
        with self._pool.connection() as connection:
            row = connection.execute(COUNT, (self._present,)).fetchone()
        return int(row[0]) if row else 0

    def finish(
        self, files: KeyFiles | None = None, advance: Callable[[int], object] = lambda _: None
    ) -> None:
        """Wrap everything anew until the former keys can go, and let them go.

        `advance` is told of each batch how many data keys it was. Raises DataKeysAreDamaged if some
        do not open; all others are wrapped anew by then.
        """
        self.walk(advance)
        while not retired(self._pool, self._keyring, files):
            if self._damaged:
                some = ", ".join(f"{kind} {owner}" for kind, owner in self._damaged[:3])
                raise DataKeysAreDamaged(
                    f"{len(self._damaged)} data keys open under none of the keys ({some}); "
                    "all others are wrapped anew, and the former keys are kept"
                )
            time.sleep(PAUSE_SECONDS)
            self.walk(advance)

    def walk(self, advance: Callable[[int], object] = lambda _: None) -> None:
        """Wrap all of them anew except those that somebody holds or that do not open."""
        self._damaged = []
        last: Owner | None = START
        while last:
            with self._pool.connection() as connection:
                count, last = self._batch(connection, last)
            advance(count)

    def _batch(self, connection: Connection[Any], after: Owner) -> tuple[int, Owner | None]:
        """Wrap the next data keys anew; return how many, and the last of them."""
        wanted = (*after, self._present, self._size)
        rows = connection.execute(NEXT, wanted, binary=True).fetchall()
        if not rows:
            return 0, None
        kinds, owners, old, by = zip(*rows, strict=True)
        new = [*map(self._again, kinds, owners, map(Wrapped, old, by))]
        keys, masters = [one.key for one in new], [one.by for one in new]
        connection.execute(REPLACE, (list(kinds), list(owners), keys, masters))
        return len(rows), (kinds[-1], owners[-1])

    def _again(self, kind: str, owner: UUID, old: Wrapped) -> Wrapped:
        """Wrap a data key under the present master key; one that does not open stays as it is."""
        bound_to = key_binding((kind, owner))
        try:
            data_key = self._masters.unwrap(kind, old, bound_to)
        except SealIsBroken:
            self._damaged.append((kind, owner))
            return old
        return self._masters.wrap(kind, data_key, bound_to)
