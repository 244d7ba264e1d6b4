"""`comity ledger` as its user meets it: a book made, written to, read by those who may, and broken input told whole."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from comity.cli import ledger_verify, main
from comity.ledger import schema

FACTS = """facts:
  - title: {thing: report-1, kind: information, owner: GBR, interest: originator}
  - grant: {id: g1, by: GBR, to: [FIN], actions: [read], scope: report-1, from: 2026-01-01}
  - note: {by: GBR, says: between us}
"""
Captured = pytest.CaptureFixture[str]


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> str:
    """A book in which GBR has titled a report, let FIN read it, and written a note to itself."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COMITY_PASSPHRASE", raising=False)
    Path("facts.yaml").write_text(FACTS, encoding="utf-8")
    assert main(["ledger", "new", "b.comity"]) == 0
    assert main(["keys", "generate", "GBR", "--book", "b.comity"]) == 0
    assert main(["ledger", "record", "--book", "b.comity", "facts.yaml"]) == 0
    capsys.readouterr()
    return "b.comity"


def told(capsys: Captured, *words: str, code: int = 0) -> str:
    """What a command says on stdout, and that it ends with a code."""
    assert main(list(words)) == code
    return capsys.readouterr().out


def size(book: str, capsys: Captured) -> int:
    """How many facts the book holds, whoever may read them."""
    heads = json.loads(told(capsys, "ledger", "heads", "--book", book, "--json"))
    return int(heads[-1]["size"]) if heads else 0


# A new book


