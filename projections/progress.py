"""How far have the read models come, and do they show what I just wrote? For pages and support."""

import time
from dataclasses import dataclass
from typing import Any

from psycopg_pool import ConnectionPool

FIRST_PAUSE = 0.001
LONGEST_PAUSE = 0.02
"""Seconds between two looks."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Questions about the positions of read models."""

    pool: ConnectionPool[Any]

    def positions(self) -> dict[str, int]:
        """Return the position of every read model by its name."""
        with self.pool.connection() as connection:
            rows = connection.execute(
                "SELECT name, position FROM projection.position ORDER BY name"
            ).fetchall()
        return dict(rows)

    def failures(self) -> dict[str, str]:
        """Return at which event each read model stands still that cannot go on, and why."""
        with self.pool.connection() as connection:
            rows = connection.execute(
                "SELECT name, failure FROM projection.position WHERE failure IS NOT NULL"
            ).fetchall()
        return dict(rows)

    def shown(self) -> int:
        """Return the notification id of the newest event that all read models show that go on."""
        with self.pool.connection() as connection:
            row = connection.execute(
                "SELECT min(notification_id) FROM projection.position WHERE failure IS NULL"
            ).fetchone()
        return int(row[0] or 0) if row else 0

    def wait(self, notification_id: int, *, seconds: float = 2.0) -> bool:
        """Wait until every read model shows an event; say whether it did within the bound."""
        deadline = time.monotonic() + seconds
        pause = FIRST_PAUSE
        while self.shown() < notification_id:
            if time.monotonic() + pause > deadline:
                return False
            time.sleep(pause)
            pause = min(pause * 1.5, LONGEST_PAUSE)
        return True
