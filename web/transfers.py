"""How many files come and go at the same time, so that they leave threads to the pages.

Each transfer has a thread of its process for as long as it lasts, and a slow one lasts long. Nobody
gets so many places that nothing is left for others.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from threading import Lock
from typing import Self
from uuid import UUID

from flask import Response, abort


class Room:
    """Places for transfers in this process, and how many of them one person may have."""

    def __init__(self, places: int, *, each: int) -> None:
        self._places = places
        self._each = each
        self._taken: Counter[UUID] = Counter()
        self._lock = Lock()

    @property
    def free(self) -> int:
        """Count the places that are free."""
        return self._places - self._taken.total()

    def enter(self, who: UUID) -> None:
        """Take a place, or ask to come back."""
        with self._lock:
            if self.free and self._taken[who] < self._each:
                self._taken[who] += 1
                return
        words = "Many files are on their way just now. Please try again in a moment."
        headers = {"Retry-After": "2", "Content-Type": "text/plain; charset=utf-8"}
        abort(Response(words, HTTPStatus.SERVICE_UNAVAILABLE, headers))

    def leave(self, who: UUID) -> None:
        """Give a place back."""
        with self._lock:
            self._taken[who] -= 1
            self._taken += Counter()  # forgets who has none


COMING = Room(8, each=3)
GOING = Room(12, each=4)
"""`runtime/parts/web.py` has threads enough for both, and for the pages."""


@contextmanager
def coming(who: UUID) -> Iterator[None]:
    """Hold a place while a file comes."""
    COMING.enter(who)
    try:
        yield
    finally:
        COMING.leave(who)


class Going:
    """A file that goes; its place is free again at its end, or when the server has done with it."""

    def __init__(self, who: UUID) -> None:
        """Take a place."""
        GOING.enter(who)
        self._who = who
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
            GOING.leave(self._who)


@contextmanager
def going(who: UUID) -> Iterator[Going]:
    """Hold a place for a file that goes, also while it is looked through; not for a failure."""
    place = Going(who)
    try:
        yield place
    except BaseException:
        place.close()
        raise
