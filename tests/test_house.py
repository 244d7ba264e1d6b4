"""The house stands as it was drawn: directions, purity, light imports, ids as data, no address of any machine."""

from __future__ import annotations

import csv
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.house import Module, breaches_of_direction, breaches_of_purity, ids_in_code, module, modules_below

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src"
CASEBOOK = SOURCE / "comity" / "casebook"
MODULES = list(modules_below(SOURCE))
HEAVY = ["numpy", "sqlalchemy", "cryptography", "jinja2", "yaml", "xlsxwriter", "python_calamine", "msgspec"]

FORBIDDEN_IMPORTS = {
    "the ground floor reaches up": ("comity.values.party", "from comity.consent import decide"),
    "a relative import reaches up": ("comity.values.party", "from ..ledger import store"),
    "an import hides in a function": ("comity.consent.decide", "def f():\n    import comity.ledger.store"),
    "an import hides under TYPE_CHECKING": ("comity.formats.x", "if TYPE_CHECKING:\n    from comity.casebook import y"),
    "an instrument uses another": ("comity.instruments.trade.ask", "from comity.instruments import guarantees"),
    "an assessment uses an instrument": ("comity.assessments.burden.ask", "import comity.instruments.trade.ask"),
    "an instrument uses the faces": ("comity.instruments.trade.ask", "from comity.cli import main"),
    "a room uses the front door": ("comity.consent.decide", "from comity import open_book"),
    "the front door loads a room": ("comity", "from comity.values import Party"),
    "a room nobody listed": ("comity.utils.misc", "from comity.values import Party"),
}
ALLOWED_IMPORTS = {
    "a room uses itself": ("comity.consent.decide", "from .facts import Facts"),
    "an instrument uses itself": ("comity.instruments.trade.ask", "from comity.instruments.trade import facts"),
    "an instrument uses the floors below": ("comity.instruments.trade.ask", "from comity.ledger import view"),
    "flow composes instruments": ("comity.flow.crisis", "from comity.instruments.guarantees import ask"),
    "the casebook reads by formats": ("comity.casebook.read", "from comity.formats import yaml12"),
    "the command line uses all": ("comity.cli.may", "from comity.serve import app"),
}
WORLDLY = {
    "a database": "import sqlite3",
    "a database in a function": "def f():\n    from sqlalchemy import select",
    "the network": "from urllib.request import urlopen",
    "the clock by module": "from time import monotonic",
    "the clock by class": "from datetime import datetime\nx = datetime.now()",
    "the clock by module and class": "import datetime\nx = datetime.datetime.utcnow()",
    "today": "from datetime import date\nx = date.today()",
    "a file": "x = open('a')",
    "a file by path": "def f(path):\n    return path.read_text()",
    "a file by path, opened": "def f(path):\n    return path.open()",
    "chance": "import random",
}
PURE = {
    "a clock given as an argument": "def f(clock):\n    return clock.now()",
    "a date that was given": "from datetime import date\nx = date.fromisoformat('2024-01-01')",
    "an address taken apart": "from urllib.parse import urlsplit",
}
IDS = {"XAA", "LEAGUE", "XAA-XBB-1950", "AND"}
STRINGS_WITH_IDS = {
    "a whole string": "x = 'XAA'",
    "a word of a string": "x = 'the case of XAA and others'",
    "a group with its mode": "x = 'LEAGUE@dynamic'",
    "an agreement's id": "x = {'XAA-XBB-1950': 1}",
    "part of a formatted string": "x = f'XAA {1}'",
    "prose of a docstring": "'''Treat XAA in a special way.'''",
    "a code that is also a word, alone": "x = 'AND'",
}
STRINGS_WITHOUT_IDS = {
    "another word that holds it": "x = 'XAAB'",
    "a word of the query language": "x = 'a = 1 AND b = 2'",
    "a fenced example": "'''Say:\n```\nmay(\"XAA\")\n```\n'''",
    "a doctest": "'''Say:\n>>> may('XAA')\n'''",
    "a quoted example": "'''A code such as ``XAA``.'''",
}


def test_there_is_something_to_walk() -> None:
    assert {"comity", "comity.errors", "comity.cli"} <= {one.name for one in MODULES}


@pytest.mark.parametrize("one", MODULES, ids=lambda one: one.name)
def test_imports_follow_the_directions(one: Module) -> None:
    assert breaches_of_direction(one) == []


@pytest.mark.parametrize("one", MODULES, ids=lambda one: one.name)
def test_only_the_rim_touches_the_world(one: Module) -> None:
    assert breaches_of_purity(one) == []


