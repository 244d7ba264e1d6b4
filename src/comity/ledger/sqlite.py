"""A book in one SQLite file: WAL, every acknowledged fact on disk, one writer at a time.

Rules:
1. A writing is one `BEGIN IMMEDIATE` transaction, committed with `synchronous=FULL`. Another writer waits for it, as
   long as `PATIENCE` says (`comity.ledger.sqlite_file`).
2. After a failure nothing of the writing is there, nor remembered.
3. How far the book goes is remembered from writing to writing (`comity.ledger.sqlite_reach`).
4. An older book is brought up to date when it is opened, in a writing of its own; a newer one is refused.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path

from sqlalchemy import Table, insert
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

from comity.errors import Refused, Unavailable
from comity.ledger import schema
from comity.ledger.outbox import Offer, Shelf
from comity.ledger.sqlite_facts import SQLiteFacts
from comity.ledger.sqlite_file import connect, told
from comity.ledger.sqlite_outboxes import SQLiteOutboxes
from comity.ledger.sqlite_reach import Reach
from comity.ledger.store import Addition, Head

_DIALECT = SQLiteDialect_pysqlite(paramstyle="qmark")


def _insertion(table: Table) -> str:
    return str(insert(table).compile(dialect=_DIALECT))


_ADD_FACT, _ADD_BATCH = _insertion(schema.fact), _insertion(schema.batch)
_ADD_SIGNATURE, _ADD_LINK = _insertion(schema.signature), _insertion(schema.link)
_ADD_HEAD, _ADD_LABEL = _insertion(schema.head), _insertion(schema.label)
_ADD_OFFER = _insertion(schema.offer)


class SQLiteStore(SQLiteFacts, SQLiteOutboxes):
    """The facts and outboxes of one file, read and added to."""

    def __init__(self, path: Path, *, writable: bool) -> None:
        """Open a file that holds a book; `create` and `open_store` are the ways here."""
        super().__init__(path, writable=writable)
        self._labels: dict[bytes, int] = {}
        self._reach = Reach(self._raw, path)

    @contextmanager
    def writing(self) -> Iterator[SQLiteStore]:
        """Keep other writers out until the end: rules 1 and 2."""
        with self._lock, self._named:
            self._raw.execute("BEGIN IMMEDIATE")
            try:
                with self._reach.writing():
                    yield self
                    self._raw.execute("COMMIT")
            except BaseException:
                self._labels.clear()
                if self._raw.in_transaction:
                    self._raw.execute("ROLLBACK")
                raise

    def add(self, addition: Addition) -> None:
        """Add rows within a writing."""
        run = self._raw.executemany
        run(_ADD_BATCH, addition.batches)
        run(_ADD_SIGNATURE, addition.signatures)
        run(_ADD_FACT, addition.rows)
        run(_ADD_LINK, addition.links)
        self._raw.execute(_ADD_HEAD, addition.head)
        self._reach.take(addition)

    def label(self, atoms: bytes) -> int:
        """The number of a label, within a writing."""
        number = self._labels.get(atoms)
        if number is None:
            digest = sha256(atoms).digest()
            found = self._raw.execute("SELECT number FROM label WHERE digest = ?", (digest,)).fetchone()
            number = found[0] if found else self._raw.execute(_ADD_LABEL, (None, digest, atoms)).lastrowid
            assert number is not None  # noqa: S101  # SQLite numbers every row it adds
            self._labels[atoms] = number
        return number

    def offer(self, of: Shelf, look: Callable[[Offer | None], list[Offer]]) -> list[Offer]:
        """Add what a look finds."""
        with self.writing():
            rows = look(self.last_offer(of))
            self._raw.executemany(_ADD_OFFER, [(*of, *row) for row in rows])
        return rows

    def head(self) -> Head:
        """The last head, if the facts reach exactly that far: rule 3."""
        with self._lock, self._named:
            return self._reach.head()

    def channel(self, issuer: str, recipient: str) -> tuple[int, bytes]:
        """The last sequence number and hash of a channel: rule 3."""
        with self._lock, self._named:
            return self._reach.channel(issuer, recipient)

    def last_batch(self) -> int:
        """The number of the last batch: rule 3."""
        with self._lock, self._named:
            return self._reach.last_batch()


def check_free(path: Path) -> None:
    """Refuse a name that is taken."""
    if path.exists():
        raise Refused("there is a file already", where=str(path), next_step="choose another name, or open this one")


def create(path: Path, properties: Mapping[str, str]) -> SQLiteStore:
    """Make a book in a new file.

    Raises:
        Refused: there is a file already.
        Unavailable: the file cannot be made.
    """
    check_free(path)
    try:
        with closing(connect(path, writable=True, new=True)) as raw:
            raw.execute("BEGIN IMMEDIATE")
            for statement in schema.make():
                raw.execute(statement)
            raw.executemany("INSERT INTO property VALUES (?, ?)", sorted(properties.items()))
            raw.execute("COMMIT")
    except sqlite3.Error as error:
        raise told(error, path) from error
    return SQLiteStore(path, writable=True)


def open_store(path: Path) -> SQLiteStore:
    """Open the book in a file, brought up to date if it is an older one's.

    Raises:
        Unavailable: the file is not there or cannot be read, or was made by a newer Comity.
        Malformed: the file is no book.
    """
    if not path.exists():
        raise Unavailable("there is no such file", where=str(path), next_step="`comity ledger init` makes a book")
    writable = os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)
    store = SQLiteStore(path, writable=writable)
    try:
        _bring_up_to_date(store)
    except BaseException:
        store.close()
        raise
    return store


def _bring_up_to_date(store: SQLiteStore) -> None:
    """Rule 4."""
    run, where = store._connection.exec_driver_sql, str(store.path)  # same module
    with store._named:  # same module
        version = int(run("PRAGMA user_version").scalar_one())
    if version > schema.VERSION:
        raise Unavailable(f"made by a newer Comity (version {version})", where=where, next_step="upgrade Comity")
    if version < schema.VERSION:
        if not store.writable:
            next_step = "open it once where it may be written, so that it is brought up to date"
            raise Unavailable(f"an older book (version {version})", where=where, next_step=next_step)
        with store.writing():
            schema.upgrade(store._connection, int(run("PRAGMA user_version").scalar_one()))
