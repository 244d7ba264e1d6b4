"""`comity intel report|warn|rfi|sighting|incident` as staffs meet it; the worked example is run with its page."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from comity.cli import main

Captured = pytest.CaptureFixture[str]
EXAMPLES = Path(__file__).resolve().parent.parent.parent / "docs" / "examples"
REPORT = ("--says", "tents", "--observed", "2026-03-01", "--shows", "border/field-hospitals=activity")


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> str:
    """A book in which Estonia keeps a warning problem that Latvia follows, and has stated a report."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COMITY_PASSPHRASE", raising=False)
    shutil.copytree(EXAMPLES, "examples")
    assert main(["ledger", "new", "b.comity"]) == 0
    for party in ("EST", "LVA", "POL"):
        assert main(["keys", "generate", party, "--book", "b.comity"]) == 0
    say(capsys, "warn", "--set", "examples/warning-problem.yaml", "--to", "LVA", as_="EST")
    say(capsys, "report", "add", "Tents", "--name", "r1", "--grade", "B2", "--source", "S", *REPORT, "--to", "LVA")
    return "b.comity"


def say(capsys: Captured, *words: str, as_: str = "EST", code: int = 0) -> str:
    """What a verb prints, and that it ends with a code."""
    assert main(["intel", *words, "--book", "b.comity", "--as", as_]) == code
    out = capsys.readouterr()
    return out.out + out.err


def asked(capsys: Captured, *words: str, as_: str = "EST") -> dict[str, object]:
    found: dict[str, object] = json.loads(say(capsys, *words, "--json", as_=as_))
    return found


def test_a_problem_as_json_has_each_report_with_what_it_adds(book: str, capsys: Captured) -> None:
    found = asked(capsys, "warn", "border", "--on", "2026-03-10", as_="LVA")
    assert (found["activity_level"], found["may_be"]) == ("routine", ["routine"])
    signs = found["indicators"]
    assert isinstance(signs, list)
    (sign,) = (one for one in signs if one["indicator"] == "field-hospitals")
    assert [(one["role"], one["by"]) for one in sign["activity"]["reports"]] == [("counts", "EST")]
    assert sign["would_change"][0]["by"] == "further report"
    assert sign["active_when"].startswith("2 independent reports graded B2")


STATED = {
    "report": ("report", "add", "Tents", "--says", "tents", "--grade", "B2", "--to", "ZZZ"),
    "problem": ("warn", "--set", "examples/warning-problem.yaml", "--to", "LVA,ZZZ"),
    "request": ("rfi", "ask", "Is blood stored?", "--answer-by", "2099-01-01", "--to", "ZZZ"),
    "told of it": (
        "rfi",
        "pass-on",
        "r1",
        "Who?",
        "--answer-by",
        "2099-01-01",
        "--to",
        "LVA",
        "--tell",
        "ZZZ",
    ),
    "sighting": ("sighting", "add", "malware--1", "--first", "2026-01-01", "--to", "ZZZ"),
    "sharing": ("sighting", "add", "malware--1", "--first", "2026-01-01", "--share-with", "ZZZ"),
}


@pytest.mark.parametrize("words", STATED.values(), ids=STATED)
def test_nothing_is_stated_for_a_party_whom_nobody_knows(book: str, capsys: Captured, words: tuple[str, ...]) -> None:
    assert f"{words[-2]}: 'ZZZ' is no party of the casebook" in say(capsys, *words, code=2)


def test_whoever_may_not_read_the_problem_learns_of_none(book: str, capsys: Captured) -> None:
    assert say(capsys, "warn", as_="POL") == "no warning problem is available\nLabel: PUBLIC\n"
    absent, hidden = (say(capsys, "warn", name, as_="POL", code=1) for name in ("nothing", "border"))
    assert absent.replace("nothing", "border") == hidden
    assert say(capsys, "report", "list", as_="POL") == "no report is available\nLabel: PUBLIC\n"


def test_the_keeper_alone_says_what_a_report_shows(book: str, capsys: Captured) -> None:
    say(capsys, "warn", "border", "--assess", "r1/field-hospitals=neither", "--to", "LVA")
    assert "independent reports: activity 0" in say(capsys, "warn", "border", "--on", "2026-03-10", as_="LVA")
    words = ("warn", "border", "--assess", "r1/field-hospitals=activity")
    assert "EST keeps this problem" in say(capsys, *words, as_="LVA", code=1)


