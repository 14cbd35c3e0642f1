"""Files arrive in PostgreSQL and a store of blobs: by one writer at a time, and safely."""

from datetime import timedelta

import pytest

from adapters.upload_slots import HELD_FOR
from domain.attachment import (
    AttachmentIsDamaged,
    AttachmentLimits,
    FileIsTooLarge,
    file_name,
)
from domain.file_kind import FileIsAProgram
from domain.refusal import Refusal
from domain.uploads import (
    AttachmentsAreUnavailable,
    NoSuchUpload,
    UploadIsBusy,
    UploadIsElsewhere,
    UploadIsLonger,
    UploadIsNotWhole,
)
from runtime.stores import Stores
from tests.adapters.upload_desk import ADA, BEN, PART, SCAN, Desk
from tests.fixtures.at_once import at_once
from tests.fixtures.clock import Clock


@pytest.fixture
def desk(empty_vault: Stores, clock: Clock) -> Desk:
    with empty_vault.pool.connection() as connection:
        connection.execute("DELETE FROM attachments.file")
    return Desk(empty_vault, clock)


def test_a_file_that_arrived_is_what_was_sent(desk: Desk):
    scan = desk.begin()
    desk.receive(scan, SCAN)
    [file] = desk.uploads.whole([scan], owner_id=ADA, at=desk.clock())
    assert (file.length, file.kind) == (len(SCAN), "dicom")
    assert desk.vault.open(file.name, file_name(scan)) == "CT.dcm"
    assert desk.content(scan) == SCAN


def test_a_file_of_unknown_length_is_whole_when_it_ends(desk: Desk):
    scan = desk.begin(length=None)
    desk.receive(scan, SCAN)
    assert desk.content(scan) == SCAN


def test_a_file_of_unknown_length_is_cut_off_at_the_limit_and_removed(desk: Desk):
    narrow = AttachmentLimits(file=1000, message=1000, count=1, quota=1000)
    desk = Desk(desk.stores, desk.clock, narrow)
    scan = desk.begin(length=None)
    with pytest.raises(FileIsTooLarge):
        desk.receive(scan, SCAN)
    with pytest.raises(NoSuchUpload):
        desk.received(scan)


def test_a_slot_has_one_writer_at_a_time(desk: Desk):
    scan = desk.begin()
    with desk.uploads.receiving(scan, owner_id=ADA, offset=0) as receiving:
        receiving.write(SCAN[:1000])
        with pytest.raises(UploadIsBusy):
            desk.receive(scan, SCAN)
    desk.receive(scan, SCAN[1000:], offset=1000)
    assert desk.content(scan) == SCAN


def test_of_several_at_once_one_gets_the_slot(desk: Desk):
    scan = desk.begin()
    answers = at_once(*[lambda: desk.receive(scan, SCAN)] * 4)
    lost = [one for one in answers if one is not None]
    assert len(lost) == 3
    assert all(isinstance(one, UploadIsBusy | UploadIsElsewhere) for one in lost)
    assert desk.content(scan) == SCAN


def test_a_writer_that_was_silent_too_long_loses_its_slot_and_harms_nothing(desk: Desk):
    scan = desk.begin()

    def meanwhile() -> None:
        desk.clock.moment += HELD_FOR + timedelta(seconds=1)
        desk.receive(scan, SCAN)

    with pytest.raises(Refusal):
        desk.receive_and_then(scan, meanwhile, b"MZ" + bytes(len(SCAN) - 2))
    assert desk.content(scan) == SCAN


def test_a_writer_on_a_slow_line_keeps_its_slot(desk: Desk):
    scan = desk.begin()
    with desk.uploads.receiving(scan, owner_id=ADA, offset=0) as receiving:
        for start in range(0, len(SCAN), 1_000_000):
            receiving.write(SCAN[start : start + 1_000_000])
            desk.clock.moment += HELD_FOR / 2
            with pytest.raises(UploadIsBusy):
                desk.receive(scan, SCAN)
    assert desk.content(scan) == SCAN


def test_what_came_before_a_connection_broke_stays(desk: Desk):
    scan, middle = desk.begin(), PART + 700_001
    desk.receive_and_break_off(scan, SCAN[:middle])
    assert desk.received(scan) == middle
    desk.receive(scan, SCAN[middle:], offset=middle)
    assert desk.content(scan) == SCAN


