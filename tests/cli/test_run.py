"""The main job: what stands on the screen, and a report for each audience that holds only what it may read."""

from __future__ import annotations

import contextlib
import csv
import html
import io
import json
import re
import shlex
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from comity.cli import main, reports


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the main job was done."""
    made = tmp_path_factory.mktemp("main-job")
    with contextlib.chdir(made):
        (made / "said.txt").write_text(said("run", "--no-serve"), encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def pages(folder: Path) -> Path:
    """Where its reports lie."""
    return folder / "reports"


@pytest.fixture(scope="module")
def screen(folder: Path) -> str:
    """What it said."""
    return (folder / "said.txt").read_text("utf-8")


def said(*words: str) -> str:
    """What a command says, whatever it answers; one that cannot be read is a failure."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        assert main(list(words)) in {0, 1}
    return out.getvalue()


def test_the_screen_answers_three_events_and_one_may_we(screen: str) -> None:
    for words in ("11 September 2001", "South Atlantic", "pipeline", "May we?"):
        assert words in screen
    assert re.search(r"if ARG's claim to Falkland Islands .* is taken: assist", screen)
    assert "would settle it: place: where it happened" in screen
    assert re.search(r"^No \(SILENT\).* the consent of JPN is not on record$", screen, re.MULTILINE)


def test_every_part_of_the_screen_says_for_whom_it_is_and_under_which_label(screen: str) -> None:
    before, _, after = screen.partition("== May we? ==")
    assert before.startswith("For the public. PUBLIC: ")
    assert "the consent of JPN" not in before
    assert "For JPN and KOR. FOR JPN, KOR ONLY: rests on a (fictitious) report of theirs" in after


