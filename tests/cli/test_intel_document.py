"""`comity intel document`: what it prints, how it ends, and that it never writes over a file."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import pytest

from comity.cli import main
from tests.flow.documents import PORTIONS, a_docx, a_mail


def comity(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *words: str) -> tuple[int, str, str]:
    monkeypatch.setattr("sys.argv", ["comity", "intel", "document", *words])
    code = main()
    said = capsys.readouterr()
    return code, said.out, said.err


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("report.docx").write_bytes(a_docx())
    Path("loose.docx").write_bytes(a_docx(PORTIONS, "UNCLASSIFIED"))
    Path("message.eml").write_bytes(a_mail())


def test_what_is_read_is_told_as_data_too(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    code, out, _ = comity(capsys, monkeypatch, "read", "report.docx", "--json")
    found = json.loads(out)
    assert (code, found["banner"], len(found["portions"])) == (0, "SECRET//NOFORN", 5)
    assert [one["readers"] for one in found["portions"]][:2] == ["everybody", ["GBR", "USA"]]


def test_a_document_with_wrong_marks_ends_with_one(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    code, out, _ = comity(capsys, monkeypatch, "read", "loose.docx")
    assert code == 1
    assert "a part is SECRET" in out


def test_a_copy_is_never_written_over_a_file(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = Path("message.eml").read_bytes()
    code, _, told = comity(capsys, monkeypatch, "release", "report.docx", "--to", "GBR", "-o", "message.eml")
    assert (code, Path("message.eml").read_bytes()) == (2, before)
    assert "is there already" in told


REFUSED = {
    "a party nobody knows": (["report.docx", "--to", "ATLANTIS", "-o", "x.docx"], "nobody is known as ATLANTIS"),
    "another ending": (["report.docx", "--to", "GBR", "-o", "x.txt"], "end it in .docx"),
    "a policy nobody knows": (["report.docx", "--policy", "X", "--to", "GBR", "-o", "x.docx"], "allowed: "),
    "a file that is not there": (["none.docx", "--to", "GBR", "-o", "x.docx"], "cannot be read"),
    "an originator nobody knows": (["report.docx", "--as", "ZZZ", "--to", "GBR", "-o", "x.docx"], "'ZZZ' is no party"),
    "a word bound to a party nobody knows": (
        ["report.docx", "--bind", "TLP:GREEN=ZZZ", "--to", "GBR", "-o", "x.docx"],
        "ZZZ is no party",
    ),
    "a word that waits for nobody": (
        ["report.docx", "--bind", "FOO=GBR", "--to", "GBR", "-o", "x.docx"],
        "no word that waits for a party set",
    ),
    "a word bound to nobody": (["report.docx", "--bind", "x", "--to", "GBR", "-o", "x.docx"], "write WORD=PARTY"),
}


@pytest.mark.parametrize(("words", "why"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_done_is_told_and_nothing_is_written(
    words: list[str], why: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    code, _, told = comity(capsys, monkeypatch, "release", *words)
    assert code in {1, 2}
    assert why in told
    assert not Path("x.docx").exists()


def test_a_copy_is_entered_into_the_register_of_disclosures(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["ledger", "new", "b.db"]) == 0
    assert main(["keys", "generate", "USA", "--book", "b.db"]) == 0
    words = ["release", "report.docx", "--to", "GBR", "-o", "for-gbr.docx", "--book", "b.db", "--by", "USA", "--json"]
    code, out, _ = comity(capsys, monkeypatch, *words)
    told = json.loads(out[out.index("{") :])
    assert code == 0
    assert main(["intel", "disclosures", "--book", "b.db", "--as", "GBR", "--json"]) == 0
    (entry,) = json.loads(capsys.readouterr().out)["disclosures"]
    digest = sha256(Path("for-gbr.docx").read_bytes()).hexdigest()
    assert (entry["entry"], entry["thing"], entry["to"], entry["by"], entry["on the consents"]) == (
        told["entry"], f"document--{digest}", "GBR", "USA", told["banner"]
    )  # fmt: skip


def test_a_copy_that_cannot_be_entered_is_not_left_behind(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["ledger", "new", "b.db"]) == 0
    words = ["release", "report.docx", "--to", "GBR", "-o", "x.docx", "--book", "b.db"]
    assert comity(capsys, monkeypatch, *words, "--by", "USA")[0] == 1
    assert comity(capsys, monkeypatch, *words)[0] == 2
    assert not Path("x.docx").exists()


def test_the_consents_of_the_book_decide_and_are_cited(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["ledger", "new", "b.db"]) == 0
    assert main(["keys", "generate", "USA", "--book", "b.db"]) == 0
    clause = f"document--{sha256(Path('report.docx').read_bytes()).hexdigest()}"
    Path("stated.yaml").write_text(
        f"""facts:
  - grant: {{by: USA, to: [GBR], actions: [read], scope: "{clause}#paragraph 3"}}
  - refuse: {{by: USA, to: [GBR], actions: [read], scope: "{clause}#paragraph 2"}}
"""
    )
    assert main(["ledger", "record", "--book", "b.db", "stated.yaml"]) == 0
    words = ["release", "report.docx", "--to", "GBR", "--book", "b.db", "--by", "USA", "-o"]
    capsys.readouterr()
    code, out, _ = comity(capsys, monkeypatch, *words, "x.docx", "--json")
    told = json.loads(out)
    assert (code, told["judged by"], told["kept"]) == (0, "consents", ["paragraph 1", "paragraph 3", "paragraph 5"])
    assert told["why withheld"]["paragraph 2"] == "GBR: USA refuses this to GBR"
    assert len(told["under"]["paragraph 3"]) == 1
    code, out, _ = comity(capsys, monkeypatch, *words, "y.docx", "--clause", "elsewhere")
    assert code == 0
    assert "paragraph 3: GBR: nothing on record by which USA consents; and its mark does not name it" in out


def test_without_a_book_it_is_told_that_the_marks_alone_were_looked_at(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    code, out, _ = comity(capsys, monkeypatch, "release", "report.docx", "--to", "GBR", "-o", "x.docx")
    assert code == 0
    assert "by the marks alone" in out
    code, _, told = comity(
        capsys, monkeypatch, "release", "report.docx", "--to", "GBR", "-o", "y.docx", "--clause", "c"
    )
    assert code == 2
    assert "--book" in told
