"""SMTP: nothing is said on an open line, and every answer of a server ends in one of three ways."""

import asyncio
import socket
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.smtp_mailer import SmtpMailer
from notifiers.mailer import Mail, TryAgain, WillNeverWork
from tests.contracts.mailer import FIRST, TO_CARLA, RefusingMailerContract

OURS = "noreply@securemail.example"
PASSWORD = b"correct horse"
NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)


class Certificate:
    """A self-signed certificate of an invented mail server, and both ends' view of it."""

    def __init__(self, folder: Path, name: x509.GeneralName):
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail server")])
        usage = x509.KeyUsage(
            digital_signature=True, key_cert_sign=True, content_commitment=False,
            key_encipherment=False, data_encipherment=False, key_agreement=False,
            crl_sign=False, encipher_only=False, decipher_only=False,
        )  # fmt: skip
        certificate = (
            x509.CertificateBuilder(subject, subject, key.public_key())
            .serial_number(1)
            .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
            .not_valid_after(datetime(2120, 1, 1, tzinfo=UTC))
            .add_extension(x509.SubjectAlternativeName([name]), critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(usage, critical=True)
            .add_extension(
                x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False
            )
            .sign(key, hashes.SHA256())
        ).public_bytes(serialization.Encoding.PEM)
        secret = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        (folder / "server.pem").write_bytes(certificate + secret)
        self.server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.server.load_cert_chain(folder / "server.pem")
        self.client = ssl.create_default_context(cadata=certificate.decode())


class PostOffice:
    """The far end: a server's answers, and what arrived."""

    refused_address = "nobody@example.net"

    def __init__(self) -> None:
        self.letters: list[bytes] = []
        self.recipients: list[str] = []
        self.next_answers: dict[str, str] = {}
        self.cut_after: str | None = None
        self.sign_ins = 0

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, _server, _session, envelope, address, options
    ) -> str:
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return self.next_answers.pop("MAIL", "250 OK")

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server, _session, envelope, address, _options
    ) -> str:
        if address == self.refused_address:
            return f"550 5.1.1 <{address}>: Recipient address rejected: User unknown"
        envelope.rcpt_tos.append(address)
        return self.next_answers.pop("RCPT", "250 OK")

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server, _session, envelope
    ) -> str:
        if "DATA" in self.next_answers:
            return self.next_answers.pop("DATA")
        self.letters.append(envelope.content)
        self.recipients += envelope.rcpt_tos
        self._cut(server, "DATA")
        return "250 OK"

    async def handle_QUIT(  # noqa: N802 - aiosmtpd's name
        self, server, _session, _envelope
    ) -> str:
        self._cut(server, "QUIT")
        return "221 Bye"

    def _cut(self, server, command: str) -> None:
        if self.cut_after == command:
            self.cut_after = None
            server.transport.abort()

    def check(self, _server, _session, _envelope, _mechanism, login) -> AuthResult:
        self.sign_ins += 1
        return AuthResult(success=login.password == PASSWORD, handled=False)


class Guests(set[SMTP]):
    """The connections that are open, and a sign at the door when there are none."""

    def __init__(self) -> None:
        super().__init__()
        self.none_left = asyncio.Event()
        self.none_left.set()

    def come(self, guest: SMTP) -> None:
        self.add(guest)
        self.none_left.clear()

    def go(self, guest: SMTP) -> None:
        self.discard(guest)
        if not self:
            self.none_left.set()


