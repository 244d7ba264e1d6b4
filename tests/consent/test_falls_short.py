"""Where a consent on record falls short of an act, the answer says by what."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from comity.consent.decide import decide
from comity.values.verdict import Verdict
from tests.consent.small_books import ask, book, grant, title

LEASED = {"lease_days": 30, "from": "2024-01-01"}
CASES: dict[str, tuple[dict[str, object], str]] = {
    "it ended": ({"until": "2024-04-01"}, "its grant g ended on 2024-04-01"),
    "it ended, whenever it began": ({"from": "2024", "until": "2024-04-01"}, "its grant g ended on 2024-04-01"),
    "it ended that very day": ({"until": "2024-05-01"}, "its grant g ended on 2024-05-01"),
    "it has not begun": ({"from": "2024-06-01"}, "its grant g holds only from 2024-06-01"),
    "it may begin one of these days": ({"from": "2024-06"}, "its grant g holds only from 2024-06"),
    "another purpose": ({"purposes": ["training", "relief"]}, "its grant g is for training, relief"),
    "a condition that fails": ({"when": "area == 'south'"}, "its grant g is on a condition that does not hold"),
    "a lease that ran out": (LEASED, "its grant g is leased, and no lease runs"),
    "a condition that holds, and a lease that ran out": (
        {**LEASED, "when": "area == 'north'"}, "its grant g is leased, and no lease runs",
    ),
    "a quota": ({"quota": 4}, "its grant g has a quota, and what is left of it is less"),
    "a clearance": ({"clearance": "SECRET"}, "its grant g asks for a clearance that is not held"),
    "another act": ({"actions": ["release"]}, ""),
    "somebody else": ({"to": ["FIN"]}, ""),
}  # fmt: skip


def says(*lines: dict[str, dict[str, object]]) -> tuple[str, tuple[str, ...]]:
    """What GBR's answer says, and the facts it cites."""
    asked = replace(
        ask("EST", "read", "map"), context={"area": "north", "quantity": Decimal(5)}, purpose="planning", clearance="X"
    )
    decision = decide(asked, book(title("map", "GBR"), *lines))
    assert decision.verdict is Verdict.SILENT
    (answer,) = decision.owners
    return answer.reasons[0].says, answer.reasons[0].facts


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_consent_that_falls_short_is_told_by_what(case: tuple[dict[str, object], str]) -> None:
    fields, short = case
    told, facts = says({"grant": {**grant("GBR", "EST", "map", id="g")["grant"], **fields}})
    assert told == (f"no consent of GBR reaches this: {short}" if short else "nothing on record by which GBR consents")
    assert ("g" in facts) is bool(short)


def test_one_that_was_taken_back_is_told_as_that() -> None:
    given = grant("GBR", "EST", "map", id="g")
    told, facts = says(
        given, {"revoke": {"grant": "g", "by": "GBR", "effective": "2024-03-01", "recorded": "2024-03-01T00:00Z"}}
    )
    assert told == "no consent of GBR reaches this: its grant g was taken back"
    assert facts[:2] == ("fact-1", "g")
    assert len(facts) == 3


def test_several_are_told_each_and_a_holders_is_no_owners() -> None:
    told, _ = says(
        grant("GBR", "EST", "map", id="one", until="2024-01-01"),
        grant("GBR", "EST", "map", id="two", purposes=["relief"]),
        grant("FIN", "EST", "map", id="holder"),
    )
    assert told == "no consent of GBR reaches this: its grant one ended on 2024-01-01, its grant two is for relief"
