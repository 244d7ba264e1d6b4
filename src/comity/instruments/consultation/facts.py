"""The facts of a consultation, as they stand in a book, read into values.

Rules:
1. A fact counts for who signed it. One whose `by` names somebody else is nobody's: it is set aside, and told.
2. A reader refuses what it does not know and names the field; a break of silence alone needs no more than what it is
   of, so that no slip of the pen can lose it.
3. All that belongs to a case names it (`case`) by the address of the fact that opened it: two cases of the same title
   are never one.
4. `parties` and `to` say who may read a fact besides its issuer; of a text under silence, `whose` says whose silence
   counts. A position, a reason for a break and a document
   without them are for their issuer's own eyes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, TypeAlias, TypeVar

from comity.errors import Malformed
from comity.values.instant import SECOND, Instant, instant
from comity.values.label import Label, join, normalise
from comity.values.party import PartyCode
from comity.values.reading import Fields, Names

_DIGEST = re.compile(r"[0-9a-f]{64}")
MINUTE: Instant = 60 * SECOND
SKEW_MINUTES, WINDOW_MINUTES = 5, 15
"""How far clocks may be off, and how long after a deadline a break in time may still arrive, unless a text says so."""


class Stance(StrEnum):
    """What a party says to a proposal; a party that said nothing has none."""

    YES = "yes"
    NO = "no"
    ABSTAIN = "abstain"
    ABSENT = "absent"


class Result(StrEnum):
    """How a procedure ended."""

    ADOPTED = "adopted"
    NOT_ADOPTED = "not adopted"


class Line(StrEnum):
    """What stands for it that a party could have broken silence: the window, or a receipt given after the deadline."""

    WINDOW = "window"
    PROVED = "proved"


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who stated a fact and when: by his own clock (`signed`) and by this node's (`arrived`)."""

    id: str
    by: PartyCode
    signed: Instant
    arrived: Instant


@dataclass(frozen=True, slots=True)
class Item:
    """A point of the agenda."""

    item: str
    title: str


@dataclass(frozen=True, slots=True)
class Case:
    """A consultation: who invoked which article, where, who takes part, who keeps the record, and until when."""

    stamp: Stamp
    title: str
    invoked_by: PartyCode
    article: str
    body: str
    chair: PartyCode
    parties: tuple[PartyCode, ...]
    agenda: tuple[Item, ...]
    opens: Instant
    closes: Instant | None
    rule: Mapping[str, object] | None


@dataclass(frozen=True, slots=True)
class Document:
    """A version of a document: its text is not in the book, its hash is."""

    stamp: Stamp
    case: str
    document: str
    version: int
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Position:
    """What a party says to a point of the agenda."""

    stamp: Stamp
    case: str
    item: str
    stance: Stance
    says: str | None
    released_to: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Put:
    """The chair puts a text under silence."""

    stamp: Stamp
    case: str
    item: str
    after: str | None
    text: str
    deadline: Instant
    parties: tuple[PartyCode, ...]
    skew: Instant
    window: Instant
    notice: Instant
    line: Line


@dataclass(frozen=True, slots=True)
class Extension:
    """The chair moves a text's deadline on."""

    stamp: Stamp
    case: str
    item: str
    after: str
    of: str
    deadline: Instant


@dataclass(frozen=True, slots=True)
class Dropped:
    """The chair ends the silence procedure without an outcome and says what follows."""

    stamp: Stamp
    case: str
    item: str
    after: str
    of: str
    says: str


@dataclass(frozen=True, slots=True)
class Recorded:
    """The chair records the outcome: on which facts, when each reached him, and when he did so by his clock."""

    stamp: Stamp
    case: str
    item: str
    after: str
    of: str
    result: Result
    settled: Instant
    rests_on: tuple[tuple[str, Instant], ...]


@dataclass(frozen=True, slots=True)
class Receipt:
    """A party has the text; and these are all the breaks of it that it has signed so far (`broke`)."""

    stamp: Stamp
    case: str
    of: str
    text: str
    broke: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Consent:
    """A party says yes to the text itself."""

    stamp: Stamp
    case: str
    of: str
    text: str


@dataclass(frozen=True, slots=True)
class Break:
    """A party breaks silence; why is another fact, under another label."""

    stamp: Stamp
    case: str
    of: str


