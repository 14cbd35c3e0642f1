"""The recorder keeps the contract of the library, in the library's own words.

Left out of `eventsourcing.tests.persistence` are `NonInterleavingNotificationIDsBaseCase`, which
asserts the lock itself (that the ids of two appends never alternate, which nothing here needs), the
tests of recorders and factories of other kinds (tracking, process), which are not offered, and what
only prints how fast it was.
"""

import threading
from collections.abc import Iterator, Sequence
from uuid import UUID

import psycopg
import pytest
from eventsourcing.persistence import IntegrityError, StoredEvent
from eventsourcing.tests import persistence
from psycopg.conninfo import conninfo_to_dict

from eventlog.log import EventLog
from eventlog.postgres import Recorder, in_postgres
from eventlog.sequencer import Sequencer
from eventlog.wake_up import APPENDED, WakeUp
from runtime.embedded_postgres import EmbeddedPostgres


@pytest.fixture
def recorder(database_url: str, request: pytest.FixtureRequest) -> Iterator[Recorder]:
    """A recorder with a sequencer at work."""
    log = EventLog(in_postgres(database_url))
    assert isinstance(log.recorder, Recorder)
    stopping = threading.Event()
    ordering = threading.Thread(target=order, args=(database_url, stopping))
    ordering.start()
    if request.cls:
        request.cls.recorder = log.recorder
    yield log.recorder
    stopping.set()
    ordering.join()
    log.close()


def order(database_url: str, stopping: threading.Event) -> None:
    """Order what is appended until told to stop."""
    wake_up = WakeUp(database_url, APPENDED)
    with psycopg.connect(database_url, autocommit=True) as connection:
        sequencer = Sequencer(connection)
        assert sequencer.campaign()
        while not stopping.is_set():
            if not sequencer.advance():
                wake_up.wait(0.05)
    wake_up.close()


class Prompt:
    """A recorder that is not left before what it appended has its place."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder

    def __getattr__(self, name: str) -> object:
        return getattr(self._recorder, name)

    def insert_events(self, events: list[StoredEvent]) -> Sequence[int] | None:
        ids = self._recorder.insert_events(events)
        while ids and self._recorder.newest_ordered() < max(ids):
            pass
        return ids


class Silent(Prompt):
    """A recorder that does not tell notification ids, as those of aggregates only do not."""

    def insert_events(self, events: list[StoredEvent]) -> None:
        super().insert_events(events)


@pytest.mark.usefixtures("recorder")
class TestAsTheLibraryHasIt(persistence.ApplicationRecorderTestCase[Recorder]):
    """The library's tests of recorders that order."""

    recorder: Recorder

    def create_recorder(self) -> Recorder:
        return Prompt(self.recorder)  # type: ignore[return-value] # it is one, with another name

    def test_performance(self) -> None:
        """It prints a figure and asserts nothing; `make bench` measures."""
        assert self.recorder

    def test_insert_subscribe(self) -> None:
        self.optional_test_insert_subscribe()
        assert self.recorder.max_notification_id() == 3


@pytest.mark.usefixtures("recorder")
class TestAsTheLibraryHasItForAggregates(persistence.AggregateRecorderTestCase):
    """The library's tests of recorders that keep."""

    recorder: Recorder

    def create_recorder(self) -> Recorder:
        return Silent(self.recorder)  # type: ignore[return-value] # it is one, with another name

    def test_performance(self) -> None:
        """It prints a figure and asserts nothing; `make bench` measures."""
        assert self.recorder


def event(number: int, version: int = 1, topic: str = "topic") -> StoredEvent:
    return StoredEvent(UUID(int=number), version, topic, b"state")


def test_what_has_no_place_yet_is_not_shown(database_url: str):
    log = EventLog(in_postgres(database_url))
    log.recorder.insert_events([event(1)])
    assert log.recorder.select_notifications(None, 10) == log.read(after=0, limit=10) == []
    assert log.head() == 0
    assert log.recorder.max_notification_id() == 1
    log.close()


def test_a_refused_append_leaves_a_gap_in_the_ids_and_none_in_the_order(recorder: Recorder):
    prompt = Prompt(recorder)
    prompt.insert_events([event(1)])
    with pytest.raises(IntegrityError):
        prompt.insert_events([event(2), event(1)])
    [last] = prompt.insert_events([event(3)]) or []
    assert last > 2
    assert [position for position, _ in recorder.read(0, 10)] == [1, 2]
    assert [one.originator_id.int for _, one in recorder.read(0, 10)] == [1, 3]


def test_a_subscription_outlives_its_connections(recorder: Recorder, server: EmbeddedPostgres):
    prompt = Prompt(recorder)
    with recorder.subscribe() as subscription:
        prompt.insert_events([event(1)])
        assert next(subscription).originator_id.int == 1
        with psycopg.connect(server.superuser_url) as superuser:
            superuser.execute(
                """
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE datname = %s AND query LIKE 'LISTEN %%'
                """,
                (conninfo_to_dict(recorder.database_url)["dbname"],),
            )
        prompt.insert_events([event(2)])
        assert next(subscription).originator_id.int == 2


def test_who_follows_a_topic_hears_of_no_other(recorder: Recorder):
    with recorder.subscribe(topics=["b"]) as subscription:
        Prompt(recorder).insert_events([event(1, 1, "a"), event(1, 2, "b"), event(1, 3, "a")])
        assert next(subscription).originator_version == 2
