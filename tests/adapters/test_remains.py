"""Files that nobody wants are found, and nothing of them is left."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest

from adapters.blobs import Blob, BlobsAreUnavailable
from adapters.remains import REMOVED_FOR, UNSENT_FOR, KeptRemains
from domain.uploads import AttachmentsAreUnavailable, UploadIsNotWhole
from runtime.stores import Stores
from tests.adapters.upload_desk import ADA, SCAN, Desk
from tests.doubles.blobs import MemoryBlobs
from tests.fixtures.clock import Clock


@pytest.fixture
def desk(empty_vault: Stores, clock: Clock) -> Desk:
    with empty_vault.pool.connection() as connection:
        connection.execute("DELETE FROM attachments.file")
    return Desk(empty_vault, clock)


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
        desk.remains.clear_away([scan], at=desk.clock())
        assert desk.blobs.kept == {}


def test_a_file_for_which_somebody_comes_back_is_not_taken_and_one_that_was_taken_goes_nowhere(
    desk: Desk,
):
    scan = desk.begin()
    desk.receive(scan, SCAN)
    desk.clock.moment += UNSENT_FOR + timedelta(seconds=1)
    assert unwanted(desk) == [scan]
    desk.uploads.whole([scan], owner_id=ADA, at=desk.clock())
    assert not desk.remains.take(scan, at=desk.clock())
    desk.clock.moment += UNSENT_FOR + timedelta(seconds=1)
    assert desk.remains.take(scan, at=desk.clock())
    with pytest.raises(UploadIsNotWhole):
        desk.uploads.whole([scan], owner_id=ADA, at=desk.clock())
    assert unwanted(desk) == [scan]


def test_what_went_with_a_message_is_not_asked_about_again(desk: Desk):
    scan = desk.begin()
    desk.clock.moment += UNSENT_FOR + timedelta(seconds=1)
    desk.remains.keep(scan)
    assert unwanted(desk) == []
    desk.clock.moment += 100 * UNSENT_FOR
    assert unwanted(desk) == []


class Silent(MemoryBlobs):
    """A storage that does not answer, and counts how often it was asked."""

    asked = 0

    def names(self, folder: str = "") -> Iterator[Blob]:
        del folder
        self.asked += 1
        raise BlobsAreUnavailable


def test_what_cannot_be_deleted_now_is_found_later_and_the_storage_is_left_alone_meanwhile(
    desk: Desk,
):
    scan, model = desk.begin(), desk.begin()
    silent = Silent()
    remains = KeptRemains(desk.stores.pool, silent)
    for one in (scan, model):
        with pytest.raises(AttachmentsAreUnavailable):
            remains.clear_away([one], at=desk.clock())
    assert silent.asked == 1
    desk.clock.moment += REMOVED_FOR
    assert unwanted(desk) == []
    desk.clock.moment += timedelta(seconds=1)
    assert set(unwanted(desk)) == {scan, model}


def test_what_must_stay_never_hides_what_may_go(desk: Desk):
    scans = {desk.begin(length=1) for _ in range(4)}
    desk.clock.moment += UNSENT_FOR + timedelta(seconds=1)
    found = {desk.remains.unwanted(desk.clock(), 1)[0][0] for _ in range(200)}
    assert found == scans
