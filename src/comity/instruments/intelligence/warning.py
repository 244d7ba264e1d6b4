"""Indications and warning: how active the indicators of a problem are, by which reports, and what would change it.

Rules:
1. A problem, its levels and the needs of its indicators are data, stated by whoever keeps it; another's statement under
   the same name is none of it. Of what its keeper states twice, the later one stands.
2. A report bears on an indicator as its author says (`bears_on`), unless the keeper says otherwise
   (`warning-assessed`).
3. An indicator is active when as many independent reports show activity as its need asks (`corroboration`); inactive
   when as many show that there is none; conflicting when both; below the threshold when neither. Nothing is weighed
   against anything else, and nothing is averaged.
4. Where a need may be met or not, the state cannot be told, and the states it may be are named.
5. A level is reached when its indicators are active. A conflicting indicator, one that cannot be told, and one that is
   not available here leave it open. The problem stands at the highest level that is reached; between two, where a
   higher one is open.
6. What would change it is found by supposing it: a report is named only if another grade, day, source or reading of it
   would change a count. What is certain names the day on which it lapses unless it is reported anew.
7. That nothing is reported is not that nothing happens: below the threshold and inactive are two states.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import product
from typing import TypeVar

from comity.errors import Impossible, Malformed
from comity.instruments.intelligence import corroboration
from comity.instruments.intelligence.changes import Change, changes
from comity.instruments.intelligence.corroboration import Counted, count
from comity.instruments.intelligence.lineage import Graph, graph
from comity.instruments.intelligence.reported import (
    ASSESSED,
    INDICATOR,
    PROBLEM,
    Assessed,
    Indicator,
    Level,
    Problem,
    Report,
    Shows,
)
from comity.instruments.intelligence.reported_gathered import SHORTEST, Facts, Unread, gather
from comity.values.instant import Instant
from comity.values.label import Label
from comity.values.stated import Reading
from comity.values.truth import Truth, all_of, truth

SEARCHED = (*corroboration.SEARCHED, PROBLEM, INDICATOR, ASSESSED)
"""The kinds of fact that an answer rests on."""
T = TypeVar("T", Indicator, Problem, Assessed)


class State(StrEnum):
    """How active an indicator is."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    CONFLICTING = "conflicting"
    BELOW = "below the threshold"
    OPEN = "cannot be told"


@dataclass(frozen=True, slots=True)
class Sign:
    """An indicator as it stands: the state, or those it may be; both counts, and what would change it."""

    indicator: Indicator
    state: State
    may_be: tuple[State, ...]
    activity: Counted
    no_activity: Counted
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Reached:
    """Whether a level is reached, and by which of its indicators it is not."""

    level: Level
    result: Truth
    lacks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Warned:
    """A warning problem as it stands at an instant; `levels` are those it may stand at, the lowest first."""

    problem: Problem
    at: Instant
    levels: tuple[str, ...]
    reached: tuple[Reached, ...]
    signs: tuple[Sign, ...]
    graph: Graph
    unread: tuple[Unread, ...]
    label: Label


def problems(facts: Facts) -> tuple[Problem, ...]:
    """The warning problems of which an audience knows, by name and keeper: rule 1."""
    return tuple(sorted(_latest(facts.of(Problem), lambda one: (one.stamp.by, one.name)), key=_by_name))


def _by_name(one: Problem) -> tuple[str, str]:
    return one.name, one.stamp.by


def named(text: str, facts: Facts) -> Problem:
    """The problem that a name, or the first digits of its address, mean.

    Raises:
        Impossible: none does, that this audience may read.
        Malformed: several parties keep one of this name.
    """
    every = problems(facts)
    found = [one for one in every if text == one.name]
    found = found or [one for one in every if len(text) >= SHORTEST and one.stamp.id.startswith(text)]
    if not found:
        step = "`comity intel warn` lists those that are"
        raise Impossible(f"no warning problem {text} is available", next_step=step)
    if len(found) > 1:
        keepers = ", ".join(f"{one.stamp.id[:8]} by {one.stamp.by}" for one in found)
        raise Malformed(f"{text} names {len(found)} warning problems", next_step=f"give the id: {keepers}")
    return found[0]


def warning(reading: Reading, name: str, at: Instant) -> Warned:
    """How a warning problem stands.

    Args:
        reading: what the audience may read.
        name: the problem.
        at: the instant asked about; reports observed later do not count.

    Raises:
        Impossible: there is no such problem here.
        Malformed: several are called so.
    """
    return stands(named(name, facts := gather(reading, SEARCHED)), facts, at)


