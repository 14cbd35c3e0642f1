"""Plans what is owed and has it sent, by several senders at once; cut off anywhere, it goes on."""

from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass, field
from math import ceil
from time import monotonic
from types import MappingProxyType
from typing import Any

from psycopg import Connection
from psycopg.errors import UniqueViolation
from psycopg_pool import ConnectionPool

from domain.notification import Channel
from notifiers import channels, queue
from notifiers.desk import Desk
from notifiers.planner import Planner
from notifiers.sender import Sender

READ_FIRST = ("roster", "reach")
"""The read models from which it is known where a notice goes: they must show its fact."""

USUAL_RATES: Mapping[Channel, float] = MappingProxyType(
    {Channel.EMAIL: 500.0, Channel.TEXT: 10.0, Channel.CALL: 1.0}
)
"""Notices a second that the carrier of a channel may be given, by all senders together."""

LOOK_SECONDS = 0.05
"""After so long one looks up from sending, and plans what has happened meanwhile."""

ROUND = 500
"""So much is done before somebody is asked whether to go on."""


@dataclass(frozen=True, slots=True)
class Runner:
    """Plans notices and has them sent; `senders` are at work at once."""

    pool: ConnectionPool[Any]
    desk: Desk
    planner: Planner
    sender: Sender
    senders: int = 1
    rates: Mapping[Channel, float] = field(default_factory=lambda: USUAL_RATES)

    def work_off(self) -> int:
        """Plan and send until nothing is due; return how much was done."""
        done = 0
        while some := self.work_some():
            done += some
        return done

    def run(self, wait_for_more: Callable[[bool], bool]) -> None:
        """Work for good; `wait_for_more(idle)` pauses and says whether to go on."""
        while wait_for_more(self.work_some() == 0):
            pass

    def work_some(self) -> int:
        """Plan and send some of what is due; return how much was done.

        What others had in hand that were cut off is looked for before one marks anything oneself,
        since one of them may have had the number that one is given now.
        """
        planned = self.planner.plan_next()
        self._release_orphans()
        if not planned and not self._is_anything_due():
            return 0
        with queue.at_work(self.pool) as number, ThreadPoolExecutor(self.senders) as crew:
            return planned + self._send(number, crew)

    def _send(self, number: int, crew: ThreadPoolExecutor) -> int:
        """Send up to ROUND notices, and plan meanwhile; return how much was done."""
        done, look_at, busy = 0, 0.0, set[Future[None]]()
        while True:
            if monotonic() >= look_at:
                done += self.planner.plan_next()
                self._release_orphans()
                look_at = monotonic() + LOOK_SECONDS
            if len(busy) < self.senders and done < ROUND:
                jobs = self._take(number, self.senders + self.senders // 2 - len(busy))
                busy |= {crew.submit(self.sender.send, row, is_trial=alone) for row, alone in jobs}
                done += len(jobs)
            if not busy:
                return done
            finished, busy = wait(busy, LOOK_SECONDS, FIRST_COMPLETED)
            for one in finished:
                one.result()

    def _take(self, number: int, most: int) -> list[tuple[queue.Row, bool]]:
        """Take what is due, as much as each channel may be given now, and no more than its share.

        So codes by text do not wait until a heap of mails has left. With each row it is said
        whether it alone tries a channel that was closed.
        """
        now = self.desk.clock()
        jobs: list[tuple[queue.Row, bool]] = []
        with self.pool.connection() as connection:
            shown = shown_position(connection)
            usable = channels.usable(connection, list(Channel), shown=shown, now=now)
            for others, channel in zip(reversed(range(len(usable))), usable, strict=True):
                share = ceil((most - len(jobs)) / (others + 1))
                rate = self.rates[channel]
                room = channels.room(connection, channel, rate=rate, most=share, now=now)
                rows = queue.take(
                    connection, channel, sender=number, most=room.most, shown=shown, now=now
                )
                channels.used(
                    connection, channel, len(rows), rate=rate, is_trial=room.is_trial, now=now
                )
                jobs += [(row, room.is_trial) for row in rows]
        return jobs

    def _is_anything_due(self) -> bool:
        """Say whether something is due on an open channel."""
        with self.pool.connection() as connection:
            shown, now = shown_position(connection), self.desk.clock()
            return bool(channels.usable(connection, list(Channel), shown=shown, now=now))

    def _release_orphans(self) -> None:
        """Record what senders had in hand that were cut off.

        If a report about it comes in at the same moment, all is looked at again later.
        """
        with suppress(UniqueViolation), self.pool.connection() as connection:
            for row in queue.orphans(connection):
                self.sender.outcomes.cut_off(connection, row)


def shown_position(connection: Connection[Any]) -> int:
    """Return up to which fact it is known where notices go."""
    row = connection.execute(
        "SELECT min(position) FROM projection.position WHERE name = ANY(%s)", (list(READ_FIRST),)
    ).fetchone()
    return int(row[0] or 0) if row else 0
