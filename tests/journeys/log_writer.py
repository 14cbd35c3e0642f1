"""A process that appends until it is killed, and writes down what was acknowledged and refused.

Each append has a token of its own. What is written down is in the file before the next append.
"""

import os
import sys
from itertools import count
from threading import Thread
from uuid import UUID, uuid5

from eventsourcing.persistence import IntegrityError, PersistenceError, StoredEvent

from domain.aggregate import HOUSE
from eventlog.log import EventLog
from eventlog.postgres import in_postgres

CONTESTED = uuid5(HOUSE, "contested")
"""The aggregate that all writers want."""

THREADS = 3


def write(log: EventLog, name: str, notes: int) -> None:
    """Append one event after the other: two thirds of aggregates of one's own."""
    own, version = uuid5(HOUSE, name), 0
    for number in count():
        token = f"{name}/{number}"
        if number % 3:
            version += 1
            events = [event(own, version, token), event(uuid5(HOUSE, token), 1, token)]
        else:
            events = [event(CONTESTED, newest(log) + 1, token)]
        outcome = "acknowledged"
        try:
            log.recorder.insert_events(events)
        except IntegrityError:
            outcome = "refused"
        except PersistenceError:
            outcome, own, version = "unknown", uuid5(HOUSE, token + "/next"), 0
        os.write(notes, f"{outcome} {token}\n".encode())


def event(originator_id: UUID, version: int, token: str) -> StoredEvent:
    """Return an event with a token."""
    return StoredEvent(originator_id, version, "test.written", token.encode())


def newest(log: EventLog) -> int:
    """Return the newest version of the contested aggregate."""
    found = log.recorder.select_events(CONTESTED, desc=True, limit=1)
    return found[0].originator_version if found else 0


def main(database_url: str, name: str, path: str) -> None:
    """Append with several threads."""
    log = EventLog(in_postgres(database_url))
    notes = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for number in range(THREADS):
        Thread(target=write, args=(log, f"{name}-{number}", notes)).start()


if __name__ == "__main__":
    main(*sys.argv[1:])
