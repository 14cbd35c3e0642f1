"""The server is ended at once under load, and started again: an append is there or was refused."""

import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path
from threading import Event

import pytest

from eventlog import appending
from eventlog.log import EventLog
from eventlog.postgres import in_postgres
from runtime.embedded_postgres import EmbeddedPostgres
from tests.faults.attempts import Notes, Writer, require_as_noted
from tests.faults.pace import rounds
from tests.faults.sequencing import in_office, sequencing
from tests.faults.servers import data_of, end_at_once, fresh_folder, migrated_server
from tests.faults.soundness import require_sound
from tests.fixtures.product import eventually

ENDS = (signal.SIGQUIT, signal.SIGKILL)
"""An immediate shutdown, and none at all."""


@pytest.fixture
def own_server() -> Iterator[EmbeddedPostgres]:
    """A server that flushes what it commits."""
    with fresh_folder() as folder, migrated_server(folder / "own", durable=True) as server:
        yield server


def test_each_append_returned_and_is_there_once_or_was_refused_and_is_not(
    own_server: EmbeddedPostgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(appending, "PATIENCE_SECONDS", 60.0)
    url, data, notes = own_server.url, data_of(own_server), Notes(tmp_path / "notes")
    writing = Event()
    writing.set()
    with ExitStack() as stack:
        logs = [stack.enter_context(closing(EventLog(in_postgres(url)))) for _ in range(2)]
        threads = stack.enter_context(ThreadPoolExecutor(6))
        stack.callback(writing.clear)
        stack.enter_context(sequencing(url))
        writers = [threads.submit(Writer(log, notes, writing.is_set).write) for log in logs * 3]
        for number in range(rounds(2)):
            before = len(notes.noted("kept"))
            eventually(lambda before=before: len(notes.noted("kept")) > before + 50, "appends")
            end_at_once(own_server, data, ENDS[number % 2])
            assert own_server.start() == url
    for writer in writers:
        writer.result()
    with in_office(url) as sequencer:
        sequencer.catch_up()
    assert require_sound(url) == sum(notes.noted("kept").values())
    require_as_noted(url, notes)
    assert notes.noted("refused")
    assert not notes.noted("failed")
