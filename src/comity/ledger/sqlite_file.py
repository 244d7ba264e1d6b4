"""One SQLite file that holds a book: how it is connected to, and how its complaints are told.

Rules:
1. What SQLite complains of is told as ours: the environment's fault (full, read-only, busy, no such folder) or the
   file's (damaged, or no book at all).
2. A file that may not be written is read all the same, if need be as one that nobody changes.
3. A file that is no book is left as it is.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from threading import RLock
from typing import Any
from urllib.parse import quote

from sqlalchemy import Executable, create_engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import StaticPool

from comity.errors import ComityError, Corrupt, Malformed, Unavailable
from comity.ledger import schema

PATIENCE = 30.0
"""Seconds a writer waits for another."""
CACHE = 8 * 1024
"""KiB of the file that SQLite holds itself; what it holds no more is still in the system's own cache."""

NO_BOOK = "name a file that `comity ledger init` made"
_NEXT_STEP = {
    "SQLITE_FULL": (Unavailable, "the disk is full", "free some space; nothing of what was being added is in the book"),
    "SQLITE_IOERR": (Unavailable, "the disk failed", "check the disk; then run `comity ledger verify`"),
    "SQLITE_READONLY": (Unavailable, "the file may not be written", "check its permissions, and those of its folder"),
    "SQLITE_BUSY": (Unavailable, "another program is writing to the book", "try again when it has finished"),
    "SQLITE_LOCKED": (Unavailable, "another program is writing to the book", "try again when it has finished"),
    "SQLITE_CANTOPEN": (Unavailable, "the file cannot be opened", "check the path, and `comity ledger init` makes one"),
    "SQLITE_PERM": (Unavailable, "the file may not be opened", "check its permissions"),
    "SQLITE_NOTADB": (Malformed, "this file is no book", NO_BOOK),
    "SQLITE_CORRUPT": (Corrupt, "the file is damaged", "restore it from a copy; keep the damaged one as evidence"),
}


class Named:
    """Tells SQLite's complaints as ours: rule 1."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __enter__(self) -> None:
        """Nothing is to be done."""

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        """Tell the complaint, if it is SQLite's."""
        if isinstance(error, sqlite3.Error | DBAPIError):
            raise told(error, self.path) from error


class SQLiteFile:
    """A connection to one file, used by one thread at a time."""

    def __init__(self, path: Path, *, writable: bool) -> None:
        """Connect to a file that holds a book."""
        self.path = path
        self.writable = writable
        self._lock = RLock()
        self._named = Named(path)
        self._engine = create_engine(
            "sqlite://", creator=lambda: connect(path, writable=writable), poolclass=StaticPool
        )
        with self._named:
            self._connection = self._engine.connect()
            self._raw: sqlite3.Connection = self._connection.connection.dbapi_connection  # type: ignore[assignment]

    def _fetched(self, query: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
        with self._lock, self._named:
            return self._raw.execute(query, values).fetchall()

    def _all(self, query: Executable) -> list[Any]:
        with self._lock, self._named:
            return list(self._connection.execute(query))

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()
            self._engine.dispose()


def told(error: Exception, path: Path) -> ComityError:
    """SQLite's complaint as one of ours: rule 1."""
    origin = error.orig if isinstance(error, DBAPIError) else error
    name = getattr(origin, "sqlite_errorname", "") or ""
    for prefix, (kind, says, next_step) in _NEXT_STEP.items():
        if name.startswith(prefix):
            return kind(f"{says} ({origin})", where=str(path), next_step=next_step)
    return Corrupt(f"the book refused: {origin}", where=str(path), next_step="run `comity ledger verify`")


def connect(path: Path, *, writable: bool, new: bool = False) -> sqlite3.Connection:
    """Connect to a file: rules 2 and 3."""
    mode = "rwc" if new else "rw" if writable else "ro"
    raw = sqlite3.connect(
        _uri(path, f"mode={mode}"), uri=True, timeout=PATIENCE, isolation_level=None, check_same_thread=False
    )
    try:
        if not new:
            _check_book(raw, path)
        if writable:
            raw.execute("PRAGMA journal_mode = WAL")
            raw.execute("PRAGMA synchronous = FULL")
        raw.execute(f"PRAGMA cache_size = -{CACHE}")
    except sqlite3.OperationalError as error:
        raw.close()
        if writable or error.sqlite_errorname != "SQLITE_CANTOPEN":
            raise
        return sqlite3.connect(_uri(path, "immutable=1"), uri=True, isolation_level=None, check_same_thread=False)
    except BaseException:
        raw.close()
        raise
    return raw


def _check_book(raw: sqlite3.Connection, path: Path) -> None:
    """Refuse a file that is no book before anything is changed in it: rule 3."""
    if raw.execute("PRAGMA application_id").fetchone() != (schema.APPLICATION,):
        raise Malformed("this file is no book", where=str(path), next_step=NO_BOOK)


def _uri(path: Path, options: str) -> str:
    return f"file:{quote(str(path.absolute()))}?{options}"
