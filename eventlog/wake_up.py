"""Tells that something new is in the log, and waits for it without asking all the time.

Neither side is needed for anything but speed: who is not woken looks by itself after a while.
"""

import time
from threading import Event, Thread
from typing import Any

import psycopg
from psycopg import sql
from psycopg.pq import ExecStatus

from eventlog.insertion import require

APPENDED = "eventlog_appended"
"""The channel that tells of appends."""

RECONNECT_PAUSE = 0.2
"""Seconds."""

TELL = f"NOTIFY {APPENDED}".encode()

BREATH = 0.002
"""Seconds between two tellings, so that many appends do not make as many of them."""


class WakeUp:
    """One listening connection; a lost one is replaced, and costs a reader nothing but a pause."""

    def __init__(self, database_url: str, channel: str) -> None:
        self._database_url = database_url
        self._channel = channel
        self._connection: psycopg.Connection[Any] | None = None

    def wait(self, seconds: float) -> str:
        """Return what somebody has told, or nothing after so many seconds.

        The first call on a new connection returns at once: of what was told before it listened it
        heard nothing.
        """
        try:
            if self._connection is None:
                self._listen()
                return ""
            heard = self._connection.notifies(timeout=seconds, stop_after=1)
            told = [one.payload for one in heard]
            return told[-1] if told else ""
        except psycopg.OperationalError:
            self.close()
            time.sleep(RECONNECT_PAUSE)
            return ""

    def close(self) -> None:
        """Give the connection back."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _listen(self) -> None:
        self._connection = psycopg.connect(self._database_url, autocommit=True)
        self._connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(self._channel)))


class Bell:
    """Tells of appends from a thread of its own, so that nobody who appends waits for it.

    A NOTIFY takes a lock that all notifying commits of a cluster share, which is why it is not part
    of an append. However many appends there were since the last time, it is told once.
    """

    def __init__(self, database_url: str) -> None:
        self._database_url = database_url
        self._rung = Event()
        self._closing = False
        self._thread: Thread | None = None

    def ring(self) -> None:
        """Tell soon; return at once."""
        if self._rung.is_set():
            return
        if self._thread is None or not self._thread.is_alive():
            self._thread = Thread(target=self._run, daemon=True)
            self._thread.start()
        self._rung.set()

    def close(self) -> None:
        """Tell nothing any more."""
        self._closing = True
        self._rung.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while not self._closing:
            try:
                with psycopg.connect(self._database_url, autocommit=True) as connection:
                    connection.execute("SET synchronous_commit = off")
                    self._tell(connection)
            except psycopg.OperationalError:
                self._rung.set()
                time.sleep(RECONNECT_PAUSE)

    def _tell(self, connection: psycopg.Connection[Any]) -> None:
        while True:
            self._rung.wait()
            if self._closing:
                return
            self._rung.clear()
            require(connection.pgconn.exec_(TELL), ExecStatus.COMMAND_OK)
            time.sleep(BREATH)
