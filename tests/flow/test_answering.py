"""What is answered is named without a slip, and what was answered for good is asked no more."""

from __future__ import annotations

import pytest

from comity.casebook.book import Casebook
from comity.flow.meant import means
from comity.flow.recall_answers import questions
from comity.flow.recalls import RECALL, Done, receipt
from comity.flow.release_told import asked_table
from comity.ledger.book import Book, Draft
from tests.serve.desks import Stated, book_of

ID, THING = "c0ffee" * 10, "report--5e6b41a4-6a29-4e1d-8e62-66f4a3a4a111"
NAMES = {
    "the whole title": ("Port watch", True),
    "a part of the title": ("Port", False),
    "the title in other letters": ("port watch", False),
    "the whole id": (ID, True),
    "six letters of the id": ("c0ffee", True),
    "five letters of the id": ("c0ffe", False),
    "one letter": ("c", False),
    "the end of the id": (ID[6:-1] + "x", False),
    "six letters of the thing's id": ("report", True),
    "nothing": ("", False),
}


@pytest.mark.parametrize(("name", "meant"), NAMES.values(), ids=NAMES)
def test_a_title_means_its_whole_and_an_id_no_fewer_than_six_letters(name: str, meant: bool) -> None:
    assert means(name, [ID, THING], "Port watch") is meant


def test_an_id_shorter_than_six_letters_is_meant_by_its_whole() -> None:
    assert means("abc", ["abc"])
    assert not means("", [""], "")


def asked() -> Book[Casebook]:
    """Japan asks Poland to give two things back."""
    line = {"by": "JPN", "release": "0" * 64, "to": ["POL"], "of": []}
    return book_of([Stated(name, {RECALL: {**line, "thing": name}}, "JPN") for name in ("one", "two")])


def answer(book: Book[Casebook], place: int, done: Done, *to: str) -> None:
    book.record(receipt(questions(book, "POL")[place].asked, "POL", done, to), Draft("POL"))


def test_a_question_waits_until_the_thing_is_gone() -> None:
    book = asked()
    assert [one.settled for one in questions(book, "POL")] == [False, False]
    answer(book, 0, Done.HIDDEN)
    answer(book, 1, Done.RETURNED)
    assert [(one.settled, one.answer and one.answer.done) for one in questions(book, "POL")] == [
        (False, Done.HIDDEN), (True, Done.RETURNED),
    ]  # fmt: skip
    answer(book, 0, Done.DESTROYED)
    assert [one.settled for one in questions(book, "POL")] == [True, True]
    table = asked_table(questions(book, "POL"))
    assert [row[table.columns.index("answered")] for row in table.rows] == ["destroyed", "returned"]


def test_an_answer_of_another_settles_nothing_of_ours() -> None:
    line: dict[str, object] = {"by": "JPN", "release": "0" * 64, "to": ["KOR", "POL"], "of": [], "thing": "one"}
    book = book_of([Stated("one", {RECALL: line}, "JPN")])
    book.record(receipt(questions(book, "KOR")[0].asked, "KOR", Done.DESTROYED), Draft("KOR"))
    assert [one.settled for one in questions(book, "POL")] == [False]
    assert [one.settled for one in questions(book, "KOR")] == [True]
