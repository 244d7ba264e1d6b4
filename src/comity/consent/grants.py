"""Whether one grant, refusal or request reaches one act: the link from which chains are made.

Rules:
1. A fact reaches an act when it is in force, not taken back, and covers the party, the action, the scope, the purpose,
   and its condition holds. Each may be unknown; the weakest decides.
2. A revocation takes effect at the later of its `effective` day and `notice_days` whole days after it was recorded
   (the grant's own notice, if longer), never before it was recorded. A grant is revoked by its giver or by the owner
   at the root; a refusal or request by whoever stated it.
3. A leased grant reaches as far as the lease from its start or from a renewal by its giver. From a ragged start the
   lease surely runs on the days on which it runs from every start there may have been.
4. A grant with a quota reaches while what is used and what is asked, which is more than nothing, stay within it. An
   unknown quantity is unknown, unless nothing is left. A use counts when it is stated by the giver or by whom the grant
   names, or named when it was used: leaving a group gives nothing back. Whom it only may have named may have used it.
5. A grant with a clearance reaches a person cleared to it in the giver's scheme, directly or by an equivalence the
   giver states. An organ of the giver states them for him.
6. A before-obligation not yet discharged leaves the grant unknown: one thing still stands in the way.
7. A grant is barred when the enforcing face cannot discharge one of its obligations, whatever its phase: what is owed
   before a barred grant leaves nothing open any more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from comity.consent.facts import Moment
from comity.values import fact as f
from comity.values.condition import Context, holds
from comity.values.fact import ANY, AnyFact, Ask, Fact
from comity.values.instant import DAY, Instant, Ragged, exactly
from comity.values.party import PartyCode
from comity.values.period import Period
from comity.values.truth import Truth, all_of, any_of, truth
from comity.values.verdict import Duty


@dataclass(frozen=True, slots=True)
class Act:
    """An ask as facts see it: its party's principal, its attributes, and the moment."""

    moment: Moment
    ask: Ask
    party: PartyCode
    context: Context

    @classmethod
    def of(cls, ask: Ask, moment: Moment) -> Act:
        """The act an ask is about; a purpose that is stated is an attribute too."""
        stated = {} if ask.purpose == ANY else {"purpose": ask.purpose}
        return cls(moment, ask, moment.principal(ask.party), {**stated, **ask.context})


def reaches(fact: Fact[f.Grant] | Fact[f.Refuse] | Fact[f.Request], to: PartyCode, act: Act, owner: PartyCode) -> Truth:
    """Whether a fact, found under a scope of the thing, reaches the act done by, or passed on to, `to`: rules 1, 2."""
    terms = fact.body.terms
    if not (covers_action(terms.actions, act.ask.action) and covers_purpose(terms.purposes, act.ask.purpose)):
        return Truth.FALSE
    named = act.moment.covers(terms.to, to)
    if named is Truth.FALSE:
        return Truth.FALSE
    return all_of((
        named,
        fact.valid.holds(act.moment.on),
        ~revoked(fact, act, owner),
        Truth.TRUE if terms.when is None else holds(terms.when, act.context),
    ))  # fmt: skip


def covers_action(actions: tuple[str, ...], action: str) -> bool:
    """Whether a list of actions covers one."""
    return action in actions or ANY in actions


def covers_purpose(purposes: tuple[str, ...], purpose: str) -> bool:
    """Whether a list of purposes covers one: `any` covers all, and is covered by itself alone."""
    return purpose in purposes or ANY in purposes


def revoked(fact: Fact[f.Grant] | Fact[f.Refuse] | Fact[f.Request], act: Act, owner: PartyCode) -> Truth:
    """Whether a fact has been taken back: rule 2."""
    return truth(next(revocations(fact, act, owner), None) is not None)


def revocations(
    fact: Fact[f.Grant] | Fact[f.Refuse] | Fact[f.Request], act: Act, owner: PartyCode
) -> Iterator[Fact[f.Revoke]]:
    """The revocations of a fact that have taken effect: rule 2."""
    for revoke in act.moment.of(f.Revoke, fact.id):
        by = act.moment.principal(revoke.body.by)
        entitled = by == act.moment.principal(fact.body.by) or (by == owner and isinstance(fact.body, f.Grant))
        if entitled and act.moment.on >= begins(revoke.body, revoke.recorded, fact.body):
            yield revoke


def begins(revoke: f.Revoke, recorded: Instant, taken_back: f.Body) -> Instant:
    """When a revocation takes effect: rule 2."""
    notice = taken_back.notice_days if isinstance(taken_back, f.Grant) else 0
    after_notice = recorded + max(notice, revoke.notice_days) * DAY
    return after_notice if revoke.effective is None else max(revoke.effective, after_notice)


def usable(grant: Fact[f.Grant], act: Act) -> Truth:
    """Whether a grant that reaches the act may be used for it: rules 3 to 6."""
    return all_of((leased(grant, act), within_quota(grant, act), cleared(grant, act), prepared(grant, act)))


