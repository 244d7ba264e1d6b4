"""STIX 2.0 becomes STIX 2.1: what is renamed, what is kept, and what is told when it cannot be taken."""

from __future__ import annotations

import copy
import json
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.errors import Malformed
from comity.formats import stix20, stix_rows
from comity.formats.sco_ids import jcs, sco_id
from comity.formats.stix20_observables import LEFT

WHEN = "2017-01-27T13:49:53.935Z"
UUID = "0f9b6a1c-6d4e-4c39-8a55-5b8f6f2f3c01"
RED = "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed"
GREEN = "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da"


def old(kind: str, **more: object) -> dict[str, object]:
    return {"type": kind, "id": f"{kind}--{UUID}", "created": WHEN, "modified": WHEN, **more}


def left(**words: object) -> dict[str, object]:
    return {"extensions": {LEFT: {"extension_type": "property-extension", **words}}}


def bundle(*objects: object) -> dict[str, object]:
    return {"type": "bundle", "id": f"bundle--{UUID}", "spec_version": "2.0", "objects": list(objects)}


def read(*objects: object) -> list[dict[str, object]]:
    rows = stix20.read(bundle(*objects), "old.json")
    assert rows.faults == []
    return rows.objects


def observed(objects: object, **more: object) -> dict[str, object]:
    seen: dict[str, object] = {"first_observed": WHEN, "last_observed": WHEN, "number_observed": 1}
    return old("observed-data", **seen, objects=objects, **more)


RENAMED = {
    "an indicator's kinds, its pattern's language and version": (
        old("indicator", labels=["malicious-activity"], pattern="[url:value = 'x']", valid_from=WHEN),
        {
            "indicator_types": ["malicious-activity"],
            "pattern_type": "stix",
            "pattern_version": "2.0",
            **left(supplied=["pattern_type", "pattern_version"]),
        },
    ),
    "malware is a kind": (
        old("malware", name="Poison Ivy", labels=["remote-access-trojan"]),
        {
            "malware_types": ["remote-access-trojan"],
            "is_family": True,
            **left(supplied=["is_family"]),
        },
    ),
    "a threat actor": (old("threat-actor", name="A", labels=["spy"]), {"threat_actor_types": ["spy"]}),
    "a tool": (old("tool", name="A", labels=["exploitation"]), {"tool_types": ["exploitation"]}),
    "a report": (
        old("report", name="A", labels=["campaign"], published=WHEN, object_refs=[f"tool--{UUID}"]),
        {"report_types": ["campaign"]},
    ),
    "an identity's labels are roles": (
        old("identity", name="A", identity_class="organization", labels=["ministry"]),
        {"roles": ["ministry"]},
    ),
    "labels of a campaign stay labels": (old("campaign", name="A", labels=["x"]), {"labels": ["x"]}),
    "labels stay where the later name is there already": (
        old("tool", name="A", labels=["x"], tool_types=["unknown"]),
        {"labels": ["x"], "tool_types": ["unknown"]},
    ),
    "custom objects and properties are kept": (old("x-unit", x_size=12.5), {"x_size": 12.5}),
    "a hash in an external reference": (
        old("tool", name="A", external_references=[{"source_name": "s", "hashes": {"ssdeep": "1", "MD5": "2"}}]),
        {"external_references": [{"source_name": "s", "hashes": {"SSDEEP": "1", "MD5": "2"}}]},
    ),
}  # fmt: skip


@pytest.mark.parametrize(("before", "after"), RENAMED.values(), ids=RENAMED)
def test_an_object_says_the_same_in_later_words(before: dict[str, object], after: dict[str, object]) -> None:
    untouched = copy.deepcopy(before)
    kept = {name: value for name, value in before.items() if name != "labels"}
    assert read(before) == [{**kept, **after, "spec_version": "2.1"}]
    assert before == untouched


def test_a_marking_of_labels_follows_them() -> None:
    marks = [{"marking_ref": RED, "selectors": ["labels.[0]", "name"]}]
    made = read(old("tool", name="A", labels=["x"], granular_markings=marks))[0]
    assert made["granular_markings"] == [{"marking_ref": RED, "selectors": ["tool_types.[0]", "name"]}]


def test_a_mixed_bundle_keeps_what_is_of_the_later_version() -> None:
    later = {**old("tool", name="A", labels=["kept"]), "spec_version": "2.1"}
    assert read(old("tool", name="B"), later)[1] == later


