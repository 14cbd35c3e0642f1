"""A disk that is full is told clearly; nothing is broken, and appends go on once there is room.

The table's own file cannot be made to fail alone, but that of its large values can: in its place
lies the device that is always full, so that the server runs into the same error of the system as
on a full disk. Where there is no such device a trigger raises what the server then would.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from eventsourcing.persistence import OperationalError, StoredEvent

from eventlog.log import EventLog
from eventlog.postgres import in_postgres
from runtime.embedded_postgres import EmbeddedPostgres
from tests.eventlog.test_log import practice
from tests.faults.sequencing import sequencing
from tests.faults.servers import data_of
from tests.faults.soundness import require_sound
from tests.fixtures.at_once import at_once

pytestmark = pytest.mark.as_owner

FULL = Path("/dev/full")
LARGE = 50_000
"""Bytes; what is larger than 2 kB lies in a file of its own."""

LARGE_VALUES = """
SELECT pg_relation_filepath(reltoastrelid::regclass)
FROM pg_class WHERE oid = 'eventlog.domain_events'::regclass
"""
RAISE = """
CREATE FUNCTION eventlog.is_full() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE 'No space left on device' USING ERRCODE = 'disk_full';
END;
$$;
CREATE TRIGGER is_full AFTER INSERT ON eventlog.domain_events
FOR EACH ROW WHEN (length(NEW.state) > 2000) EXECUTE FUNCTION eventlog.is_full();
"""


@contextmanager
def full_device(server: EmbeddedPostgres, database_url: str) -> Iterator[None]:
    """Let the file of large values, which is empty yet, be one that cannot grow."""
    with psycopg.connect(database_url) as connection:
        row = connection.execute(LARGE_VALUES).fetchone()
    assert row
    file = data_of(server) / row[0]
    assert file.stat().st_size == 0
    aside = file.rename(file.with_name(f"{file.name}_aside"))
    file.symlink_to(FULL)
    yield
    file.unlink()
    aside.rename(file)


@contextmanager
def full_by_word(server: EmbeddedPostgres, database_url: str) -> Iterator[None]:
    """Let the server say that the disk is full, though it is not."""
    del server
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(RAISE)
        yield
        connection.execute("DROP TRIGGER is_full ON eventlog.domain_events")


WAYS = [full_by_word, *([full_device] if FULL.is_char_device() else [])]


def large(number: int) -> StoredEvent:
    return StoredEvent(UUID(int=number), 1, "topic", os.urandom(LARGE))


@pytest.mark.parametrize("without_room", WAYS)
def test_a_full_disk_is_told_and_breaks_nothing(
    database_url: str,
    server: EmbeddedPostgres,
    without_room: Callable[[EmbeddedPostgres, str], AbstractContextManager[None]],
):
    with closing(EventLog(in_postgres(database_url))) as log, sequencing(database_url):
        log.save(practice(1))
        refused = [large(number) for number in range(100, 108)]
        with without_room(server, database_url):
            acts = [lambda one=one: log.recorder.insert_events([one]) for one in refused]
            answers = at_once(*acts)
            assert {type(answer) for answer in answers} == {OperationalError}
            assert all("No space left on device" in str(answer) for answer in answers)
            log.save(practice(2))
            with pytest.raises(OperationalError, match="No space left on device"):
                log.recorder.insert_events([StoredEvent(UUID(int=3), 1, "topic", b""), large(4)])
        for one in refused:
            assert log.recorder.insert_events([one])
        log.save(practice(3))
    assert require_sound(database_url) == 3 + len(refused)
