"""The worlds of tests/cases: cases as a staff officer writes them, with answers worked out by hand.

Every file runs and holds, by the evaluator and through the command; together they use every word of the vocabulary.
"""

from __future__ import annotations

import json
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from comity.cli import main
from comity.cli.world import failures
from comity.consent.decide import decide
from comity.consent.disclosure import learns
from comity.consent.facts import Facts
from comity.formats import worlds, yaml12
from comity.formats.worlds import World
from comity.values import fact as f
from comity.values.names import Names
from comity.values.reading import KINDS
from comity.values.verdict import Verdict

FILES = sorted((Path(__file__).parent / "cases").glob("*.yaml"))
WORLDS = {path.stem: worlds.read(path.read_text("utf-8"), path.name) for path in FILES}

WRONG = """\
story: Nobody consented, and the writer hopes otherwise.
parties: [ALD, BRV]
facts:
  - title: {thing: file, kind: information, owner: ALD, interest: originator, basis: "registry, p. 7"}
queries:
  - ask: {party: BRV, action: read, thing: file, on: 2024-05-01}
    expect:
      {verdict: GRANTED, missing: [], needed: 2, owners: {ALD: GRANTED, BRV: DENIED}, duties: [mark], learns: PENDING}
  - ask: {party: ALD, action: read, thing: file, on: 2024-05-01}
"""


@pytest.mark.parametrize("world", WORLDS.values(), ids=WORLDS)
def test_a_world_holds(world: World) -> None:
    facts = Facts(world.facts)
    assert [wrong for query in world.queries for wrong in failures(query.expect, decide(query.ask, facts))] == []


@pytest.mark.parametrize("world", WORLDS.values(), ids=WORLDS)
def test_a_world_holds_in_any_order_of_its_facts_and_told_twice(world: World) -> None:
    again = Facts([*reversed(world.facts), *world.facts])
    assert [wrong for query in world.queries for wrong in failures(query.expect, decide(query.ask, again))] == []


@pytest.mark.parametrize("world", WORLDS.values(), ids=WORLDS)
def test_a_world_tells_its_story_and_what_rule_it_follows(world: World) -> None:
    assert world.story.endswith(".")
    assert world.story.count(". ") == 0, "one sentence"
    assert world.source
    assert 2 <= len(world.queries) <= 6
    assert all(query.expect.verdict is not None for query in world.queries)


def test_there_are_enough_worlds() -> None:
    assert len(WORLDS) >= 60


def test_every_kind_of_fact_is_used_in_three_worlds() -> None:
    used = Counter(kind for path in FILES for kind in kinds(path))
    assert {kind: used[kind] for kind in KINDS if used[kind] < 3} == {}


def test_every_kind_of_thing_and_every_interest_is_used() -> None:
    titles = [fact.body for world in WORLDS.values() for fact in world.facts if isinstance(fact.body, f.Title)]
    assert {title.kind for title in titles} == set(f.Kind)
    assert {title.interest for title in titles} == set(f.Interest)


def test_every_verdict_is_expected_twenty_times() -> None:
    expected = Counter(query.expect.verdict for world in WORLDS.values() for query in world.queries)
    assert {verdict: expected[verdict] for verdict in Verdict if expected[verdict] < 20} == {}


def kinds(path: Path) -> set[str]:
    """The kinds of the lines of a world, its groups read as memberships."""
    document = yaml12.load(path.read_text("utf-8"), path.name)
    assert isinstance(document, yaml12.Mapping)
    lines = document["facts"]
    assert isinstance(lines, list)
    return {kind for line in lines for kind in line} | ({"member"} if document.get("groups") else set())


def test_the_command_checks_all_of_them(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["world", *map(str, FILES)]) == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    assert "FAILED" not in printed.out
    assert printed.out.count("  ok     ") == sum(len(world.queries) for world in WORLDS.values())


def test_a_failed_expectation_is_told_and_exits_with_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "wrong.yaml"
    path.write_text(WRONG, encoding="utf-8")
    assert main(["world", str(path)]) == 1
    assert capsys.readouterr().out.splitlines() == [
        f"{path}: Nobody consented, and the writer hopes otherwise.",
        "  FAILED BRV read file on 2024-05-01: SILENT, missing ALD",
        f"         {path}:6: verdict: expected GRANTED, is SILENT",
        f"         {path}:6: missing: expected [], is [ALD]",
        f"         {path}:6: needed: expected 2, is 0",
        f"         {path}:6: duties: expected [mark], is []",
        f"         {path}:6: learns: expected PENDING, is not available",
        f"         {path}:6: owner ALD: expected GRANTED, is SILENT",
        f"         {path}:6: owner BRV: expected DENIED, is no owner",
        "  ok     ALD read file on 2024-05-01: GRANTED",
    ]


def test_one_failed_world_among_many_exits_with_1(tmp_path: Path) -> None:
    path = tmp_path / "wrong.yaml"
    path.write_text(WRONG, encoding="utf-8")
    assert main(["world", str(FILES[0]), str(path), str(FILES[1])]) == 1


def test_as_json_every_verdict_comes_with_its_proof(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "wrong.yaml"
    path.write_text(WRONG, encoding="utf-8")
    assert main(["world", str(path), "--json"]) == 1
    (told,) = json.loads(capsys.readouterr().out)
    assert (told["world"], told["story"]) == (str(path), "Nobody consented, and the writer hopes otherwise.")
    first, second = told["answers"]
    assert first["where"] == f"{path}:6"
    assert first["failures"][0] == "verdict: expected GRANTED, is SILENT"
    assert first["ask"] == {
        "party": "BRV", "action": "read", "thing": "file", "purpose": "any", "on": "2024-05-01", "known": None,
        "context": {}, "clearance": None, "face": None,
    }  # fmt: skip
    assert (first["verdict"], first["missing"], first["needed"]) == ("SILENT", ["ALD"], None)
    assert first["owners"] == [
        {
            "owner": "ALD",
            "thing": "file",
            "verdict": "SILENT",
            "because": [
                {"says": "nothing on record by which ALD consents", "facts": ["fact-1"], "basis": ["registry, p. 7"]}
            ],
            "unsettled": [],
        }
    ]
    assert first["proof"] == ["fact-1"]
    assert (second["verdict"], second["failures"], second["missing"]) == ("GRANTED", [], [])


def test_an_ask_can_be_rebuilt_from_the_json(capsys: pytest.CaptureFixture[str]) -> None:
    """All the cases print their questions so that reading them again gives the same questions."""
    assert main(["world", *map(str, FILES), "--json"]) == 0
    printed = json.loads(capsys.readouterr().out, parse_float=Decimal)
    for told, world in zip(printed, WORLDS.values(), strict=True):
        for answer, query in zip(told["answers"], world.queries, strict=True):
            given = {name: cell for name, cell in answer["ask"].items() if cell is not None}
            assert worlds.asked(given, Names()) == query.ask
            assert answer["learns"] == learns(Verdict[answer["verdict"]])


def test_the_cases_as_json_name_every_fact_they_rest_on(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["world", *map(str, FILES), "--json"]) == 0
    for told, world in zip(json.loads(capsys.readouterr().out), WORLDS.values(), strict=True):
        ids = {fact.id for fact in world.facts}
        for answer in told["answers"]:
            assert set(answer["proof"]) <= ids
            assert answer["proof"] or answer["verdict"] == "DENIED", "only a silent book rests on nothing"
