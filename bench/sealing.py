"""How long sealing takes beside the bare cipher, and beside the append that follows it."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from psycopg_pool import ConnectionPool

from adapters.key_files import create_key_file
from adapters.keyring import Keyring
from adapters.vault import PostgresVault, binding, opened_under, sealed_under
from adapters.wrapped_keys import DataKeys, Wrapped, key_binding
from bench.database import database
from bench.figure import Figure, one_round
from bench.messages import message, new_id
from domain.aggregate import save
from domain.ports import Sealed, content
from runtime.embedded_postgres import EmbeddedPostgres
from runtime.stores import Stores

KIB = os.urandom(512).hex()
KIB_BYTES = KIB.encode()

CALLS, APPENDS = 2000, 30

ROUNDS = 15
"""Taken in turns; of calls the best counts, which others disturbed least, of appends the median."""


def sealing(on: EmbeddedPostgres) -> Iterator[Figure]:
    """Seal and open a text of 1 KiB under a fresh data key; seal and append a message."""
    with TemporaryDirectory() as folder:
        yield from beside_the_cipher(create_key_file(Path(folder) / "keys.json"))
    with database(on) as url, Stores.open(url) as stores:
        yield sending(stores)


def beside_the_cipher(keyring: Keyring) -> Iterator[Figure]:
    """Do what the vault does for a text, without the database, beside the calls that it needs."""
    place, master = content(new_id(), "body"), AESGCM(keyring["content"])
    owner, nowhere = ("content", place.owner), ConnectionPool("", open=False)
    data_keys = DataKeys(nowhere, keyring)

    def seal() -> tuple[Wrapped, Sealed]:
        key, wrapped = data_keys.fresh(owner)
        return wrapped, sealed_under(key, KIB, place)

    wrapped, sealed = seal()
    bindings = key_binding(owner), binding(place)
    bare_wrapped, bare_sealed = bare_seal(master, *bindings)
    yield figure("seal.1kib", seal, lambda: bare_seal(master, *bindings), "generate, wrap, encrypt")
    yield figure(
        "open.1kib",
        lambda: opened_under(data_keys.unwrap(owner, wrapped), sealed, place),
        lambda: bare_open(master, bare_wrapped, bare_sealed, *bindings),
        "unwrap, decrypt",
    )


def bare_seal(master: AESGCM, for_key: bytes, for_text: bytes) -> tuple[bytes, bytes]:
    """Generate a key, wrap it, encrypt under it."""
    key = AESGCM.generate_key(256)
    nonce, other = os.urandom(12), os.urandom(12)
    wrapped = nonce + master.encrypt(nonce, key, for_key)
    return wrapped, other + AESGCM(key).encrypt(other, KIB_BYTES, for_text)


def bare_open(
    master: AESGCM, wrapped: bytes, sealed: bytes, for_key: bytes, for_text: bytes
) -> bytes:
    """Unwrap a key, decrypt with it."""
    key = master.decrypt(wrapped[:12], wrapped[12:], for_key)
    return AESGCM(key).decrypt(sealed[:12], sealed[12:], for_text)


def figure(
    name: str, ours: Callable[[], object], bare: Callable[[], object], against: str
) -> Figure:
    """Measure two things in turns."""
    rounds = [(one_round(ours, CALLS), one_round(bare, CALLS)) for _ in range(ROUNDS)]
    mine, theirs = (min(times) for times in zip(*rounds, strict=True))
    return Figure(name, 1 / mine, "calls/s", theirs / mine, against)


def sending(stores: Stores) -> Figure:
    """Seal and append a message, beside the append of one that is sealed already."""
    vault = PostgresVault(stores.pool, Keyring.draw())

    def whole() -> int:
        message_id = new_id()
        sealed = vault.seal(KIB, content(message_id, "body"))
        return save(stores.log, message(sealed, message_id))

    def bare() -> int:
        return save(stores.log, message(Sealed(KIB)))

    rounds = [(one_round(whole, APPENDS), one_round(bare, APPENDS)) for _ in range(ROUNDS)]
    ours, theirs = (median(times) for times in zip(*rounds, strict=True))
    return Figure("send.1", 1 / ours, "messages/s", theirs / ours, "the append alone")
