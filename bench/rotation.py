"""How fast data keys are hung under new master keys, beside the cipher calls that this takes."""

import os
import time
from collections.abc import Iterator
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from adapters.key_check import require_right_keys
from adapters.keyring import Keyring
from adapters.rotation import Rewrapping
from adapters.wrapped_keys import DataKeys
from bench.database import database
from bench.figure import Figure, seconds_each
from runtime.embedded_postgres import EmbeddedPostgres
from runtime.stores import Stores

DATA_KEYS = 100_000

AGAINST = "the cipher alone, unwrap and wrap"

COPY = "COPY vault.data_key (kind, owner, wrapped, wrapped_by) FROM STDIN"


def rotation(on: EmbeddedPostgres) -> Iterator[Figure]:
    """Rotate many keys: by the clock, and by the processor time of the process that rotates."""
    with database(on) as url, Stores.open(url) as stores:
        former = Keyring.draw()
        present = former.redrawn().with_former(former)
        require_right_keys(stores.pool, lambda: former)
        fill(stores, former)
        require_right_keys(stores.pool, lambda: present)
        cipher = 1 / seconds_each(bare_rewrap, 5000)
        started, worked = time.perf_counter(), time.process_time()
        Rewrapping(stores.pool, present).finish()
        by_clock = DATA_KEYS / (time.perf_counter() - started)
        by_work = DATA_KEYS / (time.process_time() - worked)
        yield Figure("rotate.clock", by_clock, "keys/s", by_clock / cipher, AGAINST)
        yield Figure("rotate.one-core", by_work, "keys/s", by_work / cipher, AGAINST)


def fill(stores: Stores, keyring: Keyring) -> None:
    """Put data keys into the vault, in no order, as drawn identifiers have none."""
    data_keys = DataKeys(stores.pool, keyring)
    with stores.pool.connection() as connection, connection.cursor().copy(COPY) as copy:
        for number in range(DATA_KEYS):
            owner = ("personal" if number % 3 else "content", UUID(bytes=os.urandom(16)))
            copy.write_row((*owner, *data_keys.fresh(owner)[1]))


MASTER, OTHER, NONCE = AESGCM(os.urandom(32)), AESGCM(os.urandom(32)), os.urandom(12)
WRAPPED = MASTER.encrypt(NONCE, os.urandom(32), b"owner")


def bare_rewrap() -> bytes:
    """Unwrap a key and wrap it under another one."""
    key = MASTER.decrypt(NONCE, WRAPPED, b"owner")
    return OTHER.encrypt(os.urandom(12), key, b"owner")
