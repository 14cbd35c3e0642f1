"""What a sender had in hand when it was cut off may have gone out; it is counted and sent again."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from threading import Event
from typing import Any
from uuid import UUID

import psycopg
import pytest
from eventsourcing.persistence import OperationalError

from domain.delivery_report import DeliveryReport, Outcome
from domain.notification import Channel, Notification
from notifiers import queue
from notifiers.carrier import AnswerWasLost, CarrierIsDown
from notifiers.channels import FAILURES_THAT_CLOSE
from notifiers.mailer import Mail
from notifiers.outcomes import CUT_OFF
from runtime.stores import Stores
from tests.doubles.mailer import MemoryMailer
from tests.fixtures.meanwhile import meanwhile
from tests.fixtures.prompt_log import PromptLog
from tests.notifiers.post import ADAS_ADDRESS, EVERYBODY, Post, recipients

NEVER_A_PROCESS = -1
"""A mark that no sender has."""


def life(post: Post, notice_id: UUID | None = None) -> list[Notification.Event]:
    """Return what the log says of a notice, of the only one if none is named."""
    notice_id = notice_id or post.owed()[0]["notice_id"]
    return list(post.stores.log.stream(notice_id))  # type: ignore[arg-type] # a notice's own


def report_of(post: Post, outcome: Outcome) -> None:
    """Let the carrier report what became of the only notice."""
    [notice_id] = [row["notice_id"] for row in post.owed()]
    report = DeliveryReport(UUID(int=7), notice_id, outcome, "5.1.1", post.clock())
    post.house.portal.delivering.hear([report], at=post.clock())
    post.house.projections.catch_up()


def cut_off_with(post: Post, count: int = 1) -> list[UUID]:
    """Plan, and let a sender take some and be gone."""
    post.runner.planner.plan_next()
    with post.stores.pool.connection() as connection:
        shown = post.stores.log.head()
        taken = queue.take(
            connection,
            Channel.EMAIL,
            sender=NEVER_A_PROCESS,
            most=count,
            shown=shown,
            now=post.clock(),
        )
    return [row.notice_id for row in taken]


def test_each_step_of_a_notice_is_an_event_of_its_own(one_invitation: Post):
    post = one_invitation
    post.mailer.fail_next_with(CarrierIsDown("the double was told to fail"))
    post.mailer.fail_next_after_acting()
    for _ in range(3):
        post.sent()
        post.clock.forward(seconds=5)
    owed, first, second, accepted = life(post)
    assert isinstance(owed, Notification.NotificationOwed)
    assert (owed.occasion, owed.channel) == ("registration", "email")
    assert owed.recipient_id == post.who(ADAS_ADDRESS)
    assert isinstance(first, Notification.NotificationDeferred)
    assert (first.in_doubt, first.address_version) == (False, 0)
    assert isinstance(second, Notification.NotificationDeferred)
    assert (second.in_doubt, second.address_version) == (True, 1)
    assert isinstance(accepted, Notification.NotificationAccepted)
    assert (accepted.carrier, accepted.address_version) == ("memory", 1)
    assert accepted.reference == f"memory-{owed.originator_id}"


def test_the_next_attempt_is_recorded_with_its_moment(one_invitation: Post):
    one_invitation.mailer.fail_next()
    one_invitation.sent()
    deferred = life(one_invitation)[-1]
    assert isinstance(deferred, Notification.NotificationDeferred)
    assert deferred.next_try_at == one_invitation.owed()[0]["next_try_at"]
    assert deferred.next_try_at > deferred.timestamp


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


@pytest.mark.parametrize(
    ("outcome", "state"), [(Outcome.DELIVERED, "accepted"), (Outcome.BOUNCED, "bounced")]
)
def test_what_is_reported_of_a_notice_in_doubt_ends_it(
    one_invitation: Post, outcome: Outcome, state: str
):
    post = one_invitation
    post.mailer.fail_next_after_acting()
    post.sent()
    report_of(post, outcome)
    post.clock.forward(seconds=5)
    post.sent()
    assert [row["state"] for row in post.owed()] == [state]


@dataclass
class Reported(MemoryMailer):
    """A carrier whose report comes in while its own answer is on the way to us."""

    post: Post | None = None

    def send(self, mail: Mail) -> str:
        reference = MemoryMailer.send(self, mail)
        assert self.post is not None
        report_of(self.post, Outcome.DELIVERED)
        return reference


def test_a_report_that_comes_before_our_own_record_is_kept_and_nothing_is_sent_twice(
    one_invitation: Post,
):
    post = one_invitation
    mailer = Reported(post=post)
    post.runner_with(mailer).work_off()
    assert len(mailer.sent) == 1
    assert [type(event).__name__ for event in life(post)] == [
        "NotificationOwed",
        "NotificationDelivered",
    ]
    assert [row["state"] for row in post.owed()] == ["accepted"]


class Overtaken(PromptLog):
    """A log in which something else is appended right before what a notifier records."""

    name = "domain"
    first: Callable[[], object] | None = None

    def save_within(self, connection: psycopg.Connection[Any], *aggregates: Any) -> None:
        first, self.first = self.first, None
        if first:
            first()
        super().save_within(connection, *aggregates)


def test_a_record_that_is_overtaken_is_made_anew(one_invitation: Post):
    post = one_invitation
    with Stores.open(post.stores.database_url, Overtaken) as other:
        runner = post.runner_with(post.mailer, other)
        runner.planner.plan_next()
        assert isinstance(other.log, Overtaken)
        other.log.first = lambda: report_of(post, Outcome.DELIVERED)
        runner.work_off()
    assert [type(event).__name__ for event in life(post)] == [
        "NotificationOwed",
        "NotificationDelivered",
    ]
    assert len(post.mailer.sent) == 1
    assert [row["state"] for row in post.owed()] == ["accepted"]


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


@dataclass
class Fatal:
    """A carrier at which the process ends."""

    carrier: str = "memory"

    def send(self, mail: Mail) -> str:
        raise KeyboardInterrupt(mail.notice_id)
