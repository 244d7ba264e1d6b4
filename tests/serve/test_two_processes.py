"""Two servers over one book and its side files: what one does the other does not do again, nor tell late."""

from __future__ import annotations

from pathlib import Path
from threading import Thread
from typing import Any

from litestar import Request

from comity.flow.books import open as open_book
from comity.ledger.book import Draft
from comity.serve.accounts import Accounts, Person
from comity.serve.desk import Desk
from comity.serve.once import once
from comity.serve.visit import Visit
from comity.values.label import PUBLIC
from tests.serve.staff import QUICK

NOTE = {"note": {"says": "a word"}}


def desk(path: Path) -> Desk:
    book = open_book(path, create=True)
    return Desk(book, Accounts(Path(f"{path}.accounts"), book.clock, QUICK))


def visiting(at: Desk) -> Visit:
    scope: Any = {"type": "http", "path": "/api/acts", "query_string": b""}
    return Visit(at, Request(scope), Person("mari", "EST"), "en")


def test_what_was_worked_out_of_an_earlier_view_is_told_of_no_later_one(tmp_path: Path) -> None:
    one, other = desk(tmp_path / "b.comity"), desk(tmp_path / "b.comity")
    before = one.view(())
    other.book.record(NOTE, Draft(label=PUBLIC, adopt=True))
    early = one.of_view(before, "count", before.count)
    now = one.view(())
    assert one.of_view(now, "count", now.count) == early + 1


def test_a_writing_sent_to_two_servers_at_once_is_done_by_one(tmp_path: Path) -> None:
    one, other = desk(tmp_path / "b.comity"), desk(tmp_path / "b.comity")
    done, told = list[str](), list[bytes]()

    def doing(by: str) -> dict[str, object]:
        done.append(by)
        return {"by": by}

    def meanwhile() -> None:
        told.append(once(visiting(other), "k", {}, lambda: doing("other")).content)

    def slowly() -> dict[str, object]:
        thread.start()
        thread.join(0.5)
        assert thread.is_alive(), "the other waits"
        return doing("one")

    thread = Thread(target=meanwhile)
    answer = once(visiting(one), "k", {}, slowly)
    thread.join()
    assert done == ["one"]
    assert told == [answer.content]
