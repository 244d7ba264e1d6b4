"""What others read in this book by a label or a consent, and may read no more: as entries of the register.

Rules:
1. Nobody hands over what stands in a book that others read, too. So what a party stated, and another could read, is
   disclosed to him from the instant at which both the portion was here and its label was open to him: by name in the
   label, by a consent, by a delegation passed on, or as a member of a group.
2. It is entered when that has ended, by whatever ended it (a consent taken back or run out, a refusal, a membership, a
   portion withdrawn or corrected), so that it is owed back. While he may read it, the label itself says so.
3. It is told to the party that stated it, and names the consents of which that party may read that they let him.
4. What stands in the register already is not entered again; nor is what went with it under the same clause.
5. Whether he could read is asked of everything the book holds, at each instant at which that may have begun: when
   portions under the label arrived, and when consents and memberships arrived or began, corrected ones among them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cached_property
from typing import Generic, NamedTuple, TypeVar

from comity.consent.facts import Facts, Moment
from comity.consent.labels import read_by
from comity.flow.proposals import READ
from comity.flow.releases import HERE, Release
from comity.instruments.intelligence.shelf import Shelf, Stated
from comity.ledger.book import Book
from comity.ledger.opened import Reading
from comity.ledger.view import View
from comity.values import fact as f
from comity.values.fact import AnyFact, Fact, states
from comity.values.instant import NEVER, Instant
from comity.values.party import ANYONE, Group, PartyCode
from comity.values.reading import BOOK
from comity.values.truth import Truth

C = TypeVar("C")


def read_here(book: Book[C], party: PartyCode, entered: Collection[Release]) -> list[Release]:
    """What of a party's others could read here and may not any more, by when they first could: rules 1 to 5.

    Args:
        book: the book.
        party: who stated it.
        entered: what stands in the register already.
    """
    batches = dict[_Batch, list[Stated]]()
    for one in Shelf.of(book.view(party)).stated_by(party):
        batches.setdefault(_Batch(one.label, one.arrived, one.withdrawn), []).append(one)
    known = {(one.clause, to) for one in entered for to in one.to}
    found, begun = list[Release](), _begun(book)
    for reader in sorted(_candidates(book, party, {batch.label for batch in batches})) if batches else ():
        found += _Lost(book, party, reader, known, begun).entries(batches)
    return sorted(found, key=lambda one: (one.arrived, one.id))


class _Batch(NamedTuple):
    """Portions under one label that arrived at one instant, withdrawn since or not."""

    label: int
    arrived: Instant
    withdrawn: bool


class _Begun(NamedTuple):
    """What may have let somebody read, corrected or not: consents to read by scope, memberships by group."""

    grants: Mapping[str, Sequence[Fact[f.Grant]]]
    members: Mapping[str, Sequence[Fact[f.Member]]]


def _begun(book: Book[C]) -> _Begun:
    grants, members = dict[str, list[Fact[f.Grant]]](), dict[str, list[Fact[f.Member]]]()
    for fact in (one.fact for one in book.policy(NEVER)):
        if fact is not None and states(fact, f.Grant) and READ in fact.body.terms.actions:
            grants.setdefault(fact.body.terms.scope, []).append(fact)
        elif fact is not None and states(fact, f.Member):
            members.setdefault(fact.body.group, []).append(fact)
    return _Begun(grants, members)


def _candidates(book: Book[C], party: PartyCode, labels: Collection[int]) -> Set[PartyCode]:
    """Whom labels and consents may have let read: by name, and whoever has a key here."""
    atoms = [atom for label in labels for atom in book.view(party).labels[label]]
    grants = _grants(book.facts(), {atom.scope for atom in atoms})
    named = {name for atom in atoms for name in atom.readers} | {name for one in grants for name in one.body.terms.to}
    return ({name for name in named if isinstance(name, str)} | {key.party for key in book.keys}) - {
        ANYONE,
        BOOK,
        party,
    }


def _grants(facts: Facts, scopes: Collection[str]) -> list[Fact[f.Grant]]:
    return [one for one in facts.every(f.Grant) if _lets_read(one, scopes)]


def _lets_read(one: Fact[f.Grant], scopes: Collection[str]) -> bool:
    return READ in one.body.terms.actions and one.body.terms.scope in scopes


@dataclass
class _Lost(Generic[C]):
    """What one reader lost of what one party stated, but for what is entered under a clause already."""

    book: Book[C]
    party: PartyCode
    reader: PartyCode
    known: Set[tuple[str, PartyCode]]
    begun: _Begun
    _then: dict[Instant, View[C]] = field(default_factory=dict)
    _consents: dict[tuple[int, Instant], tuple[str, ...]] = field(default_factory=dict)

    def entries(self, batches: Mapping[_Batch, Sequence[Stated]]) -> Iterator[Release]:
        """An entry for each version that he could read and may not any more: rules 1 and 2."""
        now, seen = self.book.view(self.reader).labels, set[tuple[str, str]]()
        gone = {batch: every for batch, every in batches.items() if batch.withdrawn or batch.label not in now}
        lost = {batch: [one for one in every if self._lost(one)] for batch, every in gone.items()}
        opened = self._opened([batch for batch, every in lost.items() if every])
        for batch, every in lost.items():
            for one in every:
                at = next((at for at in opened[batch] if not one.withdrawn or self._at(at).may_read(one.fact)), None)
                if at is not None and (one.thing, one.version) not in seen:
                    seen.add((one.thing, one.version))
                    yield self._entry(one, at)

    @cached_property
    def _ours(self) -> View[C]:
        return self.book.view(self.party)

    @cached_property
    def _shared(self) -> Shelf:
        return Shelf.of(self.book.view(self.party, self.reader))

    def _lost(self, one: Stated) -> bool:
        """Rules 2 and 4."""
        scopes = (atom.scope for atom in self._ours.labels[one.label])
        if any((clause, self.reader) in self.known for clause in (one.thing, f"{one.thing}@{one.version}", *scopes)):
            return False
        return not self._shared.stands(one.thing, one.version)

    def _opened(self, batches: Collection[_Batch]) -> Mapping[_Batch, Sequence[Instant]]:
        """At which instants labels let him read, by what was known then: rule 5."""
        begun = dict[Instant, list[_Batch]]()
        for batch in batches:
            for at in self._begun(batch):
                begun.setdefault(at, []).append(batch)
        found = defaultdict[_Batch, list[Instant]](list)
        for at, facts in self.book.facts_at(begun):
            reading = Reading([read_by(self.reader, Moment(facts, at, at))])
            for batch in begun[at]:
                if reading.opens(self._ours.labels[batch.label]):
                    found[batch].append(at)
        return found

    def _begun(self, batch: _Batch) -> Set[Instant]:
        """When a batch may have become readable: rule 5."""
        atoms = self._ours.labels[batch.label]
        reading = [one for atom in atoms for one in self.begun.grants.get(atom.scope, ())]
        groups = {name.name for atom in atoms for name in atom.readers if isinstance(name, Group)}
        groups |= {name.name for one in reading for name in one.body.terms.to if isinstance(name, Group)}
        opening: list[AnyFact] = [*reading, *(one for name in groups for one in self.begun.members.get(name, ()))]
        later = (max(one.recorded, one.valid.start.earliest) for one in opening)
        return {batch.arrived, *(max(batch.arrived, at) for at in later)}

    def _at(self, at: Instant) -> View[C]:
        """What he could read at an instant."""
        if at not in self._then:
            self._then[at] = self.book.view(self.reader, on=at, known=at)
        return self._then[at]

    def _entry(self, one: Stated, at: Instant) -> Release:
        name = f"{HERE}{self.reader} {one.thing}@{one.version}"
        return Release(name, self.party, one.thing, (self.reader,), at, self._under(one.label, at), one.version)

    def _under(self, label: int, at: Instant) -> tuple[str, ...]:
        """The consents that let him: rule 3."""
        if (label, at) not in self._consents:
            facts = self._ours.facts
            moment, scopes = Moment(facts, at, at), {atom.scope for atom in self._ours.labels[label]}
            self._consents[label, at] = tuple(
                one.id
                for one in _grants(facts, scopes)
                if one.recorded <= at and moment.covers(one.body.terms.to, self.reader) is not Truth.FALSE
            )
        return self._consents[label, at]
