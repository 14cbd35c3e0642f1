"""How far have the read models come, and do they show what I just wrote? For pages and support."""

import time
from dataclasses import dataclass
from typing import Any, Protocol

from psycopg_pool import ConnectionPool

PAUSE = 0.002
"""Seconds between two looks of who is told nothing."""

LONGEST_PAUSE = 0.05
"""Seconds between two looks of who is told; what was not told is seen all the same."""


class Told(Protocol):
    """Tells how far the read models have come."""

    def wait(self, notification_id: int, seconds: float) -> bool:
        """Wait to be told that all read models show an event; say whether that was told in time."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Questions about the positions of read models."""

    pool: ConnectionPool[Any]
    news: Told | None = None

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
        """Wait until every read model shows an event; say whether it did within the bound.

        One that stands still is not waited for: it would not come.
        """
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            if self._told(notification_id, left) or self.shown() >= notification_id:
                return True
        return self.shown() >= notification_id

    def _told(self, notification_id: int, seconds: float) -> bool:
        if self.news is None:
            time.sleep(min(seconds, PAUSE))
            return False
        return self.news.wait(notification_id, min(seconds, LONGEST_PAUSE))
