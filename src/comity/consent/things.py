"""What a thing is made of, so that it is known who owns it: derivation, collections, routes.

Rules:
1. A derived thing has the owners of its inputs, recursively, plus its own titles. The deriver owns only by a title.
2. A *base* is a thing in the derivation that somebody has a title to. Its owner answers by facts whose scope is the
   base, the thing asked about, anything on the way between them, or a collection that names one of these.
3. A thing that is neither owned nor derived, or is derived from such a thing, has no owner: nothing about it is ever
   granted.
4. A collection widens a fact's scope only when the fact's own issuer, or the owner who is asked, named it; a quorum's,
   only when one of the base's required owners did.
5. A route is asked about leg by leg, each territory from the instant it is entered until it is left; its sovereign
   answers by facts about the territory or about the route.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from comity.consent.facts import Moment
from comity.errors import Malformed
from comity.values import fact as f
from comity.values.fact import Fact
from comity.values.instant import Instant
from comity.values.party import PartyCode
from comity.values.truth import Truth


@dataclass(frozen=True, slots=True)
class Base:
    """An owned thing inside the thing asked about, and everything on the way from it to there (both included)."""

    thing: str
    path: frozenset[str]


class Making(NamedTuple):
    """How a thing is made: its bases, what in it nobody owns, and the facts that say so."""

    bases: tuple[Base, ...]
    ownerless: tuple[str, ...]
    facts: tuple[str, ...]


def making(moment: Moment, thing: str, route: str | None = None) -> Making:
    """The bases of a thing: rules 1 to 3; of a leg's territory, when it is asked about as part of a route: rule 5.

    Raises:
        Malformed: the derivation runs in a circle.
    """
    walk = _Walk(moment)
    walk.visit(thing, (thing,) if route is None else (route, thing))
    bases = tuple(Base(name, frozenset(path)) for name, path in sorted(walk.paths.items()))
    return Making(bases, tuple(sorted(walk.ownerless)), tuple(walk.used))


class _Walk:
    """A walk from the thing asked about down to what it is made of."""

    def __init__(self, moment: Moment) -> None:
        self.moment = moment
        self.paths: dict[str, set[str]] = {}
        self.ownerless: set[str] = set()
        self.used: dict[str, None] = {}

    def visit(self, thing: str, way: tuple[str, ...]) -> None:
        """Look at one thing, reached by a way, and go on to its inputs."""
        derivations = self.moment.sure(f.Derive, thing)
        inputs = sorted({name for fact in derivations for name in fact.body.from_things})
        if titles(self.moment, thing):
            self.paths.setdefault(thing, set()).update(way)
        elif not inputs:
            self.ownerless.add(thing)
        self.used |= dict.fromkeys([fact.id for fact in derivations])
        for name in inputs:
            if name in way:
                raise Malformed(
                    f"{name} is derived from itself, by way of {' <- '.join(way)}", next_step="break the circle"
                )
            self.visit(name, (*way, name))


def titles(moment: Moment, thing: str) -> list[tuple[Fact[f.Title], Truth]]:
    """The titles to a thing that hold, or may hold."""
    return [
        (fact, holds) for fact in moment.of(f.Title, thing) if (holds := fact.valid.holds(moment.on)) is not Truth.FALSE
    ]


def scopes(moment: Moment, base: Base, owner: PartyCode) -> dict[str, frozenset[PartyCode] | None]:
    """The scopes under which facts reach a base: rules 2 and 4.

    Each thing on the way, for all issuers (None); each collection that names one, for facts of those who named it or,
    when the owner did, of anybody (None).
    """
    reach: dict[str, frozenset[PartyCode] | None] = {}
    for thing in base.path:
        for fact in moment.sure(f.Collection, thing):
            by = moment.principal(fact.body.by)
            known = reach.get(fact.body.name, frozenset())
            reach[fact.body.name] = None if by == owner or known is None else known | {by}
    return reach | dict.fromkeys(base.path)


def legs(moment: Moment, thing: str) -> list[tuple[str, Instant, Instant]]:
    """The territories of a route with the instants of entering and leaving them, departure being the moment: rule 5."""
    return [
        (leg.territory, moment.on + leg.after, moment.on + leg.after + leg.stay)
        for fact in moment.sure(f.Route, thing)
        for leg in fact.body.legs
    ]


def share(moment: Moment, thing: str, base: str) -> Decimal | None:
    """A base's share of an assembly's value in per cent, summed over the ways it is built in; None if unknown."""
    if thing == base:
        return Decimal(100)
    total = Decimal(0)
    for fact in moment.sure(f.Derive, thing):
        stated = dict(fact.body.shares)
        for part in fact.body.from_things:
            inside, outside = share(moment, part, base), stated.get(part)
            if inside == 0 or outside == 0:
                continue
            if inside is None or outside is None:
                return None
            total += inside * outside / 100
    return total
