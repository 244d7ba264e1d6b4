"""Which bytes can be a public key: no point of small order, no second encoding, nothing off the curve."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from comity.errors import Malformed
from comity.ledger import drafting, sign
from comity.ledger.book import Draft
from comity.ledger.keys import Keys
from comity.ledger.points import D, P, sound
from comity.ledger.record import write
from comity.values.reading import BOOK
from tests.ledger.nations import book

OF_EIGHT = "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"
OF_EIGHT_TOO = "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"
SMALL = {
    "neutral": "01" + "00" * 31,
    "of order 2": "ec" + "ff" * 30 + "7f",
    "of order 4": "00" * 32,
    "of order 4, the other": "00" * 31 + "80",
    "of order 8": OF_EIGHT,
    "of order 8, negative": OF_EIGHT[:-2] + "85",
    "of order 8, the third": OF_EIGHT_TOO,
    "of order 8, the fourth": OF_EIGHT_TOO[:-2] + "fa",
}
"""The eight points of small order."""
OTHERWISE = {
    "neutral, with a sign": "01" + "00" * 30 + "80",
    "of order 2, with a sign": "ec" + "ff" * 31,
    "y is p": "ed" + "ff" * 30 + "7f",
    "y is p, with a sign": "ed" + "ff" * 31,
    "y is p + 1": "ee" + "ff" * 30 + "7f",
    "y is p + 1, with a sign": "ee" + "ff" * 31,
    **{f"y is p + {more}": (P + more).to_bytes(32, "little").hex() for more in range(2, 19)},
    **{f"y is p + {more}, with a sign": (P + more + 2**255).to_bytes(32, "little").hex() for more in range(2, 19)},
}
"""Encodings of points that have another, which is the one."""
NONE = {"no point": (2).to_bytes(32, "little").hex(), "too short": "00" * 31, "too long": "00" * 33, "nothing": ""}
BAD = {**SMALL, **OTHERWISE, **NONE}
RFC_8032 = (
    "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
    "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
    "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
)


def x_squared(y: int) -> int:
    return (y * y - 1) * pow(D * y * y + 1, -1, P) % P


@pytest.mark.parametrize("text", BAD.values(), ids=BAD)
def test_what_can_be_no_key_is_none(text: str) -> None:
    assert not sound(bytes.fromhex(text))


@pytest.mark.parametrize("text", RFC_8032)
def test_the_keys_of_the_standard_are_keys(text: str) -> None:
    assert sound(bytes.fromhex(text))


def test_every_key_that_is_made_is_one_and_is_none_with_a_point_of_small_order_added() -> None:
    for seed in range(20):
        public = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32).public_key().public_bytes_raw()
        assert sound(public)
        # (x, y) and the point of order two make (-x, -y)
        y = int.from_bytes(public, "little") & (2**255 - 1)
        turned = ((P - y) | ((1 - (public[31] >> 7)) << 255)).to_bytes(32, "little")
        assert x_squared(P - y) == x_squared(y), "it is on the curve"
        assert not sound(turned)


@pytest.mark.parametrize("text", SMALL.values(), ids=SMALL)
def test_no_signature_counts_under_a_point_of_small_order(text: str) -> None:
    public = bytes.fromhex(text)
    for one in SMALL.values():
        for rest in (bytes(32), b"\x01" + bytes(31)):
            assert not sign.verifies(public, sign.BATCH, b"{}", bytes.fromhex(one) + rest)


@pytest.mark.parametrize("text", BAD.values(), ids=BAD)
def test_it_is_refused_as_a_key(text: str) -> None:
    made = book(None, "GBR")
    with pytest.raises(Malformed, match="can be no public key"):
        made.record({"key": {"party": "GBR", "public": text}}, Draft("GBR"))


@pytest.mark.parametrize("text", BAD.values(), ids=BAD)
def test_one_that_stands_in_a_book_is_none(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    made = book(None, "GBR")
    before = [key.id for key in made.keys]
    with monkeypatch.context() as older:
        older.setattr(drafting, "_check_key", lambda kind, body: None)
        made.record({"key": {"party": "GBR", "public": text}}, Draft("GBR"))
    assert [key.id for key in made.keys] == before


def test_a_book_whose_node_has_no_key_has_none() -> None:
    keys = Keys(bytes(32))
    assert list(keys) == []
    body = {"party": "GBR", "public": RFC_8032[0]}
    record = write("key", body, issuer=BOOK, label=frozenset(), recorded=0, nonce=bytes(16))
    assert keys.take(record, [sign.key_id(bytes(32))], 1) is not None
