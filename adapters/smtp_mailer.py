"""Mails leave through a practice's or a provider's own mail server, never over an open line.

Speaks SMTP submission (RFC 6409) with STARTTLS (RFC 3207) or TLS from the start (RFC 8314). When
STARTTLS is asked for and the server has none, nothing but the greeting was said. Lines without TLS
are for servers on this machine.

The server's answer to this recipient decides: a permanent refusal (5xx) will never work, all else
is tried again. Refusals that speak of *us* are tried again too, permanent or not, so that nothing
is lost until somebody has mended it: our sign-in, our sender, and permission (enhanced status
X.7.Z of RFC 3463, such as "relaying denied").

SMTP knows no repetition. The Message-ID is made from the notice id, so that a mail that was sent
twice is recognised as one by whoever stores it.
"""

import re
import smtplib
import ssl
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_string, policy
from email.header import Header
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Literal, get_args

from notifiers.carrier import TryAgain, WillNeverWork
from notifiers.mailer import Mail

Security = Literal["starttls", "tls", "none"]

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
PERMANENT = 500  # RFC 5321, 4.2.1
TOO_LARGE = 552
UTF8_OPTIONS = ("SMTPUTF8", "BODY=8BITMIME")
SIGN_IN_CODES = frozenset({530, 534, 535, 538})
ON_THE_LINE = (smtplib.SMTPException, OSError, ValueError)  # ValueError: an answer beyond parsing

# One mailbox as people have them, with no room for a second one, a comment or a command.
_ADDRESS = re.compile(r"""[^\s@<>()\[\],;:\\"]+@[^\s@<>()\[\],;:\\"]+""")
_PERMISSION = re.compile(rb"5\.7\.\d")
_PLAIN = re.compile(r"[A-Za-z0-9 .,:'!?-]{1,60}")
# The header lines below are final; the standard library's own folding breaks unusual names.
_POLICY = policy.SMTP.clone(refold_source="none")


@dataclass(frozen=True, kw_only=True)
class SmtpMailer:
    """Carries mails to one mail server, a connection for each; without `user` it does not sign in.

    `tls_context` replaces the system's trusted authorities, for a server with one of its own.
    """

    host: str
    port: int
    security: Security
    user: str | None
    password: str | None = field(repr=False)
    from_address: str
    from_name: str
    clock: Callable[[], datetime]
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
        if not _is_address(self.from_address):
            raise ValueError("the sender's address is not exactly one address")

    def send(self, mail: Mail) -> str:
        """Hand over a mail and return its Message-ID, which the server's log has too.

        Raises TryAgain or WillNeverWork. Their texts name the server's status, never its words,
        which quote the address.
        """
        if not _is_address(mail.to_address):
            raise WillNeverWork("the recipient's address is not exactly one address")
        try:
            letter = self._letter(mail)
        except UnicodeError:
            raise WillNeverWork("the mail has a broken character") from None
        with self._session() as session:
            _hand_over(session, letter, self.from_address, mail.to_address)
        return str(letter["Message-ID"])

    @contextmanager
    def _session(self) -> Iterator[smtplib.SMTP]:
        """Open a line that is as private as asked for, signed in; close it whatever happens."""
        try:
            session = self._connect()
        except ON_THE_LINE as error:
            raise TryAgain(_why(error)) from None
        try:
            self._protect_and_sign_in(session)
            yield session
        finally:
            # A mail that was accepted stays accepted if the goodbye fails.
            with suppress(*ON_THE_LINE):
                session.quit()
            session.close()

    @property
    def _domain(self) -> str:
        return self.from_address.partition("@")[2]

    def _connect(self) -> smtplib.SMTP:
        name = self._domain  # greets in place of this machine's own name
        if self.security == "tls":
            return smtplib.SMTP_SSL(
                self.host, self.port, name, timeout=self.timeout, context=self._tls()
            )
        return smtplib.SMTP(self.host, self.port, name, self.timeout)

    def _protect_and_sign_in(self, session: smtplib.SMTP) -> None:
        try:
            if self.security == "starttls":
                session.starttls(context=self._tls())
            if self.user:
                session.login(self.user, self.password or "")
        except ON_THE_LINE as error:
            raise TryAgain(_why(error)) from None

    def _tls(self) -> ssl.SSLContext:
        return self.tls_context or ssl.create_default_context()

    def _letter(self, mail: Mail) -> EmailMessage:
        """Write the mail: text and HTML as alternatives, in lines that any server carries."""
        lines = (
            f"From: {_mailbox('From', self.from_name, self.from_address)}",
            f"To: {_mailbox('To', mail.to_name, mail.to_address)}",
            f"Subject: {_words('Subject', _one_line(mail.subject))}",
            f"Date: {format_datetime(self.clock())}",
            f"Message-ID: <{mail.notice_id}@{self._domain}>",
            "Auto-Submitted: auto-generated",  # RFC 3834: no out-of-office answers, please
        )
        letter = message_from_string("\r\n".join((*lines, "", "")), policy=_POLICY)
        letter.set_content(mail.text, cte="quoted-printable")
        letter.add_alternative(mail.html, subtype="html", cte="quoted-printable")
        return letter


