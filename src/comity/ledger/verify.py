"""Verifying a book: every fact is looked at once, and whatever does not hang together is named.

Rules:
1. A fact is *altered* when its bytes are not what its address says, or what is kept beside them is not what they say.
2. It is *missing* when a batch, a channel or a head speaks of it and it is not there.
3. It is *reordered* when the chain does not run through it from the fact before it.
4. It is *forged* when no live key of its issuer signed the batch it came in, or no batch covers it; a signature by a
   key that was revoked before it arrived is told as such.
5. A channel is *forked* when two facts stand at one place of it, and a book when it differs from a head that the node
   once signed and somebody kept (a *witness*). What was cut off at the end shows against a witness alone.
6. One damage is told once: where a fact is missing, its neighbours are not accused, and the search goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import cast

import msgspec

from comity.ledger import chain, sign
from comity.ledger.keys import KEY_KINDS, Keys
from comity.ledger.record import Record, trusted
from comity.ledger.seal import batch_payload, found_by
from comity.ledger.sign import KeyId
from comity.ledger.store import START, Batch, Head, Link, Reader, Row
from comity.values.reading import BOOK

Progress = Callable[[int, int], None]
_SIZE = 32


class Damage(StrEnum):
    """What can be wrong with a fact."""

    ALTERED = "altered"
    MISSING = "missing"
    REORDERED = "reordered"
    FORGED = "forged"
    FORKED = "forked"


@dataclass(frozen=True, slots=True)
class Finding:
    """One damage: of which fact (its id; None where only a head tells of it), at which position, and what shows it."""

    damage: Damage
    fact: str | None
    position: int | None
    says: str


def no_progress(done: int, total: int) -> None:
    """Say nothing of how far it has come."""
    del done, total


def verify(store: Reader, *, witness: Head | None = None, progress: Progress = no_progress) -> Iterator[Finding]:
    """Every damage of a book: rules 1 to 6.

    Args:
        store: the book's store; read as it stood when the search began.
        witness: a head of this book that was kept elsewhere.
        progress: told how many facts are done, of how many; raise in it to cancel.
    """
    yield from _Search(store, progress).findings(witness)


class _Search:
    """One pass over the facts of a store."""

    def __init__(self, store: Reader, progress: Progress) -> None:
        self.store, self.progress = store, progress
        self.keys = Keys(bytes.fromhex(store.property("node") or ""))
        self.heads = list(store.heads())
        self.size = self.heads[-1].size if self.heads else 0
        self.labels = {number: _plain(atoms) for number, atoms in store.labels().items()}
        self.present: dict[bytes, int] = {}
        self.signers: dict[int, set[KeyId]] = {}
        self.lost = 0
        self.broken: list[tuple[Row, bytes]] = []
        self.chain_at = {0: START.chain}
        self._wanted = {head.size for head in self.heads}

    def findings(self, witness: Head | None) -> Iterator[Finding]:
        """The damages, fact by fact, then those of the channels, the heads and the witness."""
        batches = {batch.number: batch for batch in self.store.batches()}
        yield from self._facts(batches)
        yield from self._order()
        yield from self._gaps(batches.values())
        yield from self._channels()
        yield from self._heads()
        if witness is not None:
            yield from self._against(witness)

    # Facts: rules 1, 3 and 4

    def _facts(self, batches: dict[int, Batch]) -> Iterator[Finding]:
        before = Row(0, b"", "", "", 0, 0, 0, 0, None, 0, 0, b"", START.chain)
        signatures: dict[int, list[tuple[KeyId, bytes]]] = {}
        for one in self.store.signatures():
            signatures.setdefault(one.batch, []).append((one.key, one.signed))
        for done, row in enumerate(self.store.rows(), start=1):
            if row.batch not in self.signers:
                signed = signatures.get(row.batch, [])
                yield from self._batch(row, batches.get(row.batch), signed)
            yield from self._fact(row, batches.get(row.batch))
            self._follow(row, before)
            self.present[row.address] = row.position
            before = row
            if done % 1000 == 0:
                self.progress(done, self.size)
        self.last = before
        self.progress(self.size, self.size)

    def _batch(self, row: Row, batch: Batch | None, signed: list[tuple[KeyId, bytes]]) -> Iterator[Finding]:
        """Who signed a batch with a live key, and the findings if its issuer did not: rule 4."""
        self.signers[row.batch] = live = set()
        if batch is None:
            yield _found(Damage.FORGED, row, "no signed batch covers it")
            return
        payload = batch_payload(batch.issuer, batch.leaves)
        objections = []
        for name, signature in signed:
            key = self.keys.get(name)
            party = row.issuer if key is None else key.party
            why = self.keys.objection(name, party, row.position)
            if why is None and key is not None and not sign.verifies(key.public, sign.BATCH, payload, signature):
                why = f"the signature of {party}'s key {name} is not over this batch"
            if why is None:
                live.add(name)
            else:
                objections.append(why)
        if not any((key := self.keys.get(name)) is not None and key.party == batch.issuer for name in live):
            objections.append(f"no live key of {batch.issuer} signed its batch")
        if objections:
            yield _found(Damage.FORGED, row, "; ".join(objections))

    def _fact(self, row: Row, batch: Batch | None) -> Iterator[Finding]:
        """One fact by itself: rules 1 and 4."""
        if sha256(_bytes(row.data)).digest() != row.address:
            yield _found(Damage.ALTERED, row, "its bytes are not those that its id was made from")
            return
        try:
            record = trusted(row.data, row.address, frozenset())
        except (msgspec.MsgspecError, LookupError, TypeError) as error:
            yield _found(Damage.ALTERED, row, f"its bytes are no record: {error}")
            return
        yield from self._beside(row, record)
        if batch is not None and batch.leaves[_SIZE * row.leaf : _SIZE * (row.leaf + 1)] != row.address:
            yield _found(Damage.FORGED, row, "the signed batch it claims to come from does not hold it")
        elif batch is not None and batch.issuer != row.issuer:
            yield _found(Damage.FORGED, row, f"its batch was signed by {batch.issuer}")
        elif row.kind in KEY_KINDS:
            self.keys.take(record, self.signers[row.batch], row.position)

    def _beside(self, row: Row, record: Record) -> Iterator[Finding]:
        """What is kept beside a record, by which it is looked up: rule 1."""
        stated = (record.kind, record.issuer, record.content["label"], *found_by(record))
        kept = (row.kind, row.issuer, self.labels.get(row.label), row.starts, row.ends, row.supersedes)
        names = ("kind", "issuer", "label", "from", "until", "supersedes")
        wrong = [name for name, one, other in zip(names, stated, kept, strict=True) if one != other]
        if wrong:
            yield _found(Damage.ALTERED, row, f"what is kept beside it differs from what it says: {', '.join(wrong)}")

    def _follow(self, row: Row, before: Row) -> None:
        """Note where the chain does not run on; a gap is told as what is missing, and not here: rule 6."""
        if row.position in self._wanted:
            self.chain_at[row.position] = row.chain
        self.lost += row.position - before.position - 1
        if row.position == before.position + 1 and _link(before.chain, row) != row.chain:
            self.broken.append((row, before.chain))

    def _order(self) -> Iterator[Finding]:
        """Rule 3: of the facts at which the chain breaks, those that no other one of them stands before."""
        ends = {row.chain for row, _ in self.broken} | {before for _, before in self.broken}
        for row, _ in self.broken:
            if not any(_link(end, row) == row.chain for end in ends):
                yield _found(Damage.REORDERED, row, "the chain does not run to it from the fact before it")

    # What is spoken of and not there: rule 2

    def _gaps(self, batches: Iterable[Batch]) -> Iterator[Finding]:
        for batch in batches:
            for place in range(0, len(batch.leaves), _SIZE):
                address = batch.leaves[place : place + _SIZE]
                if address not in self.present:
                    says = f"{batch.issuer} signed it in batch {batch.number}, and it is not in the book"
                    yield Finding(Damage.MISSING, address.hex(), None, says)
                    self.present[address] = 0
                    self.lost -= 1
        if self.lost > 0:
            yield Finding(
                Damage.MISSING, None, None, f"{self.lost} places of the book are empty, and nothing names them"
            )

    # Channels: rules 2 to 5

    def _channels(self) -> Iterator[Finding]:
        before: Link | None = None
        for link in self.store.links():
            start = before is None or (before.issuer, before.recipient) != (link.issuer, link.recipient)
            seq, last = (0, START.chain) if start or before is None else (before.seq, before.hash)
            yield from self._link(link, seq, last, before)
            before = link

    def _link(self, link: Link, seq: int, last: bytes, before: Link | None) -> Iterator[Finding]:
        channel = f"the channel from {link.issuer} to {link.recipient}"
        if link.address not in self.present:
            yield Finding(Damage.MISSING, link.address.hex(), None, f"{channel} holds it, and the book does not")
        if link.seq == seq and before is not None:
            says = f"{channel} holds it and {before.address.hex()} both at place {seq}"
            yield Finding(Damage.FORKED, link.address.hex(), self.present.get(link.address), says)
        elif link.seq != seq + 1:
            yield Finding(Damage.MISSING, None, None, f"{channel} has nothing at place {seq + 1}")
        elif chain.channel_link(last, link.issuer, link.recipient, link.seq, link.address) != link.hash:
            says = f"{channel} does not run to it from the fact before it"
            yield Finding(Damage.REORDERED, link.address.hex(), self.present.get(link.address), says)
        if link.key is not None and not self._signed(link):
            says = f"the head of {channel} is not signed by a key of {link.issuer}"
            yield Finding(Damage.FORGED, link.address.hex(), self.present.get(link.address), says)

    def _signed(self, link: Link) -> bool:
        key = self.keys.get(link.key or "")
        head = sign.channel_head(link.issuer, link.recipient, link.seq, link.hash)
        return (
            key is not None
            and key.party == link.issuer
            and sign.verifies(key.public, sign.CHANNEL, head, link.signed or b"")
        )

    # Heads and the witness: rules 2, 4 and 5

    def _heads(self) -> Iterator[Finding]:
        broken = {row.position for row, _ in self.broken}  # told before: rule 6
        for head in self.heads:
            if not self._by_node(head):
                says = f"the head of {head.size} facts is not signed by the node"
                yield Finding(Damage.FORGED, None, head.size, says)
            elif head.size not in broken and self.chain_at.get(head.size, head.chain) != head.chain:
                yield Finding(Damage.FORKED, None, head.size, f"the node signed another chain of {head.size} facts")
        if self.last.position < self.size:
            says = f"the node signed {self.size} facts, and the last here is the {self.last.position}."
            yield Finding(Damage.MISSING, None, self.size, says)
        if self.last.position > self.size:
            yield _found(Damage.FORGED, self.last, f"the node signed no more than {self.size} facts")

    def _by_node(self, head: Head) -> bool:
        payload = sign.book_head(self.store.property("book") or "", head.size, head.chain, head.arrived)
        nodes = (key for key in self.keys if key.party == BOOK)
        return any(sign.verifies(key.public, sign.BOOK_HEAD, payload, head.signed) for key in nodes)

    def _against(self, witness: Head) -> Iterator[Finding]:
        if not self._by_node(witness):
            yield Finding(Damage.FORGED, None, witness.size, "the witness is no head that this book's node signed")
        elif witness.size > self.last.position:
            says = f"the node once signed {witness.size} facts, and {self.last.position} are here"
            yield Finding(Damage.MISSING, None, witness.size, says)
        elif (row := next(self.store.rows(witness.size - 1, witness.size), None)) and row.chain != witness.chain:
            yield _found(Damage.FORKED, row, f"the node once signed another chain of {witness.size} facts")


def _plain(atoms: bytes) -> object:
    """A label as plain data; None where its bytes are none."""
    try:
        return cast("object", msgspec.json.decode(atoms))
    except (msgspec.MsgspecError, TypeError):
        return None


def _bytes(kept: object) -> bytes:
    """What is kept, if it is bytes at all: a file takes text in their place, if somebody puts it there."""
    return kept if isinstance(kept, bytes) else b""


def _link(before: bytes, row: Row) -> bytes:
    return chain.book_link(
        before, row.address, position=row.position, arrived=row.arrived, batch=row.batch, leaf=row.leaf
    )


def _found(damage: Damage, row: Row, says: str) -> Finding:
    return Finding(damage, row.address.hex(), row.position, says)
