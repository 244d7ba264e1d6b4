"""What a book holds, cell by cell, for verifying it: nothing is taken on trust, not even that a number is a number.

Rules:
1. Every row of a table is read as it is kept. SQLite lets text stand where bytes or numbers were promised, and text
   that is none; here neither ends the reading.
2. A cell that holds what it may not is named with its column, and its row is told as far as it can be.
3. A table that cannot be read, or not to its end, is told as that; what was read before it stands.
4. A file is read through a connection of its own that changes nothing, as it stood when the reading began.
5. The triggers that refuse changes and the indexes are looked for by name: a file without one of them was meddled with.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from comity.ledger import schema
from comity.ledger.store import PROPERTIES, Reader

Cells = tuple[object, ...]
Check = Callable[[object], bool]


class Tables(Protocol):
    """Tables whose rows can be read as they are."""

    def rows(self, table: str) -> Iterator[Cells]:
        """The rows of a table in the order of its key, in the columns that `COLUMNS` names.

        Raises:
            Unreadable: the table, or the rest of it, cannot be read.
        """

    def lost(self) -> list[str]:
        """The names of the triggers and indexes that should be there and are not."""


class Unreadable(Exception):  # not an error of the user's: told as a finding
    """A table cannot be read, or not to its end."""


def _whole(cell: object) -> bool:
    return type(cell) is int


def _count(cell: object) -> bool:
    return type(cell) is int and cell >= 0


def _place(cell: object) -> bool:
    return type(cell) is int and cell > 0


def _text(cell: object) -> bool:
    return type(cell) is str


def _bytes(cell: object) -> bool:
    return type(cell) is bytes


def _hash(cell: object) -> bool:
    return type(cell) is bytes and len(cell) == 32


def _hashes(cell: object) -> bool:
    return type(cell) is bytes and len(cell) % 32 == 0


def _or_none(check: Check) -> Check:
    return lambda cell: cell is None or check(cell)


COLUMNS: dict[str, dict[str, Check]] = {
    "property": {"name": _text, "value": _text},
    "label": {"number": _whole, "digest": _hash, "atoms": _bytes},
    "batch": {"number": _whole, "issuer": _text, "leaves": _hashes},
    "signature": {"batch": _whole, "key": _text, "signed": _bytes},
    "fact": {
        "position": _place, "address": _hash, "kind": _text, "issuer": _text, "label": _whole, "arrived": _whole,
        "starts": _whole, "ends": _whole, "supersedes": _or_none(_hash), "batch": _whole, "leaf": _count,
        "data": _bytes, "chain": _hash,
    },
    "link": {
        "issuer": _text, "recipient": _text, "seq": _whole, "address": _hash, "hash": _hash, "key": _or_none(_text),
        "signed": _or_none(_bytes),
    },
    "head": {"size": _whole, "chain": _hash, "arrived": _whole, "signed": _bytes},
}  # fmt: skip
"""What each column of each table may hold; the order is that of the rows in `comity.ledger.store`."""

_ORDER = {
    "property": "name", "label": "number", "batch": "number", "signature": "batch, key", "fact": "position",
    "link": "issuer, recipient, seq, address", "head": "size",
}  # fmt: skip


def wrong(table: str, row: Cells) -> list[str]:
    """The columns of a row whose cells hold what they may not: rule 2."""
    return [name for (name, fits), cell in zip(COLUMNS[table].items(), row, strict=True) if not fits(cell)]


def what(cell: object) -> str:
    """What a cell holds, in words."""
    match cell:
        case None:
            return "nothing"
        case bool() | int() | float():
            return "a number"
        case str():
            return "text"
        case bytes():
            return f"{len(cell)} bytes"
        case _:
            return "something else"


@dataclass(frozen=True, slots=True)
class _File:
    """The tables of a file."""

    raw: sqlite3.Connection

    def rows(self, table: str) -> Iterator[Cells]:
        """Rules 1 and 3."""
        names = ", ".join(f'"{name}"' for name in COLUMNS[table])
        try:
            yield from self.raw.execute(f"SELECT {names} FROM {table} ORDER BY {_ORDER[table]}")  # noqa: S608  # ours
        except sqlite3.Error as error:
            raise Unreadable(str(error)) from error

    def lost(self) -> list[str]:
        """Rule 5."""
        kept = {name for (name,) in self.raw.execute("SELECT name FROM sqlite_master")}
        return sorted(schema.own_names() - kept)


@dataclass(frozen=True, slots=True)
class _Kept:
    """The tables of a store that keeps what it was given, such as one in memory."""

    store: Reader

    def rows(self, table: str) -> Iterator[Cells]:
        """The rows, which are what they were when they came in."""
        labels = ((number, sha256(atoms).digest(), atoms) for number, atoms in self.store.labels().items())
        found: dict[str, Callable[[], Iterable[Cells]]] = {
            "property": lambda: (
                (name, value) for name in PROPERTIES if (value := self.store.property(name)) is not None
            ),
            "label": lambda: labels,
            "batch": self.store.batches,
            "signature": self.store.signatures,
            "fact": self.store.rows,
            "link": self.store.links,
            "head": self.store.heads,
        }
        yield from found[table]()

    def lost(self) -> list[str]:
        """None: nobody but the store itself can change it."""
        return []


@contextmanager
def tables(store: Reader) -> Iterator[Tables]:
    """The tables of a store: rule 4."""
    path = getattr(store, "path", None)
    if not isinstance(path, Path):
        yield _Kept(store)
        return
    from comity.ledger.sqlite_file import connect

    with closing(connect(path, writable=False)) as raw:
        raw.text_factory = _as_text
        raw.execute("BEGIN")
        yield _File(raw)


def _as_text(kept: bytes) -> str | bytes:
    """Text, or the bytes where they are none: rule 1."""
    try:
        return kept.decode()
    except UnicodeDecodeError:
        return kept
