"""How many facts of each kind stand under each label, so that a page need not look under every label.

Rules:
1. It is a function of the log, and read on as the log grows.
2. It holds what nobody may read beside what somebody may: whoever asks names the labels that are open to him.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from comity.ledger.store import Reader
from comity.values.instant import Instant


class Stand(NamedTuple):
    """How many facts of a kind there are under a label, and when the first of them arrived."""

    many: int
    first: Instant


class Tally:
    """The count of each kind under each label, as far as it has read."""

    def __init__(self) -> None:
        self._read_to = 0
        self._kinds: dict[str, dict[int, Stand]] = {}

    def read(self, store: Reader) -> None:
        """Catch up with the log: rule 1."""
        size = store.head().size
        if self._read_to < size:
            for label, kind, count, first in store.tally(self._read_to, size):
                under = self._kinds.setdefault(kind, {})
                had = under.get(label)
                under[label] = Stand(count, first) if had is None else Stand(had.many + count, had.first)
            self._read_to = size

    def by_label(self, kinds: Iterable[str]) -> dict[int, int]:
        """How many facts of some kinds stand under each label, whoever may read them."""
        found: dict[int, int] = {}
        for under in self._of(kinds):
            for label, stand in under.items():
                found[label] = found.get(label, 0) + stand.many
        return found

    @property
    def read_to(self) -> int:
        """How many facts of the log it has read."""
        return self._read_to

    def count(self, labels: Collection[int], kinds: Iterable[str] | None) -> int:
        """How many facts of some kinds stand under some labels: rule 2."""
        every = self._of(kinds)
        return sum(stand.many for under in every for label, stand in under.items() if label in labels)

    def holding(self, labels: Mapping[int, object], kinds: Iterable[str] | None, until: Instant) -> set[int]:
        """The labels, of some, under which a fact of some kinds had arrived by an instant: rule 2."""
        every = self._of(kinds)
        return {label for under in every for label, (_, first) in under.items() if first <= until and label in labels}

    def _of(self, kinds: Iterable[str] | None) -> list[Mapping[int, Stand]]:
        return [self._kinds.get(kind, {}) for kind in (self._kinds if kinds is None else set(kinds))]
