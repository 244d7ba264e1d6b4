"""How days are counted: as they come, as working days, or as days on which a parliament sits.

Rules:
1. No days are over at once; with n days, the last one that counts is the n-th after the start's own day.
2. Working days leave out the party's weekend and holidays; the holidays left out are told. Where the weekend or all
   holidays of a year are not known, what is known is left out, the day is one before which it cannot be, and what is
   missing is told.
3. Sitting days are not known unless stated.
4. What takes more than some ten years, or runs to the end of the calendar, is not counted out.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from comity.casebook.steps import Counts
from comity.casebook.workdays import Workdays
from comity.values.instant import DAY, Instant

_EPOCH = date(1970, 1, 1)
_FAR, _LAST = 4000, (date.max - _EPOCH).days
Spells = Sequence[tuple[Instant, Instant]]


class Counted(NamedTuple):
    """Until when so many days last, the holidays left out on the way, and what is not known for certain."""

    end: Instant
    skipped: tuple[tuple[str, str], ...] = ()
    unknown: str | None = None


def counted(start: Instant, days: int, counts: Counts, work: Workdays, sittings: Spells | None) -> Counted | None:
    """Until when so many days last from a start: rules 1 to 4; None where it cannot be counted out."""
    if counts is Counts.CALENDAR or days == 0:
        return Counted(start + days * DAY)
    if counts is Counts.SITTING:
        return None if sittings is None else _sitting(start, days, sittings)
    return _working(start, days, work)


def _sitting(start: Instant, days: int, sittings: Spells) -> Counted | None:
    at, left = start, days
    for _ in range(_FAR):
        at += DAY
        left -= any(first <= at < last for first, last in sittings)
        if left == 0:
            return Counted(at)
    return None


def _working(start: Instant, days: int, work: Workdays) -> Counted | None:
    """Rule 2."""
    first, left, skipped = start // DAY, days, list[tuple[str, str]]()
    for passed in range(1, min(_FAR, _LAST - first + 1)):
        day = _day(first + passed)
        name = None if work.is_weekend(day) else work.holiday(day)
        if name is not None:
            skipped.append((day.isoformat(), name))
        elif not work.is_weekend(day):
            left -= 1
        if left == 0:
            unknown = work.unknown(_day(first + 1), day)
            return Counted(start + passed * DAY, tuple(skipped), unknown)
    return None


def _day(number: int) -> date:
    """The day of a number; the first of 1970 is 0."""
    return _EPOCH + timedelta(days=number)
