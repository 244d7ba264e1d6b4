"""A writing is done once, however often it is sent.

Rules:
1. A writing may carry an `Idempotency-Key`. Sent again by somebody of the same nation, to the same address with the
   same body, it is answered as before and not done again; with another body or to another address it is refused.
2. The answer is kept for a day (`comity.serve.accounts`). After that the key is free, and what it comes with is done.
   Whether it was answered before is asked, and it is done and its answer kept, while no other process of the same book
   asks: sent to two of them at once, it is done by one.
3. What was refused has done nothing, and is not kept: put right, it may be sent with its key.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import Annotated

import msgspec
from litestar.params import HeaderParameter

from comity.errors import Malformed
from comity.serve.pages import JSON, Answer, answered
from comity.serve.visit import Visit

Key = Annotated[
    str | None,
    HeaderParameter(
        name="Idempotency-Key", max_length=200, description="sent again within a day, it is answered and not done again"
    ),
]


def once(
    visit: Visit, key: str | None, asked: object, do: Callable[[], dict[str, object]], status: int = 201
) -> Answer:
    """The answer to a writing, which is done unless it was done before: rules 1 to 3.

    Args:
        visit: who asks.
        key: its key; None: it is done each time.
        asked: its body.
        do: what does it, and tells what was done.
        status: the answer's status.

    Raises:
        Refused: nobody is signed in.
        Malformed: the key was used for something else.
    """
    party, accounts = visit.somebody.party, visit.desk.accounts
    if key is None:
        return answered(_body(do), JSON, status)
    digest = _digest(visit, asked)
    with accounts.alone():
        before = accounts.kept(party, key)
        if before is None:
            body = _body(do)
            accounts.keep(party, key, digest, status, body)
            return answered(body, JSON, status)
    if before[0] != digest:
        step = "use a new key for another writing"
        raise Malformed("this key was used for something else", field="Idempotency-Key", next_step=step)
    return answered(before[2], JSON, before[1])


def _body(do: Callable[[], dict[str, object]]) -> bytes:
    return msgspec.json.encode(do()) + b"\n"


def _digest(visit: Visit, asked: object) -> bytes:
    """What was asked, and where."""
    scope = visit.request.scope
    where = f"{scope['path']}?{scope['query_string'].decode('latin-1')}"
    return sha256(msgspec.json.encode([where, asked], order="sorted")).digest()
