"""Policy facts as columns: read once, then asked at any moment without looking at a fact again.

Rules:
1. Every name (party, thing, list of recipients, list of actions, condition ...) becomes a number, once.
2. Nothing that depends on the moment is settled here: not who is a member, not who acts for whom, not what is in force.
3. Facts with the same id count once.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

import numpy as np

from comity.consent.compiled.bits import Bits, Flags, Ints, pack
from comity.values import fact as f
from comity.values.condition import Condition
from comity.values.fact import AnyFact, Fact
from comity.values.instant import DAY, Instant
from comity.values.label import Atom
from comity.values.party import ANYONE, Group, PartyCode, Recipient

N = TypeVar("N", bound=Hashable)
B = TypeVar("B", bound=f.Body)


class Numbers(Generic[N]):
    """Names numbered in the order in which they were first met: rule 1."""

    def __init__(self) -> None:
        self.of: dict[N, int] = {}

    def __call__(self, name: N) -> int:
        """The number of a name, given now if need be."""
        return self.of.setdefault(name, len(self.of))

    def __len__(self) -> int:
        """How many names there are."""
        return len(self.of)

    def names(self) -> list[N]:
        """The names, by number."""
        return list(self.of)


def ints(values: Iterable[int]) -> Ints:
    """A column of whole numbers."""
    return np.fromiter(values, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Rows(Generic[B]):
    """The facts of a kind, with the columns that every fact has.

    `begun` and `ending` are the inner ends of a ragged period, `first` and `over` the outer ones.
    """

    facts: list[Fact[B]]
    recorded: Ints
    first: Ints
    begun: Ints
    ending: Ints
    over: Ints

    @classmethod
    def of(cls, facts: Iterable[Fact[B]]) -> Rows[B]:
        """Read the common columns."""
        rows = list(facts)
        return cls(
            rows,
            ints(row.recorded for row in rows),
            ints(row.valid.start.earliest for row in rows),
            ints(row.valid.start.latest for row in rows),
            ints(row.valid.end.earliest for row in rows),
            ints(row.valid.end.latest for row in rows),
        )

    def column(self, value: Callable[[B], int]) -> Ints:
        """One column of the kind's own."""
        return ints(value(row.body) for row in self.facts)

    def holds(self, on: Ints | Instant) -> tuple[Flags, Flags]:
        """Which facts surely hold at an instant, and which may."""
        may = np.asarray((on >= self.first) & (on < self.over))
        return np.asarray(may & (on >= self.begun) & (on < self.ending)), may

    def known(self, known: Instant) -> list[Fact[B]]:
        """The facts that were known."""
        return [self.facts[row] for row in np.flatnonzero(self.recorded <= known)]

    def sure(self, on: Instant, known: Instant) -> list[Fact[B]]:
        """The facts that were known and surely hold."""
        keep = (self.recorded <= known) & self.holds(on)[0]
        return [self.facts[row] for row in np.flatnonzero(keep)]


@dataclass(frozen=True, slots=True)
class Stated:
    """Grants, refusals or requests, ordered by scope: who, to whom, which actions, for what, on what condition."""

    rows: Rows[Any]
    by: Ints
    scope: Ints
    to: Ints
    actions: Ints
    purposes: Ints
    when: Ints
    """The number of the condition; -1 where there is none."""
    start: Ints
    """For every thing, the first row under it; the rows under thing `n` end before `start[n + 1]`."""


@dataclass(frozen=True, slots=True)
class Revocations:
    """Who takes which row back, from when: the row's number among the grants, refusals or requests."""

    row: Ints
    by: Ints
    recorded: Ints
    begins: Ints


