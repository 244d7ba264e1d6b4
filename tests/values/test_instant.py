"""Instants and ragged dates: what is read, what is refused, and that writing keeps the precision."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.errors import Malformed
from comity.values.instant import ALWAYS, DAY, NEVER, Ragged, exactly, instant, passed, ragged_date, show, show_ragged

READS = {
    "a day is its first instant": ("1970-01-02", exactly(DAY)),
    "a date of YAML": (date(1970, 1, 2), exactly(DAY)),
    "an instant in another zone": ("1970-01-02T02:00+02:00", exactly(DAY)),
    "a datetime of YAML": (datetime(1970, 1, 2, 2, tzinfo=timezone(timedelta(hours=2))), exactly(DAY)),
    "a year stands for all its days": (1970, Ragged(0, 364 * DAY)),
    "a year as text": ("1970", Ragged(0, 364 * DAY)),
    "a month stands for all its days": ("1970-02", Ragged(31 * DAY, 58 * DAY)),
    "a leap month": ("1972-02", Ragged(instant("1972-02-01"), instant("1972-02-29"))),
}


@pytest.mark.parametrize("case", READS.values(), ids=READS)
def test_dates_are_read(case: tuple[object, Ragged]) -> None:
    given_value, means = case
    assert ragged_date(given_value) == means


REFUSED = {
    "a time without a zone": "2004-03-29T12:00",
    "no such day": "2003-02-29",
    "no such month": "2003-13",
    "words": "last spring",
    "a boolean": True,
    "nothing": None,
    "a datetime without a zone": datetime(2004, 3, 29),
    "an instant before the year 1": "0001-01-01T00:00+14:00",
    "an instant after the year 9999": "9999-12-31T23:00-14:00",
}


@pytest.mark.parametrize("value", REFUSED.values(), ids=REFUSED)
def test_what_is_no_date_is_refused(value: object) -> None:
    with pytest.raises(Malformed) as refusal:
        ragged_date(value)
    assert refusal.value.next_step


def test_an_instant_may_not_be_ragged() -> None:
    with pytest.raises(Malformed, match="more than one day"):
        instant("2004-03")


@given(st.datetimes(min_value=datetime(1, 1, 1), max_value=datetime(9999, 12, 31), timezones=st.just(UTC)))
def test_an_instant_survives_writing(moment: datetime) -> None:
    assert instant(show(instant(moment))) == instant(moment)


@pytest.mark.parametrize("text", ["2004", "2004-03", "2004-03-29", "2004-03-29T12:30Z", "2004-03-29T12:30:05Z"])
def test_ragged_dates_keep_their_precision(text: str) -> None:
    assert show_ragged(ragged_date(text)) == text


ENDS = ("0001-01-01", "9999-12-31T23:59:59.999999Z")


@pytest.mark.parametrize("text", ENDS)
def test_the_first_and_the_last_instant_are_read_and_written(text: str) -> None:
    assert show(instant(text)) == text


STRETCHES = {
    "the first quarter of a year": ("2004-01-01", "2004-03-31"),
    "the rest of a year": ("2004-03-01", "2004-12-31"),
    "two years": ("2004-01-01", "2005-12-31"),
    "days of two months": ("2004-03-29", "2004-04-02"),
}


@pytest.mark.parametrize("case", STRETCHES.values(), ids=STRETCHES)
def test_what_is_no_year_and_no_month_is_written_from_its_first_to_its_last_day(case: tuple[str, str]) -> None:
    first, last = case
    assert show_ragged(Ragged(instant(first), instant(last))) == f"{first}..{last}"


def test_the_open_ends_are_the_numbers_that_books_hold() -> None:
    assert (ALWAYS, NEVER) == (-4_611_686_018_427_387_904, 4_611_686_018_427_387_904)


def test_open_ends_have_names() -> None:
    assert (show(ALWAYS), show(NEVER)) == ("always", "open")


def test_what_was_reckoned_beyond_all_dates_can_be_shown() -> None:
    assert show(instant("0001-01-01") - DAY) == "before the year 1"
    assert show(instant("9999-12-31") + DAY) == "after the year 9999"


PASSED = {"just before it": (-1, False), "at the deadline itself": (0, True), "just after it": (1, True)}


@pytest.mark.parametrize(("off", "late"), PASSED.values(), ids=PASSED)
def test_a_deadline_ends_a_half_open_period(off: int, late: bool) -> None:
    deadline = instant("2026-03-10T12:00Z")
    assert passed(deadline, deadline + off) is late
