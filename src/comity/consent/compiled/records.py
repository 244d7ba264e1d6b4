"""Which of a million records a party may read: labels as rows of atoms, records as numbers of labels.

Rules:
1. A label lets a party read when every one of its atoms does; the empty label lets everyone.
2. A record is asked about through its label alone, so a reader costs one look at each atom and one at each label;
   whatever is granted, revoked or joined changes atoms, and no record.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from comity.consent.compiled import bits
from comity.consent.compiled.bits import Bits, Flags, Ints
from comity.consent.compiled.columns import ints
from comity.consent.compiled.verdicts import Verdicts
from comity.values.label import Atom, Label
from comity.values.party import PartyCode

Ids = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Labels:
    """Distinct labels as rows of atom numbers: those of label `n` are `atoms[start[n]:start[n + 1]]`."""

    distinct: list[Atom]
    start: Ints
    atoms: Ints

    @classmethod
    def of(cls, labels: Sequence[Label]) -> Labels:
        """Number the atoms of labels, given in the order in which records will refer to them."""
        number: dict[Atom, int] = {}
        atoms = [number.setdefault(atom, len(number)) for label in labels for atom in sorted(label, key=str)]
        return cls(list(number), np.r_[0, np.cumsum(ints(map(len, labels)))], ints(atoms))

    def readable(self, allowed: Flags) -> Flags:
        """Which labels let somebody read whom these atoms allow: rule 1."""
        blocked = np.zeros(len(self.atoms) + 1, dtype=np.int64)
        np.cumsum(~allowed[self.atoms], out=blocked[1:])
        return np.equal(blocked[self.start[1:]], blocked[self.start[:-1]], dtype=np.bool_)


class Readers:
    """For every party, which atoms let it read, at one moment.

    Args:
        verdicts: of a question whose action is `read`, over facts compiled with the atoms of the labels.
    """

    def __init__(self, verdicts: Verdicts) -> None:
        self._verdicts = verdicts
        self._atoms: Bits = verdicts.atoms()

    def allowed(self, party: PartyCode) -> Flags:
        """Which atoms let a party read."""
        return bits.has(self._atoms, np.full(len(self._atoms), self._verdicts.column(party)))


class Records:
    """Records, each under one of the labels.

    Args:
        labels: the labels.
        label: for each record the number of its label.
    """

    def __init__(self, labels: Labels, label: Iterable[int] | Ints) -> None:
        self.labels = labels
        self.label = label if isinstance(label, np.ndarray) else ints(label)

    @cached_property
    def _held(self) -> Ints:
        return np.bincount(self.label, minlength=len(self.labels.start) - 1)

    def ids(self, allowed: Flags) -> Ids:
        """The numbers of the records that somebody may read whom these atoms allow, ascending."""
        return np.flatnonzero(self.labels.readable(allowed)[self.label])

    def count(self, allowed: Flags) -> int:
        """How many they are: from the labels alone."""
        return int(self._held @ self.labels.readable(allowed))

    def join(self) -> list[Atom]:
        """The atoms of whatever was made by searching all records: the join of their labels."""
        used = np.flatnonzero(np.bincount(self.label, minlength=len(self.labels.start) - 1))
        atom, _ = bits.ranges(self.labels.start[used], self.labels.start[used + 1])
        marked = np.zeros(len(self.labels.distinct), dtype=np.bool_)
        marked[self.labels.atoms[atom]] = True
        return [self.labels.distinct[number] for number in np.flatnonzero(marked)]

    def missing(self, allowed: Flags) -> dict[PartyCode, int]:
        """Whose consent a party lacks, and how many records each of these owners keeps from it."""
        owners = sorted({atom.owner for atom in self.labels.distinct})
        number = {owner: place for place, owner in enumerate(owners)}
        owner = ints(number[atom.owner] for atom in self.labels.distinct)
        label = np.repeat(np.arange(len(self.labels.start) - 1), np.diff(self.labels.start))
        shut = ~allowed[self.labels.atoms]
        pairs = np.unique(label[shut] * len(owners) + owner[self.labels.atoms[shut]])
        held = np.bincount(pairs % len(owners), self._held[pairs // len(owners)], len(owners)).astype(np.int64)
        return {owners[place]: int(held[place]) for place in np.flatnonzero(held)}
