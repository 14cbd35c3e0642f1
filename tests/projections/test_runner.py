"""The runner carries the log into the read models: each event once, whoever is killed, no keys."""

import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from uuid import UUID

import psycopg
import pytest

from adapters.keyring import Keyring
from adapters.vault import PostgresVault
from domain.aggregate import Aggregate, FirstEvent
from domain.inviting import Inviting
from domain.ports import personal
from eventlog.log import Recorded
from projections.inbox import INBOX
from projections.progress import Progress
from projections.projection import Change, Event, Projection
from projections.roster import ROSTER, Roster
from projections.runner import BATCH, PROJECTIONS, Runner
from runtime.stores import Stores
from tests.fixtures.at_once import at_once
from tests.fixtures.clock import START
from tests.projections.history import history, long_past
from tests.projections.rows import all_rows, append, positions, remembered, rows_of, runner

ADA = UUID("00000000-0000-0000-0000-0000000000aa")


def past() -> list[Event]:
    return history(seed=7, commands=400)


class Weather(Aggregate):
    """Something that no read model has ever heard of."""

    TOPIC = "test-weather"

    class Event(Aggregate.Event):
        """Something about the weather."""

    class RainFell(Event, FirstEvent):
        """It rained."""

        TOPIC = "test-weather.rain-fell"

    @classmethod
    def rain(cls, place: int) -> "Weather":
        return cls._create(cls.RainFell, id=UUID(int=place), timestamp=START, by=ADA)


def test_an_event_that_means_nothing_here_is_passed_over(stores: Stores):
    stores.log.save(Weather.rain(1), Weather.rain(2))
    before = all_rows(stores.pool)
    assert runner(stores).advance_all() == 6
    assert positions(stores.pool) == {"roster": 2, "inbox": 2, "entitlements": 2}
    assert all_rows(stores.pool) == before


def test_a_long_past_is_read_batch_by_batch(stores: Stores):
    append(stores, long_past())
    assert runner(stores).advance(ROSTER) == BATCH
    assert positions(stores.pool)["roster"] == BATCH
    assert runner(stores).advance(ROSTER) == len(long_past()) - BATCH
    assert runner(stores).advance(ROSTER) == 0


def test_a_read_model_that_is_not_there_is_named(stores: Stores):
    with pytest.raises(LookupError, match="the read model weather is not installed"):
        runner(stores).advance(Projection("weather", lambda _: []))


def count(recorded: Recorded) -> Iterable[Change]:
    """Count every event, in the table of something else."""
    yield Change(
        """
        INSERT INTO entitlement (user_id, made_by_version, made_at)
        VALUES (%(one)s, 1, now())
        ON CONFLICT (user_id) DO UPDATE SET made_by_version = entitlement.made_by_version + 1
        """,
        {"one": ADA, "position": recorded.position},
    )


COUNTER = Projection("entitlements", count)


def counted(stores: Stores) -> int:
    with stores.pool.connection() as connection:
        row = connection.execute("SELECT made_by_version FROM entitlements.entitlement").fetchone()
    return int(row[0]) if row else 0


def test_several_runners_at_once_apply_each_event_once(stores: Stores):
    others = [Stores.open(stores.database_url) for _ in range(3)]
    runners = [Runner(other.log, other.pool, [COUNTER]) for other in others]
    append(stores, long_past())
    answers = at_once(*[one.catch_up for one in runners])
    for other in others:
        other.close()
    assert answers == [None, None, None]
    assert counted(stores) == positions(stores.pool)["entitlements"] == len(long_past())


DIE = Change("SELECT pg_terminate_backend(pg_backend_pid())", {})


def dies_at(position: int, projection: Projection) -> Projection:
    """Return a read model whose runner is cut off in the middle of a batch."""

    def changes(recorded: Recorded) -> Iterable[Change]:
        yield from projection.changes(recorded)
        if recorded.position == position:
            yield DIE

    return Projection(projection.name, changes)


def test_a_runner_that_is_killed_in_a_batch_has_done_none_of_it(stores: Stores):
    append(stores, long_past())
    runner(stores).advance(COUNTER)
    with pytest.raises(psycopg.OperationalError):
        runner(stores).advance(dies_at(BATCH + 100, COUNTER))
    assert counted(stores) == positions(stores.pool)["entitlements"] == BATCH
    Runner(stores.log, stores.pool, [COUNTER]).catch_up()
    assert counted(stores) == len(long_past())


def test_after_a_kill_the_read_models_are_as_if_nothing_had_been(stores: Stores):
    append(stores, past())
    for projection in PROJECTIONS:
        with pytest.raises(psycopg.OperationalError):
            runner(stores).advance(dies_at(50, projection))
    runner(stores).catch_up()
    shown = all_rows(stores.pool)
    with stores.pool.connection() as connection:
        connection.execute("UPDATE projection.position SET position = 0")
        connection.execute("TRUNCATE roster.practice, roster.person, roster.user_manager")
        connection.execute("TRUNCATE inbox.message")
        connection.execute("TRUNCATE entitlements.entitlement, entitlements.purchase")
    runner(stores).catch_up()
    assert all_rows(stores.pool) == shown


