"""How long messages live: what a practice lets its people choose."""

from datetime import timedelta

import pytest

from domain.expiry import (
    HOUSE_RULE,
    LONGEST_EVER,
    ExpiryIsPast,
    ExpiryIsTooLate,
    ExpiryIsTooSoon,
    ExpiryRule,
    ExpiryRuleIsUnusable,
)
from domain.refusal import Refusal
from tests.domain.people import MOMENT, NOW

RULE = ExpiryRule(shortest=2, usual=14, longest=60)


def days(number: float) -> timedelta:
    return timedelta(days=number)


def test_without_a_choice_of_the_practice_messages_live_30_days_at_most() -> None:
    assert ExpiryRule(shortest=0, usual=30, longest=30) == HOUSE_RULE


@pytest.mark.parametrize("rule", [RULE, HOUSE_RULE, ExpiryRule(1, 1, LONGEST_EVER)])
def test_three_numbers_that_fit_together_are_a_rule(rule: ExpiryRule) -> None:
    assert rule.require_usable() is None


@pytest.mark.parametrize(
    "numbers",
    [(-1, 1, 1), (3, 2, 4), (1, 5, 4), (0, 0, 30), (0, 1, LONGEST_EVER + 1)],
)
def test_three_numbers_that_do_not_are_none(numbers: tuple[int, int, int]) -> None:
    with pytest.raises(ExpiryRuleIsUnusable):
        ExpiryRule(*numbers).require_usable()


@pytest.mark.parametrize(
    ("preferred", "lives"), [(None, 14), (7, 7), (1, 2), (60, 60), (61, 60), (LONGEST_EVER, 60)]
)
def test_what_the_sender_prefers_holds_within_what_the_practice_allows(
    preferred: int | None, lives: int
) -> None:
    assert RULE.usual_end(NOW, preferred) == NOW + days(lives)


@pytest.mark.parametrize("end", [NOW + days(2), NOW + days(14), NOW + days(60)])
def test_an_end_from_floor_to_ceiling_is_accepted(end) -> None:
    assert RULE.require(end, sent_at=NOW, at=NOW) is None


@pytest.mark.parametrize(
    ("end", "refusal"),
    [
        (NOW - days(1), ExpiryIsPast),
        (NOW, ExpiryIsPast),
        (NOW + MOMENT, ExpiryIsTooSoon),
        (NOW + days(2) - MOMENT, ExpiryIsTooSoon),
        (NOW + days(60) + MOMENT, ExpiryIsTooLate),
        (NOW + days(36500), ExpiryIsTooLate),
    ],
)
def test_an_end_in_the_past_below_the_floor_or_beyond_the_ceiling_is_refused(
    end, refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        RULE.require(end, sent_at=NOW, at=NOW)


def test_the_days_count_from_sending_whenever_the_end_is_chosen() -> None:
    later = NOW + days(10)
    assert RULE.require(later + MOMENT, sent_at=NOW, at=later) is None
    with pytest.raises(ExpiryIsPast):
        RULE.require(later, sent_at=NOW, at=later)
    with pytest.raises(ExpiryIsTooLate):
        RULE.require(NOW + days(60) + MOMENT, sent_at=NOW, at=later)
