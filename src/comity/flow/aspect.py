"""The words by which the first of two agreements stands against the second in one aspect."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

SAME, STRONGER, WEAKER, DIFFERENT, OTHER = "same", "stronger", "weaker", "different", "other words"
WIDER, NARROWER = "wider", "narrower"


@dataclass(frozen=True, slots=True)
class Aspect:
    """One aspect of two clauses or agreements, and how the first stands."""

    name: str
    word: str
    first: str
    second: str

    def as_json(self) -> dict[str, object]:
        """The aspect as plain data."""
        return {"aspect": self.name, "word": self.word, "first": self.first, "second": self.second}


def together(found: Iterable[str]) -> str:
    """The word for several aspects: stronger or weaker where some are and no other tells otherwise."""
    counted = set(found) - {SAME, OTHER}
    if counted in ({STRONGER}, {WEAKER}):
        return counted.pop()
    return DIFFERENT if counted else SAME
