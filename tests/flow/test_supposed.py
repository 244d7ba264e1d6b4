"""What a question supposes: each line is read as it was meant, or refused with its place."""

from __future__ import annotations

import pytest

from comity.consent.facts import Facts
from comity.errors import Malformed
from comity.flow.supposed import supposed
from comity.values import reading

THERE = Facts(
    reading.fact(line, order)
    for order, line in enumerate([
        {"member": {"id": "m1", "group": "LEAGUE", "party": "EST"}},
        {"member": {"id": "m2", "group": "ORG", "party": "EST"}},
        {"title": {"id": "t1", "thing": "rep", "kind": "information", "owner": "EST", "interest": "originator"}},
        {"grant": {"id": "g1", "by": "EST", "to": ["LVA"], "actions": ["read"], "scope": "rep"}},
    ])
)  # fmt: skip
PARTIES = {"EST", "LVA", "ORG"}


def grant(**changed: object) -> dict[str, dict[str, object]]:
    """A consent, changed in some fields."""
    return {"grant": {"by": "EST", "to": ["LVA"], "actions": ["read"], "scope": "rep", **changed}}


GOOD = {
    "a consent": [grant()],
    "a party that the file itself names": [grant(by="XAA"), grant(to=["XAA"])],
    "a group of the book": [grant(to=["LEAGUE@dynamic"])],
    "a group of the file": [{"member": {"group": "TWO", "party": "LVA"}}, grant(to=["TWO@dynamic"])],
    "an organisation beside its members": [grant(to=["ORG@dynamic", "ORG"])],
    "everybody": [grant(to=["*"])],
    "a request to an organisation": [{"request": {"by": "LVA", "to": ["ORG"], "actions": ["read"], "scope": "rep"}}],
    "a revocation of a readable fact": [{"revoke": {"grant": "g1", "by": "EST"}}],
    "a revocation of a line": [grant(id="own"), {"revoke": {"grant": "own", "by": "EST"}}],
}
BAD = {
    "an id that stands twice": ([grant(id="x"), grant(id="x")], "x stands twice"),
    "an id that is taken": ([grant(id="t1")], "t1 is the id of a fact that is there already"),
    "a revocation of nothing": ([{"revoke": {"grant": "g9", "by": "EST"}}], "g9 names no fact"),
    "a revocation of a title": ([{"revoke": {"fact": "t1", "by": "EST"}}], "t1 is a fact of another kind"),
    "a bare group": ([grant(to=["LEAGUE"])], "LEAGUE is a group and needs a mode"),
    "an organisation that is a group too": ([grant(to=["ORG"])], "ORG is a group and needs a mode"),
    "an unknown group": ([grant(to=["LEGUE@dynamic"])], "LEGUE is no group that is known here"),
    "an unknown party": ([grant(to=["LTA"])], "LTA is no party that is known here"),
    "an unknown field": ([grant(acts=["read"])], "is no field here"),
}


@pytest.mark.parametrize("lines", GOOD.values(), ids=GOOD)
def test_what_means_something_is_taken_whole(lines: list[object]) -> None:
    facts = supposed([(line, "here") for line in lines], THERE, PARTIES)
    assert len(facts) == len(lines)
    assert all(THERE.plus(facts).find(fact.id) is fact for fact in facts)


@pytest.mark.parametrize("case", BAD.values(), ids=BAD)
def test_what_would_be_dropped_or_reach_nobody_is_refused_with_its_place(case: tuple[list[object], str]) -> None:
    lines, says = case
    with pytest.raises(Malformed, match=says) as told:
        supposed([(line, f"f:{number}") for number, line in enumerate(lines, start=1)], THERE, PARTIES)
    assert told.value.where == f"f:{len(lines)}"
    assert told.value.next_step
