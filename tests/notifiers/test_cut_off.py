"""What a sender had in hand when it was cut off may have gone out; it is counted and sent again."""

from contextlib import ExitStack
from dataclasses import dataclass, field
from threading import Event
from typing import Any
from uuid import UUID

import psycopg
import pytest
from eventsourcing.persistence import OperationalError

from domain.notification import Channel, Notification
from notifiers import queue
from notifiers.carrier import AnswerWasLost, CarrierIsDown
from notifiers.channels import FAILURES_THAT_CLOSE
from notifiers.mailer import Mail
from notifiers.outcomes import CUT_OFF, MOST_ATTEMPTS, SUSPICIOUS, pause_after
from runtime.stores import Stores
from tests.doubles.mailer import MemoryMailer
from tests.fixtures.meanwhile import meanwhile
from tests.fixtures.prompt_log import PromptLog
from tests.notifiers.lives import life
from tests.notifiers.post import ADAS_ADDRESS, EVERYBODY, Post, recipients

NEVER_A_PROCESS = -1
"""A mark that no sender has."""


def cut_off_with(post: Post, count: int = 1, sender: int = NEVER_A_PROCESS) -> list[UUID]:
    """Plan, and let a sender take some and be gone."""
    post.runner.planner.plan_next()
    with post.stores.pool.connection() as connection:
        shown = post.stores.log.head()
        taken = queue.take(
            connection,
            Channel.EMAIL,
            sender=sender,
            most=count,
            shown=shown,
            now=post.clock(),
        )
    return [row.notice_id for row in taken]


def test_what_a_sender_that_was_cut_off_had_in_hand_is_in_doubt_and_sent_at_once(
    invitations: Post,
):
    taken = cut_off_with(invitations, count=3)
    assert len(recipients(invitations.sent())) == 20
    rows = {row["notice_id"]: row for row in invitations.owed()[-20:]}
    assert {one for one, row in rows.items() if row["doubts"]} == set(taken)
    for notice_id in taken:
        _, deferred, accepted = life(invitations, notice_id)
        assert isinstance(deferred, Notification.NotificationDeferred)
        assert (deferred.in_doubt, deferred.cause) == (True, CUT_OFF)
        assert deferred.next_try_at == invitations.clock()
        assert isinstance(accepted, Notification.NotificationAccepted)


def test_where_a_sender_is_only_slow_nobody_takes_what_it_has_in_hand(one_invitation: Post):
    post, hanging = one_invitation, Hanging()
    with Stores.open(post.stores.database_url) as other:
        swift = post.runner_with(post.mailer, other)
        with meanwhile(post.runner_with(hanging).work_off), ExitStack() as until_the_end:
            until_the_end.callback(hanging.allowed.set)
            assert hanging.took.wait(30)
            assert swift.work_off() == 0
            assert [row["taken_by"] is None for row in post.owed()] == [False]
    assert post.mailer.sent == []
    assert [(row["state"], row["doubts"]) for row in post.owed()] == [("accepted", 0)]


@dataclass
class Hanging:
    """A carrier that takes a mail and does not answer until it is allowed to."""

    took: Event = field(default_factory=Event)
    allowed: Event = field(default_factory=Event)
    carrier: str = "memory"

    def send(self, mail: Mail) -> str:
        self.took.set()
        assert self.allowed.wait(30)
        return f"late-{mail.notice_id}"


def test_what_its_sender_records_after_all_is_not_sent_again(one_invitation: Post):
    post = one_invitation
    [notice_id] = cut_off_with(post)
    outcomes, row = post.runner.sender.outcomes, taken_row(post)
    outcomes.accepted(row.notice, "memory", "late", 1)
    assert post.sent() == []
    assert [one["doubts"] for one in post.owed()] == [0]
    assert len(life(post, notice_id)) == 2


def taken_row(post: Post) -> queue.Row:
    """Return the one notice that somebody has in hand."""
    with post.stores.pool.connection() as connection:
        [row] = queue.orphans(connection)
    return row


def test_a_late_answer_to_what_another_has_told_meanwhile_changes_nothing(one_invitation: Post):
    post = one_invitation
    cut_off_with(post)
    row = taken_row(post)
    post.sent()
    before = life(post)
    outcomes = post.runner.sender.outcomes
    outcomes.accepted(row.notice, "memory", "late", 1)
    outcomes.deferred(row, AnswerWasLost("late"), is_trial=False, lost_to=1)
    outcomes.refused(row.notice, "5.1.1", 1)
    outcomes.abandoned(row.notice, "late")
    assert life(post) == before
    assert [one["state"] for one in post.owed()] == ["accepted"]
    assert post.sent() == post.mailer.sent[:1]


