"""What is made of periods, worked out once for each stretch of days between two of their turns.

Rules:
1. Whether a period holds is the same on every day from one turn to the next; a turn is an end of it, and of a ragged
   end the first and the last day it may be. What is made of nothing but such answers is the same as well.
2. It is made when it is first asked for, on the day that is asked, and kept: at most once for each stretch.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

from comity.values.instant import Instant
from comity.values.period import Period

T = TypeVar("T")


class Stretches(Generic[T]):
    """Values by day.

    Args:
        periods: all that the values rest on.
        make: what makes the value of a day, of nothing but whether these periods hold on it.
    """

    def __init__(self, periods: Iterable[Period], make: Callable[[Instant], T]) -> None:
        ends = (end for valid in set(periods) for end in (valid.start, valid.end))
        self._turns = sorted({day for end in ends for day in (end.earliest, end.latest)})
        self._make = make
        self._made: dict[int, T] = {}

    def on(self, day: Instant) -> T:
        """The value of a day."""
        stretch = bisect_right(self._turns, day)
        if stretch not in self._made:
            self._made[stretch] = self._make(day)
        return self._made[stretch]
