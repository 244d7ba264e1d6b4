"""Pages that live: whoever looks at one is told, without content, that what he sees has changed.

Rules:
1. One watch for a desk, while anybody looks: a page costs nothing until something is stated.
2. What is sent is that something changed, never what; the page then asks again as its visitor, and sees what he may.
3. Somebody who may read nothing of what changed is told nothing: neither a word nor its time, nor that of the sign that
   the line is still open, rests on it.
4. A stream tells at most once a second, and at regular beats, so that it counts nothing.
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

    async def changes(self, seen: Callable[[], object], quiet: float = QUIET) -> AsyncGenerator[bool, None]:
        """True each time what somebody sees has changed; False when it has not for a while, so that lines stay open.

        Args:
            seen: what he sees: rule 3.
            quiet: how long a while is, in seconds.
        """
        mine, known, time = asyncio.Event(), seen(), asyncio.get_running_loop().time
        self._waiting.add(mine)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._look())
        until = time() + quiet
        try:
            while True:
                try:
                    await asyncio.wait_for(mine.wait(), max(until - time(), 0))
                except TimeoutError:
                    until = time() + quiet
                    yield False
                    continue
                mine.clear()
                now = seen()
                if now != known:
                    known, until = now, time() + quiet
                    yield True
        finally:
            self._waiting.discard(mine)

    async def _look(self) -> None:
        """Look at each beat, as long as anybody waits: rules 1 and 4."""
        seen = self._head()
        while self._waiting:
            await asyncio.sleep(self._beat)
            now = self._head()
            if now != seen:
                seen = now
                for one in list(self._waiting):
                    one.set()
