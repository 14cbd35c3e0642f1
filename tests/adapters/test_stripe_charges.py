"""Charges off session at the stand-in: paid once, declined with a reason, or asked about."""

import pytest

from tests.adapters.stripe_shop import (
    INTENTS,
    charges,
    confirms,
    error_of,
    kept_card,
    kinds,
    looked_up,
    page_to_pay,
    paid,
    posts,
    session_of,
)
from tests.adapters.stripe_world import DECLINED_CARD, stripe_world

ASKS_AT_SETUP = "4000 0025 0000 3155"
ASKS_ALWAYS = "4000 0027 6000 3184"
ASKS_AND_HAS_NOTHING = "4000 0082 6000 3178"
DECLINED_LATER = "4000 0000 0000 0341"
BACK = "http://shop.example/back?purchase=7"


@pytest.fixture
def world(tmp_path):
    with stripe_world(tmp_path / "stripe.sqlite") as world:
        yield world


@pytest.fixture(scope="module")
def world_at_rest(tmp_path_factory):
    """Give one world to all tests that only see refusals, which change nothing."""
    with stripe_world(tmp_path_factory.mktemp("at rest") / "stripe.sqlite") as world:
        yield world


@pytest.fixture(scope="module")
def card_at_rest(world_at_rest):
    return kept_card(world_at_rest)


def charge_of(world, intent: dict) -> dict:
    return looked_up(world, f"{INTENTS}/{intent['id']}?expand[]=latest_charge")["latest_charge"]


def declined(world, card: str) -> tuple[dict, dict[str, str]]:
    """Charge a card in vain; return the PaymentIntent and the card."""
    kept = kept_card(world, card)
    reply = charges(world, kept)
    assert reply.status_code == 402
    return error_of(reply)["payment_intent"], kept


def test_a_kept_card_is_charged_while_its_holder_is_away(world):
    kept = kept_card(world)
    changed = {"description": "Renewal", "metadata[purchase_id]": "7"}
    intent = charges(world, kept, **changed).json()
    assert (intent["status"], intent["amount_received"]) == ("succeeded", 1000)
    assert (intent["description"], intent["metadata"]) == ("Renewal", {"purchase_id": "7"})
    assert looked_up(world, f"{INTENTS}/{intent['id']}") == intent
    charge = charge_of(world, intent)
    assert (charge["paid"], charge["metadata"]) == (True, {"purchase_id": "7"})
    assert charge["payment_method"] == kept["payment_method"]
    assert kinds(world)[-1] == "payment_intent.succeeded"


def test_a_card_that_was_confirmed_when_it_was_left_is_charged_without_asking(world):
    assert charges(world, kept_card(world, ASKS_AT_SETUP)).json()["status"] == "succeeded"


@pytest.mark.parametrize(
    ("card", "codes"),
    [
        (DECLINED_LATER, ("card_declined", "generic_decline")),
        (ASKS_ALWAYS, ("authentication_required", "authentication_required")),
        (ASKS_AND_HAS_NOTHING, ("card_declined", "insufficient_funds")),
    ],
)
def test_a_charge_that_fails_is_an_error_that_carries_the_payment(world, card, codes):
    kept = kept_card(world, card)
    reply = charges(world, kept)
    error = error_of(reply)
    intent = error["payment_intent"]
    assert (reply.status_code, error["type"]) == (402, "card_error")
    assert (error["code"], error["decline_code"]) == codes
    assert error["payment_method"]["id"] == kept["payment_method"]
    assert (intent["status"], intent["payment_method"]) == ("requires_payment_method", None)
    assert intent["last_payment_error"]["code"] == codes[0]
    assert looked_up(world, f"{INTENTS}/{intent['id']}") == intent
    assert charge_of(world, intent)["failure_code"] == codes[0]
    assert kinds(world)[-1] == "payment_intent.payment_failed"


def test_a_declined_charge_is_repeated_under_its_key_and_tried_once(world):
    kept = kept_card(world, DECLINED_LATER)
    first, second = charges(world, kept, "key-1"), charges(world, kept, "key-1")
    assert (second.status_code, second.content) == (402, first.content)
    assert second.headers["Idempotent-Replayed"] == "true"
    assert kinds(world).count("payment_intent.payment_failed") == 1


