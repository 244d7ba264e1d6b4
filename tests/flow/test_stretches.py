"""What is worked out once for a stretch of days is what it would be on each of them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.casebook.agreement import Agreement
from comity.casebook.book import casebook
from comity.casebook.outlines import points
from comity.flow import picture, picture_map, ties, turns
from comity.flow.stretches import Stretches
from comity.values.instant import ALWAYS, DAY, NEVER, Instant, Ragged
from comity.values.period import Period
from comity.values.truth import Truth

BOOK = casebook()
TURNS = sorted({day for turn in turns.turns(BOOK) for day in (turn.on.earliest, turn.on.latest)})
DAYS = [day for turn in TURNS[::9] for day in (turn - DAY, turn, turn + DAY)]
ENDS = st.tuples(st.integers(0, 12), st.integers(0, 3)).map(lambda end: Ragged(end[0], end[0] + end[1]))
PERIODS = st.tuples(ENDS | st.just(Period().start), ENDS | st.just(Period().end)).map(lambda ends: Period(*ends))


@given(st.lists(PERIODS, max_size=5), st.lists(st.sampled_from([ALWAYS, *range(-1, 18), NEVER]), max_size=20))
def test_a_stretch_answers_as_its_days_do(periods: list[Period], days: list[Instant]) -> None:
    kept = Stretches(periods, lambda day: [valid.holds(day) for valid in periods])
    assert [kept.on(day) for day in days] == [[valid.holds(day) for valid in periods] for day in days]


def test_a_stretch_is_worked_out_once() -> None:
    asked: list[Instant] = []
    kept = Stretches([Period(Ragged(3, 5), Ragged(9, 9))], asked.append)
    for day in (0, 2, 3, 4, 5, 8, 9, 100):
        kept.on(day)
    assert asked == [0, 3, 5, 9]


@pytest.mark.parametrize("agreement", BOOK.agreements.values(), ids=BOOK.agreements)
def test_what_ties_on_a_day_is_what_its_clauses_say_of_that_day(agreement: Agreement) -> None:
    afresh = replace(agreement)
    for day in DAYS[::4]:
        assert dict(ties.bound(agreement, BOOK, day)) == ties.bound(afresh, BOOK, day)
        assert [_plain(tie) for tie in ties.of(agreement, BOOK, day)] == [
            _plain(tie) for tie in ties.of(afresh, BOOK, day)
        ]


def _plain(tie: ties.Tie) -> tuple[object, ...]:
    return tie.clause.article, tie.kinds, tie.holds, dict(tie.bound), dict(tie.toward), tie.stops


@pytest.mark.parametrize("day", DAYS[::5])
def test_groups_parties_and_outlines_are_those_of_the_day(day: Instant) -> None:
    held = {
        group: {code for code, valid in rows if valid.holds(day) is not Truth.FALSE}
        for group, rows in BOOK.groups.items()
    }
    found = {one.group: {*one.members, *one.perhaps} for one in picture.groups(BOOK, day)}
    assert found == {group: members for group, members in held.items() if members}
    there, places = {one.code: one for one in picture.parties(BOOK, day)}, points(BOOK, day)
    assert set(there) == {code for code, one in BOOK.register.items() if one.acts.holds(day) is not Truth.FALSE}
    assert {code: one.point for code, one in there.items()} == {code: places.get(code) for code in there}
    assert all(one.sure is (BOOK.register[code].acts.holds(day) is Truth.TRUE) for code, one in there.items())


@pytest.mark.parametrize("day", DAYS[::5])
def test_a_map_names_each_outline_by_who_holds_it_that_day(day: Instant) -> None:
    drawn = picture_map.draw(BOOK, day, link=lambda code: f"/{code}").svg
    there = {one.code for one in picture.parties(BOOK, day)}
    leading = set(drawn.split('<a href="/')[1:])
    assert {text.partition('"')[0] for text in leading} <= there


@pytest.mark.parametrize("later", DAYS[::7])
def test_changes_are_the_turns_between(later: Instant) -> None:
    for earlier in (later - 400 * DAY, later - DAY, later, ALWAYS):
        every = [turn for turn in turns.turns(BOOK) if turn.on.latest > earlier and turn.on.earliest <= later]
        assert [one.turn for one in turns.changes(BOOK, earlier, later)] == every
