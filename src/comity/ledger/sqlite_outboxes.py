"""The outboxes in a book's SQLite file (`comity.ledger.outbox`), as they are read."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from comity.ledger.outbox import Offer, Shelf
from comity.ledger.sqlite_file import SQLiteFile

_OFFERS = "SELECT seq, added, object, version, spec, digest, gone FROM offer WHERE audience = ? AND collection = ?"
OFFERS_OF = _OFFERS.replace("FROM offer", "FROM offer INDEXED BY offer_object")  # else all rows of the outbox are read


class SQLiteOutboxes(SQLiteFile):
    """What can be read of the outboxes of one file."""

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
        query, found = f"{OFFERS_OF} AND object = ?", list[Offer]()
        with self._lock, self._named:
            for name in sorted(set(objects)):
                found += map(Offer._make, self._raw.execute(query, (*of, name)))
        return sorted(found)

    def last_offer(self, of: Shelf) -> Offer | None:
        """The last row of an outbox."""
        with self._lock, self._named:
            found = self._raw.execute(f"{_OFFERS} ORDER BY seq DESC LIMIT 1", of).fetchone()
        return None if found is None else Offer._make(found)
