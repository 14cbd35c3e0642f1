"""The cashier does what is due: in order, with growing pauses, whatever is refused or cut off."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

import pytest

from domain.billing import Price
from domain.purchase import Purchase
from domain.purchase_life import PurchaseState
from domain.subscription import Subscription
from domain.subscription_life import SubscriptionState
from runtime.cashier import AT_ONCE, MOST_SILENCES
from tests.domain.money import LogDuties, MoneyWorld
from tests.domain.people import BEN

NOBODY = UUID("00000000-0000-0000-0000-00000000ff01")


@dataclass
class Told(LogDuties):
    """The duties, with some that nobody can do, and a note of what was asked for."""

    impossible: list[UUID] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def reports(self) -> Sequence[UUID]:
        self.asked.append("reports")
        return super().reports()

    def to_charge(self) -> Sequence[UUID]:
        self.asked.append("charges")
        return [*self.impossible, *super().to_charge()]

    def to_refund(self) -> Sequence[UUID]:
        self.asked.append("refunds")
        return super().to_refund()

    def to_renew(self, now: datetime) -> Sequence[UUID]:
        self.asked.append("renewals")
        return super().to_renew(now)

    def prices_to_announce(self, now: datetime) -> Sequence[tuple[UUID, Price]]:
        self.asked.append("prices")
        return super().prices_to_announce(now)


@pytest.fixture
def world() -> MoneyWorld:
    world = MoneyWorld()
    world.duties = Told(world.log)
    world.restart()
    return world


def duties(world: MoneyWorld) -> Told:
    assert isinstance(world.duties, Told)
    return world.duties


def pay(world: MoneyWorld, card: str = "good") -> str:
    session_id = world.buy(BEN, BEN)
    world.billing.pay(session_id, card)
    for report in world.billing.news:
        world.hearing.receive(report, at=world.time)
    return session_id


def state(world: MoneyWorld) -> SubscriptionState:
    return world.subscription(BEN).state


def down(world: MoneyWorld, *, seconds: float) -> int:
    """Let time pass, have the cashier work, and return how often the vendor was asked."""
    calls: list[str] = []
    world.billing.fault = lambda call: (calls.append(call), "before")[1]  # type: ignore[func-returns-value]
    world.time += timedelta(seconds=seconds)
    world.cashier.work()
    return len(calls)


def test_without_anything_to_do_the_cashier_is_idle(world: MoneyWorld) -> None:
    assert world.cashier.work() == 0


def test_what_asks_nobody_comes_first_and_what_is_heard_before_money_moves(
    world: MoneyWorld,
) -> None:
    world.cashier.work()
    assert duties(world).asked == ["prices", "renewals", "reports", "charges", "refunds"]


def test_a_round_says_how_much_was_done(world: MoneyWorld) -> None:
    pay(world)
    assert world.cashier.work() > 0
    assert state(world) is SubscriptionState.RUNNING
    assert world.cashier.work() == 0


def test_a_term_is_renewed_and_charged_without_anybody(world: MoneyWorld) -> None:
    pay(world)
    world.cashier.work()
    world.time += timedelta(days=28)
    world.cashier.work()
    assert state(world) is SubscriptionState.RUNNING
    assert len(world.terms(BEN)) == 2


def test_a_vendor_that_does_not_answer_is_asked_again_with_growing_pauses(
    world: MoneyWorld,
) -> None:
    world.billing.pay(world.buy(BEN, BEN))
    world.hearing.receive(world.billing.news[0], at=world.time)
    asked = [down(world, seconds=one) for one in (0, 0.5, 0.5, 1, 1, 1)]
    assert asked == [1, 0, 1, 0, 1, 0]


def test_no_pause_is_longer_than_a_quarter_of_an_hour(world: MoneyWorld) -> None:
    world.billing.pay(world.buy(BEN, BEN))
    world.hearing.receive(world.billing.news[0], at=world.time)
    for _ in range(20):
        down(world, seconds=900)
    assert down(world, seconds=899) == 0
    assert down(world, seconds=1) > 0


def test_what_was_not_possible_is_done_once_the_vendor_answers_again(world: MoneyWorld) -> None:
    pay(world)
    down(world, seconds=0)
    world.billing.fault = lambda _call: None
    world.time += timedelta(seconds=1)
    assert world.cashier.work() > 0
    assert state(world) is SubscriptionState.RUNNING


def test_one_thing_that_is_refused_keeps_nothing_else_from_being_done(
    world: MoneyWorld, caplog: pytest.LogCaptureFixture
) -> None:
    duties(world).impossible.append(NOBODY)
    pay(world)
    world.cashier.work()
    assert state(world) is SubscriptionState.RUNNING
    assert [one.levelno for one in caplog.records] == [logging.ERROR]
    assert f"charge of {NOBODY} was refused: NoSuchPurchase" in caplog.text


def test_a_mistake_about_one_thing_keeps_no_other_money_from_moving(
    world: MoneyWorld, caplog: pytest.LogCaptureFixture
) -> None:
    first, _ = pay(world), pay(world)
    world.billing.payments[first] = cast("Any", None)
    world.cashier.work()
    assert state(world) is SubscriptionState.RUNNING
    assert "failed: AttributeError" in caplog.text


def test_after_some_silence_the_rest_waits_for_the_next_round(world: MoneyWorld) -> None:
    for _ in range(5):
        world.billing.pay(world.buy(BEN, BEN))
        world.hearing.receive(world.billing.news[-1], at=world.time)
    assert down(world, seconds=0) == MOST_SILENCES


def test_no_more_than_so_many_are_done_in_a_round(
    world: MoneyWorld, caplog: pytest.LogCaptureFixture
) -> None:
    duties(world).impossible += [UUID(int=number) for number in range(AT_ONCE + 1)]
    world.cashier.work()
    assert len(caplog.records) == AT_ONCE
    world.cashier.work()
    assert len(caplog.records) == AT_ONCE + 1


def test_what_is_refused_is_tried_again_after_the_longest_pause(
    world: MoneyWorld, caplog: pytest.LogCaptureFixture
) -> None:
    duties(world).impossible.append(NOBODY)
    for minutes in (0, 14, 1):
        world.time += timedelta(minutes=minutes)
        world.cashier.work()
    assert len(caplog.records) == 2


def test_a_pause_is_told_with_its_reason_and_without_any_person(
    world: MoneyWorld, caplog: pytest.LogCaptureFixture
) -> None:
    pay(world)
    down(world, seconds=0)
    assert "is tried again: the double is down" in caplog.text
    assert str(BEN) not in caplog.text


def test_whoever_is_started_anew_waits_for_nothing(world: MoneyWorld) -> None:
    pay(world)
    down(world, seconds=0)
    world.billing.fault = lambda _call: None
    world.restart()
    assert world.cashier.work() > 0


def test_pauses_for_what_is_not_due_any_more_are_forgotten(world: MoneyWorld) -> None:
    duties(world).impossible.append(NOBODY)
    world.cashier.work()
    assert ("charge", NOBODY) in world.cashier.pauses
    duties(world).impossible.clear()
    world.time += timedelta(hours=2)
    world.cashier.work()
    assert ("charge", NOBODY) not in world.cashier.pauses


def test_a_page_that_nobody_reported_is_looked_up_after_a_while(world: MoneyWorld) -> None:
    world.billing.pay(world.buy(BEN, BEN))
    world.cashier.work()
    assert world.all(Subscription) == []
    world.time += timedelta(minutes=5)
    world.cashier.work()
    assert state(world) is SubscriptionState.RUNNING


def test_a_card_that_nobody_reported_is_looked_up_and_charged(world: MoneyWorld) -> None:
    pay(world, "declined")
    world.settle()
    world.time += timedelta(days=28)
    world.settle()
    assert state(world) is SubscriptionState.PAST_DUE
    world.billing.leave_card(world.change_card(BEN))
    world.time += timedelta(minutes=5)
    for _ in range(3):
        world.cashier.work()
    assert state(world) is SubscriptionState.RUNNING


def test_a_second_payment_goes_back_and_a_third_page_is_closed(world: MoneyWorld) -> None:
    pages = [world.buy(BEN, BEN) for _ in range(3)]
    for session_id in pages[:2]:
        world.billing.pay(session_id)
    world.settle()
    states = [one.state for one in world.all(Purchase)]
    assert sorted(states) == sorted(
        [PurchaseState.PAID, PurchaseState.REFUNDED, PurchaseState.CLOSED]
    )


def test_a_cashier_works_until_it_is_told_to_stop(world: MoneyWorld) -> None:
    pay(world)
    idle: list[bool] = []

    def wait(is_idle: bool) -> bool:  # noqa: FBT001 - as the process calls it
        idle.append(is_idle)
        return len(idle) < 3

    world.cashier.run(wait)
    assert idle == [False, True, True]
