"""How far consents reach: for every clause, which parties hold the right by a chain of grants, and whom it is refused.

Rules:
1. A pair is a clause and a grant, refusal or request under one of its scopes, that its issuer may use there.
2. A refusal by the owner, or by the giver of a link, cuts the link to the holder it names. (That the owner's refusal
   beats his grant to the asker himself is said once, where the verdict is made.)
3. Four readings are kept side by side: the chains that surely lead (*strict*) or may lead (*lax*); and both once more
   as if nothing were barred (*shut*, *every*).
4. The right spreads from the owner in sweeps: in each, every holder passes on what depth he has left, less one and
   never more than his grant leaves. No chain is longer than there are givers, so the sweeps end.
"""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple

import numpy as np

from comity.consent.compiled import bits
from comity.consent.compiled.bits import Bits, Flags, Ints
from comity.consent.compiled.clauses import Clauses
from comity.consent.compiled.columns import Stated
from comity.consent.compiled.moment import At, Pair, Reach
from comity.consent.compiled.usage import Usage, usage

STRICT, LAX, SHUT, EVERY = READINGS = range(4)
SURE = {STRICT, SHUT}


class Pairs(NamedTuple):
    """Clauses with rows that bear on them, and the principal who stated the row; ordered by clause."""

    clause: Ints
    row: Ints
    by: Ints


def pairs(at: At, clauses: Clauses, stated: Stated, use: Flags) -> Pairs:
    """The pairs of clauses with the rows that are flagged: rule 1."""
    used = np.flatnonzero(use)
    before = np.searchsorted(used, stated.start)  # how many of the rows flagged lie before those of each thing
    place, entry = bits.ranges(before[clauses.scope], before[clauses.scope + 1])
    row = used[place]
    by = at.principal[stated.by[row]]
    keep = _may_use(clauses, entry, by)
    clause = clauses.scope_clause[entry[keep]]
    found = Pairs(clause, row[keep], by[keep])
    if np.all(clause[1:] >= clause[:-1]):
        return found
    order = np.argsort(clause, kind="stable")
    return Pairs(clause[order], found.row[order], found.by[order])


def _may_use(clauses: Clauses, entry: Ints, by: Ints) -> Flags | slice:
    """Which rows come from an issuer who may use the scope under which they were found."""
    if not clauses.limited:
        return slice(None)
    limited = np.fromiter((only is not None for only in clauses.only), dtype=np.bool_, count=len(clauses.only))
    keep = ~limited[entry]
    for number in np.flatnonzero(~keep):
        keep[number] = int(by[number]) in (clauses.only[entry[number]] or ())
    return keep


class Refused:
    """Whom each party refuses, clause by clause: rule 2."""

    def __init__(self, at: At, clauses: Clauses) -> None:
        stated = at.columns.refusals
        alive = at.alive(stated, at.columns.revoked_refusals)
        found = pairs(at, clauses, stated, alive.may)
        at.check(stated, found.row)
        self._width = at.width
        code = found.clause * at.width + found.by
        order = np.argsort(code, kind="stable")
        self._codes, slot = np.unique(code[order], return_inverse=True)
        rows = found.row[order]
        count = len(self._codes) + 1
        to = stated.to[rows]
        self._sure = bits.gather(slot, bits.where(alive.sure[rows], at.to.sure[to]), count)
        self._may = bits.gather(slot, at.to.may[to], count)

    def by(self, clause: Ints, party: Ints) -> Reach:
        """Whom a party refuses under a clause."""
        code = clause * self._width + party
        slot = np.searchsorted(self._codes, code)
        none = len(self._codes)
        slot = np.where((slot < none) & (np.r_[self._codes, -1][slot] == code), slot, none)
        return Reach(self._sure[slot], self._may[slot])


