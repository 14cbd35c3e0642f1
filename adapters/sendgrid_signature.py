"""Proves that a report comes from SendGrid: signed with its key, just now, unaltered.

The scheme is SendGrid's signed event webhook,
https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features
ECDSA on P-256 with SHA-256 (FIPS 186-5), the signature in DER and base64, over time stamp and raw
body. The vendor's own code looks at no age; here 300 seconds is the limit in both directions. While
one key replaces another, both are good.
"""

import base64
import re
from collections.abc import Sequence
from datetime import datetime

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

SIGNATURE_HEADER = "X-Twilio-Email-Event-Webhook-Signature"
TIMESTAMP_HEADER = "X-Twilio-Email-Event-Webhook-Timestamp"
TOLERANCE_IN_SECONDS = 300

_SECONDS = re.compile(r"[0-9]{1,12}")


def read_keys(texts: Sequence[str]) -> tuple[EllipticCurvePublicKey, ...]:
    """Return public keys that are given as SendGrid shows them: base64 of DER (RFC 5480).

    Raises ValueError if there is none, or one is not a key on P-256.
    """
    if isinstance(texts, str) or not texts:
        raise ValueError("SendGrid's webhook needs a list of at least one verification key")
    return tuple(_read_key(text) for text in texts)


def verified(
    raw: bytes,
    signature: str | None,
    timestamp: str | None,
    keys: Sequence[EllipticCurvePublicKey],
    now: datetime,
) -> bool:
    """Say whether one of the keys signed these bytes within 300 seconds of now; never raises."""
    signed_at = timestamp or ""
    if not _SECONDS.fullmatch(signed_at):
        return False
    if abs(now.timestamp() - int(signed_at)) > TOLERANCE_IN_SECONDS:
        return False
    try:
        decoded = base64.b64decode(signature or "", validate=True)
    except ValueError:
        return False
    return any(_fits(key, decoded, signed_at.encode() + raw) for key in keys)


def _fits(key: EllipticCurvePublicKey, signature: bytes, signed: bytes) -> bool:
    try:
        key.verify(signature, signed, ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True


def _read_key(text: str) -> EllipticCurvePublicKey:
    try:
        key = load_der_public_key(base64.b64decode(text.strip(), validate=True))
    except (ValueError, UnsupportedAlgorithm):
        raise ValueError("a verification key of SendGrid's webhook is no key in base64") from None
    if isinstance(key, EllipticCurvePublicKey) and isinstance(key.curve, SECP256R1):
        return key
    raise ValueError("a verification key of SendGrid's webhook is not one on P-256")
