"""Three evaluators, none of which calls another, agree on ten thousand random worlds; and the worlds are worth it."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from comity.consent.compiled.moment import Question
from comity.consent.compiled.verdicts import Compiled
from comity.consent.decide import decide
from comity.consent.facts import Facts
from comity.ledger.sql.evaluator import SqlEvaluator
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
            by_columns = verdicts.verdict(ask.thing, ask.party), verdicts.missing(ask.thing, ask.party)
            assert (reference.verdict, reference.missing) == by_columns, f"world {seed}: {ask}"
            assert (reference.verdict, reference.missing) == sql.decide(ask), f"world {seed}: {ask}"


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
