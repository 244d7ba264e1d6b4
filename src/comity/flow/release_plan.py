"""Who may have already what is to be released, what stands in the way of whom, and the two ways of clearing it.

Rules:
1. A part stands in the way of a party where an atom of its label does not let the party read
   (`comity.consent.labels`, rule 1).
2. It is cleared by leaving it out, or by the consent, to each party it stands in the way of, of every owner whose atom
   does. One consent may clear several parts.
3. The least that has to be left out is exactly the parts that stand in somebody's way: each must go, and no other.
4. A part that another states as well, or the releasing party had stated before it could read it, stands in nobody's way
   who may read such a copy by its label. It is a copy where it says all that the part says of the same version of the
   same thing, byte by byte: that follows from the facts, and whatever differs is none.
5. The plan rests on what the releasing party may read. What it may not read is asked when something is released, and a
   refusal on record then refuses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from comity.consent.grants import Act
from comity.consent.labels import allows
from comity.values.label import Label, join
from comity.values.party import PartyCode


class Copy(NamedTuple):
    """What says the same as a part: whose it is, and its label."""

    originator: PartyCode
    label: Label


class Part(NamedTuple):
    """Something that is to be released: a fact's id, the thing it is part of, what it holds, its label, its copies."""

    id: str
    thing: str
    holds: tuple[str, ...]
    label: Label
    copies: tuple[Copy, ...] = ()


class Consent(NamedTuple):
    """A consent that would clear something: whose, to whom, under which clause."""

    owner: PartyCode
    to: PartyCode
    scope: str


@dataclass(frozen=True, slots=True)
class Block:
    """A part that stands in somebody's way, and the consents that together would clear it."""

    part: Part
    needs: tuple[Consent, ...]

    @property
    def parties(self) -> tuple[PartyCode, ...]:
        """In whose way it stands."""
        return tuple(sorted({need.to for need in self.needs}))

    @property
    def owners(self) -> tuple[PartyCode, ...]:
        """Whose consent is missing."""
        return tuple(sorted({need.owner for need in self.needs}))


@dataclass(frozen=True, slots=True)
class ReleasePlan:
    """What may go to an audience: the parts that are open to all of it, and those that stand in somebody's way."""

    audience: tuple[PartyCode, ...]
    remains: tuple[Part, ...]
    blocks: tuple[Block, ...]
    spared: tuple[Part, ...] = ()
    """Of those that remain, the ones that would stand in somebody's way but for a copy: rule 4."""

    @property
    def needed(self) -> tuple[Part, ...]:
        """Every part, but for those of which a copy says all as well: rule 4."""
        remains = (part for part in self.remains if part not in self.spared)
        return (*remains, *(block.part for block in self.blocks))

    @property
    def label(self) -> Label:
        """The join of the labels of those."""
        return join(part.label for part in self.needed)

    @property
    def already(self) -> tuple[PartyCode, ...]:
        """The parties of the audience that may read every part as it is."""
        waiting = {party for block in self.blocks for party in block.parties}
        return tuple(party for party in self.audience if party not in waiting)

    @property
    def missing(self) -> tuple[Consent, ...]:
        """Every consent that would clear every part, each once."""
        return tuple(sorted({need for block in self.blocks for need in block.needs}))

    @property
    def clear(self) -> bool:
        """Whether all of it may go as it is."""
        return not self.blocks

    def clears(self, owner: PartyCode) -> tuple[Part, ...]:
        """The parts that one owner's consents alone would clear."""
        return tuple(block.part for block in self.blocks if block.owners == (owner,))

    def cheapest(self) -> tuple[Block, ...]:
        """The parts that stand in the way, the one first that the fewest owners' consent would clear."""
        return tuple(sorted(self.blocks, key=lambda block: (len(block.owners), len(block.needs), block.part.id)))


def planned(parts: Iterable[Part], audience: Sequence[PartyCode], reading: Callable[[PartyCode], Act]) -> ReleasePlan:
    """What stands in the way of releasing some parts to an audience: rules 1 to 4.

    Args:
        parts: what is to be released, as the releasing party may read it.
        audience: to whom; every one of them is to read all that goes.
        reading: a party's act of reading, over the facts the releasing party may read.
    """
    acts = {party: reading(party) for party in sorted(set(audience))}
    remains: list[Part] = []
    blocks: list[Block] = []
    spared: list[Part] = []
    wanted: dict[Label, tuple[Consent, ...]] = {}
    for part in sorted(parts, key=lambda part: (part.thing, part.id)):
        for label in (part.label, *(copy.label for copy in part.copies)):
            if label not in wanted:
                wanted[label] = _needs(label, acts)
        shut = [{need.to for need in wanted[copy.label]} for copy in part.copies]
        needs = tuple(need for need in wanted[part.label] if all(need.to in parties for parties in shut))
        if needs:
            blocks.append(Block(part, needs))
        else:
            remains.append(part)
            spared += [part] if wanted[part.label] else []
    return ReleasePlan(tuple(acts), tuple(remains), tuple(blocks), tuple(spared))


def _needs(label: Label, acts: dict[PartyCode, Act]) -> tuple[Consent, ...]:
    """The consents a label wants for some parties: rule 1."""
    return tuple(sorted(
        Consent(atom.owner, party, atom.scope) for party, act in acts.items() for atom in label if not allows(atom, act)
    ))  # fmt: skip