def test_a_new_book_says_what_it_is_not_for_and_what_it_may_hold(
    tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    said = told(capsys, "ledger", "new", "b.comity", "--ceiling", "OFFICIAL, OFFICIAL-SENSITIVE")
    assert "not accredited: nothing classified" in said
    assert "ceiling: UNMARKED, OFFICIAL, OFFICIAL-SENSITIVE" in said
    assert (tmp_path / "b.comity.keys").stat().st_mode & 0o077 == 0


def test_a_book_that_is_there_is_left_as_it_is(book: str, capsys: Captured) -> None:
    before = Path(book).read_bytes()
    assert main(["ledger", "new", book]) == 1
    assert "there is a file already" in capsys.readouterr().err
    assert Path(book).read_bytes() == before


def test_the_ceiling_of_a_book_is_what_is_recorded(book: str, capsys: Captured) -> None:
    Path("secret.yaml").write_text("- note: {by: GBR, classification: SECRET}\n", encoding="utf-8")
    before = size(book, capsys)
    assert main(["ledger", "record", "--book", book, "secret.yaml"]) == 2
    assert "SECRET is above what this book may hold (UNMARKED)" in capsys.readouterr().err
    assert size(book, capsys) == before


# Reading

AUDIENCES = {
    "the owner": ("GBR", ["grant", "key", "note", "title"]),
    "the party it was granted to": ("FIN", ["grant", "key", "title"]),
    "another party": ("SWE", ["key"]),
    "both of two": ("FIN,SWE", ["key"]),
    "the public": (None, ["key"]),
}


@pytest.mark.parametrize(("audience", "kinds"), AUDIENCES.values(), ids=AUDIENCES)
def test_an_audience_reads_what_all_of_it_may(
    audience: str | None, kinds: list[str], book: str, capsys: Captured
) -> None:
    words = [] if audience is None else ["--as", audience]
    said = json.loads(told(capsys, "ledger", "list", "--book", book, *words, "--json"))
    assert sorted(fact["kind"] for fact in said["facts"]) == kinds
    assert (said["count"], said["next"]) == (len(kinds), None)


def test_pages_are_cut_after_what_may_not_be_read_is_left_out(book: str, capsys: Captured) -> None:
    whole = json.loads(told(capsys, "ledger", "list", "--book", book, "--as", "FIN", "--json"))
    after: list[str] = []
    paged: list[object] = []
    for _ in range(len(whole["facts"])):
        page = json.loads(
            told(capsys, "ledger", "list", "--book", book, "--as", "FIN", "--limit", "1", *after, "--json")
        )
        paged += page["facts"]
        assert page["count"] == whole["count"]
        after = ["--after", str(page["next"])]
    assert paged == whole["facts"]
    assert after[1] == "None"


def test_a_kind_a_day_and_an_instant_narrow_the_page(book: str, capsys: Captured) -> None:
    read = ("ledger", "list", "--book", book, "--as", "FIN", "--json")
    kinds = {fact["kind"] for fact in json.loads(told(capsys, *read, "--kind", "grant"))["facts"]}
    assert kinds == {"grant"}
    early = json.loads(told(capsys, *read, "--kind", "grant", "--on", "2025-12-31"))
    assert early["facts"] == []
    assert json.loads(told(capsys, *read, "--known", "2020-01-01"))["facts"] == []


def test_a_fact_is_shown_by_its_name_its_id_or_its_first_digits_with_what_was_said_since(
    book: str, capsys: Captured
) -> None:
    read = ("--book", book, "--as", "FIN", "--json")
    Path("more.yaml").write_text("- revoke: {by: GBR, grant: g1}\n", encoding="utf-8")
    assert main(["ledger", "record", "--book", book, "more.yaml"]) == 0
    capsys.readouterr()
    named = told(capsys, "ledger", "show", "g1", *read)
    said = json.loads(named)
    assert said["fact"]["body"]["to"] == ["FIN"]
    assert [one["kind"] for one in said["since"]] == ["revoke"]
    assert told(capsys, "ledger", "show", said["fact"]["id"], *read) == named
    assert told(capsys, "ledger", "show", said["fact"]["id"][:12], *read) == named
    assert "since: " in told(capsys, "ledger", "show", "g1", "--book", book, "--as", "FIN")


@pytest.mark.parametrize("form", [["--json"], []], ids=["json", "words"])
@pytest.mark.parametrize(
    "read",
    [["list"], ["list", "--limit", "1"], ["list", "--kind", "note"], ["show", "g1"], ["show", "hidden"]],
    ids=" ".join,
)
def test_what_may_not_be_read_changes_no_byte_of_what_is_told(
    read: list[str], form: list[str], book: str, capsys: Captured
) -> None:
    def said() -> tuple[int, str, str]:
        code = main(["ledger", *read, "--book", book, "--as", "FIN", *form])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    before = said()
    hidden = "".join(f"- note: {{id: hidden{number or ''}, by: GBR, says: secret {number}}}\n" for number in range(60))
    Path("hidden.yaml").write_text(f"{hidden}- refuse: {{by: GBR, to: [SWE], actions: [read], scope: x}}\n", "utf-8")
    assert main(["ledger", "record", "--book", book, "hidden.yaml"]) == 0
    capsys.readouterr()
    assert said() == before


def test_a_hidden_fact_and_one_that_is_not_there_are_answered_alike(book: str, capsys: Captured) -> None:
    said = json.loads(told(capsys, "ledger", "list", "--book", book, "--as", "GBR", "--kind", "note", "--json"))
    hidden, absent = said["facts"][0]["id"], "0" * 64
    answers = []
    for name in (hidden, absent):
        assert main(["ledger", "show", name, "--book", book, "--as", "FIN"]) == 1
        answers.append(capsys.readouterr().err.replace(name, "ID"))
    assert answers[0] == answers[1]
    assert main(["ledger", "list", "--book", book, "--as", "FIN", "--after", hidden]) == 2


# Writing

IMPORT = """kind,by,to,actions,scope,depth,classification,says
grant,GBR,"FIN, SWE",read,report-2,1,,
grant,GBR,FIN,read,,,,
grant,GBR,FIN,read,report-3,deep,,
revoke,GBR,,,,,,
note,GBR,,,,,SECRET,too much
note,USA,,,,,,no key here
note,GBR,,,,,,good
"""
BAD = [
    (3, "grant.scope", "is missing", "add `scope:`"),
    (4, "grant.depth", "no whole number", "digits"),
    (5, "revoke.grant", "names no fact", "add `grant: ID`"),
    (6, "note.classification", "SECRET is above", "accredited"),
    (7, "issuer", "there is no key for USA", "comity keys generate USA"),
]


def test_every_bad_row_is_told_and_nothing_is_added(book: str, capsys: Captured) -> None:
    Path("i.csv").write_text(IMPORT, encoding="utf-8")
    before = size(book, capsys)
    assert main(["ledger", "import", "--book", book, "i.csv"]) == 2
    captured = capsys.readouterr()
    lines = captured.err.splitlines()
    assert captured.out == ""
    for line, (row, field, says, step) in zip(lines, BAD, strict=False):
        assert line.startswith(f"i.csv, row {row}: {field}: ")
        assert says in line
        assert step in line
    assert "5 of 7 rows are bad; nothing was added" in lines[-1]
    assert len(lines) == len(BAD) + 1
    assert size(book, capsys) == before


def test_a_program_is_told_the_same(book: str, capsys: Captured) -> None:
    Path("i.csv").write_text(IMPORT, encoding="utf-8")
    said = json.loads(told(capsys, "ledger", "import", "--book", book, "i.csv", "--json", code=2))
    assert said["error"]["kind"] == "malformed"
    assert [(bad["file"], bad["row"], bad["field"]) for bad in said["bad"]] == [("i.csv", *bad[:2]) for bad in BAD]
    assert all(bad["message"] and bad["next_step"] for bad in said["bad"])
    assert said["added"] == []


def test_bad_rows_are_left_out_when_asked(book: str, capsys: Captured) -> None:
    Path("i.csv").write_text(IMPORT, encoding="utf-8")
    before = size(book, capsys)
    said = json.loads(told(capsys, "ledger", "import", "--book", book, "i.csv", "--skip-bad", "--json", code=1))
    assert (len(said["added"]), len(said["bad"]), "error" in said) == (2, 5, False)
    assert size(book, capsys) == before + 2


def test_what_refers_to_a_bad_row_is_bad_itself(book: str, capsys: Captured) -> None:
    Path("i.jsonl").write_text(
        '{"grant": {"id": "a", "by": "GBR", "to": ["FIN"], "actions": ["read"]}}\n'
        '{"revoke": {"by": "GBR", "grant": "a"}}\n'
        '{"grant": {"id": "b", "by": "GBR", "to": ["FIN"], "actions": ["read"], "scope": "x"}}\n'
        '{"revoke": {"by": "GBR", "grant": "b"}}\n',
        encoding="utf-8",
    )
    said = json.loads(told(capsys, "ledger", "import", "--book", book, "i.jsonl", "--skip-bad", "--json", code=1))
    assert [bad["row"] for bad in said["bad"]] == [1, 2]
    assert len(said["added"]) == 2


def test_a_party_states_and_signs_or_the_book_takes_over(book: str, capsys: Captured) -> None:
    Path("n.yaml").write_text("- note: {says: hello}\n", encoding="utf-8")
    for words in (["--by", "GBR"], ["--adopt"]):
        assert main(["ledger", "record", "--book", book, "n.yaml", *words]) == 0
    capsys.readouterr()
    said = json.loads(told(capsys, "ledger", "list", "--book", book, "--as", "GBR", "--kind", "note", "--json"))
    assert [fact["issuer"] for fact in said["facts"]] == ["GBR", "GBR"]
    said = json.loads(told(capsys, "ledger", "list", "--book", book, "--as", "book", "--kind", "note", "--json"))
    assert [fact["issuer"] for fact in said["facts"]] == ["book"]


def test_names_that_two_facts_bear_are_told_apart_by_their_ids(book: str, capsys: Captured) -> None:
    Path("n.yaml").write_text("- note: {id: n, by: GBR}\n", encoding="utf-8")
    for _ in range(2):
        assert main(["ledger", "record", "--book", book, "n.yaml"]) == 0
    assert main(["ledger", "show", "n", "--book", book, "--as", "GBR"]) == 2
    assert "2 facts are called n" in capsys.readouterr().err


BAD_WORDS = {
    "no such book": (["list", "--book", "nowhere"], "nowhere"),
    "no such file": (["import", "--book", "b.comity", "nowhere.csv"], "nowhere.csv: cannot be read"),
    "an unknown format": (["import", "--book", "b.comity", "b.comity"], "no format of facts"),
    "another format for record": (["record", "--book", "b.comity", "i.csv"], "no YAML file"),
    "no day": (["list", "--book", "b.comity", "--on", "soon"], "--on: 'soon' is no date"),
    "no instant": (["list", "--book", "b.comity", "--known", "2026"], "--known: "),
    "no number of facts": (["list", "--book", "b.comity", "--limit", "0"], "--limit: 0 is no number"),
    "an empty audience": (["list", "--book", "b.comity", "--as", "FIN,"], "--as: a party is missing"),
    "a cursor of nowhere": (["list", "--book", "b.comity", "--after", "0" * 64], "start from the first page"),
}


@pytest.mark.parametrize(("words", "says"), BAD_WORDS.values(), ids=BAD_WORDS)
def test_words_that_cannot_be_read_name_what_is_wrong(words: list[str], says: str, book: str, capsys: Captured) -> None:
    assert book == "b.comity"
    assert main(["ledger", *words]) == 2
    assert says in capsys.readouterr().err


# Checking


def tamper(book: str, *statements: str) -> None:
    """Change a book's file behind its back."""
    with closing(sqlite3.connect(book)) as raw:
        for table in schema.metadata.tables:
            for act in ("update", "delete"):
                raw.execute(f"DROP TRIGGER {table}_no_{act}")
        for statement in statements:
            raw.execute(statement)
        for guard in schema.guards():
            raw.execute(guard)
        raw.commit()


def test_a_whole_book_is_told_to_be_whole(book: str, capsys: Captured) -> None:
    assert told(capsys, "ledger", "verify", "--book", book) == "b.comity: whole; 4 facts\n"
    said = json.loads(told(capsys, "ledger", "verify", "--book", book, "--json"))
    assert said == {"book": book, "whole": True, "facts": 4, "findings": [], "witness_saved": None}


def test_a_fact_that_was_altered_is_named(book: str, capsys: Captured) -> None:
    listed = json.loads(told(capsys, "ledger", "list", "--book", book, "--as", "GBR", "--kind", "note", "--json"))
    note = listed["facts"][0]["id"]
    change = "CAST(replace(CAST(data AS TEXT), 'between us', 'for anyone') AS BLOB)"
    tamper(book, f"UPDATE fact SET data = {change} WHERE kind = 'note'")
    said = told(capsys, "ledger", "verify", "--book", book, "--save-witness", "head.json", code=1)
    assert said.startswith(f"altered: fact {note}, place 4: ")
    assert "1 finding; keep the file as evidence" in said
    assert not Path("head.json").exists()
    data = json.loads(told(capsys, "ledger", "verify", "--book", book, "--json", code=1))
    assert [(one["damage"], one["fact"], one["position"]) for one in data["findings"]] == [("altered", note, 4)]


def test_a_fact_that_was_removed_is_named(book: str, capsys: Captured) -> None:
    listed = json.loads(told(capsys, "ledger", "list", "--book", book, "--as", "GBR", "--kind", "title", "--json"))
    tamper(book, "DELETE FROM fact WHERE kind = 'title'")
    assert f"missing: fact {listed['facts'][0]['id']}" in told(capsys, "ledger", "verify", "--book", book, code=1)


def test_what_was_cut_off_the_end_shows_against_a_witness(book: str, capsys: Captured) -> None:
    copy = Path(book).read_bytes()
    assert main(["ledger", "record", "--book", book, "facts.yaml"]) == 0
    capsys.readouterr()
    saved = json.loads(told(capsys, "ledger", "verify", "--book", book, "--save-witness", "head.json", "--json"))
    assert saved["witness_saved"] == "head.json"
    heads = json.loads(told(capsys, "ledger", "heads", "--book", book, "--json"))
    assert json.loads(Path("head.json").read_text("utf-8")) == {**heads[-1], "ceiling": ["UNMARKED"]}
    Path(book).write_bytes(copy)
    assert "whole" in told(capsys, "ledger", "verify", "--book", book)
    said = told(capsys, "ledger", "verify", "--book", book, "--witness", "head.json", code=1)
    assert "missing: the book, place 7: the node once signed 7 facts, and 4 are here" in said


def test_a_witness_is_moved_on_only_from_a_book_that_goes_on_from_it(book: str, capsys: Captured) -> None:
    verify = ("ledger", "verify", "--book", book)
    assert "the head of 4 facts" in told(capsys, *verify, "--save-witness", "head.json")
    assert main([*verify, "--save-witness", "head.json"]) == 1
    assert "--witness head.json" in capsys.readouterr().err
    assert main(["ledger", "record", "--book", book, "facts.yaml"]) == 0
    capsys.readouterr()
    said = told(capsys, *verify, "--witness", "head.json", "--save-witness", "head.json")
    assert "whole; 7 facts, and it goes on from the witness of 4 facts" in said
    assert json.loads(Path("head.json").read_text("utf-8"))["size"] == 7


BAD_WITNESSES = {
    "no JSON": ("no", "no JSON"),
    "no head": ("{}", "holds no head"),
    "no size": ('{"book": "b", "size": 0, "chain": "", "signed": "", "arrived": "2026-01-01"}', "holds no head"),
    "of another book": (
        '{"book": "b", "size": 1, "chain": "00", "signed": "00", "arrived": "2026-01-01"}',
        "a head of the book b",
    ),
}


@pytest.mark.parametrize(("content", "says"), BAD_WITNESSES.values(), ids=BAD_WITNESSES)
def test_what_is_no_witness_says_so(content: str, says: str, book: str, capsys: Captured) -> None:
    Path("head.json").write_text(content, encoding="utf-8")
    assert main(["ledger", "verify", "--book", book, "--witness", "head.json"]) == 2
    assert says in capsys.readouterr().err


def test_an_empty_book_has_no_witness(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["ledger", "new", "b.comity"]) == 0
    assert main(["ledger", "verify", "--book", "b.comity", "--save-witness", "head.json"]) == 1
    assert "holds nothing yet" in capsys.readouterr().err


def test_long_work_tells_how_far_it_is(monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    monkeypatch.setattr(ledger_verify, "QUIET", -1.0)
    ledger_verify.teller()(1000, 20_000)
    assert capsys.readouterr().err == "1000 of 20000 facts checked\n"


@pytest.mark.parametrize("path", ["", ".", "/", ".."])
def test_what_can_be_no_book_is_told_as_that(path: str, capsys: Captured) -> None:
    for verb in (["list"], ["verify"], ["heads"]):
        assert main(["ledger", *verb, "--book", path]) == 2
        assert "comity: " in capsys.readouterr().err


MISTAKEN = {
    "a mistyped consent": ("- grnt: {by: GBR, to: [FIN], actions: [read], scope: r1}\n", "write grant"),
    "a refusal by its noun": ("- refusal: {by: GBR, to: [FIN], actions: [read], scope: r1}\n", "write refuse"),
    "a bare group": ("- grant: {by: GBR, to: [JEF], actions: [read], scope: r1}\n", "JEF is a group and needs a mode"),
    "a bare organisation": ("- refuse: {by: GBR, to: NATO, actions: [read], scope: r1}\n", "NATO is a group"),
    "a bare group of the file": (
        "- member: {group: two, party: FIN}\n- refuse: {by: GBR, to: [two], actions: [read], scope: r1}\n",
        "two is a group and needs a mode",
    ),
    "an id twice": ("- note: {id: x, by: GBR}\n- note: {id: x, by: GBR}\n", "x stands twice"),
}


@pytest.mark.parametrize("case", MISTAKEN.values(), ids=MISTAKEN)
def test_what_would_not_do_what_it_seems_to_is_refused(case: tuple[str, str], book: str, capsys: Captured) -> None:
    text, says = case
    Path("m.yaml").write_text(text, encoding="utf-8")
    assert main(["ledger", "record", "--book", book, "m.yaml", "--by", "GBR"]) == 2
    assert says in capsys.readouterr().err


def test_what_decides_nothing_is_told_as_that(book: str, capsys: Captured) -> None:
    lines = (
        "- grant: {id: theirs, by: EST, to: [FIN], actions: [read], scope: r1}\n"
        "- note: {by: GBR}\n"
        "- grant: {id: ours, by: GBR, to: ['NATO@dynamic', NATO], actions: [read], scope: r1}\n"
        "- request: {by: GBR, to: [NATO], actions: [read], scope: r2}\n"
    )
    Path("m.yaml").write_text(lines, encoding="utf-8")
    said = told(capsys, "ledger", "record", "--book", book, "m.yaml", "--by", "GBR")
    assert "only a claim: grant theirs by EST, stated by GBR; it is kept and changes no verdict" in said
    assert said.count("only a claim") == 1
    assert "content of your own, which no decision reads: note" in said
    data = json.loads(told(capsys, "ledger", "record", "--book", book, "m.yaml", "--by", "GBR", "--json"))
    assert (data["claims"], data["content"]) == ([data["added"][0]["id"]], [data["added"][1]["id"]])
