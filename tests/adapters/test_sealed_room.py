"""A full disk loses nothing that was told, and long files need no more memory than short ones."""

import os
import tracemalloc
from collections.abc import Callable, Iterable

import pytest

from adapters.blobs import Blobs, BlobsAreUnavailable
from adapters.sealed_chunks import CHUNK
from adapters.sealed_files import (
    PIECE,
    SealedReader,
    SealedWriter,
    Written,
    discard,
)
from tests.adapters.sealing_desk import FILE, KEY, NOTHING, SMALL, Desk, opened, sample
from tests.doubles.blobs import MemoryBlobs


@pytest.fixture
def desk() -> Desk:
    return Desk()


def write_on(desk: Desk, plain: bytes) -> Written:
    """Write from where the desk was told, in pieces, until it is finished."""
    before = desk.told[-1] if desk.told else NOTHING
    writer = desk.writer(before)
    for spot in range(before.received, len(plain), 5):
        writer.write(plain[spot : spot + 5])
    return writer.finish()


@pytest.mark.parametrize("room", range(6))
def test_a_disk_that_is_full_at_any_blob_loses_nothing_that_was_told(desk: Desk, room: int):
    plain = sample(22 * SMALL + 3)
    desk.blobs.room = room
    with pytest.raises(BlobsAreUnavailable, match="No space left"):
        write_on(desk, plain)
    assert (desk.told[-1].received if desk.told else 0) == max(0, room - 1) * 4 * SMALL
    desk.blobs.room = None
    assert opened(desk.reader(write_on(desk, plain))) == plain


@pytest.mark.parametrize("room", [0, 1])
def test_a_pause_on_a_full_disk_can_be_done_without(desk: Desk, room: int):
    plain = sample(7 * SMALL)
    writer = desk.writer()
    desk.blobs.room = room
    if room:
        writer.write(plain)
        desk.blobs.room = 0
        with pytest.raises(BlobsAreUnavailable):
            writer.pause()
    else:
        with pytest.raises(BlobsAreUnavailable):
            writer.write(plain)
    with pytest.raises(BlobsAreUnavailable):
        writer.write(b"x")
    with pytest.raises(BlobsAreUnavailable):
        writer.pause()
    with pytest.raises(BlobsAreUnavailable):
        writer.finish()
    desk.blobs.room = None
    again = desk.writer(writer.safe)
    again.write(plain[writer.safe.received :])
    assert opened(desk.reader(again.finish())) == plain


def test_a_failed_writer_knows_what_was_told_last(desk: Desk):
    writer = desk.writer()
    desk.blobs.room = 3
    with pytest.raises(BlobsAreUnavailable):
        writer.write(sample(20 * SMALL))
    assert writer.safe == desk.told[-1]


def test_a_failed_writer_goes_on_from_the_tail_that_it_began_with(desk: Desk):
    writer = desk.writer()
    writer.write(sample(21))
    paused = writer.pause()
    desk.blobs.room = 0
    second = desk.writer(paused)
    with pytest.raises(BlobsAreUnavailable):
        second.write(sample(60))
    assert second.safe == paused


class Unflushed(MemoryBlobs):
    """A storage that can flush only so many blobs."""

    def flush(self, names: Iterable[str]) -> None:
        if len(self.flushed) == self.room:
            raise BlobsAreUnavailable("No space left on device")
        super().flush(names)

    def put(self, name: str, data: bytes | memoryview) -> None:
        room, self.room = self.room, None
        super().put(name, data)
        self.room = room


@pytest.mark.parametrize("room", range(6))
def test_what_could_not_be_flushed_is_never_told(desk: Desk, room: int):
    plain = sample(22 * SMALL + 3)
    desk.blobs = Unflushed(room=room)
    with pytest.raises(BlobsAreUnavailable, match="No space left"):
        write_on(desk, plain)
    told = {name for written in desk.told for name in written.parts}
    assert told <= desk.blobs.flushed
    assert len(told) == room
    desk.blobs.room = None
    assert opened(desk.reader(write_on(desk, plain))) == plain


@pytest.mark.parametrize("end", [SealedWriter.pause, SealedWriter.finish])
def test_a_file_is_not_left_before_its_last_blob_is_on_disk(
    desk: Desk, end: Callable[[SealedWriter], Written]
):
    desk.blobs = Unflushed(room=0)
    writer = desk.writer()
    writer.write(sample(3 * SMALL))
    with pytest.raises(BlobsAreUnavailable):
        end(writer)
    assert writer.safe == NOTHING
    with pytest.raises(BlobsAreUnavailable):
        end(writer)


class Forgetful(MemoryBlobs):
    """A storage that keeps what it is given and then says that it did not."""

    def put(self, name: str, data: bytes | memoryview) -> None:
        super().put(name, data)
        if self.room is not None:
            raise BlobsAreUnavailable("no answer")


def test_a_blob_that_was_kept_although_it_failed_is_never_taken_for_another(desk: Desk):
    desk.blobs = Forgetful(room=1)
    plain = sample(5 * SMALL)
    with pytest.raises(BlobsAreUnavailable):
        desk.writer().write(plain)
    desk.blobs.room = None
    written = write_on(desk, plain)
    assert opened(desk.reader(written)) == plain
    discard(desk.blobs, FILE, keep=written.parts)
    assert set(desk.blobs.kept) == set(written.parts)
    assert opened(desk.reader(written)) == plain


def test_a_token_that_was_used_before_replaces_nothing(desk: Desk):
    written = desk.keep(sample(30))
    desk.tries = 0
    with pytest.raises(BlobsAreUnavailable):
        desk.keep(b"x" * 30)
    assert opened(desk.reader(written)) == sample(30)


class Sink(MemoryBlobs):
    """A storage that keeps nothing."""

    def put(self, name: str, data: bytes | memoryview) -> None:
        del name, data

    def flush(self, names: Iterable[str]) -> None:
        del names


def most_memory(work: Callable[[], object]) -> int:
    tracemalloc.start()
    work()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def seal_long(blobs: Blobs, piece: bytes, times: int) -> Written:
    writer = SealedWriter(blobs, KEY, FILE, NOTHING, "token", lambda _: None)
    for _ in range(times):
        writer.write(piece)
    return writer.finish()


@pytest.mark.parametrize("size", [1 << 16, 100_001, 1 << 20])
def test_sealing_takes_the_memory_of_one_blob_however_long_the_file(size: int):
    piece = os.urandom(size)
    assert most_memory(lambda: seal_long(Sink(), piece, (40 << 20) // size)) < 6 << 20


def test_opening_takes_the_memory_of_one_blob_however_long_the_file():
    blobs = MemoryBlobs()
    written = seal_long(blobs, os.urandom(1 << 20), 20)

    def read_all() -> None:
        parts, digest = written.parts, written.digest
        reader = SealedReader(blobs, KEY, FILE, written.received, parts, digest)
        reader.verify()
        assert max(len(piece) for piece in reader.stream(0, written.received)) == PIECE <= 1 << 18

    assert most_memory(read_all) < 6 << 20


def test_a_file_with_chunks_as_large_as_they_are_comes_back():
    blobs, plain = MemoryBlobs(), os.urandom(5 * CHUNK + 7)
    written = seal_long(blobs, plain, 1)
    parts, digest = written.parts, written.digest
    reader = SealedReader(blobs, KEY, FILE, written.received, parts, digest)
    assert opened(reader) == plain
    assert reader.file().read() == plain
    assert [len(blobs.kept[name]) for name in parts] == [4 * (CHUNK + 28), CHUNK + 7 + 2 * 28]
