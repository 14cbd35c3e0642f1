"""The runner carries the log into the read models: each event once, whoever is killed, no keys."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from eventsourcing.persistence import StoredEvent
from eventsourcing.utils import get_topic

from adapters.keyring import Keyring
from adapters.vault import PostgresVault
from domain.aggregate import Aggregate, FirstEvent
from domain.inviting import Inviting
from domain.ports import personal
from eventlog.log import Recorded
from projections.change import Change, Insert
from projections.entitlements import ENTITLEMENTS
from projections.inbox import INBOX
from projections.positions import lock_position
from projections.progress import Progress
from projections.projection import Event, Projection
from projections.roster import ROSTER, Roster
from projections.runner import BATCH, PROJECTIONS, Runner
from runtime.embedded_postgres import EmbeddedPostgres
from runtime.stores import Stores
from tests.fixtures.at_once import at_once
from tests.fixtures.clock import START
from tests.fixtures.prompt_log import PromptLog
from tests.projections.history import history, long_past
from tests.projections.rows import (
    Rows,
    all_rows,
    append,
    cut,
    positions,
    remembered,
    rows_of,
    runner,
)

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
    assert runner(stores).advance_all() == 2
    assert positions(stores.pool) == {"roster": 2, "inbox": 2, "entitlements": 2}
    assert all_rows(stores.pool) == before


def test_an_event_that_nobody_knows_is_passed_over(stores: Stores):
    append(stores, past())
    unknown(stores, "message.dreamt")
    runner(stores).catch_up()
    assert set(positions(stores.pool).values()) == {len(past()) + 1}


def unknown(stores: Stores, topic: str) -> None:
    """Append an event that no program can read."""
    stores.log.recorder.insert_events([StoredEvent(UUID(int=404), 1, topic, b"\xff")])


def test_a_long_past_is_read_batch_by_batch(stores: Stores):
    append(stores, long_past())
    assert runner(stores).advance([ROSTER]) == BATCH
    assert positions(stores.pool)["roster"] == BATCH
    assert runner(stores).advance([ROSTER]) == len(long_past()) - BATCH
    assert runner(stores).advance([ROSTER]) == 0


def test_read_models_that_have_come_to_different_places_share_one_pass(stores: Stores):
    append(stores, long_past())
    reference = all_rows_of_fresh(stores)
    runner(stores).advance([ROSTER], limit=37)
    runner(stores).advance([INBOX], limit=111)
    runner(stores).catch_up()
    assert all_rows(stores.pool) == reference


def all_rows_of_fresh(stores: Stores) -> dict[str, Rows]:
    """Return what the read models hold once they have grown from nothing, and empty them."""
    runner(stores).catch_up()
    shown = all_rows(stores.pool)
    forget(stores)
    return shown


def forget(stores: Stores) -> None:
    """Let all read models begin anew."""
    with stores.pool.connection() as connection:
        connection.execute("UPDATE projection.position SET position = 0, notification_id = 0")
        connection.execute("DELETE FROM roster.practice")
        connection.execute("DELETE FROM roster.person")
        connection.execute("DELETE FROM roster.user_manager")
        connection.execute("DELETE FROM inbox.message")
        connection.execute("DELETE FROM entitlements.entitlement")
        connection.execute("DELETE FROM entitlements.purchase")


def test_a_read_model_that_is_not_there_is_named(stores: Stores):
    with pytest.raises(LookupError, match="the read model weather is not installed"):
        runner(stores).advance([Projection("weather", {})])


class Count(Projection):
    """Counts every event, with a row each in the table of something else."""

    def __init__(self) -> None:
        super().__init__("entitlements", {})

    def changes(self, recorded: Recorded) -> Iterable[Change]:
        yield Insert(
            "entitlement",
            {"user_id": UUID(int=recorded.position)},
            {"made_by_version": recorded.position, "made_at": START},
        )


def counted(stores: Stores) -> int:
    with stores.pool.connection() as connection:
        row = connection.execute("SELECT count(*) FROM entitlements.entitlement").fetchone()
    return int(row[0]) if row else 0


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
        assert positions(stores.pool) == {
            "inbox": len(past()),
            "entitlements": len(past()),
            "roster": 0,
        }
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


class Stumbling(Count):
    """Fails at the third event."""

    def changes(self, recorded: Recorded) -> Iterable[Change]:
        yield from super().changes(recorded)
        if recorded.position == 3:
            raise ZeroDivisionError("Carla Weiss, +12025550123")


class WritingNonsense(Count):
    """Writes what the table refuses at the third event."""

    def changes(self, recorded: Recorded) -> Iterable[Change]:
        yield from super().changes(recorded)
        if recorded.position == 3:
            yield Insert("entitlement", {"user_id": ADA}, {"granted": True})


@pytest.mark.parametrize(
    ("broken", "reason"),
    [(Stumbling(), "ZeroDivisionError"), (WritingNonsense(), "NotNullViolation")],
)
def test_a_read_model_that_fails_stands_still_alone_and_the_event_is_named(
    stores: Stores, caplog: pytest.LogCaptureFixture, broken: Projection, reason: str
):
    append(stores, past())
    Runner(stores.log, stores.pool, [broken, ROSTER, INBOX]).catch_up()
    head, failure = len(past()), f"position 3, {get_topic(type(past()[2]))}: {reason}"
    assert positions(stores.pool) == {"entitlements": 2, "roster": head, "inbox": head}
    assert counted(stores) == 2
    assert caplog.messages == [f"projection entitlements stands still at {failure}"]
    assert Progress(stores.pool).failures() == {"entitlements": failure}
    assert "Carla" not in caplog.text


def test_an_event_that_cannot_be_read_stops_only_who_has_to_read_it(
    stores: Stores, caplog: pytest.LogCaptureFixture
):
    append(stores, past())
    unknown(stores, "message.read")
    append(stores, [Weather.rain(1).pending_events[0]])
    runner(stores).catch_up()
    head = len(past())
    assert positions(stores.pool) == {"inbox": head, "roster": head + 2, "entitlements": head + 2}
    failure = f"position {head + 1}, message.read: MapperDeserialisationError"
    assert caplog.messages == [f"projection inbox stands still at {failure}"]


def test_a_read_model_that_stands_still_is_not_tried_again_at_once(
    stores: Stores, caplog: pytest.LogCaptureFixture
):
    append(stores, past())
    broken = Runner(stores.log, stores.pool, [Stumbling()])
    broken.catch_up()
    broken.catch_up()
    assert len(caplog.messages) == 1


def test_who_waits_for_the_read_models_does_not_wait_for_one_that_stands_still(stores: Stores):
    append(stores, past())
    Runner(stores.log, stores.pool, [Stumbling(), ROSTER, INBOX]).catch_up()
    assert Progress(stores.pool).wait(len(past()), seconds=0) is True


def test_a_read_model_that_was_repaired_goes_on_where_it_stood(stores: Stores):
    append(stores, past())
    Runner(stores.log, stores.pool, [StumblingAt50(), ROSTER]).catch_up()
    assert Progress(stores.pool).failures().keys() == {"entitlements"}
    runner(stores).catch_up()
    assert positions(stores.pool) == dict.fromkeys(("entitlements", "roster", "inbox"), len(past()))
    assert Progress(stores.pool).failures() == {}
    shown = all_rows(stores.pool)
    assert all_rows_of_fresh(stores) == shown


class StumblingAt50(Projection):
    """Is what the entitlements are, up to an event in the middle of a batch."""

    def __init__(self) -> None:
        super().__init__("entitlements", {})

    def changes(self, recorded: Recorded) -> Iterable[Change]:
        if recorded.position == 50:
            raise ZeroDivisionError
        yield from ENTITLEMENTS.changes(recorded)


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


def test_who_waits_for_a_position_is_told_when_every_read_model_shows_it(stores: Stores):
    remembered(stores, past())
    progress = Progress(stores.pool)
    assert progress.positions() == positions(stores.pool)
    assert progress.wait(len(past()), seconds=0) is True
    assert progress.wait(0, seconds=0) is True


def test_who_waits_longer_than_the_bound_is_told_so(stores: Stores):
    remembered(stores, past()[:-1])
    append(stores, past()[-1:])
    runner(stores).advance([ROSTER])
    assert Progress(stores.pool).wait(len(past()), seconds=0.05) is False
    assert Progress(stores.pool).wait(len(past()) - 1, seconds=0) is True


def test_who_waits_while_the_runner_works_sees_it_happen(stores: Stores):
    append(stores, past())
    waited, _ = at_once(
        lambda: Progress(stores.pool).wait(len(past()), seconds=20), runner(stores).catch_up
    )
    assert waited is True
