"""`comity consultation` as its users meet it; the worked example of its page is run by tests/test_examples.py."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from comity.cli import main

Captured = pytest.CaptureFixture[str]
TEXT = ("--text", "text.txt")


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> str:
    """A book in which three parties consult, and a text lies under silence for a long time."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COMITY_PASSPHRASE", raising=False)
    Path("text.txt").write_text("the text\n", encoding="utf-8")
    Path("other.txt").write_text("another text\n", encoding="utf-8")
    assert main(["ledger", "new", "b.comity"]) == 0
    for party in ("EST", "LVA", "LTU"):
        assert main(["keys", "generate", party, "--book", "b.comity"]) == 0
    given = ["Cable", "--article", "Art. 4", "--body", "council", "--parties", "EST,LVA,LTU", "--item", "1=Watch"]
    say(capsys, "open", *given, as_="EST")
    say(capsys, "deliver", "Cable", "--item", "1", *TEXT, "--deadline", "2099-03-01T17:00Z", as_="EST")
    return "b.comity"


def say(capsys: Captured, *words: str, as_: str, code: int = 0) -> str:
    """What a verb prints, and that it ends with a code."""
    assert main(["consultation", *words, "--book", "b.comity", "--as", as_]) == code
    out = capsys.readouterr()
    return out.out + out.err


def test_a_receipt_and_a_break_and_the_outcome_as_json(book: str, capsys: Captured) -> None:
    told = json.loads(say(capsys, "receipt", "Cable", *TEXT, "--json", as_="LVA"))
    assert told["stated"][0]["kind"] == "silence-receipt"
    assert told["silence"]["waiting_for"] == ["EST", "LTU"]
    assert json.loads(say(capsys, "break", "Cable", "--json", as_="LTU"))["silence"]["state"] == "broken"
    assert json.loads(say(capsys, "close", "Cable", "--json", as_="EST"))["silence"]["state"] == "not adopted"
    shown = json.loads(say(capsys, "show", "Cable", "--json", as_="LVA"))
    assert shown["points"][0]["silence"]["result"] == "not adopted"
    assert shown["label"].startswith("EST content/consultation")


def test_the_next_version_of_a_document_is_the_default(book: str, capsys: Captured) -> None:
    for text in ("text.txt", "other.txt"):
        say(capsys, "document", "Cable", "--name", "plan", "--text", text, as_="LVA")
    said = say(capsys, "document", "Cable", "--name", "plan", "--text", "text.txt", "--version", "2", as_="LVA")
    assert "LVA has stated a version 2 of plan before: both will be shown" in said
    told = json.loads(say(capsys, "show", "Cable", "--json", as_="EST"))["documents"]
    assert [(one["version"], one["newest"]) for one in told] == [(1, False), (2, True), (2, True)]


def test_a_title_that_fills_everybodys_page_is_refused(book: str, capsys: Captured) -> None:
    said = say(capsys, "point", "Cable", f"2={'x' * 301}", as_="EST", code=2)
    assert "title: has 301 characters; the limit is 300; write at most 300 characters" in said


def test_a_step_takes_working_days(book: str, capsys: Captured) -> None:
    assumed = ["--starts", "2026-05-18", "--takes", "simplified procedure/cabinet=5w"]
    assert main(["consultation", "steps", "DEU", "assist", *assumed]) == 0
    assert "working days, without Whit Monday (2026-05-25)" in capsys.readouterr().out
    assert "step" in say(capsys, "step", "ours/vote", "--days", "3", "9", "--counts", "working", as_="LVA")
    assert "--days: is missing" in say(capsys, "step", "ours/vote", "--counts", "working", as_="LVA", code=2)


