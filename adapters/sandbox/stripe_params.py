"""What a caller may ask the stand-in for when it wants a card page, read from Stripe's form fields.

The fields are those of https://docs.stripe.com/api/checkout/sessions/create as of 2026-10-28.endive
that a single payment needs. Any other field is refused, so that nothing which the stand-in ignores
seems to work.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from adapters.sandbox.stripe_errors import StripeRefusal

Form = Mapping[str, str]

PRICE = "line_items[0][price_data]"
KNOWN = frozenset(
    {
        "allowed_payment_method_types[0]",
        "cancel_url",
        "client_reference_id",
        "customer_creation",
        "line_items[0][quantity]",
        f"{PRICE}[currency]",
        f"{PRICE}[product_data][description]",
        f"{PRICE}[product_data][name]",
        f"{PRICE}[unit_amount]",
        "mode",
        "payment_intent_data[setup_future_usage]",
        "success_url",
    }
)
METADATA = re.compile(r"metadata\[([^\[\]]{1,40})\]")


@dataclass(frozen=True, slots=True)
class CardPage:
    """A card page that may be made: every field is present and makes sense."""

    amount: int
    currency: str
    product: str
    description: str
    client_reference_id: str | None
    metadata: dict[str, str]
    customer_creation: str
    setup_future_usage: str | None
    success_url: str
    cancel_url: str


def card_page(form: Form) -> CardPage:
    """Read a request for a card page, or raise StripeRefusal."""
    refuse_unknown([key for key in form if not METADATA.fullmatch(key)], KNOWN)
    _one_of(form, "mode", "payment")
    _one_of(form, "allowed_payment_method_types[0]", "card", default="card")
    return CardPage(
        amount=_whole(form, f"{PRICE}[unit_amount]") * _whole(form, "line_items[0][quantity]"),
        currency=_currency(form, f"{PRICE}[currency]"),
        product=_required(form, f"{PRICE}[product_data][name]"),
        description=form.get(f"{PRICE}[product_data][description]", ""),
        client_reference_id=form.get("client_reference_id"),
        metadata={m[1]: value for key, value in form.items() if (m := METADATA.fullmatch(key))},
        customer_creation=_one_of(
            form, "customer_creation", "always", "if_required", default="if_required"
        ),
        setup_future_usage=form.get("payment_intent_data[setup_future_usage]")
        and _one_of(form, "payment_intent_data[setup_future_usage]", "off_session", "on_session"),
        success_url=_url(form, "success_url"),
        cancel_url=_url(form, "cancel_url"),
    )


def refuse_unknown(keys: Iterable[str], known: Collection[str] = ()) -> None:
    """Raise StripeRefusal for the first field that the stand-in does not understand."""
    for key in keys:
        if key not in known:
            raise StripeRefusal(
                f"Received unknown parameter: {key}", code="parameter_unknown", param=key
            )


def _required(form: Form, key: str) -> str:
    value = form.get(key, "")
    if not value:
        raise StripeRefusal(f"Missing required param: {key}.", code="parameter_missing", param=key)
    return value


def _whole(form: Form, key: str) -> int:
    value = _required(form, key)
    if not re.fullmatch(r"[0-9]{1,8}", value):
        raise StripeRefusal(
            f"Invalid integer: {value}", code="parameter_invalid_integer", param=key
        )
    if int(value) < 1:
        raise StripeRefusal(
            "This value must be greater than or equal to 1.",
            code="parameter_invalid_integer",
            param=key,
        )
    return int(value)


def _currency(form: Form, key: str) -> str:
    value = _required(form, key).lower()
    if not re.fullmatch(r"[a-z]{3}", value):
        raise StripeRefusal(f"Invalid currency: {value}", param=key)
    return value


def _url(form: Form, key: str) -> str:
    value = _required(form, key)
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise StripeRefusal("Not a valid URL", code="url_invalid", param=key)
    return value


def _one_of(form: Form, key: str, *allowed: str, default: str = "") -> str:
    value = form.get(key, default) or _required(form, key)
    if value not in allowed:
        raise StripeRefusal(f"Invalid {key}: must be one of {', '.join(allowed)}", param=key)
    return value
