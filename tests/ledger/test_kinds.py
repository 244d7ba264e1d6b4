"""Which word is a kind, which is content of one's own, and which is most likely a slip of the pen."""

from __future__ import annotations

import pytest

from comity.errors import Malformed
from comity.ledger.kinds import KNOWN, check, distance, nearest

SLIPS = {
    "grnt": "grant", "grnat": "grant", "grants": "grant", "refusal": "refuse", "refuze": "refuse", "titel": "title",
    "memebr": "member", "key-revokd": "key-revoked", "consent": "grant", "revocation": "revoke", "reqest": "request",
}  # fmt: skip
OWN = ("note", "exercise", "unit", "report", "event", "release", "appointment", "price", "route-plan", "own-level")


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_is_refused_with_what_was_meant(slip: str) -> None:
    with pytest.raises(Malformed, match=f"mistaken for '{SLIPS[slip]}'") as told:
        check(slip)
    assert told.value.field == "kind"
    assert f"own-{slip}" in str(told.value.next_step)
    check(f"own-{slip}")


@pytest.mark.parametrize("kind", [*OWN, *sorted(KNOWN)])
def test_kinds_and_content_of_ones_own_are_taken(kind: str) -> None:
    check(kind)
    assert nearest(kind) is None


def test_the_distance_counts_letters() -> None:
    words = {
        ("grant", "grant"): 0,
        ("grnt", "grant"): 1,
        ("grnat", "grant"): 1,
        ("refusal", "refuse"): 2,
        ("", "abc"): 3,
    }
    assert {pair: distance(*pair) for pair in words} == words
    assert all(distance(*reversed(pair)) == far for pair, far in words.items())
