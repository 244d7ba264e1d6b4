"""Intelligence in other forms goes onto the shelf under the labels it came with, and comes off it again."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from comity.errors import Refused
from comity.flow.intelligence_import import How, plan
from comity.flow.intelligence_incoming import incoming
from comity.formats import misp_out
from comity.formats.stix_marking import EXTENSION
from comity.instruments.intelligence.shelf import Shelf
from comity.ledger.book import Book
from tests.flow.test_own_agreements import book
from tests.formats.misp_world import BINDINGS, GROUP, OURS, THEIRS, WHOLE, attribute, event

BOUND = replace(
    BINDINGS, organisations={OURS: "EST", THEIRS: "FIN"}, communities={"1": ("FIN", "SWE"), "none": ("FIN",)}
)
GROUPED = replace(BOUND, groups={GROUP: ("FIN",)})
HOW = How("EST", "misp", None, {"AMBER": ("FIN", "SWE")}, misp=BOUND)


def told(*parties: str, of: Book[Any]) -> list[dict[str, object]]:
    shelf = Shelf.of(of.view(*parties))
    return [shelf.export(one) for one in shelf.ids()]


@pytest.fixture(scope="module")
def filled() -> Book[Any]:
    made = book("EST", "FIN")
    planned = plan(made, json.dumps({"Event": WHOLE}).encode(), HOW, "event.json")
    assert planned.bad == ()
    planned.commit()
    return made


def test_an_event_comes_off_the_shelf_as_it_came_for_its_creator(filled: Book[Any]) -> None:
    assert misp_out.write(told("EST", of=filled), BOUND) == [{"Event": WHOLE}]


READERS = {
    "in the sharing group": ("FIN", 7, {"198.51.100.3", "clerk", "What happened"}),
    "in the community alone": ("SWE", 6, {"198.51.100.3", "clerk", "example.com|2001", "What happened"}),
}


@pytest.mark.parametrize(("party", "attributes", "hidden"), READERS.values(), ids=READERS)
def test_another_gets_the_event_that_he_may_read(
    filled: Book[Any], party: str, attributes: int, hidden: set[str]
) -> None:
    seen = told(party, of=filled)
    (back,) = misp_out.write(seen, GROUPED)
    inner: Any = back["Event"]
    assert len(inner["Attribute"]) == attributes
    for text in (json.dumps(seen), json.dumps(back)):
        for secret in (*hidden, "analyst@example.org", "kept at home", "another, for fewer", "attribute_count"):
            assert secret not in text, secret


def test_a_stranger_gets_nothing(filled: Book[Any]) -> None:
    assert told("USA", of=filled) == []


def test_a_hidden_attribute_changes_no_byte_of_what_another_gets() -> None:
    whole = event(Attribute=[attribute(number, "url", f"https://{number}.example") for number in (10, 12)])
    more = event(
        Attribute=[
            attribute(10, "url", "https://10.example"),
            attribute(11, "url", "https://11.example", distribution="0"),
            attribute(12, "url", "https://12.example"),
        ],
        attribute_count="4",
    )
    seen = []
    for one in (whole, more):
        made = book("EST", "FIN")
        plan(made, json.dumps({"Event": one}).encode(), HOW, "event.json").commit()
        found = told("FIN", of=made)
        seen.append(
            [{k: v for k, v in row.items() if k not in {"id", "object_refs"} and "_ref" not in k} for row in found]
        )
    for rows in seen:
        for row in rows:
            _without_ids(row)
    assert sorted(map(json.dumps, seen[0])) == sorted(map(json.dumps, seen[1]))


def _without_ids(row: dict[str, Any]) -> None:
    """Ids of renditions are made of the addresses of facts, which differ from book to book."""
    for kept in row.get("extensions", {}).values():
        kept.pop("in_ref", None)


def test_nothing_of_misps_comes_in_without_bindings() -> None:
    with pytest.raises(Refused, match="nobody said who"):
        incoming(json.dumps(WHOLE).encode(), "event.json")


def test_what_is_stix_already_is_handed_on_as_it_is() -> None:
    data = b'{"type": "bundle", "objects": [{"type": "url", "id": "url--1", "value":  "x"}]}'
    assert incoming(data, "x").data == data
    assert incoming(b'{"info": ', "x").data == b'{"info": '


def test_bad_rows_are_told_by_number_id_and_place() -> None:
    bad = event(Attribute=[attribute(2, "url", "x", distribution="3")])
    given = incoming(json.dumps([{"Event": WHOLE}, {"Event": bad}]).encode(), "x.json", BOUND)
    (fault,) = given.faults
    assert (fault.row, fault.id, fault.field) == (1, f"event {bad['uuid']}", "Attribute.[0]: distribution")
    nameless = {name: value for name, value in bad.items() if name != "uuid"}
    given = incoming(json.dumps([{"Event": WHOLE}, {"Event": nameless}]).encode(), "x.json", BOUND)
    assert [(fault.row, fault.id) for fault in given.faults] == [(1, "event [1]")]
    old = {"type": "tool", "id": "tool--1", "created": "2017-01-01T00:00:00Z", "name": "x"}
    given = incoming(json.dumps({"type": "bundle", "spec_version": "2.0", "objects": [old]}).encode(), "x.json")
    assert [(fault.row, fault.id, fault.field) for fault in given.faults] == [(0, "tool--1", "modified")]


def test_a_bad_row_stops_the_import_unless_it_is_skipped() -> None:
    bad = event(Attribute=[attribute(2, "url", "x", distribution="3"), attribute(3, "url", "y")])
    data = json.dumps({"Event": bad}).encode()
    assert plan(book("EST"), data, HOW, "x.json").refused
    made = book("EST")
    plan(made, data, replace(HOW, skip_bad=True), "x.json").commit()
    assert "'x'" not in json.dumps(told("EST", of=made))


def test_a_classified_tag_counts_against_the_ceiling_of_the_book() -> None:
    marked = event(Attribute=[attribute(2, "url", "x", distribution="0", Tag=[{"name": 'nato:classification="NR"'}])])
    planned = plan(book("EST"), json.dumps({"Event": marked}).encode(), HOW, "x.json")
    assert [fault.says for fault in planned.bad if "above what this book may hold" in fault.says]


SECRET_OF_ONE = {"policy": "NATO", "classification": "SECRET", "originators": ["NATO"]}
LOW_OF_ANOTHER = {"policy": "FRA", "classification": "DIFFUSION RESTREINTE", "originators": ["FRA"]}


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize("granular", [True, False])
def test_each_of_several_policies_counts_against_the_ceiling_of_the_book(order: int, granular: bool) -> None:
    """The book may hold the one and not the other, whichever of them comes last."""
    context: dict[str, object] = {"permissive": {"Context": ["NATO"]}}
    markings = [
        {
            "type": "marking-definition", "spec_version": "2.1", "created": "2026-01-01T00:00:00.000Z",
            "id": f"marking-definition--{number}1111111-1111-4111-8111-111111111111",
            "extensions": {EXTENSION: {"extension_type": "property-extension", "marking": one}},
        }
        for number, one in enumerate([SECRET_OF_ONE | context, LOW_OF_ANOTHER])
    ]  # fmt: skip
    refs = [one["id"] for one in markings][::order]
    marked: dict[str, object] = {"object_marking_refs": refs}
    if granular:
        marked = {
            "object_marking_refs": refs[:1],
            "granular_markings": [{"marking_ref": refs[1], "selectors": ["description"]}],
        }
    thing = {
        "type": "tool", "spec_version": "2.1", "id": "tool--5e6b41a4-6a29-4e1d-8e62-66f4a3a4a333", "name": "netscan",
        "created": "2026-01-01T00:00:00.000Z", "modified": "2026-01-01T00:00:00.000Z", "description": "of the port",
    }  # fmt: skip
    made = book("EST")
    made.ceiling = ("UNMARKED", "DIFFUSION RESTREINTE")
    planned = plan(made, json.dumps([*markings, {**thing, **marked}]).encode(), How("EST", "tools", ()), "x.json")
    assert any("NATO SECRET is above what this book may hold" in fault.says for fault in planned.bad), planned.bad
    made.ceiling = ("UNMARKED", "DIFFUSION RESTREINTE", "NATO SECRET")
    assert not plan(made, json.dumps([*markings, {**thing, **marked}]).encode(), How("EST", "tools", ()), "x").bad
