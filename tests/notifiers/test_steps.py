"""Each step of a notice is kept, whether our own record or the carrier's report comes first."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest

from domain.delivery_report import Outcome
from domain.notification import Notification
from notifiers.carrier import CarrierIsDown
from notifiers.mailer import Mail
from runtime.stores import Stores
from tests.doubles.mailer import MemoryMailer
from tests.fixtures.prompt_log import PromptLog
from tests.notifiers.lives import life, report_of
from tests.notifiers.post import ADAS_ADDRESS, Post


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
