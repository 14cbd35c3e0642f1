"""Whatever is altered, missing or exchanged in a storage is found before it is given to anyone.

The file has ten chunks in three blobs; the last chunk is short.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.blobs import BlobsAreUnavailable
from adapters.sealed_chunks import NO_CHUNKS, OVERHEAD
from adapters.sealed_files import (
    SealedFileIsDamaged,
    SealedReader,
    Written,
)
from adapters.sealed_parts import first_chunk
from domain.ports import SealIsBroken
from tests.adapters.sealing_desk import FILE, SMALL, Desk, sample
from tests.doubles.blobs import MemoryBlobs


@pytest.fixture
def desk() -> Desk:
    return Desk()


def swap(blobs: dict[str, bytes], one: str, other: str) -> None:
    blobs[one], blobs[other] = blobs[other], blobs[one]


def move(data: bytes, *order: int) -> bytes:
    step = SMALL + OVERHEAD
    return b"".join(data[index * step : (index + 1) * step] for index in order)


Change = Callable[[dict[str, bytes], Sequence[str]], object]

ALTERATIONS: dict[str, Change] = {
    "a blob is missing": lambda kept, parts: kept.pop(parts[1]),
    "the last blob is missing": lambda kept, parts: kept.pop(parts[2]),
    "blobs are swapped": lambda kept, parts: swap(kept, parts[0], parts[1]),
    "chunks are swapped": lambda kept, parts: kept.update(
        {parts[0]: move(kept[parts[0]], 1, 0, 2, 3)}
    ),
    "a chunk is doubled": lambda kept, parts: kept.update(
        {parts[0]: move(kept[parts[0]], 0, 0, 2, 3)}
    ),
    "a chunk is cut off": lambda kept, parts: kept.update(
        {parts[1]: move(kept[parts[1]], 0, 1, 2)}
    ),
    "a chunk is cut out": lambda kept, parts: kept.update(
        {parts[1]: move(kept[parts[1]], 0, 2, 3)}
    ),
    "the last byte is missing": lambda kept, parts: kept.update({parts[2]: kept[parts[2]][:-1]}),
    "a byte follows the last": lambda kept, parts: kept.update({parts[2]: kept[parts[2]] + b"x"}),
    "a byte follows a blob": lambda kept, parts: kept.update({parts[0]: kept[parts[0]] + b"x"}),
    "a blob is empty": lambda kept, parts: kept.update({parts[0]: b""}),
}


@pytest.mark.parametrize("change", ALTERATIONS.values(), ids=ALTERATIONS.keys())
def test_any_change_in_the_storage_is_found(desk: Desk, change: Change):
    written = desk.keep(sample(10 * SMALL - 3))
    change(desk.blobs.kept, written.parts)
    with pytest.raises(SealedFileIsDamaged):
        desk.reader(written).verify()
    with pytest.raises(SealedFileIsDamaged):
        list(desk.reader(written).stream(0, written.received))
    with pytest.raises(SealedFileIsDamaged):
        desk.reader(written).file().read()


def until_damage(reader: SealedReader) -> Iterator[bytes]:
    """Give what a reader gives before it finds that the file is damaged."""
    pieces = reader.stream(0, reader.length)
    while True:
        try:
            yield next(pieces)
        except SealedFileIsDamaged:
            return


@given(where=st.data())
def test_any_altered_bit_is_found_and_nothing_of_its_chunk_is_given(where: st.DataObject):
    desk = Desk()
    plain = sample(10 * SMALL - 3)
    written = desk.keep(plain)
    number = where.draw(st.integers(0, len(written.parts) - 1))
    data = bytearray(desk.blobs.kept[written.parts[number]])
    spot = where.draw(st.integers(0, len(data) - 1))
    data[spot] ^= 1 << where.draw(st.integers(0, 7))
    desk.blobs.kept[written.parts[number]] = bytes(data)
    with pytest.raises(SealedFileIsDamaged):
        desk.reader(written).verify()
    intact = 4 * number + spot // (SMALL + OVERHEAD)
    assert b"".join(until_damage(desk.reader(written))) == plain[: intact * SMALL]


@pytest.mark.parametrize(
    "change",
    [
        lambda written: replace(written, digest=NO_CHUNKS),
        lambda written: replace(written, received=written.received - 1),
        lambda written: replace(written, received=written.received + 1),
        lambda written: replace(written, received=8 * SMALL),
        lambda written: replace(written, received=0),
        lambda written: replace(written, parts=()),
        lambda written: replace(written, parts=written.parts[1:]),
        lambda written: replace(written, parts=written.parts[:-1]),
        lambda written: replace(written, parts=written.parts[::-1]),
        lambda written: replace(written, parts=(*written.parts, written.parts[-1])),
        lambda written: replace(written, parts=("nonsense", *written.parts[1:])),
        lambda written: replace(written, parts=(f"{FILE.hex}/x-y", *written.parts[1:])),
    ],
)
def test_any_change_in_what_is_known_of_a_file_is_found(
    desk: Desk, change: Callable[[Written], Written]
):
    written = desk.keep(sample(10 * SMALL - 3))
    with pytest.raises(SealedFileIsDamaged):
        desk.reader(change(written)).verify()


@pytest.mark.parametrize("missing", [1, 2, 3])
def test_a_file_of_which_the_first_blobs_are_unknown_is_never_given(desk: Desk, missing: int):
    written = desk.keep(sample(10 * SMALL - 3))
    reader = desk.reader(replace(written, parts=written.parts[missing:]))
    with pytest.raises(SealedFileIsDamaged):
        list(reader.stream(0, 2 * SMALL))


@pytest.mark.parametrize("folder", ["", "x", UUID(int=7).hex, f"{FILE.hex}/{FILE.hex}"])
def test_a_blob_outside_the_folder_of_its_file_is_never_looked_for(folder: str):
    with pytest.raises(SealIsBroken):
        first_chunk(f"{folder}/00000-token", FILE)


def test_the_blobs_of_another_file_are_found(desk: Desk):
    other = UUID(int=7)
    written, others = desk.keep(sample(30)), desk.keep(sample(30), other)
    with pytest.raises(SealedFileIsDamaged):
        desk.reader(others).verify()
    desk.blobs.kept[written.parts[0]] = desk.blobs.kept[others.parts[0]]
    with pytest.raises(SealedFileIsDamaged):
        desk.reader(written).verify()


def test_a_chunk_that_was_put_back_from_an_earlier_try_is_found(desk: Desk):
    earlier, later = desk.keep(b"I" * 30), desk.keep(b"i" * 30)
    desk.blobs.kept[later.parts[0]] = desk.blobs.kept[earlier.parts[0]]
    with pytest.raises(SealedFileIsDamaged):
        desk.reader(later).verify()


def test_what_is_exchanged_after_it_was_verified_is_not_given(desk: Desk):
    earlier, later = desk.keep(b"I" * 30), desk.keep(b"i" * 30)
    reader = desk.reader(later)
    reader.verify()
    desk.blobs.kept[later.parts[0]] = desk.blobs.kept[earlier.parts[0]]
    with pytest.raises(SealedFileIsDamaged):
        next(reader.stream(0, 5))
    with pytest.raises(SealedFileIsDamaged):
        reader.file().read(5)


class Away(MemoryBlobs):
    """A storage that cannot be reached."""

    def read(self, name: str, start: int, length: int) -> memoryview:
        raise BlobsAreUnavailable(name, start, length)


def test_a_storage_that_is_away_is_no_damage(desk: Desk):
    written = desk.keep(sample(30))
    desk.blobs = Away()
    with pytest.raises(BlobsAreUnavailable):
        desk.reader(written).verify()
