"""The log: appended atomically, read in order behind a position, whatever the environment says."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from eventsourcing.persistence import IntegrityError

from domain.practice import Practice
from eventlog.log import IN_MEMORY, EventLog
from eventlog.postgres import in_postgres
from tests.fixtures.clock import START
from tests.fixtures.prompt_log import PromptLog

ADA = UUID("00000000-0000-0000-0000-0000000000aa")


def practice(number: int) -> Practice:
    """Return a practice with one event that is not saved."""
    practice_id = UUID(int=number)
    return Practice.register(practice_id=practice_id, name=f"Practice {number}", by=ADA, at=START)


def appoint(practice: Practice, user_id: UUID = ADA) -> Practice:
    practice.appoint_user_manager(user_id=user_id, by=ADA, at=START + timedelta(hours=1))
    return practice


def positions(log: EventLog, *, after: int = 0, limit: int = 100) -> list[int]:
    return [recorded.position for recorded in log.read(after=after, limit=limit)]


class LogContract:
    """What the log promises, in memory and in PostgreSQL."""

    def test_an_empty_log_has_no_head_and_nothing_to_read(self, log: EventLog):
        assert log.head() == 0
        assert log.read(after=0, limit=10) == []

    def test_events_come_back_as_they_went_in(self, log: EventLog):
        saved = appoint(practice(1))
        pending = list(saved.pending_events)
        log.save(saved)
        assert [recorded.event for recorded in log.read(after=0, limit=10)] == pending
        assert log.stream(saved.id) == pending

    def test_the_log_is_read_in_batches_behind_a_position(self, log: EventLog):
        for number in range(1, 6):
            log.save(practice(number))
        assert positions(log, limit=2) == [1, 2]
        assert positions(log, after=2, limit=2) == [3, 4]
        assert positions(log, after=4, limit=2) == [5]
        assert positions(log, after=5, limit=2) == []
        assert log.head() == 5

    def test_several_aggregates_are_appended_in_one_piece(self, log: EventLog):
        log.save(practice(1), appoint(practice(2)))
        read = log.read(after=0, limit=10)
        assert [recorded.event.originator_id.int for recorded in read] == [1, 2, 2]

    def test_of_several_aggregates_all_are_appended_or_none(self, log: EventLog):
        log.save(practice(2))
        with pytest.raises(IntegrityError):
            log.save(practice(1), practice(2), practice(3))
        assert positions(log) == [1]
        assert log.stream(UUID(int=1)) == log.stream(UUID(int=3)) == []

    def test_of_two_decisions_from_one_version_the_second_fails(self, log: EventLog):
        log.save(practice(1))
        one, other = log.repository.get(UUID(int=1)), log.repository.get(UUID(int=1))
        assert isinstance(one, Practice)
        assert isinstance(other, Practice)
        log.save(appoint(one, UUID(int=7)))
        with pytest.raises(IntegrityError):
            log.save(appoint(other, UUID(int=8)))
        assert len(log.stream(UUID(int=1))) == 2

    def test_there_is_no_history_of_what_never_was(self, log: EventLog):
        assert log.stream(UUID(int=1)) == []


class TestLogInMemory(LogContract):
    @pytest.fixture
    def log(self) -> EventLog:
        return EventLog(IN_MEMORY)


class TestLogInPostgres(LogContract):
    @pytest.fixture
    def log(self, database_url: str) -> Iterator[EventLog]:
        log = PromptLog(in_postgres(database_url))
        yield log
        log.close()


LEAKS = {
    "PERSISTENCE_MODULE": "eventsourcing.popo",
    "DOMAIN_PERSISTENCE_MODULE": "eventsourcing.popo",
    "COMPRESSOR_TOPIC": "zlib",
    "CIPHER_TOPIC": "eventsourcing.cipher:AESCipher",
    "CIPHER_KEY": "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
    "POSTGRES_DBNAME": "elsewhere",
    "DOMAIN_POSTGRES_SCHEMA": "elsewhere",
    "POSTGRES_SCHEMA": "elsewhere",
    "DOMAIN_CREATE_TABLE": "y",
    "SNAPSHOTTING_TOPIC": "elsewhere",
    "DATABASE_URL": "postgresql://nobody@192.0.2.1/elsewhere",
}


def test_nothing_of_the_process_environment_gets_into_the_settings(
    database_url: str, monkeypatch: pytest.MonkeyPatch
):
    for name, value in LEAKS.items():
        monkeypatch.setenv(name, value)
    log = PromptLog(in_postgres(database_url))
    log.save(practice(1))
    assert log.head() == 1
    [stored] = log.recorder.select_notifications(1, 10)
    log.close()
    assert dict(log.env) == in_postgres(database_url)
    assert stored.state.startswith(b'{"timestamp":')
