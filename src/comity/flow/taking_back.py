"""Taking back what was released: from some who got it, or from everybody.

Rules:
1. What a party takes back it refuses under the clause of each version that went.
2. A portion of its own that does not stand under that clause, such as one of an import, is withdrawn under its own
   label, so that whoever could read it learns of it; and stated again under that clause too, for those who had it and
   from whom it is not taken back, or for the party alone. Other portions under its old clause stay as they are.
3. What was made from it is taken back with it, from the same parties: each variant of which the party may read that it
   was (`report-lineage`), and what was made from those; unless the thing alone is taken back.
4. What others could read by its label alone, and stands in no register, is entered there as it is taken back, so that
   it is owed back as well.
5. All of it is stated together, or none.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from comity.errors import Impossible
from comity.flow.proposals import READ
from comity.flow.recalling import disclosures
from comity.flow.recalls import Line
from comity.flow.releases import KIND as RELEASE
from comity.flow.releases import Release
from comity.flow.taxii_intake import withdrawal
from comity.instruments.intelligence.facts import COVER
from comity.instruments.intelligence.reported import LINEAGE
from comity.instruments.intelligence.shelf import Shelf
from comity.ledger.book import Book, Draft, Receipt
from comity.ledger.record import Record
from comity.ledger.view import Seen, View
from comity.values.canonical import Plain
from comity.values.label import Atom, Label
from comity.values.party import ANYONE, PartyCode, Recipient
from comity.values.reading import BOOK

C = TypeVar("C")
_UNVERSIONED = "marking-definition--"


@dataclass(frozen=True, slots=True)
class Taking:
    """A version that is taken back: by whom and which it is, who has it, from whom it is taken, if from all.

    `entered` are those who have it by the register of disclosures.
    """

    by: PartyCode
    thing: str
    version: str
    clause: str
    over: str
    had: frozenset[PartyCode]
    takers: frozenset[PartyCode]
    all: bool
    title: str | None = None
    entered: frozenset[PartyCode] = frozenset()

    @property
    def refusal(self) -> Line:
        """Rule 1."""
        return {"refuse": {"by": self.by, "to": sorted(self.takers), "actions": [READ], "scope": self.clause}}

    def atom(self, label: Label) -> Atom:
        """Under what a portion stands from now on, besides its label: rule 2."""
        if self.all:
            return Atom(self.by, self.clause)
        named: set[Recipient] = {name for atom in label if atom.owner == self.by for name in atom.readers}
        kept = {*named, *self.had} - self.takers if label else {ANYONE}
        return Atom(self.by, self.clause, tuple(sorted(kept, key=str)))


def take_back(
    book: Book[C], by: PartyCode, thing: str, takers: Collection[PartyCode] = (), *, alone: bool = False
) -> list[Receipt]:
    """Take a released thing back, as `taking_back` drafts it: rule 5."""
    return book.add(taking_back(book, by, takings(book, by, thing, takers, alone=alone)))


def taking_back(book: Book[C], by: PartyCode, found: Sequence[Taking]) -> list[Record]:
    """The facts by which versions are taken back, to be stated together.

    Args:
        book: the book.
        by: who released them, or owns what they were made from.
        found: the versions.
    """
    names, shelf = dict[str, str](), Shelf.of(book.view(by))
    records = [book.draft(one.refusal, Draft(by), names) for one in found]
    records += [book.draft(_entry(one), Draft(by), names) for one in found if one.takers - one.entered]
    for one in found:
        records += _held_back(book, shelf, one)
    return records


def takings(
    book: Book[C], by: PartyCode, thing: str, takers: Collection[PartyCode] = (), *, alone: bool = False
) -> list[Taking]:
    """The versions that a party takes back from some who got them, or from all: rules 3 and 4.

    Args:
        book: the book.
        by: who released it, or owns what it was made from.
        thing: what was released, by its id or title; each version that went is taken back.
        takers: from whom; by default everybody.
        alone: not what was made from it.

    Raises:
        Impossible: nothing of it went to any of them, as far as the party may read.
    """
    known = [one for one in disclosures(book, by) if by not in one.to]
    named = {thing, *(one.thing for one in known if one.title == thing)} if thing else set[str]()
    things = named if alone else _with_variants(book.view(by), named)
    went: dict[str, list[Release]] = {}
    for one in (*known, *_shared(book, by, named, takers)):
        if one.thing in things:
            went.setdefault(one.clause, []).append(one)
    found = [taking for _, each in sorted(went.items()) if (taking := _taking(by, each, takers)).takers]
    if not found:
        step = "see comity intel disclosures for what went to whom"
        raise Impossible(f"nothing of {thing} went to {', '.join(sorted(takers)) or 'anybody'}", next_step=step)
    return found


def _shared(book: Book[C], by: PartyCode, things: Iterable[str], takers: Collection[PartyCode]) -> Iterator[Release]:
    """What others read of a party's own things by their labels, as entries that are not stated yet: rule 4."""
    ours = Shelf.of(book.view(by))
    for thing in things:
        if thing in ours:
            for version in ours.get(thing).versions:
                own = [seen for seen in ours.facts(thing, version) if seen.record.issuer == by]
                if to := _readers(book, own, takers):
                    yield Release("", by, thing, to, own[0].arrived, (), version)


