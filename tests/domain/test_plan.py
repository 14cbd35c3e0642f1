"""What a term costs and when it ends."""

import calendar
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.billing import Price
from domain.plan import MONTHLY, Plan, term_end
from tests.domain.properties import tried

moments = st.datetimes(
    min_value=datetime(2000, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    max_value=datetime(2999, 12, 31),  # noqa: DTZ001 - hypothesis adds the zone
    timezones=st.just(UTC),
)
month_counts = st.integers(min_value=1, max_value=120)


def at_noon(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 12, 30, 15, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (at_noon(2026, 3, 2), 1, at_noon(2026, 4, 2)),
        (at_noon(2026, 1, 31), 1, at_noon(2026, 2, 28)),
        (at_noon(2028, 1, 31), 1, at_noon(2028, 2, 29)),
        (at_noon(2100, 1, 31), 1, at_noon(2100, 2, 28)),
        (at_noon(2000, 1, 31), 1, at_noon(2000, 2, 29)),
        (at_noon(2026, 2, 28), 1, at_noon(2026, 3, 28)),
        (at_noon(2026, 10, 31), 1, at_noon(2026, 11, 30)),
        (at_noon(2026, 12, 31), 1, at_noon(2027, 1, 31)),
        (at_noon(2026, 11, 15), 1, at_noon(2026, 12, 15)),
        (at_noon(2026, 12, 15), 12, at_noon(2027, 12, 15)),
        (at_noon(2028, 2, 29), 12, at_noon(2029, 2, 28)),
        (at_noon(2026, 8, 31), 18, at_noon(2028, 2, 29)),
    ],
)
def test_a_term_ends_on_the_same_day_or_on_the_last_day_of_a_shorter_month(
    start: datetime, months: int, end: datetime
) -> None:
    assert term_end(start, months) == end


@tried
@given(moments, month_counts)
def test_a_term_ends_in_the_month_that_was_paid_for(start: datetime, months: int) -> None:
    end = term_end(start, months)
    assert (end.year * 12 + end.month) - (start.year * 12 + start.month) == months


@tried
@given(moments, month_counts)
def test_a_term_ends_at_the_time_of_day_at_which_it_began(start: datetime, months: int) -> None:
    assert term_end(start, months).timetz() == start.timetz()


@tried
@given(moments, month_counts)
def test_a_term_loses_days_only_to_the_end_of_a_shorter_month(start: datetime, months: int) -> None:
    end = term_end(start, months)
    assert end.day in {start.day, calendar.monthrange(end.year, end.month)[1]}
    assert end.day <= start.day


@tried
@given(moments, moments, month_counts)
def test_who_begins_later_does_not_end_earlier(one: datetime, other: datetime, months: int) -> None:
    earlier, later = sorted([one, other])
    assert term_end(earlier, months) <= term_end(later, months)


def test_the_monthly_plan_costs_ten_dollars() -> None:
    assert Plan("monthly", 1, Price(1000, "usd")) == MONTHLY
    assert str(MONTHLY.price) == "$10.00"
