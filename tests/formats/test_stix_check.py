"""STIX 2.1 as it is read and checked: every way to be wrong is told with its place; what is sound is kept as it is."""

from __future__ import annotations

import json
from typing import NamedTuple

import pytest
import stix2  # type: ignore[import-untyped]
from stix2validator import ValidationOptions, validate_instance  # type: ignore[import-untyped]

from comity.errors import Malformed
from comity.formats import stix
from comity.formats.stix import Fault
from comity.formats.stix_check import faults, selects
from tests.formats import malformed_bundles
from tests.instruments.intelligence.shelves import (
    APT,
    RED,
    TOOL,
    USES,
    Stix,
    book,
    brought_in,
    bundle,
    name,
    report,
    seen,
    statement,
    thing,
)

INDICATOR = thing(
    "indicator", "One", pattern="[ipv4-addr:value = '203.0.113.9']", pattern_type="stix",
    valid_from="2024-05-01T00:00:00Z",
)  # fmt: skip
SIGHTING = {**thing("sighting", "s"), "sighting_of_ref": INDICATOR["id"]}
ADDRESS: Stix = {"type": "ipv4-addr", "id": name("ipv4-addr", "x", 5), "value": "203.0.113.9"}
WORDS = statement("for exercises only")
EXTENSION = thing(
    "extension-definition", "ours", schema="a schema", version="1.0", extension_types=["property-extension"],
    created_by_ref=name("identity", "us"),
)  # fmt: skip


class Case(NamedTuple):
    """An object that is wrong, and where."""

    found: Stix
    field: str


def without(found: Stix, *names: str) -> Stix:
    return {key: value for key, value in found.items() if key not in names}


def marks(*marked: dict[str, object]) -> Stix:
    return {**APT, "granular_markings": list(marked)}


