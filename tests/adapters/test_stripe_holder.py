"""The holder of a saved card is asked by her bank, on a page of its own."""

import threading

import pytest
from bs4 import BeautifulSoup

from tests.adapters.stripe_shop import (
    INTENTS,
    charges,
    confirms,
    error_of,
    kept_card,
    kinds,
    looked_up,
    posts,
)
from tests.adapters.stripe_world import PATIENCE, stripe_world

ASKS_ALWAYS = "4000 0027 6000 3184"
ASKS_AND_HAS_NOTHING = "4000 0082 6000 3178"
BACK = "http://shop.example/back?purchase=7"


@pytest.fixture
def world(tmp_path):
    with stripe_world(tmp_path / "stripe.sqlite") as world:
        yield world


def declined(world, card: str) -> tuple[dict, dict[str, str]]:
    """Charge a card in vain; return the PaymentIntent and the card."""
    kept = kept_card(world, card)
    reply = charges(world, kept)
    assert reply.status_code == 402
    return error_of(reply)["payment_intent"], kept


def asked(world, card: str = ASKS_ALWAYS) -> tuple[dict, dict[str, str], str]:
    """Let the bank ask the holder; return the PaymentIntent, the card and the bank's page."""
    intent, kept = declined(world, card)
    intent = confirms(world, intent["id"], kept, return_url=BACK).json()
    return intent, kept, intent["next_action"]["redirect_to_url"]["url"]


def test_the_bank_asks_the_holder_on_a_page_of_its_own(world):
    intent, _, question = asked(world)
    assert intent["status"] == "requires_action"
    reply = world.asks("GET", question.removeprefix(world.url), key=None)
    page = BeautifulSoup(reply.text, "html.parser")
    assert [button.get_text() for button in page.find_all("button")] == ["Complete", "Fail"]
    assert page.find(class_="amount").get_text() == "$10.00"
    assert not page.find_all(["script", "style"])
    policy = reply.headers["Content-Security-Policy"]
    assert policy.endswith("form-action 'self' http://shop.example")
    assert kinds(world)[-1] == "payment_intent.requires_action"


def test_a_holder_who_confirms_has_paid_and_goes_back_to_the_shop(world):
    intent, _, question = asked(world)
    reply = world.posts(question, {"outcome": "complete"})
    assert reply.headers["Location"] == (
        f"{BACK}&payment_intent={intent['id']}"
        f"&payment_intent_client_secret={intent['client_secret']}&redirect_status=succeeded"
    )
    assert looked_up(world, f"{INTENTS}/{intent['id']}")["status"] == "succeeded"
    world.door.wait_for_one("payment_intent.succeeded")


@pytest.mark.parametrize(
    ("card", "outcome", "code"),
    [
        (ASKS_ALWAYS, "fail", "payment_intent_authentication_failure"),
        (ASKS_AND_HAS_NOTHING, "complete", "card_declined"),
    ],
)
def test_a_holder_who_does_not_confirm_or_has_no_money_goes_back_unpaid(world, card, outcome, code):
    intent, kept, question = asked(world, card)
    reply = world.posts(question, {"outcome": outcome})
    assert reply.headers["Location"].endswith("redirect_status=failed")
    intent = looked_up(world, f"{INTENTS}/{intent['id']}")
    assert (intent["status"], intent["last_payment_error"]["code"]) == (
        "requires_payment_method",
        code,
    )
    again = confirms(world, intent["id"], kept, return_url=BACK).json()
    assert again["status"] == "requires_action"


def test_a_holder_who_answers_many_times_pays_once(world):
    intent, _, question = asked(world)
    replies = []
    clicks = [
        threading.Thread(
            target=lambda: replies.append(world.posts(question, {"outcome": "complete"}))
        )
        for _ in range(4)
    ]
    for click in clicks:
        click.start()
    for click in clicks:
        click.join(PATIENCE)
    assert len({reply.headers["Location"] for reply in replies}) == 1
    assert kinds(world).count("payment_intent.succeeded") == 1
    page = world.asks("GET", question.removeprefix(world.url), key=None)
    assert "There is nothing to confirm any more" in page.text
    assert intent["id"] in page.text


def test_a_holder_who_comes_after_the_payment_was_cancelled_pays_nothing(world):
    intent, _, question = asked(world)
    posts(world, f"{INTENTS}/{intent['id']}/cancel", {})
    world.posts(question, {"outcome": "complete"})
    assert looked_up(world, f"{INTENTS}/{intent['id']}")["status"] == "canceled"


def test_nobody_sees_the_question_without_the_secret_of_the_payment(world):
    intent, _, question = asked(world)
    for secret in (intent["id"], f"{intent['id']}_secret_x"):
        reply = world.asks("GET", f"/c/confirm/{secret}", key=None)
        assert reply.status_code == 404
    assert question.endswith(intent["client_secret"])


def test_a_card_that_asks_needs_somewhere_for_its_holder_to_go(world):
    intent, kept = declined(world, ASKS_ALWAYS)
    reply = posts(
        world, f"{INTENTS}/{intent['id']}/confirm", {"payment_method": kept["payment_method"]}
    )
    assert error_of(reply)["param"] == "return_url"
