"""Over HTTP as well nothing hidden changes a byte: ATT&CK for ICS with random parts held back, on pages and over TAXII.

The data lie beside the repository (`tests/flow/test_intelligence_keeps_secrets.py` says on which terms); without them
these tests are skipped.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from itertools import groupby
from operator import itemgetter
from random import Random
from typing import NamedTuple

import pytest
from httpx import Response

from comity.casebook.book import Casebook, casebook
from comity.flow.intelligence_import import How, plan
from comity.flow.own_agreements import Background
from comity.instruments.intelligence.shelf import Shelf
from comity.ledger.book import Book, Draft
from comity.ledger.keyring import Keyring
from comity.ledger.memory import MemoryStore
from comity.ledger.record import Record, label_read, trusted
from comity.ledger.sign import book_name
from comity.serve.accounts import Person
from comity.values.canonical import read
from comity.values.instant import DAY, Instant, instant
from comity.values.label import Label
from comity.values.reading import BOOK
from tests.flow.test_intelligence_keeps_secrets import FILE, attack, held, interleaved, others
from tests.instruments.intelligence.shelves import bundle, held_back, name
from tests.ledger.nations import Dice
from tests.serve.desks import START, Standing, Visitor, desk_of
from tests.serve.exchanging import AT, NAME, Program, envelope, opened, tool
from tests.serve.staff import appoint, office

pytestmark = pytest.mark.skipif(not FILE.is_file(), reason="ATT&CK for ICS lies not beside this repository")
OWNER, READER = "JPN", "POL"
SECRET: Label = label_read([{"owner": OWNER, "scope": "other"}])
WORDS = ("ransomware", "stuxnet", "PLC", "industroyer", "the", "")


class Answer(NamedTuple):
    """What was asked, and everything that was told."""

    asked: str
    status: int
    headers: dict[str, str]
    body: bytes


def empty() -> Book[Casebook]:
    """A book in memory; two of them have the same name and the same keys."""
    keyring = Keyring(chance=Dice("keys"))
    node = keyring.generate(BOOK)[1].hex()
    properties = {"book": book_name(node, "UNMARKED", "00"), "ceiling": "UNMARKED", "node": node, "salt": "00"}
    made: Book[Casebook] = Book(
        MemoryStore(properties), keyring, background=Background(casebook), clock=Standing(START), chance=Dice("one")
    )
    for party in (OWNER, READER):
        go_to(made, f"key {party}")
        made.introduce(party)
    opened(made)
    return made


def go_to(book: Book[Casebook], where: str) -> None:
    """Go on from the same chance in every world."""
    assert isinstance(book._chance, Dice)
    book._chance.go_to(where)


def filled(seed: int) -> Book[Casebook]:
    """ATT&CK, some of it held back from all but its owner, and reports of what is seen of it."""
    made = empty()
    go_to(made, "the objects")
    how = How(OWNER, "attack", ("*",), rules=(held_back(*held(seed)),), collections=(NAME,))
    planned = plan(made, bundle(*attack()), how)
    assert planned.bad == ()
    planned.commit()
    seen = Shelf.of(made.view(READER)).ids(types=["malware"])
    go_to(made, "the reports")
    for number in range(3):
        made.record(report(seen[number], number, "B2", [READER]), Draft(OWNER))
    return made


def report(thing: str, number: int, grade: str, parties: list[str]) -> dict[str, dict[str, object]]:
    """A graded report of an object."""
    return {"intelligence-report": {
        "by": OWNER, "name": f"r{number}", "thing": thing, "says": f"seen {number}", "grade": grade,
        "source": f"S{number}", "observed": "2026-11-20", "parties": parties,
    }}  # fmt: skip


def varied(of: Book[Casebook], seed: int) -> Book[Casebook]:
    """Another book in which the reader sees the same, and everything that he does not see is otherwise."""
    rng, made = Random(seed), empty()
    seen = set(of.view(READER).labels.values())
    before = {row.address for row in made.store.rows(0, None)}
    kept = [(at, one) for at, one in records(of) if one.label in seen and bytes.fromhex(one.id) not in before]
    go_to(made, f"hidden {seed}")
    things = [str(one["id"]) for one in attack() if one["type"] == "malware"]
    reports = [report(rng.choice(things), 10 + number, rng.choice(["A1", "F6"]), []) for number in range(9)]
    hidden = [made.draft(line, Draft(OWNER, SECRET), {}) for line in (*others(rng), *reports)]
    assert isinstance(made.clock, Standing)
    for at, together in groupby(kept, key=itemgetter(0)):  # each arrives when it did, whatever arrives beside it
        made.clock.now = at
        some, hidden = hidden[:90], hidden[90:]
        made.add(interleaved([one for _, one in together], some, rng))
    made.clock.now = instant(START)
    return made


def records(of: Book[Casebook]) -> Iterator[tuple[Instant, Record]]:
    """Every fact and when it arrived, whoever may read it."""
    labels = {number: label_read(read(atoms)) for number, atoms in of.store.labels().items()}
    for row in of.store.rows(0, None):
        yield row.arrived, trusted(row.data, row.address, labels[row.label])


def on_pages(book: Book[Casebook], things: list[str]) -> Iterator[Answer]:
    """All that the pages, their files and the API tell the reader."""
    visitor = Visitor(desk_of(book), READER)
    for words in WORDS:
        for kind in ("", "&type=malware", "&type=relationship"):
            yield answer(visitor.get(f"/intelligence?words={words}{kind}"), f"{words}{kind}")
        for how in (f"/intelligence?words={words}&format=csv", f"/api/intelligence?words={words}&limit=7"):
            yield answer(visitor.get(how), how)
    for thing in things:
        for how in ("", "?format=json", "?format=csv", "?format=stix"):
            yield answer(visitor.get(f"/intelligence/objects/{thing}{how}"), f"{thing}{how}")
        for how in (f"/api/intelligence/objects/{thing}", f"/intelligence/release?things={thing}&to=KOR"):
            yield answer(visitor.get(how), how)
        yield answer(visitor.get(f"/intelligence/recall/{thing}"), f"recall {thing}")
    feed = "/feed/" + "/".join(visitor.desk.feeds.make(Person("demonstration", READER)))
    for path in (
        "/intelligence/recall", "/intelligence/disclosures", "/intelligence/warning", "/inbox", "/inbox?format=json",
        "/ledger?kind=intelligence", "/ledger?kind=intelligence-report", "/ledger/verify", "/api/facts?limit=50",
        "/api/intelligence/recall", "/api/intelligence/warning", "/agreements/calendar?format=ics",
    ):  # fmt: skip
        yield answer(visitor.get(path), path)
    for what in ("agreements.ics", "consultations.ics"):
        yield answer(visitor.get(f"{feed}/{what}"), what)


def over_taxii(book: Book[Casebook], things: list[str]) -> Iterator[Answer]:
    """All that TAXII tells a program of the reader's, every page followed to its end; and what becomes of its own."""
    go_to(book, "an appointment")
    desk = office(book=book)
    program = Program(desk, appoint(desk, "anna", READER))
    for path in (
        "/taxii2/", "/shared/", "/shared/collections/", f"{AT}/", f"{AT}/markings/", f"{AT}/manifest/?limit=1000",
        f"{AT}/objects/?limit=400", f"{AT}/manifest/?match[type]=malware&limit=9", f"{AT}/objects/?match[version]=all",
        f"{AT}/manifest/?added_after=2031-01-01T00:00:00Z", f"{AT}/objects/?next=x", "/shared/status/none/",
        *(f"{AT}/objects/{thing}/{more}" for thing in things for more in ("", "versions/", "?match[version]=all")),
    ):  # fmt: skip
        yield from followed(program, path)
    go_to(book, "what is sent")
    sent = program.post(f"{AT}/objects/", envelope(tool(1), {"type": "tool"}))
    yield answer(sent, "sent")
    yield answer(program.get(f"/shared/status/{sent.json()['id']}/"), "status")
    yield answer(program.delete(f"{AT}/objects/{things[0]}/"), "taken back")
    assert isinstance(book.clock, Standing)
    book.clock.now = instant(START) + 2 * DAY
    yield from followed(program, f"{AT}/manifest/?limit=1000")


