"""Every message, file and person has a data key of its own, which lies in the database wrapped.

AES-256-GCM (NIST SP 800-38D) through `cryptography`. The master keys that wrap lie outside the
database; destroying a row ends everything that was sealed under its key. Associated data binds a
wrapped key to its owner.
"""

import os
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from psycopg_pool import ConnectionPool

from adapters.keyring import Keyring
from domain.ports import SealIsBroken

NONCE_BYTES = 12

Owner = tuple[str, UUID]
"""Kind of key, and the aggregate (or file) that it belongs to."""


def encrypt(key: bytes, plain: bytes, bound_to: bytes) -> bytes:
    """Return nonce and ciphertext under a fresh random nonce."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, bound_to)


def decrypt(key: bytes, sealed: bytes, bound_to: bytes) -> bytes:
    """Return the plain bytes, or raise SealIsBroken."""
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bound_to)
    except (InvalidTag, ValueError):
        raise SealIsBroken from None


def key_binding(owner: Owner) -> bytes:
    """Return the associated data of a wrapped data key (format 1)."""
    return f"1|key|{owner[0]}|{owner[1].hex}".encode()


class DataKeys:
    """The table `vault.data_key`, as who holds the master keys reads it."""

    def __init__(self, pool: ConnectionPool[Any], keyring: Keyring) -> None:
        self._pool = pool
        self._keyring = keyring

    def wrapped(self, owners: Iterable[Owner]) -> dict[Owner, bytes]:
        """Return the wrapped keys of those who have one, with one query."""
        owners = list(owners)
        with self._pool.connection() as connection:
            rows = connection.execute(
                """
                SELECT kind, owner, wrapped
                FROM vault.data_key
                JOIN unnest(%s::text[], %s::uuid[]) AS wanted (kind, owner) USING (kind, owner)
                """,
                ([kind for kind, _ in owners], [owner for _, owner in owners]),
            ).fetchall()
        return {(kind, owner): bytes(wrapped) for kind, owner, wrapped in rows}

    def unwrap(self, owner: Owner, wrapped: bytes) -> bytes:
        """Return a data key of 32 bytes, or raise SealIsBroken."""
        return decrypt(self._keyring[owner[0]], wrapped, key_binding(owner))

    def of(self, owner: Owner) -> bytes:
        """Return the data key of an owner. Raises SealIsBroken if there is none any more."""
        wrapped = self.wrapped([owner])
        if owner not in wrapped:
            raise SealIsBroken
        return self.unwrap(owner, wrapped[owner])

    def ensure(self, owner: Owner) -> bytes:
        """Return the data key of an owner, a new one if there is none yet."""
        wrapped = self.wrapped([owner])
        if owner not in wrapped:
            self._store_new_key(owner)
            wrapped = self.wrapped([owner])
        return self.unwrap(owner, wrapped[owner])

    def _store_new_key(self, owner: Owner) -> None:
        key = AESGCM.generate_key(bit_length=256)
        wrapped = encrypt(self._keyring[owner[0]], key, key_binding(owner))
        with self._pool.connection() as connection:
            connection.execute(
                """
                INSERT INTO vault.data_key (kind, owner, wrapped) VALUES (%s, %s, %s)
                ON CONFLICT DO NOTHING
                """,
                (*owner, wrapped),
            )
