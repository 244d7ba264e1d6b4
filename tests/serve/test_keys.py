"""The keys of one's nation: made, replaced and revoked on a page, each shown before it is signed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from comity.casebook.book import Casebook, casebook
from comity.flow.own_agreements import Background
from comity.ledger import places
from comity.ledger.book import Book
from comity.ledger.verify import verify
from comity.serve.accounts import Person
from comity.serve.desk import Desk
from tests.serve.desks import START, Standing, Visitor
from tests.serve.staff import appoint, at, office


def a_file(path: Path, clock: Standing | None = None) -> Book[Casebook]:
    made = places.open_file if path.exists() else places.create
    return made(path, background=Background(casebook), clock=clock or Standing(START))


def kept(tmp_path: Path) -> tuple[Desk, Visitor]:
    """A desk over a book in a file, with Estonia's key beside it, and its key holder."""
    book = a_file(tmp_path / "book")
    book.introduce("EST")
    book.introduce("JPN")
    desk = office(book=book)
    return desk, at(desk, appoint(desk, "mari", "EST"))


def shown(visitor: Visitor) -> list[tuple[str, str, str]]:
    """The keys on the page: id, state, whether it is here."""
    row = r"<code>(\w+)</code></th><td>(\w+)</td><td>.+?</td><td>.+?</td><td>(\w+)</td>"
    return re.findall(row, visitor.get("/keys").text)


def live(desk: Desk, party: str = "EST") -> list[str]:
    return [key.id for key in desk.book.keys.live(party, desk.book.store.head().size + 1)]


def test_a_key_is_replaced_when_what_is_shown_is_signed(tmp_path: Path) -> None:
    desk, mari = kept(tmp_path)
    ((old, *state),) = shown(mari)
    assert state == ["live", "yes"]
    drafted = mari.post("/keys/rotate", {"key": old})
    page = mari.get(drafted.headers["location"]).text
    assert f"in place of {old}" in page
    assert f"replaces&#34;:&#34;{old}" in page, "the very bytes"
    assert live(desk) == [old], "nothing has happened yet"
    mari.sign(drafted)
    (new,) = live(desk)
    assert shown(mari) == [(old, "rotated", "yes"), (new, "live", "yes")]
    appoint(desk, "jaan", "EST")  # signed with the new one
    reopened = a_file(tmp_path / "book")
    assert [key.id for key in reopened.keys.live("EST", 99)] == [new]
    assert list(verify(reopened.store)) == []
    reopened.close()
    desk.book.close()


def test_a_draft_that_was_left_makes_no_second_key(tmp_path: Path) -> None:
    desk, mari = kept(tmp_path)
    (old,) = live(desk)
    for _ in range(3):
        mari.post("/keys/rotate", {"key": old})
    assert len(list((tmp_path / "book.keys").glob("EST-*.pem"))) == 2
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "book.keys").glob("*.pem")} == {0o600}
    desk.book.close()


def test_a_revoked_key_speaks_no_more_and_a_first_one_is_made_again(tmp_path: Path) -> None:
    desk, mari = kept(tmp_path)
    (old,) = live(desk)
    drafted = mari.post("/keys/revoke", {"key": old})
    assert "It is the last one" in mari.get(drafted.headers["location"]).text
    mari.sign(drafted)
    assert shown(mari) == [(old, "revoked", "yes")]
    assert mari.post("/keys/revoke", {"key": old}).status_code == 403
    assert "Make a key" in mari.get("/keys").text
    drafted = mari.post("/keys/make")
    assert "signed with the book" in mari.get(drafted.headers["location"]).text
    mari.sign(drafted)
    (new,) = live(desk)
    assert shown(mari) == [(old, "revoked", "yes"), (new, "live", "yes")]
    assert mari.post("/keys/make").status_code == 403, "there is one now"
    desk.book.close()


@pytest.mark.parametrize("path", ["/keys/rotate", "/keys/revoke"])
def test_a_key_on_another_machine_is_left_to_it(tmp_path: Path, path: str) -> None:
    desk, mari = kept(tmp_path)
    (old,) = live(desk)
    desk.book.close()
    for file in (tmp_path / "book.keys").glob("EST-*.pem"):
        file.unlink()
    desk = office(book=a_file(tmp_path / "book"))
    mari = at(desk, Person("mari", "EST"))
    assert shown(mari) == [(old, "live", "no")]
    told = mari.post(path, {"key": old})
    assert told.status_code == 403
    assert "there is no live key of EST here" in told.text
    assert "use the machine that holds it" in told.text
    assert not list((tmp_path / "book.keys").glob("EST-*.pem"))
    desk.book.close()


def test_another_nations_key_is_none_of_ones_own(tmp_path: Path) -> None:
    desk, mari = kept(tmp_path)
    (theirs,) = live(desk, "JPN")
    assert theirs not in mari.get("/keys").text
    for path in ("/keys/rotate", "/keys/revoke"):
        assert mari.post(path, {"key": theirs}).status_code == 404
    assert live(desk, "JPN") == [theirs]
    desk.book.close()
