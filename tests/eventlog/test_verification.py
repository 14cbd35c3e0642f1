"""Verification finds and names whatever was done to the history behind the back of the product."""

import re
from collections.abc import Iterator
from uuid import UUID

import psycopg
import pytest
from eventsourcing.persistence import StoredEvent
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from eventlog.ledger import Ledger
from eventlog.merkle import leaf_hash
from eventlog.tree import Tree
from eventlog.verification import HistoryWasChanged, Verified, verify
from runtime.embedded_postgres import EmbeddedPostgres
from runtime.stores import Stores
from tests.eventlog.test_log import appoint, practice
from tests.fixtures.product import ROOT
from tests.fixtures.prompt_log import PromptLog

SIZE = 600
"""More than two full subtrees, and some left over."""


@pytest.fixture(scope="module")
def url(stores_of_the_file: Stores) -> str:
    """The database of a log with some history."""
    log = stores_of_the_file.log
    for first in range(0, SIZE, 100):
        log.save(*[practice(number) for number in range(first, first + 100)])
    log.head()
    return stores_of_the_file.database_url


@pytest.fixture
def thief(url: str, server: EmbeddedPostgres) -> Iterator[psycopg.Connection]:
    """Somebody who is the superuser and switches the triggers off; all is as before afterwards."""
    name = str(conninfo_to_dict(url)["dbname"])
    with psycopg.connect(make_conninfo(server.superuser_url, dbname=name)) as connection:
        for table in ("domain_events", "ledger", "subtree"):
            connection.execute(f"ALTER TABLE eventlog.{table} DISABLE TRIGGER USER")
        connection.execute("SET LOCAL synchronous_commit = off")
        yield connection
        connection.rollback()


def test_a_history_that_nobody_touched_holds(url: str):
    with psycopg.connect(url) as connection:
        told: list[int] = []
        verified = verify(connection, progress=told.append)
        assert verified == Verified(SIZE, Ledger(connection).root(SIZE))
    assert sum(told) == SIZE


def test_an_empty_history_holds(database_url: str):
    with psycopg.connect(database_url) as connection:
        assert verify(connection).size == 0


CHANGES = {
    "a word changed": (
        (
            "UPDATE eventlog.domain_events SET state = replace(convert_from(state, 'UTF8'),"
            " 'Practice 7', 'Practice X')::bytea WHERE notification_id = 8"
        ),
        "the event at position 8 is not what was recorded",
    ),
    "a topic changed": (
        "UPDATE eventlog.domain_events SET topic = 'other' WHERE notification_id = 300",
        "the event at position 300 is not what was recorded",
    ),
    "an event removed": (
        "DELETE FROM eventlog.domain_events WHERE notification_id = 20",
        "the event at position 20 is gone",
    ),
    "the last event removed": (
        "DELETE FROM eventlog.domain_events WHERE notification_id = 600",
        f"the event at position {SIZE} is gone",
    ),
    "an event slipped in": (
        (
            "UPDATE eventlog.domain_events SET notification_id = notification_id + 1000"
            " WHERE notification_id > 30; UPDATE eventlog.ledger SET notification_id ="
            " notification_id + 1000 WHERE notification_id > 30; INSERT INTO eventlog.domain_events"
            " SELECT gen_random_uuid(), 1, topic, state, 31 FROM eventlog.domain_events"
            " WHERE notification_id = 5"
        ),
        "the event with notification id 31 is not in the ledger",
    ),
    "two events exchanged": (
        (
            "UPDATE eventlog.domain_events SET notification_id = -1 WHERE notification_id = 40;"
            " UPDATE eventlog.domain_events SET notification_id = 40 WHERE notification_id = 41;"
            " UPDATE eventlog.domain_events SET notification_id = 41 WHERE notification_id = -1"
        ),
        "the event at position 40 is not what was recorded",
    ),
    "a position removed": (
        "DELETE FROM eventlog.ledger WHERE position = 50",
        "positions after 0 are not in the ledger",
    ),
    "a leaf changed": (
        "UPDATE eventlog.ledger SET leaf = sha256('') WHERE position = 60",
        "the event at position 60 is not what was recorded",
    ),
    "a node changed": (
        "UPDATE eventlog.subtree SET hash = sha256('') WHERE index = 1",
        "the tree over positions 1 and after was changed",
    ),
    "a node removed": (
        "DELETE FROM eventlog.subtree WHERE index = 0",
        "the tree over positions 1 and after was changed",
    ),
}


@pytest.mark.parametrize(("change", "named"), CHANGES.values(), ids=CHANGES.keys())
def test_a_change_is_found_and_named(thief: psycopg.Connection, change: str, named: str):
    thief.execute(change.encode())
    with pytest.raises(HistoryWasChanged) as found:
        verify(thief)
    assert str(found.value) == named


