"""What Twilio's refusals mean: this number fails, these words do, or it is about neither.

Twilio says why by a number of its own, https://www.twilio.com/docs/api/errors, beside the status of
HTTP. It may give finer numbers any day, so one that is unknown here loses nothing: it is tried
again. Of an answer only numbers are read and quoted, because its sentences repeat what we sent.
"""

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from email.utils import parsedate_to_datetime

from notifiers.carrier import AddressFails, AnswerWasLost, CarrierIsDown, TryAgain, WillNeverWork

CALLS_NOT_TAKEN = frozenset({21202, 21214, 21216, 21217, 13224})
"""A premium number, one that cannot be reached, is barred, is not valid, or cannot be called."""
TEXTS_NOT_TAKEN = frozenset({21211, 21265, 21266, 21610, 21612, 21614, 21635})
"""Not valid, a short code, our own, unsubscribed (STOP), unreachable, no cell phone, a landline."""
NOT_DELIVERED = frozenset({30003, 30004, 30005, 30006})
"""Unreachable, blocked, unknown, a landline: what comes of a text that was taken."""
NUMBER_FAILS = CALLS_NOT_TAKEN | TEXTS_NOT_TAKEN | NOT_DELIVERED
WORDS_FAIL = frozenset({21602, 21617, 21619, 30007})
"""No words, more than 1,600 characters, neither words nor pictures, and held to be spam."""
COUNTRY_IS_OFF = frozenset({21215, 21408, 13227})
"""Calls or texts to this country are switched off in our account, which others do not feel."""
OF_THIS_ONE = NUMBER_FAILS | WORDS_FAIL | COUNTRY_IS_OFF
OURS_TO_MEND = (
    frozenset({20003, 20005, 20403, 20404, 20429})  # key, account, rights, address, too many calls
    | frozenset({21210, 21212, 21213, 21601, 21603, 21606, 21659, 21660, 21661})  # our own number
    | frozenset({21611, 21730, 30001, 30002})  # queue is full, maintenance, account is suspended
)
STATUS_OF_ALL = frozenset({401, 403, 404, 408, 429})
FIRST_SERVER_ERROR = 500
IN_DOUBT = frozenset({502, 504})
"""Somebody on the way says that Twilio's answer did not reach him (RFC 9110, 15.6.3 and 15.6.5)."""

_CODE = re.compile(rb'"code"\s*:\s*"?(\d{4,6})\b')
_SECONDS = re.compile(r"\d{1,6}")

Failure = TryAgain | WillNeverWork


def failure_of(status: int, body: bytes, headers: Mapping[str, str]) -> Failure:
    """Return the failure that an answer tells of, whatever is in it.

    `headers` are looked up as "Retry-After" and "Date".
    """
    found = _CODE.search(body)
    code = int(found[1]) if found else 0
    reason = f"Twilio answered {status}" + (f", {code}" if code else "")
    if status in IN_DOUBT:
        return AnswerWasLost(reason)
    if status >= FIRST_SERVER_ERROR or (status in STATUS_OF_ALL and code not in OF_THIS_ONE):
        return CarrierIsDown(reason, _pause(headers))
    return failure_by_code(code, reason)


def failure_by_code(code: int, reason: str) -> Failure:
    """Return the failure that one of Twilio's own numbers means; 0 stands for none."""
    if code in NUMBER_FAILS:
        return AddressFails(reason, str(code))
    if code in OF_THIS_ONE:
        return WillNeverWork(reason)
    return CarrierIsDown(reason) if code in OURS_TO_MEND else TryAgain(reason)


def _pause(headers: Mapping[str, str]) -> timedelta | None:
    """Return how long we shall wait, told in seconds or as a moment (RFC 9110, section 10.2.3)."""
    said = headers.get("Retry-After", "").strip()
    if _SECONDS.fullmatch(said):
        return timedelta(seconds=int(said))
    with suppress(TypeError, ValueError):
        moment, now = parsedate_to_datetime(said), parsedate_to_datetime(headers.get("Date", ""))
        return max(moment - now, timedelta(0))
    return None
