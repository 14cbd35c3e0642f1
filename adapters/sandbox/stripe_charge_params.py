"""What a caller may ask the stand-in for when it charges a card without a card page.

The fields are those of https://docs.stripe.com/api/payment_intents as of 2026-10-28.endive that
charging a saved card needs.
"""

from dataclasses import dataclass

from adapters.sandbox.stripe_errors import StripeRefusal
from adapters.sandbox.stripe_fields import Fields

HOLDER_IS_AWAY = {"true", "one_off", "recurring"}
ABANDONED = ("abandoned", "duplicate", "fraudulent", "requested_by_customer")


@dataclass(frozen=True, slots=True)
class Confirmation:
    """How a card is to be charged: which, whether its holder is there, where she goes after."""

    method: str | None
    is_away: bool
    return_url: str | None


@dataclass(frozen=True, slots=True)
class ChargeOrder:
    """A PaymentIntent that may be made; charged at once if it comes with a confirmation."""

    amount: int
    currency: str
    customer: str | None
    method: str | None
    description: str | None
    metadata: dict[str, str]
    confirmation: Confirmation | None


def charge_order(fields: Fields) -> ChargeOrder:
    """Read a request for a PaymentIntent, or raise StripeRefusal."""
    _way_to_pay(fields)
    confirms = fields.truth("confirm")
    confirmation = confirmation_of(fields)
    _only_if_confirmed(fields, confirms=confirms)
    return ChargeOrder(
        amount=fields.whole("amount"),
        currency=fields.currency("currency"),
        customer=fields.text("customer"),
        method=confirmation.method,
        description=fields.text("description"),
        metadata=fields.pairs(),
        confirmation=confirmation if confirms else None,
    )


def confirmation_of(fields: Fields) -> Confirmation:
    """Read how a PaymentIntent is to be confirmed, or raise StripeRefusal."""
    away = fields.choice("off_session", "false", *sorted(HOLDER_IS_AWAY), default="false")
    return Confirmation(
        method=fields.text("payment_method"),
        is_away=away in HOLDER_IS_AWAY,
        return_url=fields.url("return_url") if fields.text("return_url") else None,
    )


def cancellation_reason(fields: Fields) -> str | None:
    """Read why a PaymentIntent is cancelled; None if the caller does not say."""
    return fields.choice_or_none("cancellation_reason", *ABANDONED)


def _way_to_pay(fields: Fields) -> None:
    """Read the ways to pay, which exclude one another, and of which only the card exists here.

    https://docs.stripe.com/changelog/endive/2026-09-30 took `payment_method_types` away.
    """
    if fields.list_of("payment_method_types"):
        raise StripeRefusal(
            "`payment_method_types` is no longer supported.",
            code="payment_method_types_no_longer_supported",
            param="payment_method_types",
        )
    automatic = fields.choice_or_none("automatic_payment_methods[enabled]", "true", "false")
    redirects = "automatic_payment_methods[allow_redirects]"
    fields.choice_or_none(redirects, "always", "never")
    if automatic and fields.only_cards():
        raise StripeRefusal(
            "You may only specify one of these parameters: automatic_payment_methods, "
            "allowed_payment_method_types.",
            param="automatic_payment_methods",
        )
    fields.only_cards()


def _only_if_confirmed(fields: Fields, *, confirms: bool) -> None:
    for key in ("off_session", "return_url"):
        if fields.text(key) and not confirms:
            raise StripeRefusal(
                f"The parameter `{key}` can only be passed when `confirm=true`.", param=key
            )
