"""The log in PostgreSQL: nothing is changed, and nobody who follows it misses an event."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from eventlog.log import EventLog
from eventlog.postgres import in_postgres
from runtime.embedded_postgres import EmbeddedPostgres
from runtime.stores import Stores
from tests.eventlog.test_log import appoint, practice
from tests.fixtures.at_once import at_once
from tests.fixtures.prompt_log import PromptLog

pytestmark = pytest.mark.as_owner

CHANGES = {
    "UPDATE": "UPDATE eventlog.domain_events SET state = ''",
    "UPDATE of nothing": "UPDATE eventlog.domain_events SET state = '' WHERE false",
    "DELETE": "DELETE FROM eventlog.domain_events",
    "DELETE of one": "DELETE FROM eventlog.domain_events WHERE originator_version = 1",
    "TRUNCATE": "TRUNCATE eventlog.domain_events",
    "TRUNCATE with others": "TRUNCATE eventlog.domain_events, notices.owed CASCADE",
    "MERGE": (
        "MERGE INTO eventlog.domain_events AS e USING (SELECT 1) AS s ON true"
        " WHEN MATCHED THEN DELETE"
    ),
    "INSERT that overwrites": (
        "INSERT INTO eventlog.domain_events SELECT * FROM eventlog.domain_events"
        " ON CONFLICT (originator_id, originator_version) DO UPDATE SET topic = 'other'"
    ),
}


@pytest.fixture(scope="module")
def log(stores_of_the_file: Stores) -> EventLog:
    stores_of_the_file.log.save(appoint(practice(1)))
    return stores_of_the_file.log


def everything(database_url: str) -> list[Any]:
    with psycopg.connect(database_url) as connection:
        return connection.execute(
            "SELECT * FROM eventlog.domain_events ORDER BY notification_id"
        ).fetchall()


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_the_log_refuses_to_be_changed_even_by_its_owner(
    log: EventLog, stores_of_the_file: Stores, change: str
):
    url = stores_of_the_file.database_url
    before = everything(url)
    with psycopg.connect(url) as owner, pytest.raises(psycopg.errors.RaiseException) as refused:
        owner.execute(change.encode())
    assert "the event log is append-only" in str(refused.value)
    assert everything(url) == before
    assert len(before) == log.head() == 2


def test_the_log_refuses_to_be_changed_even_by_the_superuser(
    log: EventLog, stores_of_the_file: Stores, server: EmbeddedPostgres
):
    name = conninfo_to_dict(stores_of_the_file.database_url)["dbname"]
    superuser = psycopg.connect(make_conninfo(server.superuser_url, dbname=str(name)))
    with superuser, pytest.raises(psycopg.errors.RaiseException):
        superuser.execute("DELETE FROM eventlog.domain_events")
    assert log.head() == 2


def follow(log: EventLog, goes_on: Callable[[], bool]) -> Iterator[tuple[int, int]]:
    """Yield position and practice of every event as a reader finds them who never looks back."""
    position, last_look = 0, False
    while not last_look:
        last_look = not goes_on()
        for recorded in log.read(after=position, limit=7):
            position, last_look = recorded.position, False
            yield position, recorded.event.originator_id.int


def test_a_reader_that_follows_several_writers_misses_nothing(database_url: str):
    writers = [PromptLog(in_postgres(database_url)) for _ in range(6)]
    writing = threading.Event()
    writing.set()

    def write_all() -> None:
        at_once(*[append_practices(log, first) for first, log in enumerate(writers)])
        writing.clear()

    threading.Thread(target=write_all).start()
    reader = PromptLog(in_postgres(database_url))
    found = list(follow(reader, writing.is_set))
    for log in (*writers, reader):
        log.close()
    assert sorted(number for _, number in found) == list(range(600))
    assert [position for position, _ in found] == sorted(position for position, _ in found)


def append_practices(log: EventLog, first: int) -> Callable[[], object]:
    """Return an act that appends a hundred practices, one by one."""
    return lambda: [log.save(practice(number)) for number in range(first, 600, 6)]


def test_of_many_who_claim_the_same_at_once_one_gets_it(stores: Stores):
    answers = at_once(*[lambda: stores.log.save(practice(1))] * 8)
    assert sorted(type(answer).__name__ for answer in answers) == ["IntegrityError"] * 7 + ["list"]
    assert len(stores.log.stream(practice(1).id)) == 1


def test_the_whole_address_counts_with_all_its_options(database_url: str):
    log = PromptLog(in_postgres(f"{database_url} application_name=the-log"))
    with log.factory.datastore.transaction() as cursor:  # type: ignore[attr-defined] # the factory in PostgreSQL has one
        cursor.execute("SHOW application_name")
        row = cursor.fetchone()
    log.close()
    assert row == {"application_name": "the-log"}


def test_a_log_that_was_cut_off_comes_back_by_itself(stores: Stores, server: EmbeddedPostgres):
    stores.log.save(practice(1))
    with psycopg.connect(server.superuser_url) as superuser:
        superuser.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
            (conninfo_to_dict(stores.database_url)["dbname"],),
        )
    stores.log.save(practice(2))
    assert stores.log.head() == 2
