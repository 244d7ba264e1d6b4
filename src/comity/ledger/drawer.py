"""What a book keeps for one audience between its views, and looks at for no other.

Everything in it is a function of the log; it is there so that a view made after a writing need not begin from nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from comity.consent.facts import Facts
from comity.ledger.authority import Arrived
from comity.ledger.corrections import Corrected
from comity.ledger.opened import Opened

T = TypeVar("T")
C = TypeVar("C")


class Last(Generic[T]):
    """The value under the last key."""

    def __init__(self) -> None:
        self._held: tuple[object, T] | None = None

    def get(self, key: object, make: Callable[[], T]) -> T:
        """The value under a key; made, and kept in place of the last, where the key is another."""
        if self._held is None or self._held[0] != key:
            self._held = (key, make())
        return self._held[1]


class Drawer(Generic[C]):
    """What is kept for one audience: its open labels, its policy facts, what counts of them, the casebook with them."""

    def __init__(self) -> None:
        self.opened = Opened()
        self.policy: Last[list[Arrived]] = Last()
        self.corrected: Last[Corrected] = Last()
        self.facts: Last[Facts] = Last()
        self.casebook: Last[C] = Last()
        self.claimed: Last[C] = Last()
        self.rooms: dict[str, Last[object]] = {}

    def of_room(self, name: str) -> Last[object]:
        """What a room of the instruments keeps for this audience."""
        return self.rooms.setdefault(name, Last())
