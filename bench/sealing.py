"""How long sealing takes beside the bare cipher, and beside the append that follows it."""

import os
from collections.abc import Iterator

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from adapters.keyring import Keyring
from adapters.vault import PostgresVault
from adapters.wrapped_keys import decrypt, encrypt
from bench.database import database
from bench.figure import Figure, seconds_each
from bench.messages import message, new_id
from domain.aggregate import save
from domain.ports import Sealed, content
from runtime.embedded_postgres import EmbeddedPostgres
from runtime.stores import Stores

KIB = os.urandom(512).hex()


def sealing(on: EmbeddedPostgres) -> Iterator[Figure]:
    """Seal and open a text of 1 KiB under a key at hand; seal and append a message."""
    key, nonce, text = os.urandom(32), os.urandom(12), KIB.encode()
    sealed, bare = encrypt(key, text, b"place"), AESGCM(key)
    against = "a cached AESGCM"
    ours = seconds_each(lambda: encrypt(key, text, b"place"), 5000)
    theirs = seconds_each(lambda: bare.encrypt(nonce, text, b"place"), 5000)
    yield Figure("seal.1kib", 1 / ours, "calls/s", theirs / ours, against)
    ours = seconds_each(lambda: decrypt(key, sealed, b"place"), 5000)
    theirs = seconds_each(lambda: bare.decrypt(sealed[:12], sealed[12:], b"place"), 5000)
    yield Figure("open.1kib", 1 / ours, "calls/s", theirs / ours, against)
    with database(on) as url, Stores.open(url) as stores:
        yield sending(stores)


def sending(stores: Stores) -> Figure:
    """Seal and append a message, beside the append of one that is sealed already."""
    vault = PostgresVault(stores.pool, Keyring.draw())

    def whole() -> int:
        message_id = new_id()
        sealed = vault.seal(KIB, content(message_id, "body"))
        return save(stores.log, message(sealed, message_id))

    ours = seconds_each(whole, 50)
    bare = seconds_each(lambda: save(stores.log, message(Sealed(KIB))), 50)
    return Figure("send.1", 1 / ours, "messages/s", bare / ours, "the append alone")
