"""SendGrid's events become reports of ours, and noise becomes nothing."""

import json
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.sendgrid_reports import read_reports
from domain.delivery_report import DeliveryReport, Outcome, ReportIsMalformed
from tests.contracts.mailer import FIRST, SECOND

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
BOUNCE: dict[str, Any] = {
    "email": "carla@example.net",
    "timestamp": int(NOON.timestamp()),
    "smtp-id": "<14c5d75ce93.dfd.64b469@ismtpd-555>",
    "event": "bounce",
    "type": "bounce",
    "bounce_classification": "Invalid Address",
    "ip": "192.0.2.7",
    "useragent": "Mozilla/5.0",
    "sg_event_id": "bounce-0-12345",
    "sg_message_id": "14c5d75ce93.dfd.64b469.filter0001",
    "reason": "550 5.1.1 <carla@example.net> unknown",
    "status": "5.1.1",
    "tls": 1,
    "notice_id": str(FIRST),
}


def body_of(*events: object) -> bytes:
    return json.dumps(events).encode()


def report_of(**changes: object) -> DeliveryReport:
    [report] = read_reports(body_of(BOUNCE | changes))
    return report


def test_a_bounce_is_a_report_about_its_notice():
    assert report_of() == DeliveryReport(
        report_id=UUID("f9b3bab6-a848-53a2-a4c9-2f85b0f25e43"),
        notice_id=FIRST,
        outcome=Outcome.BOUNCED,
        status="5.1.1",
        at=NOON,
    )


def test_nothing_of_the_address_the_reason_or_the_reader_is_kept():
    kept = repr(asdict(report_of()))
    taken = ["event", "type", "status", "notice_id", "tls", "timestamp"]
    assert [key for key in BOUNCE if key not in taken and str(BOUNCE[key]) in kept] == []


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({"event": "delivered"}, Outcome.DELIVERED),
        ({"event": "deferred"}, Outcome.DEFERRED),
        ({"event": "spamreport"}, Outcome.SPAM_REPORTED),
        ({"event": "bounce", "type": "bounce"}, Outcome.BOUNCED),
        ({"event": "bounce", "type": "blocked"}, Outcome.BLOCKED),
        ({"event": "dropped", "reason": "Bounced Address"}, Outcome.DROPPED),
        ({"event": "dropped", "reason": "Invalid"}, Outcome.DROPPED),
        ({"event": "dropped", "reason": "Unsubscribed Address"}, Outcome.DROPPED),
        ({"event": "dropped", "reason": "Spam Reporting Address"}, Outcome.DROPPED),
        ({"event": "dropped", "reason": "Spam Content (if Spam Checker app is enabled)"},
         Outcome.BLOCKED),
        ({"event": "dropped", "reason": "Recipient List over Package Quota"}, Outcome.BLOCKED),
        ({"event": "dropped", "reason": None}, Outcome.BLOCKED),
    ],
)  # fmt: skip
def test_each_kind_of_event_has_an_outcome(changes: dict[str, object], outcome: Outcome):
    assert report_of(**changes).outcome is outcome


@pytest.mark.parametrize(
    "status",
    ["", "550", "5.1", "5.1.1 carla@example.net", "3.1.1", "5.1.1\n", "\u0665.1.1", 5, None],
)
def test_a_status_that_is_none_is_empty(status: object):
    assert report_of(status=status).status == ""


def test_a_report_without_a_status_has_an_empty_one():
    [report] = read_reports(body_of({k: v for k, v in BOUNCE.items() if k != "status"}))
    assert report.status == ""


def test_the_same_event_is_the_same_report_and_another_is_another():
    twice = read_reports(body_of(BOUNCE, BOUNCE))
    assert twice[0] == twice[1]
    assert report_of(sg_event_id="delivered-0-12345").report_id != twice[0].report_id


def test_reports_keep_the_order_in_which_they_came():
    events = [BOUNCE, BOUNCE | {"event": "delivered", "notice_id": str(SECOND)}]
    assert [report.notice_id for report in read_reports(body_of(*events))] == [FIRST, SECOND]


@pytest.mark.parametrize(
    "changes",
    [
        {"event": "processed"},
        {"event": "open"},
        {"event": "group_unsubscribe"},
        {"event": "something new"},
        {"event": ["bounce"]},
        {"event": None},
        {"type": "something new"},
        {"type": ["bounce"]},
        {"type": None},
        {"notice_id": None},
        {"notice_id": ""},
        {"notice_id": "not ours"},
        {"notice_id": 7},
        {"notice_id": FIRST.hex},
        {"notice_id": f"{{{FIRST}}}"},
        {"sg_event_id": None},
        {"sg_event_id": ""},
        {"sg_event_id": 7},
        {"timestamp": None},
        {"timestamp": "1513299569"},
        {"timestamp": 1513299569.5},
        {"timestamp": True},
        {"timestamp": -1},
        {"timestamp": 10**18},
    ],
)
def test_what_is_of_no_use_is_passed_over_and_the_rest_is_read(changes: dict[str, object]):
    reports = read_reports(body_of(BOUNCE | changes, BOUNCE))
    assert len(reports) == 1


@pytest.mark.parametrize("event", [None, 7, "bounce", ["bounce"], {}])
def test_what_is_no_event_is_passed_over(event: object):
    assert len(read_reports(body_of(event, BOUNCE))) == 1


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"no JSON",
        b"{}",
        b"null",
        b'"bounce"',
        b"\xff\xfe",
        b"[" * 100_000,
        b"[" + b"1" * 5_000 + b"]",
        json.dumps(BOUNCE).encode(),
    ],
)
def test_a_body_that_is_no_list_is_malformed(body: bytes):
    with pytest.raises(ReportIsMalformed) as refusal:
        read_reports(body)
    assert "carla" not in str(refusal.value)


@given(body=st.binary())
def test_no_noise_raises_anything_else(body: bytes):
    with suppress(ReportIsMalformed):
        assert isinstance(read_reports(body), list)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(changes=st.dictionaries(st.sampled_from(sorted(BOUNCE)), VALUES | st.just("\ud83e")))
def test_no_values_in_an_event_raise_anything(changes: dict[str, object]):
    reports = read_reports(body_of(BOUNCE | changes))
    assert len(reports) <= 1
