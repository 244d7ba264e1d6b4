"""STIX that never was MISP's goes out to MISP and comes back equal, or is refused by name."""

from __future__ import annotations

import copy
import gzip
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.errors import Malformed, Refused
from comity.formats import misp, misp_carried, misp_out
from comity.formats.misp_sharing import EPOCH, definition, shared
from comity.formats.stix_rows import Stix
from tests.formats.misp_world import BINDINGS, OURS, Event, uuid

FILE = Path(__file__).resolve().parents[3] / "shared" / "data" / "ics-attack.json.gz"
GREEN, RED = (
    f"marking-definition--{name}"
    for name in ("bab4a63c-aed9-4cf5-a766-dfca5abac2bb", "e828b379-4e03-4974-9ac4-e53a884c97c1")
)
FIRST_GREEN = "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da"
COMMUNITY = str(definition(shared("XAA", ("XBB", "XCC")))["id"])
_SECRET = {"policy": "NATO", "classification": "SECRET", "permissive": {"Context": ["NATO"]}}
NATO_SECRET = str(definition({**_SECRET, "originators": ["XAA"]})["id"])
WHEN = {"created": "2026-03-01T08:15:00.123Z", "modified": "2026-03-02T09:30:00.456Z"}
V21 = {"spec_version": "2.1"}


def thing(kind: str, number: int, /, **more: object) -> Stix:
    """An object with versions."""
    return {"type": kind, **V21, "id": f"{kind}--{uuid(number)}", **WHEN, **more}


def seen(kind: str, number: int, /, **more: object) -> Stix:
    """An observable."""
    return {"type": kind, **V21, "id": f"{kind}--{uuid(number)}", **more}


INDICATOR = thing("indicator", 10, name="C2", pattern="[ipv4-addr:value = '198.51.100.3']", pattern_type="stix",
                  pattern_version="2.1", valid_from="2026-03-01T00:00:00Z", indicator_types=["malicious-activity"],
                  confidence=70)  # fmt: skip
ADDRESS = seen("ipv4-addr", 11, value="198.51.100.3")
ACTOR = thing("threat-actor", 12, name="Hollow Reed", aliases=["Reed"], threat_actor_types=["nation-state"])
PERSON = thing("identity", 13, name="A. Person", identity_class="individual", contact_information="desk 4")
NOTE = thing("note", 14, content="Look again", object_refs=[INDICATOR["id"]], lang="en")
OF_INDICATOR = thing("sighting", 15, sighting_of_ref=INDICATOR["id"], first_seen="2026-03-01T10:00:00.5Z", count=3)
USES = thing("relationship", 16, relationship_type="indicates", source_ref=INDICATOR["id"], target_ref=ACTOR["id"])
NEW = {f"extension-definition--{uuid(90)}": {"extension_type": "new-sdo"}}
OWN = thing("x-port-call", 17, harbour="Fictitious", berth=7, tide=1.5, night=True, crew={"masters": 1},
            of_ref=ADDRESS["id"], extensions=NEW)  # fmt: skip
OF_PERSON = thing("relationship", 18, relationship_type="attributed-to", source_ref=PERSON["id"], target_ref=OWN["id"])

