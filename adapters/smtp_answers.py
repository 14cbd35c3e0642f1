"""What a mail server's answers mean: about us, about this recipient, about this mail, or nothing.

The three-digit code (RFC 5321, 4.2) says whether a refusal is for now (4xx) or for good (5xx); the
enhanced status (RFC 3463), where there is one, says what about. Refusals for good that speak of
*us* are tried again all the same, so that nothing is lost until somebody has mended it: our
sign-in, our sender, and permission (X.7.Z, such as "relaying denied"). So is a full mailbox, whose
owner may tidy up; RFC 5321, 4.5.3.1.10, wants 552 at a recipient taken as "not now".

The texts name numbers only: the words of servers quote addresses.
"""

import re
import smtplib
import ssl

from notifiers.carrier import AddressFails, AnswerWasLost, CarrierIsDown, TryAgain, WillNeverWork

ON_THE_LINE = (smtplib.SMTPException, OSError, ValueError)  # ValueError: an answer beyond parsing
LEAST_CODE = 400
PERMANENT = 500
CLOSING = 421
OVER_LIMIT = 552
REFUSES_RECIPIENT = frozenset({550, 551, 553, 556})  # 556: RFC 7504
SIGN_IN_CODES = frozenset({530, 534, 535, 538})  # RFC 4954
BAD_SENDER = frozenset({"5.1.7", "5.1.8"})
MAILBOX_IS_FULL = "5.2.2"
MAILBOX_IS_CLOSED = "5.2.1"
TOO_LARGE = frozenset({"5.2.3", "5.3.4"})
SAYS_NOTHING = frozenset({"", "5.0.0"})
NO_ADDRESS = "5.1.3"
BEYOND_ASCII = "5.6.7"
"""RFC 6531: an address beyond ASCII, which the server cannot carry."""

_STATUS = re.compile(rb"[245]\.\d{1,3}\.\d{1,3}(?!\S)")


def sender_refused(code: int, words: bytes) -> TryAgain | WillNeverWork:
    """Return what it means that the server takes nothing from our address, or not so much."""
    if code == OVER_LIMIT or _status(words) in TOO_LARGE:
        return WillNeverWork(f"the mail is too large for the mail server: {code}")
    return CarrierIsDown(f"the mail server refuses our sender: {code}")


def recipient_refused(code: int, words: bytes) -> TryAgain | WillNeverWork:
    """Return what it means that the server takes nothing for this recipient."""
    status = _status(words)
    if code == OVER_LIMIT and status in SAYS_NOTHING:
        return TryAgain(f"the mail server answered {code}")
    if code in REFUSES_RECIPIENT and status in SAYS_NOTHING:
        return _fails(code, status or str(code))
    return _refused(code, status)


def data_refused(code: int, words: bytes) -> TryAgain | WillNeverWork:
    """Return what it means that the server does not want the letter, which it has not seen."""
    return _refused(code, _status(words))


def letter_refused(code: int, words: bytes) -> TryAgain | WillNeverWork:
    """Return what it means that the server does not take the letter, which it has read."""
    if code < LEAST_CODE:
        return AnswerWasLost("the mail server's last answer is none")
    return _refused(code, _status(words))


def line_failed(error: Exception) -> CarrierIsDown:
    """Return what it means that the line did not come up, or broke with nothing handed over."""
    return CarrierIsDown(_why(error))


def answer_lost(error: Exception) -> AnswerWasLost:
    """Return what it means that the line broke when the letter was handed over."""
    return AnswerWasLost(_why(error))


def _refused(code: int, status: str) -> TryAgain | WillNeverWork:
    if code in SIGN_IN_CODES or code == CLOSING or status in BAD_SENDER:
        return CarrierIsDown(f"the mail server takes nothing from us: {code}")
    if status.startswith("5.7."):
        return TryAgain(f"the mail server does not permit us to send: {code}")
    if code < PERMANENT or status == MAILBOX_IS_FULL:
        return TryAgain(f"the mail server answered {code}")
    if status.startswith("5.1.") or status == MAILBOX_IS_CLOSED:
        return _fails(code, status)
    return WillNeverWork(f"the mail server refuses the mail: {code}")


def _fails(code: int, status: str) -> AddressFails:
    return AddressFails(f"the mail server refuses the recipient: {code}", status=status)


def _status(words: bytes) -> str:
    found = _STATUS.match(words)
    return found.group().decode() if found else ""


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
