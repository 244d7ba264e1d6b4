"""Which days a party works: its weekend, its holidays, and the years of which all its holidays are known."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.resources import files

from comity.casebook.steps import holidays
from comity.values.party import PartyCode

_SATURDAY_SUNDAY = frozenset({6, 7})


@dataclass(frozen=True, slots=True)
class Workdays:
    """A party's working days, as far as they are known.

    `weekend` holds days of the week, Monday is 1; None is not known, and then Saturday and Sunday are taken for it.
    `holidays` are named by the day of each year (10-03) or of one (2026-05-14). `years` are those all of whose holidays
    are among them.
    """

    party: PartyCode
    weekend: frozenset[int] | None = None
    holidays: Mapping[str, str] = field(default_factory=dict)
    years: frozenset[int] = frozenset()

    def is_weekend(self, day: date) -> bool:
        """Whether a day belongs to the weekend."""
        return day.isoweekday() in (_SATURDAY_SUNDAY if self.weekend is None else self.weekend)

    def holiday(self, day: date) -> str | None:
        """The holiday that a day is, as far as is known."""
        return self.holidays.get(day.isoformat()) or self.holidays.get(f"{day:%m-%d}")

    def unknown(self, first: date, last: date) -> str | None:
        """What would have to be known to count the days between two for certain; None where nothing is missing."""
        if self.weekend is None:
            return f"on which days of the week {self.party} works, and its holidays"
        missing = [str(year) for year in range(first.year, last.year + 1) if year not in self.years]
        return f"all holidays of {self.party} in {', '.join(missing)}" if missing else None


@cache
def workdays(party: PartyCode) -> Workdays:
    """A party's working days, as the casebook knows them."""
    text = files("comity.casebook").joinpath("working_weeks.csv").read_text("utf-8")
    row = next((row for row in csv.DictReader(text.splitlines()) if row["party"] == party), None)
    named = {one.day: one.name for one in holidays() if one.party == party}
    if row is None:
        return Workdays(party, None, named)
    return Workdays(
        party, frozenset(map(int, row["weekend"].split())), named, frozenset(map(int, row["years"].split()))
    )
