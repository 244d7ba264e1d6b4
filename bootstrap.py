#!/usr/bin/env python3
"""Set Comity up in this folder and run one of its jobs: ``python3 bootstrap.py VERB [ARGUMENT...]``.

Rules:
1. Standard library only, Python 3.11 or later; everything it installs goes below this folder, nothing is global.
2. Packages come by the hash-pinned lock files alone; what is in a lock is what is installed.
3. A set-up that still matches the lock, the project's description and the sources of the pages' islands is left alone:
   a second start is immediate. Islands that could not be built are tried again by ``setup``, or when something changes.
4. A failure says which file was being installed, what went wrong, and what to do next.
"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import NamedTuple

from web import islands

ROOT = Path(__file__).resolve().parent
PROJECT = ROOT / "pyproject.toml"
WINDOWS = os.name == "nt"

VERBS = {
    "run": "answer the worked examples: the main job",
    "test": "run the tests",
    "bench": "measure speed beside the peers",
    "lint": "check style and strict types",
    "docs": "check the documentation",
    "mutants": "run the mutation campaign over the calculus, the markings, the views, release and recall",
    "malformed": "import ten thousand broken bundles of STIX; each has to be told",
    "setup": "set up and do nothing else",
}

UNREACHED = """\
what {lock} pins could not be installed.
{said}
  - Behind a proxy: set HTTPS_PROXY. With a package index of your own: set PIP_INDEX_URL and UV_INDEX_URL.
  - Without a network: on a machine that has one run `pip download --require-hashes -r {lock} -d wheels`,
    bring that folder along, and set PIP_NO_INDEX=1, PIP_FIND_LINKS=wheels, UV_NO_INDEX=1 and UV_FIND_LINKS=wheels.
  - A hash that differs: the index serves another file than the lock names. Do not go on; tell us (SECURITY.md).
Then start again; nothing has to be cleaned up."""

NO_PIP = """\
this Python ({python}) can make no virtual environment with pip in it.
{said}
  - On Debian or Ubuntu: apt-get install python3-venv (or python3-pip).
  - Elsewhere: use a Python 3.11 or later that has the modules venv and ensurepip.
Then start again; nothing has to be cleaned up."""


class SetupError(Exception):
    """The environment's fault; the message says what to do about it."""


class Done(NamedTuple):
    """How a command line ended, and the last lines of what it said."""

    code: int
    said: str


class Room(NamedTuple):
    """A virtual environment of this folder and the lock file it follows."""

    name: str
    lock: Path
    alone: bool = False  # a peer's room, in which Comity is not installed

    def program(self, name: str) -> Path:
        """Return the path of a program of this environment."""
        return ROOT / self.name / ("Scripts" if WINDOWS else "bin") / (name + (".exe" if WINDOWS else ""))

    @property
    def stamp(self) -> Path:
        """Return the file that tells what this environment was set up from."""
        return ROOT / self.name / "set-up-from"


WORK = Room(".venv", ROOT / "requirements.lock")
BENCH = Room(".venv-bench", ROOT / "requirements-bench.lock")
OPENTAXII = Room(".venv-bench-opentaxii", ROOT / "requirements-bench-opentaxii.lock", alone=True)


def main(words: list[str]) -> int:
    """Set up what the verb needs, run it with the remaining words, and return its exit code."""
    verb, *rest = words or ["--help"]
    if verb not in VERBS:
        print("usage: python3 bootstrap.py VERB [ARGUMENT...]\n")
        print("\n".join(f"  {name:<9} {told}" for name, told in VERBS.items()))
        return 0 if verb in {"-h", "--help"} else 2
    room, *peers = (BENCH, OPENTAXII) if verb == "bench" else (WORK,)
    try:
        for each in (room, *peers):
            set_up(each, again=verb == "setup")
    except SetupError as error:
        print(f"bootstrap: {error}", file=sys.stderr)
        return 2
    return next((code for line in lines_of(verb, room, rest) if (code := start(line))), 0)


def lines_of(verb: str, room: Room, rest: list[str]) -> list[list[str]]:
    """List the command lines a verb stands for; the first that fails ends it."""
    module = [str(room.program("python")), "-m"]
    whole = ("src", "tests", "benchmarks", "web/islands.py", "bootstrap.py", "hatch_build.py")
    typed = [name for name in whole if (ROOT / name).exists()]
    lines = {
        "run": [[str(room.program("comity")), "run", *rest]],
        "test": [[*module, "pytest", "-n", "2", *rest]],
        "bench": [[*module, "benchmarks", *rest]],
        "lint": [
            [*module, "ruff", "check", *rest],
            [*module, "ruff", "format", "--check", *rest],
            [*module, "mypy", "--strict", *typed],
        ],
        "docs": [[*module, "pytest", "tests/test_docs.py", *rest]],
        "mutants": [[*module, "tests.mutants", *rest]],
        "malformed": [[*module, "tests.formats.malformed_bundles", *rest]],
        "setup": [[str(room.program("comity")), "--version"]],
    }
    return lines[verb]


def start(line: list[str]) -> int:
    """Run one command line in this folder and return its exit code."""
    try:
        return subprocess.run(line, cwd=ROOT, check=False).returncode
    except KeyboardInterrupt:
        return 130


