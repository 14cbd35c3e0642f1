"""A slot is its owner's and its writer's: nobody else fills, frees, moves or counts it."""

from contextlib import ExitStack
from datetime import timedelta
from uuid import UUID

import pytest

from adapters.upload_slots import HELD_FOR, UNSENT_FOR
from domain.attachment import (
    WAITING_FORMS,
    AttachmentLimits,
    FileIsTooLarge,
    FilesAreTooLarge,
    QuotaIsUsedUp,
    TooManyFiles,
    TooManyFilesWait,
)
from domain.uploads import NoSuchUpload, UploadIsBusy, UploadIsElsewhere, UploadIsNotWhole
from runtime.stores import Stores
from tests.adapters.upload_desk import ADA, BEN, FORM, PART, PRACTICE, SCAN, Desk
from tests.fixtures.at_once import at_once
from tests.fixtures.clock import Clock

OTHER_FORM = UUID("00000000-0000-0000-0000-00000000ee02")
NARROW = AttachmentLimits(file=1000, message=1500, count=2, quota=2500)


@pytest.fixture
def desk(empty_vault: Stores, clock: Clock) -> Desk:
    with empty_vault.pool.connection() as connection:
        connection.execute("DELETE FROM attachments.file")
    return Desk(empty_vault, clock)


@pytest.fixture
def narrow(desk: Desk) -> Desk:
    return Desk(desk.stores, desk.clock, NARROW)


def chosen(desk: Desk, form_id: UUID = FORM, owner_id: UUID = ADA) -> list[UUID]:
    return [one.attachment_id for one in desk.uploads.of_form(form_id, owner_id=owner_id)]


def test_what_somebody_else_chose_in_a_form_of_the_same_name_does_not_count(narrow: Desk):
    mine = [narrow.begin(length=1) for _ in range(2)]
    theirs = narrow.begin(length=1, owner_id=BEN)
    assert (chosen(narrow), chosen(narrow, owner_id=BEN)) == (mine, [theirs])


def test_what_was_removed_makes_room_in_its_form(narrow: Desk):
    removed, stays = narrow.begin(length=1), narrow.begin(length=1)
    narrow.uploads.remove(removed, owner_id=ADA, at=narrow.clock())
    assert chosen(narrow) == [stays]
    assert chosen(narrow) != chosen(narrow, OTHER_FORM) == []
    added = narrow.begin(length=1)
    assert chosen(narrow) == [stays, added]
    with pytest.raises(TooManyFiles):
        narrow.begin(length=1)


def test_a_file_counts_as_long_as_it_will_be_and_not_as_what_came(narrow: Desk):
    narrow.begin(length=1000)
    with pytest.raises(FilesAreTooLarge):
        narrow.begin(length=501)
    narrow.begin(length=500)


def test_people_of_one_account_share_its_quota(narrow: Desk):
    for owner_id, length in ((ADA, 1000), (BEN, 1000), (BEN, 500)):
        narrow.begin(length=length, owner_id=owner_id)
    with pytest.raises(QuotaIsUsedUp):
        narrow.begin(length=1, owner_id=UUID(int=3))


def test_people_of_one_account_take_turns_so_that_they_do_not_get_more_than_there_is(narrow: Desk):
    people = [UUID(int=number) for number in range(8)]
    acts = [lambda one=one: narrow.begin(length=1000, owner_id=one) for one in people]
    assert [type(one) for one in at_once(*acts)].count(QuotaIsUsedUp) == 6


def test_nobody_else_finds_fills_removes_moves_or_sends_a_file(desk: Desk):
    bens = desk.begin(owner_id=BEN)
    with pytest.raises(NoSuchUpload):
        desk.receive(bens, SCAN)
    with pytest.raises(NoSuchUpload):
        desk.received(bens)
    with pytest.raises(NoSuchUpload):
        desk.uploads.remove(bens, owner_id=ADA, at=desk.clock())
    desk.uploads.move([bens], owner_id=ADA, form_id=OTHER_FORM)
    assert chosen(desk, owner_id=BEN) == [bens]


def test_what_is_whole_is_sent_by_its_owner_only(desk: Desk):
    scan = desk.begin()
    desk.receive(scan, SCAN)
    with pytest.raises(UploadIsNotWhole):
        desk.uploads.whole([scan], owner_id=BEN, at=desk.clock())


