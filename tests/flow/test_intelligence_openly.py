"""What names a thing openly before the thing comes in is told to whoever brings it in, and to nobody else."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from comity.flow.intelligence_import import How, Plan, plan
from comity.flow.intelligence_openly import Openly
from comity.values.party import recipient
from tests.instruments.intelligence.shelves import Stix, book, brought_in, bundle, held_back, seen, thing

SECRET = thing("malware", "Glass Pike", is_family=False)
TELLS = thing("campaign", "Openly told", description="They used GlassPike again.")


def coming(into: object, *objects: Stix, by: str = "USA", to: tuple[str, ...] = ("EST",)) -> Plan[None]:
    """What an import would do under a clause of its own."""
    return plan(into, bundle(*objects), How(by, "close", tuple(map(recipient, to))))  # type: ignore[arg-type]


class Case(NamedTuple):
    """Who reads what names it, and who reads the thing; who reads the one and not the other."""

    tells: tuple[str, ...]
    thing: tuple[str, ...]
    shut_out: tuple[str, ...]


CASES = {
    "everybody is told": Case(("*",), ("EST",), ("*",)),
    "one more is told": Case(("EST", "FIN"), ("EST",), ("FIN",)),
    "fewer are told": Case((), ("EST",), ()),
    "the same are told, under another clause": Case(("EST",), ("EST",), ()),
    "it is everybody's": Case(("EST",), ("*",), ()),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_what_names_it_openly_is_told_with_who_reads_it(case: Case) -> None:
    made = book()
    brought_in(made, TELLS, to=list(case.tells))
    told = coming(made, SECRET, to=case.thing).named_openly
    assert told == ((Openly(str(SECRET["id"]), str(TELLS["id"]), case.shut_out),) if case.shut_out else ())


def test_what_its_originator_does_not_see_is_not_told_and_nothing_of_it_changes() -> None:
    made = book()
    brought_in(made, TELLS, by="FIN", to=["POL"])
    assert coming(made, SECRET).named_openly == ()
    before = seen(made, "POL").get(str(TELLS["id"]))
    coming(made, SECRET).commit()
    assert seen(made, "POL").get(str(TELLS["id"])) == before


def test_what_comes_with_it_is_kept_as_close_and_told_of_no_more() -> None:
    made = book()
    brought_in(made, thing("campaign", "Another"), to=["*"])
    planned = coming(made, SECRET, TELLS)
    planned.commit()
    assert planned.named_openly == ()


def test_a_name_that_is_held_back_is_looked_for_under_its_own_label() -> None:
    made = book()
    brought_in(made, TELLS, to=["EST", "FIN"])
    how = How("USA", "close", (recipient("EST"), recipient("FIN")), rules=(held_back(SECRET, to=["EST"]),))
    (told,) = plan(made, bundle(SECRET), how).named_openly
    assert told.readers == ("FIN",)