@dataclass(frozen=True, slots=True)
class BreakReason:
    """Why a party broke silence."""

    stamp: Stamp
    of: str
    says: str


@dataclass(frozen=True, slots=True)
class Task:
    """Something a party is to do by a day."""

    stamp: Stamp
    case: str
    task: str
    says: str
    owner: PartyCode
    due: Instant


@dataclass(frozen=True, slots=True)
class TaskDone:
    """The owner has done a task."""

    stamp: Stamp
    of: str
    says: str | None


@dataclass(frozen=True, slots=True)
class Decided:
    """The chair's record of a decision: by which rule, on which positions."""

    stamp: Stamp
    case: str
    item: str
    result: Result
    rule: Mapping[str, object]
    votes: tuple[tuple[PartyCode, Stance], ...]


@dataclass(frozen=True, slots=True)
class Incident:
    """Something happened that might be taken for what it is not."""

    stamp: Stamp
    to: tuple[str, ...]
    what: str
    at: Instant
    where: str | None
    says: str


@dataclass(frozen=True, slots=True)
class Notice:
    """An exercise is announced."""

    stamp: Stamp
    to: tuple[str, ...]
    name: str
    begins: Instant
    ends: Instant
    area: str
    personnel: int | None


@dataclass(frozen=True, slots=True)
class Question:
    """A clarification is asked for, until an instant."""

    stamp: Stamp
    to: tuple[str, ...]
    about: str | None
    asks: str
    answer_by: Instant


@dataclass(frozen=True, slots=True)
class Reply:
    """A report or notice is acknowledged, or a question answered."""

    stamp: Stamp
    of: str
    says: str | None


