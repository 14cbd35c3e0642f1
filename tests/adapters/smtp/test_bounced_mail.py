"""What comes back is told apart: bounces of notices, automatic answers, and people."""

from dataclasses import asdict
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.bounced_mail import LONGEST, Kind, ReturnedMail, read_returned_mail
from domain.delivery_report import DeliveryReport, Outcome
from tests.adapters.smtp.office import MARKS
from tests.contracts.mailer import FIRST, SECOND

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
MARK, OTHER_MARK = MARKS.mark(FIRST), MARKS.mark(SECOND)
SENT_AT = NOON - timedelta(hours=2)
TRIED_AT = NOON - timedelta(hours=1)

BOUNCE = f"""\
Return-Path: <>
Delivered-To: bounce+{MARK}@securemail.example
From: MAILER-DAEMON@mail.example.net (Mail Delivery System)
To: bounce+{MARK}@securemail.example
Date: Mon, 02 Nov 2026 11:00:05 +0000
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="A1B2/mail.example.net"

This is a MIME-encapsulated message.

--A1B2/mail.example.net
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered to
<carla@example.net>: host mx.example.net said: 550 5.1.1 User unknown

--A1B2/mail.example.net
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example.net
Original-Envelope-Id: {MARK}
Arrival-Date: Mon,  2 Nov 2026 11:00:00 +0100 (CET)

Final-Recipient: rfc822; carla@example.net
Original-Recipient: rfc822;carla@example.net
Action: failed
Status: 5.1.1
Remote-MTA: dns; mx.example.net
Diagnostic-Code: smtp; 550 5.1.1 User unknown
Last-Attempt-Date: Mon,  2 Nov 2026 11:00:00 -0000

--A1B2/mail.example.net
Content-Type: text/rfc822-headers

From: "Smile Dental" <noreply@securemail.example>
To: "Carla Weiss" <carla@example.net>
Message-ID: <{MARK}@securemail.example>

--A1B2/mail.example.net--
"""

ANSWER = """\
Return-Path: <carla@example.net>
From: "Carla Weiss" <carla@example.net>
To: noreply@securemail.example
Subject: Re: Smile Dental sent you a secure message

My tooth 36 still hurts.
"""


def read(text: str) -> ReturnedMail:
    return read_returned_mail(text.replace("\n", "\r\n").encode(), marks=MARKS, now=NOON)


def report_in(text: str) -> DeliveryReport:
    returned = read(text)
    assert returned.kind is Kind.BOUNCE
    assert returned.report
    return returned.report


def without(text: str, *names: str) -> str:
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith(names))


BY_ENVELOPE = without(BOUNCE, "Delivered-To", "To: bounce", "Message-ID")
BY_ADDRESS = without(BOUNCE, "Delivered-To", "Original-Envelope-Id", "Message-ID")
BY_LETTER = without(BOUNCE, "Delivered-To", "To: bounce", "Original-Envelope-Id")


def test_a_bounce_is_a_report_about_its_notice():
    report = report_in(BOUNCE)
    assert report == DeliveryReport(
        report_id=report.report_id,
        notice_id=FIRST,
        outcome=Outcome.BOUNCED,
        status="5.1.1",
        at=TRIED_AT,
    )


def test_nothing_of_the_address_or_of_the_servers_sentences_is_kept():
    kept = repr(asdict(read(BOUNCE))).lower()
    assert [word for word in ("carla", "example", "unknown", "sorry") if word in kept] == []


@pytest.mark.parametrize(
    "text",
    [
        BY_ENVELOPE,
        BY_ADDRESS,
        BY_ADDRESS.replace("To: bounce", "Delivered-To: bounce"),
        BY_ADDRESS.replace(MARK, MARK.upper()),
        BY_LETTER,
        BY_LETTER.replace("text/rfc822-headers", "message/rfc822"),
    ],
)
def test_a_notice_is_named_by_envelope_by_address_or_by_letter(text: str):
    assert report_in(text).notice_id == FIRST


def test_the_letter_that_came_back_is_read_however_it_is_encoded():
    letter = f"Message-ID: =3C{MARK}=40securemail.example=3E\n"
    encoded = BY_LETTER.replace(f"Message-ID: <{MARK}@securemail.example>\n", letter).replace(
        "Content-Type: text/rfc822-headers\n",
        "Content-Type: text/rfc822-headers\nContent-Transfer-Encoding: quoted-printable\n",
    )
    assert report_in(encoded).notice_id == FIRST


