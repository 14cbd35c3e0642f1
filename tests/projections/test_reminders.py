"""Reminders: who is to be reminded of an invitation or of messages, and how far has each come?"""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from domain.invitation import INVITATION_LASTS
from domain.user import User
from domain.waiting import ANNOUNCED_BEFORE, NUDGED_AFTER
from projections.reminders import MOST_AT_ONCE, Invitation, Reminders
from runtime.stores import Stores
from tests.projections.invitations_past import FRIDA, InvitationsPast
from tests.projections.rows import remembered

GUS, HANA = "gus@people.example", "hana@people.example"
MOMENT = timedelta(microseconds=1)
LIFE = timedelta(days=30)


class Told(InvitationsPast):
    """A story of Frida's that the read models follow."""

    def __init__(self, stores: Stores) -> None:
        super().__init__()
        self.stores, self.shown = stores, 0
        self.reminders = Reminders(stores.pool)
        self.begin()

    def show(self) -> None:
        news = self.log.read(after=self.shown, limit=1_000)
        remembered(self.stores, [one.event for one in news])
        self.shown += len(news)

    def to_remind(self, at: datetime, limit: int = 9) -> list[UUID]:
        self.show()
        return self.reminders.to_remind(at, limit)

    def to_nudge(self, at: datetime, limit: int = 9) -> list[list[UUID]]:
        self.show()
        return self.reminders.to_nudge(at, limit)


@pytest.fixture
def story(stores: Stores) -> Told:
    return Told(stores)


def days(story: Told, number: float, since: datetime | None = None) -> datetime:
    return (since or story.time) + timedelta(days=number)


def test_who_has_not_answered_is_to_be_reminded_after_3_days_and_again_after_10(story: Told):
    gus = story.write(GUS)
    assert story.to_remind(days(story, 3) - MOMENT) == []
    assert story.to_remind(days(story, 3)) == [gus]
    invited_at = story.time
    story.remind(gus, 3)
    assert story.to_remind(days(story, 10, invited_at) - MOMENT) == []
    assert story.to_remind(days(story, 10, invited_at)) == [gus]
    story.remind(gus, 7)
    assert story.to_remind(days(story, 13, invited_at)) == []


def test_nobody_is_to_be_reminded_once_the_invitation_has_ended(story: Told):
    gus = story.write(GUS)
    ends_at = story.time + INVITATION_LASTS
    assert story.to_remind(ends_at - MOMENT) == [gus]
    assert story.to_remind(ends_at) == []


def register(story: Told, gus: UUID) -> None:
    story.register(gus, GUS)


def withdraw(story: Told, gus: UUID) -> None:
    story.decide(story.invitations.withdraw, gus)


def come_back(story: Told, gus: UUID) -> None:
    story.log.save(story.come_back(gus))


@pytest.mark.parametrize("stop", [register, withdraw, come_back])
def test_reminders_stop(story: Told, stop: Callable[[Told, UUID], None]):
    gus = story.write(GUS)
    stop(story, gus)
    assert story.to_remind(days(story, 12)) == []


def test_after_a_correction_or_another_mail_the_days_count_anew(story: Told):
    gus, hana = story.write(GUS), story.write(HANA)
    story.later(days=5)
    story.log.save(story.come_back(gus), story.come_back(hana))
    story.decide(story.invitations.amend, gus, address="gus@right.example")
    story.decide(story.invitations.resend, hana)
    assert story.to_remind(days(story, 3) - MOMENT) == [gus]
    assert story.to_remind(days(story, 3)) == [gus, hana]


def test_who_waits_longest_comes_first_and_no_more_than_asked_for(story: Told):
    people = [story.write(f"person-{number}@people.example") for number in range(3)]
    assert story.to_remind(days(story, 4), limit=2) == people[:2]


def test_the_question_finds_whomever_the_rule_reminds(story: Told):
    people = [story.write(f"person-{number}@people.example") for number in range(4)]
    story.later(days=2)
    story.decide(story.invitations.resend, people[0])
    story.decide(story.invitations.withdraw, people[1])
    story.remind(people[2], 2)
    for hour in range(0, 17 * 24, 7):
        at = days(story, hour / 24)
        due = {one for one in people if story.now(User, one).reminder_due(at) is not None}
        assert set(story.to_remind(at)) == due


