"""SMTP: every answer, and every silence, ends as sent, a later try, or a clear end."""

import socket
from dataclasses import replace

import pytest

from adapters.smtp_mailer import SmtpMailer
from notifiers.carrier import AddressFails, AnswerWasLost, CarrierIsDown, TryAgain, WillNeverWork
from tests.adapters.smtp.office import PostOffice, SmtpLine, recording
from tests.contracts.mailer import TO_CARLA


@pytest.mark.parametrize(
    ("command", "answer", "failure"),
    [
        ("RCPT", "450 4.2.0 greylisted", TryAgain),
        ("RCPT", "421 4.3.2 closing", CarrierIsDown),
        ("RCPT", "550 no such user", AddressFails),
        ("RCPT", "550 5.0.0 no such user", AddressFails),
        ("RCPT", "550 5.1.1 <carla@example.net> no such user", AddressFails),
        ("RCPT", "550 5.1.2 no such domain", AddressFails),
        ("RCPT", "550 5.2.1 mailbox disabled", AddressFails),
        ("RCPT", "553 5.1.8 sender unknown", CarrierIsDown),
        ("RCPT", "552 5.2.2 mailbox full", TryAgain),
        ("RCPT", "552 too much", TryAgain),
        ("RCPT", "552 5.2.3 too large", WillNeverWork),
        ("RCPT", "554 5.4.6 a loop", WillNeverWork),
        ("RCPT", "554 5.7.1 <carla@example.net>: Relay access denied", TryAgain),
        ("RCPT", "550 5.7.129 not for you", TryAgain),
        ("RCPT", "530 5.7.0 Authentication required", CarrierIsDown),
        ("RCPT", "530 Authentication required", CarrierIsDown),
        ("RCPT", "200 what", TryAgain),
        ("MAIL", "451 4.3.0 later", CarrierIsDown),
        ("MAIL", "550 5.1.8 sender unknown", CarrierIsDown),
        ("MAIL", "552 too large", WillNeverWork),
        ("MAIL", "554 5.3.4 too large", WillNeverWork),
        ("DATA", "421 4.3.2 closing", CarrierIsDown),
        ("DATA", "451 4.3.0 later", TryAgain),
        ("DATA", "550 5.1.1 no such user after all", AddressFails),
        ("DATA", "550 we do not like it", WillNeverWork),
        ("DATA", "554 5.6.0 cannot be read", WillNeverWork),
        ("DATA", "554 5.7.1 your network is listed", TryAgain),
        ("DATA", "552 5.3.4 too large", WillNeverWork),
        ("DATA", "354 go on", AnswerWasLost),
        ("DATA", "123 what", AnswerWasLost),
    ],
)
def test_an_answer_is_sorted_and_quoted_by_number_only(
    line: SmtpLine, office: PostOffice, command: str, answer: str, failure: type[Exception]
):
    office.next_answers[command] = answer
    with pytest.raises(failure) as caught:
        line.mailer.send(TO_CARLA)
    assert type(caught.value) is failure
    assert failure is AnswerWasLost or answer[:3] in str(caught.value)
    assert "carla" not in str(caught.value)
    assert line.arrived() == []


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        ("550 5.1.1 no such user", "5.1.1"),
        ("550 5.1.10\tno such domain", "5.1.10"),
        ("551 not here", "551"),
        ("550 5.1.1carla@example.net", "550"),
        ("550 5.0.0 no such user", "5.0.0"),
    ],
)
def test_an_address_that_fails_has_a_status(
    line: SmtpLine, office: PostOffice, answer: str, status: str
):
    office.next_answers["RCPT"] = answer
    with pytest.raises(AddressFails) as caught:
        line.mailer.send(TO_CARLA)
    assert caught.value.status == status


@pytest.mark.parametrize(
    "answers",
    [
        {"RCPT": b""},
        {"RCPT": b"250 OK\r\n", "DATA": b"451 4.3.0 not now\r\n"},
        {"RCPT": b"250 OK\r\n", "DATA": b"\xff\r\n"},
    ],
)
def test_a_line_that_fails_before_the_dot_took_nothing(mailer: SmtpMailer, answers):
    local = replace(mailer, security="none", user=None, password=None, timeout=0.2)
    opening = {"EHLO": b"250 mail\r\n", "MAIL": b"250 OK\r\n", "QUIT": b"221 Bye\r\n"}
    with recording(b"220 mail\r\n", **opening, **answers) as server:
        with pytest.raises(TryAgain) as caught:
            replace(local, port=server.server_address[1]).send(TO_CARLA)
        assert b"." not in server.heard
    assert not isinstance(caught.value, AnswerWasLost)


def test_a_server_that_hangs_after_the_dot_may_have_the_mail(mailer: SmtpMailer):
    local = replace(mailer, security="none", user=None, password=None, timeout=0.2)
    with recording(
        b"220 mail\r\n",
        EHLO=b"250 mail\r\n",
        MAIL=b"250 OK\r\n",
        RCPT=b"250 OK\r\n",
        DATA=b"354 go on\r\n",
    ) as server:
        with pytest.raises(AnswerWasLost, match="no answer"):
            replace(local, port=server.server_address[1]).send(TO_CARLA)
        assert server.heard[-1] == b"."


def test_a_mail_that_was_accepted_stays_accepted_when_the_goodbye_fails(
    line: SmtpLine, office: PostOffice
):
    office.cut_after = "QUIT"
    assert line.mailer.send(TO_CARLA)
    assert line.arrived() == [TO_CARLA]


def test_a_server_that_hangs_is_left_after_the_timeout(mailer: SmtpMailer):
    with recording(b"") as server, pytest.raises(CarrierIsDown, match="no answer"):
        replace(mailer, port=server.server_address[1], timeout=0.1).send(TO_CARLA)


@pytest.mark.parametrize("greeting", [b"554 go away\r\n", b"hello\r\n", b"\xff\xfe\r\n"])
def test_a_server_that_does_not_greet_keeps_everything_back(mailer: SmtpMailer, greeting: bytes):
    with recording(greeting) as server, pytest.raises(CarrierIsDown, match="mail server"):
        replace(mailer, port=server.server_address[1]).send(TO_CARLA)


def test_a_server_that_asks_nonsense_at_sign_in_keeps_everything_back(mailer: SmtpMailer):
    local = replace(mailer, security="none", host="127.0.0.1")
    with (
        recording(
            b"220 mail\r\n",
            EHLO=b"250-mail\r\n250 AUTH CRAM-MD5\r\n",
            AUTH=b"334 x\r\n",
            QUIT=b"221 Bye\r\n",
        ) as server,
        pytest.raises(CarrierIsDown, match="no answer"),
    ):
        replace(local, port=server.server_address[1]).send(TO_CARLA)


def test_a_server_that_nobody_reaches_keeps_everything_back(mailer: SmtpMailer):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        unreachable = replace(mailer, port=closed.getsockname()[1])
        with pytest.raises(CarrierIsDown, match="ConnectionRefusedError"):
            unreachable.send(TO_CARLA)