@dataclass(frozen=True, slots=True)
class AgendaPoint:
    """A further point of the agenda."""

    stamp: Stamp
    case: str
    item: str
    title: str


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting of those who take part, as it was last called; or called off."""

    stamp: Stamp
    case: str
    meeting: str
    title: str
    at: Instant
    ends: Instant | None
    cancelled: bool


@dataclass(frozen=True, slots=True)
class NationalStep:
    """A state tells of a step of its own procedures: when it was done, or how many days it takes."""

    stamp: Stamp
    route: str
    step: str
    done: Instant | None
    takes: tuple[int, int | None] | None


Act: TypeAlias = Put | Extension | Dropped | Recorded
"""What the chair does in a silence procedure, one after another."""
Heard: TypeAlias = Receipt | Consent | Break
"""What a party says to a text under silence."""
AnyFact: TypeAlias = (
    Case | Document | Position | Act | Heard | BreakReason | Task | TaskDone | Decided | Incident | Notice | Question
    | Reply | NationalStep | AgendaPoint | Meeting
)  # fmt: skip


def digest(fields: Fields, name: str) -> str:
    """A SHA-256 in 64 hexadecimal digits."""
    return _digest_of(fields.text(name), fields.path(name))


def _digest_of(given: object, path: str) -> str:
    if not isinstance(given, str) or not _DIGEST.fullmatch(given):
        raise Malformed(f"{given!r} is no SHA-256", field=path, next_step="write its 64 hexadecimal digits")
    return given


def moment(fields: Fields, name: str) -> Instant:
    """An instant that must be there; a time without a zone is refused."""
    fields.take(name)
    found = fields.instant(name)
    return 0 if found is None else found


def clock_time(fields: Fields, name: str) -> Instant:
    """An instant written with its time and zone: a day alone is no deadline, for it begins at another hour for each."""
    text = fields.text(name)
    if "T" not in text:
        raise Malformed(f"{text} is a day", field=fields.path(name), next_step="write the hour and its zone, 17:00Z")
    return moment(fields, name)


def mapping(fields: Fields, name: str) -> Mapping[str, object] | None:
    """A mapping, or nothing."""
    value = fields.take(name, None)
    if value is None or isinstance(value, Mapping):
        return value
    raise Malformed(f"{value!r} is no rule", field=fields.path(name), next_step="write {kind: ..., ...}")


def _yes_or_no(fields: Fields, name: str, default: bool) -> bool:
    value = fields.take(name, default)
    if not isinstance(value, bool):
        raise Malformed(
            f"{value!r} is neither true nor false", field=fields.path(name), next_step="write true or false"
        )
    return value


def _case(stamp: Stamp, fields: Fields) -> Case:
    opens = fields.instant("opens")
    begins = stamp.signed if opens is None else opens
    hours = fields.hours("clock_hours", None) if fields.take("clock_hours", None) is not None else None
    agenda = tuple(_item(path, given) for path, given in fields.listed("agenda", []))
    return Case(
        stamp, fields.text("title"), fields.text("invoked_by", stamp.by), fields.text("article"), fields.text("body"),
        fields.text("chair", stamp.by), _members(fields), agenda, begins,
        None if hours is None else begins + hours, mapping(fields, "rule"),
    )  # fmt: skip


def _members(fields: Fields) -> tuple[PartyCode, ...]:
    """Who takes part; `parties`, who may read, has the chair besides, who need not be one of them."""
    readers = _several(fields, "parties")
    return _several(fields, "members") if fields.take("members", None) is not None else readers


def _item(path: str, given: object) -> Item:
    fields = Fields(given, path, Names(), ("item", "title"))
    return Item(fields.text("item"), fields.text("title"))


def _several(fields: Fields, name: str) -> tuple[PartyCode, ...]:
    return tuple(sorted(set(fields.texts(name))))


def _readers(fields: Fields, name: str = "parties") -> tuple[str, ...]:
    return tuple(str(one) for one in fields.recipients(name, []))


def _document(stamp: Stamp, fields: Fields) -> Document:
    _readers(fields)
    return Document(
        stamp, digest(fields, "case"), fields.text("document"), fields.whole("version", 1, least=1),
        fields.text("title"), digest(fields, "text"),
    )  # fmt: skip


def _position(stamp: Stamp, fields: Fields) -> Position:
    return Position(
        stamp, digest(fields, "case"), fields.text("item"), fields.choice("stance", Stance),
        fields.optional_text("says"), _readers(fields),
    )  # fmt: skip


def _after(fields: Fields) -> str | None:
    return digest(fields, "after") if fields.take("after", None) is not None else None


def _put(stamp: Stamp, fields: Fields) -> Put:
    skew = fields.whole("skew_minutes", SKEW_MINUTES) * MINUTE
    window = fields.whole("window_minutes", WINDOW_MINUTES) * MINUTE
    if window < 2 * skew:
        raise Malformed(
            f"a break in time can arrive {2 * skew // MINUTE} minutes after the deadline by clocks that far off",
            field=fields.path("window_minutes"),
            next_step=f"write {2 * skew // MINUTE} or more",
        )
    readers = _several(fields, "parties")
    whose = _several(fields, "whose") if fields.take("whose", None) is not None else readers
    return Put(
        stamp, digest(fields, "case"), fields.text("item"), _after(fields), digest(fields, "text"),
        clock_time(fields, "deadline"), whose, skew, window,
        fields.whole("notice_minutes") * MINUTE, _line(fields),
    )  # fmt: skip


def _line(fields: Fields) -> Line:
    return fields.choice("line", Line) if fields.take("line", None) is not None else Line.WINDOW


def _extension(stamp: Stamp, fields: Fields) -> Extension:
    _readers(fields)
    case, item, after, of = _place(fields)
    return Extension(stamp, case, item, after, of, clock_time(fields, "deadline"))


def _dropped(stamp: Stamp, fields: Fields) -> Dropped:
    _readers(fields)
    return Dropped(stamp, *_place(fields), fields.text("says"))


def _recorded(stamp: Stamp, fields: Fields) -> Recorded:
    _readers(fields)
    rests_on = tuple(_arrival(path, given) for path, given in fields.listed("rests_on", [], empty=True))
    return Recorded(stamp, *_place(fields), fields.choice("result", Result), moment(fields, "settled"), rests_on)


def _arrival(path: str, given: object) -> tuple[str, Instant]:
    fields = Fields(given, path, Names(), ("fact", "arrived"))
    return digest(fields, "fact"), moment(fields, "arrived")


def _place(fields: Fields) -> tuple[str, str, str, str]:
    return digest(fields, "case"), fields.text("item"), digest(fields, "after"), digest(fields, "of")


def _receipt(stamp: Stamp, fields: Fields) -> Receipt:
    _readers(fields)
    text = digest(fields, "text")
    broke = tuple(sorted(_digest_of(item, path) for path, item in fields.listed("broke", [], empty=True)))
    return Receipt(stamp, digest(fields, "case"), digest(fields, "of"), text, broke)


def _consent(stamp: Stamp, fields: Fields) -> Consent:
    _readers(fields)
    return Consent(stamp, digest(fields, "case"), digest(fields, "of"), digest(fields, "text"))


def _break(stamp: Stamp, fields: Fields) -> Break:
    """Rule 2."""
    return Break(stamp, str(fields.take("case", "")), digest(fields, "of"))


def _reason(stamp: Stamp, fields: Fields) -> BreakReason:
    _readers(fields)
    return BreakReason(stamp, digest(fields, "of"), fields.text("says"))


def _task(stamp: Stamp, fields: Fields) -> Task:
    _readers(fields)
    return Task(
        stamp, digest(fields, "case"), fields.text("task"), fields.text("says"), fields.party("owner"),
        moment(fields, "due"),
    )  # fmt: skip


def _task_done(stamp: Stamp, fields: Fields) -> TaskDone:
    _readers(fields)
    return TaskDone(stamp, digest(fields, "of"), fields.optional_text("says"))


def _decided(stamp: Stamp, fields: Fields) -> Decided:
    _readers(fields)
    votes = mapping(fields, "votes") or {}
    return Decided(
        stamp, digest(fields, "case"), fields.text("item"), fields.choice("result", Result),
        mapping(fields, "rule") or {},
        tuple(sorted((str(party), _stance(stance, fields.path(f"votes.{party}"))) for party, stance in votes.items())),
    )  # fmt: skip


def _stance(given: object, path: str) -> Stance:
    try:
        return Stance(str(given))
    except ValueError as error:
        raise Malformed(f"{given!r} is no stance", field=path, next_step=f"allowed: {', '.join(Stance)}") from error


def _incident(stamp: Stamp, fields: Fields) -> Incident:
    return Incident(
        stamp, _readers(fields, "to"), fields.text("what"), moment(fields, "at"), fields.optional_text("where"),
        fields.text("says"),
    )  # fmt: skip


def _notice(stamp: Stamp, fields: Fields) -> Notice:
    strength = fields.take("personnel", None)
    return Notice(
        stamp, _readers(fields, "to"), fields.text("name"), moment(fields, "begins"), moment(fields, "ends"),
        fields.text("area"), None if strength is None else fields.whole("personnel"),
    )  # fmt: skip


def _question(stamp: Stamp, fields: Fields) -> Question:
    about = digest(fields, "about") if fields.take("about", None) is not None else None
    return Question(stamp, _readers(fields, "to"), about, fields.text("asks"), moment(fields, "answer_by"))


def _reply(stamp: Stamp, fields: Fields) -> Reply:
    _readers(fields, "to")
    return Reply(stamp, digest(fields, "of"), fields.optional_text("says"))


def _national_step(stamp: Stamp, fields: Fields) -> NationalStep:
    _readers(fields)
    done = moment(fields, "done") if fields.take("done", None) is not None else None
    least = fields.whole("least_days") if fields.take("least_days", None) is not None else None
    most = fields.whole("most_days", None, least=least or 0) if fields.take("most_days", None) is not None else None
    takes = None if least is None else (least, most)
    return NationalStep(stamp, fields.text("route"), fields.text("step"), done, takes)


def _agenda_point(stamp: Stamp, fields: Fields) -> AgendaPoint:
    _readers(fields)
    return AgendaPoint(stamp, digest(fields, "case"), fields.text("item"), fields.text("title"))


def _meeting(stamp: Stamp, fields: Fields) -> Meeting:
    _readers(fields)
    ends = clock_time(fields, "ends") if fields.take("ends", None) is not None else None
    return Meeting(
        stamp, digest(fields, "case"), fields.text("meeting"), fields.text("title"), clock_time(fields, "at"),
        ends, _yes_or_no(fields, "cancelled", False),
    )  # fmt: skip


Read = Callable[[Stamp, Fields], AnyFact]
CASE, DOCUMENT, POSITION = "consultation", "consultation-document", "position"
PUT, EXTENSION, DROPPED, RECORDED = "silence", "silence-extension", "silence-dropped", "silence-outcome"
RECEIPT, CONSENT, BREAK, REASON = "silence-receipt", "silence-consent", "silence-break", "silence-reason"
TASK, TASK_DONE, DECIDED = "consultation-task", "consultation-task-done", "consultation-decision"
NATIONAL_STEP, POINT, MEETING = "national-step", "consultation-item", "consultation-meeting"
INCIDENT, NOTICE, QUESTION, REPLY = "incident-report", "exercise-notice", "clarification", "clarification-reply"
KINDS: dict[str, Read] = {
    CASE: _case, DOCUMENT: _document, POSITION: _position, PUT: _put, EXTENSION: _extension, DROPPED: _dropped,
    RECORDED: _recorded, RECEIPT: _receipt, CONSENT: _consent, BREAK: _break, REASON: _reason, TASK: _task,
    TASK_DONE: _task_done, DECIDED: _decided, INCIDENT: _incident, NOTICE: _notice, QUESTION: _question, REPLY: _reply,
    NATIONAL_STEP: _national_step, POINT: _agenda_point, MEETING: _meeting,
}  # fmt: skip
"""Every kind this instrument reads."""


def read(kind: str, body: Mapping[str, object], stamp: Stamp) -> AnyFact:
    """The fact that a body states.

    Raises:
        Malformed: it cannot be read, or names another as the one who states it; the field is named: rules 1 and 2.
    """
    fields = Fields(body, kind, Names())
    by = fields.take("by", stamp.by)
    if by != stamp.by:
        raise Malformed(f"{by} did not sign it", field=f"{kind}.by", next_step=f"only {by} can state it")
    found = KINDS[kind](stamp, fields)
    if kind != BREAK:
        fields.done()
    return found


class Told(Protocol):
    """A signed record, as a view gives it."""

    @property
    def id(self) -> str:
        """Its address."""

    @property
    def kind(self) -> str:
        """What kind of fact it states."""

    @property
    def issuer(self) -> str:
        """Who signed it."""

    @property
    def body(self) -> Mapping[str, object]:
        """What it states."""

    @property
    def label(self) -> Label:
        """Who must agree before it is read."""

    def text(self, name: str) -> str | None:
        """One of its other fields."""


class Seen(Protocol):
    """A record, and when it arrived."""

    @property
    def record(self) -> Told:
        """The record."""

    @property
    def arrived(self) -> Instant:
        """When it arrived at this node."""


class Reading(Protocol):
    """What a question is asked of: the facts that an audience may read."""

    @property
    def audience(self) -> tuple[PartyCode, ...]:
        """Whom the answer is for; () is the public."""

    def records(self, kinds: list[str] | None = None) -> Iterable[Seen]:
        """The readable facts of some kinds."""


def stamp(seen: Seen) -> Stamp:
    """Who stated a record, and when."""
    record = seen.record
    signed = instant(record.text("recorded"))
    return Stamp(record.id, record.issuer, signed, seen.arrived)


F = TypeVar("F")


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts of an audience's view, by arrival; what could not be read; and the label of having looked."""

    every: tuple[AnyFact, ...]
    label: Label
    unread: tuple[tuple[str, str], ...] = ()
    _kinds: dict[type, tuple[AnyFact, ...]] = field(default_factory=dict, compare=False, repr=False)

    def of(self, kind: type[F]) -> tuple[F, ...]:
        """Those of one kind, by arrival."""
        if kind not in self._kinds:
            self._kinds[kind] = tuple(fact for fact in self.every if isinstance(fact, kind))
        return self._kinds[kind]  # type: ignore[return-value]  # filtered by exactly this type


def gather(reading: Reading, kinds: Iterable[str] = KINDS) -> Facts:
    """What an audience may read of consultations.

    The label is the join over everything searched, whether or not it is used.
    """
    found, unread, labels = list[AnyFact](), list[tuple[str, str]](), set[Label]()
    for seen in reading.records(sorted(set(kinds))):
        record = seen.record
        labels.add(record.label)
        try:
            found.append(read(record.kind, record.body, stamp(seen)))
        except Malformed as error:
            unread.append((record.id, str(error)))
    found.sort(key=lambda fact: (fact.stamp.arrived, fact.stamp.id))
    return Facts(tuple(found), normalise(join(labels)), tuple(sorted(unread)))
