"""What went to others over TAXII, as entries of the register of disclosures.

Rules:
1. A version of an object is disclosed to an audience from the instant at which its outbox offered it
   (`comity.ledger.outbox`), whether or not somebody fetched it: from then on it could be had.
2. A party is told of what it stated some portion of, and of no other originator's: to whom, from when, through which
   collection. What consents let it go are those of the object's label, which the party reads on the object itself.
   What it withdrew since stays in the register.
3. What left as a rendition is told under the object's own id, whatever its audience may read since: whose rendition it
   was is found in the audience's view of the instant at which it was offered.
4. Nobody tells by an entry how many others' objects an audience was offered before, or at the same time: its name is
   of the object and its version (`comity.flow.taxii_tokens`), and its instant is told to the second.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Generic, NamedTuple, TypeVar

from comity.errors import Impossible
from comity.flow import taxii_tokens
from comity.flow.releases import Release
from comity.flow.taxii_intake import WITHDRAWN
from comity.instruments.intelligence.seen import ObjectId
from comity.instruments.intelligence.shelf import Shelf
from comity.ledger.book import Book
from comity.ledger.outbox import Offer
from comity.ledger.outbox import Shelf as Outbox
from comity.values.instant import SECOND
from comity.values.party import PartyCode
from comity.values.reading import BOOK

C = TypeVar("C")


def offered(book: Book[C], party: PartyCode) -> list[Release]:
    """What of a party's went to others over TAXII, by when: rules 1 to 4."""
    ours = _ours(book, party)
    found = [one for of in book.store.outboxes() for one in _offered(book, of, party, ours)]
    return sorted(found, key=Release.order)


def _ours(book: Book[C], party: PartyCode) -> frozenset[ObjectId]:
    """The ids of what a party stated some portion of, what it withdrew among them: rule 2."""
    view = book.view(party)
    withdrawn = (seen.record for seen in view.records([WITHDRAWN]) if seen.record.issuer == party)
    return frozenset({*Shelf.of(view).ids(originator=party), *(str(one.body.get("thing")) for one in withdrawn)})


def _audience(of: Outbox) -> tuple[PartyCode, ...]:
    return tuple(of.audience.split(",")) if of.audience else ()


class Entry(NamedTuple):
    """An entry of the register, and the ids under which what it is about left."""

    release: Release
    ids: frozenset[ObjectId]


class Entries(Generic[C]):
    """The entries of the register that stand for the rows of one outbox, those of every party with a key here."""

    def __init__(self, book: Book[C], of: Outbox) -> None:
        self._book, self._of = book, of
        self._found: dict[PartyCode, dict[tuple[ObjectId, str], Entry]] = {}

    @cached_property
    def _own(self) -> _Own[C]:
        return _Own(self._book, _audience(self._of))

    @cached_property
    def _ours(self) -> Mapping[PartyCode, frozenset[ObjectId]]:
        parties = {key.party for key in self._book.keys} - {BOOK, *_audience(self._of)}
        return {party: _ours(self._book, party) for party in sorted(parties)}

    def of(self, row: Offer) -> Iterator[Entry]:
        """The entries of what a row says is gone, each its own party's."""
        came = next(one for one in self._book.store.offers_of(self._of, [row.object]) if not one.gone)
        whole = any(row.object in ours for ours in self._ours.values())
        name = row.object if whole else self._own.id(came)
        for party in (party for party, ours in self._ours.items() if name in ours):
            found = self._entries(party).get((name, row.version))
            if found is not None:
                yield found

    def called(self, party: PartyCode, name: str) -> Iterator[Entry]:
        """The entry of a party's that a question of its own names."""
        if name.rpartition(" ")[0] == _outbox(self._of) and party in self._ours:
            yield from (one for one in self._entries(party).values() if one.release.id == name)

    def _entries(self, party: PartyCode) -> Mapping[tuple[ObjectId, str], Entry]:
        if party not in self._found:
            ids = defaultdict[tuple[ObjectId, str], set[ObjectId]](set)
            for name, row in _rows(self._book, self._of, party, self._ours[party]):
                ids[name, row.version].add(row.object)
            every = _offered(self._book, self._of, party, self._ours[party])
            named = (((one.thing, one.version or ""), one) for one in every)
            self._found[party] = {key: Entry(one, frozenset(ids[key])) for key, one in named}
        return self._found[party]


def _offered(book: Book[C], of: Outbox, party: PartyCode, ours: frozenset[ObjectId]) -> Iterator[Release]:
    seen = set[tuple[ObjectId, str]]()
    secret = book.secret(taxii_tokens.PURPOSE)
    for name, row in _rows(book, of, party, ours):
        if (name, row.version) not in seen:
            seen.add((name, row.version))
            entry = f"{_outbox(of)} {taxii_tokens.entered(secret, of, name, row.version)}"
            when = row.added - row.added % SECOND
            yield Release(entry, party, name, _audience(of), when, (), row.version, over=of.collection)


def _outbox(of: Outbox) -> str:
    return f"taxii {of.collection} {of.audience or 'everyone'}"


def _rows(book: Book[C], of: Outbox, party: PartyCode, ours: frozenset[ObjectId]) -> Iterator[tuple[ObjectId, Offer]]:
    """What of a party's an outbox offered, row by row, each with the object's own id."""
    audience = _audience(of)
    if party in audience or not ours:
        return
    own = _Own(book, audience)
    for row in book.store.offers(of):
        if not row.gone and (name := row.object if row.object in ours else own.id(row)) in ours:
            yield name, row


class _Own(Generic[C]):
    """Whose renditions an audience was offered: rule 3."""

    def __init__(self, book: Book[C], audience: tuple[PartyCode, ...]) -> None:
        self._book, self._audience = book, audience
        self._now = Shelf.of(book.view(*audience))
        self._then: Shelf | None = None
        self._found: dict[ObjectId, ObjectId] = {}

    def id(self, row: Offer) -> ObjectId:
        """The object's own id."""
        if row.object not in self._found:
            self._found[row.object] = self._looked_up(row)
        return self._found[row.object]

    def _looked_up(self, row: Offer) -> ObjectId:
        for shelf in (self._now, self._then):
            if shelf is not None and (found := _own_id(shelf, row.object)) is not None:
                return found
        self._then = Shelf.of(self._book.view(*self._audience, on=row.added, known=row.added))
        return _own_id(self._then, row.object) or row.object


def _own_id(shelf: Shelf, exported: ObjectId) -> ObjectId | None:
    try:
        return shelf.resolve(exported)[0]
    except Impossible:
        return None
