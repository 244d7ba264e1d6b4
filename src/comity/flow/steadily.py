"""Stating what rests on what was read, however many do so at once: read, decide and write on the same facts.

If anything arrives between the reading and the writing, nothing is written, and it is worked out anew.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from comity.casebook.book import Casebook
from comity.ledger.book import Book, MovedOn

T = TypeVar("T")
TRIES = 20


def steadily(book: Book[Casebook], attempt: Callable[[int], T]) -> T:
    """What an attempt comes to that nothing arrived during.

    Args:
        book: the book.
        attempt: reads, decides and writes, on the condition that the book holds as many facts as it is told
            (`comity.ledger.drafting.Draft.size`).

    Raises:
        MovedOn: the book never held still.
    """
    for _ in range(TRIES - 1):
        try:
            return attempt(book.store.head().size)
        except MovedOn:
            continue
    return attempt(book.store.head().size)
