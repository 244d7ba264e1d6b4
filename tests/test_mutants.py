"""The short form of the mutation campaign: a few wrong changes to the calculus, drawn by a seed, are all noticed."""

from __future__ import annotations

import subprocess
import sys

from tests.mutants.__main__ import equivalent, every
from tests.mutants.hunt import ROOT


def test_a_dozen_wrong_changes_are_noticed() -> None:
    """In a process of its own, for the hunt forks."""
    hunt = [sys.executable, "-m", "tests.mutants", "--sample", "12", "--seed", "2026"]
    ended = subprocess.run(hunt, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert (ended.returncode, ended.stdout) == (0, "12 mutants, 12 killed or equivalent, 0 left\n"), ended.stderr


def test_there_are_many_and_no_two_have_one_name() -> None:
    names = [mutant.name for mutant in every()]
    assert len(names) > 800
    assert len(set(names)) == len(names)


def test_what_is_said_to_be_equivalent_is_a_mutant_and_has_a_reason() -> None:
    excused = equivalent()
    assert set(excused) <= {mutant.name for mutant in every()}
    assert all(reason.endswith(".") for reason in excused.values())
