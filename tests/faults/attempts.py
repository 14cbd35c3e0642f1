"""Appends without an end, some of them in vain, each noted before and after.

Every event names the attempt that made it, so that the log tells afterwards what became of each.
"""

import os
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID, uuid5

from eventsourcing.persistence import IntegrityError, PersistenceError

from domain.aggregate import HOUSE
from domain.practice import Practice
from eventlog.log import EventLog
from eventlog.postgres import in_postgres
from tests.fixtures.clock import START

RACE_NANOSECONDS = 20_000_000
"""For so long all who race want the same practice."""


@dataclass
class Notes:
    """What was tried, and what became of it; each note is one write to a file that all share."""

    path: Path

    def note(self, word: str, attempt: UUID, events: int) -> None:
        file = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.write(file, f"{word} {attempt} {events}\n".encode())
        os.close(file)

    def size(self) -> int:
        return self.path.stat().st_size if self.path.exists() else 0

    def noted(self, word: str) -> dict[UUID, int]:
        """Return the attempts with that note, and how many events they had."""
        lines = self.path.read_text().splitlines() if self.path.exists() else []
        notes = [line.split() for line in lines]
        return {UUID(attempt): int(events) for kind, attempt, events in notes if kind == word}


@dataclass
class Writer:
    """One thread that appends."""

    log: EventLog
    notes: Notes
    goes_on: Callable[[], bool] = field(default=lambda: True)

    def write(self) -> None:
        """Open practices and add to them; every third time race with all others for one."""
        while self.goes_on():
            own = self.save()
            if own and self.goes_on():
                self.save(own, drawn())
            if self.goes_on():
                self.save(None, drawn(), raced_for())

    def save(self, grown: Practice | None = None, *opened: UUID) -> Practice | None:
        """Append to a practice and open others in one piece; return the first, if it was kept."""
        attempt = drawn()
        new = [register(one, attempt) for one in opened or ([] if grown else [drawn()])]
        if grown:
            grown.appoint_user_manager(user_id=attempt, by=attempt, at=START)
        saved = [*([grown] if grown else []), *new]
        self.notes.note("tried", attempt, len(saved))
        try:
            self.log.save(*saved)
        except IntegrityError:
            return self._noted("refused", attempt, len(saved))
        except PersistenceError:
            return self._noted("failed", attempt, len(saved))
        self.notes.note("kept", attempt, len(saved))
        return saved[0]

    def _noted(self, word: str, attempt: UUID, events: int) -> None:
        self.notes.note(word, attempt, events)


def register(practice_id: UUID, attempt: UUID) -> Practice:
    return Practice.register(practice_id=practice_id, name="Sample", by=attempt, at=START)


def drawn() -> UUID:
    return UUID(bytes=os.urandom(16))


def raced_for() -> UUID:
    """Return what everybody wants at this moment."""
    return uuid5(HOUSE, f"race {time.time_ns() // RACE_NANOSECONDS}")


def attempts_in(database_url: str) -> Counter[UUID]:
    """Return how many events of each attempt are in the order."""
    log = EventLog(in_postgres(database_url))
    found: Counter[UUID] = Counter()
    while batch := log.read(after=found.total(), limit=5000):
        found.update(one.event.by for one in batch)  # type: ignore[attr-defined] # all events have it
    log.close()
    return found


def require_as_noted(database_url: str, notes: Notes, *, allowed: Iterable[str] = ()) -> None:
    """Acknowledged is there once, refused is not; without an answer it is there whole or not.

    Notes that are `allowed` count as no answer.
    """
    there = attempts_in(database_url)
    kept, tried = notes.noted("kept"), notes.noted("tried")
    assert {one: there[one] for one in kept} == kept
    for word in {"refused", "failed"} - set(allowed):
        assert {one: there[one] for one in notes.noted(word) if there[one]} == {}, word
    assert {one: there[one] for one in tried if there[one] not in {0, tried[one]}} == {}
    assert there.keys() <= tried.keys()
