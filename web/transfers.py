"""How many files come and go at the same time, so that pages always find a free thread.

Each transfer has a thread of its process for as long as it lasts, and a slow one lasts long.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from threading import BoundedSemaphore
from typing import Self

from flask import Response, abort

COMING = BoundedSemaphore(8)
GOING = BoundedSemaphore(12)
"""Of each process; `runtime/parts/web.py` has threads enough for both, and for the pages."""


def enter(room: BoundedSemaphore) -> None:
    """Take a place, or ask to come back."""
    if not room.acquire(blocking=False):
        words = "Many files are on their way just now. Please try again in a moment."
        headers = {"Retry-After": "2", "Content-Type": "text/plain; charset=utf-8"}
        abort(Response(words, HTTPStatus.SERVICE_UNAVAILABLE, headers))


@contextmanager
def coming() -> Iterator[None]:
    """Hold a place while a file comes."""
    enter(COMING)
    try:
        yield
    finally:
        COMING.release()


class Going:
    """A file that goes; its place is free again at its end, or when the server has done with it."""

    def __init__(self) -> None:
        """Take a place."""
        enter(GOING)
        self._pieces: Iterator[bytes] = iter(())
        self._has_place = True

    def carrying(self, pieces: Iterator[bytes]) -> Self:
        """Return the same place with what goes."""
        self._pieces = pieces
        return self

    def __iter__(self) -> Iterator[bytes]:
        """Hand out the pieces."""
        yield from self._pieces
        self.close()

    def close(self) -> None:
        """Give the place back; the server calls it however the answer ended (PEP 3333)."""
        if self._has_place:
            self._has_place = False
            GOING.release()


@contextmanager
def going() -> Iterator[Going]:
    """Hold a place for a file that goes, also while it is looked through; not for a failure."""
    place = Going()
    try:
        yield place
    except BaseException:
        place.close()
        raise