class Connection(SMTP):
    """A connection that says when it is over."""

    def __init__(self, *args: Any, guests: Guests, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self._guests = guests

    def connection_made(self, transport) -> None:
        self._guests.come(self)
        super().connection_made(transport)

    def connection_lost(self, error) -> None:
        super().connection_lost(error)
        self._guests.go(self)


class Server(Controller):
    """A mail server on a free port of this machine that sees everybody out before it ends."""

    def __init__(self, office: PostOffice, **how: Any):
        super().__init__(office, hostname="127.0.0.1", port=0, server_hostname="mail", **how)
        self._guests = Guests()

    def factory(self) -> Connection:
        return Connection(self.handler, guests=self._guests, **self.SMTP_kwargs)

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()

    def stop(self, no_assert: bool = False) -> None:  # noqa: FBT001, FBT002 - aiosmtpd's signature
        asyncio.run_coroutine_threadsafe(self._guests.none_left.wait(), self.loop).result(10)
        super().stop(no_assert)


@contextmanager
def serving(office: PostOffice, **how: Any) -> Iterator[int]:
    server = Server(office, **how)
    server.start()
    try:
        yield server.port
    finally:
        server.stop()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return Certificate(tmp_path_factory.mktemp("tls"), x509.IPAddress(ip_address("127.0.0.1")))


@pytest.fixture
def office() -> PostOffice:
    return PostOffice()


@pytest.fixture
def port(office: PostOffice, certificate: Certificate) -> Iterator[int]:
    """A server as providers run it: STARTTLS first, then AUTH, then mail."""
    with serving(
        office,
        tls_context=certificate.server,
        require_starttls=True,
        auth_required=True,
        authenticator=office.check,
    ) as port:
        yield port


@pytest.fixture
def mailer(port: int, certificate: Certificate) -> SmtpMailer:
    return SmtpMailer(
        host="127.0.0.1",
        port=port,
        security="starttls",
        user="securemail",
        password=PASSWORD.decode(),
        from_address=OURS,
        from_name="Smile Dental, via SecureMail",
        clock=lambda: NOON,
        tls_context=certificate.client,
    )


class SmtpLine:
    """A real server with STARTTLS and AUTH is the far end."""

    refused_address = PostOffice.refused_address

    def __init__(self, mailer: SmtpMailer, office: PostOffice):
        self.mailer = mailer
        self._office = office

    def arrived(self) -> list[Mail]:
        return [mail_of(message_from_bytes(letter)) for letter in self._office.letters]

    def fail_next(self) -> None:
        self._office.next_answers["RCPT"] = "451 4.3.0 <carla@example.net>: try later"

    def fail_next_after_acting(self) -> None:
        self._office.cut_after = "DATA"


def mail_of(letter: Message) -> Mail:
    text, html = (body_of(part) for part in letter.get_payload())
    name, _, address = letter["To"].rpartition("<")
    notice_id = letter["Message-ID"].strip("<>").partition("@")[0]
    return Mail(
        UUID(notice_id), address.rstrip(">"), words_of(name.strip().strip('"')),
        words_of(letter["Subject"]), text, html,
    )  # fmt: skip


def body_of(part: Message) -> str:
    return part.get_payload(decode=True).decode().replace("\r\n", "\n")


def words_of(header: str) -> str:
    return str(make_header(decode_header(header)))


@pytest.fixture
def line(mailer: SmtpMailer, office: PostOffice) -> SmtpLine:
    return SmtpLine(mailer, office)


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


def test_tls_from_the_start_carries_mail(
    mailer: SmtpMailer, office: PostOffice, certificate: Certificate
):
    with serving(office, ssl_context=certificate.server) as port:
        replace(mailer, security="tls", port=port, user=None, password=None).send(TO_CARLA)
    assert len(office.letters) == 1


@pytest.fixture
def local(mailer: SmtpMailer, office: PostOffice) -> Iterator[SmtpMailer]:
    """A carrier to a server on this machine without TLS and without AUTH."""
    with serving(office) as port:
        yield replace(mailer, security="none", port=port, user=None, password=None)


def test_a_server_on_this_machine_needs_no_tls(local: SmtpMailer, office: PostOffice):
    local.send(TO_CARLA)
    assert len(office.letters) == 1


@pytest.mark.parametrize("host", ["mail.example", "192.0.2.7", "127.0.0.1.example", ""])
def test_an_open_line_to_another_machine_is_refused_at_once(mailer: SmtpMailer, host: str):
    with pytest.raises(ValueError, match="stays on this machine"):
        replace(mailer, security="none", host=host)


@pytest.mark.parametrize("name", ['"', 'Ä, "B" <c@d.example>'])
def test_a_long_address_stays_whole_beside_an_unusual_name(line: SmtpLine, name: str):
    mail = replace(TO_CARLA, to_name=name, to_address=f"{'c' * 64}@{'e' * 60}.example")
    line.mailer.send(mail)
    assert line.arrived() == [mail]


@pytest.mark.parametrize("security", ["", "STARTTLS", "ssl"])
def test_a_kind_of_security_that_does_not_exist_is_refused_at_once(
    mailer: SmtpMailer, security: Any
):
    with pytest.raises(ValueError, match="starttls, tls or none"):
        replace(mailer, security=security)


def test_a_person_without_a_name_is_an_address_alone(mailer: SmtpMailer, office: PostOffice):
    mailer.send(replace(TO_CARLA, to_name=" \n"))
    assert message_from_bytes(office.letters[0])["To"] == "<carla@example.net>"


@pytest.mark.parametrize("change", [{"user": "jürg"}, {"password": "schlüssel"}])
def test_a_sign_in_that_smtp_cannot_carry_is_refused_at_once(mailer: SmtpMailer, change):
    with pytest.raises(ValueError, match="are ASCII"):
        replace(mailer, **change)


def test_a_malformed_sender_is_refused_at_once(mailer: SmtpMailer):
    with pytest.raises(ValueError, match="sender"):
        replace(mailer, from_address="SecureMail <noreply@securemail.example>")


class RecordingServer(socketserver.ThreadingTCPServer):
    """A server that says what it was told to say, and remembers what it heard."""

    daemon_threads = False

    def __init__(self, greeting: bytes, answers: dict[bytes, bytes]):
        super().__init__(("127.0.0.1", 0), Recording)
        self.greeting, self.answers = greeting, answers
        self.heard: list[bytes] = []


class Recording(socketserver.StreamRequestHandler):
    server: RecordingServer

    def handle(self) -> None:
        self.wfile.write(self.server.greeting)
        for said in self.rfile:
            self.server.heard.append(said.strip())
            self.wfile.write(self.server.answers[said[:4].upper()])


@contextmanager
def recording(greeting: bytes, **answers: bytes) -> Iterator[RecordingServer]:
    server = RecordingServer(greeting, {verb.encode(): answers[verb] for verb in answers})
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_server_without_starttls_hears_nothing_but_a_greeting(mailer: SmtpMailer):
    with recording(
        b"220 mail\r\n", EHLO=b"250-mail\r\n250 AUTH PLAIN\r\n", QUIT=b"221 Bye\r\n"
    ) as server:
        with pytest.raises(TryAgain, match="has no STARTTLS"):
            replace(mailer, port=server.server_address[1]).send(TO_CARLA)
        assert server.heard == [b"ehlo securemail.example", b"quit"]


def test_a_server_that_takes_starttls_back_hears_nothing_but_a_greeting(mailer: SmtpMailer):
    with recording(
        b"220 mail\r\n",
        EHLO=b"250-mail\r\n250 STARTTLS\r\n",
        STAR=b"454 TLS not available\r\n",
        QUIT=b"221 Bye\r\n",
    ) as server:
        with pytest.raises(TryAgain, match="answered 454"):
            replace(mailer, port=server.server_address[1]).send(TO_CARLA)
        assert server.heard == [b"ehlo securemail.example", b"STARTTLS", b"quit"]


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_server_that_nobody_vouches_for_gets_no_password(
    mailer: SmtpMailer, office: PostOffice, certificate: Certificate, security: str
):
    how = {"tls": "ssl_context", "starttls": "tls_context"}[security]
    with (
        serving(office, **{how: certificate.server}, authenticator=office.check) as port,
        pytest.raises(TryAgain, match="certificate cannot be trusted"),
    ):
        replace(mailer, security=security, port=port, tls_context=None).send(TO_CARLA)
    assert (office.sign_ins, office.letters) == (0, [])


def test_a_server_with_another_servers_certificate_gets_no_password(
    mailer: SmtpMailer, office: PostOffice, tmp_path: Path
):
    other = Certificate(tmp_path, x509.DNSName("other.example"))
    with (
        serving(office, tls_context=other.server, authenticator=office.check) as port,
        pytest.raises(TryAgain, match="certificate cannot be trusted"),
    ):
        replace(mailer, port=port, tls_context=other.client).send(TO_CARLA)
    assert (office.sign_ins, office.letters) == (0, [])


def test_a_refused_sign_in_is_ours_to_mend_and_loses_nothing(
    mailer: SmtpMailer, office: PostOffice
):
    with pytest.raises(TryAgain, match="refuses our sign-in: 535") as failure:
        replace(mailer, password="battery staple").send(TO_CARLA)
    assert office.sign_ins
    assert "battery" not in str(failure.value)


def test_the_password_is_not_in_the_mailers_own_description(mailer: SmtpMailer):
    assert PASSWORD.decode() not in repr(mailer)


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
