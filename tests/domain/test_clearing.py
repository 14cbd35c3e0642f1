"""What the card vendor says of money becomes facts, with their effect on the tier."""

from dataclasses import replace
from datetime import datetime, timedelta

from domain.aggregate import CARD_PROCESSOR
from domain.billing import Price
from domain.purchase import NoSuchPurchase, PaymentDiffers, Purchase
from domain.subscription import Subscription
from tests.domain.people import BEN, BEN_IS_FREE, NOW, given_the_paid_tier
from tests.domain.purchases import (
    IN_A_MONTH,
    OTHER_PURCHASE,
    PURCHASE,
    REFERENCE,
    SESSION,
    confirmed,
    happened,
    opened,
    reference,
    refund_owed,
    refunded,
    session,
    settle,
    start,
    started,
)
from tests.domain.rules import Rules
from tests.domain.subscriptions import (
    BENS,
    DUE,
    RENEWAL,
    RENEWAL_REFERENCE,
    cancelled,
    given_up,
    past_due,
    renewing,
    running,
    tier_ends,
    withdrawn,
)
from tests.scenario import Fact, fact

WAYS = {"return_url": "https://back.example", "cancel_url": "https://away.example"}
A_WEEK_LATER = NOW + timedelta(days=7)
DISPUTED = happened(Purchase.DisputeOpened, at=A_WEEK_LATER)


def clear(rules: Rules, at: datetime = A_WEEK_LATER) -> int:
    return rules.clearing.clear(PURCHASE, at=at)


def revoked() -> Fact:
    facts = {
        "purchase_id": PURCHASE,
        "payer_id": BEN,
        "months": 1,
        "starts_at": NOW,
        "cut_at": A_WEEK_LATER,
        "ends_at": A_WEEK_LATER,
    }
    return fact(Subscription.TermRevoked, BENS, by=CARD_PROCESSOR, at=A_WEEK_LATER, **facts)


def test_money_that_went_back_ends_its_term(rules: Rules) -> None:
    running(rules).billing.refund_in_dashboard(REFERENCE)
    rules.when(lambda: clear(rules)).then(
        tier_ends(A_WEEK_LATER, "revoked", A_WEEK_LATER),
        revoked(),
        refunded(at=A_WEEK_LATER),
    )
    rules.when(lambda: clear(rules)).then()


def test_a_part_of_the_money_that_went_back_ends_nothing(rules: Rules) -> None:
    running(rules).billing.refund_in_dashboard(REFERENCE, 250)
    part = happened(Purchase.PartlyRefunded, at=A_WEEK_LATER, buyer_id=BEN, refunded=250)
    rules.when(lambda: clear(rules)).then(part)
    rules.when(lambda: clear(rules)).then()


def test_while_a_bank_decides_the_tier_stays_and_nothing_further_is_charged(rules: Rules) -> None:
    running(rules).billing.open_dispute(REFERENCE)
    rules.when(lambda: clear(rules)).then(cancelled(A_WEEK_LATER, by=CARD_PROCESSOR), DISPUTED)
    rules.when(lambda: clear(rules)).then()


def test_a_dispute_that_was_won_leaves_the_money_and_the_term(rules: Rules) -> None:
    running(rules).billing.open_dispute(REFERENCE)
    clear(rules)
    rules.billing.close_dispute(REFERENCE, won=True)
    rules.when(lambda: clear(rules)).then(happened(Purchase.DisputeWon, at=A_WEEK_LATER))


def test_a_dispute_that_was_lost_ends_the_term(rules: Rules) -> None:
    running(rules).billing.open_dispute(REFERENCE)
    rules.billing.close_dispute(REFERENCE, won=False)
    rules.when(lambda: clear(rules)).then(
        tier_ends(A_WEEK_LATER, "revoked", A_WEEK_LATER),
        revoked(),
        happened(Purchase.DisputeLost, at=A_WEEK_LATER, buyer_id=BEN),
    )


def test_money_that_bought_nothing_is_still_owed_after_a_dispute_was_won(rules: Rules) -> None:
    running(rules)
    start_other_and_pay(rules)
    rules.billing.open_dispute(reference(OTHER_PURCHASE))
    settle(rules, purchase_id=OTHER_PURCHASE)
    rules.billing.close_dispute(reference(OTHER_PURCHASE), won=True)
    rules.when(lambda: settle(rules, purchase_id=OTHER_PURCHASE)).then(
        happened(Purchase.DisputeWon, OTHER_PURCHASE), refund_owed(OTHER_PURCHASE)
    )


