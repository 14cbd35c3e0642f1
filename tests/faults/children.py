"""Processes that tests kill and start again."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import psycopg

from tests.fixtures.product import ROOT, eventually

SEQUENCER = "runtime.parts.sequencer"
WRITER = "tests.faults.writer"


@dataclass
class Child:
    """A module that runs by itself; the server knows its connections by its name."""

    name: str
    database_url: str
    module: str
    words: tuple[str, ...] = ()
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def start(self) -> None:
        """Start; it ends by itself when its standard input is closed, and so with us."""
        self.process = subprocess.Popen(  # noqa: S603 - our own modules
            [sys.executable, "-m", self.module, *self.words],
            cwd=ROOT,
            env=os.environ | {"DATABASE_URL": self.database_url, "PGAPPNAME": self.name},
            stdin=subprocess.PIPE,
        )

    def kill(self) -> None:
        """Kill with SIGKILL, and wait until it is dead."""
        if self.process is None:
            return
        self.process.kill()
        self.process.wait()
        assert self.process.stdin
        self.process.stdin.close()
        self.process = None


@contextmanager
def running(*children: Child) -> Iterator[None]:
    """Run children for as long as the block goes on; none of them outlives it."""
    try:
        for child in children:
            child.start()
        yield
    finally:
        for child in children:
            child.kill()


def until_gone(database_url: str, names: str) -> None:
    """Wait until the server has ended what killed children of such names were doing."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        count = "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE %s"
        eventually(lambda: connection.execute(count, (names,)).fetchone() == (0,), f"no {names}")


def ordered(database_url: str) -> bool:
    """Say whether every event has its place."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        row = connection.execute(
            """
            SELECT (SELECT count(*) FROM eventlog.domain_events)
                = (SELECT count(*) FROM eventlog.ledger)
            """
        ).fetchone()
    return row == (True,)
