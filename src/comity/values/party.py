"""Parties, and the ways in which a fact can name several of them.

Rules:
1. A party is a code: a state or an organisation. A group is a set of members over time and is never meant without its
   mode: `GROUP@dynamic` is its members at the instant asked about, `GROUP@2004-03-29` its members on that day, for
   ever.
2. `*` is everyone. It is written out; nothing means everyone by default.
"""

from __future__ import annotations

from dataclasses import dataclass

from comity.errors import Malformed
from comity.values.instant import Instant, instant, show

PartyCode = str
ANYONE = "*"


@dataclass(frozen=True, slots=True, order=True)
class Group:
    """The members of a group: at the instant asked about (`frozen` is None) or on one day."""

    name: str
    frozen: Instant | None = None

    def __str__(self) -> str:
        """Write the reference as it is read."""
        return f"{self.name}@{'dynamic' if self.frozen is None else show(self.frozen)}"


Recipient = PartyCode | Group


def recipient(text: object) -> Recipient:
    """Read a party code, `GROUP@dynamic`, `GROUP@DATE` or `*`.

    Raises:
        Malformed: the text is none of these.
    """
    if not isinstance(text, str) or not text:
        raise Malformed(
            f"{text!r} names no party", next_step="write a party code, GROUP@dynamic, GROUP@2004-03-29 or *"
        )
    name, at, mode = text.partition("@")
    if not at:
        return name
    if not name:
        raise Malformed(f"{text!r} names no group", next_step="write GROUP@dynamic or GROUP@2004-03-29")
    return Group(name) if mode == "dynamic" else Group(name, instant(mode))
