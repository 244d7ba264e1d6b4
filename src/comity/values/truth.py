"""Three-valued logic after Kleene: true, false, and unknown, which filling can only settle and never contradicts."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum


class Truth(IntEnum):
    """False < unknown < true, so that `and` is the least and `or` the greatest."""

    FALSE = 0
    UNKNOWN = 1
    TRUE = 2

    def __invert__(self) -> Truth:
        """The negation; unknown stays unknown."""
        return _NEGATION[self]


_NEGATION = (Truth.TRUE, Truth.UNKNOWN, Truth.FALSE)


def truth(value: bool) -> Truth:
    """The settled truth of a plain boolean."""
    return Truth.TRUE if value else Truth.FALSE


def all_of(values: Iterable[Truth]) -> Truth:
    """Conjunction; of nothing, true."""
    return min((Truth.TRUE, *values))


def any_of(values: Iterable[Truth]) -> Truth:
    """Disjunction; of nothing, false."""
    return max((Truth.FALSE, *values))
