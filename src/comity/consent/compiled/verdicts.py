"""The verdicts on many things for all parties at once, from columns of facts.

Rules:
1. Each clause answers by the first that holds: own act, refusal, chain or waiver, what is unknown, a bar, an open
   request, silence; as `comity.consent.answer` says, and computed without it.
2. An owner who is not certain makes his clause CONDITIONAL: at worst beside one who is, where all are asked; at best
   where no one is certain, or where a quorum counts the yeses.
3. A fold is its weakest clause, or its k-th strongest counted one; a thing is its weakest fold; one without a fold, or
   without an owner, is DENIED.
4. A route is its weakest leg, at every instant on the way at which something may change.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from comity.consent.compiled import bits
from comity.consent.compiled.bits import Bits, Ints
from comity.consent.compiled.clauses import ALONE, DOUBTED, Asked, Clauses, Making
from comity.consent.compiled.columns import Columns, Stated
from comity.consent.compiled.moment import At, Question, Reach
from comity.consent.compiled.reach import EVERY, LAX, SHUT, STRICT, Chains, Refused, pairs
from comity.values import fact as f
from comity.values.fact import ANY, AnyFact, Fact
from comity.values.instant import NEVER, Instant
from comity.values.label import Atom
from comity.values.party import PartyCode
from comity.values.verdict import Verdict

Grades = NDArray[np.int8]
"""Verdicts as numbers, (rows, parties)."""


class Compiled:
    """Facts, compiled: ask at any moment.

    Args:
        facts: the facts, in any order.
        atoms: the atoms of the labels that will be read under.
    """

    def __init__(self, facts: Iterable[AnyFact], atoms: Iterable[Atom] = ()) -> None:
        self.columns = Columns(facts, atoms)
        self._edges: Ints | None = None

    @property
    def edges(self) -> Ints:
        """Every instant at which something may change."""
        if self._edges is None:
            self._edges = self.columns.edges()
        return self._edges

    def at(self, question: Question, on: Instant, known: Instant = NEVER) -> Verdicts:
        """The verdicts on one kind of act at one moment."""
        return Verdicts(self, At(self.columns, question, on, known))


class Verdicts:
    """What the facts say of one kind of act at one moment."""

    def __init__(self, compiled: Compiled, at: At) -> None:
        self._compiled, self._at = compiled, at
        self._making = Making(at)

    def of(self, things: Sequence[str]) -> Grades:
        """The verdicts on things, for every party: an array (things, parties + 1), the last column for strangers.

        Raises:
            Malformed: a thing is derived from itself, or a condition compares an attribute of the wrong type.
        """
        ways = {number: stops for number, name in enumerate(things) if (stops := list(self._stops(name)))}
        asked = [(name, None) for number, name in enumerate(things) if number not in ways]
        grades = np.zeros((len(things), self._at.width), dtype=np.int8)
        grades[[number for number in range(len(things)) if number not in ways]] = self._sweep(asked).grades
        for number, stops in ways.items():
            every = [self._later(on)._sweep([(leg, things[number])]).grades[0] for leg, on in stops]
            grades[number] = np.min(every, axis=0)
        return grades

    def column(self, party: PartyCode) -> int:
        """Where the verdicts for a party stand: at its principal's, or at the strangers' if no fact names it."""
        return self._at.party(party)

    def verdict(self, thing: str, party: PartyCode) -> Verdict:
        """The verdict on one thing for one party."""
        every = self._asked(thing)
        return Verdict(min(int(there._sweep([asked]).grades[0, there._at.party(party)]) for _, there, asked in every))

    def missing(self, thing: str, party: PartyCode) -> tuple[PartyCode, ...]:
        """The required owners below GRANTED, sorted; none where the thing is granted, or nobody owns it."""
        found = [(there._sweep([asked]), there._at.party(party)) for _, there, asked in self._asked(thing)]
        if any(sweep.hopeless(0, column) for sweep, column in found):
            return ()
        return tuple(sorted({owner for sweep, column in found for owner in sweep.missing(0, column)}))

    def needed(self, thing: str, party: PartyCode) -> int | None:
        """How many more yeses the quorums of a thing want; along a route, of each territory when it wants most."""
        most: dict[str, int] = {}
        for leg, there, asked in self._asked(thing):
            wanted = there._sweep([asked]).needed(0, there._at.party(party))
            if wanted is not None:
                most[leg] = max(most.get(leg, 0), wanted)
        return sum(most.values()) if most else None

    def atoms(self) -> Bits:
        """Whom each atom lets read (`comity.consent.labels`, rule 1): its owner; whoever he grants it or has named.

        Only a question whose action is `read` is meant by an atom.
        """
        at = self._at
        sweep = _Sweep(at, self._making, self._making.atoms())
        named = bits.where(at.columns.atom_bare, at.to.sure[at.columns.atom_to])
        return (sweep.granted | named) & ~sweep.refused | bits.single(sweep.clauses.owner, at.width)

    def _asked(self, thing: str) -> list[tuple[str, Verdicts, Asked]]:
        """What is asked about when a thing is, and at which moments: itself now, or a route's legs: rule 4."""
        along = [(leg, self._later(on), (leg, thing)) for leg, on in self._stops(thing)]
        return list(along) or [(thing, self, (thing, None))]

    def _later(self, on: Instant) -> Verdicts:
        return Verdicts(self._compiled, self._at.again(on))

    def _stops(self, thing: str) -> Iterator[tuple[str, Instant]]:
        """Where and when a route is asked about: rule 4."""
        at = self._at
        for route in at.columns.rows(f.Route).sure(at.on, at.known):
            if route.body.thing == thing:
                for leg in route.body.legs:
                    enter = at.on + leg.after
                    edges = self._compiled.edges
                    inside = edges[(edges > enter) & (edges < enter + leg.stay)]
                    yield from ((leg.territory, on) for on in (enter, *map(int, inside)))

    def _sweep(self, asked: Sequence[Asked]) -> _Sweep:
        return _Sweep(self._at, self._making, self._making.clauses(asked))


