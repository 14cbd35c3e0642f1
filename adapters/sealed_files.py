"""A large file is sealed chunk by chunk as it arrives, and opened the same way.

Up to four chunks make a blob. Memory stays at about one plain chunk and one sealed blob, however
large the file.
"""

import hmac
import io
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from functools import reduce
from uuid import UUID

from adapters.blobs import BlobExists, Blobs, BlobsAreUnavailable
from adapters.flushing import Flushing
from adapters.opened_files import OpenedFile
from adapters.sealed_chunks import (
    CHUNK,
    NO_CHUNKS,
    OVERHEAD,
    ChunkCipher,
    extended,
    tag_of,
)
from adapters.sealed_parts import PART_CHUNKS, SealedParts, part_name
from domain.ports import SealIsBroken

PIECE = 1 << 18
"""Bytes that a reader hands out at a time, at most: servers queue several of them."""


class SealedFileIsDamaged(Exception):
    """What lies in the storage is not what was sealed: altered, missing, moved or cut off."""


class FileHasNoEnd(ValueError):
    """A file was to be finished without a last byte: empty, or nothing follows what is sealed."""


@dataclass(frozen=True, slots=True)
class Written:
    """How far the writing of a file has come; enough to go on later, in another process.

    `received` counts plain bytes, those of the tail included. `parts` are names of blobs. `tail`
    is what follows them, sealed, for keeping in a database row: at most one chunk.
    """

    received: int = 0
    parts: tuple[str, ...] = ()
    digest: bytes = NO_CHUNKS
    tail: bytes = b""

    @property
    def whole_chunks_end(self) -> int:
        """Return at which byte the tail begins."""
        return self.received - max(0, len(self.tail) - OVERHEAD)


