"""The page of warning (docs/warning.md) is true: its tables are those of the code, and its file is the one that is run.

That its examples say what it says is tested with those of all pages (tests/test_examples.py).
"""

from __future__ import annotations

import re
from pathlib import Path

from comity.casebook.gradings import scales
from comity.instruments.intelligence.reported_bodies import KINDS
from comity.instruments.intelligence.warning import State

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "warning.md").read_text("utf-8")


def rows(heading: str) -> list[list[str]]:
    """The rows of the table whose head begins so."""
    table = PAGE[PAGE.index(f"| {heading}") :].split("\n\n")[0]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in table.splitlines()[2:]]


def test_the_table_of_facts_has_every_kind_and_its_fields() -> None:
    told = {row[0].strip(" `"): re.sub(r"\(.*?\)", "", row[1]) for row in rows("kind | fields")}
    assert {kind: sorted(re.findall(r"`([^`]+)`", text)) for kind, text in told.items()} == {
        kind: sorted(own) for kind, (_, own) in KINDS.items()
    }


def test_the_table_of_states_has_them_all() -> None:
    assert {row[0].strip(" `") for row in rows("state of an indicator")} == {state.value for state in State}


def test_the_table_of_grades_has_the_words_of_the_casebook() -> None:
    found: dict[str, str] = {}
    for one, word, other, further in rows("| reliability of the source"):
        found |= {one.strip(" `"): word, other.strip(" `"): further.strip(" |")}
    known = {**scales().reliability, **scales().credibility}
    assert found == {letter: step.word for letter, step in known.items()}


def test_the_problem_on_the_page_is_the_one_that_is_run() -> None:
    assert f"```yaml\n{(ROOT / 'docs' / 'examples' / 'warning-problem.yaml').read_text('utf-8')}```" in PAGE
