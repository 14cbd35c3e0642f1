"""How long after its append a message is seen, with the parts as processes as in the product."""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from eventsourcing.projection import ProjectionRunner

from bench.database import database
from bench.figure import Figure, percentile
from bench.library import LibraryInbox, LibraryLog, library_runner, make_inbox
from bench.messages import message
from domain.aggregate import save
from projections.news import News
from projections.progress import Progress
from runtime.embedded_postgres import EmbeddedPostgres
from runtime.stores import Stores

PARTS = ("sequencer", "projections")
LOOKS = 300
PACE = 0.01
"""Seconds between two commands of a quiet day."""

BUSY = 2000.0
"""Appends a second of others."""

PATIENCE_SECONDS = 30


def seeing(on: EmbeddedPostgres) -> Iterator[Figure]:
    """Append, and wait as a page does; quietly, and beside a stream of other appends."""
    with database(on) as url, parts(url), Stores.open(url) as stores:
        progress = Progress(stores.pool, News(url))
        if not progress.wait(save(stores.log, message()), seconds=PATIENCE_SECONDS):
            raise RuntimeError("the parts do not work")
        quiet = sorted(waits(stores, progress))
        p50, theirs = percentile(quiet, 50) * 1000, library_wait(on) * 1000
        yield Figure("own-write.p50", p50, "ms", theirs / p50, "the library's runner.wait")
        yield Figure("own-write.p99", percentile(quiet, 99) * 1000, "ms", None, "")
        with others(url, BUSY):
            busy = sorted(waits(stores, progress))
        yield Figure("append-to-visible.p50", percentile(busy, 50) * 1000, "ms", None, "")
        yield Figure("append-to-visible.p99", percentile(busy, 99) * 1000, "ms", None, "")


def waits(stores: Stores, progress: Progress) -> Iterator[float]:
    """Yield how long each of some appends took to be seen."""
    for _ in range(LOOKS):
        notification_id = save(stores.log, message())
        started = time.perf_counter()
        if not progress.wait(notification_id, seconds=PATIENCE_SECONDS):
            raise RuntimeError("what was appended is not seen")
        yield time.perf_counter() - started
        time.sleep(PACE)


def library_wait(on: EmbeddedPostgres) -> float:
    """Return the median of what the library's own wait for an own write takes, in seconds."""
    with database(on, is_migrated=False) as url:
        make_inbox(url)
        with library_runner(url) as runner:
            return statistics.median(library_waits(runner))


def library_waits(runner: ProjectionRunner[LibraryLog, LibraryInbox]) -> Iterator[float]:
    """Yield how long each of some appends took to be seen in the library's way."""
    for _ in range(30):
        [recording] = runner.app.save(message())
        started = time.perf_counter()
        runner.wait(recording.notification.id, timeout=PATIENCE_SECONDS)
        yield time.perf_counter() - started


@contextmanager
def parts(url: str) -> Iterator[None]:
    """Run the sequencer and the projections as the product does."""
    environment = {**os.environ, "DATABASE_URL": url, "BASE_URL": "http://localhost:8000"}
    with ExitStack() as until_the_end:
        for part in PARTS:
            command = [sys.executable, "-m", f"runtime.parts.{part}"]
            process = subprocess.Popen(command, stdin=subprocess.PIPE, env=environment)  # noqa: S603 - our own program
            until_the_end.callback(process.communicate)
        yield


@contextmanager
def others(url: str, rate: float) -> Iterator[None]:
    """Let another process append at a steady rate meanwhile."""
    command = [sys.executable, "-m", "bench.pacer", url, str(rate)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603 - our own program
    if not process.stdout or not process.stdout.readline():
        raise RuntimeError("the other writer did not start")
    yield
    process.kill()
    process.communicate()