def test_every_command_on_the_screen_says_what_stands_below_it(
    folder: Path, screen: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    told = re.split(r"^\$ ", screen, flags=re.MULTILINE)[1:]
    assert len(told) == 9
    for one in told:
        command, _, answer = one.partition("\n")
        printed = said(*shlex.split(command)[1:])
        assert answer.startswith(printed), command


@pytest.mark.parametrize("name", ["public", "JPN", "POL"])
def test_every_command_of_a_report_gives_the_answer_it_stands_beside(
    name: str, folder: Path, pages: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    text = (pages / f"{name}.html").read_text("utf-8")
    answers = re.findall(r"<article.*?<code>(.*?)</code>.*?<strong>(.*?)</strong>(.*?)</article>", text, re.DOTALL)
    assert len(answers) == 3
    for command, verdict, reasons in answers:
        told = [html.unescape(one).strip() for one in (verdict, *re.findall(r"<li>(.*?)</li>", reasons))]
        printed = said(*shlex.split(html.unescape(command))[1:]).splitlines()
        assert [line.strip() for line in printed[1:-1]] == told
    events = re.findall(r"<code>(comity commitments .*?)</code>.*?(event-\d-\d)\.csv", text, re.DOTALL)
    assert len(events) == 6
    for command, table in events:
        words = shlex.split(html.unescape(command))[1:]
        assert said(*words, "--why-not", "--json") == (pages / f"{table}.json").read_text("utf-8")


def test_the_way_on_works_as_it_is_printed_in_an_empty_folder(
    screen: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    steps = re.findall(r"^  (comity .*)$", screen, re.MULTILINE)
    told = [said(*shlex.split(step)[1:]) for step in steps]
    assert len(told) == 7
    assert "sound; no faults" in told[1]
    assert "MY-AGREEMENT: added in mine.book" in told[3]
    assert "ask about: MY-AGREEMENT/from-EST" in told[4]
    assert "MY-AGREEMENT Art. 1: CONSULT" in told[5]
    assert "Yes (GRANTED)" in told[6]


def test_the_way_on_stands_in_every_report(screen: str, pages: Path) -> None:
    steps = re.findall(r"^  (comity .*)$", screen, re.MULTILINE)
    for page in pages.glob("*.html"):
        text = html.unescape(page.read_text("utf-8"))
        assert all(f"<code>{step}</code>" in text for step in steps)


def test_without_a_command_the_main_job_is_done_and_ends_in_a_browser(tmp_path: Path) -> None:
    program = str(Path(sys.executable).with_name("comity"))
    with subprocess.Popen([program], cwd=tmp_path, stdout=subprocess.PIPE, text=True, encoding="utf-8") as running:
        assert running.stdout is not None
        try:
            printed, address = "", None
            while address is None:
                line = running.stdout.readline()
                assert line, printed
                printed += line
                address = re.search(r"Open (http://127\.0\.0\.1:\d+/) in a browser", line)
            with urllib.request.urlopen(address[1]) as answer:
                assert "This is a demonstration" in answer.read().decode()
        finally:
            running.send_signal(signal.SIGTERM)
    assert running.returncode in {0, -signal.SIGTERM}
    assert "11 September 2001" in printed
    assert (tmp_path / "reports" / "public.html").exists()
    assert (tmp_path / "demonstration.db").exists()


def test_a_folder_that_cannot_be_written_is_told_before_anything_is_answered(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "taken").write_text("", encoding="utf-8")
    assert main(["run", "--no-serve", "--out", str(tmp_path / "taken")]) == 2
    told = capsys.readouterr()
    assert (told.out, "give another --out FOLDER" in told.err) == ("", True)


def test_the_answer_moves_when_the_author_and_the_place_are_set(pages: Path) -> None:
    before, after = (
        {
            (row["agreement"], row["article"]): row["duty"]
            for row in json.loads((pages / name).read_text("utf-8"))["commitments"]
        }
        for name in ("event-3-1.json", "event-3-2.json")
    )
    assert before[("NAT-1949", "5")] == "unknown"
    assert after[("NAT-1949", "5")] == "assist"


def test_a_party_that_may_not_read_the_report_is_answered_without_it(pages: Path) -> None:
    japan, poland, public = ((pages / f"{name}.html").read_text("utf-8") for name in ("JPN", "POL", "public"))
    assert "the consent of JPN is not on record" in japan
    for other in (poland, public):
        assert "consent of JPN" not in other
        assert "--given" not in other
        assert "the book is silent" in other
        assert "may not read the report" in other


def test_every_page_keeps_its_own_origin_and_its_label(pages: Path) -> None:
    for page in pages.glob("*.html"):
        text = page.read_text("utf-8")
        assert not re.findall(r"(?:src|href)=\"(?:https?:)?//", text)
        assert "<script" not in text
        assert " style=" not in text
        assert text.count('class="banner ') == 2
        for target in re.findall(r'href="([^"#]+)"', text):
            assert (pages / target).exists()
        assert len(set(re.findall(r' id="([^"]+)"', text))) == len(re.findall(r' id="([^"]+)"', text))


def test_a_map_shows_what_was_disputed_on_its_day(pages: Path) -> None:
    figures = re.findall(r"<figure>(.*?)</figure>", (pages / "public.html").read_text("utf-8"), re.DOTALL)
    later = ("Crimea", "Donetsk")
    assert [any(name in figure for name in later) for figure in figures] == [False, False, True]
    assert "Falkland" in figures[1]


def test_the_tables_are_the_same_in_every_form(pages: Path) -> None:
    for name in ("event-1-1", "event-2-1"):
        rows = json.loads((pages / f"{name}.json").read_text("utf-8"))["commitments"]
        with (pages / f"{name}.csv").open(encoding="utf-8", newline="") as sheet:
            table = list(csv.reader(sheet))
        book = CalamineWorkbook.from_path(str(pages / f"{name}.xlsx")).get_sheet_by_index(0).to_python()
        assert len(rows) == len(table) - 1 == len(book) - 2
        assert [row[:4] for row in book[2:]] == [row[:4] for row in table[1:]]
        place = reports.COLUMNS.index("branches")
        assert [bool(row[place]) for row in table[1:]] == [bool(row["branches"]) for row in rows]
        assert [row[place] for row in book[2:]] == [row[place] for row in table[1:]]