KINDS: dict[str, list[Stix]] = {
    "an indicator": [INDICATOR],
    "an indicator of another language": [
        thing("indicator", 20, pattern="rule a { condition: true }", pattern_type="yara", valid_from=WHEN["created"])
    ],
    "an indicator of a language that MISP lacks": [
        thing("indicator", 20, pattern="x", pattern_type="pcre", valid_from=WHEN["created"])
    ],
    "an indicator that ends": [{**INDICATOR, "valid_until": "2026-04-01T00:00:00Z"}],
    "an observable": [ADDRESS],
    "the value of an indicator once more, as an observable": [INDICATOR, ADDRESS],
    "an observable that MISP would spell otherwise": [seen("domain-name", 21, value="Phish.EXAMPLE")],
    "a file with a hash": [seen("file", 22, hashes={"SHA-256": "ab" * 32})],
    "a file with all there is": [seen("file", 22, name="a.exe", size=3, hashes={"MD5": "ab" * 16, "SHA-1": "ab" * 20})],
    "traffic between addresses": [
        ADDRESS,
        seen("network-traffic", 23, protocols=["ipv4", "tcp"], src_ref=ADDRESS["id"], src_port=443),
    ],
    "an autonomous system": [seen("autonomous-system", 24, number=64496, name="A")],
    "an actor": [ACTOR],
    "malware without a name": [thing("malware", 25, is_family=False)],
    "two techniques": [thing("attack-pattern", 26, name="One"), thing("attack-pattern", 27, name="Other")],
    "a vulnerability": [thing("vulnerability", 28, name="CVE-2026-0001", description="x")],
    "a vulnerability without a number": [thing("vulnerability", 28, name="Gate left open")],
    "somebody": [PERSON],
    "a place": [thing("location", 29, country="EE", latitude=59.437, longitude=24.7536)],
    "a note": [INDICATOR, NOTE],
    "a sighting of an attribute": [INDICATOR, OF_INDICATOR],
    "a sighting of a cluster": [ACTOR, thing("sighting", 30, sighting_of_ref=ACTOR["id"])],
    "what an attribute indicates": [INDICATOR, ACTOR, USES],
    "a relationship between objects": [PERSON, ADDRESS, OWN, OF_PERSON],
    "a type of one's own": [ADDRESS, OWN],
    "an opinion": [NOTE, INDICATOR, thing("opinion", 31, opinion="agree", object_refs=[NOTE["id"]])],
    "observed data": [ADDRESS, thing("observed-data", 32, first_observed=WHEN["created"], number_observed=1,
                                     last_observed=WHEN["modified"], object_refs=[ADDRESS["id"]])],
    "a grouping": [ACTOR, thing("grouping", 33, name="G", context="unspecified", object_refs=[ACTOR["id"]])],
    "what was revoked": [{**ACTOR, "revoked": True}, {**INDICATOR, "revoked": True}],
    "a text in another language": [
        {**ACTOR, "granular_markings": [{"lang": "fr", "selectors": ["name"]}]},
    ],
    "letters of all kinds": [thing("tool", 34, name="Ø\u202e\u0085 “x” \\u0041\n", description="\x01tab\t")],
}  # fmt: skip


def report(members: list[Stix], **more: object) -> list[Stix]:
    """A plain report of some objects, and they."""
    refs = [one["id"] for one in members]
    return [thing("report", 1, name="Week 9", published="2026-03-02T09:00:00Z", object_refs=refs, **more), *members]


def out(objects: list[Stix]) -> Event:
    """Their event, after a passage as JSON."""
    (made,) = misp_out.write(objects, BINDINGS, by="XAA")
    found: Event = json.loads(json.dumps(made))
    return found


def again(event: Event) -> dict[str, Stix]:
    """What an event is when it is read, by id; whatever is bad fails."""
    rows = misp.read(event, BINDINGS, "MISP")
    assert rows.faults == []
    return {str(one["id"]): one for one in rows.objects}


def by_id(objects: list[Stix]) -> dict[str, Stix]:
    return {str(one["id"]): one for one in objects}


@pytest.mark.parametrize("members", KINDS.values(), ids=KINDS)
def test_a_plain_report_goes_out_and_comes_back_equal(members: list[Stix]) -> None:
    objects = report(members)
    assert again(out(objects)) == by_id(objects)


def elements(event: Event) -> Iterator[tuple[str, Any]]:
    """The elements that stand by themselves, without what carries."""
    for key in ("Attribute", "Object", "EventReport"):
        for one in event["Event"].get(key, []):
            if one.get("name") != misp_carried.NAME:
                yield key, one


