"""Keys: which key speaks for which party, as the book's own facts say, in the order of their arrival.

Rules:
1. A book begins with one key, its node's, whose public half is a property of the book; its party is the book itself.
2. A `key` fact (party, public) takes effect when a live key of that party signed it. Where the party has none, the node
   introduces it by its own signature.
3. A `key` fact that says which key it `replaces` retires that key: so keys are rotated, signed by the old one.
4. A `key-revoked` fact (party, key) takes effect when a live key of that party, or the node, signed it.
5. Order is by arrival. A signature counts if its key was live when the batch arrived; a date inside what is signed
   makes no difference, so that a stolen key cannot backdate.
6. Bytes that can be no public key (`comity.ledger.points`) are none, in whichever fact or book they stand: such a fact
   is refused when it is drafted, and one that stands in a book has no effect.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

from comity.ledger.points import sound
from comity.ledger.record import Record
from comity.ledger.sign import KeyId, key_id
from comity.values.party import PartyCode
from comity.values.reading import BOOK

KEY, KEY_REVOKED = "key", "key-revoked"
KEY_KINDS = (KEY, KEY_REVOKED)
Position: TypeAlias = int


@dataclass(frozen=True, slots=True)
class Key:
    """A public key of a party, live from one position of the book up to another."""

    id: KeyId
    party: PartyCode
    public: bytes
    since: Position
    until: Position | None = None

    def live(self, at: Position) -> bool:
        """Whether a batch that begins at a position may be signed with it."""
        return self.since < at and (self.until is None or at <= self.until)


class Keys:
    """Every key the book has heard of; a function of its facts."""

    def __init__(self, node: bytes) -> None:
        self.seen: Position = 0
        self._keys: dict[KeyId, Key] = {}
        if sound(node):  # rule 6
            self._add(BOOK, node, 0)

    def __iter__(self) -> Iterator[Key]:
        """Every key, in the order of arrival."""
        return iter(self._keys.values())

    def get(self, name: KeyId) -> Key | None:
        """A key by its id."""
        return self._keys.get(name)

    def live(self, party: PartyCode, at: Position) -> list[Key]:
        """The keys that speak for a party at a position."""
        return [key for key in self if key.party == party and key.live(at)]

    def objection(self, name: KeyId, party: PartyCode, at: Position) -> str | None:
        """Why a signature by a key does not count for a party at a position; None when it does: rule 5."""
        key = self._keys.get(name)
        if key is None or key.since >= at:
            return f"the key {name} is not known"
        if key.party != party:
            return f"the key {name} is not {party}'s"
        return None if key.live(at) else f"the key {name} was revoked or replaced before this arrived"

    def take(self, record: Record, signed_by: Collection[KeyId], at: Position) -> str | None:
        """Let a fact about keys take effect; the reason why it has none, if so: rules 2 to 4."""
        self.seen = max(self.seen, at)
        party = str(record.body.get("party"))
        own = any(self.objection(name, party, at) is None for name in signed_by)
        node = any(self.objection(name, BOOK, at) is None for name in signed_by)
        if record.kind == KEY_REVOKED:
            return self._revoke(str(record.body.get("key")), party, at) if own or node else "nobody entitled signed it"
        public = _public(record)
        if public is None or key_id(public) in self._keys:
            return "it names no new key"
        if not own and not (node and not self.live(party, at)):
            return f"it is not signed by a live key of {party}"
        replaced = record.body.get("replaces")
        if replaced is not None and (why := self._revoke(str(replaced), party, at)):
            return why
        self._add(party, public, at)
        return None

    def _add(self, party: PartyCode, public: bytes, at: Position) -> None:
        name = key_id(public)
        self._keys[name] = Key(name, party, public, at if at else -1)

    def _revoke(self, name: KeyId, party: PartyCode, at: Position) -> str | None:
        key = self._keys.get(name)
        if key is None or key.party != party or not key.live(at):
            return f"{name} is no live key of {party}"
        self._keys[name] = replace(key, until=at)
        return None


def _public(record: Record) -> bytes | None:
    return public_key(record.body.get("public"))


def public_key(text: object) -> bytes | None:
    """The public key that a fact names in hexadecimal digits; None where it names none: rule 6."""
    try:
        public = bytes.fromhex(text) if isinstance(text, str) else b""
    except ValueError:
        return None
    return public if sound(public) else None
