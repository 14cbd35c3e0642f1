"""What becomes of a subscription whose card was refused: tried again, given up, over."""

from datetime import timedelta

import pytest

from domain.aggregate import CASHIER
from domain.billing import BillingIsUnavailable, ChargeState, SavedCard
from domain.erasure import Erasure, erasure_of
from domain.purchase import Purchase
from domain.subscription import Subscription
from domain.subscription_life import SubscriptionState
from domain.user import User
from tests.domain.people import ADA, BEN, BEN_IS_FREE, MOMENT, NOW
from tests.domain.purchases import (
    CARD,
    IN_A_MONTH,
    IN_TWO_MONTHS,
    PURCHASE,
    begun,
    card_saved,
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
    cancelled,
    charge_requested,
    given_up,
    lapsed,
    on_day,
    past_due,
    payment_failed,
    renewal_failed,
    renewing,
    running,
    tier_ends,
    withdrawn,
)
from tests.scenario import Fact, fact

FAULTS = ("before", "after")
OTHER_CARD = SavedCard(CARD.customer, "pm_other", 2032, 5)
WAYS_TO_FAIL = pytest.mark.parametrize(
    "lost_answers", [0, 1], ids=["failed", "failed, but it happened"]
)


@pytest.mark.parametrize(
    ("answer", "decline"),
    [("declined", "declined"), ("expired", "expired"), ("needs-holder", "needs-holder")],
)
def test_a_refused_card_begins_the_grace_and_is_told_to_its_payer(
    rules: Rules, answer: str, decline: str
) -> None:
    renewing(rules, answer)
    rules.when(lambda: rules.renewing.charge(RENEWAL, at=DUE + timedelta(hours=1))).then(
        tier_ends(GRACE_ENDS + timedelta(hours=1), "grace", DUE + timedelta(hours=1)),
        later(renewal_failed(decline=decline)),
        payment_failed(decline, at=DUE + timedelta(hours=1)),
    )


def later(failed: Fact) -> Fact:
    """Return a refusal an hour later, with its grace."""
    ends = GRACE_ENDS + timedelta(hours=1)
    return Fact(
        failed.event,
        failed.of,
        failed.by,
        failed.at + timedelta(hours=1),
        failed.payload | {"grace_ends_at": ends},
    )


@pytest.mark.parametrize(("day", "tried"), [(2, False), (3, True), (6, True)])
def test_in_grace_the_card_is_tried_again_by_itself_on_its_days(
    rules: Rules, day: int, *, tried: bool
) -> None:
    past_due(rules)
    again = [charge_requested(1, at=on_day(day))] if tried else []
    rules.when(lambda: rules.renewing.try_again(BEN, at=on_day(day))).then(*again)
    rules.when(lambda: rules.renewing.try_again(BEN, at=on_day(day))).then()


def test_a_card_that_is_refused_again_does_not_make_the_grace_longer(rules: Rules) -> None:
    past_due(rules).renewing.try_again(BEN, at=on_day(3))
    rules.when(lambda: rules.renewing.charge(RENEWAL, at=on_day(3))).then(
        renewal_failed(3, at=on_day(3)), payment_failed(at=on_day(3))
    )


def test_who_has_the_card_tried_herself_is_not_told_by_mail_that_it_was_refused(
    rules: Rules,
) -> None:
    past_due(rules)
    rules.when(lambda: rules.renewing.retry(BEN, by=BEN, at=on_day(1))).then(
        charge_requested(1, by=BEN, at=on_day(1))
    )
    rules.when(lambda: rules.renewing.charge(RENEWAL, at=on_day(1))).then(
        renewal_failed(1, announced=False, at=on_day(1)), payment_failed(at=on_day(1))
    )


def test_another_card_is_tried_at_once_and_pays_for_the_next_term(rules: Rules) -> None:
    past_due(rules).given(card_saved(OTHER_CARD, at=on_day(1)))
    rules.when(lambda: rules.renewing.retry(BEN, by=BEN, at=on_day(1))).then(
        charge_requested(1, OTHER_CARD, by=BEN, at=on_day(1))
    )
    rules.when(lambda: rules.renewing.charge(RENEWAL, at=on_day(1))).then(
        tier(RENEWAL, IN_TWO_MONTHS, at=on_day(1)),
        term(RENEWAL, IN_A_MONTH, IN_TWO_MONTHS, at=on_day(1)),
        confirmed(RENEWAL, at=on_day(1)),
    )


def test_another_card_is_tried_at_once_even_if_nobody_asks_for_it(rules: Rules) -> None:
    past_due(rules).given(card_saved(OTHER_CARD))
    try_again = lambda: rules.renewing.try_again(BEN, at=on_day(1))  # noqa: E731 - said twice
    rules.when(try_again).then(charge_requested(1, OTHER_CARD, by=BEN, at=on_day(1)))
    rules.when(try_again).then()


def test_another_card_of_whom_nothing_was_refused_is_charged_when_it_is_time(
    rules: Rules,
) -> None:
    renewing(rules).given(card_saved(OTHER_CARD))
    rules.when(lambda: rules.renewing.try_again(BEN, at=on_day(1))).then()


def test_nothing_is_tried_again_of_what_was_not_refused(rules: Rules) -> None:
    running(rules)
    rules.when(lambda: rules.renewing.retry(BEN, by=BEN, at=NOW)).then()
    rules.renewing.start(BEN, at=DUE)
    rules.when(lambda: rules.renewing.retry(BEN, by=BEN, at=DUE)).then()


