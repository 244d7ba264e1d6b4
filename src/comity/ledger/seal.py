"""Sealing: from statements to the rows that one writing adds, signed and chained.

Rules:
1. Facts of one writing arrive together, at an instant after that of every earlier one, in the order they were stated.
2. A batch is the facts of a writing that the same parties sign under the same label. Whoever may read one of them may
   read them all, so that a batch's size tells nobody of what is withheld from him.
3. Each signer signs with a live key of his; the issuer also signs the head of every channel the batch goes into.
4. The node signs how far the book went.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from comity.ledger import chain, merkle, sign
from comity.ledger.record import Record, label_bytes
from comity.ledger.store import Addition, Batch, Head, Link, Row, Signature, Writer
from comity.values.instant import Instant
from comity.values.party import PartyCode
from comity.values.reading import BOOK

Signer = Callable[[PartyCode], tuple[sign.KeyId, Ed25519PrivateKey]]


class Statement(NamedTuple):
    """A record and the parties that sign it, its issuer first."""

    record: Record
    signers: tuple[PartyCode, ...]


class Group(NamedTuple):
    """A batch in the making: its number, its label's number, and its facts with their places in the writing."""

    number: int
    label: int
    signers: tuple[PartyCode, ...]
    facts: list[tuple[int, Record]]

    @property
    def leaves(self) -> bytes:
        """The addresses, end to end."""
        return b"".join(record.address for _, record in self.facts)


def seal(
    writer: Writer, before: Head, statements: Sequence[Statement], *, clock: Instant, book: str, signer: Signer
) -> Addition:
    """Everything that is added for these statements: rules 1 to 4.

    Args:
        writer: the store, with every other writer kept out.
        before: its head.
        statements: what is stated, in order; not empty.
        clock: the instant it is.
        book: the book's own name.
        signer: the live key at hand of a party.

    Raises:
        Refused: a signer has no live key here.
    """
    arrived = max(clock, before.arrived + 1)
    groups = _groups(writer, statements)
    rows = _rows(groups, before, arrived)
    head = sign_head(book, rows[-1], signer)
    signatures = [signature for group in groups for signature in _signatures(group, signer)]
    batches = [Batch(group.number, group.signers[0], group.leaves) for group in groups]
    ends: dict[tuple[str, str], tuple[int, bytes]] = {}
    links = [link for group in groups for link in _links(writer, group, ends, signer)]
    return Addition(rows, batches, signatures, links, head)


def sign_head(book: str, last: Row, signer: Signer) -> Head:
    """The head after a last row: rule 4."""
    _, key = signer(BOOK)
    payload = sign.book_head(book, last.position, last.chain, last.arrived)
    return Head(last.position, last.chain, last.arrived, sign.signature(key, sign.BOOK_HEAD, payload))


def _groups(writer: Writer, statements: Sequence[Statement]) -> list[Group]:
    """Rule 2."""
    groups: dict[tuple[tuple[PartyCode, ...], int], Group] = {}
    last = writer.last_batch()
    for place, statement in enumerate(statements):
        label = writer.label(label_bytes(statement.record.label))
        key = (statement.signers, label)
        if key not in groups:
            groups[key] = Group(last + len(groups) + 1, label, statement.signers, [])
        groups[key].facts.append((place, statement.record))
    return list(groups.values())


def _rows(groups: Sequence[Group], before: Head, arrived: Instant) -> list[Row]:
    """The facts in the order they were stated, chained: rule 1."""
    placed = sorted(
        (place, group.number, leaf, group.label, record)
        for group in groups
        for leaf, (place, record) in enumerate(group.facts)
    )
    rows, last = list[Row](), before.chain
    for place, batch, leaf, label, record in placed:
        position = before.size + place + 1
        last = chain.book_link(last, record.address, position=position, arrived=arrived, batch=batch, leaf=leaf)
        rows.append(_row(record, label, Place(position, arrived, batch, leaf, last)))
    return rows


class Place(NamedTuple):
    """What the node adds to a record: where it stands, since when, in which batch, and the link there."""

    position: int
    arrived: Instant
    batch: int
    leaf: int
    chain: bytes


def _row(record: Record, label: int, place: Place) -> Row:
    """A record as it is kept."""
    starts, ends, corrected = found_by(record)
    return Row(
        place.position, record.address, record.kind, record.issuer, label, place.arrived, starts, ends, corrected,
        place.batch, place.leaf, record.data, place.chain,
    )  # fmt: skip


def found_by(record: Record) -> tuple[Instant, Instant, bytes | None]:
    """What of a record is looked up by: the bounds of its validity, and what it supersedes."""
    valid, corrected = record.valid, record.text("supersedes")
    return valid.start.earliest, valid.end.latest, None if corrected is None else bytes.fromhex(corrected)


def batch_payload(issuer: PartyCode, leaves: bytes) -> bytes:
    """What is signed for a batch, given its addresses end to end."""
    hashes = [merkle.leaf(leaves[start : start + 32]) for start in range(0, len(leaves), 32)]
    return sign.batch_head(issuer, len(hashes), merkle.root(hashes))


def _signatures(group: Group, signer: Signer) -> Iterator[Signature]:
    """Rule 3."""
    payload = batch_payload(group.signers[0], group.leaves)
    for party in group.signers:
        name, key = signer(party)
        yield Signature(group.number, name, sign.signature(key, sign.BATCH, payload))


def _links(
    writer: Writer, group: Group, ends: dict[tuple[str, str], tuple[int, bytes]], signer: Signer
) -> Iterator[Link]:
    """The batch in each channel it goes into, the last link with the head that its issuer signs: rule 3.

    `ends` are the channels' ends as this writing moves them on.
    """
    records = [record for _, record in group.facts]
    issuer = group.signers[0]
    for recipient in chain.recipients(records[0]):
        channel = (issuer, recipient)
        seq, last = ends.get(channel) or writer.channel(*channel)
        for record in records:
            seq += 1
            last = chain.channel_link(last, issuer, recipient, seq, record.address)
            link = Link(issuer, recipient, seq, record.address, last, None, None)
            if record is not records[-1]:
                yield link
        ends[channel] = (seq, last)
        name, key = signer(issuer)
        head = sign.channel_head(issuer, recipient, seq, last)
        yield link._replace(key=name, signed=sign.signature(key, sign.CHANNEL, head))
