"""The laws of the calculus, each as a property of random worlds; its name says the law."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.consent.decide import decide
from comity.consent.facts import Facts, Moment
from comity.consent.whatif import if_granted
from comity.values import fact as f
from comity.values.condition import types, unknowns
from comity.values.fact import AnyFact, Ask, Fact, Terms
from comity.values.instant import DAY, NEVER, exactly
from comity.values.party import ANYONE, Group, Recipient
from comity.values.period import Period
from comity.values.truth import Truth
from comity.values.verdict import Verdict
from tests.laws.random_worlds import AREAS, PARTIES, World, day, world

EXAMPLES = 400
Law = Callable[[World, Ask, Random], None]
LAWS: dict[str, Law] = {}


def law(check: Law) -> Law:
    """Add a law to those that are tried on random worlds."""
    LAWS[check.__name__.replace("_", " ")] = check
    return check


def outcome(ask: Ask, facts: Facts) -> tuple[Verdict, tuple[str, ...]]:
    """What must not change: the verdict, and who is missing."""
    decision = decide(ask, facts)
    return decision.verdict, decision.missing


def fact(body: f.Body, name: str = "new", **more: object) -> AnyFact:
    """A fact that is added to a world."""
    return Fact(name, str(getattr(body, "by", "BOOK")), body, **more)  # type: ignore[arg-type]


def terms_of(one: AnyFact) -> Terms | None:
    """The terms of a grant, refusal or request."""
    return getattr(one.body, "terms", None)


def with_terms(facts: Facts, change: Callable[[Terms], Terms], kinds: tuple[type, ...]) -> Facts:
    """The facts, with the terms of some kinds changed."""
    return Facts(_changed(one, change) if isinstance(one.body, kinds) else one for one in facts)


def _changed(one: AnyFact, change: Callable[[Terms], Terms]) -> AnyFact:
    terms = terms_of(one)
    return one if terms is None else replace(one, body=replace(one.body, terms=change(terms)))  # type: ignore[arg-type]


def principal(party: str, facts: Facts, ask: Ask) -> str:
    """Whom a party acts for."""
    return Moment(facts, ask.on, ask.known).principal(party)


def parts(thing: str, facts: Facts, ask: Ask) -> set[str]:
    """A thing and what it is made from."""
    below = {p for d in Moment(facts, ask.on, ask.known).sure(f.Derive, thing) for p in d.body.from_things}
    return {thing}.union(*(parts(part, facts, ask) for part in below))


def of(facts: Facts, *kinds: type) -> Iterator[AnyFact]:
    """The facts of some kinds."""
    return (one for one in facts if isinstance(one.body, kinds))


def without(facts: Facts, dropped: Callable[[AnyFact], bool]) -> Facts:
    """The facts but some."""
    return Facts(one for one in facts if not dropped(one))


# What nobody said, nobody consented to


@law
def without_any_consent_only_owners_are_granted(drawn: World, ask: Ask, rng: Random) -> None:
    facts = without(drawn.facts, lambda one: isinstance(one.body, f.Grant | f.DeMinimis))
    if decide(ask, facts).verdict is Verdict.GRANTED:
        owners = {a.owner for a in decide(ask, facts).owners if a.verdict is Verdict.GRANTED and a.owner}
        assert owners == {principal(ask.party, facts, ask)} or any(of(facts, f.Route))


@law
def what_nobody_owns_is_denied(drawn: World, ask: Ask, rng: Random) -> None:
    facts = without(drawn.facts, lambda one: isinstance(one.body, f.Title))
    assert outcome(ask, facts) == (Verdict.DENIED, ())


@law
def what_is_made_from_something_ownerless_is_denied(drawn: World, ask: Ask, rng: Random) -> None:
    facts = drawn.facts.plus([fact(f.Derive(ask.thing, "ALP", ("nobody's",)))])
    if not any(one.body.thing == ask.thing for one in of(facts, f.Route)):  # type: ignore[union-attr]
        assert outcome(ask, facts) == (Verdict.DENIED, ())


# More consent never forbids; a refusal never permits


def _some_grant(ask: Ask, rng: Random) -> f.Grant:
    to = rng.choice((ask.party, rng.choice(PARTIES), ANYONE))
    terms = Terms((to,), (rng.choice((ask.action, f.ANY)),), rng.choice((ask.thing, "one", "two", "made")))
    return f.Grant(rng.choice(PARTIES), terms, depth=rng.choice((0, 1, 3)))


@law
def a_grant_never_lowers(drawn: World, ask: Ask, rng: Random) -> None:
    if ask.face is not None and any(grant.body.obligations for grant in of(drawn.facts, f.Grant)):  # type: ignore[union-attr]
        return  # what the face cannot discharge denies: the one way in which a consent lowers
    first = fact(_some_grant(ask, rng), order=-1)  # stated before any request, which it therefore does not answer
    assert decide(ask, drawn.facts.plus([first])).verdict >= decide(ask, drawn.facts).verdict


@law
def a_refusal_never_raises(drawn: World, ask: Ask, rng: Random) -> None:
    scope = rng.choice((ask.thing, "one", "two", "made"))
    more = fact(f.Refuse(rng.choice(PARTIES), Terms((rng.choice((ask.party, *PARTIES)),), (ask.action,), scope)))
    assert decide(ask, drawn.facts.plus([more])).verdict <= decide(ask, drawn.facts).verdict


@law
def a_refusal_by_a_required_owner_decides(drawn: World, ask: Ask, rng: Random) -> None:
    for answer in decide(ask, drawn.facts).owners:
        certain = not any("title" in doubt for doubt in answer.unsettled)
        if answer.owner and answer.owner != principal(ask.party, drawn.facts, ask) and certain:
            if any(of(drawn.facts, f.Quorum, f.Route)):
                continue
            refusal = f.Refuse(answer.owner, Terms((ANYONE,), (ask.action,), answer.thing))
            assert decide(ask, drawn.facts.plus([fact(refusal)])).verdict is Verdict.DENIED


# Order, repetition, outsiders


@law
def neither_order_nor_repetition_matters(drawn: World, ask: Ask, rng: Random) -> None:
    shuffled = list(drawn.facts) * 2
    rng.shuffle(shuffled)
    assert decide(ask, Facts(shuffled)) == decide(ask, drawn.facts)


@law
def outsiders_change_nothing(drawn: World, ask: Ask, rng: Random) -> None:
    if any(ANYONE in grant.body.terms.to and grant.body.depth for grant in of(drawn.facts, f.Grant)):  # type: ignore[union-attr]
        return
    names = [one.id for one in of(drawn.facts, f.Grant, f.Refuse, f.Request)] or ["none"]
    terms = Terms((ask.party,), (ask.action,), ask.thing)
    said: tuple[f.Body, ...] = (
        f.Refuse("OUT", terms), f.Grant("OUT", terms, depth=3), f.Request("OUT", terms),
        f.Collection(f"all-{rng.choice(PARTIES)}", "OUT", (ask.thing, "one", "two")), f.Levels("OUT", ("LOW", "TOP")),
        f.Equivalence("OUT", ask.party, "LOW", "TOP"), f.DeMinimis("OUT", (ANYONE,), Decimal(100)),
        *(f.Revoke("OUT", name) for name in names), *(f.Renew("OUT", name) for name in names),
        *(f.Use("OUT", name, Decimal(100)) for name in names), *(f.Discharge("OUT", name, "o0") for name in names),
        f.ActsFor("OUT", rng.choice(PARTIES)), f.ActsFor(rng.choice(PARTIES), "OUT2"),
    )  # fmt: skip
    if any(ANYONE in one.body.terms.to for one in of(drawn.facts, f.Grant)):  # type: ignore[union-attr]
        said = tuple(body for body in said if not isinstance(body, f.Use))
    more = [replace(fact(body, f"out-{number}"), issuer="OUT") for number, body in enumerate(said)]
    assert outcome(ask, drawn.facts.plus(more)) == outcome(ask, drawn.facts)


# Time


@law
def what_was_learnt_later_is_irrelevant_and_history_is_immutable(drawn: World, ask: Ask, rng: Random) -> None:
    then = replace(ask, known=day(4))
    known = without(drawn.facts, lambda one: one.recorded > then.known)
    if not any(of(drawn.facts, f.Route)):
        assert decide(then, known) == decide(then, drawn.facts)
    assert outcome(then, known) == outcome(then, drawn.facts)


@law
def what_is_over_or_has_not_begun_is_irrelevant(drawn: World, ask: Ask, rng: Random) -> None:
    if any(of(drawn.facts, f.Request, f.Route)):
        return  # an answer to a request stays one; a way is asked about at other instants too
    alive = without(
        drawn.facts,
        lambda one: isinstance(one.body, f.Grant | f.Refuse | f.Title) and one.valid.holds(ask.on) is Truth.FALSE,
    )
    assert decide(ask, alive).verdict is decide(ask, drawn.facts).verdict


@law
def a_revocation_is_prospective(drawn: World, ask: Ask, rng: Random) -> None:
    grants = list(of(drawn.facts, f.Grant))
    if not grants or any(of(drawn.facts, f.Route)):
        return
    grant = rng.choice(grants)
    assert isinstance(grant.body, f.Grant)
    notice, told = rng.choice((0, 1, 3)), rng.choice((ask.on, ask.on - DAY, ask.on - 3 * DAY))
    effective = rng.choice((None, ask.on, ask.on + DAY, ask.on - DAY))
    body = f.Revoke(grant.body.by, grant.id, effective, notice)
    begins = max(told if effective is None else effective, told + max(notice, grant.body.notice_days) * DAY)
    revoked = drawn.facts.plus([fact(body, recorded=told)])
    if begins > ask.on:
        assert outcome(ask, revoked) == outcome(ask, drawn.facts)
    elif told <= ask.known and not any(of(drawn.facts, f.Request)):
        gone = without(drawn.facts, lambda one: one.id == grant.id)
        assert decide(ask, revoked).verdict is decide(ask, gone).verdict


@given(start=st.integers(-5, 5), length=st.integers(1, 5), at=st.integers(-8, 12), step=st.sampled_from((-1, 0, 1)))
def test_a_consent_holds_from_its_first_instant_until_just_before_its_last(
    start: int, length: int, at: int, step: int
) -> None:
    valid = Period(exactly(start * DAY), exactly((start + length) * DAY))
    grant = fact(f.Grant("ALP", Terms(("BRA",), ("read",), "one")), valid=valid)
    title = fact(f.Title("one", f.Kind.INFORMATION, "ALP", f.Interest.ORIGINATOR), "title")
    on = at * DAY + step
    verdict = decide(Ask("BRA", "read", "one", on, NEVER), Facts([grant, title])).verdict
    assert verdict is (Verdict.GRANTED if start * DAY <= on < (start + length) * DAY else Verdict.SILENT)


# Groups, purposes, chains


def _members(name: Recipient, moment: Moment) -> tuple[Recipient, ...]:
    if not isinstance(name, Group):
        return (name,)
    return tuple(party for party in (*PARTIES, "Z00") if moment.member(party, name) is Truth.TRUE)


@law
def a_group_is_its_members_at_the_instant_it_means(drawn: World, ask: Ask, rng: Random) -> None:
    ragged = any(not (one.valid.start.exact and one.valid.end.exact) for one in of(drawn.facts, f.Member))
    crowd = any(one.body.party == "Z00" for one in of(drawn.facts, f.Member))  # type: ignore[union-attr]
    if ragged or crowd or any(of(drawn.facts, f.Route, f.DeMinimis)):
        return
    moment = Moment(drawn.facts, ask.on, ask.known)
    spelt = with_terms(
        drawn.facts,
        lambda terms: replace(terms, to=tuple(party for name in terms.to for party in _members(name, moment))),
        (f.Grant, f.Refuse, f.Request),
    )
    assert outcome(ask, spelt) == outcome(ask, drawn.facts)


@law
def a_narrower_purpose_never_raises(drawn: World, ask: Ask, rng: Random) -> None:
    def narrowed(terms: Terms) -> Terms:
        return replace(terms, purposes=("planning",)) if f.ANY in terms.purposes else terms

    narrower = with_terms(drawn.facts, narrowed, (f.Grant,))
    if not any(of(drawn.facts, f.Request)) and ask.face is None:  # a barred consent denies, and so does not lower
        assert decide(ask, narrower).verdict <= decide(ask, drawn.facts).verdict


@law
def no_chain_outlives_the_grants_of_its_root(drawn: World, ask: Ask, rng: Random) -> None:
    for answer in decide(ask, drawn.facts).owners:
        if (
            answer.owner
            and answer.owner != principal(ask.party, drawn.facts, ask)
            and not any(of(drawn.facts, f.Route))
        ):
            rootless = without(
                drawn.facts,
                lambda one, root=answer.owner: (
                    isinstance(one.body, f.Grant | f.DeMinimis)  # type: ignore[misc]
                    and principal(one.body.by, drawn.facts, ask) == root
                ),
            )
            again = [a for a in decide(ask, rootless).owners if (a.owner, a.thing) == (answer.owner, answer.thing)]
            assert all(a.verdict <= Verdict.PENDING or a.unsettled for a in again)


@law
def without_depth_only_the_owners_own_grants_count(drawn: World, ask: Ask, rng: Random) -> None:
    flat = Facts(
        replace(one, body=replace(one.body, depth=0)) if isinstance(one.body, f.Grant) else one for one in drawn.facts
    )
    if any(of(drawn.facts, f.Route)):
        return
    for answer in decide(ask, flat).owners:
        used = {name for reason in answer.reasons for name in reason.facts}
        givers = {principal(g.body.by, flat, ask) for g in of(flat, f.Grant) if g.id in used}  # type: ignore[union-attr]
        if answer.verdict is Verdict.GRANTED and answer.owner:
            assert givers <= {answer.owner}


# Explanations


@law
def the_proof_alone_gives_the_verdict(drawn: World, ask: Ask, rng: Random) -> None:
    decision = decide(ask, drawn.facts)
    known = {one.id: one for one in drawn.facts}
    alone = Facts(known[name] for name in decision.proof)
    again = decide(ask, alone)
    assert (again.verdict, again.missing, again.needed) == (decision.verdict, decision.missing, decision.needed)


@law
def a_proof_names_only_memberships_that_it_needs(drawn: World, ask: Ask, rng: Random) -> None:
    decision = decide(ask, drawn.facts)
    known = {one.id: one for one in drawn.facts}
    named = {
        name.name
        for key in decision.proof
        for name in getattr(terms_of(known[key]) or known[key].body, "to", ())
        if isinstance(name, Group)
    }
    for key in decision.proof:
        body = known[key].body
        assert not isinstance(body, f.Member) or body.group in named


@law
def the_consents_that_are_missing_suffice_and_none_is_spare(drawn: World, ask: Ask, rng: Random) -> None:
    decision = decide(ask, drawn.facts)
    refusing = any(of(drawn.facts, f.Refuse))
    doubted = any("title" in doubt for doubt in decision.unsettled)
    passed_on = any(grant.body.depth for grant in of(drawn.facts, f.Grant))  # type: ignore[union-attr]
    if refusing or doubted or passed_on or not decision.missing or any(of(drawn.facts, f.Quorum, f.Route)):
        return
    assert if_granted(ask, drawn.facts).after.verdict is Verdict.GRANTED
    for party in decision.missing:
        rest = [other for other in decision.missing if other != party]
        assert party in if_granted(ask, drawn.facts, rest).after.missing


@law
def nobody_is_missing_when_it_is_granted(drawn: World, ask: Ask, rng: Random) -> None:
    decision = decide(ask, drawn.facts)
    assert not (decision.verdict is Verdict.GRANTED and decision.missing)
    assert list(decision.missing) == sorted(set(decision.missing))


# Unknown stays unknown, and what is settled stays settled


@law
def filling_an_unknown_never_flips_what_is_settled(drawn: World, ask: Ask, rng: Random) -> None:
    settled = decide(ask, drawn.facts).verdict
    filled = {
        "area": rng.choice((*AREAS, "elsewhere")),
        "quantity": Decimal(rng.choice((0, 1, 3, 4, 5, 7))),
        "drill": rng.random() < 0.5,
        **ask.context,
    }
    then = decide(replace(ask, context=filled), drawn.facts).verdict
    if settled in {Verdict.GRANTED, Verdict.DENIED}:
        assert then is settled
    elif settled is not Verdict.CONDITIONAL:
        assert then <= Verdict.PENDING  # what lacks a consent does not get one by filling in


_RAGGED = (f.Member, f.Title, f.Grant, f.Refuse)


def _settled(one: AnyFact, rng: Random) -> AnyFact:
    """A fact with its ragged ends made exact, where the kind may have such."""
    first, last = (exactly(rng.choice((end.earliest, end.latest))) for end in (one.valid.start, one.valid.end))
    sensible = isinstance(one.body, _RAGGED) and first.latest <= last.earliest
    return replace(one, valid=Period(first, last)) if sensible else one


@law
def settling_a_ragged_date_never_flips_what_is_settled(drawn: World, ask: Ask, rng: Random) -> None:
    settled = decide(ask, drawn.facts).verdict
    then = decide(ask, Facts(_settled(one, rng) for one in drawn.facts)).verdict
    if settled is Verdict.GRANTED:
        assert then is settled
    elif settled is not Verdict.CONDITIONAL:
        assert then <= Verdict.PENDING


@law
def a_conditional_answer_says_what_would_settle_it(drawn: World, ask: Ask, rng: Random) -> None:
    decision = decide(ask, drawn.facts)
    for answer in decision.owners:
        if answer.verdict is Verdict.CONDITIONAL:
            assert answer.unsettled
    read = {name for one in drawn.facts if (t := terms_of(one)) and t.when for name in types(t.when)}
    lacking = {n for one in drawn.facts if (t := terms_of(one)) and t.when for n in unknowns(t.when, ask.context)}
    assert lacking <= read


# Obligations


@law
def an_obligation_that_cannot_be_discharged_denies(drawn: World, ask: Ask, rng: Random) -> None:
    owed = f.Obligation("never", "sing", rng.choice(list(f.Phase)))
    burdened = Facts(
        replace(one, body=replace(one.body, obligations=(*one.body.obligations, owed)))
        if isinstance(one.body, f.Grant)
        else one
        for one in without(drawn.facts, lambda one: isinstance(one.body, f.DeMinimis))
    )
    faced = replace(ask, face=frozenset({"report"}))
    if not any(of(drawn.facts, f.Route)):
        for answer in decide(faced, burdened).owners:
            if answer.verdict is Verdict.GRANTED and answer.owner:
                assert answer.owner == principal(ask.party, drawn.facts, ask)


@pytest.mark.parametrize("check", LAWS.values(), ids=LAWS)
def test_law(check: Law) -> None:
    @settings(max_examples=EXAMPLES, deadline=None, database=None, derandomize=True)
    @given(st.integers(0, 10**9))
    def holds(seed: int) -> None:
        drawn = world(Random(seed))
        for ask in drawn.asks:
            check(drawn, ask, Random(seed))

    holds()
