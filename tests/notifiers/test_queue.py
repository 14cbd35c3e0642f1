"""What is owed is taken by one sender each, the most urgent first, once its fact is known."""

from datetime import timedelta

import pytest

from domain.notification import Channel
from domain.role import RecipientRole
from notifiers import queue
from notifiers.manner import Manner
from runtime.stores import Stores
from tests.fixtures.at_once import at_once
from tests.fixtures.clock import Clock
from tests.notifiers.post import ADAS_ADDRESS, BENS_ADDRESS, Post
from tests.notifiers.queued import NOBODY, Queued


@pytest.fixture
def queued(stores: Stores, clock: Clock) -> Queued:
    return Queued(stores, clock)


def test_the_most_urgent_is_taken_first_however_long_the_others_have_waited(queued: Queued):
    owed = [queued.owe(manner, ago=manner.value * 60) for manner in reversed(Manner)]
    assert queued.one_by_one() == owed[::-1]


def test_of_codes_and_links_the_newest_is_taken_first(queued: Queued):
    owed = [queued.owe(Manner.SIGN_IN, ago=ago) for ago in (20, 30, 10)]
    assert queued.one_by_one() == [owed[2], owed[0], owed[1]]


@pytest.mark.parametrize("manner", [one for one in Manner if one is not Manner.SIGN_IN])
def test_of_all_others_the_one_that_waited_longest_is_taken_first(queued: Queued, manner: Manner):
    owed = [queued.owe(manner, ago=ago) for ago in (20, 30, 10)]
    assert queued.one_by_one() == [owed[1], owed[0], owed[2]]


def test_a_full_hand_is_filled_with_what_is_less_urgent(queued: Queued):
    urgent = [queued.owe(Manner.SIGN_IN) for _ in range(2)]
    nudges = [queued.owe(Manner.NUDGE, ago=ago) for ago in (30, 20, 10)]
    assert queued.take(most=4) == {*urgent, *nudges[:2]}
    assert queued.take(most=4) == {nudges[2]}


def test_what_is_not_due_yet_is_not_taken(queued: Queued):
    owed = queued.owe(ago=-0.001)
    assert queued.take() == set()
    queued.clock.forward(seconds=0.001)
    assert queued.take() == {owed}


def test_a_channel_has_its_own_queue(queued: Queued):
    owed = {channel: queued.owe(channel=channel) for channel in Channel}
    for channel in Channel:
        assert queued.take(most=9, channel=channel) == {owed[channel]}


def test_a_fact_that_the_read_models_do_not_show_is_not_taken(queued: Queued):
    known, unknown = queued.owe(position=7), queued.owe(position=8)
    assert queued.usable(shown=6) == []
    assert queued.take(most=9, shown=7) == {known}
    assert queued.usable(shown=7) == []
    assert queued.take(most=9, shown=8) == {unknown}


def test_what_is_being_taken_is_passed_over_without_waiting(queued: Queued):
    owed = {queued.owe() for _ in range(3)}
    url = f"{queued.stores.database_url} options='-c lock_timeout=1s'"
    with (
        Stores.open(url) as other,
        queued.taking(most=2) as first,
        Queued(other, queued.clock).taking(most=2, sender=2) as second,
    ):
        assert (len(first), len(second)) == (2, 1)
    assert {row.notice_id for row in first + second} == owed
    assert queued.take(most=9) == set()


def test_many_who_take_at_once_have_each_notice_once(queued: Queued):
    owed = {queued.owe() for _ in range(40)}
    answers = at_once(*[lambda: queued.one_by_one(most=3)] * 6)
    taken = [one for answer in answers if isinstance(answer, list) for one in answer]
    assert len(taken) == len(owed)
    assert set(taken) == owed


def test_owing_the_same_again_changes_nothing(queued: Queued):
    first = queued.owe()
    queued.take()
    queued.count -= 1
    assert queued.owe() == first
    assert queued.take() == set()
    with queued.stores.pool.connection() as connection:
        assert queue.unknown(connection, [first, NOBODY]) == {NOBODY}


def test_what_is_put_back_waits_for_its_time_and_is_counted(queued: Queued):
    owed = queued.owe()
    queued.take()
    later = queued.clock() + timedelta(seconds=5)
    with queued.stores.pool.connection() as connection:
        queue.put_back(connection, owed, "answer lost", later, in_doubt=True)
    assert queued.take() == set()
    queued.clock.forward(seconds=5)
    with queued.taking() as rows:
        assert [(row.notice_id, row.attempts) for row in rows] == [(owed, 1)]
    with queued.stores.pool.connection() as connection:
        row = connection.execute("SELECT doubts, answer FROM notices.owed").fetchone()
    assert row == (1, "answer lost")


def test_what_was_not_tried_waits_and_is_not_counted(queued: Queued):
    owed = queued.owe()
    queued.take()
    with queued.stores.pool.connection() as connection:
        queue.let_wait(connection, owed, queued.clock() + timedelta(hours=8))
    assert queued.take() == set()
    queued.clock.forward(hours=8)
    with queued.taking() as rows:
        assert [row.attempts for row in rows] == [0]


def test_after_an_outage_links_to_come_in_leave_before_all_else_newest_first(post: Post):
    post.open_practice()
    post.join(ADAS_ADDRESS, "Ada Sample")
    post.write(ADAS_ADDRESS, BENS_ADDRESS, RecipientRole.STAFF_HERE)
    post.register(BENS_ADDRESS, "Ben Sample")
    post.clock.forward(minutes=1)
    post.house.portal.registering.request_password_reset(address=ADAS_ADDRESS, at=post.clock())
    post.write(ADAS_ADDRESS, BENS_ADDRESS)
    post.house.projections.catch_up()
    mails = post.sent()
    rows = {row["notice_id"]: row for row in post.owed()}
    told = [(rows[mail.notice_id]["urgency"], rows[mail.notice_id]["owed_at"]) for mail in mails]
    assert {urgency for urgency, _ in told} == {0, 2, 3}
    assert [urgency for urgency, _ in told] == sorted(urgency for urgency, _ in told)
    links = [owed_at for urgency, owed_at in told if urgency == Manner.SIGN_IN.value]
    assert links == sorted(links, reverse=True)
    assert len(links) == 3
