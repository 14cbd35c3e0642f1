"""Transactions that stay open: those that append are waited for, all others are not."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import ExitStack, closing
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from psycopg import sql

from eventlog.log import EventLog
from eventlog.postgres import in_postgres
from eventlog.sequencer import Sequencer
from runtime.embedded_postgres import EmbeddedPostgres
from tests.eventlog.test_log import practice
from tests.faults.attempts import Notes, Writer
from tests.faults.pace import for_a_while
from tests.faults.sequencing import in_office, sequencing
from tests.faults.soundness import require_sound
from tests.fixtures.database import database_of
from tests.fixtures.product import eventually

pytestmark = pytest.mark.as_owner

INSERT = """
INSERT INTO eventlog.domain_events (originator_id, originator_version, topic, state)
VALUES (gen_random_uuid(), 1, 'practice.registered', %s) RETURNING notification_id
"""


PAUSE = """
ALTER FUNCTION eventlog.decided() RENAME TO decided_after_a_pause;
CREATE FUNCTION eventlog.decided() RETURNS bigint LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(42);
    RETURN eventlog.decided_after_a_pause();
END;
$$
"""
"""Lets a test hold up the sequencer when it asks what is decided."""


@pytest.fixture
def log(database_url: str) -> Iterator[EventLog]:
    """A log without a sequencer."""
    log = EventLog(in_postgres(database_url))
    yield log
    log.close()


def insert(writer: psycopg.Connection, *, times: int = 1) -> int:
    """Append by hand, in the transaction of the writer; return the last notification id."""
    for _ in range(times):
        row = writer.execute(INSERT, (b"{}",)).fetchone()
    assert row
    return int(row[0])


def states(log: EventLog) -> list[int]:
    return [one.position for one in log.read(after=0, limit=10_000)]


@pytest.mark.parametrize("ending", ["commit", "rollback"])
@pytest.mark.parametrize("times", [1, 3])
def test_the_order_waits_for_who_appends_and_then_goes_on(
    log: EventLog, database_url: str, ending: str, times: int
):
    log.save(practice(1))
    with psycopg.connect(database_url) as late, in_office(database_url) as sequencer:
        insert(late, times=times)
        log.save(practice(2), practice(3))
        sequencer.catch_up()
        assert states(log) == [1]
        getattr(late, ending)()
        sequencer.catch_up()
        log.save(practice(4))
        sequencer.catch_up()
    assert require_sound(database_url) == len(states(log)) == 4 + times * (ending == "commit")


def test_the_order_goes_on_up_to_the_oldest_of_several_who_are_late(
    log: EventLog, database_url: str
):
    with (
        psycopg.connect(database_url) as first,
        psycopg.connect(database_url) as second,
        in_office(database_url) as sequencer,
    ):
        insert(first)
        log.save(practice(1))
        insert(second)
        log.save(practice(2))
        second.commit()
        sequencer.catch_up()
        assert states(log) == []
        insert(second)
        first.rollback()
        log.save(practice(3))
        sequencer.catch_up()
        assert states(log) == [1, 2, 3]
        second.rollback()
        sequencer.catch_up()
    assert require_sound(database_url) == 4


def test_a_part_of_a_transaction_that_was_taken_back_holds_up_nothing_else(
    log: EventLog, database_url: str
):
    with psycopg.connect(database_url) as late, in_office(database_url) as sequencer:
        late.execute("SELECT 1")
        with late.transaction() as part:
            insert(late)
            raise psycopg.Rollback(part)
        log.save(practice(1))
        sequencer.catch_up()
        assert states(log) == [1]
        with late.transaction():
            insert(late)
        log.save(practice(2))
        sequencer.catch_up()
        assert states(log) == [1]
        late.commit()
        sequencer.catch_up()
    assert require_sound(database_url) == 3


def test_who_dies_in_the_middle_is_not_waited_for(
    log: EventLog, database_url: str, server: EmbeddedPostgres
):
    late = psycopg.connect(database_url)
    insert(late)
    log.save(practice(1))
    with in_office(database_url) as sequencer:
        sequencer.catch_up()
        assert states(log) == []
        with psycopg.connect(server.superuser_url) as superuser:
            superuser.execute("SELECT pg_terminate_backend(%s, 60000)", (late.info.backend_pid,))
        sequencer.catch_up()
        assert states(log) == [1]
    late.close()


def test_transactions_that_append_nothing_hold_up_nothing(
    log: EventLog,
    database_url: str,
    server: EmbeddedPostgres,
    template: str,
    request: pytest.FixtureRequest,
):
    log.save(practice(1))
    with (
        database_of(request, server, template) as other_url,
        psycopg.connect(other_url) as elsewhere,
        psycopg.connect(database_url) as here,
        psycopg.connect(database_url) as looking,
        in_office(database_url) as sequencer,
    ):
        insert(elsewhere)
        here.execute("INSERT INTO public.securemail_migration (name) VALUES ('none')")
        here.execute("SELECT pg_advisory_xact_lock(1), pg_advisory_xact_lock(1, 1)")
        looking.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        looking.execute("SELECT count(*) FROM eventlog.domain_events")
        log.save(practice(2))
        sequencer.catch_up()
        assert states(log) == [1, 2]
    assert require_sound(database_url) == 2


@pytest.mark.parametrize("isolation", ["read committed", "repeatable read", "serializable"])
def test_who_ends_while_the_sequencer_looks_is_in_the_order_whatever_the_isolation(
    database_url: str, isolation: str
):
    with (
        ThreadPoolExecutor(1) as thread,
        psycopg.connect(f"{database_url} application_name=sequencer", autocommit=True) as ordering,
        psycopg.connect(database_url, autocommit=True) as early,
        psycopg.connect(database_url) as late,
        psycopg.connect(database_url) as pausing,
    ):
        insert(late)
        insert(early)
        early.execute(PAUSE)
        ordering.execute(sql.SQL("SET default_transaction_isolation = {}").format(isolation))
        sequencer = Sequencer(ordering)
        assert sequencer.campaign()
        pausing.execute("SELECT pg_advisory_xact_lock(42)")
        looking = thread.submit(sequencer.catch_up)
        eventually(lambda: is_blocked(database_url), "the sequencer to look")
        late.commit()
        pausing.commit()
        looking.result()
        sequencer.catch_up()
    assert require_sound(database_url) == 2


def is_blocked(database_url: str) -> bool:
    """Say whether the sequencer waits for a lock."""
    with psycopg.connect(database_url) as connection:
        waiting = connection.execute(
            """
            SELECT FROM pg_stat_activity
            WHERE application_name = 'sequencer' AND wait_event_type = 'Lock'
                AND datname = current_database()
            """
        )
        return waiting.fetchone() is not None


def test_readers_miss_nothing_of_those_who_are_late(database_url: str, tmp_path: Path):
    notes, writing, all_ordered = Notes(tmp_path / "notes"), threading.Event(), threading.Event()
    writing.set()
    with ExitStack() as stack:
        logs = [stack.enter_context(closing(EventLog(in_postgres(database_url)))) for _ in range(4)]
        threads = stack.enter_context(ThreadPoolExecutor(8))
        stack.callback(all_ordered.set)
        followers = [threads.submit(follow, log, all_ordered) for log in logs[:2]]
        with sequencing(database_url):
            acts = [Writer(log, notes, writing.is_set).write for log in logs[2:]]
            writers = [threads.submit(act) for act in acts]
            stack.callback(writing.clear)
            late = [threads.submit(append_late, database_url, first) for first in range(3)]
            committed = sum(one.result() for one in late)
            writing.clear()
            wait(writers)
    assert require_sound(database_url) == committed + sum(notes.noted("kept").values())
    for follower in followers:
        assert follower.result() == everything(database_url)


def append_late(database_url: str, first: int) -> int:
    """Hold transactions open until others have passed them; commit every other; return how many."""
    with psycopg.connect(database_url) as late:
        for number in for_a_while(at_least=6):
            own = insert(late)
            eventually(lambda own=own: newest(database_url) > own + 10, "others to append")
            late.commit() if (first + number) % 2 else late.rollback()
    return sum((first + one) % 2 for one in range(number + 1))


def newest(database_url: str) -> int:
    with psycopg.connect(database_url) as connection:
        row = connection.execute("SELECT max(notification_id) FROM eventlog.domain_events")
        return (row.fetchone() or [None])[0] or 0


def follow(log: EventLog, all_ordered: threading.Event) -> list[tuple[int, UUID]]:
    """Read behind one's position and never look back, until all is ordered and read."""
    found: list[tuple[int, UUID]] = []
    is_last_look = False
    while not is_last_look:
        is_last_look = all_ordered.is_set()
        while batch := log.recorder.read(len(found), 7):  # type: ignore[attr-defined] # in PostgreSQL
            found.extend((position, event.originator_id) for position, event in batch)
    return found


def everything(database_url: str) -> list[tuple[int, UUID]]:
    with psycopg.connect(database_url) as connection:
        return connection.execute(
            """
            SELECT position, originator_id
            FROM eventlog.ledger JOIN eventlog.domain_events USING (notification_id)
            ORDER BY position
            """
        ).fetchall()
