"""Nothing but what is on the list ever goes to Stripe, whatever the callers of the adapter do."""

from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qsl, quote, urlencode
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.stripe_billing import StripeBilling
from adapters.stripe_fields import FIELDS, NotForStripe, require_allowed
from adapters.stripe_news import KINDS
from domain.billing import BillingIsUnavailable, Price, SavedCard
from domain.plan import Plan
from domain.plan_catalogue import require_usable
from tests.adapters.stripe_shop import accepts
from tests.adapters.stripe_world import (
    GOOD_CARD,
    SECRET_KEY,
    WEBHOOK_SECRET,
    Clock,
    Line,
    served,
    stripe_world,
)
from tests.contracts.billing import ADAS_PURCHASE, BENS_PURCHASE, charged, opened
from tests.contracts.billing_desk import (
    ADA,
    AFTER_CONFIRMING,
    CARD_WAYS_OF_THE_SHOP,
    TEN_DOLLARS,
    WAYS_OF_THE_SHOP,
)

TAX_CODE = "txcd_10103001"
EXAMPLE_URL = "https://api.stripe.com/v1/payment_intents"
CARD = SavedCard("cus_1", "pm_1", 2031, 4)
PERSONAL = st.one_of(
    st.sampled_from(
        [
            "Carla Rossi",
            "carla.rossi@people.example",
            "+12025550123",
            "Root canal, tooth 14",
            "SecureMail, monthly plan for Carla Rossi",
            "Main Street 5",
            "https://shop.example/inbox?name=Carla",
            "https://shop.example/patients/carla-rossi",
            "https://carla:rossi@shop.example/inbox",
            "https://shop.example/inbox#carla",
            "cus_Carla Rossi",
            "pm_1&metadata[name]=Carla",
            "../customers/cus_1?name=Carla",
            "1980-05-17",
        ]
    ),
    st.from_regex(r"[A-Z][a-z]{1,12} [A-Z][a-z]{1,12}", fullmatch=True),
    st.emails(),
)
CALLS = {
    "open_checkout": {"purchase_id": ADAS_PURCHASE, "price": TEN_DOLLARS} | WAYS_OF_THE_SHOP,
    "open_card_page": {"update_id": ADAS_PURCHASE, "payer_id": ADA, "customer": "cus_1"}
    | CARD_WAYS_OF_THE_SHOP,
    "charge": {
        "purchase_id": ADAS_PURCHASE,
        "price": TEN_DOLLARS,
        "description": "SecureMail, monthly plan",
        "card": CARD,
    },
    "find_charge": {"purchase_id": ADAS_PURCHASE, "customer": "cus_1"},
    "charge_again": {"reference": "pi_1", "card": CARD, "attempt": 1},
    "ask_holder": {"reference": "pi_1", "card": CARD, "return_url": AFTER_CONFIRMING},
    "refund": {"reference": "pi_1", "purchase_id": ADAS_PURCHASE},
    "withdraw_charge": {"reference": "pi_1"},
    "charge_of": {"reference": "pi_1"},
    "payment": {"session_id": "cs_1"},
    "close_checkout": {"session_id": "cs_1"},
    "card_update": {"session_id": "cs_1"},
    "card_face": {"card": CARD},
}
PLACES = [
    (call, name)
    for call, arguments in CALLS.items()
    for name in arguments
    if (call, name) != ("find_charge", "purchase_id")
]
"""Every argument that goes to Stripe."""


def is_allowed(form: str) -> bool:
    try:
        require_allowed(EXAMPLE_URL, form, None)
    except NotForStripe:
        return False
    return True


def spoilt(value: object, text: str) -> object:
    """Put a text into the place of a value, or of what it is made of."""
    if isinstance(value, Price):
        return replace(value, currency=text)
    if isinstance(value, SavedCard):
        return replace(value, customer=text, method=text)
    return text


def empty_list(_environ, start_response):
    """Answer as a vendor at whom nothing has happened yet."""
    start_response("200 OK", [("Content-Type", "application/json")])
    return [b'{"object": "list", "data": [], "has_more": false, "url": "/v1/things"}']


@pytest.fixture(scope="module")
def vendor():
    line = Line()
    line.app = empty_list
    with served(line) as url:
        billing = StripeBilling(SECRET_KEY, [WEBHOOK_SECRET], url, clock=Clock())
        yield billing, line
        billing.close()


@pytest.mark.parametrize(("call", "name"), PLACES)
@settings(max_examples=30)
@given(text=PERSONAL)
def test_no_argument_can_carry_anything_personal_to_the_vendor(vendor, call, name, text):
    billing, line = vendor
    arguments = CALLS[call] | {name: spoilt(CALLS[call][name], text)}
    with pytest.raises(NotForStripe) as mistake:
        getattr(billing, call)(**arguments)
    said = "".join(f"{each.path}{each.query}{each.body}{each.headers}" for each in line.calls)
    assert text not in said
    assert quote(text) not in said
    assert text not in str(mistake.value)


