"""Questions asked of a user's own book: decided over everything, and told as far as the audience may read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from comity.cli import main

EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "examples"
OWN = "SUPPORT-2020"
FACTS = """facts:
  - title: {thing: report-1, kind: information, owner: GBR, interest: originator}
  - grant: {by: GBR, to: [FIN], actions: [read], scope: report-1, from: 2026-01-01}
"""
Captured = pytest.CaptureFixture[str]


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> str:
    """A book with an agreement of IRL and ISL, and a report that GBR lets FIN read."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COMITY_PASSPHRASE", raising=False)
    Path("facts.yaml").write_text(FACTS, encoding="utf-8")
    assert main(["ledger", "new", "b.comity"]) == 0
    assert main(["keys", "generate", "GBR", "--book", "b.comity"]) == 0
    assert main(["ledger", "record", "--book", "b.comity", "facts.yaml"]) == 0
    assert main(["agreements", "add", str(EXAMPLES / "mutual-support.yaml"), "--book", "b.comity"]) == 0
    capsys.readouterr()
    return "b.comity"


def told(capsys: Captured, *words: str, code: int | None = 0) -> str:
    """What a command says on stdout."""
    given = main(list(words))
    assert code is None or given == code
    return capsys.readouterr().out


THREAT = ("commitments", "--kind", "threat", "--victim", "IRL", "--on", "2024-05-01", "--json")
READERS = {
    "a party": ("IRL", True),
    "both": ("IRL,ISL", True),
    "a stranger": ("USA", False),
    "with a stranger": ("IRL,USA", False),
}


@pytest.mark.parametrize(("audience", "sees"), READERS.values(), ids=READERS)
def test_an_own_agreement_binds_in_answers_to_those_who_may_read_it(
    audience: str, sees: bool, book: str, capsys: Captured
) -> None:
    said = json.loads(told(capsys, *THREAT, "--book", book, "--as", audience))
    assert any(row["agreement"] == OWN for row in said["commitments"]) is sees
    assert (said["label"] != "PUBLIC") is sees
    listed = told(capsys, "agreements", "list", "--book", book, "--as", audience)
    assert (OWN in listed) is sees


def test_without_an_audience_the_answer_is_the_public_one(book: str, capsys: Captured) -> None:
    assert told(capsys, *THREAT, "--book", book) == told(capsys, *THREAT)
    assert told(capsys, "agreements", "list", "--book", book) == told(capsys, "agreements", "list")


def test_an_own_agreement_is_shown_to_its_parties_and_is_no_agreement_to_others(book: str, capsys: Captured) -> None:
    assert "Art. 9" in told(capsys, "agreements", "show", OWN, "--book", book, "--as", "ISL")
    assert "Either may end it" in told(capsys, "agreements", "exits", "--book", book, "--as", "ISL")
    errors = []
    for name in (OWN, "SUPPORT-2021"):
        assert main(["agreements", "show", name, "--book", book, "--as", "USA"]) == 2
        errors.append(capsys.readouterr().err.replace(name, "ID"))
    assert errors[0] == errors[1]


ASK = ("may", "FIN", "read", "report-1", "--on", "2026-06-01", "--json")


def test_a_consent_in_the_book_is_explained_to_whoever_may_read_it(book: str, capsys: Captured) -> None:
    said = json.loads(told(capsys, *ASK, "--book", book, "--as", "FIN"))
    assert (said["answer"], said["verdict"], said["owners"][0]["owner"]) == ("GRANTED", "GRANTED", "GBR")
    assert said["label"] == "GBR policy/grant to FIN; GBR report-1"


def test_others_hear_the_word_over_what_they_may_read_and_no_more(book: str, capsys: Captured) -> None:
    said = json.loads(told(capsys, *ASK, "--book", book, "--as", "SWE", code=1))
    assert (said["answer"], said["decided_over"], said["owners"], said["missing"]) == ("DENIED", "readable", [], [])
    assert (said["book_silent"], said["proof"], said["label"]) == (True, [], "PUBLIC")
    assert "GBR" not in json.dumps(said)


