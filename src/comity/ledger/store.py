"""What a store of facts must do, whatever keeps it.

Rules:
1. Rows are added and never changed or removed. One writer at a time; what he adds is there whole or not at all, and on
   disk before he is told so.
2. A store keeps bytes and order. It checks no signature, knows no key and decides nothing.
3. Positions count from 1 without gaps and never leave this node.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from comity.ledger.outbox import Outboxes
from comity.values.instant import ALWAYS, Instant


class Row(NamedTuple):
    """A fact as it is kept: its record, what of it is looked up by, and what this node adds to it.

    `starts` and `ends` bound the instants at which it may hold: `starts <= at < ends`.
    """

    position: int
    address: bytes
    kind: str
    issuer: str
    label: int
    arrived: Instant
    starts: Instant
    ends: Instant
    supersedes: bytes | None
    batch: int
    leaf: int
    data: bytes
    chain: bytes


class Batch(NamedTuple):
    """The facts that one signature covers: their addresses, end to end, in the order of the tree."""

    number: int
    issuer: str
    leaves: bytes


class Signature(NamedTuple):
    """A key's signature over a batch's head."""

    batch: int
    key: str
    signed: bytes


class Link(NamedTuple):
    """A fact's place in the channel from its issuer to a recipient; the last of each batch carries a signed head."""

    issuer: str
    recipient: str
    seq: int
    address: bytes
    hash: bytes
    key: str | None
    signed: bytes | None


class Head(NamedTuple):
    """How far the book went after a batch of rows: how many facts, the last link of the node's own chain, signed."""

    size: int
    chain: bytes
    arrived: Instant
    signed: bytes


class Narrowed(NamedTuple):
    """Which facts are wanted: arrived by an instant, that may hold at an instant, of some kinds; None admits any."""

    arrived: Instant | None = None
    holds: Instant | None = None
    kinds: tuple[str, ...] | None = None

    def admits(self, row: Row) -> bool:
        """Whether a fact is wanted."""
        return (
            (self.arrived is None or row.arrived <= self.arrived)
            and (self.holds is None or row.starts <= self.holds < row.ends)
            and (self.kinds is None or row.kind in self.kinds)
        )


PROPERTIES = ("book", "ceiling", "node", "salt")
"""The properties of a book; those made before its name was made from them have no salt."""
ALL = Narrowed()
START = Head(0, bytes(32), ALWAYS, b"")
"""The head of an empty book."""


@dataclass(frozen=True, slots=True)
class Addition:
    """What one writing adds: all of it or nothing."""

    rows: Sequence[Row]
    batches: Sequence[Batch]
    signatures: Sequence[Signature]
    links: Sequence[Link]
    head: Head


class Reader(Protocol):
    """What can be read of a store."""

    def head(self) -> Head:
        """The last head; `START` for an empty book."""

    def rows(self, since: int = 0, until: int | None = None, kinds: Collection[str] | None = None) -> Iterator[Row]:
        """The facts after a position, up to and including another, of some kinds, in order."""

    def find(self, address: bytes) -> Row | None:
        """The fact with an address."""

    def held(self, addresses: Sequence[bytes]) -> set[bytes]:
        """Which of these addresses are here already."""

    def channel(self, issuer: str, recipient: str) -> tuple[int, bytes]:
        """The last sequence number and hash of a channel; 0 and 32 zero bytes before its first fact."""

    def last_batch(self) -> int:
        """The number of the last batch; 0 before the first."""

    def batches(self, since: int = 0) -> Iterator[Batch]:
        """The batches after a number, in order."""

    def signatures(self, since: int = 0, until: int | None = None) -> Iterator[Signature]:
        """The signatures on batches after a number, up to and including another, by batch."""

    def links(self) -> Iterator[Link]:
        """Every channel's links, channel by channel, in their sequence."""

    def heads(self) -> Iterator[Head]:
        """Every head, oldest first."""

    def labels(self, since: int = 0) -> dict[int, bytes]:
        """Every label in use after a number, by number, as canonical bytes."""

    def tally(self, since: int, until: int) -> list[tuple[int, str, int, Instant]]:
        """Of the facts after a position, up to and including another: label, kind, how many, when the first arrived."""

    def page(
        self,
        labels: Sequence[int],
        *,
        after: Row | None = None,
        limit: int | None = None,
        narrowed: Narrowed = ALL,
    ) -> list[Row]:
        """Facts under some labels: label by label as given, then by kind and address."""

    def count(self, labels: Collection[int], narrowed: Narrowed = ALL) -> int:
        """How many facts `page` would give without a limit."""

    def corrections(self, since: int = 0) -> list[Row]:
        """The facts after a position that supersede another, in order."""

    def property(self, name: str) -> str | None:
        """A property of the book, as it was set when the book was made."""


class Writer(Reader, Protocol):
    """A store that nobody else writes to for the moment."""

    def label(self, atoms: bytes) -> int:
        """The number of a label, given its canonical bytes; a new one if need be."""

    def add(self, addition: Addition) -> None:
        """Add rows; they count when the writing ends without an error."""


class Store(Reader, Outboxes, Protocol):
    """A place that keeps facts."""

    def writing(self) -> AbstractContextManager[Writer]:
        """Keep every other writer out, and make what was added durable at the end.

        Raises:
            Unavailable: the place is full, read-only, or another writer keeps it for too long.
            Corrupt: what is kept does not hang together; nothing is added to it.
        """

    def close(self) -> None:
        """Let the place go."""
