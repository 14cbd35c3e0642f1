"""Sorts what goes wrong at Stripe: a declined card is an answer, the rest a vendor to ask again.

https://docs.stripe.com/api/errors and https://docs.stripe.com/error-codes.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import stripe

from adapters.stripe_answers import StripeObject, part
from domain.billing import BillingIsUnavailable

MISSING = "resource_missing"
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
        refusal = missing if error.code == MISSING else BillingIsUnavailable
        raise refusal(f"Stripe: {type(error).__name__}, status {error.http_status}") from None
    except (AttributeError, KeyError, TypeError, ValueError):
        raise BillingIsUnavailable("Stripe: the answer cannot be understood") from None


def names_the_card(error: stripe.InvalidRequestError) -> bool:
    """Say whether Stripe refuses the field of the card: it does not know it, or it is another's."""
    return bool(error.param == "payment_method")


def names_nothing(error: stripe.InvalidRequestError) -> bool:
    """Say whether Stripe does not tell what it refuses.

    So it speaks of a card that was detached, and of an account that may not charge any card.
    """
    return (error.param, error.code) == (None, None)


def names_no_customer(error: stripe.InvalidRequestError) -> bool:
    """Say whether Stripe does not know the customer, as after she was deleted there.

    https://docs.stripe.com/api/customers/delete
    """
    return (error.param, error.code) == ("customer", MISSING)


def declined(error: stripe.CardError) -> StripeObject:
    """Return the PaymentIntent of a card that was declined, which comes with the error."""
    return part(part(error.json_body, "error"), "payment_intent")
