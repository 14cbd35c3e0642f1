"""The vault seals what is personal: every message and every person has a key of its own.

AES-256-GCM (NIST SP 800-38D) through `cryptography`. Each data key lies in the database wrapped by
a master key that does not; destroying the row ends everything that was sealed under it. Associated
data binds a value to its owner, field and version, and a wrapped key to its owner.
"""

import base64
import hashlib
import hmac
import os
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from psycopg_pool import ConnectionPool

from adapters.keyring import Keyring
from domain.ports import KeyKind, Place, Sealed, SealIsBroken

NONCE_BYTES = 12
Owner = tuple[str, UUID]


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


def decoded(text: str) -> bytes:
    """Return the bytes of base64url in its one canonical spelling, or raise SealIsBroken."""
    try:
        raw = base64.b64decode(text, altchars=b"-_", validate=True)
    except ValueError:
        raise SealIsBroken from None
    if base64.urlsafe_b64encode(raw).decode() != text:
        raise SealIsBroken
    return raw


def binding(place: Place) -> bytes:
    """Return the associated data of a place (format 1)."""
    return f"1|{place.kind}|{place.owner.hex}|{place.field}|{place.version}".encode()


def key_binding(owner: Owner) -> bytes:
    """Return the associated data of a wrapped data key (format 1)."""
    return f"1|key|{owner[0]}|{owner[1].hex}".encode()


class PostgresVault:
    """The port `Vault` over the table `vault.data_key`."""

    def __init__(self, pool: ConnectionPool[Any], keyring: Keyring) -> None:
        self._pool = pool
        self._keyring = keyring

    def seal(self, text: str, place: Place) -> Sealed:
        """Seal a text under the data key of its owner."""
        sealed = encrypt(self._key_to_seal(place), text.encode(), binding(place))
        return Sealed(f"{place.version}.{base64.urlsafe_b64encode(sealed).decode()}")

    def open(self, sealed: Sealed, place: Place) -> str:
        """Open a value, or raise SealIsBroken."""
        owner = (str(place.kind), place.owner)
        return self._opened(self._wrapped([owner]), sealed, place)

    def open_all(self, values: Sequence[tuple[Sealed, Place]]) -> list[str | None]:
        """Open many values with one query; None for what cannot be opened."""
        wrapped = self._wrapped({(str(place.kind), place.owner) for _, place in values})
        return [self._opened_or_none(wrapped, sealed, place) for sealed, place in values]

    def address_id(self, address: str) -> UUID:
        """Return the first 128 bits of HMAC-SHA-256 over the address (RFC 2104)."""
        digest = hmac.digest(self._keyring["lookup"], address.encode(), hashlib.sha256)
        return UUID(bytes=digest[:16])

    def _opened_or_none(
        self, wrapped: dict[Owner, bytes], sealed: Sealed, place: Place
    ) -> str | None:
        try:
            return self._opened(wrapped, sealed, place)
        except SealIsBroken:
            return None

    def _opened(self, wrapped: dict[Owner, bytes], sealed: Sealed, place: Place) -> str:
        owner = (str(place.kind), place.owner)
        version, _, encoded = sealed.partition(".")
        if version != str(place.version) or owner not in wrapped:
            raise SealIsBroken
        return decrypt(self._unwrap(owner, wrapped), decoded(encoded), binding(place)).decode()

    def _unwrap(self, owner: Owner, wrapped: dict[Owner, bytes]) -> bytes:
        return decrypt(self._keyring[owner[0]], wrapped[owner], key_binding(owner))

    def _wrapped(self, owners: Iterable[Owner]) -> dict[Owner, bytes]:
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

    def _key_to_seal(self, place: Place) -> bytes:
        owner = (str(place.kind), place.owner)
        wrapped = self._wrapped([owner])
        if owner not in wrapped:
            self._store_new_key(place.kind, owner)
            wrapped = self._wrapped([owner])
        return self._unwrap(owner, wrapped)

    def _store_new_key(self, kind: KeyKind, owner: Owner) -> None:
        key = AESGCM.generate_key(bit_length=256)
        wrapped = encrypt(self._keyring[kind], key, key_binding(owner))
        with self._pool.connection() as connection:
            connection.execute(
                """
                INSERT INTO vault.data_key (kind, owner, wrapped) VALUES (%s, %s, %s)
                ON CONFLICT DO NOTHING
                """,
                (*owner, wrapped),
            )
