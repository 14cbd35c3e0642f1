"""Puts what was appended into the one order, and hashes it, so that order and proof are one thing.

Only one sequencer works at a time. All that it knows is in the ledger, so that another one goes on
where it was killed. Its own transactions need not be flushed: a position that a crash takes back is
given to the same event again, since an event's place follows from the notification ids alone.
"""

from dataclasses import dataclass
from typing import Any

from psycopg import Connection

from eventlog.tree import Tree, grown

BATCH = 2000
"""Events a transaction."""

ORDERED = "eventlog_ordered"
"""The channel that tells of new positions."""

OFFICE = "sequencer of the event log"

NEXT = """
WITH next AS (
    SELECT notification_id, eventlog.entry(originator_id, originator_version, topic, state) AS entry
    FROM eventlog.domain_events
    WHERE notification_id > %(after)s AND notification_id <= %(decided)s
    ORDER BY notification_id LIMIT %(limit)s
)
INSERT INTO eventlog.ledger (position, notification_id, leaf)
SELECT
    %(position)s + row_number() OVER (ORDER BY notification_id),
    notification_id,
    sha256('\\x00'::bytea || entry)
FROM next
RETURNING position, notification_id, leaf
"""


@dataclass(slots=True)
class Edge:
    """Where the order ends: its newest notification id, and the tree up to there."""

    notification_id: int
    tree: Tree


class Sequencer:
    """Orders over one connection of its own, in autocommit; whoever holds the office works."""

    def __init__(self, connection: Connection[Any]) -> None:
        connection.execute("SET synchronous_commit = off")
        self._connection = connection
        self._holds_office = False
        self._edge: Edge | None = None

    def campaign(self) -> bool:
        """Try to be the one sequencer; say whether we are. The office ends with the connection."""
        if not self._holds_office:
            row = self._connection.execute(
                "SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", (OFFICE,)
            ).fetchone()
            self._holds_office = bool(row and row[0])
            self._edge = None
        return self._holds_office

    def resign(self) -> None:
        """Let somebody else be the sequencer."""
        if self._holds_office:
            self._connection.execute(
                "SELECT pg_advisory_unlock(hashtextextended(%s, 0))", (OFFICE,)
            )
            self._holds_office = False

    def advance(self, limit: int = BATCH) -> int:
        """Give positions to the next events that are decided; return how many that were.

        Raises RuntimeError without the office.
        """
        if not self._holds_office:
            raise RuntimeError("another one is the sequencer")
        edge, self._edge = self._edge or self._found(), None
        decided = self._decided()
        ordered = self._order(edge, decided, limit) if decided > edge.notification_id else 0
        self._edge = edge
        return ordered

    def catch_up(self) -> None:
        """Advance until all that is decided has its position."""
        while self.advance():
            pass

    def _found(self) -> Edge:
        row = self._connection.execute(
            "SELECT position, notification_id FROM eventlog.ledger ORDER BY position DESC LIMIT 1"
        ).fetchone()
        position, notification_id = row or (0, 0)
        return Edge(notification_id, grown(self._connection, position))

    def _decided(self) -> int:
        """Return the notification id up to which nothing can appear any more.

        Asked in a statement before the one that reads, whose snapshot therefore is the younger one.
        """
        row = self._connection.execute("SELECT eventlog.decided()").fetchone()
        return int(row[0]) if row else 0

    def _order(self, edge: Edge, decided: int, limit: int) -> int:
        with self._connection.transaction():
            rows = self._connection.execute(
                NEXT,
                {
                    "after": edge.notification_id,
                    "decided": decided,
                    "limit": limit,
                    "position": edge.tree.size,
                },
                binary=True,
            ).fetchall()
            if not rows:
                edge.notification_id = decided
                return 0
            rows.sort()
            full = edge.tree.add([bytes(row[2]) for row in rows])
            if full:
                self._connection.cursor().executemany(
                    "INSERT INTO eventlog.subtree (level, index, hash) VALUES (%s, %s, %s)",
                    [(one.level, one.index, one.hash) for one in full],
                )
            edge.notification_id = rows[-1][1]
            self._connection.execute(
                "SELECT pg_notify(%s, %s)", (ORDERED, str(edge.notification_id))
            )
        return len(rows)