@WAYS_TO_FAIL
def test_a_second_try_whose_outcome_is_unknown_happens_once(
    rules: Rules, lost_answers: int
) -> None:
    past_due(rules).renewing.retry(BEN, by=BEN, at=on_day(1))
    rules.billing.answer_with(CARD, "good")
    rules.billing.fault = lambda call: None if call != "charge_again" else FAULTS[lost_answers]
    charge = lambda: rules.renewing.charge(RENEWAL, at=on_day(1))  # noqa: E731 - said twice
    rules.when(charge).refused(BillingIsUnavailable)
    rules.billing.fault = lambda _call: None
    assert confirmed(RENEWAL, at=on_day(1)) in rules.when(charge).appended
    rules.when(charge).then()


def test_without_a_card_no_further_term_is_wanted(rules: Rules) -> None:
    rules.given(*BEN_IS_FREE, tier(PURCHASE, IN_A_MONTH), begun(), term())
    rules.when(lambda: rules.renewing.start(BEN, at=DUE)).then(cancelled(DUE, by=CASHIER))


def test_for_whom_was_erased_no_further_term_is_wanted(rules: Rules) -> None:
    facts = {"user_id": BEN, "practice_id": None, "due_at": NOW}
    running(rules).given(
        fact(Erasure.ErasureRequested, erasure_of(BEN), by=ADA, at=NOW, **facts),
        fact(Erasure.PersonErased, erasure_of(BEN), by=ADA, at=NOW, user_id=BEN),
    )
    rules.when(lambda: rules.renewing.start(BEN, at=DUE)).then(cancelled(DUE, by=CASHIER))


def test_for_whom_was_invited_and_withdrawn_no_further_term_is_wanted(rules: Rules) -> None:
    running(rules).given(fact(User.InvitationWithdrawn, BEN, by=ADA, at=NOW))
    rules.when(lambda: rules.renewing.start(BEN, at=DUE)).then(cancelled(DUE, by=CASHIER))


def test_the_card_of_who_was_erased_is_not_tried_again(rules: Rules) -> None:
    facts = {"user_id": BEN, "practice_id": None, "due_at": NOW}
    past_due(rules).given(
        fact(Erasure.ErasureRequested, erasure_of(BEN), by=ADA, at=NOW, **facts),
        fact(Erasure.PersonErased, erasure_of(BEN), by=ADA, at=NOW, user_id=BEN),
    )
    appended = rules.when(lambda: rules.renewing.try_again(BEN, at=on_day(3))).appended
    assert [one.event for one in appended] == [
        User.TierEndChanged,
        Subscription.RenewalCancelled,
        Purchase.ChargeGivenUp,
    ]


def test_after_the_grace_the_tier_lapses_and_the_charge_is_given_up(rules: Rules) -> None:
    past_due(rules)
    rules.when(lambda: rules.renewing.lapse(BEN, at=GRACE_ENDS - MOMENT)).then()
    rules.when(lambda: rules.renewing.lapse(BEN, at=GRACE_ENDS)).then(
        lapsed(GRACE_ENDS), given_up(CASHIER, GRACE_ENDS)
    )
    rules.when(lambda: rules.renewing.lapse(BEN, at=GRACE_ENDS)).then()


@WAYS_TO_FAIL
def test_what_was_given_up_is_withdrawn_so_that_it_is_never_paid(
    rules: Rules, lost_answers: int
) -> None:
    past_due(rules).renewing.lapse(BEN, at=GRACE_ENDS)
    rules.billing.fault = lambda call: None if call != "withdraw_charge" else FAULTS[lost_answers]
    withdraw = lambda: rules.renewing.withdraw(RENEWAL, at=GRACE_ENDS)  # noqa: E731 - said twice
    rules.when(withdraw).refused(BillingIsUnavailable)
    rules.billing.fault = lambda _call: None
    rules.when(withdraw).then(withdrawn(GRACE_ENDS))
    rules.when(withdraw).then()
    assert rules.billing.charged[RENEWAL_REFERENCE].state is ChargeState.WITHDRAWN


def test_what_was_given_up_before_it_was_charged_needs_no_withdrawal(rules: Rules) -> None:
    renewing(rules).subscribing.cancel(user_id=BEN, payer_id=BEN, at=DUE)
    rules.when(lambda: rules.renewing.withdraw(RENEWAL, at=DUE)).then(withdrawn(DUE, by=CASHIER))
    assert RENEWAL_REFERENCE not in rules.billing.charged


def test_what_is_wanted_is_not_withdrawn(rules: Rules) -> None:
    past_due(rules)
    rules.when(lambda: rules.renewing.withdraw(RENEWAL, at=DUE)).then()
    assert rules.billing.charged[RENEWAL_REFERENCE].state is ChargeState.DECLINED


def test_what_turns_out_to_be_paid_after_the_tier_lapsed_restores_it(rules: Rules) -> None:
    past_due(rules, "needs-holder")
    rules.subscribing.confirm(purchase_id=RENEWAL, payer_id=BEN, return_url="https://back.example")
    rules.renewing.lapse(BEN, at=GRACE_ENDS)
    rules.billing.confirm_as_holder(RENEWAL_REFERENCE)
    rules.renewing.withdraw(RENEWAL, at=GRACE_ENDS)
    assert rules.now(Subscription, term().of).state is SubscriptionState.RUNNING
