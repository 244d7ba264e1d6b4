"""Every console example of the documentation is run, in a folder of its own, and says what the page says.

Rules:
1. A fence marked `console` holds commands (`$ comity ...`) and what they print. `...` alone on a line stands for lines
   left out.
2. The examples of a page run in order in one empty folder, beside which `docs/examples` lies as `examples`.
3. A fence with the name of a file after its language (such as `json report.json`) is that file in the folder.
4. A command that exits otherwise than 0 is followed by a line `(exit N)`.
"""

from __future__ import annotations

import contextlib
import io
import re
import shlex
import shutil
from pathlib import Path

import pytest

from comity.cli import main

ROOT = Path(__file__).resolve().parent.parent
FENCE = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"^```\w+ ([\w.-]+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
PAGES = [
    page
    for page in sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
    if FENCE.search(page.read_text("utf-8"))
]


def said(command: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """What a command prints, on both streams, and its exit."""
    words = shlex.split(command)
    out = io.StringIO()
    monkeypatch.setattr("sys.argv", words)
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        try:
            code = main()
        except SystemExit as leaving:
            code = leaving.code if isinstance(leaving.code, int) else 1
    return out.getvalue() + (f"(exit {code})\n" if code else "")


def matches(shown: str, printed: str) -> bool:
    """Whether a page shows what was printed, with lines left out where it says so."""
    parts = [re.escape(part) for part in re.split(r"^\.\.\.\n", shown, flags=re.MULTILINE)]
    return re.fullmatch(r"(?:.*\n)*?".join(parts), printed) is not None


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_the_examples_of_a_page_say_what_it_says(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if (ROOT / "docs" / "examples").exists():
        shutil.copytree(ROOT / "docs" / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    for name, text in FILE.findall(page.read_text("utf-8")):
        Path(name).write_text(text, "utf-8")
    for block in FENCE.findall(page.read_text("utf-8")):
        for example in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, shown = example.partition("\n")
            printed = said(command, monkeypatch)
            assert matches(shown, printed), f"{page.name}: $ {command}\nprints:\n{printed}"
