"""One letter is handed to a mail server, and it is known at each step what has happened so far.

RFC 5321: sender, recipient, DATA, the letter, a line with a dot, and the server's answer. Until the
dot is sent nothing has happened. After it, only the answer says whether the letter is taken; if the
line breaks in between, nobody knows.

A server that reports deliveries (RFC 3461) is asked to name the notice in its report, and to send
back the header of the letter only, since the letter has links in it.
"""

import re
import smtplib
from dataclasses import dataclass

from adapters.smtp_answers import (
    BEYOND_ASCII,
    ON_THE_LINE,
    answer_lost,
    data_refused,
    letter_refused,
    line_failed,
    recipient_refused,
    sender_refused,
)
from notifiers.carrier import AddressFails, CarrierIsDown

OK = 250
OK_ELSEWHERE = 251
SEND_IT = 354
CLASS = 100
UTF8_OPTIONS = ("SMTPUTF8", "BODY=8BITMIME")  # RFC 6531

_FIRST_DOT = re.compile(rb"^\.", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Envelope:
    """From where, to whom, and for which notice a letter goes; bounces go to `sender`.

    `mark` names the notice (`return_marks`).
    """

    sender: str
    recipient: str
    mark: str

    @property
    def is_beyond_ascii(self) -> bool:
        """Say whether the server has to know RFC 6531."""
        return not f"{self.sender}{self.recipient}".isascii()


def hand_over(session: smtplib.SMTP, envelope: Envelope, letter: bytes) -> None:
    """Hand over a letter whose lines end in CR LF; return once the server has taken it.

    Raises what `notifiers.carrier` tells.
    """
    try:
        _open(session, envelope)
        session.send(_dotted(letter))
    except (smtplib.SMTPNotSupportedError, UnicodeError):
        raise _beyond_ascii(envelope) from None
    except ON_THE_LINE as error:
        raise line_failed(error) from None
    try:
        code, words = session.getreply()
    except ON_THE_LINE as error:
        raise answer_lost(error) from None
    if code // CLASS * CLASS != OK // CLASS * CLASS:
        raise letter_refused(code, words)


def _open(session: smtplib.SMTP, envelope: Envelope) -> None:
    session.ehlo_or_helo_if_needed()
    code, words = session.mail(envelope.sender, _options(session, envelope))
    if code != OK:
        raise sender_refused(code, words)
    code, words = session.rcpt(envelope.recipient)
    if code not in (OK, OK_ELSEWHERE):
        raise recipient_refused(code, words)
    code, words = session.docmd("DATA")
    if code != SEND_IT:
        raise data_refused(code, words)


def _options(session: smtplib.SMTP, envelope: Envelope) -> list[str]:
    utf8 = UTF8_OPTIONS if envelope.is_beyond_ascii else ()
    reports = session.has_extn("dsn")
    return [*utf8, *(["RET=HDRS", f"ENVID={envelope.mark}"] if reports else ())]


def _dotted(letter: bytes) -> bytes:
    """Return the letter as it goes over the line (RFC 5321, 4.5.2): with its end, and no other."""
    end = b"" if letter.endswith(b"\r\n") else b"\r\n"
    return _FIRST_DOT.sub(b"..", letter) + end + b".\r\n"


def _beyond_ascii(envelope: Envelope) -> AddressFails | CarrierIsDown:
    if envelope.recipient.isascii():
        return CarrierIsDown("the mail server carries ASCII addresses only, and ours is not")
    return AddressFails("the mail server carries ASCII addresses only", status=BEYOND_ASCII)