@pytest.mark.parametrize(("name", "text"), FORBIDDEN_IMPORTS.values(), ids=FORBIDDEN_IMPORTS)
def test_a_breach_of_direction_is_found(name: str, text: str) -> None:
    assert len(breaches_of_direction(module(name, text, is_package=name == "comity"))) == 1


@pytest.mark.parametrize(("name", "text"), ALLOWED_IMPORTS.values(), ids=ALLOWED_IMPORTS)
def test_what_the_directions_allow_passes(name: str, text: str) -> None:
    assert breaches_of_direction(module(name, text)) == []


@pytest.mark.parametrize("text", WORLDLY.values(), ids=WORLDLY)
def test_a_touch_of_the_world_is_found_inside_and_allowed_at_the_rim(text: str) -> None:
    assert len(breaches_of_purity(module("comity.consent.decide", text))) == 1
    assert breaches_of_purity(module("comity.ledger.store", text)) == []


@pytest.mark.parametrize("text", PURE.values(), ids=PURE)
def test_what_is_pure_passes(text: str) -> None:
    assert breaches_of_purity(module("comity.consent.decide", text)) == []


@pytest.mark.parametrize("text", STRINGS_WITH_IDS.values(), ids=STRINGS_WITH_IDS)
def test_an_id_in_code_is_found(text: str) -> None:
    assert ids_in_code(module("comity.cli.may", text), IDS)


@pytest.mark.parametrize("text", STRINGS_WITHOUT_IDS.values(), ids=STRINGS_WITHOUT_IDS)
def test_what_only_looks_like_an_id_passes(text: str) -> None:
    assert ids_in_code(module("comity.cli.may", text), IDS) == []


def column(path: Path, name: str) -> set[str]:
    """Read one column of a CSV file of the casebook; lines that begin with ``#`` are remarks."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return {row[name] for row in csv.DictReader(lines)}


def test_no_id_of_the_casebook_stands_in_code() -> None:
    agreements = {path.stem for path in (CASEBOOK / "agreements").glob("*.yaml")}
    tables = {CASEBOOK / "groups.csv": "group", CASEBOOK / "parties.csv": "code"}
    assert agreements, "the casebook's agreements are not where they are looked for"
    ids = agreements.union(*(column(path, name) for path, name in tables.items()))
    assert len(ids) > 200, "the casebook names far more parties than that: the columns were misread"
    assert [breach for one in MODULES for breach in ids_in_code(one, ids)] == []


def run_python(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout


def test_import_comity_loads_nothing_heavy() -> None:
    loaded = run_python(f"import sys, comity; print([name for name in {HEAVY} if name in sys.modules])")
    assert loaded.strip() == "[]"


def test_help_loads_no_command() -> None:
    code = (
        "import sys, contextlib, io\n"
        "from comity.cli import main, COMMANDS\n"
        "with contextlib.suppress(SystemExit), contextlib.redirect_stdout(io.StringIO()):\n"
        "    main(['--help'])\n"
        f"print([name for name in [*(c.module for c in COMMANDS.values()), *{HEAVY}] if name in sys.modules])"
    )
    assert run_python(code).strip() == "[]"


MACHINE = re.compile(rb"(?<![\w.>}])/(?:work|tmp|root|home|Users|opt)/\w")
REGISTRY = re.compile(rb"pypi\.org|pythonhosted\.org|registry\.npmjs|deb\.debian\.org|proxy\.golang\.org|crates\.io")
OUTPUTS = {"__pycache__", "build", "dist", "node_modules", "not-built", "reports"}


def files_of_the_repository(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.is_symlink() or path.name in OUTPUTS or (path.name.startswith(".") and path.name != ".ci"):
            continue
        if path.is_dir():
            yield from files_of_the_repository(path)
        else:
            yield path


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (MACHINE, b"see " + b"/" + b"work/main"),
        (MACHINE, b"'" + b"/" + b"tmp/x'"),
        (REGISTRY, b"https://" + b"pypi" + b".org/simple"),
    ],
)
def test_an_address_is_found(pattern: re.Pattern[bytes], text: bytes) -> None:
    assert pattern.search(text)


def test_no_file_names_a_machine_or_a_registry() -> None:
    named = [
        f"{path.relative_to(ROOT)}: {found.group().decode()}"
        for path in files_of_the_repository(ROOT)
        for pattern in (MACHINE, REGISTRY)
        if (found := pattern.search(path.read_bytes()))
    ]
    assert named == []
