"""The short form of the mutation campaign: a few wrong changes of each room, drawn by a seed, are all noticed."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.mutants.__main__ import equivalent, every
from tests.mutants.hunt import ROOT
from tests.mutants.targets import TARGETS


@pytest.mark.parametrize(("room", "many"), [("calculus", 12), ("markings", 4), ("views", 4), ("release", 4)])
def test_some_wrong_changes_are_noticed(room: str, many: int) -> None:
    """In a process of its own, for the hunt forks."""
    hunt = [sys.executable, "-m", "tests.mutants", "--only", room, "--sample", str(many), "--seed", "2026"]
    ended = subprocess.run(hunt, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    said = f"{many} mutants, {many} killed or equivalent, 0 left\n"
    assert (ended.returncode, ended.stdout) == (0, said), ended.stderr


@pytest.mark.parametrize(("room", "many"), [("calculus", 1100), ("markings", 400), ("views", 500), ("release", 200)])
def test_there_are_many_and_no_two_have_one_name(room: str, many: int) -> None:
    names = [mutant.name for mutant in every(room)]
    assert len(names) > many
    assert len(set(names)) == len(names)


def test_every_module_hunted_and_every_test_asked_is_there() -> None:
    for name, target in TARGETS.items():
        assert (ROOT / "src" / "comity" / f"{name}.py").is_file(), name
        assert all((ROOT / test.partition("::")[0]).is_file() for test in target.tests), name


def test_what_is_said_to_be_equivalent_is_a_mutant_and_has_a_reason() -> None:
    excused = equivalent()
    assert set(excused) <= {mutant.name for mutant in every()}
    assert all(reason.endswith(".") for reason in excused.values())
