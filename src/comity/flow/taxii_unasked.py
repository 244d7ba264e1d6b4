"""What a party says of what it was told is gone, though nobody asked it back.

Rules:
1. What a consent, a membership or a label lets a party read no more is told to it as gone (`comity.flow.taxii_offers`),
   under a name that its outbox alone makes. Its node hides it and says so, signed, under that name: by a receipt as for
   a question (`comity.flow.recalls`). Nobody has to remember to ask, and nobody signs a question in an owner's name.
2. An answer is about the version that the name stands for, as long as that is gone.
3. It is kept for each owner to whom the thing is owed back by that party, with the release it is about: on the book's
   own word, with the proof, for him alone. No owner learns of another; whoever is owed nothing, as far as he can tell,
   learns nothing. Where the thing left under several ids, that one of these copies is destroyed ends nothing: he asks,
   and the answer is about all of them.
4. Being hidden is no end. The owner still asks; what he asks is answered as ever.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Generic, TypeVar

from comity.errors import Malformed
from comity.flow import taxii_tokens
from comity.flow.offered import Entries
from comity.flow.recalling import still_reads
from comity.flow.recalls import ENDS, RECEIPT, Asked, Line
from comity.ledger.book import Book, Draft
from comity.ledger.outbox import Offer, shelf
from comity.ledger.proof import Proof
from comity.ledger.record import Record
from comity.values.label import Atom
from comity.values.party import PartyCode
from comity.values.reading import BOOK

C = TypeVar("C")


class Unasked(Generic[C]):
    """What a party was told is gone from a collection, and what it says of that."""

    def __init__(self, book: Book[C], party: PartyCode, collection: str) -> None:
        self._book, self._party, self._of = book, party, shelf([party], collection)
        self._entries = Entries(book, self._of)
        self._known = cache(self._read)

    def asked(self, name: str) -> Asked | None:
        """What a name stands for, as a question to the party; None where it stands for nothing that is gone: rule 2."""
        row = self._row(name)
        if row is None:
            return None
        return Asked(name, BOOK, "", row.object, (self._party,), None, row.added)

    def _row(self, name: str) -> Offer | None:
        try:
            seq = taxii_tokens.opened(self._book.secret(taxii_tokens.PURPOSE), name, taxii_tokens.answering(self._of))
        except Malformed:
            return None
        row = next(iter(self._book.store.offers(self._of, seq - 1, 1)), None)
        if row is None:
            return None
        last = [one for one in self._book.store.offers_of(self._of, [row.object]) if one.version == row.version][-1]
        return row if row == last and row.gone else None

    def kept(self, line: Line, record: Record, proof: Proof) -> Iterator[Record]:
        """The facts that keep an answer, one for each owner who has none of it yet: rule 3."""
        row = self._row(str(line[RECEIPT]["recall"]))
        for release, ids in () if row is None else self._entries.of(row):
            owed = not still_reads(self._book, release.by, self._party, release.thing)
            ends = line[RECEIPT]["done"] in ENDS
            if owed and (len(ids) == 1 or not ends) and record.id not in self._known(release.by):
                self._known(release.by).add(record.id)
                body = {**line[RECEIPT], "release": release.id, "receipt": record.id, "proof": proof.as_json()}
                label = frozenset({Atom(BOOK, f"content/{RECEIPT}", (release.by,))})
                yield self._book.draft({RECEIPT: body}, Draft(label=label, adopt=True), {})

    def _read(self, owner: PartyCode) -> set[str]:
        """The answers that an owner has already."""
        return {str(seen.record.body.get("receipt")) for seen in self._book.view(owner).records([RECEIPT])}
