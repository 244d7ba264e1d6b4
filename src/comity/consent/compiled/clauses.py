"""Whose consent is asked about what: a clause for every (thing asked about, base, required owner).

Rules:
1. A thing that no derivation, collection, quorum, route or standing of its own mentions is *plain*: it is its own base,
   and its titles are its clauses. Plain things are read as columns; the others one by one.
2. The bases of a thing are the owned things among all it is made from; what lies between a base and the thing are
   those of them that are made, in some way, from the base.
3. The strictest standing line decides what say an interest gives; only required owners have clauses.
4. A collection lends its name as a scope to those who made it, and to everybody where the base's owner made it; to a
   quorum, where any of the base's required owners made it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np

from comity.consent.compiled.bits import Flags, Ints, ranges
from comity.consent.compiled.columns import ints
from comity.consent.compiled.moment import At
from comity.errors import Malformed
from comity.values import fact as f
from comity.values.fact import ANY

_STRICT = (f.Role.REQUIRED, f.Role.CONSULTED, f.Role.NOTIFIED)
_INTERESTS = tuple(f.Interest)
CERTAIN, DOUBTED, ALONE = 0, 1, 2
Asked = tuple[str, str | None]
"""A thing, and the route on which it is asked about as a leg."""


class Clauses(NamedTuple):
    """Clauses, ordered by fold; a *fold* is one base of one thing asked about, whose owners are weighed together.

    `doubt` says whether the owner is certain, may not be one beside a certain one, or may not be one while no one is
    certain. `counted` is whether the owner counts for the fold's quorum; a fold without quorum has 0 in `needs`.
    """

    owner: Ints
    doubt: Ints
    counted: Flags
    fold: Ints
    asked: Ints
    needs: Ints
    bases: list[tuple[str, str, frozenset[str]] | None]
    scope_clause: Ints
    scope: Ints
    only: list[frozenset[int] | None]
    ownerless: Flags

    @property
    def limited(self) -> bool:
        """Whether some scope may not be used by all."""
        return self.only.count(None) < len(self.only)


@dataclass(slots=True)
class _Written:
    """Clauses being written down."""

    owner: list[int] = field(default_factory=list)
    doubt: list[int] = field(default_factory=list)
    counted: list[bool] = field(default_factory=list)
    fold: list[int] = field(default_factory=list)
    asked: list[int] = field(default_factory=list)
    needs: list[int] = field(default_factory=list)
    bases: list[tuple[str, str, frozenset[str]] | None] = field(default_factory=list)
    scope_clause: list[int] = field(default_factory=list)
    scope: list[int] = field(default_factory=list)
    only: list[frozenset[int] | None] = field(default_factory=list)


class Making:
    """What things are made of at a moment, and who has a say in them."""

    def __init__(self, at: At) -> None:
        self.at = at
        rows = at.columns.titles
        sure, may = rows.holds(at.on)
        known = rows.recorded <= at.known
        self._sure, self._may = sure & known, may & known
        self._inputs: dict[str, set[str]] = {}
        self.derivations: dict[str, list[f.Derive]] = {}
        for derive in at.columns.rows(f.Derive).sure(at.on, at.known):
            self._inputs.setdefault(derive.body.thing, set()).update(derive.body.from_things)
            self.derivations.setdefault(derive.body.thing, []).append(derive.body)
        self._collections: dict[str, list[f.Collection]] = {}
        for named in at.columns.rows(f.Collection).sure(at.on, at.known):
            for thing in named.body.things:
                self._collections.setdefault(thing, []).append(named.body)
        self._quorums: dict[str, list[tuple[int, str, f.Quorum]]] = {}
        for rule in at.columns.rows(f.Quorum).sure(at.on, at.known):
            if {at.question.action, ANY} & set(rule.body.actions):
                self._quorums.setdefault(rule.body.scope, []).append((rule.body.k, rule.id, rule.body))
        lines = at.columns.rows(f.Standing).sure(at.on, at.known)
        self._standing = [fact.body for fact in lines if fact.body.action in {at.question.action, ANY}]

    def clauses(self, asked: Sequence[Asked]) -> Clauses:
        """The clauses of things asked about.

        Raises:
            Malformed: one of them is derived from itself.
        """
        thing = ints(self.at.columns.things.of.get(name, -1) for name, _ in asked)
        plain = np.fromiter((self.plain(name, route) for name, route in asked), dtype=np.bool_, count=len(asked))
        ownerless = np.zeros(len(asked), dtype=np.bool_)
        made = self._read_plain(np.flatnonzero(plain), thing, ownerless)
        for number in np.flatnonzero(~plain):
            ownerless[number] = not self._read(int(number), asked[int(number)], made)
        return Clauses(
            ints(made.owner), ints(made.doubt), np.array(made.counted, dtype=np.bool_), ints(made.fold),
            ints(made.asked), ints(made.needs), made.bases, ints(made.scope_clause), ints(made.scope), made.only,
            ownerless,
        )  # fmt: skip

    def atoms(self) -> Clauses:
        """A clause for each atom of the labels: its owner, asked about its scope, whoever has a title to it."""
        columns, made = self.at.columns, _Written()
        owner = self.at.principal[columns.atom_owner]
        plain = np.ones(len(owner), dtype=np.bool_)
        plain[columns.atom_collected] = False
        for clause in columns.atom_collected.tolist():
            for scope, only in self._scopes(frozenset({columns.atoms[clause].scope}), int(owner[clause])).items():
                if scope in columns.things.of:
                    made.scope_clause.append(clause)
                    made.scope.append(columns.things.of[scope])
                    made.only.append(only)
        each, count = np.arange(len(owner)), len(owner)
        limits = [*made.only, *[None] * int(plain.sum())]
        return Clauses(
            owner, np.zeros(count, dtype=np.int64), np.ones(count, dtype=np.bool_), each, each,
            np.zeros(count, dtype=np.int64), [None] * count, np.r_[ints(made.scope_clause), each[plain]],
            np.r_[ints(made.scope), columns.atom_scope[plain]], limits, np.zeros(count, dtype=np.bool_),
        )  # fmt: skip

    # Plain things: rule 1

    @cached_property
    def _special(self) -> set[str]:
        scoped = {line.scope for line in self._standing if line.scope is not None}
        return {*self._inputs, *self._collections, *self._quorums, *scoped}

    def plain(self, thing: str, route: str | None) -> bool:
        """Whether a thing asked about is plain."""
        return route is None and thing not in self._special

    @cached_property
    def _required(self) -> Flags:
        """Whether each interest has a required say, where no line of a thing's own says otherwise."""
        return np.array([self._role(interest, ()) is f.Role.REQUIRED for interest in _INTERESTS])

    def _read_plain(self, numbers: Ints, thing: Ints, ownerless: Flags) -> _Written:
        at, of_thing = self.at, self.at.columns.title_thing
        wanted = thing[numbers]
        rows, which = ranges(np.searchsorted(of_thing, wanted, "left"), np.searchsorted(of_thing, wanted, "right"))
        alive = self._may[rows]
        ownerless[numbers] = np.bincount(which[alive], minlength=len(numbers)) == 0
        keep = alive & self._required[at.columns.title_interest[rows]]
        rows, which = rows[keep], which[keep]
        code, first, of = np.unique(
            which * at.width + at.principal[at.columns.title_owner[rows]], return_index=True, return_inverse=True
        )
        certain = np.bincount(of, self._sure[rows], len(code)) > 0
        asked, fold = np.unique(which[first], return_inverse=True)
        settled = np.bincount(fold, certain, len(asked)) > 0
        doubt = np.where(certain, CERTAIN, np.where(settled[fold], DOUBTED, ALONE))
        count = len(code)
        return _Written(
            (code % at.width).tolist(), doubt.tolist(), [True] * count, fold.tolist(), numbers[asked].tolist(),
            [0] * len(asked), [None] * len(asked), list(range(count)), wanted[which[first]].tolist(), [None] * count,
        )  # fmt: skip

    # The others, one by one: rules 2 to 4

    def _read(self, number: int, asked: Asked, made: _Written) -> bool:
        """Write down the clauses of one thing; False when nobody owns it or something it is made from."""
        thing, route = asked
        below = self.below(thing)
        if any(not self._titles(name) and not self._inputs.get(name) for name in below):
            return False
        for base in sorted(name for name in below if self._titles(name)):
            path = {name for name in below if base in below[name]} | ({route} if route is not None else set())
            self._read_base(number, thing, base, frozenset(path), made)
        return True

    def below(self, thing: str) -> dict[str, set[str]]:
        """Everything a thing is made from, itself included, and for each of these the same.

        Raises:
            Malformed: the derivation runs in a circle.
        """
        found: dict[str, set[str]] = {}
        self._descend(thing, found, ())
        return found

    def _descend(self, thing: str, found: dict[str, set[str]], way: tuple[str, ...]) -> set[str]:
        if thing in way:
            raise Malformed(f"{thing} is derived from itself", next_step="break the circle")
        if thing not in found:
            parts = (self._descend(part, found, (*way, thing)) for part in sorted(self._inputs.get(thing, ())))
            found[thing] = {thing}.union(*parts)
        return found[thing]

    def _titles(self, thing: str) -> list[int]:
        number, of_thing = self.at.columns.things.of.get(thing, -1), self.at.columns.title_thing
        start, stop = np.searchsorted(of_thing, number, "left"), np.searchsorted(of_thing, number, "right")
        return [row for row in range(int(start), int(stop)) if self._may[row]]

    def owners(self, thing: str) -> set[int]:
        """Who has, or may have, any title to a thing."""
        return {int(self.at.principal[self.at.columns.title_owner[row]]) for row in self._titles(thing)}

    def certain(self, thing: str) -> set[int]:
        """Who surely has a title to a thing."""
        columns = self.at.columns
        return {int(self.at.principal[columns.title_owner[row]]) for row in self._titles(thing) if self._sure[row]}

    def _read_base(self, number: int, thing: str, base: str, path: frozenset[str], made: _Written) -> None:
        columns = self.at.columns
        surely: dict[int, bool] = {}
        for row in self._titles(base):
            if self._role(_INTERESTS[columns.title_interest[row]], (base, thing)) is f.Role.REQUIRED:
                owner = int(self.at.principal[columns.title_owner[row]])
                surely[owner] = surely.get(owner, False) or bool(self._sure[row])
        if not surely:
            return
        k, of = self._quorum(path, surely.keys())
        for owner, certain in sorted(surely.items()):
            clause = len(made.owner)
            made.owner.append(owner)
            made.doubt.append(CERTAIN if certain else DOUBTED if any(surely.values()) else ALONE)
            made.counted.append(of is None or owner in of)
            made.fold.append(len(made.asked))
            for scope, only in self._scopes(path, owner).items():
                if scope in columns.things.of:
                    made.scope_clause.append(clause)
                    made.scope.append(columns.things.of[scope])
                    made.only.append(only)
        made.asked.append(number)
        made.needs.append(k)
        made.bases.append((thing, base, path))

    def _role(self, interest: f.Interest, scopes: Iterable[str]) -> f.Role:
        """Rule 3."""
        named = {None, *scopes}
        roles = [line.role for line in self._standing if line.interest == interest and line.scope in named]
        return min(roles, key=_STRICT.index, default=f.Role.REQUIRED)

    def _scopes(self, path: frozenset[str], owner: int | None) -> dict[str, frozenset[int] | None]:
        """Rule 4: each scope, and by whom alone it may be used (None: by all)."""
        makers: dict[str, set[int]] = {}
        for thing in path:
            for named in self._collections.get(thing, ()):
                makers.setdefault(named.name, set()).add(self.at.party(named.by))
        lent = {name: None if owner in by else frozenset(by) for name, by in makers.items()}
        return lent | dict.fromkeys(path)

    def _quorum(self, path: frozenset[str], owners: Set[int]) -> tuple[int, set[int] | None]:
        """The most demanding quorum in force: how many owners suffice, and of whom (None: of all); 0 without one."""
        rules = [
            rule
            for scope, only in self._scopes(path, None).items()
            if only is None or not only.isdisjoint(owners)
            for rule in self._quorums.get(scope, ())
        ]
        k, _, body = max(rules, key=lambda rule: rule[:2], default=(0, "", None))
        return k, {self.at.party(name) for name in body.of} if body is not None and body.of else None
