"""Facts with what proves them, to be checked away from the book by whoever has the issuers' public keys.

Rules:
1. A proof holds a record's bytes, its place in the batch that was signed (RFC 6962 inclusion), and the signatures over
   the batch's head. It names nothing else of the batch but hashes.
2. It proves its record where a key of the record's own issuer, among those one is given, signed that head. Whether the
   key was revoked before is for whoever gives the keys to know.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from comity.errors import Corrupt, Malformed
from comity.ledger import merkle, sign
from comity.ledger.book import Book
from comity.ledger.record import Record, parse
from comity.ledger.sign import KeyId, key_id
from comity.ledger.view import View
from comity.values.party import PartyCode

C = TypeVar("C")
_SIZE = 32


class PublicKey(Protocol):
    """A key by which something may have been signed."""

    @property
    def id(self) -> KeyId:
        """Its name."""

    @property
    def party(self) -> PartyCode:
        """Whose it is."""

    @property
    def public(self) -> bytes:
        """Its public half, 32 bytes."""


@dataclass(frozen=True, slots=True)
class Known:
    """A public key as one was given it."""

    id: KeyId
    party: PartyCode
    public: bytes


@dataclass(frozen=True, slots=True)
class Proof:
    """A record's bytes and what proves them: rule 1."""

    data: bytes
    size: int
    index: int
    root: bytes
    path: tuple[bytes, ...]
    signatures: tuple[tuple[KeyId, bytes], ...]

    def as_json(self) -> dict[str, object]:
        """The proof as plain data."""
        return {
            "record": self.data.decode(),
            "size": self.size,
            "index": self.index,
            "root": self.root.hex(),
            "path": [step.hex() for step in self.path],
            "signatures": [{"key": key, "signed": signed.hex()} for key, signed in self.signatures],
        }


def proofs(book: Book[C], view: View[C], names: Iterable[str]) -> Iterator[Proof]:
    """The proofs of facts that an audience may read, or was told when they were stated.

    Raises:
        Impossible: one of them is not available to it.
    """
    trees: dict[int, list[list[bytes]]] = {}
    for name in names:
        view.get(name, told=True)
        row = book.find(name)
        if row is not None:
            if row.batch not in trees:
                trees = {row.batch: merkle.levels(_leaves(book, row.batch))}
            tree = trees[row.batch]
            signed = tuple((one.key, one.signed) for one in book.store.signatures(row.batch - 1, row.batch))
            path = tuple(merkle.path(tree, row.leaf))
            yield Proof(row.data, len(tree[0]), row.leaf, tree[-1][0], path, signed)


def _leaves(book: Book[C], number: int) -> list[bytes]:
    """The hashes of the leaves of a batch."""
    leaves = next(book.store.batches(number - 1)).leaves
    return [merkle.leaf(leaves[at : at + _SIZE]) for at in range(0, len(leaves), _SIZE)]


def proved(proof: Proof, keys: Mapping[KeyId, PublicKey]) -> Record:
    """The record that a proof proves: rule 2.

    Raises:
        Malformed: its bytes are no record.
        Corrupt: no given key of its issuer signed it.
    """
    record = parse(proof.data)
    if not merkle.includes(proof.root, proof.size, proof.index, merkle.leaf(record.address), proof.path):
        raise Corrupt(f"fact {record.id} is not in the batch that was signed", next_step="ask for the bundle again")
    head = sign.batch_head(record.issuer, proof.size, proof.root)
    for name, signed in proof.signatures:
        key = keys.get(name)
        if key is not None and key.party == record.issuer and sign.verifies(key.public, sign.BATCH, head, signed):
            return record
    step = f"get the public key of {record.issuer} from {record.issuer} itself"
    raise Corrupt(f"fact {record.id} is not signed by a key of {record.issuer} that was given", next_step=step)


def read_proof(given: object, field: str) -> Proof:
    """A proof from plain data.

    Raises:
        Malformed: it is none.
    """
    try:
        return _proof(given)
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise Malformed(f"is no proof of a fact: {error}", field=field, next_step="ask for the bundle again") from error


def _proof(given: object) -> Proof:
    if not isinstance(given, Mapping):
        raise TypeError("it has no fields")
    signatures = tuple((str(one["key"]), bytes.fromhex(one["signed"])) for one in _list(given["signatures"]))
    path = tuple(bytes.fromhex(str(step)) for step in _list(given["path"]))
    return Proof(
        str(given["record"]).encode(),
        int(given["size"]),
        int(given["index"]),
        bytes.fromhex(given["root"]),
        path,
        signatures,
    )


def _list(given: object) -> Sequence[Mapping[str, str]]:
    if not isinstance(given, list):
        raise TypeError("a list is missing")
    return given


def read_keys(given: object) -> dict[KeyId, Known]:
    """Public keys from plain data, as `comity keys list --json` writes them; a key's id is the hash of its public half.

    Raises:
        Malformed: an entry is no key.
    """
    found: dict[KeyId, Known] = {}
    for place, one in enumerate(given if isinstance(given, list) else [given], start=1):
        try:
            key = Known(str(one["id"]), str(one["party"]), bytes.fromhex(one["public"]))
        except (KeyError, TypeError, ValueError) as error:
            step = "write id, party and public, as `comity keys list --json` does"
            raise Malformed(f"is no key: {error}", field=f"keys[{place}]", next_step=step) from error
        if key_id(key.public) != key.id:
            raise Malformed("the id is not that of this key", field=f"keys[{place}]", next_step="ask for it again")
        found[key.id] = key
    return found