def test_whatever_misps_users_know_is_shown_as_they_know_it() -> None:
    members = [INDICATOR, ADDRESS, ACTOR, PERSON, NOTE, OF_INDICATOR, USES, OWN, OF_PERSON]
    event = out(report(members))
    assert sorted((key, one.get("type") or one["name"]) for key, one in elements(event)) == [
        ("Attribute", "ip-dst"), ("EventReport", "Note"), ("Object", "identity"), ("Object", "ipv4-addr"),
        ("Object", "relationship"), ("Object", "x-port-call"),
    ]  # fmt: skip
    ((cluster,),) = [galaxy["GalaxyCluster"] for galaxy in event["Event"]["Galaxy"]]
    assert (cluster["value"], cluster["meta"]) == ("Hollow Reed", {"synonyms": ["Reed"]})
    found = {one.get("type") or one["name"]: one for _, one in elements(event)}
    assert found["ip-dst"]["Sighting"][0]["date_sighting"] == "1772359200"
    (reference,) = found["identity"]["ObjectReference"]
    assert (reference["relationship_type"], reference["referenced_uuid"]) == ("attributed-to", uuid(17))
    said = {one["object_relation"]: one["value"] for one in found["x-port-call"]["Attribute"]}
    assert said == {"stix-id": OWN["id"], "harbour": "Fictitious", "berth": "7", "tide": "1.5", "night": "true"}


MARKED = {
    "its report's community": ([COMMUNITY], [COMMUNITY], "5", None),
    "TLP beside the community, as its report": ([COMMUNITY, GREEN], [GREEN, COMMUNITY], "5", None),
    "TLP of the first edition": ([FIRST_GREEN], [FIRST_GREEN], "5", None),
    "not at all, in a marked report": ([COMMUNITY], [], "0", None),
    "TLP alone, in a report for a community": ([COMMUNITY], [RED], "0", "tlp:red"),
    "a community, in a report for nobody else": ([], [COMMUNITY], "1", None),
    "by NATO's policy": ([COMMUNITY], [NATO_SECRET], "0", "nato:classification=ns"),
}


@pytest.mark.parametrize(("above", "own", "distribution", "tag"), MARKED.values(), ids=MARKED)
@pytest.mark.parametrize("one", [INDICATOR, PERSON, ACTOR, NOTE], ids=["attribute", "object", "cluster", "note"])
def test_nobody_reads_more_in_misp_than_it_is_marked_for(
    one: Stix, above: list[str], own: list[str], distribution: str, tag: str | None
) -> None:
    marked = {**one, **({"object_marking_refs": own} if own else {})}
    objects = report([marked], **({"object_marking_refs": above} if above else {}))
    event = out(objects)
    found = {key: value for key, value in again(event).items() if not key.startswith("marking-definition--")}
    assert found == by_id(objects)
    if one is ACTOR and distribution == "5":
        assert event["Event"]["Galaxy"]
        return
    ((_, shown),) = elements(event)
    assert str(shown["distribution"]) == distribution
    tags = [name["name"] for name in (shown.get("Attribute") or [shown])[0].get("Tag", [])]
    assert tags == ([tag] if tag else [])
    assert not event["Event"].get("Galaxy")


REFUSED: dict[str, tuple[Callable[[list[Stix]], object], str]] = {
    "a marking of a single property": (
        lambda found: found[1].update(granular_markings=[{"marking_ref": RED, "selectors": ["name"]}]),
        f"{INDICATOR['id']}: granular_markings",
    ),
    "a marking that MISP has no word for": (
        lambda found: found[1].update(object_marking_refs=["marking-definition--" + uuid(80)]),
        f"{INDICATOR['id']}: object_marking_refs: marking-definition--{uuid(80)}",
    ),
    "what its report does not refer to": (
        lambda found: found.append(thing("campaign", 81, name="x")),
        f"campaign--{uuid(81)} (no report",
    ),
}


