"""Half-open periods, ragged ends and Kleene's tables."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.errors import Malformed
from comity.values.instant import instant, ragged_date
from comity.values.period import OPEN, Period, period
from comity.values.truth import Truth, all_of, any_of, truth

F, U, T = Truth.FALSE, Truth.UNKNOWN, Truth.TRUE

CASES = {
    "on its first day": ("2004-03-29", None, "2004-03-29", T),
    "the day before": ("2004-03-29", None, "2004-03-28", F),
    "on its last day no longer": (None, "2004-03-29", "2004-03-29", F),
    "an instant before its end": (None, "2004-03-29", "2004-03-28T23:59:59Z", T),
    "somewhere in the year it began": ("2004", None, "2004-07-01", U),
    "on the first day of that year": ("2004", None, "2004-01-01", U),
    "on the last day of that year": ("2004", None, "2004-12-31", T),
    "before that year": ("2004", None, "2003-12-31", F),
    "in the month it ended": (None, "2004-03", "2004-03-10", U),
    "on the first day of the month it ended": (None, "2004-03", "2004-03-01", U),
    "on the last day of the month it ended": (None, "2004-03", "2004-03-31", F),
    "the day before the month it ended": (None, "2004-03", "2004-02-29", T),
    "an empty period never": ("2004-03-29", "2004-03-29", "2004-03-29", F),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_period_holds_half_open_and_says_when_it_cannot_tell(case: tuple[object, object, str, Truth]) -> None:
    start, end, day, holds = case
    assert period(start, end).holds(instant(day)) is holds


def test_a_period_may_not_end_before_it_begins() -> None:
    with pytest.raises(Malformed, match="before it begins"):
        period("2004-03-29", "2004-03-28")


def test_the_open_period_always_holds() -> None:
    assert OPEN.holds(0) is T


truths = st.sampled_from(Truth)


@given(st.lists(truths), st.lists(truths))
def test_de_morgan_holds_in_three_values(some: list[Truth], more: list[Truth]) -> None:
    values = some + more
    assert ~all_of(values) is any_of(~value for value in values)


@given(st.lists(truths, min_size=1), st.booleans(), st.integers(min_value=0))
def test_settling_an_unknown_never_turns_a_settled_answer(values: list[Truth], settled: bool, place: int) -> None:
    index = place % len(values)
    filled = [truth(settled) if i == index and value is U else value for i, value in enumerate(values)]
    for fold in (all_of, any_of):
        if fold(values) is not U:
            assert fold(filled) is fold(values)


def test_ends_that_may_lie_in_order_are_taken() -> None:
    assert period("2004-06", "2004") == Period(ragged_date("2004-06"), ragged_date("2004"))
    assert period("2004", "2004-06-30") == Period(ragged_date("2004"), ragged_date("2004-06-30"))
