"""A card that is gone, told from a vendor that serves us no more: both are refused alike."""

import json
from contextlib import closing, contextmanager

import pytest

from adapters.stripe_billing import StripeBilling
from domain.billing import BillingIsUnavailable, ChargeState, Decline, SavedCard
from tests.adapters.stripe_world import SECRET_KEY, WEBHOOK_SECRET, Clock, served
from tests.contracts.billing import BENS_PURCHASE, charged
from tests.contracts.billing_desk import AFTER_CONFIRMING

UNPAID = {
    "id": "pi_1",
    "object": "payment_intent",
    "amount": 1000,
    "created": 1795339800,
    "currency": "usd",
    "metadata": {"purchase_id": str(BENS_PURCHASE)},
    "status": "requires_payment_method",
}
CARD = SavedCard("cus_1", "pm_1", 2031, 4)
METHOD = {"id": "pm_1", "object": "payment_method"}
INVALID = {"type": "invalid_request_error", "message": "No."}


def refusing(status: str, card: dict):
    """Return a Stripe that refuses every card without a code or a field, and what it says of it."""

    def app(environ, start_response):
        form = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)).decode()
        said, answer = "200 OK", UNPAID
        if "payment_method=" in form:
            said, answer = "400 Bad Request", {"error": INVALID}
        elif environ["PATH_INFO"].endswith("/pm_1"):
            said, answer = status, card
        elif environ["REQUEST_METHOD"] == "GET" and not environ["PATH_INFO"].endswith("pi_1"):
            answer = {"object": "list", "data": [], "has_more": False, "url": "/v1/things"}
        start_response(said, [("Content-Type", "application/json")])
        return [json.dumps(answer).encode()]

    return app


@contextmanager
def refused(status: str, card: dict):
    with served(refusing(status, card)) as url, closing(of_stripe(url)) as billing:
        yield billing


def of_stripe(url: str) -> StripeBilling:
    return StripeBilling(SECRET_KEY, [WEBHOOK_SECRET], url, clock=Clock())


@pytest.mark.parametrize(
    ("status", "card"),
    [
        ("200 OK", METHOD | {"customer": None}),
        ("404 Not Found", {"error": INVALID | {"code": "resource_missing"}}),
    ],
)
def test_a_card_that_was_detached_or_is_unknown_is_declined(status, card):
    with refused(status, card) as billing:
        charge = charged(billing, CARD, BENS_PURCHASE)
        assert (charge.state, charge.decline) == (ChargeState.DECLINED, Decline.DECLINED)
        assert billing.charge_again("pi_1", card=CARD, attempt=1) == charge
        assert billing.ask_holder("pi_1", card=CARD, return_url=AFTER_CONFIRMING) is None


@pytest.mark.parametrize(
    ("status", "card"),
    [
        ("200 OK", METHOD | {"customer": "cus_1"}),
        ("200 OK", {"id": "pm_1", "object": "payment_method"}),
        ("403 Forbidden", {"error": INVALID}),
        ("404 Not Found", {"error": INVALID | {"code": "account_invalid"}}),
    ],
)
def test_a_card_that_is_there_or_cannot_be_looked_up_is_not_taken_for_declined(status, card):
    with refused(status, card) as billing:
        for call in (
            lambda: charged(billing, CARD, BENS_PURCHASE),
            lambda: billing.charge_again("pi_1", card=CARD, attempt=1),
            lambda: billing.ask_holder("pi_1", card=CARD, return_url=AFTER_CONFIRMING),
        ):
            with pytest.raises(BillingIsUnavailable):
                call()
