"""Importing intelligence: STIX 2.1 goes onto the shelf, planned row by row before anything is added.

Rules:
1. Every object is read, checked and labelled first, by the steps of `comity.flow.intelligence_coming`. All bad rows are
   told; with one, nothing is added, unless bad rows are to be skipped.
2. What is added goes in whole batches, each on disk before the next is begun, an object and its cover together. Who
   stops it is told how many are in; importing the file again adds the rest.
3. What its originator brought in elsewhere since it was planned is not brought in twice: the plan holds no more then
   (`MovedOn`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from typing import Generic, NamedTuple, TypeVar

from comity.errors import Malformed, Refused
from comity.flow.collector import seldom
from comity.flow.intelligence_again import Twice, compare, tightens, wider
from comity.flow.intelligence_coming import BAD, KNOWN, NEW, TELLING, Coming, How, Row, Told
from comity.flow.intelligence_drafted import Drafting
from comity.flow.intelligence_incoming import incoming
from comity.flow.intelligence_labels import ImportLabels
from comity.flow.intelligence_marked import Markings
from comity.flow.intelligence_mentioned import Mentioned
from comity.flow.intelligence_openly import MOST, Given, Openly, closer_than, openly
from comity.formats import stix
from comity.formats.stix import Fault, Object
from comity.formats.stix_check import faults, versioned
from comity.instruments.intelligence.shelf import Shelf
from comity.ledger.book import Book, Draft, Receipt
from comity.ledger.record import Record
from comity.values.label import Atom, Label

__all__ = ["BAD", "BATCH", "KNOWN", "NEW", "Brought", "How", "Interrupted", "Plan", "Planned", "Told", "plan"]

C = TypeVar("C")
BATCH = 2000
"""So many facts are written at once."""


class Planned(NamedTuple):
    """What becomes of an object: its place in the file, its id, type and version, its fate, and its labels.

    What is known has the labels under which it stands; of what is new, `others` are those of its other versions that
    are wider. `asked` are those that were asked for, where they are stricter than these.
    """

    row: int
    id: str
    type: str
    version: str
    fate: str
    labels: tuple[Label, ...]
    others: tuple[Label, ...] = ()
    asked: tuple[Label, ...] = ()

    @property
    def stands(self) -> tuple[Label, ...]:
        """The labels under which it stands, or else its other versions."""
        return self.others or self.labels

    @property
    def shut_out(self) -> tuple[str, ...]:
        """Those named by a label under which it, or another version, stands, and by none that was asked for."""
        both = (self.stands, self.asked)
        reads, asked = ({str(one) for label in many for atom in label for one in atom.readers} for many in both)
        return tuple(sorted(reads - asked)) if self.asked else ()


@dataclass(frozen=True, slots=True)
class Brought:
    """What an import came to: how many objects it added, and the receipts of the facts that state them."""

    objects: int
    receipts: tuple[Receipt, ...]


class Interrupted(KeyboardInterrupt):
    """Somebody stopped an import: how many objects and facts are in, in whole batches."""

    def __init__(self, brought: Brought) -> None:
        """Keep what is in."""
        super().__init__()
        self.brought = brought


@seldom()
def plan(book: Book[C], data: bytes, how: How, where: str = "FILE", told: Told = lambda *_: None) -> Plan[C]:
    """What an import would do, row by row, with nothing added: rule 1.

    Args:
        book: the book.
        data: a bundle, an envelope, a list of objects, or one object; STIX 2.0 or MISP's events as well.
        how: who states it, to whom, under which clause.
        where: what errors call the file.
        told: is told how far the work is.

    Raises:
        Malformed: the bytes hold no objects.
        Refused: the originator has no key here.
    """
    objection = book.objection(how.originator)
    if objection is not None:
        raise Refused(objection.message, field="--as", next_step=objection.next_step)
    given = incoming(data, where, how.misp)
    coming = Coming(stix.rows(given.data, where), given.faults)
    labels = ImportLabels(how, book.clock())
    size, view = book.store.head().size, book.view(how.originator)
    shelf = Shelf.of(view)
    markings = Markings(book, shelf, how, labels, coming)
    _check(coming, markings, told)
    Mentioned(view, shelf, labels, coming).join(told)
    markings.spread()
    compare(coming, shelf, labels, how.originator)
    markings.spread_here()
    return Plan(book, how, labels, coming, markings.idle, size=size)


def _check(coming: Coming, markings: Markings[C], told: Told) -> None:
    """Read, check and mark every object of a file: rule 1."""
    twice = Twice(coming)
    for row, found in enumerate(coming.rows.read()):
        one = _checked(row, found, coming, markings)
        if one is not None and not twice.stood(one):
            coming.good.append(one)
        if row % TELLING == TELLING - 1:
            told("checked", row + 1, len(coming.rows))


def _checked(row: int, found: Object | Fault, coming: Coming, markings: Markings[C]) -> Row | None:
    """An object that is good, and what it is marked with; None where it is bad."""
    wrong = [found] if isinstance(found, Fault) else faults(found, row) or markings.faults(found, row)
    if wrong or isinstance(found, Fault):
        coming.bad += wrong
        return None
    name, kind = str(found["id"]), str(found["type"])
    try:
        marked, more = markings.of(found)
    except Malformed as error:
        field = error.field or "object_marking_refs"
        coming.bad.append(Fault(row, name, field, error.message, error.next_step or ""))
        return None
    return Row(row, name, kind, str(found.get("modified", "")) if versioned(kind) else "", marked, more)


def _planned(one: Row, drafting: Drafting[C]) -> Planned:
    asked = tuple(drafting.labels_of(one))
    others = wider(asked, one.others)
    stricter = others or (one.stands and not one.again and tightens(asked, one.stands))
    return Planned(
        one.row, one.id, one.type, one.version, one.fate, one.stands or asked, others, asked if stricter else ()
    )


def _parts(one: Row) -> Iterator[Label]:
    return (each.label for every in one.more.values() for each in every)


class Plan(Generic[C]):
    """What an import is going to do."""

    def __init__(
        self,
        book: Book[C],
        how: How,
        labels: ImportLabels,
        coming: Coming,
        idle: tuple[int, ...] = (),
        *,
        size: int | None = None,
    ) -> None:
        self._book, self._how, self._labels, self._coming = book, how, labels, coming
        self.idle = tuple(f"rules[{place}]" for place in idle)
        """The rules of the import that are about no object of the file, and so hold nothing back."""
        self._size = size
        self.bad = tuple(sorted(coming.bad, key=lambda one: (one.row, one.field or "")))

    @property
    def rows(self) -> Iterator[Planned]:
        """What becomes of each object that is not bad."""
        drafting = self._drafting()
        for one in self._coming.good:
            yield _planned(one, drafting)

    @cached_property
    def stricter(self) -> tuple[Planned, ...]:
        """What is here, or another version of it, under a label wider than was asked for: that stands as it did."""
        drafting = self._drafting()
        here = (_planned(one, drafting) for one in self._coming.good if one.fate == KNOWN or one.others)
        return tuple(one for one in here if one.asked)

    @cached_property
    def named_openly(self) -> tuple[Openly, ...]:
        """What is here and names what is new to parties who may not read that, as far as its originator sees it."""
        view = self._book.view(self._how.originator)
        closer = closer_than(view.labels.values())
        close = (one for one in self._new() if any(map(closer, (one.marked.label, *_parts(one)))))
        return tuple(openly(Shelf.of(view), map(self._given, islice(close, MOST))))

    def _given(self, one: Row) -> Given:
        more = {name: frozenset[Atom]().union(one.marked.label, *(each.label for each in every))
                for name, every in one.more.items()}  # fmt: skip
        return Given(one.id, one.type, self._coming.object(one.row), one.marked.label, more)

    @property
    def total(self) -> int:
        """How many objects there are, bad ones among them, and those that could be no object of STIX 2.1."""
        return len(self._coming.rows) + self._coming.lost

    @property
    def new(self) -> int:
        """How many objects would be added."""
        return len(self._new())

    @property
    def refused(self) -> bool:
        """Whether nothing would be added, for a bad row's sake: rule 1."""
        return bool(self.bad) and not self._how.skip_bad

    @seldom()
    def commit(self, told: Told = lambda *_: None) -> Brought:
        """Add what was planned: rule 2.

        Raises:
            Malformed: there is a bad row, and bad rows are not to be skipped.
            Unavailable: it cannot be put on disk; what was added before is there.
            MovedOn: some of it is here by now: rule 3; what was added before is there.
            Interrupted: somebody stopped it between two batches.
        """
        self._admit()
        drafting, wanted, how = self._drafting(), self._new(), self.while_new
        titles, batch, receipts, objects = drafting.titles(), list[Record](), list[Receipt](), 0
        try:
            for number, one in enumerate(wanted, start=1):
                batch += drafting.records(one)
                if len(batch) >= BATCH or number == len(wanted):
                    receipts += self._book.add([*batch, *titles], how)
                    how = replace(how, size=self._reached(receipts[-1]))
                    objects, batch, titles, drafting = number, [], [], self._drafting()
                    told("added", objects, len(wanted))
        except KeyboardInterrupt:
            raise Interrupted(Brought(objects, tuple(receipts))) from None
        return Brought(objects, tuple(receipts))

    def _reached(self, receipt: Receipt) -> int | None:
        """How far the book went when a fact was added to it."""
        row = self._book.find(receipt.id)
        return None if row is None else row.position

    @property
    def while_new(self) -> Draft:
        """How what is new is stated: as long as none of it was stated since it was planned: rule 3."""
        return Draft(size=self._size, about=frozenset(one.id for one in self._new()))

    def records(self) -> list[Record]:
        """The facts that state what is new, drafted and not added: for whoever adds all of them at once.

        Raises:
            Malformed: there is a bad row, and bad rows are not to be skipped.
        """
        self._admit()
        drafting = self._drafting()
        new = [record for one in self._new() for record in drafting.records(one)]
        return [*new, *drafting.titles()] if new else []

    def _admit(self) -> None:
        if self.refused:
            raise Malformed(f"{len(self.bad)} of {self.total} objects are bad", next_step="mend them, or skip them")

    def _new(self) -> list[Row]:
        return [one for one in self._coming.good if one.fate == NEW]

    def _drafting(self) -> Drafting[C]:
        """Drafts for one writing."""
        return Drafting(self._book, self._how, self._labels, self._coming)
