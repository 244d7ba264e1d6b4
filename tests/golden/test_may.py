"""The golden answers to "may we?" on the casebook's agreements (may.yaml), each with its source."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from comity.casebook.consents import consents
from comity.consent.decide import decide
from comity.consent.facts import Facts
from comity.formats import worlds, yaml12
from comity.values import reading
from comity.values.fact import AnyFact
from comity.values.names import Names

_FILE = Path(__file__).parent / "may.yaml"


def cases() -> dict[str, Mapping[str, object]]:
    """Every golden case by its story."""
    document = yaml12.load(_FILE.read_text("utf-8"), _FILE.name)
    assert isinstance(document, Mapping)
    found = document["cases"]
    assert isinstance(found, list)
    return {str(case["name"]): case for case in found}


CASES = cases()


def lines(case: Mapping[str, object]) -> list[AnyFact]:
    """The case's own facts."""
    given = case.get("given") or []
    assert isinstance(given, list)
    return [reading.fact(line, order) for order, line in enumerate(given, start=1)]


def ends(case: Mapping[str, object]) -> dict[str, str]:
    """The agreements asked about as if they had ended."""
    given = case.get("ends") or {}
    assert isinstance(given, Mapping)
    return {str(name): str(day) for name, day in given.items()}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_may_we(case: Mapping[str, object]) -> None:
    ask, expect = worlds.asked(case["ask"], Names()), worlds.expected(case["expect"], Names())
    decision = decide(ask, Facts([*consents(ends(case)), *lines(case)]))
    assert (decision.verdict, decision.missing) == (expect.verdict, expect.missing), decision


def test_every_case_names_its_source_and_there_are_enough() -> None:
    assert len(CASES) >= 40
    assert all(case.get("source") for case in CASES.values())
