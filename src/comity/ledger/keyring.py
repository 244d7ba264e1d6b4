"""The private halves of keys, in a folder of this machine: one file each, for its owner's eyes alone.

Rules:
1. A file is `PARTY-KEYID.pem` (PKCS 8), mode 0600 in a folder of mode 0700, encrypted where a passphrase was given.
2. A key file that others may read is refused.
3. Nothing of a private key is ever in the book. A book in memory makes the keys it needs, and forgets them.
"""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote, unquote

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from comity.errors import Malformed, Refused, Unavailable
from comity.ledger.sign import KeyId, key_id
from comity.values.party import PartyCode

Passphrase = Callable[[PartyCode], bytes | None]
Chance = Callable[[int], bytes]
"""So many random bytes."""


def no_passphrase(_: PartyCode) -> bytes | None:
    """For keys that are kept without one."""
    return None


class Keyring:
    """The private keys at hand; without a folder, in memory."""

    def __init__(
        self,
        folder: Path | None = None,
        passphrase: Passphrase = no_passphrase,
        chance: Chance = secrets.token_bytes,
    ) -> None:
        self.folder = folder
        self._passphrase, self._chance = passphrase, chance
        self._open: dict[KeyId, Ed25519PrivateKey] = {}
        self._parties: dict[KeyId, PartyCode] = {}

    def held(self) -> dict[KeyId, PartyCode]:
        """The keys at hand and whose they are."""
        files = sorted(self.folder.glob("*-*.pem")) if self.folder is not None else []
        named = (path.stem.rpartition("-") for path in files)
        return {name: unquote(party) for party, _, name in named} | self._parties

    def has(self, name: KeyId) -> bool:
        """Whether a key is at hand."""
        return name in self._open or name in self.held()

    def generate(self, party: PartyCode, passphrase: bytes | None = None) -> tuple[KeyId, bytes]:
        """Make a new key for a party; its id and its public half (32 bytes).

        Raises:
            Unavailable: the folder cannot be written to.
        """
        private = Ed25519PrivateKey.from_private_bytes(self._chance(32))
        public = private.public_key().public_bytes_raw()
        name = key_id(public)
        if self.folder is not None:
            self._keep(self.folder, f"{quote(party, safe='')}-{name}.pem", private, passphrase)
        self._open[name], self._parties[name] = private, party
        return name, public

    def private(self, name: KeyId) -> Ed25519PrivateKey:
        """A private key that is at hand.

        Raises:
            Refused: it is not here, or others may read its file.
            Malformed: its file is no key, or the passphrase is not right.
        """
        if name not in self._open:
            self._open[name] = self._load(name)
        return self._open[name]

    def _keep(self, folder: Path, file: str, private: Ed25519PrivateKey, passphrase: bytes | None) -> None:
        lock = BestAvailableEncryption(passphrase) if passphrase else NoEncryption()
        text = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, lock)
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(folder / file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as opened:
                opened.write(text)
                opened.flush()
                os.fsync(opened.fileno())
        except OSError as error:
            raise Unavailable(
                f"the key cannot be kept: {error}", where=str(folder), next_step="check the folder and its permissions"
            ) from error

    def _load(self, name: KeyId) -> Ed25519PrivateKey:
        party = self.held().get(name)
        if self.folder is None or party is None:
            raise Refused(f"the private key {name} is not here", next_step="use the machine that holds it")
        path = self.folder / f"{quote(party, safe='')}-{name}.pem"
        if os.name == "posix" and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise Refused("others may read this key", where=str(path), next_step="chmod 600, or rotate the key")
        try:
            private = load_pem_private_key(path.read_bytes(), self._passphrase(party))
        except (ValueError, TypeError, UnsupportedAlgorithm) as error:
            next_step = "give the right passphrase (COMITY_PASSPHRASE), or none where it has none"
            raise Malformed(f"the key does not open: {error}", where=str(path), next_step=next_step) from error
        if not isinstance(private, Ed25519PrivateKey) or key_id(private.public_key().public_bytes_raw()) != name:
            raise Malformed("this is not the key its name says", where=str(path), next_step="restore the key file")
        return private
