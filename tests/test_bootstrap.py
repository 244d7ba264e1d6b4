"""The two commands: verbs and aliases agree, locks are hashed and without addresses, failures say what to do."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import bootstrap

ROOT = Path(__file__).resolve().parent.parent
LOCKS = [bootstrap.WORK.lock, bootstrap.BENCH.lock]


def entries(lock: Path) -> dict[str, str]:
    """Read a lock file: name to the whole entry, hashes and all."""
    names = re.findall(r"^([\w.-]+)==", lock.read_text(encoding="utf-8"), re.MULTILINE)
    return {name: bootstrap.entry_of(name, lock.read_text(encoding="utf-8")) for name in names}


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_pin_has_hashes_and_no_address(lock: Path) -> None:
    found = entries(lock)
    assert found
    assert [name for name, entry in found.items() if "--hash=sha256:" not in entry] == []
    assert "://" not in lock.read_text(encoding="utf-8")


def test_the_lock_holds_what_the_project_asks_for() -> None:
    told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = told["dependency-groups"]
    for lock, asked in zip(LOCKS, [["dev", "build"], ["dev", "build", "bench"]], strict=True):
        wanted = [*told["project"]["dependencies"], *(line for group in asked for line in groups[group])]
        pins = entries(lock)
        for line in wanted:
            name, _, version = line.partition("==")
            name = re.split(r"[<>=!~ ]", name)[0].lower()
            assert name in pins, f"{lock.name} lacks {name}; make it again as CONTRIBUTING.md says"
            assert f"=={version}" in pins[name]


def test_both_locks_pin_the_same_versions() -> None:
    ours, bench = ({name: entry.split()[0] for name, entry in entries(lock).items()} for lock in LOCKS)
    assert ours == {name: pin for name, pin in bench.items() if name in ours}


def test_make_knows_every_verb() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = re.search(r"^(run[\w ]*):", makefile, re.MULTILINE)
    assert targets is not None
    assert set(targets.group(1).split()) == set(bootstrap.VERBS)


@pytest.mark.parametrize("verb", bootstrap.VERBS)
def test_every_verb_stands_for_something_and_passes_arguments_on(verb: str) -> None:
    lines = bootstrap.lines_of(verb, bootstrap.WORK, ["--extra"])
    assert lines
    assert verb == "setup" or "--extra" in lines[0]


def test_an_unknown_verb_shows_the_verbs() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "bootstrap", "nonsense"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 2
    assert all(verb in ended.stdout for verb in bootstrap.VERBS)


def test_a_lock_without_uv_says_what_to_do() -> None:
    with pytest.raises(bootstrap.SetupError, match=r"CONTRIBUTING\.md"):
        bootstrap.entry_of("uv", "uvicorn==1 \\\n    --hash=sha256:0\n")


def test_a_program_that_is_not_there_counts_as_failed() -> None:
    assert bootstrap.attempt(["no-such-program-anywhere"]).code == 127
