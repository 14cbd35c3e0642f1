"""A key service in memory: its master keys never leave it, data keys are exchanged for numbers."""

from dataclasses import dataclass, field
from itertools import count

from adapters.keyring import MASTERS, KeysAreUnusable
from adapters.master_keys import Wrapped
from domain.ports import SealIsBroken


@dataclass
class MemoryKeyService:
    """Keeps what it wrapped; whoever brings the number and the right owner gets it back."""

    present: dict[str, list[bytes]] = field(default_factory=dict)
    kept: dict[tuple[str, Wrapped, bytes], bytes] = field(default_factory=dict)
    numbers: "count[int]" = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        self.change()

    def wrap(self, kind: str, data_key: bytes, bound_to: bytes) -> Wrapped:
        wrapped = Wrapped(self._number(60), self._ids_of(kind)[0])
        self.kept[kind, wrapped, bound_to] = data_key
        return wrapped

    def unwrap(self, kind: str, wrapped: Wrapped, bound_to: bytes) -> bytes:
        known = wrapped.by in self._ids_of(kind)
        if not known or (kind, wrapped, bound_to) not in self.kept:
            raise SealIsBroken
        return self.kept[kind, wrapped, bound_to]

    def ids(self) -> dict[str, list[bytes]]:
        return self.present

    def renew(self) -> None:
        """Nothing to do: it always knows."""

    def change(self) -> None:
        """Let new master keys wrap; the former ones still unwrap."""
        self.present = {
            kind: [self._number(8), *self.present.get(kind, [])[:1]] for kind in MASTERS
        }

    def forget(self) -> None:
        """Let the former keys go."""
        self.present = {kind: ids[:1] for kind, ids in self.present.items()}

    def _number(self, length: int) -> bytes:
        return next(self.numbers).to_bytes(length, "big")

    def _ids_of(self, kind: str) -> list[bytes]:
        if kind not in self.present:
            raise KeysAreUnusable(f"this process has no key {kind!r}")
        return self.present[kind]
