"""A mail server's report on a mail of ours becomes a report on the notice that was in it.

The form is the delivery status notification of RFC 3464, a part of a multipart/report (RFC 6522).
The notice is named by the identifier of the envelope (RFC 3461), by the address that the report was
sent to (see `smtp_mailer`), or by the Message-ID of our mail, whose header comes back with it; each
holds a mark that nobody else can make up (`return_marks`).

Nothing of the recipient's address and of the server's sentences is kept.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email import policy
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import parsedate_to_datetime
from uuid import uuid5

from adapters.return_marks import ReturnMarks
from domain.aggregate import HOUSE
from domain.delivery_report import DeliveryReport, Outcome

DEEPEST = 3
MOST_PARTS = 20
OUTCOMES = {"delivered": Outcome.DELIVERED, "delayed": Outcome.DEFERRED}
NOT_THE_ADDRESS = re.compile(r"4\.|5\.2\.[23]\b|5\.3\.|5\.7\.")
"""Reasons to fail that another mail may not meet: time, a full mailbox, size, and policy."""

_STATUS = re.compile(r"([245]\.[0-9]{1,3}\.[0-9]{1,3})(?![0-9.])")
_RETURN_PATH = re.compile(r"\+([0-9a-f]{44})@", re.IGNORECASE)
_MESSAGE_ID = re.compile(r"<([0-9a-f]{44})@[^\s<>@]+>", re.IGNORECASE)


def read_delivery_status(
    mail: Message, *, marks: ReturnMarks, now: datetime
) -> DeliveryReport | None:
    """Return the report that a mail holds, or None if it is none about a notice.

    It is of the moment at which the server says that it tried last, or of `now` if it says none or
    one that is yet to come. The same mail is the same report each time.
    """
    parts = list(_parts(mail))
    about_mail, about_recipient = _fields(parts)
    status, action = _status(about_recipient), _text(about_recipient, "Action").lower()
    outcome = _failure(status) if action == "failed" else OUTCOMES.get(action)
    found = (marks.read(one) for one in _marks(about_mail, mail, parts[1:]))
    notice_id = next((one for one in found if one), None)
    if outcome is None or notice_id is None:
        return None
    arrived = _text(about_mail, "Arrival-Date") or _text(mail, "Date")
    return DeliveryReport(
        report_id=uuid5(HOUSE, f"bounce {notice_id} {outcome} {status} {arrived!a}"),
        notice_id=notice_id,
        outcome=outcome,
        status=status,
        at=_moment(_text(about_recipient, "Last-Attempt-Date") or arrived, now),
    )


def _parts(mail: Message, depth: int = 0) -> Iterator[Message]:
    """Yield a mail and the parts in it, not too many and not too deep."""
    yield mail
    inner = mail.get_payload()
    if isinstance(inner, list) and depth < DEEPEST:
        for part in inner[:MOST_PARTS]:
            if isinstance(part, Message):
                yield from _parts(part, depth + 1)


def _fields(parts: list[Message]) -> tuple[Message, Message]:
    """Return what a server says about the mail, and about the first recipient with an action."""
    for part in parts:
        groups = part.get_payload()
        if part.get_content_type() == "message/delivery-status" and isinstance(groups, list):
            told = [Message(), *groups[:MOST_PARTS]]
            return told[min(1, len(groups))], next((it for it in told if it["Action"]), told[0])
    return Message(), Message()


def _failure(status: str) -> Outcome:
    return Outcome.BLOCKED if NOT_THE_ADDRESS.match(status) else Outcome.BOUNCED


def _status(fields: Message) -> str:
    found = _STATUS.match(_text(fields, "Status"))
    return found.group(1) if found else ""


def _marks(about_mail: Message, mail: Message, parts: list[Message]) -> Iterator[str]:
    """Yield whatever may be the mark of a notice: of the envelope, the address, and our letter."""
    yield _text(about_mail, "Original-Envelope-Id")
    for name in ("Delivered-To", "X-Original-To", "Envelope-To", "To"):
        yield from _RETURN_PATH.findall(_text(mail, name))
    for part in parts:
        found = _MESSAGE_ID.fullmatch(_text(_header_in(part), "Message-ID"))
        if found:
            yield found.group(1)


def _header_in(part: Message) -> Message:
    content = part.get_payload(decode=True)
    if part.get_content_type() == "text/rfc822-headers" and isinstance(content, bytes):
        return BytesHeaderParser(policy=policy.compat32).parsebytes(content)
    return part


def _moment(text: str, now: datetime) -> datetime:
    try:
        moment = parsedate_to_datetime(text)
        return min((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC), now)
    except (ValueError, TypeError, OverflowError):
        return now


def _text(fields: Message, name: str) -> str:
    return str(fields[name] or "").strip()
