"""Who uses a data folder: one product runs on it, commands come and go, the last one out is known.

Locks of `flock(2)` end with their process, however it ends.
"""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from runtime.reading import SettingsAreUnusable


@contextmanager
def in_use(folder: Path, when_last: Callable[[], object]) -> Iterator[None]:
    """Use a data folder; call `when_last` at the end if nobody else uses it then."""
    with opened(folder / "users.lock") as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)
        try:
            yield
        finally:
            if is_taken(lock):
                when_last()


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Be the one product that runs on a data folder, or raise SettingsAreUnusable."""
    with opened(folder / "run.lock") as lock:
        if not is_taken(lock):
            raise SettingsAreUnusable(f"SecureMail already runs on {folder}")
        yield


def is_taken(lock: int) -> bool:
    """Take a lock for ourselves, and say whether that was possible."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def opened(path: Path) -> Iterator[int]:
    """Open a file that is only there to be locked; our children do not inherit it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        yield descriptor
    finally:
        os.close(descriptor)
