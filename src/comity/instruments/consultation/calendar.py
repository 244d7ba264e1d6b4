"""What has a date in consultations, as entries of a calendar: deadlines, meetings, tasks, exercises, renewals, notices.

Rules:
1. An entry's UID is made from the address of the fact it comes from (of a text under silence: of the one that put the
   point first), or from the agreement and its rule; so it is the same each time, on each node.
2. Its SEQUENCE is how often what it is about has been changed: extended, amended, ended.
3. What has fallen away, as a deadline of a procedure that has ended or of a task that is done, is a tombstone.
4. Each entry bears the label of what was searched for it. An audience's calendar holds what it may read, and nothing
   that depends on the rest: no gap, no count, no tombstone of what it never saw.
5. Of an agreement, dates that its file states for one day are entries; ragged dates are none, for they are no day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from comity.casebook.agreement import Agreement
from comity.errors import Malformed
from comity.formats.ical import Entry
from comity.instruments.consultation.case import cases, meetings
from comity.instruments.consultation.channel import matters
from comity.instruments.consultation.committee import Progress, tasks
from comity.instruments.consultation.facts import Case, Notice, Question
from comity.instruments.consultation.gathered import Facts
from comity.instruments.consultation.silence import State, items, procedure, trail
from comity.instruments.consultation.silence import acts_in as acts
from comity.values.instant import DAY, Instant, ragged_date

_ENDED = {State.ADOPTED, State.NOT_ADOPTED, State.DROPPED, State.FORKED, State.BROKEN}
HOST = "comity"


def uid(*parts: str) -> str:
    """A name that is the same each time: rule 1."""
    return f"{'-'.join(part.replace(' ', '-').replace('@', '-') for part in parts)}@{HOST}"


def entries(facts: Facts, now: Instant, label: str) -> tuple[Entry, ...]:
    """What has a date in the consultations an audience may read: rules 1 to 4.

    Args:
        facts: what it may read.
        now: the instant.
        label: the label of what was searched, in words.
    """
    found = [one for case in cases(facts) for part in _PARTS for one in part(case, facts, now, label)]
    return tuple(sorted([*found, *_channel(facts, now, label)], key=lambda one: (one.start, one.uid)))


def _clock(case: Case, facts: Facts, now: Instant, label: str) -> Iterator[Entry]:
    """The consultation itself; its clock where it has one."""
    said = ", ".join(item.title for item in case.agenda)
    name = uid("case", case.stamp.id)
    yield Entry(
        name, f"Consultation: {case.title}", case.opens, case.closes, label=label, says=said, category="meeting"
    )


def _meetings(case: Case, facts: Facts, now: Instant, label: str) -> Iterator[Entry]:
    """Each meeting as it was last called, or its tombstone."""
    for one, changed in meetings(case, facts):
        name = uid("meeting", case.stamp.id, one.meeting)
        yield Entry(
            name, one.title, one.at, one.ends, sequence=changed, cancelled=one.cancelled, label=label,
            says=case.title, category="meeting",
        )  # fmt: skip


def _deadlines(case: Case, facts: Facts, now: Instant, label: str) -> Iterator[Entry]:
    """Each text under silence: one entry for a point, moved by extensions and amendments: rules 2 and 3."""
    for item in items(case, facts):
        found = procedure(case, item, facts, now)
        first = next(iter(trail(case, item, acts(facts)).acts), None)
        if found is not None and first is not None:
            moved = len(found.round.extended) + sum(1 + len(one.extended) for one in found.replaced)
            entry = Entry(
                uid("silence", first.stamp.id), f"Silence ends: {case.title}, {item}", found.round.deadline,
                sequence=moved, label=label, says=f"SHA-256 of the text: {found.round.put.text}", category="deadline",
            )  # fmt: skip
            yield entry.gone() if found.judged.state in _ENDED else entry


def _tasks(case: Case, facts: Facts, now: Instant, label: str) -> Iterator[Entry]:
    for duty in tasks(case.stamp.id, facts, now):
        task = duty.task
        entry = Entry(
            uid("task", task.stamp.id), f"Due: {task.says}", task.due, label=label,
            says=f"{task.owner}, in {case.title}", category="task",
        )  # fmt: skip
        yield entry.gone() if duty.progress is Progress.DONE else entry


def _channel(facts: Facts, now: Instant, label: str) -> Iterator[Entry]:
    """Exercises, and answers that are due."""
    standing = {matter.id: matter for matter in matters(facts, now)}
    for one in facts.of(Notice):
        name = uid("exercise", one.stamp.id)
        yield Entry(
            name, f"Exercise: {one.name}", one.begins, one.ends, label=label, says=one.area, category="exercise"
        )
    for asked in facts.of(Question):
        entry = Entry(
            uid("question", asked.stamp.id), f"Answer due: {asked.asks}", asked.answer_by, label=label,
            says=f"asked by {asked.stamp.by}", category="deadline",
        )  # fmt: skip
        yield entry.gone() if standing[asked.stamp.id].stage.startswith("answered") else entry


_PARTS: tuple[Callable[[Case, Facts, Instant, str], Iterator[Entry]], ...] = (_clock, _meetings, _deadlines, _tasks)


def renewals(agreements: Iterable[Agreement], label: str) -> tuple[Entry, ...]:
    """The renewals, ends and last days of notice that agreements' files state: rules 1 and 5."""
    found = [entry for agreement in agreements for entry in _of_agreement(agreement, label)]
    return tuple(sorted(found, key=lambda one: (one.start, one.uid)))


_DATED = (
    ("duration", "next", "renews or ends"),
    ("duration", "notice_by", "last day of notice"),
    ("exit", "earliest", "may first be left"),
)


def _of_agreement(agreement: Agreement, label: str) -> Iterator[Entry]:
    for rule, name, words in _DATED:
        given = agreement.document.get(rule)
        on = _one_day(given.get(name)) if isinstance(given, Mapping) else None
        if isinstance(given, Mapping) and on is not None:
            weak = "; to be verified" if given.get("verify") is True or given.get("grade") == "C" else ""
            says = f"{given.get('says') or ''} (Art. {given.get('article') or 'none'}{weak})"
            summary = f"{agreement.name}: {words}"
            yield Entry(
                uid(agreement.id, rule, name), summary, on, on + DAY, True, label=label, says=says, category="agreement"
            )


def _one_day(given: object) -> Instant | None:
    """A stated date that is one day; what is none, or ragged, is no entry: rule 5."""
    try:
        found = None if given is None else ragged_date(given)
    except Malformed:
        return None
    return found.earliest if found is not None and found.exact else None
