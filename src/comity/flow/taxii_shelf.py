"""The shelf of a view (`comity.instruments.intelligence.shelf`) as TAXII lists it: ids as exported, editions of STIX.

Rules:
1. What is listed and what leaves is what the shelf exports, and nothing besides it.
2. An object that came in STIX 2.0 is kept in 2.1, with a fact beside it (`intelligence-edition`, under the same label)
   that says so. It is offered as what it came as, and leaves without what the conversion wrote into it alone: its
   `spec_version`.
3. What is in a collection is told by the view itself, or by the view of a party that hands things on: whom it is handed
   to need not know of the collection.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Generic, TypeVar, cast

from comity.flow.taxii_offers import Held
from comity.instruments.intelligence.shelf import Shelf
from comity.ledger.view import Seen, View
from comity.values.instant import Instant
from comity.values.party import PartyCode

C = TypeVar("C")
EDITION = "intelligence-edition"
NEW, OLD = "2.1", "2.0"


class Stock:
    """What a party may read of the intelligence in a book, as it leaves.

    Args:
        view: what it may read.
        filed: the view that tells what is in a collection, where it is another: rule 3.
    """

    def __init__(self, view: View[C], filed: View[C] | None = None) -> None:
        self._view, self._filing = view, filed
        self.shelf = Shelf.of(cast("View[object]", view))
        self._filed = None if filed is None else Shelf.of(cast("View[object]", filed))

    @property
    def stamp(self) -> object:
        """What is another one when anything may have changed."""
        filed = None if self._filed is None else self._filed.sight
        return self.shelf.sight, filed, tuple(self._editions.items())

    @property
    def at(self) -> Instant:
        """The instant as of which it tells."""
        return self._view.on

    def anew(self) -> Stock:
        """The same of the book as it is by now."""
        return Stock(self._view.anew(), None if self._filing is None else self._filing.anew())

    @cached_property
    def _editions(self) -> Mapping[tuple[str, str], str]:
        """The editions of what came in another than the latest: rule 2."""
        bodies = (seen.record.body for seen in self._view.records([EDITION]))
        return {(str(body.get("thing")), str(body.get("version"))): str(body.get("edition")) for body in bodies}

    def filed(self, collection: str) -> frozenset[str]:
        """The ids of the objects that are said to be in a collection: rule 3."""
        return frozenset((self._filed or self.shelf).ids(collection=collection))

    def entries(self, collection: str) -> Iterator[Held]:
        """Every version of every object of a collection that may be read."""
        own = None if self._filed is None else self.filed(collection)
        for entry in self.shelf.entries(collection if own is None else None, of=own):
            spec = self._edition(entry.id, entry.version) if self._editions else NEW
            yield Held(entry.id, entry.version, entry.type, spec, bytes.fromhex(entry.digest))

    def export(self, name: str, version: str | None = None) -> Mapping[str, object]:
        """A version of an object, as it may leave.

        Raises:
            Impossible: it may not be read, or is not there.
        """
        own, of = self.shelf.resolve(name)
        found = self.shelf.export(own, version or of)
        if self._editions and self._editions.get((own, str(found.get("modified", "")))) == OLD:
            return {field: value for field, value in found.items() if field != "spec_version"}
        return found

    def _edition(self, name: str, version: str) -> str:
        own, _ = self.shelf.resolve(name)
        return self._editions.get((own, version), NEW)


class Statements(Generic[C]):
    """What a party states in a view, version by version, whether or not the version stands."""

    def __init__(self, view: View[C], party: PartyCode) -> None:
        self._view, self._party = view, party
        self._sight = Shelf.of(cast("View[object]", view)).sight

    def of(self, name: str, version: str) -> list[Seen]:
        """The portions and covers of a version.

        Args:
            name: the object's own id.
            version: its version; a marking definition has none, whatever it is said to have.
        """
        sight, columns = self._sight, self._sight.columns
        thing = columns.number.get(name)
        versions = {version, ""} if name.startswith("marking-definition--") else {version}
        numbers = (columns.version_number.get((thing, one)) for one in versions) if thing is not None else ()
        known = (number for number in numbers if number is not None and number < sight.versions)
        places = (sight.portions_of(number).tolist() for number in known)
        found = [self._view.get(columns.addresses[place].hex()) for every in places for place in every]
        return [seen for seen in found if seen.record.issuer == self._party]
