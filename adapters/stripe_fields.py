"""Everything that may ever go to Stripe: field by field, and what may stand in it.

Stripe moves money and learns nothing else: no names, no addresses, nothing of a message. So every
call is compared with this list before it leaves, and one that holds anything else is not made. The
fields are those of Stripe's API reference (https://docs.stripe.com/api).
"""

import re
from collections.abc import Mapping
from types import MappingProxyType
from urllib.parse import parse_qsl, urlsplit

from domain.plan_catalogue import NAME as PLAN_NAME


class NotForStripe(Exception):
    """A call would tell Stripe what is not on the list; whoever wrote it has made a mistake."""


UUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
NAME = r"(cs|pi|cus|pm|seti|evt)_[A-Za-z0-9_]{1,200}"
"""What Stripe calls a page, a charge, a customer, a card, a card left, an event."""

NUMBER = r"[0-9]{1,12}"
PLAN = rf"SecureMail(, {PLAN_NAME.pattern} plan)?"
WORD = "(billing|cancelled|card|confirm|confirmed|done|inbox|paid|purchases|return)"
OUR_PAGE = (
    r"https?://([A-Za-z0-9.-]+|\[[0-9a-f:]+\])(:[0-9]{1,5})?"
    rf"(/({WORD}|{UUID}))*/?"
    r"(\?session=\{CHECKOUT_SESSION_ID\})?"
)
"""A page of ours: its path is made of our own words and of identifiers.

`{CHECKOUT_SESSION_ID}` is filled in by Stripe.
"""

FIELDS: Mapping[str, str] = MappingProxyType(
    {
        # what is to be paid
        "amount": NUMBER,
        "currency": r"[a-z]{3}",
        "description": PLAN,
        "line_items[0][quantity]": "1",
        "line_items[0][price_data][currency]": r"[a-z]{3}",
        "line_items[0][price_data][unit_amount]": NUMBER,
        "line_items[0][price_data][tax_behavior]": "inclusive",
        "line_items[0][price_data][product_data][name]": "SecureMail",
        "line_items[0][price_data][product_data][description]": PLAN,
        "line_items[0][price_data][product_data][tax_code]": r"txcd_[0-9]{8}",
        "automatic_tax[enabled]": "true",
        # for which of our identifiers
        "client_reference_id": UUID,
        "metadata[purchase_id]": UUID,
        "metadata[payer_id]": UUID,
        "payment_intent_data[metadata][purchase_id]": UUID,
        # by whom, under Stripe's own names
        "customer": NAME,
        "customer_creation": "always",
        "customer_update[address]": "auto",
        "payment_method": NAME,
        "payment_intent": NAME,
        # how
        "mode": "payment|setup",
        "allowed_payment_method_types[0]": "card",
        "payment_intent_data[setup_future_usage]": "off_session",
        "confirm": "true",
        "off_session": "true",
        "success_url": OUR_PAGE,
        "cancel_url": OUR_PAGE,
        "return_url": OUR_PAGE,
        # what is looked up
        "expand[0]": r"payment_intent\.payment_method|setup_intent\.payment_method",
        "created[gte]": NUMBER,
        "limit": NUMBER,
        "starting_after": NAME,
        **{f"types[{number}]": r"[a-z_]+(\.[a-z_]+){1,3}" for number in range(20)},
    }
)
"""The fields of forms and queries; each value must match as a whole."""

THINGS = "checkout/sessions|payment_intents|payment_methods|refunds|disputes|events"
PATH = rf"/v1/({THINGS})(/{NAME}(/(confirm|cancel|expire))?)?"
KEY = rf"{UUID}|(checkout|card|charge|refund)-({UUID}(-uncharged|-anew)?|{NAME}-[0-9]{{1,9}})"
"""An idempotency key: made by us of an identifier, or drawn by Stripe's library."""


def require_allowed(url: str, form: str, key: str | None) -> None:
    """Raise NotForStripe if a call would tell Stripe what is not on the list.

    `form` is the body as it is sent, `key` the idempotency key. The message names the field and
    never what stands in it.
    """
    address = urlsplit(url)
    if not re.fullmatch(PATH, address.path) or address.fragment:
        raise NotForStripe("an address")
    if key is not None and not re.fullmatch(KEY, key):
        raise NotForStripe("the idempotency key")
    for field, value in _fields(address.query) + _fields(form):
        if field not in FIELDS:
            raise NotForStripe("a field that is not on the list")
        if not re.fullmatch(FIELDS[field], value):
            raise NotForStripe(f"the value of {field}")


def _fields(form: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(form, keep_blank_values=True, strict_parsing=bool(form))
    except ValueError:
        raise NotForStripe("a form that cannot be read") from None
