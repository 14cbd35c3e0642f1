"""One order, whoever is late, killed or twice there: dense, final, and the same from anybody."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from eventlog.sequencer import Sequencer
from runtime.embedded_postgres import EmbeddedPostgres
from tests.fixtures.meanwhile import all_the_time

EVENT = """
INSERT INTO eventlog.domain_events (originator_id, originator_version, topic, state)
VALUES (gen_random_uuid(), 1, 'topic', %s) RETURNING notification_id
"""


@contextmanager
def sequencer_of(url: str) -> Iterator[Sequencer]:
    """A sequencer in office."""
    with psycopg.connect(url, autocommit=True) as connection:
        sequencer = Sequencer(connection)
        assert sequencer.campaign()
        yield sequencer


@pytest.fixture
def sequencer(database_url: str) -> Iterator[Sequencer]:
    """A sequencer in office."""
    with sequencer_of(database_url) as sequencer:
        yield sequencer


@pytest.fixture
def writer(database_url: str) -> Iterator[psycopg.Connection]:
    """Somebody who appends with SQL, and commits when told."""
    with psycopg.connect(database_url) as connection:
        yield connection
        connection.rollback()


@pytest.fixture
def other(database_url: str) -> Iterator[psycopg.Connection]:
    """Somebody who appends with SQL, and commits at once."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        yield connection


def append(connection: psycopg.Connection, state: bytes = b"") -> int:
    """Append one event; return its notification id."""
    row = connection.execute(EVENT, (state,)).fetchone()
    assert row is not None
    return int(row[0])


def order(connection: psycopg.Connection) -> list[tuple[int, int]]:
    """Return the notification id of each position."""
    statement = "SELECT position, notification_id FROM eventlog.ledger ORDER BY position"
    return connection.execute(statement).fetchall()


def test_positions_are_given_in_the_order_of_the_ids_without_gaps(
    sequencer: Sequencer, writer: psycopg.Connection, other: psycopg.Connection
):
    append(other)
    append(writer)
    writer.rollback()
    append(other)
    assert sequencer.advance() == 2
    assert sequencer.advance() == 0
    assert order(other) == [(1, 1), (2, 3)]


def test_who_commits_late_is_waited_for_and_not_passed_by(
    sequencer: Sequencer, writer: psycopg.Connection, other: psycopg.Connection
):
    append(other)
    late = append(writer)
    later = append(other)
    sequencer.catch_up()
    assert order(other) == [(1, 1)]
    writer.commit()
    sequencer.catch_up()
    assert order(other) == [(1, 1), (2, late), (3, later)]


def test_who_gives_up_late_leaves_no_gap(
    sequencer: Sequencer, writer: psycopg.Connection, other: psycopg.Connection
):
    append(writer)
    later = append(other)
    sequencer.catch_up()
    assert order(other) == []
    writer.rollback()
    sequencer.catch_up()
    assert order(other) == [(1, later)]


def test_who_goes_on_writing_late_is_waited_for_until_the_end(
    sequencer: Sequencer, writer: psycopg.Connection, other: psycopg.Connection
):
    first, between, second = append(writer), append(other), append(writer)
    sequencer.catch_up()
    assert order(other) == []
    writer.commit()
    sequencer.catch_up()
    assert [one for _, one in order(other)] == [first, between, second]


@pytest.mark.parametrize("place", ["another table", "another database"])
def test_a_foreign_transaction_left_open_holds_up_nothing(
    sequencer: Sequencer,
    writer: psycopg.Connection,
    other: psycopg.Connection,
    server: EmbeddedPostgres,
    place: str,
):
    url = server.superuser_url
    if place == "another table":
        url = make_conninfo(url, dbname=str(conninfo_to_dict(writer.info.dsn)["dbname"]))
    with psycopg.connect(url) as foreign:
        foreign.execute("CREATE TABLE foreign_work (id bigint)")
        foreign.execute("INSERT INTO foreign_work VALUES (1)")
        foreign.execute("SELECT pg_advisory_xact_lock_shared(0)")
        append(other)
        sequencer.catch_up()
        assert order(other) == [(1, 1)]
        foreign.rollback()


