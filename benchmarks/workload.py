"""A made-up coalition, drawn by a seed: parties in groups that change, atoms, grants and refusals, labels, records.

Records follow a power law over labels; a label holds one to three atoms; a grant names up to eight parties or a group.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from random import Random

import numpy as np

from comity.consent.compiled.bits import Ints
from comity.values.fact import AnyFact, Fact, Grant, Member, Refuse, Terms
from comity.values.instant import DAY, Instant, exactly
from comity.values.label import Atom, Label
from comity.values.party import Group, Recipient
from comity.values.period import Period

ON, KNOWN = 4000 * DAY, 5000 * DAY


@dataclass(frozen=True, slots=True)
class Coalition:
    """Everything a question is asked about."""

    parties: list[str]
    facts: list[AnyFact]
    atoms: list[Atom]
    labels: list[Label]
    under: Ints
    """The label of each record."""


@lru_cache(maxsize=2)
def coalition(parties: int, labels: int, records: int, facts: int, seed: int = 1) -> Coalition:
    """Draw one."""
    rng = Random(seed)
    names = [f"P{number:03d}" for number in range(parties)]
    groups = [f"G{number:02d}" for number in range(32)]
    stated: list[AnyFact] = [
        Fact(f"m{group}{name}", "BOOK", Member(group, name), _period(rng))
        for group in groups
        for name in rng.sample(names, parties // 6)
    ]
    atoms = [Atom(rng.choice(names), f"s{number}") for number in range(labels)]
    lists = [_recipients(rng, names, groups) for _ in range(3000)]
    for number in range(facts):
        atom = atoms[int(rng.random() ** 2 * labels)]
        terms = Terms(rng.choice(lists), ("read",), atom.scope)
        body = Grant(atom.owner, terms) if rng.random() < 0.93 else Refuse(atom.owner, terms)
        recorded = rng.randrange(6000) * DAY
        stated.append(Fact(f"f{number}", atom.owner, body, _period(rng), recorded, number))
    marked = [frozenset(rng.sample(atoms, rng.choice((1, 1, 1, 2, 3)))) for _ in range(labels)]
    drawn = (np.random.default_rng(seed).power(0.3, records) * labels).astype(np.int64)
    return Coalition(names, stated, atoms, marked, np.minimum(drawn, labels - 1))


def _period(rng: Random) -> Period:
    start = rng.randrange(6000)
    return Period(exactly(start * DAY), exactly((start + rng.randrange(500, 9000)) * DAY))


def _recipients(rng: Random, names: list[str], groups: list[str]) -> tuple[Recipient, ...]:
    if rng.random() < 0.4:
        return (Group(rng.choice(groups)),)
    return (*rng.sample(names, rng.randint(1, 8)), *((Group(rng.choice(groups)),) if rng.random() < 0.3 else ()))


def alive(fact: AnyFact, on: Instant = ON, known: Instant = KNOWN) -> bool:
    """Whether a fact is known and in force."""
    return fact.recorded <= known and fact.valid.start.latest <= on < fact.valid.end.earliest