WRONG = {
    "no type": Case(without(APT, "type"), "type"),
    "a type that is none": Case({**APT, "type": "Intrusion Set"}, "type"),
    "no id": Case(without(APT, "id"), "id"),
    "an id without a UUID": Case({**APT, "id": "intrusion-set--1"}, "id"),
    "an id of another type": Case({**APT, "id": TOOL["id"]}, "id"),
    "no version": Case(without(APT, "modified"), "modified"),
    "no creation": Case(without(APT, "created"), "created"),
    "no edition": Case(without(APT, "spec_version"), "spec_version"),
    "an edition before": Case({**APT, "spec_version": "2.0"}, "spec_version"),
    "no name": Case(without(APT, "name"), "name"),
    "a name that is no text": Case({**APT, "name": 1}, "name"),
    "a family without a name": Case(without(thing("malware", "x", is_family=True), "name"), "name"),
    "a family that is perhaps one": Case(thing("malware", "x", is_family="yes"), "is_family"),
    "a pattern without its language": Case(without(INDICATOR, "pattern_type"), "pattern_type"),
    "a report about nothing": Case({**report(APT), "object_refs": []}, "object_refs"),
    "a report about no ids": Case({**report(APT), "object_refs": ["x"]}, "object_refs"),
    "a relationship without an end": Case(without(USES, "target_ref"), "target_ref"),
    "a location of nowhere": Case(thing("location", "x"), "region"),
    "a latitude beyond the pole": Case(thing("location", "x", latitude=91, longitude=0), "latitude"),
    "created by what is no identity": Case({**APT, "created_by_ref": TOOL["id"]}, "created_by_ref"),
    "marked by what is no marking": Case({**APT, "object_marking_refs": [TOOL["id"]]}, "object_marking_refs"),
    "marked by an empty list": Case({**APT, "object_marking_refs": []}, "object_marking_refs"),
    "sighted at what is no place": Case({**SIGHTING, "where_sighted_refs": [TOOL["id"]]}, "where_sighted_refs"),
    "confidence above all": Case({**APT, "confidence": 101}, "confidence"),
    "confidence that is half": Case({**APT, "confidence": 0.5}, "confidence"),
    "revoked perhaps": Case({**APT, "revoked": "no"}, "revoked"),
    "labels that are none": Case({**APT, "labels": []}, "labels"),
    "an instant of another zone": Case({**APT, "created": "2024-05-01T00:00:00+01:00"}, "created"),
    "an instant on no day": Case({**APT, "modified": "2024-02-30T00:00:00Z"}, "modified"),
    "modified before it was created": Case({**APT, "modified": "2020-01-01T00:00:00Z"}, "modified"),
    "seen last before first": Case(
        {**APT, "first_seen": "2024-01-02T00:00:00Z", "last_seen": "2024-01-01T00:00:00Z"}, "last_seen"
    ),
    "valid until it begins": Case({**INDICATOR, "valid_until": INDICATOR["valid_from"]}, "valid_until"),
    "a source without a name": Case(
        {**APT, "external_references": [{"url": "x"}]}, "external_references[0].source_name"
    ),
    "a source that says nothing": Case(
        {**APT, "external_references": [{"source_name": "x"}]}, "external_references[0]"
    ),
    "a marking of nothing there": Case(
        marks({"marking_ref": RED, "selectors": ["pattern"]}), "granular_markings[0].selectors[0]"
    ),
    "a marking beyond the list": Case(
        marks({"marking_ref": RED, "selectors": ["aliases.[3]"]}), "granular_markings[0].selectors[0]"
    ),
    "a marking in a language": Case(
        marks({"marking_ref": RED, "lang": "en", "selectors": ["name"]}), "granular_markings[0]"
    ),
    "a marking by nothing": Case(marks({"selectors": ["name"]}), "granular_markings[0]"),
    "a marking that selects nothing": Case(
        marks({"marking_ref": RED, "selectors": []}), "granular_markings[0].selectors"
    ),
    "a marking with a version": Case({**WORDS, "modified": WORDS["created"]}, "modified"),
    "a marking that says nothing": Case(without(WORDS, "definition", "definition_type"), "definition"),
    "an observable without its value": Case(without(ADDRESS, "value"), "value"),
    "traffic from nowhere to nowhere": Case(
        {"type": "network-traffic", "id": name("network-traffic", "x"), "protocols": ["tcp"]}, "src_ref"
    ),
    "a file of nothing": Case({"type": "file", "id": name("file", "x")}, "hashes"),
    "an address that leads to a tool": Case({**ADDRESS, "resolves_to_refs": [TOOL["id"]]}, "resolves_to_refs"),
    "an extension by nobody": Case(without(EXTENSION, "created_by_ref"), "created_by_ref"),
}
SOUND = {
    "a group": APT,
    "a tool": TOOL,
    "a relationship": USES,
    "a report": report(APT, TOOL),
    "an indicator": INDICATOR,
    "a sighting": without(SIGHTING, "name"),
    "an observable": ADDRESS,
    "a statement": WORDS,
    "an extension": EXTENSION,
    "a word of one's own": {**APT, "primary_motivation": "spite", "x_one": {"two": [1.50, None]}},
    "a type of one's own": {"type": "x-thing", "id": name("x-thing", "x"), "name": 1, "x_ref": "", "labels": ["a"]},
    "a marking in a list": marks({"marking_ref": RED, "selectors": ["aliases.[1]", "name"]}),
    "a language": marks({"lang": "en", "selectors": ["description"]}),
    "fractions of an instant": {**APT, "modified": "2024-05-01T00:00:00.123456789Z"},
}


