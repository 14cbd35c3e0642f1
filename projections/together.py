"""Builds a read model from a long history with several processes, one for each core.

Each process takes every n-th batch. It reads, decodes and folds while others do the same, and
writes when it is its turn, so that batches are written in their order.
"""

import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import get_context, parent_process
from multiprocessing.context import SpawnContext, SpawnProcess
from threading import Thread

import psycopg

from eventlog.log import EventLog
from eventlog.postgres import in_postgres
from projections.batch import BATCH, folded_batch, write_unflushed
from projections.projection import Projection
from projections.writing import types_of

LONG = 50_000
"""Events from which it pays to start processes."""

MOST = 8
"""Processes; more would wait for the one that writes."""

LOOK_SECONDS = 0.1


class BrokenOff(Exception):
    """A process failed, or was killed; what was written so far is of no use."""


class Turns:
    """Whose turn it is to write, by the numbers of batches."""

    def __init__(self, context: SpawnContext) -> None:
        self._changed = context.Condition()
        self._written = context.Value("q", 0, lock=False)

    @property
    def written(self) -> int:
        """Return how many batches were written."""
        return int(self._written.value)

    def wait_for(self, number: int) -> None:
        """Wait until all batches before this one are written."""
        with self._changed:
            self._changed.wait_for(lambda: self.written == number)

    def pass_on(self) -> None:
        """Let the next batch be written."""
        with self._changed:
            self._written.value += 1
            self._changed.notify_all()


@dataclass(frozen=True, slots=True)
class Share:
    """Every `of`-th batch of the first `batches`, beginning with number `first`.

    A batch has `size` events.
    """

    database_url: str
    projection: Projection
    schema: str
    first: int
    of: int
    batches: int
    size: int

    def help(self, turns: Turns) -> None:
        """Write this share as a process of its own, which fails without a word.

        The one who asked for help meets the same failure when it goes on alone, and tells of it;
        the words of the error could show the values of a row. Ctrl-C is for that one, too.
        """
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        Thread(target=end_with_parent, daemon=True).start()
        try:
            self.write(turns)
        except Exception:  # noqa: BLE001 - whatever it is
            sys.exit(1)

    def write(self, turns: Turns) -> None:
        """Fold and write the batches of this share, each in its turn."""
        log = EventLog(in_postgres(self.database_url, connections=1))
        with psycopg.connect(self.database_url, autocommit=True) as connection:
            types = types_of(connection, self.schema)
            for number in range(self.first, self.batches, self.of):
                _, batch = folded_batch(log, self.projection, number * self.size, self.size)
                turns.wait_for(number)
                write_unflushed(connection, self.schema, batch, types)
                turns.pass_on()
        log.close()


def end_with_parent() -> None:
    """End at once when the process that started us is gone."""
    parent = parent_process()
    if parent:
        parent.join()
    os._exit(1)


def helpers() -> int:
    """Return how many processes share a rebuild."""
    return min(cores(), MOST)


def cores() -> int:
    """Return how many processes can run at once."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def build_together(
    log: EventLog, projection: Projection, schema: str, progress: Callable[[int], object]
) -> int:
    """Write the first part of the log to the tables in a schema; return up to which position.

    It is 0 where that does not pay: for a short history, or on one core. Raises BrokenOff.
    """
    batches, processes = log.head() // BATCH, helpers()
    if batches * BATCH < LONG or processes == 1:
        return 0
    context = get_context("spawn")
    turns = Turns(context)
    shares = [
        Share(log.database_url, projection, schema, first, processes, batches, BATCH)
        for first in range(processes)
    ]
    started = [context.Process(target=share.help, args=(turns,), daemon=True) for share in shares]
    try:
        for process in started:
            process.start()
        follow(started, turns, progress)
    finally:
        for process in started:
            process.kill()
            process.join()
    return batches * BATCH


def follow(processes: list[SpawnProcess], turns: Turns, progress: Callable[[int], object]) -> None:
    """Tell of progress until all have ended. Raises BrokenOff as soon as one of them fails."""
    told = 0
    while any(process.is_alive() for process in processes):
        next(process for process in processes if process.is_alive()).join(LOOK_SECONDS)
        if any(process.exitcode for process in processes):
            raise BrokenOff
        written = turns.written
        progress((written - told) * BATCH)
        told = written
