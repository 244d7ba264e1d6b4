"""What an audience sees, beside the rules of `assembly` read plainly, one version and one portion at a time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from random import Random
from typing import NamedTuple

import numpy as np
import pytest

from comity.instruments.intelligence import index
from comity.instruments.intelligence.assembly import BASE, PART, WHOLE, Open, Sight
from comity.instruments.intelligence.columns import COVERED, Columns, Ints
from comity.instruments.intelligence.references import NEEDED, OPTIONAL, SOME

DAY = 20


class Portion(NamedTuple):
    """A row of the index's portions."""

    label: int
    issuer: int
    arrived: int
    starts: int
    ends: int
    version: int
    form: int
    marking: int
    parts: int


class Edge(NamedTuple):
    """A row of its references."""

    portion: int
    thing: int
    need: int


class Member(NamedTuple):
    """A row of its memberships in collections."""

    label: int
    arrived: int
    starts: int
    ends: int
    thing: int
    collection: int


class Version(NamedTuple):
    """A row of its versions."""

    thing: int
    at: int


@dataclass
class Index:
    """An index, row by row."""

    ids: list[str] = field(default_factory=list)
    types: list[int] = field(default_factory=list)
    versions: list[Version] = field(default_factory=list)
    portions: list[Portion] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)
    members: list[Member] = field(default_factory=list)


def drawn(rng: Random) -> Index:
    """A small index, in which much refers to much; some have nothing at all."""
    things = rng.randrange(1, 7)
    made = Index([f"thing--{number}" for number in rng.sample(range(99), things)])
    made.types = [rng.randrange(3) for _ in range(things)]
    made.versions = [Version(rng.randrange(things), rng.randrange(4)) for _ in range(rng.randrange(10))]
    add(rng, made, rng.randrange(18), rng.randrange(12), rng.randrange(7))
    return made


def add(rng: Random, to: Index, portions: int, edges: int, members: int) -> None:
    """Rows more of what somebody states."""
    things = len(to.ids)
    if to.versions:
        to.portions += [
            Portion._make((*_when(rng, issuer=[rng.randrange(2)]), rng.randrange(len(to.versions)),
                           rng.choice([WHOLE, WHOLE, BASE, PART, COVERED]), 0, rng.randrange(4)))
            for _ in range(portions)
        ]  # fmt: skip
    if to.portions:
        to.edges += [
            Edge(rng.randrange(len(to.portions)), rng.randrange(things), rng.choice([OPTIONAL, NEEDED, SOME]))
            for _ in range(edges)
        ]
    to.members += [Member._make((*_when(rng), rng.randrange(things), rng.randrange(3))) for _ in range(members)]


def _when(rng: Random, issuer: Iterable[int] = ()) -> list[int]:
    """A label, whose it is, when it arrived, and from when until when it holds; often at the edge of the view."""
    starts = rng.choice([0, 0, DAY - 1, DAY, DAY + 1])
    return [rng.randrange(5), *issuer, rng.choice([1, 9, 10, 11]), starts, rng.choice([DAY, DAY + 1, DAY + 5, 99])]


def filled(into: Columns, rows: Index) -> Columns:
    """The index's numbers as arrays, whatever was in the arrays before."""
    into.ids += rows.ids[len(into.ids) :]
    into.texts += [str(number) for number in range(len(into.texts), len(rows.versions))]
    into.type_of = np.array(rows.types, np.int64)
    into.addresses += [bytes([number]) for number in range(len(into.addresses), len(rows.portions))]
    into.member_addresses += [bytes([99, number]) for number in range(len(into.member_addresses), len(rows.members))]
    into.portion, into.edge = _table(Portion, rows.portions), _table(Edge, rows.edges)
    into.member, into.version = _table(Member, rows.members), _table(Version, rows.versions)
    for kept in ("rank", "by_version"):
        into.__dict__.pop(kept, None)
    return into


def _table(of: type[Portion | Edge | Member | Version], rows: Iterable[tuple[int, ...]]) -> dict[str, Ints]:
    found = [*rows]
    return {name: np.array([row[place] for row in found], np.int64) for place, name in enumerate(of._fields)}


