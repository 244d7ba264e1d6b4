"""The label of what bears a marking, atom by atom: who has to agree, and whom he has let read."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

import pytest

from comity.values.instant import DAY
from comity.values.label import PUBLIC, Atom
from comity.values.marking import Succession, marking
from comity.values.marking_atoms import label_of
from comity.values.party import Group, Recipient
from tests.values.markings import setting

CODES = [f"X{one}{one}" for one in "ABCDEFGHIJ"]
MADE = 10 * DAY
LEAGUE, UNION, THEN, FIXED = Group("LEAGUE"), Group("UNION"), Group("LEAGUE", MADE), Group("UNION", 3 * DAY)
PLAIN: dict[str, Any] = {"policy": "SCHEME", "classification": "SHUT", "originators": ["XAA"]}


class Case(NamedTuple):
    """What is marked, and whom each atom of each of its originators lets read; no list at all is public."""

    change: dict[str, Any]
    lists: list[tuple[Recipient, ...]]
    owners: str = "XAA"
    made: int | None = None


CASES = {
    "released to nobody": Case({"releasable_to": []}, [()]),
    "nothing said": Case({"originators": ["XBB"]}, [("XAA",)], "XBB"),
    "nothing said at a level that is open": Case({"classification": "OPEN"}, [()]),
    "a list, in its order": Case({"originators": ["XZZ"], "releasable_to": [*CODES]}, [tuple(CODES)], "XZZ"),
    "of two originators": Case({"originators": ["XAA", "XBB"], "releasable_to": ["XCC"]}, [("XCC",)], "XAA XBB"),
    "two terms": Case({"releasable_to": ["XCC"], "permissive": {"Only": ["XBB"]}}, [("XCC",), ("XBB",)]),
    "a group, of no day": Case({"releasable_to": ["LEAGUE@dynamic", "XCC"]}, [(LEAGUE, "XCC")]),
    "a group, of a day: as it is and as it was": Case(
        {"releasable_to": ["LEAGUE@dynamic", "XCC"]}, [(LEAGUE, "XCC"), (THEN, "XCC")], made=MADE
    ),
    "in an order of their own": Case(
        {"releasable_to": ["XBB", "LEAGUE@dynamic", *CODES]},
        [(LEAGUE, *CODES), (THEN, *CODES)], made=MADE,
    ),
    "a group as on a day, of another day": Case({"releasable_to": ["UNION@1970-01-04"]}, [(FIXED,)], made=MADE),
    "one as on a day, and one that changes": Case(
        {"releasable_to": ["UNION@1970-01-04", "LEAGUE@dynamic"]}, [(LEAGUE, FIXED), (THEN, FIXED)], made=MADE
    ),
    "holders of a context, in their order": Case(
        {"permissive": {"Task": ["AIR", "SEA"]}}, [(LEAGUE, UNION), (THEN, Group("UNION", MADE))], made=MADE
    ),
    "parties alone, of a day": Case({"releasable_to": ["XBB"]}, [("XBB",)], made=MADE),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_label_of_what_is_marked(case: Case) -> None:
    given = replace(marking(PLAIN | case.change), created=case.made)
    expected = {Atom(owner, "report-1", readers) for owner in case.owners.split() for readers in case.lists}
    assert label_of(given, "report-1", setting()) == expected
    if case.change != {"classification": "OPEN"}:
        assert label_of(given, "report-1", setting(), public=True) == expected


def test_what_restricts_nobody_is_public_where_somebody_says_so() -> None:
    open_one = marking(PLAIN | {"classification": "OPEN", "originators": ["XAA", "XBB"]})
    own = {Atom("XAA", "report-1"), Atom("XBB", "report-1")}
    assert label_of(open_one, "report-1", setting()) == label_of(open_one, "report-1", setting(), public=False) == own
    assert label_of(open_one, "report-1", setting(), public=True) == PUBLIC


def test_a_label_has_the_atoms_of_each_successor() -> None:
    first, then, last = (marking(PLAIN | {"releasable_to": [to]}) for to in ("XBB", "XCC", "XDD"))
    line = replace(first, succession=Succession(MADE, replace(then, succession=Succession(2 * MADE, last))))
    assert label_of(line, "r", setting()) == {Atom("XAA", "r", (to,)) for to in ("XBB", "XCC", "XDD")}
