"""An append is kept whole or refused whole, told truly, and never twice, also when lines break."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from uuid import UUID

import psycopg
import pytest
from eventsourcing.persistence import DataError, IntegrityError, OperationalError, StoredEvent
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from eventlog import appending
from eventlog.appending import Appender, connected
from runtime.embedded_postgres import EmbeddedPostgres


def event(number: int, version: int = 1, state: bytes = b"state") -> StoredEvent:
    return StoredEvent(UUID(int=number), version, "topic", state)


@pytest.fixture
def appender(database_url: str) -> Iterator[Appender]:
    """Somebody who appends."""
    appender = Appender(database_url)
    yield appender
    appender.close()


@pytest.fixture
def kept(database_url: str) -> Iterator[psycopg.Connection]:
    """A look at what is kept."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        yield connection


def numbers(connection: psycopg.Connection) -> list[int]:
    """Return of which aggregates events are kept, in the order of their ids."""
    rows = connection.execute(
        "SELECT originator_id FROM eventlog.domain_events ORDER BY notification_id"
    ).fetchall()
    return [row[0].int for row in rows]


def test_appends_that_come_together_get_their_ids_in_their_order(
    appender: Appender, kept: psycopg.Connection
):
    assert appender([[event(1)], [event(2), event(3)], [event(1, 2)]]) == [[1], [2, 3], [4]]
    assert numbers(kept) == [1, 2, 3, 1]


@pytest.mark.parametrize("at", range(5))
def test_a_conflict_refuses_only_the_append_that_has_it(
    appender: Appender, kept: psycopg.Connection, at: int
):
    appender([[event(100)]])
    appends = [[event(number)] for number in range(5)]
    appends[at] = [event(50), event(100)]
    outcomes = appender(appends)
    assert isinstance(outcomes.pop(at), IntegrityError)
    assert all(isinstance(outcome, list) for outcome in outcomes)
    assert numbers(kept) == [100, *[number for number in range(5) if number != at]]


def test_of_two_of_a_group_that_want_the_same_the_first_gets_it(
    appender: Appender, kept: psycopg.Connection
):
    outcomes = appender([[event(1)], [event(2), event(1)], [event(2)]])
    assert [type(outcome) for outcome in outcomes] == [list, IntegrityError, list]
    assert numbers(kept) == [1, 2]


def test_the_same_append_again_is_refused(appender: Appender, kept: psycopg.Connection):
    appender([[event(1)]])
    assert isinstance(appender([[event(1)]])[0], IntegrityError)
    assert numbers(kept) == [1]


@pytest.mark.parametrize(
    "unusable",
    [
        StoredEvent(UUID(int=2), 1, "topic\x00", b""),
        StoredEvent(UUID(int=2), 1, "topic\ud800", b""),
        StoredEvent(UUID(int=2), 1 << 63, "topic", b""),
        StoredEvent("2", 1, "topic", b""),
    ],
)
def test_what_cannot_be_stored_is_refused_alone(
    appender: Appender, kept: psycopg.Connection, unusable: StoredEvent
):
    outcomes = appender([[event(1)], [unusable], [event(3)]])
    assert [type(outcome) for outcome in outcomes] == [list, DataError, list]
    assert numbers(kept) == [1, 3]


def test_a_server_that_stays_away_is_told(database_url: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(appending, "PATIENCE_SECONDS", 0.3)
    with pytest.raises(OperationalError):
        Appender(make_conninfo(database_url, port="1"))([[event(1)]])


def test_a_connection_that_was_cut_off_is_replaced(
    appender: Appender, server: EmbeddedPostgres, database_url: str
):
    appender([[event(1)]])
    with psycopg.connect(server.superuser_url) as superuser:
        superuser.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
            (conninfo_to_dict(database_url)["dbname"],),
        )
    assert appender([[event(2)]]) == [[2]]


@pytest.mark.parametrize(
    ("servers", "ours"),
    [("off", "on"), ("local", "local"), ("on", "on"), ("remote_apply", "remote_apply")],
)
def test_an_append_is_flushed_before_it_is_acknowledged(database_url: str, servers: str, ours: str):
    url = make_conninfo(database_url, options=f"-c synchronous_commit={servers}")
    with connected(url) as connection:
        assert connection.execute("SHOW synchronous_commit").fetchone() == (ours,)


DONE = b"INSERT 0 "
"""What the server says when rows are in, and committed."""


class Line:
    """A line to the server that can be cut after it carried an append, before the answer."""

    def __init__(self, host: str, port: int) -> None:
        self._server = (host, port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._ends = [self._listener]
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()
        self.port = self._listener.getsockname()[1]
        self.cuts = 0

    def close(self) -> None:
        for end in self._ends:
            hang_up(end)
        for thread in self._threads:
            thread.join()
        for end in self._ends:
            end.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            upstream = socket.create_connection(self._server)
            self._ends += [client, upstream]
            for ends in ((client, upstream), (upstream, client)):
                self._threads.append(threading.Thread(target=self._carry, args=ends))
                self._threads[-1].start()

    def _carry(self, one: socket.socket, other: socket.socket) -> None:
        while data := receive(one):
            if DONE in data and self.cuts:
                self.cuts -= 1
                break
            with suppress(OSError):
                other.sendall(data)
        hang_up(one)
        hang_up(other)


def hang_up(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)


def receive(end: socket.socket) -> bytes:
    try:
        return end.recv(65536)
    except OSError:
        return b""


@contextmanager
def line_to(url: str) -> Iterator[tuple[Line, Appender]]:
    """Somebody who appends over a line that can be cut."""
    options = conninfo_to_dict(url)
    line = Line(str(options["host"]), int(options["port"] or 0))
    appender = Appender(make_conninfo(url, port=str(line.port)))
    try:
        yield line, appender
    finally:
        appender.close()
        line.close()


@pytest.mark.parametrize("count", [1, 3])
def test_an_append_whose_answer_was_lost_has_succeeded_once(
    database_url: str, kept: psycopg.Connection, count: int
):
    with line_to(database_url) as (line, appender):
        appender([[event(100)]])
        line.cuts = 1
        outcomes = appender([[event(number), event(number, 2)] for number in range(count)])
        assert line.cuts == 0
    assert numbers(kept) == [100, *[number for number in range(count) for _ in (1, 2)]]
    assert outcomes == [[2 + 2 * at, 3 + 2 * at] for at in range(count)]


def test_in_doubt_the_event_of_somebody_else_is_still_a_conflict(
    database_url: str, kept: psycopg.Connection
):
    with line_to(database_url) as (line, appender):
        appender([[event(1, state=b"theirs")]])
        line.cuts = 1
        mine, other = appender([[event(1, state=b"mine")], [event(2)]])
        assert isinstance(mine, IntegrityError)
        assert isinstance(other, list)
        assert line.cuts == 0
    assert numbers(kept) == [1, 2]
