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
7. Nothing that a file holds ends the search: a cell that holds what it may not, a table that is gone, are findings
   (`comity.ledger.cells`). What rests on them is passed over.
8. A fact is in every channel that its label addresses it to, and the last of each batch there carries its issuer's
   signed head: so links that were taken out show, at the end of a channel too.
9. A trigger or an index that is gone, a property that no book has, a batch from which no fact comes, show that somebody
   meddled with the file.
10. Of the book's properties, its name and its node's key are under every signed head, and its name is made from its
   ceiling (`comity.ledger.sign`). The ceiling of a book with an older name shows against a witness that names it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from typing import cast

import msgspec

from comity.errors import Malformed
from comity.ledger import chain, sign
from comity.ledger.cells import Tables, Unreadable, tables, wrong
from comity.ledger.findings import Damage, Finding, Sound, unsound
from comity.ledger.keys import KEY_KINDS, Keys
from comity.ledger.record import Record, trusted
from comity.ledger.seal import batch_payload, found_by
from comity.ledger.sign import KeyId
from comity.ledger.store import PROPERTIES, START, Batch, Head, Link, Reader, Row, Signature
from comity.ledger.verify_channels import Channels
from comity.values.party import ANYONE
from comity.values.reading import BOOK

Progress = Callable[[int, int], None]
_SIZE = 32
_BEFORE = Row(0, b"", "", "", 0, 0, 0, 0, None, 0, 0, b"", START.chain)
"""What stands before the first fact."""


def no_progress(done: int, total: int) -> None:
    """Say nothing of how far it has come."""
    del done, total


def verify(
    store: Reader, *, witness: Head | None = None, ceiling: str | None = None, progress: Progress = no_progress
) -> Iterator[Finding]:
    """Every damage of a book: rules 1 to 10.

    Args:
        store: the book's store; read as it stood when the search began.
        witness: a head of this book that was kept elsewhere.
        ceiling: the book's ceiling as the witness names it; None where it names none.
        progress: told how many facts are done, of how many; raise in it to cancel.
    """
    with tables(store) as kept:
        yield from _Search(kept, progress).findings(witness, ceiling)


def size(store: Reader) -> int:
    """How many facts the last readable head of a book speaks of."""
    with tables(store) as kept:
        return max((head.size for head in Sound(kept).read("head", Head._make, [])), default=0)


