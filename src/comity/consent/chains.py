"""Chains of grants from an owner to the party that acts.

Rules:
1. A link is a grant by a party that holds the right: the owner, or a holder with remaining depth of at least one.
2. What a link leaves is its own depth, and never more than one less than the link before it left.
3. A link is cut when the owner, or its own giver, refuses the holder it leads to.
4. Every link must cover the whole ask.
5. Depth is finite and only falls, so the search ends: a party is looked at again only when reached with more depth
   left.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from comity.consent import grants
from comity.consent.grants import Act
from comity.values import fact as f
from comity.values.fact import Fact
from comity.values.party import PartyCode
from comity.values.truth import Truth, all_of

_ENDLESS = 10**9


class Link(NamedTuple):
    """One grant as it leads to one holder: whether it does, and whether the enforcing face bars it."""

    grant: Fact[f.Grant]
    giver: PartyCode
    holder: PartyCode
    leads: Truth
    barred: bool


class Holding(NamedTuple):
    """How a party holds the right: the links it came by, and the depth left to pass it on."""

    chain: tuple[Link, ...]
    depth: int


def links(
    owner: PartyCode, given: Sequence[Fact[f.Grant]], cut: Callable[[PartyCode, PartyCode], Truth], act: Act
) -> list[Link]:
    """Every link from a party that may hold the right to the acting party or to somebody who passes on: rules 3 and 4.

    `cut(giver, holder)` tells whether the owner, or the giver, refuses the act to the holder.
    """
    by_giver: dict[PartyCode, list[Fact[f.Grant]]] = {}
    for fact in given:
        by_giver.setdefault(act.moment.principal(fact.body.by), []).append(fact)
    everybody = tuple(dict.fromkeys((act.party, *by_giver)))
    found: dict[tuple[str, PartyCode], Link] = {}
    holding = [owner]
    for giver in holding:  # grows while it is walked: whoever may hold the right may pass it on
        for fact in by_giver.get(giver, ()):
            for holder in everybody if fact.body.depth else (act.party,):
                if holder in (owner, giver):
                    continue
                leads = _leads(fact, holder, owner, cut, act)
                if leads is not Truth.FALSE:
                    found[fact.id, holder] = Link(fact, giver, holder, leads, grants.barred(fact, act))
                    holding += [] if holder in holding else [holder]
    return [found[key] for key in sorted(found)]


def _leads(
    fact: Fact[f.Grant],
    holder: PartyCode,
    owner: PartyCode,
    cut: Callable[[PartyCode, PartyCode], Truth],
    act: Act,
) -> Truth:
    """Whether a grant leads to a holder: it reaches him, may be used, and is not cut: rules 3 and 4."""
    reaches = grants.reaches(fact, holder, act, owner)
    if reaches is Truth.FALSE:
        return Truth.FALSE
    return all_of((reaches, grants.usable(fact, act), ~cut(act.moment.principal(fact.body.by), holder)))


def chain(owner: PartyCode, party: PartyCode, usable: Sequence[Link]) -> tuple[Link, ...] | None:
    """The first chain found from the owner to a party over usable links; None when there is none: rules 1, 2 and 5."""
    held = {owner: Holding((), _ENDLESS)}
    waiting = [owner]
    while waiting:
        giver = waiting.pop(0)
        for link in usable:
            if link.giver == giver and held[giver].depth > 0:
                depth = min(held[giver].depth - 1, link.grant.body.depth)
                if link.holder not in held or depth > held[link.holder].depth:
                    held[link.holder] = Holding((*held[giver].chain, link), depth)
                    waiting.append(link.holder)
    return held[party].chain if party in held else None
