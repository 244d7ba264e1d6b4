"""Who may sign in, and who has: accounts, sessions and tokens, in a small file beside the book.

Rules:
1. A password is kept as its argon2id hash; a session's or a token's secret as its SHA-256. None of them is in the book.
2. Signing in, out, or changing sides makes a new session; what was known before names nobody any more.
3. After five failures in a row an account waits, twice as long each time, up to an hour. A name nobody has takes as
   long to be refused as a wrong password.
4. What a person may do for his nation stands in the book, as that nation's own facts (`comity.serve.roles`).
"""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from comity.errors import Malformed, Refused
from comity.values.instant import HOUR, SECOND, Instant
from comity.values.party import PartyCode

LASTS = 12 * HOUR
PATIENCE = 5
SHORTEST = 12
_TABLES = """
CREATE TABLE IF NOT EXISTS account (person TEXT PRIMARY KEY, party TEXT NOT NULL, verifier TEXT NOT NULL,
    failures INTEGER NOT NULL DEFAULT 0, waits_until INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE IF NOT EXISTS session (digest BLOB PRIMARY KEY, person TEXT NOT NULL, party TEXT NOT NULL,
    ends INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS token (digest BLOB PRIMARY KEY, person TEXT NOT NULL, party TEXT NOT NULL,
    made INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS kept_answer (party TEXT NOT NULL, key TEXT NOT NULL, asked BLOB NOT NULL,
    status INTEGER NOT NULL, body BLOB NOT NULL, PRIMARY KEY (party, key)) STRICT;
"""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who acts for a party."""

    name: str
    party: PartyCode


class Accounts:
    """Accounts, sessions and tokens.

    Args:
        path: their file; None keeps them in memory, as a demonstration does.
        clock: what tells the instant.
    """

    def __init__(self, path: Path | None, clock: Callable[[], Instant]) -> None:
        self._db = sqlite3.connect(str(path) if path else ":memory:", isolation_level=None, check_same_thread=False)
        self._db.executescript(_TABLES)
        if path is not None:
            path.chmod(0o600)
        self._clock = clock
        self._hasher = PasswordHasher()
        self._nobody = self._hasher.hash(secrets.token_hex(8))

    def add(self, person: Person, password: str) -> None:
        """Make an account, or give an existing one a new password.

        Raises:
            Malformed: the password is too short.
        """
        if len(password) < SHORTEST:
            step = f"choose one of {SHORTEST} characters or more"
            raise Malformed("the password is too short", field="password", next_step=step)
        told = (person.name, person.party, self._hasher.hash(password))
        self._db.execute("INSERT OR REPLACE INTO account (person, party, verifier) VALUES (?, ?, ?)", told)
        self._db.execute("DELETE FROM session WHERE person = ?", (person.name,))

    def people(self, party: PartyCode) -> list[str]:
        """Who has an account of a party, by name."""
        found = self._db.execute("SELECT person FROM account WHERE party = ? ORDER BY person", (party,))
        return [name for (name,) in found]

    def remove(self, person: Person) -> None:
        """Close an account and every session and token of it."""
        self._db.execute("DELETE FROM account WHERE person = ? AND party = ?", (person.name, person.party))
        for table in ("session", "token"):
            self._db.execute(f"DELETE FROM {table} WHERE person = ?", (person.name,))  # noqa: S608  # our own words

    def check(self, name: str, password: str) -> Person:
        """Who signs in by a password: rule 3.

        Raises:
            Refused: the name or the password is wrong, or the account waits.
        """
        row = self._db.execute(
            "SELECT party, verifier, failures, waits_until FROM account WHERE person = ?", (name,)
        ).fetchone()
        party, verifier, failures, waits_until = row or ("", self._nobody, 0, 0)
        if waits_until > self._clock():
            raise Refused("too many wrong passwords", field="password", next_step="wait a while, then try again")
        try:
            self._hasher.verify(verifier, password)
        except (VerifyMismatchError, InvalidHashError):
            self._failed(name, failures + 1)
            raise Refused("the name or the password is wrong", field="password", next_step="try again") from None
        self._db.execute("UPDATE account SET failures = 0 WHERE person = ?", (name,))
        if not row:
            raise Refused("the name or the password is wrong", field="password", next_step="try again")
        return Person(name, party)

    def _failed(self, name: str, failures: int) -> None:
        wait = min(2 ** max(failures - PATIENCE, 0), 3600) * SECOND if failures >= PATIENCE else 0
        change = "UPDATE account SET failures = ?, waits_until = ? WHERE person = ?"
        self._db.execute(change, (failures, self._clock() + wait, name))

    def open_session(self, person: Person) -> str:
        """A new session's secret: rule 2."""
        secret = secrets.token_urlsafe(32)
        told = (_digest(secret), person.name, person.party, self._clock() + LASTS)
        self._db.execute("INSERT INTO session VALUES (?, ?, ?, ?)", told)
        return secret

    def close_session(self, secret: str) -> None:
        """Forget a session."""
        self._db.execute("DELETE FROM session WHERE digest = ? OR ends <= ?", (_digest(secret), self._clock()))

    def session(self, secret: str) -> Person | None:
        """Whose a session is, while it lasts."""
        query = "SELECT person, party FROM session WHERE digest = ? AND ends > ?"
        found = self._db.execute(query, (_digest(secret), self._clock())).fetchone()
        return Person(*found) if found else None

    def make_token(self, person: Person) -> str:
        """A new secret by which a program acts for a person."""
        secret = secrets.token_urlsafe(32)
        told = (_digest(secret), person.name, person.party, self._clock())
        self._db.execute("INSERT INTO token VALUES (?, ?, ?, ?)", told)
        return secret

    def token(self, secret: str) -> Person | None:
        """Whose a token is."""
        found = self._db.execute("SELECT person, party FROM token WHERE digest = ?", (_digest(secret),)).fetchone()
        return Person(*found) if found else None

    def kept(self, party: PartyCode, key: str) -> tuple[bytes, int, bytes] | None:
        """What was answered to a writing with an idempotency key: the digest of what was asked, status and body."""
        query = "SELECT asked, status, body FROM kept_answer WHERE party = ? AND key = ?"
        found = self._db.execute(query, (party, key)).fetchone()
        return None if found is None else (bytes(found[0]), int(found[1]), bytes(found[2]))

    def keep(self, party: PartyCode, key: str, asked: bytes, status: int, body: bytes) -> None:
        """Keep the answer to a writing."""
        self._db.execute("INSERT OR IGNORE INTO kept_answer VALUES (?, ?, ?, ?, ?)", (party, key, asked, status, body))

    def close(self) -> None:
        """Close the file."""
        self._db.close()


def _digest(secret: str) -> bytes:
    return sha256(secret.encode()).digest()
