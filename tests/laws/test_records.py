"""Records under labels: the list is exactly what each check allows, whoever reads."""

from __future__ import annotations

from random import Random

import pytest

from comity.consent import labels as slow
from comity.consent.compiled.moment import Question
from comity.consent.compiled.records import Labels, Readers, Records
from comity.consent.compiled.verdicts import Compiled
from comity.consent.facts import Moment
from comity.values.label import Atom, Label
from comity.values.party import ANYONE, Group, Recipient
from tests.laws.random_worlds import GROUPS, LEVELS, PARTIES, World, world


def some_labels(rng: Random, count: int) -> list[Label]:
    """Labels over the things and collections of a random world; the first is public."""
    scopes = ["one", "two", "three", "made", *(f"all-{party}" for party in PARTIES)]
    atoms = [
        Atom(rng.choice(PARTIES), rng.choice(scopes), _readers(rng), rng.choice((None, None, *LEVELS)))
        for _ in range(count)
    ]
    return [frozenset(), *(frozenset(rng.sample(atoms, rng.randint(1, 3))) for _ in range(count))]


def _readers(rng: Random) -> tuple[Recipient, ...]:
    names: list[Recipient] = [*PARTIES, ANYONE, *(Group(group) for group in GROUPS)]
    return tuple(rng.sample(names, rng.choice((0, 0, 1, 2))))


@pytest.mark.parametrize("share", range(4))
def test_a_list_is_what_each_check_allows(share: int) -> None:
    for seed in range(share, 120, 4):
        rng = Random(seed)
        drawn: World = world(rng)
        ask = drawn.asks[0]
        labels = some_labels(rng, 12)
        numbered = Labels.of(labels)
        under = [rng.randrange(len(labels)) for _ in range(200)]
        records = Records(numbered, under)
        question = Question(slow.READ, ask.purpose, clearance=ask.clearance)
        readers = Readers(Compiled(drawn.facts, numbered.distinct).at(question, ask.on, ask.known))
        moment = Moment(drawn.facts, ask.on, ask.known)
        for party in (*PARTIES, "a stranger"):
            act = slow.read_by(party, moment, ask.purpose, ask.clearance)
            may = [slow.may_read(label, act) for label in labels]
            allowed = readers.allowed(party)
            checked = [record for record, label in enumerate(under) if may[label]]
            assert records.ids(allowed).tolist() == checked, f"world {seed}, {party}"
            assert records.count(allowed) == len(checked)
            kept: dict[str, int] = {}
            for label in under:
                for owner in slow.missing(labels[label], act):
                    kept[owner] = kept.get(owner, 0) + 1
            assert records.missing(allowed) == kept
        assert frozenset(records.join()) == frozenset().union(*(labels[label] for label in under))
