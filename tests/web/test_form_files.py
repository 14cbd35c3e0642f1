"""Without scripts files come inside the form: sealed as they come, listed, removed, and sent."""

import pytest
from bs4 import BeautifulSoup
from urllib3 import encode_multipart_formdata
from urllib3.fields import RequestField
from werkzeug.test import TestResponse

from domain.attachment import AttachmentLimits
from tests.fixtures.files import dicom, pdf
from tests.fixtures.house import House, Visitor
from tests.web.pages import first_message, page_of, problems

BEN = "ben@sample-dental.example"
FORM = "11111111-2222-4333-8444-555555555555"
SCAN = dicom(length=2_500_000)

pytestmark = pytest.mark.usefixtures("ben")


def post(
    visitor: Visitor, *files: tuple[str, bytes], path: str = "/compose", **fields: str
) -> TestResponse:
    """Post a form with files, as a browser does."""
    text = {"to": BEN, "subject": "Your scan", "body": "Look.", "form_id": FORM, **fields}
    answer = sent(visitor, path, {"csrf_token": visitor.token(), **text}, *files)
    visitor.house.settle()
    return answer


def sent(
    visitor: Visitor, path: str, fields: dict[str, str], *files: tuple[str, bytes]
) -> TestResponse:
    """Send a form and its files as one body."""
    parts = [*fields.items(), *(("files", file) for file in files)]
    body, content_type = encode_multipart_formdata(parts)
    return visitor.client.post(path, data=body, content_type=content_type)


def chosen(answer: TestResponse) -> list[str]:
    return [one.get_text() for one in page_of(answer).select("ul.chosen .name")]


def attached(page: BeautifulSoup) -> list[str]:
    return [one.get_text() for one in page.select("ul.attached a")]


def kept(house: House) -> int:
    """Count the files that are kept and not removed."""
    with house.stores.pool.connection() as connection:
        [[count]] = connection.execute(
            "SELECT count(*) FROM attachments.file WHERE removed_at IS NULL"
        ).fetchall()
    return int(count)


def test_files_are_added_and_the_text_stays(ada: Visitor):
    answer = post(ada, ("scan.dcm", SCAN), ("report.pdf", pdf()), add="1")
    assert (answer.status_code, chosen(answer)) == (200, ["scan.dcm", "report.pdf"])
    assert page_of(answer).select_one("textarea").get_text().strip() == "Look."  # type: ignore[union-attr]


def test_files_go_with_the_form_that_sends(ada: Visitor, ben: Visitor):
    post(ada, ("scan.dcm", SCAN), add="1")
    assert post(ada, ("report.pdf", pdf())).status_code == 303
    message = first_message(ben)
    assert attached(ben.page(message)) == ["scan.dcm", "report.pdf"]
    link = ben.page(message).select_one("ul.attached a")
    assert link is not None
    assert ben.get(str(link["href"])).data == SCAN


def test_a_reply_brings_files_as_well(ada: Visitor, ben: Visitor):
    reply = f"{first_message(ben)}/reply"
    assert chosen(post(ben, ("x.pdf", pdf()), path=reply, add="1")) == ["x.pdf"]
    assert post(ben, path=reply).status_code == 303
    assert attached(ada.page(first_message(ada))) == ["x.pdf"]


def test_a_file_is_removed_by_its_button(house: House, ada: Visitor):
    page = page_of(post(ada, ("a.dcm", SCAN), ("b.pdf", pdf()), add="1"))
    button = page.select_one("button[aria-label='Remove a.dcm']")
    assert button is not None
    assert chosen(post(ada, remove=str(button["value"]))) == ["b.pdf"]
    assert kept(house) == 1


def test_nobody_removes_anothers_file(ada: Visitor, ben: Visitor):
    page = page_of(post(ada, ("a.dcm", SCAN), add="1"))
    button = page.select_one("button[name=remove]")
    assert button is not None
    post(ben, path=f"{first_message(ben)}/reply", remove=str(button["value"]))
    assert chosen(post(ada, add="1")) == ["a.dcm"]


