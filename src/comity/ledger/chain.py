"""Chains: each link holds the hash of the one before, so that nothing can be slipped in, left out or moved.

Rules:
1. The node's own chain runs over every fact in the order of arrival. It never leaves the node; its head is signed by
   the node after each writing.
2. A channel runs from an issuer to one recipient (a party, a group or everyone) over the facts addressed to him. Its
   numbers and hashes stand outside the signed records, so that he sees a gap or a fork in what he gets, and nobody
   learns how much there is besides. The issuer signs a channel's head with each batch.
3. A fact is in the channels of those its label names as readers, if its issuer alone owns it; one that is public is in
   the channel to everyone; any other goes into a channel when it is released.
4. Each kind of link hashes under a prefix of its own.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256

from comity.ledger.record import Record
from comity.values.instant import Instant
from comity.values.party import ANYONE

_BOOK, _CHANNEL = b"\x02", b"\x03"


def book_link(before: bytes, address: bytes, *, position: int, arrived: Instant, batch: int, leaf: int) -> bytes:
    """The next hash of the node's own chain: rule 1."""
    place = b"%d %d %d %d" % (position, arrived, batch, leaf)
    return sha256(_BOOK + before + address + place).digest()


def channel_link(before: bytes, issuer: str, recipient: str, seq: int, address: bytes) -> bytes:
    """The next hash of a channel: rule 2."""
    return sha256(_CHANNEL + before + _channel(issuer, recipient) + address + b"%d" % seq).digest()


@lru_cache(maxsize=4096)
def _channel(issuer: str, recipient: str) -> bytes:
    """What stands for a channel in its links."""
    return sha256(f"{len(issuer)} {issuer} {recipient}".encode()).digest()


def recipients(record: Record) -> tuple[str, ...]:
    """Whom a record is addressed to from the start, in order: rule 3."""
    if not record.label:
        return (ANYONE,)
    if len(record.label) > 1:
        return ()
    (atom,) = record.label
    return tuple(sorted({str(name) for name in atom.readers})) if atom.owner == record.issuer else ()
