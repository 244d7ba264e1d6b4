"""Staffs of some nations and an organ of theirs, with one book, at a clock set by hand and chance that begins anew."""

from __future__ import annotations

from collections.abc import Sequence

from comity.casebook.book import Casebook, casebook
from comity.flow import intelligence_stating as stating
from comity.flow.own_agreements import Background
from comity.instruments.intelligence.reported_gathered import Facts, gather
from comity.ledger import places
from comity.ledger.book import Book
from comity.values.instant import Instant, instant
from comity.values.label import Label
from tests.ledger.nations import Dice

NATIONS, ORGAN, STRANGER = ("EST", "LVA", "LTU", "POL"), "CELL", "SWE"
PEST = "malware--31b940d4-6f7f-459a-80ea-9c1f17b58abc"


class Room:
    """What staffs state, one after another, each at an hour of its own."""

    def __init__(self) -> None:
        self.now, self.dice = instant("2026-03-10T08:00Z"), Dice()
        self.book: Book[Casebook] = places.in_memory(
            background=Background(casebook), clock=lambda: self.now, chance=self.dice
        )
        for party in (*NATIONS, ORGAN, STRANGER):
            self.dice.go_to(party)
            self.book.introduce(party)

    def state(self, at: str, party: str, *lines: stating.Line, label: Label | None = None) -> list[str]:
        """State something at an hour; the ids. Chance begins anew, so that what was stated before leaves no trace."""
        self.now = instant(f"2026-03-10T{at}Z")
        self.dice.go_to(at + party)
        return [one.id for one in stating.state(self.book, party, lambda _: lines, label)]

    def say(self, at: str, party: str, kind: str, **body: object) -> str:
        (made,) = self.state(at, party, stating.Line(kind, body))
        return made

    def share(self, at: str, readers: Sequence[str], group: str | None = None) -> list[str]:
        """The organ tells of the sightings of the pest."""
        self.now = instant(f"2026-03-10T{at}Z")
        self.dice.go_to(at)
        return [
            one.id for one in stating.state(self.book, ORGAN, lambda desk: stating.shared(desk, PEST, readers, group))
        ]

    def facts(self, *audience: str) -> Facts:
        return gather(self.book.view(*audience))

    def at(self, clock: str) -> Instant:
        return instant(f"2026-03-10T{clock}Z")


def sighting(room: Room, at: str, by: str, count: int = 2, **more: object) -> str:
    """A nation tells the organ that it saw the pest, and what may be told of it."""
    told = {"anonymity": "count", "share_with": ["SWE"], "first": "2026-03-02", "last": "2026-03-04", **more}
    return room.say(at, by, "sighting", of=PEST, count=count, parties=[ORGAN], **told)
