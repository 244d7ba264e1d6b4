"""Reading under labels: who may read, whose consent is missing, and what remains when it is not given.

Rules:
1. A party may read under a label when every atom lets it: it is the owner; or the owner does not refuse it and either
   named it in the atom or grants it `read` on the atom's scope.
2. What is missing for a party is the owners of the atoms that block it: one set, found by looking at each atom once.
3. A thing's label is the atoms of those whose consent its reading requires.
4. To sanitise is to drop the inputs the party may not read and to ask the same question again; nothing is repaired by
   hand.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from comity.consent import things
from comity.consent.answer import answer_of
from comity.consent.facts import Moment
from comity.consent.grants import Act
from comity.consent.things import Base
from comity.values.fact import Ask
from comity.values.label import Atom, Label
from comity.values.party import PartyCode
from comity.values.truth import Truth
from comity.values.verdict import Verdict

READ = "read"
T = TypeVar("T")
R = TypeVar("R")


def read_by(party: PartyCode, moment: Moment, purpose: str = "any", clearance: str | None = None) -> Act:
    """The act of reading, as labels ask about it."""
    ask = Ask(party, READ, "", moment.on, moment.known, purpose, clearance=clearance)
    return Act.of(ask, moment)


def allows(atom: Atom, act: Act) -> bool:
    """Whether one atom lets the acting party read: rule 1."""
    owner = act.moment.principal(atom.owner)
    if act.party == owner:
        return True
    verdict = answer_of(owner, Base(atom.scope, frozenset({atom.scope})), _asking(atom, act)).verdict
    if verdict is Verdict.DENIED:
        return False
    return verdict is Verdict.GRANTED or (
        atom.clearance is None and act.moment.covers(atom.readers, act.party) is Truth.TRUE
    )


def _asking(atom: Atom, act: Act) -> Act:
    return replace(act, ask=replace(act.ask, thing=atom.scope))


def may_read(label: Label, act: Act) -> bool:
    """Whether every atom lets the acting party read; under the empty label everyone may: rule 1."""
    return all(allows(atom, act) for atom in label)


def missing(label: Label, act: Act) -> tuple[PartyCode, ...]:
    """The owners of the atoms that block the acting party, sorted: rule 2."""
    return tuple(sorted({atom.owner for atom in label if not allows(atom, act)}))


def label_of(thing: str, act: Act) -> Label | None:
    """A thing's label; None when nobody is known to own it or some part of it, so that nobody may read it: rule 3."""
    made = things.making(act.moment, thing)
    if made.ownerless:
        return None
    return frozenset(
        Atom(act.moment.principal(title.body.owner), base.thing)
        for base in made.bases
        for title, _ in things.titles(act.moment, base.thing)
    )


@dataclass(frozen=True, slots=True)
class Sanitised(Generic[T, R]):
    """An answer for one party: what it became and was, which inputs were left out, and whose consent they wait for."""

    answer: R
    whole: R
    dropped: tuple[T, ...]
    missing: tuple[PartyCode, ...]

    @property
    def changed(self) -> bool:
        """Whether leaving the inputs out changed the answer."""
        return self.answer != self.whole


def sanitise(question: Callable[[Sequence[T]], R], inputs: Sequence[tuple[T, Label]], act: Act) -> Sanitised[T, R]:
    """Ask a pure question again without what the acting party may not read: rule 4.

    Args:
        question: a pure function of the inputs.
        inputs: what was searched, each with its label.
        act: the reading party's act.
    """
    open_inputs = [item for item, label in inputs if may_read(label, act)]
    shut = [(item, label) for item, label in inputs if not may_read(label, act)]
    owners = {owner for _, label in shut for owner in missing(label, act)}
    whole = question([item for item, _ in inputs])
    return Sanitised(question(open_inputs), whole, tuple(item for item, _ in shut), tuple(sorted(owners)))
