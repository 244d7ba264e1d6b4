"""What the markings of an imported object come to: whom its originator lets read it.

Rules:
1. What the import says of everything (`to`) holds for every object. Without it an unmarked object is its originator's
   alone; public it is only where the import says `*`, or a TLP level is bound to `*`.
2. A TLP level lets those read that the import binds it to. CLEAR is bound to everyone, as TLP 2.0 says it is; RED to
   nobody beyond those `to` names; GREEN and AMBER speak of a community and of clients: without a binding it cannot be
   told who that is, and the object is refused.
3. A statement restricts nobody and opens nothing. A marking that is not understood is refused, never passed over.
4. What several say together is the union of their atoms: each has to let a reader through.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from comity.errors import Malformed
from comity.formats.stix_tables import TLP_LEVELS
from comity.instruments.intelligence.portions import Joins, Marked
from comity.values.canonical import Plain
from comity.values.label import PUBLIC, Atom, Label, normalise
from comity.values.party import ANYONE, PartyCode, Recipient

ORDER = ("clear", "green", "amber", "amber+strict", "red")
"""The levels of TLP 2.0, each stricter than those before."""
TLP, NONE = "TLP", "NONE"


class Labels(Joins, Protocol):
    """What markings come to."""

    def of(self, markings: Sequence[Mapping[str, object]]) -> Marked:
        """What marking definitions come to, together with what the import says of everything.

        Raises:
            Malformed: one of them is not understood, or cannot be decided.
        """


@dataclass(frozen=True, slots=True)
class Import:
    """What an import says of everything: who states it, under which clause, to whom, and what TLP levels mean."""

    originator: PartyCode
    clause: str
    to: tuple[Recipient, ...] | None = None
    tlp: Mapping[str, tuple[Recipient, ...]] = field(default_factory=dict)


class PlainLabels:
    """Rules 1 to 4."""

    def __init__(self, how: Import) -> None:
        self._how = how

    def of(self, markings: Sequence[Mapping[str, object]]) -> Marked:
        """What marking definitions come to."""
        levels = [level for one in markings if (level := self._level(one)) is not None]
        readers = [] if self._how.to is None else [self._how.to]
        readers += [self._bound(level) for level in levels]
        if levels and self._how.to is not None and "red" in levels:
            readers = [one for one in readers if one] or [()]
        label = self.label(readers or [()], self._how.clause)
        strictest = max(levels, key=ORDER.index, default=None)
        return Marked(label, self._plain(strictest, label))

    @staticmethod
    def _level(marking: Mapping[str, object]) -> str | None:
        level = TLP_LEVELS.get(str(marking.get("id")))
        if level is None and marking.get("definition_type") != "statement":
            step = "mark it by a TLP level or a statement, or state a stricter label by a rule"
            raise Malformed(f"{marking.get('id')} is a marking that is not understood", next_step=step)
        return level

    def _bound(self, level: str) -> tuple[Recipient, ...]:
        """Rule 2."""
        bound = self._how.tlp.get(level)
        if bound is None:
            fixed: dict[str, tuple[Recipient, ...]] = {"clear": (ANYONE,), "red": ()}
            bound = fixed.get(level)
        if bound is None:
            says = f"TLP:{level.upper()} speaks of a community, and who that is was not said"
            raise Malformed(says, next_step=f"bind it: --tlp-binding {level.upper()}=PARTY,...")
        return bound

    def label(self, readers: Sequence[tuple[Recipient, ...]], clause: str) -> Label:
        """The label of what has to be open to a reader under each of some lists of readers."""
        how = self._how
        atoms = {Atom(how.originator, clause, tuple(sorted(set(one), key=str))) for one in readers if ANYONE not in one}
        return normalise(frozenset(atoms)) if atoms else PUBLIC

    def _plain(self, level: str | None, label: Label) -> dict[str, Plain]:
        found: dict[str, Plain] = {
            "policy": NONE if level is None else TLP,
            "classification": "UNMARKED" if level is None else level.upper(),
            "originators": [self._how.originator],
        }
        if label:
            shared = set.intersection(*({str(name) for name in atom.readers} for atom in label))
            found["releasable_to"] = [*sorted(shared)]
        return found

    def join(self, every: Sequence[Marked]) -> Marked:
        """Rule 4."""
        label = normalise(frozenset().union(*(one.label for one in every)))
        strictest = max(every, key=lambda one: _level_of(one.marking))
        return Marked(label, self._plain(_word(strictest.marking), label))


def _word(marking: Mapping[str, Plain]) -> str | None:
    return str(marking["classification"]).lower() if marking["policy"] == TLP else None


def _level_of(marking: Mapping[str, Plain]) -> int:
    word = _word(marking)
    return -1 if word is None else ORDER.index(word)
