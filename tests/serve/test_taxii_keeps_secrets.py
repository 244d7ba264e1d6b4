"""Change only what a party may not see, and not a byte of what TAXII tells it differs: objects, manifests, pages,
tokens, headers, statuses, errors, and what becomes of its own writings."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from random import Random
from types import SimpleNamespace
from urllib.parse import quote

import pytest

from comity.casebook.book import Casebook, casebook
from comity.flow.own_agreements import Background
from comity.flow.recalling import asked_back
from comity.flow.taking_back import take_back
from comity.formats.taxii import stamp
from comity.ledger import places
from comity.ledger.book import Book, Draft
from comity.serve.desk import MINUTE
from comity.values.instant import DAY, SECOND, instant
from tests.ledger.nations import Dice
from tests.serve.desks import START, Standing, book_of
from tests.serve.exchanging import AMBER, AT, NAME, Object, Program, envelope, opened, stated, tool, url, uses, uuid
from tests.serve.staff import appoint, office

LOST = tool(900)
"""What visible things refer to, and Poland never sees."""
VISIBLE: list[tuple[str, Object, tuple[str, ...]]] = [
    ("JPN", tool(1), ("POL",)),
    ("JPN", tool(1, 5), ("POL",)),
    ("JPN", tool(2, description="for few", granular_markings=[{"marking_ref": AMBER, "selectors": ["description"]}]),
     ("POL", "EST")),
    ("EST", url(3), ("POL",)),
    ("EST", uses(4, tool(1), tool(2)), ("POL",)),
    ("JPN", uses(5, tool(1), LOST), ("POL",)),
    ("POL", tool(6, object_refs=[LOST["id"], tool(1)["id"]]), ()),
    ("POL", tool(7), ()),
]  # fmt: skip


def hidden(book: Book[Casebook], rng: Random, when: str) -> None:
    """Some of what Japan and Estonia keep from Poland; after what is visible, what visible things refer to as well."""
    dice, clock = book._chance, book.clock
    assert isinstance(dice, Dice)
    assert isinstance(clock, Standing)
    for number in range(rng.randrange(5)):
        dice.go_to(f"hidden {when} {number} {rng.random()}")
        clock.now += rng.randrange(1000)
        by = rng.choice(["JPN", "EST"])
        _state(book, rng, by, when)


def _state(book: Book[Casebook], rng: Random, by: str, when: str) -> None:
    low = rng.randrange(100, 140)
    own = [{**tool(low, rng.randrange(1, 9)), "name": f"{rng.getrandbits(64):x}"}, url(low)]
    ways: dict[str, Callable[[], object]] = {
        "objects": lambda: stated(book, by, own),
        "for another": lambda: stated(book, by, own, ["KOR"]),
        "in another collection": lambda: stated(book, by, own, into=uuid(98)),
        "a collection": lambda: book.record(
            {"intelligence-collection": {"name": uuid(rng.randrange(70, 80)), "title": "Theirs"}}, Draft(by)
        ),
        "a root": lambda: book.record({"taxii-root": {"name": f"r{low}", "title": "Theirs"}}, Draft(by)),
        "a server": lambda: book.record({"taxii-server": {"title": f"t{low}"}}, Draft(by)),
        "the collection once more": lambda: book.record(
            {"intelligence-collection": {"name": NAME, "title": "Theirs", "write": []}}, Draft(by)
        ),
        "a filing": lambda: book.record(
            {"intelligence-filed": {"collection": NAME, "thing": rng.choice([tool(7), tool(1), LOST])["id"]}}, Draft(by)
        ),
        "an edition": lambda: book.record(
            {"intelligence-edition": {"thing": tool(7)["id"], "version": tool(7)["modified"], "edition": "2.0"}},
            Draft(by),
        ),
    }
    if when == "after":
        ways |= {
            "what is referred to": lambda: stated(book, by, [LOST]),
            "a version of what is visible": lambda: stated(book, by, [tool(1, 9)], ["KOR"]),
            "words on what is visible": lambda: stated(book, by, [uses(low, tool(1), tool(7))]),
        }
    ways[rng.choice(sorted(ways))]()


def program(rng: Random, party: str = "POL") -> Program:
    """A program of a party, before a desk whose hidden facts are drawn; what is visible is the same in each."""
    clock, dice = Standing(START), Dice()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(places, "secrets", SimpleNamespace(token_hex="ab".__mul__))  # else each book has its own secret
        book: Book[Casebook] = places.in_memory(background=Background(casebook), clock=clock, chance=dice)
    for one in ("POL", "JPN", "EST", "KOR"):
        dice.go_to(f"key {one}")
        book.introduce(one)
    hidden(book, rng, "before")
    at(book, 1, "the collection")
    opened(book)
    for number, (by, what, to) in enumerate(VISIBLE):
        at(book, 2 + number, f"visible {number}")
        stated(book, by, [what], to, amber=["EST"])
    hidden(book, rng, "after")
    at(book, 100, "an appointment")
    desk = office(book=book)
    made = Program(desk, appoint(desk, "anna", party))
    if party == "POL":
        taken_back(made)
    at(book, 200, "afterwards")
    return made


def taken_back(one: Program) -> None:
    """Japan takes back what Poland was told of, and asks for some of it."""
    book = one.desk.book
    at(book, 110, "what is taken back")
    stated(book, "JPN", [tool(10), tool(11)], ("POL",))
    one.get(f"{AT}/objects/")
    for number, thing in enumerate((tool(10), tool(11))):
        at(book, 120 + number, f"taking back {number}")
        take_back(book, "JPN", str(thing["id"]), ["POL"])
    at(book, 130, "asking back")
    book.record_all(asked_back(book, "JPN", str(tool(10)["id"]), ["POL"], "Destroy it."), Draft("JPN"))


def at(book: Book[Casebook], minute: int, chance: str) -> None:
    """Set clock and chance to what they are in every world."""
    assert isinstance(book.clock, Standing)
    assert isinstance(book._chance, Dice)
    book.clock.now = instant(START) + minute * MINUTE
    book._chance.go_to(chance)


FILTERS = (
    "", "?limit=1", "?limit=2&match[version]=all", "?match[type]=tool", "?match[type]=relationship,url",
    f"?match[id]={tool(1)['id']},{LOST['id']}", "?match[version]=first", "?match[spec_version]=2.0",
    f"?added_after={quote('2026-11-26T03:20:00.000001Z')}", "?added_after=2027-01-01T00:00:00Z", "?limit=0", "?next=x",
)  # fmt: skip
PATHS = (
    "/taxii2/", "/shared/", "/shared/collections/", AT, f"{AT}/markings/", "/shared/status/none/", "/r100/", "/r101/",
    *(f"{AT}/{listing}/{asked}" for listing in ("gone", "recalls")
      for asked in ("", "?limit=1", "?added_after=2027-01-01T00:00:00Z")),
    *(f"/shared/collections/{uuid(98)}/{listing}/" for listing in ("gone", "recalls")),
    f"/shared/collections/{uuid(98)}/objects/", *(f"/shared/collections/{uuid(number)}/" for number in range(70, 80)),
    *(f"{AT}/{listing}/{asked}" for listing in ("manifest", "objects") for asked in FILTERS),
    *(f"{AT}/objects/{one['id']}/{more}" for one in (tool(1), tool(2), tool(5), LOST, tool(100), tool(110), tool(404))
      for more in ("", "?match[version]=all", "?added_after=2027-01-01T00:00:00Z", "versions/")),
)  # fmt: skip
SENT = (
    envelope(tool(8), url(9)), envelope(tool(7)), envelope(tool(1, 5)), envelope({**tool(1), "name": "x"}),
    envelope(uses(12, tool(1), LOST)), envelope({"type": "tool"}), b"{",
    envelope(LOST), envelope(tool(1, 9)), envelope(*(tool(number) for number in range(100, 140))),
    envelope(*(url(number) for number in range(100, 140))),
    envelope({**tool(13), "description": " ".join(str(tool(number)["id"]) for number in range(100, 140))}),
    envelope({**tool(14), "x_same_ref": LOST["id"]}, {**tool(900, 7), "name": "x"}, uses(120, tool(1), tool(7))),
)  # fmt: skip
Told = list[tuple[str, int, dict[str, str], bytes]]


def asked(one: Program) -> Told:
    """Everything that a program is told, pages followed to their end."""
    said: Told = []
    for path in PATHS:
        answer = one.get(path)
        said.append((path, answer.status_code, dict(answer.headers), answer.content))
        while answer.status_code == 200 and answer.json().get("next"):
            path_ = f"{path}{'&' if '?' in path else '?'}next={answer.json()['next']}"
            answer = one.get(path_)
            said.append((path_, answer.status_code, dict(answer.headers), answer.content))
    for path in PATHS:
        answer = one.options(path)
        said.append((f"what may be done at {path}", answer.status_code, dict(answer.headers), answer.content))
    return said


def written(one: Program) -> Told:
    """What becomes of what a program sends and takes back."""
    said: Told = []
    for number, body in enumerate(SENT):
        at(one.desk.book, 1000 + number, f"sent {number}")
        answer = one.post(f"{AT}/objects/", body)
        said.append((f"sent {number}", answer.status_code, dict(answer.headers), answer.content))
        if answer.status_code == 202:
            status = one.get(f"/shared/status/{answer.json()['id']}/")
            said.append((f"status {number}", status.status_code, dict(status.headers), status.content))
    for number, name in enumerate(
        (tool(7)["id"], tool(1)["id"], LOST["id"], url(3)["id"], tool(404)["id"], tool(120)["id"])
    ):
        at(one.desk.book, 1100 + number, f"taken back {number}")
        answer = one.delete(f"{AT}/objects/{name}/")
        said.append((f"taken back {name}", answer.status_code, dict(answer.headers), answer.content))
    return said


@lru_cache
def told(seed: int, party: str = "POL") -> Told:
    """All of it, with more that is hidden arriving between two rounds."""
    rng = Random(seed)
    one = program(rng, party)
    said = asked(one)
    hidden(one.desk.book, rng, "after")
    at(one.desk.book, 300, "a second round")
    said += asked(one)
    said += written(one)
    hidden(one.desk.book, rng, "after")
    assert isinstance(one.desk.book.clock, Standing)
    one.desk.book.clock.now = instant(START) + 2 * DAY
    return said + asked(one)


def test_what_is_hidden_changes_no_byte() -> None:
    expected = told(0)
    for seed in range(1, 7):
        for (path, *one), (_, *other) in zip(told(seed), expected, strict=True):
            assert one == other, (seed, path)


def test_the_variation_is_one_that_others_see() -> None:
    assert len({b"".join(content for *_, content in told(seed, "JPN")) for seed in range(4)}) > 1


def test_good_answers_are_among_those_compared() -> None:
    statuses = [status for _, status, _, _ in told(0)]
    assert statuses.count(200) > 80
    assert {202, 400, 403, 404, 422} <= set(statuses)
    assert max(statuses) < 500
    assert sum("next=" in path for path, *_ in told(0)) > 10


def test_what_is_gone_and_what_is_asked_back_are_among_what_is_told() -> None:
    one = program(Random(1))
    gone = [item["id"] for item in one.get(f"{AT}/gone/").json()["objects"]]
    assert gone == [tool(10)["id"], tool(11)["id"]]
    (question,) = one.get(f"{AT}/recalls/").json()["recalls"]
    assert [item["id"] for item in question["objects"]] == [tool(10)["id"]]
    assert (question["by"], question["says"]) == ("JPN", "Destroy it.")


def test_a_rendition_and_a_relationship_without_an_end_are_among_what_is_told() -> None:
    one = program(Random(1))
    ids = one.ids()
    assert tool(2)["id"] not in ids, "of it a property is withheld"
    assert len([name for name in ids if name.startswith("tool--")]) == 4
    assert uses(5, tool(1), LOST)["id"] not in ids
    told_ = b"".join(content for _, status, _, content in asked(one) if status == 200)
    assert str(LOST["id"]).encode() not in told_
    assert b"for few" not in told_


@pytest.mark.parametrize("stated_beside", [False, True], ids=["alone", "beside what is hidden"])
def test_when_a_consent_begins_within_a_minute_shows_whatever_else_arrives(stated_beside: bool) -> None:
    book = book_of([])
    assert isinstance(book.clock, Standing)
    opened(book)
    stated(book, "JPN", [tool(1)])
    words = {"by": "JPN", "to": ["POL"], "actions": ["read"], "scope": NAME}
    begins, ends = (stamp(book.clock.now + after * SECOND) for after in (20, 40))
    book.record({"grant": {**words, "from": begins, "until": ends}}, Draft("JPN"))
    desk = office(book=book)
    pol = Program(desk, appoint(desk, "jan", "POL"))
    told, added = [], set[str]()
    for _ in range(5):
        told.append(len(pol.ids()))
        added |= {str(one["date_added"]) for one in pol.get(f"{AT}/manifest/").json().get("objects", [])}
        book.clock.now += 10 * SECOND
        if stated_beside:
            stated(book, "JPN", [tool(book.clock.now % 997)], ["KOR"], into=uuid(98))
    assert (told, len(added), min(added) >= begins) == ([0, 0, 1, 1, 0], 1, True)
