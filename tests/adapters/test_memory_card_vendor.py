"""What the card vendor in memory can do beyond the contract, for those who build on it."""

import pytest

from domain.billing import BillingIsUnavailable, ChargeState, Decline, Dispute, SavedCard
from tests.contracts.billing import ADAS_PURCHASE, BENS_PURCHASE, charged, opened
from tests.contracts.billing_desk import AFTER_CONFIRMING
from tests.doubles.billing import MemoryBilling
from tests.doubles.card_vendor import ThePageIsClosed


@pytest.fixture
def billing() -> MemoryBilling:
    return MemoryBilling()


def saved_card(billing: MemoryBilling, answer: str) -> SavedCard:
    session_id = opened(billing).session_id
    billing.pay(session_id, card=answer)
    return billing.payment(session_id).card


def test_names_are_foreseeable(billing):
    card = saved_card(billing, "good")
    own = ADAS_PURCHASE.hex
    assert list(billing.payments) == [f"cs_memory_{own}"]
    assert list(billing.charged) == [f"pi_memory_{own}"]
    assert (card.customer, card.method) == (f"cus_memory_{own}", f"pm_memory_{own}")


def test_a_call_can_fail_before_the_vendor_acts(billing):
    card = saved_card(billing, "good")
    billing.fault = {"charge": "before"}.get
    with pytest.raises(BillingIsUnavailable):
        charged(billing, card, BENS_PURCHASE)
    assert len(billing.all_charges()) == 1
    assert billing.find_charge(BENS_PURCHASE, customer=card.customer) is None


def test_a_call_can_fail_after_the_vendor_has_acted(billing):
    card = saved_card(billing, "good")
    billing.fault = {"charge": "after"}.get
    with pytest.raises(BillingIsUnavailable):
        charged(billing, card, BENS_PURCHASE)
    assert billing.find_charge(BENS_PURCHASE, customer=card.customer).state is ChargeState.PAID


def test_a_list_can_break_off_while_it_is_read(billing):
    saved_card(billing, "good")
    billing.fault = {"reports": "after"}.get
    past = iter(billing.reports(since=billing.clock()))
    assert next(past) == billing.news[0]
    with pytest.raises(BillingIsUnavailable):
        list(past)


def test_a_card_that_asks_once_is_good_from_then_on(billing):
    card = saved_card(billing, "needs-holder-once")
    reference = charged(billing, card, BENS_PURCHASE).reference
    billing.ask_holder(reference, card=card, return_url=AFTER_CONFIRMING)
    assert billing.holder_pages[reference].return_url == AFTER_CONFIRMING
    billing.confirm_as_holder(reference)
    assert billing.answers[card.method] == "good"


def test_what_a_card_answers_can_change(billing):
    card = saved_card(billing, "expired")
    charge = charged(billing, card, BENS_PURCHASE)
    assert charge.decline is Decline.EXPIRED
    billing.answer_with(card, "good")
    again = billing.charge_again(charge.reference, card=card, attempt=1)
    assert again.state is ChargeState.PAID


@pytest.mark.parametrize(
    ("paid", "state"), [(True, ChargeState.PAID), (False, ChargeState.DECLINED)]
)
def test_a_slow_charge_is_pending_until_the_bank_decides(billing, paid, state):
    charge = charged(billing, saved_card(billing, "slow"), BENS_PURCHASE)
    assert charge.state is ChargeState.PENDING
    assert billing.withdraw_charge(charge.reference) == charge
    billing.decide(charge.reference, paid=paid)
    assert billing.charge_of(charge.reference).state is state


def test_paying_twice_on_a_page_pays_once_and_says_the_same(billing):
    session_id = opened(billing).session_id
    assert billing.pay(session_id) == billing.pay(session_id)
    assert len(billing.news) == 2


def test_nobody_pays_on_a_page_that_is_closed(billing):
    session_id = opened(billing).session_id
    billing.expire(session_id)
    for act in (billing.pay, billing.decline):
        with pytest.raises(ThePageIsClosed):
            act(session_id)
    assert billing.all_charges() == []


def test_everything_that_happens_is_told_once_and_in_order(billing):
    reference = charged(billing, saved_card(billing, "good"), BENS_PURCHASE).reference
    billing.refund_in_dashboard(reference, 300)
    billing.open_dispute(reference)
    billing.close_dispute(reference, won=True)
    assert [report.kind for report in billing.news] == [
        "payment_intent.succeeded",
        "checkout.session.completed",
        "payment_intent.succeeded",
        "charge.refunded",
        "charge.dispute.created",
        "charge.dispute.funds_withdrawn",
        "charge.dispute.funds_reinstated",
        "charge.dispute.closed",
    ]
    assert [billing.read_webhook(*billing.webhook(one)) for one in billing.news] == billing.news


def test_all_charges_tell_what_was_taken_given_back_and_disputed(billing):
    card = saved_card(billing, "good")
    reference = charged(billing, card, BENS_PURCHASE).reference
    billing.refund_in_dashboard(reference, 300)
    billing.open_dispute(reference)
    first, second = billing.all_charges()
    assert [each.price.amount for each in (first, second)] == [1000, 1000]
    assert (first.refunded, second.refunded) == (0, 300)
    assert second.dispute is Dispute.OPEN