def followed(program: Program, path: str) -> Iterator[Answer]:
    """The pages of a list."""
    found = answer(program.get(path), path)
    yield found
    while found.status == 200 and (more := json.loads(found.body).get("next")):
        path_ = f"{path}{'&' if '?' in path else '?'}next={more}"
        found = answer(program.get(path_), path_)
        yield found


def answer(told: Response, asked: str) -> Answer:
    return Answer(asked, told.status_code, dict(told.headers), told.content)


@cache
def worlds(seed: int) -> tuple[Book[Casebook], Book[Casebook], list[str]]:
    """Two books that differ in nothing the reader may see, and things to ask for: seen, seen in part, hidden, none."""
    one = filled(seed)
    shelf = Shelf.of(one.view(READER))
    ids = shelf.ids()
    partly = [thing for thing in ids if not shelf.get(thing).whole]
    asked = [*ids[:4], *partly[:4], *(str(one["id"]) for one in held(seed)[:4]), name("malware", "3")]
    return one, varied(one, seed), asked


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("face", [on_pages, over_taxii])
def test_what_is_hidden_changes_no_byte_of_what_is_told(seed: int, face: object) -> None:
    one, another, asked = worlds(seed)
    assert callable(face)
    first, second = [*face(one, asked)], [*face(another, asked)]
    assert [told.asked for told in first] == [told.asked for told in second]
    for told, other in zip(first, second, strict=True):
        assert told == other, told.asked
    statuses = [told.status for told in first]
    assert statuses.count(200) > 20
    assert 404 in statuses
    assert max(statuses) < 500


def test_the_two_books_differ_for_whom_nothing_is_hidden() -> None:
    one, another, _ = worlds(1)
    assert len(Shelf.of(one.view(OWNER)).ids()) == len(attack())
    assert Shelf.of(another.view(OWNER)).ids() != Shelf.of(one.view(OWNER)).ids()
    assert Shelf.of(another.view(READER)).ids() == Shelf.of(one.view(READER)).ids()
