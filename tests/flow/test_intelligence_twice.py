"""One file that is brought in twice at the same time is here once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from comity.casebook.book import Casebook
from comity.flow import intelligence_import, taxii_intake
from comity.flow.books import open as open_book
from comity.flow.intelligence_import import How, Plan, plan
from comity.flow.taxii_rooms import Collection
from comity.ledger.book import Book, MovedOn
from tests.serve.exchanging import Object, envelope, tool


def made(path: Path) -> Book[Casebook]:
    book = open_book(path, create=True)
    book.introduce("POL")
    book.introduce("EST")
    return book


def planned(book: Book[Casebook], *objects: Object, by: str = "POL") -> Plan[Casebook]:
    return plan(book, json.dumps(objects).encode(), How(by, "tools", ("*",)))


def things(book: Book[Casebook]) -> list[str]:
    return sorted(str(seen.record.body["thing"])[-2:] for seen in book.view("POL").records(["intelligence"]))


def test_what_was_brought_in_since_it_was_planned_is_not_brought_in_again(tmp_path: Path) -> None:
    one, other = made(tmp_path / "b.comity"), open_book(tmp_path / "b.comity")
    plans = [planned(one, tool(1), tool(2)), planned(other, tool(2), tool(3))]
    assert plans[0].commit().objects == 2
    with pytest.raises(MovedOn):
        plans[1].commit()
    assert planned(other, tool(2), tool(3)).commit().objects == 1
    assert things(one) == ["01", "02", "03"]


def test_what_others_bring_in_or_is_about_something_else_stands_in_nobodys_way(tmp_path: Path) -> None:
    one, other = made(tmp_path / "b.comity"), open_book(tmp_path / "b.comity")
    waiting = planned(one, tool(1), tool(2))
    planned(other, tool(3)).commit()
    planned(other, tool(1), by="EST").commit()
    assert waiting.commit().objects == 2


def test_every_batch_is_held_against_what_arrived_since_the_one_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intelligence_import, "BATCH", 1)
    one, other = made(tmp_path / "b.comity"), open_book(tmp_path / "b.comity")
    late = planned(other, tool(3))
    waiting = planned(one, tool(1), tool(1, 2), tool(2), tool(3))

    def told(_: str, done: int, total: int) -> None:
        if (done, total) == (2, 4):
            late.commit()

    with pytest.raises(MovedOn):
        waiting.commit(told)
    assert things(one) == ["01", "01", "03"]
    assert planned(one, tool(1), tool(1, 2), tool(2), tool(3)).commit().objects == 1


def test_an_envelope_of_which_some_was_brought_in_meanwhile_is_taken_in_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = made(tmp_path / "b.comity"), open_book(tmp_path / "b.comity")
    meanwhile = [planned(other, tool(1))]

    def planning(book: Book[Casebook], data: bytes, how: How, where: str) -> Plan[Casebook]:
        found = plan(book, data, how, where)
        while meanwhile:
            meanwhile.pop().commit()
        return found

    monkeypatch.setattr(taxii_intake, "plan", planning)
    intake = taxii_intake.taken(one, "POL", Collection("c", "shared", "C"), envelope(tool(1), tool(2)))
    assert [len(intake.successes), len(intake.failures)] == [2, 0]
    assert things(one) == ["01", "02"]


def test_what_is_stated_beside_it_in_the_older_stix_stands_in_nobodys_way(tmp_path: Path) -> None:
    book = made(tmp_path / "b.comity")
    old = {field: value for field, value in tool(1).items() if field != "spec_version"} | {"labels": ["remote-access"]}
    intake = taxii_intake.taken(book, "POL", Collection("c", "shared", "C"), envelope(old))
    assert [len(intake.successes), len(intake.failures)] == [1, 0]
    assert things(book) == ["01"]