def test_a_form_without_a_file_is_just_a_form(house: House, ada: Visitor):
    assert post(ada, ("", b"")).status_code == 303
    assert kept(house) == 0


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("scan.dcm", b"", "This file is empty."),
        ("run.pdf", b"MZ" + bytes(900), "is a program"),
        ("words.txt", b"just words", "cannot be sent"),
    ],
)
def test_a_refused_file_is_named_at_its_field_and_the_others_stay(
    house: House, ada: Visitor, name: str, content: bytes, words: str
):
    answer = post(ada, (name, content), ("report.pdf", pdf()))
    assert (answer.status_code, chosen(answer)) == (422, ["report.pdf"])
    assert words in problems(answer)["files"]
    assert kept(house) == 1


def test_one_file_too_many_is_refused_and_the_others_stay(house: House, ada: Visitor):
    answer = post(ada, *[(f"{number}.pdf", pdf()) for number in range(21)])
    assert (answer.status_code, len(chosen(answer)), kept(house)) == (422, 20, 20)
    assert problems(answer)["files"] == "A message may have 20 files."


def test_files_that_are_too_many_together_with_earlier_ones_are_not_added(
    house: House, ada: Visitor
):
    post(ada, *[(f"{number}.pdf", pdf()) for number in range(15)], add="1")
    answer = post(ada, *[(f"{number}.pdf", pdf()) for number in range(15, 21)], add="1")
    assert (answer.status_code, len(chosen(answer)), kept(house)) == (422, 15, 15)
    assert problems(answer)["files"] == "A message may have 20 files."


def test_files_of_a_foreign_form_leave_nothing(house: House, ada: Visitor):
    fields = {"csrf_token": "wrong", "form_id": FORM}
    answer = sent(ada, "/compose", fields, ("scan.dcm", SCAN))
    assert (answer.status_code, kept(house)) == (400, 0)


def test_who_is_not_signed_in_brings_no_files(house: House):
    assert post(house.visitor(), ("scan.dcm", SCAN)).status_code == 303
    assert kept(house) == 0
    assert list(house.blobs.names()) == []


def test_other_forms_take_no_files(house: House, ada: Visitor):
    post(ada, ("scan.dcm", SCAN), path="/account/expiry")
    assert kept(house) == 0
    assert list(house.blobs.names()) == []


def test_a_form_that_breaks_off_in_the_middle_of_a_file_leaves_nothing(house: House, ada: Visitor):
    whole = b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.dcm"\r\n\r\n' + SCAN
    ada.client.post("/compose", data=whole, content_type="multipart/form-data; boundary=x")
    assert kept(house) == 0


def test_nothing_of_a_file_is_ever_in_clear_on_the_disk(
    ada: Visitor, monkeypatch: pytest.MonkeyPatch
):
    def in_clear(*_: object, **__: object) -> None:
        raise AssertionError("a file would be written in clear")

    monkeypatch.setattr("werkzeug.formparser.default_stream_factory", in_clear)
    monkeypatch.setattr("tempfile._mkstemp_inner", in_clear)
    assert chosen(post(ada, ("scan.dcm", SCAN), add="1")) == ["scan.dcm"]


def test_what_a_part_says_of_its_own_length_counts_for_nothing(house: House, ada: Visitor):
    limits = AttachmentLimits(file=5_000_000, message=5_000_000, count=3, quota=2_000_000)
    for part in (house.portal.attaching, house.portal.uploads):
        object.__setattr__(part, "limits", limits)
    parts = [
        RequestField("csrf_token", ada.token()),
        RequestField("form_id", FORM),
        RequestField("add", "1"),
        RequestField("files", SCAN, "scan.dcm", {"Content-Length": "1"}),
    ]
    for one in parts:
        one.make_multipart(content_disposition="form-data")
    body, content_type = encode_multipart_formdata(parts)
    answer = ada.client.post("/compose", data=body, content_type=content_type)
    assert "There is no room left: a practice keeps files of" in problems(answer)["files"]
    assert kept(house) == 0
