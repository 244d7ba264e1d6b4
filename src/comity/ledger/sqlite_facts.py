"""The facts in a book's SQLite file, as they are read.

Rules:
1. What may be long is read chunk by chunk, in its order, so that writers need not wait for a reader.
2. A page of what some labels open is found by one look-up in an index for each label, until there is enough: what
   stands under other labels costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Column, Table, select

from comity.ledger import schema
from comity.ledger.sqlite_file import SQLiteFile
from comity.ledger.store import ALL, Batch, Head, Link, Narrowed, Row, Signature
from comity.values.instant import Instant

CHUNK = 4096
T = TypeVar("T")
_UNDER = "SELECT * FROM fact WHERE label = ?"
_TALLY = (
    "SELECT label, kind, count(*), min(arrived) FROM fact WHERE position > ? AND position <= ? GROUP BY label, kind"
)
_CORRECTIONS = "SELECT * FROM fact WHERE supersedes IS NOT NULL AND position > ? ORDER BY position"


class SQLiteFacts(SQLiteFile):
    """What can be read of the facts of one file."""

    def rows(self, since: int = 0, until: int | None = None, kinds: Collection[str] | None = None) -> Iterator[Row]:
        """The facts after a position, in order: rule 1."""
        words, values = "", list[object]()
        if until is not None:
            words, values = " AND position <= ?", [until]
        if kinds is not None:
            words, values = f"{words} AND kind IN ({', '.join('?' * len(kinds))})", [*values, *sorted(kinds)]
        query = f"SELECT * FROM fact WHERE position > ?{words} ORDER BY position LIMIT {CHUNK}"  # noqa: S608  # our own words
        while chunk := self._fetched(query, (since, *values)):
            yield from map(Row._make, chunk)
            since = chunk[-1][0]

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
        """Facts under some labels, in their order: rule 2."""
        found: list[Row] = []
        rest = labels if after is None else labels[labels.index(after.label) :]
        words, values = _condition(narrowed._replace(kinds=None))
        for label in rest:
            start = (after.kind, after.address) if after is not None and after.label == label else ("", b"")
            for begins in _starts(start, narrowed.kinds):
                left = -1 if limit is None else limit - len(found)
                query = f"{_UNDER}{begins.words}{words} ORDER BY kind, address LIMIT ?"
                with self._lock, self._named:
                    found += map(Row._make, self._raw.execute(query, (label, *begins.values, *values, left)))
                if limit is not None and len(found) >= limit:
                    return found
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

    def property(self, name: str) -> str | None:
        """A property of the book."""
        found = self._all(select(schema.prop.c.value).where(schema.prop.c.name == name))
        return str(found[0][0]) if found else None

    def _chunks(self, table: Table, made: Callable[[Any], T], column: Column[Any], since: int) -> Iterator[T]:
        """The rows of a numbered table after a number: rule 1."""
        query = select(table).order_by(column).limit(CHUNK)
        while chunk := self._all(query.where(column > since)):
            yield from map(made, chunk)
            since = chunk[-1][0]


class _Begins(NamedTuple):
    """From where on facts under a label are read: words and values of a query."""

    words: str
    values: tuple[str, bytes]


def _starts(after: tuple[str, bytes], kinds: Collection[str] | None) -> Iterator[_Begins]:
    """Kind by kind, each as the index holds it: several kinds at once, or one among several, would be sorted anew."""
    if kinds is None:
        yield _Begins(" AND (kind, address) > (?, ?)", after)
        return
    for kind in sorted(kinds):
        if kind >= after[0]:
            yield _Begins(" AND kind = ? AND address > ?", (kind, after[1] if kind == after[0] else b""))


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
