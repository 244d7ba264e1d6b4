"""What waits for a party's signature, what it has granted, and what taking a grant back would do.

Rules:
1. A request waits while the party it is addressed to has not answered it: exactly while the decision on it says PENDING
   of that party.
2. Beside it stands what a yes would change (the decision with and without a grant of exactly what was asked), and how
   the party answered the same before.
3. Taking back is shown before it is signed: for everybody the grant reaches and everything it opens, the verdict before
   and after, and to whom it was released meanwhile; nothing un-knows. It tells the instant of its effect: asked about
   that day as such, which means its first instant, the answer stays what it was. A scope whose owner nobody stated, as
   the clause of a label, is its giver's to decide: so far as he does, the verdict tells.
4. Everything is worked out from the facts the audience may read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from comity.consent.decide import decide
from comity.consent.facts import Facts, Moment
from comity.consent.whatif import if_granted
from comity.values import fact as f
from comity.values.fact import ANY, AnyFact, Ask, Fact
from comity.values.instant import ALWAYS, DAY, NEVER, Instant
from comity.values.party import ANYONE, Group, PartyCode, Recipient
from comity.values.truth import Truth
from comity.values.verdict import Decision, Verdict

B = TypeVar("B", f.Grant, f.Refuse, f.Request)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A request that waits for a party: what its yes would change, and how it answered before."""

    request: Fact[f.Request]
    before: Decision
    after: Decision
    precedents: tuple[AnyFact, ...]

    @property
    def asker(self) -> PartyCode:
        """Who asks."""
        return self.request.body.by


@dataclass(frozen=True, slots=True)
class Effect:
    """What becomes of one party's act on one thing when a grant is taken back."""

    party: PartyCode
    action: str
    thing: str
    before: Verdict
    after: Verdict


@dataclass(frozen=True, slots=True)
class Recall:
    """What taking back a grant would do, from when, and to whom what it opened was released meanwhile."""

    grant: Fact[f.Grant]
    effects: tuple[Effect, ...]
    released_to: tuple[PartyCode, ...]
    begins: Instant

    @property
    def in_the_course_of_a_day(self) -> bool:
        """Whether the day on which it takes effect begins before it does."""
        return self.begins % DAY != 0


def waiting(facts: Facts, party: PartyCode, on: Instant) -> list[Waiting]:
    """The requests that wait for a party: rules 1 and 2; oldest first.

    Args:
        facts: what the audience may read.
        party: whose signature they wait for.
        on: the instant it is.
    """
    found = (_waiting(fact, facts, party, on) for fact in _of(facts, f.Request) if _addressed(fact, party, facts, on))
    return sorted((one for one in found if one is not None), key=lambda one: (one.request.recorded, one.request.id))


def _waiting(request: Fact[f.Request], facts: Facts, party: PartyCode, on: Instant) -> Waiting | None:
    ask = ask_of(request, on)
    before = decide(ask, facts)
    if not any(answer.owner == party and answer.verdict is Verdict.PENDING for answer in before.owners):
        return None
    return Waiting(request, before, if_granted(ask, facts, [party]).after, tuple(_precedents(request, facts, party)))


def ask_of(request: Fact[f.Request], on: Instant) -> Ask:
    """The ask that a request is about; of several acts or purposes the first stands for all."""
    terms = request.body.terms
    return Ask(request.body.by, terms.actions[0], terms.scope, on, NEVER, terms.purposes[0])


def _addressed(fact: Fact[f.Request], party: PartyCode, facts: Facts, on: Instant) -> bool:
    return Moment(facts, on, NEVER).covers(fact.body.terms.to, party) is Truth.TRUE


def _precedents(request: Fact[f.Request], facts: Facts, party: PartyCode) -> Iterator[AnyFact]:
    """How the party answered the same asker, or for the same thing, before: rule 2."""
    terms = request.body.terms
    answers: list[Fact[f.Grant] | Fact[f.Refuse]] = [*_of(facts, f.Grant), *_of(facts, f.Refuse)]
    for fact in answers:
        same = fact.body.terms
        alike = set(same.actions) & {*terms.actions, ANY}
        if fact.body.by == party and alike and (same.scope == terms.scope or request.body.by in same.to):
            yield fact


