"""Indications and warning: how a problem stands by graded reports, and what would change it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.errors import Impossible, Malformed
from comity.instruments.intelligence import warning as w
from comity.instruments.intelligence.changes import By
from comity.instruments.intelligence.grading import Grade
from comity.instruments.intelligence.reported import (
    AnyFact,
    Assessed,
    Indicator,
    Level,
    Need,
    Problem,
    Report,
    Shows,
)
from comity.instruments.intelligence.reported_gathered import facts_of
from comity.instruments.intelligence.warning import State
from comity.values.instant import instant, show
from tests.instruments.intelligence.reports import AT, TWO_B2, address, lineage, report, stamp

YES, NO = Shows.ACTIVITY, Shows.NO_ACTIVITY
LEVELS = (
    Level("critical", ("hospitals", "bridges"), 0, ()),
    Level("elevated", (), 1, ("hospitals", "bridges")),
)
PROBLEM = Problem(stamp("problem", "EST"), "border", "Build-up", "Is an attack prepared?", LEVELS, "routine")


def indicator(name: str, need: Need = TWO_B2, by: str = "EST", **more: str) -> Indicator:
    return Indicator(stamp(f"indicator {name} {by}", by, **more), "border", name, name, "signs of it", (), need, need)


WATCHED: list[AnyFact] = [PROBLEM, indicator("hospitals"), indicator("bridges")]


def stands(facts: Iterable[AnyFact], at: int = AT) -> w.Warned:
    return w.stands(PROBLEM, facts_of([*WATCHED, *facts]), at)


def hospitals(facts: Iterable[AnyFact], at: int = AT) -> w.Sign:
    """The indicator that the cases are about."""
    return next(sign for sign in stands(facts, at).signs if sign.indicator.name == "hospitals")


def state(facts: Iterable[AnyFact], at: int = AT) -> State:
    return hospitals(facts, at).state


A, B = report("a", "EST", source="S1", shows=YES), report("b", "LVA", source="K", shows=YES)
C, D = report("c", "EST", source="S2", shows=NO), report("d", "LVA", source="K2", shows=NO)

STATES: dict[str, tuple[list[AnyFact], State]] = {
    "nothing is reported": ([], State.BELOW),
    "one report of two": ([A], State.BELOW),
    "two independent reports": ([A, B], State.ACTIVE),
    "two that there is nothing": ([C, D], State.INACTIVE),
    "two and two": ([A, B, C, D], State.CONFLICTING),
    "two against one": ([A, B, C], State.ACTIVE),
    "one and its repetition": ([A, report("r", "LVA", rests_on="a", shows=YES)], State.BELOW),
    "one and a circle": (
        [A, report("r", "LVA", rests_on="s", shows=YES), report("s", "GBR", rests_on="r", shows=YES)], State.BELOW
    ),
    "the second cannot be judged": ([A, report("f", "LVA", "F2", source="K", shows=YES)], State.BELOW),
    "a hundred that cannot be judged stand against two": (
        [A, B, *(report(f"f{n}", "LVA", "F6", source=f"K{n}", shows=NO) for n in range(100))], State.ACTIVE
    ),
    "the second is not graded": ([A, report("u", "LVA", "--", source="K", shows=YES)], State.OPEN),
    "the second has no source": ([A, report("u", "LVA", shows=YES)], State.OPEN),
    "the second is about another indicator": (
        [A, report("o", "LVA", source="K", shows=YES, indicator="bridges")], State.BELOW
    ),
    "the second says that it bears on nothing": ([A, replace(B, bears_on=())], State.BELOW),
    "the keeper says that the second shows it": (
        [A, replace(B, bears_on=()), Assessed(stamp("m", "EST"), "border", "hospitals", address("b"), YES)],
        State.ACTIVE,
    ),
    "another than the keeper says so": (
        [A, replace(B, bears_on=()), Assessed(stamp("m", "LVA"), "border", "hospitals", address("b"), YES)],
        State.BELOW,
    ),
    "the keeper says that the second shows nothing": (
        [A, B, Assessed(stamp("m", "EST"), "border", "hospitals", address("b"), Shows.NEITHER)], State.BELOW
    ),
    "the keeper's later word stands": (
        [
            A, B, Assessed(stamp("m", "EST", "2026-03-06"), "border", "hospitals", address("b"), YES),
            Assessed(stamp("n", "EST", "2026-03-05"), "border", "hospitals", address("b"), NO),
        ], State.ACTIVE,
    ),
    "another's indicator of the same name is none of it": (
        [A, indicator("hospitals", replace(TWO_B2, independent=1), by="LVA")], State.BELOW
    ),
    "the keeper's later need stands": (
        [A, indicator("hospitals", replace(TWO_B2, independent=1), signed="2026-03-06")], State.ACTIVE
    ),
    "the reports are old": ([replace(A, observed=None), B], State.OPEN),
}  # fmt: skip


@pytest.mark.parametrize(("facts", "expected"), STATES.values(), ids=STATES)
def test_an_indicator_follows_from_its_reports(facts: list[AnyFact], expected: State) -> None:
    assert state(facts) is expected


def test_what_cannot_be_told_names_the_states_that_it_may_be() -> None:
    sign = hospitals([A, report("u", "LVA", "--", source="K", shows=YES), C, D])
    assert set(sign.may_be) == {State.CONFLICTING, State.INACTIVE}


BRIDGES: list[AnyFact] = [
    report("e", "EST", source="S4", shows=YES, indicator="bridges"),
    report("f", "LVA", source="K4", shows=YES, indicator="bridges"),
]
LEVEL_CASES: dict[str, tuple[list[AnyFact], tuple[str, ...]]] = {
    "nothing": ([], ("routine",)),
    "one of two indicators": ([A, B], ("elevated",)),
    "both": ([A, B, *BRIDGES], ("critical",)),
    "one, and the other cannot be told": (
        [A, B, BRIDGES[0], report("g", "LVA", "--", source="K5", shows=YES, indicator="bridges")],
        ("elevated", "critical"),
    ),
    "neither can be told": (
        [A, report("u", "LVA", shows=YES), BRIDGES[0], report("g", "LVA", shows=YES, indicator="bridges")],
        ("routine", "elevated", "critical"),
    ),
    "one is conflicting": ([A, B, C, D], ("routine", "elevated")),
    "one is inactive": ([C, D], ("routine",)),
}


@pytest.mark.parametrize(("facts", "levels"), LEVEL_CASES.values(), ids=LEVEL_CASES)
def test_a_problem_stands_at_a_level_or_between_two(facts: list[AnyFact], levels: tuple[str, ...]) -> None:
    assert stands(facts).levels == levels


def test_an_indicator_that_is_not_available_leaves_its_levels_open() -> None:
    found = w.stands(PROBLEM, facts_of([PROBLEM, indicator("hospitals"), A, B]), AT)
    assert found.levels == ("elevated", "critical")
    assert [(one.level.name, one.lacks) for one in found.reached] == [
        ("critical", ("bridges",)), ("elevated", ("bridges",)),
    ]  # fmt: skip


# What would change it


def changes(facts: Iterable[AnyFact]) -> dict[tuple[By, str | None], str]:
    sign = hospitals(facts)
    names = {address(name): name for name in "abcdefu"}
    return {
        (one.by, None if one.report is None else names[one.report]): one.says
        for one in sign.changes
        if one.shows is YES
    }


def test_what_is_lacking_is_told_as_the_report_that_would_do() -> None:
    assert changes([A])[By.REPORT, None] == (
        "1 further report of activity, graded B2 or better, observed since 2026-02-08T12:00Z, of a source other than "
        "EST S1"
    )
    assert changes([])[By.REPORT, None].startswith("2 further reports of as many sources of activity, graded B2")


CURES = {
    "a grade that falls short": (report("u", "LVA", "C2", source="K", shows=YES), By.GRADE),
    "a grade that cannot be judged": (report("u", "LVA", "F2", source="K", shows=YES), By.GRADE),
    "no grade": (report("u", "LVA", "--", source="K", shows=YES), By.GRADE),
    "no day": (report("u", "LVA", source="K", on=None, shows=YES), By.DAY),
    "no source": (report("u", "LVA", shows=YES), By.SOURCE),
    "what is not available": (report("u", "LVA", rests_on="x", shows=YES), By.READING),
}


@pytest.mark.parametrize(("one", "by"), CURES.values(), ids=CURES)
def test_a_report_that_would_count_is_named_with_what_stands_in_the_way(one: Report, by: By) -> None:
    assert set(changes([A, one])) == {(by, "u"), (By.REPORT, None)}


def test_a_report_that_would_not_count_either_way_is_not_named() -> None:
    same = report("u", "EST", "F2", source="S1", shows=YES)
    repeated = report("e", "LVA", "C3", rests_on="a", shows=YES)
    assert set(changes([A, same, repeated])) == {(By.REPORT, None)}


def test_a_claim_that_it_rests_on_another_is_named() -> None:
    assert set(changes([A, B, lineage("l", "GBR", "b", "a")])) == {(By.SOURCE, "b"), (By.REPORT, None)}


def test_what_suffices_names_the_day_on_which_it_lapses_and_what_it_hangs_on() -> None:
    later = report("c", "GBR", source="G", on="2026-03-05", shows=YES)
    two = changes([A, B])
    assert set(two) == {(By.LAPSE, None), (By.LOSS, "a"), (By.LOSS, "b")}
    assert two[By.LAPSE, None] == "lapses after 2026-03-31, unless reported anew"
    assert set(changes([A, B, later])) == {(By.LAPSE, None)}


def test_the_day_on_which_it_lapses_is_the_last_on_which_it_stands() -> None:
    facts = [A, replace(B, observed=report("x", on="2026-03-04").observed)]
    sign = hospitals(facts)
    (last,) = (one.on for one in sign.changes if one.by is By.LAPSE)
    assert last is not None
    assert show(last) == "2026-03-31"
    assert [state(facts, at) for at in (last, last + 1)] == [State.ACTIVE, State.BELOW]


@st.composite
def some_reports(draw: st.DrawFn) -> list[Report]:
    names = draw(st.lists(st.sampled_from("abcdefgh"), max_size=6, unique=True))
    return [
        report(
            name, draw(st.sampled_from(["EST", "LVA"])), draw(st.sampled_from(["A1", "B2", "C2", "F2", "--", "F6"])),
            source=draw(st.sampled_from(["S1", "S2", "S3", None])),
            on=draw(st.sampled_from(["2026-03-01", "2026-02", None])), shows=draw(st.sampled_from([YES, NO])),
        )
        for name in names
    ]  # fmt: skip


SETTLED = {State.ACTIVE, State.INACTIVE, State.CONFLICTING, State.BELOW}


@given(some_reports(), st.sampled_from(["A1", "B2", "C3", "E5"]))
def test_a_grade_that_is_filled_in_never_turns_a_settled_state_round(facts: list[Report], text: str) -> None:
    before = state(facts)
    letter, numeral = text[0], text[1]
    for one in facts:
        if str(one.grade) == "--":
            filled = [replace(one, grade=Grade(letter, numeral)) if other is one else other for other in facts]
            after = hospitals(filled)
            assert set(after.may_be) <= set(hospitals(facts).may_be)
            assert before not in SETTLED or after.state is before


@given(some_reports())
def test_supposing_each_change_changes_the_count(facts: list[Report]) -> None:
    """Whatever report is named for its grade counts for more, once it has the grade that is named."""
    sign = hospitals(facts)
    for change in sign.changes:
        if change.by is By.GRADE:
            raised = [replace(one, grade=TWO_B2.least) if one.stamp.id == change.report else one for one in facts]
            after = hospitals(raised)
            side = "activity" if change.shows is YES else "no_activity"
            assert getattr(after, side).least > getattr(sign, side).least


@given(some_reports())
def test_each_report_whose_grade_would_change_the_count_is_named(facts: list[Report]) -> None:
    """The plain version: each report in turn is given the grade, and everything is counted anew."""
    sign = hospitals(facts)
    for shows, before in ((YES, sign.activity), (NO, sign.no_activity)):
        if before.least < TWO_B2.independent:
            named = {one.report for one in sign.changes if one.by is By.GRADE and one.shows is shows}
            told = set()
            for one in (part.report for part in before.parts):
                raised = [
                    replace(other, grade=TWO_B2.least) if other.stamp.id == one.stamp.id else other for other in facts
                ]
                after = hospitals(raised)
                if (after.activity if shows is YES else after.no_activity).least > before.least:
                    told.add(one.stamp.id)
            assert named == told


@given(some_reports(), st.randoms(use_true_random=False))
def test_the_order_of_arrival_changes_no_word(facts: list[Report], chance: object) -> None:
    other = list(facts)
    chance.shuffle(other)  # type: ignore[attr-defined]  # a random.Random
    late = [replace(one, stamp=replace(one.stamp, arrived=n)) for n, one in enumerate(other)]
    bare = [replace(one, stamp=replace(one.stamp, arrived=0)) for one in facts]
    told = [
        [(s.state, s.changes, [(p.report.title, p.role) for p in s.activity.parts]) for s in stands(given_).signs]
        for given_ in (bare, late)
    ]
    assert told[0] == told[1]


def test_a_problem_is_named_by_its_name_or_its_address() -> None:
    other = replace(PROBLEM, stamp=stamp("other", "LVA"))
    facts = facts_of([PROBLEM])
    assert w.named("border", facts) == w.named(PROBLEM.stamp.id[:6], facts) == PROBLEM
    with pytest.raises(Malformed, match="names 2 warning problems"):
        w.named("border", facts_of([PROBLEM, other]))
    for absent in ("harbour", "", "ab"):
        with pytest.raises(Impossible, match="available"):
            w.named(absent, facts)


def test_of_what_its_keeper_states_twice_the_later_one_stands() -> None:
    later = replace(PROBLEM, stamp=stamp("later", "EST", "2026-03-06"), title="Build-up in the east")
    assert [one.title for one in w.problems(facts_of([later, PROBLEM]))] == ["Build-up in the east"]


def test_what_was_observed_after_the_day_asked_about_does_not_count() -> None:
    assert {sign.state for sign in stands([A, B], instant("2026-02-20")).signs} == {State.BELOW}
