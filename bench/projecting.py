"""How fast read models grow and are rebuilt, beside the library's runner and bare SQL."""

import time
from collections.abc import Iterator

import psycopg

from bench.database import database
from bench.figure import Figure, seconds_each
from bench.history import fill, person
from bench.library import library_runner, make_inbox
from bench.ordering import timed
from projections.inbox import INBOX, Inbox
from projections.rebuild import Rebuild
from projections.runner import Runner
from runtime.embedded_postgres import EmbeddedPostgres
from runtime.stores import Stores

SAMPLE = 4_000
"""Events that the library's runner handles; it would need minutes for all."""

PATIENCE_SECONDS = 300

INSERT_SELECT = """
INSERT INTO bare.message (
    message_id, thread_id, sender_id, recipient_id, subject, body, sent_at, ends_at, read_at,
    files, position
)
SELECT
    originator_id, (d #>> '{thread_id,_data_}')::uuid, (d #>> '{by,_data_}')::uuid,
    (d #>> '{recipient_id,_data_}')::uuid, d ->> 'subject', d ->> 'body',
    (d #>> '{timestamp,_data_}')::timestamptz, (d #>> '{ends_at,_data_}')::timestamptz,
    (r #>> '{timestamp,_data_}')::timestamptz, 0, position
FROM (
    SELECT
        sent.originator_id, convert_from(sent.state, 'UTF8')::json AS d,
        convert_from(look.state, 'UTF8')::json AS r, position
    FROM eventlog.domain_events AS sent
    JOIN eventlog.ledger USING (notification_id)
    LEFT JOIN eventlog.domain_events AS look
        ON look.originator_id = sent.originator_id AND look.topic = 'message.read'
    WHERE sent.topic = 'message.sent'
) AS told
"""


def projecting(on: EmbeddedPostgres, events: int) -> Iterator[Figure]:
    """Grow the inbox, rebuild it, and let others do the same."""
    library = library_rate(on)
    with database(on) as url, Stores.open(url) as stores:
        fill(url, events)
        steady = events / timed(Runner(stores.log, stores.pool, [INBOX]).catch_up)
        rebuilt = events / min(
            timed(lambda: Rebuild(stores.log, stores.pool, INBOX).run()) for _ in range(3)
        )
        bare = events / inserted(url)
        yield Figure("project.vs-library", steady, "events/s", steady / library, "its runner")
        yield Figure("rebuild.vs-library", rebuilt, "events/s", rebuilt / library, "its runner")
        yield Figure("rebuild.vs-insert-select", rebuilt, "events/s", rebuilt / bare, "one SQL")
        yield Figure("inbox-query.p50", *query(stores), "")


def library_rate(on: EmbeddedPostgres) -> float:
    """Return the events a second of the library's runner over a sample."""
    with database(on) as source, database(on, is_migrated=False) as url:
        fill(source, SAMPLE)
        make_inbox(url)
        with Stores.open(source) as stores:
            past = [one.event for one in stores.log.read(after=0, limit=SAMPLE)]
        runner = library_runner(url)
        stored = [runner.app.mapper.to_stored_event(event) for event in past]
        started = time.perf_counter()
        ids = runner.app.recorder.insert_events(stored) or [0]
        with runner:
            runner.wait(max(ids), timeout=PATIENCE_SECONDS)
            return SAMPLE / (time.perf_counter() - started)


def inserted(url: str) -> float:
    """Return the seconds of one statement that makes the same rows, with the indexes live."""
    with psycopg.connect(url) as connection:
        connection.execute("CREATE SCHEMA bare")
        connection.execute("SET LOCAL search_path = bare")
        connection.execute(INBOX.tables)
        return timed(lambda: connection.execute(INSERT_SELECT))


def query(stores: Stores) -> tuple[float, str, None]:
    """Return the milliseconds of a page of somebody's inbox."""
    inbox = Inbox(stores.pool)
    if not inbox.received_by(person(1)):
        raise RuntimeError("nobody has an inbox")
    seconds = seconds_each(lambda: inbox.received_by(person(1)), 50)
    return seconds * 1000, "ms", None
