"""What is owed, in the order in which it is told; each notice is taken by one sender.

A sender marks what it takes with a number, and holds an advisory lock of that number as long as it
works. A mark whose lock is free is of a sender that was cut off: its notices may have gone out, so
they are counted as in doubt, and taken again.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row
from psycopg.sql import SQL
from psycopg.types.json import Jsonb
from psycopg_pool import ConnectionPool

from domain.notification import Channel
from notifiers.manner import Manner
from notifiers.notice import Notice

SENDERS = 21350
"""First half of the keys of the senders' advisory locks."""

MOST_ORPHANS = 100
"""So many are looked at in one transaction."""

NEWEST_FIRST, OLDEST_FIRST = SQL("DESC"), SQL("ASC")

OWE = """
INSERT INTO notices.owed
    (notice_id, occasion, channel, urgency, recipient_id, facts, owed_at, next_try_at, position)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT DO NOTHING
"""

TAKE = SQL("""
WITH due AS (
    SELECT notice_id FROM notices.owed
    WHERE state = 'owed' AND taken_by IS NULL AND channel = %(channel)s AND urgency = %(urgency)s
        AND next_try_at <= %(now)s AND position <= %(shown)s
    ORDER BY next_try_at {} LIMIT %(limit)s
    FOR UPDATE SKIP LOCKED
)
UPDATE notices.owed SET taken_by = %(sender)s FROM due WHERE owed.notice_id = due.notice_id
RETURNING owed.notice_id, occasion, recipient_id, owed_at, facts, channel, attempts
""")

ORPHANS = """
SELECT taken_by FROM notices.owed WHERE taken_by IS NOT NULL
GROUP BY taken_by HAVING pg_try_advisory_xact_lock(%s, taken_by)
"""


@dataclass(frozen=True, slots=True)
class Row:
    """What is read of a notice that was taken."""

    notice_id: UUID
    occasion: str
    recipient_id: UUID
    owed_at: datetime
    facts: dict[str, str]
    channel: str
    attempts: int

    @property
    def notice(self) -> Notice:
        """Return it as it was planned."""
        return Notice(
            self.notice_id,
            self.occasion,
            self.recipient_id,
            self.owed_at,
            self.facts,
            Channel(self.channel),
        )


def unknown(connection: Connection[Any], notice_ids: Iterable[UUID]) -> set[UUID]:
    """Return those identifiers under which nothing was ever owed."""
    asked = set(notice_ids)
    rows = connection.execute(
        "SELECT notice_id FROM notices.owed WHERE notice_id = ANY(%s)", (list(asked),)
    )
    return asked - {row[0] for row in rows}


def states(pool: ConnectionPool[Any], notice_ids: Sequence[UUID]) -> list[str]:
    """Return the states of those of these notices that were ever owed."""
    with pool.connection() as connection:
        rows = connection.execute(
            "SELECT state FROM notices.owed WHERE notice_id = ANY(%s)", (list(notice_ids),)
        ).fetchall()
    return [row[0] for row in rows]


def owe(connection: Connection[Any], owed: Sequence[tuple[Notice, Manner, int]]) -> None:
    """Record notices as owed, with the positions of their facts; the same twice changes nothing."""
    with connection.cursor() as cursor:
        cursor.executemany(OWE, [values_of(*one) for one in owed])


def values_of(notice: Notice, manner: Manner, position: int) -> tuple[object, ...]:
    """Return what is recorded of a notice."""
    return (
        notice.notice_id,
        notice.occasion,
        notice.channel,
        manner.value,
        notice.recipient_id,
        Jsonb(dict(notice.facts)),
        notice.owed_at,
        notice.owed_at,
        position,
    )


@contextmanager
def at_work(pool: ConnectionPool[Any]) -> Iterator[int]:
    """Be a sender as long as this lasts; return the number with which one marks what one takes.

    The transaction that holds the lock has nothing else in it, so that it is in nobody's way.
    """
    with pool.connection() as connection:
        connection.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        row = connection.execute(
            "SELECT pid, pg_advisory_xact_lock(%s, pid) FROM pg_backend_pid() AS pid", (SENDERS,)
        ).fetchone()
        yield int(row[0]) if row else 0


def take(
    connection: Connection[Any],
    channel: Channel,
    *,
    sender: int,
    most: int,
    shown: int,
    now: datetime,
) -> list[Row]:
    """Take up to `most` notices of a channel that are due, the most urgent first.

    `shown` is the position in the log that the read models have come to: a notice of a later fact
    would be written from what was before. Codes and links are taken newest first.
    """
    taken: list[Row] = []
    cursor = connection.cursor(row_factory=class_row(Row))
    for manner in Manner:
        direction = NEWEST_FIRST if manner is Manner.SIGN_IN else OLDEST_FIRST
        asked = {
            "channel": channel,
            "urgency": manner.value,
            "now": now,
            "shown": shown,
            "limit": most - len(taken),
            "sender": sender,
        }
        taken += cursor.execute(TAKE.format(direction), asked).fetchall()
        if len(taken) == most:
            break
    return taken


def orphans(connection: Connection[Any]) -> list[Row]:
    """Return the notices of senders that were cut off; nobody else finds them meanwhile."""
    gone = [row[0] for row in connection.execute(ORPHANS, (SENDERS,))]
    if not gone:
        return []
    cursor = connection.cursor(row_factory=class_row(Row))
    return cursor.execute(
        """
        SELECT notice_id, occasion, recipient_id, owed_at, facts, channel, attempts
        FROM notices.owed WHERE taken_by = ANY(%s) LIMIT %s
        FOR UPDATE SKIP LOCKED
        """,
        (gone, MOST_ORPHANS),
    ).fetchall()


def close(
    connection: Connection[Any], notice_id: UUID, state: str, text: str, at: datetime
) -> None:
    """Record the end of a notice: accepted, bounced or abandoned."""
    connection.execute(
        """
        UPDATE notices.owed SET state = %s, answer = %s, answered_at = %s, attempts = attempts + 1,
            taken_by = NULL
        WHERE notice_id = %s
        """,
        (state, text, at, notice_id),
    )


def put_back(
    connection: Connection[Any],
    notice_id: UUID,
    text: str,
    next_try_at: datetime,
    *,
    in_doubt: bool,
) -> None:
    """Record an attempt that failed for now, and when to try again."""
    connection.execute(
        """
        UPDATE notices.owed SET next_try_at = %s, answer = %s, attempts = attempts + 1,
            doubts = doubts + %s, taken_by = NULL
        WHERE notice_id = %s
        """,
        (next_try_at, text, int(in_doubt), notice_id),
    )


def let_wait(connection: Connection[Any], notice_id: UUID, until: datetime) -> None:
    """Put a notice back that was not tried, since it is not the time for it."""
    connection.execute(
        "UPDATE notices.owed SET next_try_at = %s, taken_by = NULL WHERE notice_id = %s",
        (until, notice_id),
    )
