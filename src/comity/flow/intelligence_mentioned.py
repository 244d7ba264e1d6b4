"""What of an incoming file mentions something more restricted, and is kept as close as that.

Rules:
1. A property that mentions something more restricted, in this file or here, stands under the label of both
   (`comity.instruments.intelligence.mentions`). That is decided when it comes in, for nothing hidden may change what is
   seen later.
2. Whoever may not know one end of a relationship may not know the relationship; nor an observable, where he may not
   know what its id is made of: the address of a connection could be guessed back from the id of the connection.
3. Of what is here, only what the originator sees counts: what he does not know he cannot pass on.
4. Where everything stands under one label, nothing has to be looked for.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Generic, TypeVar

from comity.flow.intelligence_coming import TELLING, Coming, Row, Told
from comity.flow.intelligence_known import ids_here, terms_here
from comity.flow.intelligence_labels import ImportLabels
from comity.formats.sco_ids import CONTRIBUTING
from comity.formats.stix import Object
from comity.instruments.intelligence.mentions import Terms, endings_in, ids_in, mentions, singulars, terms, unescaped
from comity.instruments.intelligence.portions import says_itself
from comity.instruments.intelligence.references import NEEDED, is_reference, need, walk
from comity.instruments.intelligence.shelf import Shelf
from comity.ledger.view import View
from comity.values.label import Label

C = TypeVar("C")
_OF_REFERENCES = frozenset({"email-message", "file", "network-traffic"})
"""The observables whose ids are made of references, besides values."""


class Mentioned(Generic[C]):
    """What goes by which names, in a file and in what its originator sees here."""

    def __init__(self, view: View[C], shelf: Shelf, labels: ImportLabels, coming: Coming) -> None:
        self._view, self._shelf, self._labels, self._coming = view, shelf, labels, coming

    def join(self, told: Told) -> None:
        """Join to the labels of every object and property what its mentions demand: rules 1 and 2."""
        known = self._terms()
        if known is None:
            return
        for number, one in enumerate(self._coming.good, start=1):
            if known.mentioned(unescaped(self._coming.text(one.row)), one.marked.label):
                found = self._coming.object(one.row)
                self._join_ends(one, found, known)
                self._join_properties(one, found, known)
            if number % TELLING == 0:
                told("compared", number, len(self._coming.good))

    def _terms(self) -> Terms | None:
        """What goes by which names, in this file and here: rules 3 and 4."""
        labels = {one.marked.label for one in self._coming.good}
        here = any(not label <= one for label in self._view.labels.values() for one in labels)
        if len(labels) < 2 and not here:
            return None
        self._join_ids()
        known = Terms()
        for one in self._coming.good:
            self._go_by(one, known)
        if here:
            self._go_by_here(labels, known)
        return known

    def _join_ids(self) -> None:
        """Rule 2 for observables, before anything is held against their ids."""
        made_of = {one.row: _made_of(one, self._coming.object(one.row)) for one in self._coming.good
                   if one.type in _OF_REFERENCES}  # fmt: skip
        wanted, known = {name for names in made_of.values() for name in names}, Terms()
        for one in self._coming.good if wanted else ():
            if one.id in wanted:
                known.add_id(one.id, one.marked.label)
        for name, label in ids_here(self._shelf, self._view, wanted):
            known.add_id(name, label)
        for one in self._coming.good:
            if one.row in made_of:
                self._join_labels_of(one, made_of[one.row], known)

    def _join_labels_of(self, one: Row, names: Iterable[str], known: Terms) -> None:
        stricter = {label for name in names for label in known.stricter(known.labels_of(name), one.marked.label)}
        one.marked = self._labels.under(one.marked, stricter)

    def _go_by(self, one: Row, known: Terms) -> None:
        known.add_id(one.id, one.marked.label)
        for term in terms(one.type, self._coming.object(one.row)):
            known.add(term, one.marked.label)

    def _go_by_here(self, labels: set[Label], known: Terms) -> None:
        """What the originator sees here, of what the words and ids of the file may mean: rule 3."""
        ends, names = set[str](), set[str]()
        for one in self._coming.good:
            text = unescaped(self._coming.text(one.row))
            ends |= endings_in(text)
            names.update(ids_in(text))
        for term, label in terms_here(self._view, labels, ends | singulars(ends)):
            known.add(term, label)
        for name, label in ids_here(self._shelf, self._view, names):
            known.add_id(name, label)

    def _join_ends(self, one: Row, found: Object, known: Terms) -> None:
        """Rule 2."""
        ends = [str(value) for name, value in found.items() if need(one.type, name) == NEEDED and is_reference(value)]
        self._join_labels_of(one, ends, known)

    def _join_properties(self, one: Row, found: Object, known: Terms) -> None:
        """Rule 1."""
        for name, labels in mentions(found, known, one.marked.label):
            joined = self._labels.under(one.marked, labels)
            if joined.label != one.marked.label:
                one.more.setdefault(name, []).append(joined)


def _made_of(one: Row, found: Object) -> list[str]:
    """What the id of an observable is made of besides its own values: rule 2."""
    if not says_itself(one.type, found):
        return []
    of_id = {name: found[name] for name in CONTRIBUTING.get(one.type, ()) if name in found}
    return [edge.thing for edge in walk(one.type, of_id).edges]
