"""What a notice goes through when its mail cannot leave: pauses, patience, and the end of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Event
from typing import Any
from uuid import UUID

import psycopg
import pytest

from domain.aggregate import OPERATOR, SWEEPER
from domain.delivery_report import DeliveryReport, Outcome
from domain.erasure import Erasure
from domain.role import RecipientRole
from notifiers.carrier import WillNeverWork
from notifiers.mailer import Mail
from notifiers.outcomes import MOST_ATTEMPTS, pause_after
from runtime.stores import Stores
from tests.doubles.mailer import MemoryMailer
from tests.fixtures.meanwhile import meanwhile
from tests.fixtures.prompt_log import PromptLog
from tests.notifiers.post import ADAS_ADDRESS, BENS_ADDRESS, EVERYBODY, Post, recipients


def test_the_pauses_grow_to_an_hour():
    seconds = [pause_after(attempts).total_seconds() for attempts in (0, 1, 2, 5, 11, 12, 39)]
    assert seconds == [1, 2, 4, 32, 2048, 3600, 3600]
    assert pause_after(1_000_000) == timedelta(hours=1)


def test_what_failed_for_now_is_tried_again_after_its_pause(one_invitation: Post):
    post = one_invitation
    post.mailer.fail_next(2)
    assert post.sent() == []
    reason = "the double was told to fail"
    assert post.states() == [("registration", "owed", 1, reason)]
    post.clock.forward(seconds=0.999)
    assert post.runner.work_some() == 0
    post.clock.forward(seconds=0.251)
    assert post.sent() == []
    pause = post.owed()[0]["next_try_at"] - post.clock()
    assert timedelta(seconds=2) <= pause <= timedelta(seconds=2.5)
    post.clock.forward(seconds=2.5)
    assert recipients(post.sent()) == [ADAS_ADDRESS]
    assert post.states()[0][1:3] == ("accepted", 3)


def test_what_failed_but_happened_is_repeated_under_the_same_identifier(one_invitation: Post):
    post = one_invitation
    post.mailer.fail_next_after_acting()
    post.sent()
    post.clock.forward(seconds=1.25)
    first, second = post.sent()
    [row] = post.owed()
    assert first.notice_id == second.notice_id == row["notice_id"]
    assert row["doubts"] == 1


def test_patience_ends_after_more_than_a_day(one_invitation: Post):
    post = one_invitation
    post.mailer.fail_next(MOST_ATTEMPTS)
    hours = 1.25
    tries = [
        post.runner.work_off() and post.clock.forward(hours=hours) for _ in range(MOST_ATTEMPTS)
    ]
    assert len(tries) == MOST_ATTEMPTS
    reason = "the double was told to fail"
    assert post.states() == [("registration", "abandoned", MOST_ATTEMPTS, reason)]
    assert sum(map(pause_after, range(MOST_ATTEMPTS)), timedelta()) > timedelta(hours=28)
    post.clock.forward(days=10)
    assert post.sent() == []


def test_an_address_that_fails_bounces_at_once_and_is_not_written_to_again(one_invitation: Post):
    post = one_invitation
    post.mailer.refuse(ADAS_ADDRESS)
    assert post.sent() == []
    assert post.states() == [("registration", "bounced", 1, "5.1.1")]
    post.house.projections.catch_up()
    assert post.house.portal.reach.of(post.who(ADAS_ADDRESS)).failed_version == 1
    post.clock.forward(days=10)
    assert post.sent() == []


def test_what_will_never_work_is_abandoned_at_once_and_names_nobody(
    one_invitation: Post, caplog: pytest.LogCaptureFixture
):
    post = one_invitation
    reason = "the double was told to refuse this mail"
    post.mailer.fail_next_with(WillNeverWork(reason))
    assert post.sent() == []
    assert post.states() == [("registration", "abandoned", 1, reason)]
    assert caplog.messages == [f"notice {post.owed()[0]['notice_id']} will never be sent"]
    post.clock.forward(days=10)
    assert post.sent() == []


def test_a_notice_waits_while_its_address_cannot_be_opened(one_invitation: Post):
    post = one_invitation
    with post.stores.pool.connection() as connection:
        connection.execute("DELETE FROM vault.data_key")
    assert post.sent() == []
    assert post.states() == [("registration", "owed", 1, "the address cannot be opened")]


def test_what_is_owed_to_who_was_erased_meanwhile_is_abandoned(one_invitation: Post):
    post = one_invitation
    ada, now = post.who(ADAS_ADDRESS), post.clock()
    about = {"practice_id": post.house.portal.new_id(), "due_at": now}
    erasure = Erasure.request(ada, by=OPERATOR, at=now, **about)
    erasure.complete(by=SWEEPER, at=now)
    post.stores.log.save(erasure)
    post.house.projections.catch_up()
    assert post.sent() == []
    assert post.states() == [("registration", "abandoned", 1, "the person was erased")]


def test_while_the_roster_lags_behind_a_notice_waits_and_is_not_tried(post: Post):
    post.house.portal.inviting.open_practice(
        practice_id=post.house.portal.new_id(),
        user_id=post.house.portal.new_id(),
        name="Sample Dental",
        address=ADAS_ADDRESS,
        full_name="Ada Sample",
        paid=True,
        at=post.clock(),
    )
    assert post.sent() == []
    assert post.states() == [("registration", "owed", 0, None)]
    post.house.projections.catch_up()
    assert recipients(post.sent()) == [ADAS_ADDRESS]


@dataclass
class Stumbling(MemoryMailer):
    """A carrier with a mistake in it, at one person."""

    at: str = EVERYBODY[0]

    def send(self, mail: Mail) -> str:
        if mail.to_address == self.at:
            raise ZeroDivisionError(f"cannot divide {mail.to_address}")
        return super().send(mail)


def test_a_mistake_at_one_notice_holds_up_no_other(
    invitations: Post, caplog: pytest.LogCaptureFixture
):
    mailer = Stumbling()
    invitations.runner_with(mailer).work_off()
    assert recipients(mailer.sent) == EVERYBODY[1:]
    waiting = [row for row in invitations.owed() if row["state"] == "owed"]
    assert [(row["attempts"], row["answer"]) for row in waiting] == [(1, "ZeroDivisionError")]
    reason = f"notice {waiting[0]['notice_id']} cannot be sent now: ZeroDivisionError"
    assert caplog.messages == [reason]
    assert "person-00" not in caplog.text
    invitations.clock.forward(seconds=1.25)
    assert recipients(invitations.sent()) == EVERYBODY[:1]


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


def test_a_carrier_that_hangs_holds_up_neither_planning_nor_the_other_notices(invitations: Post):
    hanging = Hanging()
    url = invitations.stores.database_url
    with Stores.open(f"{url} options='-c lock_timeout=5s'", PromptLog) as other:
        swift = invitations.runner_with(invitations.mailer, other)
        slow = invitations.runner_with(hanging)
        with meanwhile(slow.work_off):
            try:
                assert hanging.took.wait(30)
                invitations.write(ADAS_ADDRESS, BENS_ADDRESS, RecipientRole.STAFF_HERE)
                swift.work_off()
                told = recipients(invitations.mailer.sent)
            finally:
                hanging.allowed.set()
    assert len(told) == 20
    assert BENS_ADDRESS in told
    assert len(set(told) & set(EVERYBODY)) == 19
    assert {state for _, state, _, _ in invitations.states()} == {"accepted"}


@dataclass
class Bouncing(MemoryMailer):
    """A carrier whose report that a mail came back overtakes its own answer."""

    post: Post | None = None

    def send(self, mail: Mail) -> str:
        reference = MemoryMailer.send(self, mail)
        assert self.post is not None
        at = self.post.clock()
        report = DeliveryReport(UUID(int=7), mail.notice_id, Outcome.BOUNCED, "5.1.1", at)
        self.post.house.portal.delivering.hear([report], at=at)
        return reference


def test_an_address_fails_also_if_that_is_reported_before_our_own_record(one_invitation: Post):
    post = one_invitation
    post.runner_with(Bouncing(post=post)).work_off()
    post.house.projections.catch_up()
    assert [row["state"] for row in post.owed()] == ["bounced"]
    reach, ada = post.house.portal.reach.of(post.who(ADAS_ADDRESS)), post.who(ADAS_ADDRESS)
    person = post.house.portal.roster.person(ada)
    assert person
    assert reach.fails(person.email)


class Overtaken(PromptLog):
    """A log in which a report comes in right before the first thing that a notifier records."""

    name = "domain"
    first: Callable[[], object] | None = None

    def save_within(self, connection: psycopg.Connection[Any], *aggregates: Any) -> None:
        first, self.first = self.first, None
        if first:
            first()
        super().save_within(connection, *aggregates)


def test_a_report_about_what_was_cut_off_stops_no_sender(one_invitation: Post):
    post = one_invitation
    post.runner.planner.plan_next()
    with post.stores.pool.connection() as connection:
        connection.execute("UPDATE notices.owed SET taken_by = -1")
    [notice_id] = [row["notice_id"] for row in post.owed()]
    report = DeliveryReport(UUID(int=7), notice_id, Outcome.DELIVERED, "", post.clock())
    with Stores.open(post.stores.database_url, Overtaken) as other:
        assert isinstance(other.log, Overtaken)
        other.log.first = lambda: post.house.portal.delivering.hear([report], at=post.clock())
        post.runner_with(post.mailer, other).work_off()
    assert [row["state"] for row in post.owed()] == ["accepted"]
    assert post.mailer.sent == []
