"""A channel whose carrier fails is closed for a while, then tried by one; each has its pace."""

from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from domain.notification import Channel
from domain.profile import NoticesBy
from notifiers.carrier import CarrierIsDown, TryAgain, WillNeverWork
from notifiers.channels import (
    FAILURES_THAT_CLOSE,
    LONGEST_PAUSE,
    LONGEST_REST,
    TRIAL_LASTS,
    Room,
    rest_after,
)
from notifiers.texter import TextMessage
from runtime.stores import Stores
from tests.doubles.mailer import MemoryMailer
from tests.doubles.texter import MemoryTexter
from tests.fixtures.at_once import at_once
from tests.fixtures.clock import Clock
from tests.notifiers.phones import ask_for_code, told_by, two_people, with_texter
from tests.notifiers.post import ADAS_ADDRESS, BENS_ADDRESS, EVERYBODY, Post, recipients
from tests.notifiers.queued import Queued

NO_ROOM, TRIAL = Room(0, is_trial=False), Room(1, is_trial=True)
FIRST_REST = 5


@pytest.fixture
def queued(stores: Stores, clock: Clock) -> Queued:
    """Something is due on every channel."""
    queued = Queued(stores, clock)
    for channel in Channel:
        queued.owe(channel=channel)
    return queued


@pytest.fixture
def closed(queued: Queued) -> Queued:
    """The carrier of mails has just failed once too often."""
    queued.fails(FAILURES_THAT_CLOSE)
    return queued


def is_open(queued: Queued, channel: Channel = Channel.EMAIL) -> bool:
    """Say whether more than one notice may leave by a channel; this takes from it."""
    return channel in queued.usable() and queued.room(channel).most > 1


def test_the_rests_grow_from_five_seconds_to_five_minutes():
    seconds = [rest_after(failures).total_seconds() for failures in (0, 4, 5, 6, 7, 10, 11, 99)]
    assert seconds == [0, 0, 5, 10, 20, 160, 300, 300]
    assert rest_after(1_000_000) == LONGEST_REST


def test_five_failures_of_a_carrier_in_a_row_close_its_channel_and_no_other(queued: Queued):
    queued.fails(4)
    assert Channel.EMAIL in queued.usable()
    queued.fails()
    assert queued.usable() == [Channel.CALL, Channel.TEXT]
    assert queued.room() == NO_ROOM
    assert is_open(queued, Channel.TEXT)


def test_an_answer_in_between_makes_the_count_begin_anew(queued: Queued):
    queued.fails(4)
    queued.works()
    queued.fails(4)
    assert is_open(queued)


def test_after_its_rest_one_notice_alone_tries_a_channel(closed: Queued):
    closed.clock.forward(seconds=FIRST_REST - 0.001)
    assert closed.room() == NO_ROOM
    closed.clock.forward(seconds=0.001)
    assert closed.room() == TRIAL
    assert Channel.EMAIL not in closed.usable()
    closed.clock.forward(seconds=60)
    assert closed.room() == NO_ROOM


def test_a_trial_that_succeeds_opens_the_channel(closed: Queued):
    closed.clock.forward(seconds=FIRST_REST)
    closed.room()
    closed.works(is_trial=True)
    closed.clock.forward(seconds=1)
    assert is_open(closed)
    closed.fails(4)
    closed.clock.forward(seconds=2)
    assert is_open(closed)


def test_each_trial_that_fails_closes_it_for_twice_as_long(closed: Queued):
    closed.clock.forward(seconds=FIRST_REST)
    for rest in (10, 20, 40):
        assert closed.room() == TRIAL
        closed.fails(is_trial=True)
        closed.clock.forward(seconds=rest - 0.001)
        assert closed.room() == NO_ROOM
        closed.clock.forward(seconds=0.001)


def test_a_trial_of_which_nothing_is_heard_is_followed_by_another(closed: Queued):
    closed.clock.forward(seconds=FIRST_REST)
    closed.room()
    closed.clock.moment += TRIAL_LASTS - timedelta(milliseconds=1)
    assert closed.room() == NO_ROOM
    closed.clock.forward(seconds=0.001)
    assert closed.room() == TRIAL


def test_a_trial_that_says_nothing_about_the_carrier_is_followed_by_another_at_once(
    closed: Queued,
):
    closed.clock.forward(seconds=FIRST_REST)
    closed.room()
    closed.untried()
    closed.clock.forward(seconds=0.1)
    assert closed.room() == TRIAL


@pytest.mark.parametrize("later", [0, FIRST_REST], ids=["during the rest", "after it"])
def test_what_was_under_way_when_a_channel_closed_does_not_close_it_for_longer(
    closed: Queued, later: float
):
    closed.clock.forward(seconds=later)
    closed.fails(11)
    closed.clock.forward(seconds=FIRST_REST - later)
    assert closed.room() == TRIAL


def test_what_was_under_way_when_a_channel_closed_does_not_open_it(closed: Queued):
    closed.works()
    assert Channel.EMAIL not in closed.usable()
    closed.clock.forward(seconds=FIRST_REST)
    closed.works()
    assert closed.room() == TRIAL


def test_a_carrier_that_asks_for_a_pause_has_it(queued: Queued):
    queued.fails(pause=timedelta(seconds=60))
    queued.fails(11)
    queued.works()
    queued.clock.forward(seconds=59.999)
    assert queued.room() == NO_ROOM
    queued.clock.forward(seconds=0.001)
    assert is_open(queued)


