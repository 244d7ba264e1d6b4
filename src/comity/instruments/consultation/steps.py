"""National steps: when each contribution may lawfully begin at the earliest, and what it waits for.

Rules:
1. A plan is one route by the state's own law; each of its routes that serves the duty is worked out, and none is chosen
   for the state.
2. A step begins when everything it waits for is over, and takes at least and at most so many days, which are counted
   as `counting` says: as they come, as working days, or as days on which the parliament sits. Where working days run
   through a year not all of whose holidays are known, the date is open, and says so.
3. What is not known is not filled in. A step of unknown length is over at the earliest when it begins; from there on
   the date is open, and says what would settle it. Days on which a parliament sits are not known unless stated.
4. The earliest lawful day is that on which the last step before is over. It is settled where every least duration on
   the way is known; else it is a day before which it cannot be.
5. A step that was done ends on the day it was done. A length that the asker states, or the state itself, stands in for
   that of the plan, and so does what days it counts.
6. What is due after the beginning counts from the beginning: from the earliest lawful day, or from the day that is
   given.
7. The critical path are the steps whose ends the earliest day hangs on: one that takes longer makes it later, but for
   days that do not count anyway.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from comity.casebook.steps import Counts, Phase, Plan, Step
from comity.casebook.workdays import Workdays
from comity.instruments.consultation.counting import Spells, counted
from comity.instruments.consultation.facts import NationalStep
from comity.instruments.consultation.gathered import Facts
from comity.values.instant import Instant, show
from comity.values.party import PartyCode


@dataclass(frozen=True, slots=True)
class Contribution:
    """What is asked: for a duty of a state, from which day its procedures can run.

    `done` says on which day a step of a route (`route/step`) was over; `sittings` when a parliament sits, as half-open
    spells; `begins` when the contribution is to begin, where that is fixed; `takes` how many days a step
    (`route/step`) takes, at least and at most; `counts` which days those are, where they are not the plan's.
    """

    party: PartyCode
    duty: str
    starts: Instant
    done: Mapping[str, Instant] = field(default_factory=dict)
    sittings: Mapping[PartyCode, Spells] = field(default_factory=dict)
    begins: Instant | None = None
    takes: Mapping[str, tuple[int, int | None]] = field(default_factory=dict)
    counts: Mapping[str, Counts] = field(default_factory=dict)


def stated(facts: Facts, ask: Contribution) -> Contribution:
    """The same question, with what the state itself has said of its steps, as far as the audience may read it."""
    own = [one for one in facts.of(NationalStep) if one.stamp.by == ask.party]
    done = {f"{one.route}/{one.step}": one.done for one in own if one.done is not None}
    last = {f"{one.route}/{one.step}": one for one in own if one.takes is not None}
    takes = {name: one.takes for name, one in last.items() if one.takes is not None}
    counts = {name: one.counts for name, one in last.items() if one.counts is not None and name not in ask.takes}
    return replace(
        ask, done={**done, **ask.done}, takes={**takes, **ask.takes}, counts={**counts, **ask.counts}
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """A step on the timeline: from when, until when at the earliest and at the latest (None is open).

    `skipped` are the holidays that were left out until the earliest end, each a day and its name.
    """

    step: Step
    start: Instant
    end: Instant
    latest: Instant | None
    waits_for: tuple[str, ...]
    critical: bool
    open: str | None
    done: bool
    skipped: tuple[tuple[str, str], ...]


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


def timelines(plans: Iterable[Plan], ask: Contribution, work: Workdays | None = None) -> tuple[Timeline, ...]:
    """Every route of a state that serves a duty, the earliest first and settled before open ones: rules 1 to 7.

    Args:
        plans: the plans that are known.
        ask: whose duty, from when, and what is known of it.
        work: the working days of the party; None where nothing is known of them.
    """
    known = Workdays(ask.party) if work is None else work
    found = [_timeline(plan, ask, known) for plan in plans if plan.party == ask.party and ask.duty in plan.duties]
    return tuple(sorted(found, key=lambda one: (not one.settled, one.earliest, one.plan.route)))


class _Way(NamedTuple):
    """What every step of a plan is worked out by."""

    plan: Plan
    ask: Contribution
    work: Workdays


@dataclass(slots=True)
class _Span:
    """A step in the making."""

    start: Instant
    end: Instant
    latest: Instant | None
    open: str | None
    done: bool
    skipped: tuple[tuple[str, str], ...] = ()


def _timeline(plan: Plan, ask: Contribution, work: Workdays) -> Timeline:
    spans, way = dict[str, _Span](), _Way(plan, ask, work)
    for step in plan.steps:
        if step.phase is Phase.BEFORE:
            spans[step.id] = _span(step, [spans[name] for name in step.after], way)
    earliest = max((span.end for span in spans.values()), default=ask.starts)
    critical = _critical(plan, spans, earliest)
    begins = earliest if ask.begins is None else max(earliest, ask.begins)
    for step in plan.steps:
        if step.phase is Phase.AFTER:
            spans[step.id] = _due(step, [spans[name] for name in step.after], begins, way)
    rows = tuple(_row(_stated_length(step, plan, ask), spans[step.id], step.id in critical) for step in plan.steps)
    before = [spans[step.id] for step in plan.steps if step.phase is Phase.BEFORE]
    settles = tuple(span.open for span in before if span.open is not None)
    latest = (
        None if any(span.latest is None for span in before) else max((s.latest or 0 for s in before), default=earliest)
    )
    return Timeline(plan, rows, earliest, not settles, latest, settles)


def _row(step: Step, span: _Span, critical: bool) -> Row:
    return Row(step, span.start, span.end, span.latest, step.after, critical, span.open, span.done, span.skipped)


def _span(step: Step, before: Sequence[_Span], way: _Way) -> _Span:
    """A step before the beginning: rules 2, 3 and 5."""
    start = max((span.end for span in before), default=way.ask.starts)
    late = None if any(span.latest is None for span in before) else max((s.latest or 0 for s in before), default=start)
    return _lasting(step, (start, late), "how long this takes", way)


def _due(step: Step, before: Sequence[_Span], begins: Instant, way: _Way) -> _Span:
    """What is due after the beginning, or after another such step: rule 6."""
    start = max((span.end for span in before), default=begins)
    return _lasting(step, (start, start), "by when", way)


def _lasting(step: Step, starts: tuple[Instant, Instant | None], asks: str, way: _Way) -> _Span:
    """From when until when a step lasts that starts at the earliest, and at the latest, then: rules 2, 3 and 5."""
    (start, late), (plan, ask, work) = starts, way
    known, who = ask.done.get(f"{plan.route}/{step.id}"), f"{step.by}, {step.says}"
    if known is not None:
        return _Span(min(start, known), known, known, None, True)
    step, sits = _stated_length(step, plan, ask), ask.sittings.get(plan.party)
    if step.least is None:
        return _Span(start, start, None, f"{asks}: {who}", False)
    first = counted(start, step.least, step.counts, work, sits)
    if first is None:
        why = "on which days it sits" if step.counts is Counts.SITTING else "what so many working days come to"
        return _Span(start, start, None, f"{why}: {step.by}", False)
    last = None if late is None or step.most is None else counted(late, step.most, step.counts, work, sits)
    latest = None if first.unknown or last is None or last.unknown else last.end
    return _Span(start, first.end, latest, first.unknown and f"{first.unknown}: {who}", False, first.skipped)


def _stated_length(step: Step, plan: Plan, ask: Contribution) -> Step:
    """The step with the length that was stated for it: rule 5."""
    takes = ask.takes.get(f"{plan.route}/{step.id}")
    if takes is None:
        return step
    counts = ask.counts.get(f"{plan.route}/{step.id}", step.counts)
    return replace(step, least=takes[0], most=takes[1], counts=counts)


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
