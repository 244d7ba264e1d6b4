"""What goes over a connection is what was written, in as few pieces as may be, and as soon as it was."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import cast

import uvicorn
from litestar.enums import ScopeType
from litestar.types import Receive, Scope, Send

from comity.serve.wire import LARGE, Gathered, Gathering

BODIES = {"/none": [b""], "/one": [b"x" * 500], "/many": [b"ab" * 40_000, b"", b"c", b"d" * 200_000]}


class Line(asyncio.Transport):
    """A connection that keeps what it is given."""

    def __init__(self) -> None:
        super().__init__({"peername": ("somebody", 1)})
        self.pieces: list[bytes] = []
        self.open = True

    def write(self, data: bytes | bytearray | memoryview) -> None:
        assert self.open
        self.pieces.append(bytes(data))

    def close(self) -> None:
        self.open = False


async def written(*pieces: bytes, close: bool = False) -> tuple[Line, list[bytes]]:
    """A connection after some pieces in one turn of the loop, and what it had been given before the turn ended."""
    line = Line()
    gathering = Gathering(line, asyncio.get_running_loop())
    for piece in pieces:
        gathering.write(piece)
    if close:
        gathering.close()
    at_once = list(line.pieces)
    await asyncio.sleep(0)
    return line, at_once


def test_what_is_written_in_one_turn_goes_in_one_piece() -> None:
    line, at_once = asyncio.run(written(b"head", b"", b"body"))
    assert (line.pieces, at_once) == ([b"headbody"], [])


def test_what_is_large_does_not_wait() -> None:
    line, at_once = asyncio.run(written(b"head", b"x" * LARGE, b"rest"))
    assert at_once == [b"head" + b"x" * LARGE]
    assert line.pieces == [*at_once, b"rest"]


def test_what_was_written_goes_before_the_connection_is_closed() -> None:
    line, at_once = asyncio.run(written(b"head", b"body", close=True))
    assert (line.pieces, at_once, line.open) == ([b"headbody"], [b"headbody"], False)


def test_in_all_else_it_is_the_connection() -> None:
    with asyncio.Runner() as runner:
        gathering = cast("asyncio.Transport", Gathering(Line(), runner.get_loop()))
        assert gathering.get_extra_info("peername") == ("somebody", 1)


async def answers(scope: Scope, receive: Receive, send: Send) -> None:
    """An application that sends what `BODIES` says, in its pieces."""
    if scope["type"] == ScopeType.HTTP:
        pieces = BODIES[scope["path"]]
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for number, piece in enumerate(pieces, start=1):
            await send({"type": "http.response.body", "body": piece, "more_body": number < len(pieces)})


@contextmanager
def served() -> Iterator[int]:
    """The port of a server of it."""
    config = uvicorn.Config(answers, host="127.0.0.1", port=0, log_level="warning", lifespan="off", http=Gathered)
    server = uvicorn.Server(config)
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.01)
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        thread.join(10)


def test_a_server_sends_every_byte() -> None:
    from http.client import HTTPConnection

    with served() as port:
        connection = HTTPConnection("127.0.0.1", port, timeout=30)
        for path, pieces in (*BODIES.items(), *BODIES.items()):
            connection.request("GET", path)
            assert connection.getresponse().read() == b"".join(pieces)
        connection.request("GET", "/one", headers={"connection": "close"})
        assert connection.getresponse().read() == b"".join(BODIES["/one"])
        connection.close()
