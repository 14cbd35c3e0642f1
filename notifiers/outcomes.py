"""Records what came of an attempt: in the log, in the row of what is owed, and of the channel.

All of it is kept in one transaction. A notice of which a report came in first, or that another
sender has told meanwhile, is found done, and only its row follows.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any
from uuid import UUID, uuid5

from eventsourcing.persistence import IntegrityError
from psycopg import Connection
from psycopg.errors import UniqueViolation
from psycopg_pool import ConnectionPool

from domain.aggregate import Aggregate, find, until_unopposed
from domain.delivering import came_back
from domain.notification import Channel, Fate, Notification, NotificationIsDone
from eventlog.log import EventLog
from notifiers import channels, queue
from notifiers.carrier import CarrierIsDown, TryAgain
from notifiers.notice import Notice
from notifiers.occasions import MANNERS
from notifiers.planner import as_event

FIRST_PAUSE = timedelta(seconds=1)
LONGEST_PAUSE = timedelta(hours=1)
MOST_ATTEMPTS = 40
"""More than a day of trying."""

SUSPICIOUS = 3
"""So many attempts make it likely that the notice itself is what senders are cut off by."""

CUT_OFF = "the sender was cut off"

ROW_STATES = MappingProxyType(
    {Fate.DELIVERED: "accepted", Fate.ACCEPTED: "accepted", Fate.BOUNCED: "bounced"}
)

Decide = Callable[[Notification], Aggregate | None]
"""Records something about a notification; may return another aggregate that it changed."""

Keep = Callable[[Connection[Any]], None]


def pause_after(attempts: int) -> timedelta:
    """Return how long to wait before the next attempt; doubled each time, at most an hour."""
    return min(FIRST_PAUSE * float(2 ** min(attempts, 20)), LONGEST_PAUSE)


def spread(notice_id: UUID, attempts: int) -> timedelta:
    """Return what is added to a pause, up to a quarter of it, so that not all come back at once.

    It is as good as random, and the same each time.
    """
    return pause_after(attempts) * (uuid5(notice_id, str(attempts)).int % 1000 / 4000)


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What can come of an attempt."""

    log: EventLog
    pool: ConnectionPool[Any]
    clock: Callable[[], datetime]

    def accepted(
        self,
        notice: Notice,
        carrier: str,
        reference: str,
        version: int,
        *,
        is_trial: bool = False,
    ) -> None:
        """Record that a carrier took it, to the address of that version.

        Where it was reported first that it came back, only now is it known from which address.
        """
        now = self.clock()

        def decide(one: Notification) -> None:
            one.accept(carrier=carrier, reference=reference, address_version=version, at=now)

        def keep(connection: Connection[Any]) -> None:
            queue.close(connection, notice.notice_id, "accepted", reference, now)
            channels.works(connection, notice.channel, is_trial=is_trial, now=now)

        def late(one: Notification) -> Aggregate | None:
            is_news = one.failed_with is not None and not one.address_version
            if not is_news or notice.channel is not Channel.EMAIL or not version:
                return None
            return came_back(
                self.log, one, status=one.failed_with or "", at=now, address_version=version
            )

        self._record(notice, decide, keep, late)

    def refused(
        self,
        notice: Notice,
        status: str,
        version: int,
        *,
        is_trial: bool = False,
        instead: Notice | None = None,
    ) -> None:
        """Record that its carrier refused the address for good; mails to it are over for now.

        A `version` of 0 is of another address than the person's own. `instead` is owed in place of
        it, on another channel.
        """
        now = self.clock()

        def decide(one: Notification) -> Aggregate | None:
            one.refuse(status=status, address_version=version, at=now)
            is_about_mailbox = notice.channel is Channel.EMAIL and version > 0
            return came_back(self.log, one, status=status, at=now) if is_about_mailbox else None

        def keep(connection: Connection[Any]) -> None:
            queue.close(connection, notice.notice_id, "bounced", status, now)
            channels.works(connection, notice.channel, is_trial=is_trial, now=now)
            self._owe(connection, instead)

        self._record(notice, decide, keep)

    def abandoned(
        self,
        notice: Notice,
        cause: str,
        *,
        is_trial: bool = False,
        instead: Notice | None = None,
    ) -> None:
        """Record that it was given up; `is_trial` if that says nothing about its carrier.

        `instead` is as in `refused`.
        """
        now = self.clock()

        def decide(one: Notification) -> None:
            one.abandon(cause=cause, at=now)

        def keep(connection: Connection[Any]) -> None:
            queue.close(connection, notice.notice_id, "abandoned", cause, now)
            self._owe(connection, instead)
            if is_trial:
                channels.untried(connection, notice.channel)

        self._record(notice, decide, keep)

    def waits(self, row: queue.Row, until: datetime, *, is_trial: bool) -> None:
        """Put it back untried, since it is not the time for it."""
        with self.pool.connection() as connection:
            queue.let_wait(connection, row.notice_id, until)
            if is_trial:
                channels.untried(connection, row.notice.channel)

    def deferred(
        self, row: queue.Row, failure: TryAgain, *, is_trial: bool, lost_to: int | None = None
    ) -> None:
        """Record an attempt that failed for now, or the end of all patience.

        `lost_to` is the version of the address to which it may have gone all the same, None if it
        cannot have gone out.
        """
        now = self.clock()
        self._judge(row.notice.channel, failure, is_trial=is_trial, now=now)
        pause = pause_after(row.attempts) + spread(row.notice_id, row.attempts)
        is_lost, is_last = lost_to is not None, row.attempts + 1 >= MOST_ATTEMPTS
        if is_lost or not is_last:
            put = PutOff(row, str(failure), now, now + pause, is_lost, lost_to or 0)
            self._record(row.notice, put.decide, put.keep)
        if is_last:
            self.abandoned(row.notice, str(failure))

    def cut_off(self, connection: Connection[Any], row: queue.Row) -> None:
        """Record that a sender was cut off, so that it may have gone out; it is sent at once.

        One at which senders are cut off again and again waits longer each time, so that it keeps
        nothing else from leaving. If it was a trial of its channel, another one follows.
        """
        now = self.clock()
        pause = pause_after(row.attempts) if row.attempts >= SUSPICIOUS else timedelta()
        put = PutOff(row, CUT_OFF, now, now + pause, in_doubt=True)
        self._recorded(connection, row.notice, put.decide, put.keep)
        channels.untried(connection, row.notice.channel)

    def _owe(self, connection: Connection[Any], instead: Notice | None) -> None:
        """Owe a notice in place of another, whose fact the read models show already."""
        if instead:
            queue.owe(connection, [(instead, MANNERS[instead.occasion], 0)])
            self.log.save_within(connection, as_event(instead))

    def _judge(self, channel: Channel, failure: TryAgain, *, is_trial: bool, now: datetime) -> None:
        """Record what a failure says about the carrier."""
        with self.pool.connection() as connection:
            if isinstance(failure, CarrierIsDown):
                channels.fails(connection, channel, is_trial=is_trial, pause=failure.pause, now=now)
            elif is_trial:
                channels.untried(connection, channel)

    def _record(
        self, notice: Notice, decide: Decide, keep: Keep, late: Decide = lambda _: None
    ) -> None:
        def command() -> None:
            try:
                with self.pool.connection() as connection:
                    self._recorded(connection, notice, decide, keep, late)
            except UniqueViolation as overtaken:
                raise IntegrityError from overtaken

        until_unopposed(command)

    def _recorded(
        self,
        connection: Connection[Any],
        notice: Notice,
        decide: Decide,
        keep: Keep,
        late: Decide = lambda _: None,
    ) -> None:
        """Record a decision; `late` is decided instead about a notice that is done already."""
        one = find(self.log, Notification, notice.notice_id) or as_event(notice)
        try:
            other = decide(one)
        except NotificationIsDone:
            state = ROW_STATES.get(one.fate, "abandoned")
            queue.close(connection, notice.notice_id, state, "it was done already", self.clock())
            other = late(one)
            self.log.save_within(connection, *([other] if other else []))
            return
        keep(connection)
        self.log.save_within(connection, one, *([other] if other else []))


@dataclass(frozen=True, slots=True)
class PutOff:
    """How an attempt that failed for now is recorded, in the log and in the row."""

    row: queue.Row
    cause: str
    at: datetime
    next_try_at: datetime
    in_doubt: bool
    address_version: int = 0

    def decide(self, one: Notification) -> None:
        """Record it in the log. Raises NotificationIsDone."""
        one.defer(
            cause=self.cause,
            in_doubt=self.in_doubt,
            address_version=self.address_version,
            next_try_at=self.next_try_at,
            at=self.at,
        )

    def keep(self, connection: Connection[Any]) -> None:
        """Record it in the row."""
        queue.put_back(
            connection,
            self.row.notice_id,
            self.cause,
            self.next_try_at,
            in_doubt=self.in_doubt,
        )
