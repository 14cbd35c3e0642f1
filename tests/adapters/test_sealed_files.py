"""A sealed file comes back byte for byte, however it was written and in whatever part."""

import io
from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.sealed_chunks import OVERHEAD
from adapters.sealed_files import (
    FileHasNoEnd,
    SealedFileIsDamaged,
    SealedWriter,
    Written,
    discard,
)
from tests.adapters.sealing_desk import FILE, NOTHING, SMALL, Desk, opened, sample


@pytest.fixture
def desk() -> Desk:
    return Desk()


SIZES = sorted({max(1, chunks * SMALL + by) for chunks in (0, 1, 2, 4, 5, 8) for by in (-1, 0, 1)})


@pytest.mark.parametrize("size", SIZES)
def test_a_file_of_any_size_comes_back(desk: Desk, size: int):
    written = desk.keep(sample(size))
    assert written.received == size
    assert not written.tail
    assert opened(desk.reader(written)) == sample(size)


def test_four_chunks_make_a_blob_that_is_named_by_its_first(desk: Desk):
    written = desk.keep(sample(9 * SMALL))
    assert written.parts == tuple(
        f"{FILE.hex}/{first}-try1" for first in ("00000", "00004", "00008")
    )
    assert [len(data) for data in desk.blobs.kept.values()] == [4 * (SMALL + 28)] * 2 + [SMALL + 28]


STEPS = st.tuples(
    st.integers(0, 3 * SMALL),
    st.sampled_from([bytes, bytearray, memoryview]),
    st.booleans(),
)
"""So many bytes are written, as what, and whether a pause follows."""


@given(steps=st.lists(STEPS, max_size=12))
def test_a_file_comes_back_however_it_was_cut_into_writes_and_pauses(
    steps: list[tuple[int, Callable[[bytes], bytes], bool]],
):
    desk, plain, spot = Desk(), sample(sum(step for step, _, _ in steps) + 1), 0
    writer = desk.writer()
    for step, form, pauses in steps:
        writer.write(form(plain[spot : spot + step]))
        spot += step
        if pauses:
            paused = writer.pause()
            assert paused.received == spot
            assert len(paused.tail) <= SMALL + OVERHEAD
            writer = desk.writer(paused)
    writer.write(plain[spot:])
    written = writer.finish()
    assert opened(desk.reader(written)) == plain
    assert set(written.parts) == set(desk.blobs.kept)


@given(size=st.integers(1, 100), ends=st.tuples(st.integers(0, 100), st.integers(0, 100)))
def test_any_range_of_a_file_comes_back(size: int, ends: tuple[int, int]):
    desk, plain = Desk(), sample(size)
    written = desk.keep(plain)
    start, stop = sorted(min(end, size) for end in ends)
    assert b"".join(desk.reader(written).stream(start, stop)) == plain[start:stop]


def test_a_range_reads_only_the_chunks_that_it_needs(desk: Desk):
    written = desk.keep(sample(9 * SMALL))
    for name in (written.parts[0], written.parts[2]):
        del desk.blobs.kept[name]
    assert b"".join(desk.reader(written).stream(4 * SMALL, 8 * SMALL)) == sample(9 * SMALL)[32:64]


@pytest.mark.parametrize(("start", "stop"), [(-1, 3), (3, 2), (0, 21), (21, 21)])
def test_what_is_no_range_of_the_file_is_refused(desk: Desk, start: int, stop: int):
    with pytest.raises(ValueError, match="no such range"):
        desk.reader(desk.keep(sample(20))).stream(start, stop)


def test_a_file_without_a_byte_is_refused(desk: Desk):
    writer = desk.writer()
    writer.write(b"")
    with pytest.raises(FileHasNoEnd):
        writer.finish()
    assert writer.pause() == NOTHING
    assert desk.blobs.kept == {}


def test_a_file_after_whose_sealed_chunks_nothing_comes_is_refused(desk: Desk):
    desk.writer().write(sample(12 * SMALL))
    with pytest.raises(FileHasNoEnd):
        desk.writer(desk.told[-1]).finish()


def test_a_full_blob_is_told_when_the_next_one_is_full_and_only_from_disk(desk: Desk):
    writer = desk.writer()
    writer.write(sample(8 * SMALL))
    assert desk.told == []
    writer.write(b"x")
    [first] = desk.told
    assert (first.received, first.parts) == (4 * SMALL, (f"{FILE.hex}/00000-try1",))
    assert desk.blobs.flushed >= set(first.parts)
    writer.write(sample(4 * SMALL))
    assert [told.received for told in desk.told] == [4 * SMALL, 8 * SMALL]
    assert desk.blobs.flushed >= set(desk.told[-1].parts)


