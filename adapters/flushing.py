"""Blobs get to the disk while the next ones are filled, some at a time.

To wait for the disk after each blob of 4 MiB takes longer than to seal it. Here a thread flushes
what was put, a few times a second, and says afterwards how far everything is safe.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from time import monotonic
from typing import Generic, TypeVar

Reached = TypeVar("Reached")
"""What is reached with a blob; whoever asks knows what it means."""


class Flushing(Generic[Reached]):
    """Flushes blobs by name, at most once in so many seconds. Raises what `flush` does."""

    def __init__(self, flush: Callable[[Sequence[str]], None], every: float) -> None:
        self._flush, self._every = flush, every
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="flushing")
        self._next = monotonic() + every
        self._waiting: list[str] = []
        self._last: Reached | None = None
        self._under_way: Future[Reached | None] | None = None

    def add(self, name: str, reached: Reached) -> Reached | None:
        """Take one more blob; return what is now reached on disk, None if that is no news."""
        self._waiting.append(name)
        self._last = reached
        if monotonic() < self._next:
            return None
        news = self._arrived()
        self._begin()
        return news

    def settle(self) -> Reached | None:
        """Wait until all blobs are on disk; return what is reached, None if that is no news."""
        news = self._arrived()
        if not self._waiting:
            return news
        self._begin()
        return self._arrived()

    def _begin(self) -> None:
        names, reached = self._waiting, self._last

        def work() -> Reached | None:
            self._flush(names)
            return reached

        self._waiting = []
        self._next = monotonic() + self._every
        self._under_way = self._thread.submit(work)

    def _arrived(self) -> Reached | None:
        under_way, self._under_way = self._under_way, None
        return under_way.result() if under_way else None
