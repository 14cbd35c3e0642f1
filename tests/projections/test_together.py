"""A long history is built by several processes: to the same rows, also when one of them dies."""

import logging
import os
import signal
import subprocess
import sys
from multiprocessing import active_children
from pathlib import Path

import psycopg
import pytest
from eventsourcing.persistence import MapperDeserialisationError
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from projections import rebuild as rebuilding
from projections import together
from projections.plausibility import NotPlausible, require_plausible
from projections.projection import Projection
from projections.rebuild import Rebuild
from projections.roster import ROSTER
from projections.runner import PROJECTIONS
from runtime.embedded_postgres import EmbeddedPostgres
from runtime.stores import Stores
from tests.fixtures.product import eventually
from tests.projections.history import long_past
from tests.projections.oddities import unknown
from tests.projections.rows import all_rows, remembered

pytestmark = pytest.mark.as_owner


@pytest.fixture(autouse=True)
def three_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a short history count as long, on a machine with three cores."""
    monkeypatch.setattr(together, "LONG", 1)
    monkeypatch.setattr(together, "BATCH", 50)
    monkeypatch.setattr(together, "cores", lambda: 3)


def test_what_several_build_is_what_grew_bit_by_bit(
    stores: Stores, monkeypatch: pytest.MonkeyPatch
):
    built: list[int] = []

    def build(*given: object) -> int:
        built.append(together.build_together(*given))  # type: ignore[arg-type] # as it was called
        return built[-1]

    monkeypatch.setattr(rebuilding, "build_together", build)
    grown, told = remembered(stores, long_past()), []
    for projection in PROJECTIONS:
        Rebuild(stores.log, stores.pool, projection).run(told.append)
    assert all_rows(stores.pool) == grown
    assert built == [len(long_past()) // 50 * 50] * len(PROJECTIONS)
    assert sum(told) == len(long_past()) * len(PROJECTIONS)
    assert not active_children()


def test_when_one_is_killed_the_read_model_is_built_by_one_alone(
    stores: Stores, caplog: pytest.LogCaptureFixture
):
    grown = remembered(stores, long_past())

    def kill_one(_: int) -> None:
        for child in active_children()[:1]:
            child.kill()

    with caplog.at_level(logging.WARNING):
        Rebuild(stores.log, stores.pool, ROSTER).run(kill_one)
    assert "a process that helped with roster_next failed" in caplog.text
    assert all_rows(stores.pool) == grown
    assert not active_children()


def test_on_one_core_nobody_helps(stores: Stores, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(together, "cores", lambda: 1)
    remembered(stores, long_past())
    assert together.build_together(stores.log, ROSTER, "nowhere", lambda _: None) == 0


def test_a_short_history_is_built_by_one(stores: Stores, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(together, "LONG", len(long_past()) + 1)
    remembered(stores, long_past())
    assert together.build_together(stores.log, ROSTER, "nowhere", lambda _: None) == 0


PARENT = """
import multiprocessing, time
from projections.together import end_with_parent
if __name__ == "__main__":
    context = multiprocessing.get_context("spawn")
    child = context.Process(target=end_with_parent)
    child.start()
    print(child.pid, flush=True)
    time.sleep(600)
"""


def test_who_helps_ends_with_the_one_who_asked():
    parent = subprocess.Popen(  # noqa: S603 - this Python, our own words
        [sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout
    child = int(parent.stdout.readline())
    os.kill(child, 0)
    parent.send_signal(signal.SIGKILL)
    parent.communicate()
    eventually(lambda: is_gone(child), "the end of the child")


def is_gone(number: int) -> bool:
    """Say whether there is no such process; one that nobody buries counts as gone."""
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return True
    state = Path(f"/proc/{number}/stat")
    return state.exists() and ") Z " in state.read_text()


def test_an_event_that_cannot_be_read_ends_the_rebuild_and_leaves_the_old(stores: Stores):
    grown = remembered(stores, long_past())
    unknown(stores, "user.registration-completed")
    with pytest.raises(MapperDeserialisationError):
        Rebuild(stores.log, stores.pool, ROSTER).run()
    assert all_rows(stores.pool) == grown


def test_new_tables_that_are_empty_do_not_take_the_place_of_full_ones(stores: Stores):
    grown = remembered(stores, long_past())
    forgetful = Projection("roster", {})
    with pytest.raises(NotPlausible, match=r"roster_next\.\w+ is empty, and roster\.\w+ is not"):
        Rebuild(stores.log, stores.pool, forgetful).run()
    assert all_rows(stores.pool) == grown


def test_an_index_that_cannot_be_used_is_told(stores: Stores, server: EmbeddedPostgres):
    database = conninfo_to_dict(stores.database_url)["dbname"]
    superuser = make_conninfo(server.superuser_url, dbname=database)
    with psycopg.connect(superuser, autocommit=True) as connection:
        connection.execute(
            "UPDATE pg_index SET indisvalid = false"
            " WHERE indexrelid = 'inbox.message_received'::regclass"
        )
        with pytest.raises(
            NotPlausible, match="the index message_received of inbox cannot be used"
        ):
            require_plausible(connection, "roster", "inbox")
