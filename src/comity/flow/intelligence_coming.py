"""Intelligence on its way in: the objects of a file, what was found of each so far, and what is wrong with the others.

An object comes in by steps: it is read and checked, marked (`comity.flow.intelligence_marked`), joined with what it
mentions (`comity.flow.intelligence_mentioned`), compared with what is here (`comity.flow.intelligence_again`) and
drafted (`comity.flow.intelligence_drafted`). Each step takes it from the one before and says what it found.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from comity.flow.intelligence_labels import Import
from comity.formats import stix
from comity.formats.intelligence_rules import Rule
from comity.formats.misp_sharing import Bindings
from comity.formats.stix import Fault, Object
from comity.instruments.intelligence.portions import Marked
from comity.values.label import Label

NEW, KNOWN, BAD = "new", "known", "bad"
Told = Callable[[str, int, int], None]
"""Is told what is being done, how much of it is done, and how much there is."""
TELLING = 2000
"""After so many objects it is told how far a step is."""


@dataclass(frozen=True, slots=True)
class How(Import):
    """How a file is imported: besides what an import says of everything, its rules and the collections it goes into.

    `misp` says what the organisations and communities of MISP's events mean here.
    """

    rules: tuple[Rule, ...] = ()
    collections: tuple[str, ...] = ()
    skip_bad: bool = False
    misp: Bindings | None = None


@dataclass(slots=True)
class Row:
    """An object on its way: what it is marked with, what of it is marked otherwise, and its fate.

    A marking definition stands `again` under each label under which it is used. What is known `stands` under labels.
    Of what is new `others` are the labels of each other version, as far as that is its originator's.
    `beside` it those definitions are stated that are here and under no label as wide as its own.
    """

    row: int
    id: str
    type: str
    version: str
    marked: Marked
    more: dict[str, list[Marked]] = field(default_factory=dict)
    again: tuple[Marked, ...] = ()
    fate: str = NEW
    stands: tuple[Label, ...] = ()
    others: tuple[tuple[Label, ...], ...] = ()
    beside: tuple[tuple[str, Marked], ...] = ()


class Coming:
    """The objects of a file: those that are good so far, in their order, and the faults of the others."""

    def __init__(self, rows: stix.Rows, faults: Sequence[Fault] = ()) -> None:
        """Begin with the rows, and the faults of what could not become an object of STIX 2.1 at all."""
        self.rows = rows
        self.good: list[Row] = []
        self.bad: list[Fault] = [*faults]
        self.lost = len({one.row for one in faults})

    def bytes(self, row: int) -> bytes:
        """An object as it is written."""
        return bytes(self.rows.texts[row])

    def text(self, row: int) -> str:
        """An object as it is written, as text."""
        return self.bytes(row).decode()

    def object(self, row: int) -> Object:
        """A good object's properties."""
        return stix.reread(self.bytes(row))
