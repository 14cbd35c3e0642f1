"""Each fact is told once: whoever runs beside, is killed, is late, or breaks down."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from adapters.outbox_mailer import OutboxMailer
from notifiers.mailer import Mail
from runtime.migration import STEPS, migrate
from runtime.stores import Stores
from tests.fixtures.at_once import at_once
from tests.fixtures.clock import START
from tests.fixtures.prompt_log import PromptLog
from tests.notifiers.post import ADAS_ADDRESS, EVERYBODY, Post, recipients

DIE = """
CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql
AS $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;
"""


@contextmanager
def deadly(post: Post, table: str) -> Iterator[None]:
    """Let everybody be killed who is about to change a table of the notices."""
    with psycopg.connect(post.stores.database_url, autocommit=True) as connection:
        connection.execute(DIE)
        connection.execute(
            f"CREATE TRIGGER die AFTER UPDATE ON notices.{table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION die()"
        )
        try:
            yield
        finally:
            connection.execute("DROP FUNCTION die CASCADE")


def test_every_fact_is_told_once_and_recorded_as_accepted(invitations: Post):
    mails = invitations.sent()
    assert recipients(mails) == EVERYBODY
    accepted = {row["notice_id"]: row for row in invitations.owed()[-20:]}
    assert {mail.notice_id for mail in mails} == accepted.keys()
    assert {(row["state"], row["attempts"]) for row in accepted.values()} == {("accepted", 1)}
    assert {row["answer"] for row in accepted.values()} == {
        f"memory-{mail.notice_id}" for mail in mails
    }
    assert {row["answered_at"] for row in accepted.values()} == {START + timedelta(hours=1)}


def test_working_off_again_tells_nothing_twice(invitations: Post):
    invitations.sent()
    assert invitations.runner.work_off() == 0
    assert recipients(invitations.sent()) == EVERYBODY


def test_a_notice_is_sent_under_the_same_identifier_wherever_it_is_planned(invitations: Post):
    invitations.runner.planner.plan_next()
    planned = [row["notice_id"] for row in invitations.owed()]
    with invitations.stores.pool.connection() as connection:
        connection.execute("UPDATE notices.position SET position = 0")
    invitations.runner.planner.plan_next()
    assert [row["notice_id"] for row in invitations.owed()] == planned
    assert recipients(invitations.sent()) == EVERYBODY


def test_several_runners_at_once_tell_each_fact_once(invitations: Post):
    url = invitations.stores.database_url
    one, two, three = [Stores.open(url, PromptLog) for _ in range(3)]
    with one, two, three:
        runners = [invitations.runner_with(invitations.mailer, it) for it in (one, two, three)]
        answers = at_once(*[runner.work_off for runner in runners])
    assert [type(answer) for answer in answers] == [int] * 3
    assert recipients(invitations.mailer.sent) == EVERYBODY
    assert {state for _, state, _, _ in invitations.states()} == {"accepted"}


class Killed(BaseException):
    """What ends a process in the middle of its work."""


@dataclass
class Deadly:
    """A carrier beside which the process is killed: before it acts, or right afterwards."""

    outbox: OutboxMailer
    acts: bool
    carrier: str = "outbox"

    def send(self, mail: Mail) -> str:
        if self.acts:
            self.outbox.send(mail)
        raise Killed


@pytest.mark.parametrize("acts", [False, True], ids=["before it is sent", "after it was sent"])
def test_a_runner_that_is_killed_at_a_mail_leaves_one_mail(
    invitations: Post, tmp_path: Path, *, acts: bool
):
    outbox = OutboxMailer(tmp_path / "mails", invitations.clock)
    with pytest.raises(Killed):
        invitations.runner_with(Deadly(outbox, acts)).work_off()
    invitations.runner_with(outbox).work_off()
    assert sorted(mail.to for mail in outbox.mails()) == EVERYBODY
    assert {state for _, state, _, _ in invitations.states()} == {"accepted"}


@pytest.mark.as_owner
@pytest.mark.parametrize("table", ["position", "owed"])
def test_a_runner_whose_connection_is_cut_before_its_record_leaves_one_mail(
    invitations: Post, tmp_path: Path, table: str
):
    outbox = OutboxMailer(tmp_path / "mails", invitations.clock)
    with deadly(invitations, table), pytest.raises(psycopg.OperationalError):
        invitations.runner_with(outbox).work_off()
    invitations.runner_with(outbox).work_off()
    assert sorted(mail.to for mail in outbox.mails()) == EVERYBODY


def test_a_newly_made_notifier_mails_nothing_of_the_past(
    invitations: Post, blank_database_url: str, tmp_path: Path
):
    older = tmp_path / "older release"
    older.mkdir()
    for step in sorted(STEPS.glob("000[123]_*.sql")):
        (older / step.name).write_bytes(step.read_bytes())
    migrate(blank_database_url, older)
    past = [recorded.event for recorded in invitations.stores.log.read(after=0, limit=1000)]
    with Stores.open(blank_database_url, PromptLog) as stores:
        stores.log.save(*past)
        migrate(blank_database_url)
        assert stores.log.head() == len(past)
        runner = invitations.runner_with(invitations.mailer, stores)
        assert runner.work_off() == 0
    assert invitations.mailer.sent == []


def test_a_runner_runs_until_it_is_told_to_stop(one_invitation: Post):
    answers, idle = iter([True, True, False]), []

    def wait(is_idle: bool) -> bool:  # noqa: FBT001 - the runner's own signature
        idle.append(is_idle)
        return next(answers)

    one_invitation.runner.run(wait)
    assert idle == [False, False, True]
    assert recipients(one_invitation.mailer.sent) == [ADAS_ADDRESS]