def test_a_writer_can_go_on_after_it_paused(desk: Desk):
    writer, plain = desk.writer(), sample(30 * SMALL)
    for spot in range(0, len(plain), 37):
        writer.write(plain[spot : spot + 37])
        paused = writer.pause()
        assert paused.received == min(spot + 37, len(plain))
    desk.told.append(writer.finish())
    received = [told.received for told in desk.told]
    assert received == sorted(received)
    assert opened(desk.reader(desk.told[-1])) == plain
    assert opened(desk.reader(desk.writer(paused).finish())) == plain


@pytest.mark.parametrize("end", [SealedWriter.pause, SealedWriter.finish])
def test_what_a_writer_leaves_is_on_disk(desk: Desk, end: Callable[[SealedWriter], Written]):
    writer = desk.writer()
    writer.write(sample(6 * SMALL))
    assert desk.blobs.flushed == set(end(writer).parts) != set()


def test_a_pause_keeps_the_rest_in_a_tail_that_says_nothing(desk: Desk):
    writer = desk.writer()
    writer.write(b"A secret of 21 bytes.")
    paused = writer.pause()
    assert paused.received == 21
    assert len(paused.tail) == 21 - 2 * SMALL + OVERHEAD
    assert b"ytes." not in paused.tail


def test_a_chunk_that_may_be_the_last_waits_in_the_tail(desk: Desk):
    writer = desk.writer()
    writer.write(sample(SMALL))
    assert len(writer.pause().tail) == SMALL + OVERHEAD
    assert desk.blobs.kept == {}


@pytest.mark.parametrize(
    "altered",
    [
        lambda paused: replace(paused, tail=paused.tail[:-1] + bytes([paused.tail[-1] ^ 1])),
        lambda paused: replace(paused, received=paused.received + SMALL),
        lambda paused: replace(paused, received=paused.received + 1),
        lambda paused: replace(paused, tail=bytes(len(paused.tail))),
        lambda paused: replace(paused, tail=b""),
    ],
)
def test_a_tail_that_was_altered_or_moved_is_never_gone_on_from(
    desk: Desk, altered: Callable[[Written], Written]
):
    writer = desk.writer()
    writer.write(sample(21))
    with pytest.raises(SealedFileIsDamaged):
        desk.writer(altered(writer.pause()))


@given(steps=st.lists(st.tuples(st.integers(0, 110), st.integers(0, 40)), max_size=8))
def test_a_sealed_file_reads_and_seeks_like_any_other(steps: list[tuple[int, int]]):
    desk, plain = Desk(), sample(10 * SMALL - 3)
    mine, other = desk.reader(desk.keep(plain)).file(), io.BytesIO(plain)
    for spot, length in steps:
        assert mine.seek(spot) == other.seek(spot)
        assert mine.read(length) == other.read(length)
        assert mine.tell() == other.tell()
    assert mine.seek(-5, io.SEEK_END) == other.seek(-5, io.SEEK_END)
    assert mine.seek(2, io.SEEK_CUR) == other.seek(2, io.SEEK_CUR)
    assert mine.read() == other.read() == plain[-3:]


def test_a_sealed_file_is_for_reading_only(desk: Desk):
    file = desk.reader(desk.keep(sample(30))).file()
    assert (file.readable(), file.seekable(), file.writable()) == (True, True, False)
    with pytest.raises(io.UnsupportedOperation):
        file.write(b"x")
    with pytest.raises(ValueError, match="before the beginning"):
        file.raw.seek(-1)


def test_discarding_a_file_leaves_the_others(desk: Desk):
    desk.keep(sample(60))
    other = desk.keep(sample(60), UUID(int=7))
    discard(desk.blobs, FILE)
    assert set(desk.blobs.kept) == set(other.parts)


def test_nothing_of_a_file_lies_in_the_storage_in_clear(desk: Desk):
    desk.keep(b"Root canal on tooth 21, Ada Sample. " * 4)
    everything = b"".join(desk.blobs.kept.values())
    assert not [word for word in (b"canal", b"tooth", b"Sample") if word in everything]
