"""What a party takes back over TAXII: versions of an object, or the object from one collection of several.

Rules:
1. An object is withdrawn by its originator, version by version: each of his portions, and their cover, is corrected by
   a fact under its own label, so that whoever could read the one learns of the other. What others stated stays theirs.
2. What lies in another collection as well, by its originator's own word, stays there: it leaves the named collection
   alone (TAXII 2.1, 5.7), as a whole, for being in a collection is an object's and not a version's. His filings there
   are corrected; portions that name the collection are withdrawn and stated again, under the same label, without it.
   Nobody keeps an originator from withdrawing by filing his object elsewhere.
3. What another filed in the named collection leaves it when he takes that back, or when the object is withdrawn whole.
   Where its originator withdraws it whole, his own filings of it go with it.
4. All of it is stated together, or none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

from comity.errors import Refused
from comity.flow.taxii_intake import withdrawal
from comity.flow.taxii_shelf import Statements, Stock
from comity.instruments.intelligence.facts import COVER, FILED
from comity.instruments.intelligence.seen import SeenObject
from comity.instruments.intelligence.shelf import Shelf
from comity.ledger.book import Book, Draft
from comity.ledger.record import Record
from comity.ledger.view import Seen, View
from comity.values.canonical import Plain
from comity.values.party import PartyCode

C = TypeVar("C")
_WHOLE = "name no version; or take it back everywhere: comity intel recall"
_OTHERS = "ask him; or take it back everywhere: comity intel recall"


def withdrawn(
    book: Book[C], party: PartyCode, collection: str, versions: Iterable[tuple[str, str]], *, named: bool = True
) -> None:
    """Take versions of objects back, as `withdrawing` drafts it: rules 1 to 4."""
    book.add(withdrawing(book, party, collection, versions, named=named))


def withdrawing(
    book: Book[C], party: PartyCode, collection: str, versions: Iterable[tuple[str, str]], *, named: bool = True
) -> list[Record]:
    """The facts by which versions of objects are taken back, to be stated together: rules 1 to 3.

    Args:
        book: the book.
        party: whose they are.
        collection: from which.
        versions: the id and the version of each, as they leave.
        named: whether these versions were named; otherwise the object is meant.

    Raises:
        Refused: one of them is not his, or some versions alone are to leave one collection of several.
    """
    view = book.view(party)
    shelf, wanted = Stock(view).shelf, dict[str, set[str]]()
    for name, version in versions:
        own, of = shelf.resolve(name)
        wanted.setdefault(own, set()).add(of or version)
    records = list[Record]()
    for own, some in wanted.items():
        elsewhere = {*shelf.get(own).collections} - {collection} - _filed_by_others(view, own, party)
        if elsewhere:
            _check_whole(shelf, own, some if named else None)
            records += _left(book, view, party, collection, own)
        else:
            records += (one for version in sorted(some) for one in _withdrawals(book, view, (own, version), party))
            if some >= {*shelf.get(own).versions}:
                records += _unfiled(book, view, party, own)
    return records


def unfiling(book: Book[C], party: PartyCode, collection: str, thing: str) -> list[Record]:
    """The facts by which a party takes back that it filed an object of another's in a collection."""
    filed = [seen for seen in _filings(book.view(party), thing) if seen.record.issuer == party]
    return [_correction(book, party, seen) for seen in filed if seen.record.body.get("collection") == collection]


def _unfiled(book: Book[C], view: View[C], party: PartyCode, thing: str) -> Iterator[Record]:
    """Rule 3."""
    return (_correction(book, party, seen) for seen in _filings(view, thing) if seen.record.issuer == party)


def _own(found: SeenObject, party: PartyCode) -> None:
    """Refuse what its originator alone may do."""
    if not any(portion.originator == party and "type" in portion.properties for portion in found.portions):
        raise Refused("only its originator withdraws an object", next_step="ask him")


def _withdrawals(book: Book[C], view: View[C], of: tuple[str, str], party: PartyCode) -> Iterator[Record]:
    """Rule 1."""
    shelf = Stock(view).shelf
    found = shelf.get(*of) if of[1] in shelf.get(of[0]).versions else shelf.get(of[0])
    _own(found, party)
    for seen in Statements(view, party).of(found.id, found.version):
        yield _correction(book, party, seen)


def _correction(book: Book[C], party: PartyCode, seen: Seen) -> Record:
    body = seen.record.body
    line = withdrawal(str(body["thing"]), str(body.get("version", "")), str(body.get("collection", "")), seen.id)
    return book.draft(line, Draft(party, seen.record.label), {})


# One collection of several: rule 2


def _check_whole(shelf: Shelf, own: str, some: set[str] | None) -> None:
    if some is not None and not some >= {*shelf.get(own).versions}:
        says = "it lies in another collection as well, and some of its versions cannot leave one"
        raise Refused(says, next_step=_WHOLE)


def _left(book: Book[C], view: View[C], party: PartyCode, collection: str, thing: str) -> Iterator[Record]:
    shelf = Stock(view).shelf
    for version in shelf.get(thing).versions:
        _own(shelf.get(thing, version), party)
    if _filed_there_by_others(view, thing, party, collection):
        raise Refused("somebody else filed it there as well", next_step=_OTHERS)
    for seen in _filings(view, thing):
        if seen.record.body.get("collection") == collection:
            yield _correction(book, party, seen)
    renamed: dict[str, str] = {}
    statements = Statements(view, party)
    stated = [seen for version in shelf.get(thing).versions for seen in statements.of(thing, version)]
    for seen in sorted(stated, key=lambda one: one.record.kind == COVER):
        again = _without(seen.record.body, collection, renamed)
        if again is not None:
            yield _correction(book, party, seen)
            record = book.draft({seen.record.kind: again}, Draft(party, seen.record.label), {})
            renamed[seen.id] = record.id
            yield record


def _without(body: Mapping[str, Plain], collection: str, renamed: Mapping[str, str]) -> dict[str, object] | None:
    """A portion without a collection, or a cover whose parts are called otherwise; None where nothing changes."""
    collections, parts = body.get("collections"), body.get("parts")
    if isinstance(collections, list) and collection in collections:
        return {**body, "collections": [one for one in collections if one != collection]}
    if isinstance(parts, list) and any(part in renamed for part in parts):
        return {**body, "parts": [renamed.get(str(part), str(part)) for part in parts]}
    return None


def _filings(view: View[C], thing: str) -> list[Seen]:
    return [seen for seen in view.records([FILED]) if seen.record.body.get("thing") == thing]


def _filed_by_others(view: View[C], thing: str, party: PartyCode) -> set[str]:
    """The collections in which others alone filed a thing: rule 2."""
    filings = [seen.record for seen in _filings(view, thing)]
    own = {str(record.body.get("collection")) for record in filings if record.issuer == party}
    return {str(record.body.get("collection")) for record in filings} - own


def _filed_there_by_others(view: View[C], thing: str, party: PartyCode, collection: str) -> bool:
    """Rule 3."""
    there = [seen.record for seen in _filings(view, thing) if seen.record.body.get("collection") == collection]
    return any(record.issuer != party for record in there)
