"""Only so many files come and go at once; who finds no place is asked to come back."""

from collections.abc import Iterator
from contextlib import ExitStack
from uuid import UUID

import pytest
from flask import Flask
from werkzeug.exceptions import HTTPException

from tests.fixtures.files import dicom
from tests.fixtures.house import House, Visitor
from tests.web.test_downloads import send
from tests.web.test_uploads import begin, offset, patch
from web.transfers import COMING, GOING, Going, Room, coming, going

SCAN = dicom(length=700_000)


WHO = UUID(int=7)


@pytest.fixture
def full() -> Iterator[None]:
    """All places are taken, by strangers."""
    strangers = [UUID(int=number) for number in range(100, 120)]
    with ExitStack() as stack, Flask("pages").app_context():
        for room in (COMING, GOING):
            for who in strangers[: room.free]:
                room.enter(who)
                stack.callback(room.leave, who)
        yield


def test_there_are_fewer_places_than_threads_so_that_pages_find_one():
    assert (COMING.free, GOING.free) == (8, 12)


@pytest.mark.usefixtures("full")
def test_a_file_that_finds_no_place_to_come_waits_without_being_lost(ada: Visitor):
    path = begin(ada, len(SCAN)).location
    answer = patch(ada, path, 0, SCAN)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert answer.text == "Many files are on their way just now. Please try again in a moment."
    assert offset(ada, path) == "0"


def test_what_came_or_was_refused_leaves_its_place(ada: Visitor):
    path = begin(ada, len(SCAN)).location
    answers = [patch(ada, path, start, SCAN[:1000]).status_code for start in (0, 0, 1000)]
    assert (answers, COMING.free) == ([204, 409, 204], 8)


def test_a_file_that_finds_no_place_to_go_counts_as_not_taken(
    house: House, ada: Visitor, ben: Visitor, request: pytest.FixtureRequest
):
    scan, before = send(ada, ("scan.dcm", SCAN)), house.head()
    request.getfixturevalue("full")
    answer = ben.get(scan)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert house.since(before) == []


@pytest.mark.usefixtures("ben")
@pytest.mark.parametrize("asked", ["", "bytes=5-6", "bytes=9999999-"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_what_was_answered_leaves_its_place(ada: Visitor, asked: str, method: str):
    scan = send(ada, ("scan.dcm", SCAN))
    ada.client.open(scan, method=method, headers={"Range": asked}, buffered=True).close()
    assert GOING.free == 12


@pytest.mark.usefixtures("ben")
def test_a_file_has_its_place_as_long_as_it_goes(ada: Visitor):
    answer = ada.client.get(send(ada, ("scan.dcm", SCAN)), buffered=False)
    assert GOING.free == 11
    answer.close()
    assert GOING.free == 12


@pytest.mark.usefixtures("ben")
def test_a_file_that_cannot_be_handed_out_leaves_its_place(house: House, ada: Visitor):
    scan = send(ada, ("scan.dcm", SCAN))
    house.blobs.delete([blob.name for blob in house.blobs.names()])
    assert (ada.get(scan).status_code, GOING.free) == (500, 12)


def test_a_place_is_free_at_the_last_piece_and_only_once():
    with going(WHO) as place:
        pieces = iter(place.carrying(iter([b"a", b"b"])))
        assert (next(pieces), GOING.free) == (b"a", 11)
        assert (list(pieces), GOING.free) == ([b"b"], 12)
    other = Going(WHO)
    place.close()
    assert GOING.free == 11
    other.close()


def test_what_fails_on_its_way_leaves_its_place():
    with pytest.raises(ConnectionError), coming(WHO):
        raise ConnectionError
    with pytest.raises(ConnectionError), going(WHO):
        raise ConnectionError
    assert (COMING.free, GOING.free) == (8, 12)


def refusal_of(room: Room, who: UUID) -> int:
    """Return the status with which somebody is asked to come back."""
    with Flask("pages").app_context(), pytest.raises(HTTPException) as refusal:
        room.enter(who)
    response = refusal.value.response
    assert response is not None
    return int(response.status_code)  # type: ignore[attr-defined]


def test_nobody_waits_for_a_place():
    room = Room(1, each=1)
    room.enter(WHO)
    assert refusal_of(room, UUID(int=8)) == 503
    room.leave(WHO)
    room.enter(UUID(int=8))


def test_nobody_gets_all_places():
    room = Room(5, each=2)
    for _ in range(2):
        room.enter(WHO)
    assert refusal_of(room, WHO) == 503
    room.enter(UUID(int=8))
    room.leave(WHO)
    room.enter(WHO)
    assert room.free == 2