def test_a_hidden_refusal_and_silence_are_answered_alike(book: str, capsys: Captured) -> None:
    ask = ("may", "SWE", "read", "report-1", "--on", "2026-06-01", "--book", book, "--as", "SWE")
    before = [told(capsys, *ask, *form, code=1) for form in ([], ["--json"])]
    assert "not available" in before[0]
    hidden = "- refuse: {by: GBR, to: [SWE], actions: [read], scope: report-1}\n- note: {by: GBR, thing: report-1}\n"
    Path("hidden.yaml").write_text(hidden, encoding="utf-8")
    assert main(["ledger", "record", "--book", book, "hidden.yaml"]) == 0
    capsys.readouterr()
    assert [told(capsys, *ask, *form, code=1) for form in ([], ["--json"])] == before


def test_a_hidden_refusal_refuses(book: str, capsys: Captured) -> None:
    Path("hidden.yaml").write_text("- refuse: {by: GBR, to: [FIN], actions: [read], scope: report-1}\n", "utf-8")
    assert main(["ledger", "record", "--book", book, "hidden.yaml"]) == 0
    capsys.readouterr()
    said = json.loads(told(capsys, *ASK, "--book", book, "--as", "FIN", code=1))
    assert (said["answer"], said["verdict"], said["readable_verdict"]) == ("not available", None, "DENIED")


def test_a_supposed_consent_does_not_tell_a_hidden_refusal_from_silence(book: str, capsys: Captured) -> None:
    Path("given.yaml").write_text("- grant: {by: GBR, to: [SWE], actions: [read], scope: report-1}\n", "utf-8")
    Path("hidden.yaml").write_text("- refuse: {by: GBR, to: [SWE], actions: [read], scope: report-1}\n", "utf-8")
    ask = (
        "may",
        "SWE",
        "read",
        "report-1",
        "--on",
        "2026-06-01",
        "--book",
        book,
        "--as",
        "SWE",
        "--given",
        "given.yaml",
    )
    before = told(capsys, *ask, code=None)
    assert main(["ledger", "record", "--book", book, "hidden.yaml"]) == 0
    capsys.readouterr()
    assert told(capsys, *ask, code=None) == before
    assert "if what is supposed here were so" in before


def test_what_was_known_before_the_book_was_made_is_asked_for_by_known(book: str, capsys: Captured) -> None:
    said = json.loads(told(capsys, *ASK, "--book", book, "--as", "GBR", "--known", "2020-01-01", code=1))
    assert said["book_silent"] is True


def test_the_casebook_answers_under_the_book_also_as_if_an_agreement_had_ended(book: str, capsys: Captured) -> None:
    Path("given.yaml").write_text(
        '- derive: {thing: report-j, by: JPN, from_things: ["GSOMIA-JPNKOR-2016/from-JPN"]}\n', encoding="utf-8"
    )
    ask = ("may", "KOR", "hold", "report-j", "--on", "2029-06-01", "--given", "given.yaml", "--json")
    ends = ("--ends", "GSOMIA-JPNKOR-2016=2028-11-23")
    for more in ((), ends):
        alone = json.loads(told(capsys, *ask, *more))
        assert json.loads(told(capsys, *ask, *more, "--book", book)) == alone
        assert alone["answer"] == "GRANTED"


@pytest.mark.parametrize(
    "words",
    [("may", "FIN", "read", "x", "--on", "2026-06-01"), THREAT[:-1], ("agreements", "list")],
    ids=lambda w: w[0],
)
def test_a_book_that_is_not_there_is_named(words: tuple[str, ...], book: str, capsys: Captured) -> None:
    assert book
    assert main([*words, "--book", "nowhere"]) == 2
    assert "nowhere" in capsys.readouterr().err
