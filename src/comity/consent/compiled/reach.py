"""How far consents reach: for every clause, which parties hold the right by a chain of grants, and whom it is refused.

Rules:
1. A pair is a clause and a grant, refusal or request under one of its scopes, that its issuer may use there.
2. A refusal by the owner, or by the giver of a link, cuts the link to the holder it names.
3. Four readings are kept side by side: the chains that surely lead (*strict*) or may lead (*lax*); and both once more
   as if nothing were barred (*shut*, *every*).
4. The right spreads from the owner in sweeps: in each, every holder passes on what depth he has left, less one and
   never more than his grant leaves. No chain is longer than there are givers, so the sweeps end.
"""

from __future__ import annotations

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
    starts = np.searchsorted(stated.scope, clauses.scope, "left")
    stops = np.searchsorted(stated.scope, clauses.scope, "right")
    row, entry = bits.ranges(starts, stops)
    row, entry = row[use[row]], entry[use[row]]
    by = at.principal[stated.by[row]]
    limited = np.fromiter((only is not None for only in clauses.only), dtype=np.bool_, count=len(clauses.only))
    keep = ~limited[entry]
    for number in np.flatnonzero(~keep):
        keep[number] = int(by[number]) in (clauses.only[entry[number]] or ())
    clause = clauses.scope_clause[entry[keep]]
    order = np.argsort(clause, kind="stable")
    return Pairs(clause[order], row[keep][order], by[keep][order])


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
        row, by = at.revoked(at.columns.revoked_grants)
        back = np.isin(found.row * at.width + owner[found.clause], row * at.width + by)
        own = found.by == owner[found.clause]
        passing = np.bincount(found.clause, own & (at.columns.depth[found.row] > 0), len(owner)) > 0
        keep = ~back & (own | passing[found.clause])
        return Pairs(found.clause[keep], found.row[keep], found.by[keep])

    def _reached(self) -> list[Bits]:
        """For each reading, the parties reached under each clause."""
        at, found, count = self.at, self.pairs, len(self.clauses.owner)
        lists = at.columns.grants.to[found.row]
        own = self.refused.by(found.clause, self.clauses.owner[found.clause])
        its = self.refused.by(found.clause, found.by)
        itself = bits.single(found.by, at.width)
        sure = bits.where(self.alive.sure[found.row], at.to.sure[lists]) & ~(own.may | its.may | itself)
        may = at.to.may[lists] & ~(own.sure | its.sure | itself)
        cost = self.usage.cost[found.row]
        by_use = (
            self.usage.sure[cost] & ~self.usage.barred[cost],
            self.usage.may[cost] & ~self.usage.barred[cost],
            self.usage.sure[cost],
            self.usage.may[cost],
        )
        held = self._held(sure, may, by_use)
        return [
            bits.gather(found.clause, (sure if reading in SURE else may) & by_use[reading] & held[reading], count)
            for reading in READINGS
        ]

    def _held(self, sure: Bits, may: Bits, by_use: tuple[Bits, ...]) -> list[Bits]:
        """For each pair and reading, the askers for whom its giver holds the right with depth to pass it on."""
        at, found, owner = self.at, self.pairs, self.clauses.owner
        code = found.clause * at.width + found.by
        passes_on = found.by != owner[found.clause]
        slots = np.unique(code[passes_on])
        slot = np.where(passes_on, np.searchsorted(slots, code), len(slots))
        if not len(slots):
            return [bits.full(len(code), at.width)] * len(READINGS)
        pair, target = self._links(slots)
        holder = slots[target] % at.width
        order = np.argsort(target, kind="stable")
        pair, target, holder = pair[order], target[order], holder[order]
        depth = at.columns.depth[found.row[pair]]
        return [
            spread(
                Links(
                    slot[pair],
                    target,
                    bits.where(bits.has((sure if reading in SURE else may)[pair], holder), by_use[reading][pair]),
                    depth,
                ),
                slot,
                len(slots),
            )
            for reading in READINGS
        ]

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