def test_a_pause_that_is_shorter_than_the_rest_does_not_shorten_it(queued: Queued):
    queued.fails(FAILURES_THAT_CLOSE, pause=timedelta(0))
    queued.clock.forward(seconds=FIRST_REST - 0.001)
    assert queued.room() == NO_ROOM


def test_an_idle_channel_takes_as_much_as_it_does_in_a_second_and_then_keeps_its_pace(
    queued: Queued,
):
    assert queued.room(rate=10).most == 11
    assert queued.room(rate=10).most == 0
    taken = 0
    for _ in range(100):
        queued.clock.forward(seconds=0.1)
        taken += queued.room(rate=10).most
    assert taken == 100


def test_a_pace_of_less_than_one_a_second_is_kept_as_well(queued: Queued):
    taken = [queued.room(rate=0.5).most]
    for _ in range(20):
        queued.clock.forward(seconds=1)
        taken.append(queued.room(rate=0.5).most)
    assert sum(taken) == 11


def test_what_was_not_sent_for_hours_is_not_sent_at_once(queued: Queued):
    queued.clock.forward(hours=12)
    assert queued.room(rate=10).most == 11


def test_a_full_hand_is_not_more_than_was_asked_for(queued: Queued):
    assert queued.room(rate=10, most=4).most == 4
    assert queued.room(rate=10).most == 7


def test_several_runners_keep_one_pace(queued: Queued):
    rooms = at_once(*[lambda: queued.room(rate=10, most=3)] * 8)
    assert sum(room.most for room in rooms if isinstance(room, Room)) == 11


def test_a_carrier_that_is_down_is_left_alone_then_tried_by_one_and_nothing_is_lost(
    invitations: Post,
):
    post = invitations
    for _ in range(FAILURES_THAT_CLOSE + 1):
        post.mailer.fail_next_with(CarrierIsDown("the double was told to fail"))
    post.runner.work_off()
    assert attempts(post) == FAILURES_THAT_CLOSE
    post.clock.forward(seconds=FIRST_REST)
    assert post.sent() == []
    assert attempts(post) == FAILURES_THAT_CLOSE + 1
    post.clock.forward(seconds=FIRST_REST * 2)
    assert recipients(post.sent()) == EVERYBODY


def attempts(post: Post) -> int:
    """Return how often something was tried that is still owed."""
    return sum(row["attempts"] for row in post.owed() if row["state"] == "owed")


def test_a_trial_that_finds_nothing_to_send_holds_up_no_other(invitations: Post):
    post = invitations
    for _ in range(FAILURES_THAT_CLOSE):
        post.mailer.fail_next_with(CarrierIsDown("the double was told to fail"))
    post.runner.work_off()
    post.clock.forward(seconds=FIRST_REST)
    post.mailer.fail_next_with(WillNeverWork("the double was told to refuse this mail"))
    post.mailer.fail_next_with(TryAgain("the double was told to fail"))
    assert len(post.sent()) == len(EVERYBODY) - 2


def test_a_channel_that_is_closed_holds_up_no_other(post: Post):
    told_by(post, NoticesBy.EMAIL_AND_TEXT)
    for _ in range(FAILURES_THAT_CLOSE):
        post.mailer.fail_next_with(CarrierIsDown("the double was told to fail"))
    for _ in range(FAILURES_THAT_CLOSE * 2):
        post.write(ADAS_ADDRESS, BENS_ADDRESS)
    texter = MemoryTexter()
    with_texter(post, texter).work_off()
    assert len(texter.sent) == FAILURES_THAT_CLOSE * 2
    assert post.mailer.sent == []


@dataclass
class Watching(MemoryTexter):
    """Notes how many mails had left before its first text."""

    mailer: MemoryMailer = field(default_factory=MemoryMailer)
    mails_before: list[int] = field(default_factory=list)

    def text(self, message: TextMessage) -> str:
        self.mails_before.append(len(self.mailer.sent))
        return super().text(message)


def test_a_code_by_text_does_not_wait_until_a_heap_of_mails_has_left(post: Post):
    two_people(post)
    post.passed_over()
    for _ in range(20):
        post.write(ADAS_ADDRESS, BENS_ADDRESS)
    ask_for_code(post)
    texter = Watching(mailer=post.mailer)
    with_texter(post, texter).work_off()
    assert len(post.mailer.sent) == 20
    assert texter.mails_before == [0]


def test_what_may_be_taken_is_shared_out_among_the_channels(post: Post):
    told_by(post, NoticesBy.EMAIL_AND_TEXT)
    for _ in range(5):
        post.write(ADAS_ADDRESS, BENS_ADDRESS)
    runner = replace(with_texter(post, MemoryTexter()), senders=4)
    runner.planner.plan_next()
    taken = [row.channel for row, _ in runner._take(1, 4)]  # noqa: SLF001 - the first hand
    assert taken == ["text", "text", "email", "email"]


def test_a_clock_that_went_back_holds_up_no_channel(queued: Queued):
    queued.clock.forward(hours=24)
    queued.room()
    queued.clock.forward(hours=-24)
    assert Channel.EMAIL in queued.usable()
    assert queued.room(rate=10).most == 1
    queued.clock.forward(seconds=0.1)
    assert queued.room(rate=10).most == 1


def test_a_carrier_that_asks_for_days_is_tried_again_within_the_hour(queued: Queued):
    queued.fails(pause=timedelta(days=10))
    queued.clock.moment += LONGEST_PAUSE
    assert is_open(queued)