def test_files_are_given_in_the_order_in_which_they_are_asked_for(desk: Desk):
    scans = [desk.begin(length=1000) for _ in range(3)]
    for one in scans:
        desk.receive(one, SCAN[:1000])
    for asked in (scans, scans[::-1]):
        found = desk.uploads.whole(asked, owner_id=ADA, at=desk.clock())
        assert [one.attachment_id for one in found] == asked


def test_a_move_takes_the_limits_of_the_other_form_along(narrow: Desk):
    scan = narrow.begin(length=1000)
    narrow.uploads.move([scan], owner_id=ADA, form_id=OTHER_FORM)
    assert (chosen(narrow), chosen(narrow, OTHER_FORM)) == ([], [scan])
    another = narrow.begin(length=501)
    with pytest.raises(FilesAreTooLarge):
        narrow.uploads.move([another], owner_id=ADA, form_id=OTHER_FORM)
    assert (chosen(narrow), chosen(narrow, OTHER_FORM)) == ([another], [scan])


def test_what_was_removed_is_found_filled_and_removed_no_more(desk: Desk):
    scan = desk.begin()
    desk.uploads.remove(scan, owner_id=ADA, at=desk.clock())
    with pytest.raises(NoSuchUpload):
        desk.received(scan)
    with pytest.raises(NoSuchUpload):
        desk.receive(scan, SCAN)
    with pytest.raises(NoSuchUpload):
        desk.uploads.remove(scan, owner_id=ADA, at=desk.clock())


@pytest.mark.parametrize("rest", [SCAN, SCAN[: PART + 1], SCAN[:1000]])
def test_a_file_that_is_removed_while_it_arrives_never_becomes_whole(desk: Desk, rest: bytes):
    scan = desk.begin()
    with pytest.raises(UploadIsBusy):
        desk.receive_and_then(
            scan, lambda: desk.uploads.remove(scan, owner_id=ADA, at=desk.clock()), rest
        )
    with pytest.raises(UploadIsNotWhole):
        desk.uploads.whole([scan], owner_id=ADA, at=desk.clock())
    assert chosen(desk) == []


@pytest.mark.parametrize("offset", [0, 999, 1001])
def test_nothing_is_taken_from_another_byte_than_the_next(desk: Desk, offset: int):
    scan = desk.begin()
    desk.receive(scan, SCAN[:1000])
    with pytest.raises(UploadIsElsewhere) as refusal:
        desk.receive(scan, SCAN[offset:], offset=offset)
    assert (refusal.value.received, desk.received(scan)) == (1000, 1000)


def test_of_a_whole_file_the_length_is_known_and_no_tail_remains(desk: Desk):
    scan = desk.begin(length=None)
    desk.receive(scan, SCAN[:1000])
    assert desk.uploads.find(scan, owner_id=ADA).length == 1000
    half = desk.begin()
    desk.receive(half, SCAN[:1000])
    desk.receive(half, SCAN[1000:], offset=1000)
    with desk.stores.pool.connection() as connection:
        rows = connection.execute("SELECT DISTINCT tail FROM attachments.file").fetchall()
    assert rows == [(b"",)]


def test_a_whole_file_says_where_it_ended(desk: Desk):
    scan = desk.begin()
    desk.receive(scan, SCAN)
    with pytest.raises(UploadIsElsewhere) as refusal:
        desk.receive(scan, b"", offset=len(SCAN))
    assert refusal.value.received == len(SCAN)


def test_who_lost_a_slot_does_not_free_it_for_others(desk: Desk):
    scan = desk.begin()
    with ExitStack() as late, ExitStack() as present:
        late.enter_context(desk.uploads.receiving(scan, owner_id=ADA, offset=0))
        desk.clock.moment += HELD_FOR + timedelta(seconds=1)
        receiving = present.enter_context(desk.uploads.receiving(scan, owner_id=ADA, offset=0))
        receiving.write(SCAN[:1000])
        with pytest.raises(UploadIsBusy):
            late.close()
        with pytest.raises(UploadIsBusy):
            desk.receive(scan, SCAN)
    assert desk.received(scan) == 1000


