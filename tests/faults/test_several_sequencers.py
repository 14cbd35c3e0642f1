"""Of several sequencers one works; when it is killed another one takes over by itself."""

from collections.abc import Iterator
from contextlib import closing
from time import monotonic

import psycopg
import pytest

from eventlog.log import EventLog
from eventlog.postgres import in_postgres
from tests.faults.attempts import drawn, register
from tests.faults.children import SEQUENCER, Child, running
from tests.faults.pace import rounds
from tests.faults.soundness import require_sound
from tests.fixtures.product import eventually

SUCCESSION_SECONDS = 10.0
"""On a quiet machine it is less than one."""

HOLDERS = """
SELECT application_name FROM pg_locks JOIN pg_stat_activity USING (pid)
WHERE locktype = 'advisory' AND mode = 'ExclusiveLock' AND granted
    AND datname = current_database() AND application_name LIKE 'sequencer %'
"""
CONNECTED = """
SELECT DISTINCT application_name FROM pg_stat_activity
WHERE datname = current_database() AND application_name LIKE 'sequencer %'
"""
ORDERING = """
SELECT application_name FROM pg_stat_activity
WHERE datname = current_database() AND query LIKE '%order_next%'
    AND application_name LIKE 'sequencer %'
"""


@pytest.fixture
def log(database_url: str) -> Iterator[EventLog]:
    """A log without a sequencer of its own."""
    with closing(EventLog(in_postgres(database_url))) as log:
        yield log


def names(database_url: str, question: str) -> list[str]:
    with psycopg.connect(database_url) as connection:
        return [row[0] for row in connection.execute(question.encode())]


def save_and_wait(log: EventLog) -> float:
    """Append, and return how long it took until that had its place."""
    began = monotonic()
    recorded = log.save(register(drawn(), drawn()))
    newest = recorded[-1].notification.id
    eventually(lambda: log.recorder.newest_ordered() >= newest, "a place in the order")  # type: ignore[attr-defined] # in PostgreSQL
    return monotonic() - began


@pytest.mark.parametrize("size", [2, 5])
def test_one_of_several_works_and_another_takes_over_when_it_is_killed(
    log: EventLog, database_url: str, size: int
):
    sequencers = {
        name: Child(name, database_url, SEQUENCER)
        for name in [f"sequencer {number}" for number in range(size)]
    }
    with running(*sequencers.values()):
        for _ in range(rounds(size)):
            save_and_wait(log)
            eventually(lambda: len(names(database_url, CONNECTED)) == size, "all to be there again")
            [holder] = names(database_url, HOLDERS)
            assert names(database_url, ORDERING) == [holder]
            sequencers[holder].kill()
            assert save_and_wait(log) < SUCCESSION_SECONDS
            assert names(database_url, HOLDERS) != [holder]
            sequencers[holder].start()
    assert require_sound(database_url) == 2 * rounds(size)
