"""TLP in words and ids: the fixed ones, the aliases found in the wild, and what is only like one."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.casebook.markings import policies, setting
from comity.errors import Malformed, Refused
from comity.formats import stix_marking, tlp
from comity.values.instant import instant
from comity.values.label import PUBLIC, Atom
from comity.values.marking import Marking
from comity.values.marking_atoms import label_of
from comity.values.marking_join import join
from comity.values.marking_readers import readers
from comity.values.party import Group
from tests.values.markings import POLICY, STATELESS, party_valued, stateless

TLP = policies()["TLP"]
ON = instant("2026-11-26")
OWNER = "EST"
KNOWN = {**policies(), POLICY.id: POLICY, STATELESS.id: STATELESS}
LEVELS = [level.id for level in TLP.levels]
handling: st.SearchStrategy[frozenset[str]] = st.sampled_from((frozenset(), frozenset({"CHR"})))
markings = st.builds(Marking, st.just("TLP"), st.sampled_from(LEVELS), st.just(frozenset({OWNER})), handling=handling)


@given(markings)
def test_words_come_back_as_the_same_marking(given: Marking) -> None:
    assert tlp.read(tlp.write(given, TLP), TLP, OWNER) == given


@pytest.mark.parametrize("line", [f"TLP:{level}" for level in LEVELS] + ["TLP:RED TLP:EX:CHR"])
def test_a_line_comes_back_as_it_was(line: str) -> None:
    assert tlp.write(tlp.read(line, TLP, OWNER), TLP) == line


def test_the_older_word_is_read_and_the_newer_written() -> None:
    assert tlp.write(tlp.read("TLP:WHITE", TLP, OWNER), TLP) == "TLP:CLEAR"


def test_the_levels_are_in_order() -> None:
    assert LEVELS == ["CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED"]


SLIPS = {
    "nothing": ("", "column 1", "write one of: TLP:CLEAR, TLP:GREEN, TLP:AMBER, TLP:AMBER+STRICT, TLP:RED"),
    "lower case": ("tlp:red", "column 1", "write TLP:RED"),
    "a hyphen": ("TLP:AMBER-STRICT", "column 1", "write TLP:AMBER+STRICT"),
    "a space": ("TLP: RED", "column 1", "allowed: TLP:CLEAR, TLP:GREEN, TLP:AMBER, TLP:AMBER+STRICT, TLP:RED"),
    "without its prefix": ("RED", "column 1", "allowed: TLP:CLEAR, TLP:GREEN, TLP:AMBER, TLP:AMBER+STRICT, TLP:RED"),
    "another colour": ("TLP:BLUE", "column 1", "allowed: TLP:CLEAR, TLP:GREEN, TLP:AMBER, TLP:AMBER+STRICT, TLP:RED"),
    "two levels": ("TLP:RED TLP:GREEN", "column 9", "allowed here: TLP:EX:CHR"),
    "words behind": ("TLP:RED  please", "column 10", "allowed here: TLP:EX:CHR"),
}


@pytest.mark.parametrize(("line", "where", "step"), SLIPS.values(), ids=SLIPS)
def test_what_is_only_like_a_word_is_refused_at_its_column(line: str, where: str, step: str) -> None:
    with pytest.raises(Malformed) as refused:
        tlp.read(line, TLP, OWNER)
    assert (refused.value.where, refused.value.next_step) == (where, step)


IDS = {
    "613f2e26-407d-48c7-9eca-b8e91df99dc9": "CLEAR", "34098fce-860f-48ae-8e50-ebd3cc5e41da": "GREEN",
    "f88d31f6-486f-44da-b317-01333bde0b82": "AMBER", "5e57c739-391a-4eb3-b6be-7d15ca92d5ed": "RED",
    "94868c89-83c2-464b-929b-a1a8aa3c8487": "CLEAR", "bab4a63c-aed9-4cf5-a766-dfca5abac2bb": "GREEN",
    "55d920b0-5e8b-4f79-9ee9-91f868d9b421": "AMBER", "939a9414-2ddd-4d32-a0cd-375ea402b003": "AMBER+STRICT",
    "e828b379-4e03-4974-9ac4-e53a884c97c1": "RED", "8cf19a4d-c6bf-5024-97d0-7e380eb3000e": "CLEAR",
    "f8e35569-2764-571d-a3f3-f387cb13f10d": "CLEAR", "7ae9917d-1d41-5b98-a445-2f8ff522fb90": "GREEN",
    "63081cd5-357b-5d6a-8ea6-67a10ca4dc3e": "AMBER", "1df97041-a94c-57d3-83f3-646032525e6e": "AMBER+STRICT",
    "826578e1-40ad-459f-bc73-ede076f81f37": "AMBER+STRICT", "513ac945-c664-5b9c-bc2b-0094b5b7b61a": "RED",
}  # fmt: skip
"""Every id that stands for a level: those of the two editions, and those that OpenCTI and its connectors made."""


@pytest.mark.parametrize(("name", "level"), IDS.items())
def test_every_id_in_the_wild_stands_for_its_level(name: str, level: str) -> None:
    renamed = {"type": "marking-definition", "id": f"marking-definition--{name}", "name": "whatever it was renamed to"}
    assert stix_marking.read(renamed, KNOWN, OWNER) == Marking("TLP", level, frozenset({OWNER}))


def test_no_other_id_stands_for_a_level() -> None:
    assert {name for level in TLP.levels for ids in level.ids.values() for name in ids} == {
        f"marking-definition--{name}" for name in IDS
    }


EDITIONS = [("tlp", level) for level in ("CLEAR", "GREEN", "AMBER", "RED")] + [("tlp_2_0", level) for level in LEVELS]


@pytest.mark.parametrize(("edition", "level"), EDITIONS)
def test_the_fixed_definitions_are_read_as_they_are_written(edition: str, level: str) -> None:
    written = stix_marking.fixed(TLP.level(level), edition)
    assert stix_marking.read(written, KNOWN, OWNER) == Marking("TLP", level, frozenset({OWNER}))


def test_the_first_edition_has_no_strict_amber() -> None:
    with pytest.raises(Malformed, match=r"AMBER\+STRICT is no level of that edition"):
        stix_marking.fixed(TLP.level("AMBER+STRICT"), "tlp")


def test_the_first_editions_lowest_id_renamed_to_the_newer_word_is_read() -> None:
    renamed = stix_marking.fixed(TLP.level("CLEAR"), "tlp") | {"name": "TLP:CLEAR", "definition": {"tlp": "clear"}}
    assert stix_marking.read(renamed, KNOWN, OWNER) == Marking("TLP", "CLEAR", frozenset({OWNER}))


OTHER_ID = "marking-definition--11111111-1111-4111-8111-111111111111"


def _stated(**more: Any) -> dict[str, Any]:
    return {"policy": "USA", "classification": "SECRET", "originators": ["USA"], **more}


def _ours(**more: Any) -> dict[str, Any]:
    return {"id": OTHER_ID, "extensions": {stix_marking.EXTENSION: {"marking": _stated(**more)}}}


SECOND = stix_marking.fixed(TLP.level("AMBER"))
BROKEN: dict[str, tuple[dict[str, Any], str]] = {
    "an id that stix2-validator 3.3.2 lets pass": (SECOND | {"id": OTHER_ID}, "is not the id of amber"),
    "the id of another level": (
        SECOND | {"id": stix_marking.fixed(TLP.level("CLEAR"))["id"]},
        "is not the id of amber",
    ),
    "a version, which stix2-validator 3.3.2 only warns of": (
        SECOND | {"modified": "2026-01-01T00:00:00Z"},
        "no versions",
    ),
    "a revocation": (SECOND | {"revoked": True}, "no versions"),
    "a level that is none": (
        SECOND | {"extensions": {stix_marking.SECOND_EDITION: {"tlp_2_0": "blue"}}},
        "'blue' is no level of TLP",
    ),
    "a first edition's level with a made up id": (
        stix_marking.fixed(TLP.level("RED"), "tlp") | {"id": OTHER_ID},
        "is not the id of red",
    ),
    "our label under an id of TLP": (
        SECOND | {"extensions": {stix_marking.EXTENSION: {"marking": {}}}},
        "the id is that of TLP:AMBER",
    ),
    "our label under a policy nobody knows": (_ours(policy="ATLANTIS", classification="WET"), "no policy here"),
    "our label with a level that its policy lacks": (_ours(classification="WET"), "'WET' is no level"),
    "our label with a flag that its policy lacks": (_ours(handling=["WET"]), "'WET' is no handling flag"),
    "our label with a level given up before it was made": (
        _ours(policy="FRA", classification="CONFIDENTIEL DÉFENSE", originators=["FRA"], created="2025-01-01"),
        "not in force",
    ),
    "our label whose successor breaks its policy": (
        _ours(succession={"on": "2030-01-01", "marking": _stated(classification="WET")}),
        "'WET' is no level",
    ),
    "our label that is none": (
        {"id": OTHER_ID, "extensions": {stix_marking.EXTENSION: {"marking": {"policy": "USA"}}}},
        "is missing",
    ),
}


@pytest.mark.parametrize(("given", "says"), BROKEN.values(), ids=BROKEN)
def test_a_definition_that_breaks_the_rules_is_refused(given: dict[str, Any], says: str) -> None:
    with pytest.raises(Malformed, match=says):
        stix_marking.read(given, KNOWN, OWNER)


@given(party_valued | stateless)
def test_our_label_comes_back_from_its_definition(given: Marking) -> None:
    written = stix_marking.write(given, "a line", "2026-11-26T00:00:00.000Z", TLP)
    assert stix_marking.read(written[0], KNOWN, OWNER) == given
    assert stix_marking.read(written[1], KNOWN, OWNER) is None
    assert stix_marking.read(written[2], KNOWN, OWNER) == Marking("TLP", "RED", frozenset({OWNER}))


@given(markings)
def test_tlp_is_written_as_its_fixed_definition(given: Marking) -> None:
    written = stix_marking.write(given, tlp.write(given, TLP), "2026-11-26T00:00:00.000Z", TLP)
    assert stix_marking.read(written[0], KNOWN, OWNER) == given
    assert written[-1] == stix_marking.fixed(TLP.level(given.classification))


OBJECT: dict[str, Any] = {
    "description": "words",
    "pattern_type": "stix",
    "labels": ["one", "two"],
    "external_references": [{"source_name": "a book"}],
    "extensions": {"x.509-ext": {"keys": [1]}},
}
SELECTORS = {
    "a property": ("description", True),
    "a list": ("labels", True),
    "an item": ("labels.[0]", True),
    "a property of an item": ("external_references.[0].source_name", True),
    "a key with a dot": ("extensions.x.509-ext.keys.[0]", True),
    "an absent property": ("pattern", False),
    "an absent item": ("external_references.[3]", False),
    "an item of a text": ("description.[0]", False),
    "a name in a list": ("labels.name", False),
    "a number that is none": ("labels.[01]", False),
    "nothing": ("", False),
}


@pytest.mark.parametrize(("selector", "there"), SELECTORS.values(), ids=SELECTORS)
def test_a_selector_leads_to_what_is_there(selector: str, there: bool) -> None:
    assert stix_marking.selects(OBJECT, selector) is there


REF = stix_marking.fixed(TLP.level("RED"))["id"]
GRANULAR: dict[str, tuple[object, str, str]] = {
    "both, which stix2-validator 3.3.2 lets pass": (
        [{"selectors": ["labels"], "marking_ref": REF, "lang": "fr"}], "granular_markings[0]", "one of marking_ref"),
    "neither": ([{"selectors": ["labels"]}], "granular_markings[0]", "one of marking_ref and lang"),
    "nothing selected": ([{"selectors": [], "lang": "fr"}], "granular_markings[0].selectors", "selects nothing"),
    "an absent property": (
        [{"selectors": ["labels", "pattern"], "lang": "fr"}], "granular_markings[0].selectors[1]", "'pattern' is not"),
    "no list": ({}, "granular_markings", "is no list"),
    "no marking": (["x"], "granular_markings[0]", "is no granular marking"),
}  # fmt: skip


@pytest.mark.parametrize(("given", "field", "says"), GRANULAR.values(), ids=GRANULAR)
def test_a_granular_marking_that_breaks_the_rules_is_refused(given: object, field: str, says: str) -> None:
    with pytest.raises(Malformed, match=says) as refused:
        stix_marking.granular(OBJECT | {"granular_markings": given})
    assert refused.value.field == field


def test_granular_markings_are_read() -> None:
    given = OBJECT | {"granular_markings": [{"selectors": ["labels.[0]"], "marking_ref": REF}]}
    assert stix_marking.granular(given) == (stix_marking.Granular(("labels.[0]",), str(REF), None),)
    assert stix_marking.granular(OBJECT) == ()


def marked(level: str, *named: str) -> Marking:
    return Marking("TLP", level, frozenset({OWNER}), releasable_to=frozenset(named) if named else None)


def test_green_and_amber_ask_for_the_party_set_they_mean() -> None:
    for level in ("GREEN", "AMBER"):
        with pytest.raises(Refused, match=f"TLP:{level} names no party set"):
            label_of(marked(level), "import-1", setting(ON))
    bound = setting(ON, {"TLP:GREEN": (Group("NATO"),), "TLP:AMBER": ("FIN", "SWE")})
    assert label_of(marked("GREEN"), "import-1", bound) == {Atom(OWNER, "import-1", (Group("NATO"),))}
    assert readers(marked("AMBER"), bound) == frozenset({"EST", "FIN", "SWE"})
    assert readers(join([marked("AMBER"), marked("RED", "FIN", "LVA")], bound), bound) == frozenset({"EST", "FIN"})


def test_red_is_for_those_who_are_named_and_strict_amber_for_the_organisation_that_got_it() -> None:
    assert readers(marked("RED"), setting(ON)) == frozenset({"EST"})
    assert readers(marked("RED", "FIN"), setting(ON)) == frozenset({"EST", "FIN"})
    assert readers(marked("AMBER+STRICT", "FIN"), setting(ON)) == frozenset({"EST", "FIN"})


def test_clear_is_public_by_somebodys_act_alone() -> None:
    assert label_of(marked("CLEAR"), "import-1", setting(ON)) == {Atom(OWNER, "import-1")}
    assert label_of(marked("CLEAR"), "import-1", setting(ON), public=True) == PUBLIC
    assert label_of(marked("RED"), "import-1", setting(ON), public=True) != PUBLIC


@given(st.text(max_size=30))
def test_any_line_is_read_or_refused(line: str) -> None:
    with contextlib.suppress(Malformed):
        found = tlp.read(line, TLP, OWNER)
        assert tlp.read(tlp.write(found, TLP), TLP, OWNER) == found
