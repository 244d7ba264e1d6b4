"""What would change a count of independent reports: which report, by which grade, day or source; or a further one.

Rules:
1. A change is named only if supposing it changes the count: the least or the most it may be.
2. What is lacking is told as the report that would do: how graded, since when observed, of a source other than which.
3. What suffices is told with the day on which it lapses, and with each report without which it would not suffice.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from comity.instruments.intelligence.corroboration import Counted, Role, count, fits, with_one_more
from comity.instruments.intelligence.lineage import Graph, Key, Roots
from comity.instruments.intelligence.reported import Need, Report, Shows
from comity.values.instant import DAY, Instant, exactly, show
from comity.values.truth import Truth


class By(StrEnum):
    """By what a count would change."""

    GRADE = "grade"
    DAY = "day"
    SOURCE = "source"
    READING = "reading"
    REPORT = "further report"
    LAPSE = "lapse"
    LOSS = "loss"


@dataclass(frozen=True, slots=True)
class Change:
    """Something that would change a count: by what, which report if it is one, on which day, and in words."""

    shows: Shows
    by: By
    report: str | None
    on: Instant | None
    says: str


_GRADED = {Role.SHORT, Role.UNJUDGED, Role.UNGRADED}
_SOURCED = {Role.UNNAMED, Role.DISPUTED, Role.UNREADABLE}


@dataclass(frozen=True, slots=True)
class Counting:
    """What is counted: the reports among which, against which need, at which instant, and what they show."""

    ties: Graph
    among: Sequence[str]
    need: Need
    at: Instant
    shows: Shows

    def count(self, among: Sequence[str] | None = None) -> Counted:
        """The count, of some other reports perhaps."""
        return count(self.ties, self.among if among is None else among, self.need, self.at)


def changes(ties: Graph, among: Sequence[str], need: Need, at: Instant, shows: Shows) -> tuple[Change, ...]:
    """What would change the count of some reports against a need: rules 1 to 3.

    Args:
        ties: how the readable reports stand to one another.
        among: the addresses of the reports that count.
        need: what is asked of them.
        at: the instant asked about.
        shows: what they show.
    """
    asked = Counting(ties, among, need, at, shows)
    found = asked.count()
    if found.least >= need.independent:
        return tuple(_losses(found, asked))
    return (*_cures(found, asked), _further(found, asked))


def name_of(one: Report) -> str:
    """A report as answers name it: by whom, its address and its grade."""
    return f"{one.stamp.by} {one.stamp.id[:8]} ({one.grade})"


def _cures(found: Counted, asked: Counting) -> Iterator[Change]:
    """Reports that would count, if what stands in the way were otherwise: rule 1."""
    counting = [asked.ties.cautious.origin[one.report.stamp.id] for one in found.parts if one.role is Role.COUNTS]
    for part in found.parts:
        name = part.report.stamp.id
        cured, by, says = _cured(part.report, part.role, asked)
        if by is not None and _counts(name, cured, asked, counting):
            yield Change(asked.shows, by, name, None, f"{name_of(part.report)}: {says}")


def _counts(name: str, cured: Graph, asked: Counting, counting: Sequence[Key]) -> bool:
    """Whether the least rises with one report as it is supposed."""
    fitting = fits(cured.reports[name], asked.need, asked.at) is Truth.TRUE
    return fitting and with_one_more(counting, name, cured.cautious) > len(counting)


def _cured(one: Report, role: Role, asked: Counting) -> tuple[Graph, By | None, str]:
    """The reports as they would stand without what keeps one of them from counting."""
    name, ties, need, at = one.stamp.id, asked.ties, asked.need, asked.at
    if role in _GRADED:
        what = "if it could be judged, and were" if role is Role.UNJUDGED else "if it were"
        graded = _with(ties, replace(one, grade=need.least))
        return graded, By.GRADE, f"{what} graded {need.least} or better on each scale"
    if role is Role.UNDATED:
        since = show(at - need.within_days * DAY)
        return _with(ties, replace(one, observed=exactly(at))), By.DAY, f"if it were known to be of {since} or later"
    if role in _SOURCED:
        by = By.READING if role is Role.UNREADABLE else By.SOURCE
        own = replace(ties, cautious=_apart(name, ties.cautious))
        return own, by, _SOURCE_WORDS[role].format(rests=", ".join(sorted(ties.settled.unreadable[name])))
    return ties, None, ""


_SOURCE_WORDS = {
    Role.UNNAMED: "if it named a source other than those that count",
    Role.DISPUTED: "if it were settled that it is of a source of its own",
    Role.UNREADABLE: "if what it rests on could be read here, and were of another source: {rests}",
}


def _with(ties: Graph, one: Report) -> Graph:
    return replace(ties, reports={**ties.reports, one.stamp.id: one})


def _apart(name: str, roots: Roots) -> Roots:
    """The reports, with one of them of a source of its own."""
    key: Key = ("supposed", name)
    return replace(roots, origin={**roots.origin, name: key}, named=roots.named | {key})


def _further(found: Counted, asked: Counting) -> Change:
    """The report that would do: rule 2."""
    need, at, shows = asked.need, asked.at, asked.shows
    lack = need.independent - found.least
    since = show(at - need.within_days * DAY)
    counted = [part.report for part in found.parts if part.role is Role.COUNTS]
    known = sorted(f"{one.stamp.by} {one.source}" for one in counted if one.source is not None)
    other = f", of a source other than {', '.join(known)}" if known else ", with its source"
    what = "report" if lack == 1 else "reports of as many sources"
    return Change(
        shows, By.REPORT, None, None,
        f"{lack} further {what} of {shows}, graded {need.least} or better, observed since {since}{other}",
    )  # fmt: skip


def _losses(found: Counted, asked: Counting) -> Iterator[Change]:
    """The day on which it lapses, and the reports without which it would not suffice: rule 3."""
    need, lapses = asked.need, _lapses(asked)
    if lapses is not None:
        says = f"lapses after {show(lapses)}, unless reported anew"
        yield Change(asked.shows, By.LAPSE, None, lapses, says)
    hangs_on = [] if found.least > need.independent else found.parts
    for part in hangs_on:
        without = [name for name in asked.among if name != part.report.stamp.id]
        if part.role is Role.COUNTS and asked.count(without).least < need.independent:
            says = f"if it were withdrawn, graded below {need.least}, or found to rest on another"
            yield Change(asked.shows, By.LOSS, part.report.stamp.id, None, f"{name_of(part.report)}: {says}")


def _lapses(asked: Counting) -> Instant | None:
    """The last instant at which it still suffices, if nothing else is reported."""
    need, days = asked.need, {name: asked.ties.reports[name].observed for name in asked.among}
    known = {name: one.earliest for name, one in days.items() if one is not None and one.latest <= asked.at}
    later = sorted({one + need.within_days * DAY for one in known.values() if one + need.within_days * DAY >= asked.at})
    so_far = replace(asked, among=[*known])
    place = bisect_left(later, True, key=lambda last: replace(so_far, at=last + 1).count().least < need.independent)
    return later[place] if place < len(later) else None
