"""Proves the history: its root at any size, that an event is in it, and that it only ever grew.

RFC 6962, section 2.1: `inclusion` is PATH and `consistency` is PROOF there.
"""

from dataclasses import dataclass
from typing import Any

from psycopg import Connection

from eventlog.merkle import largest_power_below, rooted
from eventlog.tree import STEP, nodes


class NoSuchPosition(LookupError):
    """The ledger is not that long."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """Questions about the order and its tree, over one connection."""

    connection: Connection[Any]

    def head(self) -> int:
        """Return the newest position, which is the size of the tree; 0 if there is none."""
        row = self.connection.execute(
            "SELECT position FROM eventlog.ledger ORDER BY position DESC LIMIT 1"
        ).fetchone()
        return int(row[0]) if row else 0

    def root(self, size: int) -> bytes:
        """Return the root over the first so many events. Raises NoSuchPosition."""
        self._require(0, size)
        return self._root(0, size)

    def inclusion(self, position: int, size: int) -> list[bytes]:
        """Return the proof that an event is in the tree of that size, from the leaf upwards.

        Raises NoSuchPosition unless 1 <= position <= size <= head.
        """
        self._require(1, position, size)
        return self._path(position - 1, 0, size)

    def consistency(self, older: int, newer: int) -> list[bytes]:
        """Return the proof that the tree of the newer size only adds to that of the older.

        Raises NoSuchPosition unless 0 <= older <= newer <= head.
        """
        self._require(0, older, newer)
        if older in {0, newer}:
            return []
        return self._subproof(older, 0, newer, is_known=True)

    def _require(self, *sizes: int) -> None:
        if list(sizes) != sorted(sizes) or sizes[-1] > self.head():
            raise NoSuchPosition(f"the ledger does not hold {', '.join(map(str, sizes[1:]))}")

    def _path(self, index: int, first: int, end: int) -> list[bytes]:
        if end - first <= 1:
            return []
        middle = first + largest_power_below(end - first)
        if index < middle:
            return [*self._path(index, first, middle), self._root(middle, end)]
        return [*self._path(index, middle, end), self._root(first, middle)]

    def _subproof(self, older: int, first: int, end: int, *, is_known: bool) -> list[bytes]:
        if older == end:
            return [] if is_known else [self._root(first, end)]
        middle = first + largest_power_below(end - first)
        if older <= middle:
            proof = self._subproof(older, first, middle, is_known=is_known)
            return [*proof, self._root(middle, end)]
        proof = self._subproof(older, middle, end, is_known=False)
        return [*proof, self._root(first, middle)]

    def _root(self, first: int, end: int) -> bytes:
        """Return the root over leaves `first` to before `end`, from the largest nodes kept."""
        parts: list[tuple[bytes, int]] = []
        level = STEP * (max(0, (end - first).bit_length() - 1) // STEP)
        while level >= 0:
            upto = end >> level
            found = nodes(self.connection, level, first >> level, upto)
            parts.extend((hash_, 1 << level) for hash_ in found)
            first, level = max(first, upto << level), level - STEP
        return rooted(parts)