class Failing(PromptLog):
    """A log that cannot be read any more, once a mail has left."""

    name = "domain"
    fails = False

    def save_within(self, connection: psycopg.Connection[Any], *aggregates: Any) -> None:
        if self.fails:
            raise OperationalError
        super().save_within(connection, *aggregates)


def test_what_has_left_and_cannot_be_recorded_is_in_doubt(one_invitation: Post):
    post = one_invitation
    with Stores.open(post.stores.database_url, Failing) as other:
        runner = post.runner_with(post.mailer, other)
        runner.planner.plan_next()
        assert isinstance(other.log, Failing)
        other.log.fails = True
        with pytest.raises(OperationalError):
            runner.work_off()
    assert len(post.sent()) == 2
    assert [row["doubts"] for row in post.owed()] == [1]


@dataclass
class Clumsy(MemoryMailer):
    """A carrier of ours that stumbles over the answer."""

    def send(self, mail: Mail) -> str:
        MemoryMailer.send(self, mail)
        raise ZeroDivisionError


def test_what_we_stumbled_over_after_it_was_handed_over_is_in_doubt(one_invitation: Post):
    post = one_invitation
    post.runner_with(Clumsy()).work_off()
    deferred = life(post)[-1]
    assert isinstance(deferred, Notification.NotificationDeferred)
    assert (deferred.in_doubt, deferred.address_version) == (True, 1)


def test_an_address_that_was_not_the_persons_own_says_nothing_about_hers(one_invitation: Post):
    post = one_invitation
    cut_off_with(post)
    row = taken_row(post)
    post.runner.sender.outcomes.refused(row.notice, "5.1.1", 0)
    post.house.projections.catch_up()
    assert post.house.portal.reach.of(post.who(ADAS_ADDRESS)).failed_version is None
    assert [one["state"] for one in post.owed()] == ["bounced"]


def test_a_trial_whose_sender_is_cut_off_is_followed_by_another_at_once(invitations: Post):
    post = invitations
    for _ in range(FAILURES_THAT_CLOSE):
        post.mailer.fail_next_with(CarrierIsDown("the double was told to fail"))
    post.runner.work_off()
    post.clock.forward(seconds=5)
    with pytest.raises(KeyboardInterrupt):
        post.runner_with(Fatal()).work_some()
    assert recipients(post.sent()) == EVERYBODY


def test_a_number_that_another_sender_had_before_hides_nothing(invitations: Post):
    with invitations.stores.pool.connection() as connection:
        every = "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
        numbers = [row[0] for row in connection.execute(every).fetchall()]
    for number in numbers:
        cut_off_with(invitations, sender=number)
    assert recipients(invitations.sent()) == EVERYBODY


@dataclass
class Fatal:
    """A carrier at which the process ends."""

    carrier: str = "memory"

    def send(self, mail: Mail) -> str:
        raise KeyboardInterrupt(mail.notice_id)


def release(post: Post) -> None:
    """Put back what senders had in hand that were cut off, and send nothing."""
    with post.stores.pool.connection() as connection:
        for row in queue.orphans(connection):
            post.runner.sender.outcomes.cut_off(connection, row)


def test_a_notice_at_which_senders_are_cut_off_again_and_again_waits_longer_each_time(
    one_invitation: Post,
):
    post = one_invitation
    for attempts in range(SUSPICIOUS):
        assert cut_off_with(post) != []
        release(post)
        [row] = post.owed()
        assert (row["attempts"], row["next_try_at"]) == (attempts + 1, post.clock())
    cut_off_with(post)
    assert post.sent() == []
    [row] = post.owed()
    assert row["next_try_at"] == post.clock() + pause_after(SUSPICIOUS)
    assert row["doubts"] == SUSPICIOUS + 1


def test_the_last_attempt_counts_as_a_doubt_as_well(one_invitation: Post):
    post = one_invitation
    post.runner.planner.plan_next()
    with post.stores.pool.connection() as connection:
        connection.execute("UPDATE notices.owed SET attempts = %s", (MOST_ATTEMPTS - 1,))
    post.mailer.fail_next_after_acting()
    assert len(post.sent()) == 1
    assert [(row["state"], row["doubts"]) for row in post.owed()] == [("abandoned", 1)]
