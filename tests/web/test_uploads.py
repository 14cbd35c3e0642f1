"""Files arrive by tus 1.0: begun, resumed, checked, and in nobody else's hands."""

import hashlib
from base64 import b64encode
from collections.abc import Callable

import pytest
from werkzeug.test import TestResponse

from adapters.upload_slots import UNSENT_FOR
from domain.attachment import AttachmentLimits
from tests.fixtures.files import archive, dicom, jpeg, pdf, pixel_bomb, png
from tests.fixtures.house import House, Visitor
from tests.web.pages import page_of

TUS = {"Tus-Resumable": "1.0.0"}
BODY = "application/offset+octet-stream"
FORM = "11111111-2222-4333-8444-555555555555"
SCAN = dicom(length=3_000_000)


def told(**values: str) -> str:
    return ",".join(f"{key} {b64encode(value.encode()).decode()}" for key, value in values.items())


def ask(
    visitor: Visitor, method: str, path: str, data: bytes = b"", **headers: str
) -> TestResponse:
    sent = {**TUS, "X-CSRFToken": visitor.token(), **headers}
    return visitor.client.open(path, method=method, data=data, headers=sent)


def begin(
    visitor: Visitor, length: object, name: str = "scan.dcm", form: str = FORM
) -> TestResponse:
    headers = {"Upload-Length": str(length), "Upload-Metadata": told(filename=name, form=form)}
    return ask(visitor, "POST", "/uploads", **headers)


def patch(visitor: Visitor, path: str, offset: int, data: bytes, **headers: str) -> TestResponse:
    told = {"Upload-Offset": str(offset), "Content-Type": BODY, **headers}
    return ask(visitor, "PATCH", path, data, **told)


def upload(
    visitor: Visitor, content: bytes, name: str = "scan.dcm", form: str = FORM
) -> TestResponse:
    return patch(visitor, begin(visitor, len(content), name, form).location, 0, content)


def offset(visitor: Visitor, path: str) -> str:
    return ask(visitor, "HEAD", path).headers["Upload-Offset"]


def listed(visitor: Visitor, form: str = FORM) -> dict[str, str]:
    """Return the files that the compose page lists for a form, with what it says of each."""
    lines = page_of(visitor.post("/compose", form_id=form, add="1")).select("ul.chosen li")
    texts = [(one.select_one(".name"), one.select_one(".muted")) for one in lines]
    return {str(name.get_text()): str(note.get_text()) for name, note in texts if name and note}


def test_a_file_arrives_in_pieces_and_is_listed_in_its_form(ada: Visitor):
    path = begin(ada, len(SCAN)).location
    first = patch(ada, path, 0, SCAN[:1_500_000])
    assert (first.status_code, first.headers["Upload-Offset"]) == (204, "1500000")
    assert listed(ada) == {
        "scan.dcm": "not arrived wholly: remove it, or add the same file again to go on"
    }
    last = patch(ada, path, 1_500_000, SCAN[1_500_000:])
    assert (last.status_code, last.headers["Upload-Offset"]) == (204, "3000000")
    assert listed(ada) == {"scan.dcm": "2.86 MB"}


def test_a_client_learns_what_the_server_can_do(ada: Visitor):
    answer = ada.client.options("/uploads")
    assert answer.status_code == 204
    assert answer.headers["Tus-Version"] == "1.0.0"
    assert answer.headers["Tus-Extension"] == "creation,termination,checksum"
    assert answer.headers["Tus-Max-Size"] == str(250 << 20)


def test_another_version_of_the_protocol_is_refused(ada: Visitor):
    answer = ask(ada, "POST", "/uploads", **{"Tus-Resumable": "0.2.2"})
    assert (answer.status_code, answer.headers["Tus-Version"]) == (412, "1.0.0")


@pytest.mark.parametrize("length", ["", "-1", "1e3", "a", "9" * 19, "\u0663"])
def test_a_length_that_is_none_is_refused(ada: Visitor, length: str):
    assert begin(ada, length).status_code == 400


@pytest.mark.parametrize("metadata", ["", "form", "form !!!", told(form="x"), told(filename="a")])
def test_a_file_of_no_form_is_refused(ada: Visitor, metadata: str):
    headers = {"Upload-Length": "5", "Upload-Metadata": metadata}
    assert ask(ada, "POST", "/uploads", **headers).status_code == 400


