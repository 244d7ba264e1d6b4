"""What may be stated next in a consultation, by whom: the lines that go into a book, or why they may not.

Rules:
1. Only the chair puts, amends, extends, drops and records; only a party whose silence counts receipts, consents and
   breaks. Nobody states anything for another.
2. Each act of the chair names the one before it, so that no two outcomes can both stand (`silence`, rule 2).
3. A receipt is given for a text whose hash is the one that was put: whoever received another text says so to the chair
   and gives none.
4. A break is never refused to a party of the text, late or not: it is recorded, and what it comes to is shown.
5. An outcome is recorded when the facts settle it, and refused before, with what would settle it.
6. A text that another point of the case has adopted, or that still lies under silence there, is not put once more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from comity.casebook.steps import Counts
from comity.errors import Malformed, Refused
from comity.instruments.consultation import facts as f
from comity.instruments.consultation.bodies import read
from comity.instruments.consultation.facts import Case, Line, Result, Stance
from comity.instruments.consultation.gathered import Facts
from comity.instruments.consultation.rules import Electorate, tally
from comity.instruments.consultation.silence import Procedure, State, items, left_out, procedure
from comity.values.instant import Instant, passed
from comity.values.party import PartyCode
from comity.values.truth import Truth

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LAST: Instant = (datetime.max.replace(tzinfo=UTC) - _EPOCH) // timedelta(microseconds=1)
Fields = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Statement:
    """A line for a book, and who states it; `says` is what its author should know before he signs."""

    kind: str
    body: dict[str, object]
    by: PartyCode
    says: str = ""

    @property
    def line(self) -> dict[str, dict[str, object]]:
        """The line as a book takes it."""
        return {self.kind: {**self.body, "by": self.by}}


def text_hash(data: bytes) -> str:
    """The SHA-256 of a text, byte for byte, in hexadecimal digits."""
    return sha256(data).hexdigest()


def written(at: Instant) -> str:
    """An instant with its hour and its zone, even at midnight; one that no date can tell as the last that one can."""
    moment = _EPOCH + timedelta(microseconds=min(at, _LAST))
    return moment.replace(tzinfo=None).isoformat(timespec="microseconds" if moment.microsecond else "seconds") + "Z"


def readers(case: Case) -> list[str]:
    """Who reads what is said in a case: its parties and its chair."""
    return sorted({*case.parties, case.chair})


def opened(by: PartyCode, **given: object) -> Statement:
    """A consultation is opened: `title`, `article`, `body`, `parties`, and where wanted `chair`, `agenda`, `rule`.

    Raises:
        Malformed: a field is missing or says what no case can be.
    """
    body = {name: value for name, value in given.items() if value is not None}
    read(f.CASE, body, f.Stamp("0" * 64, by, 0, 0))
    rule = body.get("rule")
    if isinstance(rule, Mapping) and rule.get("kind") != "silence":
        tally(rule, Electorate((), {}), {})
    parties = body["parties"]
    body["parties"] = sorted({*(parties if isinstance(parties, list | tuple) else [parties]), body.get("chair", by)})
    body["members"] = sorted(parties if isinstance(parties, list | tuple) else [parties])
    return Statement(f.CASE, body, by)


def document(
    case: Case, by: PartyCode, name: str, *, title: str, text: str, version: int = 1, to: Iterable[str] = (),
    says: str = "",
) -> Statement:  # fmt: skip
    """A version of a document, for all who take part, or for some of them; `says` is for its author."""
    named = sorted({*to} - {by}) or readers(case)
    body = {"case": case.stamp.id, "document": name, "title": title, "text": text, "version": version}
    return Statement(f.DOCUMENT, {**body, "parties": named}, by, says)


def position(
    case: Case, by: PartyCode, item: str, stance: Stance, *, says: str | None = None, release: Iterable[str] = ()
) -> Statement:
    """What a party says to a point of the agenda: for its own eyes, unless it is released to some or all.

    Releasing is stating it once more for more readers. It names nothing that was kept back before.

    Args:
        case: the case.
        by: the party, one of the case's.
        item: the point.
        stance: what it says.
        says: its words.
        release: who may read it besides.

    Raises:
        Refused: it takes no part in the case.
    """
    _takes_part(case, by)
    body: dict[str, object] = {"case": case.stamp.id, "item": item, "stance": stance.value}
    to = sorted({*release} - {by})
    return Statement(f.POSITION, {**body, **({"says": says} if says else {}), **({"parties": to} if to else {})}, by)


def put(
    case: Case, item: str, text: str, deadline: Instant, *, facts: Facts, now: Instant, **terms: object
) -> Statement:
    """The chair puts a text under silence; where one about the point lies under silence, amended, it takes its place.

    Args:
        case: the case.
        item: the point of the agenda.
        text: the SHA-256 of the text.
        deadline: when silence ends.
        facts: what the chair may read.
        now: the instant, by the chair's clock.
        terms: `whose`, `skew_minutes`, `window_minutes`, `notice_minutes`, `line`, where they differ from the usual.

    Raises:
        Refused: the procedure has ended, the text is the one that lies there, or another point has it: rule 6.
        Malformed: the deadline has passed, or a term says what cannot be.
    """
    before = procedure(case, item, facts, now)
    if passed(deadline, now):
        raise Malformed("the deadline has passed", field="deadline", next_step="write a later one")
    if before is not None:
        _lies_there(before)
        if before.round.put.text == text:
            raise Refused("it is the text that lies under silence", next_step="extend its deadline, or amend the text")
    _put_elsewhere(case, item, text, facts, now)
    body: dict[str, object] = {
        "case": case.stamp.id, "item": item, "text": text, "deadline": written(deadline), "parties": readers(case),
        "whose": sorted(case.parties), **{name: value for name, value in terms.items() if value is not None},
        **({"after": before.last} if before is not None else {}),
    }  # fmt: skip
    stated = read(f.PUT, body, f.Stamp("0" * 64, case.chair, now, now))
    why = left_out(stated, case.parties) if isinstance(stated, f.Put) else None
    if why is not None:
        raise Malformed(why, field="whose", next_step="name all who take part, or open a case without them")
    return Statement(f.PUT, body, case.chair)


def _put_elsewhere(case: Case, item: str, text: str, facts: Facts, now: Instant) -> None:
    """Rule 6."""
    for other in items(case, facts):
        found = procedure(case, other, facts, now) if other != item else None
        if found is not None and found.round.put.text == text and found.judged.result is not Truth.FALSE:
            raise Refused(f"this text is {found.judged.state} under {other}", next_step=f"go on with {other}")


def extended(case: Case, found: Procedure, deadline: Instant) -> Statement:
    """The chair moves the deadline on.

    Raises:
        Refused: the procedure has ended, or was broken.
        Malformed: it does not move on.
    """
    _lies_there(found)
    if deadline <= found.round.deadline:
        step = f"write one after {written(found.round.deadline)}"
        raise Malformed("a deadline is moved on, never back", field="deadline", next_step=step)
    return _of(case, found, f.EXTENSION, deadline=written(deadline))


def dropped(case: Case, found: Procedure, says: str) -> Statement:
    """The chair ends the procedure without an outcome, and says what follows (such as: the body convenes).

    Raises:
        Refused: the procedure has ended.
    """
    _lies_there(found)
    return _of(case, found, f.DROPPED, says=says)


def recorded(case: Case, found: Procedure, now: Instant) -> Statement:
    """The chair records the outcome: rule 5.

    Args:
        case: the case.
        found: the procedure as of `now`, from what the chair may read.
        now: the instant, by the chair's clock.

    Raises:
        Refused: the procedure has ended, or nothing settles it yet.
    """
    _lies_there(found)
    judged = found.judged
    if judged.result is Truth.UNKNOWN:
        step = "; ".join((*judged.settles, *judged.remedies)) or "wait"
        raise Refused(f"the outcome is open: {judged.says}", next_step=step)
    result = Result.ADOPTED if judged.result is Truth.TRUE else Result.NOT_ADOPTED
    rests = [{"fact": name, "arrived": written(when)} for name, when in judged.rests_on]
    return _of(case, found, f.RECORDED, result=result.value, settled=written(now), rests_on=rests)


def _of(case: Case, found: Procedure, kind: str, **more: object) -> Statement:
    """An act of the chair about the text that lies there: rule 2."""
    place = {"case": case.stamp.id, "item": found.item, "of": found.round.id, "after": found.last}
    return Statement(kind, {**place, **more, "parties": readers(case)}, case.chair)


def _lies_there(found: Procedure) -> None:
    if found.judged.state in {State.ADOPTED, State.NOT_ADOPTED, State.DROPPED, State.UNVERIFIED, State.FORKED}:
        step = "open a further point of the agenda for a new text"
        raise Refused(f"the procedure about {found.item} has ended: {found.judged.says}", next_step=step)


# What parties say: rules 1, 3 and 4


def receipt(case: Case, found: Procedure, by: PartyCode, text: str) -> Statement:
    """A party has the text, and these are the breaks of it that it has signed so far.

    Args:
        case: the case.
        found: the procedure, from what the party may read.
        by: the party.
        text: the SHA-256 of what it received.

    Raises:
        Refused: its silence does not count here, or what it received is another text: rule 3.
    """
    _counts(found, by)
    _same(found, text)
    broke = [name for one in found.parties if one.party == by for name in one.breaks]
    says = "it says that this party has broken silence" if broke else ""
    return _heard(case, found, f.RECEIPT, by, says, text=text, **({"broke": broke} if broke else {}))


def consent(case: Case, found: Procedure, by: PartyCode, text: str) -> Statement:
    """A party says yes to the text itself, so that nobody need rely on its silence.

    Raises:
        Refused: its silence does not count here, it has broken silence, or what it received is another text.
    """
    _counts(found, by)
    _same(found, text)
    if any(one.party == by and one.breaks for one in found.parties):
        raise Refused(f"{by} has broken silence on this text", next_step="ask the chair to put it as a further point")
    return _heard(case, found, f.CONSENT, by, "", text=text)


def broken(case: Case, found: Procedure, by: PartyCode, now: Instant) -> Statement:
    """A party breaks silence: rule 4.

    Args:
        case: the case.
        found: the procedure, from what the party may read.
        by: the party.
        now: the instant, by its own clock.

    Raises:
        Refused: its silence does not count here.
    """
    _counts(found, by)
    if not passed(found.round.deadline, now):
        says = f"in time, if it reaches {case.chair} before {written(found.round.settles)} by the chair's clock"
        says = "in time" if found.round.put.line is Line.PROVED else says
    else:
        says = "by your clock the deadline has passed: it is late, unless the chair extends"
    return _heard(case, found, f.BREAK, by, says)


def reason(case: Case, of: str, by: PartyCode, says: str, to: Iterable[str] = ()) -> Statement:
    """Why a party broke silence: for its own eyes, unless it names others."""
    named = sorted({*to} - {by})
    return Statement(f.REASON, {"of": of, "says": says, **({"parties": named} if named else {})}, by)


def _heard(case: Case, found: Procedure, kind: str, by: PartyCode, says: str, **more: object) -> Statement:
    place = {"case": case.stamp.id, "of": found.round.id}
    return Statement(kind, {**place, **more, "parties": readers(case)}, by, says)


def _same(found: Procedure, text: str) -> None:
    if text != found.round.put.text:
        raise Refused(
            f"what you have is not the text that was put: its SHA-256 is {text}, and not {found.round.put.text}",
            next_step="ask the chair to deliver it again, and give no receipt before",
        )


def _counts(found: Procedure, by: PartyCode) -> None:
    if by not in found.round.put.parties:
        raise Refused(
            f"the silence of {by} does not count here", next_step=f"parties: {', '.join(found.round.put.parties)}"
        )


def _takes_part(case: Case, by: PartyCode) -> None:
    if by not in readers(case):
        raise Refused(f"{by} takes no part in this consultation", next_step=f"parties: {', '.join(case.parties)}")


# The committee and the channel


def agenda_point(case: Case, item: str, title: str) -> Statement:
    """The chair adds a point to the agenda."""
    body = {"case": case.stamp.id, "item": item, "title": title}
    return Statement(f.POINT, {**body, "parties": readers(case)}, case.chair)


def meeting(
    case: Case, name: str, *, title: str, at: Instant, ends: Instant | None = None, cancelled: bool = False
) -> Statement:
    """The chair calls a meeting, calls it for another time, or calls it off."""
    more = {} if ends is None else {"ends": written(ends)}
    body = {"case": case.stamp.id, "meeting": name, "title": title, "at": written(at), "cancelled": cancelled}
    return Statement(f.MEETING, {**body, **more, "parties": readers(case)}, case.chair)


def national_step(
    by: PartyCode, route: str, step: str, *, done: Instant | None = None,
    days: tuple[int, int | None] | None = None, counts: Counts | None = None, release: Iterable[str] = (),
) -> Statement:  # fmt: skip
    """A state tells when a step of its own procedures was done, or how long it takes; for its own eyes, or for some."""
    body: dict[str, object] = {"route": route, "step": step}
    if done is not None:
        body["done"] = written(done)
    if days is not None:
        body |= {"least_days": days[0], **({} if days[1] is None else {"most_days": days[1]})}
    if counts is not None:
        body["counts"] = counts.value
    to = sorted({*release} - {by})
    return Statement(f.NATIONAL_STEP, {**body, **({"parties": to} if to else {})}, by)


def task(case: Case, by: PartyCode, owner: PartyCode, *, name: str, says: str, due: Instant) -> Statement:
    """A task for one of those who take part, by a day; stated by one of them.

    Raises:
        Refused: whoever states it, or is to do it, takes no part in the case.
    """
    _takes_part(case, by)
    _takes_part(case, owner)
    body = {"case": case.stamp.id, "task": name, "says": says, "owner": owner, "due": written(due)}
    return Statement(f.TASK, {**body, "parties": readers(case)}, by)


def task_done(case: Case, of: f.Task, says: str | None = None) -> Statement:
    """The owner reports a task done."""
    more = {} if says is None else {"says": says}
    return Statement(f.TASK_DONE, {"of": of.stamp.id, **more, "parties": readers(case)}, of.owner)


def decided(
    case: Case, item: str, rule: Fields, result: Truth, votes: Mapping[PartyCode, Stance]
) -> Statement:  # fmt: skip
    """The chair records what votes came to.

    Args:
        case: the case.
        item: the point.
        rule: by which it was decided.
        result: what the votes came to, as `rules.tally` says.
        votes: what each said; each is then read by all who take part.

    Raises:
        Refused: the votes settle nothing.
    """
    if result is Truth.UNKNOWN:
        step = "wait for those who are needed, or until they release to all what they say"
        raise Refused(f"the votes on {item} settle nothing yet", next_step=step)
    words = Result.ADOPTED if result is Truth.TRUE else Result.NOT_ADOPTED
    said = {party: stance.value for party, stance in sorted(votes.items())}
    body = {"case": case.stamp.id, "item": item, "rule": dict(rule), "result": words.value, "votes": said}
    return Statement(f.DECIDED, {**body, "parties": readers(case)}, case.chair)


def incident(by: PartyCode, to: Iterable[str], *, what: str, at: Instant, says: str, where: str | None = None) -> Statement:  # noqa: E501  # fmt: skip
    """An incident is reported to some."""
    body: dict[str, object] = {"to": sorted(to), "what": what, "at": written(at), "says": says}
    return Statement(f.INCIDENT, {**body, **({"where": where} if where else {})}, by)


def notice(
    by: PartyCode, to: Iterable[str], *, name: str, begins: Instant, ends: Instant, area: str,
    personnel: int | None = None,
) -> Statement:  # fmt: skip
    """An exercise is announced to some.

    Raises:
        Malformed: it ends before it begins.
    """
    if ends <= begins:
        raise Malformed("it ends before it begins", field="ends", next_step="write a later instant")
    body: dict[str, object] = {
        "to": sorted(to), "name": name, "begins": written(begins), "ends": written(ends), "area": area
    }  # fmt: skip
    return Statement(f.NOTICE, {**body, **({} if personnel is None else {"personnel": personnel})}, by)


def question(by: PartyCode, to: Iterable[str], *, asks: str, answer_by: Instant, about: str | None = None) -> Statement:
    """A clarification is asked for."""
    body: dict[str, object] = {"to": sorted(to), "asks": asks, "answer_by": written(answer_by)}
    return Statement(f.QUESTION, {**body, **({"about": about} if about else {})}, by)


def reply(of: str, by: PartyCode, to: Iterable[str], says: str | None = None) -> Statement:
    """A report or notice is acknowledged, or a question answered."""
    return Statement(f.REPLY, {"of": of, "to": sorted({*to} - {by}), **({"says": says} if says else {})}, by)
