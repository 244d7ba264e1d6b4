"""How answers show: as plain data for programs and pages, and as lines for people; the same words in both."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from comity.instruments.consultation.case import Consultation, Point
from comity.instruments.consultation.channel import Matter
from comity.instruments.consultation.committee import Decision, Duty, Waiting
from comity.instruments.consultation.documents import Version
from comity.instruments.consultation.facts import Meeting, Position
from comity.instruments.consultation.gathered import Unread
from comity.instruments.consultation.rules import Tally, Test
from comity.instruments.consultation.silence import Judged, Procedure, Said
from comity.instruments.consultation.steps import Row, Timeline
from comity.values.instant import Instant, show
from comity.values.label import words
from comity.values.truth import Truth

Data = dict[str, object]
RESULTS = {Truth.TRUE: "adopted", Truth.FALSE: "not adopted", Truth.UNKNOWN: "open"}


def _when(at: Instant | None) -> str | None:
    return None if at is None else show(at)


# As plain data


def consultation_data(found: Consultation, label: str) -> Data:
    """A case as plain data; `label` is the label of the answer in words."""
    case = found.case
    return {
        "id": case.stamp.id,
        "title": case.title,
        "invoked_by": case.invoked_by,
        "article": case.article,
        "body": case.body,
        "chair": case.chair,
        "parties": list(case.parties),
        "opens": show(case.opens),
        "closes": _when(case.closes),
        "at": show(found.at),
        "rule": dict(found.rule),
        "points": [point_data(point, found.words) for point in found.points],
        "documents": [document_data(one) for one in found.documents],
        "meetings": [meeting_data(one) for one in found.meetings],
        "tasks": [duty_data(one) for one in found.tasks],
        "decisions": [decision_data(one) for one in found.decisions],
        "unread": [unread_data(one) for one in found.unread],
        "audience": list(found.audience),
        "label": label,
    }


def point_data(point: Point, sent: Mapping[str, str]) -> Data:
    """A point of the agenda as plain data, with the words of the text that lies under silence, where they are known."""
    quiet = point.procedure
    return {
        "item": point.item,
        "title": point.title,
        "positions": [position_data(one) for one in point.positions],
        "votes": None if point.tally is None else tally_data(point.tally),
        "silence": None if quiet is None else {**procedure_data(quiet), "words": sent.get(quiet.round.put.text)},
    }


def position_data(one: Position) -> Data:
    """A position as plain data."""
    return {
        "party": one.stamp.by,
        "stance": one.stance.value,
        "says": one.says,
        "released_to": list(one.released_to),
        "fact": one.stamp.id,
    }


def tally_data(found: Tally) -> Data:
    """What votes come to, as plain data."""
    return {
        "result": RESULTS[found.result],
        "says": found.says,
        "tests": [_test_data(test) for test in found.tests],
        "undecided": list(found.undecided),
        "needed": list(found.needed),
        "enough": list(found.enough),
        "settles": list(found.settles),
    }  # fmt: skip


def _test_data(test: Test) -> Data:
    return {
        "name": test.name,
        "result": test.result.name.lower(),
        "reached": test.reached,
        "needed": test.needed,
        "possible": test.possible,
    }


def procedure_data(found: Procedure) -> Data:
    """A silence procedure as plain data."""
    put = found.round.put
    return {
        "fact": found.round.id,
        "text": put.text,
        "deadline": show(found.round.deadline),
        "window_until": show(found.round.settles),
        "line": put.line.value,
        "extended": len(found.round.extended),
        "texts_before": len(found.replaced),
        **judged_data(found.judged),
        "parties": [said_data(one) for one in found.parties],
        "outcome": None if found.outcome is None else found.outcome.stamp.id,
        "contested": list(found.contested),
        "forked": list(found.forked),
        "void": [{"fact": one.id, "says": one.says} for one in found.void],
    }


def judged_data(judged: Judged) -> Data:
    """What a text under silence has come to, as plain data."""
    return {
        "result": RESULTS[judged.result],
        "state": judged.state.value,
        "says": judged.says,
        "settles": list(judged.settles),
        "waiting_for": list(judged.waiting_for),
        "remedies": list(judged.remedies),
        "rests_on": [{"fact": name, "arrived": show(when)} for name, when in judged.rests_on],
    }


def said_data(one: Said) -> Data:
    """What one party's facts come to, as plain data."""
    return {
        "party": one.party,
        "received": _when(one.received),
        "consented": one.consented,
        "broke": _when(one.broke),
        "proved": one.proved,
        "remark": one.remark,
    }


