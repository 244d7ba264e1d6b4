"""Corroboration: how many independent reports there are, as named cases and as laws."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.instruments.intelligence.corroboration import Role
from comity.instruments.intelligence.grading import Meets, meets
from comity.instruments.intelligence.lineage import graph
from comity.instruments.intelligence.reported import AnyFact, Lineage, Overlap, Report
from comity.instruments.intelligence.reported_gathered import facts_of
from comity.values.instant import ragged_date
from tests.instruments.intelligence.reports import AT, TWO_B2, address, counted, lineage, overlap, report


def told_by_two(one: str, other: str) -> list[AnyFact]:
    """What two parties report, each of a source of its own."""
    return [report("a", source="S1", says=one), report("b", "LVA", source="K", says=other)]


CASES: dict[str, tuple[list[AnyFact], tuple[int, int]]] = {
    "nothing is reported": ([], (0, 0)),
    "two sources of two parties": ([report("a", "EST", source="S1"), report("b", "LVA", source="S1")], (2, 2)),
    "two sources of one party": ([report("a", source="S1"), report("b", source="S2")], (2, 2)),
    "one source reports twice": ([report("a", source="S1"), report("b", source="S1")], (1, 1)),
    "a partner repeats it, and says so": ([report("a", source="S1"), report("b", "LVA", rests_on="a")], (1, 1)),
    "it comes back released again": (
        [report("a", source="S1"), report("b", "LVA", variant_of="a"), report("c", "GBR", rests_on="b")], (1, 1),
    ),
    "a fusion of two adds nothing to the two": (
        [report("a", source="S1"), report("b", "LVA", source="K"), report("c", "GBR", rests_on="ab")], (2, 2),
    ),
    "a fusion graded well of inputs graded badly": (
        [report("a", grade="C3", source="S1"), report("b", "LVA", "C3", source="K"), report("c", "GBR", rests_on="ab")],
        (0, 0),
    ),
    "a circle of three parties": (
        [report("a", "EST", rests_on="c"), report("b", "LVA", rests_on="a"), report("c", "GBR", variant_of="b")],
        (0, 0),
    ),
    "a report that rests on itself": ([report("a", rests_on="a")], (0, 0)),
    "a circle, and one that rests on it": (
        [report("a", rests_on="b"), report("b", "LVA", rests_on="a"), report("c", "GBR", rests_on="b")], (0, 0),
    ),
    "a circle that a source feeds": (
        [report("a", rests_on="bs"), report("b", "LVA", rests_on="a"), report("s", "GBR", source="K")], (1, 1),
    ),
    "two circles beside each other": (
        [report("a", rests_on="b"), report("b", rests_on="a"), report("c", rests_on="d"), report("d", rests_on="c")],
        (0, 0),
    ),
    "the source cannot be judged": ([report("a", source="S1"), report("b", "LVA", "F2", source="K")], (1, 1)),
    "the information cannot be judged": ([report("a", source="S1"), report("b", "LVA", "B6", source="K")], (1, 1)),
    "one is not graded yet": ([report("a", source="S1"), report("b", "LVA", "--", source="K")], (1, 2)),
    "one names no source": ([report("a", source="S1"), report("b", "LVA")], (1, 2)),
    "neither names a source": ([report("a"), report("b", "LVA")], (1, 2)),
    "one is of a month that began before": (
        [report("a", source="S1"), report("b", "LVA", source="K", on="2026-02")], (1, 2),
    ),
    "one is of another year": ([report("a", source="S1"), report("b", "LVA", source="K", on="2025")], (1, 1)),
    "one lies ahead": ([report("a", source="S1"), report("b", "LVA", source="K", on="2026-03-11")], (1, 1)),
    "one has no day": ([report("a", source="S1"), report("b", "LVA", source="K", on=None)], (1, 2)),
    "one rests on what is not available": ([report("a", source="S1"), report("b", "LVA", rests_on="x")], (1, 2)),
    "two rest on the same that is not available": (
        [report("a", source="S1"), report("b", "LVA", rests_on="x"), report("c", "GBR", rests_on="x")], (1, 2),
    ),
    "its author tells elsewhere what it rests on": (
        [report("a", source="S1"), report("b", "LVA", source="K"), lineage("l", "LVA", "b", "a")], (1, 1),
    ),
    "another claims that it rests on his": (
        [report("a", source="S1"), report("b", "LVA", source="K"), lineage("l", "EST", "b", "a")], (1, 2),
    ),
    "one of them says that the source is one": (
        [report("a", source="S1"), report("b", "LVA", source="K"), overlap("o", "LVA", "a", "b")], (1, 1),
    ),
    "a third says that the source is one": (
        [report("a", source="S1"), report("b", "LVA", source="K"), overlap("o", "GBR", "a", "b")], (1, 2),
    ),
    "two parties say the same word for word": (told_by_two("Tents  at X.", "tents at x."), (1, 2)),
    "the same words with another full stop": (told_by_two("The same words.", "the same words"), (1, 2)),
    "the same words with other signs between them": (told_by_two("Tents \u2013 at X!", "Tents (at X)"), (1, 2)),
    "the same words in another form of Unicode": (told_by_two("\u00c4rna", "A\u0308rna\u200b"), (1, 2)),
    "the same words in wide letters": (told_by_two("\uff34ents", "tents"), (1, 2)),
    "the same words in letters that look alike": (told_by_two("\u0410\u0420\u0422 seen", "APT seen"), (1, 2)),
    "other words": (told_by_two("The same words.", "the other words"), (2, 2)),
    "two parties report the same thing": (
        [report("a", source="S1", thing="report--1"), report("b", "LVA", source="K", thing="report--1")], (1, 1),
    ),
    "one names the thing that it rests on": (
        [
            report("a", source="S1", thing="report--1"),
            replace(report("b", "LVA"), depends_on=("report--1",)),
        ], (1, 1),
    ),
    "a correction takes the place of what it corrects": (
        [report("a2", source="S1", supersedes="a"), report("b", "LVA", rests_on=["a"])], (1, 1),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("facts", "least_and_most"), CASES.values(), ids=CASES)
def test_so_many_independent_reports(facts: list[AnyFact], least_and_most: tuple[int, int]) -> None:
    found = counted(facts)
    assert (found.least, found.most) == least_and_most
    assert sum(part.role is Role.COUNTS for part in found.parts) == found.least


ROLES = {
    "rests on others": ([report("a", source="S1"), report("b", rests_on="a")], Role.RESTS),
    "is released again": ([report("a", source="S1"), report("b", variant_of="a")], Role.RESTS),
    "rests on a circle": (
        [report("a", source="S1"), report("b", rests_on="c"), report("c", rests_on="b")], Role.CIRCLE
    ),
    "is of the same source": ([report("a", source="S1"), report("b", source="S1")], Role.SAME_ORIGIN),
    "names no source": ([report("a", source="S1"), report("b")], Role.UNNAMED),
    "rests on what is hidden": ([report("a", source="S1"), report("b", rests_on="x")], Role.UNREADABLE),
    "cannot be judged": ([report("a", source="S1"), report("b", grade="F1", source="S2")], Role.UNJUDGED),
    "falls short": ([report("a", source="S1"), report("b", grade="C1", source="S2")], Role.SHORT),
    "is not graded": ([report("a", source="S1"), report("b", grade="--", source="S2")], Role.UNGRADED),
    "lies outside": ([report("a", source="S1"), report("b", on="2025", source="S2")], Role.OUTSIDE),
    "may lie outside": ([report("a", source="S1"), report("b", on=None, source="S2")], Role.UNDATED),
    "is disputed": (
        [report("a", source="S1"), report("b", "LVA", source="K"), lineage("l", "GBR", "b", "a")], Role.DISPUTED
    ),
}  # fmt: skip


@pytest.mark.parametrize(("facts", "role"), ROLES.values(), ids=ROLES)
def test_a_report_that_does_not_count_says_why(facts: list[AnyFact], role: Role) -> None:
    roles = {part.report.title: part.role for part in counted(facts).parts}
    assert {roles["a"], roles["b"]} == {Role.COUNTS, role}


def test_circular_reporting_is_found_across_releases() -> None:
    facts = [report("a", "EST", rests_on="c"), report("b", "LVA", variant_of="a"), report("c", "GBR", rests_on="b")]
    assert graph(facts_of(facts)).circles == (tuple(sorted(map(address, "abc"))),)


def test_a_circle_that_only_lineage_closes_is_found() -> None:
    facts: list[AnyFact] = [
        report("a", "EST", source="S1"), report("b", "LVA", rests_on="a"), lineage("l", "EST", "a", "b"),
    ]  # fmt: skip
    found = graph(facts_of(facts))
    assert found.circles == (tuple(sorted(map(address, "ab"))),)
    assert (counted(facts).least, counted(facts).most) == (0, 0)


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from("abcdef")), max_size=10))
def test_the_circles_are_those_of_the_plain_version(pairs: list[tuple[str, str]]) -> None:
    """Two reports are of one circle when each is reached from the other, step by step."""
    facts = [report(name, rests_on=[to for one, to in pairs if one == name]) for name in "abcdef"]
    reached = {(one, to) for one, to in pairs}
    for middle in "abcdef":
        reached |= {(a, b) for a in "abcdef" for b in "abcdef" if {(a, middle), (middle, b)} <= reached}
    circles = {
        tuple(sorted(address(b) for b in "abcdef" if {(a, b), (b, a)} <= reached))
        for a in "abcdef"
        if (a, a) in reached
    }
    assert set(graph(facts_of(facts)).circles) == circles


# Laws

NAMES = "abcdefgh"
PARTIES = ("EST", "LVA", "GBR")
GRADED = ("A1", "B2", "B3", "C2", "F2", "B6", "F6", "--", "-2")
DAYS = ("2026-03-01", "2026-02", "2025-01-01", "2026", None)


@st.composite
def a_report(draw: st.DrawFn, name: str, targets: Sequence[str]) -> Report:
    rests = draw(st.lists(st.sampled_from(targets), max_size=2, unique=True)) if targets else []
    released = draw(st.lists(st.sampled_from(targets), max_size=1)) if targets else []
    source = None if rests or released else draw(st.sampled_from(["S1", "S2", "S3", None]))
    return report(
        name, draw(st.sampled_from(PARTIES)), draw(st.sampled_from(GRADED)), source=source,
        on=draw(st.sampled_from(DAYS)), rests_on=rests, variant_of=released,
        thing=draw(st.sampled_from([None, None, None, "report--1"])),
        says=draw(st.sampled_from([None, None, None, "the same words"])),
    )  # fmt: skip


@st.composite
def worlds(draw: st.DrawFn) -> list[AnyFact]:
    """Reports that may rest on any of eight names, so that some are there, some are not, and some run in circles."""
    names = draw(st.lists(st.sampled_from(NAMES), max_size=6, unique=True))
    facts: list[AnyFact] = [draw(a_report(name, NAMES)) for name in names]
    if draw(st.booleans()):
        one, other = draw(st.sampled_from(NAMES)), draw(st.sampled_from(NAMES))
        facts.append(lineage("lineage", draw(st.sampled_from(PARTIES)), one, other))
    if draw(st.booleans()):
        pair = draw(st.lists(st.sampled_from(NAMES), min_size=2, max_size=3, unique=True))
        facts.append(overlap("overlap", draw(st.sampled_from(PARTIES)), *pair))
    return facts


def numbers(facts: Iterable[AnyFact]) -> tuple[int, int]:
    found = counted(facts)
    return found.least, found.most


@given(worlds())
def test_the_least_is_no_more_than_the_most(facts: list[AnyFact]) -> None:
    least, most = numbers(facts)
    assert 0 <= least <= most <= sum(isinstance(one, Report) for one in facts)


@given(worlds(), st.data())
def test_a_further_report_that_rests_on_others_raises_nothing(facts: list[AnyFact], data: st.DataObject) -> None:
    there = [one.title for one in facts if isinstance(one, Report)]
    if there:
        rests = data.draw(st.lists(st.sampled_from(there), min_size=1, max_size=3, unique=True))
        kept = [one for one in facts if not isinstance(one, Lineage)]
        more = report("z", data.draw(st.sampled_from(PARTIES)), data.draw(st.sampled_from(GRADED)), rests_on=rests)
        before, after = numbers(kept), numbers([*kept, more])
        assert after == before


@given(worlds(), st.data())
def test_a_report_that_closes_a_circle_raises_nothing(facts: list[AnyFact], data: st.DataObject) -> None:
    there = [one.title for one in facts if isinstance(one, Report)]
    missing = [name for name in NAMES if name not in there]
    if there and missing:
        name, rests = data.draw(st.sampled_from(missing)), data.draw(st.sampled_from(there))
        more = report(name, data.draw(st.sampled_from(PARTIES)), rests_on=[rests])
        kept = [one for one in facts if not isinstance(one, Lineage)]  # it may make the report rest on more
        before, after = numbers(kept), numbers([*kept, more])
        assert after[0] <= before[0]
        assert after[1] <= before[1]


@given(worlds(), st.sampled_from(PARTIES), st.sampled_from(GRADED), st.sampled_from(DAYS))
def test_a_further_report_of_a_new_source_lowers_nothing(
    facts: list[AnyFact], by: str, grade: str, day: str | None
) -> None:
    before, after = numbers(facts), numbers([*facts, report("z", by, grade, source="new", on=day)])
    assert after[0] >= before[0]
    assert after[1] >= before[1]


@given(worlds(), st.sampled_from(PARTIES), st.sampled_from(["F1", "A6", "F6"]), st.sampled_from([None, "S1", "new"]))
def test_what_cannot_be_judged_changes_no_count(facts: list[AnyFact], by: str, grade: str, source: str | None) -> None:
    more = report("z", by, grade, source=source)
    assert numbers([*facts, more]) == numbers(facts)


@given(worlds(), st.randoms(use_true_random=False))
def test_the_order_in_which_they_came_changes_nothing(facts: list[AnyFact], chance: object) -> None:
    other = list(facts)
    chance.shuffle(other)  # type: ignore[attr-defined]  # a random.Random
    late = [
        replace(one, stamp=replace(one.stamp, arrived=one.stamp.arrived + 10**9 * n)) for n, one in enumerate(other)
    ]
    there = counted(late)
    assert [(part.report.title, part.role) for part in there.parts] == [
        (part.report.title, part.role) for part in counted(facts).parts
    ]
    assert (there.least, there.most) == numbers(facts)


@given(
    st.lists(st.sampled_from(NAMES), min_size=1, max_size=8, unique=True),
    st.lists(st.sampled_from(PARTIES), min_size=8, max_size=8),
)
def test_a_circle_corroborates_nothing(names: list[str], parties: list[str]) -> None:
    ring = [
        report(name, party, "A1", rests_on=[names[place - 1]])
        for place, (name, party) in enumerate(zip(names, parties, strict=False))
    ]
    assert numbers(ring) == (0, 0)


@given(worlds(), st.data())
def test_settling_a_doubt_stays_within_what_was_possible(facts: list[AnyFact], data: st.DataObject) -> None:
    """A grade or a day that is filled in narrows the count and never leaves it."""
    doubtful = [one for one in facts if isinstance(one, Report) and (one.observed is None or "-" in str(one.grade))]
    if doubtful:
        one = data.draw(st.sampled_from(doubtful))
        grade = report("x", grade=data.draw(st.sampled_from(["A1", "B2", "C2", "F6"]))).grade
        filled = replace(one, grade=grade if "-" in str(one.grade) else one.grade)
        if one.observed is None:
            filled = replace(filled, observed=ragged_date(data.draw(st.sampled_from(["2026-03-01", "2025-01-01"]))))
        before, after = numbers(facts), numbers([filled if other is one else other for other in facts])
        assert before[0] <= after[0] <= after[1] <= before[1]


# The plain version: pairs of reports, looked at again and again


def plainly(facts: list[AnyFact]) -> tuple[int, int]:
    return _plain_least(facts), max(_plain_least(facts), _plain_most(facts))


def _plain_ties(facts: list[AnyFact], *, claims: bool) -> tuple[dict[str, set[str]], set[frozenset[str]]]:
    """What each report rests on, by address, and which pairs are of one origin."""
    reports = {one.stamp.id: one for one in facts if isinstance(one, Report)}
    rests = {name: {*one.depends_on, *one.variant_of} for name, one in reports.items()}
    for one in facts:
        if isinstance(one, Lineage) and one.report in reports and (
            claims or reports[one.report].stamp.by == one.stamp.by
        ):  # fmt: skip
            rests[one.report] |= set(one.rests_on)
    alike: set[frozenset[str]] = set()
    for one in reports.values():
        for other in reports.values():
            same_source = one.source is not None and (one.stamp.by, one.source) == (other.stamp.by, other.source)
            same_thing = one.thing is not None and one.thing == other.thing
            echo = claims and one.stamp.by != other.stamp.by and one.says == other.says
            if same_source or same_thing or echo:
                alike.add(frozenset({one.stamp.id, other.stamp.id}))
    for one in facts:
        if isinstance(one, Overlap):
            named = [name for name in one.reports if name in reports]
            if claims or one.stamp.by in {reports[name].stamp.by for name in named}:
                alike |= {frozenset({a, b}) for a in named for b in named}
    return rests, alike


def _plain_groups(facts: list[AnyFact], *, claims: bool) -> list[set[str]]:
    """The primary reports, those of one origin together."""
    rests, alike = _plain_ties(facts, claims=claims)
    groups = [{name} for name, found in rests.items() if not found]
    while (pair := _of_one_origin(groups, alike)) is not None:
        one, other = pair
        groups = [group for group in groups if group not in (one, other)] + [one | other]
    return groups


def _of_one_origin(groups: list[set[str]], alike: set[frozenset[str]]) -> tuple[set[str], set[str]] | None:
    for one, other in combinations(groups, 2):
        if any(frozenset({a, b}) in alike for a in one for b in other):
            return one, other
    return None


def _plain_fits(one: Report, *, surely: bool) -> bool:
    graded = meets(one.grade, TWO_B2.least)
    day = one.observed
    first = AT - 30 * 86_400_000_000
    inside = day is not None and first <= day.earliest and day.latest <= AT
    perhaps = day is None or not (day.latest < first or day.earliest > AT)
    return (graded is Meets.YES and inside) if surely else (graded in {Meets.YES, Meets.UNGRADED} and perhaps)


def _plain_least(facts: list[AnyFact]) -> int:
    reports = {one.stamp.id: one for one in facts if isinstance(one, Report)}
    groups = [
        group for group in _plain_groups(facts, claims=True) if any(_plain_fits(reports[n], surely=True) for n in group)
    ]
    named = sum(any(reports[name].source is not None for name in group) for group in groups)
    return named or min(1, len(groups))


def _plain_most(facts: list[AnyFact]) -> int:
    reports = {one.stamp.id: one for one in facts if isinstance(one, Report)}
    rests, _ = _plain_ties(facts, claims=False)
    groups = [
        group
        for group in _plain_groups(facts, claims=False)
        if any(_plain_fits(reports[name], surely=False) for name in group)
    ]
    hidden = {
        frozenset(found - set(reports))
        for name, found in rests.items()
        if found - set(reports) and _plain_fits(reports[name], surely=False)
    }
    return len(groups) + len(hidden)


@given(worlds())
def test_the_count_is_that_of_the_plain_version(facts: list[AnyFact]) -> None:
    assert numbers(facts) == plainly(facts)
