"""What every carrier of mails promises, whoever it is: one class of tests, run on each of them.

A subclass gives the fixture `line`: the carrier, and a look at the far end of it.
"""

from dataclasses import replace
from typing import Protocol
from uuid import UUID

import pytest

from notifiers.carrier import AddressFails, AnswerWasLost, TryAgain
from notifiers.mailer import Mail, Mailer, Picture

FIRST = UUID("7a3c1f8e-0000-4000-8000-000000000001")
SECOND = UUID("7a3c1f8e-0000-4000-8000-000000000002")

TO_CARLA = Mail(
    notice_id=FIRST,
    to_address="carla@example.net",
    to_name="Carla Weiss",
    subject="Smile Dental sent you a secure message",
    text="Hello Carla,\n\nsign in: https://mail.example.org/in?a=1&b=2\n",
    html='<p>Hello <b>Carla</b>,</p>\n<a href="https://mail.example.org/in?a=1&amp;b=2">in</a>\n',
)

DOT = b"\x89PNG\r\n\x1a\n\x00\xff.\r\n.\r\nno picture that anybody can see"
WITH_PICTURES = replace(
    TO_CARLA,
    html='<img src="cid:logo@securemail.example"><img src="cid:tooth@securemail.example">\n',
    pictures=(
        Picture("logo@securemail.example", "image/png", DOT),
        Picture("tooth@securemail.example", "image/jpeg", DOT * 2_000),
    ),
)
STOPPABLE = replace(TO_CARLA, stop_link="https://mail.example.org/stop?a=1&b=" + "x" * 200)

NAMES = {
    "a doctor with an emoji": "Dr 👩🏽\u200d⚕️ Ada 🦷",
    "quotes, comma and backslash": 'Ada "the \\ Tooth" Byron, DDS',
    "an address in the name": "x <mallory@example.com>, y",
    "a header in the name": "Carla\r\nBcc: mallory@example.com\r\n\r\nboo",
    "other line breaks": "Carla\u2028Weiss\u0085of\vthe\fEast",
    "right to left": "د. ليلى حسن",
    "an encoded word": "=?utf-8?b?TWFsbG9yeQ==?=",
    "a long one": "Ä" * 200 + " " + "x" * 200,
    "none": "",
}

BODIES = {
    "100 KB in lines": "Zeile mit Ümläuten und 🦷.\n" * 3_000,
    "100 KB in one line": "Ω and more " * 8_000 + "\n",
    "dots that end a mail on the wire": ".\n..\n.bcc\n\n.\n",
    "what looks like encoding": "=20=\nFrom here\t \nX: y  \n--boundary\n",
}


class Line(Protocol):
    """A carrier and the far end: what arrived there, in order, and faults to come."""

    mailer: Mailer

    def arrived(self) -> list[Mail]: ...

    def fail_next(self) -> None: ...

    def fail_next_after_acting(self) -> None: ...


class FarLine(Line, Protocol):
    """A far end whose answers can be lost, and that refuses mails for one address for good."""

    refused_address: str


class MailerContract:
    def test_a_mail_arrives_complete_in_text_and_in_html(self, line: Line):
        line.mailer.send(TO_CARLA)
        assert line.arrived() == [TO_CARLA]

    def test_a_carrier_says_who_it_is(self, line: Line):
        assert line.mailer.carrier

    def test_a_mail_with_pictures_arrives_with_them(self, line: Line):
        line.mailer.send(WITH_PICTURES)
        assert line.arrived() == [WITH_PICTURES]

    def test_a_way_to_stop_mails_of_this_kind_arrives(self, line: Line):
        line.mailer.send(STOPPABLE)
        assert line.arrived() == [STOPPABLE]

    def test_every_notice_has_a_reference_of_its_own(self, line: Line):
        first = line.mailer.send(TO_CARLA)
        second = line.mailer.send(replace(TO_CARLA, notice_id=SECOND))
        assert first
        assert second
        assert first != second

    @pytest.mark.parametrize("name", NAMES.values(), ids=NAMES.keys())
    def test_any_name_arrives_and_stays_a_name(self, line: Line, name: str):
        line.mailer.send(replace(TO_CARLA, to_name=name))
        [mail] = line.arrived()
        assert mail.to_name.split() == name.split()
        assert replace(mail, to_name=TO_CARLA.to_name) == TO_CARLA

    @pytest.mark.parametrize("subject", list(NAMES.values())[:-1], ids=list(NAMES.keys())[:-1])
    def test_any_subject_arrives_and_stays_a_subject(self, line: Line, subject: str):
        line.mailer.send(replace(TO_CARLA, subject=subject))
        [mail] = line.arrived()
        assert mail.subject.split() == subject.split()
        assert replace(mail, subject=TO_CARLA.subject) == TO_CARLA

    @pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
    def test_any_text_arrives_letter_by_letter(self, line: Line, body: str):
        mail = replace(TO_CARLA, text=body, html=f"<pre>{body}</pre>\n")
        line.mailer.send(mail)
        assert line.arrived() == [mail]

    def test_a_send_that_failed_can_be_repeated(self, line: Line):
        line.fail_next()
        with pytest.raises(TryAgain) as failure:
            line.mailer.send(TO_CARLA)
        assert not isinstance(failure.value, AnswerWasLost)
        assert line.arrived() == []
        assert line.mailer.send(TO_CARLA)
        assert line.arrived() == [TO_CARLA]

    def test_a_repetition_of_what_failed_but_happened_is_recognisable(self, line: Line):
        line.fail_next_after_acting()
        with pytest.raises(TryAgain):
            line.mailer.send(TO_CARLA)
        assert line.arrived() == [TO_CARLA]
        line.mailer.send(TO_CARLA)
        assert {mail.notice_id for mail in line.arrived()} == {FIRST}

    def test_a_failure_names_nobody(self, line: Line):
        line.fail_next()
        with pytest.raises(TryAgain) as failure:
            line.mailer.send(TO_CARLA)
        assert str(failure.value)
        assert "carla" not in repr(failure.value).lower()


class FarMailerContract(MailerContract):
    def test_an_answer_that_was_lost_is_told_as_such(self, line: FarLine):
        line.fail_next_after_acting()
        with pytest.raises(AnswerWasLost) as failure:
            line.mailer.send(TO_CARLA)
        assert "carla" not in repr(failure.value).lower()
        assert line.arrived() == [TO_CARLA]

    def test_a_recipient_refused_for_good_has_an_address_that_fails(self, line: FarLine):
        with pytest.raises(AddressFails) as refusal:
            line.mailer.send(replace(TO_CARLA, to_address=line.refused_address))
        assert str(refusal.value)
        assert refusal.value.status.startswith("5.1.")
        assert line.refused_address not in repr(refusal.value)
        assert line.arrived() == []

    def test_a_refusal_leaves_the_carrier_fit_for_the_next_mail(self, line: FarLine):
        with pytest.raises(AddressFails):
            line.mailer.send(replace(TO_CARLA, to_address=line.refused_address))
        line.mailer.send(TO_CARLA)
        assert line.arrived() == [TO_CARLA]
