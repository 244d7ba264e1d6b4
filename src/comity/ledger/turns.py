"""The instants at which facts turn: at which one begins or ceases to matter. Between two of them all stays as it is.

Rules:
1. A fact turns where its period begins or ends, at the earliest and at the latest that a ragged date allows.
2. A revocation turns when it was recorded, on its day, and when its notice, or its target's, is over.
3. A leased grant turns where its lease, or one of its renewals, runs out.
There may be more of them than need be, never fewer.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass

from comity.consent.facts import Facts
from comity.values import fact as f
from comity.values.fact import AnyFact, Fact
from comity.values.instant import ALWAYS, DAY, NEVER, Instant


@dataclass(frozen=True, slots=True)
class Turning:
    """Facts, the instants at which one of them turns, in order, and what of consents they touch.

    `reached` holds every scope that a consent, a refusal or a collection names. `touched` grows with the facts: the
    scopes that later facts bear on; where they may bear on anything, `era` is another.
    """

    facts: Facts
    turns: Sequence[Instant]
    reached: Set[str]
    era: object
    touched: Sequence[str]

    def around(self, on: Instant) -> tuple[Instant, Instant]:
        """From when until when nothing turns around an instant: `from <= on < until`."""
        place = bisect_right(self.turns, on)
        before = self.turns[place - 1] if place else ALWAYS
        return before, self.turns[place] if place < len(self.turns) else NEVER + 1


def turns(new: Iterable[AnyFact], facts: Facts) -> Iterator[Instant]:
    """The instants at which facts turn, new ones among all of them: rules 1 to 3."""
    for fact in new:
        valid = fact.valid
        yield from (valid.start.earliest, valid.start.latest, valid.end.earliest, valid.end.latest)
        match fact.body:
            case f.Revoke(fact=name):
                yield from _taken_back(fact, facts.find(name))
            case f.Renew(grant=name):
                yield from _leased(facts.find(name), facts)
            case f.Grant():
                yield from _leased(fact, facts)
                for revoke in facts.of(f.Revoke, fact.id):
                    yield from _taken_back(revoke, fact)


def reached(facts: Iterable[AnyFact]) -> Iterator[str]:
    """The scopes that a consent or a refusal among facts states, and the things that a collection gathers."""
    for fact in facts:
        match fact.body:
            case f.Grant(terms=terms) | f.Refuse(terms=terms):
                yield terms.scope
            case f.Collection(things=things):
                yield from things


def touched(fact: AnyFact, facts: Facts) -> set[str] | None:
    """The scopes and things on which a new fact bears where labels ask for consent; None where it may be any.

    What a thing is made of, whose it is and how its owners count is not asked of the scope of a label.
    """
    match fact.body:
        case f.Grant(terms=terms) | f.Refuse(terms=terms) | f.Request(terms=terms):
            gathered = facts.every(f.Collection)
            return {terms.scope}.union(*(one.body.things for one in gathered if one.body.name == terms.scope))
        case f.Revoke(fact=name) | f.Renew(grant=name) | f.Use(grant=name) | f.Discharge(grant=name):
            target = facts.find(name)
            return None if target is None or target is fact else touched(target, facts)
        case f.Title() | f.Derive() | f.Route() | f.Standing() | f.Quorum() | f.DeMinimis():
            return set()
    return None


def _taken_back(revoke: AnyFact, target: AnyFact | None) -> Iterator[Instant]:
    """Rule 2."""
    if isinstance(revoke.body, f.Revoke):
        effective, days = revoke.body.effective, revoke.body.notice_days
        notice = target.body.notice_days if target is not None and isinstance(target.body, f.Grant) else 0
        yield from (revoke.recorded, revoke.recorded if effective is None else effective)
        yield from (revoke.recorded + number * DAY for number in (days, notice))


def _leased(grant: AnyFact | None, facts: Facts) -> Iterator[Instant]:
    """Rule 3."""
    if grant is not None and isinstance(grant.body, f.Grant) and grant.body.lease_days is not None:
        renewals: Sequence[Fact[f.Renew]] = facts.of(f.Renew, grant.id)
        starts = (grant.valid.start.latest, *(renewal.valid.start.latest for renewal in renewals))
        yield from (start + grant.body.lease_days * DAY for start in starts)
