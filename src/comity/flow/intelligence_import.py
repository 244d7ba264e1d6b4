"""Importing intelligence: STIX 2.1 goes onto the shelf, planned row by row before anything is added.

Rules:
1. Every object is read, checked and labelled first. All bad rows are told; with one, nothing is added, unless bad rows
   are to be skipped.
2. A version that its originator sees here already, with the same content, is not stated again; with other content it is
   refused, for one id and version say one thing (STIX 2.1, 3.6). What he may not see is not compared. What another
   let him read, and he states as well or anew, stands under the label of both: nothing is passed on by stating it.
3. An object is divided by its granular markings, and by what of it mentions something more restricted
   (`comity.instruments.intelligence.mentions`): that is decided now, for nothing hidden may change what is seen later.
4. Whoever may not know one end of a relationship may not know the relationship.
5. A marking definition that bears no marking stands under each label under which it is used.
6. What is added goes in whole batches, each on disk before the next is begun, an object and its cover together. Who
   stops it is told how many are in; importing the file again adds the rest.
7. A clause that nobody is known to own is its originator's by a title, stated with the first batch: so that whoever
   asks to read under it is heard by him.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar, cast

from comity.errors import Malformed, Refused
from comity.flow.intelligence_incoming import incoming
from comity.flow.intelligence_known import ids_here, terms_here
from comity.flow.intelligence_labels import Import, ImportLabels, known_markings
from comity.formats import stix
from comity.formats.intelligence_rules import Rule
from comity.formats.misp_sharing import Bindings
from comity.formats.stix import Fault, Object
from comity.formats.stix_check import faults, versioned
from comity.instruments.intelligence import facts, portions
from comity.instruments.intelligence.mentions import Terms, endings_in, ids_in, mentions, singulars, terms, unescaped
from comity.instruments.intelligence.portions import Marked, Share
from comity.instruments.intelligence.references import NEEDED, is_reference, need
from comity.instruments.intelligence.shelf import SeenObject, Shelf
from comity.ledger.book import Book, Draft, Receipt
from comity.ledger.record import Alike, Record
from comity.values.fact import Title
from comity.values.label import Label

C = TypeVar("C")
BATCH = 2000
NEW, KNOWN, BAD = "new", "known", "bad"
Told = Callable[[str, int, int], None]
"""Is told what is being done, how much of it is done, and how much there is."""


@dataclass(frozen=True, slots=True)
class How(Import):
    """How a file is imported: besides what an import says of everything, its rules and the collections it goes into.

    `misp` says what the organisations and communities of MISP's events mean here.
    """

    rules: tuple[Rule, ...] = ()
    collections: tuple[str, ...] = ()
    skip_bad: bool = False
    misp: Bindings | None = None


class Planned(NamedTuple):
    """What becomes of an object: its place in the file, its id, type and version, its fate, and its labels."""

    row: int
    id: str
    type: str
    version: str
    fate: str
    labels: tuple[Label, ...]


@dataclass(slots=True)
class _Row:
    """An object on its way: what it is marked with, and what of it is marked otherwise."""

    row: int
    id: str
    type: str
    version: str
    marked: Marked
    more: dict[str, list[Marked]] = field(default_factory=dict)
    again: tuple[Marked, ...] = ()
    fate: str = NEW


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


def plan(book: Book[C], data: bytes, how: How, where: str = "FILE", told: Told = lambda *_: None) -> Plan[C]:
    """What an import would do, row by row, with nothing added.

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
    planning = _Planning(book, stix.rows(given.data, where), how, told)
    planning.bad += given.faults
    planning.lost = len({one.row for one in given.faults})
    return planning.done()


