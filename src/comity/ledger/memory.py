"""A book in memory: the same promises as a file, as long as the process lives; the plain version of every store."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import RLock

from comity.ledger.outbox import Offer, Shelf
from comity.ledger.store import ALL, START, Addition, Batch, Head, Link, Narrowed, Row, Signature
from comity.values.instant import Instant


class MemoryStore:
    """Facts in lists."""

    def __init__(self, properties: Mapping[str, str]) -> None:
        self._properties = dict(properties)
        self._rows: list[Row] = []
        self._places: dict[bytes, int] = {}
        self._batches: list[Batch] = []
        self._signatures: list[Signature] = []
        self._links: dict[tuple[str, str], list[Link]] = {}
        self._heads: list[Head] = []
        self._labels: dict[bytes, int] = {}
        self._offers: dict[Shelf, list[Offer]] = {}
        self._lock = RLock()

    @contextmanager
    def writing(self) -> Iterator[MemoryStore]:
        """Keep other threads out until the end; what a failed writing interned is not seen by anybody."""
        with self._lock:
            yield self

    def add(self, addition: Addition) -> None:
        """Add rows."""
        self._places.update((row.address, row.position - 1) for row in addition.rows)
        self._rows.extend(addition.rows)
        self._batches.extend(addition.batches)
        self._signatures.extend(addition.signatures)
        for link in addition.links:
            self._links.setdefault((link.issuer, link.recipient), []).append(link)
        self._heads.append(addition.head)

    def label(self, atoms: bytes) -> int:
        """The number of a label."""
        return self._labels.setdefault(atoms, len(self._labels) + 1)

    def head(self) -> Head:
        """The last head."""
        return self._heads[-1] if self._heads else START

    def rows(self, since: int = 0, until: int | None = None, kinds: Collection[str] | None = None) -> Iterator[Row]:
        """The facts after a position, in order."""
        return (row for row in self._rows[since:until] if kinds is None or row.kind in kinds)

    def find(self, address: bytes) -> Row | None:
        """The fact with an address."""
        place = self._places.get(address)
        return None if place is None else self._rows[place]

    def held(self, addresses: Sequence[bytes]) -> set[bytes]:
        """Which of these addresses are here already."""
        return {address for address in addresses if address in self._places}

    def channel(self, issuer: str, recipient: str) -> tuple[int, bytes]:
        """The last sequence number and hash of a channel."""
        links = self._links.get((issuer, recipient))
        return (links[-1].seq, links[-1].hash) if links else (0, START.chain)

    def last_batch(self) -> int:
        """The number of the last batch."""
        return len(self._batches)

    def batches(self, since: int = 0) -> Iterator[Batch]:
        """The batches after a number."""
        return iter(self._batches[since:])

    def signatures(self, since: int = 0, until: int | None = None) -> Iterator[Signature]:
        """The signatures on batches after a number."""
        return (one for one in self._signatures if one.batch > since and (until is None or one.batch <= until))

    def links(self) -> Iterator[Link]:
        """Every channel's links."""
        return (link for channel in sorted(self._links) for link in self._links[channel])

    def heads(self) -> Iterator[Head]:
        """Every head."""
        return iter(self._heads)

    def labels(self, since: int = 0) -> dict[int, bytes]:
        """Every label in use after a number."""
        return {number: atoms for atoms, number in self._labels.items() if number > since}

    def tally(self, since: int, until: int) -> list[tuple[int, str, int, Instant]]:
        """How many facts of each kind stand under each label, and when the first of them arrived."""
        found: dict[tuple[int, str], list[Instant]] = {}
        for row in self._rows[since:until]:
            found.setdefault((row.label, row.kind), []).append(row.arrived)
        return [(label, kind, len(arrived), min(arrived)) for (label, kind), arrived in found.items()]

    def page(
        self,
        labels: Sequence[int],
        *,
        after: Row | None = None,
        limit: int | None = None,
        narrowed: Narrowed = ALL,
    ) -> list[Row]:
        """Facts under some labels, in their order."""
        order = {label: place for place, label in enumerate(labels)}

        def key(row: Row) -> tuple[int, str, bytes]:
            return order[row.label], row.kind, row.address

        found = sorted((row for row in self._rows if row.label in order and narrowed.admits(row)), key=key)
        return [row for row in found if after is None or key(row) > key(after)][:limit]

    def count(self, labels: Collection[int], narrowed: Narrowed = ALL) -> int:
        """How many facts there are under some labels."""
        wanted = set(labels)
        return sum(row.label in wanted and narrowed.admits(row) for row in self._rows)

    def corrections(self, since: int = 0) -> list[Row]:
        """The facts after a position that supersede another."""
        return [row for row in self._rows[since:] if row.supersedes is not None]

    def outboxes(self) -> list[Shelf]:
        """Every outbox that has a row, in order."""
        return sorted(of for of, rows in self._offers.items() if rows)

    def offers(self, of: Shelf, since: int = 0, limit: int | None = None, types: Collection[str] = ()) -> list[Offer]:
        """The rows of an outbox after a number."""
        rows = self._offers.get(of, [])[since:]
        return [row for row in rows if not types or row.object.partition("--")[0] in types][:limit]

    def offers_of(self, of: Shelf, objects: Iterable[str]) -> list[Offer]:
        """Every row of some objects in an outbox."""
        wanted = set(objects)
        return [row for row in self._offers.get(of, []) if row.object in wanted]

    def last_offer(self, of: Shelf) -> Offer | None:
        """The last row of an outbox."""
        rows = self._offers.get(of)
        return rows[-1] if rows else None

    def offer(self, of: Shelf, look: Callable[[Offer | None], list[Offer]]) -> list[Offer]:
        """Add what a look finds."""
        with self._lock:
            rows = look(self.last_offer(of))
            self._offers.setdefault(of, []).extend(rows)
        return rows

    def property(self, name: str) -> str | None:
        """A property of the book."""
        return self._properties.get(name)

    def close(self) -> None:
        """Nothing has to be let go."""
