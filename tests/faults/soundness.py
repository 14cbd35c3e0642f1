"""What must be true of every log, whatever was done to its processes; computed here once more."""

from hashlib import sha256
from itertools import pairwise
from random import Random
from typing import Any
from uuid import UUID

import psycopg

from eventlog.ledger import Ledger
from eventlog.merkle import consistency_holds, inclusion_holds, root_hash
from eventlog.verification import Verified, verify

HISTORY = """
SELECT position, notification_id, leaf, originator_id, originator_version, topic, state
FROM eventlog.domain_events FULL JOIN eventlog.ledger USING (notification_id)
ORDER BY notification_id
"""

SAMPLE = 12
"""Proofs of each kind; each of them walks a way of its own through the tree."""


def require_sound(database_url: str) -> int:
    """Fail unless every event has its place, its leaf and its proof; return how many there are."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        rows = connection.execute(HISTORY).fetchall()
        require_dense(rows)
        require_versions_in_order(rows)
        leaves = [bytes(row[2]) for row in rows]
        assert leaves == [leaf(*row[3:]) for row in rows]
        require_proofs(Ledger(connection), leaves)
        assert verify(connection) == Verified(len(rows), root_hash(leaves))
    return len(rows)


def require_dense(rows: list[tuple[Any, ...]]) -> None:
    """Fail unless positions are 1 to n, one for each event, in the order of notification ids."""
    assert [row[0] for row in rows] == list(range(1, len(rows) + 1))
    assert all(row[3] is not None for row in rows)


def require_versions_in_order(rows: list[tuple[Any, ...]]) -> None:
    """Fail unless the events of each aggregate come as 1, 2, 3 and so on."""
    versions: dict[UUID, int] = {}
    for row in rows:
        aggregate, version = row[3], row[4]
        assert version == versions.get(aggregate, 0) + 1
        versions[aggregate] = version


def leaf(originator_id: UUID, version: int, topic: str, state: bytes) -> bytes:
    """Return the leaf of an event: RFC 6962, section 2.1, over an entry of four fields."""
    fields = (originator_id.bytes, version.to_bytes(8, "big", signed=True), topic.encode(), state)
    parts = [len(one).to_bytes(4, "big") + one for one in fields]
    return sha256(b"\x00" + b"\x00\x04" + b"".join(parts)).digest()


def require_proofs(ledger: Ledger, leaves: list[bytes]) -> None:
    """Fail unless roots, inclusion and growth are proved at a sample of sizes."""
    chance, whole = Random(len(leaves)), len(leaves)  # noqa: S311 - chooses samples, not keys
    assert ledger.head() == whole
    sizes = sorted({1, whole, *(chance.randint(1, whole) for _ in range(SAMPLE))}) if whole else [0]
    roots = {size: root_hash(leaves[:size]) for size in sizes}
    assert {size: ledger.root(size) for size in sizes} == roots
    for older, newer in pairwise(sizes):
        proof = ledger.consistency(older, newer)
        assert consistency_holds((older, roots[older]), (newer, roots[newer]), proof)
    for size in filter(None, sizes):
        position = chance.randint(1, size)
        proof = ledger.inclusion(position, size)
        assert inclusion_holds(leaves[position - 1], position - 1, size, proof, roots[size])
