"""A process with several threads that append messages for a while, and then says how many."""

import sys
import threading
import time
from collections.abc import Callable
from uuid import UUID

from eventsourcing.application import Application

from bench.library import LibraryLog, settings
from bench.messages import message
from eventlog.log import EventLog
from eventlog.postgres import in_postgres


def log_of(kind: str, database_url: str, threads: int) -> Application[UUID]:
    """Return our log or the library's, in that database."""
    if kind == "ours":
        return EventLog(in_postgres(database_url, connections=threads))
    return LibraryLog(settings(database_url, connections=threads))


def appends(log: Application[UUID], goes_on: Callable[[], bool]) -> int:
    """Append one message after the other; return how many were acknowledged."""
    done = 0
    while goes_on():
        log.save(message())
        done += 1
    return done


def main(kind: str, database_url: str, threads: int, seconds: float) -> None:
    """Append with several threads between the line that says go and the end of the time."""
    log = log_of(kind, database_url, threads)
    log.save(message())
    counts = [0] * threads
    end = [float("inf")]

    def work(number: int) -> None:
        counts[number] = appends(log, lambda: time.monotonic() < end[0])

    workers = [threading.Thread(target=work, args=(number,)) for number in range(threads)]
    print("ready", flush=True)  # noqa: T201 - to the one who started us
    sys.stdin.readline()
    end[0] = time.monotonic() + seconds
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print(sum(counts), flush=True)  # noqa: T201 - to the one who started us
    log.close()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4]))
