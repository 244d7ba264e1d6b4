"""Books with the casebook under them: opened from a file, made, or held in memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from comity.casebook.book import Casebook, casebook
from comity.flow.own_agreements import Background
from comity.ledger import places
from comity.ledger.book import Book, now
from comity.ledger.keyring import Passphrase, no_passphrase
from comity.values.instant import Instant


def open(  # noqa: A001  # the name a user knows from everything that is opened
    path: str | Path | None = None,
    *,
    create: bool = False,
    ceiling: Sequence[str] = places.NOTHING_CLASSIFIED,
    passphrase: Passphrase = no_passphrase,
    clock: Callable[[], Instant] = now,
) -> Book[Casebook]:
    """Open a book; without a path, one in memory that answers from the casebook.

    Args:
        path: the book's file.
        create: make the book if the file is not there.
        ceiling: the classifications a new book may hold.
        passphrase: how to learn the passphrase of a party's key.
        clock: what tells the instant.

    Raises:
        Unavailable: the file is not there, or cannot be read or made.
        Malformed: the file is no book.
    """
    background = Background(casebook)
    if path is None:
        return places.in_memory(background=background, clock=clock, ceiling=ceiling)
    where = Path(path)
    if create and not where.exists():
        return places.create(where, background=background, clock=clock, ceiling=ceiling, passphrase=passphrase)
    return places.open_file(where, background=background, clock=clock, passphrase=passphrase)


def beside(book: Book[Casebook]) -> Book[Casebook] | None:
    """The same book by a connection of its own, for another thread; None for a book in memory, which has but one."""
    return places.beside(book, Background(casebook))