class _Search:
    """One pass over the facts of a store."""

    def __init__(self, kept: Tables, progress: Progress) -> None:
        self.kept, self.progress = kept, progress
        self.sound = Sound(kept)
        self.found: list[Finding] = []
        self.properties = dict(self.sound.read("property", lambda row: cast("tuple[str, str]", row), self.found))
        self.keys = Keys(self._node())
        self.heads = list(self.sound.read("head", Head._make, self.found))
        self.size = self.heads[-1].size if self.heads else 0
        self.labels = {number: _plain(atoms) for number, atoms in self._labels()}
        self.present: dict[bytes, int] = {}
        self.signers: dict[int, set[KeyId]] = {}
        self.lost = 0
        self.broken: list[tuple[Row, bytes]] = []
        self.chain_at = {0: START.chain}
        self.unsound: set[bytes] = set()
        self.due: dict[tuple[str, str], dict[bytes, None]] = {}
        self._addressed: dict[int, tuple[str, tuple[str, ...]]] = {}
        self._wanted = {head.size for head in self.heads}
        self.last = _BEFORE
        self.ends: list[int] = []
        """Where a writing ended: what arrives together was written together."""

    def _node(self) -> bytes:
        """The public half of the node's key; none, if the book does not say it."""
        text = self.properties.get("node", "")
        try:
            node = bytes.fromhex(text)
        except ValueError:
            node = b""
        if len(node) != _SIZE:
            self.found.append(Finding(Damage.ALTERED, None, None, "the property 'node' holds no key"))
        for name in ("book", "ceiling"):
            if not self.properties.get(name):
                self.found.append(Finding(Damage.MISSING, None, None, f"the book has no property {name!r}"))
        for name in self.properties.keys() - set(PROPERTIES):
            self.found.append(Finding(Damage.ALTERED, None, None, f"the book has a property {name!r} that no book has"))
        if not self.found and not sign.names(self.properties):
            says = "its name is not the one it was made with: its ceiling, what it may hold, may have been changed"
            self.found.append(Finding(Damage.ALTERED, None, None, says))
        return node

    def _labels(self) -> Iterator[tuple[int, bytes]]:
        """The labels by their number."""
        for number, digest, atoms in self.sound.read(
            "label", lambda row: cast("tuple[int, bytes, bytes]", row), self.found
        ):
            if digest != sha256(atoms).digest():
                says = f"the label {number} is not what its digest was made from"
                self.found.append(Finding(Damage.ALTERED, None, None, says))
            yield number, atoms

    def findings(self, witness: Head | None, ceiling: str | None) -> Iterator[Finding]:
        """The damages, fact by fact, then those of the channels, the heads and the witness."""
        self._wanted |= set() if witness is None else {witness.size}
        batches = {batch.number: batch for batch in self.sound.read("batch", Batch._make, self.found)}
        yield from self._told()
        yield from self._facts(batches)
        yield from self._order()
        yield from self._gaps(batches.values())
        yield from self._channels(batches.values())
        yield from self._heads()
        if witness is not None:
            yield from self._against(witness)
        if ceiling is not None and ceiling != self.properties.get("ceiling"):
            says = "the ceiling is another than the witness says: what the book may hold was changed behind its back"
            yield Finding(Damage.ALTERED, None, None, says)
        if gone := self.kept.lost():
            says = f"guards or indexes that a book has are gone from the file: {', '.join(gone)}"
            yield Finding(Damage.MISSING, None, None, says)

    def _told(self) -> Iterator[Finding]:
        """What was found while reading, once."""
        found, self.found[:] = list(self.found), []
        yield from found

    # Facts: rules 1, 3, 4 and 7

    def _facts(self, batches: dict[int, Batch]) -> Iterator[Finding]:
        signatures: dict[int, list[tuple[KeyId, bytes]]] = {}
        for one in self.sound.read("signature", Signature._make, self.found):
            signatures.setdefault(one.batch, []).append((one.key, one.signed))
        yield from self._told()
        before: Row | None = _BEFORE
        done = 0
        for done, row in enumerate(self._rows(), start=1):
            if isinstance(row, Finding):
                yield row
                self._pass_over(row)
                before = None
            else:
                if row.batch not in self.signers:
                    yield from self._batch(row, batches.get(row.batch), signatures.get(row.batch, []))
                yield from self._fact(row, batches.get(row.batch))
                self._follow(row, before)
                self.present[row.address] = row.position
                before = self.last = row
            if done % 1000 == 0:
                self.progress(done, max(done, self.size))
        yield from self._told()
        self.progress(max(done, self.size), max(done, self.size))

    def _rows(self) -> Iterator[Row | Finding]:
        """The facts in their order; a finding in place of one whose cells are damaged."""
        try:
            for row in self.kept.rows("fact"):
                columns = wrong("fact", row)
                yield unsound("fact", row, columns) if columns else Row._make(cast("Row", row))
        except Unreadable as error:
            self.found.append(Finding(Damage.MISSING, None, None, f"the table 'fact' cannot be read: {error}"))

    def _pass_over(self, damaged: Finding) -> None:
        """Count a damaged fact as there, and accuse nothing that rests on it: rules 6 and 7."""
        if damaged.position is not None:
            self.lost += damaged.position - self.last.position - 1
            self.last = self.last._replace(position=damaged.position)
        if damaged.fact is not None:
            address = bytes.fromhex(damaged.fact)
            self.present[address] = damaged.position or 0
            self.unsound.add(address)

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
        if sha256(row.data).digest() != row.address:
            yield _found(Damage.ALTERED, row, "its bytes are not those that its id was made from")
            self.unsound.add(row.address)
            return
        try:
            record = trusted(row.data, row.address, frozenset())
            wrong_beside = self._beside(row, record)
        except (msgspec.MsgspecError, Malformed, LookupError, TypeError, ValueError, AttributeError) as error:
            yield _found(Damage.ALTERED, row, f"its bytes are no record: {error}")
            self.unsound.add(row.address)
            return
        if wrong_beside:
            says = f"what is kept beside it differs from what it says: {', '.join(wrong_beside)}"
            yield _found(Damage.ALTERED, row, says)
        self._expect(row, record)
        if batch is not None and batch.leaves[_SIZE * row.leaf : _SIZE * (row.leaf + 1)] != row.address:
            yield _found(Damage.FORGED, row, "the signed batch it claims to come from does not hold it")
        elif batch is not None and batch.issuer != row.issuer:
            yield _found(Damage.FORGED, row, f"its batch was signed by {batch.issuer}")
        elif row.kind in KEY_KINDS:
            self.keys.take(record, self.signers[row.batch], row.position)

    def _beside(self, row: Row, record: Record) -> list[str]:
        """What is kept beside a record, by which it is looked up, and differs from what it says: rule 1."""
        stated = (record.kind, record.issuer, record.content["label"], *found_by(record))
        kept = (row.kind, row.issuer, self.labels.get(row.label), row.starts, row.ends, row.supersedes)
        names = ("kind", "issuer", "label", "from", "until", "supersedes")
        return [name for name, one, other in zip(names, stated, kept, strict=True) if one != other]

    def _expect(self, row: Row, record: Record) -> None:
        """Note the channels that a fact is in by its label: rule 8."""
        if row.label not in self._addressed:
            self._addressed[row.label] = _addressed(record.content["label"])
        owner, recipients = self._addressed[row.label]
        if not owner or owner == record.issuer:
            for recipient in recipients:
                self.due.setdefault((record.issuer, recipient), {})[row.address] = None

    def _follow(self, row: Row, before: Row | None) -> None:
        """Note where the chain does not run on; a gap is told as what is missing, and not here: rule 6."""
        if row.position in self._wanted:
            self.chain_at[row.position] = row.chain
        self.lost += row.position - self.last.position - 1
        if before is not None and row.position == before.position + 1:
            if _link(before.chain, row) != row.chain:
                self.broken.append((row, before.chain))
            elif before.position and row.arrived != before.arrived:
                self.ends.append(before.position)

    def _order(self) -> Iterator[Finding]:
        """Rule 3: of the facts at which the chain breaks, those that no other one of them stands before."""
        ends = {row.chain for row, _ in self.broken} | {before for _, before in self.broken}
        for row, _ in self.broken:
            if not any(_link(end, row) == row.chain for end in ends):
                yield _found(Damage.REORDERED, row, "the chain does not run to it from the fact before it")

    # What is spoken of and not there: rule 2

    def _gaps(self, batches: Iterable[Batch]) -> Iterator[Finding]:
        """Rules 2 and 9; where a fact of a batch is missing or damaged, its batch is not accused as well: rule 6."""
        for batch in batches:
            leaves = [batch.leaves[place : place + _SIZE] for place in range(0, len(batch.leaves), _SIZE)]
            gone = [address for address in leaves if address not in self.present]
            for address in gone:
                says = f"{batch.issuer} signed it in batch {batch.number}, and it is not in the book"
                yield Finding(Damage.MISSING, address.hex(), None, says)
                self.present[address] = 0
            self.lost -= len(gone)
            if batch.number not in self.signers and not gone and self.unsound.isdisjoint(leaves):
                says = f"no fact of the book comes from batch {batch.number}, which bears {batch.issuer}'s name"
                yield Finding(Damage.FORGED, None, None, says)
        if self.lost > 0:
            yield Finding(
                Damage.MISSING, None, None, f"{self.lost} places of the book are empty, and nothing names them"
            )

    def _channels(self, batches: Iterable[Batch]) -> Iterator[Finding]:
        """Rules 2 to 5 and 8."""
        links = list(self.sound.read("link", Link._make, self.found))
        damaged = {one.fact for one in self.found}
        yield from self._told()
        tails = {batch.leaves[-_SIZE:] for batch in batches}
        yield from Channels(links, self.present, self.due, tails, damaged, self.keys).findings()

    # Heads and the witness: rules 2, 4 and 5

    def _heads(self) -> Iterator[Finding]:
        broken = {row.position for row, _ in self.broken}  # told before: rule 6
        for head in self.heads:
            if not self._by_node(head):
                says = f"the head of {head.size} facts is not signed by the node"
                yield Finding(Damage.FORGED, None, head.size, says)
            elif head.size not in broken and self.chain_at.get(head.size, head.chain) != head.chain:
                yield Finding(Damage.FORKED, None, head.size, f"the node signed another chain of {head.size} facts")
        signed = {head.size for head in self.heads}
        for end in self.ends:
            if end not in signed:
                yield Finding(Damage.MISSING, None, end, f"the head that the node signed over {end} facts is not there")
        if self.last.position < self.size:
            says = f"the node signed {self.size} facts, and the last here is the {self.last.position}."
            yield Finding(Damage.MISSING, None, self.size, says)
        if self.last.position > self.size:
            yield _found(Damage.FORGED, self.last, f"the node signed no more than {self.size} facts")

    def _by_node(self, head: Head) -> bool:
        payload = sign.book_head(self.properties.get("book", ""), head.size, head.chain, head.arrived)
        nodes = (key for key in self.keys if key.party == BOOK)
        return any(sign.verifies(key.public, sign.BOOK_HEAD, payload, head.signed) for key in nodes)

    def _against(self, witness: Head) -> Iterator[Finding]:
        if not self._by_node(witness):
            yield Finding(Damage.FORGED, None, witness.size, "the witness is no head that this book's node signed")
        elif witness.size > self.last.position:
            says = f"the node once signed {witness.size} facts, and {self.last.position} are here"
            yield Finding(Damage.MISSING, None, witness.size, says)
        elif self.chain_at.get(witness.size, witness.chain) != witness.chain:
            says = f"the node once signed another chain of {witness.size} facts"
            at = {position: address.hex() for address, position in self.present.items() if position == witness.size}
            yield Finding(Damage.FORKED, at.get(witness.size), witness.size, says)


def _plain(atoms: bytes) -> object:
    """A label as plain data; None where its bytes are none."""
    try:
        return cast("object", msgspec.json.decode(atoms))
    except (msgspec.MsgspecError, TypeError):
        return None


def _addressed(label: object) -> tuple[str, tuple[str, ...]]:
    """A label's only owner, and whom it addresses his facts to from the start: `comity.ledger.chain`, rule 3."""
    atoms = cast("list[dict[str, object]]", label)
    if not atoms:
        return "", (ANYONE,)
    readers = atoms[0].get("readers") or []
    return str(atoms[0]["owner"]), tuple(sorted(map(str, cast("list[object]", readers)))) if len(atoms) == 1 else ()


def _link(before: bytes, row: Row) -> bytes:
    return chain.book_link(
        before, row.address, position=row.position, arrived=row.arrived, batch=row.batch, leaf=row.leaf
    )


def _found(damage: Damage, row: Row, says: str) -> Finding:
    return Finding(damage, row.address.hex(), row.position, says)