@pytest.fixture
def gus_is_here(story: Told) -> UUID:
    """Gus has registered, and has read nothing."""
    gus = story.write(GUS)
    story.register(gus, GUS)
    return gus


def test_what_lies_unread_for_two_days_is_to_be_told_together(story: Told, gus_is_here: UUID):
    del gus_is_here
    story.write(GUS, None)
    story.write(GUS, None)
    at = story.time + NUDGED_AFTER
    three = [story.message(number) for number in (1, 2, 3)]
    assert story.to_nudge(at - MOMENT) == [three[:2]]
    assert story.to_nudge(at) == [three]


def test_a_person_is_nudged_at_most_once_a_day_and_of_each_message_once(
    story: Told, gus_is_here: UUID
):
    del gus_is_here
    story.reminding.nudge([story.message(1)], at=story.later(days=3))
    nudged_at = story.time
    story.write(GUS, None)
    assert story.to_nudge(nudged_at + NUDGED_AFTER) == []
    assert story.to_nudge(story.time + NUDGED_AFTER) == [[story.message(2)]]
    story.reminding.nudge([story.message(2)], at=story.later(days=2))
    assert story.to_nudge(days(story, 5)) == []


def test_a_day_has_to_pass_between_two_nudges(story: Told, gus_is_here: UUID):
    del gus_is_here
    story.later(hours=1)
    story.write(GUS, None)
    second_due = story.time + NUDGED_AFTER
    story.reminding.nudge([story.message(1)], at=second_due - timedelta(minutes=30))
    day_after = second_due - timedelta(minutes=30) + timedelta(days=1)
    assert story.to_nudge(second_due) == []
    assert story.to_nudge(day_after - MOMENT) == []
    assert story.to_nudge(day_after) == [[story.message(2)]]


def test_who_has_not_registered_is_not_to_be_nudged(story: Told):
    story.write(GUS)
    assert story.to_nudge(days(story, 5)) == []


def test_what_was_read_recalled_or_ends_soon_is_not_told(story: Told, gus_is_here: UUID):
    sent_at = story.log.stream(story.message(1))[0].timestamp
    warned_at = sent_at + LIFE - ANNOUNCED_BEFORE
    assert story.to_nudge(warned_at - MOMENT) == [[story.message(1)]]
    assert story.to_nudge(warned_at) == []
    story.write(GUS, None)
    look = {"message_ids": [story.message(1)], "at": story.later()}
    story.corresponding.look(reader_id=FRIDA, **look)
    assert story.to_nudge(days(story, 4)) == [[story.message(1), story.message(2)]]
    story.corresponding.look(reader_id=gus_is_here, **look)
    assert story.to_nudge(days(story, 4)) == [[story.message(2)]]
    recalled = [story.message(2)]
    story.ending.recall(message_ids=recalled, reason="A mistake", by=FRIDA, at=story.later())
    assert story.to_nudge(days(story, 4)) == []


def test_of_very_many_messages_a_hundred_are_told_together(story: Told, gus_is_here: UUID):
    del gus_is_here
    for _ in range(MOST_AT_ONCE):
        story.write(GUS, None)
    [found] = story.to_nudge(days(story, 5))
    assert found == [story.message(number) for number in range(1, MOST_AT_ONCE + 1)]


def test_how_far_an_invitation_has_come_is_told(story: Told):
    gus = story.write(GUS)
    invited_at = story.time
    story.remind(gus, 3)
    story.show()
    state = Invitation(gus, invited_at, invited_at + INVITATION_LASTS, story.time)
    assert story.reminders.invitations([gus, UUID(int=404)]) == {gus: state}
    story.decide(story.invitations.resend, gus)
    story.show()
    anew = Invitation(gus, story.time, story.time + INVITATION_LASTS, None)
    assert story.reminders.invitations([gus]) == {gus: anew}
