"""The golden answers to "what binds us?" (commitments.yaml): 1949 to today, each with its source."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from comity.casebook.book import casebook
from comity.cli.commitments import Public
from comity.formats import yaml12
from comity.instruments.guarantees.commitments import Commitment, Commitments, commitments
from comity.instruments.guarantees.event import event

_FILE = Path(__file__).parent / "commitments.yaml"


BOOK = Public(casebook(), ())


def cases() -> dict[str, Mapping[str, object]]:
    """Every golden case by its story."""
    document = yaml12.load(_FILE.read_text("utf-8"), _FILE.name)
    assert isinstance(document, Mapping)
    found = document["cases"]
    assert isinstance(found, list)
    return {str(case["name"]): case for case in found}


CASES = cases()


def lines(case: Mapping[str, object], heading: str) -> list[Mapping[str, str]]:
    """The expected rows of a case under a heading."""
    found = case.get(heading) or []
    assert isinstance(found, list)
    return [{str(name): str(item) for name, item in row.items()} for row in found]


def matches(row: Commitment, wanted: Mapping[str, str]) -> bool:
    """Whether a row is the one that is meant; what is left out stands for every one."""
    has = {
        "agreement": row.agreement.id,
        "article": row.clause.article,
        "bound": row.bound,
        "toward": row.toward,
        "duty": row.duty,
    }
    return all(has[name] == wanted[name] for name in has if name in wanted)


def asked(case: Mapping[str, object]) -> Commitments:
    """The answer to a case's event."""
    return commitments(BOOK, event(case["event"], BOOK.casebook.parties))


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_what_binds(case: Mapping[str, object]) -> None:
    answer = asked(case)
    for wanted in lines(case, "expect"):
        place = {name: item for name, item in wanted.items() if name != "duty"}
        rows = [row for row in answer.rows if matches(row, place)]
        assert [row.duty for row in rows] == [wanted["duty"]], wanted
        assert wanted.get("unsettled", "") in " ".join(rows[0].unsettled), rows[0].unsettled
    for unwanted in lines(case, "absent"):
        assert not [row for row in answer.rows if matches(row, unwanted)], unwanted
        reasons = [item.reason for item in answer.not_triggered if item.agreement == unwanted["agreement"]]
        if "because" in unwanted:
            assert any(unwanted["because"] in reason for reason in reasons), reasons


def test_there_are_enough_cases_and_each_names_its_source() -> None:
    assert len(CASES) >= 60
    assert all(case.get("source") for case in CASES.values())
    assert {case.get("historical") for case in CASES.values()} == {True, False}
