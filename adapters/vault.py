"""The vault seals what is personal, each value for one place, and finds addresses without them.

Associated data binds a value to its owner, field and version; the keys are in `wrapped_keys.py`.
"""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from psycopg_pool import ConnectionPool

from adapters.keyring import Keyring
from adapters.wrapped_keys import DataKeys, Owner, decrypt, encrypt
from domain.ports import Place, Sealed, SealIsBroken


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


class PostgresVault:
    """The port `Vault` over the table `vault.data_key`."""

    def __init__(self, pool: ConnectionPool[Any], keyring: Keyring) -> None:
        self._keys = DataKeys(pool, keyring)
        self._keyring = keyring

    def seal(self, text: str, place: Place) -> Sealed:
        """Seal a text under the data key of its owner."""
        key = self._keys.ensure((str(place.kind), place.owner))
        sealed = encrypt(key, text.encode(), binding(place))
        return Sealed(f"{place.version}.{base64.urlsafe_b64encode(sealed).decode()}")

    def open(self, sealed: Sealed, place: Place) -> str:
        """Open a value, or raise SealIsBroken."""
        owner = (str(place.kind), place.owner)
        return self._opened(self._keys.wrapped([owner]), sealed, place)

    def open_all(self, values: Sequence[tuple[Sealed, Place]]) -> list[str | None]:
        """Open many values with one query; None for what cannot be opened."""
        wrapped = self._keys.wrapped({(str(place.kind), place.owner) for _, place in values})
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
        key = self._keys.unwrap(owner, wrapped[owner])
        return decrypt(key, decoded(encoded), binding(place)).decode()