def _is_address(text: str) -> bool:
    return text.isprintable() and _ADDRESS.fullmatch(text) is not None


def _mailbox(header: str, name: str, address: str) -> str:
    words = _words(header, _one_line(name))
    quoted = f'"{words}"' if _PLAIN.fullmatch(words) else words
    return f"{quoted}\r\n <{address}>" if words else f"<{address}>"


def _words(header: str, text: str) -> str:
    """Return the text for a header: as it is if it is plain, or as encoded words (RFC 2047)."""
    if not text or _PLAIN.fullmatch(text):
        return text
    return Header(text, "utf-8", header_name=header).encode(linesep="\r\n")


def _one_line(text: str) -> str:
    """Return the text without line breaks, control characters and broken halves of characters."""
    unprintable = {"Cc", "Cs", "Zl", "Zp"}
    return " ".join(
        "".join(" " if unicodedata.category(sign) in unprintable else sign for sign in text).split()
    )


def _hand_over(session: smtplib.SMTP, letter: EmailMessage, sender: str, recipient: str) -> None:
    utf8 = not f"{sender}{recipient}".isascii()  # RFC 6531: addresses beyond ASCII
    lines = letter.as_bytes(policy=_POLICY.clone(utf8=utf8))
    try:
        session.sendmail(sender, [recipient], lines, UTF8_OPTIONS if utf8 else ())
    except smtplib.SMTPRecipientsRefused as refusal:
        raise _sorted(*refusal.recipients[recipient]) from None
    except smtplib.SMTPDataError as refusal:
        raise _sorted(refusal.smtp_code, refusal.smtp_error) from None
    except (smtplib.SMTPNotSupportedError, UnicodeError):
        raise WillNeverWork("the mail server carries ASCII addresses only") from None
    except smtplib.SMTPSenderRefused as refusal:
        failure = WillNeverWork if refusal.smtp_code == TOO_LARGE else TryAgain
        raise failure(f"the mail server refuses sender or size: {refusal.smtp_code}") from None
    except ON_THE_LINE as error:
        raise TryAgain(_why(error)) from None


def _sorted(code: int, words: bytes | str) -> TryAgain | WillNeverWork:
    words = words if isinstance(words, bytes) else words.encode()
    if code in SIGN_IN_CODES or _PERMISSION.match(words):
        return TryAgain(f"the mail server does not permit us to send: {code}")
    if code >= PERMANENT:
        return WillNeverWork(f"the mail server refuses the mail: {code}")
    return TryAgain(f"the mail server answered {code}")


def _why(error: Exception) -> str:
    """Return what went wrong on the line, in the server's numbers and our words."""
    match error:
        case smtplib.SMTPAuthenticationError():
            return f"the mail server refuses our sign-in: {error.smtp_code}"
        case smtplib.SMTPNotSupportedError():
            return "the mail server has no STARTTLS or no sign-in"
        case smtplib.SMTPResponseException():
            return f"the mail server answered {error.smtp_code}"
        case ssl.SSLCertVerificationError():
            return "the mail server's certificate cannot be trusted"
        case _:
            return f"the mail server gave no answer ({type(error).__name__})"