def test_a_connection_that_broke_after_the_last_byte_asks_for_the_last_part_again(desk: Desk):
    scan = desk.begin()
    desk.receive_and_break_off(scan, SCAN)
    offset = desk.received(scan)
    assert offset < len(SCAN)
    desk.receive(scan, SCAN[offset:], offset=offset)
    assert desk.content(scan) == SCAN


def test_what_was_to_be_kept_as_a_whole_and_broke_off_leaves_nothing(desk: Desk):
    scan = desk.begin()

    def broken() -> None:
        with desk.uploads.receiving(
            scan, owner_id=ADA, offset=0, is_noted_at_once=False
        ) as receiving:
            receiving.write(SCAN[: 2 * PART + 1])
            raise ConnectionError

    with pytest.raises(ConnectionError):
        broken()
    assert (desk.received(scan), desk.blobs.kept) == (0, {})
    desk.receive(scan, SCAN)
    assert desk.content(scan) == SCAN


def test_a_file_that_is_longer_than_announced_leaves_nothing_but_what_counts(desk: Desk):
    scan = desk.begin()
    for _ in range(2):
        offset = desk.received(scan)
        with pytest.raises(UploadIsLonger):
            desk.receive(scan, SCAN[offset:] + b"more", offset=offset)
        assert len(desk.blobs.kept) == desk.received(scan) // PART
    desk.receive(scan, SCAN[offset:], offset=desk.received(scan))
    assert desk.content(scan) == SCAN


@pytest.mark.parametrize("room", range(3))
def test_a_disk_that_is_full_at_any_part_loses_nothing(desk: Desk, room: int):
    scan = desk.begin()
    desk.blobs.room = room
    with pytest.raises(AttachmentsAreUnavailable):
        desk.receive(scan, SCAN)
    desk.blobs.room = None
    offset = desk.received(scan)
    assert offset <= room * PART
    desk.receive(scan, SCAN[offset:], offset=offset)
    assert desk.content(scan) == SCAN


def test_what_nobody_may_be_sent_is_removed(desk: Desk):
    program = desk.begin(length=1000)
    with pytest.raises(FileIsAProgram):
        desk.receive(program, b"MZ".ljust(1000, b"\0"))
    with pytest.raises(NoSuchUpload):
        desk.received(program)


def test_what_is_not_whole_removed_or_anothers_goes_with_no_message(desk: Desk):
    half, removed, bens = desk.begin(), desk.begin(), desk.begin(owner_id=BEN)
    desk.receive(half, SCAN[:1000])
    desk.receive(removed, SCAN)
    desk.uploads.remove(removed, owner_id=ADA, at=desk.clock())
    for one in (half, removed, bens):
        with pytest.raises(UploadIsNotWhole):
            desk.uploads.whole([one], owner_id=ADA, at=desk.clock())


def test_nothing_of_a_name_or_a_file_lies_in_clear(desk: Desk):
    scan = desk.begin()
    desk.receive(scan, SCAN)
    with desk.stores.pool.connection() as connection:
        [[row]] = connection.execute("SELECT file::text FROM attachments.file AS file").fetchall()
    assert "CT.dcm" not in row
    assert not any(b"DICM" in blob or SCAN[:200] in blob for blob in desk.blobs.kept.values())


def test_a_blob_that_changed_places_with_another_is_found(desk: Desk):
    one, other = desk.begin(), desk.begin()
    desk.receive(one, SCAN)
    desk.receive(other, SCAN)
    names = sorted(desk.blobs.kept)
    first, second = names[0], names[len(names) // 2]
    kept = desk.blobs.kept
    kept[first], kept[second] = kept[second], kept[first]
    with pytest.raises(AttachmentIsDamaged):
        desk.content(one)


def test_a_file_whose_row_is_gone_is_damaged(desk: Desk):
    scan = desk.begin()
    desk.receive(scan, SCAN)
    [file] = desk.uploads.whole([scan], owner_id=ADA, at=desk.clock())
    with desk.stores.pool.connection() as connection:
        connection.execute("DELETE FROM attachments.file")
    with pytest.raises(AttachmentIsDamaged):
        desk.files.opened(file)
