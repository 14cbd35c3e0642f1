"""Card pages at the stand-in for a buyer whom it knows, and what their money carries."""

from contextlib import closing
from urllib.parse import parse_qsl

import pytest

from adapters.stripe_billing import StripeBilling
from tests.adapters.stripe_shop import (
    SESSIONS,
    SHOP,
    charges,
    error_of,
    kept_card,
    kinds,
    looked_up,
    page_to_pay,
    posts,
    session_of,
)
from tests.adapters.stripe_world import FORM, SECRET_KEY, WEBHOOK_SECRET, stripe_world
from tests.contracts.billing_desk import ADAS_PURCHASE, TEN_DOLLARS, WAYS_OF_THE_SHOP

TAX = "txcd_10103001"
CUSTOMERS = "/v1/customers"
BACK = "http://shop.example/back?purchase=7"


@pytest.fixture
def world(tmp_path):
    with stripe_world(tmp_path / "stripe.sqlite") as world:
        yield world


def test_a_card_page_for_a_known_customer_keeps_another_card_for_her(world):
    kept = kept_card(world)
    checkout = page_to_pay(world, customer=kept["customer"], customer_creation="")
    assert session_of(world, checkout)["customer"] == kept["customer"]
    world.submits(checkout)
    session = session_of(world, checkout, "payment_intent.payment_method")
    method = session["payment_intent"]["payment_method"]
    assert (session["customer"], method["customer"]) == (kept["customer"], kept["customer"])
    assert method["id"] != kept["payment_method"]


def test_the_payment_of_a_card_page_carries_what_the_page_was_told(world):
    changed = {
        "payment_intent_data[metadata][purchase_id]": "7",
        "payment_intent_data[description]": "One month",
    }
    checkout = page_to_pay(world, **changed)
    world.submits(checkout)
    intent = session_of(world, checkout, "payment_intent")["payment_intent"]
    assert (intent["metadata"], intent["description"]) == ({"purchase_id": "7"}, "One month")


def test_a_page_that_is_taxed_has_to_learn_where_a_known_customer_lives(world):
    kept = kept_card(world)
    taxed = {
        "automatic_tax[enabled]": "true",
        "line_items[0][price_data][tax_behavior]": "inclusive",
        "line_items[0][price_data][product_data][tax_code]": "txcd_10103001",
        "customer": kept["customer"],
        "customer_creation": "",
    }
    form = {"mode": "payment"} | taxed
    with pytest.raises(KeyError):
        page_to_pay(world, **form)
    checkout = page_to_pay(world, **form, **{"customer_update[address]": "auto"})
    assert session_of(world, checkout)["automatic_tax"]["status"] == "requires_location_inputs"
    world.submits(checkout)
    session = session_of(world, checkout)
    assert (session["automatic_tax"]["status"], session["amount_total"]) == ("complete", 1000)


def test_a_page_is_for_a_known_customer_or_makes_one(world):
    kept = kept_card(world)
    reply = posts(
        world,
        SESSIONS,
        {
            "mode": "setup",
            "currency": "usd",
            "customer": kept["customer"],
            "customer_creation": "always",
        },
    )
    assert error_of(reply)["param"] == "customer_creation"


def test_a_page_for_a_customer_whom_nobody_knows_is_refused(world):
    form = {
        "mode": "setup",
        "currency": "usd",
        "customer": "cus_nobody",
        "success_url": BACK,
        "cancel_url": BACK,
    }
    assert error_of(posts(world, SESSIONS, form))["code"] == "resource_missing"


def deletes(world, customer: str):
    return world.asks("DELETE", f"{CUSTOMERS}/{customer}")


def test_a_customer_who_is_deleted_can_be_looked_up_and_is_told_of(world):
    customer = kept_card(world)["customer"]
    deleted = {"id": customer, "object": "customer", "deleted": True}
    assert deletes(world, customer).json() == deleted
    assert looked_up(world, f"{CUSTOMERS}/{customer}") == deleted
    assert kinds(world)[-1] == "customer.deleted"


def test_a_customer_who_is_deleted_buys_nothing_and_her_cards_are_detached(world):
    kept = kept_card(world)
    deletes(world, kept["customer"])
    form = FORM | SHOP | {"customer": kept["customer"], "customer_creation": ""}
    for refused in (posts(world, SESSIONS, form), charges(world, kept)):
        error = error_of(refused)
        assert (refused.status_code, error["code"]) == (400, "resource_missing")
        assert error["param"] == "customer"
    method = looked_up(world, f"/v1/payment_methods/{kept['payment_method']}")
    assert method["customer"] is None


@pytest.mark.parametrize("times", [0, 1])
def test_a_customer_is_deleted_once_and_if_there_is_one(world, times):
    customer = kept_card(world)["customer"] if times else "cus_nobody"
    for _ in range(times):
        deletes(world, customer)
    refused = deletes(world, customer)
    assert (refused.status_code, error_of(refused)["code"]) == (404, "resource_missing")


def test_a_taxed_buyer_whom_the_vendor_forgot_has_no_address_to_bring_up_to_date(world):
    customer = kept_card(world)["customer"]
    deletes(world, customer)
    known, calls = WAYS_OF_THE_SHOP | {"customer": customer}, len(world.line.calls)
    with closing(
        StripeBilling(SECRET_KEY, [WEBHOOK_SECRET], world.url, clock=world.clock, tax_code=TAX)
    ) as billing:
        billing.open_checkout(purchase_id=ADAS_PURCHASE, price=TEN_DOLLARS, **known)
    first, second = (dict(parse_qsl(call.body)) for call in world.line.calls[calls:])
    hers = {"customer": customer, "customer_update[address]": "auto"}
    assert set(first.items()) - set(second.items()) == set(hers.items())
    assert set(second.items()) - set(first.items()) == {("customer_creation", "always")}
