"""A book in one SQLite file: WAL, every acknowledged fact on disk, one writer at a time.

Rules:
1. A writing is one `BEGIN IMMEDIATE` transaction, committed with `synchronous=FULL`. Another writer waits for it, as
   long as `PATIENCE` says.
2. What SQLite complains of is told as ours: the environment's fault (full, read-only, busy, no such folder) or the
   file's (damaged, or no book at all). After a failure nothing of the writing is there.
3. A file that may not be written is read all the same.
4. How far the book goes (its head, its last batch, its channels) is remembered from writing to writing. It is read
   again when SQLite says that another has written (`data_version`), or that this connection has, be it in vain, but for
   what it added (`total_changes`).
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from threading import RLock
from typing import Any, TypeVar
from urllib.parse import quote

from sqlalchemy import Column, Executable, Table, create_engine, insert, select
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import StaticPool

from comity.errors import ComityError, Corrupt, Malformed, Refused, Unavailable
from comity.ledger import schema
from comity.ledger.outbox import Offer, Shelf
from comity.ledger.store import ALL, START, Addition, Batch, Head, Link, Narrowed, Row, Signature
from comity.values.instant import Instant

PATIENCE = 30.0
"""Seconds a writer waits for another."""
CHUNK = 4096
CACHE = 8 * 1024
"""KiB of the file that SQLite holds itself; what it holds no more is still in the system's own cache."""
MOST_CHANNELS = 4096
"""How many channels' ends are remembered."""
T = TypeVar("T")
_DIALECT = SQLiteDialect_pysqlite(paramstyle="qmark")

_NO_BOOK = "name a file that `comity ledger init` made"
_NEXT_STEP = {
    "SQLITE_FULL": (Unavailable, "the disk is full", "free some space; nothing of what was being added is in the book"),
    "SQLITE_IOERR": (Unavailable, "the disk failed", "check the disk; then run `comity ledger verify`"),
    "SQLITE_READONLY": (Unavailable, "the file may not be written", "check its permissions, and those of its folder"),
    "SQLITE_BUSY": (Unavailable, "another program is writing to the book", "try again when it has finished"),
    "SQLITE_LOCKED": (Unavailable, "another program is writing to the book", "try again when it has finished"),
    "SQLITE_CANTOPEN": (Unavailable, "the file cannot be opened", "check the path, and `comity ledger init` makes one"),
    "SQLITE_PERM": (Unavailable, "the file may not be opened", "check its permissions"),
    "SQLITE_NOTADB": (Malformed, "this file is no book", _NO_BOOK),
    "SQLITE_CORRUPT": (Corrupt, "the file is damaged", "restore it from a copy; keep the damaged one as evidence"),
}


def _insertion(table: Table) -> str:
    return str(insert(table).compile(dialect=_DIALECT))


_ADD_FACT, _ADD_BATCH = _insertion(schema.fact), _insertion(schema.batch)
_ADD_SIGNATURE, _ADD_LINK = _insertion(schema.signature), _insertion(schema.link)
_ADD_HEAD, _ADD_LABEL = _insertion(schema.head), _insertion(schema.label)
_ADD_OFFER = _insertion(schema.offer)
_OFFERS = "SELECT seq, added, object, version, spec, digest, gone FROM offer WHERE audience = ? AND collection = ?"
_OFFERS_OF = _OFFERS.replace("FROM offer", "FROM offer INDEXED BY offer_object")  # else all rows of the outbox are read
_UNDER = "SELECT * FROM fact WHERE label = ?"
_TALLY = (
    "SELECT label, kind, count(*), min(arrived) FROM fact WHERE position > ? AND position <= ? GROUP BY label, kind"
)
_CORRECTIONS = "SELECT * FROM fact WHERE supersedes IS NOT NULL AND position > ? ORDER BY position"
_LAST_BATCH = "SELECT number FROM batch ORDER BY number DESC LIMIT 1"
_END = "SELECT seq, hash FROM link WHERE issuer = ? AND recipient = ? ORDER BY seq DESC LIMIT 1"
_REACHED = """
SELECT * FROM (SELECT 1)
    LEFT JOIN (SELECT size, chain, arrived, signed FROM head ORDER BY size DESC LIMIT 1)
    LEFT JOIN (SELECT position, chain FROM fact ORDER BY position DESC LIMIT 1)
"""


