"""What a caller may ask the stand-in for when it wants a card page.

The fields are those of https://docs.stripe.com/api/checkout/sessions/create as of 2026-10-28.endive
that a single payment, or a card to be kept, needs.
"""

from dataclasses import dataclass, field

from adapters.sandbox.stripe_errors import StripeRefusal
from adapters.sandbox.stripe_fields import Fields

PRICE = "line_items[0][price_data]"


@dataclass(frozen=True, slots=True, kw_only=True)
class CardPage:
    """A card page that may be made: every field is present and makes sense.

    `amount` is in minor units, nought on a page on which a card is only saved. `intent_metadata`
    is what the money, or the saving, is to carry.
    """

    mode: str = "payment"
    amount: int = 0
    currency: str
    product: str = "the shop"
    description: str = ""
    client_reference_id: str | None
    metadata: dict[str, str]
    customer: str | None = None
    customer_creation: str | None
    setup_future_usage: str | None = None
    intent_description: str | None = None
    intent_metadata: dict[str, str] = field(default_factory=dict)
    automatic_tax: bool = False
    success_url: str
    cancel_url: str

    @property
    def saves(self) -> bool:
        """Say whether the card is kept for the customer."""
        return self.mode == "setup" or self.setup_future_usage == "off_session"


def card_page(fields: Fields) -> CardPage:
    """Read a request for a card page, or raise StripeRefusal."""
    fields.only_cards()
    if fields.choice("mode", "payment", "setup") == "setup":
        return _page_to_save(fields)
    return _page_to_pay(fields)


def _page_to_pay(fields: Fields) -> CardPage:
    customer, creation = _buyer(fields)
    fields.choice_or_none(f"{PRICE}[tax_behavior]", "exclusive", "inclusive", "unspecified")
    fields.text(f"{PRICE}[product_data][tax_code]")
    return CardPage(
        amount=fields.whole(f"{PRICE}[unit_amount]") * fields.whole("line_items[0][quantity]"),
        currency=fields.currency(f"{PRICE}[currency]"),
        product=fields.required(f"{PRICE}[product_data][name]"),
        description=fields.text(f"{PRICE}[product_data][description]") or "",
        client_reference_id=fields.text("client_reference_id"),
        metadata=fields.pairs(),
        customer=customer,
        customer_creation=creation,
        setup_future_usage=fields.choice_or_none(
            "payment_intent_data[setup_future_usage]", "off_session", "on_session"
        ),
        intent_description=fields.text("payment_intent_data[description]"),
        intent_metadata=fields.pairs("payment_intent_data[metadata]"),
        automatic_tax=_taxed(fields, customer),
        success_url=fields.url("success_url"),
        cancel_url=fields.url("cancel_url"),
    )


def _page_to_save(fields: Fields) -> CardPage:
    customer, creation = _buyer(fields)
    return CardPage(
        mode="setup",
        currency=fields.currency("currency"),
        client_reference_id=fields.text("client_reference_id"),
        metadata=fields.pairs(),
        customer=customer,
        customer_creation=creation,
        intent_description=fields.text("setup_intent_data[description]"),
        intent_metadata=fields.pairs("setup_intent_data[metadata]"),
        success_url=fields.url("success_url"),
        cancel_url=fields.url("cancel_url"),
    )


def _buyer(fields: Fields) -> tuple[str | None, str | None]:
    """Return the customer who is known already, and whether a new one is to be made."""
    customer = fields.text("customer")
    creation = fields.choice_or_none("customer_creation", "always", "if_required")
    if customer and creation:
        raise StripeRefusal(
            "You may only specify one of these parameters: customer, customer_creation.",
            param="customer_creation",
        )
    return customer, None if customer else creation or "if_required"


def _taxed(fields: Fields, customer: str | None) -> bool:
    """Return whether tax is worked out, for which the page has to ask for an address."""
    asked = fields.truth("automatic_tax[enabled]")
    fields.choice_or_none("billing_address_collection", "auto", "required")
    updated = fields.choice_or_none("customer_update[address]", "auto", "never")
    if asked and customer and updated != "auto":
        raise StripeRefusal(
            "Automatic tax calculation in Checkout requires a valid address on the Customer. Add "
            "one, or set `customer_update[address]` to 'auto' to save the one entered in Checkout.",
            code="customer_tax_location_invalid",
            param="customer",
        )
    return asked
