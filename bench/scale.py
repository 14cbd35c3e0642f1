"""The long measurements: what becomes of speed and memory when a history has a million events."""

from collections.abc import Iterator

import psycopg

from bench.database import database
from bench.figure import Figure, seconds_each
from bench.history import PEOPLE, fill, person
from bench.memory import peak
from bench.ordering import timed, verifying
from bench.projecting import inserted, library_rate
from projections.inbox import INBOX, Inbox
from projections.rebuild import Rebuild
from runtime.embedded_postgres import EmbeddedPostgres
from runtime.stores import Stores

LARGE, SMALL = 1_000_000, 100_000
"""Events."""

MANY, FEW = 1_000_000, 10_000
"""Messages."""

MESSAGES = """
INSERT INTO inbox.message
SELECT
    md5('message ' || number)::uuid, md5('thread ' || number)::uuid,
    md5('person ' || (number + 1) %% %(people)s)::uuid,
    md5('person ' || number %% %(people)s)::uuid,
    repeat('s', 60), repeat('b', 400), now(), now(), NULL, number
FROM generate_series(%(first)s::int, %(last)s::int) AS number
"""


def scale(on: EmbeddedPostgres) -> Iterator[Figure]:
    """Measure what should not depend on the length of a history, at two lengths."""
    yield from rebuilding(on)
    yield from remembering(on)
    yield from looking(on)


def rebuilding(on: EmbeddedPostgres) -> Iterator[Figure]:
    """Rebuild the inbox, and verify, over the longest history."""
    library = library_rate(on)
    with database(on) as url, Stores.open(url) as stores:
        fill(url, LARGE)
        rate = LARGE / timed(Rebuild(stores.log, stores.pool, INBOX).run)
        bare = LARGE / inserted(url)
        yield Figure("rebuild.1m.vs-library", rate, "events/s", rate / library, "its runner")
        yield Figure("rebuild.1m.vs-insert-select", rate, "events/s", rate / bare, "one SQL")
        with psycopg.connect(url, autocommit=True) as connection:
            yield from verifying(connection, url, LARGE, "verify.1m")


def remembering(on: EmbeddedPostgres) -> Iterator[Figure]:
    """Compare the memory of long work at two lengths."""
    with database(on) as small, database(on) as large:
        fill(small, SMALL)
        fill(large, LARGE)
        for work in ("rebuild", "verify"):
            most, least = peak(work, large), peak(work, small)
            yield Figure(f"{work}.memory", most, "MB", least / most, "with a tenth of the events")


def looking(on: EmbeddedPostgres) -> Iterator[Figure]:
    """Look into an inbox among few and among many messages."""
    with database(on) as url, Stores.open(url) as stores:
        Rebuild(stores.log, stores.pool, INBOX).run()
        add(url, 1, FEW)
        few = look(stores)
        add(url, FEW + 1, MANY)
        many = look(stores)
    yield Figure("inbox-query.1m.p50", many * 1000, "ms", few / many, "10,000 messages")


def add(url: str, first: int, last: int) -> None:
    """Add messages to the inbox, without events."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(MESSAGES, {"people": PEOPLE, "first": first, "last": last})
        connection.execute("VACUUM ANALYZE inbox.message")


def look(stores: Stores) -> float:
    """Return the seconds that a page of somebody's inbox takes."""
    inbox = Inbox(stores.pool)
    return seconds_each(lambda: inbox.received_by(person(1)), 200)