@pytest.mark.parametrize(("edit", "told"), REFUSED.values(), ids=REFUSED)
def test_what_misp_would_show_or_lose_is_refused_by_name(edit: Callable[[list[Stix]], object], told: str) -> None:
    objects = copy.deepcopy(report([INDICATOR]))
    edit(objects)
    with pytest.raises(Refused, match="has no place in MISP") as refused:
        misp_out.write(objects, BINDINGS, by="XAA")
    assert told in refused.value.message


def test_an_event_has_a_creator_or_is_refused() -> None:
    with pytest.raises(Refused, match="created_by_ref: no organisation of MISP's is bound to its author, nor to XDD"):
        misp_out.write(report([INDICATOR]), BINDINGS, by="XDD")
    author = {**thing("identity", 2, name="Ours"), "id": f"identity--{OURS}"}
    objects = [*report([{**INDICATOR, "created_by_ref": author["id"]}], created_by_ref=author["id"]), author]
    event = out(objects)
    assert event["Event"]["Orgc"] == {"name": "Ours", "uuid": OURS}
    assert again(event) == by_id(objects)


EVERYTHING = [INDICATOR, ADDRESS, ACTOR, PERSON, NOTE, OF_INDICATOR, USES, OWN, OF_PERSON]


def kept_by_an_instance(value: Any, number: int = 7) -> Any:
    """What MISP makes of an element by itself: numbers, counts, empty fields, colours of tags, members of groups."""
    if isinstance(value, list):
        return [kept_by_an_instance(one, number + 1) for one in reversed(value)]
    if not isinstance(value, dict):
        return value
    found = {key: kept_by_an_instance(one, number + 1) for key, one in value.items()}
    if "uuid" in found:
        found |= {"id": str(number), "event_id": "3", "sharing_group_id": "0", "deleted": found.get("deleted", False)}
    if "category" in found:
        times = {key: found[key].replace("Z", ".000000+00:00") for key in ("first_seen", "last_seen") if key in found}
        found |= {"first_seen": None, "last_seen": None, "object_id": "0", **times}
    if "info" in found:
        more = {"published": True, "analysis": "0", "attribute_count": "4", "threat_level_id": "4", "RelatedEvent": []}
        found |= {**more, "Org": {"id": "1", "name": "x", "uuid": OURS}, "Tag": [{"name": 'misp-galaxy:x="y"'}]}
    return found


def test_what_an_instance_adds_by_itself_is_no_change() -> None:
    objects = report(EVERYTHING)
    assert again(kept_by_an_instance(out(objects))) == by_id(objects)


def attribute_of(event: Event) -> Any:
    return event["Event"]["Attribute"][0]


def _added(event: Event) -> None:
    more = {"uuid": uuid(99), "type": "url", "category": "Network activity", "value": "https://x.example/",
            "to_ids": True, "comment": "", "timestamp": "1772500000", "distribution": "5"}  # fmt: skip
    event["Event"]["Attribute"].append(more)


CHANGED: dict[str, tuple[Callable[[Event], object], set[str]]] = {
    "a value was corrected": (lambda event: attribute_of(event).update(value="203.0.113.9"), {"indicator", "sighting"}),
    "a tag was added": (lambda event: attribute_of(event).update(Tag=[{"name": "osint"}]), {"indicator", "sighting"}),
    "it was shared more widely": (
        lambda event: attribute_of(event).update(distribution="1"),
        {"indicator", "sighting"},
    ),
    "an attribute was deleted": (lambda event: event["Event"]["Attribute"].clear(), {"indicator", "sighting"}),
    "an attribute was added": (_added, set()),
    "a cluster was renamed": (
        lambda event: event["Event"]["Galaxy"][0]["GalaxyCluster"][0].update(value="Shallow Reed"),
        {"threat-actor"},
    ),
    "the event has another title": (lambda event: event["Event"].update(info="Week 10"), set()),
}


