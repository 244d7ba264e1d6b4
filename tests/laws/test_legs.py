"""Three evaluators, none of which calls another, agree on ten thousand random worlds; and the worlds are worth it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from random import Random

import pytest

from comity.consent.compiled.moment import Question
from comity.consent.compiled.verdicts import Compiled
from comity.consent.decide import decide
from comity.consent.facts import Facts, Moment
from comity.ledger.sql.evaluator import SqlEvaluator
from comity.values import fact as f
from comity.values.fact import Ask, Body
from comity.values.verdict import Verdict
from tests.laws.random_worlds import PARTIES, world

WORLDS = 10_000
SHARES = 20
EVERY_KIND = {kind.__name__ for kind in Body.__args__}


def question(ask: Ask) -> Question:
    """What an ask asks about every party alike."""
    return Question(ask.action, ask.purpose, ask.context, ask.clearance, ask.face)


@pytest.mark.parametrize("share", range(SHARES))
def test_reference_columns_and_sql_agree(share: int) -> None:
    for seed in range(share, WORLDS, SHARES):
        drawn = world(Random(seed))
        columns, sql = Compiled(drawn.facts), SqlEvaluator(drawn.facts)
        for ask in drawn.asks:
            reference = decide(ask, drawn.facts)
            verdicts = columns.at(question(ask), ask.on, ask.known)
            told = (reference.verdict, reference.missing, reference.needed)
            by_columns = tuple(
                say(ask.thing, ask.party) for say in (verdicts.verdict, verdicts.missing, verdicts.needed)
            )
            assert told == by_columns, f"world {seed}: {ask}"
            assert told == sql.decide(ask), f"world {seed}: {ask}"


def test_every_party_at_once_is_each_party_by_itself() -> None:
    for seed in range(WORLDS, WORLDS + 150):
        drawn = world(Random(seed))
        for ask in drawn.asks:
            verdicts = Compiled(drawn.facts).at(question(ask), ask.on, ask.known)
            things = sorted({"one", "two", "three", "made", "remade", "orphan", "way", "never heard of"})
            for thing, grades in zip(things, verdicts.of(things), strict=True):
                for party in (*PARTIES, "a stranger"):
                    other = Ask(party, ask.action, thing, ask.on, ask.known, ask.purpose, ask.context, ask.clearance,
                                ask.face)  # fmt: skip
                    reference = decide(other, drawn.facts).verdict
                    assert verdicts.verdict(thing, party) is reference, f"world {seed}: {other}"
                    if thing != "way":  # on a way, who acts for whom may change from leg to leg
                        assert grades[verdicts.column(party)] == reference, f"world {seed}: {other}"


def test_every_verdict_is_a_tenth_and_every_kind_of_fact_decides_one_in_a_hundred() -> None:
    given: Counter[Verdict] = Counter()
    decisive: Counter[str] = Counter()
    for seed in range(4000):
        drawn = world(Random(seed))
        for ask in drawn.asks:
            verdict = decide(ask, drawn.facts).verdict
            given[verdict] += 1
            for kind in {type(fact.body) for fact in drawn.facts}:
                without = Facts(fact for fact in drawn.facts if type(fact.body) is not kind)
                decisive[kind.__name__] += decide(ask, without).verdict is not verdict
    answers = given.total()
    assert {verdict.name for verdict in Verdict if given[verdict] < answers / 10} == set()
    assert {kind for kind in EVERY_KIND if decisive[kind] < answers / 100} == set()


def test_who_speaks_for_an_owner_decides_often_enough() -> None:
    """What an organ states, and who named a collection, is met in worlds where it makes a difference."""
    swings: Counter[str] = Counter()
    for seed in range(4000):
        drawn = world(Random(seed))
        for ask in drawn.asks:
            decision, moment = decide(ask, drawn.facts), Moment(drawn.facts, ask.on, ask.known)
            for fact in drawn.facts:
                for what, body in otherwise_stated(fact.body, moment):
                    told = Facts(replace(one, body=body) if one.id == fact.id else one for one in drawn.facts)
                    swings[what] += decide(ask, told).verdict is not decision.verdict
            swings["a quorum on the way"] += ask.thing == "way" and decision.needed is not None
    assert {what for what in SPOKEN_FOR if swings[what] < 20} == set()


SPOKEN_FOR = (
    "Levels", "Equivalence", "DeMinimis", "Quorum", "Collection of an owner", "Collection of an outsider",
    "a quorum on the way",
)  # fmt: skip


def otherwise_stated(body: Body, moment: Moment) -> Iterator[tuple[str, Body]]:
    """What an organ states, as a stranger's; a quorum's collection as a stranger's, or as an owner's."""
    match body:
        case f.Levels() | f.Equivalence() | f.DeMinimis() if moment.principal(body.by) != body.by:
            yield type(body).__name__, replace(body, by="a stranger")
        case f.Quorum() if any(moment.principal(party) != party for party in body.of):
            own = tuple(party for party in body.of if moment.principal(party) == party)
            yield "Quorum", replace(body, of=(*own, "a stranger"))
        case f.Collection(name="joint"):
            titles = (fact.body for fact in moment.facts if isinstance(fact.body, f.Title))
            owners = {moment.principal(title.owner) for title in titles}
            if moment.principal(body.by) in owners:
                yield "Collection of an owner", replace(body, by="a stranger")
            else:
                yield from (("Collection of an outsider", replace(body, by=owner)) for owner in sorted(owners))
