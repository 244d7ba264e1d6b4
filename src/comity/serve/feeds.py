"""Secret addresses of calendars: by one, a calendar program that sends neither cookie nor token reads a person's dates.

Rules:
1. An address holds a name and a secret of 256 bits. Its secret is shown once and kept as its SHA-256; it is looked for
   by its name and compared in constant time.
2. It reads calendars, as its person would, and nothing else.
3. It lasts ninety days, and ends before that when it is revoked, with a new password, and with the account.
4. An address of the network has as many tries at secrets that are none as at passwords, counted apart from those.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from hashlib import sha256
from hmac import compare_digest

from comity.serve.accounts import TOKEN_LASTS, Accounts, Person
from comity.serve.patience import Patience
from comity.values.instant import Instant

_NOBODY = bytes(32)


@dataclass(frozen=True, slots=True)
class Feed:
    """A secret address as its owner may see it afterwards: everything but its secret."""

    name: str
    says: str
    made: Instant
    ends: Instant


class Feeds:
    """The secret addresses of everybody's calendars, in the file of accounts."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts
        self.addresses = Patience(accounts.clock)

    def make(self, person: Person, says: str = "") -> tuple[str, str]:
        """The name and the secret of a new address.

        Args:
            person: whose calendars it reads.
            says: what it is for, in the person's own words.
        """
        name, secret, now = secrets.token_hex(8), secrets.token_urlsafe(32), self._accounts.clock()
        told = (name, _digest(secret), person.name, person.party, says[:200], now, now + TOKEN_LASTS)
        self._accounts.run("DELETE FROM feed WHERE ends <= ?", (now,))
        self._accounts.run("INSERT INTO feed VALUES (?, ?, ?, ?, ?, ?, ?)", told)
        return name, secret

    def whose(self, name: str, secret: str) -> Person | None:
        """Whose an address is, while it lasts: rule 1."""
        query = "SELECT digest, person, party FROM feed WHERE name = ? AND ends > ?"
        found = self._accounts.run(query, (name, self._accounts.clock()))
        digest, person, party = found[0] if found else (_NOBODY, "", "")
        same = isinstance(digest, bytes) and compare_digest(digest, _digest(secret))
        return Person(str(person), str(party)) if same and found else None

    def of(self, person: Person) -> list[Feed]:
        """A person's own addresses, the oldest first."""
        query = (
            "SELECT name, says, made, ends FROM feed WHERE party = ? AND person = ? AND ends > ? ORDER BY made, name"
        )
        found = self._accounts.run(query, (person.party, person.name, self._accounts.clock()))
        return [Feed(str(name), str(says), int(str(made)), int(str(ends))) for name, says, made, ends in found]

    def revoke(self, person: Person, name: str) -> None:
        """End one of a person's own addresses, by its name; another's is left alone."""
        told = (person.party, person.name, name)
        self._accounts.run("DELETE FROM feed WHERE party = ? AND person = ? AND name = ?", told)


def _digest(secret: str) -> bytes:
    return sha256(secret.encode()).digest()
