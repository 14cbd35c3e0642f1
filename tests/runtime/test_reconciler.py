"""What is compared with the card vendor, how often, and from when on."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from runtime.parts.cashier import cashier_of
from runtime.reconciler import FURTHEST_BACK, OVERLAP, PAUSE, Reconciler
from runtime.stores import Stores
from tests.doubles.billing import MemoryBilling
from tests.fixtures.clock import Clock
from tests.fixtures.house import House, build_house


class WatchedBilling(MemoryBilling):
    """A vendor who remembers from when on it was asked for news."""

    def reports(self, *, since: datetime):
        self.__dict__.setdefault("asked_since", []).append(since)
        return super().reports(since=since)

    @property
    def since(self) -> list[datetime]:
        return self.__dict__.get("asked_since", [])


@pytest.fixture
def billing(clock: Clock) -> WatchedBilling:
    return WatchedBilling(clock=clock)


@pytest.fixture
def reconciler(stores: Stores, billing: WatchedBilling, clock: Clock) -> Reconciler:
    return cashier_of(stores, billing, clock)[1]


@pytest.fixture
def house(stores: Stores, clock: Clock, tmp_path: Path) -> House:
    return build_house(stores, clock, tmp_path / "outbox")


def test_the_first_comparison_goes_as_far_back_as_the_vendor_remembers(
    reconciler: Reconciler, billing: WatchedBilling, clock: Clock
) -> None:
    reconciler.work()
    assert billing.since == [clock() - FURTHEST_BACK]


def test_it_is_compared_every_ten_minutes_and_a_little_further_back_than_the_last_time(
    reconciler: Reconciler, billing: WatchedBilling, clock: Clock
) -> None:
    first = clock()
    reconciler.work()
    reconciler.work()
    clock.forward(minutes=9)
    reconciler.work()
    assert len(billing.since) == 1
    clock.forward(minutes=1)
    reconciler.work()
    assert timedelta(minutes=10) == PAUSE
    assert billing.since[1:] == [first - OVERLAP]


def test_what_failed_is_begun_again_at_the_same_moment(
    reconciler: Reconciler, billing: WatchedBilling, clock: Clock
) -> None:
    reconciler.work()
    compared_at, billing.is_down = clock(), True
    clock.forward(hours=5)
    assert reconciler.work() == 0
    billing.is_down = False
    clock.forward(minutes=10)
    reconciler.work()
    assert billing.since[1:] == [compared_at - OVERLAP] * 2


def test_a_lost_webhook_and_a_buyer_who_never_came_back_cost_minutes(house: House) -> None:
    house.open_practice(paid=False)
    ada = house.join("ada@sample-dental.example", "Ada Sample")
    session_id = str(ada.post("/buy", form_id=ada.form_id()).location).rpartition("/")[2]
    house.billing.pay(session_id)
    _, reconciler = cashier_of(house.stores, house.billing, house.clock)
    assert reconciler.work() == 3
    house.settle()
    assert ada.compose("eve@home.example", "patient").status_code == 303


def test_after_a_restart_it_goes_on_where_the_log_says(
    house: House, billing: WatchedBilling, clock: Clock
) -> None:
    billing.sell_elsewhere()
    _, first = cashier_of(house.stores, billing, clock)
    first.work()
    house.settle()
    compared_at = clock()
    clock.forward(days=2)
    _, second = cashier_of(house.stores, billing, clock)
    second.work()
    assert billing.since[-1] == compared_at - OVERLAP