def test_a_change_with_its_leaf_is_found_by_who_kept_a_root(thief: psycopg.Connection):
    kept = {500: Ledger(thief).root(500)}
    assert verify(thief, kept).size == SIZE
    thief.execute("UPDATE eventlog.domain_events SET topic = 'other' WHERE notification_id = 9")
    thief.execute(
        """
        UPDATE eventlog.ledger SET leaf = sha256('\\x00' || eventlog.entry(
            originator_id, originator_version, topic, state))
        FROM eventlog.domain_events AS event
        WHERE event.notification_id = ledger.notification_id AND position = 9
        """
    )
    thief.execute("DELETE FROM eventlog.subtree")
    rebuild_subtrees(thief)
    assert verify(thief).size == SIZE
    with pytest.raises(HistoryWasChanged) as found:
        verify(thief, kept)
    assert str(found.value) == "the first 500 events have another root than was known"


def rebuild_subtrees(connection: psycopg.Connection) -> None:
    """Let the nodes of the tree fit whatever the leaves are, as a careful thief would."""
    rows = connection.execute("SELECT leaf FROM eventlog.ledger ORDER BY position").fetchall()
    for one in Tree(0, [[]]).add([bytes(row[0]) for row in rows]):
        connection.execute(
            "INSERT INTO eventlog.subtree VALUES (%s, %s, %s)", (one.level, one.index, one.hash)
        )


def test_a_shortened_history_is_found_by_who_kept_a_root(thief: psycopg.Connection):
    kept = {SIZE: Ledger(thief).root(SIZE)}
    thief.execute("DELETE FROM eventlog.domain_events WHERE notification_id > 550")
    thief.execute("DELETE FROM eventlog.ledger WHERE position > 550")
    assert verify(thief).size == 550
    with pytest.raises(HistoryWasChanged, match="of 600 events that were known only 550 are left"):
        verify(thief, kept)


def entry_by_hand(row: tuple[object, ...]) -> bytes:
    """Return the entry of an event as docs/audit-log.md describes it."""
    originator_id, version, topic, state = row
    fields = (
        originator_id.bytes,  # type: ignore[attr-defined] # a UUID
        int(version).to_bytes(8, "big", signed=True),  # type: ignore[call-overload] # a number
        str(topic).encode(),
        bytes(state),  # type: ignore[call-overload] # bytes
    )
    parts = [len(field).to_bytes(4, "big") + field for field in fields]
    return len(fields).to_bytes(2, "big") + b"".join(parts)


def test_leaves_are_what_the_documentation_says(stores: Stores):
    stores.log.save(appoint(practice(1)), practice(2))
    stores.log.head()
    with stores.pool.connection() as connection:
        rows = connection.execute(
            """
            SELECT originator_id, originator_version, topic, state, leaf
            FROM eventlog.domain_events JOIN eventlog.ledger USING (notification_id)
            ORDER BY position
            """
        ).fetchall()
    assert len(rows) == 3
    assert [bytes(row[4]) for row in rows] == [leaf_hash(entry_by_hand(row[:4])) for row in rows]


def test_the_example_of_the_documentation_is_true(stores: Stores):
    example = StoredEvent(UUID(int=1), 1, "test.topic", b"{}")
    stores.log.recorder.insert_events([example])
    stores.log.head()
    page = (ROOT / "docs" / "audit-log.md").read_text()
    entry = "".join(re.search(r"has the entry\n\n((?:    .*\n)+)", page)[1].split())  # type: ignore[index] # it has one
    leaf = re.search(r"has the leaf `([0-9a-f]{64})`", page)[1]  # type: ignore[index] # it has one
    with stores.pool.connection() as connection:
        kept = connection.execute("SELECT leaf FROM eventlog.ledger").fetchone()
        assert verify(connection) == Verified(1, bytes.fromhex(leaf))
    assert kept == (bytes.fromhex(leaf),)
    assert leaf_hash(bytes.fromhex(entry)).hex() == leaf


def test_topics_and_states_of_any_bytes_are_hashed_the_same_by_both(stores: Stores):
    assert isinstance(stores.log, PromptLog)
    with stores.pool.connection() as connection:
        for topic, state in (("", b""), ("ä€𝄞", b"\x00\xff"), ("x" * 3000, b"y" * 70_000)):
            connection.execute(
                """
                INSERT INTO eventlog.domain_events
                    (originator_id, originator_version, topic, state)
                VALUES (gen_random_uuid(), %s, %s, %s)
                """,
                (-1 if topic else 2**62, topic, state),
            )
    stores.log.head()
    with stores.pool.connection() as connection:
        assert verify(connection).size == 3
