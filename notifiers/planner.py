"""Reads the log and records what is owed, in the transaction that moves its position.

So nothing is owed twice and nothing is forgotten, wherever it is cut off. What was owed in another
mode, such as in the sandbox, is given up, and the past is not told: who switches notices on late
begins with what happens from then on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg_pool import ConnectionPool

from domain.notification import Notification
from eventlog.log import EventLog, Recorded
from notifiers.notice import Notice
from notifiers.occasions import MANNERS, plan, routed
from notifiers.queue import owe, unknown
from projections.reach import Reach, Reachable

BATCH = 500
"""Events a transaction."""


@dataclass(frozen=True, slots=True)
class Planner:
    """Finds out who is to be told of what."""

    log: EventLog
    pool: ConnectionPool[Any]
    reach: Reach
    has_texts: bool = True

    def plan_next(self) -> int:
        """Record what the next events owe; return how many events were read."""
        with self.pool.connection() as connection:
            row = connection.execute("SELECT position FROM notices.position FOR UPDATE").fetchone()
            batch = self.log.read(after=row[0] if row else 0, limit=BATCH)
            if batch:
                self._owe(connection, self._planned(batch))
                connection.execute(
                    "UPDATE notices.position SET position = %s", (batch[-1].position,)
                )
        return len(batch)

    def _planned(self, batch: Sequence[Recorded]) -> list[tuple[Notice, int]]:
        """Return what is owed, on which channels, with the positions of the facts."""
        usual = [(notice, one.position) for one in batch for notice in plan(one.event)]
        people = self._people([notice for notice, _ in usual])
        return [
            (notice, position)
            for planned, position in usual
            for notice in self._routed(planned, people.get(planned.recipient_id))
        ]

    def _routed(self, notice: Notice, to: Reachable | None) -> tuple[Notice, ...]:
        """Return a notice on the channels on which its recipient wants it and can get it."""
        if to is None:
            return (notice,)
        texts_arrive = self.has_texts and to.phone_is_proved
        return routed(notice, to.notices, texts_arrive=texts_arrive)

    def _people(self, notices: Sequence[Notice]) -> dict[UUID, Reachable]:
        """Return how people want to be told, as far as that matters."""
        asked = {one.recipient_id for one in notices if MANNERS[one.occasion].is_by_preference}
        return self.reach.of_all(asked) if asked else {}

    def _owe(self, connection: Connection[Any], planned: Sequence[tuple[Notice, int]]) -> None:
        new = unknown(connection, [notice.notice_id for notice, _ in planned]) if planned else set()
        if not new:
            return
        owed = [(notice, at) for notice, at in planned if notice.notice_id in new]
        owe(connection, [(notice, MANNERS[notice.occasion], at) for notice, at in owed])
        self.log.save_within(connection, *[as_event(notice) for notice, _ in owed])


def as_event(notice: Notice) -> Notification:
    """Return the record that a notice is owed."""
    return Notification.owe(
        notice_id=notice.notice_id,
        recipient_id=notice.recipient_id,
        occasion=notice.occasion,
        channel=notice.channel,
        at=notice.owed_at,
    )
