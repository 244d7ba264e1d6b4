"""Who may sign in, and who has: accounts, sessions and tokens, in a small file beside the book.

Rules:
1. A password is kept as its argon2id hash; a session's or a token's secret as its SHA-256. None of them is in the book.
2. Signing in, out, or changing sides makes a new session; what was known before names nobody any more. A session lasts
   twelve hours, a token ninety days. A new password ends every session, every token and every secret address
   (`comity.serve.feeds`) of its account.
3. After five failures in a row an account waits, twice as long each time, up to an hour; a day after the last failure
   they are forgotten. A name nobody has is treated alike in every step, so that neither words nor time tell it apart.
4. A failure counts before the password is looked at, in one step: many tries at once gain nothing.
5. What a person may do for his nation stands in the book, as that nation's own facts (`comity.serve.roles`).
6. A name is a nation's own: two nations may each have a person of the same name, and neither learns of the other's.
7. The answer to a writing is kept under its key for a day (`comity.serve.once`), and forgotten when another is kept.
"""

from __future__ import annotations

import os
import secrets
import sqlite3
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from threading import BoundedSemaphore, RLock

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from comity.errors import Malformed, Refused, Unavailable
from comity.serve.patience import Patience
from comity.values.instant import DAY, HOUR, SECOND, Instant
from comity.values.party import PartyCode

