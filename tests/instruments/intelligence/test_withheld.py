"""What would give an object away, token by token, and what of it says nothing."""

from __future__ import annotations

import pytest

from comity.instruments.intelligence.withheld import Object, Secret, Token, days, instants, secrets, shingles, texts

UUID = "3f0c5ca2-4f63-4f0e-9d3c-2d0a8f1f7f10"
MADE = {"created": "x"}
EIGHT = "in through the pumping station at the harbour"


def given_away(thing: Object, *open_: Object) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in secrets([thing], open_):
        found.setdefault(one.token.value, []).append(one.text)
    return found


TOKENS: dict[str, tuple[Object, dict[str, list[str]]]] = {
    "nothing": ({}, {}),
    "its id and the UUID in it": ({"id": f"tool--{UUID}"}, {"identifier": [UUID, f"tool--{UUID}"]}),
    "an id that is none": ({"id": 7}, {}),
    "what its references call it": (
        {**MADE, "external_references": [{"external_id": "Q-42", "url": "https://a.example"}]},
        {"identifier": ["https://a.example", "q-42"]},
    ),
    "references that are none": ({**MADE, "external_references": ["Q-42", {"external_id": 42, "url": None}]}, {}),
    "a reference that is no list": ({**MADE, "external_references": {"external_id": "Q-42"}}, {}),
    "its name": ({**MADE, "name": "Quiet Heron"}, {"name": ["quiet heron"]}),
    "every alias, by whatever extension": (
        {**MADE, "aliases": ["Reed", "Rush"], "x_opencti_aliases": ["Sedge"]}, {"name": ["reed", "rush", "sedge"]},
    ),
    "a name of two letters": ({**MADE, "name": "Q9"}, {"name": ["q9"]}),
    "a name of one letter, which is none": ({**MADE, "name": "Q"}, {}),
    "a value of an observable": ({"type": "x", "value": "a.example"}, {"selector": ["a.example"]}),
    "a value of what is no observable": ({**MADE, "value": "a.example"}, {}),
    "hashes of an observable, and not what they are called": (
        {"hashes": {"MD5": "ab12", "SHA-1": "cd34"}}, {"selector": ["ab12", "cd34"]},
    ),
    "what a property in an observable's extension selects": (
        {"extensions": {"x-ext": {"serial_number": "77-1"}}}, {"selector": ["77-1"]},
    ),
    "another property of an observable": ({"x_note": "rare"}, {}),
    "the constants of a pattern": (
        {**MADE, "pattern": r"[a = 'one' OR a = 't\'\\wo']"}, {"selector": ["one", r"t'\wo"]},
    ),
    "the constants of a pattern, and not what nobody ends": (
        {**MADE, "pattern": "[a = 'one' OR a = 'two]"}, {"selector": ["one"]},
    ),
    "the host of an address it selects": (
        {"value": "https://u@evil.example:8443/a"},
        {"selector": ["https://u@evil.example:8443/a"], "host": ["evil.example"]},
    ),
    "the host of an address in a pattern": (
        {**MADE, "pattern": "[url:value = 'http://evil.example']"},
        {"selector": ["http://evil.example"], "host": ["evil.example"]},
    ),
    "an address of one word, which has no host that tells": ({"value": "http://localhost/a"},
        {"selector": ["http://localhost/a"]}),
    "who issued a certificate": ({"issuer": "CN=Root Harbour"}, {"selector": ["cn=root harbour"]}),
    "the number of an autonomous system": (
        {"type": "autonomous-system", "number": 64512}, {"selector": ["as64512"]},
    ),
    "the number of something else": ({"type": "x-thing", "number": 64512}, {}),
    "an autonomous system without a number": ({"type": "autonomous-system"}, {}),
    "whose a reference is": (
        {**MADE, "external_references": [{"source_name": "Nightjar"}]}, {"name": ["nightjar"]},
    ),
    "a public register that is cited, and what that calls it": (
        {**MADE, "external_references": [{"source_name": "mitre-attack", "external_id": "T0855"}]},
        {"identifier": ["t0855"]},
    ),
    "a public register in other letters, which is a name": (
        {**MADE, "external_references": [{"source_name": "MITRE-attack"}]}, {"name": ["mitre-attack"]},
    ),
    "an object that is called as a public register is": ({**MADE, "name": "cve"}, {"name": ["cve"]}),
    "a phase of a public kill chain": (
        {**MADE, "kill_chain_phases": [{"kill_chain_name": "mitre-ics-attack", "phase_name": "impact"}]}, {},
    ),
    "what else stands beside a phase of a public kill chain": (
        {**MADE, "phases": [{"kill_chain_name": "mitre-attack", "phase_name": "impact", "code_name": "Heron"}]},
        {"name": ["heron"]},
    ),
    "what a register cannot be called": (
        {**MADE, "cited": [{"source_name": ["cve"]}, {"kill_chain_name": {"name": "Heron"}}]},
        {"name": ["cve", "heron"]},
    ),
    "a phase of a kill chain of one's own": (
        {**MADE, "kill_chain_phases": [{"kill_chain_name": "ours", "phase_name": "landing"}]},
        {"name": ["landing", "ours"]},
    ),
    "a phase of one's own that is called as a public register is": (
        {**MADE, "kill_chain_phases": [{"kill_chain_name": "ours", "phase_name": "cve"}]}, {"name": ["cve", "ours"]},
    ),
    "eight words": ({**MADE, "description": EIGHT}, {"wording": [EIGHT]}),
    "nine words, twice eight": (
        {**MADE, "description": f"came {EIGHT}"}, {"wording": [f"came {EIGHT.rpartition(' ')[0]}", EIGHT]},
    ),
    "seven words, which many may say": ({**MADE, "description": EIGHT.partition(" ")[2]}, {}),
    "an instant": ({"created": "1970-01-01T00:00:01Z"}, {"instant": ["1000000"]}),
    "a day": ({"created": "1970-01-02T00:00:00.000Z"}, {"day": ["86400000000"]}),
    "a day in a text, in another zone": (
        {**MADE, "description": "1970-01-02 01:00+0100"}, {"day": ["86400000000"]},
    ),
    "a day that is none": ({**MADE, "description": "1970-02-30T00:00:01Z"}, {}),
    "its type and versions as words": (
        {"type": "in through the pumping station at the harbour", "spec_version": EIGHT, "created": EIGHT}, {},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", TOKENS.values(), ids=TOKENS)
def test_an_object_is_given_away_by(case: tuple[Object, dict[str, list[str]]]) -> None:
    thing, wanted = case
    assert given_away(thing) == wanted


def test_what_the_audience_reads_as_the_same_kind_elsewhere_is_none() -> None:
    thing = {**MADE, "name": "Quiet Heron", "aliases": ["Reed"], "id": f"tool--{UUID}"}
    elsewhere = {**MADE, "id": f"tool--{UUID}", "aliases": ["Quiet Heron"], "abstract": "Reed"}
    assert given_away(thing, elsewhere) == {"identifier": [UUID, f"tool--{UUID}"], "name": ["reed"]}


def test_a_host_that_the_audience_reads_as_a_value_is_none() -> None:
    assert given_away({"value": "http://evil.example/a"}, {"value": "evil.example"}) == {
        "selector": ["http://evil.example/a"]
    }


def test_a_host_that_the_audience_reads_as_a_name_is_one_all_the_same() -> None:
    assert given_away({"value": "http://evil.example/a"}, {**MADE, "name": "evil.example"}) == {
        "selector": ["http://evil.example/a"], "host": ["evil.example"]
    }  # fmt: skip


def test_a_selector_is_found_by_its_words_joined_where_they_are_not_too_few() -> None:
    found = {one.text: one.terms for text in ("a.example", "a.bc", "e.l") for one in secrets([{"value": text}])}
    assert found == {"a.example": ("a example",), "a.bc": ("a.bc",), "e.l": ("e.l",)}
    assert [one.terms for one in secrets([{"value": "ab.cd"}])] == [("ab cd",)]


def test_the_terms_of_a_name_or_selector_stand_in_one_order() -> None:
    for letter in "bcdfghjklm":
        for field in ("name", "value"):
            (one,) = secrets([{field: f"\u0430rr\u043ew.{letter}ell"}])
            assert len(one.terms) == 2
            assert list(one.terms) == sorted(one.terms)


def test_each_is_told_once_in_one_order() -> None:
    names = [f"name {letter}{letter}" for letter in "hgfedcba"]
    found = secrets([{**MADE, "aliases": names}, {**MADE, "aliases": names}])
    assert [one.text for one in found] == sorted(names)


def test_texts_are_told_with_their_places() -> None:
    assert list(texts({"a": ["x", {"b": "y"}], "c": 7})) == [
        ("a", "a"), ("a.[0]", "x"), ("a.[1].b", "b"), ("a.[1].b", "y"), ("c", "c")
    ]  # fmt: skip


def test_a_time_without_a_zone_is_taken_for_utc() -> None:
    wanted = [Secret(Token.INSTANT, "1000000")]
    for text in ("1970-01-01T00:00:01", "1970-01-01T00:00:01Z", "1970-01-01T01:00:01+01:00"):
        assert list(instants(text)) == wanted


def test_a_day_is_an_instant_at_midnight_and_no_other() -> None:
    assert list(days("1970-01-02T00:00:00Z, 1970-01-02T00:00:01Z")) == [Secret(Token.DAY, "86400000000")]


def test_words_in_letters_that_look_alike_count_in_both_ways() -> None:
    assert shingles("\u0430 b c d e f g h") == {"a b c d e f g h", "\u0430 b c d e f g h"}
