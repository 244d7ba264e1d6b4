"""How many independent reports say something: the least and the most it can be, and what each report adds and why.

Rules:
1. Independent are reports of different origins (`lineage`). Each origin counts once, however often it is reported,
   released again, quoted or fused: what rests on others adds nothing.
2. A report counts when its grade meets what is asked and its day lies within the days asked about.
3. What cannot be judged (F, 6) is counted neither for nor against.
4. The least holds under every claim and every doubt: an origin that nobody names a source for may be one of the others,
   what is not graded or not dated may not count, what rests on something unreadable may rest on what is counted.
5. The most holds whatever turns out: each doubt might be settled the other way.
6. A further report that rests on others raises neither; one of a new source lowers neither; in what order they came
   changes nothing; a circle adds nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from comity.instruments.intelligence.grading import Meets, meets
from comity.instruments.intelligence.lineage import Graph, Key, Roots, graph, resting_on
from comity.instruments.intelligence.reported import LINEAGE, OVERLAP, REPORT, Need, Report
from comity.instruments.intelligence.reported_gathered import gather
from comity.values.instant import DAY, Instant, Ragged
from comity.values.label import Label
from comity.values.stated import Reading
from comity.values.truth import Truth

SEARCHED = (REPORT, LINEAGE, OVERLAP)
"""The kinds of fact that a count rests on."""


class Role(StrEnum):
    """What a report adds to a count."""

    COUNTS = "counts"
    SAME_ORIGIN = "same source as one that counts"
    UNNAMED = "names no source: it may be one of the others"
    RESTS = "rests on others"
    CIRCLE = "rests on nothing but reports that rest on it"
    UNREADABLE = "rests on what is not available here"
    DISPUTED = "another party says that it is no report of its own"
    SHORT = "graded below what is asked"
    UNJUDGED = "cannot be judged: counted neither for nor against"
    UNGRADED = "is not graded"
    OUTSIDE = "lies outside the days asked about"
    UNDATED = "may lie outside the days asked about"


@dataclass(frozen=True, slots=True)
class Part:
    """A report, and what it adds."""

    report: Report
    role: Role


@dataclass(frozen=True, slots=True)
class Counted:
    """How many independent reports there are at least and at most, with what each report adds."""

    least: int
    most: int
    parts: tuple[Part, ...]

    def reaches(self, number: int) -> Truth:
        """Whether there are so many."""
        return Truth.TRUE if self.least >= number else Truth.FALSE if self.most < number else Truth.UNKNOWN


@dataclass(frozen=True, slots=True)
class Corroboration:
    """What corroborates what some reports say: the count, what ties them, the circles, and the label."""

    counted: Counted
    graph: Graph
    label: Label


def corroboration(reading: Reading, about: str, need: Need, at: Instant) -> Corroboration:
    """How many independent reports there are about a topic, a thing or an incident; what rests on them stands beside.

    Args:
        reading: what the audience may read.
        about: a topic that reports name under `about`, a thing, or the name of an incident.
        need: how they have to be graded, and of how many days.
        at: the instant asked about.
    """
    facts = gather(reading, SEARCHED)
    ties = graph(facts)
    found = {one.stamp.id for one in facts.of(Report) if is_about(one, about)}
    return Corroboration(count(ties, resting_on(found, ties.cautious), need, at), ties, facts.label)


def is_about(report: Report, about: str) -> bool:
    """Whether a report is about a topic, a thing or an incident."""
    incident = None if report.incident is None else report.incident.get("name")
    return about in {*report.about, report.thing, incident, report.stamp.id}


def count(ties: Graph, among: Iterable[str], need: Need, at: Instant) -> Counted:
    """How many independent reports of some reports meet what is asked: rules 1 to 6.

    Args:
        ties: how the readable reports stand to one another.
        among: the addresses of those that count.
        need: the grade and the days; its number is not looked at.
        at: the last instant of the days.
    """
    reports = [ties.reports[name] for name in sorted(set(among))]
    sure = [one for one in reports if fits(one, need, at) is Truth.TRUE]
    possible = [one for one in reports if fits(one, need, at) is not Truth.FALSE]
    counting = _counting(sure, ties.cautious)
    parts = tuple(Part(one, role(one, counting, ties, need, at)) for one in reports)
    return Counted(len(counting), max(len(counting), _most(possible, ties.settled)), parts)


def fits(one: Report, need: Need, at: Instant) -> Truth:
    """Whether a report's grade and day are such as asked: rules 2 to 5."""
    graded = {Meets.YES: Truth.TRUE, Meets.UNGRADED: Truth.UNKNOWN}.get(meets(one.grade, need.least), Truth.FALSE)
    return min(graded, within(one.observed, need, at))


