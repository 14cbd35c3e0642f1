"""A notifier that is switched on late tells nothing of the past; one that was killed goes on."""

import pytest

from domain.notification import Channel, Fate, Notification
from domain.role import RecipientRole
from notifiers import queue
from notifiers.beginning import begin
from runtime.notice_settings import Notify
from tests.fixtures.at_once import at_once
from tests.notifiers.post import ADAS_ADDRESS, BENS_ADDRESS, EVERYBODY, Post, recipients

OFF, SANDBOX, LIVE = Notify.OFF, Notify.SANDBOX, Notify.LIVE


def begin_in(post: Post, mode: Notify) -> None:
    begin(post.stores.log, post.stores.pool, mode, post.clock())


def test_a_notifier_that_begins_for_the_first_time_tells_what_is_new(one_invitation: Post):
    begin_in(one_invitation, LIVE)
    assert recipients(one_invitation.sent()) == [ADAS_ADDRESS]


@pytest.mark.parametrize("before", [OFF, SANDBOX])
def test_what_happened_before_it_was_switched_on_is_never_told(post: Post, before: Notify):
    begin_in(post, before)
    post.open_practice()
    post.join(ADAS_ADDRESS, "Ada Sample")
    begin_in(post, LIVE)
    assert post.sent() == []
    post.write(ADAS_ADDRESS, BENS_ADDRESS, RecipientRole.STAFF_HERE)
    assert recipients(post.sent()) == [BENS_ADDRESS]


def test_what_was_owed_in_the_sandbox_is_given_up_and_the_log_says_why(invitations: Post):
    post = invitations
    begin_in(post, SANDBOX)
    post.runner.planner.plan_next()
    in_hand(post)
    begin_in(post, LIVE)
    assert post.sent() == []
    cause = "it was owed while notices were sandbox"
    rows = post.owed()[-20:]
    assert {(row["state"], row["answer"], row["taken_by"]) for row in rows} == {
        ("abandoned", cause, None)
    }
    for row in rows:
        notification = post.stores.log.repository.get(row["notice_id"])
        assert isinstance(notification, Notification)
        assert notification.fate is Fate.ABANDONED


def in_hand(post: Post) -> None:
    """Let a sender take some and be gone."""
    with post.stores.pool.connection() as connection:
        shown, now = post.stores.log.head(), post.clock()
        queue.take(connection, Channel.EMAIL, sender=-1, most=3, shown=shown, now=now)


@pytest.mark.parametrize("mode", [SANDBOX, LIVE])
def test_one_that_was_stopped_or_killed_goes_on_where_it_was(invitations: Post, mode: Notify):
    post = invitations
    begin_in(post, mode)
    post.runner.planner.plan_next()
    in_hand(post)
    post.write(ADAS_ADDRESS, BENS_ADDRESS, RecipientRole.STAFF_HERE)
    begin_in(post, mode)
    assert recipients(post.sent()) == sorted([*EVERYBODY, BENS_ADDRESS])


def test_several_that_begin_at_once_give_up_once_and_go_on_together(invitations: Post):
    post = invitations
    begin_in(post, SANDBOX)
    post.runner.planner.plan_next()
    answers = at_once(*[lambda: begin_in(post, LIVE)] * 4)
    assert answers == [None] * 4
    notices = [row["notice_id"] for row in post.owed()[-20:]]
    assert {len(post.stores.log.stream(notice_id)) for notice_id in notices} == {2}
    post.write(ADAS_ADDRESS, BENS_ADDRESS, RecipientRole.STAFF_HERE)
    assert recipients(post.sent()) == [BENS_ADDRESS]


def test_what_was_told_before_stays_told(invitations: Post):
    begin_in(invitations, SANDBOX)
    invitations.sent()
    begin_in(invitations, LIVE)
    assert {row["state"] for row in invitations.owed()} == {"accepted"}
