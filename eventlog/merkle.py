"""The arithmetic of proof: one short hash stands for the whole history, and shows any change in it.

The tree is that of RFC 6962, section 2.1, with SHA-256. All hashes are 32 bytes.
"""

from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256

EMPTY = sha256().digest()
"""The root of a tree without leaves."""


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of an entry, which no node can have."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of a node above two others."""
    return sha256(b"\x01" + left + right).digest()


def root_hash(leaves: Sequence[bytes]) -> bytes:
    """Return the root over hashes of leaves: MTH of RFC 6962, section 2.1.

    Nodes are paired level by level; one that is left over rises as it is.
    """
    nodes = list(leaves)
    while len(nodes) > 1:
        left_over = nodes[-1:] if len(nodes) % 2 else []
        pairs = zip(nodes[::2], nodes[1::2], strict=False)
        nodes = [sha256(b"\x01" + left + right).digest() for left, right in pairs] + left_over
    return nodes[0] if nodes else EMPTY


def rooted(subtrees: Iterable[tuple[bytes, int]]) -> bytes:
    """Return the root over full subtrees from left to right, each with its number of leaves.

    The sizes are powers of two and such that equal neighbours make the next larger one, as leaves
    do, or the subtrees of which a tree of any size consists.
    """
    spine: list[tuple[bytes, int]] = []
    for hash_, size in subtrees:
        while spine and spine[-1][1] == size:
            left, _ = spine.pop()
            hash_, size = node_hash(left, hash_), size * 2  # noqa: PLW2901 - it grows
        spine.append((hash_, size))
    if not spine:
        return EMPTY
    root, _ = spine.pop()
    while spine:
        left, _ = spine.pop()
        root = node_hash(left, root)
    return root


def largest_power_below(size: int) -> int:
    """Return the largest power of two smaller than a size of at least 2: k of RFC 6962."""
    return 1 << ((size - 1).bit_length() - 1)


class DoesNotFit(ValueError):
    """A proof is too long or too short for trees of these sizes."""


def inclusion_holds(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> bool:
    """Say whether a leaf is at an index of the tree of that size (RFC 9162, section 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    hash_ = leaf
    try:
        for step, is_left in upwards(index, size - 1, proof):
            hash_ = node_hash(step, hash_) if is_left else node_hash(hash_, step)
    except DoesNotFit:
        return False
    return hash_ == root


def consistency_holds(
    older: tuple[int, bytes], newer: tuple[int, bytes], proof: Sequence[bytes]
) -> bool:
    """Say whether a newer tree only adds to an older one; each is a size with its root.

    RFC 9162, section 2.1.4.2; every tree is consistent with the empty one and with itself.
    """
    (older_size, older_root), (newer_size, newer_root) = older, newer
    if not 0 <= older_size <= newer_size:
        return False
    if older_size in {0, newer_size}:
        return not proof and older_root == (newer_root if older_size else EMPTY)
    first, last = older_size - 1, newer_size - 1
    shared = (first + 1 & -(first + 1)).bit_length() - 1  # a full subtree that both end with
    start, *steps = [older_root, *proof] if older_size & first == 0 else proof or [b""]
    old = new = start
    try:
        for step, is_left in upwards(first >> shared, last >> shared, steps):
            if is_left:
                old = node_hash(step, old)
            new = node_hash(step, new) if is_left else node_hash(new, step)
    except DoesNotFit:
        return False
    return (old, new) == (older_root, newer_root)


def upwards(first: int, last: int, proof: Sequence[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Yield each hash of a proof with whether it stands on the left, from node `first` upwards.

    `last` is the index of the last node at the same level. Raises DoesNotFit.
    """
    for step in proof:
        if last == 0:
            raise DoesNotFit
        is_left = bool(first & 1) or first == last
        yield step, is_left
        while is_left and first and not first & 1:
            first, last = first >> 1, last >> 1
        first, last = first >> 1, last >> 1
    if last:
        raise DoesNotFit
