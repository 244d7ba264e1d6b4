"""Graded reports, requests, sightings and warning problems, as they stand in a book, read into values.

Rules:
1. A fact counts for who signed it. One whose `by` names somebody else is nobody's: it is set aside, and told.
2. A report has a source of its own, or rests on others (`depends_on`), or is the same in another release
   (`variant_of`). One that says both is refused: what the own source says is a report of its own, with its own grade.
3. `source` is the designator its issuer gives the source, never a name. Two parties' designators are never the same by
   their letters alone.
4. Lineage that not every reader may know is a fact of its own (`report-lineage`) under a label of its own.
5. `parties` and `to` say who may read besides the issuer; without them a fact is for its issuer's own eyes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from comity.casebook.gradings import SightingPolicy
from comity.instruments.intelligence.grading import Grade
from comity.values.instant import Instant, Ragged
from comity.values.party import PartyCode


class Shows(StrEnum):
    """What a report says of an indicator."""

    ACTIVITY = "activity"
    NO_ACTIVITY = "no activity"
    NEITHER = "neither"


class Anonymity(StrEnum):
    """How much of who saw something may be told: the party, that it belongs to a group, or no more than how often."""

    PARTY = "party"
    GROUP = "group"
    COUNT = "count"


class Answer(StrEnum):
    """How a request is answered."""

    ANSWERED = "answered"
    NOTHING_HELD = "nothing held"
    NOT_RELEASABLE = "not releasable"


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who stated a fact and when, by his own clock and by this node's; what it corrects, and what he calls it."""

    id: str
    by: PartyCode
    signed: Instant
    arrived: Instant
    supersedes: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True, order=True)
class Bearing:
    """What a report says of an indicator of a warning problem."""

    problem: str
    indicator: str
    shows: Shows


@dataclass(frozen=True, slots=True)
class Report:
    """What somebody reports: from which source, how he grades it, what it rests on. None is not stated."""

    stamp: Stamp
    title: str
    says: str
    grade: Grade
    source: str | None = None
    thing: str | None = None
    about: tuple[str, ...] = ()
    observed: Ragged | None = None
    depends_on: tuple[str, ...] = ()
    variant_of: tuple[str, ...] = ()
    bears_on: tuple[Bearing, ...] = ()
    incident: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True)
class Lineage:
    """What a report rests on, or is another release of."""

    stamp: Stamp
    report: str
    rests_on: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Overlap:
    """Reports that come from one source, as somebody says who compared."""

    stamp: Stamp
    reports: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Request:
    """A request for information: what is asked, of whom, until when, about what; which other one it passes on."""

    stamp: Stamp
    to: tuple[str, ...]
    asks: str
    answer_by: Instant
    thing: str | None = None
    about: tuple[str, ...] = ()
    passes_on: str | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """What an addressee answers."""

    stamp: Stamp
    of: str
    answer: Answer
    says: str | None
    reports: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sighting:
    """A party saw something so often between two days; what an organ may tell of it, and to whom."""

    stamp: Stamp
    of: str
    count: int
    first: Instant
    last: Instant
    anonymity: Anonymity
    share_with: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shared:
    """What an organ tells of sightings without telling whose they are."""

    stamp: Stamp
    of: str
    group: str | None
    least: int
    most: int | None
    first: Instant
    last: Instant


@dataclass(frozen=True, slots=True)
class StatedPolicy:
    """How exactly an organ tells of sightings."""

    stamp: Stamp
    policy: SightingPolicy


@dataclass(frozen=True, slots=True)
class Need:
    """What a state of an indicator takes: so many independent reports, graded at least so, of the last so many days."""

    independent: int
    least: Grade
    within_days: int

    def __str__(self) -> str:
        """Say it in words."""
        reports = "report" if self.independent == 1 else "independent reports"
        graded = f"graded {self.least} or better on each scale"
        return f"{self.independent} {reports} {graded}, of the last {self.within_days} days"


@dataclass(frozen=True, slots=True)
class Indicator:
    """A sign that is watched: what would be seen, what is essential to know of it, and what its states take."""

    stamp: Stamp
    problem: str
    name: str
    title: str
    looks_for: str
    essential_elements: tuple[str, ...]
    active: Need
    inactive: Need


@dataclass(frozen=True, slots=True)
class Level:
    """An activity level: its word, and which indicators have to be active: all of some, so many of some."""

    name: str
    all_of: tuple[str, ...]
    at_least: int
    of: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """A warning problem: the question, and its activity levels, the highest first."""

    stamp: Stamp
    name: str
    title: str
    question: str
    levels: tuple[Level, ...]
    otherwise: str


@dataclass(frozen=True, slots=True)
class Assessed:
    """Whoever keeps a problem says what a report shows of an indicator."""

    stamp: Stamp
    problem: str
    indicator: str
    report: str
    shows: Shows


AnyFact: TypeAlias = (
    Report | Lineage | Overlap | Request | Reply | Sighting | Shared | StatedPolicy | Indicator | Problem
    | Assessed
)  # fmt: skip

REPORT, LINEAGE, OVERLAP = "intelligence-report", "report-lineage", "source-overlap"
REQUEST, REPLY = "information-request", "information-reply"
SIGHTING, SHARED, POLICY = "sighting", "sighting-shared", "sighting-policy"
PROBLEM, INDICATOR, ASSESSED = "warning-problem", "warning-indicator", "warning-assessed"
"""What each kind is called in a book."""
