"""Which time a purchase pays for, and what is left of it after a refund."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from domain.aggregate import CARD_PROCESSOR
from domain.subscription import Subscription
from domain.subscription_life import SubscriptionState
from domain.term import Term, following, revoke_term, start_of_term
from tests.domain.people import BEN, NOW
from tests.domain.purchases import (
    IN_A_MONTH,
    IN_TWO_MONTHS,
    OTHER_PURCHASE,
    PURCHASE,
    begun,
    term,
)
from tests.domain.rules import Rules
from tests.domain.subscriptions import (
    BENS,
    DUE,
    RENEWAL,
    became,
    cancelled,
    on_day,
    renewal_failed,
    renewal_started,
)
from tests.scenario import Fact

RUNNING = (begun(), term())
NEXT = term(RENEWAL, IN_A_MONTH, IN_TWO_MONTHS, at=DUE)
A_WEEK_LATER = NOW + timedelta(days=7)


def begins(
    rules: Rules, purchase_id: UUID = OTHER_PURCHASE, *, held: bool = True, at: datetime = NOW
) -> datetime | None:
    return start_of_term(rules.now(Subscription, BENS), purchase_id, held=held, at=at)


def revoked(
    starts_at: datetime,
    cut_at: datetime,
    ends_at: datetime,
    purchase_id: UUID = PURCHASE,
    at: datetime = A_WEEK_LATER,
) -> Fact:
    return became(
        Subscription.TermRevoked,
        by=CARD_PROCESSOR,
        at=at,
        purchase_id=purchase_id,
        payer_id=BEN,
        starts_at=starts_at,
        cut_at=cut_at,
        months=1,
        ends_at=ends_at,
    )


def revoke(rules: Rules, purchase_id: UUID, at: datetime) -> None:
    subscription = rules.now(Subscription, BENS)
    revoke_term(subscription, purchase_id, at=at)
    rules.log.save(subscription)


def test_a_term_ends_after_calendar_months() -> None:
    last_of_january = datetime(2026, 1, 31, 9, 0, tzinfo=UTC)
    assert Term.beginning(last_of_january, 1).ends_at == datetime(2026, 2, 28, 9, 0, tzinfo=UTC)
    assert Term.beginning(last_of_january, 12).ends_at == datetime(2027, 1, 31, 9, 0, tzinfo=UTC)


def test_who_has_nothing_begins_when_she_pays(rules: Rules) -> None:
    rules.given(begun())
    assert begins(rules, held=False) == NOW


@pytest.mark.parametrize("past", [(), (cancelled(NOW),)], ids=["running", "ending"])
def test_who_has_the_tier_buys_nothing_more(rules: Rules, past: tuple[Fact, ...]) -> None:
    rules.given(*RUNNING, *past)
    assert begins(rules) is None


def test_a_purchase_buys_one_term(rules: Rules) -> None:
    rules.given(*RUNNING)
    assert begins(rules, PURCHASE, held=False, at=IN_TWO_MONTHS) is None


def test_a_renewal_begins_where_the_term_before_ends(rules: Rules) -> None:
    rules.given(*RUNNING, renewal_started())
    assert begins(rules, RENEWAL, at=DUE) == IN_A_MONTH
    assert begins(rules, OTHER_PURCHASE, at=DUE) is None


def test_a_renewal_that_began_late_does_not_charge_for_days_without_the_tier(rules: Rules) -> None:
    late = IN_A_MONTH + timedelta(days=2)
    rules.given(*RUNNING, renewal_started(at=late))
    assert begins(rules, RENEWAL, at=late + timedelta(days=1)) == late


def test_who_lost_the_tier_meanwhile_begins_when_she_pays(rules: Rules) -> None:
    late = IN_A_MONTH + timedelta(days=30)
    rules.given(*RUNNING, renewal_started())
    assert begins(rules, RENEWAL, held=False, at=late) == late


def test_in_grace_any_purchase_buys_the_next_term(rules: Rules) -> None:
    rules.given(*RUNNING, renewal_started(), renewal_failed())
    for purchase_id in (RENEWAL, OTHER_PURCHASE):
        assert begins(rules, purchase_id, at=on_day(6)) == IN_A_MONTH


def test_what_is_left_of_a_term_is_taken_back(rules: Rules) -> None:
    rules.given(*RUNNING)
    rules.when(lambda: revoke(rules, PURCHASE, A_WEEK_LATER)).then(
        revoked(NOW, A_WEEK_LATER, A_WEEK_LATER)
    )
    rules.when(lambda: revoke(rules, PURCHASE, A_WEEK_LATER)).then()
    now = rules.now(Subscription, BENS)
    assert (now.ends_at, now.state) == (A_WEEK_LATER, SubscriptionState.ENDING)


def test_a_term_that_is_over_is_not_taken_back(rules: Rules) -> None:
    rules.given(*RUNNING)
    rules.when(lambda: revoke(rules, PURCHASE, IN_A_MONTH)).then()


def test_a_purchase_without_a_term_has_nothing_that_could_be_taken_back(rules: Rules) -> None:
    rules.given(*RUNNING)
    rules.when(lambda: revoke(rules, OTHER_PURCHASE, NOW)).then()


def test_a_term_that_has_not_begun_is_taken_back_whole(rules: Rules) -> None:
    rules.given(*RUNNING, NEXT)
    rules.when(lambda: revoke(rules, RENEWAL, DUE)).then(
        revoked(IN_A_MONTH, IN_A_MONTH, IN_A_MONTH, RENEWAL, DUE)
    )


def test_the_next_term_begins_where_one_was_cut_and_loses_no_day(rules: Rules) -> None:
    rules.given(*RUNNING, NEXT)
    ends_at = datetime(2026, 4, 30, 9, 0, tzinfo=UTC)
    facts = {"purchase_id": RENEWAL, "starts_at": DUE, "ends_at": ends_at, "months": 1}
    rules.when(lambda: revoke(rules, PURCHASE, DUE)).then(
        became(Subscription.TermMoved, by=CARD_PROCESSOR, at=DUE, **facts),
        revoked(NOW, DUE, ends_at, at=DUE),
    )
    assert rules.now(Subscription, BENS).ends_at == ends_at


def test_the_term_after_one_is_found() -> None:
    terms = {PURCHASE: Term(NOW, IN_A_MONTH, 1), RENEWAL: Term(IN_A_MONTH, IN_TWO_MONTHS, 1)}
    assert following(terms, PURCHASE) == RENEWAL
    assert following(terms, RENEWAL) is None
