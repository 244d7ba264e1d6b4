"""What another let a party read, and it states as well, goes no further than he let it go."""

from __future__ import annotations

import json
from typing import Any

import pytest

from comity.flow.intelligence_import import How, plan
from comity.formats.intelligence_rules import Rule
from comity.instruments.intelligence.shelf import Shelf
from comity.ledger.book import Book
from tests.flow.test_own_agreements import book

AT, LATER = "2026-01-01T00:00:00.001Z", "2026-02-01T00:00:00.001Z"
TOOL = "tool--5e6b41a4-6a29-4e1d-8e62-66f4a3a4a333"


RED = "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1"


def tool(modified: str = AT, name: str = "quiet heron") -> dict[str, object]:
    return {"type": "tool", "spec_version": "2.1", "id": TOOL, "created": AT, "modified": modified, "name": name}


def states(of: Book[Any], by: str, one: dict[str, object], to: str) -> None:
    planned = plan(of, json.dumps([one]).encode(), How(by, f"of {by}", (to,)))
    assert planned.bad == ()
    planned.commit()


@pytest.mark.parametrize("again", [tool(), tool(LATER), tool(LATER, "another name")], ids=["same", "newer", "other"])
def test_stating_again_what_was_given_passes_nothing_on(again: dict[str, object]) -> None:
    made = book("JPN", "EST")
    states(made, "JPN", tool(), "EST")
    states(made, "EST", again, "POL")
    assert Shelf.of(made.view("POL")).ids() == []
    made.record({"grant": {"by": "JPN", "to": ["POL"], "actions": ["read"], "scope": "of JPN"}})
    assert TOOL in Shelf.of(made.view("POL"))


def test_what_was_given_is_not_passed_on_by_stating_it_twice() -> None:
    made = book("JPN", "EST")
    states(made, "JPN", tool(), "EST")
    states(made, "EST", tool(), "POL")
    states(made, "EST", tool(LATER), "POL")
    assert Shelf.of(made.view("POL")).ids() == []


def test_what_was_given_in_part_is_not_passed_on_with_words_of_ones_own() -> None:
    made = book("JPN", "EST")
    secret = {**tool(), "description": "from a source", "granular_markings": [
        {"marking_ref": RED, "selectors": ["description"]}
    ]}  # fmt: skip
    states(made, "JPN", secret, "EST")
    assert not Shelf.of(made.view("EST")).get(TOOL).whole
    states(made, "EST", {**tool(), "description": "in words of our own"}, "POL")
    assert Shelf.of(made.view("POL")).ids() == []


def test_what_another_keeps_to_himself_changes_nothing() -> None:
    made = book("JPN", "EST")
    states(made, "JPN", tool(), "FIN")
    states(made, "EST", tool(), "POL")
    assert Shelf.of(made.view("POL")).get(TOOL).label == Shelf.of(made.view("EST")).get(TOOL).label
    assert Shelf.of(made.view("POL")).ids() == [TOOL]


def test_ones_own_newer_version_is_ones_own() -> None:
    made = book("JPN", "EST")
    states(made, "EST", tool(), "POL")
    states(made, "EST", tool(LATER), "FIN")
    assert [owner.owner for owner in Shelf.of(made.view("FIN")).get(TOOL).label] == ["EST"]


WRITTEN = {
    "as it is": "of Quiet Heron",
    "after a line": "It says:\nQuiet Heron",
    "in one word": "of QuietHeron",
    "in wide letters": "of \uff31uiet Heron",
    "in Cyrillic letters": "of Qui\u0435t H\u0435r\u043en",
    "in the plural": "Quiet Herons",
}


@pytest.mark.parametrize("earlier", [False, True], ids=["in one file", "here already"])
@pytest.mark.parametrize("text", WRITTEN.values(), ids=WRITTEN)
def test_a_name_of_what_is_more_restricted_is_found_however_it_is_written(text: str, earlier: bool) -> None:
    made = book("JPN")
    secret = tool(name="Quiet Heron")
    other = {**tool(name="netscan"), "id": TOOL[:-1] + "4", "description": text}
    if earlier:
        states(made, "JPN", secret, "EST")
        states(made, "JPN", other, "*")
    else:
        rules = (Rule(frozenset({TOOL}), frozenset(), frozenset(), ("EST",)),)
        plan(made, json.dumps([secret, other]).encode(), How("JPN", "of JPN", ("*",), rules=rules)).commit()
    assert "description" not in Shelf.of(made.view("POL")).get(str(other["id"])).properties
    assert Shelf.of(made.view("EST")).get(str(other["id"])).properties["description"] == text
