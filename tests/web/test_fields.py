import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from marshmallow import Schema

from domain.address import normalised
from tests.web.bad_addresses import EVERY_KIND, INCOMPLETE, MALFORMED, SEVERAL
from web.fields import Address, CellPhone, FormId, Line, Text, Tick, complaint_about

FORM = Schema.from_dict(
    {
        "to": Address(),
        "phone": CellPhone(),
        "subject": Line(what="a subject", longest=10),
        "body": Text(what="a message", longest=10),
        "agreed": Tick(),
        "form_id": FormId(),
    }
)()

GOOD = {
    "to": "ada@sample.example",
    "phone": "(202) 555-0123",
    "subject": "A subject",
    "body": "A body",
    "agreed": "yes",
    "form_id": "00000000-0000-0000-0000-000000000001",
}


def complaints(**changed: str) -> dict[str, list[str]]:
    return FORM.validate({**GOOD, **changed})


def test_what_is_right_is_accepted() -> None:
    assert complaints() == {}


def test_nothing_at_all_is_missed_at_every_field() -> None:
    assert FORM.validate({}) == {
        "to": ["Please enter an e-mail address."],
        "phone": ["Please enter your cell phone number."],
        "subject": ["Please enter a subject."],
        "body": ["Please enter a message."],
        "form_id": ["Please check what you entered, and send it again."],
    }


@pytest.mark.parametrize(("address", "complaint"), EVERY_KIND.items())
def test_an_address_that_nobody_can_have_is_refused_with_the_reason(
    address: str, complaint: str
) -> None:
    assert complaint_about(address.strip()) == complaint


@pytest.mark.parametrize("address", MALFORMED)
def test_a_malformed_address_is_not_complete(address: str) -> None:
    assert complaints(to=address) == {"to": [INCOMPLETE]}


@pytest.mark.parametrize("separator", [",", ";", " ", ", ", "\n", "", " and "])
def test_two_addresses_are_one_too_many(separator: str) -> None:
    two = f"ada@sample.example{separator}ben@sample.example"
    assert complaints(to=two) == {"to": [SEVERAL]}


@given(st.emails() | st.text(max_size=300) | st.from_regex(r"[!-~]{1,70}@[a-z0-9.-]{1,260}"))
@settings(deadline=None, max_examples=300)
def test_whatever_the_field_accepts_the_rules_accept_too(address: str) -> None:
    assert complaint_about(address) is not None or normalised(address) == address.strip().lower()


@pytest.mark.parametrize(
    "blank", ["", " ", "\t\n", "\u00a0\u2003", "\u200b\u200d", "\ufeff", "\u3164\u2800", "\u00ad"]
)
def test_a_text_that_nobody_sees_is_missing(blank: str) -> None:
    assert complaints(subject=blank, body=blank) == {
        "subject": ["Please enter a subject."],
        "body": ["Please enter a message."],
    }


def test_a_text_is_as_long_as_its_limit_and_no_longer() -> None:
    assert complaints(subject="x" * 10, body="x" * 10) == {}
    assert complaints(body="x" * 1011) == {"body": ["At most 10 characters; this is 1,011."]}


@pytest.mark.parametrize(
    "control", ["\x00", "\x01", "\x08", "\x0b", "\x1b", "\x7f", "\x85", "\x9f", "\ud800"]
)
def test_control_characters_are_refused_everywhere(control: str) -> None:
    assert complaints(subject=f"a{control}b", body=f"a{control}b") == {
        "subject": ["Please remove the control characters."],
        "body": ["Please remove the control characters."],
    }


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n", "\u2028", "\u2029"])
def test_a_line_has_no_line_ends_and_a_text_may(end: str) -> None:
    assert complaints(subject=f"a{end}b", body=f"a{end}b") == {
        "subject": ["Please write it in one line."]
    }


@pytest.mark.parametrize("mark", ["\u202e", "\u202a", "\u2066", "\u2069"])
def test_a_line_cannot_be_made_to_read_backwards(mark: str) -> None:
    assert complaints(subject=f"a{mark}b", body=f"a{mark}b") == {
        "subject": ["Please remove the control characters."]
    }


@pytest.mark.parametrize("name", ["Zoë Žák", "李小龍", "نورا", "Åsa Núñez", "ศิริ", "👩‍⚕️"])
def test_people_are_called_what_they_are_called(name: str) -> None:
    assert complaints(subject=name) == {}


@pytest.mark.parametrize(
    "phone",
    ["12", "phone", "+999 555 0123", "()", "1" * 300, "\x00", "(202) 555-0123" + " " * 40 + "x"],
)
def test_what_cannot_be_dialled_is_no_phone(phone: str) -> None:
    complaint = "This is not a phone number, such as (202) 555-0123."
    assert complaints(phone=phone) == {"phone": [complaint]}


def test_a_phone_is_kept_as_text_providers_want_it() -> None:
    loaded = [FORM.load({**GOOD, "phone": phone}) for phone in ("202 555 0123", "+49 30 12345")]
    assert [one["phone"] for one in loaded] == ["+12025550123", "+493012345"]


def test_a_box_is_ticked_or_not() -> None:
    loaded = [FORM.load({**GOOD, "agreed": said}) for said in ("yes", "no")]
    assert [one["agreed"] for one in loaded] == [True, False]
    assert complaints(agreed="perhaps") == {"agreed": ["Please tick the box, or leave it empty."]}


@given(st.dictionaries(st.sampled_from(sorted(GOOD)), st.text(max_size=400)))
@settings(deadline=None, max_examples=300)
def test_whatever_is_typed_is_accepted_or_complained_about(typed: dict[str, str]) -> None:
    assert set(complaints(**typed)) <= set(typed)
