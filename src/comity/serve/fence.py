"""What stands around every answer: headers that keep it to itself, and who may write.

Rules:
1. A page runs no script and takes no style, picture or frame but our own, and sends its forms nowhere else.
2. A writing comes from a page of ours (by what the browser says of its origin) or bears a token. What says neither is
   refused: fail closed.
   A program that speaks TAXII has no page to come from: it bears HTTP Basic, or the type of TAXII, which no page can
   send across without asking first (CORS); and no cookie, so that it acts for nobody who signed in on a page.
3. Nothing of what a visitor may read is kept by anything between him and us; what a secret address leads to, nowhere.
4. What is asked of a host that can be none is not asked of us.
"""

from __future__ import annotations

import re

from litestar.datastructures import Headers
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from comity.formats.taxii import is_taxii

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
_SET = [(name.encode(), value.encode()) for name, value in HEADERS.items()]
_NAMED = re.compile(r"(?:[\w.~-]*|\[[0-9A-Fa-f:.]+\])(?::(\d{0,5}))?", re.ASCII)
_LOST = b"The host that was asked for can be none. Nothing was done."
FEED = "/feed/"
READING = {"GET", "HEAD", "OPTIONS"}
_REFUSAL = b"This was not sent from a page of this server, and bears no token. Nothing was done."


async def with_headers(message: Message, scope: Scope) -> None:
    """Set the headers of an answer: rules 1 and 3."""
    if message["type"] == "http.response.start":
        told = list(message["headers"])
        has = {name for name, _ in told}
        still = scope["path"].startswith("/static/")
        how = b"no-cache" if still else b"no-store" if scope["path"].startswith(FEED) else b"private, no-cache"
        cached = (b"cache-control", how)
        varies = [] if still else [(b"vary", b"Cookie, Authorization, Accept-Language")]
        message["headers"] = [*told, *((name, value) for name, value in (*_SET, cached) if name not in has), *varies]


def fenced(app: ASGIApp) -> ASGIApp:
    """Refuse a writing that comes from elsewhere: rule 2."""

    async def ask(scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers.from_scope(scope)
        named = _NAMED.fullmatch(headers.get("host", ""))
        lost = named is None or int(named[1] or 0) > 65535
        if scope["type"] == ScopeType.HTTP and (lost or (scope["method"] not in READING and not _ours(headers))):
            start: Message = {
                "type": "http.response.start",
                "status": 400 if lost else 403,
                "headers": [(b"content-type", b"text/plain; charset=utf-8")],
            }
            await with_headers(start, scope)
            await send(start)
            await send({"type": "http.response.body", "body": _LOST if lost else _REFUSAL, "more_body": False})
            return
        await app(scope, receive, send)

    return ask


def _ours(headers: Headers) -> bool:
    if headers.get("authorization", "").lower().startswith("bearer "):
        return True
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site is not None and site != "same-origin":
        return False
    if origin is not None:
        return origin.partition("://")[2] == headers.get("host", "")
    return site == "same-origin" or _program(headers)


def _program(headers: Headers) -> bool:
    """Whether a program sends it, over TAXII: rule 2."""
    basic = headers.get("authorization", "").lower().startswith("basic ")
    return (basic or is_taxii(headers.get("content-type", ""))) and "cookie" not in headers
