"""What SendGrid's refusals and silences mean: later, never, or nobody knows.

What is wrong between SendGrid and *us* (key, plan, sender, version) keeps everybody's mails back,
so that nothing is lost until somebody has mended it. What is wrong with *this* mail (its recipient,
its size) will never work. Of the vendor's errors only statuses and the names of fields are read,
because its sentences may quote us: https://www.twilio.com/docs/sendgrid/api-reference/mail-send

A gateway that got no good answer (502, 504; RFC 9110, 15.6.3 and 15.6.5) had handed the mail on.
"""

import re
from collections.abc import Mapping
from http.client import HTTPException
from urllib.error import URLError

from adapters.asked_pause import asked_pause
from notifiers.carrier import AddressFails, AnswerWasLost, CarrierIsDown, TryAgain, WillNeverWork

OVERRUN = 429
TOO_LARGE = 413
FIRST_ERROR = 400
FIRST_SERVER_ERROR = 500
LOST_BEHIND_A_GATEWAY = frozenset({502, 504})
REFUSES_US = frozenset({401, 403})
NOT_OUR_VENDOR = frozenset({404, 405, 406, 408, 415})
NO_ADDRESS = "5.1.3"
"""RFC 3463: the vendor looks at nothing but the form of an address before it accepts a mail."""

_FIELD = re.compile(rb'"field"\s*:\s*"(?!null")([a-z0-9_.\[\]]+)"')
_RECIPIENT = re.compile(r"personalizations[.\[]\d+\]?\.to\b")
_SENDER = re.compile(r"(from|reply_to)\b")


def refused(status: int, body: bytes, headers: Mapping[str, str]) -> TryAgain | WillNeverWork:
    """Return what an HTTP status other than 202 means."""
    blamed = [name.decode() for name in _FIELD.findall(body)]
    about = f", about {', '.join(blamed)}" if blamed else ""
    if status in REFUSES_US:
        return CarrierIsDown(f"SendGrid refuses our key, plan or sender: {status}{about}")
    if status in LOST_BEHIND_A_GATEWAY:
        return AnswerWasLost(f"SendGrid's gateway got no answer: {status}{about}")
    if status == OVERRUN or status >= FIRST_SERVER_ERROR:
        return CarrierIsDown(f"SendGrid answered {status}{about}", asked_pause(headers))
    if status < FIRST_ERROR or status in NOT_OUR_VENDOR:
        return CarrierIsDown(f"SendGrid answered {status}, which accepts nothing{about}")
    return _about_this_mail(status, blamed, about)


def _about_this_mail(status: int, blamed: list[str], about: str) -> TryAgain | WillNeverWork:
    if status == TOO_LARGE:
        return WillNeverWork(f"SendGrid refuses the mail: {status}{about}")
    if any(_SENDER.match(name) for name in blamed):
        return CarrierIsDown(f"SendGrid refuses our sender: {status}{about}")
    if any(_RECIPIENT.match(name) for name in blamed):
        return AddressFails(f"SendGrid refuses the recipient: {status}{about}", status=NO_ADDRESS)
    return TryAgain(f"SendGrid answered {status}{about}")


def silent(silence: OSError | HTTPException) -> CarrierIsDown:
    """Return what it means that no answer came.

    The standard library's client raises URLError until the whole request is handed over, and the
    bare error of the line after that.
    """
    cause = type(getattr(silence, "reason", silence)).__name__
    if isinstance(silence, URLError):
        return CarrierIsDown(f"SendGrid was not reached ({cause})")
    return AnswerWasLost(f"SendGrid gave no answer ({cause})")
