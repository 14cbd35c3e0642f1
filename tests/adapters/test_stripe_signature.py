"""Webhooks as an attacker, a slow line or a new version of the vendor would send them."""

import json
from uuid import UUID

import pytest
import stripe
from hypothesis import given
from hypothesis import strategies as st

from adapters.stripe_billing import StripeBilling
from domain.billing import Report, WebhookIsNotGenuine
from tests.adapters.stripe_world import Clock

SECRET = "whsec_this_month"
LAST_SECRET = "whsec_last_month"
PURCHASE = UUID("7b1c2e8a-0d57-4c53-9a0e-6d2f3f1b9a01")
NOW = int(Clock().time.timestamp())
SESSION = {
    "id": "cs_test_1",
    "object": "checkout.session",
    "amount_total": 1000,
    "currency": "usd",
    "metadata": {"purchase_id": str(PURCHASE)},
    "payment_intent": "pi_1",
    "payment_status": "paid",
}


def body_of(session: object, kind: str = "checkout.session.completed") -> bytes:
    event = {"id": "evt_1", "object": "event", "created": NOW, "type": kind}
    return json.dumps(event | {"data": {"object": session}}).encode()


def signed(body: bytes, at: int = NOW, secret: str = SECRET) -> str:
    text = body.decode()
    return stripe.WebhookSignature.generate_signature_header(text, secret, at)


@pytest.fixture(scope="module")
def billing():
    billing = StripeBilling("sk_test_invented", [SECRET, LAST_SECRET], clock=Clock())
    yield billing
    billing.close()


def test_a_genuine_event_is_a_report(billing):
    body = body_of(SESSION)
    told = billing.read_webhook(body, signed(body))
    assert told == Report(
        report_id="evt_1",
        kind="checkout.session.completed",
        at=Clock().time,
        session_id="cs_test_1",
        reference="pi_1",
        purchase_id=PURCHASE,
    )


@pytest.mark.parametrize("secret", [SECRET, LAST_SECRET])
def test_each_of_two_secrets_is_good_while_one_replaces_the_other(billing, secret):
    body = body_of(SESSION)
    assert billing.read_webhook(body, signed(body, secret=secret)).purchase_id == PURCHASE


def test_one_good_signature_among_several_is_enough(billing):
    body = body_of(SESSION)
    header = signed(body) + ",v1=" + "0" * 64 + ",v0=abc"
    assert billing.read_webhook(body, header)


@pytest.mark.parametrize("seconds", [-300, 0, 300])
def test_five_minutes_in_either_direction_are_tolerated(billing, seconds):
    body = body_of(SESSION)
    assert billing.read_webhook(body, signed(body, NOW + seconds))


@pytest.mark.parametrize("seconds", [-301, 301])
def test_more_than_five_minutes_in_either_direction_are_not(billing, seconds):
    body = body_of(SESSION)
    with pytest.raises(WebhookIsNotGenuine):
        billing.read_webhook(body, signed(body, NOW + seconds))


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "garbage",
        "t=,v1=",
        f"t={NOW}",
        f"t={NOW},v1=",
        f"v1={signed(body_of(SESSION)).rpartition('=')[2]}",
        signed(body_of(SESSION), secret="whsec_somebody_else"),
        signed(body_of(SESSION)).replace("v1=", "v0="),
        signed(body_of(SESSION)).replace("t=", "t=-"),
        signed(body_of(SESSION)).replace("t=", "t=٣"),
        signed(body_of(SESSION)) + f",t={NOW}",
        signed(body_of(SESSION)).replace(f"t={NOW}", f"t={NOW + 1}"),
    ],
)
def test_a_bad_signature_header_is_not_genuine(billing, header):
    with pytest.raises(WebhookIsNotGenuine):
        billing.read_webhook(body_of(SESSION), header)


def test_a_tampered_amount_is_not_genuine(billing):
    header = signed(body_of(SESSION))
    with pytest.raises(WebhookIsNotGenuine):
        billing.read_webhook(body_of(SESSION | {"amount_total": 1}), header)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not JSON",
        b"[" * 5000,
        b"[]",
        b"null",
        b"{}",
        b'{"type": "checkout.session.completed"}',
        b'{"type": "checkout.session.completed", "data": {"object": 7}}',
        b'{"type": ["checkout.session.completed"], "data": {}}',
        body_of(SESSION | {"id": None}),
        body_of(SESSION | {"id": 7}),
        body_of(SESSION | {"payment_intent": 7}),
        body_of(SESSION | {"metadata": "none"}),
        body_of({key: value for key, value in SESSION.items() if key != "payment_intent"}),
        body_of(SESSION).replace(b'"evt_1"', b"null"),
        body_of(SESSION).replace(str(NOW).encode(), b'"yesterday"'),
        body_of(SESSION).replace(str(NOW).encode(), b"true"),
        body_of(SESSION).replace(str(NOW).encode(), b"1" * 30),
        body_of(SESSION).replace(str(NOW).encode(), b"Infinity"),
    ],
)
def test_what_cannot_be_understood_is_not_genuine_however_well_signed(billing, body):
    with pytest.raises(WebhookIsNotGenuine):
        billing.read_webhook(body, signed(body))


@given(body=st.binary(), header=st.none() | st.text())
def test_no_noise_is_ever_taken_for_genuine_or_breaks_anything(billing, body, header):
    with pytest.raises(WebhookIsNotGenuine):
        billing.read_webhook(body, header)


@given(body=st.text().map(str.encode))
def test_no_well_signed_noise_breaks_anything(billing, body):
    header = stripe.WebhookSignature.generate_signature_header(body.decode(), SECRET, NOW)
    with pytest.raises(WebhookIsNotGenuine):
        billing.read_webhook(body, header)


@pytest.mark.parametrize("secrets", [[], [""], [SECRET, " "], SECRET])
def test_secrets_with_which_anybody_could_sign_are_refused_at_the_start(secrets):
    with pytest.raises(ValueError, match="webhook secrets"):
        StripeBilling("sk_test_invented", secrets, clock=Clock())


def test_a_refusal_repeats_nothing_of_what_was_sent(billing):
    with pytest.raises(WebhookIsNotGenuine) as refusal:
        billing.read_webhook(b"Carla Rossi", f"t={NOW},v1=carla")
    assert "carla" not in str(refusal.value).lower()
