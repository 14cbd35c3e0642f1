"""Blobs in memory, with a storage that may run full, and one that can be altered."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from adapters.blobs import Blob, BlobExists, BlobIsMissing, BlobsAreUnavailable


@dataclass
class MemoryBlobs:
    """Keeps what is put; `room` is how many puts succeed until there is no more."""

    kept: dict[str, bytes] = field(default_factory=dict)
    flushed: set[str] = field(default_factory=set)
    room: int | None = None
    now: datetime = datetime(2026, 3, 2, 9, tzinfo=UTC)
    times: dict[str, datetime] = field(default_factory=dict)

    def put(self, name: str, data: bytes | memoryview) -> None:
        if name in self.kept:
            raise BlobExists
        if self.room is not None:
            if not self.room:
                raise BlobsAreUnavailable("No space left on device")
            self.room -= 1
        self.kept[name] = bytes(data)
        self.times[name] = self.now

    def read(self, name: str, start: int, length: int) -> memoryview:
        if name not in self.kept:
            raise BlobIsMissing
        return memoryview(self.kept[name])[start : start + length]

    def names(self, folder: str = "") -> Iterator[Blob]:
        for name, data in self.kept.items():
            if not folder or name.startswith(f"{folder}/"):
                yield Blob(name, len(data), self.times[name])

    def delete(self, names: Iterable[str]) -> None:
        for name in names:
            self.kept.pop(name, None)
            self.flushed.discard(name)

    def flush(self, names: Iterable[str]) -> None:
        for name in names:
            if name not in self.kept:
                raise BlobIsMissing
            self.flushed.add(name)
