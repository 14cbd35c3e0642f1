"""Refunds and disputes at the stand-in: money goes back at most once."""

import pytest

from tests.adapters.stripe_shop import (
    INTENTS,
    charges,
    error_of,
    kept_card,
    kinds,
    looked_up,
    page_to_pay,
    paid,
    posts,
    session_of,
)
from tests.adapters.stripe_world import DECLINED_CARD, SECRET_KEY, stripe_world

REFUNDS = "/v1/refunds"
NEVER_TAKES_BACK = "4000 0000 0000 5126"
DISPUTED_CARD = "4000 0000 0000 0259"


@pytest.fixture
def world(tmp_path):
    with stripe_world(tmp_path / "stripe.sqlite") as world:
        yield world


def charge_of(world, intent: dict) -> dict:
    return looked_up(world, f"/v1/charges/{intent['latest_charge']}")


def refunds(world, intent: dict, key: str | None = None, **more: str):
    return posts(world, REFUNDS, {"payment_intent": intent["id"], **more}, key)


def judges(world, intent: dict, outcome: str, key: str | None = SECRET_KEY) -> int:
    order = {"payment_intent": intent["id"], "outcome": outcome}
    return world.asks("POST", "/sandbox/disputes", key=key, json=order).status_code


def dispute_of(world, intent: dict) -> dict:
    (found,) = looked_up(world, f"/v1/disputes?payment_intent={intent['id']}")["data"]
    return found


def test_a_payment_is_given_back_in_full_and_told(world):
    intent = paid(world)
    made = refunds(world, intent, reason="requested_by_customer", **{"metadata[why]": "7"}).json()
    assert (made["amount"], made["status"], made["metadata"]) == (1000, "succeeded", {"why": "7"})
    charge = charge_of(world, intent)
    assert (charge["amount_refunded"], charge["refunded"]) == (1000, True)
    assert kinds(world)[-3:] == ["refund.created", "charge.refunded", "refund.updated"]
    world.door.wait_for_one("charge.refunded")


def test_a_part_is_given_back_and_then_the_rest(world):
    intent = paid(world)
    refunds(world, intent, amount="400")
    charge = charge_of(world, intent)
    assert (charge["amount_refunded"], charge["refunded"]) == (400, False)
    assert refunds(world, intent).json()["amount"] == 600
    found = looked_up(world, f"{REFUNDS}?payment_intent={intent['id']}")["data"]
    assert [each["amount"] for each in found] == [600, 400]
    assert looked_up(world, f"{REFUNDS}/{found[0]['id']}") == found[0]


def test_a_bank_may_say_a_minute_later_that_it_takes_nothing_back(world):
    intent = paid(world, NEVER_TAKES_BACK)
    made = refunds(world, intent, amount="400").json()
    world.clock.advance(seconds=59)
    assert looked_up(world, f"{REFUNDS}/{made['id']}")["status"] == "succeeded"
    assert charge_of(world, intent)["amount_refunded"] == 400
    world.clock.advance(seconds=1)
    failed = looked_up(world, f"{REFUNDS}/{made['id']}")
    assert (failed["status"], failed["failure_reason"]) == ("failed", "expired_or_canceled_card")
    charge = charge_of(world, intent)
    assert (charge["amount_refunded"], charge["refunded"]) == (0, False)
    assert kinds(world)[-2:] == ["charge.refund.updated", "refund.failed"]
    world.door.wait_for_one("refund.failed", made["id"])


def test_other_banks_take_back_what_is_given_for_good(world):
    intent = paid(world)
    made = refunds(world, intent).json()
    world.clock.advance(days=1)
    assert looked_up(world, f"{REFUNDS}/{made['id']}")["status"] == "succeeded"
    assert "refund.failed" not in kinds(world)


def test_never_more_is_given_back_than_is_left(world):
    intent = paid(world)
    refunds(world, intent, amount="400")
    assert error_of(refunds(world, intent, amount="601"))["param"] == "amount"
    refunds(world, intent)
    assert error_of(refunds(world, intent))["code"] == "charge_already_refunded"
    assert charge_of(world, intent)["amount_refunded"] == 1000


