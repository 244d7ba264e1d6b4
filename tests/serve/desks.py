"""Desks for tests: a book in memory over the casebook, a clock set by hand, chance that can be repeated, visitors."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from httpx import Response
from litestar.testing import TestClient

from comity.casebook.book import Casebook, casebook
from comity.flow.own_agreements import Background
from comity.ledger.book import Book, Draft
from comity.ledger.keyring import Keyring
from comity.ledger.memory import MemoryStore
from comity.ledger.sign import book_name
from comity.serve.accounts import Accounts, Person
from comity.serve.app import application
from comity.serve.desk import MINUTE, Desk, Settings, Side
from comity.serve.visit import SESSION
from comity.values.instant import DAY, SECOND, Instant, instant
from comity.values.reading import BOOK
from tests.ledger.nations import Clock, Dice, Line

HOST = "testserver.local"
OURS = {"origin": f"http://{HOST}", "host": HOST}
SIDES = ("EST", "JPN", "KOR", "POL")
START = "2026-11-26"


class Standing(Clock):
    """A clock that stands still until it is set."""

    def __call__(self) -> Instant:
        return self.now


class Stated(NamedTuple):
    """A line, who states it, and on which day after the start; its name decides its chance."""

    name: str
    line: Line
    by: str | None = None


def book_of(stated: Iterable[Stated], parties: Iterable[str] = SIDES) -> Book[Casebook]:
    """A book that holds these facts, each arrived at an instant that depends on its name's place alone."""
    clock, dice = Standing(START), Dice()
    book = _same_book(clock, dice)
    for party in parties:
        dice.go_to(f"key {party}")
        book.introduce(party)
    for fact in stated:
        dice.go_to(fact.name)
        clock.now = instant(START) + sum(map(ord, fact.name.split(" ")[0])) * 1000
        book.record(fact.line, Draft(fact.by))
    clock.now = instant(START) + DAY // 2
    dice.go_to("what is stated afterwards")
    return book


def _same_book(clock: Standing, dice: Dice) -> Book[Casebook]:
    """An empty book in memory; two of them have the same name and the same key, and so the same secrets."""
    keyring = Keyring(chance=Dice("keys"))
    node = keyring.generate(BOOK)[1].hex()
    properties = {"book": book_name(node, "UNMARKED", "00"), "ceiling": "UNMARKED", "node": node, "salt": "00"}
    return Book(MemoryStore(properties), keyring, background=Background(casebook), clock=clock, chance=dice)


def desk_of(book: Book[Casebook], *, demonstration: bool = True) -> Desk:
    """A desk over a book."""
    sides = tuple(Side(party, party) for party in SIDES)
    return Desk(book, Accounts(None, book.clock), Settings(demonstration=demonstration, sides=sides))


class Visitor:
    """Somebody before a desk, with a client of his own."""

    def __init__(self, desk: Desk, party: str | None = None) -> None:
        self.desk = desk
        self.client = TestClient(application(desk), base_url=f"http://{HOST}", raise_server_exceptions=False)
        self.party = party
        self.come_in()

    def come_in(self) -> None:
        """Begin a session, or another when the last has run out."""
        if self.party is not None:
            self.client.cookies.clear()
            self.client.cookies.set(SESSION, self.desk.accounts.open_session(Person("demonstration", self.party)))

    def get(self, path: str, **headers: str) -> Response:
        return self.client.get(path, headers=headers)

    def send(self, path: str, body: object, **headers: str) -> Response:
        """Write something as JSON; a moment passes."""
        answer = self.client.post(path, json=body, headers={**OURS, **headers})
        assert isinstance(self.desk.book.clock, Standing)
        self.desk.book.clock.now += SECOND
        return answer

    def post(self, path: str, fields: dict[str, str] | None = None) -> Response:
        return self.client.post(path, data=fields or {}, headers=OURS, follow_redirects=False)

    def wait(self) -> None:
        """Let a minute pass."""
        assert isinstance(self.desk.book.clock, Standing)
        self.desk.book.clock.now += MINUTE

    def sign(self, drafted: Response) -> Response:
        """Look at what a form drafted, and sign it."""
        assert drafted.status_code == 303, drafted.text
        where = drafted.headers["location"]
        assert where.startswith("/sign/"), where
        shown = self.get(where)
        assert shown.status_code == 200, shown.text
        signed = self.post(where)
        self.wait()
        return signed