LASTS = 12 * HOUR
TOKEN_LASTS = 90 * DAY
ANSWER_LASTS = DAY
PATIENCE = 5
WAITS = 30.0
"""Seconds one process waits for another that writes."""
LONGEST_WAIT = 3600
SHORTEST, LONGEST = 12, 1000
LONGEST_NAME = 200
_VERSION = 3
_TABLES = f"""
CREATE TABLE IF NOT EXISTS account (party TEXT NOT NULL, person TEXT NOT NULL, verifier TEXT NOT NULL,
    PRIMARY KEY (party, person)) STRICT;
CREATE TABLE IF NOT EXISTS attempt (party TEXT NOT NULL, person TEXT NOT NULL, failures INTEGER NOT NULL,
    waits_until INTEGER NOT NULL, PRIMARY KEY (party, person)) STRICT;
CREATE TABLE IF NOT EXISTS session (digest BLOB PRIMARY KEY, person TEXT NOT NULL, party TEXT NOT NULL,
    ends INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS token (digest BLOB PRIMARY KEY, person TEXT NOT NULL, party TEXT NOT NULL,
    name TEXT NOT NULL, says TEXT NOT NULL, made INTEGER NOT NULL, ends INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS kept_answer (party TEXT NOT NULL, key TEXT NOT NULL, asked BLOB NOT NULL,
    status INTEGER NOT NULL, body BLOB NOT NULL, ends INTEGER NOT NULL, PRIMARY KEY (party, key)) STRICT;
CREATE TABLE IF NOT EXISTS feed (name TEXT PRIMARY KEY, digest BLOB NOT NULL, person TEXT NOT NULL, party TEXT NOT NULL,
    says TEXT NOT NULL, made INTEGER NOT NULL, ends INTEGER NOT NULL) STRICT;
PRAGMA user_version = {_VERSION};
"""
_FROM_1 = "ALTER TABLE kept_answer ADD COLUMN ends INTEGER NOT NULL DEFAULT 0"
"""What a file of version 1 lacks: until when an answer is kept."""
_COUNTED = f"""
INSERT INTO attempt VALUES (:party, :person, 1, :now) ON CONFLICT (party, person) DO UPDATE SET
    failures = failures + 1,
    waits_until = :now + CASE WHEN failures + 1 < {PATIENCE} THEN 0
        ELSE min(1 << min(failures + 1 - {PATIENCE}, 20), {LONGEST_WAIT}) * {SECOND} END
WHERE waits_until <= :now RETURNING failures
"""  # noqa: S608  # our own numbers
_WRONG = "the name or the password is wrong"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who acts for a party."""

    name: str
    party: PartyCode


@dataclass(frozen=True, slots=True)
class Token:
    """A token as its owner may see it afterwards: everything but its secret."""

    name: str
    says: str
    made: Instant
    ends: Instant


def person_named(text: str) -> str:
    """A person's name, in one of its spellings.

    Raises:
        Malformed: it is none.
    """
    name = unicodedata.normalize("NFC", text.strip())
    if not name or len(name) > LONGEST_NAME or any(unicodedata.category(letter)[0] == "C" for letter in name):
        step = f"write 1 to {LONGEST_NAME} letters, without line breaks"
        raise Malformed("is no name of a person", field="name", next_step=step)
    return name


class Accounts:
    """Accounts, sessions and tokens.

    Args:
        path: their file; None keeps them in memory, as a demonstration does.
        clock: what tells the instant.
        hasher: how passwords are hashed; argon2id as its authors advise (RFC 9106, second choice) if none is given.

    Raises:
        Unavailable: the file cannot be opened or made.
        Malformed: it was written by another version, or is no such file.
    """

    def __init__(self, path: Path | None, clock: Callable[[], Instant], hasher: PasswordHasher | None = None) -> None:
        self.clock, self._lock, self._two = clock, RLock(), BoundedSemaphore(2)
        self._db = _opened(path, clock() + ANSWER_LASTS)
        self._hasher = PasswordHasher() if hasher is None else hasher
        self._nobody = self._hasher.hash(secrets.token_hex(8))
        self.addresses = Patience(clock)

    def run(self, statement: str, told: Sequence[object] | dict[str, object] = ()) -> list[tuple[object, ...]]:
        """One statement on the file, and what it finds."""
        with self._lock:
            return self._db.execute(statement, told).fetchall()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """All of some writings, or none, while no other process writes; within another, as a part of it."""
        with self._lock:
            if self._db.in_transaction:
                yield
                return
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    # Accounts

    def add(self, person: Person, password: str) -> None:
        """Make an account, or give an existing one a new password: rule 2.

        Raises:
            Malformed: the password is too short, too long, or the name is none.
        """
        if not SHORTEST <= len(password) <= LONGEST:
            step = f"choose one of {SHORTEST} characters or more"
            raise Malformed("the password is too short or too long", field="password", next_step=step)
        if person_named(person.name) != person.name:
            raise Malformed("is written in an unusual way", field="name", next_step="write it without blanks around it")
        verifier = self._hashed(lambda: self._hasher.hash(password))
        with self.alone():
            self.run("INSERT OR REPLACE INTO account VALUES (?, ?, ?)", (person.party, person.name, verifier))
            self.run("DELETE FROM attempt WHERE party = ? AND person = ?", (person.party, person.name))
            self._end(person, "session", "token", "feed")

    def people(self, party: PartyCode) -> list[str]:
        """Who has an account of a party, by name."""
        return [str(name) for (name,) in self.run("SELECT person FROM account WHERE party = ? ORDER BY 1", (party,))]

    def remove(self, person: Person) -> None:
        """Close an account, if there is one, and end every session, token and secret address of the person."""
        with self.alone():
            self.run("DELETE FROM account WHERE party = ? AND person = ?", (person.party, person.name))
            self._end(person, "session", "token", "feed")

    def check(self, party: PartyCode, name: str, password: str) -> Person:
        """Who signs in by a password: rules 3 and 4.

        Raises:
            Refused: the party, the name or the password is wrong, or the account waits.
        """
        party, name = party[:LONGEST_NAME], unicodedata.normalize("NFC", name.strip())[:LONGEST_NAME]
        now = self.clock()
        self.run("DELETE FROM attempt WHERE waits_until < ?", (now - DAY,))
        if not self.run(_COUNTED, {"party": party, "person": name, "now": now}):
            raise Refused("too many wrong passwords", field="password", next_step="wait a while, then try again")
        found = self.run("SELECT verifier FROM account WHERE party = ? AND person = ?", (party, name))
        right = self._hashed(lambda: self._verified(str(found[0][0]) if found else self._nobody, password))
        if not (right and found):
            raise Refused(_WRONG, field="password", next_step="try again")
        self.run("DELETE FROM attempt WHERE party = ? AND person = ?", (party, name))
        return Person(name, party)

    def change(self, person: Person, old: str, new: str) -> None:
        """Change a person's own password, who knows the old one: rule 2.

        Raises:
            Refused: the old one is wrong, or the account waits.
            Malformed: the new one is too short or too long.
        """
        self.check(person.party, person.name, old)
        self.add(person, new)

    def _verified(self, verifier: str, password: str) -> bool:
        try:
            return self._hasher.verify(verifier, password[:LONGEST])
        except (VerificationError, InvalidHashError):
            return False

    def _hashed(self, work: Callable[[], object]) -> object:
        """Hash at most twice at a time: each takes 64 MiB."""
        with self._two:
            return work()

    def _end(self, person: Person, *tables: str) -> None:
        for table in tables:
            own = f"DELETE FROM {table} WHERE party = ? AND person = ?"  # noqa: S608  # our own words
            self.run(own, (person.party, person.name))

    # Sessions

    def open_session(self, person: Person) -> str:
        """A new session's secret: rule 2."""
        secret = secrets.token_urlsafe(32)
        told = (_digest(secret), person.name, person.party, self.clock() + LASTS)
        self.run("INSERT INTO session VALUES (?, ?, ?, ?)", told)
        return secret

    def close_session(self, secret: str) -> None:
        """Forget a session."""
        self.run("DELETE FROM session WHERE digest = ? OR ends <= ?", (_digest(secret), self.clock()))

    def end_sessions(self, person: Person) -> None:
        """End every session of a person."""
        self._end(person, "session")

    def session(self, secret: str) -> Person | None:
        """Whose a session is, while it lasts."""
        return self._whose("SELECT person, party FROM session WHERE digest = ? AND ends > ?", secret)

    def _whose(self, query: str, secret: str) -> Person | None:
        found = self.run(query, (_digest(secret), self.clock()))
        return Person(str(found[0][0]), str(found[0][1])) if found else None

    # Tokens

    def make_token(self, person: Person, says: str = "") -> str:
        """A new secret by which a program acts for a person.

        Args:
            person: for whom.
            says: what it is for, in the person's own words.
        """
        secret, now = secrets.token_urlsafe(32), self.clock()
        told = (_digest(secret), person.name, person.party, secrets.token_hex(8), says[:200], now, now + TOKEN_LASTS)
        self.run("DELETE FROM token WHERE ends <= ?", (now,))
        self.run("INSERT INTO token VALUES (?, ?, ?, ?, ?, ?, ?)", told)
        return secret

    def token(self, secret: str) -> Person | None:
        """Whose a token is, while it lasts."""
        return self._whose("SELECT person, party FROM token WHERE digest = ? AND ends > ?", secret)

    def tokens(self, person: Person) -> list[Token]:
        """A person's own tokens, the oldest first."""
        query = (
            "SELECT name, says, made, ends FROM token WHERE party = ? AND person = ? AND ends > ? ORDER BY made, name"
        )
        found = self.run(query, (person.party, person.name, self.clock()))
        return [Token(str(name), str(says), int(str(made)), int(str(ends))) for name, says, made, ends in found]

    def revoke_token(self, person: Person, name: str) -> None:
        """End one of a person's own tokens, by its name; another's is left alone."""
        told = (person.party, person.name, name)
        self.run("DELETE FROM token WHERE party = ? AND person = ? AND name = ?", told)

    # Answers that are given again

    def kept(self, party: PartyCode, key: str) -> tuple[bytes, int, bytes] | None:
        """What was answered to a writing with an idempotency key: the digest of what was asked, status and body."""
        query = "SELECT asked, status, body FROM kept_answer WHERE party = ? AND key = ? AND ends > ?"
        with self._lock:
            found = self._db.execute(query, (party, key, self.clock())).fetchone()
        return None if found is None else (bytes(found[0]), int(found[1]), bytes(found[2]))

    def keep(self, party: PartyCode, key: str, asked: bytes, status: int, body: bytes) -> None:
        """Keep the answer to a writing, and forget those whose time is over: rule 7."""
        now = self.clock()
        told = (party, key, asked, status, body, now + ANSWER_LASTS)
        with self.alone():
            self.run("DELETE FROM kept_answer WHERE ends <= ?", (now,))
            self.run("INSERT OR IGNORE INTO kept_answer VALUES (?, ?, ?, ?, ?, ?)", told)

    def close(self) -> None:
        """Close the file."""
        self._db.close()


