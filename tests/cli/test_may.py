"""`comity may` as its user meets it: answers, machine output, and questions that cannot be read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from comity.cli import main

REPORT = "facts:\n  - title: {thing: map-1, kind: information, owner: GBR, interest: originator}\n"


def ask(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    """Run `comity may` and give its exit."""
    monkeypatch.setattr("sys.argv", ["comity", "may", *words])
    return main()


@pytest.fixture
def given(tmp_path: Path) -> str:
    """A file with one title."""
    path = tmp_path / "given.yaml"
    path.write_text(REPORT, encoding="utf-8")
    return str(path)


def test_json_says_what_the_words_say(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], given: str
) -> None:
    assert ask(monkeypatch, "EST", "read", "map-1", "--on", "2024-05-01", "--given", given, "--json") == 1
    said = json.loads(capsys.readouterr().out)
    assert (said["answer"], said["missing"], said["book_silent"]) == ("SILENT", ["GBR"], False)
    assert said["if_all_missing_consented"] == "GRANTED"
    assert said["owners"][0]["owner"] == "GBR"
    assert said["label"] == "PUBLIC"


def test_the_book_may_be_silent(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert ask(monkeypatch, "EST", "read", "map-9", "--on", "2024-05-01", "--json") == 1
    said = json.loads(capsys.readouterr().out)
    assert (said["book_silent"], said["verdict"], said["missing"]) == (True, "DENIED", [])


BAD = {
    "no such day": (["--on", "2024-02-30"], "no date"),
    "a ragged day": (["--on", "2024"], "--on: '2024' allows more than one day; write the whole date"),
    "an instant that is none": (["--on", "2024-05-01", "--known", "then"], "--known: "),
    "half a circumstance": (["--on", "2024-05-01", "--with", "armed"], "NAME=VALUE"),
    "a circumstance twice": (["--on", "2024-05-01", "--with", "armed=true", "--with", "armed=false"], "give it once"),
    "a taker that is nobody": (["--on", "2024-05-01", "--to", "ZZZ"], "--to: 'ZZZ' is no party"),
    "an audience that is nobody": (["--on", "2024-05-01", "--as", "ZZZ"], "--as: 'ZZZ' is no party"),
    "an agreement that is none": (["--on", "2024-05-01", "--ends", "NO-SUCH=2020-01-01"], "no agreement"),
    "a file that is not there": (["--on", "2024-05-01", "--given", "nowhere.yaml"], "nowhere.yaml"),
}


@pytest.mark.parametrize("case", BAD.values(), ids=BAD)
def test_a_question_that_cannot_be_read_names_what_is_wrong(
    case: tuple[list[str], str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words, says = case
    assert ask(monkeypatch, "EST", "read", "map-1", *words) == 2
    printed = capsys.readouterr()
    assert says in printed.err
    assert printed.out == ""


def test_who_asks_is_a_party_of_the_casebook_or_of_a_fact(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert ask(monkeypatch, "ZZZ", "read", "map-1", "--on", "2024-05-01") == 2
    assert "party: 'ZZZ' is no party" in capsys.readouterr().err
    path = tmp_path / "given.yaml"
    path.write_text(REPORT + "  - grant: {by: GBR, to: [ZZZ], actions: [read], scope: map-1}\n", "utf-8")
    assert ask(monkeypatch, "ZZZ", "read", "map-1", "--on", "2024-05-01", "--given", str(path)) == 0


def test_a_quantity_is_a_number_where_a_quota_counts(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "given.yaml"
    path.write_text(REPORT + "  - grant: {by: GBR, to: [EST], actions: [read], scope: map-1, quota: 5}\n", "utf-8")
    given = ("EST", "read", "map-1", "--on", "2024-05-01", "--given", str(path), "--with")
    assert ask(monkeypatch, *given, "quantity=abc") == 2
    assert "quantity: 'abc' is no number" in capsys.readouterr().err
    assert ask(monkeypatch, *given, "quantity=5") == 0


def test_a_wrong_fact_is_named_by_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "given.yaml"
    path.write_text(REPORT + "  - grant: {by: GBR, to: [EST], acts: [read], scope: map-1}\n", encoding="utf-8")
    assert ask(monkeypatch, "EST", "read", "map-1", "--on", "2024-05-01", "--given", str(path)) == 2
    assert f"{path}:3: grant.acts: is no field here" in capsys.readouterr().err


def test_a_circumstance_of_the_wrong_type_is_told_with_what_it_should_be(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ask(monkeypatch, "AUS", "enter", "JPN/territory", "--on", "2024-06-01", "--with", "armed=maybe") == 2
    assert "armed is 'maybe', and a condition compares it with true or false" in capsys.readouterr().err


def test_a_day_of_an_end_that_is_none_is_told_with_its_option(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ask(monkeypatch, "KOR", "read", "map-1", "--on", "2024-05-01", "--ends", "NAT-1949=soon") == 2
    assert capsys.readouterr().err.startswith("comity: --ends: 'soon' is no date")
