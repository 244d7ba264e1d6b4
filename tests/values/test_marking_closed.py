"""The flag that says that nobody beyond the owner may read: where a marking has it, and where not."""

from __future__ import annotations

from typing import Any

import pytest

from comity.values.marking import marking
from comity.values.marking_join import closed
from tests.values.markings import POLICY

CLOSED: dict[str, tuple[dict[str, Any], set[str]]] = {
    "the owner's own, released to nobody": ({}, {"HOME"}),
    "and what the flag excludes is left out": ({"handling": ["KEPT", "LENT"]}, {"HOME", "KEPT"}),
    "another's, released to nobody": ({"originators": ["XBB"]}, set()),
    "released to somebody": ({"releasable_to": ["XBB"]}, set()),
    "shown to somebody": ({"display_only_to": ["XBB"]}, set()),
    "at a level that is open": ({"classification": "OPEN"}, set()),
}


@pytest.mark.parametrize("case", CLOSED.values(), ids=CLOSED)
def test_a_marking_is_closed(case: tuple[dict[str, Any], set[str]]) -> None:
    more, flags = case
    plain = {"policy": "SCHEME", "classification": "SHUT", "originators": ["XAA"], "releasable_to": []} | more
    assert closed(marking(plain), POLICY).handling == flags
