"""How far the book in a file goes: its head, its last batch, the ends of its channels; remembered, not read each time.

Rules:
1. What is remembered holds while this connection sees one version of the file. It is read again when SQLite says that
   another has written (`data_version`), or that this connection has, be it in vain, but for what it added
   (`total_changes`).
2. Within a writing nobody else writes: what is added then goes on from what is remembered.
3. A head is told only where the facts reach exactly that far.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from comity.errors import Corrupt
from comity.ledger.store import START, Addition, Head

MOST_CHANNELS = 4096
"""How many channels' ends are remembered."""

_LAST_BATCH = "SELECT number FROM batch ORDER BY number DESC LIMIT 1"
_END = "SELECT seq, hash FROM link WHERE issuer = ? AND recipient = ? ORDER BY seq DESC LIMIT 1"
_REACHED = """
SELECT * FROM (SELECT 1)
    LEFT JOIN (SELECT size, chain, arrived, signed FROM head ORDER BY size DESC LIMIT 1)
    LEFT JOIN (SELECT position, chain FROM fact ORDER BY position DESC LIMIT 1)
"""


@dataclass(slots=True)
class Reached:
    """How far the book goes, as far as it was read, while this connection sees a version of the file: rule 1."""

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


class Reach:
    """How far the book of one connection goes; whoever asks keeps other threads from it."""

    def __init__(self, raw: sqlite3.Connection, path: Path) -> None:
        self._raw, self._path = raw, path
        self._reached = Reached((-1, -1))
        self._writing = False

    @contextmanager
    def writing(self) -> Iterator[None]:
        """While a transaction of this connection writes, up to its being committed: rule 2."""
        version, _ = self.now().seen
        self._writing = True
        try:
            yield
            self._reached.seen = (version, self._raw.total_changes)
        finally:
            self._writing = False

    def now(self) -> Reached:
        """What is remembered; nothing, where it may not hold any more: rules 1 and 2."""
        if not self._writing:
            (version,) = self._raw.execute("PRAGMA data_version").fetchone()
            if self._reached.seen != (version, self._raw.total_changes):
                self._reached = Reached((version, self._raw.total_changes))
        return self._reached

    def take(self, addition: Addition) -> None:
        """Go on as far as an addition goes, within a writing."""
        self._reached.take(addition)

    def head(self) -> Head:
        """The last head.

        Raises:
            Corrupt: the facts do not reach as far: rule 3.
        """
        now = self.now()
        if now.head is None:
            now.head = self._head()
        return now.head

    def _head(self) -> Head:
        """The last head and the last fact, of one instant: in one statement, for another may write between two."""
        _, *last, position, chain = self._raw.execute(_REACHED).fetchone()
        head = START if last[0] is None else Head(*last)
        if (position or 0, chain or START.chain) != (head.size, head.chain):
            raise Corrupt(
                "the facts do not reach as far as the last signed head",
                where=str(self._path),
                next_step="run `comity ledger verify`; restore the book from a copy",
            )
        return head

    def last_batch(self) -> int:
        """The number of the last batch; 0 before the first."""
        now = self.now()
        if now.batch is None:
            (now.batch,) = self._raw.execute(_LAST_BATCH).fetchone() or (0,)
        return now.batch

    def channel(self, issuer: str, recipient: str) -> tuple[int, bytes]:
        """The last sequence number and hash of a channel; 0 and 32 zero bytes before its first fact."""
        ends, channel = self.now().channels, (issuer, recipient)
        if channel not in ends:
            ends[channel] = self._raw.execute(_END, channel).fetchone() or (0, START.chain)
        return ends[channel]
