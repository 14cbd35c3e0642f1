"""Money that bought nothing goes back by itself, once, and it is said so."""

import pytest

from domain.billing import BillingIsUnavailable
from domain.purchase import NoSuchPurchase
from tests.domain.people import (
    ADA,
    ADA_CAN_SIGN_IN,
    BEN,
    NOW,
    SAMPLE_DENTAL_IS_OPEN,
    given_the_paid_tier,
)
from tests.domain.purchases import (
    CARD,
    OTHER_PURCHASE,
    PURCHASE,
    REFERENCE,
    after_paying,
    card_of,
    card_saved,
    confirmed,
    paid_for_the_first_time,
    reference,
    refund_owed,
    refunded,
    registered_payer,
    session,
    settle,
    start,
)
from tests.domain.rules import Rules


def give_back(rules: Rules) -> int:
    return rules.purchasing.refund(OTHER_PURCHASE, at=NOW)


def two_paid(rules: Rules) -> None:
    after_paying(rules)
    start(rules, purchase_id=OTHER_PURCHASE)
    rules.billing.pay(session(OTHER_PURCHASE))


def test_of_two_purchases_that_were_both_paid_the_second_is_owed_back(rules: Rules) -> None:
    two_paid(rules)
    rules.when(lambda: settle(rules)).then(*paid_for_the_first_time())
    rules.when(lambda: settle(rules, BEN, OTHER_PURCHASE)).then(
        confirmed(OTHER_PURCHASE),
        refund_owed(OTHER_PURCHASE),
        card_saved(card_of(OTHER_PURCHASE)),
    )
    rules.when(lambda: settle(rules, BEN, OTHER_PURCHASE)).then()


def test_of_a_purchase_for_oneself_and_one_by_a_user_manager_the_second_is_owed_back(
    rules: Rules,
) -> None:
    rules.given(*SAMPLE_DENTAL_IS_OPEN, *ADA_CAN_SIGN_IN)
    after_paying(rules)
    start(rules, purchase_id=OTHER_PURCHASE, buyer_id=ADA, user_id=BEN)
    rules.billing.pay(session(OTHER_PURCHASE))
    settle(rules)
    rules.when(lambda: settle(rules, ADA, OTHER_PURCHASE)).then(
        confirmed(OTHER_PURCHASE, ADA),
        refund_owed(OTHER_PURCHASE, ADA),
        registered_payer(ADA),
        card_saved(card_of(OTHER_PURCHASE), ADA),
    )


def test_money_for_somebody_who_was_given_the_tier_meanwhile_is_owed_back(rules: Rules) -> None:
    after_paying(rules).given(given_the_paid_tier(BEN, at=NOW))
    rules.when(lambda: settle(rules)).then(
        confirmed(), refund_owed(), registered_payer(), card_saved(CARD)
    )


@pytest.mark.parametrize("lost_answers", [0, 1], ids=["failed", "failed, but it happened"])
def test_money_that_is_owed_goes_back_once_whatever_fails(rules: Rules, lost_answers: int) -> None:
    two_paid(rules)
    settle(rules)
    settle(rules, BEN, OTHER_PURCHASE)
    rules.billing.lost_answers, rules.billing.is_down = lost_answers, not lost_answers
    rules.when(lambda: give_back(rules)).refused(BillingIsUnavailable)
    rules.billing.is_down = False
    rules.when(lambda: give_back(rules)).then(refunded(OTHER_PURCHASE))
    rules.when(lambda: give_back(rules)).then()
    assert rules.billing.charged[reference(OTHER_PURCHASE)].refunded == 1000
    told = [one.kind for one in rules.billing.news if one.reference == reference(OTHER_PURCHASE)]
    assert told.count("charge.refunded") == 1


def test_money_that_bought_something_is_not_given_back(rules: Rules) -> None:
    after_paying(rules)
    settle(rules)
    rules.when(lambda: rules.purchasing.refund(PURCHASE, at=NOW)).then()
    assert rules.billing.charged[REFERENCE].refunded == 0


def test_there_is_nothing_to_give_back_of_what_was_never_bought(rules: Rules) -> None:
    rules.when(lambda: rules.purchasing.refund(PURCHASE, at=NOW)).refused(NoSuchPurchase)
