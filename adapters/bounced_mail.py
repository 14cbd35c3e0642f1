"""What a mail that comes to us is: a bounce of a notice, an automatic answer, or a person's.

A bounce is a mail server's report in the form of RFC 3464 (`delivery_status`). Anybody can send
one; who does not know the mark of a notice (`return_marks`) says nothing about one.

What else comes without a person behind it (RFC 3834) is never answered. A person who answers a
notice gets guidance, for which her address is returned; nothing else of what she wrote is read.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.message import Message
from email.parser import BytesHeaderParser, BytesParser
from email.utils import getaddresses
from enum import StrEnum

from adapters.delivery_status import read_delivery_status
from adapters.return_marks import ReturnMarks
from domain.delivery_report import DeliveryReport

LONGEST = 128 * 1024
"""Bytes that are looked at: what a server says comes first, and our own mails are short."""

ROBOTS = frozenset({"mailer-daemon", "postmaster", "noreply", "no-reply"})
IN_BULK = frozenset({"bulk", "list", "junk"})
BEYOND_READING = (ValueError, LookupError, TypeError, AttributeError, RecursionError)
"""What the standard library's parser has been known to raise on mails that nobody would write."""

_ADDRESS = re.compile(r"[!#-'*+\-./0-9=?A-Z^-~]+@[A-Za-z0-9.-]+")
_WORD = re.compile(r"[a-z-]+")


class Kind(StrEnum):
    """What a mail that came to us is."""

    BOUNCE = "bounce"
    """A mail server's report about one of our mails, or about something else."""

    AUTO_REPLY = "auto-reply"
    """Some other machine's mail, which is never answered."""

    REPLY = "reply"
    """A person's mail."""


@dataclass(frozen=True, slots=True)
class ReturnedMail:
    """A mail that came to us; `report` if it tells of a notice, `from_address` if to be answered.

    `from_address` is in clear, for one answer, and is kept nowhere.
    """

    kind: Kind
    report: DeliveryReport | None = None
    from_address: str | None = None


def read_returned_mail(raw: bytes, *, marks: ReturnMarks, now: datetime) -> ReturnedMail:
    """Say what a mail (RFC 5322) is, whatever the bytes are; never raises.

    What cannot be read is taken for a machine's.
    """
    raw = raw[:LONGEST]
    try:
        header = BytesHeaderParser(policy=policy.compat32).parsebytes(raw)
        if _is_report(header):
            return ReturnedMail(Kind.BOUNCE, _report(raw, marks, now))
        return _answer(header)
    except BEYOND_READING:
        return ReturnedMail(Kind.AUTO_REPLY)


def _is_report(header: Message) -> bool:
    return (
        header.get_content_type() == "multipart/report"
        and _word(header.get_param("report-type")) == "delivery-status"
    )


def _report(raw: bytes, marks: ReturnMarks, now: datetime) -> DeliveryReport | None:
    try:
        mail = BytesParser(policy=policy.compat32).parsebytes(raw)
        return read_delivery_status(mail, marks=marks, now=now)
    except BEYOND_READING:
        return None


def _answer(header: Message) -> ReturnedMail:
    addresses = [address for _, address in getaddresses([str(header["From"] or "")])]
    if _is_automatic(header, addresses):
        return ReturnedMail(Kind.AUTO_REPLY)
    is_one = len(addresses) == 1 and _ADDRESS.fullmatch(addresses[0])
    return ReturnedMail(Kind.REPLY, from_address=addresses[0] if is_one else None)


def _is_automatic(header: Message, addresses: list[str]) -> bool:
    return (
        _word(header.get("Auto-Submitted", "no")) != "no"
        or _word(header["Precedence"]) in IN_BULK
        or header["List-Id"] is not None
        or header.get_content_type() == "multipart/report"
        or str(header.get("Return-Path", "")).strip() == "<>"
        or any(address.partition("@")[0].lower() in ROBOTS for address in addresses)
    )


def _word(value: object) -> str:
    """Return the first word of a field, which may go on with comments and parameters."""
    found = _WORD.match(str(value or "").strip().lower())
    return found.group() if found else ""
