"""Page tokens: where a reader goes on, sealed so that nobody else can use them or read them.

Rules:
1. A token is sealed under the book's secret (AES-SIV, RFC 5297) and bound to the audience, the collection, what is
   listed and the filter. Under any other it is none, and so is one that was changed.
2. It holds a row's number in the reader's own outbox, which counts only what he was offered. The same place has the
   same token.
3. What is gone is answered under a name that is made in the same way, of the row that says so. The entry of the
   register for what was offered has its name of the object and its version, and of no row: its owner learns nothing by
   it of what others let the reader have.
"""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from comity.errors import Malformed
from comity.ledger.outbox import Shelf

PURPOSE = "TAXII page tokens"


def answering(of: Shelf) -> list[bytes]:
    """What the name is bound to under which what is gone from an outbox is answered: rule 3."""
    return [*(part.encode() for part in of), b"what is gone"]


def entered(secret: bytes, of: Shelf, thing: str, version: str) -> str:
    """The name of the register's entry for a version of an object that an outbox offered: rule 3.

    Args:
        secret: 32 bytes.
        of: the outbox.
        thing: the object's own id.
        version: its version; none where it has none.
    """
    return sealed(secret, 0, [*(part.encode() for part in (*of, thing, version)), b"what was offered"])


def sealed(secret: bytes, seq: int, bound: list[bytes]) -> str:
    """The token of a place.

    Args:
        secret: 32 bytes.
        seq: the number of the last row that was shown.
        bound: what it is bound to: rule 1.
    """
    return urlsafe_b64encode(AESSIV(secret).encrypt(seq.to_bytes(8, "big"), bound)).decode().rstrip("=")


def opened(secret: bytes, token: str, bound: list[bytes]) -> int:
    """The place of a token.

    Raises:
        Malformed: it is none, or belongs to another question.
    """
    try:
        kept = urlsafe_b64decode(token.encode("ascii") + b"=" * (-len(token) % 4))
        return int.from_bytes(AESSIV(secret).decrypt(kept, bound), "big")
    except (InvalidTag, ValueError, binascii.Error) as error:
        step = "ask again without `next`, or with the same filter"
        raise Malformed("this is no token of a page of this question", field="next", next_step=step) from error
