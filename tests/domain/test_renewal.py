"""When a term is renewed, how long a refused card keeps the tier, and when somebody is told."""

from datetime import timedelta

import pytest

from domain.renewal import (
    day_of_grace,
    kept_until,
    price_is_announced,
    renewal_is_due,
    retry_is_due,
)
from tests.domain.people import MOMENT, NOW

DAY = timedelta(days=1)
GRACE_ENDS = NOW + 7 * DAY


@pytest.mark.parametrize(
    ("after_end", "due"),
    [
        (-3 * DAY - MOMENT, False),
        (-3 * DAY, True),
        (timedelta(0), True),
        (7 * DAY - MOMENT, True),
        (7 * DAY, False),
    ],
)
def test_a_renewal_is_charged_from_three_days_before_the_end_and_a_week_late_at_most(
    after_end: timedelta, *, due: bool
) -> None:
    assert renewal_is_due(NOW, NOW + after_end) is due


@pytest.mark.parametrize(
    ("before_end", "told"),
    [
        (10 * DAY + MOMENT, False),
        (10 * DAY, True),
        (3 * DAY + MOMENT, True),
        (3 * DAY, False),
    ],
)
def test_another_price_is_told_a_week_before_it_is_charged_or_not_at_all(
    before_end: timedelta, *, told: bool
) -> None:
    assert price_is_announced(NOW, NOW - before_end) is told


@pytest.mark.parametrize(
    ("later", "day"), [(timedelta(0), 0), (DAY - MOMENT, 0), (DAY, 1), (6 * DAY, 6)]
)
def test_days_of_grace_are_counted_from_the_first_refusal(later: timedelta, day: int) -> None:
    assert day_of_grace(GRACE_ENDS, NOW + later) == day


@pytest.mark.parametrize(
    ("tried_on", "today", "due"),
    [
        (0, 2, False),
        (0, 3, True),
        (0, 4, True),
        (3, 5, False),
        (3, 6, True),
        (4, 6, True),
        (6, 9, False),
    ],
)
def test_a_refused_card_is_tried_again_on_day_three_and_six(
    tried_on: int, today: int, *, due: bool
) -> None:
    assert retry_is_due(GRACE_ENDS, tried_on, NOW + today * DAY) is due


def test_grace_never_shortens_what_is_paid() -> None:
    assert kept_until(GRACE_ENDS + DAY, GRACE_ENDS) == GRACE_ENDS + DAY
    assert kept_until(NOW, GRACE_ENDS) == GRACE_ENDS
