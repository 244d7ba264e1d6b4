"""Who may hold no more what was pushed to another's server.

Rules:
1. What was pushed left as it was then, and lies there so: whoever it was pushed for may hold it as long as he may read
   all that left. It is judged version by version, as what the party that pushed it and he may both read now.
2. It left whole, or as a rendition (`comity.instruments.intelligence.shelf`). What left whole he may hold as long as he
   reads it whole; a rendition, as long as it leaves for all of them under that id, or he reads it whole, or each
   property of it as it left at the instant at which it was entered into the register.
3. What cannot be told any more is held by nobody rightly: fail closed.
"""

from __future__ import annotations

from functools import cache
from typing import Generic, TypeVar

from comity.errors import Impossible
from comity.flow.releases import Release
from comity.instruments.intelligence.facts import Properties
from comity.instruments.intelligence.seen import ObjectId
from comity.instruments.intelligence.shelf import Shelf
from comity.ledger.book import Book
from comity.values.instant import Instant
from comity.values.party import PartyCode

C = TypeVar("C")


def is_pushed(release: Release) -> bool:
    """Whether a release was pushed to another's server: the collection has an address, and what left a digest."""
    return release.over is not None and release.over.endswith(")") and release.digest is not None


def at(release: Release, url: str) -> bool:
    """Whether a release was pushed to the collection at an address."""
    return is_pushed(release) and f"{release.over}".endswith(f"({url})")


class Holding(Generic[C]):
    """Who may hold what was pushed, by all that a book knows now."""

    def __init__(self, book: Book[C]) -> None:
        self._book = book
        self._now, self._then = cache(self._shelf_now), cache(self._shelf_then)

    def _shelf_now(self, audience: tuple[PartyCode, ...]) -> Shelf:
        return Shelf.of(self._book.view(*audience))

    def _shelf_then(self, audience: tuple[PartyCode, ...], on: Instant) -> Shelf:
        return Shelf.of(self._book.view(*audience, on=on, known=on))

    def left_as(self, release: Release) -> ObjectId | None:
        """The id under which it left; None where that is not known any more."""
        return release.sent or _exported(self._then((release.by, *release.to), release.arrived), release)

    def shut_out(self, release: Release) -> tuple[PartyCode, ...]:
        """Those of whom it was pushed for who may hold it no more: rules 1 to 3."""
        left = self.left_as(release)
        if left is not None and _exported(self._now((release.by, *release.to)), release) == left:
            return ()
        return tuple(taker for taker in release.to if not self._may_hold(release, left, taker))

    def _may_hold(self, release: Release, left: ObjectId | None, taker: PartyCode) -> bool:
        shelf = self._now((release.by, taker))
        reads = _exported(shelf, release)
        if reads is None or left is None:
            return False
        if reads == release.thing:
            return True
        if left == release.thing:
            return False
        then = self._then((release.by, *release.to), release.arrived)
        return _exported(then, release) == left and _within(_export(then, release), _export(shelf, release))


def _exported(shelf: Shelf, release: Release) -> ObjectId | None:
    try:
        return shelf.exported_id(release.thing, release.version or "")
    except Impossible:
        return None


def _export(shelf: Shelf, release: Release) -> Properties:
    return shelf.export(release.thing, release.version or "")


def _within(left: Properties, reads: Properties) -> bool:
    """Whether everything that left is among what is read."""
    return all(name == "id" or reads.get(name) == value for name, value in left.items())