def test_a_declined_charge_can_be_paid_with_another_card_of_the_customer(world):
    intent, kept = declined(world, DECLINED_LATER)
    checkout = page_to_pay(world, customer=kept["customer"], customer_creation="")
    world.submits(checkout)
    good = session_of(world, checkout, "payment_intent")["payment_intent"]["payment_method"]
    again = confirms(world, intent["id"], {"payment_method": good}).json()
    assert (again["id"], again["status"]) == (intent["id"], "succeeded")
    assert again["last_payment_error"] is None


def test_a_payment_succeeds_at_most_once(world):
    kept = kept_card(world)
    intent = charges(world, kept).json()
    error = error_of(confirms(world, intent["id"], kept))
    assert error["code"] == "payment_intent_unexpected_state"
    assert error["payment_intent"]["status"] == "succeeded"
    assert kinds(world).count("payment_intent.succeeded") == 1


def test_a_payment_may_be_prepared_and_charged_later(world):
    kept = kept_card(world)
    form = {"amount": "1000", "currency": "usd", **kept}
    intent = posts(world, INTENTS, form).json()
    assert intent["status"] == "requires_confirmation"
    assert confirms(world, intent["id"], kept).json()["status"] == "succeeded"


def test_a_payment_without_a_card_cannot_be_charged(world):
    form = {"amount": "1000", "currency": "usd", "customer": kept_card(world)["customer"]}
    intent = posts(world, INTENTS, form).json()
    reply = confirms(world, intent["id"], {"payment_method": ""})
    assert error_of(reply)["code"] == "payment_intent_unexpected_state"


def test_a_payment_that_was_cancelled_can_never_be_paid(world):
    intent, kept = declined(world, DECLINED_LATER)
    cancelled = posts(world, f"{INTENTS}/{intent['id']}/cancel", {}).json()
    assert (cancelled["status"], cancelled["canceled_at"]) == (
        "canceled",
        world.clock().timestamp(),
    )
    assert confirms(world, intent["id"], kept).status_code == 400
    assert posts(world, f"{INTENTS}/{intent['id']}/cancel", {}).status_code == 400
    assert kinds(world)[-1] == "payment_intent.canceled"


def test_a_payment_that_succeeded_cannot_be_cancelled(world):
    intent = charges(world, kept_card(world)).json()
    reply = posts(world, f"{INTENTS}/{intent['id']}/cancel", {})
    assert (reply.status_code, error_of(reply)["code"]) == (400, "payment_intent_unexpected_state")
    assert looked_up(world, f"{INTENTS}/{intent['id']}")["status"] == "succeeded"


@pytest.mark.parametrize("verb", ["cancel", "confirm"])
def test_the_payment_of_a_card_page_is_left_to_the_page(world, verb):
    checkout = page_to_pay(world)
    world.submits(checkout, DECLINED_CARD)
    intent_id = session_of(world, checkout)["payment_intent"]
    reply = posts(world, f"{INTENTS}/{intent_id}/{verb}", {})
    assert "Checkout Session" in error_of(reply)["message"]


def test_a_card_of_a_page_that_keeps_nothing_cannot_be_charged_again(world):
    checkout = page_to_pay(world, **{"payment_intent_data[setup_future_usage]": ""})
    world.submits(checkout)
    intent = session_of(world, checkout, "payment_intent")["payment_intent"]
    once = {"customer": intent["customer"], "payment_method": intent["payment_method"]}
    assert error_of(charges(world, once))["code"] == "payment_method_unexpected_state"


def test_a_card_is_not_charged_for_another_customer(world):
    kept, other = kept_card(world), kept_card(world)
    reply = charges(world, other | {"payment_method": kept["payment_method"]})
    assert error_of(reply)["code"] == "payment_method_unexpected_state"


