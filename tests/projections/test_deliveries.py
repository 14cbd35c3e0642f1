"""Deliveries: who was told of what, by which way, and did it arrive?"""

from datetime import datetime, timedelta
from uuid import UUID, uuid5

import pytest

from domain.delivery_report import DeliveryReport, Outcome
from domain.notification import Channel, Fate, Notification
from projections.deliveries import Deliveries, Delivery, Step
from runtime.stores import Stores
from tests.fixtures.clock import START
from tests.projections.rows import remembered

BEN, CARLA = UUID(int=1), UUID(int=2)


@pytest.fixture
def deliveries(stores: Stores) -> Deliveries:
    return Deliveries(stores.pool)


def after(minutes: int) -> datetime:
    return START + timedelta(minutes=minutes)


def owed(number: int = 1, to: UUID = BEN, channel: Channel = Channel.EMAIL) -> Notification:
    """Return a notice that is owed since so many minutes after the beginning."""
    return Notification.owe(
        notice_id=uuid5(BEN, str(number)),
        recipient_id=to,
        occasion="new-message",
        channel=channel,
        at=after(number),
    )


def defer(notice: Notification, minutes: int, *, in_doubt: bool = False) -> None:
    notice.defer(
        cause="answer lost" if in_doubt else "429",
        in_doubt=in_doubt,
        next_try_at=after(minutes + 1),
        at=after(minutes),
        address_version=1 if in_doubt else 0,
    )


def accept(notice: Notification, minutes: int) -> None:
    notice.accept(carrier="sendgrid", reference="one", address_version=1, at=after(minutes))


def learn(notice: Notification, outcome: Outcome, minutes: int, status: str = "") -> None:
    report_id = uuid5(notice.id, f"{outcome} {minutes}")
    report = DeliveryReport(report_id, notice.id, outcome, status, after(minutes))
    notice.learn(report, at=after(minutes))


def keep(stores: Stores, *notices: Notification) -> None:
    remembered(stores, [event for one in notices for event in one.collect_events()])


def told_of(deliveries: Deliveries, notice: Notification) -> Delivery:
    found = deliveries.of(notice.id)
    assert found is not None
    return found


def kinds(deliveries: Deliveries, notice: Notification) -> list[str]:
    return [step.kind for step in deliveries.life_of(notice.id)]


def test_what_is_owed_is_shown_at_once(stores: Stores, deliveries: Deliveries):
    notice = owed(channel=Channel.TEXT)
    keep(stores, notice)
    assert deliveries.of(notice.id) == Delivery(
        notice_id=notice.id,
        recipient_id=BEN,
        occasion="new-message",
        channel="text",
        owed_at=after(1),
        fate="owed",
        changed_at=after(1),
        carrier=None,
        reference=None,
        status=None,
        attempts=0,
        doubts=0,
    )
    assert deliveries.life_of(notice.id) == [Step(1, after(1), "owed", "text", in_doubt=False)]


def test_of_what_was_never_owed_there_is_nothing(deliveries: Deliveries):
    assert deliveries.of(UUID(int=9)) is None
    assert deliveries.life_of(UUID(int=9)) == []
    assert deliveries.to(CARLA) == []
    assert deliveries.doubts() == 0


def test_the_life_of_a_notice_is_told_step_by_step(stores: Stores, deliveries: Deliveries):
    notice = owed()
    defer(notice, 2)
    defer(notice, 3, in_doubt=True)
    accept(notice, 4)
    learn(notice, Outcome.DELIVERED, 5)
    keep(stores, notice)
    assert deliveries.life_of(notice.id) == [
        Step(1, after(1), "owed", "email", in_doubt=False),
        Step(2, after(2), "deferred", "429", in_doubt=False),
        Step(3, after(3), "deferred", "answer lost", in_doubt=True),
        Step(4, after(4), "accepted", "sendgrid one", in_doubt=False),
        Step(5, after(5), "delivered", "", in_doubt=False),
    ]
    found = told_of(deliveries, notice)
    assert (found.fate, found.changed_at) == ("delivered", after(5))
    assert (found.carrier, found.reference) == ("sendgrid", "one")
    assert (found.attempts, found.doubts) == (3, 1)