def set_up(room: Room, *, again: bool = False) -> None:
    """Make the virtual environment match its lock file, unless it does already; `again` retries what was left out."""
    before = room.stamp.read_text() if room.stamp.exists() else ""
    wanted = f"{ROOT}\n{fingerprint(room)}\n"
    if before == wanted and room.program("python").exists() and settled(again=again):
        return
    print(f"bootstrap: setting up {room.name} from {room.lock.name}; this happens once", file=sys.stderr, flush=True)
    room.stamp.unlink(missing_ok=True)
    usable = before.startswith(f"{ROOT}\n") and room.program("uv").exists()
    if not usable:
        install_tools(room, make_venv(room))
    install_locked(room)
    if not room.alone:
        install_project(room)
    room.stamp.write_text(wanted)
    if (why := islands.why_not()) is not None:
        print(f"bootstrap: {why}", file=sys.stderr, flush=True)


def settled(*, again: bool) -> bool:
    """Whether the pages' islands are built; else, unless asked again, whether that was tried and told."""
    return islands.built() or (not again and islands.why_not() is not None)


def fingerprint(room: Room) -> str:
    """Digest what the set-up depends on: the lock, what pyproject.toml says of the package (not of the tools), web/."""
    told = tomllib.loads(PROJECT.read_text(encoding="utf-8"))
    package = repr([told["build-system"], told["project"], told["tool"]["hatch"]])
    return hashlib.sha256(room.lock.read_bytes() + package.encode() + islands.digest().encode()).hexdigest()


def make_venv(room: Room) -> list[str]:
    """Make an empty virtual environment and return the pip that can fill it: its own, else this Python's."""
    venv = [sys.executable, "-m", "venv", "--clear"]
    own = attempt([*venv, room.name])
    if own.code == 0:
        return [str(room.program("python")), "-m", "pip"]
    bare = attempt([*venv, "--without-pip", room.name])
    pip = [sys.executable, "-m", "pip", "--python", str(room.program("python"))]
    if bare.code == 0 and attempt([*pip, "--version"]).code == 0:
        return pip
    raise SetupError(NO_PIP.format(python=sys.executable, said=own.said))


def install_tools(room: Room, pip: list[str]) -> None:
    """Install uv and pip as the lock pins them; where uv is not to be had for this machine, pip does its work."""
    lock = room.lock.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as scratch:
        attempts = [install_entry(pip, lock, name, Path(scratch) / name) for name in ("uv", "pip")]
    if attempts[-1].code != 0:
        raise SetupError(UNREACHED.format(lock=room.lock.name, said=attempts[-1].said))


def install_entry(pip: list[str], lock: str, name: str, scratch: Path) -> Done:
    """Install one package by its entry in a lock file."""
    scratch.write_text(entry_of(name, lock), encoding="utf-8")
    return attempt([*pip, "install", "--quiet", "--require-hashes", "--no-deps", "-r", str(scratch)])


def entry_of(name: str, lock: str) -> str:
    """Return one package's entry of a lock file: its pin and its hashes."""
    found = re.search(rf"^{re.escape(name)}==.*?(?=^\S|\Z)", lock, re.MULTILINE | re.DOTALL)
    if found is None:
        message = f"the lock file pins no {name}; make it again as CONTRIBUTING.md says"
        raise SetupError(message)
    return found.group()


def install_locked(room: Room) -> None:
    """Make the environment hold what the lock names and nothing else (with pip alone: at least what it names)."""
    python = str(room.program("python"))
    options = ["--quiet", "--require-hashes"]
    uv = [str(room.program("uv")), "pip", "sync", "--system-certs", "--python", python]  # trust whom the machine trusts
    pip = [python, "-m", "pip", "install", "--no-deps", "-r"]
    by_uv = attempt([*uv, *options, str(room.lock)])
    if by_uv.code == 0:
        return
    by_pip = attempt([*pip, str(room.lock), *options])
    if by_pip.code != 0:
        raise SetupError(UNREACHED.format(lock=room.lock.name, said=f"{by_uv.said}\n{by_pip.said}"))


def install_project(room: Room) -> None:
    """Install Comity itself in place, with the locked build tool and no look at any index."""
    python = str(room.program("python"))
    options = ["--no-deps", "--no-build-isolation", "--no-index", "--quiet", "--editable", str(ROOT)]
    ended = attempt([python, "-m", "pip", "install", *options])
    if ended.code != 0:
        message = f"Comity itself could not be installed from {PROJECT.name}.\n{ended.said}"
        raise SetupError(message)


def attempt(line: list[str]) -> Done:
    """Run a command line of the set-up quietly; a program that is not there counts as one that failed."""
    quiet = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_USER": "0", "PIP_REQUIRE_VIRTUALENV": "0"}
    kept = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "PYTHONHOME"}}
    try:
        ended = subprocess.run(line, cwd=ROOT, env=kept | quiet, capture_output=True, text=True, check=False)
    except OSError as error:
        return Done(127, f"    {error}")
    said = (ended.stderr or ended.stdout).strip().splitlines()[-6:]
    return Done(ended.returncode, "\n".join(f"    {text}" for text in said))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
