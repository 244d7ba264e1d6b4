"""Where an addressee stands, before its deadline, at it and after it, with an answer and without."""

from __future__ import annotations

import pytest

from comity.values.deadline import Standing, standing
from comity.values.instant import Instant

DUE = 10
CASES: dict[str, tuple[Instant | None, Instant, Standing, bool]] = {
    "no answer before the deadline": (None, 9, Standing.OPEN, True),
    "no answer at the deadline": (None, 10, Standing.OVERDUE, True),
    "an answer before the deadline": (9, 9, Standing.ANSWERED, False),
    "an answer before the deadline, looked at after it": (9, 11, Standing.ANSWERED, False),
    "an answer at the deadline": (10, 10, Standing.LATE, False),
}


@pytest.mark.parametrize(("answered", "now", "stands", "waits"), CASES.values(), ids=CASES)
def test_where_an_addressee_stands(answered: Instant | None, now: Instant, stands: Standing, waits: bool) -> None:
    found = standing(DUE, answered, now)
    assert (found, found.waits) == (stands, waits)