def _readers(book: Book[C], own: Sequence[Seen], takers: Collection[PartyCode]) -> tuple[PartyCode, ...]:
    """Which of some parties, or else of those the labels name and those with a key here, may read any of some facts."""
    readers = {name for seen in own for atom in seen.record.label for name in atom.readers}
    named = {name for name in readers if isinstance(name, str)} | {key.party for key in book.keys}
    asked = {*takers} or named - {ANYONE, BOOK}
    views = {party: book.view(party) for party in asked - {seen.record.issuer for seen in own}}
    return tuple(party for party, view in views.items() if any(view.may_read(seen.id) for seen in own))


def _with_variants(view: View[C], things: Collection[str]) -> set[str]:
    """Some things, and what was made from them, on and on, as far as a view tells: rule 3."""
    made: dict[str, set[str]] = {}
    for seen in view.records([LINEAGE]):
        origins = seen.record.body.get("variant_of")
        for origin in origins if isinstance(origins, list) else ():
            made.setdefault(str(origin), set()).add(str(seen.record.body.get("report")))
    found, waiting = {*things}, [*things]
    while waiting:
        new = made.get(waiting.pop(), set()) - found
        found |= new
        waiting += new
    return found


def _taking(by: PartyCode, went: Sequence[Release], takers: Collection[PartyCode]) -> Taking:
    one, had = went[0], frozenset(party for each in went for party in each.to)
    entered = frozenset(party for each in went if each.id for party in each.to)
    wanted = had & {*takers} if takers else had
    return Taking(
        by, one.thing, one.version or "", one.clause, one.over or "", had, wanted, not takers, one.title, entered
    )


def _entry(taking: Taking) -> Line:
    """Rule 4."""
    body = {
        "by": taking.by,
        "thing": taking.thing,
        "version": taking.version,
        "to": sorted(taking.takers - taking.entered),
    }
    return {RELEASE: {**body, "of": [], "under": []}}


def _held_back(book: Book[C], shelf: Shelf, taking: Taking) -> Iterator[Record]:
    """Rule 2."""
    versions = dict.fromkeys([taking.version, ""] if taking.thing.startswith(_UNVERSIONED) else [taking.version])
    own = [seen for one in versions for seen in shelf.facts(taking.thing, one) if seen.record.issuer == taking.by]
    wide = [seen for seen in own if not any(_stands(atom, taking) for atom in seen.record.label)]
    renamed: dict[str, str] = {}
    for seen in sorted(wide, key=lambda one: one.record.kind == COVER):
        label, line = seen.record.label, withdrawal(taking.thing, taking.version, taking.over, seen.id)
        yield book.draft(line, Draft(taking.by, label), {})
        body = _renamed(seen.record.body, renamed)
        again = book.draft({seen.record.kind: body}, Draft(taking.by, label | {taking.atom(label)}), {})
        renamed[seen.id] = again.id
        yield again


def _stands(atom: Atom, taking: Taking) -> bool:
    return atom.owner == taking.by and atom.scope == taking.clause


def _renamed(body: Mapping[str, Plain], names: Mapping[str, str]) -> dict[str, object]:
    """A cover of what was stated again names its parts as they are called now."""
    parts = body.get("parts")
    if not isinstance(parts, list):
        return dict(body)
    return {**body, "parts": [names.get(str(part), str(part)) for part in parts]}
