"""Answers made smaller on their way: gzip, once for each content.

Rules:
1. What is small, is small already, or goes on for ever (a stream of events) goes as it is.
2. What was made smaller is kept under its tag, which is a digest of the content: who has the one has the other. What
   is short is made smaller each time, for that costs no more than to look it up.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from typing import cast

from litestar.datastructures import Headers
from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPResponseBodyEvent, HTTPResponseStartEvent, Message, Receive, Scope, Send

from comity.serve.keeping import Kept

SMALLEST, LARGEST, LEVEL = 1000, 4_000_000, 1
"""Bytes from which on it pays, and up to which an answer is held; the level, which costs least."""
SHORT = 4096
"""Up to so many bytes making it smaller costs about as little as to look it up."""
_GZIP = 31
"""What asks for gzip, with the largest window."""
KEPT, ROOM = 256, 4_000_000
"""How much of what was made smaller is kept: so many answers, of so many bytes in all."""
_WORDS = (b"text/", b"application/json", b"application/problem+json", b"application/javascript", b"image/svg+xml",
          b"application/vnd.oai", b"application/taxii+json")  # fmt: skip


class Packed:
    """What was made smaller, by the tag of its content."""

    def __init__(self, most: int = KEPT) -> None:
        self._kept: Kept[bytes] = Kept(most, ROOM, len)

    def get(self, tag: bytes | None, body: bytes) -> bytes:
        """A body made smaller; rule 2."""
        if tag is None or len(body) <= SHORT:
            return smaller(body)
        return self._kept.get(tag, lambda: smaller(body))


def smaller(body: bytes) -> bytes:
    """Bytes as gzip, the same for the same bytes: what else lies in memory changes none of them."""
    return zlib.compress(body, LEVEL, _GZIP)


def packed(app: ASGIApp) -> ASGIApp:
    """Make answers smaller for whoever can read them so."""
    kept = Packed()

    async def ask(scope: Scope, receive: Receive, send: Send) -> None:
        takes = scope["type"] == ScopeType.HTTP and "gzip" in Headers.from_scope(scope).get("accept-encoding", "")
        await app(scope, receive, _Packing(send, kept).tell if takes else send)

    return ask


class _Packing:
    """One answer: held until it is whole, then sent, smaller where it pays."""

    def __init__(self, send: Send, kept: Packed) -> None:
        self._send, self._kept = send, kept
        self._start: HTTPResponseStartEvent | None = None
        self._body = b""

    async def tell(self, message: Message) -> None:
        """Hold what has an end and may be made smaller; let everything else pass."""
        if message["type"] == "http.response.start" and _worth_it(dict(message["headers"])):
            self._start = message
        elif message["type"] == "http.response.body" and self._start is not None:
            self._body += message["body"]
            if not message["more_body"]:
                await self._tell_all(self._start, message)
        else:
            await self._send(message)

    async def _tell_all(self, start: HTTPResponseStartEvent, end: HTTPResponseBodyEvent) -> None:
        told = [(name, value) for name, value in start["headers"] if name != b"content-length"]
        if len(self._body) >= SMALLEST:
            self._body = self._kept.get(dict(told).get(b"etag"), self._body)
            told.append((b"content-encoding", b"gzip"))
        told += [(b"content-length", b"%d" % len(self._body)), (b"vary", b"Accept-Encoding")]
        start["headers"] = told
        await self._send(start)
        await self._send(cast("Message", {**end, "body": self._body}))


def _worth_it(headers: Mapping[bytes, bytes]) -> bool:
    """Rule 1: what states its length has an end."""
    length = headers.get(b"content-length", b"")
    return (
        length.isdigit()
        and SMALLEST <= int(length) <= LARGEST
        and b"content-encoding" not in headers
        and headers.get(b"content-type", b"").startswith(_WORDS)
    )
