"""Golden files: the exact bytes of every event version that was ever stored.

A golden file is never changed: logs hold such bytes for ever. When an event is new, or has a new
version, give it a sample in `samples.py` and add its file by hand, from the repository's root:

    python -m tests.domain.golden_files user.invited

A file that is there already is left as it is, and the command fails.
"""

import sys
from pathlib import Path

from eventsourcing.persistence import StoredEvent

from domain.aggregate import FirstEvent
from domain.catalogue import EVENTS
from eventlog.log import IN_MEMORY, EventLog
from tests.domain.samples import SAMPLES

GOLDEN = Path(__file__).parent / "golden"


def newest_version(topic: str) -> int:
    return int(getattr(EVENTS[topic], "class_version", 1))


def golden_file(topic: str, version: int) -> Path:
    return GOLDEN / f"{topic}.v{version}.json"


def as_stored_today(topic: str) -> StoredEvent:
    """Return a topic's sample in the form in which the log stores it."""
    place = 1 if issubclass(EVENTS[topic], FirstEvent) else 2
    return EventLog(IN_MEMORY).mapper.to_stored_event(SAMPLES[topic].as_event(version=place))


def add_golden(topic: str) -> Path:
    """Write the golden file of an event's newest version; raise FileExistsError if it is there."""
    path = golden_file(topic, newest_version(topic))
    with path.open("xb") as file:
        file.write(as_stored_today(topic).state)
    return path


if __name__ == "__main__":
    for named in sys.argv[1:]:
        print(add_golden(named))  # noqa: T201 - it is a command