def test_who_lost_a_slot_learns_it_with_the_next_byte(desk: Desk):
    scan = desk.begin()
    with ExitStack() as late:
        writer = late.enter_context(desk.uploads.receiving(scan, owner_id=ADA, offset=0))
        desk.clock.moment += HELD_FOR + timedelta(seconds=1)
        with desk.uploads.receiving(scan, owner_id=ADA, offset=0):
            with pytest.raises(UploadIsBusy):
                writer.write(SCAN[:1])
            with pytest.raises(UploadIsBusy):
                late.close()


def test_who_lost_a_slot_does_not_take_the_file_out_of_its_form(narrow: Desk):
    scan = narrow.begin(length=None)
    with ExitStack() as late:
        writer = late.enter_context(narrow.uploads.receiving(scan, owner_id=ADA, offset=0))
        narrow.clock.moment += HELD_FOR + timedelta(seconds=1)
        narrow.receive(scan, SCAN[:1000])
        late.callback(writer.write, SCAN[:1001])
        with pytest.raises(FileIsTooLarge):
            late.close()
    assert narrow.content(scan) == SCAN[:1000]


def test_who_lost_a_slot_makes_no_file_whole(desk: Desk):
    scan = desk.begin()
    with ExitStack() as late, ExitStack() as present:
        writer = late.enter_context(desk.uploads.receiving(scan, owner_id=ADA, offset=0))
        writer.write(SCAN)
        desk.clock.moment += HELD_FOR + timedelta(seconds=1)
        present.enter_context(desk.uploads.receiving(scan, owner_id=ADA, offset=0))
        with pytest.raises(UploadIsBusy):
            late.close()
    assert desk.received(scan) == 0


def test_a_slot_is_held_to_the_last_moment_of_its_time(desk: Desk):
    scan = desk.begin()
    with desk.uploads.receiving(scan, owner_id=ADA, offset=0):
        desk.clock.moment += HELD_FOR
        with pytest.raises(UploadIsBusy):
            desk.receive(scan, SCAN)


def test_a_file_of_unknown_length_counts_in_the_quota_with_what_it_may_become(narrow: Desk):
    narrow.begin(length=1000)
    with pytest.raises(QuotaIsUsedUp):
        narrow.uploads.begin(
            UUID(int=9),
            owner_id=BEN,
            account_id=PRACTICE,
            form_id=OTHER_FORM,
            name="CT.dcm",
            length=None,
            at_most=1501,
            at=narrow.clock(),
        )


def test_a_file_of_unknown_length_may_have_as_many_bytes_as_any(narrow: Desk):
    scan = narrow.begin(length=None)
    narrow.receive(scan, SCAN[:1000])
    assert narrow.content(scan) == SCAN[:1000]


def begin_in_a_form_of_its_own(desk: Desk, owner_id: UUID = ADA) -> UUID:
    attachment_id = desk.drawn()
    desk.uploads.begin(
        attachment_id,
        owner_id=owner_id,
        account_id=PRACTICE,
        form_id=attachment_id,
        name="CT.dcm",
        length=1,
        at_most=1,
        at=desk.clock(),
    )
    return attachment_id


@pytest.fixture
def waiting(narrow: Desk) -> list[UUID]:
    """As many files of one person as may wait for their messages."""
    return [begin_in_a_form_of_its_own(narrow) for _ in range(WAITING_FORMS * NARROW.count)]


@pytest.mark.usefixtures("waiting")
def test_so_many_files_of_one_person_wait_for_their_messages_until_they_are_unwanted(narrow: Desk):
    with pytest.raises(TooManyFilesWait):
        begin_in_a_form_of_its_own(narrow)
    begin_in_a_form_of_its_own(narrow, BEN)
    narrow.clock.moment += UNSENT_FOR
    begin_in_a_form_of_its_own(narrow)


def test_a_file_that_was_sent_waits_no_more(narrow: Desk, waiting: list[UUID]):
    with narrow.stores.pool.connection() as connection:
        connection.execute(
            """
            INSERT INTO inbox.file (
                attachment_id, message_id, recipient_id, length, kind, digest, position
            ) VALUES (%s, %s, %s, 1, 'dicom', '', 1)
            """,
            (waiting[0], waiting[0], BEN),
        )
    begin_in_a_form_of_its_own(narrow)
    with pytest.raises(TooManyFilesWait):
        begin_in_a_form_of_its_own(narrow)