def document_data(one: Version) -> Data:
    """A version of a document as plain data."""
    stated = one.document
    return {
        "document": stated.document,
        "version": stated.version,
        "newest": one.newest,
        "title": stated.title,
        "text": stated.text,
        "by": stated.stamp.by,
        "arrived": show(stated.stamp.arrived),
        "label": words(one.label),
        "remark": one.remark,
        "fact": stated.stamp.id,
    }


def meeting_data(one: Meeting) -> Data:
    """A meeting as plain data."""
    return {
        "meeting": one.meeting,
        "title": one.title,
        "at": show(one.at),
        "ends": _when(one.ends),
        "cancelled": one.cancelled,
    }


def duty_data(one: Duty) -> Data:
    """A task as plain data."""
    task = one.task
    return {
        "task": task.task,
        "says": task.says,
        "owner": task.owner,
        "due": show(task.due),
        "progress": one.progress.value,
        "fact": task.stamp.id,
    }


def decision_data(one: Decision) -> Data:
    """A decision as plain data."""
    return {
        "item": one.decided.item,
        "result": one.decided.result.value,
        "rule": {"kind": None, **one.decided.rule},
        "votes": {party: stance.value for party, stance in one.decided.votes},
        "by_chair": one.by_chair,
        "stands": one.stands,
        "counted": None if one.counted is None else tally_data(one.counted),
        "fact": one.decided.stamp.id,
    }


def unread_data(one: Unread) -> Data:
    """What cannot be read, as plain data."""
    return {"fact": one.fact, "by": one.by, "says": one.says}


def matter_data(one: Matter) -> Data:
    """Something on the channel as plain data."""
    return {
        "fact": one.id,
        "kind": one.kind,
        "by": one.by,
        "says": one.says,
        "due": show(one.due),
        "stage": one.stage,
        "remark": one.remark,
        "addressees": [
            {"party": to.party, "standing": to.standing.value, "says": to.says, "answered": _when(to.answered)}
            for to in one.addressees
        ],
    }


def waiting_data(one: Waiting) -> Data:
    """Something that waits for a party, as plain data."""
    return {
        "party": one.party,
        "what": one.what,
        "says": one.says,
        "due": show(one.due),
        "overdue": one.overdue,
        "about": one.about,
    }


def timeline_data(found: Timeline) -> Data:
    """A route of national steps as plain data."""
    plan = found.plan
    return {
        "party": plan.party,
        "route": plan.route,
        "when": plan.when,
        "earliest": show(found.earliest),
        "settled": found.settled,
        "latest": _when(found.latest),
        "says": found.says,
        "settles": list(found.settles),
        "rows": [row_data(row) for row in found.rows],
        "source": plan.source,
        "grade": plan.grade,
        "verify": plan.verify,
    }


def row_data(row: Row) -> Data:
    """A step as plain data: a row of the timeline."""
    return {
        "step": row.step.id,
        "by": row.step.by,
        "says": row.step.says,
        "phase": row.step.phase.value,
        "start": show(row.start),
        "end": show(row.end),
        "latest": _when(row.latest),
        "waits_for": list(row.waits_for),
        "critical": row.critical,
        "open": row.open,
        "done": row.done,
        "least_days": row.step.least,
        "most_days": row.step.most,
        "counts": row.step.counts.value,
        "holidays_left_out": [{"day": day, "name": name} for day, name in row.skipped],
    }


# As lines


def consultation_lines(found: Consultation, label: str) -> Iterator[str]:
    """A case for people."""
    case = found.case
    yield f"{case.title}: {case.article}, invoked by {case.invoked_by}, in {case.body}"
    yield f"  {', '.join(case.parties)}; record kept by {case.chair}; rule: {found.rule.get('kind')}"
    closes = "" if case.closes is None else f", until {show(case.closes)}"
    yield f"  opened {show(case.opens)}{closes}; as of {show(found.at)}"
    for one in found.documents:
        yield from (f"  {line}" for line in document_lines(one))
    for meeting in found.meetings:
        yield f"  meeting {show(meeting.at)}: {meeting.title}{' (called off)' if meeting.cancelled else ''}"
    for point in found.points:
        yield from point_lines(point, found.words)
    for duty in found.tasks:
        yield f"  task of {duty.task.owner}, due {show(duty.task.due)}: {duty.task.says} ({duty.progress})"
    for decision in found.decisions:
        yield from (f"  {line}" for line in decision_lines(decision))
    yield from (f"  {line}" for line in unread_lines(found.unread))
    yield f"Label: {label}"


def unread_lines(every: Iterable[Unread]) -> Iterator[str]:
    """What cannot be read, for people."""
    yield from (f"cannot be read: fact {one.fact[:8]} by {one.by}: {one.says}" for one in every)


