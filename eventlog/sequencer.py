"""Puts what was appended into the one order, and hashes it, so that order and proof are one thing.

Only one sequencer works at a time. All that it knows is in the ledger, so that another one goes on
where it was killed. Its own transactions need not be flushed: a position that a crash takes back is
given to the same event again, since an event's place follows from the notification ids alone.
"""

from dataclasses import dataclass
from typing import Any

from psycopg import Connection

from eventlog.tree import WIDTH, Tree, grown

BATCH = 2000
"""Events a transaction, when many wait."""

SMALL = 32
"""Events that come at once in peace."""

ORDERED = "eventlog_ordered"
"""The channel that tells of new positions."""

OFFICE = "sequencer of the event log"


@dataclass(slots=True)
class Edge:
    """Where the order ends: its newest notification id, and the tree up to there."""

    notification_id: int
    tree: Tree


class Sequencer:
    """Orders over one connection of its own, in autocommit; whoever holds the office works."""

    def __init__(self, connection: Connection[Any]) -> None:
        connection.execute("SET synchronous_commit = off")
        connection.execute("SET default_transaction_isolation = 'read committed'")
        self._connection = connection
        self._holds_office = False
        self._is_behind = False
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
        ordered = self._order(edge, limit)
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

    def _order(self, edge: Edge, limit: int) -> int:
        """Order a batch, with a single statement if it cannot fill a subtree."""
        room = WIDTH - 1 - edge.tree.size % WIDTH
        if room >= SMALL and not self._is_behind:
            count = self._next(edge, min(limit, room))
            self._is_behind = count == room
            return count
        with self._connection.pipeline(), self._connection.transaction():
            count = self._next(edge, limit)
            self._is_behind = count == limit
        return count

    def _next(self, edge: Edge, limit: int) -> int:
        rows = self._connection.execute(
            "SELECT * FROM eventlog.order_next(%s, %s, %s)",
            (edge.tree.size, edge.notification_id, limit),
            binary=True,
        ).fetchall()
        if not rows:
            return 0
        edge.notification_id = rows[-1][0]
        full = edge.tree.add([bytes(row[1]) for row in rows])
        if full:
            self._connection.cursor().executemany(
                "INSERT INTO eventlog.subtree (level, index, hash) VALUES (%s, %s, %s)",
                [(one.level, one.index, one.hash) for one in full],
            )
        return len(rows)
