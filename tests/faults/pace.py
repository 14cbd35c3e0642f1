"""How long the faults go on: a few seconds in the suite, longer with SOAK_SECONDS (`make soak`)."""

import os
import time
from collections.abc import Iterator

SECONDS = float(os.environ.get("SOAK_SECONDS", "4"))
"""Of each test that goes on for some time; the others repeat more often the longer it is."""


def rounds(at_least: int, *, every: float = 4) -> int:
    """Return how often to repeat something: once more for so many seconds."""
    return max(at_least, int(SECONDS / every))


def for_a_while(at_least: int = 1) -> Iterator[int]:
    """Count until the time is over, but so far at least."""
    end, count = time.monotonic() + SECONDS, 0
    while count < at_least or time.monotonic() < end:
        yield count
        count += 1
