"""What an audience sees of intelligence: which versions stand, which is the latest, what is whole, what is altered.

Rules (the whole index at once, column by column):
1. Only portions under an open label count, arrived by the view's instant, in force on its day, and not corrected.
2. A version stands when a portion with its type and what it needs is seen; further seen portions add properties.
3. A version that needs a reference to something not seen goes, and so on until nothing goes any more; so does one that
   has to refer to at least one of several things of which none is seen. Withheld and never there are the same.
4. A version is whole when its one portion is seen, or its cover and all its parts, and nobody's annotation beside them.
5. A version is altered when it is not whole, when it had to drop a reference, or when it refers to something whose
   latest version is altered: it says then other things than its originator's object does under its id and version.
6. The order is by the latest version, latest first, then by id.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Set
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from comity.instruments.intelligence.columns import COVERED, Columns, Flags, Ints
from comity.instruments.intelligence.references import NEEDED, OPTIONAL, SOME

WHOLE, BASE, PART = 1, 2, 3


@dataclass(frozen=True, slots=True)
class Open:
    """What a view lets through: the numbers of the open labels, the bounds of time, and what was corrected."""

    labels: frozenset[int]
    until: int
    on: int | None
    corrected: frozenset[bytes]


class Sight:
    """What one audience sees, found once for an index as it stood."""

    def __init__(self, columns: Columns, opened: Open) -> None:
        self.columns = columns
        self.things, self.versions = len(columns.ids), columns.versions
        self._portion, self._edge = dict(columns.portion), dict(columns.edge)
        self._thing_of, self._at = columns.version["thing"], columns.version["at"]
        self._rank, self._by_version = columns.rank, columns.by_version
        self.seen = admitted(self._portion, columns.addresses, opened)
        self._member = dict(columns.member)
        self._members_seen = admitted(self._member, columns.member_addresses, opened)
        self._stand()
        self.latest = self._latest()

    def _stand(self) -> None:
        """Rules 2 and 3."""
        portion, edge = self._portion, self._edge
        bases = self.seen & (portion["form"] <= BASE)
        stands = _under(portion["version"][bases], self.versions)
        told = self.seen[edge["portion"]]
        source, target, need = portion["version"][edge["portion"]][told], edge["thing"][told], edge["need"][told]
        needed, some = need == NEEDED, need == SOME
        has_some = _under(source[some], self.versions)
        while True:
            there = _under(self._thing_of[stands], self.things)
            lost = _under(source[needed & ~there[target]], self.versions)
            kept = _under(source[some & there[target]], self.versions)
            after = stands & ~lost & (~has_some | kept)
            if np.array_equal(after, stands):
                break
            stands = after
        self.stands, self.there = stands, there
        self._source, self._target, self._dropped = source, target, (need != NEEDED) & ~there[target]

    def _latest(self) -> Ints:
        """The latest version that stands of each thing, -1 where there is none."""
        found = np.full(self.things, -1, np.int64)
        standing = np.flatnonzero(self.stands)
        order = standing[np.lexsort((standing, self._at[standing]))]
        found[self._thing_of[order]] = order
        return found

    @cached_property
    def whole(self) -> Flags:
        """Rule 4."""
        version, form, seen = self._portion["version"], self._portion["form"], self.seen
        alone = _under(version[seen & (form == WHOLE)], self.versions)
        beside = _under(version[seen & (form == PART)], self.versions)
        parts = np.bincount(version[seen & ((form == BASE) | (form == PART))], minlength=self.versions)
        covers = np.zeros(self.versions, np.int64)
        covering = seen & (form == COVERED)
        np.maximum.at(covers, version[covering], self._portion["parts"][covering])
        found: Flags = (alone & ~beside) | ((covers > 0) & (covers == parts))
        return found

    @cached_property
    def dropped(self) -> Flags:
        """The versions that had to drop a reference."""
        return _under(self._source[self._dropped], self.versions)

    @cached_property
    def altered(self) -> Flags:
        """Rule 5."""
        changed = ~self.whole | self.dropped
        kept = ~self._dropped & self.there[self._target]
        source, target = self._source[kept], self._target[kept]
        while True:
            after = changed | _under(source[changed[self.latest[target]]], self.versions)
            if np.array_equal(after, changed):
                return after
            changed = after

    @cached_property
    def order(self) -> Ints:
        """The things that are seen: rule 6."""
        seen = np.flatnonzero(self.there)
        return seen[np.lexsort((self._rank[seen], -self._at[self.latest[seen]]))]

    @cached_property
    def place(self) -> Ints:
        """The place of each thing in the order; meaningless for what is not seen."""
        found = np.full(self.things, -1, np.int64)
        found[self.order] = np.arange(len(self.order))
        return found

    def portions_of(self, version: int) -> Ints:
        """The portions and covers of a version that are seen, in the order of their arrival."""
        order, starts = self._by_version
        every = order[starts[version] : starts[version + 1]]
        return every[self.seen[every]]

    def labels_of(self, thing: int) -> set[int]:
        """The labels under which a seen thing stands."""
        portions = np.concatenate([self.portions_of(version) for version in self.versions_of(thing).tolist()])
        bases = portions[self._portion["form"][portions] <= BASE]
        return set(self._portion["label"][bases].tolist())

    def versions_of(self, thing: int) -> Ints:
        """The versions of a thing that stand, latest first."""
        order, starts = self._by_thing
        every = order[starts[thing] : starts[thing + 1]]
        every = every[self.stands[every]]
        return every[np.lexsort((-every, -self._at[every]))]

    @cached_property
    def _by_thing(self) -> tuple[Ints, Ints]:
        order = np.argsort(self._thing_of, kind="stable")
        return order, np.searchsorted(self._thing_of[order], np.arange(self.things + 1))

    def references_of(self, version: int) -> Ints:
        """The things that a version refers to and that are seen."""
        order, starts = self._by_source
        every = order[starts[version] : starts[version + 1]]
        targets = self._target[every]
        return np.unique(targets[self.there[targets]])

    def dropped_of(self, version: int) -> Ints:
        """The things that a version refers to and that are not seen."""
        order, starts = self._by_source
        targets = self._target[order[starts[version] : starts[version + 1]]]
        return np.unique(targets[~self.there[targets]])

    def referring_to(self, thing: int) -> Ints:
        """The things whose latest version refers to a thing, in the order of `order`."""
        versions = np.unique(self._source[self._target == thing])
        things = self._thing_of[versions]
        things = np.unique(things[self.latest[things] == versions])
        return things[np.argsort(self.place[things], kind="stable")]

    @cached_property
    def _by_source(self) -> tuple[Ints, Ints]:
        order = np.argsort(self._source, kind="stable")
        return order, np.searchsorted(self._source[order], np.arange(self.versions + 1))

    @cached_property
    def nothing(self) -> Flags:
        """No thing at all."""
        return np.zeros(self.things, np.bool_)

    def in_collection(self, word: int) -> Flags:
        """Which things are seen to be in a collection."""
        seen = self._members_seen & (self._member["collection"] == word)
        return _under(self._member["thing"][seen], self.things)

    @cached_property
    def memberships(self) -> tuple[Ints, Ints]:
        """The seen memberships: the things and the words of their collections, each pair once."""
        pairs = np.unique(
            np.stack([self._member["thing"][self._members_seen], self._member["collection"][self._members_seen]]),
            axis=1,
        )
        return pairs[0], pairs[1]

    def of_types(self, words: Collection[int]) -> Flags:
        """Which things are of some types."""
        found: Flags = np.isin(self.columns.type_of[: self.things], list(words))
        return found

    @cached_property
    def seen_of_latest(self) -> tuple[Ints, Ints]:
        """The seen portions of the latest versions, and the things they are of; covers apart."""
        version = self._portion["version"]
        latest = np.zeros(self.versions + 1, np.bool_)
        latest[self.latest] = True
        latest[-1] = False
        chosen = np.flatnonzero(self.seen & latest[version] & (self._portion["form"] != COVERED))
        return chosen, self._thing_of[version[chosen]]

    def holders(self, portions: Ints) -> Ints:
        """The things of whose latest version some of these portions are seen; one may stand twice."""
        known = portions[portions < len(self.seen)]
        known = known[self.seen[known]]
        version = self._portion["version"][known]
        thing = self._thing_of[version]
        found: Ints = thing[self.latest[thing] == version]
        return found

    @property
    def portion(self) -> Mapping[str, Ints]:
        """The columns of the portions and covers, seen or not, as long as `seen`."""
        return self._portion

    def column(self, name: str) -> Ints:
        """A column of the portions."""
        return self._portion[name]


def admitted(table: dict[str, Ints], addresses: list[bytes], opened: Open) -> Flags:
    """Rule 1."""
    label = table["label"]
    lets = np.zeros(max(int(label.max(initial=0)), max(opened.labels, default=0)) + 1, np.bool_)
    lets[[*opened.labels]] = True
    seen: Flags = lets[label] & (table["arrived"] <= opened.until)
    if opened.on is not None:
        seen &= (table["starts"] <= opened.on) & (table["ends"] > opened.on)
    if opened.corrected:
        seen &= ~_corrected(addresses, opened.corrected, len(seen))
    return seen


def _corrected(addresses: list[bytes], corrected: Set[bytes], many: int) -> Flags:
    return np.fromiter((address in corrected for address in addresses[:many]), np.bool_, many)


def _under(numbers: Ints, many: int) -> Flags:
    """Which of so many numbers are among some."""
    found = np.zeros(many, np.bool_)
    found[numbers] = True
    return found


__all__ = ["OPTIONAL", "Open", "Sight", "admitted"]
