"""An index derived from the log: what a room wants to find quickly, kept beside the book and made again at any time.

Rules:
1. It is a function of the log and never the truth. It follows the log by position; whoever serves what it finds reads
   the fact itself in a view, which asks again whether it may be read.
2. It lies in `BOOK.index` beside the book; for a book in memory, and where that file cannot be written, in memory.
3. It says which book it follows, how far, and the link of the book's chain there. One that is damaged, of another book,
   of another version, or that followed another log, is made again.
4. A step forward is one transaction: a kill leaves the index where it was before it. Of two processes one steps at a
   time, and each goes on from where the other came to.
"""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from threading import RLock
from typing import Protocol
from urllib.parse import quote

from comity.ledger.store import START, Row, Store

APPLICATION = 0x434F4958  # "COIX"
STEP = 4096
"""Facts that one step takes in."""
PATIENCE = 30.0
CACHE = 8 * 1024
Cell = int | str | bytes | None
Cells = tuple[Cell, ...]


class Tables(Protocol):
    """Tables that can be asked and added to."""

    def ask(self, query: str, values: Sequence[Cell] = ()) -> list[Cells]:
        """The rows that a query finds."""

    def add(self, statement: str, rows: Iterable[Sequence[Cell]]) -> None:
        """Run a statement for each of some rows."""


class Plan(Protocol):
    """What an index holds, and how it is made from facts."""

    version: int
    kinds: tuple[str, ...]
    tables: tuple[str, ...]

    def take(self, tables: Tables, rows: Sequence[Row]) -> None:
        """Add what some facts come to, in order of arrival."""

    def forget(self) -> None:
        """Forget what was remembered of the tables: they are being made again, or a step was not finished."""


