"""Sorts what goes wrong at Stripe: a declined card is an answer, the rest a vendor to ask again.

https://docs.stripe.com/api/errors and https://docs.stripe.com/error-codes.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import stripe

from adapters.stripe_answers import StripeObject, part
from domain.billing import BillingIsUnavailable

NOT_IN_THIS_STATE = "payment_intent_unexpected_state"
NOTHING_LEFT = frozenset({"charge_already_refunded", "charge_disputed"})


@contextmanager
def converted_errors(
    missing: type[BillingIsUnavailable] = BillingIsUnavailable,
) -> Iterator[None]:
    """Turn every failure into BillingIsUnavailable, which repeats nothing that Stripe said.

    `missing` is the kind of it that says that Stripe knows no such thing.
    """
    try:
        yield
    except stripe.StripeError as error:
        refusal = missing if error.code == "resource_missing" else BillingIsUnavailable
        raise refusal(f"Stripe: {type(error).__name__}, status {error.http_status}") from None
    except (AttributeError, KeyError, TypeError, ValueError):
        raise BillingIsUnavailable("Stripe: the answer cannot be understood") from None


def is_about_the_card(error: stripe.InvalidRequestError) -> bool:
    """Say whether Stripe refuses a card because it is gone.

    It names the field of a card that it does not know, and nothing of one that was detached
    (https://docs.stripe.com/api/payment_methods/detach).
    """
    return error.param == "payment_method" or (error.param, error.code) == (None, None)


def declined(error: stripe.CardError) -> StripeObject:
    """Return the PaymentIntent of a card that was declined, which comes with the error."""
    return part(part(error.json_body, "error"), "payment_intent")
