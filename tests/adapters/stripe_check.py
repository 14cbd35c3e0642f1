"""The contract of `Billing` at Stripe itself: `make stripe-check`, with a key of a test account.

STRIPE_TEST_KEY is the secret key of a test account (`sk_test_...` or `rk_test_...`), never of one
with real money; STRIPE_TEST_API names another host, for a stand-in. Left out is what only a person
can do, who types on the hosted card page or on the page of her bank, which no program may. Webhooks
cannot reach this machine either: their events are read from Stripe's list and signed here.
"""

import os
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import stripe

from adapters import stripe_billing
from adapters.stripe_billing import StripeBilling
from tests.adapters.real_stripe import BadLine, RealDesk, Renamed
from tests.contracts.billing import BillingWithoutHandsContract

TEST_KEYS = ("sk_test_", "rk_test_")
SECRET = "whsec_invented"
API = os.environ.get("STRIPE_TEST_API") or "https://api.stripe.com"


def now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - Stripe's clock is the real one


@pytest.fixture(scope="session")
def secret_key() -> str:
    """Return the key, or end everything."""
    key = os.environ.get("STRIPE_TEST_KEY", "")
    if not key.startswith(TEST_KEYS):
        pytest.exit(
            "Set STRIPE_TEST_KEY to the secret key of a Stripe test account (sk_test_...). "
            "Nothing was asked of Stripe.",
            returncode=2,
        )
    return key


def signature(body: bytes) -> str:
    at = int(now().timestamp())
    return stripe.WebhookSignature.generate_signature_header(body.decode(), SECRET, at)


class TestStripeItself(BillingWithoutHandsContract):
    @pytest.fixture
    def desk(self, secret_key, monkeypatch):
        monkeypatch.setattr(stripe_billing, "StripeLine", BadLine)
        BadLine.mend()
        billing = StripeBilling(secret_key, [SECRET], API, clock=now, timeout=30)
        began = now() - timedelta(minutes=5)
        salt = UUID(bytes=os.urandom(16))
        yield RealDesk(Renamed(billing, salt), began, API, secret_key, signature)
        BadLine.mend()
        billing.close()