def given(facts: Facts, party: PartyCode) -> list[Fact[f.Grant]]:
    """The grants by a party, newest first."""
    found = (fact for fact in _of(facts, f.Grant) if fact.body.by == party)
    return sorted(found, key=lambda fact: (-fact.order, fact.id))


def grant_of(name: str, facts: Facts) -> Fact[f.Grant] | None:
    """The grant with an id; None where there is none."""
    found = facts.find(name)
    return found if found is not None and f.states(found, f.Grant) else None


def taken_back(grant: Fact[f.Grant], facts: Facts, on: Instant) -> bool:
    """Whether a grant has been revoked, with effect by an instant."""
    from comity.consent.grants import Act, revoked

    act = Act.of(Ask(grant.body.by, ANY, grant.body.terms.scope, on, NEVER), Moment(facts, on, NEVER))
    return revoked(grant, act, grant.body.by) is Truth.TRUE


def recall(grant: Fact[f.Grant], facts: Facts, on: Instant, released: Iterable[PartyCode] = ()) -> Recall:
    """What taking a grant back would do at an instant: rule 3.

    Args:
        grant: the grant.
        facts: what its giver may read.
        on: when taking back is to have effect; its notice counts from then.
        released: to whom what it opened was released.
    """
    revoke = Fact("if-taken-back", grant.body.by, f.Revoke(grant.body.by, grant.id), recorded=on, order=10**9)
    before = facts.plus(_untitled(grant, facts))
    after = before.plus([revoke])
    effect_on = on + grant.body.notice_days * DAY
    effects = [
        Effect(party, action, thing, decide(ask, before).verdict, decide(ask, after).verdict)
        for party in _reached(grant, facts, effect_on)
        for thing in opened(grant.body.terms.scope, facts)
        for action in grant.body.terms.actions
        for ask in [Ask(party, action, thing, effect_on, NEVER, grant.body.terms.purposes[0])]
    ]
    return Recall(grant, tuple(e for e in effects if e.after < e.before), tuple(sorted(set(released))), effect_on)


def _untitled(grant: Fact[f.Grant], facts: Facts) -> Iterator[Fact[f.Title]]:
    """The scope as its giver's own, where nobody stated an owner, it names no collection and was made from nothing."""
    giver, scope = grant.body.by, grant.body.terms.scope
    titled, made = facts.of(f.Title, scope), facts.of(f.Derive, scope)
    if not titled and not made and opened(scope, facts) == [scope]:
        own = f.Title(scope, f.Kind.INFORMATION, giver, f.Interest.ORIGINATOR)
        yield Fact("as-if-titled", giver, own, recorded=ALWAYS, order=-1)


def _reached(grant: Fact[f.Grant], facts: Facts, on: Instant) -> list[PartyCode]:
    """The parties that a grant names, those of its groups on the day, and whoever they passed it on to."""
    moment = Moment(facts, on, NEVER)
    names = list(grant.body.terms.to)
    if grant.body.depth:
        onward = (fact for fact in _of(facts, f.Grant) if fact.body.terms.scope == grant.body.terms.scope)
        names += [name for fact in onward if fact.body.by != grant.body.by for name in fact.body.terms.to]
    return sorted({party for name in names for party in _parties(name, facts, moment)} - {grant.body.by})


def _parties(name: Recipient, facts: Facts, moment: Moment) -> Iterator[PartyCode]:
    if isinstance(name, Group):
        members = {fact.body.party for fact in _of(facts, f.Member) if fact.body.group == name.name}
        yield from (member for member in members if moment.member(member, name) is Truth.TRUE)
    elif name != ANYONE:
        yield name


def opened(scope: str, facts: Facts) -> list[str]:
    """A scope, what it names as a collection, and what was made from these."""
    things = {scope} | {
        thing for fact in _of(facts, f.Collection) if fact.body.name == scope for thing in fact.body.things
    }
    made = {fact.body.thing: set(fact.body.from_things) for fact in _of(facts, f.Derive)}
    grown = True
    while grown:
        more = {thing for thing, parts in made.items() if parts & things} - things
        things |= more
        grown = bool(more)
    return sorted(things)


K = TypeVar("K", bound=f.Body)


def _of(facts: Facts, kind: type[K]) -> list[Fact[K]]:
    return list(facts.every(kind))
