"""Files that are only there to be locked, so that two of us never do the same at the same time.

The system itself lets go of a lock when the last program that holds the file open ends, however it
ends: a lock is never left over.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def open_for_us(path: Path) -> int:
    """Open a file of our own to add to it; make it if need be, readable by nobody else."""
    flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW
    return os.open(path, flags, 0o600)


@contextmanager
def locked(path: Path) -> Iterator[int]:
    """Wait for the lock and hold it; a program that inherits the open file holds it on."""
    lock = open_for_us(path)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield lock
    finally:
        os.close(lock)


def is_locked(path: Path) -> bool:
    """Say whether anybody holds the lock, without waiting."""
    lock = open_for_us(path)
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)  # those who only look do not meet
    except BlockingIOError:
        return True
    finally:
        os.close(lock)
    return False
