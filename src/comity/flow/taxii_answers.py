"""What a party says of what another's server asked back of it, or told as gone, and what of that is still to be sent.

Rules:
1. When everything that a question is about is hidden, the party says so by a receipt (`comity.flow.recalls`): `hidden`
   and no more; and so of what is gone without a question, under the name by which the server told it. That something is
   destroyed, a person says; of that it unsays nothing, unless the thing came, and was hidden, once more.
2. An answer goes to the server that asked, with the proof that the party signed it, and once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from typing import TypeVar

from comity.flow.recalls import ENDS, RECEIPT, Done, Line, Receipt, receipt, receipts
from comity.flow.taxii_board import asked, gone
from comity.flow.taxii_hiding import GONE, last_tombstones, stands, version_of
from comity.flow.taxii_origins import Origins
from comity.flow.taxii_questions import about, told
from comity.flow.taxii_shelf import Statements
from comity.formats.taxii_recalls import Version
from comity.instruments.intelligence.shelf import Shelf
from comity.ledger.book import Book, Draft
from comity.ledger.proof import proofs
from comity.ledger.view import View
from comity.values.party import PartyCode

C = TypeVar("C")


def acknowledge(book: Book[C], party: PartyCode, source: str) -> int:
    """Say of what is hidden that it is; how many answers that makes: rule 1."""
    view = book.view(party)
    origins, statements = Origins(view, party), Statements(view, party)
    said = {one.recall for one in receipts(view.records([RECEIPT])) if one.by == party}
    stones, last = last_tombstones(view, source), _said_last(view, party, source)
    lines, answered = list[Line](), set[Version]()

    def is_hidden(of: Version) -> bool:
        return of in stones and all(origins.of(seen) != source for seen in statements.of(*of))

    def answer(of: Version) -> Receipt | None:
        return one if (one := last.get(of)) is not None and one.arrived > stones[of].arrived else None

    def ended(of: Version) -> bool:
        return (one := answer(of)) is not None and one.done in ENDS

    for seen in told(view, source):
        one, versions = asked(seen, party), about(seen)
        if one.id not in said and versions and all(map(is_hidden, versions)) and not all(map(ended, versions)):
            lines.append(receipt(one, party, Done.HIDDEN))
            answered |= {*versions}
    for of, seen in stones.items():
        if "recall" in seen.record.body and of not in answered and answer(of) is None and is_hidden(of):
            lines.append(receipt(gone(seen, party), party, Done.HIDDEN))
    book.record_all(lines, Draft(party))
    return len(lines)


def _said_last(view: View[C], party: PartyCode, source: str) -> dict[Version, Receipt]:
    """What a party said last of each version: to a question, or of a tombstone."""
    versions: dict[str, set[Version]] = {}
    for seen in told(view, source):
        versions.setdefault(str(seen.record.body.get("recall")), set()).update(about(seen))
    for seen in view.records([GONE]):
        versions.setdefault(str(seen.record.body.get("recall")), set()).add(version_of(seen))
    own = (one for one in receipts(view.records([RECEIPT])) if one.by == party)
    return {of: one for one in own for of in versions.get(one.recall, ())}


def answers(book: Book[C], party: PartyCode, source: str, sent: Iterable[str] = ()) -> dict[str, Mapping[str, object]]:
    """What a party answered to a collection's server and has not sent: by its id, the proof that the party signed it.

    Args:
        book: the book.
        party: who answered.
        source: the address of the collection.
        sent: the ids of answers that were taken there.
    """
    view = book.view(party)
    return _signed(book, party, {str(seen.record.body["recall"]) for seen in told(view, source)}, sent)


def unasked(book: Book[C], party: PartyCode, source: str, sent: Iterable[str] = ()) -> dict[str, Mapping[str, object]]:
    """What a party says of what is gone from a collection, without a question, and has not sent; as `answers` tells."""
    view = book.view(party)
    stones, shelf = last_tombstones(view, source), Shelf.of(view)
    names = {str(seen.record.body.get("recall")) for of, seen in stones.items() if not stands(shelf, of)}
    return _signed(book, party, names, sent)


def _signed(book: Book[C], party: PartyCode, asked: Set[str], sent: Iterable[str]) -> dict[str, Mapping[str, object]]:
    """What a party answered under some names, and has not sent: by its id, the proof that the party signed it."""
    view, known = book.view(party), set(sent)
    said = [one for one in receipts(view.records([RECEIPT])) if one.by == party and one.recall in asked]
    names = [one.id for one in said if one.id not in known]
    return {name: proof.as_json() for name, proof in zip(names, proofs(book, view, names), strict=True)}
