"""Waits until something new may be in the log, without asking the database all the time."""

import time
from typing import Any

import psycopg
from psycopg import sql

CHANNEL = "domain_events"
"""The recorder of eventsourcing 9.5 notifies the channel named like its table."""

RECONNECT_PAUSE = 0.2
"""Seconds."""


class WakeUp:
    """One listening connection; a lost one is replaced, and costs a reader nothing but a pause."""

    def __init__(self, database_url: str) -> None:
        self._database_url = database_url
        self._connection: psycopg.Connection[Any] | None = None

    def wait(self, seconds: float) -> None:
        """Return when somebody has appended, or after so many seconds.

        The first call on a new connection returns at once: of what was appended before it listened
        nobody told it.
        """
        try:
            if self._connection is None:
                self._listen()
                return
            for _ in self._connection.notifies(timeout=seconds, stop_after=1):
                pass
        except psycopg.OperationalError:
            self.close()
            time.sleep(RECONNECT_PAUSE)

    def close(self) -> None:
        """Give the connection back."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _listen(self) -> None:
        self._connection = psycopg.connect(self._database_url, autocommit=True)
        self._connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(CHANNEL)))