@pytest.mark.parametrize("case", WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_told_with_its_field(case: Case) -> None:
    told = faults(case.found, 7)
    assert [fault.field for fault in told] == [case.field]
    assert all(fault.row == 7 and fault.says and fault.remedy for fault in told)


@pytest.mark.parametrize("found", SOUND.values(), ids=SOUND)
def test_what_is_sound_is_passed(found: Stix) -> None:
    assert faults(found) == []


@pytest.mark.parametrize("found", [found for case, found in SOUND.items() if case != "a language"])
def test_what_is_sound_here_is_sound_to_the_standards_own_validator(found: Stix) -> None:
    """But for a granular marking of a language: the validator wants a marking beside it, which the standard forbids."""
    assert validate_instance(found, ValidationOptions(version="2.1")).is_valid


def test_every_fault_of_an_object_is_told() -> None:
    told = faults({**without(APT, "name"), "confidence": 200, "revoked": 1})
    assert {fault.field for fault in told} == {"name", "confidence", "revoked"}


SELECTORS = {
    "description": True, "aliases.[0]": True, "aliases": True, "pattern": False, "aliases.[2]": False,
    "description.[0]": False, "aliases.name": False, "aliases.[x]": False, "": False, "name.": False,
}  # fmt: skip


@pytest.mark.parametrize(("selector", "found"), SELECTORS.items())
def test_a_selector_selects_what_is_there(selector: str, found: bool) -> None:
    assert selects(APT, selector) is found


FORMS = {
    "a bundle": bundle(APT, TOOL),
    "an envelope": json.dumps({"more": False, "objects": [APT, TOOL]}).encode(),
    "a list": json.dumps([APT, TOOL]).encode(),
    "with a mark before it": b"\xef\xbb\xbf" + bundle(APT, TOOL),
    "with blanks": json.dumps({"type": "bundle", "objects": [APT, TOOL]}, indent=4).encode(),
}


@pytest.mark.parametrize("data", FORMS.values(), ids=FORMS)
def test_objects_are_read_from_whatever_holds_them(data: bytes) -> None:
    assert list(stix.rows(data).read()) == [APT, TOOL]


def test_one_object_is_read_by_itself() -> None:
    assert list(stix.rows(json.dumps(APT).encode()).read()) == [APT]


NO_BYTES = {
    "no number": b'[{"x": NaN}]', "half a pair": b'[{"x": "\\ud800"}]',
    "nothing": b"", "blanks": b" \n", "no JSON": b"<stix/>", "a text": b'"x"',
    "UTF-16": '{"objects": []}'.encode("utf-16"),
    "cut off": bundle(APT)[:-5], "two of them": bundle(APT) * 2, "depth": b"[" * 100_000, "no list": b'{"objects": {}}',
    "a key twice": b'{"type": "bundle", "type": "bundle", "objects": []}',
    "objects twice": b'{"objects": [{"a": 1}], "objects": []}',
    "an older bundle": b'{"spec_version": "2.0", "objects": []}',
}  # fmt: skip


@pytest.mark.parametrize("data", NO_BYTES.values(), ids=NO_BYTES)
def test_what_cannot_be_read_is_refused_as_a_whole(data: bytes) -> None:
    with pytest.raises(Malformed) as error:
        stix.rows(data, "x.json")
    assert error.value.where == "x.json"
    assert error.value.next_step


NO_OBJECTS = {
    "a key twice": b'{"type": "tool", "name": "a", "name": "b"}',
    "a key twice, deep": b'{"type": "tool", "x": {"y": [{"z": 1, "z": 1}]}}',
    "a key twice, spelled otherwise": b'{"type": "tool", "name": "a", "n\\u0061me": "b"}',
    "a number beyond all": b'{"x": 1e999}',
    "no text": b'{"x": "\xff"}',
    "too deep": b'{"x": ' + b"[" * 60 + b"]" * 60 + b"}",
    "a list": b"[]",
    "nothing": b"null",
}


@pytest.mark.parametrize("text", NO_OBJECTS.values(), ids=NO_OBJECTS)
def test_an_object_that_cannot_be_read_is_told_and_the_others_are_read(text: bytes) -> None:
    first, second, third = stix.rows(
        b"[%s, %s, %s]" % (json.dumps(APT).encode(), text, json.dumps(TOOL).encode())
    ).read()
    assert (first, third) == (APT, TOOL)
    assert isinstance(second, Fault)
    assert second.row == 1
    assert second.says
    assert second.remedy


def test_a_number_stays_as_it_was_written() -> None:
    text = stix.kept_text(b'{ "a" : 1.50, "b": [1e5, -0.0, 100000000000000000000001], "c": "x: y, z" }')
    assert text == '{"a":1.50,"b":[1e5,-0.0,100000000000000000000001],"c":"x: y, z"}'


def test_a_text_in_no_normal_form_stands_for_the_same_and_can_be_kept() -> None:
    decomposed = "Cafe\u0301 \U0001d15e"
    text = stix.kept_text(json.dumps({"name": decomposed}, ensure_ascii=False).encode())
    assert text.isascii()
    assert json.loads(text) == {"name": decomposed}
    one = book()
    tool = thing("tool", decomposed)
    brought_in(one, tool)
    assert seen(one).export(str(tool["id"])) == tool


def test_broken_bundles_end_in_errors_that_say_where_and_what_to_do() -> None:
    came = malformed_bundles.campaign(400, seed=5)
    assert came["refused"] > 100
    assert came["told"] > 100


def test_what_leaves_is_read_and_found_sound_by_others() -> None:
    one = book()
    marked = {**TOOL, "granular_markings": [{"marking_ref": RED, "selectors": ["description"]}]}
    brought_in(one, APT, marked, USES, report(APT, marked), INDICATOR, ADDRESS, WORDS, to=["GBR", "FRA"],
               tlp={"RED": ["GBR"]})  # fmt: skip
    for party in ("GBR", "FRA"):
        shelf = seen(one, party)
        left = [shelf.export(found) for found in shelf.ids()]
        assert len(left) == 7
        for found in left:
            assert validate_instance(found, ValidationOptions(version="2.1")).is_valid
            stix2.parse(found, allow_custom=True)
