"""A sequencer that dies between any two statements leaves nothing that the next must mend."""

from contextlib import closing
from itertools import count
from typing import Any, Self

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from eventlog.sequencer import Sequencer
from runtime.embedded_postgres import EmbeddedPostgres
from tests.faults.soundness import require_sound
from tests.fixtures.database import database_of

EVENTS = 600
BATCHES = (10, 300)
"""Batches that fill subtrees of 256 events and such that do not."""


class Mortal(psycopg.Connection[Any]):
    """A connection that is lost before it asks the server for the so-manieth time."""

    left: int | None = None

    def dying(self, *, asked: int) -> Self:
        self.left = asked
        return self

    def wait(self, *arguments: Any, **more: Any) -> Any:
        if self.left == 0:
            self.pgconn.finish()
        elif self.left:
            self.left -= 1
        return super().wait(*arguments, **more)


@pytest.fixture
def waiting(database_url: str) -> str:
    """A database with events that wait for their places; nobody is connected to it."""
    with psycopg.connect(database_url) as connection:
        connection.execute(
            """
            INSERT INTO eventlog.domain_events (originator_id, originator_version, topic, state)
            SELECT md5((number %% 200)::text)::uuid, 1 + number / 200, 'topic', '\\x7b7d'
            FROM generate_series(0, %s) AS number
            """,
            (EVENTS - 1,),
        )
    return str(conninfo_to_dict(database_url)["dbname"])


def order(connection: psycopg.Connection[Any]) -> bool:
    """Order in batches until nothing waits; say whether that went through."""
    try:
        sequencer = Sequencer(connection)
        while not sequencer.campaign():
            pass
        for limit in BATCHES:
            sequencer.advance(limit)
        sequencer.catch_up()
    except psycopg.OperationalError:
        return False
    return True


def ledger_and_tree(database_url: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(database_url) as connection:
        return [
            *connection.execute("SELECT * FROM eventlog.ledger ORDER BY position"),
            *connection.execute("SELECT * FROM eventlog.subtree ORDER BY level, index"),
        ]


def test_the_next_sequencer_finishes_as_if_nothing_had_happened(
    server: EmbeddedPostgres, waiting: str, request: pytest.FixtureRequest
):
    with database_of(request, server, waiting) as url:
        with psycopg.connect(url, autocommit=True) as connection:
            assert order(connection)
        undisturbed = ledger_and_tree(url)
        assert require_sound(url) == EVENTS
    ways = set()
    for asked in count():
        with database_of(request, server, waiting) as url:
            with closing(Mortal.connect(url, autocommit=True)) as connection:
                went_through = order(connection.dying(asked=asked))
            ways.add(len(ledger_and_tree(url)))
            with psycopg.connect(url, autocommit=True) as connection:
                assert order(connection)
            assert ledger_and_tree(url) == undisturbed
        if went_through:
            break
    assert asked > 10
    assert len(ways) > len(BATCHES)
