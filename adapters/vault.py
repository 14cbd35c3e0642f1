"""The vault seals what is personal, each value for one place, and finds addresses without them.

Associated data binds a value to its owner, field and version; the keys are in `wrapped_keys.py`.
"""

import binascii
import hashlib
import hmac
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from psycopg_pool import ConnectionPool

from adapters.cipher import decrypt, encrypt
from adapters.keyring import Keyring
from adapters.wrapped_keys import DataKeys, Owner
from domain.ports import Place, Sealed, SealIsBroken

TO_URL = bytes.maketrans(b"+/", b"-_")
FROM_URL = bytes.maketrans(b"-_+/", b"+/!!")
"""Between base64 and base64url (RFC 4648); what base64url does not have becomes unreadable."""


def encoded(raw: bytes) -> str:
    """Return bytes as base64url."""
    return binascii.b2a_base64(raw, newline=False).translate(TO_URL).decode("ascii")


def decoded(text: str) -> bytes:
    """Return the bytes of base64url in its one canonical spelling, or raise SealIsBroken."""
    try:
        letters = text.encode("ascii").translate(FROM_URL)
        raw = binascii.a2b_base64(letters, strict_mode=True)
    except ValueError:
        raise SealIsBroken from None
    rest = len(raw) % 3 or 3
    if binascii.b2a_base64(raw[-rest:], newline=False) != letters[-4:]:
        raise SealIsBroken
    return raw


def binding(place: Place) -> bytes:
    """Return the associated data of a place (format 1)."""
    return f"1|{place.kind.value}|{place.owner.hex}|{place.field}|{place.version}".encode()


def owner_of(place: Place) -> Owner:
    """Return whose data key seals what belongs there."""
    return place.kind.value, place.owner


def sealed_under(key: bytes, text: str, place: Place) -> Sealed:
    """Seal a text for a place under a data key of 32 bytes."""
    return Sealed(f"{place.version}.{encoded(encrypt(key, text.encode(), binding(place)))}")


def opened_under(key: bytes, sealed: Sealed, place: Place) -> str:
    """Open a value of a place under a data key of 32 bytes, or raise SealIsBroken."""
    version, _, letters = sealed.partition(".")
    if version != str(place.version):
        raise SealIsBroken
    return decrypt(key, decoded(letters), binding(place)).decode()


class PostgresVault:
    """The port `Vault` over the table `vault.data_key`."""

    def __init__(self, pool: ConnectionPool[Any], keyring: Keyring) -> None:
        self._keys = DataKeys(pool, keyring)
        self._keyring = keyring

    def seal(self, text: str, place: Place) -> Sealed:
        """Seal a text under the data key of its owner."""
        return sealed_under(self._keys.ensure(owner_of(place)), text, place)

    def seal_all(self, values: Sequence[tuple[str, Place]]) -> list[Sealed]:
        """Seal several texts with one look at the key of each owner."""
        keys = {owner: self._keys.ensure(owner) for owner in {owner_of(one) for _, one in values}}
        return [sealed_under(keys[owner_of(place)], text, place) for text, place in values]

    def open(self, sealed: Sealed, place: Place) -> str:
        """Open a value, or raise SealIsBroken."""
        return opened_under(self._keys.of(owner_of(place)), sealed, place)

    def open_all(self, values: Sequence[tuple[Sealed, Place]]) -> list[str | None]:
        """Open many values with one query; None for what cannot be opened."""
        keys = self._keys.of_all({owner_of(place) for _, place in values}) if values else {}
        return [
            opened_or_none(keys.get(owner_of(place)), sealed, place) for sealed, place in values
        ]

    def address_id(self, address: str) -> UUID:
        """Return the first 128 bits of HMAC-SHA-256 over the address (RFC 2104)."""
        digest = hmac.digest(self._keyring["lookup"], address.encode(), hashlib.sha256)
        return UUID(bytes=digest[:16])


def opened_or_none(key: bytes | None, sealed: Sealed, place: Place) -> str | None:
    """Open a value, or return None if it cannot be opened."""
    try:
        return opened_under(key, sealed, place) if key else None
    except SealIsBroken:
        return None
