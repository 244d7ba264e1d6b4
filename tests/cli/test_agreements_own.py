"""`comity agreements template|check|add|compare` as their user meets them, from an empty form to his own book."""

from __future__ import annotations

import ast
import contextlib
import io
import json
import re
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from comity.casebook.book import casebook
from comity.cli import main
from comity.flow import books
from comity.flow import own_agreements as own

ROOT = Path(__file__).resolve().parents[2]
SOUND = (ROOT / "docs" / "examples" / "mutual-support.yaml").read_text(encoding="utf-8")
NAME = "SUPPORT-2020"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Each user begins in a folder of his own, with a sound draft and one whose third clause is broken."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sound.yaml").write_text(SOUND, encoding="utf-8")
    (tmp_path / "changed.yaml").write_text(SOUND.replace("order: 30", "order: 40"), encoding="utf-8")
    (tmp_path / "broken.yaml").write_text(SOUND.replace("duty: refrain", "duty: refrane"), encoding="utf-8")
    return tmp_path


def agreements(*words: str) -> tuple[int, str, str]:
    """What a command answers: its exit code and both streams."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(["agreements", *words])
    return code, out.getvalue(), err.getvalue()


def data(*words: str) -> Any:
    return json.loads(agreements(*words, "--json")[1])


def facts(book: str = "my.book") -> list[bytes]:
    """Every fact of a book, as it is kept."""
    opened = books.open(book)
    try:
        return [row.data for row in opened.store.rows()]
    finally:
        opened.close()


def new_book(*parties: str) -> None:
    """A book with keys for some parties."""
    made = books.open("my.book", create=True)
    for party in parties:
        made.introduce(party)
    made.close()


def begun() -> None:
    """A book with the sound agreement in it."""
    new_book()
    assert agreements("add", "sound.yaml", "--book", "my.book")[0] == 0


# template


def test_a_form_has_drop_downs_and_notes_and_is_left_alone_when_it_is_there(folder: Path) -> None:
    assert agreements("template", "mine.xlsx")[0] == 0
    made = (folder / "mine.xlsx").read_bytes()
    with zipfile.ZipFile(BytesIO(made)) as packed:
        pages = [packed.read(name).decode() for name in packed.namelist() if "worksheets/sheet" in name]
        notes = [packed.read(name).decode() for name in packed.namelist() if "comments" in name]
    assert sum("<dataValidation " in page for page in pages) >= 6
    assert sum(page.count("<comment ") for page in notes) > 60
    code, _, told = agreements("template", "mine.xlsx")
    assert (code, "is there already" in told) == (1, True)
    assert (folder / "mine.xlsx").read_bytes() == made


def test_an_empty_form_says_what_every_agreement_needs() -> None:
    agreements("template", "mine.xlsx")
    found = data("check", "mine.xlsx")
    assert [fault["field"] for fault in found["faults"]] == ["id", "name", "source", "grade", "parties", "clauses"]
    assert agreements("check", "mine.xlsx")[0] == 1


@pytest.mark.parametrize("name", sorted(casebook().agreements))
def test_any_agreement_of_the_casebook_begins_a_sound_draft(name: str) -> None:
    assert agreements("template", "draft.xlsx", "--from", name)[0] == 0
    code, said, _ = agreements("check", "draft.xlsx")
    assert code == 0, said
    assert f"{name}-DRAFT: " in said


NO_TEMPLATE = {
    "no spreadsheet": (["template", "mine.ods"], "is no XLSX file", "end in .xlsx"),
    "no such agreement": (
        ["template", "mine.xlsx", "--from", "NAT-1950"],
        "NAT-1950 is no agreement",
        "agreements list",
    ),
    "no such draft": (["template", "mine.xlsx", "--from", "none.yaml"], "cannot be read", "check the path"),
    "no such folder": (["template", "none/mine.xlsx"], "cannot be written", "check the folder"),
}


@pytest.mark.parametrize("case", NO_TEMPLATE.values(), ids=NO_TEMPLATE)
def test_what_no_form_can_be_made_of_is_told(case: tuple[list[str], str, str], folder: Path) -> None:
    words, says, remedy = case
    code, _, told = agreements(*words)
    assert (code, says in told, remedy in told) == (2, True, True)
    assert list(folder.glob("**/*.xlsx")) == []


# check


def test_a_sound_draft_says_whom_it_binds_to_what() -> None:
    code, said, _ = agreements("check", "sound.yaml")
    assert code == 0
    assert "sound; no faults, no weaknesses" in said
    assert "Art. 5: each party is bound to assist towards the victim" in said


def test_text_and_sheet_are_checked_alike() -> None:
    agreements("template", "sound.xlsx", "--from", "sound.yaml")
    as_text, as_sheet = data("check", "sound.yaml"), data("check", "sound.xlsx")
    assert as_text["binds"] == as_sheet["binds"]


def test_broken_text_is_told_by_line_and_field() -> None:
    code, said, _ = agreements("check", "broken.yaml")
    assert code == 1
    line = SOUND[: SOUND.index("duty: refrain")].count("\n") + 1
    assert f"fault: broken.yaml:{line}: clauses.duty: 'refrane' is not known; allowed: defend" in said
    (fault,) = data("check", "broken.yaml")["faults"]
    assert (fault["where"], fault["field"]) == (f"broken.yaml:{line}", "clauses.duty")


def test_a_cell_that_the_spreadsheet_changed_is_told_by_sheet_row_and_column(folder: Path) -> None:
    book = xlsxwriter.Workbook(str(folder / "hand.xlsx"))
    sheets: dict[str, list[list[object]]] = {
        "Agreement": [["field", "value"], ["id", "HAND-2020"], ["name", "By hand"], ["source", "x"], ["grade", "A"]],
        "Parties": [["party"], ["IRL"], ["ISL"]],
        "Clauses": [["use", "article", "duty", "says"], ["", 5.1, "consult", "They consult."]],
    }
    for title, rows in sheets.items():
        page = book.add_worksheet(title)
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
    book.close()
    code, said, _ = agreements("check", "hand.xlsx")
    assert code == 1
    assert "fault: hand.xlsx: sheet Clauses, row 2, column article: article: 5.1 is a number" in said


NO_DRAFT = {
    "a file of another sort": ("draft.docx", b"x", "neither YAML nor XLSX"),
    "no file": ("none.yaml", None, "cannot be read"),
    "no text": ("draft.yaml", b"\xff\xfe\x00", "is no UTF-8 text"),
    "no YAML": ("draft.yaml", b"id: [1, 2\n", "draft.yaml:"),
    "no mapping": ("draft.yaml", b"- a\n- b\n", "is no agreement"),
    "no workbook": ("draft.xlsx", b"id: X\n", "is no XLSX workbook"),
}


@pytest.mark.parametrize("case", NO_DRAFT.values(), ids=NO_DRAFT)
def test_what_is_no_draft_is_bad_input(case: tuple[str, bytes | None, str], folder: Path) -> None:
    file, content, says = case
    if content is not None:
        (folder / file).write_bytes(content)
    code, _, told = agreements("check", file)
    assert (code, says in told) == (2, True)
    error = data("check", file)["error"]
    assert error["next_step"]


# add


def test_without_a_book_the_next_step_makes_one_and_nothing_is_made_silently(folder: Path) -> None:
    code, _, told = agreements("add", "sound.yaml", "--book", "my.book")
    assert (code, "there is no such file" in told, "comity ledger" in told) == (2, True, True)
    assert not (folder / "my.book").exists()
    assert main(["ledger", "new", "my.book"]) == 0
    assert agreements("add", "sound.yaml", "--book", "my.book")[0] == 0


def test_added_then_unchanged_then_changed() -> None:
    agreements("template", "sound.xlsx", "--from", "sound.yaml")
    files = ("sound.yaml", "sound.yaml", "sound.xlsx", "changed.yaml", "changed.yaml")
    new_book()
    done = [data("add", file, "--book", "my.book") for file in files]
    assert [one["done"] for one in done] == ["added", "unchanged", "unchanged", "changed", "unchanged"]
    assert done[0]["readers"] == ["IRL", "ISL", "book"]
    assert [bool(one["supersedes"]) for one in done] == [False, False, False, True, False]


def test_of_one_broken_clause_nothing_is_added() -> None:
    begun()
    before = facts()
    code, said, told = agreements("add", "broken.yaml", "--book", "my.book")
    assert (code, said) == (2, "")
    assert "clauses.duty: 'refrane'" in told
    assert "1 fault; nothing was added" in told
    assert facts() == before


def test_bad_input_is_told_as_json_too() -> None:
    begun()
    told = data("add", "broken.yaml", "--book", "my.book")
    assert told["error"]["kind"] == "malformed"
    assert [fault["field"] for fault in told["faults"]] == ["clauses.duty"]


def test_another_issuer_is_refused_and_nothing_changes() -> None:
    begun()
    book = books.open("my.book")
    book.introduce("ISL")
    book.close()
    before = facts()
    code, _, told = agreements("add", "changed.yaml", "--book", "my.book", "--by", "ISL")
    assert code == 1
    assert f"{NAME} was stated in this book by book" in told
    assert "an id of its own" in told
    assert facts() == before


def test_what_a_party_states_is_a_claim_until_all_have_signed() -> None:
    new_book("IRL", "ISL")
    _, said, _ = agreements("add", "sound.yaml", "--book", "my.book", "--by", "IRL")
    assert "a claim until every party has signed it; not signed by ISL" in said
    assert "a claim that binds nobody, not signed by ISL" in agreements("list", "--book", "my.book", "--as", "ISL")[1]
    told = data("add", "sound.yaml", "--book", "my.book", "--by", "IRL", "--signed-by", "ISL")
    assert (told["done"], told["signed_by"], told["not_signed_by"]) == ("signed", ["ISL"], [])
    told = data("add", "changed.yaml", "--book", "my.book", "--by", "IRL", "--signed-by", "ISL")
    assert (told["done"], told["not_signed_by"]) == ("changed", [])


def test_another_party_signs_by_the_id_alone() -> None:
    new_book("IRL", "ISL", "NOR")
    agreements("add", "sound.yaml", "--book", "my.book", "--by", "IRL")
    assert agreements("sign", NAME, "--book", "my.book", "--by", "NOR")[0] == 2
    code, said, _ = agreements("sign", NAME, "--book", "my.book", "--by", "ISL")
    assert (code, f"{NAME}: signed in my.book by ISL" in said, "it counts" in said) == (0, True, True)
    assert data("sign", NAME, "--book", "my.book", "--by", "ISL")["done"] == "unchanged"
    assert "a claim" not in agreements("show", NAME, "--book", "my.book", "--as", "ISL")[1]


def test_what_cannot_be_read_is_told_and_keeps_nothing_from_being_read(folder: Path) -> None:
    begun()
    text = "- agreement: {id: ODD-2020, parties: [IRL], document: {id: ODD-2020, name: x, source: x, grade: A,"
    clause = "clauses: [{article: '1', duty: admit, says: x, for: once, facts: [{}]}]}}"
    (folder / "odd.yaml").write_text(f"{text} {clause}\n", encoding="utf-8")
    assert main(["ledger", "record", "odd.yaml", "--book", "my.book", "--adopt"]) == 0
    code, said, _ = agreements("list", "--book", "my.book", "--as", "IRL")
    assert (code, NAME in said) == (0, True)
    assert (
        "ODD-2020               cannot be read as an agreement here, and does not count: ODD-2020, Art. 1: facts"
        in said
    )
    assert "ODD-2020" not in agreements("list", "--book", "my.book", "--as", "NOR")[1]
    assert agreements("show", "ODD-2020", "--book", "my.book", "--as", "IRL")[0] == 2
    assert main(["commitments", "--kind", "threat", "--victim", "IRL", "--book", "my.book", "--as", "IRL"]) == 0


NOT_ADDED = {
    "a party without a key": (["--by", "NOR"], 1, "no key for NOR"),
    "signatures without a statement": (["--signed-by", "ISL"], 2, "nobody states what they sign"),
}


@pytest.mark.parametrize("case", NOT_ADDED.values(), ids=NOT_ADDED)
def test_who_cannot_sign_adds_nothing(case: tuple[list[str], int, str]) -> None:
    words, exits, says = case
    new_book()
    before = facts()
    code, _, told = agreements("add", "sound.yaml", "--book", "my.book", *words)
    assert (code, says in told) == (exits, True)
    assert facts() == before


def test_a_file_that_is_no_book_is_told(folder: Path) -> None:
    (folder / "my.book").write_text("no book")
    code, _, told = agreements("add", "sound.yaml", "--book", "my.book")
    assert (code, "is no book" in told) == (2, True)


# compare, and who sees what


def test_a_draft_is_compared_with_what_stands_in_the_book() -> None:
    begun()
    told = data("compare", "changed.yaml", NAME, "--book", "my.book", "--as", "IRL")
    assert [clause["word"] for clause in told["clauses"]] == ["same", "stronger", "same"]
    assert told["label"] == "book content/agreement to IRL, ISL"
    code, said, _ = agreements("compare", "changed.yaml", NAME, "--book", "my.book", "--as", "IRL")
    assert code == 0
    assert "Art. 5 | Art. 5: STRONGER" in said
    assert "Art. 4 | Art. 4: SAME" in said
    assert "Label: book content/agreement to IRL, ISL" in said


@pytest.mark.parametrize("audience", [[], ["--as", "NOR"], ["--as", "IRL,NOR"], ["--as", "IRL", "--as", "NOR"]])
def test_whoever_may_not_read_it_is_told_as_if_it_were_not_there(audience: list[str]) -> None:
    begun()
    hidden = agreements("compare", NAME, "NAT-1949", "--book", "my.book", *audience)
    absent = agreements("compare", "ABSENT-2020", "NAT-1949", "--book", "my.book", *audience)
    assert hidden[0] == absent[0] == 2
    assert hidden[2].replace(NAME, "") == absent[2].replace("ABSENT-2020", "")
    assert agreements("template", "x.xlsx", "--from", NAME, "--book", "my.book", *audience)[0] == 2


def test_a_comparison_is_written_as_a_table(folder: Path) -> None:
    code, _, _ = agreements("compare", "sound.yaml", "changed.yaml", "--xlsx", "table.xlsx")
    assert code == 0
    assert zipfile.is_zipfile(folder / "table.xlsx")


def test_a_broken_side_is_told_and_nothing_is_compared() -> None:
    code, said, told = agreements("compare", "broken.yaml", "sound.yaml")
    assert (code, said) == (2, "")
    assert "'refrane'" in told


# The page


def test_the_python_of_the_page_says_what_the_page_says(capsys: pytest.CaptureFixture[str]) -> None:
    page = (ROOT / "docs" / "your-own-agreement.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"^```python\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    begun()
    exec(compile(ast.parse(code), "page", "exec"), {})
    assert capsys.readouterr().out == "SUPPORT-2020 5 ISL -> IRL assist\n"
    assert "`SUPPORT-2020 5 ISL -> IRL assist`" in page
    exec(compile(ast.parse(code.replace('view("IRL")', 'view("NOR")')), "page", "exec"), {})
    assert capsys.readouterr().out == ""


def test_a_form_offers_the_parties_of_the_casebook() -> None:
    offered = own.words(casebook())
    assert {"IRL", "ISL"} <= set(offered.parties)
    assert len(offered.duties) == 10
