"""Instants and ragged dates.

An instant is an integer: microseconds since 1970-01-01T00:00Z. A ragged date is a date of which only the year, or the
year and month, may be known: it stands for every day it allows, as the pair (earliest, latest) of instants.

Rules:
1. A day means its first instant, 00:00Z.
2. A time without a zone is refused: it would mean different instants to different readers. So is one that in UTC lies
   in no year from 1 to 9999.
3. `ALWAYS` lies before and `NEVER` after every instant that can be written.
4. A deadline ends a half-open period: what comes before it is in time, what comes at it or after it is late.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from comity.errors import Malformed

Instant = int

ALWAYS: Instant = -(2**62)
NEVER: Instant = 2**62
SECOND: Instant = 1_000_000
HOUR: Instant = 3600 * SECOND
DAY: Instant = 24 * HOUR

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST, _LAST = (
    (end.replace(tzinfo=UTC) - _EPOCH) // timedelta(microseconds=1) for end in (datetime.min, datetime.max)
)
_RAGGED = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_ALLOWED = "a date (2004-03-29, 2004-03 or 2004) or an instant with a zone (2004-03-29T12:00Z)"


@dataclass(frozen=True, slots=True, order=True)
class Ragged:
    """A date known only to a day, month or year: some instant from `earliest` to `latest`, both included."""

    earliest: Instant
    latest: Instant

    @property
    def exact(self) -> bool:
        """Whether one instant is meant."""
        return self.earliest == self.latest


def exactly(instant: Instant) -> Ragged:
    """The ragged date that is not ragged."""
    return Ragged(instant, instant)


def instant(value: object) -> Instant:
    """Read an instant from a date, a datetime with zone, or ISO text; a ragged date is refused.

    Raises:
        Malformed: the value is no instant, or allows more than one.
    """
    ragged = ragged_date(value)
    if not ragged.exact:
        raise Malformed(f"{value!r} allows more than one day", next_step="write the whole date, as 2004-03-29")
    return ragged.earliest


def ragged_date(value: object) -> Ragged:
    """Read a ragged date from an int (a year), a date, a datetime with zone, or ISO text.

    Raises:
        Malformed: the value is none of these, names no real day, or is a time without zone (rule 2).
    """
    if isinstance(value, datetime):
        return exactly(_of_datetime(value))
    if isinstance(value, date):
        return exactly(_of_day(value.year, value.month, value.day))
    if isinstance(value, int) and not isinstance(value, bool):
        return _of_text(f"{value:04d}")
    if isinstance(value, str):
        return _of_text(value.strip())
    raise Malformed(f"{value!r} is no date", next_step=f"write {_ALLOWED}")


def _of_text(text: str) -> Ragged:
    match = _RAGGED.fullmatch(text)
    try:
        if match is None:
            return exactly(_of_datetime(datetime.fromisoformat(text)))
        year, month, day = match.groups()
        if day is not None:
            return exactly(_of_day(int(year), int(month), int(day)))
        if month is not None:
            last = calendar.monthrange(int(year), int(month))[1]
            return Ragged(_of_day(int(year), int(month), 1), _of_day(int(year), int(month), last))
        return Ragged(_of_day(int(year), 1, 1), _of_day(int(year), 12, 31))
    except (ValueError, IndexError) as error:
        raise Malformed(f"{text!r} is no date: {error}", next_step=f"write {_ALLOWED}") from error


def _of_datetime(value: datetime) -> Instant:
    if value.tzinfo is None:
        raise Malformed(f"{value.isoformat()} has no zone", next_step="end it with Z, or an offset such as +02:00")
    found = (value - _EPOCH) // timedelta(microseconds=1)
    if not _FIRST <= found <= _LAST:
        raise Malformed(
            f"{value.isoformat()} lies in UTC before the year 1 or after 9999", next_step=f"write {_ALLOWED}"
        )
    return found


def _of_day(year: int, month: int, day: int) -> Instant:
    return _of_datetime(datetime(year, month, day, tzinfo=UTC))


def passed(deadline: Instant, at: Instant) -> bool:
    """Whether a deadline has passed at an instant; at the deadline itself it has: rule 4."""
    return at >= deadline


def show(value: Instant) -> str:
    """Write an instant as ISO 8601 in UTC: the day alone when it is midnight, and no more digits than needed."""
    if value <= ALWAYS:
        return "always"
    if value >= NEVER:
        return "open"
    if not _FIRST <= value <= _LAST:  # no date that can be written, but years of notice or travel may lead there
        return "before the year 1" if value < _FIRST else "after the year 9999"
    moment = _EPOCH + timedelta(microseconds=value)
    if value % DAY == 0:
        return moment.date().isoformat()
    spec = "microseconds" if moment.microsecond else "seconds" if moment.second else "minutes"
    return moment.replace(tzinfo=None).isoformat(timespec=spec) + "Z"


def show_ragged(value: Ragged) -> str:
    """Write a ragged date with the precision it has: 2004, 2004-03 or 2004-03-29."""
    if value.exact:
        return show(value.earliest)
    first, last = show(value.earliest), show(value.latest)
    if first.endswith("-01-01") and last == f"{first[:4]}-12-31":
        return first[:4]
    return first[:7] if first[:7] == last[:7] else f"{first}..{last}"
