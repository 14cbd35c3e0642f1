"""How Stripe's words become ours, also those that its stand-in never says."""

from datetime import UTC, datetime

import pytest

from adapters.stripe_answers import card_update_of, charge_of, face_of, payment_of
from domain.billing import Charge, ChargeState, Decline, Dispute, PageState, Price
from tests.contracts.billing import ADAS_PURCHASE
from tests.contracts.billing_desk import ADA

AT = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
INTENT = {
    "id": "pi_1",
    "amount": 1000,
    "currency": "usd",
    "created": int(AT.timestamp()),
    "metadata": {"purchase_id": str(ADAS_PURCHASE)},
    "status": "succeeded",
}
CARD = {"brand": "visa", "last4": "4242", "exp_year": 2031, "exp_month": 4}
METHOD = {"id": "pm_1", "card": CARD}
SESSION = {
    "id": "cs_1",
    "amount_total": 1000,
    "currency": "usd",
    "customer": "cus_1",
    "metadata": {"purchase_id": str(ADAS_PURCHASE), "payer_id": str(ADA)},
    "payment_intent": {"id": "pi_1", "payment_method": METHOD},
    "payment_status": "paid",
    "setup_intent": {"id": "seti_1", "payment_method": METHOD},
    "status": "complete",
}
NOTHING_UNDERSTOOD = (KeyError, TypeError, ValueError)


def without(thing: dict, name: str) -> dict:
    return {key: value for key, value in thing.items() if key != name}


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("succeeded", ChargeState.PAID),
        ("requires_payment_method", ChargeState.DECLINED),
        ("requires_action", ChargeState.NEEDS_HOLDER),
        ("processing", ChargeState.PENDING),
        ("requires_confirmation", ChargeState.PENDING),
        ("requires_capture", ChargeState.PENDING),
        ("canceled", ChargeState.WITHDRAWN),
    ],
)
def test_every_state_of_a_payment_intent_is_a_state_of_a_charge(status, state):
    charge = charge_of(INTENT | {"status": status})
    assert charge.state is state
    assert (charge.decline is not None) == (state is ChargeState.DECLINED)


@pytest.mark.parametrize(
    ("error", "decline"),
    [
        ({"code": "expired_card"}, Decline.EXPIRED),
        ({"code": "authentication_required"}, Decline.NEEDS_HOLDER),
        ({"code": "payment_intent_authentication_failure"}, Decline.NEEDS_HOLDER),
        ({"code": "card_declined", "decline_code": "insufficient_funds"}, Decline.DECLINED),
        ({"code": "a_code_of_next_year"}, Decline.DECLINED),
        ({"code": None}, Decline.DECLINED),
        ({}, Decline.DECLINED),
        (None, Decline.DECLINED),
    ],
)
def test_every_error_of_a_card_is_a_reason_for_its_payer(error, decline):
    intent = INTENT | {"status": "requires_payment_method", "last_payment_error": error}
    assert charge_of(intent).decline is decline


def test_the_error_of_an_earlier_try_is_no_decline_once_the_charge_is_paid():
    paid = INTENT | {"last_payment_error": {"code": "card_declined"}}
    assert charge_of(paid).decline is None


@pytest.mark.parametrize(
    ("statuses", "dispute"),
    [
        ([], None),
        (["needs_response"], Dispute.OPEN),
        (["warning_needs_response"], Dispute.OPEN),
        (["under_review"], Dispute.OPEN),
        (["a_status_of_next_year"], Dispute.OPEN),
        (["won"], Dispute.WON),
        (["warning_closed"], Dispute.WON),
        (["lost"], Dispute.LOST),
        (["prevented"], Dispute.LOST),
        (["won", "needs_response"], Dispute.OPEN),
        (["won", "needs_response", "lost"], Dispute.LOST),
    ],
)
def test_the_disputes_of_a_charge_are_as_bad_as_the_worst(statuses, dispute):
    disputes = [{"status": status} for status in statuses]
    assert charge_of(INTENT, disputes=disputes).dispute is dispute


@pytest.mark.parametrize(
    ("statuses", "refunded"),
    [
        ([], 0),
        (["succeeded"], 400),
        (["pending", "requires_action", "succeeded"], 1200),
        (["a_status_of_next_year"], 400),
        (["failed"], 0),
        (["canceled"], 0),
        (["failed", "succeeded"], 400),
    ],
)
def test_what_was_given_back_are_all_refunds_but_those_that_came_back(statuses, refunded):
    refunds = [{"amount": 400, "status": status} for status in statuses]
    assert charge_of(INTENT, refunds=refunds).refunded == refunded


@pytest.mark.parametrize("refund", [{"amount": 400}, {"amount": "400", "status": "succeeded"}])
def test_a_refund_that_cannot_be_understood_is_an_error(refund):
    with pytest.raises(NOTHING_UNDERSTOOD):
        charge_of(INTENT, refunds=[refund])


def test_a_charge_bears_the_moment_at_which_it_was_begun():
    price = Price(1000, "usd")
    assert charge_of(INTENT) == Charge(ADAS_PURCHASE, "pi_1", ChargeState.PAID, price, AT)


@pytest.mark.parametrize(
    "wrong",
    [
        without(INTENT, "status"),
        INTENT | {"status": "a_status_of_next_year"},
        INTENT | {"id": None},
        INTENT | {"amount": "1000"},
        INTENT | {"amount": True},
        INTENT | {"currency": ""},
        INTENT | {"created": 10**30},
        INTENT | {"created": None},
    ],
)
def test_a_payment_intent_that_cannot_be_understood_is_an_error(wrong):
    with pytest.raises(NOTHING_UNDERSTOOD):
        charge_of(wrong)


@pytest.mark.parametrize(
    ("status", "page"),
    [("open", PageState.OPEN), ("complete", PageState.COMPLETE), ("expired", PageState.CLOSED)],
)
def test_every_state_of_a_session_is_a_state_of_a_page(status, page):
    assert payment_of(SESSION | {"status": status}).page is page


def test_a_page_that_is_complete_while_its_money_is_on_its_way_is_not_paid():
    payment = payment_of(SESSION | {"payment_status": "unpaid"})
    assert (payment.page, payment.paid, payment.card) == (PageState.COMPLETE, False, None)


@pytest.mark.parametrize(
    "wrong",
    [
        without(SESSION, "payment_status"),
        SESSION | {"status": "a_status_of_next_year"},
        SESSION | {"payment_intent": None},
        SESSION | {"payment_intent": "pi_1"},
        SESSION | {"payment_intent": {"id": "pi_1", "payment_method": "pm_1"}},
        SESSION | {"customer": None},
        SESSION | {"metadata": {}},
        SESSION | {"amount_total": None},
    ],
)
def test_a_paid_session_that_cannot_be_understood_is_an_error(wrong):
    with pytest.raises(NOTHING_UNDERSTOOD):
        payment_of(wrong)


@pytest.mark.parametrize("customer", ["cus_1", {"id": "cus_1", "object": "customer"}])
def test_a_customer_may_be_a_name_or_the_whole_of_her(customer):
    update = card_update_of(SESSION | {"customer": customer})
    assert (update.card.customer, update.card.method) == ("cus_1", "pm_1")


def test_a_page_for_a_card_of_nobody_is_an_error():
    with pytest.raises(NOTHING_UNDERSTOOD):
        card_update_of(SESSION | {"metadata": {}})


@pytest.mark.parametrize("field", ["brand", "last4", "exp_year", "exp_month"])
def test_a_card_without_a_face_is_an_error(field):
    with pytest.raises(NOTHING_UNDERSTOOD):
        face_of({"card": without(CARD, field)})
