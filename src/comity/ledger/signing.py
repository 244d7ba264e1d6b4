"""Who signs for whom in a book: the keys that are live by its facts, and those of them that are at hand.

Rules:
1. What is recorded is signed by whoever states it, with a key the book knows to be live (`comity.ledger.keys`) and of
   which the private half is on this machine (`comity.ledger.keyring`).
2. Which keys are live is a function of the log, caught up with it whenever somebody asks.
3. A book in memory makes the keys it needs: in it nobody lacks one.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from comity.errors import Refused
from comity.ledger.keyring import Keyring
from comity.ledger.keys import KEY_KINDS, Keys
from comity.ledger.record import trusted
from comity.ledger.seal import Signer
from comity.ledger.sign import KeyId
from comity.ledger.store import Head, Reader, Row, Store
from comity.values.party import PartyCode


class Signing:
    """The keys of one book."""

    def __init__(self, store: Store, keyring: Keyring, node: bytes) -> None:
        """Begin with the public half of the node's key."""
        self._store, self._keyring = store, keyring
        self._keys = Keys(node)

    @property
    def keys(self) -> Keys:
        """Every key the book has heard of."""
        return self.learned(self._store, self._store.head())

    def learned(self, reader: Reader, head: Head) -> Keys:
        """The keys as the facts up to a head say: rule 2."""
        if self._keys.seen < head.size:
            for row in reader.rows(self._keys.seen, head.size, KEY_KINDS):
                signed_by = {one.key for one in reader.signatures(row.batch - 1, row.batch)}
                self._keys.take(trusted(row.data, row.address), signed_by, row.position)
            self._keys.seen = head.size
        return self._keys

    def passed(self, kinds: Collection[str], head: Head) -> None:
        """Go on to a head that this book itself has reached, by facts of some kinds, where no key is among them."""
        if not set(kinds) & set(KEY_KINDS):
            self._keys.seen = head.size

    def signed_by(self, row: Row) -> set[PartyCode]:
        """The parties that signed a fact, its issuer among them."""
        keys = self.keys
        found = (keys.get(one.key) for one in self._store.signatures(row.batch - 1, row.batch))
        return {row.issuer, *(key.party for key in found if key is not None)}

    def objection(self, party: PartyCode) -> Refused | None:
        """Why nothing can be signed for a party here; None where it can, or where the book makes the key: rule 3."""
        try:
            if self._keyring.folder is not None:
                self.signer(self.keys, self._store.head())(party)
        except Refused as error:
            return error
        return None

    def signer(self, keys: Keys, head: Head) -> Signer:
        """Who signs for a party after a head: a live key of his that is at hand, looked for once: rule 1."""

        @cache
        def signer(party: PartyCode) -> tuple[KeyId, Ed25519PrivateKey]:
            live = [key.id for key in keys.live(party, head.size + 1)]
            name = next((name for name in reversed(live) if self._keyring.has(name)), None)
            if name is None:
                what = "no live key of" if live else "no key for"
                raise Refused(f"there is {what} {party} here", next_step=_key_step(party, live=bool(live)))
            return name, self._keyring.private(name)

        return signer

    def lacking(self, parties: Collection[PartyCode]) -> list[PartyCode]:
        """The parties for which this book has to make a key before they can state anything: rule 3."""
        if self._keyring.folder is not None:
            return []
        head = self._store.head()
        return [party for party in sorted(parties) if not self.learned(self._store, head).live(party, head.size + 1)]


def _key_step(party: PartyCode, *, live: bool) -> str:
    if live:
        return "use the machine that holds its key"
    return f"`comity keys generate {party}` makes one; or take the fact over on the book's own word (adopt)"
