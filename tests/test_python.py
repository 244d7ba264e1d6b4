"""The names that a program imports, used as the README uses them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import comity
from comity.errors import Malformed
from comity.instruments.guarantees.commitments import Commitments

README = (Path(__file__).parents[1] / "README.md").read_text("utf-8")


def test_the_three_lines_of_the_readme_answer() -> None:
    names: dict[str, object] = {}
    (block,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    exec(block, names)
    answer = names["answer"]
    assert isinstance(answer, Commitments)
    rows = answer.rows
    found = {(row.agreement.id, row.clause.article, row.duty) for row in rows if row.bound == "LVA"}
    assert ("NAT-1949", "5", "assist") in found
    assert {name for name, _, _ in found} == {"NAT-1949", "TEU-42.7"}


def test_a_book_in_memory_answers_may_we() -> None:
    book = comity.open()
    book.record({"derive": {"thing": "report-j", "by": "JPN", "from_things": ["GSOMIA-JPNKOR-2016/from-JPN"]}})
    ask = comity.ask("KOR", "read", "report-j", on="2024-06-01")
    assert comity.may(book, ask, "KOR").yes
    assert not comity.may(book, ask, "KOR", to="POL").yes
    assert not comity.may(book, ask, "KOR", "JPN").yes  # Japan has told nobody of the report
    assert comity.may(book, ask, "JPN").yes


def test_every_public_name_is_there() -> None:
    for name in dir(comity):
        assert getattr(comity, name, None) is not None or name.startswith("_")
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        comity.nothing  # noqa: B018


def test_what_is_no_instant_is_told_with_its_field() -> None:
    with pytest.raises(Malformed, match="2024-13-01") as told:
        comity.ask("KOR", "read", "report-j", on="2024-13-01")
    assert told.value.field == "on"