class SealedWriter:
    """Seals one file from where it stands; whoever calls sees to it that nobody else does so too.

    A chunk is sealed only once another byte follows, so that the last one is known at the end.
    Blobs are flushed while others are filled; of what is on disk `on_part` is told, at most once in
    `flush_every` seconds. After BlobsAreUnavailable a writer is of no use any more: go on from
    `safe` with a new one.
    """

    def __init__(  # noqa: PLR0917 - as often named as not
        self,
        blobs: Blobs,
        key: bytes,
        attachment_id: UUID,
        before: Written,
        token: str,
        on_part: Callable[[Written], None],
        *,
        chunk: int = CHUNK,
        flush_every: float = 0.1,
    ) -> None:
        """Begin, or go on. Raises SealedFileIsDamaged if the tail does not open."""
        self.safe = before
        """What is on disk for good; after a failure the file goes on from here."""
        self._blobs, self._token, self._on_part = blobs, token, on_part
        self._id, self._chunk = attachment_id, chunk
        self._cipher = ChunkCipher(key, attachment_id)
        self._index, partial = divmod(before.whole_chunks_end, chunk)
        self._first, self._digest = self._index, before.digest
        self._plain = memoryview(bytearray(chunk))
        self._held = 0
        self._sealed = memoryview(bytearray(PART_CHUNKS * (chunk + OVERHEAD)))
        self._filled = 0
        self._failed = False
        self._put = before
        self._own: list[str] = []
        self._flushing = Flushing[Written](blobs.flush, flush_every)
        if partial:
            raise SealedFileIsDamaged
        if before.tail:
            self._hold(memoryview(self._opened_tail(before)))

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Take plain bytes. Raises BlobsAreUnavailable."""
        self._require_no_failure()
        rest = memoryview(data).cast("B")
        while len(rest) > self._chunk - self._held:
            if self._held:
                missing = self._chunk - self._held
                self._hold(rest[:missing])
                self._seal_more(self._plain)
                self._held, rest = 0, rest[missing:]
            else:
                self._seal_more(rest[: self._chunk])
                rest = rest[self._chunk :]
        self._hold(rest)

    def pause(self) -> Written:
        """Put whole chunks away and return what is needed to go on. Raises BlobsAreUnavailable."""
        self._require_no_failure()
        self._settle()
        if self._held:
            offset = self._index * self._chunk
            tail = self._cipher.seal_tail(self._plain[: self._held], offset)
            self.safe = replace(self.safe, received=offset + self._held, tail=tail)
        return self.safe

    def finish(self) -> Written:
        """Seal the rest as the last chunk. Raises FileHasNoEnd and BlobsAreUnavailable."""
        self._require_no_failure()
        if not self._held:
            raise FileHasNoEnd
        length = self._index * self._chunk + self._held
        self._seal(self._plain[: self._held], last=True)
        self._held = 0
        self._settle()
        self.safe = replace(self.safe, received=length)
        return self.safe

    def take_back(self, noted: Collection[str]) -> None:
        """Delete what was put away here and is noted nowhere, and write no more.

        Nothing of other writers is touched. Raises BlobsAreUnavailable.
        """
        self._failed = True
        self._blobs.delete(name for name in self._own if name not in noted)

    def _require_no_failure(self) -> None:
        if self._failed:
            raise BlobsAreUnavailable("an earlier part of this file could not be kept")

    def _opened_tail(self, before: Written) -> bytes:
        try:
            return self._cipher.open_tail(before.tail, before.whole_chunks_end)
        except SealIsBroken:
            raise SealedFileIsDamaged from None

    def _hold(self, data: memoryview) -> None:
        """Keep bytes until their chunk is known to be whole; there must be room for them."""
        end = self._held + len(data)
        self._plain[self._held : end] = data
        self._held = end

    def _seal_more(self, plain: memoryview) -> None:
        """Seal a chunk that others follow; a blob that is full is put away."""
        self._seal(plain, last=False)
        if self._index - self._first == PART_CHUNKS:
            self._put_away()

    def _seal(self, plain: memoryview, *, last: bool) -> None:
        room = self._sealed[self._filled :]
        sealed = self._cipher.seal_into(plain, self._index, room, last=last)
        self._digest = extended(self._digest, tag_of(sealed))
        self._filled += len(sealed)
        self._index += 1

    def _put_away(self) -> None:
        """Make a blob of the chunks that are sealed, and tell what got to the disk meanwhile."""
        self._failed = True
        name = part_name(self._id, self._first, self._token)
        self._own.append(name)
        try:
            self._blobs.put(name, self._sealed[: self._filled])
        except BlobExists:
            raise BlobsAreUnavailable("a part of this file was kept without our knowing") from None
        parts = (*self._put.parts, name)
        self._put = Written(self._index * self._chunk, parts, self._digest)
        self._first, self._filled = self._index, 0
        if news := self._flushing.add(name, self._put):
            self.safe = news
            self._on_part(news)
        self._failed = False

    def _settle(self) -> None:
        """Put away whole chunks that are sealed, and wait until everything is on disk."""
        if self._filled:
            self._put_away()
        self._failed = True
        self.safe = self._flushing.settle() or self.safe
        self._failed = False


class SealedReader:
    """Opens one file; every chunk is checked before a byte of it is handed out.

    `verify` reads all and remembers the tags, so that what is streamed afterwards is what was
    verified. Every method may raise BlobsAreUnavailable.
    """

    def __init__(  # noqa: PLR0917 - as often named as not
        self,
        blobs: Blobs,
        key: bytes,
        attachment_id: UUID,
        length: int,
        parts: Collection[str],
        digest: bytes,
        *,
        chunk: int = CHUNK,
    ) -> None:
        self.length = length
        """Plain bytes of the file."""
        self._parts = SealedParts(blobs, attachment_id, length, parts, chunk)
        self._digest, self._chunk = digest, chunk
        self._cipher = ChunkCipher(key, attachment_id)
        self._tags: list[bytes] = []

    def verify(self) -> None:
        """Read everything, hand out nothing. Raises SealedFileIsDamaged."""
        try:
            tags = self._tags_of_all()
        except SealIsBroken:
            raise SealedFileIsDamaged from None
        if not hmac.compare_digest(reduce(extended, tags, NO_CHUNKS), self._digest):
            raise SealedFileIsDamaged
        self._tags = tags

    def stream(self, start: int, stop: int) -> Iterator[bytes]:
        """Give the bytes from `start` up to `stop` in pieces of at most PIECE.

        Raises SealedFileIsDamaged before anything of a damaged chunk is given, and ValueError for
        what is no range of the file.
        """
        if not 0 <= start <= stop <= self.length:
            raise ValueError("there is no such range in the file")
        return self._pieces(start, stop)

    def chunk_at(self, offset: int) -> tuple[int, bytes]:
        """Return the chunk with a byte, and first where it begins. Raises SealedFileIsDamaged."""
        index = offset // self._chunk
        [(_, plain)] = self._opened(index, index + 1)
        return index * self._chunk, plain

    def file(self) -> io.BufferedReader:
        """Return a seekable file for programs that want one; reading it may raise as `stream`."""
        return io.BufferedReader(OpenedFile(self))

    def _pieces(self, start: int, stop: int) -> Iterator[bytes]:
        for index, plain in self._opened(start // self._chunk, -(-stop // self._chunk)):
            begin = index * self._chunk
            wanted = range(max(start - begin, 0), min(stop - begin, len(plain)), PIECE)
            for spot in wanted:
                yield plain[spot : min(spot + PIECE, wanted.stop)]

    def _opened(self, first: int, end: int) -> Iterator[tuple[int, bytes]]:
        """Give chunks with their indexes, checked against the tags that were verified, if any."""
        try:
            for index, sealed in self._parts.sealed(first, end):
                if self._tags and not hmac.compare_digest(self._tags[index], tag_of(sealed)):
                    raise SealedFileIsDamaged
                yield index, self._cipher.open(sealed, index, last=index == self._parts.end - 1)
        except SealIsBroken:
            raise SealedFileIsDamaged from None

    def _tags_of_all(self) -> list[bytes]:
        """Open every chunk and return their tags. Raises SealIsBroken."""
        room, end, tags = memoryview(bytearray(self._chunk)), self._parts.end, []
        for index, sealed in self._parts.sealed(0, end):
            self._cipher.open_into(sealed, index, room, last=index == end - 1)
            tags.append(tag_of(sealed))
        return tags


def discard(blobs: Blobs, attachment_id: UUID, keep: Collection[str] = ()) -> None:
    """Delete the blobs of a file, except some that are to stay. Raises BlobsAreUnavailable."""
    found = [blob.name for blob in blobs.names(attachment_id.hex)]
    blobs.delete(name for name in found if name not in keep)