class Derived:
    """An index over a store: rules 1 to 4."""

    def __init__(self, store: Store, book: str, plan: Plan) -> None:
        self._store, self._book, self._plan = store, book, plan
        self._lock = RLock()
        self._path = _beside(store)
        self._raw: sqlite3.Connection | None = None
        self.generation = ""
        self._reached = 0

    def follow(self, told: Callable[[int, int], None] = lambda done, total: None) -> None:
        """Catch up with the log.

        Args:
            told: is told how many facts of how many were looked at, after each step.
        """
        with self._lock:
            size = self._store.head().size
            if self._raw is not None and self._reached >= size:
                return
            try:
                self._follow(size, told)
            except sqlite3.Error as error:
                self._give_up(error)
                self._follow(size, told)

    def _follow(self, size: int, told: Callable[[int, int], None]) -> None:
        while self._step() < size:
            told(self._reached, size)

    def _step(self) -> int:
        """Take in the next facts: rule 4."""
        raw = self._opened()
        try:
            with _writing(raw):
                since = self._since(raw)
                head = self._store.head()
                rows = list(islice(self._store.rows(since, head.size, self._plan.kinds), STEP))
                position, chain = (rows[-1].position, rows[-1].chain) if len(rows) == STEP else (head.size, head.chain)
                self._plan.take(self, rows)
                raw.execute("UPDATE followed SET position = ?, chain = ?", (position, chain))
        except BaseException:
            self._plan.forget()
            self._reached = 0
            raise
        self._reached = position
        return position

    def _since(self, raw: sqlite3.Connection) -> int:
        """How far the index goes; it is made again where it does not go along this log: rule 3."""
        found = raw.execute("SELECT book, version, generation, position, chain FROM followed").fetchall()
        if len(found) != 1 or not self._goes_along(found[0]):
            return self._remake(raw)
        if found[0][2] != self.generation:
            self._plan.forget()
            self.generation = str(found[0][2])
        return int(found[0][3])

    def _goes_along(self, found: tuple[object, ...]) -> bool:
        book, version, _, position, chain = found
        if (book, version) != (self._book, self._plan.version) or not isinstance(position, int):
            return False
        if position == 0:
            return chain == START.chain
        last = next(iter(self._store.rows(position - 1, position)), None)
        return last is not None and last.chain == chain

    def _remake(self, raw: sqlite3.Connection) -> int:
        """Empty tables: rule 3."""
        self._plan.forget()
        named = raw.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        for (name,) in sorted(named.fetchall(), key=len):
            raw.execute(f'DROP TABLE IF EXISTS "{name}"')
        self.generation = secrets.token_hex(16)
        raw.execute("CREATE TABLE followed (book TEXT, version INTEGER, generation TEXT, position INTEGER, chain BLOB)")
        row = (self._book, self._plan.version, self.generation, 0, START.chain)
        raw.execute("INSERT INTO followed VALUES (?, ?, ?, ?, ?)", row)
        for statement in self._plan.tables:
            raw.execute(statement)
        return 0

    @property
    def reached(self) -> int:
        """How many facts of the log it has followed."""
        return self._reached

    @contextmanager
    def still(self) -> Iterator[None]:
        """Keep the index as it is for a while: nobody else of this process steps on."""
        with self._lock:
            yield

    def ask(self, query: str, values: Sequence[Cell] = ()) -> list[Cells]:
        """The rows that a query finds."""
        with self._lock:
            return self._opened().execute(query, values).fetchall()

    def add(self, statement: str, rows: Iterable[Sequence[Cell]]) -> None:
        """Run a statement for each of some rows, within a step."""
        self._opened().executemany(statement, rows)

    def make_again(self) -> None:
        """Throw the index away: it was found wrong."""
        with self._lock:
            raw = self._opened()
            with _writing(raw):
                raw.execute("UPDATE followed SET version = -1")
            self._reached = 0
            self._plan.forget()

    def _opened(self) -> sqlite3.Connection:
        if self._raw is None:
            self._raw = self._open()
        return self._raw

    def _open(self) -> sqlite3.Connection:
        if self._path is None:
            return _connected(":memory:")
        try:
            return _connected(self._path)
        except sqlite3.Error as error:
            self._give_up(error)
            return self._open()

    def _give_up(self, error: sqlite3.Error) -> None:
        """Leave a file that cannot be used: a damaged one is removed, one that cannot be written is not used."""
        self._plan.forget()
        self._reached = 0
        if self._raw is not None:
            self._raw.close()
            self._raw = None
        name = getattr(error, "sqlite_errorname", "") or ""
        if self._path is None or name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
            raise error
        damaged = not name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_FULL", "SQLITE_IOERR"))
        if not damaged or not _removed(self._path):
            self._path = None

    def close(self) -> None:
        """Let the file go."""
        with self._lock:
            if self._raw is not None:
                self._raw.close()
                self._raw = None


def _beside(store: Store) -> Path | None:
    """Where the index of a store lies: rule 2."""
    path = getattr(store, "path", None)
    if not isinstance(path, Path) or not getattr(store, "writable", False):
        return None
    return path.with_name(f"{path.name}.index")


def _removed(path: Path) -> bool:
    try:
        for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
            path.with_name(name).unlink(missing_ok=True)
    except OSError:
        return False
    return True


def _connected(path: Path | str) -> sqlite3.Connection:
    where = path if isinstance(path, str) else f"file:{quote(str(path.absolute()))}?mode=rwc"
    raw = sqlite3.connect(
        where, uri=not isinstance(path, str), timeout=PATIENCE, isolation_level=None, check_same_thread=False
    )
    try:
        raw.execute("PRAGMA journal_mode = WAL")
        raw.execute("PRAGMA synchronous = NORMAL")
        raw.execute(f"PRAGMA cache_size = -{CACHE}")
        with _writing(raw):
            if raw.execute("PRAGMA application_id").fetchone() != (APPLICATION,):
                raw.execute(f"PRAGMA application_id = {APPLICATION}")
            raw.execute(
                "CREATE TABLE IF NOT EXISTS followed"
                " (book TEXT, version INTEGER, generation TEXT, position INTEGER, chain BLOB)"
            )
    except BaseException:
        raw.close()
        raise
    return raw


@contextmanager
def _writing(raw: sqlite3.Connection) -> Iterator[None]:
    raw.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        if raw.in_transaction:
            raw.execute("ROLLBACK")
        raise
    raw.execute("COMMIT")
