"""A standby that is promoted goes on with the log where its primary was killed."""

import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from threading import Event
from uuid import UUID

import psycopg
import pytest

from domain.message import Message, SealedText
from domain.ports import Sealed
from eventlog import appending
from eventlog.log import EventLog
from eventlog.postgres import in_postgres
from projections.inbox import Inbox
from projections.rebuild import install
from projections.runner import PROJECTIONS, Runner
from runtime.embedded_postgres import EmbeddedPostgres
from runtime.stores import Stores, open_pool
from tests.faults.attempts import Notes, Writer, attempts_in
from tests.faults.sequencing import in_office, sequencing
from tests.faults.servers import (
    Standby,
    data_of,
    end_at_once,
    fresh_folder,
    migrated_server,
    standby_of,
)
from tests.faults.soundness import require_sound
from tests.fixtures.clock import START
from tests.fixtures.product import eventually
from tests.fixtures.prompt_log import PromptLog


@pytest.fixture
def folder() -> Iterator[Path]:
    """Where both servers live."""
    with fresh_folder() as folder:
        yield folder


@pytest.fixture
def primary(folder: Path) -> Iterator[EmbeddedPostgres]:
    """A server of which a standby can be made."""
    with migrated_server(folder / "primary", durable=True) as server:
        yield server


def ask(url: str, question: str) -> tuple[object, ...] | None:
    with psycopg.connect(url) as connection:
        return connection.execute(question.encode()).fetchone()


def has_replayed(standby: Standby, place: str) -> bool:
    return ask(standby.server.superuser_url, f"SELECT pg_last_wal_replay_lsn() >= '{place}'") == (
        True,
    )


def replayed_all(standby: Standby) -> bool:
    """Say whether a standby whose primary is gone has replayed whatever it received."""
    question = "SELECT pg_last_wal_replay_lsn() >= pg_last_wal_receive_lsn(), count(*) = 0"
    return ask(standby.server.superuser_url, f"{question} FROM pg_stat_wal_receiver") == (
        True,
        True,
    )


def test_what_a_standby_had_is_there_once_and_the_order_goes_on(
    primary: EmbeddedPostgres, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(appending, "PATIENCE_SECONDS", 0.0)
    quiet, busy = Notes(tmp_path / "quiet"), Notes(tmp_path / "busy")
    with standby_of(primary, folder / "primary", folder / "standby") as standby:
        with closing(EventLog(in_postgres(primary.url))) as log, sequencing(primary.url):
            for _ in range(300):
                Writer(log, quiet).save()
        place = ask(primary.superuser_url, "SELECT pg_current_wal_flush_lsn()")
        assert place
        eventually(lambda: has_replayed(standby, str(place[0])), "the standby")
        kill_under_load(primary, busy)
        eventually(lambda: replayed_all(standby), "the rest")
        had = ask(
            standby.server.url, "SELECT array_agg(notification_id) FROM eventlog.domain_events"
        )
        standby.promote()
        with in_office(standby.server.url) as sequencer:
            sequencer.catch_up()
        assert had
        assert isinstance(had[0], list)
        assert require_sound(standby.server.url) == len(had[0])
        there = attempts_in(standby.server.url)
        assert {one: there[one] for one in quiet.noted("kept")} == quiet.noted("kept")
        assert there.keys() <= quiet.noted("tried").keys() | busy.noted("tried").keys()
        assert not there.keys() & busy.noted("refused").keys()
        with (
            closing(EventLog(in_postgres(standby.server.url))) as log,
            sequencing(standby.server.url),
        ):
            assert all(Writer(log, quiet).save() for _ in range(10))
        assert require_sound(standby.server.url) == len(had[0]) + 10


def test_read_models_are_read_on_a_standby(primary: EmbeddedPostgres, folder: Path):
    message = Message.send(
        message_id=UUID(int=1),
        sender_id=UUID(int=2),
        recipient_id=UUID(int=3),
        text=SealedText(Sealed("1.subject"), Sealed("1.body"), 4),
        ends_at=START + timedelta(days=30),
        at=START,
    )
    with standby_of(primary, folder / "primary", folder / "standby") as standby:
        with Stores.open(primary.url, PromptLog) as stores, stores.pool.connection() as connection:
            for projection in PROJECTIONS:
                install(connection, projection)
            connection.commit()
            stores.log.save(message)
            stores.log.head()
            Runner(stores.log, stores.pool).catch_up()
            shown = Inbox(stores.pool).received_by(UUID(int=3))
        with open_pool(standby.server.url) as pool:
            read = lambda: has_read_models(standby) and Inbox(pool).received_by(UUID(int=3))  # noqa: E731 - asked again and again
            assert eventually(read, "the message") == shown
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            ask(standby.server.url, "DELETE FROM inbox.message")


def has_read_models(standby: Standby) -> bool:
    return ask(standby.server.url, "SELECT to_regclass('inbox.message') IS NOT NULL") == (True,)


def kill_under_load(primary: EmbeddedPostgres, notes: Notes) -> None:
    """Kill the server, and all of its sessions with it, while others append and order."""
    writing, data = Event(), data_of(primary)
    writing.set()
    with (
        closing(EventLog(in_postgres(primary.url))) as log,
        ThreadPoolExecutor(3) as threads,
        sequencing(primary.url),
    ):
        try:
            for _ in range(3):
                threads.submit(Writer(log, notes, writing.is_set).write)
            eventually(lambda: len(notes.noted("kept")) > 100, "a history")
            end_at_once(primary, data, signal.SIGKILL)
        finally:
            writing.clear()
