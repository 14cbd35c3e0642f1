"""SMTP: what a letter looks like to the server, and whom it may go to."""

from dataclasses import replace
from email import message_from_bytes

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.smtp_mailer import SmtpMailer
from notifiers.carrier import TryAgain, WillNeverWork
from tests.adapters.smtp.office import OURS, PostOffice, SmtpLine, mail_of, serving
from tests.contracts.mailer import FIRST, TO_CARLA, RefusingMailerContract


class TestSmtpMailer(RefusingMailerContract):
    pass


def test_a_letter_says_who_when_and_that_no_person_wrote_it(mailer: SmtpMailer, office: PostOffice):
    reference = mailer.send(TO_CARLA)
    letter = message_from_bytes(office.letters[0])
    boundary = letter.get_boundary()
    assert dict(letter.items()) == {
        "From": f'"Smile Dental, via SecureMail"\r\n <{OURS}>',
        "To": '"Carla Weiss"\r\n <carla@example.net>',
        "Subject": TO_CARLA.subject,
        "Date": "Mon, 02 Nov 2026 12:00:00 +0000",
        "Message-ID": f"<{FIRST}@securemail.example>",
        "Auto-Submitted": "auto-generated",
        "MIME-Version": "1.0",
        "Content-Type": f'multipart/alternative;\r\n boundary="{boundary}"',
    }
    assert [part.get_content_type() for part in letter.get_payload()] == ["text/plain", "text/html"]
    assert {part.get_content_charset() for part in letter.get_payload()} == {"utf-8"}
    assert reference == letter["Message-ID"]


def test_a_letter_consists_of_short_ascii_lines(mailer: SmtpMailer, office: PostOffice):
    mailer.send(
        replace(TO_CARLA, to_name="Ö" * 300, subject="ß" * 300, text="Grüße\n", html="ü" * 9_000)
    )
    assert office.letters[0].isascii()
    assert max(len(line) for line in office.letters[0].splitlines()) <= 78


def test_a_repetition_is_the_same_letter_to_whoever_stores_it(line: SmtpLine, office: PostOffice):
    line.fail_next_after_acting()
    with pytest.raises(TryAgain, match="SMTPServerDisconnected"):
        line.mailer.send(TO_CARLA)
    line.mailer.send(TO_CARLA)
    ids = [message_from_bytes(letter)["Message-ID"] for letter in office.letters]
    assert ids == [f"<{FIRST}@securemail.example>"] * 2


@pytest.mark.parametrize("name", ['"', 'Ä, "B" <c@d.example>'])
def test_a_long_address_stays_whole_beside_an_unusual_name(line: SmtpLine, name: str):
    mail = replace(TO_CARLA, to_name=name, to_address=f"{'c' * 64}@{'e' * 60}.example")
    line.mailer.send(mail)
    assert line.arrived() == [mail]


def test_a_person_without_a_name_is_an_address_alone(mailer: SmtpMailer, office: PostOffice):
    mailer.send(replace(TO_CARLA, to_name=" \n"))
    assert message_from_bytes(office.letters[0])["To"] == "<carla@example.net>"


@pytest.mark.parametrize(
    "address",
    [
        "",
        "carla",
        "carla@",
        "@example.net",
        "<carla@example.net>",
        "carla@example.net, ben@example.net",
        "carla@example.net>\r\nRCPT TO:<mallory@example.com",
        "carla@example.net\nBcc: mallory@example.com",
        "car\x00la@example.net",
        "carla@example.net\ud83e",
    ],
)
def test_what_is_not_exactly_one_address_will_never_work(
    mailer: SmtpMailer, office: PostOffice, address: str
):
    with pytest.raises(WillNeverWork, match="not exactly one address"):
        mailer.send(replace(TO_CARLA, to_address=address))
    assert office.sign_ins == 0


def test_an_address_beyond_ascii_travels_where_the_server_can(
    mailer: SmtpMailer, office: PostOffice
):
    mailer.send(replace(TO_CARLA, to_address="käthe@example.net"))
    assert office.recipients == ["käthe@example.net"]
    assert "<käthe@example.net>".encode() in office.letters[0]


def test_an_address_beyond_ascii_will_never_work_where_the_server_cannot(
    mailer: SmtpMailer, office: PostOffice
):
    with serving(office, enable_SMTPUTF8=False) as port:
        plain = replace(mailer, security="none", port=port, user=None, password=None)
        with pytest.raises(WillNeverWork, match="ASCII addresses only"):
            plain.send(replace(TO_CARLA, to_address="käthe@example.net"))


def test_a_text_with_half_a_character_will_never_work(mailer: SmtpMailer):
    with pytest.raises(WillNeverWork, match="broken character"):
        mailer.send(replace(TO_CARLA, text="\ud83e"))


def test_control_characters_do_not_reach_a_header(local: SmtpMailer, office: PostOffice):
    local.send(replace(TO_CARLA, to_name="a\x00b\x1b[31m\ud83e", subject="x\x07\x85y"))
    mail = mail_of(message_from_bytes(office.letters[0]))
    assert (mail.to_name, mail.subject) == ("a b [31m", "x y")


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(name=st.text(max_size=80), subject=st.text(min_size=1, max_size=200))
def test_no_name_and_no_subject_adds_a_header(
    local: SmtpMailer, office: PostOffice, name: str, subject: str
):
    local.send(replace(TO_CARLA, to_name=name, subject=subject))
    letter = message_from_bytes(office.letters[-1])
    assert letter.keys() == [
        "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version",
        "Content-Type",
    ]  # fmt: skip
    assert mail_of(letter).to_address == "carla@example.net"