class Plan(Generic[C]):
    """What an import is going to do: rules 1 to 5."""

    def __init__(self, planning: _Planning[C]) -> None:
        self._book, self._rows, self._how = planning.book, planning.rows, planning.how
        self._labels, self._found, self._lost = planning.labels, planning.found, planning.lost
        self._alike: dict[tuple[str, Label, int], Alike] = {}
        self.bad = tuple(sorted(planning.bad, key=lambda one: (one.row, one.field or "")))

    @property
    def rows(self) -> Iterator[Planned]:
        """What becomes of each object that is not bad."""
        for one in self._found:
            yield Planned(one.row, one.id, one.type, one.version, one.fate, tuple(self._labels_of(one)))

    def _labels_of(self, one: _Row) -> Iterator[Label]:
        if one.again:
            yield from (marked.label for marked in one.again)
        elif not one.more:
            yield one.marked.label
        else:
            found = cast("Object", stix.read_object(bytes(self._rows.texts[one.row])))
            yield from (share.marked.label for share in self._shares(one, found))

    @property
    def total(self) -> int:
        """How many objects there are, bad ones among them, and those that could be no object of STIX 2.1."""
        return len(self._rows) + self._lost

    @property
    def new(self) -> int:
        """How many objects would be added."""
        return sum(one.fate == NEW for one in self._found)

    @property
    def refused(self) -> bool:
        """Whether nothing would be added, for a bad row's sake: rule 1."""
        return bool(self.bad) and not self._how.skip_bad

    def commit(self, told: Told = lambda *_: None) -> Brought:
        """Add what was planned: rule 6.

        Raises:
            Malformed: there is a bad row, and bad rows are not to be skipped.
            Unavailable: it cannot be put on disk; what was added before is there.
            Interrupted: somebody stopped it between two batches.
        """
        self._check()
        self._alike, titles = {}, self._titles()
        objects, receipts, batch, pending = 0, list[Receipt](), list[Record](), 0
        wanted = [one for one in self._found if one.fate == NEW]
        try:
            for number, one in enumerate(wanted, start=1):
                batch += self._records(one)
                pending += 1
                if len(batch) >= BATCH or number == len(wanted):
                    receipts += self._book.add([*batch, *titles])
                    titles = []
                    objects, pending, batch, self._alike = objects + pending, 0, [], {}
                    told("added", objects, len(wanted))
        except KeyboardInterrupt:
            raise Interrupted(Brought(objects, tuple(receipts))) from None
        return Brought(objects, tuple(receipts))

    def _titles(self) -> list[Record]:
        """Rule 7."""
        known = self._book.view(self._how.originator).facts
        clauses = sorted({self._how.clause, *(rule.clause for rule in self._how.rules if rule.clause)})
        return [self._title(clause) for clause in clauses if not known.of(Title, clause)]

    def _title(self, clause: str) -> Record:
        owner = self._how.originator
        line = {"title": {"thing": clause, "kind": "information", "owner": owner, "interest": "originator"}}
        return self._book.draft(line, Draft(owner), {})

    def records(self) -> list[Record]:
        """The facts that state what is new, drafted and not added: for whoever adds all of them at once.

        Raises:
            Malformed: there is a bad row, and bad rows are not to be skipped.
        """
        self._check()
        self._alike = {}
        new = [record for one in self._found if one.fate == NEW for record in self._records(one)]
        return [*new, *self._titles()] if new else []

    def _check(self) -> None:
        if self.refused:
            raise Malformed(f"{len(self.bad)} of {self.total} objects are bad", next_step="mend them, or skip them")

    def _shares(self, one: _Row, found: Object) -> list[Share]:
        return portions.shares(one.type, found, one.marked, one.more, self._labels)

    def _records(self, one: _Row) -> Iterator[Record]:
        """The facts that state an object, its cover last."""
        text = stix.kept_text(bytes(self._rows.texts[one.row]))
        if one.more:
            found = cast("Object", stix.read_object(text.encode()))
            divided = self._shares(one, found)
            if len(divided) > 1:
                yield from self._divided(one, text, found, divided)
                return
            yield self._stated(one, text, divided[0].marked)
        else:
            yield from (self._stated(one, text, marked) for marked in one.again or (one.marked,))

    def _divided(self, one: _Row, text: str, found: Object, divided: Sequence[Share]) -> Iterator[Record]:
        parts = [
            self._stated(one, written, share.marked, part=True)
            for share, written in zip(divided, portions.texts(text, found, divided), strict=True)
        ]
        yield from parts
        body = facts.cover(one.id, one.version, one.type, [part.id for part in parts], portions.whole(found))
        yield self._drafting(facts.COVER, self._labels.join([share.marked for share in divided])).draft(body)

    def _stated(self, one: _Row, text: str, marked: Marked, *, part: bool = False) -> Record:
        body = facts.portion(
            one.id, one.version, one.type, text, marked.marking, part=part, collections=self._how.collections
        )
        return self._drafting(facts.PORTION, marked).draft(body)

    def _drafting(self, kind: str, marked: Marked) -> Alike:
        """How what is marked alike is drafted, in one writing."""
        key = (kind, marked.label, id(marked.marking))
        if key not in self._alike:
            more = {} if marked.classification is None else {"classification": marked.classification}
            self._alike[key] = self._book.alike(kind, more, Draft(self._how.originator, marked.label))
        return self._alike[key]


