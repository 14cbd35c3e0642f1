"""How a purchase begins: from "Buy Now" to the card page, and how a page is closed in time."""

from datetime import timedelta
from uuid import UUID

import pytest

from domain.billing import BillingIsUnavailable, Checkout, PageState, Price
from domain.practice import NotAUserManager
from domain.purchase import NoSuchPurchase, Purchase
from domain.purchase_life import PurchaseState
from domain.purchasing import PurchaseIsOver
from domain.tier import AlreadyPaid, PatientsAreNeverCharged
from domain.user import User
from tests.domain.people import (
    ADA,
    ADA_CAN_SIGN_IN,
    ADA_PAYS,
    BEN,
    BEN_IS_FREE,
    BEN_WAS_INVITED,
    CARLA,
    CARLA_IS_A_PATIENT,
    DORA,
    DORA_IS_ELSEWHERE,
    EMIL,
    NOW,
    SAMPLE_DENTAL_IS_OPEN,
    given_the_paid_tier,
)
from tests.domain.purchases import (
    CARD,
    OTHER_PURCHASE,
    PURCHASE,
    SESSION,
    after_paying,
    at_the_card_page,
    card_saved,
    happened,
    named,
    opened,
    registered_payer,
    start,
    started,
)
from tests.domain.rules import Rules
from tests.domain.subscriptions import DUE, past_due
from tests.scenario import fact


def test_a_purchase_is_recorded_before_and_after_the_card_page_is_made(rules: Rules) -> None:
    rules.given(*BEN_IS_FREE)
    outcome = rules.when(lambda: start(rules))
    outcome.then(started(), opened())
    assert outcome.answer == Checkout(SESSION, f"https://cards.example/{SESSION}")
    assert rules.billing.asked[SESSION] == (
        Price(1000, "usd"),
        "SecureMail, monthly plan",
        "https://portal.example/back",
        "https://portal.example/away",
        None,
    )


def test_starting_again_is_silent_and_gives_the_same_card_page(rules: Rules) -> None:
    at_the_card_page(rules)
    again = rules.when(lambda: start(rules))
    again.then()
    assert again.answer == Checkout(SESSION, f"https://cards.example/{SESSION}")


def test_a_double_click_on_buy_starts_one_purchase(rules: Rules) -> None:
    rules.given(*BEN_IS_FREE)
    rules.log.rivals.append(lambda: start(rules))
    rules.when(lambda: start(rules)).then(started(), opened())


def test_patients_are_never_charged(rules: Rules) -> None:
    rules.given(*SAMPLE_DENTAL_IS_OPEN, *ADA_CAN_SIGN_IN, *CARLA_IS_A_PATIENT)
    rules.when(lambda: start(rules, buyer_id=CARLA)).refused(PatientsAreNeverCharged)
    assert rules.billing.asked == {}


def test_nothing_is_bought_for_a_patient_either(rules: Rules) -> None:
    rules.given(*SAMPLE_DENTAL_IS_OPEN, *ADA_CAN_SIGN_IN, *CARLA_IS_A_PATIENT)
    rules.when(lambda: start(rules, buyer_id=ADA, user_id=CARLA)).refused(PatientsAreNeverCharged)


def test_a_user_manager_buys_for_a_colleague(rules: Rules) -> None:
    rules.given(*SAMPLE_DENTAL_IS_OPEN, *ADA_CAN_SIGN_IN, *BEN_IS_FREE)
    rules.when(lambda: start(rules, buyer_id=ADA, user_id=BEN)).then(
        started(buyer_id=ADA), named(BEN, by=ADA), opened(buyer_id=ADA)
    )
    rules.when(lambda: start(rules, buyer_id=ADA, user_id=BEN)).then()


def test_nothing_is_bought_for_a_colleague_whose_invitation_was_withdrawn(rules: Rules) -> None:
    withdrawn = fact(User.InvitationWithdrawn, BEN, by=ADA, at=NOW)
    rules.given(*SAMPLE_DENTAL_IS_OPEN, *ADA_CAN_SIGN_IN, *BEN_WAS_INVITED, withdrawn)
    rules.when(lambda: start(rules, buyer_id=ADA, user_id=BEN)).refused(NoSuchPurchase)


def test_nobody_else_buys_for_a_colleague(rules: Rules) -> None:
    rules.given(*SAMPLE_DENTAL_IS_OPEN, *ADA_CAN_SIGN_IN, *BEN_IS_FREE)
    rules.when(lambda: start(rules, buyer_id=BEN, user_id=ADA)).refused(NotAUserManager)


@pytest.mark.parametrize("user_id", [DORA, EMIL], ids=["elsewhere", "unknown"])
def test_a_user_manager_does_not_learn_of_people_elsewhere(rules: Rules, user_id: UUID) -> None:
    rules.given(*SAMPLE_DENTAL_IS_OPEN, *ADA_CAN_SIGN_IN, *DORA_IS_ELSEWHERE)
    rules.when(lambda: start(rules, buyer_id=ADA, user_id=user_id)).refused(NoSuchPurchase)