class Chains:
    """Who holds the right under each clause, by which of the three readings: rules 3 and 4."""

    def __init__(self, at: At, clauses: Clauses, refused: Refused) -> None:
        self.at, self.clauses, self.refused = at, clauses, refused
        stated = at.columns.grants
        self.alive: Pair = at.alive(stated, at.columns.revoked_grants)
        self.pairs = self._useful(pairs(at, clauses, stated, self.alive.may))
        at.check(stated, self.pairs.row)
        self.usage: Usage = usage(at, self.alive.may)
        self.reached = self._reached()

    def _useful(self, found: Pairs) -> Pairs:
        """Without what the owner took back, and without outsiders' grants where no right is passed on."""
        at, owner = self.at, self.clauses.owner
        own = found.by == owner[found.clause]
        passing = np.bincount(found.clause, own & (at.columns.depth[found.row] > 0), len(owner)) > 0
        keep = own | passing[found.clause]
        row, by = at.revoked(at.columns.revoked_grants)
        if len(row):
            keep &= ~np.isin(found.row * at.width + owner[found.clause], row * at.width + by)
        return Pairs(found.clause[keep], found.row[keep], found.by[keep])

    def _reached(self) -> list[Bits]:
        """For each reading, the parties reached under each clause; the owner's own refusals are left to the verdict."""
        found, count = self.pairs, len(self.clauses.owner)
        reach, users = self._reach(), self._users()
        if users is None and not self._passed_on.any():
            may = bits.gather(found.clause, reach.may, count)
            sure = may if reach.sure is reach.may else bits.gather(found.clause, reach.sure, count)
            return [sure, may, sure, may]
        users = users or [bits.full(len(found.row), self.at.width)] * len(READINGS)
        held = self._held(reach, users)
        planes = [reach.sure if reading in SURE else reach.may for reading in READINGS]
        return [
            bits.gather(found.clause, plane & use & by, count)
            for plane, use, by in zip(planes, users, held, strict=True)
        ]

    @cached_property
    def _passed_on(self) -> Flags:
        """Which pairs' grants come from a holder, and not from the owner."""
        return np.not_equal(self.pairs.by, self.clauses.owner[self.pairs.clause], dtype=np.bool_)

    def _reach(self) -> Reach:
        """For each pair, whom the grant names: not its giver, nor whom its giver refuses."""
        at, found = self.at, self.pairs
        lists = at.columns.grants.to[found.row]
        may = at.to.may[lists]
        certain = self.alive.sure[found.row]
        held = np.flatnonzero(self._passed_on)
        if at.exact and certain.all() and not len(held):
            return Reach(may, may)
        sure = bits.where(certain, at.to.sure[lists])
        if len(held):
            its = self.refused.by(found.clause[held], found.by[held])
            itself = bits.single(found.by[held], at.width)
            sure[held] &= ~(its.may | itself)
            may[held] &= ~(its.sure | itself)
        return Reach(sure, may)

    def _users(self) -> list[Bits] | None:
        """For each reading and pair, who may use the grant; None where using costs nothing."""
        usage, cost = self.usage, self.usage.cost[self.pairs.row]
        if not cost.any():
            return None
        free = ~usage.barred[cost]
        return [usage.sure[cost] & free, usage.may[cost] & free, usage.sure[cost], usage.may[cost]]

    def _held(self, reach: Reach, users: list[Bits]) -> list[Bits]:
        """For each reading and pair, the askers for whom its giver holds the right with depth to pass it on.

        A link leads on to a holder when the grant names him and the owner does not refuse him.
        """
        at, found, owner = self.at, self.pairs, self.clauses.owner
        code = found.clause * at.width + found.by
        slots = np.unique(code[self._passed_on])
        slot = np.where(self._passed_on, np.searchsorted(slots, code), len(slots))
        pair, target = self._links(slots)
        order = np.argsort(target, kind="stable")
        pair, target = pair[order], target[order]
        holder, clause = slots[target] % at.width, found.clause[pair]
        refused = self.refused.by(clause, owner[clause])
        sure = bits.has(reach.sure[pair], holder) & ~bits.has(refused.may, holder)
        may = bits.has(reach.may[pair], holder) & ~bits.has(refused.sure, holder)
        depth = at.columns.depth[found.row[pair]]
        links = (
            Links(slot[pair], target, bits.where(sure if reading in SURE else may, users[reading][pair]), depth)
            for reading in READINGS
        )
        return [spread(link, slot, len(slots)) for link in links]

    def _links(self, slots: Ints) -> tuple[Ints, Ints]:
        """Each pair whose grant leaves depth, with each slot (a giver under a clause) of its clause."""
        found, clause_of = self.pairs, slots // self.at.width
        leaving = np.flatnonzero(self.at.columns.depth[found.row] > 0)
        clause = found.clause[leaving]
        target, which = bits.ranges(
            np.searchsorted(clause_of, clause, "left"), np.searchsorted(clause_of, clause, "right")
        )
        return leaving[which], target


class Links(NamedTuple):
    """Links from giver to giver, ordered by where they lead: for which askers each leads, and what depth it leaves.

    A giver under a clause has a number, a *slot*; the number after the last stands for every owner.
    """

    source: Ints
    target: Ints
    leads: Bits
    depth: Ints


def spread(links: Links, slot: Ints, slots: int) -> Bits:
    """For each slot asked about, the askers for whom it may pass the right on: rule 4.

    Args:
        links: from slot to slot.
        slot: the slots asked about.
        slots: how many there are, the owners' not counted.
    """
    levels = int(min(links.depth.max(initial=0), slots)) + 1
    held = np.zeros((levels + 1, slots + 1, links.leads.shape[1]), dtype=np.uint64)
    held[:, slots] = ~np.uint64(0)
    while True:
        before = held.copy()
        for level in range(1, levels):
            enough = bits.where(links.depth >= level, links.leads)
            held[level, :slots] |= bits.gather(links.target, held[level + 1, links.source] & enough, slots)
        if np.array_equal(before, held):
            return np.asarray(held[1, slot])
