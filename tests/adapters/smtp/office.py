"""Real mail servers for tests: one as providers run it, and one that says what it is told."""

import asyncio
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from adapters.return_marks import ReturnMarks
from adapters.smtp_mailer import SmtpMailer
from notifiers.mailer import Mail, Picture

OURS = "noreply@securemail.example"
MARKS = ReturnMarks((bytes(32),))
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
        self.senders: list[str] = []
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
        self.senders.append(envelope.mail_from)
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
            self.wfile.write(self.server.answers.get(said[:4].upper(), b""))


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
    text, shown = letter.get_payload()
    html, *pictures = shown.get_payload() if shown.is_multipart() else [shown]
    name, _, address = letter["To"].rpartition("<")
    notice_id = MARKS.read(letter["Message-ID"].strip("<>").partition("@")[0])
    assert notice_id is not None
    return Mail(
        notice_id, address.rstrip(">"), words_of(name.strip().strip('"')),
        words_of(letter["Subject"]), body_of(text), body_of(html),
        letter.get("List-Unsubscribe", "<>").strip()[1:-1] or None,
        tuple(picture_of(part) for part in pictures),
    )  # fmt: skip


def picture_of(part: Message) -> Picture:
    name = part["Content-ID"].strip("<>")
    return Picture(name, part.get_content_type(), part.get_payload(decode=True))


def body_of(part: Message) -> str:
    return part.get_payload(decode=True).decode().replace("\r\n", "\n")


def words_of(header: str) -> str:
    return str(make_header(decode_header(header)))
