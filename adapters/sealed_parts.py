"""Which blob holds which chunks of a file: its name says with which chunk it begins.

Names are `<file>/<index of the first chunk>-<token>`, 32 hexadecimal digits before and 5 decimal
digits after the slash. The token is new for every try, so that a try never meets what an earlier
one left behind.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from uuid import UUID

from adapters.blobs import BlobIsMissing, Blobs
from adapters.sealed_chunks import OVERHEAD
from domain.ports import SealIsBroken

PART_CHUNKS = 4
"""Chunks of a full blob."""


def part_name(file_id: UUID, first: int, token: str) -> str:
    """Return the name of a blob that begins with this chunk."""
    return f"{file_id.hex}/{first:05d}-{token}"


def first_chunk(name: str, file_id: UUID) -> int:
    """Return the index in the name of a file's blob. Raises SealIsBroken for any other name."""
    folder, _, place = name.rpartition("/")
    index = place.partition("-")[0]
    if folder != file_id.hex or not (index.isascii() and index.isdigit()):
        raise SealIsBroken
    return int(index)


@dataclass(frozen=True, slots=True)
class Run:
    """Chunks of one blob: its name, and the indexes of its first chunk and of the one after it."""

    name: str
    first: int
    end: int


@dataclass(frozen=True, slots=True)
class SealedParts:
    """The blobs of a file of so many plain bytes, in order; `chunk` are the plain bytes of one."""

    blobs: Blobs
    file_id: UUID
    length: int
    names: Collection[str]
    chunk: int

    @property
    def end(self) -> int:
        """Return how many chunks the file has."""
        return -(-self.length // self.chunk)

    def sealed(self, first: int, end: int) -> Iterator[tuple[int, memoryview]]:
        """Give sealed chunks with their indexes, reading a blob at a time.

        Raises SealIsBroken if a blob is missing, or shorter or longer than it must be.
        """
        for run in self._runs():
            begin, stop = max(first, run.first), min(end, run.end)
            if begin < stop:
                yield from zip(range(begin, stop), self._read(run, begin, stop), strict=True)

    def _read(self, run: Run, first: int, end: int) -> Iterator[memoryview]:
        step = self.chunk + OVERHEAD
        start = (first - run.first) * step
        size = self._place(end) - self._place(first) + (end - first) * OVERHEAD
        one_more = end == run.end
        try:
            sealed = self.blobs.read(run.name, start, size + one_more)
        except BlobIsMissing:
            raise SealIsBroken from None
        if len(sealed) != size:
            raise SealIsBroken
        return (sealed[spot : spot + step] for spot in range(0, size, step))

    def _place(self, index: int) -> int:
        """Return at which plain byte a chunk begins."""
        return min(index * self.chunk, self.length)

    def _runs(self) -> Iterator[Run]:
        """Give the blobs with what each must hold. Raises SealIsBroken if they do not fit."""
        firsts = [first_chunk(name, self.file_id) for name in self.names]
        ends = [*firsts, self.end][1:]
        if firsts[:1] != [0]:
            raise SealIsBroken
        for name, first, end in zip(self.names, firsts, ends, strict=True):
            if not first < end <= first + PART_CHUNKS:
                raise SealIsBroken
            yield Run(name, first, end)
