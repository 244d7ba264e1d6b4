"""Timing: the median of several goes, and a line that says it beside its goal and its peer."""

from __future__ import annotations

from collections.abc import Callable
from statistics import median
from time import perf_counter
from typing import NamedTuple


class Line(NamedTuple):
    """One figure: seconds of ours, the goal in seconds, and a peer's seconds in the same run, where there is one."""

    what: str
    ours: float
    goal: float | None = None
    peer: str | None = None
    theirs: float | None = None
    times: float | None = None

    @property
    def met(self) -> bool:
        """Whether the goal is met, and the ratio to the peer where one is asked for."""
        fast = self.goal is None or self.ours <= self.goal
        ahead = self.times is None or self.theirs is None or self.theirs / self.ours >= self.times
        return fast and ahead

    def __str__(self) -> str:
        """Write it for people."""
        goal = "" if self.goal is None else f"goal {shown(self.goal)}"
        beside = (
            "" if self.theirs is None else f"{self.peer} {shown(self.theirs)}, {self.theirs / self.ours:.2f} times ours"
        )
        wanted = "" if self.times is None else f" (wanted {self.times:g})"
        return f"{'met ' if self.met else 'MISS'}  {self.what:<58} {shown(self.ours):>9}  {goal:<14} {beside}{wanted}"


def shown(seconds: float) -> str:
    """Seconds in the unit that suits them."""
    for unit, size in (("s", 1.0), ("ms", 1e-3)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds * 1e6:.3g} us"


def timed(act: Callable[[], object], goes: int = 9, warm: int = 1) -> float:
    """The median time of an act, after some goes that do not count."""
    for _ in range(warm):
        act()
    taken = []
    for _ in range(goes):
        begun = perf_counter()
        act()
        taken.append(perf_counter() - begun)
    return median(taken)


def beside(ours: Callable[[], object], theirs: Callable[[], object], goes: int) -> tuple[float, float]:
    """The median times of two acts done in turn, so that a change of the machine's mood meets both."""
    taken: list[list[float]] = [[], []]
    for _ in range(goes):
        for act, times in zip((ours, theirs), taken, strict=True):
            begun = perf_counter()
            act()
            times.append(perf_counter() - begun)
    return median(taken[0]), median(taken[1])