def test_a_container_becomes_objects_that_refer_to_each_other() -> None:
    made = read(
        observed(
            {
                "0": {"type": "network-traffic", "src_ref": "1", "protocols": ["tcp"]},
                "1": {"type": "ipv4-addr", "value": "198.51.100.3", "resolves_to_refs": ["2"]},
                "2": {"type": "mac-addr", "value": "d2:fb:49:24:37:18"},
            }
        )
    )
    by_type = {str(one["type"]): one for one in made}
    address = by_type["ipv4-addr"]
    assert address["id"] == "ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4"
    assert address["resolves_to_refs"] == [by_type["mac-addr"]["id"]]
    assert by_type["network-traffic"]["src_ref"] == address["id"]
    assert by_type["observed-data"]["object_refs"] == [
        by_type[kind]["id"] for kind in ("network-traffic", "ipv4-addr", "mac-addr")
    ]
    assert "objects" not in by_type["observed-data"]


OBSERVABLES = {
    "the times of a file": ({"type": "file", "name": "a", "created": WHEN}, {"ctime": WHEN}),
    "a process's image": (
        {"type": "process", "pid": 1, "created": WHEN, "name": "a.exe"},
        {"created_time": WHEN, **left(left={"name": "a.exe"})},
    ),
    "a registry key": ({"type": "windows-registry-key", "key": "K", "modified": WHEN}, {"modified_time": WHEN}),
    "a password": ({"type": "user-account", "password_last_changed": WHEN}, {"credential_last_changed": WHEN}),
    "an extension's word": (
        {"type": "file", "name": "a", "extensions": {"archive-ext": {"version": "5", "comment": "c"}}},
        {
            "extensions": {
                "archive-ext": {"comment": "c"},
                LEFT: {"extension_type": "property-extension", "left": {"archive-ext.version": "5"}},
            }
        },
    ),
    "a header field": (
        {"type": "email-message", "is_multipart": False, "additional_header_fields": {"X-A": "b"}},
        {"additional_header_fields": {"X-A": ["b"]}},
    ),
    "a fuzzy hash": ({"type": "file", "hashes": {"ssdeep": "3:a"}}, {"hashes": {"SSDEEP": "3:a"}}),
}  # fmt: skip


@pytest.mark.parametrize(("before", "after"), OBSERVABLES.values(), ids=OBSERVABLES)
def test_an_observable_says_the_same_in_later_words(before: dict[str, object], after: dict[str, object]) -> None:
    made = read(observed({"0": before}))[1]
    assert {name: made.get(name) for name in after} == after


def test_two_entries_that_refer_to_each_other_are_both_made() -> None:
    made = read(
        observed(
            {
                "a": {"type": "directory", "path": "/a", "contains_refs": ["b"]},
                "b": {"type": "file", "name": "f", "parent_directory_ref": "a"},
            }
        )
    )
    directory, file = made[1], made[2]
    assert directory["contains_refs"] == [file["id"]]
    assert file["parent_directory_ref"] == directory["id"]


def test_what_the_container_is_marked_with_marks_its_objects() -> None:
    marks = [
        {"marking_ref": RED, "selectors": ["objects.0.value"]},
        {"marking_ref": RED, "selectors": ["objects.1"]},
        {"marking_ref": RED, "selectors": ["number_observed"]},
    ]
    entries = {"0": {"type": "url", "value": "a"}, "1": {"type": "url", "value": "b"}}
    seen, first, second = read(observed(entries, object_marking_refs=[GREEN], granular_markings=marks))
    assert first["object_marking_refs"] == [GREEN]
    assert first["granular_markings"] == [{"marking_ref": RED, "selectors": ["value"]}]
    assert second["object_marking_refs"] == [GREEN, RED]
    assert seen["granular_markings"] == [{"marking_ref": RED, "selectors": ["number_observed"]}]


BAD = {
    "no type": ({"id": "x"}, "type"),
    "no object": ("text", "type"),
    "a type that is a list": ({"type": ["tool"], "id": "x"}, "type"),
    "another type's id": ({**old("tool", name="A"), "id": f"malware--{UUID}"}, "id"),
    "a version of its own": ({**old("tool", name="A"), "spec_version": "3"}, "spec_version"),
    "no pattern": (old("indicator", valid_from=WHEN), "pattern"),
    "no time": ({"type": "tool", "id": f"tool--{UUID}", "name": "A", "created": WHEN}, "modified"),
    "labels in one text": (old("tool", name="A", labels="x"), "labels"),
    "no container": (observed([]), "objects"),
    "an entry without a type": (observed({"0": {"value": "x"}}), "objects.0"),
    "an entry that is not there": (
        observed({"0": {"type": "ipv4-addr", "value": "x", "resolves_to_refs": ["7"]}}),
        "objects.0.resolves_to_refs.[0]",
    ),
    "a marking of an entry that is not there": (
        observed(
            {"0": {"type": "url", "value": "x"}},
            granular_markings=[{"marking_ref": RED, "selectors": ["objects.7"]}],
        ),
        "objects.7",
    ),
    "a marking of what has no place": (
        observed(
            {"0": {"type": "process", "name": "x"}},
            granular_markings=[{"marking_ref": RED, "selectors": ["objects.0.name"]}],
        ),
        "objects.0.name",
    ),
    "a version that is a list": ({**old("tool", name="A"), "spec_version": ["2.0"]}, "spec_version"),
    "a bundle in a bundle": (bundle(), "type"),
}  # fmt: skip