def within(observed: Ragged | None, need: Need, at: Instant) -> Truth:
    """Whether a day lies within the days asked about; not known without one."""
    first = at - need.within_days * DAY
    if observed is None:
        return Truth.UNKNOWN
    if observed.latest < first or observed.earliest > at:
        return Truth.FALSE
    return Truth.TRUE if first <= observed.earliest and observed.latest <= at else Truth.UNKNOWN


def _counting(sure: Iterable[Report], roots: Roots) -> dict[Key, str]:
    """The origins that count for certain, each with the report by which it does: rule 4."""
    found: dict[Key, str] = {}
    for one in sure:
        if roots.primary(one.stamp.id):
            found.setdefault(roots.origin[one.stamp.id], one.stamp.id)
    named = {key: name for key, name in found.items() if key in roots.named}
    return named or dict(list(found.items())[:1])


def with_one_more(counting: Iterable[Key], name: str, roots: Roots) -> int:
    """The least with one more report that fits, where some origins count: rule 4.

    Args:
        counting: the origins that count without it.
        name: its address.
        roots: how it stands to the others.
    """
    if not roots.primary(name):
        return len(set(counting))
    key, named = roots.origin[name], {one for one in counting if one in roots.named}
    return len(named | {key}) if key in roots.named else max(1, len(set(counting)))


def _most(possible: Iterable[Report], roots: Roots) -> int:
    """How many origins there may be: rule 5. What rests on the same unreadable thing has one."""
    reports = [one.stamp.id for one in possible]
    origins = {roots.origin[name] for name in reports if roots.primary(name)}
    return len(origins) + len({roots.unreadable[name] for name in reports if roots.unreadable[name]})


def role(one: Report, counting: dict[Key, str], ties: Graph, need: Need, at: Instant) -> Role:
    """What a report adds, and why not more.

    Args:
        one: the report.
        counting: the ids of the reports that count, each for its source.
        ties: what rests on what.
        need: the grade and the age that are asked for.
        at: the instant at which it is asked.
    """
    if one.stamp.id in counting.values():
        return Role.COUNTS
    return next(_roles(one, counting, ties, need, at))


def _roles(one: Report, counting: dict[Key, str], ties: Graph, need: Need, at: Instant) -> Iterator[Role]:
    name, graded, dated = one.stamp.id, meets(one.grade, need.least), within(one.observed, need, at)
    if not ties.settled.primary(name):
        yield _resting(name, ties)
    if not ties.cautious.primary(name):
        yield Role.DISPUTED
    if graded is not Meets.YES and graded is not Meets.UNGRADED:
        yield Role.SHORT if graded is Meets.SHORT else Role.UNJUDGED
    if dated is Truth.FALSE:
        yield Role.OUTSIDE
    if ties.cautious.origin[name] in counting:
        yield _same(name, counting, ties)
    if graded is Meets.UNGRADED:
        yield Role.UNGRADED
    if dated is Truth.UNKNOWN:
        yield Role.UNDATED
    yield Role.UNNAMED


def _same(name: str, counting: dict[Key, str], ties: Graph) -> Role:
    """Whether it is of the origin of one that counts by its own words, or by another's."""
    own = ties.settled.origin
    other = counting[ties.cautious.origin[name]]
    return Role.SAME_ORIGIN if own.get(name) == own.get(other) else Role.DISPUTED


def _resting(name: str, ties: Graph) -> Role:
    if ties.settled.unreadable[name]:
        return Role.UNREADABLE
    return Role.RESTS if name in ties.settled.grounded else Role.CIRCLE
