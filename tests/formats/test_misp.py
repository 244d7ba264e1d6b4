"""MISP's events become STIX 2.1 with the markings of what they came from, and come back as they were."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.casebook.markings import policies, setting
from comity.casebook.misp_schemes import misp_schemes
from comity.errors import ComityError, Malformed, Refused
from comity.formats import misp, misp_out
from comity.formats.misp_sharing import Bindings, bindings
from comity.formats.stix_marking import EXTENSION, read
from comity.formats.stix_rows import Rows, Stix
from comity.formats.tlp import of_id
from comity.values.instant import instant
from comity.values.marking import marking
from comity.values.marking_atoms import label_of
from comity.values.marking_check import checked
from tests.formats.misp_world import (
    BINDINGS,
    GROUP,
    OUR_ORG,
    OURS,
    SHARED_GROUP,
    THEIR_ORG,
    THEIRS,
    WHOLE,
    Event,
    attribute,
    event,
    events,
    uuid,
)  # fmt: skip

RED = "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1"
AMBER = "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421"


def rows(one: Event, given_bindings: Bindings = BINDINGS) -> Rows:
    return misp.read({"Event": one}, given_bindings, "event.json")


def objects(one: Event) -> dict[str, Stix]:
    read = rows(one)
    assert [str(fault) for fault in read.faults] == []
    return {str(made["id"]): made for made in read.objects}


def readers(found: dict[str, Stix], name: str) -> list[list[str]]:
    """Whom each marking of ours that an object bears lets read."""
    refs: Any = found[name]["object_marking_refs"]
    ours: Any = [found[ref] for ref in refs if ref in found]
    return [one["extensions"][EXTENSION]["marking"].get("releasable_to") for one in ours]


def test_every_element_has_its_object() -> None:
    found = objects(WHOLE)
    assert {
        f"report--{uuid(1)}", f"indicator--{uuid(10)}", f"observed-data--{uuid(11)}", f"note--{uuid(12)}",
        f"vulnerability--{uuid(13)}", f"indicator--{uuid(14)}", f"indicator--{uuid(15)}", f"observed-data--{uuid(16)}",
        f"observed-data--{uuid(17)}", f"note--{uuid(18)}", f"grouping--{uuid(20)}", f"observed-data--{uuid(21)}",
        f"relationship--{uuid(30)}", f"note--{uuid(31)}", f"note--{uuid(60)}", f"note--{uuid(70)}",
        f"opinion--{uuid(71)}", f"identity--{OURS}", f"identity--{THEIRS}",
    } <= found.keys()  # fmt: skip
    kinds = [name.partition("--")[0] for name in found]
    assert kinds.count("sighting") == 1
    assert kinds.count("opinion") == 2
    assert kinds.count("threat-actor") == 1


PATTERNS = {
    10: "[ipv4-addr:value = '198.51.100.3']",
    14: "rule a { condition: false }",
    15: "[file:name = 'a|b.exe' AND file:hashes.'MD5' = 'd41d8cd98f00b204e9800998ecf8427e']",
}


@pytest.mark.parametrize(("number", "pattern"), PATTERNS.items())
def test_what_shall_be_looked_for_has_a_pattern(number: int, pattern: str) -> None:
    assert objects(WHOLE)[f"indicator--{uuid(number)}"]["pattern"] == pattern


def test_every_object_is_what_stix_says_it_is() -> None:
    parse: Callable[..., object] = import_module("stix2").parse  # it ships no type hints
    for made in objects(WHOLE).values():
        if made["type"] != "marking-definition":
            parse(json.loads(json.dumps(made)), allow_custom=True)


def test_an_attribute_bears_the_markings_of_its_event_and_its_own() -> None:
    found = objects(WHOLE)
    assert readers(found, f"report--{uuid(1)}") == [["XBB", "XCC"]]
    assert readers(found, f"observed-data--{uuid(11)}") == [["XBB", "XCC"], ["XBB"]]
    assert readers(found, f"note--{uuid(12)}") == [["XBB", "XCC"], []]
    assert found[f"indicator--{uuid(10)}"]["object_marking_refs"][-2:] == [AMBER, RED]  # type: ignore[index]


def test_a_relationship_is_for_who_may_read_both_its_ends() -> None:
    assert readers(objects(WHOLE), f"relationship--{uuid(30)}") == [["XBB", "XCC"], []]


def test_nothing_that_more_may_read_tells_what_is_for_the_originator_alone() -> None:
    found = objects(WHOLE)
    wider = [
        one for name, one in found.items() if one["type"] != "marking-definition" and [] not in readers(found, name)
    ]
    told = json.dumps(wider)
    for secret in (
        "clerk", "analyst@example.org", "kept at home", "another, for fewer", "two of us", "attribute_count",
        '"event_id"', "What happened",
    ):  # fmt: skip
        assert secret not in told, secret
    assert "198.51.100.3" in told


def test_an_event_comes_back_as_it_was() -> None:
    before = copy.deepcopy(WHOLE)
    assert misp_out.write(list(objects(WHOLE).values()), BINDINGS) == [{"Event": before}]
    assert before == WHOLE


def two_events(**later: object) -> list[Event]:
    """Two events of one organisation, with one cluster."""
    cluster = {"uuid": uuid(70), "type": "threat-actor", "value": "Quiet Heron", "tag_name": "t"}
    galaxies = [{"uuid": uuid(71), "type": "threat-actor", "name": "Threat Actor", "GalaxyCluster": [cluster]}]
    first = event(Galaxy=galaxies)
    return [first, {**copy.deepcopy(first), "uuid": uuid(72), "info": "A later one", **later}]


@pytest.mark.parametrize(
    "later",
    [{"timestamp": "1767229999"}, {"distribution": "0"}, {"timestamp": "1767229999", "distribution": "0"}],
    ids=["later", "for fewer, within the same second", "later and for fewer"],
)
def test_events_that_tell_of_the_same_come_back_each_for_itself(later: dict[str, object]) -> None:
    both = two_events(**later)
    read = misp.read([{"Event": one} for one in both], BINDINGS, "events.json")
    assert read.faults == []
    versions = {(str(one["id"]), str(one.get("modified"))): one for one in read.objects}
    assert all(versions[str(one["id"]), str(one.get("modified"))] == one for one in read.objects), (
        "one version says one"
    )
    latest = {str(one["id"]): one for one in sorted(read.objects, key=lambda one: str(one.get("modified")))}
    assert [one["Event"] for one in misp_out.write(list(latest.values()), BINDINGS)] == both
    (actor,) = (one for one in latest.values() if one["type"] == "threat-actor")
    actor["description"] = "in words of our own"
    with pytest.raises(misp_out.NoPlace, match=r"threat-actor--.*: description"):
        misp_out.write(list(latest.values()), BINDINGS)


@settings(max_examples=60, deadline=None)
@given(events())
def test_any_event_comes_back_as_it_was(one: Event) -> None:
    read = rows(one)
    assert read.faults == []
    assert misp_out.write(json.loads(json.dumps(read.objects)), BINDINGS) == [{"Event": one}]


def _places(value: object, way: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
    items: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place for key, inner in items for place in [(*way, key), *_places(inner, (*way, key))]]


JUNK = st.sampled_from([None, True, 0, -1, "", "x", "5", [], [None], {}, ["x"], "9999999999999", {"uuid": "x"}])


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(_places(WHOLE)), JUNK)
def test_a_broken_event_is_told_or_comes_back_as_it_was(place: tuple[Any, ...], junk: object) -> None:
    broken = copy.deepcopy(WHOLE)
    inner: Any = broken
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = junk
    read = rows(broken)
    assert read.faults or misp_out.write(read.objects, BINDINGS) == [{"Event": broken}]


@settings(max_examples=60, deadline=None)
@given(events())
def test_nothing_inside_is_for_more_than_what_holds_it(one: Event) -> None:
    found = {str(made["id"]): made for made in rows(one).objects}
    for made in found.values():
        words: Any = made.get("extensions", {})
        above = found.get(words.get(misp.FROM, {}).get("in_ref", "")) if isinstance(words, dict) else None
        if above and words[misp.FROM]["kind"] != misp.APART:
            assert set(above["object_marking_refs"]) <= set(made["object_marking_refs"])  # type: ignore[call-overload]


def test_without_what_lies_apart_the_rest_comes_back_and_tells_no_number() -> None:
    seen = [one for one in objects(WHOLE).values() if one.get("abstract") != "For the originator alone"]
    with pytest.raises(Refused, match="SharingGroup"):
        misp_out.write(seen, BINDINGS)
    (back,) = misp_out.write(seen, replace(BINDINGS, groups={GROUP: ("XBB",)}))
    inner: Any = back["Event"]
    assert "attribute_count" not in inner
    assert [one["uuid"] for one in inner["Attribute"]] == [uuid(number) for number in range(10, 19)]


def _edit(name: str, **more: object) -> Callable[[dict[str, Stix]], None]:
    return lambda found: found[name].update(more)


LOSSES = {
    "a property that MISP lacks": (
        _edit(f"indicator--{uuid(10)}", confidence=70),
        f"indicator--{uuid(10)}: confidence",
    ),
    "a changed pattern": (
        _edit(f"indicator--{uuid(10)}", pattern="[url:value = 'x']"),
        f"indicator--{uuid(10)}: pattern",
    ),
    "another marking": (
        _edit(f"note--{uuid(12)}", object_marking_refs=[RED]),
        f"note--{uuid(12)}: object_marking_refs",
    ),
    "a marking of one property": (
        _edit(f"note--{uuid(12)}", granular_markings=[{"marking_ref": RED, "selectors": ["content"]}]),
        f"note--{uuid(12)}: granular_markings",
    ),
    "an object of another kind": (
        lambda found: found.update({"campaign--1": {"type": "campaign", "id": "campaign--1"}}),
        "campaign--1 (no report",
    ),
}


@pytest.mark.parametrize(("edit", "told"), LOSSES.values(), ids=LOSSES)
def test_what_has_no_place_is_named_and_nothing_is_written(edit: Callable[[dict[str, Stix]], None], told: str) -> None:
    found = copy.deepcopy(objects(WHOLE))
    edit(found)
    with pytest.raises(Refused, match="has no place in MISP") as refused:
        misp_out.write(list(found.values()), BINDINGS)
    assert told in refused.value.message


def test_every_property_without_a_place_is_named_at_once() -> None:
    found = copy.deepcopy(objects(WHOLE))
    found[f"indicator--{uuid(10)}"].update(confidence=1, lang="en")
    found[f"grouping--{uuid(20)}"]["x_more"] = True
    with pytest.raises(Refused) as refused:
        misp_out.write(list(found.values()), BINDINGS)
    for told in ("confidence", "lang", "x_more"):
        assert told in refused.value.message


def native() -> list[Stix]:
    when = "2020-05-01T10:00:00.000Z"
    common: Stix = {
        "spec_version": "2.1", "created": "2020-05-01T00:00:00.000Z", "modified": when,
        "created_by_ref": f"identity--{OURS}",
    }  # fmt: skip
    refs: Any = objects(event(distribution="1"))[f"report--{uuid(1)}"]["object_marking_refs"]
    marked = refs[0]
    bears: Stix = {"object_marking_refs": [marked]}
    indicator: Stix = {
        **common, "type": "indicator", "id": f"indicator--{uuid(201)}", "pattern": "[url:value = 'https://example.org/']",
        "pattern_type": "stix", "valid_from": when, "labels": ["osint"], "description": "seen twice", **bears,
    }  # fmt: skip
    other: Stix = {
        **indicator, "id": f"indicator--{uuid(202)}", "pattern": "[process:pid = 3]",
        "valid_until": "2021-05-01T10:00:00.000Z",
    }  # fmt: skip
    note: Stix = {
        **common, "type": "note", "id": f"note--{uuid(203)}", "abstract": "A", "content": "B",
        "object_refs": [f"report--{uuid(200)}"], **bears,
    }  # fmt: skip
    report: Stix = {
        **common, "type": "report", "id": f"report--{uuid(200)}", "name": "Ours", "published": when,
        "object_refs": [indicator["id"], other["id"], note["id"]], **bears,
    }  # fmt: skip
    identity: Stix = {
        "type": "identity", "spec_version": "2.1", "id": f"identity--{OURS}", "created": "1970-01-01T00:00:00.000Z",
        "modified": when, "name": "Fictitious CERT", "identity_class": "organization", **bears,
    }  # fmt: skip
    return [identity, report, indicator, other, note]


def test_what_never_was_misps_is_written_where_it_has_a_place() -> None:
    (back,) = misp_out.write(native(), BINDINGS)
    made: Any = back["Event"]
    assert [(one["type"], one["value"]) for one in made["Attribute"]] == [
        ("url", "https://example.org/"),
        ("stix2-pattern", "[process:pid = 3]"),
    ]
    assert made["distribution"] == "1"
    assert made["EventReport"][0]["content"] == "B"


def test_what_may_stay_behind_is_named_by_who_writes() -> None:
    given_objects = native()
    given_objects[2]["granular_markings"] = [{"marking_ref": RED, "selectors": ["pattern"]}]
    given_objects.append({"type": "campaign", "id": f"campaign--{uuid(9)}", "name": "x"})
    with pytest.raises(Refused, match="granular_markings") as refused:
        misp_out.write(given_objects, BINDINGS)
    assert "--without" in str(refused.value.next_step)
    with pytest.raises(Refused, match="campaign--"):
        misp_out.write(given_objects, BINDINGS, {"granular_markings"})
    assert misp_out.write(given_objects, BINDINGS, {"granular_markings", "campaign"})


def test_an_unmarked_object_is_the_originators_alone_in_an_event_for_others() -> None:
    given_objects = native()
    del given_objects[2]["object_marking_refs"]
    (event,) = misp_out.write(given_objects, BINDINGS)
    made: Any = event["Event"]
    assert [(one["uuid"], one["distribution"]) for one in made["Attribute"]] == [(uuid(201), "0"), (uuid(202), "5")]
    back = {str(one["id"]): one for one in misp.read(event, BINDINGS, "MISP").objects}
    assert back[f"indicator--{uuid(201)}"] == given_objects[2]


def _with(**more: object) -> Event:
    return event(**more)


BAD = {
    "no creator": (_with(Orgc={}), "Orgc.uuid"),
    "a creator bound to nobody": (_with(Orgc={"uuid": uuid(5), "name": "x"}), "Orgc.uuid"),
    "no title": (_with(info=""), "info"),
    "no day": (_with(date="3 January"), "date"),
    "no timestamp": (_with(timestamp=None), "timestamp"),
    "a distribution that is none": (_with(distribution="9"), "distribution"),
    "a community bound to nobody": (_with(distribution="3"), "distribution"),
    "an event that inherits": (_with(distribution="5"), "distribution"),
    "a sharing group by its number": (_with(distribution="4", sharing_group_id="3"), "SharingGroup"),
    "a sharing group that ended": (
        _with(distribution="4", SharingGroup={**SHARED_GROUP, "active": False}),
        "SharingGroup",
    ),
    "a sharing group without members": (_with(distribution="4", SharingGroup={"uuid": GROUP}), "SharingGroup"),
    "a group open to a server": (
        _with(distribution="4", SharingGroup={**SHARED_GROUP, "SharingGroupServer": [{"all_orgs": True}]}),
        "SharingGroup",
    ),
    "a group with a stranger": (
        _with(
            distribution="4",
            SharingGroup={**SHARED_GROUP, "SharingGroupOrg": [{"Organisation": {"uuid": uuid(6), "name": "stranger"}}]},
        ),
        "SharingGroup.SharingGroupOrg",
    ),
    "an unknown colour": (_with(Tag=[{"name": "tlp:purple"}]), "Tag"),
    "a colour that nobody knows": (_with(Tag=[{"name": "tlp:unclear"}]), "Tag"),
    "a tag outside a list": (_with(Tag={"name": "tlp:red"}), "Tag"),
    "a tag without a name": (_with(Tag=[{"id": "7"}]), "Tag"),
    "a linked tag that is unknown": (_with(EventTag=[{"Tag": {"name": "tlp:purple"}}]), "Tag"),
    "a linked tag without a tag": (_with(EventTag=[{"tag_id": "7"}]), "Tag"),
    "an unknown level": (_with(Tag=[{"name": 'nato:classification="X"'}]), "Tag"),
    "an attribute without UUID": (_with(Attribute=[{**attribute(2, "url", "x"), "uuid": "7"}]), "uuid"),
    "an attribute twice": (_with(Attribute=[attribute(2, "text", "x"), attribute(2, "text", "x")]), "uuid"),
    "an attribute without value": (_with(Attribute=[attribute(2, "url", "")]), "value"),
    "an attribute that is no object": (_with(Attribute=["x"]), "Attribute"),
    "an attribute's community": (_with(Attribute=[attribute(2, "url", "x", distribution="3")]), "distribution"),
    "a sighting that is no object": (_with(Attribute=[attribute(2, "url", "x", Sighting=[7])]), "Sighting"),
    "a sighting of no type": (
        _with(Attribute=[attribute(2, "url", "x", Sighting=[{"uuid": uuid(3), "type": "7"}])]),
        "type",
    ),
    "something with a distribution of its own": (_with(Unknown=[{"distribution": "0", "text": "x"}]), "Unknown.[0]"),
    "a cluster for fewer": (
        _with(Galaxy=[{"type": "tool", "GalaxyCluster": [{"value": "x", "distribution": "0", "tag_name": "y"}]}]),
        "Galaxy.[0].GalaxyCluster.[0]",
    ),
}


@pytest.mark.parametrize(("one", "field"), BAD.values(), ids=BAD)
def test_a_bad_row_is_told_with_its_place_field_and_remedy(one: Event, field: str) -> None:
    read = rows(one)
    assert [fault.field for fault in read.faults] == [field]
    assert all(fault.next_step and str(fault.where).startswith("event.json") for fault in read.faults)


def test_nothing_is_taken_of_what_stands_in_a_bad_row() -> None:
    inner = attribute(2, "url", "secret")
    read = rows(event(Object=[{"uuid": uuid(3), "name": "x", "distribution": "3", "Attribute": [inner]}]))
    assert len(read.faults) == 1
    assert "secret" not in json.dumps(read.objects)


def test_a_cluster_for_fewer_takes_its_tag_with_it() -> None:
    one = event(
        Tag=[{"name": "quiet"}, {"name": "loud"}],
        Galaxy=[{"type": "tool", "GalaxyCluster": [{"value": "x", "distribution": "0", "tag_name": "quiet"}]}],
    )
    assert "quiet" not in json.dumps(rows(one).objects)


def test_an_empty_sharing_group_is_the_originator_alone() -> None:
    found = objects(event(distribution="4", SharingGroup={**SHARED_GROUP, "SharingGroupOrg": []}))
    assert readers(found, f"report--{uuid(1)}") == [[]]


def test_a_group_is_what_it_is_bound_to() -> None:
    bound = Bindings(BINDINGS.organisations, {}, {GROUP: ("XCC",)}, {})
    read = rows(event(distribution="4", SharingGroup={**SHARED_GROUP, "active": False}), bound)
    found = {str(one["id"]): one for one in read.objects}
    assert readers(found, f"report--{uuid(1)}") == [["XCC"]]


def test_a_linked_tag_marks_as_well() -> None:
    found = objects(event(EventTag=[{"tag_id": "7", "Tag": {"name": "tlp:red"}}]))
    refs: Any = found[f"report--{uuid(1)}"]["object_marking_refs"]
    assert RED in refs


def test_a_tag_never_widens() -> None:
    found = objects(event(distribution="0", Tag=[{"name": "tlp:clear"}]))
    assert readers(found, f"report--{uuid(1)}") == [[]]


def test_a_feed_without_distribution_needs_a_binding() -> None:
    one = event()
    del one["distribution"]
    assert readers(objects(one), f"report--{uuid(1)}") == [["XBB"]]
    told = rows(one, Bindings({OURS: "XAA"}))
    assert [fault.field for fault in told.faults] == ["distribution"]


WRAPPED = {
    "alone": {"Event": WHOLE},
    "bare": WHOLE,
    "in a list": [{"Event": WHOLE}],
    "as a search answers": {"response": [{"Event": WHOLE}]},
}


@pytest.mark.parametrize("document", WRAPPED.values(), ids=WRAPPED)
def test_an_event_is_found_however_it_is_wrapped(document: object) -> None:
    assert misp.is_misp(document)
    assert len(misp.read(document, BINDINGS, "x").objects) == len(objects(WHOLE))


@pytest.mark.parametrize("document", [{}, [], "x", {"type": "bundle", "objects": []}, {"response": {"Attribute": []}}])
def test_what_is_no_event_is_told(document: object) -> None:
    assert not misp.is_misp(document)
    assert misp.read(document, BINDINGS, "x").faults


def test_what_marks_an_attribute_lets_exactly_those_read() -> None:
    found = objects(WHOLE)
    on = setting(instant("2018-02-01"), {"TLP:AMBER": ("XBB", "XCC")})

    def readers_of(name: str) -> frozenset[str]:
        refs: Any = found[name]["object_marking_refs"]
        marks = [read(found.get(ref, {"id": ref}), policies(), "XAA") for ref in refs]
        atoms = frozenset(atom for mark in marks if mark for atom in label_of(mark, "c", on))
        everyone = ["XAA", "XBB", "XCC", "XDD"]
        return frozenset(one for one in everyone if all(one in (atom.owner, *atom.readers) for atom in atoms))

    assert readers_of(f"report--{uuid(1)}") == {"XAA", "XBB", "XCC"}
    assert readers_of(f"observed-data--{uuid(11)}") == {"XAA", "XBB"}
    assert readers_of(f"indicator--{uuid(10)}") == {"XAA"}
    assert readers_of(f"note--{uuid(12)}") == {"XAA"}


@pytest.mark.parametrize("scheme", misp_schemes())
def test_every_tag_of_a_scheme_stands_for_a_marking_that_its_policy_knows(scheme: str) -> None:
    for word, meant in misp_schemes()[scheme].items():
        if isinstance(meant, str):
            assert of_id(meant, policies()["TLP"]), word
        elif meant is not None:
            checked(marking({**meant, "originators": ["XAA"]}), policies()[str(meant["policy"])])


FILES = {
    "an unknown field": ({"orgs": {}}, "orgs"),
    "no mapping": ({"organisations": []}, "organisations"),
    "two parties": ({"organisations": {OURS: ["XAA", "XBB"]}}, OURS),
    "no parties": ({"groups": {GROUP: 3}}, f"groups.{GROUP}"),
    "a sharing group's number": ({"communities": {"4": ["XAA"]}}, "4"),
}


@pytest.mark.parametrize(("stated", "field"), FILES.values(), ids=FILES)
def test_bindings_that_bind_nothing_are_told(stated: dict[str, object], field: str) -> None:
    with pytest.raises(Malformed) as told:
        bindings(stated, {}, "bindings.yaml")
    assert told.value.field == field


def test_bindings_are_read() -> None:
    stated = {"organisations": {OURS.upper(): "XAA"}, "communities": {"1": ["XBB"]}, "groups": {GROUP: "XCC"}}
    assert bindings(stated, {}, "b") == Bindings({OURS: "XAA"}, {"1": ("XBB",)}, {GROUP: ("XCC",)}, {})


def test_a_rendition_takes_its_own_uuid_wherever_it_is_mentioned() -> None:
    found = copy.deepcopy(objects(WHOLE))
    old, new = f"grouping--{uuid(20)}", f"grouping--{uuid(500)}"
    seen = [one for one in found.values() if one.get("abstract") != "For the originator alone"]
    text = json.dumps(seen).replace(old, new)
    (back,) = misp_out.write(json.loads(text), replace(BINDINGS, groups={GROUP: ("XBB",)}))
    made: Any = back["Event"]
    assert made["Object"][0]["uuid"] == uuid(500)
    assert made["Object"][0]["ObjectReference"][0]["object_uuid"] == uuid(500)


def test_faults_are_errors_of_ours() -> None:
    assert all(isinstance(fault, ComityError) for one, _ in BAD.values() for fault in rows(one).faults)


def test_organisations_are_told_by_their_names() -> None:
    found = objects(WHOLE)
    assert found[f"identity--{OURS}"]["name"] == OUR_ORG["name"]
    assert found[f"identity--{THEIRS}"]["name"] == THEIR_ORG["name"]
