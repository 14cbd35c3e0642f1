"""SMTP: every answer, and every silence, ends as sent, a later try, or a clear end."""

import socket
from dataclasses import replace

import pytest

from adapters.smtp_mailer import SmtpMailer
from notifiers.carrier import TryAgain, WillNeverWork
from tests.adapters.smtp.office import PostOffice, SmtpLine, recording
from tests.contracts.mailer import TO_CARLA


@pytest.mark.parametrize(
    ("command", "answer", "failure"),
    [
        ("RCPT", "450 4.2.0 greylisted", TryAgain),
        ("RCPT", "421 4.3.2 closing", TryAgain),
        ("RCPT", "550 no such user", WillNeverWork),
        ("RCPT", "550 5.1.1 <carla@example.net> no such user", WillNeverWork),
        ("RCPT", "552 5.2.2 mailbox full", WillNeverWork),
        ("RCPT", "554 5.7.1 <carla@example.net>: Relay access denied", TryAgain),
        ("RCPT", "530 5.7.0 Authentication required", TryAgain),
        ("RCPT", "530 Authentication required", TryAgain),
        ("MAIL", "451 4.3.0 later", TryAgain),
        ("MAIL", "550 5.1.8 sender unknown", TryAgain),
        ("MAIL", "552 5.3.4 too large", WillNeverWork),
        ("DATA", "451 4.3.0 later", TryAgain),
        ("DATA", "554 5.6.0 cannot be read", WillNeverWork),
        ("DATA", "554 5.7.1 your network is listed", TryAgain),
        ("DATA", "552 5.3.4 too large", WillNeverWork),
    ],
)
def test_an_answer_is_sorted_and_quoted_by_number_only(
    line: SmtpLine, office: PostOffice, command: str, answer: str, failure: type[Exception]
):
    office.next_answers[command] = answer
    with pytest.raises(failure) as caught:
        line.mailer.send(TO_CARLA)
    assert type(caught.value) is failure
    assert answer[:3] in str(caught.value)
    assert "carla" not in str(caught.value)
    assert line.arrived() == []


def test_a_mail_that_was_accepted_stays_accepted_when_the_goodbye_fails(
    line: SmtpLine, office: PostOffice
):
    office.cut_after = "QUIT"
    assert line.mailer.send(TO_CARLA)
    assert line.arrived() == [TO_CARLA]


def test_a_server_that_hangs_is_left_after_the_timeout(mailer: SmtpMailer):
    with recording(b"") as server, pytest.raises(TryAgain, match="no answer"):
        replace(mailer, port=server.server_address[1], timeout=0.1).send(TO_CARLA)


@pytest.mark.parametrize("greeting", [b"554 go away\r\n", b"hello\r\n", b"\xff\xfe\r\n"])
def test_a_server_that_does_not_greet_is_tried_again(mailer: SmtpMailer, greeting: bytes):
    with recording(greeting) as server, pytest.raises(TryAgain, match="mail server"):
        replace(mailer, port=server.server_address[1]).send(TO_CARLA)


def test_a_server_that_asks_nonsense_at_sign_in_is_tried_again(mailer: SmtpMailer):
    local = replace(mailer, security="none", host="127.0.0.1")
    with (
        recording(
            b"220 mail\r\n",
            EHLO=b"250-mail\r\n250 AUTH CRAM-MD5\r\n",
            AUTH=b"334 x\r\n",
            QUIT=b"221 Bye\r\n",
        ) as server,
        pytest.raises(TryAgain, match="no answer"),
    ):
        replace(local, port=server.server_address[1]).send(TO_CARLA)


def test_a_server_that_nobody_reaches_is_tried_again(mailer: SmtpMailer):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        unreachable = replace(mailer, port=closed.getsockname()[1])
        with pytest.raises(TryAgain, match="ConnectionRefusedError"):
            unreachable.send(TO_CARLA)
