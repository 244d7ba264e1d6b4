"""Records that share all but their bodies are what they would be one by one."""

from __future__ import annotations

import pytest

from comity.errors import Malformed
from comity.flow.books import open as open_book
from comity.ledger.book import Draft
from comity.ledger.record import parse
from comity.values.label import Atom

LABEL = frozenset({Atom("EST", "content/x")})
BODY = {"thing": "a", "version": "1"}


def test_a_correction_that_is_drafted_alike_is_the_record_that_is_drafted_alone() -> None:
    book = open_book(None)
    first = book.record({"intelligence-gone": {"object": "a"}}, Draft("EST", LABEL)).id
    alike = book.alike("intelligence-withdrawn", {}, Draft("EST", LABEL)).draft(BODY, first)
    alone = book.draft({"intelligence-withdrawn": {**BODY, "supersedes": first}}, Draft("EST", LABEL), {})
    own = {"nonce", "recorded"}
    assert {k: v for k, v in alike.content.items() if k not in own} == {
        k: v for k, v in alone.content.items() if k not in own
    }
    assert parse(alike.data).text("supersedes") == first
    book.add([alike])
    assert book.view("EST").records(["intelligence-gone"]) == []


@pytest.mark.parametrize("name", ["", "x", "A" * 64, "0" * 63])
def test_what_is_no_address_is_corrected_by_nothing(name: str) -> None:
    alike = open_book(None).alike("intelligence-withdrawn", {}, Draft("EST", LABEL))
    with pytest.raises(Malformed, match="is no id"):
        alike.draft(BODY, name)
