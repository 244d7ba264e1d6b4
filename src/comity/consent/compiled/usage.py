"""What it costs to use a grant: lease, quota, clearance and obligations, for all askers at once.

Rules:
1. Most grants cost nothing; only those that do have rows here, each with the askers who surely may use it, who may
   perhaps, and for whom the enforcing face bars it.
2. A lease runs from the grant's first day and from each renewal by its giver; from a ragged first day, surely only
   where it runs from every day that may have been the first.
3. A quota lasts while what was used and what is asked stay within it; a quantity that is not given is unknown unless
   nothing is left. Uses count as stated by the giver, or by those whom the grant names, or named when they used it; as
   stated by those whom it only may have named they may count.
4. A clearance is compared in the giver's order of levels, after his equivalences; his organs state them for him.
5. An obligation is discharged by the asker, or acknowledged by the giver for the asker or for all. One owed before the
   act leaves the grant uncertain; one that the face cannot discharge bars it, whatever is owed before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import NamedTuple

import numpy as np

from comity.consent.compiled import bits
from comity.consent.compiled.bits import Bits, Flags, Ints
from comity.consent.compiled.moment import At, Pair, Reach
from comity.values import fact as f
from comity.values.fact import Fact
from comity.values.instant import DAY, exactly
from comity.values.truth import Truth


class Usage(NamedTuple):
    """For each grant the row of its cost (row 0: none); and for each cost, who may use it, and who is barred."""

    cost: Ints
    sure: Bits
    may: Bits
    barred: Bits


def usage(at: At, alive: Flags) -> Usage:
    """What each living grant costs."""
    rows = [int(row) for row in np.flatnonzero(alive & at.columns.costly)]
    cost = np.zeros(len(alive), dtype=np.int64)
    cost[rows] = np.arange(1, len(rows) + 1)
    planes = np.ones((3, len(rows) + 1, at.width), dtype=np.bool_)
    planes[2, 0] = False
    told = _Told.of(at)
    for number, row in enumerate(rows, start=1):
        planes[:, number] = _cost(at, at.columns.grants.rows.facts[row], row, told)
    return Usage(cost, *(bits.pack(plane) for plane in planes))


class _Told(NamedTuple):
    """What was told at this moment about renewals, uses, discharges, levels and equivalences, by what it is about."""

    renewals: dict[str, list[Fact[f.Renew]]]
    uses: dict[str, list[Fact[f.Use]]]
    discharges: dict[str, list[Fact[f.Discharge]]]
    levels: dict[int, list[tuple[str, ...]]]
    equivalences: dict[int, list[f.Equivalence]]

    @classmethod
    def of(cls, at: At) -> _Told:
        """Sort what was told."""
        columns, told = at.columns, cls({}, {}, {}, {}, {})
        for renew in columns.rows(f.Renew).known(at.known):
            told.renewals.setdefault(renew.body.grant, []).append(renew)
        for use in columns.rows(f.Use).known(at.known):
            told.uses.setdefault(use.body.grant, []).append(use)
        for discharge in columns.rows(f.Discharge).sure(at.on, at.known):
            told.discharges.setdefault(discharge.body.grant, []).append(discharge)
        for levels in columns.rows(f.Levels).sure(at.on, at.known):
            told.levels.setdefault(at.party(levels.body.by), []).append(levels.body.order)
        for same in columns.rows(f.Equivalence).sure(at.on, at.known):
            told.equivalences.setdefault(at.party(same.body.by), []).append(same.body)
        return told


def _cost(at: At, grant: Fact[f.Grant], row: int, told: _Told) -> Flags:
    """Who may surely use one grant, who perhaps, and who is barred: an array (3, parties)."""
    giver = int(at.principal[at.columns.grants.by[row]])
    limits = [
        _every(at, _leased(at, grant, giver, told)),
        _every(at, _within_quota(at, grant, row, giver, told)),
        _cleared(at, grant.body.clearance, giver, told),
    ]
    prepared, barred = _duties(at, grant, giver, told)
    sure = np.logical_and.reduce([prepared, *(limit.sure for limit in limits)])
    may = np.logical_and.reduce([limit.may for limit in limits])
    return np.stack([sure, may, barred])


def _every(at: At, truth: Truth) -> Pair:
    """The same for every asker."""
    return Pair(np.full(at.width, truth is Truth.TRUE), np.full(at.width, truth is not Truth.FALSE))


def _leased(at: At, grant: Fact[f.Grant], giver: int, told: _Told) -> Truth:
    """Rule 2."""
    if grant.body.lease_days is None:
        return Truth.TRUE
    length = grant.body.lease_days * DAY
    renewed = [fact for fact in told.renewals.get(grant.id, ()) if at.party(fact.body.by) == giver]
    starts = [grant.valid.start, *(exactly(fact.valid.start.latest) for fact in renewed)]
    if any(start.latest <= at.on < start.earliest + length for start in starts):
        return Truth.TRUE
    perhaps = any(start.earliest <= at.on < start.latest + length for start in starts)
    return Truth.UNKNOWN if perhaps else Truth.FALSE


def _within_quota(at: At, grant: Fact[f.Grant], row: int, giver: int, told: _Told) -> Truth:
    """Rule 3."""
    if grant.body.quota is None:
        return Truth.TRUE
    gone = most = Decimal(0)
    for fact in told.uses.get(grant.id, ()):
        if fact.valid.start.latest <= at.on:
            by, then = at.party(fact.body.by), fact.valid.start.latest
            now, before = _names(at, row, by, at.to), _names(at, row, by, at.reach(then))
            gone += fact.body.amount if by == giver or now.sure or before.sure else 0
            most += fact.body.amount if by == giver or now.may or before.may else 0
    wanted = at.question.attributes.get("quantity")
    if isinstance(wanted, Decimal):
        may = wanted > 0 and gone + wanted <= grant.body.quota
        return Truth.FALSE if not may else Truth.TRUE if most + wanted <= grant.body.quota else Truth.UNKNOWN
    return Truth.UNKNOWN if gone < grant.body.quota else Truth.FALSE


class _Named(NamedTuple):
    """Whether a grant names a party, surely and perhaps."""

    sure: bool
    may: bool


def _names(at: At, row: int, party: int, reach: Reach) -> _Named:
    """Whether a grant names a party, by whom lists of recipients cover."""
    numbered = at.columns.grants.to[row]
    sure, may = (bits.unpack(plane[numbered][None, :], at.width)[0] for plane in reach)
    return _Named(bool(sure[party]), bool(may[party]))


def _cleared(at: At, wanted: str | None, giver: int, told: _Told) -> Pair:
    """Rule 4."""
    held = at.question.clearance
    if wanted is None or held is None:
        return _every(at, Truth.TRUE if wanted is None else Truth.UNKNOWN)
    enough = {wanted}.union(*(_above(order, wanted) for order in told.levels.get(giver, ())))
    flags = np.zeros(at.width, dtype=np.bool_)
    taken = {same.of for same in told.equivalences.get(giver, ()) if same.theirs == held and same.ours in enough}
    flags[[at.party(party) for party in taken]] = True
    return Pair(flags, flags)


def _above(order: tuple[str, ...], wanted: str) -> tuple[str, ...]:
    return order[order.index(wanted) :] if wanted in order else ()


def _duties(at: At, grant: Fact[f.Grant], giver: int, told: _Told) -> tuple[Flags, Flags]:
    """Who has done what is owed before, and who is barred: rule 5."""
    prepared, barred = np.ones(at.width, dtype=np.bool_), np.zeros(at.width, dtype=np.bool_)
    face = at.question.face
    for owed in grant.body.obligations:
        done = np.zeros(at.width, dtype=np.bool_)
        done[list(_released(at, owed.id, giver, told.discharges.get(grant.id, ())))] = True
        if owed.phase is f.Phase.BEFORE:
            prepared &= done
        if face is not None and owed.kind not in face:
            barred |= ~done
    return prepared | barred, barred


def _released(at: At, owed: str, giver: int, told: Iterable[Fact[f.Discharge]]) -> Iterator[int]:
    """The askers for whom an obligation is discharged."""
    for fact in told:
        if fact.body.obligation == owed:
            by = at.party(fact.body.by)
            yield by
            if by == giver:
                named = fact.body.party
                yield from range(at.width) if named is None else (at.party(named),)