class Plainly:
    """The rules, read plainly."""

    def __init__(self, rows: Index, opened: Open) -> None:
        self.index, self.opened = rows, opened
        self.seen = [number for number, one in enumerate(rows.portions) if self._lets(one, bytes([number]))]
        self.filed = [one for number, one in enumerate(rows.members) if self._lets(one, bytes([99, number]))]
        self.versions = range(len(rows.versions))
        self.stands = set(self.versions)
        self.stands = {version for version in self.versions if self._forms(version) & {WHOLE, BASE}}
        while gone := {version for version in self.stands if self._goes(version)}:
            self.stands -= gone
        self.altered = {version for version in self.versions if version not in self.whole or self.dropped(version)}
        while more := {version for version in self.versions if self._leads_to_altered(version)} - self.altered:
            self.altered |= more

    def _lets(self, one: Portion | Member, address: bytes) -> bool:
        """Rule 1."""
        in_force = self.opened.on is None or one.starts <= self.opened.on < one.ends
        there = one.label in self.opened.labels and one.arrived <= self.opened.until
        return there and in_force and address not in self.opened.corrected

    @property
    def there(self) -> set[int]:
        return {self.index.versions[version].thing for version in self.stands}

    def of(self, version: int) -> list[int]:
        return [number for number in self.seen if self.index.portions[number].version == version]

    def _forms(self, version: int) -> set[int]:
        return {self.index.portions[number].form for number in self.of(version)}

    def targets(self, version: int, *needs: int) -> set[int]:
        edges = [edge for edge in self.index.edges if edge.portion in self.of(version)]
        return {edge.thing for edge in edges if edge.need in (needs or (OPTIONAL, NEEDED, SOME))}

    def _goes(self, version: int) -> bool:
        """Rule 3."""
        some = self.targets(version, SOME)
        return bool(self.targets(version, NEEDED) - self.there) or (bool(some) and not some & self.there)

    @property
    def whole(self) -> set[int]:
        """Rule 4."""
        return {version for version in self.versions if self._alone(version) or self._covered(version)}

    def _alone(self, version: int) -> bool:
        return WHOLE in self._forms(version) and PART not in self._forms(version)

    def _covered(self, version: int) -> bool:
        portions = [self.index.portions[number] for number in self.of(version)]
        parts = max((one.parts for one in portions if one.form == COVERED), default=0)
        return parts > 0 and parts == sum(one.form in {BASE, PART} for one in portions)

    def dropped(self, version: int) -> set[int]:
        return self.targets(version, OPTIONAL, SOME) - self.there

    def _leads_to_altered(self, version: int) -> bool:
        """Rule 5."""
        return any(self.latest[thing] in self.altered for thing in self.targets(version) & self.there)

    @property
    def latest(self) -> dict[int, int]:
        return {thing: self.versions_of(thing)[0] for thing in self.there}

    def versions_of(self, thing: int) -> list[int]:
        found = [version for version in self.stands if self.index.versions[version].thing == thing]
        return sorted(found, key=lambda version: (-self.index.versions[version].at, -version))

    @property
    def order(self) -> list[int]:
        """Rule 6."""
        ids, latest = self.index.ids, self.latest
        return sorted(self.there, key=lambda thing: (-self.index.versions[latest[thing]].at, ids[thing]))

    def labels_of(self, thing: int) -> set[int]:
        portions = [self.index.portions[number] for version in self.versions_of(thing) for number in self.of(version)]
        return {one.label for one in portions if one.form in {WHOLE, BASE}}

    def referring_to(self, thing: int) -> list[int]:
        return [other for other in self.order if thing in self.targets(self.latest[other])]


def both(seed: int) -> tuple[Plainly, Sight]:
    """The same view of the same index twice; what is added to the index later is not in it."""
    rng = Random(seed)
    rows = drawn(rng)
    addresses = [bytes([number]) for number in range(len(rows.portions))]
    addresses += [bytes([99, number]) for number in range(len(rows.members))]
    corrected = frozenset(rng.sample(addresses, min(len(addresses), rng.choice([0, 0, 1, 3]))))
    labels = frozenset(rng.sample(range(7), rng.choice([0, 2, 4, 5, 6])))
    opened = Open(labels, rng.choice([10, 10, 99]), rng.choice([None, None, DAY]), corrected)
    plainly = Plainly(rows, opened)
    columns = filled(Columns(), rows)
    sight = Sight(columns, opened)
    more = Index(*([*each] for each in vars(rows).values()))
    more.ids, more.types = [*more.ids, "thing--100"], [*more.types, 0]
    more.versions = [*more.versions, Version(0, 9), Version(len(rows.ids), 9)]
    add(rng, more, 4, 4, 2)
    filled(columns, more)
    return plainly, sight


