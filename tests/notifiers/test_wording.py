"""Names are other people's words: they stay names, whatever is in them."""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notifiers.wording import day, no_link, one_line

LINES = {
    "line breaks": (
        "Carla\r\nBcc: mallory@evil.example\r\n\r\nboo",
        "Carla Bcc: mallory@evil.example boo",
    ),
    "other line breaks": ("a\u2028b\u2029c\x85d\x0be\x0cf", "a b c d e f"),
    "control characters": ("Ada\x00\x1b[31m\x7fSample", "Ada [31m Sample"),
    "directions": ("Ada \u202eelpmaS\u2066\u200f", "Ada elpmaS"),
    "an emoji in parts": (
        "Dr \U0001f469\u200d\u2695\ufe0f Ada",
        "Dr \U0001f469\u200d\u2695\ufe0f Ada",
    ),
    "right to left": ("د. ليلى حسن", "د. ليلى حسن"),
    "nothing": (" \t\r\n ", ""),
}

NAMES = {
    "a plain name": ("Ada Sample", "Ada Sample"),
    "a title": ("Dr. Ada B. Sample, DDS", "Dr. Ada B. Sample, DDS"),
    "a title without space": ("Dr.Ada", "Dr. Ada"),
    "a page": ("https://evil.example/login", "https:// evil. example/ login"),
    "a host": ("evil.example", "evil. example"),
    "an address": ("ada@evil.example", "ada@ evil. example"),
    "a foreign full stop": ("evil。example", "evil。 example"),
    "a page in the second line": ("Ada\nhttp://evil", "Ada http:// evil"),
}

UNHURRIED = settings(deadline=None)

LINK = re.compile(r"[\w-][.@:][\w-]|://\S|\S@\S", re.UNICODE)


@pytest.mark.parametrize(("text", "line"), LINES.values(), ids=LINES.keys())
def test_a_name_is_one_line_of_what_can_be_seen(text: str, line: str):
    assert one_line(text) == line


@UNHURRIED
@given(st.text())
def test_one_line_is_one_line(text: str):
    line = one_line(text)
    assert len(line.splitlines()) <= 1
    assert line == line.strip()
    assert one_line(line) == line


@pytest.mark.parametrize(("name", "told"), NAMES.values(), ids=NAMES.keys())
def test_the_name_of_a_sender_is_no_link(name: str, told: str):
    assert no_link(name) == told


@UNHURRIED
@given(st.text() | st.from_regex(r"(https?://)?(\w+[.@:/])+\w+", fullmatch=True))
def test_no_name_ever_becomes_a_link(name: str):
    assert LINK.search(no_link(name)) is None


def test_a_day_is_written_as_in_a_letter():
    assert day(datetime(2026, 3, 2, 23, 59, tzinfo=UTC)) == "March 2, 2026"
