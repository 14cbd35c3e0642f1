"""A process that appends at a steady rate until it is killed."""

import sys
import threading
import time

from bench.messages import message
from eventlog.log import EventLog
from eventlog.postgres import in_postgres

THREADS = 4


def pace(log: EventLog, interval: float) -> None:
    """Append once in each interval; what was missed is made up for."""
    due = time.monotonic()
    while True:
        due += interval
        time.sleep(max(0.0, due - time.monotonic()))
        log.save(message())


def main(database_url: str, rate: float) -> None:
    """Append with several threads."""
    log = EventLog(in_postgres(database_url))
    log.save(message())
    for _ in range(THREADS):
        threading.Thread(target=pace, args=(log, THREADS / rate)).start()
    print("ready", flush=True)  # noqa: T201 - to the one who started us


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]))