def test_a_purchase_for_one_person_does_not_become_one_for_another(rules: Rules) -> None:
    rules.given(*SAMPLE_DENTAL_IS_OPEN, *ADA_CAN_SIGN_IN, *BEN_IS_FREE)
    start(rules, buyer_id=ADA, user_id=BEN)
    rules.when(lambda: start(rules, buyer_id=ADA)).refused(NoSuchPurchase)


def test_who_paid_before_keeps_her_name_at_the_vendor(rules: Rules) -> None:
    rules.given(*BEN_IS_FREE, registered_payer(), card_saved())
    start(rules)
    assert rules.billing.asked[SESSION].customer == CARD.customer


def test_who_has_the_paid_tier_buys_nothing(rules: Rules) -> None:
    rules.given(*ADA_PAYS)
    rules.when(lambda: start(rules, buyer_id=ADA)).refused(AlreadyPaid)
    assert rules.billing.asked == {}


def test_while_a_card_was_refused_and_the_tier_is_only_kept_there_is_something_to_buy(
    rules: Rules,
) -> None:
    past_due(rules)
    rules.when(lambda: start(rules, purchase_id=OTHER_PURCHASE, at=DUE)).then(
        started(OTHER_PURCHASE, at=DUE), opened(OTHER_PURCHASE, at=DUE)
    )


def test_who_was_given_the_tier_meanwhile_buys_nothing_though_a_card_was_refused(
    rules: Rules,
) -> None:
    past_due(rules).given(given_the_paid_tier(BEN, at=DUE))
    rules.when(lambda: start(rules, purchase_id=OTHER_PURCHASE, at=DUE)).refused(AlreadyPaid)


def test_a_page_that_would_buy_nothing_any_more_is_closed_before_anybody_pays(
    rules: Rules,
) -> None:
    at_the_card_page(rules).given(given_the_paid_tier(BEN))
    rules.when(lambda: rules.purchasing.close(PURCHASE, at=NOW)).then(
        happened(Purchase.CheckoutClosed)
    )
    assert rules.billing.payments[SESSION].page is PageState.CLOSED
    rules.when(lambda: rules.purchasing.close(PURCHASE, at=NOW)).then()


def test_a_page_that_buys_something_stays_open(rules: Rules) -> None:
    at_the_card_page(rules)
    rules.when(lambda: rules.purchasing.close(PURCHASE, at=NOW)).then()
    assert rules.billing.payments[SESSION].page is PageState.OPEN


def test_whoever_was_quicker_than_the_closing_gets_her_money_back(rules: Rules) -> None:
    after_paying(rules).given(given_the_paid_tier(BEN))
    rules.when(lambda: rules.purchasing.close(PURCHASE, at=NOW))
    assert rules.now(Purchase, PURCHASE).state is PurchaseState.REFUND_OWED


def test_a_page_that_was_closed_is_not_opened_again(rules: Rules) -> None:
    at_the_card_page(rules).billing.expire(SESSION)
    rules.clearing.clear(PURCHASE, at=NOW)
    rules.when(lambda: start(rules)).refused(PurchaseIsOver)


def test_a_purchase_without_a_page_needs_no_closing(rules: Rules) -> None:
    rules.given(*BEN_IS_FREE, started()).billing.is_down = True
    rules.when(lambda: rules.purchasing.close(PURCHASE, at=NOW)).then()
    rules.when(lambda: rules.purchasing.close(OTHER_PURCHASE, at=NOW)).refused(NoSuchPurchase)


@pytest.mark.parametrize("lost_answers", [0, 1], ids=["failed", "failed, but it happened"])
def test_a_closing_that_failed_is_made_good_later(rules: Rules, lost_answers: int) -> None:
    at_the_card_page(rules).given(given_the_paid_tier(BEN))
    rules.billing.lost_answers, rules.billing.is_down = lost_answers, not lost_answers
    rules.when(lambda: rules.purchasing.close(PURCHASE, at=NOW)).refused(BillingIsUnavailable)
    rules.billing.is_down = False
    later = NOW + timedelta(minutes=1)
    rules.when(lambda: rules.purchasing.close(PURCHASE, at=later)).then(
        happened(Purchase.CheckoutClosed, at=later)
    )


def test_who_does_not_exist_buys_nothing(rules: Rules) -> None:
    rules.when(lambda: start(rules, buyer_id=EMIL)).refused(NoSuchPurchase)


def test_nobody_goes_to_the_card_page_of_somebody_else(rules: Rules) -> None:
    at_the_card_page(rules)
    rules.given(*DORA_IS_ELSEWHERE)
    rules.when(lambda: start(rules, buyer_id=DORA)).refused(NoSuchPurchase)


def test_a_purchase_survives_a_vendor_that_is_down(rules: Rules) -> None:
    rules.given(*BEN_IS_FREE).billing.is_down = True
    rules.when(lambda: start(rules)).refused(BillingIsUnavailable, started())
    rules.billing.is_down = False
    rules.when(lambda: start(rules)).then(opened())


def test_a_purchase_survives_an_answer_that_was_lost(rules: Rules) -> None:
    rules.given(*BEN_IS_FREE).billing.lost_answers = 1
    rules.when(lambda: start(rules)).refused(BillingIsUnavailable, started())
    rules.when(lambda: start(rules)).then(opened())
    assert list(rules.billing.asked) == [SESSION]
