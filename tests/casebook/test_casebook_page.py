"""The page on the casebook names every group, rule, check and register there is, and none that is not."""

from __future__ import annotations

import re
from pathlib import Path

import comity
from comity.casebook.book import casebook
from comity.casebook.check import CHECKS
from comity.casebook.membership_checks import RULES
from comity.casebook.register_checks import REGISTERS

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "casebook.md").read_text(encoding="utf-8")


def named(heading: str) -> set[str]:
    """What stands in code marks in the first column of the table under a heading; a rule's argument is left out."""
    section = PAGE.split(f"## {heading}\n")[1].split("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("| `")]
    return {name.split()[0] for row in rows for name in re.findall(r"`([^`]+)`", row.split("|")[1])}


def test_every_group_is_on_the_page() -> None:
    assert named("The groups") == set(casebook().groups)


def test_every_rule_and_every_check_is_on_the_page() -> None:
    assert named("What must hold of a group") == set(RULES)
    assert named("What is checked") == set(CHECKS)


def test_every_register_that_is_checked_is_on_the_page() -> None:
    told = named("The registers")
    assert set(REGISTERS) <= told
    assert all((Path(comity.__file__).parent / "casebook" / name).exists() for name in told)
