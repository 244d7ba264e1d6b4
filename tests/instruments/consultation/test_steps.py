"""National steps: the earliest lawful day, the critical path, and dates that stay open."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.casebook.book import casebook
from comity.casebook.steps import Counts, Holiday, Phase, holidays, packaged, plans
from comity.errors import Malformed
from comity.instruments.consultation import acts, steps
from comity.instruments.consultation.steps import Contribution, Timeline, counted, stated, timelines
from comity.values.instant import DAY, Instant, instant, show
from tests.instruments.consultation.council import Council

PLAN = """
- party: UTO
  route: ordinary
  duties: [assist]
  when: always
  source: an example
  grade: A
  steps:
    - {id: cabinet, by: Cabinet, says: decides, days: [2, 3], phase: before}
    - {id: lower, by: Lower House, says: agrees, days: [5, 9], counts: working, after: [cabinet], phase: before}
    - {id: upper, by: Upper House, says: agrees, days: [1, 2], after: [cabinet], phase: before}
    - {id: decree, by: President, says: signs, days: [1, 1], after: [lower, upper], phase: before}
    - {id: report, by: Cabinet, says: reports, days: [3, 3], phase: after}
"""
MONDAY = instant("2026-06-01")


def day(text: str) -> Instant:
    return instant(text)


def only(text: str = PLAN, **more: object) -> Timeline:
    ask = Contribution("UTO", "assist", MONDAY, **more)  # type: ignore[arg-type]  # fields of the question by name
    (found,) = timelines(plans(text, "plans.yaml"), ask, (Holiday("UTO", "06-05", "a feast", "an example"),))
    return found


def test_the_earliest_lawful_day_follows_the_longest_way() -> None:
    """Cabinet to Wednesday the 3rd; five working days without the feast of the 5th: the 11th; a day for the decree."""
    found = only()
    assert [show(row.end) for row in found.rows] == [
        "2026-06-03", "2026-06-11", "2026-06-04", "2026-06-12", "2026-06-15",
    ]  # fmt: skip
    assert show(found.earliest) == "2026-06-12"
    assert found.settled
    assert [row.step.id for row in found.rows if row.critical] == ["cabinet", "lower", "decree"]
    assert found.latest is not None
    assert show(found.latest) == "2026-06-19"


def test_a_length_that_is_not_known_leaves_the_day_open_and_says_what_would_settle_it() -> None:
    found = only(PLAN.replace("days: [5, 9]", "days: null"))
    assert not found.settled
    assert found.latest is None
    assert show(found.earliest) == "2026-06-05"
    assert found.settles == ("how long this takes: Lower House, agrees",)


def test_sitting_days_are_not_known_unless_they_are_stated() -> None:
    text = PLAN.replace("counts: working", "counts: sitting")
    assert only(text).settles == ("on which days it sits: Lower House",)
    sits = {"UTO": [(day("2026-06-08"), day("2026-06-11")), (day("2026-06-22"), day("2026-06-30"))]}
    assert show(only(text, sittings=sits).rows[1].end) == "2026-06-23"


def test_what_was_done_ends_when_it_was_done_and_an_assumed_length_stands_in() -> None:
    assert show(only(done={"ordinary/lower": day("2026-06-04")}).earliest) == "2026-06-05"
    text = PLAN.replace("days: [5, 9]", "days: null")
    assert show(only(text, takes={"ordinary/lower": (1, 1)}).earliest) == "2026-06-05"


def test_what_is_due_after_counts_from_the_beginning() -> None:
    assert show(only(begins=day("2026-07-01")).rows[-1].end) == "2026-07-04"
    assert show(only(begins=day("2026-06-02")).rows[-1].end) == "2026-06-15"  # it cannot begin before it may


COUNTED = {
    "calendar days": (Counts.CALENDAR, 3, "2026-06-04"),
    "no days": (Counts.WORKING, 0, "2026-06-01"),
    "working days over a weekend": (Counts.WORKING, 5, "2026-06-08"),
    "working days over a feast of that year": (Counts.WORKING, 6, "2026-06-10"),
}


@pytest.mark.parametrize(("counts", "days", "until"), COUNTED.values(), ids=COUNTED)
def test_how_days_are_counted(counts: Counts, days: int, until: str) -> None:
    end = counted(MONDAY, days, counts, frozenset({"2026-06-09"}), None)
    assert end is not None
    assert show(end) == until


@given(st.integers(0, 40), st.integers(0, 40), st.sampled_from(list(Counts)))
def test_more_days_are_never_over_sooner(few: int, more: int, counts: Counts) -> None:
    sits = [(MONDAY, MONDAY + 200 * DAY)]
    ends = [counted(MONDAY, days, counts, frozenset({"06-05"}), sits) for days in sorted((few, more))]
    assert ends[0] is not None
    assert ends[1] is not None
    assert ends[0] <= ends[1]


@given(st.lists(st.integers(0, 9), min_size=4, max_size=4), st.integers(0, 3), st.integers(1, 9))
def test_a_longer_step_never_makes_it_sooner_and_only_a_critical_one_later(
    days: list[int], which: int, more: int
) -> None:
    names = ["cabinet", "lower", "upper", "decree"]
    takes = {f"ordinary/{name}": (days[place], days[place]) for place, name in enumerate(names)}
    text = PLAN.replace("counts: working, ", "")  # a day that does not count anyway makes nothing later
    before = only(text, takes=takes)
    longer = only(text, takes={**takes, f"ordinary/{names[which]}": (days[which] + more, days[which] + more)})
    assert longer.earliest >= before.earliest
    if before.rows[which].critical:
        assert longer.earliest > before.earliest


def test_a_state_says_itself_what_it_has_done_for_those_who_may_read_it() -> None:
    council = Council()
    council.state("10:00", acts.national_step("LTU", "ordinary", "cabinet", done=MONDAY, release=["LVA"]))
    ask = Contribution("LTU", "assist", MONDAY)
    assert stated(council.facts("LVA"), ask).done == {"ordinary/cabinet": MONDAY}
    assert stated(council.facts("EST"), ask).done == {}
    council.state("11:00", acts.national_step("LTU", "ordinary", "lower", days=(2, 4)))
    assert stated(council.facts("LTU"), ask).takes == {"ordinary/lower": (2, 4)}


BAD = {
    "a step that waits for a later one": (PLAN.replace("[cabinet]", "[decree]", 1), "plan.steps[2].after"),
    "a duty nobody knows": (PLAN.replace("[assist]", "[invade]"), "plan.duties"),
    "days that run backwards": (PLAN.replace("[2, 3]", "[3, 2]"), "plan.steps[1].days"),
    "a phase nobody knows": (PLAN.replace("phase: after", "phase: later"), "plan.steps[5].phase"),
    "a field nobody reads": (PLAN.replace("grade: A", "grade: A\n  mood: x"), "plan.mood"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "field"), BAD.values(), ids=BAD)
def test_a_plan_with_a_fault_names_file_line_and_field(text: str, field: str) -> None:
    with pytest.raises(Malformed) as error:
        plans(text, "plans.yaml")
    assert (error.value.where, error.value.field) == ("plans.yaml:2", field)


def test_every_plan_of_the_casebook_has_its_source_and_can_be_worked_out() -> None:
    for plan in packaged():
        assert plan.party in casebook().states
        assert plan.source
        assert plan.grade in {"A", "B", "C"}
        assert any(step.phase is Phase.BEFORE for step in plan.steps)
        for duty in plan.duties:
            assert timelines([plan], Contribution(plan.party, duty, MONDAY), holidays())


KNOWN = {
    "the Bundestag's silence of seven days": ("DEU", "simplified procedure", "silence", 7),
    "three days to inform the French parliament": ("FRA", "Article 35", "informed", 3),
    "forty-eight hours to report to Congress": ("USA", "War Powers Resolution", "report", 2),
    "and sixty days after that": ("USA", "War Powers Resolution", "sixty", 60),
}


@pytest.mark.parametrize(("party", "route", "step", "days"), KNOWN.values(), ids=KNOWN)
def test_what_a_law_lays_down_is_in_the_plan(party: str, route: str, step: str, days: int) -> None:
    found = timelines(packaged(), Contribution(party, "assist", MONDAY), holidays())
    rows = {row.step.id: row for one in found if one.plan.route == route for row in one.rows}
    assert rows[step].end - rows[step].start == days * DAY


def test_a_state_without_a_plan_has_none() -> None:
    assert timelines(packaged(), Contribution("TUV", "assist", MONDAY)) == ()
    assert steps.timelines([], Contribution("DEU", "assist", MONDAY)) == ()
