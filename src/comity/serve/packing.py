"""Answers made smaller on their way: gzip, once for each content.

Rules:
1. What is small, is small already, or goes on for ever (a stream of events) goes as it is.
2. What was made smaller is kept under its tag, which is a digest of the content: who has the one has the other.
"""

from __future__ import annotations

import gzip
from collections import OrderedDict
from typing import cast

from litestar.datastructures import Headers, MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPResponseBodyEvent, HTTPResponseStartEvent, Message, Receive, Scope, Send

SMALLEST, LARGEST, LEVEL = 1000, 4_000_000, 2
"""Bytes from which on it pays, and up to which an answer is held; the level at which a page costs least time in all."""
KEPT = 256
_WORDS = ("text/", "application/json", "application/problem+json", "application/javascript", "image/svg+xml",
          "application/vnd.oai")  # fmt: skip


class Packed:
    """What was made smaller, by the tag of its content: the one that was asked for longest ago is forgotten first."""

    def __init__(self, most: int = KEPT) -> None:
        self._most, self._kept = most, OrderedDict[str, bytes]()

    def get(self, tag: str | None, body: bytes) -> bytes:
        """A body made smaller; rule 2."""
        if tag is None:
            return gzip.compress(body, LEVEL, mtime=0)
        if tag not in self._kept:
            self._kept[tag] = gzip.compress(body, LEVEL, mtime=0)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        self._kept.move_to_end(tag)
        return self._kept[tag]


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
        if message["type"] == "http.response.start" and _worth_it(MutableScopeHeaders.from_message(message)):
            self._start = message
        elif message["type"] == "http.response.body" and self._start is not None:
            self._body += message["body"]
            if not message["more_body"]:
                await self._tell_all(self._start, message)
        else:
            await self._send(message)

    async def _tell_all(self, start: HTTPResponseStartEvent, end: HTTPResponseBodyEvent) -> None:
        headers = MutableScopeHeaders.from_message(start)
        if len(self._body) >= SMALLEST:
            self._body = self._kept.get(headers.get("etag"), self._body)
            headers["content-encoding"] = "gzip"
            headers["content-length"] = str(len(self._body))
        headers.extend_header_value("vary", "Accept-Encoding")
        await self._send(start)
        await self._send(cast("Message", {**end, "body": self._body}))


def _worth_it(headers: MutableScopeHeaders) -> bool:
    """Rule 1: what states its length has an end."""
    length = headers.get("content-length", "")
    return (
        length.isdecimal()
        and SMALLEST <= int(length) <= LARGEST
        and "content-encoding" not in headers
        and headers.get("content-type", "").startswith(_WORDS)
    )
