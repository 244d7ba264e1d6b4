"""A fact of intelligence is shown as the shelf shows it: what was signed may refer to what is withheld."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from comity.cli import main
from comity.flow.facts_shown import shown
from comity.ledger.book import Book
from comity.values.canonical import Plain
from tests.instruments.intelligence.shelves import Stix, book, brought_in, held_back, report, seen, thing
from tests.serve.desks import Stated, Visitor, book_of, desk_of
from tests.serve.held import GROUP, TOOL, portion

OPEN, SECRET = thing("tool", "Lantern"), thing("malware", "Glass Pike", is_family=False)
BOTH = report(OPEN, SECRET)
ALONE = thing("note", "n", content="It grows.", object_refs=[SECRET["id"]])


def one_book() -> Book[None]:
    made = book()
    brought_in(made, OPEN, SECRET, BOTH, ALONE, to=["EST", "FIN"], rules=[held_back(SECRET, to=["EST"])])
    return made


def bodies(of: Book[None], *audience: str) -> dict[str, dict[str, Plain]]:
    view = of.view(*audience)
    facts = shown(view, view.records(["intelligence"]))
    return {str(one.record.body.get("type", one.id)): one.record.body for one in facts}


def said(body: dict[str, Plain]) -> Stix:
    found: Stix = json.loads(str(body["stix"]))
    return found


def test_what_is_withheld_shows_in_no_fact() -> None:
    made = one_book()
    told = bodies(made, "FIN")
    assert said(told["report"])["object_refs"] == [OPEN["id"]]
    assert said(told["tool"]) == OPEN
    assert "note" not in told
    assert [body for body in told.values() if not body] == [{}], "the note says nothing without what it is about"
    assert str(SECRET["id"]) not in str(told)


@pytest.mark.parametrize("audience", ["USA", "EST"])
def test_whoever_reads_all_is_shown_what_was_signed(audience: str) -> None:
    made = one_book()
    view = made.view(audience)
    assert shown(view, view.records()) == view.records()


def test_what_is_left_out_cannot_be_tried_by_the_address() -> None:
    view = one_book().view("FIN")
    (one,) = (one for one in shown(view, view.records()) if one.record.body.get("type") == "report")
    assert one.record.data == b""
    assert "nonce" not in one.record.content
    assert view.get(one.id).record.content["nonce"]


def test_a_version_that_went_from_the_shelf_says_nothing() -> None:
    made = one_book()
    assert seen(made, "FIN").stands(str(BOTH["id"]), str(BOTH["modified"]))
    assert not seen(made, "FIN").stands(str(BOTH["id"]), "2020-01-01T00:00:00.000Z")
    assert not seen(made, "FIN").stands(str(ALONE["id"]), str(ALONE["modified"]))
    assert not seen(made, "FIN").stands("tool--none", "")


HELD = [
    Stated("tool", portion(TOOL, "EST", "a", ["EST"], name="netscan"), "EST"),
    Stated("group", portion(GROUP, "EST", "b", ["POL"], name="heron", x_uses_ref=TOOL), "EST"),
]


@pytest.mark.parametrize("path", ["/ledger/{}", "/ledger/{}?format=json", "/api/facts", "/api/facts/{}"])
def test_pages_and_answers_show_no_more(path: str) -> None:
    made = book_of(HELD)
    (fact,) = (one.id for one in made.view("POL").records(["intelligence"]))
    answer = Visitor(desk_of(made), "POL").get(path.format(fact))
    assert answer.status_code == 200
    assert GROUP in answer.text
    assert TOOL not in answer.text
    assert TOOL in Visitor(desk_of(made), "EST").get(path.format(fact)).text


def test_the_command_line_shows_no_more(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    where, file, rules = (str(tmp_path / name) for name in ("nation.db", "x.json", "rules.yaml"))
    Path(file).write_text(json.dumps([OPEN, SECRET, BOTH]), encoding="utf-8")
    Path(rules).write_text(f"rules:\n  - objects: {{ids: [{SECRET['id']}]}}\n    to: []\n", encoding="utf-8")
    assert main(["ledger", "new", where]) == 0
    assert main(["keys", "generate", "EST", "--book", where]) == 0
    assert main(["intel", "import", file, "--book", where, "--as", "EST", "--to", "FIN", "--rules", rules]) == 0
    capsys.readouterr()
    assert main(["ledger", "list", "--book", where, "--as", "FIN", "--json"]) == 0
    listed = capsys.readouterr().out
    ids = [one["id"] for one in json.loads(listed)["facts"] if one["body"].get("type") == "report"]
    assert main(["ledger", "show", *ids, "--book", where, "--as", "FIN"]) == 0
    assert main(["ledger", "show", *ids, "--book", where, "--as", "FIN", "--json"]) == 0
    told = listed + capsys.readouterr().out
    assert str(BOTH["id"]) in told
    assert str(SECRET["id"]) not in told