def test_a_refund_is_repeated_under_its_key_and_made_once(world):
    intent = paid(world)
    first, second = [refunds(world, intent, "key-1", amount="400") for _ in range(2)]
    assert first.content == second.content
    assert charge_of(world, intent)["amount_refunded"] == 400


def test_what_was_never_paid_is_not_given_back(world):
    checkout = page_to_pay(world)
    world.submits(checkout, DECLINED_CARD)
    intent = session_of(world, checkout, "payment_intent")["payment_intent"]
    assert error_of(refunds(world, intent))["param"] == "payment_intent"
    by_charge = posts(world, REFUNDS, {"charge": intent["latest_charge"]})
    assert error_of(by_charge)["code"] == "charge_not_refundable"


def test_a_payment_that_does_not_exist_is_not_given_back(world):
    reply = refunds(world, {"id": "pi_nothing"})
    assert (reply.status_code, error_of(reply)["code"]) == (400, "resource_missing")


@pytest.mark.parametrize("form", [{}, {"payment_intent": "pi_1", "charge": "ch_1"}])
def test_a_refund_is_of_one_payment(world, form):
    assert error_of(posts(world, REFUNDS, form))["code"] == "parameter_missing"


def test_a_card_may_be_disputed_right_after_paying(world):
    intent = paid(world, DISPUTED_CARD)
    dispute = dispute_of(world, intent)
    assert (dispute["status"], dispute["amount"]) == ("needs_response", 1000)
    assert charge_of(world, intent)["disputed"]
    assert sorted(kinds(world)) == [
        "charge.dispute.created",
        "charge.dispute.funds_withdrawn",
        "checkout.session.completed",
        "payment_intent.succeeded",
    ]


def test_a_renewal_may_be_disputed_too(world):
    intent = charges(world, kept_card(world, DISPUTED_CARD)).json()
    assert dispute_of(world, intent)["payment_intent"] == intent["id"]


def test_what_is_disputed_is_not_given_back(world):
    intent = paid(world, DISPUTED_CARD)
    assert error_of(refunds(world, intent))["code"] == "charge_disputed"


@pytest.mark.parametrize(
    ("outcome", "told", "refund_status"),
    [
        ("won", ["charge.dispute.funds_reinstated", "charge.dispute.closed"], 200),
        ("lost", ["charge.dispute.funds_withdrawn", "charge.dispute.closed"], 400),
    ],
)
def test_a_dispute_is_won_or_lost(world, outcome, told, refund_status):
    intent = paid(world, DISPUTED_CARD)
    assert judges(world, intent, outcome) == 204
    assert dispute_of(world, intent)["status"] == outcome
    assert looked_up(world, f"/v1/disputes/{dispute_of(world, intent)['id']}")["status"] == outcome
    assert kinds(world)[-2:] == told
    world.door.wait_for_one("charge.dispute.closed", outcome)
    assert refunds(world, intent).status_code == refund_status


def test_a_dispute_can_be_opened_about_any_payment_once(world):
    intent = paid(world)
    assert judges(world, intent, "open") == 204
    assert judges(world, intent, "open") == 400
    assert dispute_of(world, intent)["status"] == "needs_response"


def test_a_dispute_is_settled_once(world):
    intent = paid(world, DISPUTED_CARD)
    assert judges(world, intent, "lost") == 204
    assert judges(world, intent, "won") == 400
    assert dispute_of(world, intent)["status"] == "lost"


def test_nobody_without_the_key_opens_or_settles_a_dispute(world):
    intent = paid(world)
    assert judges(world, intent, "open", key=None) == 401
    assert looked_up(world, f"/v1/disputes?payment_intent={intent['id']}")["data"] == []


@pytest.mark.parametrize("order", [{}, [], {"payment_intent": "pi_1", "outcome": "perhaps"}])
def test_a_judgement_that_does_not_exist_cannot_be_given(world, order):
    assert world.asks("POST", "/sandbox/disputes", json=order).status_code == 400


def test_a_refund_shows_its_payment_in_full_if_asked(world):
    intent = paid(world)
    made = refunds(world, intent, **{"expand[]": "payment_intent"}).json()
    assert made["payment_intent"] == looked_up(world, f"{INTENTS}/{intent['id']}")
