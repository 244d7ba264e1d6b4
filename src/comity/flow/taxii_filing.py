"""What a party sees and files in a collection, so that others find there what they may read of it.

Rules:
1. An object is filed by a fact under its own label; and under the collection's as well, where not everybody may know of
   it. Filing opens nothing to anybody.
2. With it the marking definitions that it bears are filed, each under every label under which it stands: several things
   may share one, and what takes one of them back leaves the others theirs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar, cast

from comity.errors import Impossible
from comity.flow.taxii_rooms import closed, collections
from comity.instruments.intelligence.facts import FILED
from comity.instruments.intelligence.seen import ObjectId, SeenObject
from comity.instruments.intelligence.shelf import Shelf
from comity.ledger.book import Book, Draft
from comity.ledger.view import View
from comity.values.label import PUBLIC, Label, words
from comity.values.party import PartyCode

C = TypeVar("C")
_DEFINITION = "marking-definition--"
Line = dict[str, dict[str, object]]


def filed(book: Book[C], party: PartyCode, collection: str, things: Sequence[ObjectId]) -> list[ObjectId]:
    """File objects that a party sees in a collection that it knows of: all of them or none.

    Args:
        book: the book.
        party: who files them.
        collection: the collection's name in the book.
        things: the objects' ids.

    Returns:
        The ids of what was not in the collection and is now, who made the objects among it: rules 1 and 2.

    Raises:
        Impossible: it knows of no such collection, or an object is not seen.
        Refused: the party has no live key here.
    """
    view = book.view(party)
    if collection not in {one.name for one in collections(view)}:
        step = f"open it: comity taxii collection {collection}"
        raise Impossible(f"no collection {collection} is available", field="collection", next_step=step)
    shelf = Shelf.of(cast("View[object]", view))
    makers = [shelf.get(name).properties.get("created_by_ref") for name in things]
    lines = [*filings(view, collection, [*things, *map(str, filter(None, makers))])]
    stated(book, party, lines)
    return list(dict.fromkeys(str(line[FILED]["thing"]) for line, _ in lines))


def filings(view: View[C], collection: str, names: Iterable[str]) -> Iterator[tuple[Line, Label]]:
    """The facts by which objects are filed in a collection that they are not in yet, each with its label."""
    beyond = closed(view, [collection]).get(collection, PUBLIC)
    shelf = Shelf.of(cast("View[object]", view))
    wanted = {name for name in names if name in shelf}
    wanted |= {ref for name in wanted for ref in shelf.references(name) if ref.startswith(_DEFINITION)}
    for name in sorted(wanted):
        for label in _unfiled(view, shelf.get(name), collection, beyond):
            yield {FILED: {"collection": collection, "thing": name}}, label


def _unfiled(view: View[C], found: SeenObject, collection: str, beyond: Label) -> list[Label]:
    """The labels under which something is to be filed."""
    if not found.id.startswith(_DEFINITION):
        return [] if collection in found.collections else [found.label | beyond]
    each = {one.label | beyond for one in found.portions}
    return sorted(each - {one | beyond for one in _filed_under(view, found, collection, beyond)}, key=words)


def _filed_under(view: View[C], found: SeenObject, collection: str, beyond: Label) -> set[Label]:
    """The labels of portions that are in a collection, or for whose readers a filing says so."""
    portions = {one.id: view.get(one.id).record for one in found.portions}.values()
    there = {one.label for one in portions if collection in _texts(one.body.get("collections"))}
    of = [one.record for one in view.records([FILED]) if one.record.body.get("thing") == found.id]
    under = {one.label for one in of if one.body.get("collection") == collection}
    return there | {one.label for one in portions if any(label <= one.label | beyond for label in under)}


def _texts(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def stated(book: Book[C], party: PartyCode, lines: Iterable[tuple[Line, Label]]) -> None:
    """State some facts, each under its own label; all of them or none."""
    names: dict[str, str] = {}
    book.add([book.draft(line, Draft(party, label), names) for line, label in lines], Draft(party))
