"""The paid tier of one person as it goes on."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from domain.aggregate import CARD_PROCESSOR, CASHIER
from domain.billing import Decline, Price
from domain.purchase import Purchase
from domain.renewal import GRACE
from domain.subscription import Subscription, SubscriptionIsOver, subscription_of
from domain.subscription_life import SubscriptionState
from domain.term import pay_term
from tests.domain.people import ADA, BEN, MOMENT, NOW
from tests.domain.purchases import IN_A_MONTH, PURCHASE, begun, started, term
from tests.domain.rules import Rules
from tests.domain.subscriptions import (
    BENS,
    DUE,
    GRACE_ENDS,
    RENEWAL,
    became,
    cancelled,
    lapsed,
    on_day,
    renewal_failed,
    renewal_started,
)
from tests.scenario import Fact

RUNNING = (begun(), term())
RENEWING = (*RUNNING, renewal_started())
PAST_DUE = (*RENEWING, renewal_failed())
ENDING = (*RUNNING, cancelled(NOW))
FREE = (*ENDING, lapsed(IN_A_MONTH))
ALL = {
    SubscriptionState.RUNNING: RUNNING,
    SubscriptionState.RENEWING: RENEWING,
    SubscriptionState.PAST_DUE: PAST_DUE,
    SubscriptionState.ENDING: ENDING,
    SubscriptionState.FREE: FREE,
}
RESUMED = became(Subscription.RenewalResumed, by=BEN, at=NOW, payer_id=BEN)


def tell(rules: Rules, command: Callable[[Subscription], object]) -> Callable[[], None]:
    def told() -> None:
        subscription = rules.now(Subscription, BENS)
        command(subscription)
        rules.log.save(subscription)

    return told


def announced(amount: int, at: datetime) -> Fact:
    facts = {"payer_id": BEN, "ends_at": IN_A_MONTH, "amount": amount, "currency": "usd"}
    return became(Subscription.RenewalPriceAnnounced, by=CASHIER, at=at, **facts)


def test_a_subscription_begins_free_and_under_the_name_of_its_person(rules: Rules) -> None:
    fresh = Subscription.begin(BEN, by=CARD_PROCESSOR, at=NOW)
    rules.when(lambda: rules.log.save(fresh)).then(begun())
    assert (fresh.id, fresh.state, fresh.lapses_at) == (
        subscription_of(BEN),
        SubscriptionState.FREE,
        None,
    )


@pytest.mark.parametrize("state", SubscriptionState)
def test_a_term_can_be_paid_in_every_state_and_lets_it_run(
    rules: Rules, state: SubscriptionState
) -> None:
    purchase = rules.given(*ALL[state], started()).now(Purchase, PURCHASE)
    pay = tell(rules, lambda it: pay_term(it, purchase, starts_at=NOW, at=NOW))
    rules.when(pay).then(term())
    now = rules.now(Subscription, BENS)
    assert (now.state, now.renewal_id, now.grace_ends_at) == (SubscriptionState.RUNNING, None, None)


@pytest.mark.parametrize("state", SubscriptionState)
def test_it_is_renewed_only_while_it_runs_and_when_it_is_time(
    rules: Rules, state: SubscriptionState
) -> None:
    now = rules.given(*ALL[state]).now(Subscription, BENS)
    runs = state is SubscriptionState.RUNNING
    assert (now.is_to_renew(DUE - MOMENT), now.is_to_renew(DUE)) == (False, runs)


def test_a_renewal_is_one_purchase_named_after_the_term_that_ends(rules: Rules) -> None:
    rules.given(*RUNNING)
    start = tell(rules, lambda it: it.start_renewal(at=DUE))
    rules.when(start).then(renewal_started())
    rules.when(start).then()
    assert rules.now(Subscription, BENS).renewal_id == RENEWAL


def test_the_next_term_is_the_same_again(rules: Rules) -> None:
    plan = rules.given(*RUNNING).now(Subscription, BENS).next_plan
    assert (plan.name, plan.months, plan.price) == ("monthly", 1, Price(1000, "usd"))


def test_another_price_holds_once_its_payer_was_told_in_time(rules: Rules) -> None:
    in_time = IN_A_MONTH - timedelta(days=10)
    rules.given(*RUNNING)
    tell_price = tell(rules, lambda it: it.announce_price(Price(1200, "usd"), at=in_time))
    rules.when(tell_price).then(announced(1200, in_time))
    rules.when(tell_price).then()
    assert rules.now(Subscription, BENS).next_plan.price == Price(1200, "usd")


@pytest.mark.parametrize("at", [NOW, DUE], ids=["too early", "too late"])
def test_another_price_that_was_not_told_in_time_does_not_hold(rules: Rules, at: datetime) -> None:
    rules.given(*RUNNING)
    rules.when(tell(rules, lambda it: it.announce_price(Price(1200, "usd"), at=at))).then()
    assert rules.now(Subscription, BENS).next_plan.price == Price(1000, "usd")


@pytest.mark.parametrize("state", [SubscriptionState.ENDING, SubscriptionState.FREE])
def test_whoever_does_not_renew_is_told_no_price(rules: Rules, state: SubscriptionState) -> None:
    in_time = IN_A_MONTH - timedelta(days=10)
    rules.given(*ALL[state])
    rules.when(tell(rules, lambda it: it.announce_price(Price(1200, "usd"), at=in_time))).then()


def test_grace_begins_with_the_first_refusal_and_is_not_made_longer_by_another(
    rules: Rules,
) -> None:
    rules.given(*RENEWING)
    for day in (0, 3):
        fail = tell(
            rules,
            lambda it, day=day: it.fail_renewal(Decline.DECLINED, announced=True, at=on_day(day)),
        )
        rules.when(fail).then(renewal_failed(day, at=on_day(day)))
    assert rules.now(Subscription, BENS).grace_ends_at == GRACE_ENDS


@pytest.mark.parametrize("state", SubscriptionState)
def test_a_card_is_tried_again_by_itself_only_in_grace(
    rules: Rules, state: SubscriptionState
) -> None:
    now = rules.given(*ALL[state]).now(Subscription, BENS)
    past_due = state is SubscriptionState.PAST_DUE
    assert [now.is_to_try_again(on_day(day)) for day in (0, 2, 3)] == [False, False, past_due]


def test_cancelling_ends_the_tier_with_what_is_paid_and_counts_once(rules: Rules) -> None:
    rules.given(*RUNNING)
    cancel = tell(rules, lambda it: it.cancel(by=BEN, at=NOW))
    rules.when(cancel).then(cancelled(NOW))
    rules.when(cancel).then()


def test_cancelling_in_grace_after_the_term_ends_the_tier_at_once(rules: Rules) -> None:
    late = IN_A_MONTH + timedelta(days=1)
    rules.given(*PAST_DUE)
    rules.when(tell(rules, lambda it: it.cancel(by=BEN, at=late))).then(cancelled(late, late))


def test_there_is_a_way_back_until_the_term_ends(rules: Rules) -> None:
    rules.given(*ENDING)
    over = tell(rules, lambda it: it.resume(by=BEN, at=IN_A_MONTH))
    rules.when(over).refused(SubscriptionIsOver)
    resume = tell(rules, lambda it: it.resume(by=BEN, at=NOW))
    rules.when(resume).then(RESUMED)
    rules.when(resume).then()
    assert rules.now(Subscription, BENS).state is SubscriptionState.RUNNING


def test_what_was_never_paid_is_not_resumed(rules: Rules) -> None:
    rules.given(begun())
    rules.when(tell(rules, lambda it: it.resume(by=BEN, at=NOW))).refused(SubscriptionIsOver)


@pytest.mark.parametrize(
    ("state", "end"),
    [
        (SubscriptionState.RUNNING, IN_A_MONTH + timedelta(days=7)),
        (SubscriptionState.PAST_DUE, GRACE_ENDS),
        (SubscriptionState.ENDING, IN_A_MONTH),
    ],
)
def test_it_lapses_when_nothing_is_left_that_is_paid_or_kept(
    rules: Rules, state: SubscriptionState, end: datetime
) -> None:
    rules.given(*ALL[state])
    assert rules.now(Subscription, BENS).lapses_at == end
    rules.when(tell(rules, lambda it: it.lapse(at=end - MOMENT))).then()
    lapse = tell(rules, lambda it: it.lapse(at=end))
    rules.when(lapse).then(lapsed(end))
    rules.when(lapse).then()


def test_while_a_card_is_charged_the_tier_is_kept_but_not_for_good(
    rules: Rules,
) -> None:
    now = rules.given(*RENEWING).now(Subscription, BENS)
    assert now.lapses_at == DUE + GRACE


def test_grace_that_ends_within_the_term_does_not_shorten_it(rules: Rules) -> None:
    early = renewal_failed()
    early.payload["grace_ends_at"] = IN_A_MONTH - timedelta(days=1)
    now = rules.given(*RENEWING, early).now(Subscription, BENS)
    assert now.lapses_at == IN_A_MONTH


def test_whoever_pays_for_the_last_term_is_the_payer(rules: Rules) -> None:
    rules.given(*RUNNING, term(RENEWAL, IN_A_MONTH, IN_A_MONTH, payer_id=ADA, at=DUE))
    assert rules.now(Subscription, BENS).payer_id == ADA
