"""How much memory a long piece of work takes at most, measured in a process of its own."""

import re
import subprocess
import sys
from pathlib import Path
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage

import psycopg

from eventlog.verification import verify
from projections.inbox import INBOX
from projections.rebuild import Rebuild
from projections.together import helpers
from runtime.stores import Stores

UNIT = 1024 if sys.platform == "linux" else 1
"""Bytes in what the system counts."""


def rebuild(url: str) -> None:
    """Rebuild the inbox."""
    with Stores.open(url) as stores:
        Rebuild(stores.log, stores.pool, INBOX).run()


def verify_all(url: str) -> None:
    """Verify the whole history."""
    with psycopg.connect(url, autocommit=True) as connection:
        verify(connection)


WORK = {"rebuild": rebuild, "verify": verify_all}


def peak(work: str, url: str) -> float:
    """Return the most megabytes that a process had which did nothing else."""
    done = subprocess.run(  # noqa: S603 - this Python, our own words
        [sys.executable, "-m", "bench.memory", work, url],
        check=True,
        capture_output=True,
        text=True,
    )
    return float(done.stdout)


def most_of_all() -> float:
    """Return the most megabytes that this process and those that helped it can have had at once."""
    each = getrusage(RUSAGE_CHILDREN).ru_maxrss * UNIT / 1e6
    return most_so_far() + each * helpers()


def most_so_far() -> float:
    """Return the most megabytes that this process had; on Linux not counting who started it."""
    status = Path("/proc/self/status")
    if status.exists():
        found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text())
        if found:
            return int(found[1]) * UNIT / 1e6
    return getrusage(RUSAGE_SELF).ru_maxrss * UNIT / 1e6


if __name__ == "__main__":
    WORK[sys.argv[1]](sys.argv[2])
    print(most_of_all())  # noqa: T201 - to the one who started us