class _Planning(Generic[C]):
    """Objects looked at one after the other, with nothing added."""

    def __init__(self, book: Book[C], rows: stix.Rows, how: How, told: Told) -> None:
        self.book, self.rows, self.how, self._told = book, rows, how, told
        self.labels = ImportLabels(how, book.clock())
        self._view = book.view(how.originator)
        self._shelf = Shelf.of(self._view)
        self.lost = 0
        self.bad: list[Fault] = []
        self.found: list[_Row] = []
        self._marks: dict[tuple[tuple[str, ...], tuple[int, ...]], Marked | Malformed] = {}
        self._defined: dict[str, Object] = {}
        self._first: dict[tuple[str, str], int] = {}

    def done(self) -> Plan[C]:
        self._define()
        for row, found in enumerate(self.rows.read()):
            if isinstance(found, Fault):
                self.bad.append(found)
            else:
                self._take(row, found)
            if row % BATCH == BATCH - 1:
                self._told("checked", row + 1, len(self.rows))
        self._mark_definitions()
        self._compare()
        return Plan(self)

    def _define(self) -> None:
        """Find the marking definitions of the file, wherever in it they stand."""
        for row, text in enumerate(self.rows.texts):
            raw = bytes(text)
            if (b"marking-definition" in raw and b'"definition_type"' in raw) or b'"extensions"' in raw:
                found = stix.read_object(raw, row)
                if not isinstance(found, Fault) and found.get("type") == "marking-definition":
                    self._defined[str(found.get("id"))] = found

    def _take(self, row: int, found: Object) -> None:
        wrong = faults(found, row) or self._definition_faults(found, row)
        if wrong:
            self.bad += wrong
            return
        name, kind = str(found["id"]), str(found["type"])
        version = str(found.get("modified", "")) if versioned(kind) else ""
        rules = tuple(place for place, rule in enumerate(self.how.rules) if rule.covers(found))
        try:
            base = self._marked(_refs(found), rules)
            more = self._more(found, rules)
        except Malformed as error:
            self.bad.append(
                Fault(row, name, error.field or "object_marking_refs", error.message, error.next_step or "")
            )
            return
        one = _Row(row, name, kind, version, base, more)
        if not self._twice(one):
            self.found.append(one)

    def _definition_faults(self, found: Object, row: int) -> list[Fault]:
        """What is wrong with what a marking definition says of TLP, or by the label extension."""
        if found["type"] == "marking-definition":
            try:
                self.labels.read(found)
            except Malformed as error:
                return [Fault(row, str(found["id"]), error.field, error.message, error.next_step or "mend it")]
        return []

    def _more(self, found: Object, rules: tuple[int, ...]) -> dict[str, list[Marked]]:
        """What granular markings say of some properties: rule 3."""
        more: dict[str, list[Marked]] = {}
        for place, one in enumerate(cast("list[dict[str, object]]", found.get("granular_markings", ()))):
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
        """What markings come to under some rules, found once."""
        key = (refs, rules)
        if key not in self._marks:
            try:
                self._marks[key] = self._found_marked(refs, rules)
            except Malformed as error:
                self._marks[key] = error
        found = self._marks[key]
        if isinstance(found, Malformed):
            raise Malformed(found.message, field=found.field, next_step=found.next_step)
        return found

    def _found_marked(self, refs: tuple[str, ...], rules: tuple[int, ...]) -> Marked:
        found = self.labels.of([self._definition(name) for name in refs])
        for rule in (self.how.rules[place] for place in rules):
            stricter = self.labels.label(rule.to, rule.clause or self.how.clause)
            found = self.labels.join([found, Marked(stricter, found.marking)])
        if not self.book.holds(found.classification):
            says = f"{found.classification} is above what this book may hold ({', '.join(self.book.ceiling)})"
            raise Malformed(says, next_step="keep it in a book on a system accredited for it")
        return found

    def _definition(self, name: str) -> Mapping[str, object]:
        if name in self._defined:
            return self._defined[name]
        if name in known_markings():
            return {"id": name}
        if name in self._shelf:
            return self._shelf.statement(name)
        step = "put the marking definition into the file, or import it first"
        raise Malformed(f"{name} is neither in this file nor here", next_step=step)

    def _twice(self, one: _Row) -> bool:
        """Whether a version stood in the file before; with other content it is bad: rule 2."""
        first = self._first.setdefault((one.id, one.version), one.row)
        if first == one.row:
            return False
        if self._object(first) != self._object(one.row):
            says = f"{one.id} of {one.version or 'no version'} stands in objects[{first}] with other content"
            self.bad.append(Fault(one.row, one.id, "modified", says, "give one of them another version"))
        return True

    def _object(self, row: int) -> Object:
        return cast("Object", stix.read_object(bytes(self.rows.texts[row]), row))

    def _mark_definitions(self) -> None:
        """Join what mentions demand, then give marking definitions their labels: rules 3, 4 and 5."""
        self._mention()
        used: dict[str, dict[Label, Marked]] = {}
        for one in self.found if self._defined else ():
            if one.type != "marking-definition":
                self._use(one, used)
        for one in self.found:
            if one.type == "marking-definition" and one.id in used:
                labels = used[one.id]
                one.again = tuple(labels[label] for label in _widest(labels))

    def _use(self, one: _Row, used: dict[str, dict[Label, Marked]]) -> None:
        found = self._object(one.row)
        for name in _refs(found):
            if name in self._defined and not _refs(self._defined[name]):
                used.setdefault(name, {})[one.marked.label] = one.marked
        for mark in cast("list[dict[str, object]]", found.get("granular_markings", ())):
            name = str(mark.get("marking_ref"))
            if name in self._defined and not _refs(self._defined[name]):
                for selector in cast("list[str]", mark["selectors"]):
                    marked = self.labels.join([one.marked, *one.more.get(portions.top(selector), ())])
                    used.setdefault(name, {})[marked.label] = marked

    def _mention(self) -> None:
        """Rules 3 and 4."""
        known = self._terms()
        if known is None:
            return
        for number, one in enumerate(self.found, start=1):
            text = bytes(self.rows.texts[one.row]).decode()
            if known.mentioned(unescaped(text), one.marked.label):
                found = self._object(one.row)
                self._join_ends(one, found, known)
                self._join_mentions(one, found, known)
            if number % BATCH == 0:
                self._told("compared", number, len(self.found))

    def _terms(self) -> Terms | None:
        """What goes by which names, in this file and here; None where everything stands under one label."""
        labels = {one.marked.label for one in self.found}
        here = any(not label <= one for label in self._view.labels.values() for one in labels)
        if len(labels) < 2 and not here:
            return None
        known = Terms()
        for one in self.found:
            self._go_by(one, known)
        if here:
            self._go_by_here(labels, known)
        return known

    def _go_by_here(self, labels: set[Label], known: Terms) -> None:
        """What the originator sees here, of what the words and ids of the file may mean."""
        ends, names = set[str](), set[str]()
        for one in self.found:
            text = unescaped(bytes(self.rows.texts[one.row]).decode())
            ends |= endings_in(text)
            names.update(ids_in(text))
        for term, label in terms_here(self._view, labels, ends | singulars(ends)):
            known.add(term, label)
        for name, label in ids_here(self._shelf, self._view, names):
            known.add_id(name, label)

    def _go_by(self, one: _Row, known: Terms) -> None:
        known.add_id(one.id, one.marked.label)
        for term in terms(one.type, self._object(one.row)):
            known.add(term, one.marked.label)

    def _join_ends(self, one: _Row, found: Object, known: Terms) -> None:
        """Rule 4."""
        ends = [str(value) for name, value in found.items() if need(one.type, name) == NEEDED and is_reference(value)]
        stricter = {label for end in ends for label in known.stricter(known.labels_of(end), one.marked.label)}
        one.marked = self._joined(one.marked, stricter)

    def _joined(self, marked: Marked, labels: Iterable[Label]) -> Marked:
        every = [marked, *(Marked(label, marked.marking) for label in labels)]
        return self.labels.join(every) if len(every) > 1 else marked

    def _join_mentions(self, one: _Row, found: Object, known: Terms) -> None:
        """Rule 3."""
        for name, labels in mentions(found, known, one.marked.label):
            joined = self._joined(one.marked, labels)
            if joined.label != one.marked.label:
                one.more.setdefault(name, []).append(joined)

    def _compare(self) -> None:
        """Rule 2."""
        kept = list[_Row]()
        for one in self.found:
            versions = self._shelf.get(one.id).versions if one.id in self._shelf else ()
            if one.version in versions:
                seen = self._shelf.get(one.id, one.version)
                if self._shelf.statement(one.id, one.version) == self._object(one.row):
                    stated = any(portion.originator == self.how.originator for portion in seen.portions)
                    one.fate = KNOWN if stated else NEW
                    self._join_given(one, seen)
                elif seen.whole:
                    says = f"{one.id} of {one.version or 'no version'} is here already, with other content"
                    self.bad.append(Fault(one.row, one.id, "modified", says, "give it another version, or another id"))
                    continue
            elif versions:
                self._join_given(one, self._shelf.get(one.id))
            kept.append(one)
        self.found = kept

    def _join_given(self, one: _Row, seen: SeenObject) -> None:
        """Rule 2."""
        if all(portion.originator != self.how.originator for portion in seen.portions):
            one.marked = self._joined(one.marked, {seen.label} - {one.marked.label})


def _refs(found: Mapping[str, object]) -> tuple[str, ...]:
    return tuple(sorted({str(name) for name in cast("list[object]", found.get("object_marking_refs", ()))}))


def _widest(labels: Iterable[Label]) -> list[Label]:
    """Of some labels those that no other of them makes superfluous, as it opens to more."""
    every = sorted(labels, key=lambda label: (len(label), sorted(map(str, label))))
    return [label for place, label in enumerate(every) if not any(other < label for other in every[:place])]
