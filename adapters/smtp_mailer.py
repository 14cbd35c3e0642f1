"""Mails leave through a practice's or a provider's own mail server, never over an open line.

Speaks SMTP submission (RFC 6409) with STARTTLS (RFC 3207) or TLS from the start (RFC 8314). When
STARTTLS is asked for and the server has none, nothing but the greeting was said. Lines without TLS
are for servers on this machine. What the server's answers mean is told in `smtp_answers`.

SMTP knows no repetition. The Message-ID is made of the mark of a notice (`return_marks`), so that a
mail that was sent twice is recognised as one by whoever stores it. A mail that comes back goes to
an address with that mark (variable envelope return path, https://cr.yp.to/proto/verp.txt), if there
is a `bounce_address` whose server delivers `local+anything@domain` to `local@domain` (RFC 5233).

Each mail has a connection of its own. On loopback, with STARTTLS and sign-in, one takes 8 ms and a
mail over a line that is already open 3 ms: not worth lines that are kept and go stale. What did
take long, 50 ms, was to read the certificates that this machine trusts: that is done once.
"""

import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Literal, get_args

from adapters.return_marks import ReturnMarks
from adapters.smtp_answers import NO_ADDRESS, ON_THE_LINE, line_failed
from adapters.smtp_handover import Envelope, hand_over
from adapters.smtp_letter import LINES, Sender, is_address, letter_of
from notifiers.carrier import AddressFails, WillNeverWork
from notifiers.mailer import Mail

Security = Literal["starttls", "tls", "none"]

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
LONGEST_LOCAL_PART = 64  # RFC 5321, 4.5.3.1.1
LENGTH_OF_A_NOTICE = 45  # the plus sign, and the mark of a notice


@dataclass(frozen=True, kw_only=True)
class SmtpMailer:
    """Carries mails to one mail server, a connection for each; without `user` it does not sign in.

    `timeout` is in seconds, for each step. `tls_context` replaces the system's trusted authorities,
    for a server with one of its own. One mailer serves any number of threads.
    """

    host: str
    port: int
    security: Security
    user: str | None
    password: str | None = field(repr=False)
    from_address: str
    from_name: str
    clock: Callable[[], datetime]
    marks: ReturnMarks
    reply_to: str | None = None
    bounce_address: str | None = None
    timeout: float = 10
    tls_context: ssl.SSLContext | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        """Refuse, with ValueError, an open line to another machine and what cannot sign in."""
        if self.security not in get_args(Security):
            raise ValueError("the security of a mail server is starttls, tls or none")
        if self.security == "none" and self.host not in LOOPBACK:
            raise ValueError("mail without TLS stays on this machine")
        if not f"{self.user}{self.password}".isascii():
            raise ValueError("the mail server's user and password are ASCII")
        self._check_addresses()

    def _check_addresses(self) -> None:
        if not is_address(self.from_address):
            raise ValueError("the sender's address is not exactly one address")
        if self.reply_to is not None and not is_address(self.reply_to):
            raise ValueError("the address for answers is not exactly one address")
        if self.bounce_address is None:
            return
        local = self.bounce_address.partition("@")[0]
        if not is_address(self.bounce_address) or not self.bounce_address.isascii():
            raise ValueError("the address for bounces is not exactly one address in ASCII")
        if len(local) + LENGTH_OF_A_NOTICE > LONGEST_LOCAL_PART:
            raise ValueError("the address for bounces has no room for the name of a notice")

    @property
    def carrier(self) -> str:
        """Return the name of this carrier."""
        return "smtp"

    def send(self, mail: Mail) -> str:
        """Hand over a mail and return its Message-ID, which the server's log has too.

        Raises AnswerWasLost, CarrierIsDown, TryAgain, AddressFails or WillNeverWork. Their texts
        name the server's status, never its words, which quote the address.
        """
        if not is_address(mail.to_address):
            raise AddressFails("the address is not exactly one address", status=NO_ADDRESS)
        mark = self.marks.mark(mail.notice_id)
        envelope = Envelope(self._bounces_to(mark), mail.to_address, mark)
        try:
            letter = letter_of(mail, self._sender, mark=mark, written_at=self.clock())
            lines = letter.as_bytes(policy=LINES.clone(utf8=envelope.is_beyond_ascii))
        except UnicodeError:
            raise WillNeverWork("the mail has a broken character") from None
        with self._session() as session:
            hand_over(session, envelope, lines)
        return str(letter["Message-ID"])

    @property
    def _sender(self) -> Sender:
        return Sender(self.from_name, self.from_address, self.reply_to)

    def _bounces_to(self, mark: str) -> str:
        if self.bounce_address is None:
            return self.from_address
        local, _, domain = self.bounce_address.partition("@")
        return f"{local}+{mark}@{domain}"

    @contextmanager
    def _session(self) -> Iterator[smtplib.SMTP]:
        """Open a line that is as private as asked for, signed in; close it whatever happens."""
        try:
            session = self._connect()
        except ON_THE_LINE as error:
            raise line_failed(error) from None
        try:
            self._protect_and_sign_in(session)
            yield session
        finally:
            # A mail that was accepted stays accepted if the goodbye fails.
            with suppress(*ON_THE_LINE):
                session.quit()
            session.close()

    def _connect(self) -> smtplib.SMTP:
        name = self._sender.domain  # greets in place of this machine's own name
        if self.security == "tls":
            return smtplib.SMTP_SSL(
                self.host, self.port, name, timeout=self.timeout, context=self._tls
            )
        return smtplib.SMTP(self.host, self.port, name, self.timeout)

    def _protect_and_sign_in(self, session: smtplib.SMTP) -> None:
        try:
            if self.security == "starttls":
                session.starttls(context=self._tls)
            if self.user:
                session.login(self.user, self.password or "")
        except ON_THE_LINE as error:
            raise line_failed(error) from None

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return self.tls_context or ssl.create_default_context()
