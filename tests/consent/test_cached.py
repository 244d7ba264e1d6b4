"""Remembered decisions are those that the facts give."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from comity.consent.cached import Cached
from comity.consent.decide import decide
from tests.laws.random_worlds import world


def test_a_remembered_decision_is_the_decision() -> None:
    """Every answer of a random world, asked twice, and with so little room that most are forgotten in between."""
    for seed in range(60):
        drawn = world(Random(seed))
        for cached in (Cached(drawn.facts), Cached(drawn.facts, most=1)):
            for ask in (*drawn.asks, *drawn.asks):
                assert cached.decide(ask) == decide(ask, drawn.facts)


def test_the_second_answer_comes_from_memory() -> None:
    drawn = world(Random(5))
    cached = Cached(drawn.facts)
    (ask, *_) = drawn.asks
    assert cached.decide(ask) is cached.decide(ask)


def test_the_oldest_is_forgotten_first() -> None:
    drawn = world(Random(5))
    first, second, third = (replace(drawn.asks[0], action=action) for action in ("read", "hold", "release"))
    cached = Cached(drawn.facts, most=2)
    kept = [cached.decide(ask) for ask in (first, second, third)]
    assert cached.decide(third) is kept[2]
    assert cached.decide(second) is kept[1]
    assert cached.decide(first) is not kept[0]
