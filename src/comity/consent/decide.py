"""The decision: whether every party whose consent an act needs has given it, and by which provision.

This is the reference evaluator: written to be read, and the measure of every faster one.

Rules:
1. No owner, no consent: a thing nobody is known to own, or made from such a thing, is DENIED, and nobody is missing.
2. An interest in a thing is *required* for every action unless a standing line in force says consulted or notified;
   the strictest line prevails. Where nobody's consent is required, none can be given: DENIED.
3. Each required owner answers for each base of the thing (`comity.consent.answer`).
4. A title that only may be in force leaves its owner CONDITIONAL at worst, while another owner is certain and all are
   asked; at best, where no owner is certain, or where a quorum counts the yeses.
5. The owners of a base are folded by the weakest, or, where an article names a quorum of k, by the k-th strongest. The
   bases are folded by the weakest, and so are the legs of a route, each at its own time: on entering, and whenever a
   fact about it begins or ends before it is left. What quorums still want is summed over the bases, and over the
   territories of a route, each at the instant at which it wants most.
6. Whoever is consulted or notified does not weigh on the verdict; he is owed an obligation that comes with it.
7. Every decision cites its horizon: the last arrival among the facts it considered, whether or not it rests on them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set
from typing import NamedTuple

from comity.consent import things
from comity.consent.answer import answer_of
from comity.consent.facts import Facts, Moment
from comity.consent.grants import Act, begins, covers_action, lease_starts, runs
from comity.consent.things import Base, Making
from comity.values import fact as f
from comity.values.fact import ANY, AnyFact, Ask, Fact, Role
from comity.values.instant import NEVER, Instant, show
from comity.values.party import PartyCode
from comity.values.truth import Truth
from comity.values.verdict import Decision, Duty, OwnerAnswer, Reason, Verdict

_STRICT = (Role.REQUIRED, Role.CONSULTED, Role.NOTIFIED)


def decide(ask: Ask, facts: Facts) -> Decision:
    """Whether the ask is granted, whose consent is missing, and why.

    Raises:
        Malformed: the ask gives an attribute a value of the wrong type, or the thing is derived from itself.
    """
    moment = Moment(facts, ask.on, ask.known)
    stops = list(_stops(moment, ask.thing))
    if not stops:
        return _decide_thing(ask, moment)
    legs = [(territory, _decide_thing(_at(ask, territory, on), moment.at(on), ask.thing)) for territory, on in stops]
    return _along(legs, [fact.id for fact in moment.sure(f.Route, ask.thing)], moment)


def _stops(moment: Moment, thing: str) -> Iterator[tuple[str, Instant]]:
    """Where and when a route must be asked about: rule 5."""
    for territory, enter, leave in things.legs(moment, thing):
        inside = {edge for edge in (enter, *_edges(moment)) if enter <= edge < leave}
        yield from ((territory, on) for on in sorted(inside))


def _edges(moment: Moment) -> Iterator[Instant]:
    """Every instant at which some fact may begin or cease to matter."""
    for fact in moment.facts:
        yield from (fact.valid.start.earliest, fact.valid.start.latest, fact.valid.end.earliest, fact.valid.end.latest)
        match fact.body:
            case f.Revoke(fact=name):
                found = moment.facts.find(name)
                yield from () if found is None else (begins(fact.body, fact.recorded, found.body),)
            case f.Grant(lease_days=int(days)):
                yield from _lease_edges(fact, days, moment)


def _lease_edges(fact: AnyFact, days: int, moment: Moment) -> Iterator[Instant]:
    for start in lease_starts(fact, moment.of(f.Renew, fact.id)):
        end = runs(start, days).end
        yield from (end.earliest, end.latest)


def _at(ask: Ask, thing: str, on: Instant) -> Ask:
    return Ask(ask.party, ask.action, thing, on, ask.known, ask.purpose, ask.context, ask.clearance, ask.face)


def _wanted(stops: Iterable[tuple[str, Decision]]) -> int | None:
    """How many more yeses the quorums along a route want; None where there is none: rule 5."""
    most: dict[str, int] = {}
    for territory, decision in stops:
        if decision.needed is not None:
            most[territory] = max(most.get(territory, 0), decision.needed)
    return sum(most.values()) if most else None


def _along(stops: Sequence[tuple[str, Decision]], routes: Sequence[str], moment: Moment) -> Decision:
    """The legs of a route folded by the weakest: rule 5."""
    every = [decision for _, decision in stops]
    verdict = min(decision.verdict for decision in every)
    hopeless = any(d.verdict is Verdict.DENIED and not d.missing for d in every)
    return Decision(
        verdict,
        () if hopeless else tuple(sorted({party for d in every for party in d.missing})),
        tuple(answer for d in every for answer in d.owners),
        tuple(reason for d in every for reason in d.reasons),
        _wanted(stops),
        tuple(dict.fromkeys((*routes, *(fact for d in every for fact in d.proof)))),
        moment.horizon,
    )


class _Folded(NamedTuple):
    """One base's owners, their answers, and what the quorum makes of them."""

    verdict: Verdict
    answers: tuple[OwnerAnswer, ...]
    needed: int | None
    facts: tuple[str, ...]

    @property
    def missing(self) -> set[PartyCode]:
        """The owners below GRANTED, unless enough of the others agree."""
        return (
            {a.owner for a in self.answers if a.verdict is not Verdict.GRANTED}
            if self.verdict is not Verdict.GRANTED
            else set()
        )


