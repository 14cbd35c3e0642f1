"""Where sealed bytes lie outside the database: blobs with names, written once.

A name is made by the server and says nothing of what is inside. It has two segments, a folder and
a place in it, such as `6f1c.../00004-9a7b`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


class BlobIsMissing(Exception):
    """There is no blob of that name."""


class BlobExists(Exception):
    """There is a blob of that name already; none is ever replaced."""


class BlobsAreUnavailable(Exception):
    """The storage is full, unreachable or refuses us; its message names no blob and no content."""


@dataclass(frozen=True, slots=True)
class Blob:
    """What is known of a blob without reading it: bytes, and when it was written (with a zone)."""

    name: str
    size: int
    modified: datetime


class Blobs(Protocol):
    """A storage of blobs. Every method may raise BlobsAreUnavailable."""

    def put(self, name: str, data: bytes | memoryview) -> None:
        """Keep a blob, wholly or not at all. Raises BlobExists.

        The data may be changed by its owner as soon as this returns. If it raises
        BlobsAreUnavailable the blob may exist all the same: use another name for the next try.
        """

    def read(self, name: str, start: int, length: int) -> memoryview:
        """Return bytes of a blob, fewer if it ends before. Raises BlobIsMissing."""

    def names(self, folder: str = "") -> Iterator[Blob]:
        """Give the blobs of a folder, or all, in no particular order.

        What a broken-off `put` left behind counts, so that it can be found and deleted.
        """

    def delete(self, names: Iterable[str]) -> None:
        """Delete blobs; what does not exist is deleted already."""

    def flush(self, names: Iterable[str]) -> None:
        """Return when these blobs, which were put, outlast a loss of power."""
