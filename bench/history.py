"""A history of many messages, made quickly: each is written to somebody and read once."""

from hashlib import md5
from uuid import UUID

import psycopg

from bench.messages import message
from eventlog.log import IN_MEMORY, EventLog
from eventlog.sequencer import Sequencer
from runtime.clock import now

PEOPLE = 100
"""Recipients among whom the messages are spread."""

COPY = """
INSERT INTO eventlog.domain_events (originator_id, originator_version, topic, state)
SELECT message_id, version, topic, convert_to(state, 'UTF8')
FROM (SELECT number, md5('message ' || number)::uuid AS message_id
      FROM generate_series(%(first)s::int, %(last)s::int) AS number) AS messages,
LATERAL (VALUES
    (1, 'message.sent', replace(replace(%(sent)s, %(to)s, md5('person ' || number %% %(people)s)),
        %(thread)s, replace(message_id::text, '-', ''))),
    (2, 'message.read', replace(%(read)s, %(by)s, md5('person ' || number %% %(people)s)))
) AS events (version, topic, state)
ORDER BY number, version
"""


def fill(database_url: str, events: int, *, is_ordered: bool = True) -> None:
    """Append so many events, of messages that are sent and then read, and give them positions."""
    sent = message()
    sent.look(by=sent.recipient_id, at=now())
    mapper = EventLog(IN_MEMORY).mapper
    first, look = sent.collect_events()
    values = {
        "sent": mapper.to_stored_event(first).state.decode(),
        "read": mapper.to_stored_event(look).state.decode(),
        "to": sent.recipient_id.hex,
        "by": sent.recipient_id.hex,
        "thread": sent.id.hex,
        "people": PEOPLE,
    }
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("SET synchronous_commit = off")
        for start in range(1, events // 2 + 1, 50_000):
            last = min(start + 49_999, events // 2)
            connection.execute(COPY, {**values, "first": start, "last": last})
        connection.execute("ANALYZE eventlog.domain_events")
        if is_ordered:
            order(connection)


def person(number: int) -> UUID:
    """Return who received every so-manieth message."""
    return UUID(md5(f"person {number}".encode(), usedforsecurity=False).hexdigest())


def order(connection: psycopg.Connection) -> None:
    """Give positions to all."""
    sequencer = Sequencer(connection)
    if not sequencer.campaign():
        raise RuntimeError("somebody else is the sequencer")
    sequencer.catch_up()
    sequencer.resign()
