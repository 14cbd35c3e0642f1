"""How money becomes the paid tier: reported twice, late or in the wrong order, it counts once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from domain.billing import BillingIsUnavailable, Payment, Price
from domain.purchase import NoSuchPurchase, PaymentDiffers
from domain.tier import AlreadyPaid
from domain.user import User
from tests.domain.people import (
    BEN,
    BEN_IS_FREE,
    DORA,
    DORA_IS_ELSEWHERE,
    NOW,
)
from tests.domain.purchases import (
    IN_A_MONTH,
    IN_TWO_MONTHS,
    OTHER_PURCHASE,
    PAID,
    PURCHASE,
    SESSION,
    after_paying,
    at_the_card_page,
    paid,
    report,
    settle,
    start,
    started,
)
from tests.domain.rules import Rules
from tests.domain.together import all_at_once
from tests.scenario import fact


def test_money_that_moved_brings_the_paid_tier_for_a_month(rules: Rules) -> None:
    after_paying(rules)
    outcome = rules.when(lambda: settle(rules))
    outcome.then(*paid())
    assert outcome.answer == (True, rules.log.head())


def test_money_that_did_not_move_brings_nothing(rules: Rules) -> None:
    at_the_card_page(rules)
    outcome = rules.when(lambda: settle(rules))
    outcome.then()
    assert outcome.answer == (False, 0)


def test_a_declined_card_brings_nothing(rules: Rules) -> None:
    at_the_card_page(rules)
    body, signature = rules.billing.decline(SESSION)
    assert rules.billing.read_webhook(body, signature) is None
    assert settle(rules) == (False, 0)


def test_asking_before_there_is_a_card_page_answers_not_paid(rules: Rules) -> None:
    rules.given(*BEN_IS_FREE, started())
    outcome = rules.when(lambda: settle(rules))
    outcome.then()
    assert outcome.answer == (False, 0)


def test_asking_again_is_silent_and_needs_no_vendor(rules: Rules) -> None:
    after_paying(rules)
    settle(rules)
    rules.billing.is_down = True
    again = rules.when(lambda: settle(rules))
    again.then()
    assert again.answer == (True, 0)


def test_asking_a_vendor_that_is_down_changes_nothing(rules: Rules) -> None:
    after_paying(rules)
    rules.billing.is_down = True
    rules.when(lambda: settle(rules)).refused(BillingIsUnavailable)
    rules.billing.is_down = False
    rules.when(lambda: settle(rules)).then(*paid())


def test_an_answer_that_was_lost_is_asked_for_again(rules: Rules) -> None:
    after_paying(rules)
    rules.billing.lost_answers = 1
    rules.when(lambda: settle(rules)).refused(BillingIsUnavailable)
    rules.when(lambda: settle(rules)).then(*paid())


@pytest.mark.parametrize(
    ("buyer_id", "purchase_id"), [(DORA, PURCHASE), (BEN, OTHER_PURCHASE), (BEN, BEN)]
)
def test_nobody_learns_of_the_purchase_of_somebody_else(
    rules: Rules, buyer_id: UUID, purchase_id: UUID
) -> None:
    after_paying(rules)
    rules.given(*DORA_IS_ELSEWHERE)
    rules.when(lambda: settle(rules, buyer_id, purchase_id)).refused(NoSuchPurchase)


def test_a_webhook_brings_the_paid_tier_before_the_buyer_is_back(rules: Rules) -> None:
    after_paying(rules)
    payment = rules.billing.read_webhook(*rules.billing.pay(SESSION))
    assert payment == PAID
    outcome = rules.when(lambda: report(rules, PAID))
    outcome.then(*paid())
    assert outcome.answer == rules.log.head()


def test_a_purchase_is_paid_once_whatever_is_reported_twice(rules: Rules) -> None:
    after_paying(rules)
    report(rules)
    rules.when(lambda: report(rules)).then()
    rules.when(lambda: report(rules, replace(PAID, reference="pi_other"))).then()
    rules.when(lambda: settle(rules)).then()


def test_a_purchase_is_paid_once_when_webhook_and_return_meet(rules: Rules) -> None:
    after_paying(rules)
    rules.log.rivals.append(lambda: report(rules))
    outcome = rules.when(lambda: settle(rules))
    outcome.then(*paid())
    assert outcome.answer == (True, 0)


def test_a_purchase_is_paid_once_when_eight_reports_come_at_the_same_moment(
    rules: Rules,
) -> None:
    after_paying(rules)
    head = rules.log.head()
    assert all_at_once([lambda: report(rules)] * 8) == ["done"] * 8
    assert rules.facts(after=head) == [*paid()]


def test_money_may_move_before_the_card_page_is_recorded(rules: Rules) -> None:
    rules.given(*BEN_IS_FREE, started())
    rules.when(lambda: report(rules)).then(*paid())
    rules.when(lambda: start(rules)).refused(AlreadyPaid)


def test_no_payment_after_a_payment_changes_nothing(rules: Rules) -> None:
    after_paying(rules)
    report(rules)
    rules.when(lambda: report(rules, replace(PAID, paid=False, reference=None))).then()


@pytest.mark.parametrize(
    "payment",
    [replace(PAID, paid=False, reference=None), replace(PAID, reference=None)],
    ids=["not paid", "paid with nothing"],
)
def test_a_report_without_money_changes_nothing(rules: Rules, payment: Payment) -> None:
    at_the_card_page(rules)
    outcome = rules.when(lambda: report(rules, payment))
    outcome.then()
    assert outcome.answer == 0


def test_only_money_with_a_reference_makes_a_purchase_paid(rules: Rules) -> None:
    at_the_card_page(rules)
    rules.billing.payments[SESSION] = replace(PAID, reference=None)
    assert settle(rules) == (False, 0)


@pytest.mark.parametrize("price", [Price(999, "usd"), Price(1001, "usd"), Price(1000, "eur")])
def test_what_was_paid_is_what_was_asked_in_amount_and_currency(rules: Rules, price: Price) -> None:
    after_paying(rules)
    rules.when(lambda: report(rules, replace(PAID, price=price))).refused(PaymentDiffers)


@pytest.mark.parametrize(
    "payment",
    [replace(PAID, purchase_id=OTHER_PURCHASE), replace(PAID, session_id="cs_foreign")],
    ids=["unknown purchase", "foreign card page"],
)
def test_a_report_of_something_else_is_refused(rules: Rules, payment: Payment) -> None:
    after_paying(rules)
    rules.when(lambda: report(rules, payment)).refused(NoSuchPurchase)


def test_a_late_report_begins_the_term_when_it_comes(rules: Rules) -> None:
    after_paying(rules)
    last_of_january = datetime(2027, 1, 31, 9, 0, tzinfo=UTC)
    end = datetime(2027, 2, 28, 9, 0, tzinfo=UTC)
    rules.when(lambda: report(rules, at=last_of_january)).then(*paid(until=end, at=last_of_january))


def test_two_purchases_that_were_both_paid_bring_two_terms_one_after_the_other(
    rules: Rules,
) -> None:
    after_paying(rules)
    start(rules, purchase_id=OTHER_PURCHASE)
    rules.billing.pay(f"cs_memory_{OTHER_PURCHASE.hex}")
    rules.when(lambda: settle(rules)).then(*paid())
    rules.when(lambda: settle(rules, BEN, OTHER_PURCHASE)).then(
        *paid(OTHER_PURCHASE, IN_TWO_MONTHS)
    )


def test_who_pays_after_a_lapse_begins_a_new_term(rules: Rules) -> None:
    after_paying(rules)
    settle(rules)
    later = IN_A_MONTH + timedelta(days=10)
    start(rules, purchase_id=OTHER_PURCHASE, at=later)
    rules.billing.pay(f"cs_memory_{OTHER_PURCHASE.hex}")
    payment = rules.billing.payment(f"cs_memory_{OTHER_PURCHASE.hex}")
    rules.when(lambda: report(rules, payment, later)).then(
        *paid(OTHER_PURCHASE, datetime(2026, 5, 12, 9, 0, tzinfo=UTC), later)
    )


def test_a_payment_that_is_overtaken_is_recorded_all_the_same(rules: Rules) -> None:
    after_paying(rules)
    signed_in = fact(User.SignedIn, BEN, by=BEN, at=NOW)
    rules.log.rivals.append(lambda: rules.given(signed_in))
    rules.when(lambda: report(rules)).then(signed_in, *paid())
