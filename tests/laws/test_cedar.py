"""An existing policy engine agrees with the calculus on the fragment it can express."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from decimal import Decimal
from random import Random

import pytest

from comity.consent import things
from comity.consent.answer import answer_of
from comity.consent.facts import Facts, Moment
from comity.consent.grants import Act
from comity.values import fact as f
from comity.values.condition import Value
from comity.values.fact import AnyFact, Ask
from comity.values.verdict import Verdict
from tests.laws import cedar
from tests.laws.random_worlds import AREAS, PARTIES, PURPOSES, world

cedarpy = pytest.importorskip("cedarpy", reason="the policy engine that serves as an oracle is not installed")

EXPRESSIBLE = (f.Member, f.Title, f.Derive, f.Collection, f.Grant, f.Refuse, f.Revoke)


def expressible(fact: AnyFact) -> AnyFact | None:
    """A fact of a kind that Cedar can express, without what it cannot."""
    exact = fact.valid.start.exact and fact.valid.end.exact
    if not isinstance(fact.body, EXPRESSIBLE) or not exact:
        return None
    if isinstance(fact.body, f.Grant):
        return replace(fact, body=f.Grant(fact.body.by, fact.body.terms, notice_days=fact.body.notice_days))
    return fact


def asked(ask: Ask, party: str, rng: Random) -> Ask:
    """An ask that leaves no attribute out."""
    quantity = Decimal(rng.choice((1, 3, 5)))
    context: dict[str, Value] = {
        "area": rng.choice(AREAS),
        "quantity": quantity,
        "drill": rng.random() < 0.5,
    }
    return replace(
        ask, party=party, purpose=rng.choice(PURPOSES), context={**context, **ask.context}, face=None, clearance=None
    )


def test_cedar_agrees_owner_by_owner() -> None:
    told: Counter[Verdict] = Counter()
    for seed in range(900):
        rng = Random(seed)
        drawn = world(rng)
        facts = Facts(kept for fact in drawn.facts if (kept := expressible(fact)) is not None)
        every = list(facts)
        for ask in (asked(drawn.asks[0], party, rng) for party in rng.sample(PARTIES, 3)):
            moment = Moment(facts, ask.on, ask.known)
            act = Act.of(ask, moment)
            for base in things.making(moment, ask.thing).bases:
                for owner in {title.body.owner for title, _ in things.titles(moment, base.thing)} - {ask.party}:
                    scopes = [name for name, only in things.scopes(moment, base, owner).items() if only is None]
                    answer = cedarpy.is_authorized(
                        cedar.request(ask),
                        cedar.policies(owner, every, ask.known),
                        cedar.entities(ask, scopes, every),
                    )
                    verdict = answer_of(owner, base, act).verdict
                    told[verdict] += 1
                    where = f"world {seed}: {owner} on {base.thing}: {ask}"
                    assert not answer.diagnostics.errors, (where, answer.diagnostics.errors)
                    assert answer.allowed == (verdict is Verdict.GRANTED), where
                    refused = not answer.allowed and bool(answer.diagnostics.reasons)
                    assert refused == (verdict is Verdict.DENIED), where
    assert min(told[verdict] for verdict in (Verdict.DENIED, Verdict.SILENT, Verdict.GRANTED)) > 100
