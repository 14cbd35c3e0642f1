"""A subscription that began on the last day of a month ends on the last day of every month."""

from datetime import UTC, datetime, timedelta

from tests.domain.money import MoneyWorld
from tests.domain.people import BEN


def ends(world: MoneyWorld) -> list[str]:
    return [f"{term.ends_at:%b %d}" for term in world.terms(BEN)]


def test_short_months_do_not_pull_the_day_forward_for_good():
    world = MoneyWorld(time=datetime(2027, 1, 31, 12, 0, tzinfo=UTC))
    world.billing.pay(world.buy(BEN, BEN))
    world.settle()
    for _ in range(3):
        world.time = world.terms(BEN)[-1].ends_at - timedelta(days=1)
        world.settle()
    assert ends(world) == ["Feb 28", "Mar 31", "Apr 30", "May 31"]


def test_after_a_pause_the_day_is_the_one_of_the_return():
    world = MoneyWorld(time=datetime(2027, 1, 31, 12, 0, tzinfo=UTC))
    world.billing.pay(world.buy(BEN, BEN))
    world.settle()
    world.subscribing.cancel(user_id=BEN, payer_id=BEN, at=world.time)
    world.time = datetime(2027, 3, 5, 12, 0, tzinfo=UTC)
    world.settle()
    world.billing.pay(world.buy(BEN, BEN))
    world.settle()
    assert ends(world) == ["Feb 28", "Apr 05"]


def renewing_for(days: int) -> MoneyWorld:
    """Let a renewal begin three days before the term ends, and be decided only so much later."""
    world = MoneyWorld(time=datetime(2027, 3, 1, 12, 0, tzinfo=UTC))
    world.billing.pay(world.buy(BEN, BEN))
    world.settle()
    world.time = datetime(2027, 3, 29, 12, 0, tzinfo=UTC)
    world.billing.fault = lambda call: "after" if call == "charge" else None
    world.cashier.work()
    world.time += timedelta(days=days)
    world.billing.fault = lambda _call: None
    world.settle()
    return world


def test_the_next_term_follows_the_one_before_as_long_as_the_tier_was_kept():
    assert ends(renewing_for(days=6)) == ["Apr 01", "May 01"]


def test_nobody_pays_for_days_on_which_the_tier_was_not_kept():
    assert ends(renewing_for(days=9)) == ["Apr 01", "May 07"]
