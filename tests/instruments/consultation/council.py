"""A council with a book in memory or in a file, at a clock that is set by hand, and with chance that begins anew."""

from __future__ import annotations

from pathlib import Path

from comity.casebook.book import Casebook, casebook
from comity.flow.own_agreements import Background
from comity.instruments.consultation import acts
from comity.instruments.consultation.case import cases
from comity.instruments.consultation.facts import Case
from comity.instruments.consultation.gathered import Facts, gather
from comity.instruments.consultation.silence import Procedure, procedure
from comity.ledger import places
from comity.ledger.book import Book, Draft
from comity.values.instant import Instant, instant
from tests.ledger.nations import Dice

CHAIR, PARTIES = "EST", ("EST", "LTU", "LVA")
TEXT, OTHER = acts.text_hash(b"the text"), acts.text_hash(b"another text")


def at(clock: str) -> Instant:
    return instant(f"2026-03-01T{clock}Z")


class Council:
    """What nations state, one after another, each at an hour of its own."""

    def __init__(self, path: Path | None = None) -> None:
        self.now, self.dice = at("08:00"), Dice()
        self.book: Book[Casebook]
        if path is None:
            self.book = places.in_memory(background=Background(casebook), clock=lambda: self.now, chance=self.dice)
        else:
            self.book = places.create(path, background=Background(casebook), clock=lambda: self.now)
        for party in (*PARTIES, "SWE"):
            self.dice.go_to(party)
            self.book.introduce(party)

    def restart(self, path: Path) -> None:
        """Open the file again, as after a fall."""
        self.book.close()
        self.book = places.open_file(path, background=Background(casebook), clock=lambda: self.now)

    def state(self, clock: str, statement: acts.Statement) -> str:
        """State something at an hour; its id. Chance begins anew, so that what was stated before leaves no trace."""
        self.now = at(clock)
        self.dice.go_to(clock + statement.by + statement.kind)
        return self.book.record(statement.line, Draft(issuer=statement.by)).id

    def opened(self, clock: str = "09:00", **more: object) -> Case:
        given = {"title": "Cable", "article": "Art. 4", "body": "council", "parties": list(PARTIES), **more}
        self.state(clock, acts.opened(CHAIR, opens="2026-03-01T09:00Z", **given))
        return self.case

    def facts(self, *audience: str) -> Facts:
        return gather(self.book.view(*audience))

    @property
    def case(self) -> Case:
        return cases(self.facts(CHAIR))[0]

    def put(self, clock: str = "10:00", deadline: str = "14:00", text: str = TEXT, **terms: object) -> None:
        self.now = at(clock)
        statement = acts.put(
            self.case, "1", text, at(deadline), facts=self.facts(CHAIR), now=self.now, **terms
        )  # fmt: skip
        self.state(clock, statement)

    def seen(self, party: str, clock: str) -> Procedure:
        """The procedure as a party's view shows it at an hour."""
        found = procedure(self.case, "1", self.facts(party), at(clock))
        assert found is not None
        return found

    def receipt(self, clock: str, party: str, text: str = TEXT) -> str:
        return self.state(clock, acts.receipt(self.case, self.seen(party, clock), party, text))

    def breaks(self, clock: str, party: str) -> str:
        return self.state(clock, acts.broken(self.case, self.seen(party, clock), party, at(clock)))

    def close(self, clock: str) -> str:
        self.now = at(clock)
        return self.state(clock, acts.recorded(self.case, self.seen(CHAIR, clock), self.now))

    def adopted(self) -> Council:
        """A text is put, received by all, met with silence, and recorded as adopted."""
        self.opened()
        self.put()
        for clock, party in (("10:10", "EST"), ("10:20", "LTU"), ("10:30", "LVA")):
            self.receipt(clock, party)
        self.close("14:15")
        return self
