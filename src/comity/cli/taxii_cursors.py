"""How far a book has pulled from and pushed to other servers: in a small file beside it, written after each page.

Rules:
1. A cursor is on disk when `keep` returns: a stop, or a loss of power, loses at most the page that was on its way.
2. It belongs to an address, a direction, a party and its receivers, and a collection of the book.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from comity.errors import Malformed, Unavailable

_TABLE = """
CREATE TABLE IF NOT EXISTS cursor (way TEXT NOT NULL, url TEXT NOT NULL, audience TEXT NOT NULL,
    collection TEXT NOT NULL, told TEXT NOT NULL, PRIMARY KEY (way, url, audience, collection)) STRICT
"""
_KEEP = "INSERT OR REPLACE INTO cursor VALUES (?, ?, ?, ?, ?)"
_GET = "SELECT told FROM cursor WHERE way = ? AND url = ? AND audience = ? AND collection = ?"
_URLS = "SELECT url FROM cursor WHERE way = ? AND audience = ? AND collection = ? ORDER BY url"
Key = tuple[str, str, str, str]
"""The way (pull, push, or what is on its way), the address, whose, and into or from which collection: rule 2."""


class Cursors:
    """The cursors of a book.

    Raises:
        Unavailable: the file cannot be opened or made.
        Malformed: it is no such file.
    """

    def __init__(self, book: Path) -> None:
        self.path = book.with_name(f"{book.name}.taxii")
        try:
            self._raw = sqlite3.connect(self.path, isolation_level=None)
            self._raw.execute("PRAGMA synchronous = FULL")
            self._raw.execute(_TABLE)
        except sqlite3.OperationalError as error:
            step = "check the folder and its permissions"
            raise Unavailable(f"cursors cannot be kept: {error}", where=str(self.path), next_step=step) from error
        except sqlite3.DatabaseError as error:
            step = "move it away; what is pulled again is here once"
            raise Malformed(f"this is no file of cursors: {error}", where=str(self.path), next_step=step) from error

    def get(self, key: Key) -> list[str]:
        """What was kept; nothing at first."""
        with closing(self._raw.execute(_GET, key)) as rows:
            found = rows.fetchone()
        return [] if found is None else str(found[0]).split("\n")

    def urls(self, way: str, audience: str, collection: str) -> list[str]:
        """The addresses of which something is kept, for one way, audience and collection, in order."""
        with closing(self._raw.execute(_URLS, (way, audience, collection))) as rows:
            return [str(url) for (url,) in rows]

    def keep(self, key: Key, told: Iterable[object]) -> None:
        """Keep how far it went: rule 1."""
        self._raw.execute(_KEEP, (*key, "\n".join(map(str, told))))

    def close(self) -> None:
        """Let go."""
        self._raw.close()
