"""Signatures: Ed25519 over DSSE's pre-authentication encoding, so that no signature can be taken for another's.

Rules:
1. What is signed is `DSSEv1 LENGTH TYPE LENGTH PAYLOAD` (DSSE v1, "PAE"); the payload is canonical bytes, the type says
   what they are.
2. A key is named by its id, the first 16 hexadecimal digits of the SHA-256 of the raw public key.
3. Several parties sign an instrument by several signatures over the same bytes.
4. One signature covers a batch: it is over the head (root and size) of the RFC 6962 tree of the batch's addresses. A
   single fact is a tree of one leaf.
5. A book's name is made from its ceiling, its node's key and a salt, and stands under every signed head: so a signature
   covers what the book may hold. Names of 16 digits are of books made before this rule, and cover nothing.
6. Under what can be no public key (`comity.ledger.points`) no signature counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from typing import TypeAlias

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from comity.ledger.points import sound
from comity.values.canonical import canonical

KeyId: TypeAlias = str
BATCH = "application/vnd.comity.batch+json"
CHANNEL = "application/vnd.comity.channel+json"
OLDER = 16
"""How many digits the names of older books have."""
BOOK_HEAD = "application/vnd.comity.book+json"


def key_id(public: bytes) -> KeyId:
    """The name of a key: rule 2."""
    return sha256(public).hexdigest()[:16]


def pae(kind: str, payload: bytes) -> bytes:
    """The bytes that are signed: rule 1."""
    name = kind.encode()
    return b"DSSEv1 %d %b %d %b" % (len(name), name, len(payload), payload)


def signature(key: Ed25519PrivateKey, kind: str, payload: bytes) -> bytes:
    """Sign a payload of a type (64 bytes)."""
    return key.sign(pae(kind, payload))


def verifies(public: bytes, kind: str, payload: bytes, signed: bytes) -> bool:
    """Whether a signature over a payload of a type was made by the holder of a public key (32 raw bytes): rule 6."""
    if not sound(public):
        return False
    try:
        _public_key(public).verify(signed, pae(kind, payload))
    except (InvalidSignature, ValueError):
        return False
    return True


@lru_cache(maxsize=1024)
def _public_key(public: bytes) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(public)


def batch_head(issuer: str, size: int, top: bytes) -> bytes:
    """What an issuer signs for a batch of facts: rule 4."""
    return canonical({"issuer": issuer, "root": top.hex(), "size": size})


def channel_head(issuer: str, recipient: str, size: int, last: bytes) -> bytes:
    """What an issuer signs of a channel: how many facts went to a recipient, and the last link's hash."""
    return canonical({"hash": last.hex(), "issuer": issuer, "recipient": recipient, "size": size})


def book_name(node: str, ceiling: str, salt: str) -> str:
    """The name of a book with a ceiling (a marking a line) and a node's public key: rule 5."""
    return sha256(canonical({"ceiling": ceiling, "node": node, "salt": salt})).hexdigest()[:32]


def names(properties: Mapping[str, str]) -> bool:
    """Whether a book's name is the one that its properties make, or is older than that: rule 5."""
    name = properties.get("book", "")
    made = book_name(properties.get("node", ""), properties.get("ceiling", ""), properties.get("salt", ""))
    return len(name) == OLDER or name == made


def book_head(book: str, size: int, chain: bytes, arrived: int) -> bytes:
    """What a node signs of its own book: how many facts it holds, the last link's hash, and when the last arrived."""
    return canonical({"arrived": str(arrived), "book": book, "chain": chain.hex(), "size": size})