def _opened(path: Path | None, ends: Instant) -> sqlite3.Connection:
    """The file, for its owner's eyes alone from its first byte on; what an older one kept is kept until `ends`."""
    try:
        if path is not None:
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
            path.chmod(0o600)
        where = str(path) if path else ":memory:"
        made = sqlite3.connect(where, WAITS, isolation_level=None, check_same_thread=False)
        (version,) = made.execute("PRAGMA user_version").fetchone()
        if version == 1:
            made.executescript(f"BEGIN IMMEDIATE; {_FROM_1}; UPDATE kept_answer SET ends = {ends}; {_TABLES} COMMIT")  # noqa: S608  # our own numbers
        elif version not in (0, 2, _VERSION):  # version 2 lacks but a table
            step = f"upgrade comity; this one reads version {_VERSION}"
            raise Malformed(f"accounts of version {version}", where=str(path), next_step=step)
        made.executescript(_TABLES)
    except OSError as error:
        step = "check the folder and its permissions"
        raise Unavailable(f"the accounts cannot be kept: {error}", where=str(path), next_step=step) from error
    except sqlite3.DatabaseError as error:
        raise Malformed(f"this is no file of accounts: {error}", where=str(path), next_step="restore it") from error
    return made


def _digest(secret: str) -> bytes:
    return sha256(secret.encode()).digest()