def test_a_kept_card_is_good_to_the_end_of_its_month(world):
    kept = kept_card(world)
    world.clock.time = world.clock().replace(year=2031, month=4, day=30)
    assert charges(world, kept).status_code == 200
    world.clock.advance(days=1)
    assert error_of(charges(world, kept))["code"] == "expired_card"


def test_a_kept_card_can_be_looked_up_with_its_expiry(world):
    kept = kept_card(world, "5555 5555 5555 4444")
    card = looked_up(world, f"/v1/payment_methods/{kept['payment_method']}")
    assert (card["card"]["brand"], card["card"]["last4"]) == ("mastercard", "4444")
    assert (card["card"]["exp_year"], card["card"]["exp_month"]) == (2031, 4)
    path = f"/v1/customers/{kept['customer']}/payment_methods/{kept['payment_method']}"
    assert looked_up(world, path) == card
    reply = world.asks("GET", f"/v1/customers/cus_no/payment_methods/{kept['payment_method']}")
    assert reply.status_code == 404


def test_payments_are_listed_by_customer_and_time_newest_first(world):
    kept, other = kept_card(world), kept_card(world)
    made = [charges(world, kept).json()["id"]]
    charges(world, other)
    world.clock.advance(days=1)
    made += [charges(world, kept).json()["id"] for _ in range(2)]
    now = int(world.clock().timestamp())

    def listed(query: str) -> list[str]:
        found = looked_up(world, f"{INTENTS}?customer={kept['customer']}&{query}")
        return [each["id"] for each in found["data"]]

    assert listed("limit=100") == made[::-1]
    assert listed(f"created[gte]={now}") == made[:0:-1]
    assert listed(f"created[lt]={now}") == made[:1]
    assert listed(f"starting_after={made[2]}&limit=1") == [made[1]]
    assert len(looked_up(world, INTENTS)["data"]) == 4


def test_a_listed_payment_shows_its_charge_in_full(world):
    intent = charges(world, kept_card(world)).json()
    (found,) = looked_up(world, f"{INTENTS}?expand[]=data.latest_charge")["data"]
    assert found == intent | {"latest_charge": charge_of(world, intent)}


@pytest.mark.parametrize(
    ("changed", "param"),
    [
        ({"amount": "0"}, "amount"),
        ({"amount": "9.99"}, "amount"),
        ({"currency": "dollars"}, "currency"),
        ({"customer": "cus_nobody"}, "customer"),
        ({"payment_method": "pm_nothing"}, "payment_method"),
        ({"off_session": "perhaps"}, "off_session"),
        ({"confirm": "false"}, "off_session"),
        ({"payment_method_types[0]": "card"}, "payment_method_types"),
        (
            {
                "automatic_payment_methods[enabled]": "true",
                "allowed_payment_method_types[0]": "card",
            },
            "automatic_payment_methods",
        ),
        ({"receipt_email": "ada@example.org"}, "receipt_email"),
        ({"expand[]": "payment_method.color"}, "expand"),
    ],
)
def test_a_charge_that_makes_no_sense_is_refused(world_at_rest, card_at_rest, changed, param):
    before = looked_up(world_at_rest, INTENTS)
    reply = charges(world_at_rest, card_at_rest, **changed)
    error = error_of(reply)
    assert (reply.status_code, error["type"]) == (400, "invalid_request_error")
    assert error["param"] == param
    assert looked_up(world_at_rest, INTENTS) == before


@pytest.mark.parametrize(
    "ways",
    [
        {"allowed_payment_method_types[0]": "card"},
        {
            "automatic_payment_methods[enabled]": "true",
            "automatic_payment_methods[allow_redirects]": "never",
        },
    ],
)
def test_a_charge_may_name_the_ways_to_pay(world, ways):
    assert charges(world, kept_card(world), **ways).status_code == 200


def test_money_that_a_page_took_is_seen_like_any_other(world):
    intent = paid(world)
    assert charge_of(world, intent)["payment_intent"] == intent["id"]
    charge = looked_up(world, f"/v1/charges/{intent['latest_charge']}")
    assert (charge["amount"], charge["amount_refunded"]) == (1000, 0)
    assert (charge["refunded"], charge["disputed"]) == (False, False)
