"""SMTP: what a letter looks like to the server, and whom it may go to."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from email import message_from_bytes
from uuid import uuid5

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.smtp_mailer import SmtpMailer
from notifiers.carrier import AddressFails, AnswerWasLost, CarrierIsDown, TryAgain, WillNeverWork
from tests.adapters.smtp.office import (
    MARKS,
    OURS,
    PostOffice,
    SmtpLine,
    mail_of,
    recording,
    serving,
)
from tests.contracts.mailer import FIRST, TO_CARLA, WITH_PICTURES, FarMailerContract

MARK = MARKS.mark(FIRST)


class TestSmtpMailer(FarMailerContract):
    pass


def test_a_mailer_to_a_mail_server_calls_itself_smtp(mailer: SmtpMailer):
    assert mailer.carrier == "smtp"


def test_a_letter_says_who_when_and_that_no_person_wrote_it(mailer: SmtpMailer, office: PostOffice):
    reference = mailer.send(TO_CARLA)
    letter = message_from_bytes(office.letters[0])
    boundary = letter.get_boundary()
    assert dict(letter.items()) == {
        "From": f'"Smile Dental, via SecureMail"\r\n <{OURS}>',
        "To": '"Carla Weiss"\r\n <carla@example.net>',
        "Subject": TO_CARLA.subject,
        "Date": "Mon, 02 Nov 2026 12:00:00 +0000",
        "Message-ID": f"<{MARK}@securemail.example>",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "MIME-Version": "1.0",
        "Content-Type": f'multipart/alternative;\r\n boundary="{boundary}"',
    }
    assert [part.get_content_type() for part in letter.get_payload()] == ["text/plain", "text/html"]
    assert {part.get_content_charset() for part in letter.get_payload()} == {"utf-8"}
    assert reference == letter["Message-ID"]


def test_eight_threads_share_one_mailer(line: SmtpLine):
    mails = [replace(TO_CARLA, notice_id=uuid5(FIRST, str(number))) for number in range(40)]
    with ThreadPoolExecutor(8) as threads:
        references = list(threads.map(line.mailer.send, mails))
    assert references == [f"<{MARKS.mark(mail.notice_id)}@securemail.example>" for mail in mails]
    assert {mail.notice_id: mail for mail in line.arrived()} == {m.notice_id: m for m in mails}


def test_a_letter_says_where_answers_go(mailer: SmtpMailer, office: PostOffice):
    replace(mailer, reply_to="help@securemail.example").send(TO_CARLA)
    assert message_from_bytes(office.letters[0])["Reply-To"] == "<help@securemail.example>"


def test_one_click_stops_mails_of_this_kind(mailer: SmtpMailer, office: PostOffice):
    mailer.send(replace(TO_CARLA, stop_link="https://mail.example.org/stop?t=1\r\nX: <y>"))
    letter = message_from_bytes(office.letters[0])
    assert letter["List-Unsubscribe"] == "<https://mail.example.org/stop?t=1X:y>"
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_pictures_lie_beside_the_html_that_shows_them(mailer: SmtpMailer, office: PostOffice):
    mailer.send(WITH_PICTURES)
    text, shown = message_from_bytes(office.letters[0]).get_payload()
    html, logo, tooth = shown.get_payload()
    assert (text.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    assert shown.get_content_type() == "multipart/related"
    assert logo.get_content_disposition() == tooth.get_content_disposition() == "inline"
    assert (logo.get_filename(), logo["Content-ID"]) == (None, "<logo@securemail.example>")
    assert max(len(line) for line in office.letters[0].splitlines()) <= 78


def test_a_letter_comes_back_to_its_sender_if_nobody_else_is_named(
    mailer: SmtpMailer, office: PostOffice
):
    mailer.send(TO_CARLA)
    assert office.senders == [OURS]


def test_a_letter_comes_back_to_an_address_that_names_its_notice(
    mailer: SmtpMailer, office: PostOffice
):
    replace(mailer, bounce_address="bounce@mail.example.org").send(TO_CARLA)
    assert office.senders == [f"bounce+{MARK}@mail.example.org"]
    assert OURS in message_from_bytes(office.letters[0])["From"]


@pytest.mark.parametrize("address", ["", "bounce", "bö@a.example", "a@b@c", "x" * 20 + "@a.ie"])
def test_an_address_that_no_bounce_would_reach_is_refused_at_once(mailer: SmtpMailer, address: str):
    with pytest.raises(ValueError, match="the address for bounces"):
        replace(mailer, bounce_address=address)


def test_an_address_that_no_answer_would_reach_is_refused_at_once(mailer: SmtpMailer):
    with pytest.raises(ValueError, match="the address for answers"):
        replace(mailer, reply_to="Help <help@securemail.example>")


def test_a_server_that_reports_deliveries_is_told_the_notice_and_sends_no_links_back(
    mailer: SmtpMailer,
):
    local = replace(mailer, security="none", user=None, password=None)
    with recording(
        b"220 mail\r\n",
        EHLO=b"250-mail\r\n250 DSN\r\n",
        MAIL=b"250 OK\r\n",
        RCPT=b"450 4.2.0 not now\r\n",
        QUIT=b"221 Bye\r\n",
    ) as server:
        with pytest.raises(TryAgain):
            replace(local, port=server.server_address[1]).send(TO_CARLA)
        said = f"mail FROM:<{OURS}> RET=HDRS ENVID={MARK}"
        assert server.heard[1].decode() == said


def test_a_letter_consists_of_short_ascii_lines(mailer: SmtpMailer, office: PostOffice):
    mailer.send(
        replace(TO_CARLA, to_name="Ö" * 300, subject="ß" * 300, text="Grüße\n", html="ü" * 9_000)
    )
    assert office.letters[0].isascii()
    assert max(len(line) for line in office.letters[0].splitlines()) <= 78


def test_a_repetition_is_the_same_letter_to_whoever_stores_it(line: SmtpLine, office: PostOffice):
    line.fail_next_after_acting()
    with pytest.raises(AnswerWasLost, match="SMTPServerDisconnected"):
        line.mailer.send(TO_CARLA)
    line.mailer.send(TO_CARLA)
    ids = [message_from_bytes(letter)["Message-ID"] for letter in office.letters]
    assert ids == [f"<{MARK}@securemail.example>"] * 2


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
def test_what_is_not_exactly_one_address_fails_as_an_address(
    mailer: SmtpMailer, office: PostOffice, address: str
):
    with pytest.raises(AddressFails, match="not exactly one address") as caught:
        mailer.send(replace(TO_CARLA, to_address=address))
    assert caught.value.status == "5.1.3"
    assert office.sign_ins == 0


def test_an_address_beyond_ascii_travels_where_the_server_can(
    mailer: SmtpMailer, office: PostOffice
):
    mailer.send(replace(TO_CARLA, to_address="käthe@example.net"))
    assert office.recipients == ["käthe@example.net"]
    assert "<käthe@example.net>".encode() in office.letters[0]


def test_an_address_beyond_ascii_fails_where_the_server_cannot(
    mailer: SmtpMailer, office: PostOffice
):
    with serving(office, enable_SMTPUTF8=False) as port:
        plain = replace(mailer, security="none", port=port, user=None, password=None)
        with pytest.raises(AddressFails, match="ASCII addresses only") as caught:
            plain.send(replace(TO_CARLA, to_address="käthe@example.net"))
        assert caught.value.status == "5.6.7"
        with pytest.raises(CarrierIsDown, match="ours is not"):
            replace(plain, from_address="käthe@securemail.example").send(TO_CARLA)


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
        "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress",
        "MIME-Version", "Content-Type",
    ]  # fmt: skip
    assert mail_of(letter).to_address == "carla@example.net"
