"""Card pages at the stand-in for a buyer whom it knows, and what their money carries."""

import pytest

from tests.adapters.stripe_shop import (
    SESSIONS,
    error_of,
    kept_card,
    page_to_pay,
    posts,
    session_of,
)
from tests.adapters.stripe_world import stripe_world

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