class _Sweep:
    """One pass over some clauses."""

    def __init__(self, at: At, making: Making, clauses: Clauses) -> None:
        self.at, self.making, self.clauses = at, making, clauses
        refused = Refused(at, clauses)
        self._chains = Chains(at, clauses, refused)
        self._refusal = refused.by(np.arange(len(clauses.owner)), clauses.owner)

    @property
    def refused(self) -> Bits:
        """Whom each clause's owner, or a bar, surely shuts out."""
        reached = self._chains.reached
        return self._refusal.sure | (reached[SHUT] & ~reached[LAX])

    @property
    def granted(self) -> Bits:
        """Whom each clause's owner surely grants, by a chain."""
        return self._chains.reached[STRICT] & ~self._refusal.may

    @cached_property
    def answers(self) -> Grades:
        """What each clause's owner says to each party: rule 1, from the last that may hold to the first; and rule 2."""
        at, owner, chains, refusal = self.at, self.clauses.owner, self._chains, self._refusal
        waived = self._waived()
        steps: list[tuple[Verdict, Bits]] = [
            (Verdict.PENDING, self._pending()),
            (Verdict.CONDITIONAL, chains.reached[EVERY]),
            (Verdict.DENIED, chains.reached[SHUT]),
            (Verdict.CONDITIONAL, chains.reached[LAX] | waived.may),
            (Verdict.GRANTED, (chains.reached[STRICT] | waived.sure) & ~refusal.may),
            (Verdict.DENIED, refusal.sure),
            (Verdict.GRANTED, bits.single(owner, at.width)),
        ]
        grades = np.full((len(owner), at.width), Verdict.SILENT, dtype=np.int8)
        for verdict, held in steps:
            grades[bits.unpack(held, at.width)] = verdict
        return self._doubted(grades)

    def _doubted(self, grades: Grades) -> Grades:
        """Rule 2."""
        doubt = self.clauses.doubt
        counting = np.isin(self.clauses.fold, np.flatnonzero(self.clauses.needs))
        at_best = (doubt == ALONE) | ((doubt == DOUBTED) & counting)
        at_worst = (doubt == DOUBTED) & ~counting
        grades[at_best] = np.minimum(grades[at_best], Verdict.CONDITIONAL)
        grades[at_worst] = np.maximum(grades[at_worst], Verdict.CONDITIONAL)
        return grades

    @cached_property
    def folds(self) -> Grades:
        """The verdict of each fold: rule 3."""
        clauses, count = self.clauses, len(self.clauses.asked)
        grades = np.zeros((count, self.at.width), dtype=np.int8)
        if count:
            starts = np.searchsorted(clauses.fold, np.arange(count))
            grades[:] = np.minimum.reduceat(self.answers, starts, axis=0)
        for fold in np.flatnonzero(clauses.needs):
            counted = self.answers[(clauses.fold == fold) & clauses.counted]
            k = int(clauses.needs[fold])
            grades[fold] = np.sort(counted, axis=0)[-k] if k <= len(counted) else Verdict.DENIED
        return grades

    @property
    def grades(self) -> Grades:
        """The verdict on each thing: rule 3."""
        count = len(self.clauses.ownerless)
        grades = np.full((count, self.at.width), Verdict.GRANTED, dtype=np.int8)
        weighed = np.zeros(count, dtype=np.bool_)
        weighed[self.clauses.asked] = True
        np.minimum.at(grades, self.clauses.asked, self.folds)
        grades[~weighed | self.clauses.ownerless] = Verdict.DENIED
        return grades

    def missing(self, asked: int, column: int) -> set[PartyCode]:
        """The owners below GRANTED in the folds that are below it."""
        clauses, names = self.clauses, self.at.columns.parties.names()
        below = (clauses.asked == asked) & (self.folds[:, column] < Verdict.GRANTED)
        blocking = below[clauses.fold] & (self.answers[:, column] < Verdict.GRANTED)
        counted = clauses.counted | (clauses.needs[clauses.fold] == 0)
        return {names[owner] for owner in clauses.owner[blocking & counted]}

    def needed(self, asked: int, column: int) -> int | None:
        """How many more yeses the folds with a quorum want; None where there is none, or nobody owns the thing."""
        clauses = self.clauses
        folds = np.flatnonzero((clauses.asked == asked) & (clauses.needs > 0))
        if clauses.ownerless[asked] or not len(folds):
            return None
        yes = (self.answers[:, column] == Verdict.GRANTED) & clauses.counted
        given = np.bincount(clauses.fold[yes], minlength=len(clauses.needs))
        return int(np.maximum(0, clauses.needs[folds] - given[folds]).sum())

    def hopeless(self, asked: int, column: int) -> bool:
        """Whether the thing is denied without anybody whose consent could be sought."""
        return bool(self.grades[asked, column] == Verdict.DENIED) and not self.missing(asked, column)

    # Requests and waivers: few, so one by one

    def _pending(self) -> Bits:
        """Open requests: those of which the owner has said nothing later that covers the asker and the action."""
        at, stated, owner = self.at, self.at.columns.requests, self.clauses.owner
        alive = at.alive(stated, at.columns.revoked_requests)
        found = pairs(at, self.clauses, stated, alive.sure)
        at.check(stated, found.row)
        asked = bits.has(at.to.sure[stated.to[found.row]], owner[found.clause])
        held = bits.where(asked, bits.single(found.by, at.width))
        said = [*self._said(at.columns.grants, found.clause), *self._said(at.columns.refusals, found.clause)]
        for number in np.flatnonzero(asked):
            request = stated.rows.facts[found.row[number]]
            for clause, fact, covered in said:
                if clause == found.clause[number] and (fact.recorded, fact.order) > (request.recorded, request.order):
                    held[number] &= ~covered
        return bits.gather(found.clause, held, len(owner))

    def _said(self, stated: Stated, clauses: Ints) -> list[tuple[int, Fact[f.Grant], Bits]]:
        """What owners have said about the action under some clauses, whether or not it is in force."""
        if not len(clauses):
            return []
        at = self.at
        found = pairs(at, self.clauses, stated, at.told(stated))
        own = np.isin(found.clause, clauses) & (found.by == self.clauses.owner[found.clause])
        return [
            (int(clause), stated.rows.facts[row], at.to.sure[stated.to[row]])
            for clause, row in zip(found.clause[own], found.row[own], strict=True)
        ]

    def _waived(self) -> Reach:
        """Whom each clause's owner waives by a de minimis rule, for a base that is a part of the thing."""
        at, clauses = self.at, self.clauses
        sure, may = bits.none(len(clauses.owner), at.width), bits.none(len(clauses.owner), at.width)
        rules = at.columns.waivers
        known = (rules.recorded <= at.known) & rules.holds(at.on)[0]
        for row in np.flatnonzero(known):
            rule, to = rules.facts[row].body, at.columns.waiver_to[row]
            if {at.question.action, ANY} & set(rule.actions):
                for clause in np.flatnonzero(clauses.owner == at.party(rule.by)):
                    surely, perhaps = self._within(int(clause), rule.threshold)
                    sure[clause] |= at.to.sure[to] if surely else 0
                    may[clause] |= at.to.may[to] if perhaps else 0
        return Reach(sure, may)

    def _within(self, clause: int, threshold: Decimal) -> tuple[bool, bool]:
        """Whether all that the owner controls in the assembly surely, or perhaps, stays within a threshold."""
        base = self.clauses.bases[self.clauses.fold[clause]]
        if base is None or base[0] == base[1]:
            return False, False
        whole, owner, making = base[0], int(self.clauses.owner[clause]), self.making
        parts = [name for name in making.below(whole) if name != whole and owner in making.owners(name)]
        shares = {part: self._share(whole, part) for part in parts}
        stated = {part: share for part, share in shares.items() if share is not None}
        own = [share for part, share in stated.items() if part == base[1] or owner in making.certain(part)]
        most, least = sum(stated.values(), Decimal(0)), sum(own, Decimal(0))
        return len(stated) == len(shares) and most <= threshold, least <= threshold

    def _share(self, thing: str, base: str) -> Decimal | None:
        """A base's share of a thing's value in per cent; None where a share on the way to it is not stated."""
        if thing == base:
            return Decimal(100)
        total = Decimal(0)
        for made in self.making.derivations.get(thing, ()):
            stated = dict(made.shares)
            for part in made.from_things:
                inside, outside = self._share(part, base), stated.get(part)
                if base not in self.making.below(part) or 0 in {inside, outside}:
                    continue
                if inside is None or outside is None:
                    return None
                total += inside * outside / 100
        return total
