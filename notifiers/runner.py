"""Reads the log, records what is owed, and sends it; restarted at any point, it goes on.

What is owed is recorded in the transaction that moves the position, keyed by the fact. A mail is
sent while its row is locked, so that several runners never send one notice; a crash between the
carrier's answer and its record sends it again under the same notice id, which a carrier that can
recognise a repetition does (the local outbox can).
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
from psycopg import Connection
from psycopg.rows import class_row
from psycopg.types.json import Jsonb
from psycopg_pool import ConnectionPool

from domain.ports import SealIsBroken
from eventlog.log import EventLog
from notifiers.carrier import TryAgain, WillNeverWork
from notifiers.desk import Desk
from notifiers.layout import lay_out
from notifiers.mailer import Mail, Mailer
from notifiers.notice import Notice
from notifiers.occasions import WRITERS, plan

BATCH = 500
FIRST_PAUSE = timedelta(seconds=1)
LONGEST_PAUSE = timedelta(hours=1)
MOST_ATTEMPTS = 40
"""More than a day of trying."""

logger = logging.getLogger(__name__)


def pause_after(attempts: int) -> timedelta:
    """Return how long to wait before the next attempt; doubled each time, at most an hour."""
    return min(FIRST_PAUSE * float(2 ** min(attempts, 20)), LONGEST_PAUSE)


@dataclass(frozen=True, slots=True)
class Runner:
    """Plans notices and sends them."""

    log: EventLog
    pool: ConnectionPool[Any]
    desk: Desk
    mailer: Mailer

    def plan_next(self) -> int:
        """Record what the next events owe; return how many events were read."""
        with self.pool.connection() as connection:
            row = connection.execute("SELECT position FROM notices.position FOR UPDATE").fetchone()
            batch = self.log.read(after=row[0] if row else 0, limit=BATCH)
            for recorded in batch:
                for notice in plan(recorded.event):
                    owe(connection, notice)
            if batch:
                connection.execute(
                    "UPDATE notices.position SET position = %s", (batch[-1].position,)
                )
        return len(batch)

    def send_next(self) -> bool:
        """Send one notice that is due; say whether there was one."""
        with self.pool.connection() as connection:
            now = self.desk.clock()
            due = take_due(connection, now)
            if due is None:
                return False
            notice, attempts = due
            self._send(connection, notice, attempts, now)
        return True

    def work_off(self) -> int:
        """Plan and send until nothing is due; return how much was done."""
        done = 0
        while (planned := self.plan_next()) or self.send_next():
            done += planned or 1
        return done

    def run(self, wait: Callable[[bool], bool]) -> None:
        """Work for good; `wait(idle)` pauses between rounds and says whether to go on."""
        while wait(self.work_off() == 0):
            pass

    def _send(
        self, connection: Connection[Any], notice: Notice, attempts: int, now: datetime
    ) -> None:
        try:
            reference = self.mailer.send(self._written(notice))
        except TryAgain as reason:
            postpone(connection, notice, attempts, str(reason), now)
        except SealIsBroken:  # the keys may be the wrong ones, and the right ones come back
            postpone(connection, notice, attempts, "the address cannot be opened", now)
        except WillNeverWork as reason:
            logger.warning("notice %s will never be sent", notice.notice_id)
            answer(connection, notice, "abandoned", str(reason) or type(reason).__name__, now)
        except psycopg.Error:
            raise
        except Exception as error:  # noqa: BLE001 - one notice must not stop the others
            logger.error(  # noqa: TRY400 - a traceback would show the words of the mail
                "notice %s cannot be sent now: %s", notice.notice_id, type(error).__name__
            )
            postpone(connection, notice, attempts, type(error).__name__, now)
        else:
            answer(connection, notice, "accepted", reference, now)

    def _written(self, notice: Notice) -> Mail:
        to = self.desk.correspondent(notice.recipient_id)
        letter = WRITERS[notice.occasion](notice, to, self.desk)
        return lay_out(notice, to, letter, self.desk.base_url)


def owe(connection: Connection[Any], notice: Notice) -> None:
    """Record a notice as owed; the same one twice changes nothing."""
    connection.execute(
        """
        INSERT INTO notices.owed
            (notice_id, occasion, recipient_id, facts, owed_at, next_try_at)
        VALUES (%s, %s, %s, %s, %s, %s)
        ON CONFLICT DO NOTHING
        """,
        (
            notice.notice_id,
            notice.occasion,
            notice.recipient_id,
            Jsonb(dict(notice.facts)),
            notice.owed_at,
            notice.owed_at,
        ),
    )


@dataclass(frozen=True, slots=True)
class OwedRow:
    """A row of what is owed."""

    notice_id: UUID
    occasion: str
    recipient_id: UUID
    owed_at: datetime
    facts: dict[str, str]
    attempts: int


def take_due(connection: Connection[Any], now: datetime) -> tuple[Notice, int] | None:
    """Return the oldest notice that is due and that nobody else holds, with its attempts so far."""
    row = (
        connection.cursor(row_factory=class_row(OwedRow))
        .execute(
            """
            SELECT notice_id, occasion, recipient_id, owed_at, facts, attempts FROM notices.owed
            WHERE state = 'owed' AND next_try_at <= %s
            ORDER BY next_try_at LIMIT 1
            FOR UPDATE SKIP LOCKED
            """,
            (now,),
        )
        .fetchone()
    )
    if row is None:
        return None
    notice = Notice(row.notice_id, row.occasion, row.recipient_id, row.owed_at, row.facts)
    return notice, row.attempts


def answer(
    connection: Connection[Any], notice: Notice, state: str, text: str, at: datetime
) -> None:
    """Record the end of a notice: accepted by the carrier, or abandoned."""
    connection.execute(
        """
        UPDATE notices.owed
        SET state = %s, answer = %s, answered_at = %s, attempts = attempts + 1
        WHERE notice_id = %s
        """,
        (state, text, at, notice.notice_id),
    )


def postpone(
    connection: Connection[Any], notice: Notice, attempts: int, reason: str, now: datetime
) -> None:
    """Record an attempt that failed for now, or the end of all patience."""
    if attempts + 1 >= MOST_ATTEMPTS:
        answer(connection, notice, "abandoned", reason, now)
        return
    connection.execute(
        """
        UPDATE notices.owed SET next_try_at = %s, answer = %s, attempts = attempts + 1
        WHERE notice_id = %s
        """,
        (now + pause_after(attempts), reason, notice.notice_id),
    )
