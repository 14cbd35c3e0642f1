"""The runner carries the log into the read models: each event once, whoever is killed, no keys."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from uuid import UUID

import psycopg
import pytest

from adapters.keyring import Keyring
from adapters.vault import PostgresVault
from domain.inviting import Inviting
from domain.ports import personal
from eventlog.log import Recorded
from projections.change import Change
from projections.inbox import INBOX
from projections.positions import lock_position
from projections.projection import Event, Projection
from projections.roster import ROSTER, Roster
from projections.runner import BATCH, PROJECTIONS, Runner
from runtime.embedded_postgres import EmbeddedPostgres
from runtime.stores import Stores
from tests.fixtures.at_once import at_once
from tests.fixtures.clock import START
from tests.fixtures.prompt_log import PromptLog
from tests.projections.history import history, long_past
from tests.projections.oddities import Count, Weather, all_rows_of_fresh, counted, unknown
from tests.projections.rows import (
    all_rows,
    append,
    cut,
    everywhere,
    positions,
    rows_of,
    runner,
)

ADA = UUID("00000000-0000-0000-0000-0000000000aa")


def past() -> list[Event]:
    return history(seed=7, commands=400)


def test_an_event_that_means_nothing_here_is_passed_over(stores: Stores):
    stores.log.save(Weather.rain(1), Weather.rain(2))
    before = all_rows(stores.pool)
    assert runner(stores).advance_all() == 2
    assert positions(stores.pool) == everywhere(2)
    assert all_rows(stores.pool) == before


def test_an_event_that_nobody_knows_is_passed_over(stores: Stores):
    append(stores, past())
    unknown(stores, "message.dreamt")
    runner(stores).catch_up()
    assert set(positions(stores.pool).values()) == {len(past()) + 1}


def test_a_long_past_is_read_batch_by_batch(stores: Stores):
    append(stores, long_past())
    assert runner(stores).advance([ROSTER]) == BATCH
    assert positions(stores.pool)["roster"] == BATCH
    batches = list(iter(lambda: runner(stores).advance([ROSTER]), 0))
    assert batches[:-1] == [BATCH] * (len(batches) - 1)
    assert BATCH + sum(batches) == len(long_past())


def test_read_models_that_have_come_to_different_places_share_one_pass(stores: Stores):
    append(stores, long_past())
    reference = all_rows_of_fresh(stores)
    runner(stores).advance([ROSTER], limit=37)
    runner(stores).advance([INBOX], limit=111)
    runner(stores).catch_up()
    assert all_rows(stores.pool) == reference


def test_a_read_model_that_is_not_there_is_named(stores: Stores):
    with pytest.raises(LookupError, match="the read model weather is not installed"):
        runner(stores).advance([Projection("weather", {})])


def test_several_runners_at_once_apply_each_event_once(stores: Stores):
    others = [Stores.open(stores.database_url, PromptLog) for _ in range(3)]
    runners = [Runner(other.log, other.pool, [Count()]) for other in others]
    append(stores, long_past())
    answers = at_once(*[one.catch_up for one in runners])
    for other in others:
        other.close()
    assert answers == [None, None, None]
    assert counted(stores) == positions(stores.pool)["entitlements"] == len(long_past())


def test_a_read_model_at_which_another_runner_works_is_left_to_it(stores: Stores):
    append(stores, past())
    with stores.pool.connection() as busy:
        lock_position(busy, ROSTER)
        runner(stores).catch_up()
        assert positions(stores.pool) == {**everywhere(len(past())), "roster": 0}
    runner(stores).catch_up()
    assert positions(stores.pool)["roster"] == len(past())


class Dying(Projection):
    """Is what another one is, but its runner is cut off in the middle of a batch."""

    def __init__(self, projection: Projection, position: int, cut: Callable[[], object]) -> None:
        super().__init__(projection.name, {})
        self._projection, self._position, self._cut = projection, position, cut

    def changes(self, recorded: Recorded) -> Iterable[Change]:
        if recorded.position == self._position:
            self._cut()
        yield from self._projection.changes(recorded)


def test_a_runner_that_is_killed_in_a_batch_has_done_none_of_it(
    stores: Stores, server: EmbeddedPostgres
):
    append(stores, long_past())
    runner(stores).advance([Count()])
    with pytest.raises(psycopg.OperationalError):
        runner(stores).advance([Dying(Count(), BATCH + 100, lambda: cut(stores, server))])
    assert counted(stores) == positions(stores.pool)["entitlements"] == BATCH
    Runner(stores.log, stores.pool, [Count()]).catch_up()
    assert counted(stores) == len(long_past())


def test_after_a_kill_the_read_models_are_as_if_nothing_had_been(
    stores: Stores, server: EmbeddedPostgres
):
    append(stores, past())
    shown = all_rows_of_fresh(stores)
    for projection in PROJECTIONS:
        with pytest.raises(psycopg.OperationalError):
            runner(stores).advance([Dying(projection, 50, lambda: cut(stores, server))])
    runner(stores).catch_up()
    assert all_rows(stores.pool) == shown


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

import psycopg
from eventlog.sequencer import Sequencer

with psycopg.connect(sys.argv[1], autocommit=True) as connection:
    sequencer = Sequencer(connection)
    assert sequencer.campaign()
    sequencer.catch_up()
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
