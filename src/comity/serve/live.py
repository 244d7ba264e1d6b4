"""Pages that live: whoever looks at one is told, without content, that the book has gone on.

Rules:
1. One watch for a desk, while anybody looks: a page costs nothing until something is stated.
2. What is sent is that something changed, never what; the page then asks again as its visitor, and sees what he may.
3. Somebody who may read nothing of what changed is told all the same: that a book goes on is no secret of its facts.
   A stream therefore tells at most once a second, and at regular beats, so that it counts nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable

BEAT = 1.0
QUIET = 25.0


class Watch:
    """Who looks, and one task that looks for them whether the book has gone on.

    Args:
        head: how far the book goes.
        beat: how long between two looks, in seconds.
    """

    def __init__(self, head: Callable[[], int], beat: float = BEAT) -> None:
        self._head, self._beat = head, beat
        self._waiting: set[asyncio.Event] = set()
        self._task: asyncio.Task[None] | None = None

    async def changes(self, quiet: float = QUIET) -> AsyncGenerator[bool, None]:
        """True each time the book has gone on; False when nothing happened for a while, so that lines stay open."""
        mine = asyncio.Event()
        self._waiting.add(mine)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._look())
        try:
            while True:
                try:
                    await asyncio.wait_for(mine.wait(), quiet)
                except TimeoutError:
                    yield False
                    continue
                mine.clear()
                yield True
        finally:
            self._waiting.discard(mine)

    async def _look(self) -> None:
        """Look at each beat, as long as anybody waits: rules 1 and 3."""
        seen = self._head()
        while self._waiting:
            await asyncio.sleep(self._beat)
            now = self._head()
            if now != seen:
                seen = now
                for one in list(self._waiting):
                    one.set()
