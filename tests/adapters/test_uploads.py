"""Files arrive in PostgreSQL and a store of blobs: by one writer at a time, and safely."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

import pytest

from adapters.kept_files import KeptFiles
from adapters.keyring import Keyring
from adapters.remains import REMOVED_FOR, UNSENT_FOR, KeptRemains
from adapters.sealed_chunks import CHUNK
from adapters.sealed_files import PART_CHUNKS
from adapters.upload_slots import HELD_FOR
from adapters.uploads import PostgresUploads
from adapters.vault import PostgresVault
from adapters.wrapped_keys import DataKeys
from domain.attachment import (
    USUAL_LIMITS,
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
from tests.doubles.blobs import MemoryBlobs
from tests.fixtures.at_once import at_once
from tests.fixtures.clock import Clock
from tests.fixtures.files import dicom
from tests.fixtures.house import Drawn

ADA = UUID("00000000-0000-0000-0000-00000000bb01")
BEN = UUID("00000000-0000-0000-0000-00000000bb02")
PRACTICE = UUID("00000000-0000-0000-0000-00000000aa01")
FORM = UUID("00000000-0000-0000-0000-00000000ee01")
PART = PART_CHUNKS * CHUNK
SCAN = dicom(length=2 * PART + 1000)


@dataclass
class Desk:
    """Where files arrive, with a clock and a store of blobs of the test."""

    stores: Stores
    clock: Clock
    limits: AttachmentLimits = USUAL_LIMITS
    blobs: MemoryBlobs = field(default_factory=MemoryBlobs)
    drawn: Drawn = field(default_factory=Drawn)
    keyring: Keyring = field(default_factory=Keyring.draw)

    def __post_init__(self) -> None:
        self.vault = PostgresVault(self.stores.pool, self.keyring)
        self.keys = DataKeys(self.stores.pool, self.keyring)
        self.uploads = PostgresUploads(
            self.stores.pool,
            self.blobs,
            self.vault,
            self.keys,
            self.limits,
            self.clock,
            self.drawn,
        )
        self.files = KeptFiles(self.stores.pool, self.blobs, self.keys)
        self.remains = KeptRemains(self.stores.pool, self.blobs)

    def begin(self, length: int | None = len(SCAN), owner_id: UUID = ADA) -> UUID:
        attachment_id = self.drawn()
        self.uploads.begin(
            attachment_id,
            owner_id=owner_id,
            account_id=PRACTICE,
            form_id=FORM,
            name="CT.dcm",
            length=length,
            at_most=length or 0,
            at=self.clock(),
        )
        return attachment_id

    def receive(self, attachment_id: UUID, data: bytes, offset: int = 0) -> None:
        with self.uploads.receiving(attachment_id, owner_id=ADA, offset=offset) as receiving:
            for start in range(0, len(data), 300_000):
                receiving.write(data[start : start + 300_000])

    def receive_and_then(self, attachment_id: UUID, then: Callable[[], None], rest: bytes) -> None:
        with self.uploads.receiving(attachment_id, owner_id=ADA, offset=0) as receiving:
            then()
            receiving.write(rest)

    def receive_and_break_off(self, attachment_id: UUID, data: bytes) -> None:
        def broken() -> None:
            with self.uploads.receiving(attachment_id, owner_id=ADA, offset=0) as receiving:
                receiving.write(data)
                raise ConnectionError

        with pytest.raises(ConnectionError):
            broken()

    def received(self, attachment_id: UUID) -> int:
        return self.uploads.find(attachment_id, owner_id=ADA).received

    def content(self, attachment_id: UUID) -> bytes:
        [file] = self.uploads.whole([attachment_id], owner_id=ADA, at=self.clock())
        return b"".join(self.files.opened(file).stream(0, file.length))


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


def unwanted(desk: Desk) -> list[UUID]:
    return [one for one, _ in desk.remains.unwanted(desk.clock(), 100)]


def test_a_file_is_unwanted_some_time_after_it_was_removed(desk: Desk):
    scan = desk.begin()
    desk.uploads.remove(scan, owner_id=ADA, at=desk.clock())
    desk.clock.moment += REMOVED_FOR
    assert unwanted(desk) == []
    desk.clock.moment += timedelta(seconds=1)
    assert unwanted(desk) == [scan]


def test_a_file_is_unwanted_a_day_after_anybody_cared(desk: Desk):
    scan = desk.begin()
    desk.clock.moment += UNSENT_FOR - timedelta(seconds=1)
    desk.receive(scan, SCAN)
    desk.clock.moment += UNSENT_FOR
    assert unwanted(desk) == []
    desk.uploads.whole([scan], owner_id=ADA, at=desk.clock())
    desk.clock.moment += UNSENT_FOR
    assert unwanted(desk) == []
    desk.clock.moment += timedelta(seconds=1)
    assert unwanted(desk) == [scan]


def test_what_is_discarded_leaves_nothing_and_can_be_discarded_again(desk: Desk):
    scan = desk.begin()
    desk.receive_and_break_off(scan, SCAN)
    offset = desk.received(scan)
    desk.receive(scan, SCAN[offset:], offset=offset)
    for _ in range(2):
        desk.remains.wipe([scan])
        assert desk.blobs.kept == {}
