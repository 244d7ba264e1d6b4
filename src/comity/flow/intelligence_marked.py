"""What the markings of a file come to, object by object and property by property.

Rules:
1. A marking definition may stand anywhere in the file, or be here already as far as its originator sees it. One that is
   in neither place is a fault of whatever refers to it.
2. What the same markings come to under the same rules is found once; so is what is wrong with them.
3. A rule of the import is joined to what an object is marked with: it makes it stricter, never wider.
4. What comes to a level above what the book may hold is refused.
5. A marking definition that bears no marking stands under each label under which it is used; one that its originator
   stated here before is stated again with the first object that uses it under a label of its own.
6. A marking that names a party or a group nobody knows is refused: it would keep out, or let in, nobody knows whom.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Generic, TypeVar, cast

from comity.casebook.book import casebook
from comity.errors import Malformed
from comity.flow.intelligence_coming import NEW, Coming, How, Row
from comity.flow.intelligence_labels import ImportLabels, known_markings
from comity.flow.meant import check_groups, check_parties
from comity.formats import stix
from comity.formats.stix import Fault, Object
from comity.instruments.intelligence import portions
from comity.instruments.intelligence.portions import Marked
from comity.instruments.intelligence.shelf import Shelf
from comity.ledger.book import Book
from comity.values.label import Label
from comity.values.party import ANYONE, Group

C = TypeVar("C")
DEFINITION = "marking-definition"


class Markings(Generic[C]):
    """The markings of one file, and of what is here already."""

    def __init__(self, book: Book[C], shelf: Shelf, how: How, labels: ImportLabels, coming: Coming) -> None:
        """Find the marking definitions of the file: rule 1."""
        self._book, self._shelf, self._how, self._labels, self._coming = book, shelf, how, labels, coming
        self._defined = _defined(coming)
        self._found: dict[tuple[tuple[str, ...], tuple[int, ...]], Marked | Malformed] = {}
        self._covering: set[int] = set()
        self._here: set[str] = set()

    @property
    def idle(self) -> tuple[int, ...]:
        """The places of the rules that were about no object, and so held nothing back: slips of the pen, often."""
        return tuple(place for place in range(len(self._how.rules)) if place not in self._covering)

    def of(self, found: Object) -> tuple[Marked, dict[str, list[Marked]]]:
        """What an object is marked with, and what its granular markings say of some properties besides.

        Raises:
            Malformed: a marking is not known, not understood, cannot be decided, or is above the ceiling.
        """
        rules = tuple(place for place, rule in enumerate(self._how.rules) if rule.covers(found))
        self._covering.update(rules)
        return self._marked(_refs(found), rules), self._more(found, rules)

    def faults(self, found: Object, row: int) -> list[Fault]:
        """What is wrong with what a marking definition says of TLP, or by the label extension."""
        if found["type"] == DEFINITION:
            try:
                self._labels.read(found)
            except Malformed as error:
                return [Fault(row, str(found["id"]), error.field, error.message, error.next_step or "mend it")]
        return []

    def _more(self, found: Object, rules: tuple[int, ...]) -> dict[str, list[Marked]]:
        more: dict[str, list[Marked]] = {}
        for place, one in enumerate(_granular(found)):
            if "marking_ref" in one:
                try:
                    marked = self._marked((str(one["marking_ref"]),), rules)
                except Malformed as error:
                    error.field = f"granular_markings[{place}].marking_ref"
                    raise
                for name in {portions.top(selector) for selector in cast("list[str]", one["selectors"])}:
                    more.setdefault(name, []).append(marked)
        return more

    def _marked(self, refs: tuple[str, ...], rules: tuple[int, ...]) -> Marked:
        """What markings come to under some rules: rule 2."""
        key = (refs, rules)
        if key not in self._found:
            try:
                self._found[key] = self._come_to(refs, rules)
            except Malformed as error:
                self._found[key] = error
        found = self._found[key]
        if isinstance(found, Malformed):
            raise Malformed(found.message, field=found.field, next_step=found.next_step)
        return found

    def _come_to(self, refs: tuple[str, ...], rules: tuple[int, ...]) -> Marked:
        """Rules 3 and 4."""
        found = self._labels.of([self._definition(name) for name in refs])
        self._check_known(found.label)
        for rule in (self._how.rules[place] for place in rules):
            found = self._labels.under(found, [self._labels.label(rule.to, rule.clause or self._how.clause)])
        above = [one for one in (found.classification, *sorted(found.levels)) if not self._book.holds(one)]
        if above:
            says = f"{above[0]} is above what this book may hold ({', '.join(self._book.ceiling)})"
            raise Malformed(says, next_step="keep it in a book on a system accredited for it")
        return found

    def _check_known(self, label: Label) -> None:
        """Rule 6; whom the import itself names is checked where it is asked for."""
        seen, known = self._book.view(self._how.originator).facts, casebook()
        asked = {*(self._how.to or ()), *(one for readers in self._how.tlp.values() for one in readers)}
        named = {one for atom in label for one in (atom.owner, *atom.readers)} - {ANYONE, self._how.originator} - asked
        field = "object_marking_refs"
        check_parties(seen, known.parties, [(field, one) for one in sorted(map(str, named)) if one in named])
        check_groups(seen, known.groups, [(field, one.name) for one in named if isinstance(one, Group)])

    def _definition(self, name: str) -> Mapping[str, object]:
        """Rule 1."""
        if name in self._defined:
            return self._defined[name]
        if name in known_markings():
            return {"id": name}
        if name in self._shelf:
            self._here.add(name)
            return self._shelf.statement(name)
        step = "put the marking definition into the file, or import it first"
        raise Malformed(f"{name} is neither in this file nor here", next_step=step)

    def spread(self) -> None:
        """Let the marking definitions of the file stand under the labels under which they are used: rule 5."""
        used: dict[str, dict[Label, Marked]] = {}
        for one in self._coming.good if self._defined else ():
            if one.type != DEFINITION:
                self._use(one, used)
        for one in self._coming.good:
            if one.type == DEFINITION and one.id in used:
                labels = used[one.id]
                one.again = tuple(labels[label] for label in _widest(labels))

    def spread_here(self) -> None:
        """Let marking definitions that are here stand under the labels under which what is new uses them: rule 5."""
        stand = {name: found for name in {*self._defined, *self._here} if (found := self._stated(name))}
        for one in self._coming.good if stand else ():
            if one.fate == NEW and one.type != DEFINITION:
                for name, marked in self._uses(one):
                    if name in stand and not any(label <= marked.label for label in stand[name]):
                        stand[name].add(marked.label)
                        one.beside += ((name, marked),)

    def _stated(self, name: str) -> set[Label]:
        """The labels under which the originator stated an unmarked definition that is here; none where he did not."""
        if name not in self._shelf or _refs(self._shelf.statement(name)):
            return set()
        return {one.label for one in self._shelf.get(name).portions if one.originator == self._how.originator}

    def _use(self, one: Row, used: dict[str, dict[Label, Marked]]) -> None:
        for name, marked in self._uses(one):
            if self._unmarked(name):
                used.setdefault(name, {})[marked.label] = marked

    def _uses(self, one: Row) -> Iterator[tuple[str, Marked]]:
        """The markings that an object bears, each with the label of what of it bears them."""
        found = self._coming.object(one.row)
        yield from ((name, one.marked) for name in _refs(found))
        for mark in _granular(found):
            for selector in cast("list[str]", mark["selectors"]):
                above = one.more.get(portions.top(selector), ())
                yield str(mark.get("marking_ref")), self._labels.join([one.marked, *above])

    def _unmarked(self, name: str) -> bool:
        """Whether a marking definition of the file bears no marking."""
        return name in self._defined and not _refs(self._defined[name])


def _defined(coming: Coming) -> dict[str, Object]:
    """The marking definitions of a file by id, wherever in it they stand."""
    defined: dict[str, Object] = {}
    for row in range(len(coming.rows)):
        raw = coming.bytes(row)
        if (DEFINITION.encode() in raw and b'"definition_type"' in raw) or b'"extensions"' in raw:
            found = stix.read_object(raw, row)
            if not isinstance(found, Fault) and found.get("type") == DEFINITION:
                defined[str(found.get("id"))] = found
    return defined


def _refs(found: Mapping[str, object]) -> tuple[str, ...]:
    return tuple(sorted({str(name) for name in cast("list[object]", found.get("object_marking_refs", ()))}))


def _granular(found: Mapping[str, object]) -> list[dict[str, object]]:
    return cast("list[dict[str, object]]", found.get("granular_markings", []))


def _widest(labels: Iterable[Label]) -> list[Label]:
    """Of some labels those that no other of them makes superfluous, as it opens to more."""
    every = sorted(labels, key=lambda label: (len(label), sorted(map(str, label))))
    return [label for place, label in enumerate(every) if not any(other < label for other in every[:place])]
