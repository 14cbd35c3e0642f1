"""Grows the tree over the order: which of its inner nodes are kept, and the right edge of it.

Of the inner nodes only those at levels 8, 16, 24 ... are kept, one row for 256 events; what lies
between is at most 255 hashes away.
"""

from collections.abc import Sequence
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

    def add(self, leaves: Sequence[bytes]) -> list[Subtree]:
        """Add leaves on the right; return the kept nodes that became full."""
        self.size += len(leaves)
        self._edge[0].extend(leaves)
        full: list[Subtree] = []
        for depth, nodes in enumerate(self._edge):
            found = self._full(STEP * (depth + 1), nodes)
            if found and depth + 1 == len(self._edge):
                self._edge.append([])
            if found:
                self._edge[depth + 1].extend(one.hash for one in found)
            full.extend(found)
        return full

    def _full(self, level: int, nodes: list[bytes]) -> list[Subtree]:
        """Take from the nodes below a level those that fill nodes of it, and return these."""
        count = len(nodes) // WIDTH
        first = (self.size >> level) - count
        found = [
            Subtree(level, first + at, root_hash(nodes[at * WIDTH : (at + 1) * WIDTH]))
            for at in range(count)
        ]
        del nodes[: count * WIDTH]
        return found


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
