"""The holidays of the casebook, reckoned again by rules that had no part in making the table.

Easter is found by the paschal full moon of the golden number (valid from 1900 to 2199), the n-th weekday by a
calendar.
"""

from __future__ import annotations

import re
from calendar import monthcalendar
from datetime import date, timedelta

import pytest

from comity.casebook.steps import holidays
from comity.casebook.workdays import workdays

PUBLISHED = {2024: "2024-03-31", 2025: "2025-04-20", 2026: "2026-04-05", 2027: "2027-03-28", 2028: "2028-04-16"}
FEASTS = {
    -3: {"Maundy Thursday"},
    -2: {"Good Friday", "Långfredagen", "Goede Vrijdag"},
    1: {"Easter Monday", "Lundi de Pâques", "Annandag påsk", "Tweede Paasdag"},
    39: {"Ascension Day", "Ascension", "Kristi himmelsfärdsdag", "Hemelvaartsdag"},
    50: {"Whit Monday", "Lundi de Pentecôte", "Tweede Pinksterdag"},
    60: {"Corpus Christi"},
}
"""So many days after Easter Sunday."""
WEEKDAYS = {
    ("USA", "Birthday of Martin Luther King Jr."): (1, 0, 3), ("USA", "Washington's Birthday"): (2, 0, 3),
    ("USA", "Memorial Day"): (5, 0, -1), ("USA", "Labor Day"): (9, 0, 1), ("USA", "Columbus Day"): (10, 0, 2),
    ("USA", "Thanksgiving Day"): (11, 3, 4), ("JPN", "Coming of Age Day"): (1, 0, 2), ("JPN", "Marine Day"): (7, 0, 3),
    ("JPN", "Respect for the Aged Day"): (9, 0, 3), ("JPN", "Sports Day"): (10, 0, 2), ("CAN", "Labour Day"): (9, 0, 1),
    ("CAN", "Thanksgiving"): (10, 0, 2), ("GBR", "Early May bank holiday"): (5, 0, 1),
    ("GBR", "Spring bank holiday"): (5, 0, -1), ("GBR", "Summer bank holiday"): (8, 0, -1),
}  # fmt: skip
"""The month, the weekday (Monday is 0), and which one of them; -1 is the last."""
ONCE = re.compile("observed|substitute|citizens' holiday|made the like of")
MOVABLE = [one for one in holidays() if len(one.day) > 5]


def easter(year: int) -> date:
    golden = year % 19
    moon = (19 * golden + 24) % 30
    moon -= moon == 29 or (moon == 28 and golden > 10)
    full = date(year, 3, 21) + timedelta(moon)
    return full + timedelta(7 - (full.weekday() + 1) % 7)


def test_easter_is_reckoned_as_it_is_published() -> None:
    assert {year: easter(year).isoformat() for year in PUBLISHED} == PUBLISHED


@pytest.mark.parametrize("offset", FEASTS)
def test_feasts_follow_easter(offset: int) -> None:
    found = [one for one in MOVABLE if one.name in FEASTS[offset]]
    assert found
    for one in found:
        sunday = easter(int(one.day[:4]))
        assert (one.party, one.day) == (one.party, (sunday + timedelta(offset)).isoformat())
        assert one.source.endswith(f"Easter {sunday}"), one


def test_every_feast_is_one_that_is_reckoned() -> None:
    assert {one.name for one in MOVABLE if "Easter" in one.source} == set().union(*FEASTS.values())


@pytest.mark.parametrize(("party", "name"), WEEKDAYS)
def test_days_of_a_week_and_month_are_those_of_the_law(party: str, name: str) -> None:
    month, weekday, which = WEEKDAYS[party, name]
    found = [one for one in MOVABLE if (one.party, one.name) == (party, name)]
    assert {int(one.day[:4]) for one in found} == workdays(party).years
    for one in found:
        of_the_month = [week[weekday] for week in monthcalendar(int(one.day[:4]), month) if week[weekday]]
        assert one.day[5:] == f"{month:02}-{of_the_month[which if which < 0 else which - 1]:02}"


def test_midsummer_eve_is_the_friday_before_and_victoria_day_the_monday_before_the_25th() -> None:
    for one in MOVABLE:
        if one.name in {"Midsommarafton", "Midsummer Eve"}:
            day = date.fromisoformat(one.day)
            assert (day.month, day.weekday()) == (6, 4)
            assert 19 <= day.day <= 25
        if one.name == "Victoria Day":
            day = date.fromisoformat(one.day)
            assert (day.month, day.weekday()) == (5, 0)
            assert 18 <= day.day <= 24


@pytest.mark.parametrize("party", sorted({one.party for one in holidays()}))
def test_what_moves_stands_there_for_every_year_that_is_said_to_be_whole(party: str) -> None:
    years = workdays(party).years
    names = {one.name for one in MOVABLE if one.party == party and not ONCE.search(one.name)}
    for name in names:
        assert {int(one.day[:4]) for one in MOVABLE if (one.party, one.name) == (party, name)} >= years, name


def test_a_holiday_on_a_sunday_has_its_day_where_the_law_gives_one() -> None:
    for party in ("USA", "JPN"):
        work = workdays(party)
        for year in work.years:
            for one in holidays():
                day = date.fromisoformat(one.day if len(one.day) > 5 else f"{year}-{one.day}")
                closed = "closure" in one.name
                if one.party == party and day.year == year and day.isoweekday() == 7 and not closed:
                    assert any(work.holiday(day + timedelta(later)) for later in (1, 2, 3)), one


def test_no_day_of_a_party_stands_twice() -> None:
    stated = [(one.party, one.day) for one in holidays()]
    assert len(stated) == len(set(stated))