@pytest.mark.parametrize(("change", "gone"), CHANGED.values(), ids=CHANGED)
def test_what_somebody_changed_in_misp_is_read_as_misp_says_it(
    change: Callable[[Event], object], gone: set[str]
) -> None:
    objects = report(EVERYTHING)
    event = out(objects)
    change(event)
    found = again(event)
    mine = {key: one for key, one in by_id(objects).items() if one["type"] != "report"}
    assert {str(one["type"]) for key, one in mine.items() if found.get(key) != one} == gone
    assert found[f"report--{uuid(1)}"] != objects[0]
    assert found[f"report--{uuid(1)}"]["name"] == event["Event"]["info"]


def test_what_is_carried_and_can_be_no_object_is_told() -> None:
    event = out(report([INDICATOR]))
    (carrier,) = (one for one in event["Event"]["Object"] if one["name"] == misp_carried.NAME)
    carrier["Attribute"][0]["value"] = "{"
    (fault,) = misp.read(event, BINDINGS, "MISP").faults
    assert isinstance(fault, Malformed)
    assert "is no JSON" in fault.message
    del carrier["Attribute"][0]["comment"]
    assert f"report--{uuid(1)}" in again(event)


def test_what_is_longer_than_an_attribute_is_carried_in_several() -> None:
    blanks = " " * misp_carried.HOLDS
    objects = report([{**INDICATOR, "description": f"{blanks}\u2003{'é' * 70_000} \\ {blanks}"}])
    event = out(objects)
    values = [one["value"] for key in event["Event"]["Object"] for one in key["Attribute"]]
    assert max(len(value.encode()) for value in values) <= 65_535
    assert all(value == value.strip() for value in values)
    assert again(event) == by_id(objects)
    carrier = event["Event"]["Object"][-1]
    carrier["Attribute"] = [one for one in carrier["Attribute"] if " 2/" not in one["comment"]]
    (fault,) = misp.read(event, BINDINGS, "MISP").faults
    assert "a part of what is carried is missing" in fault.message


def test_what_is_carried_for_fewer_than_it_is_shown_to_counts_for_nothing() -> None:
    event = out(report([INDICATOR]))
    for carrier in event["Event"]["Object"]:
        for one in carrier["Attribute"]:
            kept = json.loads(one["value"])
            one["value"] = json.dumps({**kept, "granular_markings": [{"marking_ref": RED, "selectors": ["name"]}]})
    assert "granular_markings" not in again(event)[str(INDICATOR["id"])]


MARKS = st.sampled_from([[], [COMMUNITY], [GREEN], [RED, COMMUNITY], [NATO_SECRET]])


@given(st.lists(st.sampled_from(sorted(KINDS)), min_size=1, unique=True), st.data())
def test_any_report_however_it_is_marked_comes_back_equal(kinds: list[str], data: st.DataObject) -> None:
    members = by_id([one for kind in kinds for one in KINDS[kind]])
    for one in members:
        if marked := data.draw(MARKS):
            members[one] = {**members[one], "object_marking_refs": marked}
    above = data.draw(MARKS)
    objects = report(list(members.values()), **({"object_marking_refs": above} if above else {}))
    found = again(out(objects))
    assert {key: one for key, one in found.items() if not key.startswith("marking-definition--")} == by_id(objects)
    assert all(one["created"] == EPOCH for key, one in found.items() if key.startswith("marking-definition--"))


@pytest.mark.skipif(not FILE.exists(), reason="ATT&CK for ICS is not here")
def test_attack_for_ics_goes_out_in_one_event_and_comes_back_equal() -> None:
    whole: Any = json.loads(gzip.decompress(FILE.read_bytes()))
    members = [{**one} for one in whole["objects"] if one["type"] != "marking-definition"]
    for one in members:
        del one["object_marking_refs"]  # a statement of its copyright, for which MISP has no word
    objects = report(members)
    assert again(out(objects)) == by_id(objects)
