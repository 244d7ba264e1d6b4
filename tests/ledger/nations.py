"""Nations with a book, in memory or in a file, under a clock that is set by hand."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from comity.ledger import places
from comity.ledger.background import Nothing
from comity.ledger.book import Book
from comity.values.instant import DAY, SECOND, Instant, instant

Line = dict[str, dict[str, object]]


class Clock:
    """A clock that moves one second at each look, and whole days when told to."""

    def __init__(self, start: str = "2026-01-01") -> None:
        self.now: Instant = instant(start)

    def __call__(self) -> Instant:
        self.now += SECOND
        return self.now

    def days(self, number: int) -> None:
        self.now += number * DAY


class Dice:
    """Chance that can be told where to go on from, so that two books can be made alike."""

    def __init__(self, start: str = "") -> None:
        self.at, self._thrown = start, 0

    def go_to(self, start: str) -> None:
        self.at, self._thrown = start, 0

    def __call__(self, size: int) -> bytes:
        self._thrown += 1
        return sha256(f"{self.at} {self._thrown}".encode()).digest()[:size]


def book(path: Path | None = None, *parties: str, clock: Clock | None = None, dice: Dice | None = None) -> Book[None]:
    """A new book with keys for some parties: in memory without a path."""
    made: Book[None]
    if path is None:
        made = places.in_memory(background=Nothing(), clock=clock or Clock(), chance=dice or Dice())
    else:
        made = places.create(path, background=Nothing(), clock=clock or Clock())
    for party in parties:
        made.introduce(party)
    return made


def reopened(path: Path, clock: Clock | None = None) -> Book[None]:
    """The book in a file, opened once more."""
    return places.open_file(path, background=Nothing(), clock=clock or Clock("2030-01-01"))


def title(thing: str, owner: str, **more: object) -> Line:
    return {"title": {"thing": thing, "kind": "information", "owner": owner, "interest": "originator", **more}}


def grant(by: str, to: str, scope: str, **more: object) -> Line:
    return {"grant": {"by": by, "to": [to], "actions": ["read"], "scope": scope, **more}}


def refuse(by: str, to: str, scope: str, **more: object) -> Line:
    return {"refuse": {"by": by, "to": [to], "actions": ["read"], "scope": scope, **more}}


def report(by: str, thing: str, **more: object) -> Line:
    """Content: a report about a thing."""
    return {"report": {"by": by, "thing": thing, "says": f"what {by} knows of {thing}", **more}}
