"""A dump that is read into a younger server: its log is whole, and its order goes on."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path
from threading import Event
from uuid import UUID

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from eventlog.ledger import Ledger
from eventlog.log import EventLog
from eventlog.postgres import in_postgres
from runtime.embedded_postgres import EmbeddedPostgres, throw_away_postgres
from tests.faults.attempts import Notes, Writer, attempts_in, drawn, require_as_noted
from tests.faults.sequencing import in_office, sequencing
from tests.faults.servers import copy_dump, fresh_folder
from tests.faults.soundness import require_sound
from tests.fixtures.database import make_database
from tests.fixtures.product import eventually

NUMBERS = count(1)


@pytest.fixture(scope="module")
def younger() -> Iterator[EmbeddedPostgres]:
    """A server that was made later than that of the test run, and has seen nothing yet."""
    with fresh_folder() as folder, throw_away_postgres(folder / "postgres") as server:
        yield server


@pytest.fixture
def empty_url(younger: EmbeddedPostgres) -> str:
    """The address of an empty database there."""
    name = f"restored_{next(NUMBERS)}"
    make_database(younger, name, "template1")
    return make_conninfo(younger.url, dbname=name)


@pytest.fixture
def notes(tmp_path: Path) -> Notes:
    """What the writers say."""
    return Notes(tmp_path / "notes")


def places(database_url: str) -> list[tuple[int, int, bytes]]:
    with psycopg.connect(database_url) as connection:
        return connection.execute("SELECT * FROM eventlog.ledger ORDER BY position").fetchall()


def head(database_url: str) -> tuple[int, bytes]:
    with psycopg.connect(database_url) as connection:
        ledger = Ledger(connection)
        return ledger.head(), ledger.root(ledger.head())


def append_and_order(database_url: str, notes: Notes) -> None:
    """Open a practice, and add to it once it has its place."""
    with closing(EventLog(in_postgres(database_url))) as log:
        writer = Writer(log, notes)
        for one in [writer.save() for _ in range(300)][:200]:
            assert writer.save(one, drawn())
    with in_office(database_url) as sequencer:
        sequencer.catch_up()


def test_all_is_there_with_its_place_and_its_proof_and_appends_go_on(
    database_url: str, empty_url: str, notes: Notes
):
    append_and_order(database_url, notes)
    with closing(EventLog(in_postgres(database_url))) as log:
        not_ordered_yet = Writer(log, notes).save()
        assert not_ordered_yet
        copy_dump(database_url, empty_url)
    assert places(empty_url) == places(database_url)
    assert head(empty_url) == head(database_url)
    append_and_order(empty_url, notes)
    before = places(database_url)
    assert places(empty_url)[: len(before)] == before
    assert require_sound(empty_url) == 2 * 700 + 1
    require_as_noted(empty_url, notes)


def test_what_was_acknowledged_before_a_dump_under_load_is_there_and_appends_go_on(
    database_url: str, empty_url: str, notes: Notes
):
    with under_load(database_url, notes):
        eventually(lambda: len(places(database_url)) > 300, "a history")
        kept_before, ordered_before = notes.noted("kept"), places(database_url)
        copy_dump(database_url, empty_url)
        kept_afterwards = notes.noted("kept")
    assert kept_afterwards.keys() > kept_before.keys()
    there = attempts_after_ordering(empty_url)
    assert {one: there[one] for one in kept_before} == kept_before
    assert there.keys() <= notes.noted("tried").keys()
    assert not there.keys() & notes.noted("refused").keys()
    assert places(empty_url)[: len(ordered_before)] == ordered_before
    restored = require_sound(empty_url)
    append_and_order(empty_url, notes)
    assert require_sound(empty_url) == restored + 700


@contextmanager
def under_load(database_url: str, notes: Notes) -> Iterator[None]:
    """Append and order beside the block."""
    writing = Event()
    writing.set()
    with (
        closing(EventLog(in_postgres(database_url))) as log,
        ThreadPoolExecutor(6) as threads,
        sequencing(database_url),
    ):
        writers = [threads.submit(Writer(log, notes, writing.is_set).write) for _ in range(6)]
        try:
            yield
        finally:
            writing.clear()
    for writer in writers:
        writer.result()


def attempts_after_ordering(database_url: str) -> Counter[UUID]:
    with in_office(database_url) as sequencer:
        sequencer.catch_up()
    return attempts_in(database_url)