def leased(grant: Fact[f.Grant], act: Act) -> Truth:
    """Rule 3."""
    if grant.body.lease_days is None:
        return Truth.TRUE
    giver = act.moment.principal(grant.body.by)
    renewals = [fact for fact in act.moment.of(f.Renew, grant.id) if act.moment.principal(fact.body.by) == giver]
    return any_of(runs(start, grant.body.lease_days).holds(act.moment.on) for start in lease_starts(grant, renewals))


def lease_starts(grant: AnyFact, renewals: Iterable[Fact[f.Renew]]) -> tuple[Ragged, ...]:
    """When a lease starts to run: with the grant, and with each renewal."""
    return (grant.valid.start, *(exactly(fact.valid.start.latest) for fact in renewals))


def runs(start: Ragged, days: int) -> Period:
    """For how long a lease runs from a start."""
    return Period(start, Ragged(start.earliest + days * DAY, start.latest + days * DAY))


def within_quota(grant: Fact[f.Grant], act: Act) -> Truth:
    """Rule 4."""
    if grant.body.quota is None:
        return Truth.TRUE
    told = uses(grant, act)
    surely = grant.body.quota - sum((fact.body.amount for fact, counts in told if counts is Truth.TRUE), Decimal(0))
    least = grant.body.quota - sum((fact.body.amount for fact, _ in told), Decimal(0))
    quantity = act.context.get("quantity")
    if isinstance(quantity, Decimal):
        fits, may_fit = 0 < quantity <= least, 0 < quantity <= surely
        return Truth.TRUE if fits else Truth.UNKNOWN if may_fit else Truth.FALSE
    return Truth.UNKNOWN if surely > 0 else Truth.FALSE


def uses(grant: Fact[f.Grant], act: Act) -> list[tuple[Fact[f.Use], Truth]]:
    """What has been used of a grant, and whether each use counts: rule 4."""
    told = (fact for fact in act.moment.of(f.Use, grant.id) if fact.valid.start.latest <= act.moment.on)
    counted = ((fact, _counts(fact, grant, act.moment)) for fact in told)
    return [(fact, counts) for fact, counts in counted if counts is not Truth.FALSE]


def _counts(use: Fact[f.Use], grant: Fact[f.Grant], moment: Moment) -> Truth:
    """Whether a use is stated by the giver, or by whom the grant names now or named then."""
    by, to = moment.principal(use.body.by), grant.body.terms.to
    if by == moment.principal(grant.body.by):
        return Truth.TRUE
    return max(moment.covers(to, by), moment.covers(to, by, use.valid.start.latest))


def cleared(grant: Fact[f.Grant], act: Act) -> Truth:
    """Rule 5."""
    wanted = grant.body.clearance
    if wanted is None:
        return Truth.TRUE
    if act.ask.clearance is None:
        return Truth.UNKNOWN
    giver = act.moment.principal(grant.body.by)
    return any_of(truth(level == wanted or above(giver, level, wanted, act)) for level in equivalents(giver, act))


def equivalents(giver: PartyCode, act: Act) -> set[str]:
    """The giver's levels that he takes the asker's clearance for."""
    return {
        fact.body.ours
        for fact in act.moment.sure_by(f.Equivalence, giver)
        if act.moment.names(fact.body.of, act.party) and fact.body.theirs == act.ask.clearance
    }


def above(giver: PartyCode, level: str, wanted: str, act: Act) -> bool:
    """Whether one of the giver's levels lies above another, in an order the giver states."""
    return any(
        wanted in fact.body.order
        and level in fact.body.order
        and fact.body.order.index(level) > fact.body.order.index(wanted)
        for fact in act.moment.sure_by(f.Levels, giver)
    )


def duties(grant: Fact[f.Grant], act: Act) -> tuple[Duty, ...]:
    """The obligations of a grant, and which of them are discharged for this party."""
    return tuple([Duty(owed, grant.id, discharged(grant, owed, act)) for owed in grant.body.obligations])


def discharged(grant: Fact[f.Grant], owed: f.Obligation, act: Act) -> bool:
    """Whether the taker has discharged an obligation, or the giver acknowledged it for the taker or for all."""
    giver = act.moment.principal(grant.body.by)
    return any(
        (by := act.moment.principal(fact.body.by)) == act.party
        or (by == giver and (fact.body.party is None or act.moment.names(fact.body.party, act.party)))
        for fact in act.moment.sure(f.Discharge, grant.id)
        if fact.body.obligation == owed.id
    )


def prepared(grant: Fact[f.Grant], act: Act) -> Truth:
    """Rules 6 and 7."""
    undone = any(d.obligation.phase is f.Phase.BEFORE and not d.discharged for d in duties(grant, act))
    return Truth.UNKNOWN if undone and not barred(grant, act) else Truth.TRUE


def barred(grant: Fact[f.Grant], act: Act) -> bool:
    """Rule 7."""
    face = act.ask.face
    return face is not None and any(not d.discharged and d.obligation.kind not in face for d in duties(grant, act))
