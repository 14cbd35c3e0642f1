"""Where the stand-in keeps its papers, so that a crash or a restart loses and repeats nothing.

One SQLite file. Every change is one transaction, and all transactions run one after the other: an
object, its events, their deliveries and the answer given to the caller are kept together or not.
"""

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from adapters.sandbox.stripe_objects import Json

SCHEMA = """
CREATE TABLE IF NOT EXISTS object (id TEXT PRIMARY KEY, body TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS object_kind ON object (json_extract(body, '$.object'));
CREATE TABLE IF NOT EXISTS event (
    position INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE NOT NULL, body TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS delivery (
    position INTEGER PRIMARY KEY AUTOINCREMENT, event_id TEXT NOT NULL, due_at REAL NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS answer (
    key TEXT PRIMARY KEY, request TEXT NOT NULL, status INTEGER NOT NULL, body TEXT NOT NULL,
    answered_at REAL NOT NULL
);
"""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event on its way to the webhook address; `attempts` were in vain so far."""

    position: int
    body: str
    due_at: float
    attempts: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered under an idempotency key, and to which request."""

    key: str
    request: str
    status: int
    body: str


class Books:
    """The papers as one transaction sees them."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._run = connection.execute

    def get(self, identifier: str) -> Json | None:
        """Return an object, or None."""
        row = self._run("SELECT body FROM object WHERE id = ?", (identifier,)).fetchone()
        return json.loads(row[0]) if row else None

    def put(self, *objects: Json) -> None:
        """Keep objects, each over its earlier state."""
        rows = [(each["id"], json.dumps(each)) for each in objects]
        for row in rows:
            self._run(
                """
                INSERT INTO object VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body
                """,
                row,
            )

    def all_of(self, kind: str) -> list[Json]:
        """Return all objects of a kind, the newest first."""
        rows = self._run(
            """
            SELECT body FROM object WHERE json_extract(body, '$.object') = ? ORDER BY rowid DESC
            """,
            (kind,),
        )
        return [json.loads(body) for (body,) in rows]

    def add_event(self, event: Json) -> None:
        """Append an event."""
        row = (event["id"], json.dumps(event))
        self._run("INSERT INTO event (id, body) VALUES (?, ?)", row)

    def events(self) -> list[Json]:
        """Return all events, the newest first, each with how often it still has to be delivered."""
        rows = self._run(
            """
            SELECT body, (SELECT count(*) FROM delivery WHERE event_id = event.id)
            FROM event ORDER BY position DESC
            """
        )
        return [{**json.loads(body), "pending_webhooks": pending} for body, pending in rows]

    def owe_delivery(self, event_id: str, due_at: float) -> None:
        """Put an event on its way."""
        self._run("INSERT INTO delivery (event_id, due_at) VALUES (?, ?)", (event_id, due_at))

    def next_delivery(self) -> Delivery | None:
        """Return the delivery that is due first, or None."""
        row = self._run(
            """
            SELECT delivery.position, body, due_at, attempts
            FROM delivery JOIN event ON event.id = event_id
            ORDER BY due_at, delivery.position LIMIT 1
            """
        ).fetchone()
        return Delivery(*row) if row else None

    def delivered(self, delivery: Delivery) -> None:
        """Forget a delivery that arrived."""
        self._run("DELETE FROM delivery WHERE position = ?", (delivery.position,))

    def postpone(self, delivery: Delivery, due_at: float) -> None:
        """Count an attempt that was in vain, and try again at `due_at`."""
        row = (due_at, delivery.position)
        self._run("UPDATE delivery SET attempts = attempts + 1, due_at = ? WHERE position = ?", row)

    def answer(self, key: str, not_before: float) -> Answer | None:
        """Return what was answered under a key at `not_before` or later."""
        row = self._run(
            """
            SELECT key, request, status, body FROM answer WHERE key = ? AND answered_at >= ?
            """,
            (key, not_before),
        ).fetchone()
        return Answer(*row) if row else None

    def keep_answer(self, answer: Answer, answered_at: float) -> None:
        """Keep an answer for the same key."""
        row = (answer.key, answer.request, answer.status, answer.body, answered_at)
        self._run("INSERT OR REPLACE INTO answer VALUES (?, ?, ?, ?, ?)", row)


class StripeStore:
    """The file, through one connection that its users take in turns. Outlives any kill."""

    def __init__(self, path: Path) -> None:
        self._turn = threading.Lock()
        self._connection = sqlite3.connect(
            path, timeout=30, isolation_level=None, check_same_thread=False
        )
        self._connection.executescript(
            f"PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; {SCHEMA}"
        )

    @contextmanager
    def transaction(self) -> Iterator[Books]:
        """Give the papers to one caller; keep all of its changes, or none if it raises."""
        with self._turn:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield Books(self._connection)
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def close(self) -> None:
        """Let go of the file, after the transaction in hand."""
        with self._turn:
            self._connection.close()
