"""Errors read as a sentence: where, which field, what, and the next step."""

from __future__ import annotations

import pytest

from comity.errors import ComityError, Corrupt, Impossible, Malformed, Refused, Unavailable

SENTENCES = {
    "all that is known": (
        Malformed("'soon' is no date", where="world.yaml:7", field="from", next_step="write YYYY-MM-DD"),
        "world.yaml:7: from: 'soon' is no date; write YYYY-MM-DD",
    ),
    "only what was wrong": (Refused("the owner has not consented"), "the owner has not consented"),
    "no field": (Corrupt("the hash differs", where="book.db:12"), "book.db:12: the hash differs"),
}


@pytest.mark.parametrize(("error", "sentence"), SENTENCES.values(), ids=SENTENCES)
def test_an_error_is_a_sentence(error: ComityError, sentence: str) -> None:
    assert str(error) == sentence


@pytest.mark.parametrize("kind", [Refused, Malformed, Impossible, Unavailable, Corrupt])
def test_every_kind_is_caught_as_ours(kind: type[ComityError]) -> None:
    with pytest.raises(ComityError, match="words"):
        raise kind("words")
