"""A vault in memory: keeps the promises of the port without a cipher."""

import base64
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from domain.ports import KeyKind, Place, Sealed, SealIsBroken


@dataclass
class MemoryVault:
    """Values are readable here; they still open only at their place and while their key lives."""

    keys: set[tuple[KeyKind, UUID]] = field(default_factory=set)

    def seal(self, text: str, place: Place) -> Sealed:
        self.keys.add((place.kind, place.owner))
        content = json.dumps([place.kind, place.owner.hex, place.field, place.version, text])
        return Sealed(f"{place.version}.{base64.urlsafe_b64encode(content.encode()).decode()}")

    def open(self, sealed: Sealed, place: Place) -> str:
        try:
            version, _, encoded = sealed.partition(".")
            *where, text = json.loads(base64.b64decode(encoded, altchars=b"-_", validate=True))
        except ValueError:
            raise SealIsBroken from None
        expected = [place.kind, place.owner.hex, place.field, place.version]
        alive = (place.kind, place.owner) in self.keys
        if not alive or where != expected or version != str(place.version):
            raise SealIsBroken
        return str(text)

    def open_all(self, values: Sequence[tuple[Sealed, Place]]) -> list[str | None]:
        return [self._opened_or_none(sealed, place) for sealed, place in values]

    def address_id(self, address: str) -> UUID:
        return UUID(bytes=hashlib.sha256(b"key" + address.encode()).digest()[:16])

    def _opened_or_none(self, sealed: Sealed, place: Place) -> str | None:
        try:
            return self.open(sealed, place)
        except SealIsBroken:
            return None
