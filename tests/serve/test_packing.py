"""Answers are made smaller on their way, and nothing else about them changes."""

from __future__ import annotations

import asyncio
import gzip

from litestar.types import Message, Scope

from comity.serve.packing import Packed, packed
from tests.serve.desks import Visitor, book_of, desk_of

PLAIN = {"accept-encoding": "identity"}


def raw(visitor: Visitor, path: str) -> tuple[int, dict[str, str], bytes]:
    """An answer as it comes over the line."""
    with visitor.client.stream("GET", path, headers={"accept-encoding": "gzip"}) as answer:
        return answer.status_code, dict(answer.headers), b"".join(answer.iter_raw())


def test_a_page_is_the_same_packed_or_not() -> None:
    visitor = Visitor(desk_of(book_of([])), "POL")
    for path in ("/agreements", "/api/agreements", "/picture", "/api/openapi.json", "/static/style.css"):
        plain = visitor.get(path, **PLAIN)
        for _ in range(2):
            status, headers, body = raw(visitor, path)
            assert (status, gzip.decompress(body)) == (plain.status_code, plain.content), path
            assert headers["content-encoding"] == "gzip"
            assert int(headers["content-length"]) == len(body) < len(plain.content)
            assert "Accept-Encoding" in headers["vary"]
            assert headers.get("etag") == plain.headers.get("etag")
        assert "content-encoding" not in plain.headers


def test_what_one_has_is_still_not_sent_again() -> None:
    visitor = Visitor(desk_of(book_of([])), "POL")
    tag = visitor.get("/agreements").headers["etag"]
    again = visitor.get("/agreements", **{"if-none-match": tag})
    assert (again.status_code, again.content) == (304, b"")


def test_the_tag_is_of_the_content_so_that_another_content_is_never_sent() -> None:
    kept = Packed(most=2)
    for number in range(5):
        body = bytes([number]) * 5000
        assert gzip.decompress(kept.get(b"%d" % number, body)) == body
        assert kept.get(b"%d" % number, body) is kept.get(b"%d" % number, body)


def sent(*messages: dict[str, object]) -> list[Message]:
    """What leaves when an application sends these."""
    left: list[Message] = []

    async def app(scope: object, receive: object, send: object) -> None:
        for message in messages:
            await send(message)  # type: ignore[operator]  # a plain application

    async def send(message: Message) -> None:
        left.append(message)

    scope: Scope = {"type": "http", "headers": [(b"accept-encoding", b"gzip")]}  # type: ignore[assignment]
    asyncio.run(packed(app)(scope, None, send))  # type: ignore[arg-type]  # it receives nothing
    return left


def test_a_stream_goes_as_it_comes() -> None:
    start = {"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/event-stream")]}
    part = {"type": "http.response.body", "body": b"event: changed\n\n" * 100, "more_body": True}
    end = {"type": "http.response.body", "body": b"", "more_body": False}
    assert sent(start, part, part, end) == [start, part, part, end]


def test_a_file_sent_in_pieces_is_packed_whole() -> None:
    headers = [(b"content-type", b"text/css"), (b"content-length", b"4000")]
    start = {"type": "http.response.start", "status": 200, "headers": headers}
    piece = {"type": "http.response.body", "body": b"x" * 2000, "more_body": True}
    begun, whole = sent(start, piece, {**piece, "more_body": False})
    assert begun["type"] == "http.response.start"
    assert whole["type"] == "http.response.body"
    assert gzip.decompress(whole["body"]) == b"x" * 4000
