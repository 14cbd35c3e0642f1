"""Sessions live in the database; the browser holds a random identifier, the database its hash.

OWASP ASVS 5.0, 7.2: at least 128 bits of chance, a new identifier at sign-in. A session ends when
it is idle too long, when it is too old, or when its row is deleted.
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb
from psycopg_pool import ConnectionPool

IDLE = timedelta(minutes=15)
LONGEST = timedelta(hours=12)
SEEN_EVERY = timedelta(seconds=30)
"""How exactly the last sight of a session is kept."""


def fingerprint(session_id: str) -> bytes:
    """Return what the database knows of a session's identifier."""
    return hashlib.sha256(session_id.encode()).digest()


class PostgresSessions:
    """The port `Sessions` of the web over the table `vault.session`."""

    def __init__(self, pool: ConnectionPool[Any]) -> None:
        self._pool = pool

    def load(self, session_id: str, *, at: datetime) -> dict[str, Any] | None:
        """Return what a living session holds, and note that it was seen."""
        with self._pool.connection() as connection:
            row = connection.execute(
                """
                SELECT content, last_seen_at FROM vault.session
                WHERE id_hash = %s AND last_seen_at > %s AND started_at > %s
                """,
                (fingerprint(session_id), at - IDLE, at - LONGEST),
            ).fetchone()
            if row is None:
                return None
            if at - row[1] > SEEN_EVERY:
                connection.execute(
                    "UPDATE vault.session SET last_seen_at = %s WHERE id_hash = %s",
                    (at, fingerprint(session_id)),
                )
        return dict(row[0])

    def start(self, content: dict[str, Any], *, user_id: UUID | None, at: datetime) -> str:
        """Store a new session and return its identifier; forget those that have ended."""
        session_id = secrets.token_urlsafe(32)
        with self._pool.connection() as connection:
            connection.execute(
                """
                DELETE FROM vault.session WHERE id_hash IN (
                    SELECT id_hash FROM vault.session
                    WHERE last_seen_at <= %s OR started_at <= %s
                    FOR UPDATE SKIP LOCKED
                )
                """,
                (at - IDLE, at - LONGEST),
            )
            connection.execute(
                """
                INSERT INTO vault.session (id_hash, user_id, content, started_at, last_seen_at)
                VALUES (%s, %s, %s, %s, %s)
                """,
                (fingerprint(session_id), user_id, Jsonb(content), at, at),
            )
        return session_id

    def change(self, session_id: str, content: dict[str, Any]) -> None:
        """Store what a session holds now; a session that has ended stays ended."""
        with self._pool.connection() as connection:
            connection.execute(
                "UPDATE vault.session SET content = %s WHERE id_hash = %s",
                (Jsonb(content), fingerprint(session_id)),
            )

    def end(self, session_id: str) -> None:
        """End a session."""
        with self._pool.connection() as connection:
            connection.execute(
                "DELETE FROM vault.session WHERE id_hash = %s", (fingerprint(session_id),)
            )