class _Named:
    """Tells SQLite's complaints as ours: rule 2."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __enter__(self) -> None:
        """Nothing is to be done."""

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        """Tell the complaint, if it is SQLite's."""
        if isinstance(error, sqlite3.Error | DBAPIError):
            raise told(error, self.path) from error


@dataclass(slots=True)
class _Reached:
    """How far the book goes, as far as it was read, while this connection sees a version of the file: rule 4."""

    seen: tuple[int, int]
    head: Head | None = None
    batch: int | None = None
    channels: dict[tuple[str, str], tuple[int, bytes]] = field(default_factory=dict)

    def take(self, addition: Addition) -> None:
        """Go on as far as an addition goes."""
        self.head = addition.head
        self.batch = addition.batches[-1].number
        if len(self.channels) > MOST_CHANNELS:
            self.channels.clear()
        self.channels |= {(link.issuer, link.recipient): (link.seq, link.hash) for link in addition.links}


class SQLiteStore:
    """The facts of one file."""

    def __init__(self, path: Path, *, writable: bool) -> None:
        """Open a file that holds a book; `create` and `open_store` are the ways here."""
        self.path = path
        self.writable = writable
        self._lock = RLock()
        self._labels: dict[bytes, int] = {}
        self._reached = _Reached((-1, -1))
        self._writing = False
        self._named = _Named(path)
        self._engine = create_engine(
            "sqlite://", creator=lambda: _connect(path, writable=writable), poolclass=StaticPool
        )
        with self._named:
            self._connection = self._engine.connect()
            self._raw: sqlite3.Connection = self._connection.connection.dbapi_connection  # type: ignore[assignment]

    @contextmanager
    def writing(self) -> Iterator[SQLiteStore]:
        """Keep other writers out until the end: rule 1."""
        with self._lock, self._named:
            self._raw.execute("BEGIN IMMEDIATE")
            try:
                version, _ = self._far().seen
                self._writing = True
                yield self
                self._raw.execute("COMMIT")
                self._reached.seen = (version, self._raw.total_changes)
            except BaseException:
                self._labels.clear()
                if self._raw.in_transaction:
                    self._raw.execute("ROLLBACK")
                raise
            finally:
                self._writing = False

    def _far(self) -> _Reached:
        """What is remembered; nothing, where it may not hold any more: rule 4. Within a writing nobody else writes."""
        if not self._writing:
            (version,) = self._raw.execute("PRAGMA data_version").fetchone()
            if self._reached.seen != (version, self._raw.total_changes):
                self._reached = _Reached((version, self._raw.total_changes))
        return self._reached

    def add(self, addition: Addition) -> None:
        """Add rows within a writing."""
        run = self._raw.executemany
        run(_ADD_BATCH, addition.batches)
        run(_ADD_SIGNATURE, addition.signatures)
        run(_ADD_FACT, addition.rows)
        run(_ADD_LINK, addition.links)
        self._raw.execute(_ADD_HEAD, addition.head)
        self._reached.take(addition)

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

    def head(self) -> Head:
        """The last head, if the facts reach exactly that far: rule 4."""
        with self._lock, self._named:
            far = self._far()
            if far.head is None:
                far.head = self._head()
            return far.head

    def _head(self) -> Head:
        """The last head and the last fact, of one instant: in one statement, for another may write between two."""
        _, *last, position, chain = self._raw.execute(_REACHED).fetchone()
        head = START if last[0] is None else Head(*last)
        if (position or 0, chain or START.chain) != (head.size, head.chain):
            raise Corrupt(
                "the facts do not reach as far as the last signed head",
                where=str(self.path),
                next_step="run `comity ledger verify`; restore the book from a copy",
            )
        return head

    def rows(self, since: int = 0, until: int | None = None, kinds: Collection[str] | None = None) -> Iterator[Row]:
        """The facts after a position, in order, read chunk by chunk so that writers need not wait."""
        words, values = "", list[object]()
        if until is not None:
            words, values = " AND position <= ?", [until]
        if kinds is not None:
            words, values = f"{words} AND kind IN ({', '.join('?' * len(kinds))})", [*values, *sorted(kinds)]
        query = f"SELECT * FROM fact WHERE position > ?{words} ORDER BY position LIMIT {CHUNK}"  # noqa: S608  # our own words
        while chunk := self._fetched(query, (since, *values)):
            yield from map(Row._make, chunk)
            since = chunk[-1][0]

    def _fetched(self, query: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
        with self._lock, self._named:
            return self._raw.execute(query, values).fetchall()

    def find(self, address: bytes) -> Row | None:
        """The fact with an address."""
        with self._lock, self._named:
            found = self._raw.execute("SELECT * FROM fact WHERE address = ?", (address,)).fetchone()
        return Row._make(found) if found else None

    def held(self, addresses: Sequence[bytes]) -> set[bytes]:
        """Which of these addresses are here already."""
        found: set[bytes] = set()
        for start in range(0, len(addresses), CHUNK):
            some = addresses[start : start + CHUNK]
            found.update(
                row[0] for row in self._all(select(schema.fact.c.address).where(schema.fact.c.address.in_(some)))
            )
        return found

    def channel(self, issuer: str, recipient: str) -> tuple[int, bytes]:
        """The last sequence number and hash of a channel."""
        with self._lock, self._named:
            ends, channel = self._far().channels, (issuer, recipient)
            if channel not in ends:
                ends[channel] = self._raw.execute(_END, channel).fetchone() or (0, START.chain)
            return ends[channel]

    def last_batch(self) -> int:
        """The number of the last batch."""
        with self._lock, self._named:
            far = self._far()
            if far.batch is None:
                (far.batch,) = self._raw.execute(_LAST_BATCH).fetchone() or (0,)
            return far.batch

    def batches(self, since: int = 0) -> Iterator[Batch]:
        """The batches after a number, in order."""
        table = schema.batch
        return self._chunks(table, Batch._make, table.c.number, since)

    def signatures(self, since: int = 0, until: int | None = None) -> Iterator[Signature]:
        """The signatures on batches after a number."""
        table = schema.signature
        query = select(table).where(table.c.batch > since).order_by(table.c.batch, table.c.key)
        return map(Signature._make, self._all(query if until is None else query.where(table.c.batch <= until)))

    def links(self) -> Iterator[Link]:
        """Every channel's links in their sequence."""
        table = schema.link
        order = (table.c.issuer, table.c.recipient, table.c.seq, table.c.address)
        return map(Link._make, self._all(select(table).order_by(*order)))

    def heads(self) -> Iterator[Head]:
        """Every head, oldest first."""
        return map(Head._make, self._all(select(schema.head).order_by(schema.head.c.size)))

    def labels(self, since: int = 0) -> dict[int, bytes]:
        """Every label in use after a number."""
        table = schema.label
        return dict(map(tuple, self._all(select(table.c.number, table.c.atoms).where(table.c.number > since))))

    def tally(self, since: int, until: int) -> list[tuple[int, str, int, Instant]]:
        """How many facts of each kind stand under each label, and when the first of them arrived."""
        with self._lock, self._named:
            return self._raw.execute(_TALLY, (since, until)).fetchall()

    def page(
        self,
        labels: Sequence[int],
        *,
        after: Row | None = None,
        limit: int | None = None,
        narrowed: Narrowed = ALL,
    ) -> list[Row]:
        """Facts under some labels, in their order: one look-up in an index for each label until there are enough."""
        found: list[Row] = []
        rest = labels if after is None else labels[labels.index(after.label) :]
        words, values = _condition(narrowed)
        query = f"{_UNDER} AND (kind, address) > (?, ?){words} ORDER BY kind, address LIMIT ?"
        for label in rest:
            start = (after.kind, after.address) if after is not None and after.label == label else ("", b"")
            left = -1 if limit is None else limit - len(found)
            with self._lock, self._named:
                found += map(Row._make, self._raw.execute(query, (label, *start, *values, left)))
            if limit is not None and len(found) >= limit:
                break
        return found

    def count(self, labels: Collection[int], narrowed: Narrowed = ALL) -> int:
        """How many facts there are under some labels."""
        words, values = _condition(narrowed)
        query = f"SELECT count(*) FROM fact WHERE label = ?{words}"  # noqa: S608  # our own words
        with self._lock, self._named:
            return sum(self._raw.execute(query, (label, *values)).fetchone()[0] for label in labels)

    def corrections(self, since: int = 0) -> list[Row]:
        """The facts after a position that supersede another."""
        with self._lock, self._named:
            return list(map(Row._make, self._raw.execute(_CORRECTIONS, (since,))))

    def outboxes(self) -> list[Shelf]:
        """Every outbox that has a row, in order."""
        with self._lock, self._named:
            found = self._raw.execute("SELECT DISTINCT audience, collection FROM offer ORDER BY audience, collection")
            return list(map(Shelf._make, found))

    def offers(self, of: Shelf, since: int = 0, limit: int | None = None, types: Collection[str] = ()) -> list[Offer]:
        """The rows of an outbox after a number; an id begins with its type and two hyphens."""
        ranges = [end for name in sorted(set(types)) for end in (f"{name}--", f"{name}-.")]
        typed = " OR ".join(["object >= ? AND object < ?"] * (len(ranges) // 2))
        query = f"{_OFFERS} AND seq > ?{f' AND ({typed})' if typed else ''} ORDER BY seq LIMIT ?"
        with self._lock, self._named:
            found = self._raw.execute(query, (*of, since, *ranges, -1 if limit is None else limit)).fetchall()
        return list(map(Offer._make, found))

    def offers_of(self, of: Shelf, objects: Iterable[str]) -> list[Offer]:
        """Every row of some objects in an outbox."""
        query, found = f"{_OFFERS_OF} AND object = ?", list[Offer]()
        with self._lock, self._named:
            for name in sorted(set(objects)):
                found += map(Offer._make, self._raw.execute(query, (*of, name)))
        return sorted(found)

    def last_offer(self, of: Shelf) -> Offer | None:
        """The last row of an outbox."""
        with self._lock, self._named:
            found = self._raw.execute(f"{_OFFERS} ORDER BY seq DESC LIMIT 1", of).fetchone()
        return None if found is None else Offer._make(found)

    def offer(self, of: Shelf, look: Callable[[Offer | None], list[Offer]]) -> list[Offer]:
        """Add what a look finds."""
        with self.writing():
            rows = look(self.last_offer(of))
            self._raw.executemany(_ADD_OFFER, [(*of, *row) for row in rows])
        return rows

    def property(self, name: str) -> str | None:
        """A property of the book."""
        found = self._all(select(schema.prop.c.value).where(schema.prop.c.name == name))
        return str(found[0][0]) if found else None

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()
            self._engine.dispose()

    def _all(self, query: Executable) -> list[Any]:
        with self._lock, self._named:
            return list(self._connection.execute(query))

    def _chunks(self, table: Table, made: Callable[[Any], T], column: Column[Any], since: int) -> Iterator[T]:
        """The rows of a numbered table after a number, chunk by chunk."""
        query = select(table).order_by(column).limit(CHUNK)
        while chunk := self._all(query.where(column > since)):
            yield from map(made, chunk)
            since = chunk[-1][0]


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
        with closing(_connect(path, writable=True, new=True)) as raw:
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


def told(error: Exception, path: Path) -> ComityError:
    """SQLite's complaint as one of ours: rule 2."""
    origin = error.orig if isinstance(error, DBAPIError) else error
    name = getattr(origin, "sqlite_errorname", "") or ""
    for prefix, (kind, says, next_step) in _NEXT_STEP.items():
        if name.startswith(prefix):
            return kind(f"{says} ({origin})", where=str(path), next_step=next_step)
    return Corrupt(f"the book refused: {origin}", where=str(path), next_step="run `comity ledger verify`")


def _condition(narrowed: Narrowed) -> tuple[str, list[object]]:
    """The words and values of a query that narrow it."""
    words, values = "", list[object]()
    if narrowed.arrived is not None:
        words, values = " AND arrived <= ?", [narrowed.arrived]
    if narrowed.holds is not None:
        words, values = f"{words} AND starts <= ? AND ends > ?", [*values, narrowed.holds, narrowed.holds]
    if narrowed.kinds is not None:
        words, values = f"{words} AND kind IN ({', '.join('?' * len(narrowed.kinds))})", [*values, *narrowed.kinds]
    return words, values


def _connect(path: Path, *, writable: bool, new: bool = False) -> sqlite3.Connection:
    """Connect to a file; one that may not be written is read, if need be as one that nobody changes: rule 3."""
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
    """Leave a file that is no book as it is."""
    if raw.execute("PRAGMA application_id").fetchone() != (schema.APPLICATION,):
        raise Malformed("this file is no book", where=str(path), next_step=_NO_BOOK)


def _uri(path: Path, options: str) -> str:
    return f"file:{quote(str(path.absolute()))}?{options}"
