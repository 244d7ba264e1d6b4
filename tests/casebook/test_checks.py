"""Every named check of the casebook is silent on a small sound book, and speaks when one row of it is broken."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from comity.casebook import check
from comity.casebook.book import Casebook
from comity.casebook.check import CHECKS, findings
from comity.casebook.consents import memberships
from comity.errors import Malformed
from comity.values.fact import AnyFact

SOUND = {
    "parties.csv": """\
code,name,kind,from,until,acts_from,iso_numeric,successor_of,source,grade,note
AAA,Alphaland,state,,1990-01-01,,001,,atlas,A,
BBB,Betaland,state,1990-01-01,,,002,AAA,atlas,A,
CCC,Gammaland,state,1960-06-01,,1948,003,,atlas,A,signed before it was independent
DDD,Deltaland,state,1955,,,,,atlas,C,its status is disputed
ORG,The Organisation,organisation,1950-01-01,,,,,charter,B,
""",
    "groups.csv": """\
group,party,from,until,recorded,source,grade,note
PACT,AAA,1950-01-01,1990-01-01,,treaty,A,
PACT,BBB,1990-01-01,,,treaty,A,
PACT,CCC,1950-01-01,,,treaty,A,
UNION,AAA,1945-01-01,1990-01-01,,charter,A,
UNION,BBB,1990-01-01,,,charter,A,
UNION,CCC,1948,1949,,charter,C,
UNION,CCC,1950-01-01,,,charter,A,
UNION,DDD,1956,,,charter,B,
COUNCIL,AAA,1980-01-01,1982-01-01,,election,A,
COUNCIL,DDD,1982-01-01,1984-01-01,,election,A,
CHAIR,CCC,1980-01-01,1984-01-01,,election,A,
""",
    "group_rules.csv": """\
group,rule,value,from,until,source
PACT,parties-of,PACT-1950,,,treaty
PACT,once-in,UNION,,,treaty
COUNCIL,within,UNION,,,charter
COUNCIL,apart-from,CHAIR,,,charter
COUNCIL,seats,1,1980-01-01,1984-01-01,charter
""",
    "territories.csv": """\
code,name,part_of,lat,lon,from,until,kind,source,grade
AAA-MAIN,Alphaland,AAA,10.0,10.0,,1990-01-01,metropolitan,atlas,B
BBB-MAIN,Betaland,BBB,10.0,10.0,1990-01-01,,metropolitan,atlas,B
CCC-MAIN,Gammaland,CCC,20.0,10.0,1960-06-01,,metropolitan,atlas,B
CCC-ISLE,The isle,CCC,10.0,10.0,1960-06-01,,disputed,claim,B
""",
    "disputes.yaml": """\
- id: isle
  name: The isle
  area: {polygon: [[9, 9], [11, 9], [11, 11], [9, 11]]}
  claims:
    - {party: BBB, says: "Always ours.", source: "foreign ministry"}
    - {party: CCC, says: "Ours since 1960.", source: "foreign ministry"}
  source: "published positions"
""",
    "agreements/PACT-1950.yaml": """\
id: PACT-1950
name: Pact of mutual assistance
kind: treaty
signed: 1949-06-01
in_force: {from: 1950-01-01, until: null}
parties: [{group: PACT}]
source: "treaty"
grade: A
verify: false
clauses:
  - article: "1"
    duty: assist
    says: "An attack on one is met by all."
    strength: {order: 30, words: "shall assist", read_by: "each Party"}
    bound: parties
    toward: victim
    trigger: {kinds: {armed-attack: yes}, victim: parties, attacker: [DDD]}
    determined_by: ["each Party"]
