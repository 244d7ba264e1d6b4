"""What goes over a connection, in as few pieces as may be.

Rules:
1. What is written to a connection in one turn of the loop (the head of an answer, and its body) is handed to the system
   in one piece: each piece costs its way there, and wakes up whoever waits for it.
2. Nothing waits for more: it goes at the end of the turn, or as soon as it is `LARGE`, so that whoever reads slowly
   still slows down who writes.
"""

from __future__ import annotations

import asyncio
from typing import cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

LARGE = 65536


class Gathering:
    """A connection that hands over what it is given as one: rules 1 and 2; in all else the connection itself."""

    def __init__(self, connection: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._connection, self._loop = connection, loop
        self._waiting: list[bytes] = []
        self._held = 0

    def write(self, piece: bytes) -> None:
        """Write a piece."""
        if not self._waiting:
            self._loop.call_soon(self._hand_over)
        self._waiting.append(piece)
        self._held += len(piece)
        if self._held >= LARGE:
            self._hand_over()

    def _hand_over(self) -> None:
        if self._waiting:
            whole = b"".join(self._waiting)
            self._waiting.clear()
            self._held = 0
            self._connection.write(whole)

    def close(self) -> None:
        """Close the connection, once all was handed over."""
        self._hand_over()
        self._connection.close()

    def __getattr__(self, name: str) -> object:
        """Whatever else a connection does."""
        return getattr(self._connection, name)


class Gathered(HttpToolsProtocol):
    """The server's side of HTTP over such a connection."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as its parent has it
        """Begin."""
        super().connection_made(cast("asyncio.Transport", Gathering(transport, self.loop)))
