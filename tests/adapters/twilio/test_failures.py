"""Any answer is sorted, and quoted by number only."""

import json
from datetime import timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from adapters.twilio_failures import failure_of
from notifiers.carrier import (
    AddressFails,
    AnswerWasLost,
    CarrierIsDown,
    TryAgain,
    WillNeverWork,
)
from tests.adapters.twilio.vendor import serving, texter_at
from tests.contracts.texter import TO_CARLA


def body(code: int) -> bytes:
    return json.dumps({"code": code, "message": "+12025550123 is bad", "status": 400}).encode()


@pytest.mark.parametrize(
    ("status", "content", "failure"),
    [
        (400, body(21635), AddressFails),
        (400, body(21602), WillNeverWork),
        (403, body(21408), WillNeverWork),
        (400, body(21659), CarrierIsDown),
        (400, body(21608), TryAgain),  # a trial account, and a number that it does not know
        (400, body(29999), TryAgain),
        (400, b"no JSON, but +12025550123", TryAgain),
        (400, b'{"message": "\\"code\\": 21211"}', TryAgain),
        (400, b"", TryAgain),
        (401, b"", CarrierIsDown),
        (403, b"", CarrierIsDown),
        (404, body(20404), CarrierIsDown),
        (418, b"", TryAgain),
        (429, b"", CarrierIsDown),
        (500, body(21211), CarrierIsDown),
        (502, b"<html>", AnswerWasLost),
        (503, b"", CarrierIsDown),
        (504, b"", AnswerWasLost),
        (302, b"", TryAgain),
    ],
)
def test_an_answer_is_sorted(status: int, content: bytes, failure: type[Exception]):
    found = failure_of(status, content, {})
    assert type(found) is failure
    assert str(status) in str(found)
    assert "555" not in str(found)


@given(st.integers(100, 999), st.binary(max_size=200), st.text(max_size=60), st.text(max_size=60))
def test_whatever_comes_is_one_of_our_failures(status, content, after, date):
    found = failure_of(status, b'{"code": 21211' + content, {"Retry-After": after, "Date": date})
    assert isinstance(found, TryAgain | WillNeverWork)


@pytest.mark.parametrize(
    ("told", "pause"),
    [
        ({"Retry-After": "120"}, timedelta(minutes=2)),
        ({"Retry-After": " 0 "}, timedelta(0)),
        ({"Retry-After": "-1"}, None),
        ({"Retry-After": "9" * 30}, None),
        ({"Retry-After": "soon"}, None),
        ({}, None),
        ({"Retry-After": "Mon, 05 Jan 2026 08:01:30 GMT"}, None),
        (
            {
                "Retry-After": "Mon, 05 Jan 2026 08:01:30 GMT",
                "Date": "Mon, 05 Jan 2026 08:00:00 GMT",
            },
            timedelta(seconds=90),
        ),
        (
            {
                "Retry-After": "Mon, 05 Jan 2026 07:00:00 GMT",
                "Date": "Mon, 05 Jan 2026 08:00:00 GMT",
            },
            timedelta(0),
        ),
    ],
)
def test_a_pause_is_told_in_seconds_or_as_a_moment(told: dict[str, str], pause):
    for status in (429, 503):
        found = failure_of(status, b"", told)
        assert isinstance(found, CarrierIsDown)
        assert found.pause == pause


def answering(status: int, content: str) -> Flask:
    """A vendor that has one answer to everything."""
    app = Flask(__name__)
    told = {"Location": "/elsewhere", "Content-Type": "application/json"}
    app.post("/<path:path>", endpoint="all")(lambda path: (content, status, told))  # noqa: ARG005
    app.get("/elsewhere", endpoint="elsewhere")(lambda: {"sid": "SM1"})
    return app


@pytest.mark.parametrize(
    "content",
    ["", "[]", "1", "null", "{}", '{"sid": null}', '{"sid": ""}', '{"sid": 1}', "[" * 100_000],
    ids=range(9),
)
def test_an_answer_that_names_nothing_leaves_us_in_doubt(content: str):
    with serving(answering(201, content)) as url, pytest.raises(AnswerWasLost, match="names"):
        texter_at(url).text(TO_CARLA)


def test_a_vendor_that_sends_us_elsewhere_took_nothing():
    with serving(answering(302, "")) as url, pytest.raises(TryAgain, match="302") as caught:
        texter_at(url).text(TO_CARLA)
    assert type(caught.value) is TryAgain


def test_a_pause_is_found_however_its_header_is_spelled():
    app = Flask(__name__)
    app.post("/<path:path>", endpoint="all")(lambda path: ("", 429, {"retry-after": "9"}))  # noqa: ARG005
    with serving(app) as url, pytest.raises(CarrierIsDown) as caught:
        texter_at(url).text(TO_CARLA)
    assert caught.value.pause == timedelta(seconds=9)


@pytest.mark.parametrize(
    ("status", "code", "failure"),
    [
        ("failed", 30006, AddressFails),
        ("undelivered", 30007, WillNeverWork),
        ("failed", 30001, CarrierIsDown),
        ("canceled", None, TryAgain),
    ],
)
def test_what_was_taken_and_given_up_at_once_has_failed(status, code, failure):
    content = json.dumps({"sid": "SM1", "status": status, "error_code": code})
    with serving(answering(201, content)) as url, pytest.raises(failure) as caught:
        texter_at(url).text(TO_CARLA)
    assert type(caught.value) is failure
    assert status in str(caught.value)
