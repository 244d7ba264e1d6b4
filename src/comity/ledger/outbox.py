"""What an audience was offered of a collection, in the order in which it became visible to it: the outbox of TAXII.

Rules:
1. Each audience has an outbox of its own for each collection. Its rows count from 1, their instants strictly increase,
   and no row is ever changed or removed.
2. A row says that a version of an object could be read from then on, as bytes of which it holds the digest; or that it
   can be read no more. The last row of a version says how it stands.
3. Rows are written by looking: what the audience may read now is compared with how its outbox stands, and the
   differences are added, each with the instant of the look, or a microsecond after the row before. So an outbox is a
   function of what its audience could read whenever it looked, and of the clock: what is hidden from it leaves no row,
   no gap and no instant.
4. What became visible late has a late instant, however old it is: whoever asks for what is new is told of it.
5. What one look adds stands in the order of version and id, which the reader sees as well.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import NamedTuple, Protocol

from comity.values.instant import Instant
from comity.values.party import PartyCode


class Shelf(NamedTuple):
    """Whose outbox it is, and of which collection."""

    audience: str
    collection: str


def shelf(audience: Iterable[PartyCode], collection: str) -> Shelf:
    """The outbox of an audience for a collection."""
    return Shelf(",".join(sorted(set(audience))), collection)


class Entry(NamedTuple):
    """A version of an object that an audience may read now: its edition of STIX, and the digest of what would leave."""

    object: str
    version: str
    spec: str
    digest: bytes


class Offer(NamedTuple):
    """A row: rule 2."""

    seq: int
    added: Instant
    object: str
    version: str
    spec: str
    digest: bytes
    gone: int = 0


class Outboxes(Protocol):
    """What keeps outboxes."""

    def outboxes(self) -> list[Shelf]:
        """Every outbox that has a row, in order."""

    def offers(self, of: Shelf, since: int = 0, limit: int | None = None, types: Collection[str] = ()) -> list[Offer]:
        """The rows after a number, in their order; of objects of some types, if any are named."""

    def offers_of(self, of: Shelf, objects: Iterable[str]) -> list[Offer]:
        """Every row of some objects, in their order."""

    def last_offer(self, of: Shelf) -> Offer | None:
        """The last row."""

    def offer(self, of: Shelf, look: Callable[[Offer | None], list[Offer]]) -> list[Offer]:
        """Add what a look finds, given the last row; all of it or nothing, while nobody else does."""


Standing = dict[tuple[str, str], Offer]
"""How every version stands that can be read: its last row, by id and version."""


def standing(rows: Iterable[Offer], before: Standing | None = None) -> Standing:
    """How an outbox stands after some rows: rule 2; `before` is taken on."""
    found: Standing = {} if before is None else before
    for row in rows:
        if row.gone:
            found.pop((row.object, row.version), None)
        else:
            found[row.object, row.version] = row
    return found


def news(stands: Mapping[tuple[str, str], Offer], entries: Iterable[Entry]) -> tuple[list[Entry], list[Offer]]:
    """What can be read and was not offered so, and what was offered and can be read no more: rules 3 and 5."""
    seen: set[tuple[str, str]] = set()
    fresh = []
    for entry in entries:
        key = entry.object, entry.version
        seen.add(key)
        known = stands.get(key)
        if known is None or known.digest != entry.digest:
            fresh.append(entry)
    gone = [row for key, row in stands.items() if key not in seen]
    return sorted(fresh, key=lambda one: (one.version, one.object)), sorted(gone)


def rows_of(fresh: Iterable[Entry], gone: Iterable[Offer], last: Offer | None, now: Instant) -> list[Offer]:
    """The rows that a look adds: rules 1, 3 and 5."""
    seq, added = (0, now - 1) if last is None else (last.seq, max(now - 1, last.added))
    left = [Offer(0, 0, one.object, one.version, one.spec, b"", 1) for one in gone]
    come = [Offer(0, 0, *entry) for entry in fresh]
    return [row._replace(seq=seq + n, added=added + n) for n, row in enumerate([*left, *come], start=1)]