def test_the_envelope_counts_more_than_the_address_and_that_more_than_the_letter():
    other = BOUNCE.replace(f"<{MARK}", f"<{OTHER_MARK}")
    assert report_in(other).notice_id == FIRST
    other = other.replace(f"+{MARK}", f"+{OTHER_MARK}")
    assert report_in(other).notice_id == FIRST
    assert report_in(without(other, "Original-Envelope-Id")).notice_id == SECOND


def test_a_bounce_with_bare_line_feeds_is_one_too():
    found = read_returned_mail(BY_LETTER.encode(), marks=MARKS, now=NOON)
    assert found.report == report_in(BY_LETTER)


def test_a_bounce_that_names_no_notice_is_a_bounce_of_nothing():
    assert read(without(BY_LETTER, "Message-ID")) == ReturnedMail(Kind.BOUNCE)


@pytest.mark.parametrize(
    ("action", "status", "outcome"),
    [
        ("failed", "5.1.1", Outcome.BOUNCED),
        ("Failed", "5.1.10 (null MX)", Outcome.BOUNCED),
        ("failed", "5.0.0", Outcome.BOUNCED),
        ("failed", "5.2.1", Outcome.BOUNCED),
        ("failed", "5.4.4", Outcome.BOUNCED),
        ("failed", "5.2.2", Outcome.BLOCKED),
        ("failed", "5.2.3", Outcome.BLOCKED),
        ("failed", "5.3.4", Outcome.BLOCKED),
        ("failed", "5.7.1", Outcome.BLOCKED),
        ("failed", "4.4.7", Outcome.BLOCKED),
        ("delayed", "4.4.1", Outcome.DEFERRED),
        ("delivered", "2.0.0", Outcome.DELIVERED),
    ],
)
def test_what_a_server_did_has_an_outcome(action: str, status: str, outcome: Outcome):
    text = BOUNCE.replace("Action: failed", f"Action: {action}")
    report = report_in(text.replace("Status: 5.1.1", f"Status: {status}"))
    assert (report.outcome, report.status) == (outcome, status.partition(" ")[0])


@pytest.mark.parametrize("action", ["relayed", "expanded", "", "failed a bit"])
def test_what_a_server_did_otherwise_says_nothing(action: str):
    assert read(BOUNCE.replace("Action: failed", f"Action: {action}")).report is None


@pytest.mark.parametrize("status", ["", "550", "5.1.1.1", "5.1.1234", "6.1.1", "carla@example.net"])
def test_a_status_that_is_none_is_empty(status: str):
    assert report_in(BOUNCE.replace("Status: 5.1.1", f"Status: {status}")).status == ""


def test_the_first_recipient_with_an_action_is_ours():
    text = BOUNCE.replace("Final-Recipient", "X-Nothing: here\n\nFinal-Recipient", 1)
    text = text.replace("-0000\n\n", "-0000\n\nAction: delivered\nStatus: 2.0.0\n\n")
    assert report_in(text).status == "5.1.1"


def test_the_same_bounce_twice_is_one_report_and_another_is_another():
    first = report_in(BOUNCE)
    assert report_in(BOUNCE) == first
    later = BOUNCE.replace("11:00:00 +0100", "11:00:01 +0100")
    others = [later, BOUNCE.replace("5.1.1", "5.1.2"), BOUNCE.replace(": failed", ": delayed")]
    assert first.report_id not in {report_in(other).report_id for other in others}


@pytest.mark.parametrize(
    ("text", "at"),
    [
        (without(BOUNCE, "Last-Attempt-Date"), SENT_AT),
        (without(BOUNCE, "Last-Attempt-Date", "Arrival-Date"), TRIED_AT + timedelta(seconds=5)),
        (without(BOUNCE, "Last-Attempt-Date", "Arrival-Date", "Date"), NOON),
        (BOUNCE.replace("11:00:00 -0000", "13:00:00 -0000"), NOON),
        (BOUNCE.replace("Mon,  2 Nov 2026 11:00:00 -0000", "yesterday"), NOON),
        (BOUNCE.replace("2 Nov 2026 11:00:00 -0000", "31 Dec 9999 23:59:00 -1400"), NOON),
    ],
)
def test_a_report_is_of_the_moment_of_the_last_attempt_and_never_of_the_future(
    text: str, at: datetime
):
    assert report_in(text).at == at