def test_a_reader_that_follows_late_writers_misses_none_and_sees_no_other_order(
    sequencer: Sequencer, database_url: str, other: psycopg.Connection
):
    writers = [psycopg.connect(database_url) for _ in range(4)]
    followed: list[tuple[int, int]] = []

    def follow() -> None:
        sequencer.catch_up()
        followed.extend(order(other)[len(followed) :])

    for number in range(60):
        writing = writers[number % 4]
        append(writing)
        if number % 3:
            append(other)
        follow()
        late = writers[(number * 7 + 2) % 4]
        late.rollback() if number % 5 == 0 else late.commit()
        follow()
    for connection in writers:
        connection.commit()
        connection.close()
    follow()
    kept = other.execute("SELECT notification_id FROM eventlog.domain_events ORDER BY 1").fetchall()
    assert followed == list(enumerate((row[0] for row in kept), start=1))


def test_of_many_only_one_is_the_sequencer(database_url: str):
    with psycopg.connect(database_url, autocommit=True) as one:
        first = Sequencer(one)
        assert first.campaign()
        assert first.campaign()
        with psycopg.connect(database_url, autocommit=True) as two:
            second = Sequencer(two)
            assert not second.campaign()
            with pytest.raises(RuntimeError, match="another one is the sequencer"):
                second.advance()
            first.resign()
            assert second.campaign()
            with pytest.raises(RuntimeError, match="another one is the sequencer"):
                first.advance()


def test_when_the_sequencer_dies_another_one_goes_on(
    database_url: str, other: psycopg.Connection, server: EmbeddedPostgres
):
    first_connection = psycopg.connect(database_url, autocommit=True)
    first = Sequencer(first_connection)
    assert first.campaign()
    append(other)
    first.catch_up()
    with psycopg.connect(database_url, autocommit=True) as second_connection:
        second = Sequencer(second_connection)
        assert not second.campaign()
        pid = first_connection.info.backend_pid
        with psycopg.connect(server.superuser_url) as superuser:
            superuser.execute("SELECT pg_terminate_backend(%s, 10000)", (pid,))
        assert second.campaign()
        append(other)
        second.catch_up()
    first_connection.close()
    assert order(other) == [(1, 1), (2, 2)]


def test_who_is_elected_again_has_forgotten_what_others_did_meanwhile(
    database_url: str, other: psycopg.Connection
):
    with sequencer_of(database_url) as first:
        append(other)
        first.catch_up()
        first.resign()
        with sequencer_of(database_url) as second:
            append(other)
            second.catch_up()
            second.resign()
        append(other)
        assert first.campaign()
        first.catch_up()
    assert order(other) == [(1, 1), (2, 2), (3, 3)]


def test_who_reads_all_the_time_sees_positions_only_grow(
    sequencer: Sequencer, database_url: str, other: psycopg.Connection
):
    seen: list[int] = [0]
    reader = psycopg.connect(database_url, autocommit=True)

    def look() -> None:
        row = reader.execute("SELECT count(*), max(position) FROM eventlog.ledger").fetchone()
        assert row is not None
        assert row[0] == (row[1] or 0)
        seen.append(row[0])

    with all_the_time(look):
        for _ in range(50):
            append(other)
            sequencer.advance()
    reader.close()
    assert seen == sorted(seen)


def test_an_id_drawn_before_the_bound_was_asked_is_never_behind_it(
    writer: psycopg.Connection, other: psycopg.Connection
):
    assert decided(other) == 0
    first = append(other)
    assert decided(other) == first
    append(writer)
    append(other)
    assert decided(other) == first
    writer.commit()
    assert decided(other) == first + 2


def decided(connection: psycopg.Connection) -> int:
    row = connection.execute("SELECT eventlog.decided()").fetchone()
    assert row is not None
    return int(row[0])


def test_an_append_of_many_events_takes_one_turn(
    writer: psycopg.Connection, other: psycopg.Connection
):
    writer.execute(
        """
        INSERT INTO eventlog.domain_events (originator_id, originator_version, topic, state)
        SELECT %s, number, 'topic', ''::bytea FROM generate_series(1, 500) AS number
        """,
        (UUID(int=1),),
    )
    held = other.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'").fetchone()
    assert held == (1,)
