"""RFC 6962 trees: published roots, and every proof of every small tree."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.ledger import merkle

# The eight leaves and the roots that certificate-transparency's own tests use.
INPUTS = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
LEAVES = [merkle.leaf(bytes.fromhex(text)) for text in INPUTS]


def naive(leaves: list[bytes]) -> bytes:
    """RFC 6962, 2.1, word by word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return sha256(b"\x01" + naive(leaves[:split]) + naive(leaves[split:])).digest()


def some(size: int) -> list[bytes]:
    return [merkle.leaf(str(number).encode()) for number in range(size)]


@pytest.mark.parametrize("size", range(1, 9))
def test_published_roots(size: int) -> None:
    assert merkle.root(LEAVES[:size]).hex() == ROOTS[size - 1]


def test_published_proofs() -> None:
    assert [step.hex() for step in merkle.inclusion(LEAVES, 5)] == [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]
    assert [step.hex() for step in merkle.consistency(LEAVES, 6)] == [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]


@pytest.mark.parametrize("size", range(40))
def test_the_root_is_the_standards(size: int) -> None:
    assert merkle.root(some(size)) == naive(some(size))


@pytest.mark.parametrize("size", range(1, 34))
def test_every_inclusion_proof_holds_for_its_leaf_alone(size: int) -> None:
    leaves = some(size)
    top = merkle.root(leaves)
    for index, entry in enumerate(leaves):
        proof = merkle.inclusion(leaves, index)
        assert merkle.includes(top, size, index, entry, proof)
        assert not merkle.includes(top, size, index, merkle.leaf(b"another"), proof)
        assert not merkle.includes(top, size, index, entry, [*proof, top])
        assert not proof or not merkle.includes(top, size, index, entry, proof[:-1])
        assert not any(merkle.includes(top, size, other, entry, proof) for other in range(size) if other != index)


@pytest.mark.parametrize("new", range(1, 34))
def test_every_consistency_proof_holds_for_its_tree_alone(new: int) -> None:
    leaves = some(new)
    top = merkle.root(leaves)
    for old in range(1, new + 1):
        before, proof = merkle.root(leaves[:old]), merkle.consistency(leaves, old)
        forked = merkle.root([*leaves[: old - 1], merkle.leaf(b"another")])
        assert merkle.consistent(old, before, new, top, proof)
        assert not merkle.consistent(old, forked, new, top, proof)
        assert not merkle.consistent(old, before, new, top, [*proof, top])
        assert not proof or not merkle.consistent(old, before, new, top, proof[:-1])


@given(st.integers(1, 300), st.data())
def test_proofs_of_larger_trees(size: int, data: st.DataObject) -> None:
    leaves = some(size)
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    top = merkle.root(leaves)
    assert merkle.includes(top, size, index, leaves[index], merkle.inclusion(leaves, index))
    assert merkle.consistent(old, merkle.root(leaves[:old]), size, top, merkle.consistency(leaves, old))


@pytest.mark.parametrize("index", [-1, 3])
def test_there_is_no_proof_of_what_is_not_there(index: int) -> None:
    with pytest.raises(IndexError):
        merkle.inclusion(some(3), index)
    with pytest.raises(IndexError):
        merkle.consistency(some(3), index + 1)
    assert not merkle.includes(merkle.root(some(3)), 3, index, some(1)[0], [])
    assert not merkle.consistent(0, merkle.EMPTY, 3, merkle.root(some(3)), [])
