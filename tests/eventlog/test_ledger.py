"""The ledger proves each event and every growth, whatever its size is."""

from collections.abc import Iterator

import psycopg
import pytest

from eventlog.ledger import Ledger, NoSuchPosition
from eventlog.merkle import EMPTY, consistency_holds, inclusion_holds, root_hash
from eventlog.sequencer import Sequencer
from eventlog.tree import Tree, grown
from runtime.stores import Stores

SIZE = 66_000
"""More than a full subtree of 2^16 leaves, so that two levels of nodes are kept."""

SIZES = [1, 2, 3, 255, 256, 257, 511, 513, 1000, 65_535, 65_536, 65_537, 65_793, SIZE]


@pytest.fixture(scope="module")
def connection(stores_of_the_file: Stores) -> Iterator[psycopg.Connection]:
    """A ledger of some size, ordered in uneven batches."""
    with psycopg.connect(stores_of_the_file.database_url, autocommit=True) as connection:
        connection.execute("SET synchronous_commit = off")
        connection.execute(
            """
            INSERT INTO eventlog.domain_events (originator_id, originator_version, topic, state)
            SELECT gen_random_uuid(), 1, 'topic', ''::bytea FROM generate_series(1, %s)
            """,
            (SIZE,),
        )
        sequencer = Sequencer(connection)
        assert sequencer.campaign()
        for limit in (1, 254, 1, 1, 300, 70):
            sequencer.advance(limit)
        while sequencer.advance(10_000):
            pass
        yield connection


@pytest.fixture(scope="module")
def leaves(connection: psycopg.Connection) -> list[bytes]:
    """All leaves in their order."""
    rows = connection.execute("SELECT leaf FROM eventlog.ledger ORDER BY position")
    return [bytes(row[0]) for row in rows]


def test_the_head_is_the_size(connection: psycopg.Connection, leaves: list[bytes]):
    assert Ledger(connection).head() == len(leaves) == SIZE


@pytest.mark.parametrize("size", [0, *SIZES])
def test_the_root_is_that_over_the_leaves(
    connection: psycopg.Connection, leaves: list[bytes], size: int
):
    assert Ledger(connection).root(size) == root_hash(leaves[:size])
    assert grown(connection, size).root == root_hash(leaves[:size])


@pytest.mark.parametrize("size", SIZES)
def test_every_event_is_proved_to_be_in_it(
    connection: psycopg.Connection, leaves: list[bytes], size: int
):
    ledger, root = Ledger(connection), root_hash(leaves[:size])
    for position in {1, 2, 256, 257, size // 2, size - 1, size} & set(
        range(1, min(size + 1, SIZE))
    ):
        proof = ledger.inclusion(position, size)
        assert inclusion_holds(leaves[position - 1], position - 1, size, proof, root)
        assert (
            not inclusion_holds(leaves[position - 2], position - 1, size, proof, root) or size == 1
        )


@pytest.mark.parametrize("newer", SIZES)
def test_it_is_proved_to_have_only_grown(
    connection: psycopg.Connection, leaves: list[bytes], newer: int
):
    ledger = Ledger(connection)
    for older in [0, *[size for size in SIZES if size <= newer]]:
        before, after = (older, root_hash(leaves[:older])), (newer, root_hash(leaves[:newer]))
        assert consistency_holds(before, after, ledger.consistency(older, newer))


@pytest.mark.parametrize("size", [-1, SIZE + 1])
def test_what_is_beyond_the_head_has_no_root(connection: psycopg.Connection, size: int):
    with pytest.raises(NoSuchPosition):
        Ledger(connection).root(size)


@pytest.mark.parametrize(("position", "size"), [(0, 5), (6, 5), (1, SIZE + 1)])
def test_what_is_not_in_the_tree_has_no_proof(
    connection: psycopg.Connection, position: int, size: int
):
    with pytest.raises(NoSuchPosition):
        Ledger(connection).inclusion(position, size)


def test_a_tree_does_not_shrink(connection: psycopg.Connection):
    with pytest.raises(NoSuchPosition):
        Ledger(connection).consistency(5, 4)


def test_an_empty_ledger_has_the_root_of_nothing(database_url: str):
    with psycopg.connect(database_url) as connection:
        assert Ledger(connection).head() == 0
        assert Ledger(connection).root(0) == EMPTY


def test_a_tree_grows_the_same_in_any_pieces(leaves: list[bytes]):
    at_once, bit_by_bit = Tree(0, [[]]), Tree(0, [[]])
    full = at_once.add(leaves)
    found = [
        one for first in range(0, SIZE, 777) for one in bit_by_bit.add(leaves[first : first + 777])
    ]
    assert sorted((one.level, one.index, one.hash) for one in found) == sorted(
        (one.level, one.index, one.hash) for one in full
    )
    assert at_once.root == bit_by_bit.root == root_hash(leaves)
    assert {one.level for one in full} == {8, 16}
