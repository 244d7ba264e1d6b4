"""Halves of letters: each is found by its field, and what stands beside it is read as it was written."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.formats.taxii_halves import half, may_hold, readable, whole

HALVES: dict[str, tuple[bytes, str | None]] = {
    "a high one": (rb'{"a": "x\ud83dy"}', "a"),
    "a low one": (rb'{"a": "\udc00"}', "a"),
    "two in the wrong order": (rb'{"a": "\ude00\ud83d"}', "a"),
    "in a list of a mapping": (rb'{"a": [{"b": "\uD800"}]}', "a[0].b"),
    "in a key": (rb'{"a": {"\ud800": 1}}', "a.?"),
    "as bytes": (b'{"a": "\xed\xa0\x80"}', "a"),
    "a whole letter in two halves": (rb'{"a": "\ud83d\ude00"}', None),
    "a backslash before what looks like one": (rb'{"a": "\\ud83d"}', None),
    "no half": ('{"a": "ö"}'.encode(), None),
}


@pytest.mark.parametrize("case", HALVES.values(), ids=HALVES)
def test_half_of_a_letter_is_found_by_its_field(case: tuple[bytes, str | None]) -> None:
    body, where = case
    assert half(json.loads(body)) == where
    assert may_hold(body) or where is None
    mended = readable(body)
    assert half(json.loads(mended.decode())) is None
    assert len(mended) == len(body)
    assert (mended == body) == (where is None)


@given(st.dictionaries(st.text(), st.text(st.characters(codec=None, categories=None)) | st.integers()))
def test_what_holds_no_half_stays_as_it_was_written(value: dict[str, object]) -> None:
    body = json.dumps(value).encode()
    if half(value) is None:
        assert readable(body) == body
    else:
        assert may_hold(body)
    assert half(json.loads(readable(body))) is None


def test_a_text_with_half_of_a_letter_can_be_told() -> None:
    assert whole("a\ud800ö") == "a?ö"
