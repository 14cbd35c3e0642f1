"""The vault seals what is personal, each value for one place, and finds addresses without them.

Associated data binds a value to its owner, field and version; the keys are in `wrapped_keys.py`.
"""

import hashlib
import hmac
from collections.abc import Sequence
from string import ascii_lowercase, ascii_uppercase, digits
from typing import Any
from uuid import UUID

from psycopg_pool import ConnectionPool
from pybase64 import b64decode, b64encode_as_string

from adapters.cipher import decrypt, encrypt
from adapters.keyring import Keyring
from adapters.wrapped_keys import DataKeys, Owner
from domain.ports import Place, Sealed, SealIsBroken

URL = b"-_"
"""The letters in which base64url differs from base64 (RFC 4648, section 5)."""

LETTERS = f"{ascii_uppercase}{ascii_lowercase}{digits}-_"

ENDS = frozenset(
    [f"{last}==" for last in LETTERS[::16]]
    + [f"{first}{last}=" for first in LETTERS for last in LETTERS[::4]]
)
"""How a text with padding ends if no bit is set that belongs to no byte (section 3.5)."""


def encoded(raw: bytes) -> str:
    """Return bytes as base64url."""
    return b64encode_as_string(raw, URL)


def decoded(text: str) -> bytes:
    """Return the bytes of base64url in its one canonical spelling, or raise SealIsBroken."""
    if "+" in text or "/" in text or (text.endswith("=") and text[-3:] not in ENDS):
        raise SealIsBroken
    try:
        return b64decode(text, URL, True)  # noqa: FBT003 - validated; by its name it takes longer
    except ValueError:
        raise SealIsBroken from None


def binding(place: Place) -> bytes:
    """Return the associated data of a place (format 1)."""
    kind, field = place.kind.encode(), place.field.encode()
    return b"1|%s|%032x|%s|%d" % (kind, place.owner.int, field, place.version)


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
