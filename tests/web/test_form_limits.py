"""What a plain form with files may bring at most, and what it is told when that is too much."""

from collections.abc import Callable
from uuid import UUID

import pytest

from adapters.shredder import PostgresShredder
from domain.attachment import AttachmentLimits
from domain.ports import KeyKind
from tests.fixtures.files import dicom, pdf
from tests.fixtures.house import House, Visitor
from tests.web.pages import first_message, page_of, problems
from tests.web.test_form_files import FORM, chosen, kept, post, sent
from web.form_files import LARGEST_FORM

pytestmark = pytest.mark.usefixtures("ben")


@pytest.fixture
def narrow(house: House) -> Callable[..., None]:
    """Return what makes the limits narrow."""

    def narrowed(**sizes: int) -> None:
        sizes = {"file": 1000, "message": 2000, "count": 3, "quota": 100_000} | sizes
        for part in (house.portal.attaching, house.portal.uploads):
            object.__setattr__(part, "limits", AttachmentLimits(**sizes))

    return narrowed


def test_a_quota_counts_the_whole_form_before_a_byte_is_kept(
    house: House, ada: Visitor, narrow: Callable[..., None]
):
    narrow(file=5000, message=5000, quota=3000)
    answer = post(ada, ("scan.dcm", dicom(length=3000)), add="1")
    assert "a practice keeps files of 2.93 KB at most" in problems(answer)["files"]
    assert (kept(house), list(house.blobs.names())) == (0, [])


def test_a_practice_shares_its_quota_in_forms_too(
    ada: Visitor, ben: Visitor, narrow: Callable[..., None]
):
    narrow(file=2000, quota=2500)
    assert chosen(post(ada, ("a.dcm", dicom(length=1000)), add="1")) == ["a.dcm"]
    reply = f"{first_message(ben)}/reply"
    answer = post(ben, ("b.dcm", dicom(length=1000)), path=reply, body="x" * 1000, add="1")
    assert "There is no room left: a practice keeps files of" in problems(answer)["files"]


def test_files_as_large_as_a_message_may_be_find_room_beside_the_text(
    ada: Visitor, narrow: Callable[..., None]
):
    narrow()
    files = [(f"{number}.dcm", dicom(length=1000)) for number in range(2)]
    assert chosen(post(ada, *files, add="1")) == ["0.dcm", "1.dcm"]


def test_what_is_larger_than_any_message_is_refused_as_a_whole(
    house: House, ada: Visitor, narrow: Callable[..., None]
):
    narrow()
    answer = post(ada, ("scan.dcm", dicom(length=LARGEST_FORM + 2001)))
    assert (answer.status_code, kept(house)) == (413, 0)


def test_more_parts_than_any_form_has_are_refused_as_a_whole(house: House, ada: Visitor):
    answer = post(ada, *[("", b"")] * 40)
    assert (answer.status_code, kept(house)) == (413, 0)


def test_the_same_problem_of_several_files_is_told_once(ada: Visitor):
    program = b"MZ" + bytes(900)
    answer = post(ada, ("a.pdf", program), ("b.pdf", program))
    assert problems(answer)["files"] == (
        "This file is a program, a script, or holds one. It cannot be sent."
    )


def test_a_form_without_its_hidden_name_keeps_no_files(house: House, ada: Visitor):
    answer = post(ada, ("a.pdf", pdf()), form_id="none", add="1")
    assert (answer.status_code, chosen(answer), kept(house)) == (200, [], 0)


def test_a_file_whose_key_is_gone_has_no_name_any_more(house: House, ada: Visitor):
    page = page_of(post(ada, ("a.pdf", pdf()), add="1"))
    button = page.select_one("button[name=remove]")
    assert button is not None
    PostgresShredder(house.stores.pool).shred(KeyKind.CONTENT, [UUID(str(button["value"]))])
    assert chosen(post(ada, add="1")) == ["file"]


def test_what_may_not_be_sent_keeps_its_files_for_the_next_try(house: House, ada: Visitor):
    answer = post(ada, ("a.pdf", pdf()), subject="")
    assert (answer.status_code, chosen(answer), kept(house)) == (422, ["a.pdf"], 1)
    form_id = page_of(answer).select_one("input[name=form_id]")
    assert form_id is not None
    assert form_id["value"] == FORM


def test_a_part_with_a_name_and_no_bytes_before_a_good_one_harms_nothing(ada: Visitor):
    fields = {"csrf_token": ada.token(), "form_id": FORM, "add": "1"}
    answer = sent(ada, "/compose", fields, ("", b""), ("a.pdf", pdf()))
    assert chosen(answer) == ["a.pdf"]


@pytest.mark.parametrize("remove", ["nonsense", "other"])
def test_a_button_of_another_form_removes_nothing(house: House, ada: Visitor, remove: str):
    page = page_of(post(ada, ("a.pdf", pdf()), add="1"))
    button = page.select_one("button[name=remove]")
    assert button is not None
    value = str(button["value"]) if remove == "other" else remove
    answer = post(ada, form_id=FORM.replace("1", "9"), remove=value)
    assert (answer.status_code, kept(house)) == (200, 1)