class Columns:
    """All policy facts as columns: rules 1 to 3.

    Args:
        facts: the facts; no order is assumed.
        atoms: the atoms of labels that will be asked about.
    """

    def __init__(self, facts: Iterable[AnyFact], atoms: Iterable[Atom] = ()) -> None:
        self._kinds: dict[type, list[AnyFact]] = {}
        self._rows: dict[type, Rows[Any]] = {}
        self.parties: Numbers[PartyCode] = Numbers()
        self.groups: Numbers[str] = Numbers()
        self.things: Numbers[str] = Numbers()
        self.lists: Numbers[tuple[Recipient, ...]] = Numbers()
        self.words: Numbers[tuple[str, ...]] = Numbers()
        self._named: Bits | None = None
        self.conditions: list[Condition] = []
        self._condition: dict[int, int] = {}
        self.references: Numbers[Group] = Numbers()
        seen = {fact.id: fact for fact in reversed(list(facts))}
        for fact in seen.values():
            self._kinds.setdefault(type(fact.body), []).append(fact)
            self._name(fact)
        self.atoms = list(atoms)
        for atom in self.atoms:
            self.things(atom.scope)
            self._number([atom.owner, *atom.readers])
        self._read()

    def _read(self) -> None:
        self.members = self.rows(f.Member)
        self.member_group = self.members.column(lambda body: self.groups(body.group))
        self.member_party = self.members.column(lambda body: self.parties(body.party))
        self.acts_for = self.rows(f.ActsFor)
        for title in self._of(f.Title):
            self.things(title.body.thing)
        self.titles = self.rows(f.Title, lambda body: self.things(body.thing))
        self.title_thing = self.titles.column(lambda body: self.things(body.thing))
        self.title_owner = self.titles.column(lambda body: self.parties(body.owner))
        self.title_interest = self.titles.column(lambda body: _INTERESTS.index(body.interest))
        self.grants = self._stated(f.Grant)
        self.refusals = self._stated(f.Refuse)
        self.requests = self._stated(f.Request)
        self.depth = self.grants.rows.column(lambda body: min(body.depth, len(self.parties)))
        self.waivers = self.rows(f.DeMinimis)
        self.waiver_to = self.waivers.column(lambda body: self.lists(body.to))
        self.atom_owner = ints(self.parties(atom.owner) for atom in self.atoms)
        self.atom_scope = ints(self.things(atom.scope) for atom in self.atoms)
        self.atom_to = ints(self.lists(atom.readers) for atom in self.atoms)
        self.atom_bare = np.fromiter((atom.clearance is None for atom in self.atoms), dtype=np.bool_)
        self.revoked_grants = self._revocations(self.grants.rows)
        self.revoked_refusals = self._revocations(self.refusals.rows)
        self.revoked_requests = self._revocations(self.requests.rows)
        grouped = [
            (row, self.references(name))
            for row, to in enumerate(self.lists.of)
            for name in to
            if isinstance(name, Group)
        ]
        self.grouped_list = ints(row for row, _ in grouped)
        self.list_group = ints(group for _, group in grouped)
        collected = {thing for named in self._of(f.Collection) for thing in named.body.things}
        self.atom_collected = np.flatnonzero([atom.scope in collected for atom in self.atoms])
        self.costly = np.fromiter((_costs(fact.body) for fact in self.grants.rows.facts), dtype=np.bool_)

    def rows(self, kind: type[B], order: Callable[[B], int] | None = None) -> Rows[B]:
        """The facts of a kind, by the given order when they are asked for first."""
        if kind not in self._rows:
            found = cast("list[Fact[B]]", self._kinds.get(kind, []))
            self._rows[kind] = Rows.of(found if order is None else sorted(found, key=lambda fact: order(fact.body)))
        return self._rows[kind]

    def _name(self, fact: AnyFact) -> None:
        """Number the parties that a fact names, so that the columns are as wide as they must be."""
        self.parties(fact.issuer)
        body = fact.body
        for name in ("by", "party", "owner", "organ", "sovereign", "of"):
            value = getattr(body, name, None)
            if isinstance(value, str):
                self.parties(value)
        terms = getattr(body, "terms", None)
        if terms is not None:
            self.things(terms.scope)
        self._number(getattr(body, "to", ()) if terms is None else terms.to)

    def _number(self, names: Iterable[Recipient]) -> None:
        """Number the parties among some recipients."""
        for name in names:
            if isinstance(name, str) and name != ANYONE:
                self.parties(name)

    def _stated(self, kind: type[B]) -> Stated:
        rows = self.rows(kind, lambda body: self.things(_terms(body).scope))
        scope = rows.column(lambda body: self.things(_terms(body).scope))
        return Stated(
            rows,
            rows.column(lambda body: self.parties(cast("f.Grant", body).by)),
            scope,
            rows.column(lambda body: self.lists(_terms(body).to)),
            rows.column(lambda body: self.words(_terms(body).actions)),
            rows.column(lambda body: self.words(_terms(body).purposes)),
            rows.column(lambda body: self._when(_terms(body).when)),
            np.searchsorted(scope, np.arange(len(self.things) + 1)),
        )

    def _when(self, condition: Condition | None) -> int:
        """The number of a condition; equal texts share one object, and so one number."""
        if condition is None:
            return -1
        if id(condition) not in self._condition:
            self._condition[id(condition)] = len(self.conditions)
            self.conditions.append(condition)
        return self._condition[id(condition)]

    def _revocations(self, stated: Rows[B]) -> Revocations:
        number = {fact.id: row for row, fact in enumerate(stated.facts)}
        found = [fact for fact in self._of(f.Revoke) if fact.body.fact in number]
        rows = [number[fact.body.fact] for fact in found]
        notice = [getattr(stated.facts[row].body, "notice_days", 0) for row in rows]
        return Revocations(
            ints(rows),
            ints(self.parties(fact.body.by) for fact in found),
            ints(fact.recorded for fact in found),
            ints(_begins(fact, days) for fact, days in zip(found, notice, strict=True)),
        )

    def _of(self, kind: type[B]) -> Sequence[Fact[B]]:
        return cast("Sequence[Fact[B]]", self._kinds.get(kind, ()))

    def named(self, width: int) -> Bits:
        """For every list of recipients, whom it names outright."""
        if self._named is None:
            plane = np.zeros((len(self.lists), width), dtype=np.bool_)
            for row, to in enumerate(self.lists.of):
                plane[row, [self.parties(name) for name in to if isinstance(name, str) and name != ANYONE]] = True
                plane[row] |= ANYONE in to
            self._named = pack(plane)
        return self._named

    def edges(self) -> Ints:
        """Every instant at which some fact may begin or cease to matter."""
        found: set[int] = set()
        for facts in self._kinds.values():
            for fact in facts:
                start, end = fact.valid.start, fact.valid.end
                found |= {start.earliest, start.latest, end.earliest, end.latest}
        renewals = [(fact.body.grant, fact.valid.start.latest) for fact in self._of(f.Renew)]
        for grant in self._of(f.Grant):
            if grant.body.lease_days is not None:
                own = grant.valid.start
                starts = [own.earliest, own.latest, *(start for name, start in renewals if name == grant.id)]
                found |= {start + grant.body.lease_days * DAY for start in starts}
        for revoked in (self.revoked_grants, self.revoked_refusals, self.revoked_requests):
            found |= set(revoked.begins.tolist())
        return ints(sorted(found))


_INTERESTS = tuple(f.Interest)


def _costs(grant: f.Grant) -> bool:
    """Whether using a grant costs anything: a lease, a quota, a clearance, an obligation."""
    return (grant.lease_days, grant.quota, grant.clearance) != (None, None, None) or bool(grant.obligations)


def _terms(body: object) -> f.Terms:
    return cast("f.Grant", body).terms


def _begins(fact: Fact[f.Revoke], notice: int) -> Instant:
    """When a revocation takes effect: never before it was recorded, nor before its notice has run."""
    stated = fact.recorded if fact.body.effective is None else fact.body.effective
    return max(stated, fact.recorded + max(notice, fact.body.notice_days) * DAY)