SEEDS = range(160)


def test_what_form_a_portion_has_stands_in_an_index_by_these_numbers() -> None:
    assert (WHOLE, BASE, PART, COVERED) == (1, 2, 3, 4)
    assert (index.WHOLE, index.BASE, index.PART) == (WHOLE, BASE, PART)


def numbers(found: Iterable[object]) -> list[object]:
    """An array as a list, and the places of what is set in flags."""
    every = np.asarray(found)
    return [*(np.flatnonzero(every) if every.dtype == np.bool_ else every).tolist()]


@pytest.mark.parametrize("seed", SEEDS)
def test_an_audience_sees_what_the_rules_say_read_plainly(seed: int) -> None:
    plainly, sight = both(seed)
    assert numbers(sight.seen) == plainly.seen
    assert numbers(sight.stands) == sorted(plainly.stands)
    assert numbers(sight.there) == sorted(plainly.there)
    assert {thing: version for thing, version in enumerate(sight.latest.tolist()) if version >= 0} == plainly.latest
    assert (sight.things, sight.versions) == (len(plainly.index.ids), len(plainly.versions))


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_whole_and_what_is_altered_is_what_the_rules_say_read_plainly(seed: int) -> None:
    plainly, sight = both(seed)
    assert numbers(sight.whole) == sorted(plainly.whole)
    assert numbers(sight.dropped) == [version for version in plainly.versions if plainly.dropped(version)]
    assert numbers(sight.altered) == sorted(plainly.altered)


@pytest.mark.parametrize("seed", SEEDS)
def test_things_stand_latest_first_and_each_with_its_versions_and_references(seed: int) -> None:
    plainly, sight = both(seed)
    order = plainly.order
    assert numbers(sight.order) == order
    assert numbers(sight.place) == [order.index(n) if n in order else -1 for n in range(len(plainly.index.ids))]
    for thing in range(len(plainly.index.ids)):
        assert numbers(sight.versions_of(thing)) == plainly.versions_of(thing)
        assert numbers(sight.referring_to(thing)) == plainly.referring_to(thing)
    for thing in order:
        assert sight.labels_of(thing) == plainly.labels_of(thing)
    for version in plainly.versions:
        targets = plainly.targets(version)
        assert numbers(sight.portions_of(version)) == plainly.of(version)
        assert numbers(sight.references_of(version)) == sorted(targets & plainly.there)
        assert numbers(sight.dropped_of(version)) == sorted(targets - plainly.there)


@pytest.mark.parametrize("seed", SEEDS)
def test_collections_types_and_what_a_search_finds_are_of_what_is_seen(seed: int) -> None:
    plainly, sight = both(seed)
    rows, portions = plainly.index, plainly.index.portions
    for word in range(4):
        assert numbers(sight.in_collection(word)) == sorted({m.thing for m in plainly.filed if m.collection == word})
    assert [*zip(*map(numbers, sight.memberships), strict=True)] == sorted(
        {(one.thing, one.collection) for one in plainly.filed}
    )
    assert numbers(sight.of_types([0, 2])) == [thing for thing, kind in enumerate(rows.types) if kind in {0, 2}]
    assert numbers(sight.nothing) == []
    assert len(sight.nothing) == len(rows.ids)
    latest = plainly.latest.values()
    shown = [n for n in plainly.seen if portions[n].version in latest and portions[n].form != COVERED]
    things = [rows.versions[portions[n].version].thing for n in shown]
    assert [*map(numbers, sight.seen_of_latest)] == [shown, things]
    hits = [n for n in plainly.seen if portions[n].version in latest]
    found = sight.holders(np.arange(len(sight.columns.addresses)))
    assert numbers(found) == [rows.versions[portions[n].version].thing for n in hits]
    assert numbers(sight.column("label")) == [one.label for one in portions]
