"""What was pushed to another's server, as entries of the register of disclosures.

Rules:
1. What a server did not refuse went to everybody it was pushed for: a release (`comity.flow.releases`) of the party's,
   by the object's own id and the version, with the digest of what left and, as `over`, the collection and its address.
   Owners of its label besides the party are told.
2. What stands in the register so is not entered again: a page that is pushed twice was disclosed once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import TypeVar

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
    by, *rest = readers
    to, through = tuple(sorted({*rest} - {by})), over(collection)
    entries = register(book.view(by).records([KIND]))
    known = {(one.thing, one.version) for one in entries if (one.by, one.to, one.over) == (by, to, through)}
    lines = list[Line]()
    for one in went if to else ():
        own, version = _own(stock, one)
        if (own, version) not in known:
            known.add((own, version))
            told: dict[str, object] = {"by": by, "to": [*to], "over": through, "thing": own, "version": version}
            digest = sha256(taxii.written(one)).hexdigest()
            lines.append({KIND: {**told, "under": [], "of": _owners(stock, own, version, by), "digest": digest}})
    book.record_all(lines, Draft(by))
    return len(lines)


def _own(stock: Stock, one: Mapping[str, object]) -> tuple[str, str]:
    own, of = stock.shelf.resolve(str(one["id"]))
    return own, of or str(one.get("modified", ""))


def _owners(stock: Stock, own: str, version: str, by: PartyCode) -> list[PartyCode]:
    return sorted({atom.owner for atom in stock.shelf.get(own, version).label} - {by})
