"""What was pushed to another's server, as entries of the register of disclosures.

Rules:
1. What a server did not refuse went to everybody it was pushed for: a release (`comity.flow.releases`) of the party's,
   by the object's own id and the version, with the id under which it was `sent`, the digest of what left and, as
   `over`, the collection and its address. Owners of its label besides the party are told.
2. What stands in the register so is not entered again: a page that is pushed twice was disclosed once. What that server
   said lies there no more (`comity.flow.recall_outcomes`) and is pushed again, is disclosed again.
3. What is about to be sent is written down before it is (`entries`). Where nobody heard what became of it, it went: it
   is entered whatever that server may have refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import TypeVar

from comity.flow.recall_outcomes import GONE_THERE, OUTCOME, outcomes
from comity.flow.releases import KIND, Line, register
from comity.flow.taxii_exchange import Found
from comity.flow.taxii_shelf import Stock
from comity.formats import taxii
from comity.ledger.book import Book, Draft
from comity.values.party import PartyCode

C = TypeVar("C")


def over(collection: Found) -> str:
    """Through which collection something went: its title, and where it is."""
    return f"{collection.title} ({collection.url})".strip()


def registered(
    book: Book[C], readers: Sequence[PartyCode], collection: Found, stock: Stock, went: Iterable[Mapping[str, object]]
) -> int:
    """Enter what went into the register; how many entries that made: rules 1 and 2.

    Args:
        book: the book.
        readers: who pushed it, and for whom.
        collection: to which collection.
        stock: what may leave.
        went: the objects as they left.

    Raises:
        Unavailable: it cannot be put on disk.
    """
    return enter(book, readers[0], entries(readers, collection, stock, went))


def entries(
    readers: Sequence[PartyCode], collection: Found, stock: Stock, going: Iterable[Mapping[str, object]]
) -> list[Line]:
    """The entries for what goes, as `registered` makes them of what went; none where it goes to nobody else.

    Args:
        readers: the party that pushes, then those who read there.
        collection: the collection at the other server.
        stock: what all of them see, as it leaves.
        going: the objects as they leave.
    """
    by, *rest = readers
    to, through = sorted({*rest} - {by}), over(collection)
    lines = list[Line]()
    for one in going if to else ():
        own, version = _own(stock, one)
        told = {"by": by, "to": to, "over": through, "thing": own, "version": version, "sent": str(one["id"])}
        digest = sha256(taxii.written(one)).hexdigest()
        lines.append({KIND: {**told, "under": [], "of": _owners(stock, own, version, by), "digest": digest}})
    return lines


def enter(book: Book[C], by: PartyCode, lines: Iterable[Line]) -> int:
    """Enter what does not stand in the register yet; how many entries that made: rule 2.

    Raises:
        Unavailable: it cannot be put on disk.
    """
    view = book.view(by)
    gone = {one.release for one in outcomes(view.records([OUTCOME])).values() if one.done in GONE_THERE}
    there = [one for one in register(view.records([KIND])) if one.by == by and one.id not in gone]
    known = {(one.thing, one.version, one.to, one.over) for one in there}
    new = list[Line]()
    for line in lines:
        body = line[KIND]
        key = (str(body["thing"]), str(body["version"]), _texts(body["to"]), str(body["over"]))
        if key not in known:
            known.add(key)
            new.append(line)
    book.record_all(new, Draft(by))
    return len(new)


def _texts(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list) else ()


def _own(stock: Stock, one: Mapping[str, object]) -> tuple[str, str]:
    own, of = stock.shelf.resolve(str(one["id"]))
    return own, of or str(one.get("modified", ""))


def _owners(stock: Stock, own: str, version: str, by: PartyCode) -> list[PartyCode]:
    return sorted({atom.owner for atom in stock.shelf.get(own, version).label} - {by})
