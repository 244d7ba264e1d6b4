"""The main job: what stands on the screen, and a report for each audience that holds only what it may read."""

from __future__ import annotations

import csv
import json
import re
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from comity.cli import main


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The reports, written once."""
    folder = tmp_path_factory.mktemp("reports")
    assert main(["run", "--no-serve", "--out", str(folder)]) == 0
    return folder


def test_the_screen_answers_three_events_and_one_may_we(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "--no-serve", "--out", str(tmp_path)]) == 0
    said = capsys.readouterr().out
    for words in ("11 September 2001", "South Atlantic", "pipeline", "May we?"):
        assert words in said
    assert "if ARG's claim is taken: assist" in said
    assert "would settle it: place: where it happened" in said
    assert "May Korea pass it to Poland? not available" not in said
    assert "May Korea pass it to Poland? SILENT: the consent of JPN is missing" in said


def test_without_a_command_the_main_job_is_done_and_ends_in_a_browser(tmp_path: Path) -> None:
    program = str(Path(sys.executable).with_name("comity"))
    with subprocess.Popen([program], cwd=tmp_path, stdout=subprocess.PIPE, text=True, encoding="utf-8") as running:
        assert running.stdout is not None
        try:
            said, address = "", None
            while address is None:
                line = running.stdout.readline()
                assert line, said
                said += line
                address = re.search(r"Open (http://127\.0\.0\.1:\d+/) in a browser", line)
            with urllib.request.urlopen(address[1]) as answer:
                assert "This is a demonstration" in answer.read().decode()
        finally:
            running.send_signal(signal.SIGTERM)
    assert running.returncode in {0, -signal.SIGTERM}
    assert "11 September 2001" in said
    assert (tmp_path / "reports" / "public.html").exists()
    assert (tmp_path / "demonstration.db").exists()


def test_the_answer_moves_when_the_author_and_the_place_are_set(reports: Path) -> None:
    before, after = (
        {
            (row["agreement"], row["article"]): row["duty"]
            for row in json.loads((reports / name).read_text("utf-8"))["commitments"]
        }
        for name in ("event-3-1.json", "event-3-2.json")
    )
    assert before[("NAT-1949", "5")] == "unknown"
    assert after[("NAT-1949", "5")] == "assist"


def test_a_party_that_may_not_read_the_report_learns_no_more_than_that_it_is_not_available(reports: Path) -> None:
    japan, poland = ((reports / f"{name}.html").read_text("utf-8") for name in ("JPN", "POL"))
    assert "missing the consent of JPN" in japan
    assert "missing the consent of JPN" not in poland
    assert "not available" in poland


def test_every_page_keeps_its_own_origin_and_its_label(reports: Path) -> None:
    for page in reports.glob("*.html"):
        text = page.read_text("utf-8")
        assert not re.findall(r"(?:src|href)=\"(?:https?:)?//", text)
        assert "<script" not in text
        assert text.count('class="banner"') == 2
        for target in re.findall(r'href="([^"#]+)"', text):
            assert (reports / target).exists()


def test_the_tables_are_the_same_in_every_form(reports: Path) -> None:
    rows = json.loads((reports / "event-1-1.json").read_text("utf-8"))["commitments"]
    with (reports / "event-1-1.csv").open(encoding="utf-8", newline="") as sheet:
        table = list(csv.reader(sheet))
    book = CalamineWorkbook.from_path(str(reports / "event-1-1.xlsx")).get_sheet_by_index(0).to_python()
    assert len(rows) == len(table) - 1 == len(book) - 2
    assert [row[:4] for row in book[2:]] == [row[:4] for row in table[1:]]
