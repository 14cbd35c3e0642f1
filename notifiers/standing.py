"""How telling stands: what waits on each channel, since when, and whether its carrier works."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg import Connection
from psycopg.rows import class_row
from psycopg_pool import ConnectionPool


@dataclass(frozen=True, slots=True)
class ChannelStanding:
    """One channel: how many notices wait, the oldest since when, and until when it is closed."""

    channel: str
    waiting: int
    oldest: datetime | None
    failures: int
    closed_until: datetime | None


@dataclass(frozen=True, slots=True)
class Standing:
    """How the notifier stands; `doubts` are attempts whose answer was lost."""

    mode: str | None
    position: int
    channels: list[ChannelStanding]
    doubts: int


def standing(pool: ConnectionPool[Any]) -> Standing:
    """Return how telling stands now."""
    with pool.connection() as connection:
        row = connection.execute("SELECT mode, position FROM notices.position").fetchone()
        doubts = connection.execute("SELECT coalesce(sum(doubts), 0) FROM notices.owed").fetchone()
        return Standing(
            mode=row[0] if row else None,
            position=row[1] if row else 0,
            channels=channels(connection),
            doubts=int(doubts[0]) if doubts else 0,
        )


def channels(connection: Connection[Any]) -> list[ChannelStanding]:
    """Return every channel."""
    cursor = connection.cursor(row_factory=class_row(ChannelStanding))
    return cursor.execute(
        """
        SELECT channel.channel, count(owed.notice_id) AS waiting, min(owed_at) AS oldest,
            failures, closed_until
        FROM notices.channel
        LEFT JOIN notices.owed ON owed.channel = channel.channel AND state = 'owed'
        GROUP BY channel.channel ORDER BY channel.channel
        """
    ).fetchall()
