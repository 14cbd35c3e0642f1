"""Nobody is nudged at night, by the clock on the wall of the place where she lives."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest

from notifiers.quiet import DAY_BEGINS, end_of_quiet

CHICAGO, BERLIN, KATHMANDU = "America/Chicago", "Europe/Berlin", "Asia/Kathmandu"


def there(zone: str, *moment: int) -> datetime:
    """Return a moment by the clock of a place, as the house has it."""
    return datetime(*moment, tzinfo=ZoneInfo(zone)).astimezone(UTC)  # type: ignore[arg-type, misc] # year to second


@pytest.mark.parametrize("zone", [CHICAGO, BERLIN, KATHMANDU, "UTC"])
@pytest.mark.parametrize("time", [(8, 0, 0), (12, 0, 0), (19, 59, 59)])
def test_by_day_nobody_waits(zone: str, time: tuple[int, int, int]):
    assert end_of_quiet(there(zone, 2026, 3, 2, *time), zone) is None


@pytest.mark.parametrize("zone", [CHICAGO, BERLIN, KATHMANDU, "UTC"])
@pytest.mark.parametrize(
    ("time", "day"), [((20, 0, 0), 3), ((23, 59, 59), 3), ((0, 0, 0), 2), ((7, 59, 59), 2)]
)
def test_at_night_one_waits_for_eight_in_the_morning(
    zone: str, time: tuple[int, int, int], day: int
):
    assert end_of_quiet(there(zone, 2026, 3, 2, *time), zone) == there(zone, 2026, 3, day, 8)


def test_the_same_moment_is_night_in_one_place_and_day_in_another():
    moment = datetime(2026, 3, 2, 13, 0, tzinfo=UTC)
    assert end_of_quiet(moment, CHICAGO) == datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
    assert end_of_quiet(moment, BERLIN) is None


@pytest.mark.parametrize(
    ("zone", "evening", "hours"),
    [
        (CHICAGO, (2026, 3, 7, 20), 11),
        (CHICAGO, (2026, 10, 31, 20), 13),
        (BERLIN, (2026, 3, 28, 20), 11),
        (BERLIN, (2026, 10, 24, 20), 13),
        (CHICAGO, (2026, 7, 1, 20), 12),
    ],
    ids=["spring", "autumn", "spring in Europe", "autumn in Europe", "no change"],
)
def test_a_night_in_which_the_clocks_change_is_shorter_or_longer_and_ends_at_eight(
    zone: str, evening: tuple[int, int, int, int], hours: int
):
    began = there(zone, *evening)
    ends = end_of_quiet(began, zone)
    assert ends is not None
    assert ends - began == timedelta(hours=hours)
    assert ends.astimezone(ZoneInfo(zone)).time() == DAY_BEGINS


def test_the_hour_that_comes_twice_is_night_both_times():
    first = datetime(2026, 11, 1, 6, 30, tzinfo=UTC)
    ends = there(CHICAGO, 2026, 11, 1, 8)
    assert {end_of_quiet(first + timedelta(hours=more), CHICAGO) for more in (0, 1)} == {ends}


def test_wherever_one_lives_it_is_day_when_the_waiting_ends():
    moments = [datetime(2026, 3, 8, hour, 15, tzinfo=UTC) for hour in range(0, 24, 3)]
    for zone in sorted(available_timezones()):
        for moment in moments:
            ends = end_of_quiet(moment, zone)
            assert ends is None or (ends > moment and end_of_quiet(ends, zone) is None)
            assert ends is None or ends - moment <= timedelta(hours=13)
