"""Grows the tree over the order: which of its inner nodes are kept, and the right edge of it.

Of the inner nodes only those at levels 8, 16, 24 ... are kept, one row for 256 events; what lies
between is at most 255 hashes away.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from psycopg import Connection

from eventlog.merkle import root_hash, rooted

STEP = 8
"""Levels between two that are kept."""

WIDTH = 1 << STEP


@dataclass(frozen=True, slots=True)
class Subtree:
    """A node that is kept: the root over leaves `index << level` to `(index + 1) << level`."""

    level: int
    index: int
    hash: bytes


class Tree:
    """The right edge of a tree: at each kept level the nodes that do not fill the next one yet."""

    def __init__(self, size: int, edge: list[list[bytes]]) -> None:
        self.size = size
        self._edge = edge

    @property
    def root(self) -> bytes:
        """Return the root over all leaves."""
        return rooted(
            (hash_, 1 << (STEP * depth))
            for depth, nodes in reversed(list(enumerate(self._edge)))
            for hash_ in nodes
        )

    def add(self, leaves: Iterable[bytes]) -> list[Subtree]:
        """Add leaves on the right; return the kept nodes that became full."""
        full: list[Subtree] = []
        for leaf in leaves:
            self.size += 1
            full.extend(self._rise(leaf))
        return full

    def _rise(self, hash_: bytes) -> Iterator[Subtree]:
        for depth in range(self.size.bit_length() // STEP + 2):
            if depth == len(self._edge):
                self._edge.append([])
            nodes = self._edge[depth]
            nodes.append(hash_)
            if len(nodes) < WIDTH:
                return
            hash_ = root_hash(nodes)
            nodes.clear()
            level = STEP * (depth + 1)
            yield Subtree(level, (self.size >> level) - 1, hash_)


def grown(connection: Connection[Any], size: int) -> Tree:
    """Return the tree over the first so many positions of the ledger."""
    edge = [nodes(connection, 0, size - size % WIDTH, size)]
    level = STEP
    while size >> level:
        last = size >> level
        edge.append(nodes(connection, level, last - last % WIDTH, last))
        level += STEP
    return Tree(size, edge)


def nodes(connection: Connection[Any], level: int, first: int, end: int) -> list[bytes]:
    """Return the nodes of a kept level from index `first` to before `end`; level 0 are leaves."""
    if level == 0:
        rows = connection.execute(
            """
            SELECT leaf FROM eventlog.ledger WHERE position > %s AND position <= %s
            ORDER BY position
            """,
            (first, end),
            binary=True,
        )
    else:
        rows = connection.execute(
            """
            SELECT hash FROM eventlog.subtree WHERE level = %s AND index >= %s AND index < %s
            ORDER BY index
            """,
            (level, first, end),
            binary=True,
        )
    return [bytes(row[0]) for row in rows]
