"""Half-open periods of validity whose ends may be ragged.

Rules:
1. A period holds from its first instant and no longer at its last: `[start, end)`.
2. On a day that only some readings of a ragged end allow, whether it holds is unknown.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from comity.errors import Malformed
from comity.values.instant import ALWAYS, NEVER, Instant, Ragged, exactly, ragged_date, show_ragged
from comity.values.truth import Truth

_ALWAYS = exactly(ALWAYS)
_NEVER = exactly(NEVER)


@dataclass(frozen=True, slots=True)
class Period:
    """`[start, end)`; either end may be open."""

    start: Ragged = _ALWAYS
    end: Ragged = _NEVER

    def holds(self, at: Instant) -> Truth:
        """Whether the period holds at an instant: rules 1 and 2."""
        if at < self.start.earliest or at >= self.end.latest:
            return Truth.FALSE
        if at >= self.start.latest and at < self.end.earliest:
            return Truth.TRUE
        return Truth.UNKNOWN

    def __str__(self) -> str:
        """Write the period for people."""
        return _words(self)


@lru_cache(maxsize=4096)
def _words(valid: Period) -> str:
    return f"{show_ragged(valid.start)} to {show_ragged(valid.end)}"


OPEN = Period()


def period(start: object = None, end: object = None) -> Period:
    """Read a period from its two ends; None is open.

    Raises:
        Malformed: an end is no date, or the period ends before it can begin.
    """
    if start is None and end is None:
        return OPEN
    first = exactly(ALWAYS) if start is None else ragged_date(start)
    last = exactly(NEVER) if end is None else ragged_date(end)
    if last.latest < first.earliest:
        raise Malformed(
            f"the period ends ({show_ragged(last)}) before it begins ({show_ragged(first)})",
            next_step="set `until` to a day after `from`",
        )
    return Period(first, last)