FAULTS = {
    "a grade of the worst kind of letter": (("report", "add", "T", "--says", "s", "--grade", "G1"), "reliability"),
    "half a grade": (("report", "add", "T", "--says", "s", "--grade", "B"), "--grade"),
    "a source beside what it rests on": (
        ("report", "add", "T", "--says", "s", "--source", "S", "--rests-on", "r1"), "has no source",
    ),
    "a word nobody knows": (("report", "add", "T", "--says", "s", "--shows", "border/x=perhaps"), "--shows"),
    "an indicator without a problem": (("report", "add", "T", "--says", "s", "--shows", "x=activity"), "--shows"),
    "a day that is none": (("report", "add", "T", "--says", "s", "--observed", "soon"), "observed"),
    "a day that is not yet": (
        ("report", "add", "T", "--says", "s", "--observed", "2999-01-01"), "intelligence-report.observed",
    ),
    "a sighting that is to come": (("sighting", "add", "malware--1", "--first", "2999-01-01"), "2999-01-01 lies ahead"),
    "an answer that is late before it is asked": (
        ("rfi", "ask", "Q", "--answer-by", "2020-01-01T12:00Z", "--to", "LVA"), "the deadline has passed",
    ),
    "a request that its author asks of itself": (
        ("rfi", "ask", "Q", "--answer-by", "2099-01-01T12:00Z", "--to", "LVA,EST"), "EST asks itself",
    ),
    "a request of nobody": (("rfi", "ask", "Q", "--answer-by", "2099-01-01T12:00Z"), "nobody is asked"),
    "a least that cannot be judged": (("report", "corroboration", "x", "--least", "F2"), "cannot be judged"),
    "a file without a problem": (("warn", "--set", "examples/grid-incident.yaml"), "holds no problem"),
    "a file that is not there": (("warn", "--set", "nothing.yaml"), "cannot be read"),
    "an assessment of nothing": (("warn", "border", "--assess", "r1"), "--assess"),
    "an incident without a name": (
        ("report", "add", "T", "--says", "s", "--incident", "examples/pipeline.yaml"), "no incident with a name",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("words", "told"), FAULTS.values(), ids=FAULTS)
def test_what_cannot_be_is_refused_with_the_place(
    words: tuple[str, ...], told: str, book: str, capsys: Captured
) -> None:
    assert told in say(capsys, *words, code=2)


def test_a_report_is_named_by_its_first_digits_and_a_circle_is_told(book: str, capsys: Captured) -> None:
    again = ("report", "add", "Again", "--says", "again", "--rests-on", "r9", "--thing", "r8", "--to", "EST")
    made = asked(capsys, *again, as_="LVA")
    assert isinstance(made["stated"], list)
    back = ("report", "add", "Back", "--says", "back", "--thing", "r9", "--variant-of", made["stated"][0]["id"][:8])
    say(capsys, *back, "--to", "LVA")
    told = say(capsys, "report", "corroboration", "r9")
    assert "independent reports graded E5 or better: 0\n" in told
    assert "circular reporting: " in told
    assert "rests on nothing but reports that rest on it" in told


def test_a_request_is_asked_apart_passed_on_and_answered(book: str, capsys: Captured) -> None:
    by = ("--answer-by", "2099-01-01T12:00Z")
    made = asked(capsys, "rfi", "ask", "Q", "--to", "LVA,POL", "--apart", *by)
    assert isinstance(made["stated"], list)
    assert len(made["stated"]) == 2
    assert "POL" not in say(capsys, "rfi", "list", as_="LVA")
    first = made["stated"][0]["id"][:8]
    say(capsys, "rfi", "pass-on", first, "Q?", "--to", "POL", "--tell", "EST", *by, as_="LVA")
    assert "LVA open; passed on to POL" in say(capsys, "rfi", "list", "--on", "2098-01-01")
    say(capsys, "rfi", "answer", first, "answered", "--says", "yes", as_="LVA")
    found = asked(capsys, "rfi", "list", "--open", "--on", "2099-02-01")
    assert isinstance(found["requests"], list)
    standings = {a["party"]: a["standing"] for one in found["requests"] for a in one["addressees"]}
    assert standings == {"POL": "overdue"}


def test_an_incident_is_written_as_an_event_that_can_be_asked_about(book: str, capsys: Captured) -> None:
    words = ("report", "add", "Grid", "--says", "two\nlines", "--grade", "C3", "--source", "S")
    say(capsys, *words, "--incident", "examples/grid-incident.yaml", "--to", "LVA")
    found = asked(capsys, "incident", "grid", "--out", "grid.yaml", as_="LVA")
    assert found["label"] == "EST content/intelligence-report to LVA"
    text = Path("grid.yaml").read_text("utf-8")
    assert text.startswith("# EST content/intelligence-report to LVA\n")
    assert "# victim: EST, claimed by EST (C3), report " in text
    assert main(["commitments", "--event", "grid.yaml", "--json"]) == 0
    asked_about = json.loads(capsys.readouterr().out)["event"]
    assert asked_about == found["event"]
    bare = asked(capsys, "incident", "grid", "--least", "B2", as_="LVA")
    assert bare["claims"] == []
    assert isinstance(bare["left_out"], list)
    assert bare["left_out"][0].endswith("falls short")
