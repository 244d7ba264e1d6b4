"""Under which ids altered versions of objects leave: made with the book's secret from what is seen of them.

Rules:
1. The same is always called the same: what an altered version is made of is its seen portions, what it dropped, and the
   altered things it leads to.
2. Without the secret nobody learns from an id what is withheld, or that two readers were given different parts.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from comity.instruments.intelligence.seen import ObjectId

if TYPE_CHECKING:
    from comity.instruments.intelligence.assembly import Sight

RENDITION = "rendition of intelligence"
"""What the secret is for."""


class Renditions:
    """The renditions of what an audience sees: rules 1 and 2. What was worked out is kept."""

    def __init__(self, sight: Sight, secret: Callable[[], bytes]) -> None:
        self._sight, self._secret_of = sight, secret
        self._keys: dict[int, bytes] = {}
        self._own: dict[int, ObjectId] = {}

    def shared(self, secret: Callable[[], bytes]) -> Renditions:
        """The same for another view of the same audience."""
        again = Renditions(self._sight, secret)
        again._keys, again._own = self._keys, self._own
        return again

    @cached_property
    def _secret(self) -> bytes:
        return self._secret_of()

    def id(self, thing: int, number: int) -> ObjectId:
        """The id of a rendition, which is a UUID of the fourth kind by its form: rule 1."""
        found = self._own.get(number)
        if found is None:
            digest = bytearray(self.key(number)[:16])
            digest[6] = digest[6] & 0x0F | 0x40
            digest[8] = digest[8] & 0x3F | 0x80
            text = digest.hex()
            kind = self._sight.columns.ids[thing].partition("--")[0]
            found = f"{kind}--{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
            self._own[number] = found
        return found

    def key(self, number: int) -> bytes:
        """What is the same while an altered version is made of the same: rule 1."""
        reached, waiting = {number}, [number]
        while waiting:
            for thing in self._sight.references_of(waiting.pop()).tolist():
                to = int(self._sight.latest[thing])
                if self._sight.altered[to] and to not in reached:
                    reached.add(to)
                    waiting.append(to)
        rest = sorted(self._made_of(one) for one in reached if one != number)
        return hmac.digest(self._secret, b"".join([self._made_of(number), *rest]), "sha256")

    def _made_of(self, number: int) -> bytes:
        found = self._keys.get(number)
        if found is None:
            dropped = sorted(self._sight.columns.ids[thing] for thing in self._sight.dropped_of(number).tolist())
            said = b"".join([*sorted(self.addresses(number)), *(name.encode() for name in dropped)])
            found = self._keys[number] = hmac.digest(self._secret, said, "sha256")
        return found

    def addresses(self, number: int) -> list[bytes]:
        """The addresses of the seen portions and covers of a version."""
        return [self._sight.columns.addresses[one] for one in self._sight.portions_of(number).tolist()]

    @cached_property
    def of(self) -> dict[ObjectId, int]:
        """The altered versions that stand, by the ids under which they leave."""
        altered = (self._sight.stands & self._sight.altered).nonzero()[0].tolist()
        of = self._sight.columns.version["thing"]
        return {self.id(int(of[number]), number): number for number in altered}
