"""Files that nobody wants are found, and nothing of them is left."""

from datetime import timedelta
from uuid import UUID

import pytest

from adapters.remains import REMOVED_FOR, UNSENT_FOR
from runtime.stores import Stores
from tests.adapters.upload_desk import ADA, SCAN, Desk
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
        desk.remains.wipe([scan])
        assert desk.blobs.kept == {}
