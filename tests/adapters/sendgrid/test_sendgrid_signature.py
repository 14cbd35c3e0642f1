"""Reports as the vendor, an attacker or a slow line would sign them."""

import base64
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256, SHA384
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st
from sendgrid.helpers.eventwebhook import EventWebhook

from adapters.sendgrid_signature import read_keys, verified

NOW = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
SECONDS = int(NOW.timestamp())
BODY = '[{"event": "delivered", "reason": "250 Grüße"}]\r\n'.encode()
THIS_MONTH = ec.derive_private_key(20261101, ec.SECP256R1())
LAST_MONTH = ec.derive_private_key(20261001, ec.SECP256R1())
SOMEBODY_ELSE = ec.derive_private_key(666, ec.SECP256R1())


def shown(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> str:
    """Return the public key as the vendor's page shows it."""
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(public).decode()


def signed(body: bytes = BODY, at: int = SECONDS, by: ec.EllipticCurvePrivateKey = THIS_MONTH):
    signature = by.sign(str(at).encode() + body, ec.ECDSA(SHA256()))
    return base64.b64encode(signature).decode()


KEYS = read_keys([shown(THIS_MONTH), shown(LAST_MONTH)])


@pytest.mark.parametrize("key", [THIS_MONTH, LAST_MONTH])
def test_each_of_two_keys_is_good_while_one_replaces_the_other(key: ec.EllipticCurvePrivateKey):
    assert verified(BODY, signed(by=key), str(SECONDS), KEYS, NOW)


def test_what_we_accept_the_vendors_own_code_accepts_too():
    vendor = EventWebhook(shown(THIS_MONTH))
    assert vendor.verify_signature(BODY.decode(), signed(), str(SECONDS))
    assert verified(BODY, signed(), str(SECONDS), KEYS, NOW)
    assert not vendor.verify_signature(BODY.decode(), signed(by=SOMEBODY_ELSE), str(SECONDS))
    assert not verified(BODY, signed(by=SOMEBODY_ELSE), str(SECONDS), KEYS, NOW)


@pytest.mark.parametrize("seconds", [-300, 0, 300])
def test_five_minutes_in_either_direction_are_tolerated(seconds: int):
    at = SECONDS + seconds
    assert verified(BODY, signed(at=at), str(at), KEYS, NOW)


@pytest.mark.parametrize("seconds", [-301, 301])
def test_more_than_five_minutes_in_either_direction_are_not(seconds: int):
    at = SECONDS + seconds
    assert not verified(BODY, signed(at=at), str(at), KEYS, NOW)


@pytest.mark.parametrize(
    "signature",
    [
        None,
        "",
        "garbage!",
        "ab c=",
        signed()[:-4],
        signed() + "\n",
        signed() + "A" * 20,
        "ü" + signed()[1:],
        signed(by=SOMEBODY_ELSE),
        base64.b64encode(THIS_MONTH.sign(BODY, ec.ECDSA(SHA256()))).decode(),
        base64.b64encode(
            THIS_MONTH.sign(str(SECONDS).encode() + BODY, ec.ECDSA(SHA384()))
        ).decode(),
        base64.b64encode(b"\0" * 64).decode(),
    ],
    ids=range(12),
)
def test_a_bad_signature_is_not_genuine(signature: str | None):
    assert not verified(BODY, signature, str(SECONDS), KEYS, NOW)


@pytest.mark.parametrize(
    "timestamp",
    [None, "", "now", f"+{SECONDS}", f"{SECONDS}\n", f" {SECONDS}", "9" * 13, "٣" * 10, "1e9"],
)
def test_a_bad_time_stamp_is_not_genuine_however_it_is_signed(timestamp: str | None):
    signature = THIS_MONTH.sign((timestamp or "").encode() + BODY, ec.ECDSA(SHA256()))
    encoded = base64.b64encode(signature).decode()
    assert not verified(BODY, encoded, timestamp, KEYS, NOW)


@pytest.mark.parametrize("body", [b"", BODY + b" ", BODY.strip(), BODY.replace(b"250", b"550")])
def test_a_body_that_is_not_byte_by_byte_the_signed_one_is_not_genuine(body: bytes):
    assert not verified(body, signed(), str(SECONDS), KEYS, NOW)


def test_without_keys_nothing_is_genuine():
    assert not verified(BODY, signed(), str(SECONDS), (), NOW)


@given(raw=st.binary(), signature=st.none() | st.text(), timestamp=st.none() | st.text())
def test_no_noise_is_ever_genuine_or_breaks_anything(
    raw: bytes, signature: str | None, timestamp: str | None
):
    assert not verified(raw, signature, timestamp, KEYS, NOW)


@given(signature=st.binary(max_size=75))
def test_no_bytes_in_place_of_a_signature_break_anything(signature: bytes):
    encoded = base64.b64encode(signature).decode()
    assert not verified(BODY, encoded, str(SECONDS), KEYS, NOW)


@pytest.mark.parametrize(
    "texts",
    [
        [""],
        ["no base64"],
        ["schlüssel"],
        [shown(THIS_MONTH), shown(THIS_MONTH)[:-8]],
        [base64.b64encode(b"no key").decode()],
        [shown(ec.derive_private_key(7, ec.SECP384R1()))],
        [shown(ec.derive_private_key(7, ec.SECP256K1()))],
        [shown(rsa.generate_private_key(65537, 2048))],
    ],
)
def test_what_is_no_key_is_refused_at_the_start(texts: list[str]):
    with pytest.raises(ValueError, match="a verification key of SendGrid's webhook is"):
        read_keys(texts)


@pytest.mark.parametrize("texts", [[], shown(THIS_MONTH)])
def test_what_is_no_list_of_keys_is_refused_at_the_start(texts: list[str] | str):
    with pytest.raises(ValueError, match="a list of at least one"):
        read_keys(texts)


def test_a_key_is_read_with_the_blanks_around_it_that_come_from_copying():
    [key] = read_keys([f" {shown(THIS_MONTH)}\n"])
    assert verified(BODY, signed(), str(SECONDS), [key], NOW)