def start_other_and_pay(rules: Rules) -> None:
    """Let Ben pay on a page that he had open before, which buys nothing any more."""
    rules.given(started(OTHER_PURCHASE))
    ask = {"price": Price(1000, "usd"), "description": "a page", "customer": None}
    rules.billing.open_checkout(purchase_id=OTHER_PURCHASE, **ask, **WAYS)
    rules.billing.pay(session(OTHER_PURCHASE))
    rules.clearing.record_payment(rules.billing.payment(session(OTHER_PURCHASE)), at=NOW)


def test_a_refund_of_a_term_that_is_over_leaves_the_one_that_goes_on_alone(rules: Rules) -> None:
    past_due(rules).billing.refund_in_dashboard(REFERENCE)
    over = IN_A_MONTH + timedelta(days=1)
    rules.when(lambda: clear(rules, over)).then(refunded(at=over))


def test_money_that_went_back_gives_up_the_renewal_as_well(rules: Rules) -> None:
    renewing(rules).billing.refund_in_dashboard(REFERENCE)
    assert given_up(CARD_PROCESSOR, DUE) in rules.when(lambda: clear(rules, DUE)).appended


def test_a_charge_that_the_vendor_withdrew_is_forgotten_and_the_tier_ends_with_what_is_paid(
    rules: Rules,
) -> None:
    past_due(rules).billing.withdraw_charge(RENEWAL_REFERENCE)
    rules.when(lambda: rules.clearing.clear(RENEWAL, at=DUE)).then(
        tier_ends(IN_A_MONTH, "cancelled", DUE),
        cancelled(DUE, by=CARD_PROCESSOR),
        given_up(CARD_PROCESSOR, DUE),
        withdrawn(DUE),
    )


def test_a_refusal_counts_only_as_the_answer_to_a_try(rules: Rules) -> None:
    past_due(rules).renewing.retry(BEN, by=BEN, at=DUE)
    rules.when(lambda: rules.clearing.clear(RENEWAL, at=DUE)).then()


def test_a_renewal_for_who_was_given_the_tier_meanwhile_goes_back_and_is_the_last(
    rules: Rules,
) -> None:
    renewing(rules).given(given_the_paid_tier(BEN, at=DUE))
    rules.when(lambda: rules.renewing.charge(RENEWAL, at=DUE)).then(
        tier_ends(IN_A_MONTH, "cancelled", DUE),
        cancelled(DUE, by=CARD_PROCESSOR),
        confirmed(RENEWAL, at=DUE),
        refund_owed(RENEWAL, at=DUE),
    )


def test_whoever_pays_anew_in_grace_gives_up_the_refused_charge(rules: Rules) -> None:
    past_due(rules)
    start(rules, purchase_id=OTHER_PURCHASE, at=DUE)
    rules.billing.pay(session(OTHER_PURCHASE))
    outcome = rules.when(lambda: settle(rules, purchase_id=OTHER_PURCHASE, at=DUE))
    assert given_up(CARD_PROCESSOR, DUE) in outcome.appended
    [bought] = [one for one in outcome.appended if one.event is Subscription.TermPaid]
    assert bought.payload["starts_at"] == IN_A_MONTH


def test_more_money_back_than_was_paid_is_not_passed_over(rules: Rules) -> None:
    running(rules)
    charge = replace(rules.billing.charged[REFERENCE], refunded=1001)
    rules.when(lambda: rules.clearing.record_charge(charge, at=NOW)).refused(PaymentDiffers)


def test_money_of_nobody_here_is_refused(rules: Rules) -> None:
    rules.billing.sell_elsewhere()
    elsewhere = rules.billing.charged["pi_memory_elsewhere"]
    rules.when(lambda: rules.clearing.record_charge(elsewhere, at=NOW)).refused(NoSuchPurchase)
    rules.when(lambda: clear(rules)).refused(NoSuchPurchase)


def test_a_page_is_looked_up_by_the_name_that_was_reported_if_we_were_cut_off(
    rules: Rules,
) -> None:
    rules.given(*BEN_IS_FREE, started())
    ask = {"price": Price(1000, "usd"), "description": "a page", "customer": None}
    rules.billing.open_checkout(purchase_id=PURCHASE, **ask, **WAYS)
    rules.billing.pay(SESSION)
    rules.when(lambda: rules.clearing.clear(PURCHASE, at=NOW)).then()
    outcome = rules.when(lambda: rules.clearing.clear(PURCHASE, at=NOW, session_id=SESSION))
    assert opened() in outcome.appended
    assert confirmed() in outcome.appended