def test_nothing_arrives_at_the_wrong_offset(ada: Visitor):
    path = begin(ada, len(SCAN)).location
    patch(ada, path, 0, SCAN[:1000])
    for wrong in (0, 999, 1001, 5_000_000):
        answer = patch(ada, path, wrong, SCAN[1000:])
        assert (answer.status_code, answer.headers["Upload-Offset"]) == (409, "1000")
    assert offset(ada, path) == "1000"


def test_nobody_else_sees_or_fills_or_removes_an_upload(ada: Visitor, ben: Visitor, house: House):
    path = begin(ada, len(SCAN)).location
    for other in (ben, house.visitor()):
        seen = [
            ask(other, "HEAD", path).status_code,
            patch(other, path, 0, SCAN).status_code,
            ask(other, "DELETE", path).status_code,
        ]
        assert seen == ([404] * 3 if other is ben else [303] * 3)
    assert offset(ada, path) == "0"
    assert listed(ben) == {}


def test_an_upload_needs_a_form_token(ada: Visitor):
    sent = {**TUS, "Upload-Length": "5", "Upload-Metadata": told(form=FORM)}
    assert ada.client.post("/uploads", headers=sent).status_code == 400


def test_more_bytes_than_announced_are_refused_and_change_nothing(ada: Visitor):
    path = begin(ada, 1000).location
    assert patch(ada, path, 0, SCAN[:1001]).status_code == 413
    assert offset(ada, path) == "0"


def test_a_whole_file_takes_no_more_bytes(ada: Visitor):
    path = begin(ada, len(SCAN)).location
    patch(ada, path, 0, SCAN)
    assert patch(ada, path, len(SCAN), b"more").status_code == 409


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_a_piece_that_was_altered_on_its_way_is_not_kept(ada: Visitor, algorithm: str):
    path = begin(ada, len(SCAN)).location
    right = b64encode(hashlib.new(algorithm, SCAN).digest()).decode()
    wrong = patch(ada, path, 0, SCAN[:-1] + b"x", **{"Upload-Checksum": f"{algorithm} {right}"})
    assert (wrong.status_code, offset(ada, path)) == (460, "0")
    fine = patch(ada, path, 0, SCAN, **{"Upload-Checksum": f"{algorithm} {right}"})
    assert (fine.status_code, list(listed(ada))) == (204, ["scan.dcm"])


@pytest.mark.parametrize("checksum", ["md4 abcd", "sha1", "sha1 !!", ""])
def test_a_checksum_that_nobody_can_check_is_refused(ada: Visitor, checksum: str):
    path = begin(ada, 5).location
    assert patch(ada, path, 0, b"12345", **{"Upload-Checksum": checksum}).status_code == 400


def test_a_body_of_another_type_is_refused(ada: Visitor):
    path = begin(ada, 5).location
    answer = patch(ada, path, 0, b"12345", **{"Content-Type": "application/octet-stream"})
    assert answer.status_code == 415


def test_a_removed_file_is_gone_from_its_form(ada: Visitor):
    path = begin(ada, 5).location
    assert ask(ada, "DELETE", path).status_code == 204
    assert (listed(ada), ask(ada, "HEAD", path).status_code) == ({}, 404)


def test_an_empty_file_is_refused_at_once(ada: Visitor):
    answer = begin(ada, 0)
    assert (answer.status_code, answer.text) == (422, "This file is empty.")


@pytest.mark.parametrize(
    ("name", "content", "status", "words"),
    [
        ("report.pdf", b"MZ" + bytes(500), 415, "is a program"),
        ("report.pdf", b"#!/bin/sh\necho", 415, "is a program"),
        ("scan.dcm", b"just some words", 415, "cannot be sent"),
        ("photo.png", pixel_bomb(), 422, "100 million pixels"),
        ("models.zip", archive({"run.exe": b"MZ"}), 415, "is a program"),
        ("models.zip", archive({"a.stl": b"x"})[:-30], 422, "damaged"),
    ],
)
def test_what_a_file_is_decides_and_not_its_name(
    ada: Visitor, name: str, content: bytes, status: int, words: str
):
    answer = upload(ada, content, name)
    assert answer.status_code == status
    assert words in answer.text
    assert listed(ada) == {}


