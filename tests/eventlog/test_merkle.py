"""The arithmetic of proof, against the vectors of Certificate Transparency and the definition."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventlog.merkle import (
    EMPTY,
    consistency_holds,
    inclusion_holds,
    largest_power_below,
    leaf_hash,
    node_hash,
    root_hash,
    rooted,
)

ENTRIES = [
    bytes.fromhex(one)
    for one in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
"""The entries that implementations of Certificate Transparency share as test vectors."""

ROOTS = {
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    7: "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


def leaves(count: int) -> list[bytes]:
    return [leaf_hash(bytes([number])) for number in range(count)]


def defined_root(hashes: list[bytes]) -> bytes:
    """MTH as RFC 6962 writes it down."""
    if len(hashes) < 2:
        return hashes[0] if hashes else sha256(b"").digest()
    middle = largest_power_below(len(hashes))
    return node_hash(defined_root(hashes[:middle]), defined_root(hashes[middle:]))


def path(index: int, hashes: list[bytes]) -> list[bytes]:
    """PATH as RFC 6962 writes it down."""
    if len(hashes) < 2:
        return []
    middle = largest_power_below(len(hashes))
    if index < middle:
        return [*path(index, hashes[:middle]), defined_root(hashes[middle:])]
    return [*path(index - middle, hashes[middle:]), defined_root(hashes[:middle])]


def subproof(older: int, hashes: list[bytes], *, is_known: bool) -> list[bytes]:
    """SUBPROOF as RFC 6962 writes it down."""
    if older == len(hashes):
        return [] if is_known else [defined_root(hashes)]
    middle = largest_power_below(len(hashes))
    if older <= middle:
        rest = subproof(older, hashes[:middle], is_known=is_known)
        return [*rest, defined_root(hashes[middle:])]
    rest = subproof(older - middle, hashes[middle:], is_known=False)
    return [*rest, defined_root(hashes[:middle])]


@pytest.mark.parametrize("size", ROOTS)
def test_roots_are_those_that_others_compute(size: int):
    assert root_hash([leaf_hash(entry) for entry in ENTRIES[:size]]).hex() == ROOTS[size]


def test_a_leaf_never_passes_for_a_node():
    left, right = leaves(2)
    assert leaf_hash(left + right) != node_hash(left, right)


@pytest.mark.parametrize("size", range(71))
def test_roots_are_as_defined(size: int):
    assert root_hash(leaves(size)) == defined_root(leaves(size))


def test_full_subtrees_stand_for_their_leaves():
    hashes = leaves(21)
    parts = [(root_hash(hashes[:16]), 16), (root_hash(hashes[16:20]), 4), (hashes[20], 1)]
    assert rooted(parts) == root_hash(hashes)


@pytest.mark.parametrize("size", [1, 2, 3, 5, 8, 13, 32, 33, 70])
def test_inclusion_holds_for_each_leaf_at_its_own_place_only(size: int):
    hashes = leaves(size)
    root = root_hash(hashes)
    for index, leaf in enumerate(hashes):
        proof = path(index, hashes)
        claims = [inclusion_holds(leaf, other, size, proof, root) for other in range(-1, size + 2)]
        assert claims.index(True) == index + 1
        assert claims.count(True) == 1
        assert not inclusion_holds(leaf, index, size, [*proof, leaf], root)
        assert not inclusion_holds(leaf, index, size + 1, proof[:-1], root)
        assert not inclusion_holds(leaf_hash(b"another"), index, size, proof, root)


@pytest.mark.parametrize("newer", [*range(1, 34), 70])
def test_consistency_holds_with_every_older_tree(newer: int):
    hashes = leaves(newer)
    for older in range(1, newer + 1):
        proof = subproof(older, hashes, is_known=True)
        before, after = (older, root_hash(hashes[:older])), (newer, root_hash(hashes))
        assert consistency_holds(before, after, proof)
        assert not consistency_holds(before, after, [*proof, EMPTY])
        assert not consistency_holds((older, EMPTY), after, proof)
        assert not consistency_holds(before, (newer, EMPTY), proof)
        if proof:
            assert not consistency_holds(before, after, proof[:-1])
            assert not consistency_holds(after, before, proof)


def test_every_tree_adds_to_the_empty_one():
    assert consistency_holds((0, EMPTY), (3, root_hash(leaves(3))), [])
    assert not consistency_holds((0, leaves(1)[0]), (3, root_hash(leaves(3))), [])


@given(st.integers(1, 40), st.integers(0, 39), st.data())
def test_a_changed_proof_never_holds(size: int, index: int, data: st.DataObject):
    hashes, index = leaves(size), index % size
    proof = path(index, hashes)
    if not proof:
        return
    at = data.draw(st.integers(0, len(proof) - 1))
    proof[at] = leaf_hash(proof[at])
    assert not inclusion_holds(hashes[index], index, size, proof, root_hash(hashes))
