"""Portions: which properties stand together under one label, and what of the object's text each of them gets."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import pytest

from comity.instruments.intelligence.portions import Marked, Share, needed, shares, texts, top, whole
from comity.values.label import Atom, Label, join
from tests.instruments.intelligence.shelves import GREEN, RED, Stix, name


def label(*clauses: str) -> Label:
    return frozenset(Atom("USA", clause) for clause in clauses)


OPEN, NARROW, SECRET = (Marked(label(clause), {"level": clause}) for clause in ("open", "narrow", "secret"))


class Joined:
    """Markings joined by their labels; the last of them names what they come to."""

    def join(self, every: Sequence[Marked]) -> Marked:
        return Marked(join(one.label for one in every), every[-1].marking)


def divided(kind: str, found: Stix, more: Mapping[str, Sequence[Marked]]) -> list[tuple[set[str], Label]]:
    return [(set(one.names), one.marked.label) for one in shares(kind, found, OPEN, more, Joined())]


TOOL: Stix = {"type": "tool", "id": name("tool", "x"), "name": "x", "description": "d", "aliases": [], "x_own": 1}
BASE = {"type", "id", "name"}


def test_what_bears_no_mark_of_its_own_stands_under_that_of_the_object() -> None:
    assert divided("tool", TOOL, {}) == [(set(TOOL), label("open"))]


def test_each_label_has_a_share_and_the_first_is_what_the_object_cannot_be_without() -> None:
    more = {"description": [SECRET], "aliases": [NARROW], "x_own": [SECRET]}
    assert divided("tool", TOOL, more) == [
        (BASE, label("open")),
        ({"description", "x_own"}, label("open", "secret")),
        ({"aliases"}, label("open", "narrow")),
    ]


def test_a_property_marked_twice_stands_under_both() -> None:
    assert divided("tool", TOOL, {"description": [SECRET, NARROW]})[1] == (
        {"description"}, label("open", "secret", "narrow")
    )  # fmt: skip


def test_what_is_needed_narrows_all_of_it() -> None:
    more = {"name": [NARROW], "description": [SECRET]}
    assert divided("tool", TOOL, more) == [
        (BASE | {"aliases", "x_own"}, label("open", "narrow")),
        ({"description"}, label("open", "narrow", "secret")),
    ]


def test_a_mark_that_adds_nothing_divides_nothing() -> None:
    assert divided("tool", TOOL, {"description": [OPEN]}) == [(set(TOOL), label("open"))]


def test_the_marks_of_parts_are_in_the_first_share_whatever_they_are_marked_with() -> None:
    marked = {**TOOL, "granular_markings": []}
    found = divided("tool", marked, {"granular_markings": [SECRET], "description": [NARROW]})
    assert found[0] == (BASE | {"aliases", "x_own", "granular_markings"}, label("open"))
    assert found[1:] == [({"description"}, label("open", "narrow"))]


@pytest.mark.parametrize("version", [4, 5])
def test_an_observable_named_by_its_values_is_one_share_under_every_label(version: int) -> None:
    found = {"type": "file", "id": name("file", "x", version), "name": "x", "size": 1, "mime_type": "m"}
    given = divided("file", found, {"size": [SECRET], "mime_type": [NARROW]})
    if version == 5:
        assert given == [(set(found), label("open", "secret", "narrow"))]
    else:
        assert len(given) == 3


def test_what_is_no_observable_is_divided_whatever_its_id_looks_like() -> None:
    found = {**TOOL, "id": name("tool", "x", 5)}
    assert len(divided("tool", found, {"description": [SECRET]})) == 2


def test_a_type_of_ones_own_is_an_observable_where_nobody_made_it() -> None:
    found: Stix = {"type": "payment-card", "id": name("payment-card", "x", 5), "number": "1", "x_bank": "b"}
    assert len(divided("payment-card", found, {"x_bank": [SECRET]})) == 1, "its id says what is in it"
    made = {**found, "created": "2026-01-01T00:00:00.000Z"}
    assert len(divided("payment-card", made, {"x_bank": [SECRET]})) == 2


NEEDS: dict[str, tuple[str, Stix, set[str]]] = {
    "its id, its type and its version": (
        "x-own", {"id": 1, "type": 1, "spec_version": 1, "created": 1, "modified": 1, "name": 1},
        {"id", "type", "spec_version", "created", "modified"},
    ),
    "what its type needs": ("opinion", {"opinion": 1, "object_refs": 1, "authors": 1}, {"opinion", "object_refs"}),
    "each of what it may have one of": ("location", {"region": 1, "country": 1, "name": 1}, {"region", "country"}),
    "only what is there": ("location", {"country": 1}, {"country"}),
    "the name of a family": ("malware", {"is_family": True, "name": 1}, {"is_family", "name"}),
    "not the name of a single one": ("malware", {"is_family": False, "name": 1}, {"is_family"}),
    "not of what only says yes": ("malware", {"is_family": "yes", "name": 1}, {"is_family"}),
}  # fmt: skip


@pytest.mark.parametrize("case", NEEDS.values(), ids=NEEDS)
def test_an_object_cannot_be_without(case: tuple[str, Stix, set[str]]) -> None:
    kind, found, names = case
    assert needed(kind, found) == names


def test_each_share_gets_its_properties_as_they_were_written_and_the_marks_on_them() -> None:
    marks: list[Stix] = [
        {"marking_ref": RED, "selectors": ["description", "aliases.[1]"]},
        {"marking_ref": GREEN, "selectors": ["aliases"]},
    ]
    text = '{"type":"tool","x_number":1.50,"description":"d","aliases":["a","b"],"granular_markings":[]}'
    text = text.replace("[]", json.dumps(marks))
    groups = [{"type", "x_number", "granular_markings"}, {"description"}, {"aliases"}]
    base, description, aliases = texts(text, json.loads(text), [Share(frozenset(names), OPEN) for names in groups])
    assert base == '{"type":"tool","x_number":1.50}'
    assert json.loads(description) == {
        "description": "d", "granular_markings": [{"marking_ref": RED, "selectors": ["description"]}],
    }  # fmt: skip
    assert json.loads(aliases) == {
        "aliases": ["a", "b"], "granular_markings": [{"marking_ref": RED, "selectors": ["aliases.[1]"]}, marks[1]],
    }  # fmt: skip


def test_without_marks_a_share_is_its_properties() -> None:
    text = '{"type":"tool","name":"x"}'
    assert texts(text, json.loads(text), [Share(frozenset({"type", "name"}), OPEN)]) == [text]


def test_a_selector_is_in_the_property_that_it_begins_with() -> None:
    assert [top(one) for one in ("name", "aliases.[1]", "extensions.a.b")] == ["name", "aliases", "extensions"]


def test_a_cover_says_the_marks_as_they_were_written() -> None:
    marks: Stix = {"granular_markings": [{"marking_ref": RED, "selectors": ["name"]}]}
    assert whole({"name": "x", **marks}) == marks
    assert whole({"name": "x"}) == {}
