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
    """Values are readable here; they still open only unaltered, at their place, with their key."""

    keys: set[tuple[KeyKind, UUID]] = field(default_factory=set)
    sealed: set[Sealed] = field(default_factory=set)

    def seal(self, text: str, place: Place) -> Sealed:
        content = json.dumps([place.kind, place.owner.hex, place.field, place.version, text])
        sealed = Sealed(f"{place.version}.{base64.urlsafe_b64encode(content.encode()).decode()}")
        self.keys.add((place.kind, place.owner))
        self.sealed.add(sealed)
        return sealed

    def seal_all(self, values: Sequence[tuple[str, Place]]) -> list[Sealed]:
        return [self.seal(text, place) for text, place in values]

    def open(self, sealed: Sealed, place: Place) -> str:
        if sealed not in self.sealed or (place.kind, place.owner) not in self.keys:
            raise SealIsBroken
        *where, text = json.loads(base64.urlsafe_b64decode(sealed.partition(".")[2]))
        if where != [place.kind, place.owner.hex, place.field, place.version]:
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
