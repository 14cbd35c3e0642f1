"""Proves that a message comes from the card vendor: signed with our secret, just now, unaltered.

The scheme is https://docs.stripe.com/webhooks#verify-manually: HMAC-SHA256 over time stamp, full
stop and raw body. The vendor's library would accept a time in the future and reads the machine's
clock; here the time is given and 300 seconds is the limit in both directions.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from domain.billing import WebhookIsNotGenuine

TOLERANCE_IN_SECONDS = 300
SECONDS = re.compile(r"[0-9]{1,12}")


def genuine_event(
    body: bytes, header: str | None, secrets: Sequence[str], *, now: datetime
) -> dict[str, Any]:  # an event's content differs from type to type
    """Return the event that a body holds, or raise WebhookIsNotGenuine."""
    signed_at, signatures = _read(header or "")
    expected = [_signature(secret, signed_at, body) for secret in secrets]
    if not any(hmac.compare_digest(one, other) for one in expected for other in signatures):
        raise WebhookIsNotGenuine("no signature fits")
    if abs(now.timestamp() - int(signed_at)) > TOLERANCE_IN_SECONDS:
        raise WebhookIsNotGenuine("signed too long ago or in the future")
    return _decoded(body)


def _read(header: str) -> tuple[str, list[bytes]]:
    """Return the one time stamp and all `v1` signatures of a Stripe-Signature header."""
    pairs = [item.strip().partition("=") for item in header.split(",")]
    times = [value for key, _, value in pairs if key == "t"]
    if len(times) != 1 or not SECONDS.fullmatch(times[0]):
        raise WebhookIsNotGenuine("the signature header has no time stamp")
    return times[0], [value.encode(errors="replace") for key, _, value in pairs if key == "v1"]


def _signature(secret: str, signed_at: str, body: bytes) -> bytes:
    signed = signed_at.encode() + b"." + body
    return hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest().encode()


def _decoded(body: bytes) -> dict[str, Any]:  # as above
    try:
        event = json.loads(body)
    except (ValueError, RecursionError):
        raise WebhookIsNotGenuine("the body is not JSON") from None
    if not isinstance(event, dict):
        raise WebhookIsNotGenuine("the body is no event")
    return event