@pytest.mark.parametrize(("one", "field"), BAD.values(), ids=BAD)
def test_a_bad_row_is_told_with_its_place_field_and_remedy_and_the_rest_is_read(one: object, field: str) -> None:
    rows = stix20.read(bundle(one, old("tool", name="good")), "old.json")
    assert field in {fault.field for fault in rows.faults}
    assert all(fault.next_step and str(fault.where).startswith("old.json: objects.[0]") for fault in rows.faults)
    assert [made["name"] for made in rows.objects] == ["good"]


DETECTED = {
    "a bundle that says so": (bundle(), True),
    "a bundle that says it in its objects": ({"type": "bundle", "objects": [old("tool")]}, True),
    "a later bundle": ({"type": "bundle", "objects": [{**old("tool"), "spec_version": "2.1"}]}, False),
    "a later observable": ({"type": "bundle", "objects": [{"type": "url", "id": "url--1", "value": "x"}]}, False),
    "one object": (old("tool"), True),
    "an event": ({"Event": {}}, False),
    "a list": ([], False),
}


@pytest.mark.parametrize(("document", "is_old"), DETECTED.values(), ids=DETECTED)
def test_the_version_is_told_by_the_content(document: object, is_old: bool) -> None:
    assert stix20.is_stix20(document) is is_old


LOOSE = {
    "a name twice": b'{"a": 1, "a": 2}',
    "not a number": b'{"a": NaN}',
    "another encoding": '{"a": "é"}'.encode("latin-1"),
    "half of a pair": rb'{"a": "\uD800"}',
    "cut off": b'{"a": ',
    "a hole without a ground": b"[" * 100_000,
    "too deep": b"[" * 65 + b"]" * 65,
}


@pytest.mark.parametrize("data", LOOSE.values(), ids=LOOSE)
def test_json_is_read_strictly(data: bytes) -> None:
    with pytest.raises(Malformed) as told:
        stix_rows.document(data, "x.json")
    assert told.value.next_step


NUMBERS = {
    0.0: "0", 1.0: "1", -1.5: "-1.5", 1e21: "1e+21", 123456789012345680000.0: "123456789012345680000",
    1e-6: "0.000001", 1e-7: "1e-7", 4.5e-7: "4.5e-7", 333333333.33333329: "333333333.3333333", 1e23: "1e+23",
    5e-324: "5e-324", 9007199254740993.0: "9007199254740992", 0.002: "0.002",
}  # fmt: skip


@pytest.mark.parametrize(("number", "text"), NUMBERS.items())
def test_a_number_is_written_as_the_canonical_form_wants_it(number: float, text: str) -> None:
    assert jcs(number) == text


@given(
    st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.dictionaries(st.text(), inner))
)
def test_canonical_json_is_json_of_the_same_value(value: object) -> None:
    assert json.loads(jcs(value)) == value


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_is_written_without_loss(number: float) -> None:
    assert float(jcs(number)) == number


IDS = {
    "a domain": ({"type": "domain-name", "value": "example.com"}, "domain-name--bedb4899-d24b-5401-bc86-8f6b4cc18ec7"),
    "an address": ({"type": "ipv4-addr", "value": "198.51.100.3"}, "ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4"),
}


@pytest.mark.parametrize(("one", "known"), IDS.values(), ids=IDS)
def test_an_id_is_the_standards_own(one: dict[str, object], known: str) -> None:
    assert sco_id(one, "") == known


def test_of_several_hashes_one_makes_the_id() -> None:
    file = {"type": "file", "hashes": {"SHA-256": "b", "MD5": "a"}}
    assert sco_id(file, "") == sco_id({"type": "file", "hashes": {"MD5": "a"}}, "")
    assert sco_id(file, "") != sco_id({"type": "file", "hashes": {"SHA-256": "b"}}, "")


def test_what_has_no_contributing_property_has_the_id_of_its_place() -> None:
    process = cast("dict[str, object]", {"type": "process", "pid": 1})
    assert sco_id(process, "here") == sco_id(process, "here") != sco_id(process, "there")
