"""How a subscription goes on by itself: the saved card pays for the next term."""

from datetime import timedelta

import pytest

from domain.aggregate import CASHIER
from domain.billing import BillingIsUnavailable, ChargeState, Price
from domain.plan import Plan
from domain.subscription import NoSuchSubscription, Subscription
from tests.domain.people import BEN, BEN_IS_FREE, MOMENT, NOW
from tests.domain.purchases import (
    IN_A_MONTH,
    IN_TWO_MONTHS,
    confirmed,
    term,
    tier,
)
from tests.domain.rules import Rules
from tests.domain.subscriptions import (
    DUE,
    GRACE_ENDS,
    RENEWAL,
    RENEWAL_REFERENCE,
    charge_requested,
    charge_started,
    renewal_started,
    renewed,
    renewing,
    running,
    tier_ends,
)

FAULTS = ("before", "after")
NEXT_TERM = (
    tier(RENEWAL, IN_TWO_MONTHS, at=DUE),
    term(RENEWAL, IN_A_MONTH, IN_TWO_MONTHS, at=DUE),
    confirmed(RENEWAL, at=DUE),
)
WAYS_TO_FAIL = pytest.mark.parametrize(
    "lost_answers", [0, 1], ids=["failed", "failed, but it happened"]
)


def test_three_days_before_its_end_a_term_is_renewed_and_the_tier_is_kept_meanwhile(
    rules: Rules,
) -> None:
    running(rules)
    rules.when(lambda: rules.renewing.start(BEN, at=DUE - MOMENT)).then()
    rules.when(lambda: rules.renewing.start(BEN, at=DUE)).then(
        tier_ends(GRACE_ENDS, "renewing", DUE, by=CASHIER),
        renewal_started(),
        charge_started(),
        charge_requested(),
    )
    rules.when(lambda: rules.renewing.start(BEN, at=DUE)).then()


def test_two_cashiers_start_one_renewal(rules: Rules) -> None:
    running(rules).log.rivals.append(lambda: rules.renewing.start(BEN, at=DUE))
    appended = rules.when(lambda: rules.renewing.start(BEN, at=DUE)).appended
    assert appended.count(renewal_started()) == 1


def test_who_never_paid_is_not_renewed(rules: Rules) -> None:
    rules.given(*BEN_IS_FREE)
    rules.when(lambda: rules.renewing.start(BEN, at=DUE)).refused(NoSuchSubscription)


def test_the_saved_card_pays_for_the_next_term(rules: Rules) -> None:
    renewing(rules)
    rules.when(lambda: rules.renewing.charge(RENEWAL, at=DUE)).then(*NEXT_TERM)
    rules.when(lambda: rules.renewing.charge(RENEWAL, at=DUE)).then()
    charge = rules.billing.charged[RENEWAL_REFERENCE]
    assert (charge.state, charge.price) == (ChargeState.PAID, Price(1000, "usd"))


@WAYS_TO_FAIL
def test_a_charge_whose_outcome_is_unknown_is_looked_up_and_made_once(
    rules: Rules, lost_answers: int
) -> None:
    renewing(rules)
    rules.billing.fault = lambda call: None if call != "charge" else FAULTS[lost_answers]
    rules.when(lambda: rules.renewing.charge(RENEWAL, at=DUE)).refused(BillingIsUnavailable)
    rules.billing.fault = lambda _call: None
    rules.when(lambda: rules.renewing.charge(RENEWAL, at=DUE)).then(*NEXT_TERM)
    told = [one.kind for one in rules.billing.news if one.reference == RENEWAL_REFERENCE]
    assert told == ["payment_intent.succeeded"]


def test_a_charge_that_was_made_is_found_though_nobody_may_charge_any_more(rules: Rules) -> None:
    renewing(rules)
    rules.billing.fault = lambda call: "after" if call == "charge" else None
    rules.when(lambda: rules.renewing.charge(RENEWAL, at=DUE)).refused(BillingIsUnavailable)
    rules.billing.fault = lambda call: "before" if call == "charge" else None
    rules.when(lambda: rules.renewing.charge(RENEWAL, at=DUE)).then(*NEXT_TERM)


def test_a_charge_that_its_bank_has_not_decided_is_asked_for_again(rules: Rules) -> None:
    renewing(rules, "slow")
    rules.when(lambda: rules.renewing.charge(RENEWAL, at=DUE)).then()
    rules.billing.decide(RENEWAL_REFERENCE, paid=True)
    rules.when(lambda: rules.renewing.charge(RENEWAL, at=DUE)).then(*NEXT_TERM)


def test_none_is_renewed_before_the_one_before_it_is_settled(rules: Rules) -> None:
    renewing(rules).subscribing.cancel(user_id=BEN, payer_id=BEN, at=DUE)
    rules.subscribing.resume(user_id=BEN, payer_id=BEN, at=DUE)
    rules.when(lambda: rules.renewing.start(BEN, at=DUE)).then()
    rules.renewing.withdraw(RENEWAL, at=DUE)
    outcome = rules.when(lambda: rules.renewing.start(BEN, at=DUE))
    [started] = [one for one in outcome.appended if one.event is Subscription.RenewalStarted]
    assert started.payload["number"] == 2
    assert started.payload["purchase_id"] != RENEWAL


def test_a_running_term_keeps_its_price_unless_another_is_told_in_time(rules: Rules) -> None:
    running(rules)
    rules.pricing.offer(Plan("monthly", 1, Price(1200, "usd")), at=NOW)
    rules.when(lambda: rules.renewing.start(BEN, at=DUE)).then(
        tier_ends(GRACE_ENDS, "renewing", DUE, by=CASHIER),
        renewal_started(),
        charge_started(),
        charge_requested(),
    )


def test_a_price_that_was_told_in_time_is_charged(rules: Rules) -> None:
    running(rules)
    in_time = IN_A_MONTH - timedelta(days=10)
    rules.renewing.announce_price(BEN, Price(1200, "usd"), at=in_time)
    assert rules.renewing.announce_price(BEN, Price(1200, "usd"), at=in_time) == 0
    assert (
        charge_started(amount=1200)
        in rules.when(lambda: rules.renewing.start(BEN, at=DUE)).appended
    )


def test_a_term_that_was_renewed_runs_on(rules: Rules) -> None:
    renewed(rules)
    rules.when(lambda: rules.renewing.start(BEN, at=DUE)).then()
    rules.when(lambda: rules.renewing.lapse(BEN, at=IN_A_MONTH)).then()
