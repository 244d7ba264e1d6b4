"""What keeps a grant or a refusal from reaching an act, in words: what would settle it, and where it falls short.

Rules:
1. A doubt names what would settle one of the rules of `comity.consent.grants` that is unknown.
2. A grant on record that names the party and covers the act, and does not lead, falls short by the first of these that
   fails: its time, its being taken back, its purpose, its condition, its lease, its quota, its clearance.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from comity.consent.grants import (
    Act,
    cleared,
    covers_action,
    covers_purpose,
    duties,
    leased,
    revoked,
    uses,
    within_quota,
)
from comity.values import fact as f
from comity.values.condition import holds, unknowns
from comity.values.fact import Fact
from comity.values.instant import show_ragged
from comity.values.party import PartyCode
from comity.values.truth import Truth


def reach_doubts(fact: Fact[f.Grant] | Fact[f.Refuse], to: PartyCode, act: Act) -> Iterator[str]:
    """What would settle whether a grant or a refusal reaches the act, in words."""
    terms = fact.body.terms
    if terms.when is not None and holds(terms.when, act.context) is Truth.UNKNOWN:
        yield from (f"{name} (read by {fact.id})" for name in unknowns(terms.when, act.context))
    if fact.valid.holds(act.moment.on) is Truth.UNKNOWN:
        yield f"the date of {fact.id}, known as {show_ragged(fact.valid.start)} to {show_ragged(fact.valid.end)}"
    if act.moment.covers(terms.to, to) is Truth.UNKNOWN:
        yield f"the date of {to}'s membership"


def doubts(grant: Fact[f.Grant], to: PartyCode, act: Act) -> Iterator[str]:
    """What would settle whether a grant reaches the act and may be used for it, in words."""
    yield from reach_doubts(grant, to, act)
    if leased(grant, act) is Truth.UNKNOWN:
        yield f"the date of {grant.id}, known as {show_ragged(grant.valid.start)} to {show_ragged(grant.valid.end)}"
    if within_quota(grant, act) is Truth.UNKNOWN:
        yield from _quota_doubts(grant, act)
    if cleared(grant, act) is Truth.UNKNOWN:
        yield f"clearance (wanted by {grant.id})"
    for duty in duties(grant, act):
        if duty.obligation.phase is f.Phase.BEFORE and not duty.discharged:
            yield f"{duty.obligation.kind}, owed before the act under {grant.id}"


def _quota_doubts(grant: Fact[f.Grant], act: Act) -> Iterator[str]:
    """What would settle whether a quantity stays within a quota."""
    if not isinstance(act.context.get("quantity"), Decimal):
        yield f"quantity (the quota of {grant.id})"
    for use, counts in uses(grant, act):
        if counts is Truth.UNKNOWN:
            yield f"the date of {use.body.by}'s membership (whether its use {use.id} counts)"


def falls_short(grant: Fact[f.Grant], act: Act, owner: PartyCode) -> str | None:
    """Why an owner's grant that does not lead to the acting party does not; None where it is about others: rule 2."""
    terms, on = grant.body.terms, act.moment.on
    if not covers_action(terms.actions, act.ask.action) or act.moment.covers(terms.to, act.party) is Truth.FALSE:
        return None
    if grant.valid.holds(on) is Truth.FALSE:
        begun = grant.valid.start.earliest <= on
        edge = grant.valid.end if begun else grant.valid.start
        return f"{'ended on' if begun else 'holds only from'} {show_ragged(edge)}"
    if revoked(grant, act, owner) is Truth.TRUE:
        return "was taken back"
    if not covers_purpose(terms.purposes, act.ask.purpose):
        return f"is for {', '.join(terms.purposes)}"
    if terms.when is not None and holds(terms.when, act.context) is Truth.FALSE:
        return "is on a condition that does not hold"
    if leased(grant, act) is Truth.FALSE:
        return "is leased, and no lease runs"
    if within_quota(grant, act) is Truth.FALSE:
        return "has a quota, and what is left of it is less"
    return "asks for a clearance that is not held"
