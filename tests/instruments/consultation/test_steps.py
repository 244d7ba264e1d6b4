"""National steps: the earliest lawful day, the critical path, and dates that stay open."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.casebook.book import casebook
from comity.casebook.steps import Counts, Phase, holidays, packaged, plans
from comity.casebook.workdays import Workdays, workdays
from comity.errors import Malformed
from comity.instruments.consultation import acts, steps, table
from comity.instruments.consultation.counting import counted
from comity.instruments.consultation.steps import Contribution, Timeline, stated, timelines
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
WEEKEND, YEARS = frozenset({6, 7}), frozenset(range(2026, 2031))
WORK = Workdays("UTO", WEEKEND, {"06-05": "a feast"}, YEARS)


def day(text: str) -> Instant:
    return instant(text)


def only(text: str = PLAN, **more: object) -> Timeline:
    ask = Contribution("UTO", "assist", MONDAY, **more)  # type: ignore[arg-type]  # fields of the question by name
    (found,) = timelines(plans(text, "plans.yaml"), ask, WORK)
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
    end = counted(MONDAY, days, counts, Workdays("UTO", WEEKEND, {"2026-06-09": "a feast"}, YEARS), None)
    assert end is not None
    assert (show(end.end), end.unknown) == (until, None)


@given(st.integers(0, 40), st.integers(0, 40), st.sampled_from(list(Counts)))
def test_more_days_are_never_over_sooner(few: int, more: int, counts: Counts) -> None:
    sits = [(MONDAY, MONDAY + 200 * DAY)]
    ends = [counted(MONDAY, days, counts, WORK, sits) for days in sorted((few, more))]
    assert ends[0] is not None
    assert ends[1] is not None
    assert ends[0].end <= ends[1].end


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
            assert timelines([plan], Contribution(plan.party, duty, MONDAY), workdays(plan.party))


KNOWN = {
    "the Bundestag's silence of seven days": ("DEU", "simplified procedure", "silence", 7),
    "three days to inform the French parliament": ("FRA", "Article 35", "informed", 3),
    "forty-eight hours to report to Congress": ("USA", "War Powers Resolution", "report", 2),
    "and sixty days after that": ("USA", "War Powers Resolution", "sixty", 60),
}


@pytest.mark.parametrize(("party", "route", "step", "days"), KNOWN.values(), ids=KNOWN)
def test_what_a_law_lays_down_is_in_the_plan(party: str, route: str, step: str, days: int) -> None:
    found = timelines(packaged(), Contribution(party, "assist", MONDAY), workdays(party))
    rows = {row.step.id: row for one in found if one.plan.route == route for row in one.rows}
    assert rows[step].end - rows[step].start == days * DAY


def test_a_state_without_a_plan_has_none() -> None:
    assert timelines(packaged(), Contribution("TUV", "assist", MONDAY)) == ()
    assert steps.timelines([], Contribution("DEU", "assist", MONDAY)) == ()


def german(days: tuple[int, int | None], starts: str, counts: Counts = Counts.WORKING) -> Timeline:
    """The simplified procedure, with working days for what the cabinet needs."""
    name = "simplified procedure/cabinet"
    ask = Contribution("DEU", "assist", day(starts), takes={name: days}, counts={name: counts})
    (found,) = [
        one for one in timelines(packaged(), ask, workdays("DEU")) if one.plan.route == name.partition("/")[0]
    ]  # fmt: skip
    return found


BY_HAND = {
    # Mon 18 May 2026: Tue 19, Wed 20, Thu 21, Fri 22; Sat, Sun; Mon 25 is Whit Monday; Tue 26 is the fifth.
    "a weekend and a movable feast": ("2026-05-18", 5, "2026-05-26", [("2026-05-25", "Whit Monday")]),
    # Wed 1 April 2026: Thu 2; Fri 3 Good Friday; Sat, Sun; Mon 6 Easter Monday; Tue 7, Wed 8.
    "Easter": ("2026-04-01", 3, "2026-04-08", [("2026-04-03", "Good Friday"), ("2026-04-06", "Easter Monday")]),
    # Thu 1 October 2026: Fri 2; Sat 3 is a feast, and a Saturday anyway; Sun; Mon 5.
    "a feast on a Saturday": ("2026-10-01", 2, "2026-10-05", []),
    # Wed 23 December 2026: Thu 24; Fri 25, Sat 26; Sun; Mon 28 to Thu 31; Fri 1 January; Sat, Sun; Mon 4.
    "over the turn of two known years": ("2026-12-23", 6, "2027-01-04",
                                         [("2026-12-25", "Christmas Day"), ("2027-01-01", "New Year's Day")]),
}  # fmt: skip


@pytest.mark.parametrize(("starts", "days", "until", "skipped"), BY_HAND.values(), ids=BY_HAND)
def test_working_days_leave_out_weekends_and_holidays_and_tell_which(
    starts: str, days: int, until: str, skipped: list[tuple[str, str]]
) -> None:
    found = german((days, days), starts)
    assert found.settled
    assert show(found.rows[0].end) == until
    assert list(found.rows[0].skipped) == skipped
    assert show(found.earliest) == show(day(until) + 7 * DAY), "then the Bundestag's silence, in calendar days"
    lines = "\n".join(table.timeline_lines(found))
    assert all(f"{name} ({when})" in lines for when, name in skipped)
    assert len(skipped) == len(table.row_data(found.rows[0])["holidays_left_out"])  # type: ignore[arg-type]  # a list


def test_a_year_whose_holidays_are_not_known_leaves_the_day_open_and_says_so() -> None:
    """Mon 18 December 2028: Tue 19 to Fri 22; Mon 25, Tue 26 are feasts; Wed to Fri 29; Tue 2 January is the eighth."""
    found = german((8, 8), "2028-12-18")
    assert (found.settled, show(found.rows[0].end), found.rows[0].latest) == (False, "2029-01-02", None)
    assert found.settles[0].startswith("all holidays of DEU in 2029: Federal Government")
    assert german((7, 7), "2028-12-18").settled, "Friday the 29th is still in a known year"
    longer = german((7, 8), "2028-12-18")
    assert (longer.settled, longer.rows[0].latest) == (True, None), "at the earliest is known, at the latest is not"


def test_a_weekend_that_is_not_known_is_told() -> None:
    end = counted(MONDAY, 5, Counts.WORKING, Workdays("UTO"), None)
    assert end is not None
    assert (show(end.end), end.unknown) == ("2026-06-08", "on which days of the week UTO works, and its holidays")
    friday = counted(MONDAY, 4, Counts.WORKING, Workdays("UTO", frozenset({5, 6}), {}, YEARS), None)
    assert friday is not None
    assert (show(friday.end), friday.unknown) == ("2026-06-07", None)


@pytest.mark.parametrize(
    ("starts", "days"), [("9999-12-30", 5), ("2026-06-01", 9_999)], ids=["the end of the calendar", "too many"]
)
def test_what_cannot_be_counted_out_stays_open(starts: str, days: int) -> None:
    assert counted(day(starts), days, Counts.WORKING, WORK, None) is None
    assert german((days, days), starts).settles[0] == "what so many working days come to: Federal Government"


def test_what_is_due_after_the_beginning_counts_working_days_too() -> None:
    text = PLAN.replace("days: [3, 3], phase: after", "days: [3, 3], counts: working, phase: after")
    assert show(only(text).rows[-1].end) == "2026-06-17"  # begins Fri 12: Mon 15, Tue 16, Wed 17


def test_a_state_says_which_days_its_step_takes() -> None:
    council = Council()
    told = acts.national_step("LTU", "ordinary", "lower", days=(2, 4), counts=Counts.WORKING, release=["LVA"])
    council.state("10:00", told)
    ask = stated(council.facts("LVA"), Contribution("LTU", "assist", MONDAY))
    assert (ask.takes, ask.counts) == ({"ordinary/lower": (2, 4)}, {"ordinary/lower": Counts.WORKING})
    assumed = stated(council.facts("LVA"), Contribution("LTU", "assist", MONDAY, takes={"ordinary/lower": (9, 9)}))
    assert (assumed.takes, assumed.counts) == ({"ordinary/lower": (9, 9)}, {})
    assert stated(council.facts("EST"), Contribution("LTU", "assist", MONDAY)).counts == {}


def test_the_holidays_of_the_casebook_fall_on_the_days_they_are_named_for() -> None:
    days = {one.name: {date.fromisoformat(o.day).weekday() for o in holidays() if o.name == one.name and len(o.day) > 5}
            for one in holidays()}  # fmt: skip
    assert days["Good Friday"] == {4}
    assert days["Easter Monday"] == days["Whit Monday"] == days["Labor Day"] == days["Memorial Day"] == {0}
    assert days["Ascension Day"] == days["Thanksgiving Day"] == {3}
    assert workdays("DEU").years == workdays("USA").years == {2026, 2027, 2028}
    assert workdays("JPN").years == {2026, 2027}, "of 2028 the equinoxes are not announced"
    assert workdays("LVA").years == frozenset(), "its Cabinet moves working days"
    assert workdays("IRL").weekend is None


def test_the_bundestag_s_prolongation_counts_sitting_days_and_the_riksdag_s_report_working_days() -> None:
    sits = {"DEU": [(day("2026-06-03"), day("2026-06-06")), (day("2026-06-10"), day("2026-06-11"))]}
    (german_route,) = [
        one
        for one in timelines(packaged(), Contribution("DEU", "assist", day("2026-06-04"), sittings=sits))
        if one.plan.route == "prolongation"
    ]
    assert show(german_route.rows[-1].end) == "2026-06-10", "Fri 5 and Wed 10 June are the two sitting days after"
    done = {"approval by the Riksdag/committee": day("2026-05-29")}
    (swedish,) = [
        one
        for one in timelines(packaged(), Contribution("SWE", "assist", day("2026-05-04"), done=done), workdays("SWE"))
        if one.plan.route == "approval by the Riksdag"
    ]
    (report,) = [row for row in swedish.rows if row.step.id == "report"]
    assert (report.step.counts, report.latest) == (Counts.WORKING, day("2026-06-02")), "Mon 1, Tue 2 June"