def document_lines(one: Version) -> Iterator[str]:
    """A version of a document for people."""
    stated, newest = one.document, ", the newest" if one.newest else ""
    yield f"document {stated.document} by {stated.stamp.by}, version {stated.version}{newest}: {stated.title}"
    yield f"  SHA-256 {stated.text}; arrived {show(stated.stamp.arrived)}; label: {words(one.label)}"
    if one.remark:
        yield f"  {one.remark}"


def decision_lines(one: Decision) -> Iterator[str]:
    """A decision for people, with its votes."""
    why = "its votes do not bear it out" if one.by_chair else "not the chair's; it does not stand"
    yield f"decided on {one.decided.item}: {one.decided.result}{'' if one.stands else f' ({why})'}"
    yield f"  votes: {', '.join(f'{party} {stance}' for party, stance in one.decided.votes) or 'none is recorded'}"
    if one.counted is not None:
        yield f"  counted again: {one.counted.says}"


def point_lines(point: Point, sent: Mapping[str, str]) -> Iterator[str]:
    """A point of the agenda for people, with the words of the text that lies under silence, where they are known."""
    yield f"  {point.item}. {point.title}" if point.title != point.item else f"  {point.item}."
    for one in point.positions:
        said = f": {one.says}" if one.says else ""
        own = "" if one.released_to else " (own eyes)"
        yield f"    {one.stamp.by} {one.stance}{own}{said}"
    if point.procedure is not None:
        yield from (f"    {line}" for line in procedure_lines(point.procedure))
        yield from (f"      | {line}" for line in sent.get(point.procedure.round.put.text, "").splitlines())
    elif point.tally is not None and point.positions:
        yield from (f"    {line}" for line in tally_lines(point.tally))


def procedure_lines(found: Procedure) -> Iterator[str]:
    """A silence procedure for people."""
    judged = found.judged
    yield f"under silence until {show(found.round.deadline)}: {judged.state.upper()}; {judged.says}"
    yield f"  text {found.round.put.text}"
    for one in found.parties:
        yield f"  {one.party}: {_said(one)}"
    yield from (f"  would settle it: {item}" for item in judged.settles)
    yield from (f"  the chair may: {item}" for item in judged.remedies)
    yield from (f"  contested by fact {name}" for name in found.contested)
    yield from (f"  without effect: fact {one.id[:8]}: {one.says}" for one in found.void)


def _said(one: Said) -> str:
    parts = []
    if one.broke is not None:
        parts.append(f"broke silence, {show(one.broke)}")
    if one.consented:
        parts.append("consents")
    parts.append(f"has the text, {show(one.received)}" if one.received is not None else "no receipt in time")
    if one.remark:
        parts.append(one.remark)
    return "; ".join(parts)


def tally_lines(found: Tally) -> Iterator[str]:
    """What votes come to, for people."""
    yield found.says
    for test in found.tests:
        yield f"  {test.name}: {test.reached} of {test.needed} needed, {test.possible} possible"
    if found.needed:
        yield f"  without whom it fails: {', '.join(found.needed)}"
    if found.enough:
        yield f"  whose yes alone would do: {', '.join(found.enough)}"
    if found.undecided:
        yield f"  not heard yet: {', '.join(found.undecided)}"


def matter_lines(every: Iterable[Matter]) -> Iterator[str]:
    """The channel for people."""
    for one in every:
        remark = f"; {one.remark}" if one.remark else ""
        yield f"{one.id[:8]} {one.kind} by {one.by}: {one.says} ({one.stage}{remark})"
        for to in one.addressees:
            said = f": {to.says}" if to.says else ""
            yield f"  {to.party} {to.standing}{said}"


def waiting_lines(every: Iterable[Waiting]) -> Iterator[str]:
    """What waits for a party, for people."""
    for one in every:
        yield f"{'OVERDUE ' if one.overdue else ''}{one.what}, {show(one.due)}: {one.says}"


def timeline_lines(found: Timeline) -> Iterator[str]:
    """A route of national steps for people."""
    weak = ", to be verified" if found.plan.verify else ""
    yield f"{found.plan.party}, {found.plan.route}: {found.says}"
    yield f"  for {found.plan.when}"
    for row in found.rows:
        mark = "*" if row.critical else " "
        until = show(row.end) if row.open is None else f"open, from {show(row.end)}"
        waits = f", after {', '.join(row.waits_for)}" if row.waits_for else ""
        when = "due" if row.step.phase == "after" else "until"
        yield f" {mark} {show(row.start)} {when} {until}: {row.step.by} {row.step.says}{waits}"
        if row.skipped:
            yield f"     working days, without {', '.join(f'{name} ({day})' for day, name in row.skipped)}"
    yield from (f"  would settle it: {item}" for item in found.settles)
    yield f"  source: {found.plan.source} (grade {found.plan.grade}{weak})"
