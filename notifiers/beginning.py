"""How a notifier begins: it never tells the past, nor for real what was owed in the sandbox.

The mode in which it worked last lies beside its position. Where it is another one now, what is
still owed is given up, and it goes on with what happens from now on. One that was only stopped, or
killed, goes on where it was.
"""

from datetime import datetime
from typing import Any

from psycopg import Connection
from psycopg_pool import ConnectionPool

from domain.aggregate import find
from domain.notification import Fate, Notification
from eventlog.log import EventLog
from notifiers.queue import close

CAUSE = "it was owed while notices were {}"
BATCH = 500


def begin(log: EventLog, pool: ConnectionPool[Any], mode: str, at: datetime) -> None:
    """Begin to work in a mode. Several may begin at once."""
    with pool.connection() as connection:
        row = connection.execute(
            "SELECT mode, position FROM notices.position FOR UPDATE"
        ).fetchone()
        before = row[0] if row else None
        if before not in (None, mode):
            while give_up(log, connection, CAUSE.format(before), at):
                pass
            connection.execute("UPDATE notices.position SET position = %s", (log.head(),))
        connection.execute("UPDATE notices.position SET mode = %s", (mode,))


def give_up(log: EventLog, connection: Connection[Any], cause: str, at: datetime) -> int:
    """Give up the next of what is owed; return how much."""
    rows = connection.execute(
        "SELECT notice_id FROM notices.owed WHERE state = 'owed' LIMIT %s FOR UPDATE", (BATCH,)
    ).fetchall()
    for (notice_id,) in rows:
        notification = find(log, Notification, notice_id)
        if notification and notification.fate is Fate.OWED:
            notification.abandon(cause=cause, at=at)
            log.save_within(connection, notification)
        close(connection, notice_id, "abandoned", cause, at)
    return len(rows)
