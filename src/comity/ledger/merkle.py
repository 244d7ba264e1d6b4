"""Merkle trees as in RFC 6962, section 2.1: roots, and proofs that an entry is in and that a tree only grew.

Rules:
1. A leaf's hash is SHA-256 of 0x00 and the leaf; a node's is SHA-256 of 0x01 and its two children. The empty tree's
   root is SHA-256 of nothing.
2. A tree of n leaves splits at the largest power of two below n. Pairing neighbours level by level, and passing an odd
   one on, makes the same tree.
3. A proof lists the hashes that are missing to compute the root, from the leaf upwards.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import sha256

EMPTY = sha256(b"").digest()


def leaf(data: bytes) -> bytes:
    """The hash of a leaf: rule 1."""
    return sha256(b"\x00" + data).digest()


def node(left: bytes, right: bytes) -> bytes:
    """The hash of a node: rule 1."""
    return sha256(b"\x01" + left + right).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """The root over the hashes of leaves, in their order: rules 1 and 2."""
    level = list(leaves)
    while len(level) > 1:
        level = _level_above(level)
    return level[0] if level else EMPTY


def levels(leaves: Sequence[bytes]) -> list[list[bytes]]:
    """Every level of the tree over the hashes of leaves, from the leaves up to the root: rule 2."""
    found = [list(leaves)]
    while len(found[-1]) > 1:
        found.append(_level_above(found[-1]))
    return found


def path(tree: Sequence[Sequence[bytes]], index: int) -> list[bytes]:
    """The proof that the leaf at an index (from 0) is in the tree of some levels: RFC 6962, 2.1.1.

    Raises:
        IndexError: there is no such leaf.
    """
    if not 0 <= index < len(tree[0]):
        raise IndexError(index)
    found = []
    for level in tree[:-1]:
        beside = index ^ 1
        if beside < len(level):
            found.append(level[beside])
        index //= 2
    return found


def inclusion(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The proof that the leaf at an index (from 0) is in the tree: RFC 6962, 2.1.1.

    Raises:
        IndexError: there is no such leaf.
    """
    return path(levels(leaves), index)


def includes(top: bytes, size: int, index: int, entry: bytes, proof: Sequence[bytes]) -> bool:
    """Whether a proof shows that a leaf's hash stands at an index of the tree with this root: RFC 9162, 2.1.3.2.

    Args:
        top: the root, 32 bytes.
        size: how many leaves the tree has.
        index: the leaf's place, from 0.
        entry: the leaf's hash, 32 bytes.
        proof: the hashes beside the path from the leaf to the root, from below.
    """
    if not 0 <= index < size:
        return False
    rest, last, here = list(proof), size - 1, entry
    while last:
        if index % 2 or index < last:
            if not rest:
                return False
            beside = rest.pop(0)
            here = node(beside, here) if index % 2 else node(here, beside)
        index, last = index // 2, last // 2
    return not rest and here == top


def consistency(leaves: Sequence[bytes], old: int) -> list[bytes]:
    """The proof that the tree over the first `old` leaves was only added to: RFC 6962, 2.1.2.

    Raises:
        IndexError: the older tree is empty or larger than this one.
    """
    if not 0 < old <= len(leaves):
        raise IndexError(old)
    return list(_subproof(leaves, old, whole=True))


def consistent(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether a proof shows that the tree of the new root begins with the tree of the old one: RFC 9162, 2.1.4.2.

    Args:
        old: how many leaves the old tree has; an empty one proves nothing.
        old_root: its root, 32 bytes.
        new: how many leaves the new tree has.
        new_root: its root, 32 bytes.
        proof: hashes of subtrees of the new tree, from below.
    """
    if not 0 < old <= new:
        return False
    if old == new:
        return not proof and old_root == new_root
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    if not path:
        return False
    index, last = old - 1, new - 1
    while index % 2:
        index, last = index // 2, last // 2
    before = after = path[0]
    for beside in path[1:]:
        if last == 0:
            return False
        if index % 2 or index == last:
            before, after = node(beside, before), node(beside, after)
            while index and not index % 2:
                index, last = index // 2, last // 2
        else:
            after = node(after, beside)
        index, last = index // 2, last // 2
    return last == 0 and before == old_root and after == new_root


def _level_above(level: list[bytes]) -> list[bytes]:
    above = [node(left, right) for left, right in zip(level[::2], level[1::2], strict=False)]
    return [*above, level[-1]] if len(level) % 2 else above


def _subproof(leaves: Sequence[bytes], old: int, *, whole: bool) -> Iterator[bytes]:
    """RFC 6962, 2.1.2, SUBPROOF; `whole` says that the older tree is a subtree of its own here."""
    size = len(leaves)
    if old == size:
        if not whole:
            yield root(leaves)
        return
    split = 1 << (size - 1).bit_length() - 1
    if old <= split:
        yield from _subproof(leaves[:split], old, whole=whole)
        yield root(leaves[split:])
    else:
        yield from _subproof(leaves[split:], old - split, whole=False)
        yield root(leaves[:split])