def test_a_picture_is_what_it_is_whatever_it_is_called(ada: Visitor):
    upload(ada, png(), "scan.jpg")
    upload(ada, jpeg(), "\u202egpj.exe/../../nul\x00\x1b[31m")
    upload(ada, pdf(), "A" * 1000)
    names = list(listed(ada))
    assert names[0] == "scan.jpg.png"
    assert names[1].endswith(".jpg")
    assert not set("/\\\x00\x1b\u202e") & set(names[1])
    assert names[2] == "A" * 146 + ".pdf"


@pytest.fixture
def narrow(house: House) -> Callable[..., None]:
    """Return what makes the limits narrow."""

    def narrowed(**sizes: int) -> None:
        limits = AttachmentLimits(
            **{"file": 1000, "message": 2000, "count": 3, "quota": 5000} | sizes
        )
        for part in (house.portal.attaching, house.portal.uploads):
            object.__setattr__(part, "limits", limits)

    return narrowed


def test_each_limit_is_named_before_a_byte_is_sent(ada: Visitor, narrow: Callable[..., None]):
    narrow()
    too_large = begin(ada, 1001)
    assert (too_large.status_code, too_large.text) == (
        413,
        "This file is too large. A file may have 1000 bytes.",
    )
    assert begin(ada, 1000).status_code == begin(ada, 990).status_code == 201
    together = begin(ada, 11)
    assert (together.status_code, together.text) == (
        413,
        "Together the files may have 1.95 KB.",
    )
    assert begin(ada, 10).status_code == 201
    many = begin(ada, 1, form=FORM.replace("1", "9"))
    assert many.status_code == 201
    assert begin(ada, 1).text == "A message may have 3 files."


def test_a_practice_shares_one_quota(ada: Visitor, ben: Visitor, narrow: Callable[..., None]):
    narrow(quota=1500)
    assert begin(ada, 1000).status_code == 201
    answer = begin(ben, 501)
    assert answer.status_code == 507
    assert "a practice keeps files of 1.46 KB at most" in answer.text
    assert begin(ben, 500).status_code == 201


def other_form(number: int) -> str:
    return FORM[:-4] + f"{number:04}"


def test_one_person_may_not_add_files_without_end(
    ada: Visitor, ben: Visitor, narrow: Callable[..., None], house: House
):
    narrow(count=1)
    begun = [begin(ada, 1, form=other_form(number)) for number in range(10)]
    ask(ada, "DELETE", begun[0].location)
    answer = begin(ada, 1, form=other_form(10))
    assert answer.status_code == 429
    assert "many files that went with no message" in answer.text
    assert begin(ben, 1).status_code == 201
    house.clock.moment += UNSENT_FOR
    ada.sign_in("ada@sample-dental.example")
    assert begin(ada, 1, form=other_form(10)).status_code == 201


@pytest.mark.usefixtures("ben")
def test_a_file_that_went_with_a_message_waits_no_more(ada: Visitor, narrow: Callable[..., None]):
    narrow(count=1, file=5000, message=5000, quota=100_000)
    for number in range(11):
        upload(ada, pdf(), form=other_form(number))
        ada.compose("ben@sample-dental.example", subject="A", form_id=other_form(number))
    assert begin(ada, 1).status_code == 201


def test_a_file_that_is_refused_at_once_leaves_no_key(
    ada: Visitor, narrow: Callable[..., None], house: House
):
    narrow(quota=1500)
    begin(ada, 1000)

    def keys() -> int:
        with house.stores.pool.connection() as connection:
            [[count]] = connection.execute("SELECT count(*) FROM vault.data_key").fetchall()
        return int(count)

    before = keys()
    assert begin(ada, 501).status_code == 507
    assert keys() == before


def test_a_patient_counts_in_the_practice_that_invited_her(
    ada: Visitor, carla: Visitor, narrow: Callable[..., None]
):
    narrow(quota=1500)
    assert begin(carla, 1000).status_code == 201
    assert begin(ada, 501).status_code == 507


def test_the_page_states_the_limits(ada: Visitor):
    hint = page_of(ada.get("/compose")).select_one("#files-hint")
    assert hint is not None
    assert "Up to 20 files, 250 MB each, 1 GB together" in hint.get_text()