def test_a_person_is_answered_and_what_she_wrote_is_not_kept():
    assert read(ANSWER) == ReturnedMail(Kind.REPLY, from_address="carla@example.net")


@pytest.mark.parametrize(
    "sender", ["", "Carla", "a@b@example.net", "Carla: a@example.net, b@example.net;", "\ud83e@a"]
)
def test_a_person_without_exactly_one_address_is_not_answered(sender: str):
    text = ANSWER.replace('"Carla Weiss" <carla@example.net>\nTo', f"{sender}\nTo")
    raw = text.encode(errors="surrogatepass")
    assert read_returned_mail(raw, marks=MARKS, now=NOON) == ReturnedMail(Kind.REPLY)


@pytest.mark.parametrize(
    "field",
    [
        "Auto-Submitted: auto-replied",
        "Auto-Submitted: auto-generated (vacation)",
        "auto-submitted: AUTO-REPLIED; owner=x",
        "Precedence: bulk",
        "Precedence: List",
        "Precedence: junk",
        "List-Id: <news.example.net>",
        "Return-Path: <>",
        "Content-Type: multipart/report; report-type=disposition-notification",
        "From: MAILER-DAEMON@example.net",
        "From: Postmaster <postmaster@example.net>",
    ],
)
def test_a_machine_is_never_answered(field: str):
    rest = without(ANSWER, field.partition(":")[0] + ":")
    assert read(f"{field}\n{rest}") == ReturnedMail(Kind.AUTO_REPLY)


@pytest.mark.parametrize("field", ["Auto-Submitted: no", "Auto-Submitted: No (really)", "X: y"])
def test_who_says_that_she_is_no_machine_is_answered(field: str):
    assert read(f"{field}\n{ANSWER}").kind is Kind.REPLY


def test_a_long_mail_is_read_as_far_as_it_matters():
    assert read(BOUNCE.replace("I'm sorry", "sorry " * LONGEST)) == ReturnedMail(Kind.BOUNCE)
    assert report_in(BOUNCE + "x" * LONGEST).notice_id == FIRST


def nested(depth: int) -> str:
    parts = "".join(
        f'Content-Type: multipart/mixed; boundary="b{level}"\n\n--b{level}\n'
        for level in range(depth)
    )
    return BOUNCE.partition("\n\n")[0] + "\n\n--A1B2/mail.example.net\n" + parts


MONSTERS = {
    "nested too deep": nested(10),
    "nested without end": nested(3_000),
    "all boundaries": BOUNCE.partition("\n\n")[0] + "\n\n--A1B2/mail.example.net" * 5_000,
    "all groups": BOUNCE.replace("Final-Recipient", "A: b\n\n" * 30_000 + "Final-Recipient"),
    "one long field": "From: " + "(" * LONGEST,
    "many fields": "From: a@example.net\n" * 6_000,
    "many parameters": "Content-Type: multipart/report" + "; a*0*=b" * 15_000 + "\n\n",
    "many dates": BOUNCE.replace("Arrival-Date: ", "Arrival-Date: " + "(" * 50_000),
}


@pytest.mark.parametrize("text", MONSTERS.values(), ids=MONSTERS.keys())
def test_a_monster_is_read_to_an_end(text: str):
    assert read(text).kind in Kind


@given(raw=st.binary())
def test_no_bytes_raise_anything(raw: bytes):
    assert read_returned_mail(raw, marks=MARKS, now=NOON).report is None


LINES = BOUNCE.splitlines(keepends=True)


@given(cut=st.integers(0, 40), noise=st.binary(max_size=40), rest=st.integers(0, len(LINES)))
def test_no_damage_to_a_bounce_raises_anything_or_makes_it_one_of_another_notice(
    cut: int, noise: bytes, rest: int
):
    raw = "".join(LINES[:cut]).encode() + noise + "".join(LINES[rest:]).encode()
    report = read_returned_mail(raw, marks=MARKS, now=NOON).report
    assert report is None or report.notice_id == FIRST
