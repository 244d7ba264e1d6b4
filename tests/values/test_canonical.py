"""Canonical bytes: one way to write a value, and no way to write what has none."""

from __future__ import annotations

import json
import random
from decimal import Decimal
from hashlib import sha256
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.errors import Malformed
from comity.values.canonical import LARGEST, Plain, canonical, read

texts = st.text(st.characters(exclude_categories=["Cs"])).map(lambda text: normalize("NFC", text))
keys = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E))
scalars = st.none() | st.booleans() | st.integers(-LARGEST, LARGEST) | texts
values = st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(keys, inner), max_leaves=20)

VECTORS: dict[str, tuple[Plain, bytes]] = {
    "nothing": (None, b"null"),
    "keys in order of their bytes": ({"b": 1, "a": True, "B": []}, b'{"B":[],"a":true,"b":1}'),
    "letters are kept": ("Türkiye, Côte d'Ivoire", '"Türkiye, Côte d\'Ivoire"'.encode()),
    "what must be escaped": ('"\\\b\f\n\r\t\x00\x1f\x7f/', b'"\\"\\\\\\b\\f\\n\\r\\t\\u0000\\u001f\x7f/"'),
    "line separators are kept": ("\u2028", b'"\xe2\x80\xa8"'),
    "the largest number": (LARGEST, b"9007199254740991"),
    "a grant": (
        {"to": ["FIN", "NATO@dynamic"], "by": "GBR", "depth": 0, "quota": "12.5"},
        b'{"by":"GBR","depth":0,"quota":"12.5","to":["FIN","NATO@dynamic"]}',
    ),
}
REFUSED = {
    "a float": 1.0,
    "not a number": float("nan"),
    "infinity": float("inf"),
    "a decimal": Decimal("1.5"),
    "bytes": b"x",
    "a tuple": (1, 2),
    "a set": {1},
    "a number too large": LARGEST + 1,
    "a number too small": -LARGEST - 1,
    "a key that is no text": {1: 2},
    "a key outside ASCII": {"é": 1},
    "a key with a control character": {"a\n": 1},
    "text in another normal form": "e\u0301",
    "half a surrogate pair": "\ud800",
}
NOT_CANONICAL = {
    "a space": b'{"a": 1}',
    "keys out of order": b'{"b":1,"a":2}',
    "a key twice": b'{"a":1,"a":1}',
    "an escape too many": b'"\\u0041"',
    "an escaped slash": b'"\\/"',
    "upper case in an escape": b'"\\u001F"',
    "a fraction": b"1.0",
    "an exponent": b"1e3",
    "minus zero": b"-0",
    "text in another normal form": b'"e\xcc\x81"',
    "a byte order mark": b"\xef\xbb\xbf1",
    "no JSON": b"{",
    "no UTF-8": b'"\xff"',
    "nothing at all": b"",
}


@pytest.mark.parametrize(("value", "written"), VECTORS.values(), ids=VECTORS)
def test_vectors(value: Plain, written: bytes) -> None:
    assert canonical(value) == written
    assert read(written) == value


def test_the_address_of_a_known_value_never_changes() -> None:
    written = canonical(VECTORS["a grant"][0])
    assert sha256(written).hexdigest() == "42b71a070921b78e55436f76562176c33553be78b6e48db6cc7a5472427646ff"


@given(values)
def test_what_is_written_is_read_back(value: Plain) -> None:
    assert read(canonical(value)) == value


@given(st.dictionaries(keys, values), st.randoms(use_true_random=False))
def test_the_order_of_keys_does_not_matter(value: dict[str, Plain], chance: random.Random) -> None:
    items = list(value.items())
    chance.shuffle(items)
    assert canonical(dict(items)) == canonical(value)


@given(values)
def test_the_standard_library_writes_the_same(value: Plain) -> None:
    plain = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    assert canonical(value) == plain.encode()


@given(values, values)
def test_two_values_never_share_their_bytes(one: Plain, other: Plain) -> None:
    same = json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    assert (canonical(one) == canonical(other)) is same


@pytest.mark.parametrize("value", REFUSED.values(), ids=REFUSED)
def test_what_has_no_canonical_form_is_refused(value: object) -> None:
    with pytest.raises(Malformed) as told:
        canonical({"outer": [value]})
    assert told.value.next_step
    assert (told.value.field or "").startswith("outer[0]")


@pytest.mark.parametrize("data", NOT_CANONICAL.values(), ids=NOT_CANONICAL)
def test_other_ways_to_write_are_refused(data: bytes) -> None:
    with pytest.raises(Malformed):
        read(data)


def test_a_value_may_nest_sixty_four_deep_and_no_deeper() -> None:
    value: Plain = 1
    for _ in range(64):
        value = [value]
    assert read(canonical(value)) == value
    with pytest.raises(Malformed):
        canonical([value])
    with pytest.raises(Malformed):
        read(b"[" * 100_000)
