"""What reports rest on: which come from which source, which repeat others, and which rest on one another in a circle.

Rules:
1. A report rests on what it names, on what it is another release of, and on what a lineage names for it. A name is a
   fact's address or the thing that a report is of; a correction takes the place of what it corrects.
2. A report that rests on nothing is primary. Its origin is its source: the designator, by whom.
3. Two primary reports have one origin when they are of one thing, when an overlap names both, or when they have one
   source.
4. Whoever stated a report says what it rests on and what it overlaps with. What another says of it is a claim; so is
   that two parties' reports that say the same, word for word, are two. A count under caution takes every such claim.
   Words are compared as names are (`folding`): not by case, blanks, signs between them, or how their letters are coded.
5. What a report rests on and this audience may not read, or nobody ever stated, cannot be told apart and is not.
6. Reports that rest on one another, or on nothing else than such reports, have no origin at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from comity.instruments.intelligence.folding import words
from comity.instruments.intelligence.reported import Lineage, Overlap, Report
from comity.instruments.intelligence.reported_gathered import Facts

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Tie:
    """A report rests on another, or on something that cannot be read here; `claimed` by whom, or by its own author."""

    report: str
    rests_on: str
    readable: bool
    claimed: str | None


@dataclass(frozen=True, slots=True)
class Roots:
    """How the reports of a view stand to one another, with every claim taken, or with none that is another's: rule 4.

    `parents` are the readable reports that each rests on, `unreadable` the names of what else it rests on; `origin` of
    each primary report; `named` are the origins that some source is named for, `grounded` the reports that rest on one
    or on something unreadable in the end.
    """

    parents: Mapping[str, frozenset[str]]
    unreadable: Mapping[str, frozenset[str]]
    origin: Mapping[str, Key]
    named: frozenset[Key]
    grounded: frozenset[str] = frozenset()

    def primary(self, report: str) -> bool:
        """Whether a report rests on nothing: rule 2."""
        return report in self.origin


@dataclass(frozen=True, slots=True)
class Graph:
    """The reports of a view, what ties them, and how they stand, settled and under caution."""

    reports: Mapping[str, Report]
    ties: tuple[Tie, ...]
    settled: Roots
    cautious: Roots
    circles: tuple[tuple[str, ...], ...]
    echoes: tuple[tuple[str, ...], ...] = field(default=())


def graph(facts: Facts) -> Graph:
    """How the readable reports stand to one another."""
    reports = {one.stamp.id: one for one in facts.of(Report)}
    names = _Names(reports)
    ties = tuple(sorted(set(_ties(facts, names)), key=lambda one: (one.report, one.rests_on, one.claimed or "")))
    echoes = tuple(_echoes(reports.values()))
    settled = _roots(reports, [one for one in ties if one.claimed is None], list(_alike(facts, names, claims=False)))
    cautious = _roots(reports, ties, [*_alike(facts, names, claims=True), *echoes])
    return Graph(reports, ties, settled, cautious, tuple(_circles(cautious.parents)), echoes)


class _Names:
    """Which reports a name means: rule 1."""

    def __init__(self, reports: Mapping[str, Report]) -> None:
        self._by: dict[str, set[str]] = {}
        corrected = {old: name for name, one in reports.items() if (old := one.stamp.supersedes) is not None}
        for name, one in reports.items():
            for called in filter(None, (name, one.thing)):
                self._by.setdefault(called, set()).add(name)
        for old, new in corrected.items():
            self._by.setdefault(old, set()).add(_last(new, corrected))

    def meant(self, text: str) -> frozenset[str]:
        """The reports that a name means; none where this audience may read none."""
        return frozenset(self._by.get(text, ()))


def _last(name: str, corrected: Mapping[str, str]) -> str:
    """The last correction of a report."""
    seen = {name}
    while (later := corrected.get(name)) is not None and later not in seen:
        name = later
        seen.add(name)
    return name


def _ties(facts: Facts, names: _Names) -> Iterator[Tie]:
    for one in facts.of(Report):
        for text in (*one.depends_on, *one.variant_of):
            yield from _tie(one.stamp.id, text, names, None)
    reports = {one.stamp.id: one for one in facts.of(Report)}
    for lineage in facts.of(Lineage):
        for report in names.meant(lineage.report):
            own = reports[report].stamp.by == lineage.stamp.by
            for text in lineage.rests_on:
                yield from _tie(report, text, names, None if own else lineage.stamp.by)


def _tie(report: str, text: str, names: _Names, claimed: str | None) -> Iterator[Tie]:
    found = names.meant(text)
    yield from (Tie(report, one, True, claimed) for one in found)
    if not found:
        yield Tie(report, text, False, claimed)


def _alike(facts: Facts, names: _Names, *, claims: bool) -> Iterator[tuple[str, ...]]:
    """Reports of one thing, and those that an overlap names: rules 3 and 4."""
    things: dict[str, list[str]] = {}
    reports = {one.stamp.id: one for one in facts.of(Report)}
    for one in reports.values():
        if one.thing is not None:
            things.setdefault(one.thing, []).append(one.stamp.id)
    yield from (tuple(found) for found in things.values())
    for overlap in facts.of(Overlap):
        found = sorted({name for text in overlap.reports for name in names.meant(text)})
        if claims or overlap.stamp.by in {reports[name].stamp.by for name in found}:
            yield tuple(found)


def _echoes(reports: Iterable[Report]) -> Iterator[tuple[str, ...]]:
    """Reports of several parties that say the same, word for word: rule 4; each such group once."""
    said: dict[str, list[Report]] = {}
    for one in reports:
        for spoken in words(one.says):
            said.setdefault(" ".join(spoken), []).append(one)
    several = (found for found in said.values() if len({one.stamp.by for one in found}) > 1)
    yield from dict.fromkeys(tuple(sorted({one.stamp.id for one in found})) for found in several)


def _roots(reports: Mapping[str, Report], ties: Sequence[Tie], alike: Sequence[tuple[str, ...]]) -> Roots:
    parents: dict[str, set[str]] = {name: set() for name in reports}
    unreadable: dict[str, set[str]] = {name: set() for name in reports}
    for tie in ties:
        (parents if tie.readable else unreadable)[tie.report].add(tie.rests_on)
    sets = _Sets()
    primary = [name for name in reports if not parents[name] and not unreadable[name]]
    for name in primary:
        sets.join(("report", name), _source(reports[name]))
    own = set(primary)
    for together in alike:
        for one, other in pairwise(name for name in together if name in own):
            sets.join(("report", one), ("report", other))
    origin = {name: sets.of(("report", name)) for name in primary}
    named = frozenset(origin[name] for name in primary if reports[name].source is not None)
    start = [name for name in reports if unreadable[name] or name in origin]
    grounded = _reached(start, _turned(_frozen(parents)))
    return Roots(_frozen(parents), _frozen(unreadable), origin, named, grounded)


def _source(one: Report) -> Key:
    """What a primary report comes from: its source, by whom; or it alone, where none is named."""
    return ("report", one.stamp.id) if one.source is None else (f"source of {one.stamp.by}", one.source)


def _frozen(given: Mapping[str, set[str]]) -> dict[str, frozenset[str]]:
    return {name: frozenset(found) for name, found in given.items()}


class _Sets:
    """Which keys belong together; each set is known by the least of its keys."""

    def __init__(self) -> None:
        self._up: dict[Key, Key] = {}

    def of(self, key: Key) -> Key:
        """The key by which the set of a key is known."""
        while (up := self._up.setdefault(key, key)) != key:
            key = up
        return key

    def join(self, one: Key, other: Key) -> None:
        """Put the sets of two keys together."""
        least, most = sorted((self.of(one), self.of(other)))
        self._up[most] = least


def _circles(parents: Mapping[str, frozenset[str]]) -> Iterator[tuple[str, ...]]:
    """Reports that rest on one another, each circle once, by the least address in it: rule 6."""
    left = _trimmed(parents)
    back, told = _turned(left), set[str]()
    for name in sorted(left):
        if name not in told:
            circle = _reached(left[name], left) & _reached(back[name], back)
            told |= circle
            if name in circle:
                yield tuple(sorted(circle))


def _trimmed(parents: Mapping[str, frozenset[str]]) -> Mapping[str, frozenset[str]]:
    """What remains when whatever rests on nothing, or nothing rests on, is left out again and again: the circles."""
    left = _without_ends(parents, _turned(parents))
    return _without_ends(left, _turned(left), backwards=True)


def _without_ends(
    parents: Mapping[str, frozenset[str]], children: Mapping[str, frozenset[str]], *, backwards: bool = False
) -> dict[str, frozenset[str]]:
    to, back = (children, parents) if backwards else (parents, children)
    number = {name: len(to[name]) for name in parents}
    gone, ends = set[str](), [name for name in parents if not number[name]]
    while ends:
        name = ends.pop()
        gone.add(name)
        for other in back[name]:
            number[other] -= 1
            if not number[other]:
                ends.append(other)
    return {name: found - gone for name, found in parents.items() if name not in gone}


def _turned(parents: Mapping[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    """What rests on each report."""
    children: dict[str, set[str]] = {name: set() for name in parents}
    for name, found in parents.items():
        for one in found:
            children[one].add(name)
    return _frozen(children)


def _reached(start: Iterable[str], ways: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """Everything that is reached, the start included."""
    found, left = set[str](), list(start)
    while left:
        one = left.pop()
        if one not in found:
            found.add(one)
            left += ways[one]
    return frozenset(found)


def resting_on(names: Iterable[str], roots: Roots) -> frozenset[str]:
    """Some reports, and those that rest on them, however many steps away."""
    return _reached(names, _turned(roots.parents))
