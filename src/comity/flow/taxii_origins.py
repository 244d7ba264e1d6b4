"""Where what a party states was pulled from: another's collection, or nowhere.

Rules:
1. What arrived in one writing with an `intelligence-pulled` fact was pulled from the collection that the fact names.
   So was what took its place when its own party took it back from somebody: it arrived with the withdrawal; and what
   the fact names itself (`facts`), where a person said that it was (rule 2).
2. Of what is here without a word of where it came from, a person may say that it came from a collection. No server can
   bring that about by itself: it would have in its hand what its party stated of its own. It is believed of what the
   collection offers now, equal in all it says, that the party alone stated, into the collection it pulls into, and that
   it did not push there itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Generic, TypeVar

from comity.errors import Impossible
from comity.flow.recalls import Line
from comity.flow.releases import KIND as RELEASE
from comity.flow.releases import register
from comity.flow.taxii_holding import at
from comity.flow.taxii_intake import WITHDRAWN
from comity.flow.taxii_shelf import Statements
from comity.formats.taxii_recalls import Version
from comity.instruments.intelligence.shelf import Shelf
from comity.ledger.book import Book, Draft
from comity.ledger.view import Seen, View
from comity.values.instant import Instant
from comity.values.party import PartyCode

C = TypeVar("C")
PULLED = "intelligence-pulled"


def pulled(source: str, into: str) -> Line:
    """The line that says where what arrives with it came from: rule 1."""
    return {PULLED: {"source": source, "into": into}}


class Origins(Generic[C]):
    """Where what a party states was pulled from: rule 1."""

    def __init__(self, view: View[C], party: PartyCode) -> None:
        self._view, self._party = view, party

    @cached_property
    def _sources(self) -> dict[Instant, str]:
        """Which collection what arrived at an instant was pulled from."""
        pulled_then = (seen for seen in self._own(PULLED) if "facts" not in seen.record.body)
        return {seen.arrived: str(seen.record.body.get("source")) for seen in pulled_then}

    @cached_property
    def _named(self) -> dict[str, str]:
        """Which collection a fact was pulled from by a person's word: rule 2."""
        bodies = [seen.record.body for seen in self._own(PULLED)]
        named = [(body.get("facts"), str(body.get("source"))) for body in bodies]
        return {str(name): source for names, source in named if isinstance(names, list) for name in names}

    @cached_property
    def _replaced(self) -> dict[tuple[Instant, str, str], list[str]]:
        """What of a version was withdrawn at an instant; read only where something did not come with a pull itself."""
        found: dict[tuple[Instant, str, str], list[str]] = {}
        for seen in self._own(WITHDRAWN):
            found.setdefault(_at(seen), []).append(str(seen.record.text("supersedes")))
        return found

    def _own(self, kind: str) -> Iterator[Seen]:
        return (seen for seen in self._view.records([kind]) if seen.record.issuer == self._party)

    def of(self, one: Seen) -> str | None:
        """The collection that a portion or a cover was pulled from; None where it is the party's own."""
        waiting, known = [one], {one.id}
        while waiting:
            seen = waiting.pop()
            if seen.id in self._named:
                return self._named[seen.id]
            if seen.arrived in self._sources:
                return self._sources[seen.arrived]
            for name in set(self._replaced.get(_at(seen), ())) - known:
                known.add(name)
                waiting.append(self._view.get(name, told=True))
        return None


def _at(seen: Seen) -> tuple[Instant, str, str]:
    """When a fact about a version arrived, and which version it is about."""
    body = seen.record.body
    return seen.arrived, str(body.get("thing")), str(body.get("version"))


def adopt(book: Book[C], party: PartyCode, source: str, into: str, offered: Iterable[Mapping[str, object]]) -> int:
    """Say that what a collection offers, and is here already, came from there; of how many objects: rule 2.

    Args:
        book: the book.
        party: who says so.
        source: the address of the collection.
        into: the collection of the book.
        offered: the objects that it offers now.

    Raises:
        Unavailable: it cannot be put on disk.
    """
    view = book.view(party)
    origins, statements, shelf = Origins(view, party), Statements(view, party), Shelf.of(view)
    own = {(one.thing, one.version or "") for one in register(view.records([RELEASE])) if at(one, source)}
    names, number = list[str](), 0
    for one in offered:
        of = str(one.get("id")), str(one.get("modified", ""))
        here = statements.of(*of) if of not in own and _equal(shelf, of, one, party) else []
        if any(_into(seen, into) for seen in here) and all(origins.of(seen) is None for seen in here):
            names += (seen.id for seen in here)
            number += 1
    if names:
        book.record({PULLED: {**pulled(source, into)[PULLED], "facts": names}}, Draft(party))
    return number


def _into(seen: Seen, collection: str) -> bool:
    """Whether a portion was stated into a collection: a pull files there what is here from elsewhere."""
    collections = seen.record.body.get("collections")
    return isinstance(collections, list) and collection in collections


def _equal(shelf: Shelf, of: Version, one: Mapping[str, object], party: PartyCode) -> bool:
    """Whether a version lies here as it is offered, stated by the party alone."""
    try:
        found = shelf.get(*of)
    except Impossible:
        return False
    alone = all(portion.originator == party for portion in found.portions)
    return alone and shelf.statement(*of) == one
