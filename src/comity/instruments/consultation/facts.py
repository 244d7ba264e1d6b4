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
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from comity.casebook.steps import Counts
from comity.values.instant import SECOND, Instant
from comity.values.party import PartyCode

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
    """A state tells of a step of its own procedures: when it was done, or how many days of which kind it takes."""

    stamp: Stamp
    route: str
    step: str
    done: Instant | None
    takes: tuple[int, int | None] | None
    counts: Counts | None = None


Act: TypeAlias = Put | Extension | Dropped | Recorded
"""What the chair does in a silence procedure, one after another."""
Heard: TypeAlias = Receipt | Consent | Break
"""What a party says to a text under silence."""
AnyFact: TypeAlias = (
    Case | Document | Position | Act | Heard | BreakReason | Task | TaskDone | Decided | Incident | Notice | Question
    | Reply | NationalStep | AgendaPoint | Meeting
)  # fmt: skip

CASE, DOCUMENT, POSITION = "consultation", "consultation-document", "position"
PUT, EXTENSION, DROPPED, RECORDED = "silence", "silence-extension", "silence-dropped", "silence-outcome"
RECEIPT, CONSENT, BREAK, REASON = "silence-receipt", "silence-consent", "silence-break", "silence-reason"
TASK, TASK_DONE, DECIDED = "consultation-task", "consultation-task-done", "consultation-decision"
NATIONAL_STEP, POINT, MEETING = "national-step", "consultation-item", "consultation-meeting"
INCIDENT, NOTICE, QUESTION, REPLY = "incident-report", "exercise-notice", "clarification", "clarification-reply"
"""What each kind is called in a book."""
