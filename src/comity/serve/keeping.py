"""Values kept under keys within bounds, so that a server's memory has an end.

Rules:
1. The value that was asked for longest ago is forgotten first.
2. A key names everything that its value depends on; whoever keeps something sees to that.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class Kept(Generic[T]):
    """Values under keys.

    Args:
        most: how many are kept.
        room: how much they may weigh together; what weighs more than an eighth of that is not kept.
        weight: how much one weighs.
    """

    def __init__(self, most: int, room: int = 0, weight: Callable[[T], int] = lambda _: 0) -> None:
        self._most, self._room, self._weight = most, room, weight
        self._values: OrderedDict[Hashable, T] = OrderedDict()
        self._held = 0

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """The value under a key, made if it is not there."""
        if key in self._values:
            self._values.move_to_end(key)
            return self._values[key]
        value = make()
        weight = self._weight(value)
        if weight * 8 <= self._room:
            self._held += weight
            self._values[key] = value
            self._forget()
        return value

    def _forget(self) -> None:
        """Rule 1."""
        while len(self._values) > self._most or self._held > self._room:
            _, value = self._values.popitem(last=False)
            self._held -= self._weight(value)
