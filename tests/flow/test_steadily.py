"""What rests on what was read is worked out anew whenever something arrives meanwhile, and given up in the end."""

from __future__ import annotations

import pytest

from comity.casebook.book import Casebook
from comity.flow.books import open as open_book
from comity.flow.steadily import TRIES, steadily
from comity.ledger.book import Book, Draft, MovedOn


def told(book: Book[Casebook], title: str, size: int | None = None) -> str:
    return book.record({"report": {"by": "EST", "thing": title, "title": title}}, Draft("EST", size=size)).id


@pytest.fixture
def book() -> Book[Casebook]:
    made = open_book()
    made.introduce("EST")
    return made


@pytest.mark.parametrize("disturbed", [0, 1, TRIES - 1])
def test_what_moved_on_is_worked_out_anew(disturbed: int, book: Book[Casebook]) -> None:
    sizes = list[int]()

    def attempt(size: int) -> str:
        sizes.append(size)
        if len(sizes) <= disturbed:
            told(book, f"meanwhile {len(sizes)}")
        return told(book, "decided", size)

    assert book.find(steadily(book, attempt)) is not None
    assert sizes == [sizes[0] + number for number in range(disturbed + 1)]


def test_a_book_that_never_holds_still_is_told_and_nothing_is_stated(book: Book[Casebook]) -> None:
    before, tries = book.store.head().size, list[int]()

    def attempt(size: int) -> str:
        tries.append(size)
        told(book, f"meanwhile {size}")
        return told(book, "decided", size)

    with pytest.raises(MovedOn):
        steadily(book, attempt)
    assert len(tries) == TRIES
    assert book.store.head().size == before + TRIES
