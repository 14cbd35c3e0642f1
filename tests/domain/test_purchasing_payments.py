"""How money becomes the paid tier: reported twice, late or in the wrong order, it counts once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from domain.billing import BillingIsUnavailable, PageState, Payment, Price
from domain.purchase import NoSuchPurchase, PaymentDiffers, Purchase
from domain.purchase_life import PurchaseState
from domain.tier import AlreadyPaid
from domain.user import User
from tests.domain.people import BEN, BEN_IS_FREE, DORA, DORA_IS_ELSEWHERE, NOW
from tests.domain.purchases import (
    CARD,
    IN_A_MONTH,
    OTHER_PURCHASE,
    PAID,
    PURCHASE,
    SESSION,
    after_paying,
    at_the_card_page,
    card_of,
    card_saved,
    confirmed,
    happened,
    opened,
    paid_for_the_first_time,
    report,
    session,
    settle,
    start,
    started,
    term,
    tier,
)
from tests.domain.rules import Rules
from tests.domain.subscriptions import lapsed
from tests.domain.together import all_at_once
from tests.scenario import fact


def test_money_that_moved_brings_the_paid_tier_for_a_month(rules: Rules) -> None:
    after_paying(rules)
    outcome = rules.when(lambda: settle(rules))
    outcome.then(*paid_for_the_first_time())
    assert outcome.answer == (PurchaseState.PAID, rules.log.head())


def test_money_that_did_not_move_brings_nothing(rules: Rules) -> None:
    at_the_card_page(rules)
    outcome = rules.when(lambda: settle(rules))
    outcome.then()
    assert outcome.answer == (PurchaseState.OPEN, 0)


def test_a_declined_card_brings_nothing(rules: Rules) -> None:
    at_the_card_page(rules)
    rules.billing.decline(SESSION)
    assert settle(rules) == (PurchaseState.OPEN, 0)


def test_asking_before_there_is_a_card_page_answers_not_paid(rules: Rules) -> None:
    rules.given(*BEN_IS_FREE, started())
    outcome = rules.when(lambda: settle(rules))
    outcome.then()
    assert outcome.answer == (PurchaseState.STARTED, 0)


def test_asking_again_is_silent(rules: Rules) -> None:
    after_paying(rules)
    settle(rules)
    again = rules.when(lambda: settle(rules))
    again.then()
    assert again.answer == (PurchaseState.PAID, 0)


def test_asking_a_vendor_that_is_down_changes_nothing(rules: Rules) -> None:
    after_paying(rules)
    rules.billing.is_down = True
    rules.when(lambda: settle(rules)).refused(BillingIsUnavailable)
    rules.billing.is_down = False
    rules.when(lambda: settle(rules)).then(*paid_for_the_first_time())


def test_an_answer_that_was_lost_is_asked_for_again(rules: Rules) -> None:
    after_paying(rules)
    rules.billing.lost_answers = 1
    rules.when(lambda: settle(rules)).refused(BillingIsUnavailable)
    rules.when(lambda: settle(rules)).then(*paid_for_the_first_time())


@pytest.mark.parametrize(
    ("buyer_id", "purchase_id"), [(DORA, PURCHASE), (BEN, OTHER_PURCHASE), (BEN, BEN)]
)
def test_nobody_learns_of_the_purchase_of_somebody_else(
    rules: Rules, buyer_id: UUID, purchase_id: UUID
) -> None:
    after_paying(rules)
    rules.given(*DORA_IS_ELSEWHERE)
    rules.when(lambda: settle(rules, buyer_id, purchase_id)).refused(NoSuchPurchase)


def test_news_brings_the_paid_tier_before_the_buyer_is_back(rules: Rules) -> None:
    after_paying(rules)
    outcome = rules.when(lambda: rules.clearing.clear(PURCHASE, at=NOW))
    outcome.then(*paid_for_the_first_time())
    assert outcome.answer == rules.log.head()


def test_a_purchase_is_paid_once_whatever_is_reported_twice(rules: Rules) -> None:
    after_paying(rules)
    report(rules)
    rules.when(lambda: report(rules)).then()
    rules.when(lambda: settle(rules)).then()


def test_a_second_payment_under_another_name_is_not_passed_over_in_silence(rules: Rules) -> None:
    after_paying(rules)
    report(rules)
    other = replace(PAID, reference="pi_other")
    rules.when(lambda: report(rules, other)).refused(PaymentDiffers)


def test_a_purchase_is_paid_once_when_news_and_return_meet(rules: Rules) -> None:
    after_paying(rules)
    rules.log.rivals.append(lambda: report(rules))
    outcome = rules.when(lambda: settle(rules))
    outcome.then(*paid_for_the_first_time())
    assert outcome.answer == (PurchaseState.PAID, 0)


def test_a_purchase_is_paid_once_when_eight_reports_come_at_the_same_moment(
    rules: Rules,
) -> None:
    after_paying(rules)
    head = rules.log.head()
    assert all_at_once([lambda: report(rules)] * 8) == ["done"] * 8
    assert rules.facts(after=head) == [*paid_for_the_first_time()]


def test_money_may_move_before_the_card_page_is_recorded(rules: Rules) -> None:
    rules.given(*BEN_IS_FREE, started())
    payer_and_term, payment = paid_for_the_first_time()[:3], paid_for_the_first_time()[3:]
    rules.when(lambda: report(rules)).then(*payer_and_term, opened(), *payment)
    rules.when(lambda: start(rules)).refused(AlreadyPaid)


def test_no_payment_after_a_payment_changes_nothing(rules: Rules) -> None:
    after_paying(rules)
    report(rules)
    rules.when(lambda: report(rules, replace(PAID, reference=None))).then()


def test_a_page_on_which_nobody_paid_changes_nothing(rules: Rules) -> None:
    at_the_card_page(rules)
    unpaid = replace(PAID, page=PageState.OPEN, reference=None, card=None)
    outcome = rules.when(lambda: report(rules, unpaid))
    outcome.then()
    assert outcome.answer == 0


def test_a_page_whose_time_ran_out_is_closed(rules: Rules) -> None:
    at_the_card_page(rules).billing.expire(SESSION)
    rules.when(lambda: settle(rules)).then(happened(Purchase.CheckoutClosed))
    rules.when(lambda: settle(rules)).then()


@pytest.mark.parametrize("price", [Price(999, "usd"), Price(1001, "usd"), Price(1000, "eur")])
def test_what_was_paid_is_what_was_asked_in_amount_and_currency(rules: Rules, price: Price) -> None:
    after_paying(rules)
    rules.when(lambda: report(rules, replace(PAID, price=price))).refused(PaymentDiffers)


@pytest.mark.parametrize(
    "payment",
    [
        replace(PAID, purchase_id=OTHER_PURCHASE),
        Payment(PURCHASE, "cs_foreign", PageState.OPEN, None, PAID.price, None),
    ],
    ids=["unknown purchase", "foreign card page"],
)
def test_a_report_of_something_else_is_refused(rules: Rules, payment: Payment) -> None:
    after_paying(rules)
    rules.when(lambda: report(rules, payment)).refused(NoSuchPurchase)


def test_a_late_report_begins_the_term_when_it_comes(rules: Rules) -> None:
    after_paying(rules)
    last_of_january = datetime(2027, 1, 31, 9, 0, tzinfo=UTC)
    end = datetime(2027, 2, 28, 9, 0, tzinfo=UTC)
    rules.when(lambda: report(rules, at=last_of_january)).then(
        *paid_for_the_first_time(last_of_january, end)
    )


def test_who_pays_after_a_lapse_begins_a_new_term_in_one_step(rules: Rules) -> None:
    after_paying(rules)
    settle(rules)
    later, end = IN_A_MONTH + timedelta(days=10), datetime(2026, 5, 12, 9, 0, tzinfo=UTC)
    start(rules, purchase_id=OTHER_PURCHASE, at=later)
    rules.billing.pay(session(OTHER_PURCHASE))
    rules.when(lambda: settle(rules, BEN, OTHER_PURCHASE, later)).then(
        tier(OTHER_PURCHASE, end, at=later),
        lapsed(later),
        term(OTHER_PURCHASE, later, end, at=later),
        confirmed(OTHER_PURCHASE, at=later),
        card_saved(replace(card_of(OTHER_PURCHASE), customer=CARD.customer), at=later),
    )


def test_a_payment_that_is_overtaken_is_recorded_all_the_same(rules: Rules) -> None:
    after_paying(rules)
    signed_in = fact(User.SignedIn, BEN, by=BEN, at=NOW)
    rules.log.rivals.append(lambda: rules.given(signed_in))
    rules.when(lambda: report(rules)).then(signed_in, *paid_for_the_first_time())
