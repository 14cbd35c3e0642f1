"""How long a vendor asks to be left alone, by the vendor's own clock."""

from datetime import UTC, datetime, timedelta
from email.message import Message
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.asked_pause import asked_pause

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
IN_UNIX_SECONDS = int(NOON.timestamp())


@pytest.mark.parametrize(
    ("fields", "pause"),
    [
        ({"retry-after": " 7 "}, timedelta(seconds=7)),
        ({"Retry-After": format_datetime(NOON + timedelta(minutes=2))}, timedelta(minutes=2)),
        ({"Retry-After": "Mon, 02 Nov 2026 12:00:30 -0000"}, timedelta(seconds=30)),
        ({"Retry-After": format_datetime(NOON - timedelta(minutes=2))}, timedelta(0)),
        ({"X-RateLimit-Reset": str(IN_UNIX_SECONDS + 9)}, timedelta(seconds=9)),
        ({"X-RateLimit-Reset": str(IN_UNIX_SECONDS - 9)}, timedelta(0)),
        ({"Retry-After": "5", "X-RateLimit-Reset": str(IN_UNIX_SECONDS + 9)}, timedelta(seconds=5)),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "-5"}, None),
        ({"Retry-After": "9" * 40}, None),
        ({"X-RateLimit-Reset": "-1"}, None),
        ({}, None),
    ],
)
def test_a_pause_is_read_by_the_vendors_own_clock(fields: dict[str, str], pause: timedelta | None):
    headers = Message()
    for name, value in ({"Date": format_datetime(NOON)} | fields).items():
        headers[name] = value
    assert asked_pause(headers) == pause


def test_a_moment_without_a_clock_to_compare_it_with_says_nothing():
    assert asked_pause({"Retry-After": format_datetime(NOON)}) is None


@given(after=st.text(), reset=st.text() | st.integers().map(str), date=st.text())
def test_no_noise_breaks_anything_or_asks_for_less_than_nothing(after: str, reset: str, date: str):
    pause = asked_pause({"Retry-After": after, "X-RateLimit-Reset": reset, "Date": date})
    assert pause is None or pause >= timedelta(0)
