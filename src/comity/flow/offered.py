"""What went to others over TAXII, as entries of the register of disclosures.

Rules:
1. A version of an object is disclosed to an audience from the instant at which its outbox offered it
   (`comity.ledger.outbox`), whether or not somebody fetched it: from then on it could be had.
2. A party is told of what it stated some portion of, and of no other originator's: to whom, from when, through which
   collection. What consents let it go are those of the object's label, which the party reads on the object itself.
   What it withdrew since stays in the register.
3. What left as a rendition is told under the object's own id, whatever its audience may read since: whose rendition it
   was is found in the audience's view of the instant at which it was offered.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, TypeVar

from comity.errors import Impossible
from comity.flow.releases import Release
from comity.flow.taxii_intake import WITHDRAWN
from comity.instruments.intelligence.seen import ObjectId
from comity.instruments.intelligence.shelf import Shelf
from comity.ledger.book import Book
from comity.ledger.outbox import Offer
from comity.ledger.outbox import Shelf as Outbox
from comity.values.party import PartyCode

C = TypeVar("C")


def offered(book: Book[C], party: PartyCode) -> list[Release]:
    """What of a party's went to others over TAXII, by when: rules 1 to 3."""
    view = book.view(party)
    withdrawn = (seen.record for seen in view.records([WITHDRAWN]) if seen.record.issuer == party)
    ours = frozenset({*Shelf.of(view).ids(originator=party), *(str(one.body.get("thing")) for one in withdrawn)})
    found = [one for of in book.store.outboxes() for one in _offered(book, of, party, ours)]
    return sorted(found, key=lambda one: (one.arrived, one.id))


def _offered(book: Book[C], of: Outbox, party: PartyCode, ours: frozenset[ObjectId]) -> Iterator[Release]:
    audience = tuple(of.audience.split(",")) if of.audience else ()
    if party in audience or not ours:
        return
    own, seen = _Own(book, audience), set[tuple[ObjectId, str]]()
    for row in book.store.offers(of):
        name = row.object if row.object in ours or row.gone else own.id(row)
        if name in ours and not row.gone and (name, row.version) not in seen:
            seen.add((name, row.version))
            entry = f"taxii {of.collection} {of.audience or 'everyone'} {row.seq}"
            yield Release(entry, party, name, audience, row.added, (), row.version, over=of.collection)


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
