"""A card is left at the stand-in without paying: Ada's old one expires."""

import pytest
from bs4 import BeautifulSoup

from tests.adapters.stripe_shop import (
    SAVING,
    SESSIONS,
    charges,
    error_of,
    kept_card,
    kinds,
    looked_up,
    page_to_save,
    posts,
    session_of,
)
from tests.adapters.stripe_world import DECLINED_CARD, stripe_world

ASKS_ALWAYS = "4000 0027 6000 3184"


@pytest.fixture
def world(tmp_path):
    with stripe_world(tmp_path / "stripe.sqlite") as world:
        yield world


@pytest.fixture
def customer(world):
    return kept_card(world)["customer"]


@pytest.fixture
def checkout(world, customer):
    changed = {"metadata[payer_id]": "7", "setup_intent_data[metadata][payer_id]": "7"}
    return page_to_save(world, customer=customer, **changed)


def setup_of(world, checkout) -> dict:
    return session_of(world, checkout, "setup_intent")["setup_intent"]


def page_of(reply) -> BeautifulSoup:
    return BeautifulSoup(reply.text, "html.parser")


def test_a_page_to_save_a_card_asks_for_no_money(world, checkout):
    reply = world.opens(checkout)
    page = page_of(reply)
    assert [button.get_text() for button in page.find_all("button")] == ["Save card"]
    assert page.find("h1").get_text() == "Save your card"
    assert page.find("title").get_text() == "Save card"
    assert "$" not in page.get_text()
    assert page.find("a", string="Back to the shop")["href"] == SAVING["cancel_url"]


def test_a_page_to_save_a_card_has_nothing_to_pay(world, checkout, customer):
    session = session_of(world, checkout)
    assert (session["mode"], session["payment_status"]) == ("setup", "no_payment_required")
    assert (session["amount_total"], session["currency"]) == (None, "usd")
    assert (session["customer"], session["metadata"]) == (customer, {"payer_id": "7"})
    assert setup_of(world, checkout)["status"] == "requires_payment_method"


def test_a_card_that_is_left_is_kept_for_the_customer_and_told(world, checkout, customer):
    reply = world.submits(checkout)
    assert (reply.status_code, reply.headers["Location"]) == (303, SAVING["success_url"])
    setup = setup_of(world, checkout)
    assert (setup["status"], setup["metadata"]) == ("succeeded", {"payer_id": "7"})
    card = looked_up(world, f"/v1/payment_methods/{setup['payment_method']}")
    assert card["customer"] == setup["customer"] == customer
    assert looked_up(world, f"/v1/setup_intents/{setup['id']}") == setup
    assert session_of(world, checkout)["status"] == "complete"
    assert kinds(world)[-2:] == ["setup_intent.succeeded", "checkout.session.completed"]
    assert charges(world, {"customer": customer, "payment_method": card["id"]}).status_code == 200


def test_a_card_that_the_bank_refuses_is_not_kept_and_another_may_be_left(world, checkout):
    reply = world.submits(checkout, DECLINED_CARD)
    alert = page_of(reply).find(role="alert").get_text().strip()
    assert (reply.status_code, alert) == (402, "Your card was declined.")
    setup = setup_of(world, checkout)
    assert (setup["status"], setup["last_setup_error"]["code"]) == (
        "requires_payment_method",
        "card_declined",
    )
    assert kinds(world)[-1] == "setup_intent.setup_failed"
    world.submits(checkout)
    assert setup_of(world, checkout)["status"] == "succeeded"


@pytest.mark.parametrize(
    ("outcome", "status", "state"),
    [("complete", 303, "succeeded"), ("fail", 402, "requires_payment_method")],
)
def test_a_bank_that_asks_is_answered_before_a_card_is_kept(
    world, checkout, outcome, status, state
):
    reply = world.submits(checkout, ASKS_ALWAYS)
    assert setup_of(world, checkout)["status"] == "requires_action"
    question = world.url + reply.headers["Location"]
    page = page_of(world.asks("GET", question.removeprefix(world.url), key=None))
    assert page.find("title").get_text() == "Confirm your card"
    assert world.posts(question, {"outcome": outcome}).status_code == status
    assert setup_of(world, checkout)["status"] == state


def test_leaving_a_card_twice_keeps_one(world, checkout):
    world.submits(checkout)
    first = setup_of(world, checkout)
    assert world.submits(checkout).headers["Location"] == SAVING["success_url"]
    assert setup_of(world, checkout) == first
    assert "Your card is saved" in world.opens(checkout).text


def test_a_page_to_save_a_card_closes_after_a_day(world, checkout):
    world.clock.advance(days=1)
    assert "Nothing was saved." in world.opens(checkout).text
    assert world.submits(checkout).status_code == 410
    assert setup_of(world, checkout)["status"] == "requires_payment_method"


@pytest.mark.parametrize(
    ("field", "value", "param"),
    [
        ("currency", "", "currency"),
        ("line_items[0][quantity]", "1", "line_items[0][quantity]"),
        ("payment_intent_data[description]", "x", "payment_intent_data[description]"),
    ],
)
def test_a_page_to_save_a_card_takes_no_fields_of_paying(world, field, value, param):
    error = error_of(posts(world, SESSIONS, SAVING | {field: value}))
    assert error["param"] == param
