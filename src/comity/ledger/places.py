"""Where books are kept: made, opened, or held in memory."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from comity.errors import Malformed, Unavailable
from comity.ledger.background import Background
from comity.ledger.book import UNMARKED, Book, now
from comity.ledger.keyring import Chance, Keyring, Passphrase, no_passphrase
from comity.ledger.memory import MemoryStore
from comity.ledger.sign import book_name
from comity.values.instant import Instant
from comity.values.reading import BOOK

C = TypeVar("C")
NOTHING_CLASSIFIED = (UNMARKED,)


def keys_of(path: Path) -> Path:
    """The folder with the private keys for a book: beside it.

    Raises:
        Unavailable: the path names no file.
    """
    if not path.name:
        raise Unavailable(f"{str(path)!r} is no file", where=str(path), next_step="name the book's file")
    return path.with_name(f"{path.name}.keys")


def _properties(keyring: Keyring, ceiling: Sequence[str]) -> dict[str, str]:
    words = [word.strip() for word in ceiling if word.strip()]
    if not words:
        raise Malformed("a book states what it may hold", field="ceiling", next_step=f"such as {UNMARKED}")
    node, ceiling_, salt = keyring.generate(BOOK)[1].hex(), "\n".join(words), secrets.token_hex(16)
    return {"book": book_name(node, ceiling_, salt), "node": node, "ceiling": ceiling_, "salt": salt}


def in_memory(
    *,
    background: Background[C],
    clock: Callable[[], Instant] = now,
    ceiling: Sequence[str] = NOTHING_CLASSIFIED,
    chance: Chance = secrets.token_bytes,
) -> Book[C]:
    """A book that lives as long as the process; it makes the keys it needs."""
    keyring = Keyring(chance=chance)
    store = MemoryStore(_properties(keyring, ceiling))
    return Book(store, keyring, background=background, clock=clock, chance=chance)


def create(
    path: Path,
    *,
    background: Background[C],
    clock: Callable[[], Instant] = now,
    ceiling: Sequence[str] = NOTHING_CLASSIFIED,
    passphrase: Passphrase = no_passphrase,
) -> Book[C]:
    """Make a book in a new file, and the node's key in the folder beside it.

    Raises:
        Refused: there is a file already.
        Unavailable: the file cannot be made.
    """
    from comity.ledger import sqlite

    sqlite.check_free(path)
    keyring = Keyring(keys_of(path), passphrase)
    store = sqlite.create(path, _properties(keyring, ceiling))
    return Book(store, keyring, background=background, clock=clock)


def open_file(
    path: Path,
    *,
    background: Background[C],
    clock: Callable[[], Instant] = now,
    passphrase: Passphrase = no_passphrase,
) -> Book[C]:
    """Open the book in a file.

    Raises:
        Unavailable: there is no such file, or it cannot be read.
        Malformed: the file is no book.
    """
    from comity.ledger import sqlite

    store = sqlite.open_store(path)
    return Book(store, Keyring(keys_of(path), passphrase), background=background, clock=clock)


def beside(book: Book[C], background: Background[C]) -> Book[C] | None:
    """The same book by a connection of its own, for another thread; None for a book in memory, which has but one."""
    from comity.ledger import sqlite

    if not isinstance(book.store, sqlite.SQLiteStore):
        return None
    return Book(sqlite.open_store(book.store.path), book.keyring, background=background, clock=book.clock)
