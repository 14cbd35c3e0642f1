"""Checks the whole history against its proofs: what was changed, removed or moved is named.

Every event is hashed anew from its bytes, and the tree is grown anew over these hashes; nothing
that the database says about hashes is believed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from psycopg import Connection

from eventlog.copying import copied
from eventlog.tree import Subtree, Tree, nodes

BATCH = 10_000
"""Events at a time; memory does not grow with the history."""

LEDGER = """
SELECT count(*), max(position), max(notification_id), string_agg(leaf, '' ORDER BY position)
FROM (
    SELECT position, notification_id, leaf FROM eventlog.ledger
    WHERE position > %s ORDER BY position LIMIT %s
) AS next
"""

ENTRIES = """
COPY (
    SELECT originator_id, originator_version, topic, state FROM eventlog.domain_events
    WHERE notification_id > {after} AND notification_id <= {upto} ORDER BY notification_id
) TO STDOUT (FORMAT BINARY)
"""

WHICH = """
SELECT position, notification_id, leaf FROM eventlog.ledger
WHERE notification_id > %(after)s AND notification_id <= %(upto)s ORDER BY position
"""

WHICH_EVENTS = """
SELECT notification_id FROM eventlog.domain_events
WHERE notification_id > %(after)s AND notification_id <= %(upto)s ORDER BY notification_id
"""


class HistoryWasChanged(Exception):
    """The log is not what its proofs say."""


@dataclass(frozen=True, slots=True)
class Verified:
    """A history that holds: the number of its events, and the root over them."""

    size: int
    root: bytes


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some positions in a row, as the ledger has them: behind `after`, up to `upto`."""

    count: int
    last_position: int
    after: int
    upto: int
    leaves: bytes


def verify(
    connection: Connection[Any],
    known: Mapping[int, bytes] | None = None,
    progress: Callable[[int], object] = lambda _: None,
) -> Verified:
    """Verify the ledger from its first to its newest position.

    `known` are roots by size that somebody kept elsewhere; `progress` is told how many more events
    were verified. Raises HistoryWasChanged, which names the first event that is wrong.
    """
    left, tree, newest = dict(known or {}), Tree(0, [[]]), 0
    while stretch := next_stretch(connection, tree.size, newest, limit_before(tree.size, left)):
        if stretch.last_position != tree.size + stretch.count:
            raise HistoryWasChanged(f"positions after {tree.size} are not in the ledger")
        require_kept(connection, tree.add(verified_leaves(connection, stretch)))
        newest = stretch.upto
        if tree.size in left and left.pop(tree.size) != tree.root:
            raise HistoryWasChanged(
                f"the first {tree.size} events have another root than was known"
            )
        progress(stretch.count)
    if any(left):
        raise HistoryWasChanged(f"of {max(left)} events that were known only {tree.size} are left")
    return Verified(tree.size, tree.root)


def limit_before(size: int, known: Mapping[int, bytes]) -> int:
    """Return how many events to verify next, so that the tree is once of each size known."""
    return min([BATCH, *(one - size for one in known if one > size)])


def next_stretch(connection: Connection[Any], size: int, after: int, limit: int) -> Stretch | None:
    """Return the next positions of the ledger, None if there are no more."""
    row = connection.execute(LEDGER, (size, limit), binary=True).fetchone()
    if row is None or row[0] == 0:
        return None
    count, last_position, upto, leaves = row
    return Stretch(count, last_position, after, upto, bytes(leaves))


def verified_leaves(connection: Connection[Any], stretch: Stretch) -> list[bytes]:
    """Hash events anew and return their leaves, which are those of the ledger."""
    entries = copied(connection, ENTRIES.format(after=stretch.after, upto=stretch.upto))
    leaves = [sha256(b"\x00" + entry).digest() for entry in entries]
    if b"".join(leaves) != stretch.leaves:
        raise HistoryWasChanged(first_wrong(connection, stretch, leaves))
    return leaves


def first_wrong(connection: Connection[Any], stretch: Stretch, leaves: list[bytes]) -> str:
    """Say which event is the first that is not what the ledger says."""
    between = {"after": stretch.after, "upto": stretch.upto}
    recorded = connection.execute(WHICH, between).fetchall()
    there = [row[0] for row in connection.execute(WHICH_EVENTS, between)]
    for (position, expected, leaf), found, hashed in zip(recorded, there, leaves, strict=False):
        if found < expected:
            return f"the event with notification id {found} is not in the ledger"
        if found > expected:
            return f"the event at position {position} is gone"
        if bytes(leaf) != hashed:
            return f"the event at position {position} is not what was recorded"
    return f"the event at position {stretch.last_position - len(recorded) + len(there) + 1} is gone"


def require_kept(connection: Connection[Any], full: list[Subtree]) -> None:
    """Raise HistoryWasChanged unless the nodes of the tree that are kept are these."""
    for level in sorted({one.level for one in full}):
        wanted = [one for one in full if one.level == level]
        found = nodes(connection, level, wanted[0].index, wanted[-1].index + 1)
        if found != [one.hash for one in wanted]:
            first = (wanted[0].index << level) + 1
            raise HistoryWasChanged(f"the tree over positions {first} and after was changed")
