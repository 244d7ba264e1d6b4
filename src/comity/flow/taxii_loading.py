"""The data file of the reference server, taken into a book: roots, collections, objects with their ids and dates.

Rules:
1. The server, the roots and the collections become facts on the book's own word, for everybody; the objects become a
   party's own, by the rules of any import: what is not marked is that party's alone.
2. Who may read through a collection, or write to it, is whoever the file lets: everybody or nobody.
3. The party's outbox begins with the dates of the file; dates that are equal follow each other by a microsecond.
4. What is there already is left as it is: a file may be loaded twice.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from comity.flow import taxii_rooms, taxii_tokens
from comity.flow.taxii_intake import Intake, taken
from comity.flow.taxii_offers import Offers
from comity.flow.taxii_shelf import Stock
from comity.formats.taxii_load import Loaded, LoadedCollection
from comity.ledger.book import Book, Draft
from comity.ledger.outbox import shelf
from comity.values.label import PUBLIC
from comity.values.party import ANYONE, PartyCode

C = TypeVar("C")
Line = dict[str, dict[str, object]]


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a file: how many roots and collections are new, and what became of the objects of each."""

    roots: int
    collections: int
    objects: dict[str, Intake]


def load(
    book: Book[C],
    loaded: Loaded,
    party: PartyCode,
    told: Callable[[int, int], None] = lambda done, total: None,
) -> Taken:
    """Take a data file into a book: rules 1 to 4.

    Args:
        book: the book.
        loaded: what the file holds.
        party: whose the objects become.
        told: is told how many of how many collections are done.

    Raises:
        Malformed: a root cannot be one here.
        Refused: the party, or the node, has no live key here.
        Unavailable: it cannot be put on disk.
    """
    for root in loaded.roots:
        taxii_rooms.check_root(root.name)
    view = book.view(party)
    have = {one.name for one in taxii_rooms.collections(view)}, {one.name for one in taxii_rooms.roots(view)}
    lines = list(_lines(loaded, *have))
    book.record_all(lines, Draft(label=PUBLIC, adopt=True))
    every = [(root.name, one) for root in loaded.roots for one in root.collections]
    found = {}
    for number, (at, one) in enumerate(every, start=1):
        if one.objects:
            body = json.dumps({"objects": list(one.objects)}).encode()
            found[one.name] = taken(book, party, taxii_rooms.collection(book.view(party), at, one.name), body)
            _date(book, party, one)
        told(number, len(every))
    kinds = [next(iter(line)) for line in lines]
    return Taken(kinds.count(taxii_rooms.ROOT), kinds.count(taxii_rooms.COLLECTION), found)


def _lines(loaded: Loaded, collections: set[str], roots: set[str]) -> Iterator[Line]:
    said = loaded.discovery
    words = {name: said[name] for name in ("title", "description", "contact") if name in said}
    if not set(loaded.order) <= roots:
        yield {taxii_rooms.SERVER: {**words, "default": loaded.default, "roots": loaded.order}}
    for root in loaded.roots:
        if root.name not in roots:
            told = {
                name: root.said[name] for name in ("title", "description", "max_content_length") if name in root.said
            }
            yield {taxii_rooms.ROOT: {"name": root.name, **told}}
        for one in root.collections:
            if one.name not in collections:
                yield {taxii_rooms.COLLECTION: _collection(root.name, one)}


def _collection(root: str, one: LoadedCollection) -> dict[str, object]:
    """Rule 2."""
    told = {name: one.said[name] for name in ("title", "description", "media_types") if name in one.said}
    read, write = ([ANYONE] if one.said.get(field) is True else [] for field in ("can_read", "can_write"))
    return {"name": one.name, "root": root, **told, "read": read, "write": write}


def _date(book: Book[C], party: PartyCode, one: LoadedCollection) -> None:
    """Rule 3."""
    offers = Offers(book.store, shelf([party], one.name), book.secret(taxii_tokens.PURPOSE))
    offers.dated(Stock(book.view(party)), one.added, book.clock())
