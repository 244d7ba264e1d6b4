"""The facts that state incoming objects, drafted and not yet added.

Rules:
1. An object is divided by its granular markings, and by what of it mentions something more restricted, into a fact for
   each label (`comity.instruments.intelligence.portions`); its cover comes last.
2. A marking definition that stands under several labels is stated under each; one that is here already, beside what
   uses it under another.
3. A clause that nobody is known to own is its originator's by a title, stated with the first facts: so that whoever
   asks to read under it is heard by him.
4. What is added in one writing and marked alike is drafted alike, as of one instant.
5. A collection that everybody may know of stands in the facts themselves. Into any other an object is filed by a fact
   beside them, under the label of what the object cannot be without and that of the collection.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Generic, TypeVar, cast

from comity.flow.intelligence_coming import Coming, How, Row
from comity.flow.intelligence_labels import ImportLabels
from comity.flow.taxii_rooms import closed
from comity.formats import stix
from comity.formats.stix import Object
from comity.instruments.intelligence import facts, portions
from comity.instruments.intelligence.portions import Marked, Share
from comity.instruments.intelligence.shelf import Shelf
from comity.ledger.book import Book, Draft
from comity.ledger.record import Alike, Record
from comity.ledger.view import View
from comity.values.fact import Title
from comity.values.label import Label

C = TypeVar("C")


class Drafting(Generic[C]):
    """Drafts for one writing: rule 4."""

    def __init__(self, book: Book[C], how: How, labels: ImportLabels, coming: Coming) -> None:
        self._book, self._how, self._labels, self._coming = book, how, labels, coming
        self._alike: dict[tuple[str, Label, int], Alike] = {}

    def labels_of(self, one: Row) -> Iterator[Label]:
        """The labels under which an object is going to stand."""
        if one.again:
            yield from (marked.label for marked in one.again)
        elif not one.more:
            yield one.marked.label
        else:
            yield from (share.marked.label for share in self._shares(one, self._coming.object(one.row)))

    def records(self, one: Row) -> Iterator[Record]:
        """The facts that state an object: rules 1, 2 and 5."""
        yield from self._statements(one)
        if one.beside:
            yield from self._definitions(one)
        yield from self._filings(one)

    def _statements(self, one: Row) -> Iterator[Record]:
        text = stix.kept_text(self._coming.bytes(one.row))
        if one.more:
            found = cast("Object", stix.read_object(text.encode()))
            divided = self._shares(one, found)
            if len(divided) > 1:
                yield from self._divided(one, text, found, divided)
                return
            yield self._stated(one, text, divided[0].marked)
        else:
            yield from (self._stated(one, text, marked) for marked in one.again or (one.marked,))

    def _definitions(self, one: Row) -> Iterator[Record]:
        """Rule 2: those that are stated beside an object."""
        for name, marked in one.beside:
            (first, *_) = self._shelf.facts(name, "")
            body = {**first.record.body, "marking": dict(marked.marking)}
            yield self._drafting(facts.PORTION, marked).draft(body)

    @cached_property
    def _shelf(self) -> Shelf:
        return Shelf.of(cast("View[object]", self._book.view(self._how.originator)))

    @cached_property
    def _closed(self) -> dict[str, Label]:
        """The labels of the collections that not everybody may know of: rule 5."""
        return closed(self._book.view(self._how.originator), self._how.collections)

    @cached_property
    def _open(self) -> list[str]:
        return [name for name in self._how.collections if name not in self._closed]

    def _filings(self, one: Row) -> Iterator[Record]:
        """Rule 5."""
        if not self._closed:
            return
        labels = list(self.labels_of(one))
        for name, label in self._closed.items():
            for base in labels if one.again else labels[:1]:
                yield self._filing(base | label).draft({"collection": name, "thing": one.id})

    def _filing(self, label: Label) -> Alike:
        key = (facts.FILED, label, 0)
        if key not in self._alike:
            self._alike[key] = self._book.alike(facts.FILED, {}, Draft(self._how.originator, label))
        return self._alike[key]

    def _shares(self, one: Row, found: Object) -> list[Share]:
        return portions.shares(one.type, found, one.marked, one.more, self._labels)

    def _divided(self, one: Row, text: str, found: Object, divided: Sequence[Share]) -> Iterator[Record]:
        parts = [
            self._stated(one, written, share.marked, part=True)
            for share, written in zip(divided, portions.texts(text, found, divided), strict=True)
        ]
        yield from parts
        body = facts.cover(one.id, one.version, one.type, [part.id for part in parts], portions.whole(found))
        yield self._drafting(facts.COVER, self._labels.join([share.marked for share in divided])).draft(body)

    def _stated(self, one: Row, text: str, marked: Marked, *, part: bool = False) -> Record:
        body = facts.portion(one.id, one.version, one.type, text, marked.marking, part=part, collections=self._open)
        return self._drafting(facts.PORTION, marked).draft(body)

    def _drafting(self, kind: str, marked: Marked) -> Alike:
        """How what is marked alike is drafted: rule 4."""
        key = (kind, marked.label, id(marked.marking))
        if key not in self._alike:
            more = {} if marked.classification is None else {"classification": marked.classification}
            self._alike[key] = self._book.alike(kind, more, Draft(self._how.originator, marked.label))
        return self._alike[key]

    def titles(self) -> list[Record]:
        """Rule 3."""
        known = self._book.view(self._how.originator).facts
        clauses = sorted({self._how.clause, *(rule.clause for rule in self._how.rules if rule.clause)})
        return [self._title(clause) for clause in clauses if not known.of(Title, clause)]

    def _title(self, clause: str) -> Record:
        owner = self._how.originator
        line = {"title": {"thing": clause, "kind": "information", "owner": owner, "interest": "originator"}}
        return self._book.draft(line, Draft(owner), {})
