"""Who read what here, and when: kept beside the book for those it concerns.

Rules:
1. Opening a fact, or asking whose consent is missing, is noted: by whom, for which party, when first and when last.
2. Whoever stated a fact is told which parties have opened it here; of persons, each nation's auditors see their own.
3. A note is no fact of the book: it says what this server saw, and nobody has signed it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from comity.serve.accounts import Person
from comity.values.instant import Instant
from comity.values.party import PartyCode

_TABLE = """
CREATE TABLE IF NOT EXISTS reading (party TEXT NOT NULL, person TEXT NOT NULL, what TEXT NOT NULL,
    first INTEGER NOT NULL, last INTEGER NOT NULL, PRIMARY KEY (what, party, person)) STRICT, WITHOUT ROWID;
"""
MOST = 200


class Reading(NamedTuple):
    """Somebody read something."""

    party: PartyCode
    person: str
    what: str
    first: Instant
    last: Instant


class Readings:
    """The notes of one server.

    Args:
        path: their file; None keeps them in memory, as a demonstration does.
        clock: what tells the instant.
    """

    def __init__(self, path: Path | None, clock: Callable[[], Instant]) -> None:
        self._db = sqlite3.connect(str(path) if path else ":memory:", isolation_level=None, check_same_thread=False)
        self._db.executescript(_TABLE)
        if path is not None:
            path.chmod(0o600)
        self._clock = clock

    def note(self, person: Person | None, what: str) -> None:
        """Somebody reads something: rule 1; of the public nobody is noted."""
        if person is not None:
            now = self._clock()
            add = "INSERT INTO reading VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET last = excluded.last"
            self._db.execute(add, (person.party, person.name, what, now, now))

    def parties(self, what: str) -> list[tuple[PartyCode, Instant]]:
        """Which parties have read something, and when each first did: rule 2."""
        query = "SELECT party, min(first) FROM reading WHERE what = ? GROUP BY party ORDER BY party"
        return [(str(party), int(first)) for party, first in self._db.execute(query, (what,))]

    def of(self, party: PartyCode) -> list[Reading]:
        """What a party's own people have read, the latest first: rule 2."""
        query = "SELECT * FROM reading WHERE party = ? ORDER BY last DESC, what, person LIMIT ?"
        return [Reading(*row) for row in self._db.execute(query, (party, MOST))]

    def close(self) -> None:
        """Close the file."""
        self._db.close()