def _decide_thing(ask: Ask, moment: Moment, route: str | None = None) -> Decision:
    made = things.making(moment, ask.thing, route)
    if made.ownerless:
        return _nobody(ask, moment, made)
    act = Act.of(ask, moment)
    said = [(base, _interests(base, act)) for base in made.bases]
    others = [interest for _, interests in said for interest in interests if interest.role is not Role.REQUIRED]
    folded = [fold for base, interests in said if (fold := _fold(base, interests, act)) is not None]
    if not folded:
        reason = Reason("no owner's consent is the required one, so none can be given", made.facts)
        titles = tuple(i for interest in others for i in interest.facts)
        return Decision(Verdict.DENIED, (), (), (reason,), None, (*made.facts, *titles), moment.horizon)
    return _whole(act, made, folded, others)


def _whole(act: Act, made: Making, folded: list[_Folded], others: list[_Interest]) -> Decision:
    """The bases folded by the weakest: rule 5; with what is owed to those who are told: rule 6."""
    needs = [fold.needed for fold in folded if fold.needed is not None]
    answers = tuple(answer for fold in folded for answer in fold.answers)
    told = tuple(_told(others))
    parts = ", ".join(base.thing for base in made.bases)
    titles = tuple(i for interest in others for i in interest.facts)
    return Decision(
        min(fold.verdict for fold in folded),
        tuple(sorted({party for fold in folded for party in fold.missing})),
        (*answers, OwnerAnswer("", act.ask.thing, Verdict.GRANTED, duties=told)) if told else answers,
        (Reason(f"{act.ask.thing} is made from {parts}", made.facts),) if made.facts else (),
        sum(needs) if needs else None,
        tuple(dict.fromkeys((*made.facts, *titles, *(i for fold in folded for i in fold.facts), *_proof(answers)))),
        act.moment.horizon,
    )


def _nobody(ask: Ask, moment: Moment, made: Making) -> Decision:
    """Rule 1, telling a thing the book has never heard of from one whose parts nobody owns."""
    heard_of = bool(moment.of(f.Title, ask.thing)) or bool(moment.of(f.Derive, ask.thing))
    if heard_of:
        says = f"no party is known to own {', '.join(made.ownerless)} on {show(ask.on)}"
    else:
        as_of = "" if ask.known >= NEVER else f" as known on {show(ask.known)}"
        says = f"the book is silent{as_of}: no fact names {ask.thing}"
    return Decision(Verdict.DENIED, (), (), (Reason(says, made.facts),), None, made.facts, moment.horizon)


def _proof(answers: Iterable[OwnerAnswer]) -> Iterator[str]:
    for answer in answers:
        for reason in answer.reasons:
            yield from reason.facts


class _Interest(NamedTuple):
    """A title to a base, whether it holds, what say it gives, and the facts that say so."""

    title: Fact[f.Title]
    holds: Truth
    role: Role
    facts: tuple[str, ...]


def _interests(base: Base, act: Act) -> list[_Interest]:
    """The titles to a base that hold, or may hold, with their say: rule 2."""
    return [
        _Interest(title, holds, role, (title.id, *lines, *act.moment.agency(title.body.owner)))
        for title, holds in things.titles(act.moment, base.thing)
        for role, lines in (_role(title, act),)
    ]


