"""Only so many files come and go at once; who finds no place is asked to come back."""

from collections.abc import Iterator
from contextlib import ExitStack
from threading import BoundedSemaphore

import pytest
from flask import Flask
from werkzeug.exceptions import HTTPException, ServiceUnavailable

from tests.fixtures.files import dicom
from tests.fixtures.house import House, Visitor
from tests.web.test_downloads import send
from tests.web.test_uploads import begin, offset, patch
from web.transfers import COMING, GOING, Going, coming, enter, going

SCAN = dicom(length=700_000)


def free(room: BoundedSemaphore) -> int:
    """Count the places that are free."""
    with ExitStack() as stack:
        count = 0
        while room.acquire(blocking=False):
            stack.callback(room.release)
            count += 1
        return count


@pytest.fixture
def full() -> Iterator[None]:
    """All places are taken."""
    with ExitStack() as stack:
        for room in (COMING, GOING):
            while room.acquire(blocking=False):
                stack.callback(room.release)
        yield


def test_there_are_fewer_places_than_threads_so_that_pages_find_one():
    assert (free(COMING), free(GOING)) == (8, 12)


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
    assert (answers, free(COMING)) == ([204, 409, 204], 8)


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
    assert free(GOING) == 12


@pytest.mark.usefixtures("ben")
def test_a_file_has_its_place_as_long_as_it_goes(ada: Visitor):
    answer = ada.client.get(send(ada, ("scan.dcm", SCAN)), buffered=False)
    assert free(GOING) == 11
    answer.close()
    assert free(GOING) == 12


@pytest.mark.usefixtures("ben")
def test_a_file_that_cannot_be_handed_out_leaves_its_place(house: House, ada: Visitor):
    scan = send(ada, ("scan.dcm", SCAN))
    house.blobs.delete([blob.name for blob in house.blobs.names()])
    assert (ada.get(scan).status_code, free(GOING)) == (500, 12)


def test_a_place_is_free_at_the_last_piece_and_only_once():
    with going() as place:
        pieces = iter(place.carrying(iter([b"a", b"b"])))
        assert (next(pieces), free(GOING)) == (b"a", 11)
        assert (list(pieces), free(GOING)) == ([b"b"], 12)
    other = Going()
    place.close()
    assert free(GOING) == 11
    other.close()


def test_what_fails_on_its_way_leaves_its_place():
    with pytest.raises(ConnectionError), coming():
        raise ConnectionError
    with pytest.raises(ConnectionError), going():
        raise ConnectionError
    assert (free(COMING), free(GOING)) == (8, 12)


def test_nobody_waits_for_a_place():
    room = BoundedSemaphore(1)
    with Flask("pages").app_context():
        enter(room)
        with pytest.raises(HTTPException) as refusal:
            enter(room)
    response = refusal.value.response
    assert response is not None
    assert response.status_code == ServiceUnavailable.code  # type: ignore[attr-defined]
