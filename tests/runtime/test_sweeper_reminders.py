"""The sweeper sees to it that people are reminded, once, whatever is started twice."""

import threading

import pytest

from runtime.parts.sweeper import sweeper_of
from runtime.sweeper import Sweeper
from tests.fixtures.house import House, Visitor

BEN = "ben@sample-dental.example"
INVITATION = "Ada Sample, Sample Dental invites you to SecureMail"


@pytest.fixture
def ada(house: House) -> Visitor:
    """Ada has written to Ben, who was invited by that."""
    house.open_practice()
    ada = house.join("ada@sample-dental.example", "Ada Sample")
    ada.compose(BEN, "staff-in-my-practice", subject="For Ben")
    return ada


@pytest.fixture
def sweeper(house: House) -> Sweeper:
    return sweeper_of(house.stores, house.blobs, house.clock)


def swept(house: House, sweeper: Sweeper) -> list[str]:
    """Return the topics of what a round recorded."""
    before = house.head()
    sweeper.sweep()
    own = [topic for topic in house.since(before) if not topic.startswith("notification.")]
    house.settle()
    return own


@pytest.mark.usefixtures("ada")
def test_who_does_not_answer_an_invitation_is_reminded_twice(
    house: House, sweeper: Sweeper
) -> None:
    for days in (3, 7):
        house.clock.forward(days=days)
        assert swept(house, sweeper) == ["user.invitation-reminded"]
        assert swept(house, sweeper) == []
    assert [mail.subject.partition(":")[0] for mail in house.mails_to(BEN)[:2]] == [
        "A reminder"
    ] * 2


def test_who_registers_is_reminded_of_what_lies_unread_instead(
    house: House, ada: Visitor, sweeper: Sweeper
) -> None:
    house.join(BEN, "Ben Desk")
    ada.compose(BEN)
    house.clock.forward(days=3)
    assert swept(house, sweeper) == ["message.unread-announced"] * 2
    assert swept(house, sweeper) == []


@pytest.mark.usefixtures("ada")
def test_two_sweepers_at_once_remind_once(house: House, sweeper: Sweeper) -> None:
    house.clock.forward(days=3)
    before = house.head()
    both = [threading.Thread(target=sweeper.sweep) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    house.settle()
    assert house.since(before).count("user.invitation-reminded") == 1