""",
}


@dataclass(frozen=True, slots=True)
class Break:
    """One stroke of the pen that makes the book unsound."""

    check: str
    file: str
    old: str
    new: str


PARTIES, GROUPS, RULES, PARTS = "parties.csv", "groups.csv", "group_rules.csv", "territories.csv"
DISPUTES, PACT = "disputes.yaml", "agreements/PACT-1950.yaml"
BROKEN = {
    "a row without a source": Break(
        "rows-name-their-source", GROUPS, "PACT,BBB,1990-01-01,,,treaty", "PACT,BBB,1990-01-01,,,"
    ),
    "a grade that is none": Break("rows-name-their-source", PARTIES, "003,,atlas,A", "003,,atlas,D"),
    "a state with two letters": Break("codes-are-well-formed", PARTIES, "DDD,Deltaland", "DD,Deltaland"),
    "a number with two digits": Break("codes-are-well-formed", PARTIES, ",1948,003,", ",1948,03,"),
    "a state without number or reason": Break("codes-are-well-formed", PARTIES, "its status is disputed", ""),
    "a code that stands twice": Break("codes-are-unique", PARTIES, "ORG,The", "AAA,The"),
    "a number that stands twice": Break("codes-are-unique", PARTIES, ",,002,", ",,001,"),
    "a part that stands twice": Break("codes-are-unique", PARTS, "CCC-ISLE", "CCC-MAIN"),
    "a successor of nobody": Break("successors-follow", PARTIES, "002,AAA", "002,ZZZ"),
    "a successor that comes too late": Break(
        "successors-follow", PARTIES, "BBB,Betaland,state,1990", "BBB,Betaland,state,1991"
    ),
    "a member without a code": Break("members-are-parties", GROUPS, "UNION,DDD", "UNION,ZZZ"),
    "a member before it exists": Break("members-exist", GROUPS, "UNION,BBB,1990-01-01", "UNION,BBB,1989-12-31"),
    "a member before it acts": Break("members-exist", PARTIES, ",1948,003", ",,003"),
    "a member after it ended": Break(
        "members-exist", GROUPS, "UNION,AAA,1945-01-01,1990-01-01", "UNION,AAA,1945-01-01,"
    ),
    "a member twice at once": Break("spells-do-not-overlap", GROUPS, "UNION,CCC,1948,1949", "UNION,CCC,1948,1952"),
    "a later spell written first": Break(
        "spells-do-not-overlap", GROUPS, "PACT,AAA,1950-01-01,1990-01-01", "UNION,DDD,1960-01-01,1961-01-01"
    ),
    "an empty seat": Break(
        "groups-keep-their-rules", GROUPS, "COUNCIL,AAA,1980-01-01,1982", "COUNCIL,AAA,1980-01-01,1981"
    ),
    "a number of seats in words": Break("groups-keep-their-rules", RULES, "COUNCIL,seats,1", "COUNCIL,seats,one"),
    "a seat too many": Break("groups-keep-their-rules", GROUPS, "COUNCIL,DDD,1982", "COUNCIL,DDD,1981"),
    "a member from outside": Break("groups-keep-their-rules", GROUPS, "UNION,DDD,1956,", "UNION,DDD,1956,1983-06-01"),
    "a member on both sides": Break("groups-keep-their-rules", GROUPS, "CHAIR,CCC", "CHAIR,DDD"),
    "a member that had never joined": Break(
        "groups-keep-their-rules", GROUPS, "UNION,AAA,1945-01-01", "UNION,AAA,1951-01-01"
    ),
    "a member before the treaty was in force": Break(
        "groups-keep-their-rules", PACT, "from: 1950-01-01", "from: 1950-02-01"
    ),
    "a rule about an agreement that is none": Break("groups-keep-their-rules", RULES, "PACT-1950", "PACT-1951"),
    "a rule about a group that is none": Break("groups-keep-their-rules", RULES, "COUNCIL,within", "COUNCILS,within"),
    "a rule that is none": Break("groups-keep-their-rules", RULES, "COUNCIL,within", "COUNCIL,inside"),
    "bound after it ended": Break("the-bound-exist", PACT, "[{group: PACT}]", "[{group: PACT}, {party: AAA}]"),
    "a part of nobody": Break("parts-belong-to-parties", PARTS, "Gammaland,CCC", "Gammaland,ZZZ"),
    "a part before its state": Break(
        "parts-exist-while-their-state-does", PARTS, "10.0,1990-01-01,", "10.0,1989-01-01,"
    ),
    "a part after its state": Break("parts-exist-while-their-state-does", PARTS, "10.0,,1990-01-01", "10.0,,"),
    "two states on one spot": Break("parts-lie-apart", PARTS, "CCC,20.0", "CCC,10.0"),
    "a claimant without a code": Break("claimants-are-parties", DISPUTES, "party: BBB", "party: ZZZ"),
    "a dispute with one side": Break(
        "claimants-are-parties", DISPUTES, '    - {party: BBB, says: "Always ours.", source: "foreign ministry"}\n', ""
    ),
    "a name nobody knows": Break("names-are-known", PACT, "[DDD]", "[EEE]"),
    "an agreement that binds nobody": Break("somebody-is-bound", PACT, "[{group: PACT}]", "[{group: EMPTY}]"),
    "an area without extent": Break(
        "disputed-places-lie-in-their-area",
        DISPUTES,
        "[[9, 9], [11, 9], [11, 11], [9, 11]]",
        "[[9, 9], [9, 10], [9, 11]]",
    ),
}


def book(folder: Path, broken: Break | None = None) -> Casebook:
    """The small book, with one stroke of the pen changed."""
    (folder / "agreements").mkdir()
    for name, text in SOUND.items():
        (folder / name).write_text(text, encoding="utf-8")
    if broken is not None:
        assert SOUND[broken.file].count(broken.old) == 1, "the stroke must hit one place"
        (folder / broken.file).write_text(SOUND[broken.file].replace(broken.old, broken.new), encoding="utf-8")
    return Casebook(folder)


def test_a_sound_book_has_no_findings(tmp_path: Path) -> None:
    assert list(findings(book(tmp_path))) == []


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_a_broken_row_is_found(broken: Break, tmp_path: Path) -> None:
    found = list(CHECKS[broken.check](book(tmp_path, broken)))
    assert found
    assert all(where and says and remedy for where, says, remedy in found)


def test_every_check_has_a_row_that_breaks_it() -> None:
    assert {broken.check for broken in BROKEN.values()} == set(CHECKS) - {"facts-compile"}


def test_a_ragged_date_is_wrong_only_if_every_day_it_allows_is(tmp_path: Path) -> None:
    ragged = Break("members-exist", GROUPS, "UNION,BBB,1990-01-01", "UNION,BBB,1990")
    assert list(CHECKS["members-exist"](book(tmp_path, ragged))) == []


def twice() -> Iterator[AnyFact]:
    one = memberships()[0]
    yield from (one, replace(one))


def test_a_fact_that_stands_twice_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(check, "consents", lambda: tuple(twice()))
    assert list(CHECKS["facts-compile"](book(tmp_path)))


def test_a_clause_that_does_not_compile_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def refuse() -> tuple[AnyFact, ...]:
        raise Malformed("is no fact", where="PACT-1950, Art. 1", next_step="correct the clause")

    monkeypatch.setattr(check, "consents", refuse)
    assert list(CHECKS["facts-compile"](book(tmp_path)))
