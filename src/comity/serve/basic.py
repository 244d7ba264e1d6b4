"""Who asks by HTTP Basic or by a token: programs of another nation, which hold neither session nor page.

Rules:
1. A user is `PARTY/NAME`, for a name is a nation's own. The password is the person's, or one of his tokens; a token may
   come as a bearer's as well.
2. What was right is remembered for some minutes: as a keyed digest, under a key that lives as long as the process, and
   with the verifier it was checked against. A new password or a closed account ends it, for then the verifier is
   another. A token is looked up each time.
3. What is wrong costs a try of the account and of the address, as at the door of the pages (`comity.serve.accounts`).
4. A person may ask so many times in a quarter of an hour; then he waits.
"""

from __future__ import annotations

import binascii
import secrets
from base64 import b64decode
from collections import OrderedDict
from hashlib import blake2b
from threading import Lock

from comity.errors import Refused
from comity.serve.accounts import Accounts, Person
from comity.serve.patience import Patience
from comity.values.instant import SECOND, Instant

LASTS = 5 * 60 * SECOND
REMEMBERED = 1000
QUESTIONS = 20_000
"""How often a person may ask in a quarter of an hour; walking through 100,000 objects takes a thousand questions."""


class TooMany(Exception):
    """Somebody tried or asked too often: rules 3 and 4."""


class Callers:
    """Who asks: rules 1 to 4."""

    def __init__(self, accounts: Accounts, questions: int = QUESTIONS) -> None:
        self._accounts = accounts
        self._key, self._lock = secrets.token_bytes(32), Lock()
        self._right: OrderedDict[bytes, tuple[Person, str, Instant]] = OrderedDict()
        self._asks = Patience(accounts.clock, questions)

    def person(self, said: str, address: str) -> Person | None:
        """Who asks, by his `Authorization` header; None where it names nobody.

        Args:
            said: the header.
            address: the address of the network he asks from.

        Raises:
            TooMany: he, or his address, tried or asked too often.
        """
        scheme, _, rest = said.partition(" ")
        found = None
        if scheme.lower() == "bearer":
            found = self._by_token(rest.strip(), address)
        elif scheme.lower() == "basic":
            found = self._by_name(rest.strip(), address)
        if found is not None and not self._asks.admits(f"{found.party}/{found.name}"):
            raise TooMany
        return found

    def _by_token(self, secret: str, address: str) -> Person | None:
        self._admit(address)
        found = self._accounts.token(secret)
        if found is not None:
            self._accounts.addresses.led_in(address)
        return found

    def _by_name(self, code: str, address: str) -> Person | None:
        told = _decoded(code)
        if told is None:
            return None
        party, name, password = told
        digest = blake2b("\0".join(told).encode("utf-8", "surrogatepass"), key=self._key).digest()
        known = self._remembered(digest)
        if known is not None:
            return known
        self._admit(address)
        by_token = self._accounts.token(password)
        person = by_token if by_token is not None and (by_token.party, by_token.name) == (party, name) else None
        if by_token is None:
            person = self._checked(party, name, password)
            self._remember(digest, person)
        if person is not None:
            self._accounts.addresses.led_in(address)
        return person

    def _admit(self, address: str) -> None:
        if not self._accounts.addresses.admits(address):
            raise TooMany

    def _checked(self, party: str, name: str, password: str) -> Person | None:
        try:
            return self._accounts.check(party, name, password)
        except Refused:
            return None

    def _remembered(self, digest: bytes) -> Person | None:
        """Rule 2."""
        with self._lock:
            person, verifier, ends = self._right.get(digest, (None, "", 0))
        if person is None or ends <= self._accounts.clock() or self._verifier(person) != verifier:
            return None
        return person

    def _remember(self, digest: bytes, person: Person | None) -> None:
        if person is not None:
            with self._lock:
                self._right[digest] = person, self._verifier(person), self._accounts.clock() + LASTS
                while len(self._right) > REMEMBERED:
                    self._right.popitem(last=False)

    def _verifier(self, person: Person) -> str:
        found = self._accounts.run(
            "SELECT verifier FROM account WHERE party = ? AND person = ?", (person.party, person.name)
        )
        return str(found[0][0]) if found else ""


def _decoded(code: str) -> tuple[str, str, str] | None:
    """Party, name and password of a Basic header; None where it is none (RFC 7617)."""
    try:
        user, colon, password = b64decode(code, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return None
    party, slash, name = user.partition("/")
    return (party, name, password) if colon and slash else None