def stumbles(recorded: Recorded) -> Iterable[Change]:
    """Fail at the third event, after a change of each."""
    yield from count(recorded)
    if recorded.position == 3:
        raise ZeroDivisionError("Carla Weiss, +12025550123")


def writes_nonsense(recorded: Recorded) -> Iterable[Change]:
    """Write what the table refuses at the third event."""
    yield from count(recorded)
    if recorded.position == 3:
        yield Change("INSERT INTO entitlement (user_id) VALUES (%(name)s)", {"name": ADA})


@pytest.mark.parametrize(
    ("changes", "reason"), [(stumbles, "ZeroDivisionError"), (writes_nonsense, "NotNullViolation")]
)
def test_a_read_model_that_fails_stands_still_alone_and_is_named(
    stores: Stores, caplog: pytest.LogCaptureFixture, changes, reason: str
):
    append(stores, past())
    broken = Projection("entitlements", changes)
    Runner(stores.log, stores.pool, [broken, ROSTER, INBOX]).catch_up()
    head = len(past())
    assert positions(stores.pool) == {"entitlements": 0, "roster": head, "inbox": head}
    assert counted(stores) == 0
    assert caplog.messages[0] == f"projection entitlements stands still: {reason}"
    assert "Carla" not in caplog.text


def test_a_read_model_that_was_repaired_goes_on_where_it_stood(stores: Stores):
    append(stores, past())
    Runner(stores.log, stores.pool, [Projection("entitlements", stumbles), ROSTER]).catch_up()
    runner(stores).catch_up()
    assert positions(stores.pool) == dict.fromkeys(("entitlements", "roster", "inbox"), len(past()))


def test_a_runner_runs_until_it_is_told_to_stop(stores: Stores):
    append(stores, past())
    answers = iter([True, True, False])
    idle: list[bool] = []

    def wait(is_idle: bool) -> bool:  # noqa: FBT001 - the runner's own signature
        idle.append(is_idle)
        return next(answers)

    runner(stores).run(wait)
    assert idle == [False, True, True]


WITHOUT_KEYS = """
import sys
from eventlog.log import EventLog
from eventlog.postgres import in_postgres
from projections.runner import Runner
from psycopg_pool import ConnectionPool
import domain

log = EventLog(in_postgres(sys.argv[1]))
with ConnectionPool(sys.argv[1]) as pool:
    Runner(log, pool).catch_up()
log.close()
print(sorted({name.partition(".")[0] for name in sys.modules} & {"adapters", "cryptography"}))
"""


def test_sealed_values_travel_through_a_process_that_has_neither_keys_nor_a_cipher(
    stores: Stores, tmp_path: Path
):
    vault = PostgresVault(stores.pool, Keyring.draw())
    Inviting(stores.log, vault).open_practice(
        practice_id=UUID(int=1),
        user_id=ADA,
        name="Sample Dental",
        address="ada@sample-dental.example",
        full_name="Ada Sample",
        paid=True,
        at=START,
    )
    done = subprocess.run(  # noqa: S603 - this Python, our own words
        [sys.executable, "-c", WITHOUT_KEYS, stores.database_url],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(Path(__file__).parents[2])},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "[]\n", "")
    person = Roster(stores.pool).person(ADA)
    assert person is not None
    assert person.full_name is not None
    assert vault.open(person.full_name, personal(ADA, "full_name", 1)) == "Ada Sample"
    assert vault.open(person.email, personal(ADA, "email", 1)) == "ada@sample-dental.example"
    assert "Ada Sample" not in str(rows_of(stores.pool, "roster"))


def test_who_waits_for_a_position_is_told_when_every_read_model_shows_it(stores: Stores):
    remembered(stores, past())
    progress = Progress(stores.pool)
    assert progress.positions() == positions(stores.pool)
    assert progress.wait(len(past()), seconds=0) is True
    assert progress.wait(0, seconds=0) is True


def test_who_waits_longer_than_the_bound_is_told_so(stores: Stores):
    remembered(stores, past()[:-1])
    append(stores, past()[-1:])
    runner(stores).advance(ROSTER)
    assert Progress(stores.pool).wait(len(past()), seconds=0.05) is False
    assert Progress(stores.pool).wait(len(past()) - 1, seconds=0) is True


def test_who_waits_while_the_runner_works_sees_it_happen(stores: Stores):
    append(stores, past())
    waited, _ = at_once(
        lambda: Progress(stores.pool).wait(len(past()), seconds=20), runner(stores).catch_up
    )
    assert waited is True
