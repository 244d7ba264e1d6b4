"""National steps: when each contribution may lawfully begin at the earliest, and what it waits for.

Rules:
1. A plan is one route by the state's own law; each of its routes that serves the duty is worked out, and none is chosen
   for the state.
2. A step begins when everything it waits for is over, and takes at least and at most so many days. Calendar days are
   counted as they come; working days leave out weekends and the holidays that are known; sitting days are those on
   which the parliament sits, as the asker states them.
3. What is not known is not filled in. A step of unknown length is over at the earliest when it begins; from there on
   the date is open, and says what would settle it. Days on which a parliament sits are not known unless stated.
4. The earliest lawful day is that on which the last step before is over. It is settled where every least duration on
   the way is known; else it is a day before which it cannot be.
5. A step that was done ends on the day it was done. A length that the asker states, or the state itself, stands in for
   one that is not known.
6. What is due after the beginning counts from the beginning: from the earliest lawful day, or from the day that is
   given.
7. The critical path are the steps whose ends the earliest day hangs on: one that takes longer makes it later, but for
   days that do not count anyway.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from comity.casebook.steps import Counts, Holiday, Phase, Plan, Step
from comity.instruments.consultation.facts import NationalStep
from comity.instruments.consultation.gathered import Facts
from comity.values.instant import DAY, Instant, show
from comity.values.party import PartyCode

_EPOCH = date(1970, 1, 1)
_FAR = 4000
Spells = Sequence[tuple[Instant, Instant]]


@dataclass(frozen=True, slots=True)
class Contribution:
    """What is asked: for a duty of a state, from which day its procedures can run.

    `done` says on which day a step of a route (`route/step`) was over; `sittings` when a parliament sits, as half-open
    spells; `begins` when the contribution is to begin, where that is fixed; `takes` how many days a step
    (`route/step`) takes, at least and at most.
    """

    party: PartyCode
    duty: str
    starts: Instant
    done: Mapping[str, Instant] = field(default_factory=dict)
    sittings: Mapping[PartyCode, Spells] = field(default_factory=dict)
    begins: Instant | None = None
    takes: Mapping[str, tuple[int, int | None]] = field(default_factory=dict)


def stated(facts: Facts, ask: Contribution) -> Contribution:
    """The same question, with what the state itself has said of its steps, as far as the audience may read it."""
    own = [one for one in facts.of(NationalStep) if one.stamp.by == ask.party]
    done = {f"{one.route}/{one.step}": one.done for one in own if one.done is not None}
    takes = {f"{one.route}/{one.step}": one.takes for one in own if one.takes is not None}
    return replace(ask, done={**done, **ask.done}, takes={**takes, **ask.takes})


@dataclass(frozen=True, slots=True)
class Row:
    """A step on the timeline: from when, until when at the earliest and at the latest (None is open)."""

    step: Step
    start: Instant
    end: Instant
    latest: Instant | None
    waits_for: tuple[str, ...]
    critical: bool
    open: str | None
    done: bool


@dataclass(frozen=True, slots=True)
class Timeline:
    """One route worked out: its rows, the earliest lawful day, and whether that is settled."""

    plan: Plan
    rows: tuple[Row, ...]
    earliest: Instant
    settled: bool
    latest: Instant | None
    settles: tuple[str, ...]

    @property
    def says(self) -> str:
        """The answer in words."""
        if self.settled:
            return f"may begin on {show(self.earliest)} at the earliest"
        return f"open, and not before {show(self.earliest)}"


def timelines(plans: Iterable[Plan], ask: Contribution, holidays: Iterable[Holiday] = ()) -> tuple[Timeline, ...]:
    """Every route of a state that serves a duty, the earliest first and settled before open ones: rules 1 to 7.

    Args:
        plans: the plans that are known.
        ask: whose duty, from when, and what is known of it.
        holidays: the holidays that are known.
    """
    own = frozenset(one.day for one in holidays if one.party == ask.party)
    found = [_timeline(plan, ask, own) for plan in plans if plan.party == ask.party and ask.duty in plan.duties]
    return tuple(sorted(found, key=lambda one: (not one.settled, one.earliest, one.plan.route)))


@dataclass(slots=True)
class _Span:
    """A step in the making."""

    start: Instant
    end: Instant
    latest: Instant | None
    open: str | None
    done: bool


def _timeline(plan: Plan, ask: Contribution, holidays: frozenset[str]) -> Timeline:
    spans: dict[str, _Span] = {}
    for step in plan.steps:
        if step.phase is Phase.BEFORE:
            spans[step.id] = _span(step, [spans[name] for name in step.after], plan, ask, holidays)
    earliest = max((span.end for span in spans.values()), default=ask.starts)
    critical = _critical(plan, spans, earliest)
    begins = earliest if ask.begins is None else max(earliest, ask.begins)
    for step in plan.steps:
        if step.phase is Phase.AFTER:
            spans[step.id] = _due(step, [spans[name] for name in step.after], begins, plan, ask)
    rows = tuple(_row(step, spans[step.id], step.id in critical) for step in plan.steps)
    before = [spans[step.id] for step in plan.steps if step.phase is Phase.BEFORE]
    settles = tuple(span.open for span in before if span.open is not None)
    latest = (
        None if any(span.latest is None for span in before) else max((s.latest or 0 for s in before), default=earliest)
    )
    return Timeline(plan, rows, earliest, not settles, latest, settles)


def _row(step: Step, span: _Span, critical: bool) -> Row:
    return Row(step, span.start, span.end, span.latest, step.after, critical, span.open, span.done)


def _span(step: Step, before: Sequence[_Span], plan: Plan, ask: Contribution, holidays: frozenset[str]) -> _Span:
    """A step before the beginning: rules 2, 3 and 5."""
    start = max((span.end for span in before), default=ask.starts)
    known = ask.done.get(f"{plan.route}/{step.id}")
    if known is not None:
        return _Span(min(start, known), known, known, None, True)
    late_start = (
        None if any(span.latest is None for span in before) else max((s.latest or 0 for s in before), default=start)
    )
    spells = ask.sittings.get(plan.party)
    step = _stated_length(step, plan, ask)
    if step.least is None:
        return _Span(start, start, None, f"how long this takes: {step.by}, {step.says}", False)
    end = counted(start, step.least, step.counts, holidays, spells)
    if end is None:
        return _Span(start, start, None, f"on which days it sits: {step.by}", False)
    latest = (
        None
        if late_start is None or step.most is None
        else counted(late_start, step.most, step.counts, holidays, spells)
    )
    return _Span(start, end, latest, None, False)


def _due(step: Step, before: Sequence[_Span], begins: Instant, plan: Plan, ask: Contribution) -> _Span:
    """What is due after the beginning, or after another such step: rule 6."""
    start = max((span.end for span in before), default=begins)
    known = ask.done.get(f"{plan.route}/{step.id}")
    if known is not None:
        return _Span(min(start, known), known, known, None, True)
    step = _stated_length(step, plan, ask)
    if step.least is None:
        return _Span(start, start, None, f"by when: {step.by}, {step.says}", False)
    return _Span(start, start + step.least * DAY, None if step.most is None else start + step.most * DAY, None, False)


def _stated_length(step: Step, plan: Plan, ask: Contribution) -> Step:
    """The step with the length that was stated for it: rule 5."""
    takes = ask.takes.get(f"{plan.route}/{step.id}")
    return step if takes is None else replace(step, least=takes[0], most=takes[1])


def counted(start: Instant, days: int, counts: Counts, holidays: frozenset[str], sittings: Spells | None) -> Instant | None:  # noqa: E501  # fmt: skip
    """The instant after so many days from a start, of those that count; None where it is not known which do.

    No days are over at once; with n days, the last one that counts is the n-th after the start's own day.
    """
    if counts is Counts.CALENDAR or days == 0:
        return start + days * DAY
    if counts is Counts.SITTING and sittings is None:
        return None
    at, left = start, days
    for _ in range(_FAR):
        at += DAY
        left -= _counts(at, counts, holidays, sittings or ())
        if left == 0:
            return at
    return None


def _counts(at: Instant, counts: Counts, holidays: frozenset[str], sittings: Spells) -> bool:
    """Whether a day counts."""
    if counts is Counts.SITTING:
        return any(first <= at < last for first, last in sittings)
    day = _EPOCH + timedelta(days=at // DAY)
    return day.weekday() < 5 and day.isoformat() not in holidays and f"{day:%m-%d}" not in holidays


def _critical(plan: Plan, spans: Mapping[str, _Span], earliest: Instant) -> set[str]:
    """Rule 7: back from the last step, along what each had to wait for."""
    found: set[str] = set()
    wanted = [(step.id, earliest) for step in plan.steps if step.id in spans and spans[step.id].end == earliest]
    waits = {step.id: step.after for step in plan.steps}
    while wanted:
        name, end = wanted.pop()
        if name not in found and spans[name].end == end:
            found.add(name)
            wanted += [(before, spans[name].start) for before in waits[name]]
    return found
