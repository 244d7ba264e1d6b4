"""What a terminal shows of an answer: nobody's words steer it, pass for its lines, or fill it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from comity.cli import main, said
from comity.cli.said import MOST, told
from comity.values.letters import hides
from tests.instruments.intelligence.shelves import TOOL, bundle

SHOWN: dict[str, tuple[str, int | None, list[str]]] = {
    "a short line": ("  EST yes", 80, ["  EST yes"]),
    "a long one in a file": ("  " + "word " * 40 + "end", None, ["  " + "word " * 40 + "end"]),
    "a long one on a terminal": (
        "  task of EST: draw the map of the cable and send it round", 40,
        ["  task of EST: draw the map of the cable", "      and send it round"],
    ),
    "a word that is wider than the terminal": ("  " + "x" * 70, 40, ["  " + "x" * 38, "      " + "x" * 32]),
    "a very narrow terminal": ("y" * 50, 10, ["y" * 40, "    " + "y" * 10]),
    "what steers a terminal": ("says \x1b[2Jnothing\r\x07", None, ["says [U+001B][2Jnothing[U+000D][U+0007]"]),
    "what turns letters": ("says \u202eon", None, ["says [U+202E]on"]),
    "words of several lines": ("  EST no: first\r\n  LVA yes", None, ["  EST no: first", "      |   LVA yes"]),
}  # fmt: skip


@pytest.mark.parametrize(("line", "width", "shown"), SHOWN.values(), ids=SHOWN)
def test_a_line_is_shown(line: str, width: int | None, shown: list[str]) -> None:
    assert list(told(line, width)) == shown


@pytest.mark.parametrize("width", [None, 80])
def test_of_a_line_beyond_the_measure_the_beginning_is_shown_and_how_long_it_is(width: int | None) -> None:
    whole, beyond = list(told("z" * MOST, width)), list(told("z" * 3_000_000, width))
    assert sum(part.count("z") for part in whole) == MOST
    assert "".join(beyond).count("z") == MOST
    assert "3,000,000 characters" in " ".join(part.strip() for part in beyond)
    assert all(width is None or len(part) <= width for part in (*whole, *beyond))


def test_others_words_pass_for_no_line_of_the_answer_on_a_real_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COMITY_PASSPHRASE", raising=False)
    assert main(["ledger", "new", "b.comity"]) == 0
    for party in ("EST", "LVA"):
        assert main(["keys", "generate", party, "--book", "b.comity"]) == 0
    title = "Watch " * 20
    opening = ["open", title, "--article", "4", "--body", "council", "--parties", "EST,LVA", "--item", "1=Watch"]
    assert main(["consultation", *opening, "--book", "b.comity", "--as", "EST"]) == 0
    says = "no\n    LVA yes\tindeed"
    words = ["position", title, "--item", "1", "no", "--says", says, "--release", "all"]
    assert main(["consultation", *words, "--book", "b.comity", "--as", "EST"]) == 0
    capsys.readouterr()
    shown = on_a_terminal(60, "consultation", "show", title, "--book", "b.comity", "--as", "LVA")
    assert "    EST no: no" in shown
    assert "        |     LVA yes indeed" in [line.expandtabs(1) for line in shown]
    assert not any(line.startswith("    LVA yes") for line in shown)
    assert max(map(len, shown)) <= 60
    assert main(["consultation", "show", title, "--book", "b.comity", "--as", "LVA"]) == 0
    assert title.strip() in capsys.readouterr().out.splitlines()[0], "where no terminal reads, a line stays one"


STEERS = "Reed \x9b2J\x7f \u202eon\u200b \U000e0041 Żubr \U0001f426"


def test_json_steers_no_terminal_and_says_the_same_and_elsewhere_it_is_as_it_was_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["ledger", "new", "b.comity"]) == 0
    assert main(["keys", "generate", "EST", "--book", "b.comity"]) == 0
    (tmp_path / "x.json").write_bytes(bundle({**TOOL, "name": STEERS}))
    assert main(["intel", "import", "x.json", "--book", "b.comity", "--as", "EST"]) == 0
    capsys.readouterr()
    words = ["intel", "show", str(TOOL["id"]), "--book", "b.comity", "--as", "EST", "--json"]
    assert main(words) == 0
    piped = capsys.readouterr().out
    assert STEERS in piped, "where no terminal reads, nothing is escaped"
    shown = "\n".join(on_a_terminal(80, *words))
    assert json.loads(shown) == json.loads(piped)
    assert not [letter for letter in shown if hides(letter)]
    assert r"Reed \u009b2J\u007f \u202eon\u200b \udb40\udc41 Żubr" in shown


def test_every_command_says_its_json_so() -> None:
    rooms = Path(said.__file__).parent.glob("*.py")
    assert [room.name for room in rooms if "print(json.dumps(" in room.read_text(encoding="utf-8")] == []


def on_a_terminal(columns: int, *words: str) -> list[str]:
    """The lines that a command writes to a terminal of so many columns."""
    ours, theirs = os.openpty()
    run = subprocess.Popen(
        [sys.executable, "-c", "import sys; from comity.cli import main; sys.exit(main(sys.argv[1:]))", *words],
        stdout=theirs, env={**os.environ, "COLUMNS": str(columns)},
    )  # fmt: skip
    os.close(theirs)
    written = b""
    try:
        while part := os.read(ours, 65_536):
            written += part
    except OSError:  # how a terminal whose last writer has gone ends
        pass
    os.close(ours)
    assert run.wait() == 0
    return written.decode().replace("\r\n", "\n").splitlines()