def _fold(base: Base, interests: list[_Interest], act: Act) -> _Folded | None:
    """The owners of one base and their quorum; None when nobody's consent is required: rules 2, 4 and 5."""
    required = [interest for interest in interests if interest.role is Role.REQUIRED]
    if not required:
        return None
    principal = act.moment.principal
    owning = [(principal(interest.title.body.owner), interest.holds) for interest in required]
    certain, owners = {owner for owner, holds in owning if holds is Truth.TRUE}, {owner for owner, _ in owning}
    quorum = _quorum(base, owners, act)
    answers = tuple(
        _doubted(answer_of(owner, base, act), owner in certain, not certain or quorum is not None)
        for owner in sorted(owners)
    )
    facts = tuple(i for interest in required for i in interest.facts)
    if quorum is None:
        return _Folded(min(a.verdict for a in answers), answers, None, facts)
    return _counted(quorum, answers, facts, act.moment)


def _counted(quorum: _Quorum, answers: tuple[OwnerAnswer, ...], facts: tuple[str, ...], moment: Moment) -> _Folded:
    """The k-th strongest answer of those who count: rule 5. A quorum that cannot be met is DENIED."""
    k, of = quorum.rule.body.k, quorum.rule.body.of
    named = {moment.principal(party) for party in of}
    counted = tuple(a for a in answers if not of or a.owner in named)
    agencies = (i for party in of for i in moment.agency(party))
    ranked = sorted((a.verdict for a in counted), reverse=True)
    verdict = ranked[k - 1] if k <= len(ranked) else Verdict.DENIED
    needed = max(0, k - ranked.count(Verdict.GRANTED))
    return _Folded(verdict, counted, needed, (*facts, quorum.rule.id, *quorum.facts, *agencies))


def _doubted(answer: OwnerAnswer, certain: bool, needed: bool) -> OwnerAnswer:
    """Rule 4: an owner who may not be one; `needed` tells whether a yes of his would have to count."""
    if certain:
        return answer
    verdict = min(answer.verdict, Verdict.CONDITIONAL) if needed else max(answer.verdict, Verdict.CONDITIONAL)
    return OwnerAnswer(
        answer.owner,
        answer.thing,
        verdict,
        answer.reasons,
        answer.duties,
        (*answer.unsettled, f"the date of {answer.owner}'s title to {answer.thing}"),
    )


def _role(title: Fact[f.Title], act: Act) -> tuple[Role, tuple[str, ...]]:
    """What a title gives its owner a say in, and the standing lines that say so: rule 2."""
    lines = [
        fact
        for action in dict.fromkeys((act.ask.action, ANY))
        for fact in act.moment.sure(f.Standing, action)
        if fact.body.interest == title.body.interest and fact.body.scope in {None, title.body.thing, act.ask.thing}
    ]
    if not lines:
        return Role.REQUIRED, ()
    strictest = min((fact.body.role for fact in lines), key=_STRICT.index)
    return strictest, tuple(fact.id for fact in lines if fact.body.role is strictest)


class _Quorum(NamedTuple):
    """A quorum rule, and the facts by which its scope reaches a base."""

    rule: Fact[f.Quorum]
    facts: tuple[str, ...]


def _quorum(base: Base, owners: Set[PartyCode], act: Act) -> _Quorum | None:
    """The quorum rule of a base, the most demanding where several are in force: rule 5, and things, rule 4."""
    rules = [
        fact
        for scope, named_by in things.scopes(act.moment, base, "").items()
        if named_by is None or named_by & owners
        for fact in act.moment.sure(f.Quorum, scope)
        if covers_action(fact.body.actions, act.ask.action)
    ]
    rule = max(rules, key=lambda fact: (fact.body.k, fact.id), default=None)
    return None if rule is None else _Quorum(rule, tuple(_lending(rule.body.scope, base, owners, act.moment)))


def _lending(scope: str, base: Base, owners: Set[PartyCode], moment: Moment) -> Iterator[str]:
    """The collections by which a scope reaches a base, as its owners named them, and the facts of their organs."""
    if scope not in base.path:
        for thing in sorted(base.path):
            for named in moment.sure(f.Collection, thing):
                if named.body.name == scope and moment.principal(named.body.by) in owners:
                    yield from (named.id, *moment.agency(named.body.by))


def _told(others: list[_Interest]) -> Iterator[Duty]:
    """What is owed to those consulted or notified: rule 6."""
    for interest in others:
        before = interest.role is Role.CONSULTED
        phase, kind = (f.Phase.BEFORE, "consult") if before else (f.Phase.WITH, "notify")
        owed = f.Obligation(f"{kind}-{interest.title.body.owner}", kind, phase)
        yield Duty(owed, interest.title.id, discharged=False)
