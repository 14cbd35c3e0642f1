"""What SendGrid reports about mails, in our words: a list of events in JSON becomes a list of ours.

The events: https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event
Whoever calls has proved that the bytes are SendGrid's (`sendgrid_signature`).

Of each event only the kind, the status, the time and the notice are taken: no address, no sentence
of a server, no machine of a reader. What is not about a notice of ours, or is of a kind that we
have no use for, is passed over, since SendGrid would send the whole list again if we refused it.
"""

import json
import re
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

from domain.aggregate import HOUSE
from domain.delivery_report import DeliveryReport, Outcome, ReportIsMalformed

OUTCOMES = {
    "delivered": Outcome.DELIVERED,
    "deferred": Outcome.DEFERRED,
    "spamreport": Outcome.SPAM_REPORTED,
}
BOUNCES = {"bounce": Outcome.BOUNCED, "blocked": Outcome.BLOCKED}
"""By the `type` of a bounce: for good, or this time only."""

SUPPRESSED = frozenset(
    {"Bounced Address", "Invalid", "Unsubscribed Address", "Spam Reporting Address"}
)
"""Reasons to drop a mail that lie with its address; all others lie with the mail or with us."""

LATEST = 253402300799  # the last second of the year 9999

_STATUS = re.compile(r"[245]\.[0-9]{1,3}\.[0-9]{1,3}")


def read_reports(raw: bytes) -> list[DeliveryReport]:
    """Return the reports in the body of a webhook, in its order; the same event is the same report.

    Raises ReportIsMalformed, and nothing else, if the body is no list in JSON.
    """
    try:
        events = json.loads(raw)
    except (ValueError, RecursionError):
        raise ReportIsMalformed("the body is not JSON") from None
    if not isinstance(events, list):
        raise ReportIsMalformed("the body is no list")
    reports = [_report(event) for event in events if isinstance(event, dict)]
    return [report for report in reports if report]


def _report(event: dict[str, Any]) -> DeliveryReport | None:  # Any: parsed JSON
    event_id, notice_id, at = event.get("sg_event_id"), _notice(event), _moment(event)
    outcome = _outcome(event)
    if not isinstance(event_id, str) or not event_id or not (notice_id and at and outcome):
        return None
    return DeliveryReport(
        report_id=uuid5(HOUSE, f"sendgrid {_whole(event_id)}"),
        notice_id=notice_id,
        outcome=outcome,
        status=_status(event),
        at=at,
    )


def _outcome(event: dict[str, Any]) -> Outcome | None:
    kind = _text(event, "event")
    if kind == "bounce":
        return BOUNCES.get(_text(event, "type"))
    if kind == "dropped":
        return Outcome.DROPPED if _text(event, "reason") in SUPPRESSED else Outcome.BLOCKED
    return OUTCOMES.get(kind)


def _notice(event: dict[str, Any]) -> UUID | None:
    """Return the notice, which we gave as a custom argument, in the one form in which we write."""
    text = _text(event, "notice_id")
    try:
        notice_id = UUID(text)
    except ValueError:
        return None
    return notice_id if str(notice_id) == text else None


def _moment(event: dict[str, Any]) -> datetime | None:
    seconds = event.get("timestamp")
    if type(seconds) is not int or not 0 <= seconds <= LATEST:
        return None
    return datetime.fromtimestamp(seconds, UTC)


def _status(event: dict[str, Any]) -> str:
    status = _text(event, "status")
    return status if _STATUS.fullmatch(status) else ""


def _text(event: dict[str, Any], name: str) -> str:
    value = event.get(name)
    return value if isinstance(value, str) else ""


def _whole(text: str) -> str:
    """Return a text without halves of characters, which JSON can carry and nothing else."""
    return text.encode(errors="backslashreplace").decode()
