"""Where somebody stands who was asked for an answer by a deadline.

The first answer counts, by its arrival. At the deadline itself it has passed (`comity.values.instant.passed`).
"""

from __future__ import annotations

from enum import StrEnum

from comity.values.instant import Instant, passed


class Standing(StrEnum):
    """Where an addressee stands."""

    OPEN = "open"
    OVERDUE = "overdue"
    ANSWERED = "answered"
    LATE = "answered late"

    @property
    def waits(self) -> bool:
        """Whether an answer is still owed."""
        return self in {Standing.OPEN, Standing.OVERDUE}


def standing(due: Instant, answered: Instant | None, now: Instant) -> Standing:
    """Where an addressee stands.

    Args:
        due: the deadline.
        answered: when the first answer arrived; None where none did.
        now: the instant at which it is looked.
    """
    if answered is None:
        return Standing.OVERDUE if passed(due, now) else Standing.OPEN
    return Standing.LATE if passed(due, answered) else Standing.ANSWERED