def test_a_bundle_goes_to_a_file_once_and_is_checked_with_the_keys_of_the_parties(book: str, capsys: Captured) -> None:
    say(capsys, "break", "Cable", as_="LTU")
    say(capsys, "close", "Cable", as_="EST")
    say(capsys, "bundle", "Cable", "--out", "record.json", as_="LVA")
    assert "there already" in say(capsys, "bundle", "Cable", "--out", "record.json", as_="LVA", code=1)
    assert main(["keys", "list", "--book", book, "--json"]) == 0
    Path("keys.json").write_text(capsys.readouterr().out, encoding="utf-8")
    assert main(["consultation", "verify", "record.json", "--keys", "keys.json", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["verified"] is True
    record = Path("record.json").read_text("utf-8")
    Path("forged.json").write_text(record.replace("not adopted", "adopted"), encoding="utf-8")
    assert main(["consultation", "verify", "forged.json", "--keys", "keys.json"]) == 2
    assert "not in the batch that was signed" in capsys.readouterr().err


def test_a_bundle_without_an_outcome_is_no_verified_one(book: str, capsys: Captured) -> None:
    say(capsys, "bundle", "Cable", "--out", "record.json", as_="LVA")
    assert main(["consultation", "verify", "record.json"]) == 1
    assert "no verified outcome" in capsys.readouterr().out


REFUSED = {
    "not the chair": (("extend", "Cable", "--deadline", "2099-04-01T17:00Z"), "LVA", 1, "only EST can state this"),
    "another text": (("receipt", "Cable", "--text", "other.txt"), "LVA", 1, "not the text that was put"),
    "no text there": (("receipt", "Cable", "--text", "gone.txt"), "LVA", 2, "cannot be read"),
    "a day is no deadline": (("extend", "Cable", "--deadline", "2099-04-01"), "EST", 2, "is a day"),
    "no such case": (("show", "Nothing"), "LVA", 1, "no consultation Nothing is available"),
    "a reason without a break": (("reason", "Cable", "--says", "x"), "LVA", 1, "has not broken silence"),
    "two who speak": (("break", "Cable"), "LVA,LTU", 2, "name exactly one"),
    "not yet": (("close", "Cable"), "EST", 1, "the outcome is open"),
}


SOON = "2099-01-01T12:00Z"
A_CASE = ("open", "Costs", "--article", "9", "--body", "council")
READ_ALIKE = {
    "who takes part": ((*A_CASE, "--parties", "EST,XXX"), "--parties: 'XXX' is no party"),
    "who sits in a body": (A_CASE, "--parties: is missing"),
    "who is the chair": ((*A_CASE, "--parties", "EST,LVA", "--chair", "XXX"), "--chair: 'XXX' is no party"),
    "who invokes": ((*A_CASE, "--parties", "EST,LVA", "--invoked-by", "XXX"), "--invoked-by: 'XXX' is no party"),
    "hours below none": ((*A_CASE, "--parties", "EST,LVA", "--hours", "-5"), "--hours: Expected `int` >= 0"),
    "whom a position is released to": (
        ("position", "Cable", "--item", "1", "yes", "--release", "XXX"), "--release: 'XXX' is no party",
    ),
    "whom an incident is told": (
        ("report", "--to", "XXX", "--when", SOON, "--what", "drift", "--says", "a buoy"), "--to: 'XXX' is no party",
    ),
    "whom an exercise is told": (
        ("announce", "--to", "XXX", "--name", "Gull", "--begins", SOON, "--ends", "2099-02-01T12:00Z", "--area", "sea"),
        "--to: 'XXX' is no party",
    ),
    "a strength below none": (
        ("announce", "--to", "LVA", "--name", "Gull", "--begins", SOON, "--ends", "2099-02-01T12:00Z", "--area", "sea",
         "--personnel", "-1"), "--personnel: Expected `int` >= 0",
    ),
    "whom a question is asked": (("ask", "--to", "XXX", "Who?", "--answer-by", SOON), "--to: 'XXX' is no party"),
    "whom a step is told": (("step", "ours/vote", "--days", "1", "--release", "all"), "--release: 'all' is no party"),
    "days below none": (("step", "ours/vote", "--days", "-1"), "--days: Expected `int` >= 0"),
    "a window below none": (
        ("deliver", "Cable", "--item", "2", *TEXT, "--deadline", SOON, "--window", "-1"),
        "--window: Expected `int` >= 0",
    ),
}  # fmt: skip


@pytest.mark.usefixtures("book")
@pytest.mark.parametrize(("words", "says"), READ_ALIKE.values(), ids=READ_ALIKE)
def test_the_command_line_reads_a_field_as_pages_and_programs_do(
    words: tuple[str, ...], says: str, capsys: Captured
) -> None:
    assert says in say(capsys, *words, as_="EST", code=2)


@pytest.mark.usefixtures("book")
def test_the_reason_of_a_break_is_told_to_parties_that_are_known(capsys: Captured) -> None:
    say(capsys, "break", "Cable", as_="LTU")
    told = say(capsys, "reason", "Cable", "--says", "too soon", "--to", "XXX", as_="LTU", code=2)
    assert "--to: 'XXX' is no party" in told


@pytest.mark.usefixtures("book")
@pytest.mark.parametrize(("words", "as_", "code", "says"), REFUSED.values(), ids=REFUSED)
def test_what_may_not_be_is_told_and_states_nothing(
    words: tuple[str, ...], as_: str, code: int, says: str, capsys: Captured
) -> None:
    before = say(capsys, "show", "Cable", "--at", "2098-01-01T00:00Z", as_="EST")
    assert says in say(capsys, *words, as_=as_, code=code)
    assert say(capsys, "show", "Cable", "--at", "2098-01-01T00:00Z", as_="EST") == before


def test_whoever_may_not_read_is_told_of_nothing(book: str, capsys: Captured) -> None:
    assert "no consultation is available" in say(capsys, "list", as_="SWE")
    assert say(capsys, "channel", as_="SWE") == "nothing is on the channel\n"
    assert say(capsys, "waiting", as_="SWE") == "nothing waits for SWE\n"


def test_the_committee_and_the_channel(book: str, capsys: Captured) -> None:
    say(capsys, "point", "Cable", "2=Costs", as_="EST")
    say(capsys, "document", "Cable", "--name", "plan", *TEXT, as_="LVA")
    say(capsys, "task", "Cable", "--name", "map", "--owner", "LTU", "--due", "2099-01-01T12:00Z", "--says", "draw it",
        as_="LVA")  # fmt: skip
    say(capsys, "meeting", "Cable", "--name", "first", "--when", "2099-01-02T09:00Z", as_="EST")
    for party in ("EST", "LVA", "LTU"):
        say(capsys, "position", "Cable", "--item", "2", "yes", "--release", "all", as_=party)
    say(capsys, "decide", "Cable", "--item", "2", as_="EST")
    shown = json.loads(say(capsys, "show", "Cable", "--json", as_="LTU"))
    assert [point["item"] for point in shown["points"]] == ["1", "2"]
    assert shown["decisions"][0]["stands"]
    assert [task["progress"] for task in shown["tasks"]] == ["open"]
    assert "task, 2099-01-01T12:00Z" in say(capsys, "waiting", as_="LTU")
    say(capsys, "done", "Cable", "--name", "map", as_="LTU")
    told = json.loads(
        say(capsys, "ask", "--to", "LVA", "Whose boat?", "--answer-by", "2099-01-01T12:00Z", "--json", as_="EST")
    )
    say(capsys, "reply", told["stated"][0]["id"][:8], "--says", "ours", as_="LVA")
    say(
        capsys, "report", "--to", "LVA", "--when", "2026-01-01T12:00Z", "--what", "drift", "--says", "a buoy", as_="EST"
    )
    say(capsys, "announce", "--to", "LVA", "--name", "Gull", "--begins", "2099-01-01T12:00Z", "--ends",
        "2099-01-03T12:00Z", "--area", "the gulf", as_="EST")  # fmt: skip
    matters = json.loads(say(capsys, "channel", "--json", as_="LVA"))
    assert [(one["kind"], one["stage"]) for one in matters] == [
        ("clarification", "answered"), ("incident", "open"), ("exercise", "announced"),
    ]  # fmt: skip
    say(capsys, "calendar", "--out", "c.ics", as_="LVA")
    assert Path("c.ics").read_bytes().count(b"BEGIN:VEVENT") == 6


def test_votes_and_steps_need_no_book(capsys: Captured) -> None:
    assert main(["consultation", "rules", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)) > 4
    assert main(["consultation", "rules", "nowhere"]) == 2
    assert main(["consultation", "rules", "un-security-council", "--on", "2024-01-01", "--vote", "DEU=yes"]) == 2
    assert main(["consultation", "rules", "un-security-council", "--on", "2024-01-01", "--vote", "USA=perhaps"]) == 2
    capsys.readouterr()
    assert main(["consultation", "steps", "FRA", "assist", "--starts", "2026-06-01", "--json"]) == 0
    (route,) = json.loads(capsys.readouterr().out)["routes"]
    assert [(row["step"], row["end"]) for row in route["rows"][:2]] == [
        ("decision", "2026-06-01"),
        ("informed", "2026-06-04"),
    ]
    assert main(["consultation", "steps", "TUV", "assist", "--starts", "2026-06-01"]) == 1
    assert main(["consultation", "steps", "FRA", "assist", "--starts", "soon"]) == 2
    capsys.readouterr()
    assert main(["consultation", "calendar", "--agreements"]) == 0
    assert capsys.readouterr().out.startswith("BEGIN:VCALENDAR")


def test_a_state_tells_of_its_own_steps(book: str, capsys: Captured) -> None:
    say(capsys, "step", "simplified procedure/cabinet", "--days", "2", "4", "--release", "LVA", as_="EST")
    for party, count in (("LVA", 1), ("LTU", 0)):
        assert main(["ledger", "list", "--book", book, "--as", party, "--kind", "national-step", "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["count"] == count


@pytest.mark.usefixtures("book")
def test_a_case_may_have_a_rule_of_its_own(capsys: Captured) -> None:
    given = ["Costs", "--article", "9", "--body", "council", "--parties", "EST,LVA,LTU", "--item", "1=Share"]
    bad = say(capsys, "open", *given, "--rule", "{kind: k-of-n, of: 3}", as_="EST", code=2)
    assert "rule.k" in bad
    say(capsys, "open", *given, "--rule", "{kind: k-of-n, k: 1}", as_="EST")
    say(capsys, "position", "Costs", "--item", "1", "yes", as_="LVA")
    shown = json.loads(say(capsys, "show", "Costs", "--json", as_="LVA"))
    assert shown["points"][0]["votes"]["result"] == "adopted"
