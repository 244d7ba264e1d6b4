"""The ordinary work of a committee: tasks with owner and day, decisions with their record, and what waits for whom.

Rules:
1. A task is its owner's to report done. It is done from then on, open before its day, and overdue after it.
2. A decision is recorded by the chair, with the votes it rests on. Counted again by its own rule it comes to what it
   says, or that is told.
3. What waits for a party is what only it can do: a receipt for a text under silence, a task, an answer, an
   acknowledgement; each with the day it is due, and late ones first.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from comity.errors import Malformed
from comity.instruments.consultation.channel import Matter, matters
from comity.instruments.consultation.facts import Case, Decided, Result, Task, TaskDone
from comity.instruments.consultation.gathered import Facts
from comity.instruments.consultation.rules import Electorate, Tally, tally
from comity.instruments.consultation.silence import State, items, procedure
from comity.values.deadline import Standing
from comity.values.instant import Instant, passed
from comity.values.party import PartyCode
from comity.values.truth import Truth


class Progress(StrEnum):
    """How far a task is."""

    OPEN = "open"
    DONE = "done"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class Duty:
    """A task and how far it is."""

    task: Task
    progress: Progress
    done: TaskDone | None


@dataclass(frozen=True, slots=True)
class Decision:
    """A recorded decision, and what its votes come to when they are counted again by its rule."""

    decided: Decided
    by_chair: bool
    counted: Tally | None

    @property
    def stands(self) -> bool:
        """Whether the chair recorded it, and the votes bear it out."""
        wanted = Truth.TRUE if self.decided.result is Result.ADOPTED else Truth.FALSE
        return self.by_chair and self.counted is not None and self.counted.result is wanted


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that only one party can do, and by when."""

    party: PartyCode
    what: str
    says: str
    due: Instant
    overdue: bool
    about: str


def tasks(case: str, facts: Facts, now: Instant) -> tuple[Duty, ...]:
    """The tasks of a case by the day they are due: rule 1."""
    own = sorted((one for one in facts.of(Task) if one.case == case), key=lambda one: (one.due, one.stamp.id))
    return tuple(_duty(one, facts, now) for one in own)


def _duty(task: Task, facts: Facts, now: Instant) -> Duty:
    reports = (one for one in facts.of(TaskDone) if one.of == task.stamp.id and one.stamp.by == task.owner)
    done = next((one for one in reports if one.stamp.arrived <= now), None)
    if done is not None:
        return Duty(task, Progress.DONE, done)
    return Duty(task, Progress.OVERDUE if passed(task.due, now) else Progress.OPEN, None)


def decisions(case: Case, facts: Facts, electorate: Electorate) -> tuple[Decision, ...]:
    """The decisions recorded in a case, by arrival: rule 2."""
    own = (one for one in facts.of(Decided) if one.case == case.stamp.id)
    return tuple(Decision(one, one.stamp.by == case.chair, _counted(one, electorate)) for one in own)


def _counted(decided: Decided, electorate: Electorate) -> Tally | None:
    """The votes of a decision, counted again; None where its rule cannot be carried out."""
    try:
        return tally(decided.rule, electorate, dict(decided.votes))
    except Malformed:
        return None


def waiting(party: PartyCode, facts: Facts, now: Instant) -> tuple[Waiting, ...]:
    """What waits for a party, late things first: rule 3."""
    found = [*_texts(party, facts, now), *_own_tasks(party, facts, now), *_own_matters(party, facts, now)]
    return tuple(sorted(found, key=lambda one: (not one.overdue, one.due, one.about)))


def _texts(party: PartyCode, facts: Facts, now: Instant) -> Iterator[Waiting]:
    for case in facts.of(Case):
        for item in items(case, facts):
            found = procedure(case, item, facts, now)
            if found is None:
                continue
            current, state = found.round, found.judged.state
            if state in {State.OPEN, State.SETTLING, State.OVERDUE} and party in found.judged.waiting_for:
                overdue = state is not State.OPEN
                says = f"{case.title}, {item}: receipt for the text under silence"
                yield Waiting(party, "receipt", says, current.deadline, overdue, current.id)
            elif state is State.OPEN and party in current.put.parties:
                says = f"{case.title}, {item}: break silence, or say nothing"
                yield Waiting(party, "silence", says, current.deadline, False, current.id)
            elif state is State.UNPROVED and party in found.judged.waiting_for:
                says = f"{case.title}, {item}: a receipt after the deadline"
                yield Waiting(party, "receipt", says, current.deadline, True, current.id)
            elif party == case.chair and state in {State.SILENT, State.BROKEN}:
                says = f"{case.title}, {item}: record the outcome"
                yield Waiting(party, "outcome", says, current.settles, passed(current.settles, now), current.id)


def _own_tasks(party: PartyCode, facts: Facts, now: Instant) -> Iterator[Waiting]:
    for task in facts.of(Task):
        duty = _duty(task, facts, now)
        if task.owner == party and duty.progress is not Progress.DONE:
            overdue = duty.progress is Progress.OVERDUE
            yield Waiting(party, "task", task.says, task.due, overdue, task.stamp.id)


def _own_matters(party: PartyCode, facts: Facts, now: Instant) -> Iterator[Waiting]:
    for matter in matters(facts, now):
        for one in matter.addressees:
            if one.party == party and one.standing.waits:
                overdue = one.standing is Standing.OVERDUE
                yield Waiting(party, _word(matter), matter.says, matter.due, overdue, matter.id)


def _word(matter: Matter) -> str:
    return "answer" if matter.kind == "clarification" else "acknowledgement"
