"""Destroys keys of the vault in memory; who has the turn is one thread at a time."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import UUID

from domain.ports import KeyKind
from tests.doubles.vault import MemoryVault


@dataclass
class MemoryShredder:
    vault: MemoryVault
    lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def turn(self) -> Iterator[None]:
        with self.lock:
            yield

    def shred(self, kind: KeyKind, owners: Sequence[UUID]) -> None:
        self.vault.keys -= {(kind, owner) for owner in owners}
