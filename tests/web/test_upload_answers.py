"""What a client of the tus protocol, and the person behind it, is told while files arrive."""

import hashlib
from base64 import b64encode
from io import RawIOBase
from uuid import UUID

import pytest

from tests.doubles.blobs import MemoryBlobs
from tests.fixtures.files import archive, dicom
from tests.fixtures.house import House, Visitor
from tests.web.pages import page_of
from tests.web.test_uploads import BODY, FORM, TUS, ask, begin, listed, offset, patch, told, upload

SCAN = dicom(length=3_000_000)


@pytest.fixture
def blobs(house: House) -> MemoryBlobs:
    """A storage that may run full."""
    blobs = MemoryBlobs()
    object.__setattr__(house.portal.uploads, "blobs", blobs)
    return blobs


def upload_id(path: str) -> UUID:
    return UUID(path.rpartition("/")[2])


def test_a_look_tells_how_much_is_there_of_how_much(ada: Visitor):
    path = begin(ada, 3000).location
    patch(ada, path, 0, SCAN[:1000])
    headers = ask(ada, "HEAD", path).headers
    assert (headers["Upload-Offset"], headers["Upload-Length"]) == ("1000", "3000")
    assert (headers["Tus-Resumable"], headers["Cache-Control"]) == ("1.0.0", "no-store")


def test_a_new_upload_begins_at_its_first_byte(ada: Visitor):
    answer = begin(ada, 3000)
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (201, "0")
    assert answer.headers["Tus-Resumable"] == "1.0.0"


@pytest.mark.parametrize("name", ["", ",filename", ",filename /w=="])
def test_a_file_whose_name_nobody_can_read_arrives_all_the_same(ada: Visitor, name: str):
    headers = {"Upload-Length": "500", "Upload-Metadata": told(form=FORM) + name}
    path = ask(ada, "POST", "/uploads", **headers).location
    assert patch(ada, path, 0, SCAN[:500]).status_code == 204
    assert len(listed(ada)) == 1


def test_a_piece_in_the_middle_that_was_altered_on_its_way_is_not_kept(ada: Visitor):
    path = begin(ada, 3000).location
    right = b64encode(hashlib.sha256(SCAN[:1000]).digest()).decode()
    wrong = patch(ada, path, 0, b"x" + SCAN[1:1000], **{"Upload-Checksum": f"sha256 {right}"})
    assert (wrong.status_code, offset(ada, path)) == (460, "0")


class Broken(RawIOBase):
    """A connection that breaks after some bytes."""

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self.data = data

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:
        if not self.data:
            raise ConnectionError
        room = memoryview(buffer)
        taken, self.data = self.data[: len(room)], self.data[len(room) :]
        room[: len(taken)] = taken
        return len(taken)


def test_what_came_before_the_connection_broke_stays(ada: Visitor):
    path = begin(ada, len(SCAN)).location
    headers = {"Upload-Offset": "0", "Content-Type": BODY, "X-CSRFToken": ada.token(), **TUS}
    connection = {"wsgi.input": Broken(SCAN[:1_000_000]), "wsgi.input_terminated": True}
    answer = ada.client.patch(path, headers=headers, environ_overrides=connection)
    assert (answer.status_code, offset(ada, path)) == (400, "1000000")


def test_a_name_that_is_not_written_as_the_protocol_asks_is_refused(ada: Visitor):
    headers = {"Upload-Length": "500", "Upload-Metadata": f"{told(form=FORM)},filename YQ==!"}
    assert ask(ada, "POST", "/uploads", **headers).status_code == 400


def test_who_writes_while_another_window_does_is_told_to_wait(house: House, ada: Visitor):
    path, ada_id = begin(ada, 3000).location, house.portal.inviting.holder(ada.address)
    assert ada_id is not None
    with house.portal.uploads.receiving(upload_id(path), owner_id=ada_id, offset=0):
        answer = patch(ada, path, 0, SCAN[:3000])
    assert (answer.status_code, "in another window" in answer.text) == (423, True)


def test_a_full_disk_is_told_and_nothing_is_lost(ada: Visitor, blobs: MemoryBlobs):
    path, blobs.room = begin(ada, len(SCAN)).location, 0
    answer = patch(ada, path, 0, SCAN)
    assert (answer.status_code, "please try again soon" in answer.text) == (503, True)
    blobs.room = None
    assert patch(ada, path, int(offset(ada, path)), SCAN).status_code == 204


def test_what_lies_altered_in_the_database_is_not_gone_on_with(house: House, ada: Visitor):
    path = begin(ada, 3000).location
    patch(ada, path, 0, SCAN[:1000])
    with house.stores.pool.connection() as connection:
        connection.execute("UPDATE attachments.file SET tail = overlay(tail placing 'x' from 40)")
    answer = patch(ada, path, 1000, SCAN[1000:3000])
    assert (answer.status_code, "was damaged" in answer.text) == (500, True)


def test_a_bomb_is_refused_in_words(ada: Visitor):
    answer = upload(ada, archive({"a.stl": bytes(300 << 20)}), "models.zip")
    assert (answer.status_code, "far too large" in answer.text) == (422, True)


def test_the_page_tells_its_script_how_much_a_file_may_have(ada: Visitor):
    assert page_of(ada.get("/compose")).select_one(f"[data-most-bytes='{250 << 20}']")