@pytest.mark.parametrize("call", CALLS)
def test_the_same_calls_without_anything_personal_are_made(vendor, call):
    billing, line = vendor
    before = len(line.calls)
    try:
        getattr(billing, call)(**CALLS[call])
    except BillingIsUnavailable:
        assert len(line.calls) > before


@pytest.mark.parametrize("form", ["name=Carla", "receipt_email=a%40b.example", "customer[email]=a"])
def test_a_field_that_is_not_on_the_list_is_refused(form):
    with pytest.raises(NotForStripe):
        require_allowed(EXAMPLE_URL, form, None)
    with pytest.raises(NotForStripe):
        require_allowed(f"{EXAMPLE_URL}?{form}", "", None)


@pytest.mark.parametrize("form", ["Carla Rossi", "&", "amount=1&Carla", "amount=1&amount=Carla"])
def test_what_is_no_form_is_refused(form):
    with pytest.raises(NotForStripe):
        require_allowed(EXAMPLE_URL, form, None)


@pytest.mark.parametrize(
    "path", ["/v1/Carla%20Rossi", "/v1/customers/carla", "/inbox", "/v1/a/../b"]
)
def test_an_address_that_is_not_the_vendors_is_refused(path):
    with pytest.raises(NotForStripe):
        require_allowed(f"https://api.stripe.com{path}", "", None)


@pytest.mark.parametrize(
    "key", ["Carla Rossi", "", "charge-carla", "charge-pi_1-1\n", "carla-pi_1-1"]
)
def test_a_key_that_says_something_is_refused(key):
    with pytest.raises(NotForStripe):
        require_allowed(EXAMPLE_URL, "", key)


@pytest.mark.parametrize(
    "origin", ["http://localhost:8000", "https://Portal.example", "http://[::1]:1"]
)
@pytest.mark.parametrize(
    "path",
    [
        f"/purchases/{ADA}/return",
        f"/purchases/{ADA}/cancelled",
        f"/billing/card/{ADA}",
        f"/billing/confirm/{ADA}/return",
    ],
)
def test_the_pages_to_which_a_buyer_comes_back_are_on_the_list(origin, path):
    for field in ("success_url", "cancel_url", "return_url"):
        assert is_allowed(urlencode({field: origin + path}))


@pytest.mark.parametrize("name", ["monthly", "annual", "x" * 20])
def test_every_plan_that_can_be_sold_may_be_told(name):
    plan = Plan(name, 1, TEN_DOLLARS)
    require_usable(plan)
    assert is_allowed(urlencode({"description": plan.description}))


def test_a_value_is_held_to_the_list_to_its_last_letter():
    with pytest.raises(NotForStripe):
        require_allowed(EXAMPLE_URL, "currency=usd%0A", None)


def test_the_list_allows_nothing_that_is_never_said(tmp_path):
    with stripe_world(tmp_path / "stripe.sqlite") as world:
        live_a_life_of_a_subscription(world)
    said = [
        field
        for call in world.line.calls
        if "HTTP_X_STRIPE_CLIENT_USER_AGENT" in call.headers
        for field, _ in parse_qsl(call.query) + parse_qsl(call.body)
    ]
    unused = {f"types[{number}]" for number in range(len(KINDS), 20)}
    assert set(said) == set(FIELDS) - unused


def live_a_life_of_a_subscription(world) -> None:
    """Make every call that there is, with everything that it may say."""
    url, clock = world.url, world.clock
    billing = StripeBilling(SECRET_KEY, [WEBHOOK_SECRET], url, clock=clock, tax_code=TAX_CODE)
    checkout = opened(billing)
    accepts(world, checkout, GOOD_CARD)
    card = billing.payment(checkout.session_id).card
    known = WAYS_OF_THE_SHOP | {"customer": card.customer}
    again = billing.open_checkout(purchase_id=BENS_PURCHASE, price=TEN_DOLLARS, **known)
    billing.close_checkout(again.session_id)
    page = billing.open_card_page(
        update_id=ADAS_PURCHASE, payer_id=ADA, customer=card.customer, **CARD_WAYS_OF_THE_SHOP
    )
    accepts(world, page, "4000 0027 6000 3184")
    asking = billing.card_update(page.session_id).card
    charge = charged(billing, asking, UUID(int=1))
    billing.ask_holder(charge.reference, card=asking, return_url=AFTER_CONFIRMING)
    billing.charge_again(charge.reference, card=card, attempt=1)
    billing.refund(charge.reference, purchase_id=UUID(int=1))
    list(billing.reports(since=clock()))
    for _ in range(100):
        world.asks("POST", "/v1/payment_intents", data={"amount": "1", "currency": "usd"})
    list(billing.charges(since=clock() - timedelta(days=1)))
    billing.close()