def stands(problem: Problem, facts: Facts, at: Instant) -> Warned:
    """How a problem stands by gathered facts: rules 2 to 7."""
    ties = graph(facts)
    own = [one for one in facts.of(Indicator) if (one.stamp.by, one.problem) == (problem.stamp.by, problem.name)]
    watched = sorted(_latest(own, lambda one: one.name), key=lambda one: one.name)
    signs = tuple(_sign(one, problem, facts, ties, at) for one in watched)
    active = {one.indicator.name: _active(one) for one in signs}
    reached = tuple(Reached(one, _reached(one, active), _lacks(one, active)) for one in problem.levels)
    return Warned(problem, at, _levels(problem, reached), reached, signs, ties, facts.unread, facts.label)


def _latest(given: Iterable[T], key: object) -> list[T]:
    """Of each name, what was stated last by the clock of whoever states it: rule 1."""
    found: dict[object, T] = {}
    for one in sorted(given, key=lambda one: (one.stamp.signed, one.stamp.id)):
        found[key(one)] = one  # type: ignore[operator]  # a function of one
    return list(found.values())


def shown(problem: Problem, indicator: str, facts: Facts) -> dict[str, Shows]:
    """What each report shows of an indicator: rule 2."""
    found = {
        one.stamp.id: bearing.shows
        for one in facts.of(Report)
        for bearing in one.bears_on
        if (bearing.problem, bearing.indicator) == (problem.name, indicator)
    }
    said = (one for one in facts.of(Assessed) if (one.stamp.by, one.problem) == (problem.stamp.by, problem.name))
    for one in sorted(said, key=lambda one: (one.stamp.signed, one.stamp.id)):
        if one.indicator == indicator:
            meant = [report.stamp.id for report in facts.of(Report) if one.report in {report.stamp.id, report.thing}]
            found.update(dict.fromkeys(meant, one.shows))
    return found


def _sign(indicator: Indicator, problem: Problem, facts: Facts, ties: Graph, at: Instant) -> Sign:
    shows = shown(problem, indicator.name, facts)
    sides = []
    for what, need in ((Shows.ACTIVITY, indicator.active), (Shows.NO_ACTIVITY, indicator.inactive)):
        among = [name for name, one in shows.items() if one is what]
        found = count(ties, among, need, at)
        sides.append((found, found.reaches(need.independent), changes(ties, among, need, at, what)))
    (activity, active, one), (nothing, inactive, other) = sides
    may_be = tuple(dict.fromkeys(_state(a, i) for a, i in product(_ways(active), _ways(inactive))))
    state = may_be[0] if len(may_be) == 1 else State.OPEN
    return Sign(indicator, state, may_be, activity, nothing, (*one, *other))


def _ways(result: Truth) -> tuple[bool, ...]:
    return (True, False) if result is Truth.UNKNOWN else (result is Truth.TRUE,)


_STATES: Mapping[tuple[bool, bool], State] = {
    (True, True): State.CONFLICTING, (True, False): State.ACTIVE, (False, True): State.INACTIVE,
    (False, False): State.BELOW,
}  # fmt: skip


def _state(active: bool, inactive: bool) -> State:
    return _STATES[active, inactive]


def _active(sign: Sign) -> Truth:
    """Whether an indicator is active, as levels ask: rule 5."""
    if sign.state is State.ACTIVE:
        return Truth.TRUE
    return Truth.UNKNOWN if {State.ACTIVE, State.CONFLICTING} & set(sign.may_be) else Truth.FALSE


def _reached(level: Level, active: Mapping[str, Truth]) -> Truth:
    every = all_of(active.get(name, Truth.UNKNOWN) for name in level.all_of)
    some = [active.get(name, Truth.UNKNOWN) for name in level.of]
    surely, perhaps = sum(one is Truth.TRUE for one in some), sum(one is not Truth.FALSE for one in some)
    enough = truth(surely >= level.at_least) if surely >= level.at_least or perhaps < level.at_least else Truth.UNKNOWN
    return min(every, enough)


def _lacks(level: Level, active: Mapping[str, Truth]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for one in (*level.all_of, *level.of) if active.get(one) is not Truth.TRUE))


def _levels(problem: Problem, reached: tuple[Reached, ...]) -> tuple[str, ...]:
    """The levels it may stand at, the lowest first: rule 5."""
    return tuple(dict.fromkeys(reversed(list(_from_highest(problem, reached)))))


def _from_highest(problem: Problem, reached: tuple[Reached, ...]) -> Iterator[str]:
    for one in reached:
        if one.result is not Truth.FALSE:
            yield one.level.name
        if one.result is Truth.TRUE:
            return
    yield problem.otherwise
