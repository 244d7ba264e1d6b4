"""One file that is brought in twice at the same time is here once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from comity.casebook.book import Casebook
from comity.flow import intelligence_import, taxii_intake
from comity.flow.books import open as open_book
from comity.flow.intelligence_import import How, Interrupted, Plan, plan
from comity.flow.taxii_rooms import Collection
from comity.ledger.book import Book, Draft, MovedOn
from tests.serve.exchanging import Object, envelope, tool, uses


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


def test_what_refers_to_something_that_is_not_here_yet_is_brought_in_once(tmp_path: Path) -> None:
    book, tie = made(tmp_path / "b.comity"), uses(4, tool(1), tool(2))
    assert planned(book, tie).commit().objects == 1
    assert [one.fate for one in planned(book, tie).rows] == ["known"]
    (bad,) = planned(book, {**tie, "description": "otherwise"}).bad
    assert "is here already, with other content" in str(bad)
    assert planned(book, tie, by="EST").new == 1, "what another stated is not compared"
    assert planned(book, tie, tool(1), tool(2)).commit().objects == 2
    assert things(book) == ["01", "02", "04"]


def test_a_part_of_ones_own_on_what_is_not_seen_stands_in_nobodys_way(tmp_path: Path) -> None:
    book, tie = made(tmp_path / "b.comity"), uses(4, tool(1), tool(2))
    part = {"thing": tie["id"], "version": tie["modified"], "type": "relationship", "part": True,
            "stix": json.dumps({"description": "of ours"}), "label": [{"owner": "POL", "scope": "notes"}]}  # fmt: skip
    book.record({"intelligence": part}, Draft("POL"))
    assert planned(book, tie).commit().objects == 1


def test_an_import_that_was_ended_in_the_middle_adds_the_rest_and_nothing_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intelligence_import, "BATCH", 2)
    book = made(tmp_path / "b.comity")
    every = [uses(4, tool(1), tool(3)), tool(1), uses(5, tool(1), tool(2)), tool(2), tool(3)]

    def told(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(Interrupted):
        planned(book, *every).commit(told)
    assert planned(book, *every).commit().objects == 3
    assert things(book) == ["01", "02", "03", "04", "05"]


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


RED = "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed"


def test_a_part_of_what_came_before_that_is_let_to_more_is_told_and_what_is_let_alike_is_not(tmp_path: Path) -> None:
    book = made(tmp_path / "b.comity")
    parts = [{"marking_ref": RED, "selectors": ["description"]}]
    first = tool(1, description="of ours", granular_markings=parts)
    how = How("POL", "tools", ("EST",))
    plan(book, json.dumps([first]).encode(), how).commit()
    later = {**first, "modified": "2027-01-01T00:00:00.000Z"}
    assert not plan(book, json.dumps([later]).encode(), how).stricter
    (told,) = plan(book, json.dumps([later]).encode(), How("POL", "tools", ())).stricter
    assert (told.shut_out, len(told.others)) == (("EST",), 1)
