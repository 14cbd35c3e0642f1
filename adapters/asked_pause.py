"""How long a vendor asks to be left alone, in the header fields of its answer.

`Retry-After` (RFC 9110, section 10.2.3) is a number of seconds or a moment; SendGrid's
`X-RateLimit-Reset` is a moment in Unix seconds. Moments are compared with the answer's own `Date`,
so that our clock and the vendor's need not agree.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

_SECONDS = re.compile(r"[0-9]{1,6}")
_UNIX_TIME = re.compile(r"[0-9]{1,11}")


def asked_pause(headers: Mapping[str, str]) -> timedelta | None:
    """Return the pause that an answer asks for, never below zero; None if it does not say."""
    asked = (headers.get("Retry-After") or "").strip()
    if _SECONDS.fullmatch(asked):
        return timedelta(seconds=int(asked))
    answered_at = _moment(headers.get("Date"))
    until = _moment(asked) or _unix(headers.get("X-RateLimit-Reset"))
    if answered_at is None or until is None:
        return None
    return max(until - answered_at, timedelta(0))


def _moment(text: str | None) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text or "")
    except (ValueError, TypeError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _unix(text: str | None) -> datetime | None:
    if not _UNIX_TIME.fullmatch((text or "").strip()):
        return None
    return datetime.fromtimestamp(int(text or ""), UTC)
