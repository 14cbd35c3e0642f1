"""How fast the order is made, and how fast all of it is verified."""

import statistics
import time
from collections.abc import Callable, Iterator
from hashlib import sha256

import psycopg

from bench.database import database
from bench.figure import Figure
from bench.history import fill, order
from bench.library import LibraryLog, settings
from eventlog.verification import verify
from runtime.embedded_postgres import EmbeddedPostgres

EVENTS = 200_000
ROUNDS = 3


def ordering(on: EmbeddedPostgres) -> Iterator[Figure]:
    """Order a backlog; verify it beside bare hashing and beside the library's way to read."""
    with database(on) as url:
        fill(url, EVENTS, is_ordered=False)
        with psycopg.connect(url, autocommit=True) as connection:
            seconds = timed(lambda: order(connection))
            yield Figure("sequencing", EVENTS / seconds, "events/s", None, "")
            yield from verifying(connection, url, EVENTS, "verify")


def verifying(connection: psycopg.Connection, url: str, events: int, name: str) -> Iterator[Figure]:
    """Verify all of a ledger."""
    entries = [bytes(row[0]) for row in connection.execute(ALL_ENTRIES, binary=True)]
    rounds = [
        (
            timed(lambda: verify(connection)),
            timed(lambda: hashed(entries)),
            timed(lambda: read_and_hashed(url)),
        )
        for _ in range(ROUNDS)
    ]
    own, bare, library = (statistics.median(one) for one in zip(*rounds, strict=True))
    rate = events / own
    yield Figure(f"{name}.vs-hashlib", rate, "events/s", bare / own, "hashlib, the same hashes")
    yield Figure(f"{name}.vs-library", rate, "events/s", library / own, "select_notifications")


ALL_ENTRIES = """
SELECT eventlog.entry(originator_id, originator_version, topic, state)
FROM eventlog.domain_events ORDER BY notification_id
"""


def hashed(entries: list[bytes]) -> bytes:
    """Hash leaves and nodes of a tree over entries, and nothing else."""
    level = [sha256(b"\x00" + entry).digest() for entry in entries]
    while len(level) > 1:
        pairs = zip(level[::2], level[1::2], strict=False)
        odd = level[-1:] if len(level) % 2 else []
        level = [sha256(b"\x01" + left + right).digest() for left, right in pairs] + odd
    return level[0]


def read_and_hashed(url: str) -> int:
    """Read everything as the library does, and hash the state of each event."""
    log = library_over(url)
    last, read = 0, 0
    while batch := log.recorder.select_notifications(last, 5000, inclusive_of_start=False):
        for one in batch:
            sha256(str(one.originator_id).encode() + one.state).digest()
        last, read = batch[-1].id, read + len(batch)
    log.close()
    return read


class LibraryReader(LibraryLog):
    """The library's recorder, over the table that we keep under this name."""

    name = "domain"


def library_over(url: str) -> LibraryReader:
    """Return the library's recorder over our table, whose columns it knows."""
    return LibraryReader({**settings(url), "POSTGRES_SCHEMA": "eventlog"})


def timed(work: Callable[[], object]) -> float:
    """Return the seconds that work takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