@pytest.mark.parametrize("outcome", [Outcome.BOUNCED, Outcome.BLOCKED, Outcome.DROPPED])
def test_what_came_back_says_how(stores: Stores, deliveries: Deliveries, outcome: Outcome):
    notice = owed()
    accept(notice, 2)
    learn(notice, outcome, 3, "5.1.1")
    keep(stores, notice)
    found = told_of(deliveries, notice)
    assert (found.fate, found.status, found.attempts) == ("bounced", "5.1.1", 1)
    assert kinds(deliveries, notice) == ["owed", "accepted", str(outcome)]


def test_what_a_carrier_refused_at_once_is_an_attempt(stores: Stores, deliveries: Deliveries):
    notice = owed()
    notice.refuse(status="5.1.3", address_version=1, at=after(2))
    keep(stores, notice)
    found = told_of(deliveries, notice)
    assert (found.fate, found.status, found.attempts) == ("bounced", "5.1.3", 1)
    assert kinds(deliveries, notice) == ["owed", "refused"]


def test_what_was_given_up_says_why(stores: Stores, deliveries: Deliveries):
    notice = owed()
    notice.abandon(cause="the message does not wait any more", at=after(2))
    keep(stores, notice)
    assert told_of(deliveries, notice).fate == "abandoned"
    assert deliveries.life_of(notice.id)[-1].detail == "the message does not wait any more"


def test_a_report_from_before_changes_no_fate_and_is_a_step_all_the_same(
    stores: Stores, deliveries: Deliveries
):
    notice = owed()
    accept(notice, 2)
    learn(notice, Outcome.BOUNCED, 4, "5.1.1")
    learn(notice, Outcome.DELIVERED, 3)
    keep(stores, notice)
    assert told_of(deliveries, notice).fate == "bounced"
    assert kinds(deliveries, notice) == ["owed", "accepted", "bounced", "delivered"]


def test_a_report_that_comes_before_our_own_record_is_enough(
    stores: Stores, deliveries: Deliveries
):
    notice = owed()
    learn(notice, Outcome.DELIVERED, 2)
    keep(stores, notice)
    found = told_of(deliveries, notice)
    assert (found.fate, found.carrier, found.attempts) == ("delivered", None, 0)


def test_the_notices_to_a_person_come_newest_first_and_not_those_to_others(
    stores: Stores, deliveries: Deliveries
):
    first, second, third = owed(1), owed(2, to=CARLA), owed(3)
    accept(first, 9)
    keep(stores, first, second, third)
    assert [one.notice_id for one in deliveries.to(BEN)] == [third.id, first.id]
    assert [one.notice_id for one in deliveries.to(BEN, limit=1)] == [third.id]
    assert [one.notice_id for one in deliveries.to(CARLA)] == [second.id]


def test_the_newest_are_those_to_which_something_happened_last(
    stores: Stores, deliveries: Deliveries
):
    first, second, third = owed(1), owed(2), owed(3)
    accept(first, 9)
    keep(stores, first, second, third)
    assert [one.notice_id for one in deliveries.newest()] == [first.id, third.id, second.id]
    assert [one.notice_id for one in deliveries.newest(limit=1)] == [first.id]
    still_owed = [one.notice_id for one in deliveries.newest(fates=[Fate.OWED])]
    assert still_owed == [third.id, second.id]


def test_attempts_that_may_have_made_a_duplicate_are_counted_over_all_notices(
    stores: Stores, deliveries: Deliveries
):
    first, second, third = owed(1), owed(2), owed(3)
    for minutes in (4, 5):
        defer(first, minutes, in_doubt=True)
    defer(second, 6, in_doubt=True)
    defer(third, 7)
    keep(stores, first, second, third)
    assert deliveries.doubts() == 3
    assert [told_of(deliveries, one).doubts for one in (first, second, third)] == [2, 1, 0]
