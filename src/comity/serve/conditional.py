"""What HTTP asks of every reading: that HEAD tells what GET would, and that nobody is sent what he has.

Rules:
1. Whatever answers GET answers HEAD with the same status and headers, tag and length among them, and no body
   (RFC 9110, 9.3.2).
2. Whoever has an answer already, by its tag, is told that it is unchanged. Tags are compared weakly; one of a list is
   enough, and `*` is any answer there is (RFC 9110, 13.1.2). What is no list of tags names none.
3. That is for readings alone: to what was sent, an answer is always given.
"""

from __future__ import annotations

import re
from typing import cast

from litestar.datastructures import Headers, MutableScopeHeaders
from litestar.enums import HttpMethod, ScopeType
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

_TAG = re.compile(r'[ \t]*(?:(?:W/)?("[\x21\x23-\x7e\x80-\xff]*"))?[ \t]*(?:,|$)')


def named(said: str) -> frozenset[str]:
    """The tags that a header names, without what marks them as weak; none if it is no list of tags."""
    found, place = set(), 0
    while place < len(said):
        read = _TAG.match(said, place)
        if read is None:
            return frozenset()
        found.add(read[1])
        place = read.end()
    return frozenset(tag for tag in found if tag is not None)


def has(said: str, tag: str) -> bool:
    """Whether what a header names is the answer of a tag: rule 2."""
    return said.strip() == "*" or bool(named(said) & named(tag))


def unchanged(app: ASGIApp) -> ASGIApp:
    """Leave out the body of an answer that the asker has: rules 2 and 3."""

    async def ask(scope: Scope, receive: Receive, send: Send) -> None:
        reads = scope["type"] == ScopeType.HTTP and scope["method"] == HttpMethod.GET
        said = ",".join(Headers.from_scope(scope).getall("if-none-match", [])) if reads else ""
        if not said:
            await app(scope, receive, send)
            return
        same = False

        async def tell(message: Message) -> None:
            nonlocal same
            if message["type"] == "http.response.start":
                headers = MutableScopeHeaders.from_message(message)
                tag = headers.get("etag")
                same = message["status"] == 200 and tag is not None and has(said, tag)
                if same:
                    message["status"] = 304
                    headers["content-length"] = "0"
            elif message["type"] == "http.response.body" and same:
                message["body"] = b""
            await send(message)

        await app(scope, receive, tell)

    return ask


def headed(app: ASGIApp) -> ASGIApp:
    """Answer HEAD as GET, without the body: rule 1."""

    async def ask(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP or scope["method"] != HttpMethod.HEAD:
            await app(scope, receive, send)
            return

        async def tell(message: Message) -> None:
            """Let the head pass, and end there: so what would go on for ever ends as well."""
            if message["type"] != "http.response.body":
                await send(message)
            if message["type"] == "http.response.start":
                await send({"type": "http.response.body", "body": b"", "more_body": False})

        await app(cast("HTTPScope", {**scope, "method": HttpMethod.GET}), receive, tell)

    return ask
