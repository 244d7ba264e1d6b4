"""What a collection that was pulled from offers no more: it goes out of sight here, and a tombstone stays.

Rules:
1. What a server says is gone is hidden only as far as it was pulled from that very collection
   (`comity.flow.taxii_origins`). What the party states of its own, or pulled elsewhere, stays, and is told.
2. To hide is to withdraw each portion and cover under its own label, from everybody who could read it. Beside it a
   tombstone stays, its party's alone (`intelligence-gone`): which version, from where, since when. All of a page is
   stated together, or nothing of it.
3. What is offered again is pulled again, and stands. Its tombstone then is none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from typing import NamedTuple, TypeVar

from comity.errors import Impossible
from comity.flow.taxii_intake import WITHDRAWN
from comity.flow.taxii_origins import Origins
from comity.flow.taxii_shelf import Statements
from comity.formats.taxii import stamp
from comity.formats.taxii_recalls import Gone, Version
from comity.instruments.intelligence.shelf import Shelf
from comity.ledger.book import Book, Draft
from comity.ledger.record import Alike, Record
from comity.ledger.view import Seen, View
from comity.values.canonical import Plain
from comity.values.label import Label, originator_only
from comity.values.party import PartyCode

C = TypeVar("C")
GONE = "intelligence-gone"


class Hidden(NamedTuple):
    """What became of a page of what is gone: the versions that were hidden, and the ids of objects that stay."""

    hidden: Sequence[Version]
    stay: Sequence[str]


def hide(book: Book[C], party: PartyCode, source: str, gone: Iterable[Gone]) -> Hidden:
    """Hide what a collection offers no more: rules 1 and 2.

    Args:
        book: the book.
        party: who pulled it.
        source: the address of the collection.
        gone: a page of what is gone there.

    Raises:
        Unavailable: it cannot be put on disk; nothing of it was done.
    """
    view = book.view(party)
    origins, statements = Origins(view, party), Statements(view, party)
    leaving = cache(lambda label: book.alike(WITHDRAWN, {}, Draft(party, label)))
    stone = book.alike(GONE, {}, Draft(party, originator_only(party, f"content/{GONE}")))
    hidden, stay, drafted = list[Version](), list[str](), list[Record]()
    for one in gone:
        here = statements.of(one.id, one.version)
        there = [seen for seen in here if origins.of(seen) == source]
        if there:
            hidden.append((one.id, one.version))
            drafted += [*_hiding(leaving, one, there), stone.draft(_stated(source, one))]
        elif here:
            stay.append(one.id)
    book.add(drafted)
    return Hidden(hidden, stay)


def _hiding(leaving: Callable[[Label], Alike], one: Gone, there: Sequence[Seen]) -> Iterator[Record]:
    """The withdrawals; through which collection it came is its party's alone, so they name none."""
    for seen in there:
        body: dict[str, Plain] = {"thing": one.id, "version": str(seen.record.body.get("version", ""))}
        yield leaving(seen.record.label).draft(body, seen.id)


def _stated(source: str, one: Gone) -> dict[str, Plain]:
    """What a tombstone says."""
    named: dict[str, Plain] = {"recall": one.recall} if one.recall else {}
    return {"source": source, "object": one.id, "version": one.version, "gone": stamp(one.at), **named}


def tombstones(view: View[C]) -> list[Seen]:
    """The tombstones in a view, by arrival."""
    return sorted(view.records([GONE]), key=lambda one: (one.arrived, one.id))


def last_tombstones(view: View[C], source: str) -> dict[Version, Seen]:
    """The last tombstone of each version that a collection told as gone."""
    return {version_of(seen): seen for seen in tombstones(view) if seen.record.body.get("source") == source}


def version_of(seen: Seen) -> Version:
    """The version that a tombstone is of."""
    body = seen.record.body
    return str(body.get("object")), str(body.get("version"))


def stands(shelf: Shelf, of: Version) -> bool:
    """Whether a version is seen; of a marking definition any is."""
    try:
        return of[1] in shelf.get(of[0]).versions or of[0].startswith("marking-definition--")
    except Impossible:
        return False
