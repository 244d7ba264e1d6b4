"""What was pushed to another's server and may be held there no more is told there: nodes are asked, and sign."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest

from comity.cli import main
from comity.flow import taxii_asked, taxii_telling
from comity.flow.books import open as open_book
from comity.flow.recall_outcomes import OUTCOME
from comity.flow.recalling import asked_of, disclosures, owed_to
from comity.flow.recalls import RECALL, Done, receipt
from comity.flow.taking_back import take_back
from comity.flow.taxii_questions import TOLD
from comity.flow.taxii_recalls import entered
from comity.flow.taxii_returning import asked, due
from comity.formats.taxii import MEDIA
from comity.instruments.intelligence.shelf import Shelf
from comity.ledger.book import Draft
from comity.ledger.proof import proofs
from tests.cli.test_taxii import Captured, exchanged
from tests.cli.test_taxii_recalls import RUN, introduced
from tests.serve.desks import Visitor, desk_of
from tests.serve.exchanging import AMBER, NAME, Object, opened, stated, tool, url
from tests.serve.staff import PASSWORD, appoint, office
from tests.serve.taxii_nodes import Node, serving

ONE, TWO, URL = str(tool(1)["id"]), str(tool(2)["id"]), str(url(3)["id"])
OURS: list[Object] = [tool(1), tool(1, 2), tool(2), url(3)]


@pytest.fixture
def node() -> Iterator[Node]:
    """A node of Poland's, to which Estonia pushes what Poland and Latvia read there."""
    book = open_book(None)
    book.introduce("POL")
    opened(book, to=["POL", "LVA"], tlp={"AMBER": ["POL"]})
    desk = office(book=book)
    appoint(desk, "mari", "EST")
    with serving(desk) as made:
        yield made


def ours(*to: str, objects: Sequence[Object] = OURS) -> None:
    """Estonia states what others may read."""
    book = open_book("b.comity")
    stated(book, "EST", objects, to or ("POL",), into="ours")
    book.close()


def pushed(node: Node, capsys: Captured, *more: str, code: int = 0, to: str = "POL") -> dict[str, Any]:
    """What a push says."""
    capsys.readouterr()
    assert exchanged("push", node, "--json", "--from", "ours", "--to", to, *more) == code, capsys.readouterr().err
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    return told


def sent(node: Node, capsys: Captured, *objects: Object) -> None:
    """Estonia has pushed for Poland what it states, to a node whose key it knows, and which knows Estonia's."""
    introduced(node)
    ours(objects=objects or OURS)
    pushed(node, capsys)


def recalled(node: Node, capsys: Captured, code: int = 0) -> dict[str, Any]:
    """What `comity taxii recall` says."""
    capsys.readouterr()
    assert exchanged("recall", node, "--json") == code, capsys.readouterr().err
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    return told


def taken_back(thing: str, *takers: str) -> None:
    book = open_book("b.comity")
    take_back(book, "EST", thing, takers)
    book.close()


def owed() -> dict[tuple[str, str, str], tuple[str, str]]:
    """How Estonia's board stands: by thing, version and party, the party's answer and the server's."""
    book = open_book("b.comity")
    try:
        return {
            (one.thing, (one.release.version or "")[:10], one.party): (one.state, one.there.done if one.there else "")
            for one in owed_to(book, "EST")
        }
    finally:
        book.close()


def kept(kind: str) -> list[dict[str, Any]]:
    """What stands of a kind in Estonia's book."""
    book = open_book("b.comity")
    try:
        return [dict(seen.record.body) for seen in book.view("EST").records([kind])]
    finally:
        book.close()


def seen(node: Node, party: str = "POL") -> set[str]:
    return set(Shelf.of(node.desk.book.view(party)).ids())


# A node is asked


def test_a_node_is_asked_hides_what_was_put_there_and_signs_that_it_did(
    here: Path, node: Node, capsys: Captured
) -> None:
    introduced(node)
    ours()
    assert pushed(node, capsys)["pushed"] == 4
    assert seen(node) == {ONE, TWO, URL}
    taken_back(ONE)
    assert owed() == {(ONE, "2026-01-01", "POL"): ("not asked", ""), (ONE, "2026-01-02", "POL"): ("not asked", "")}
    told = pushed(node, capsys)
    assert (told["pushed"], told["told_back"], told["receipts"]) == (0, {"hidden there": 2}, 2)
    assert seen(node) == {TWO, URL}
    assert set(owed().values()) == {("hidden", "hidden there")}
    stones = asked_of(node.desk.book, "POL")
    assert [(one.by, one.thing) for one in stones] == [("EST", ONE), ("EST", ONE)], "a tombstone for each version"
    assert main(["ledger", "verify", "--book", "b.comity"]) == 0


def test_that_it_is_destroyed_a_person_there_says_and_it_comes_home_with_the_next_telling(
    here: Path, node: Node, capsys: Captured
) -> None:
    sent(node, capsys, tool(1), tool(2))
    taken_back(ONE)
    assert recalled(node, capsys)["told_back"] == {"hidden there": 1}
    book = node.desk.book
    (question,) = asked_of(book, "POL")
    book.record({"recall-receipt": {"by": "POL", "recall": question.id, "done": "destroyed"}}, Draft("POL"))
    assert recalled(node, capsys)["receipts"] == 1
    assert owed() == {(ONE, "2026-01-01", "POL"): ("destroyed", "hidden there")}
    assert recalled(node, capsys) == {"told_back": {}, "receipts": 0, "answered": 0, "failures": {}}, "it is settled"
    assert exchanged("recall", node) == 0
    assert "nothing is to be told there" in capsys.readouterr().out
    assert len(kept(RECALL)) == len(kept(OUTCOME)) == 1, "asked once, and kept once"


def test_the_words_a_person_asked_in_go_with_the_question(here: Path, node: Node, capsys: Captured) -> None:
    sent(node, capsys, tool(1))
    taken_back(ONE)
    words = ["intel", "recall", "--book", "b.comity", "--as", "EST", "--ask", "all", "--says", "Destroy it."]
    assert main(words) == 0
    pushed(node, capsys)
    assert [one.says for one in asked_of(node.desk.book, "POL")] == ["Destroy it."]
    assert len(kept(RECALL)) == 1, "his question itself was sent"
    assert main([*words[:-1], "Now, please.", "--from", "POL"]) == 0
    pushed(node, capsys)
    assert [one.says for one in asked_of(node.desk.book, "POL")] == ["Destroy it.", "Now, please."]


def test_a_node_that_knows_no_key_of_ours_is_told_by_delete_and_asked_when_it_does(
    here: Path, node: Node, capsys: Captured
) -> None:
    ours(objects=[tool(1), tool(2)])
    pushed(node, capsys)
    taken_back(ONE)
    told = pushed(node, capsys, code=1)
    assert told["told_back"] == {"removed there": 1}
    assert "signed by no key of EST that is known here" in next(iter(told["failures"].values()))
    assert seen(node) == {TWO}
    assert owed() == {(ONE, "2026-01-01", "POL"): ("asked", "removed there")}, "no receipt of anybody's"
    introduced(node)
    assert pushed(node, capsys)["told_back"] == {"hidden there": 1}
    assert owed() == {(ONE, "2026-01-01", "POL"): ("hidden", "hidden there")}


def test_a_receipt_under_a_key_we_do_not_know_is_told_and_taken_when_we_do(
    here: Path, node: Node, capsys: Captured
) -> None:
    ours(objects=[tool(1)])
    pushed(node, capsys)
    book = open_book("b.comity")
    public = book.keys.live("EST", book.store.head().size + 1)[-1].public.hex()
    book.close()
    node.desk.book.record({"key": {"party": "EST", "public": public}}, Draft("EST"))
    taken_back(ONE)
    told = pushed(node, capsys, code=1)
    assert told["told_back"] == {"hidden there": 1}
    assert "signed by no key of POL that is known here" in told["failures"]["receipt of POL"]
    introduced(node)
    assert pushed(node, capsys)["receipts"] == 1
    assert owed() == {(ONE, "2026-01-01", "POL"): ("hidden", "hidden there")}


# What it is told of, and of what not


def test_a_membership_that_ends_reaches_what_was_pushed(here: Path, node: Node, capsys: Captured) -> None:
    introduced(node)
    book = open_book("b.comity")
    member = book.record({"member": {"group": "CIRCLE", "party": "POL"}}, Draft(adopt=True)).id
    stated(book, "EST", [tool(40)], ["CIRCLE@dynamic"], into="ours")
    stated(book, "EST", [tool(41)], ["POL"], into="ours")
    book.close()
    assert pushed(node, capsys)["pushed"] == 2
    assert pushed(node, capsys)["told_back"] == {}
    book = open_book("b.comity")
    ended = {"group": "CIRCLE", "party": "POL", "from": "2020-01-01", "until": "2021-01-01", "supersedes": member}
    book.record({"member": ended}, Draft(adopt=True))
    book.close()
    assert pushed(node, capsys)["told_back"] == {"hidden there": 1}
    assert seen(node) == {str(tool(41)["id"])}


def marked() -> Object:
    """A tool whose description is for some alone."""
    granular = [{"marking_ref": AMBER, "selectors": ["description"]}]
    return tool(7, description="From our own sensor.", granular_markings=granular)


def bound(level: str) -> list[str]:
    """A tool of which the description is Estonia's, or for Poland as well; the way the command line imports it."""
    Path("marked.json").write_text(json.dumps({"objects": [marked()]}))
    words = ["--book", "b.comity", "--as", "EST", "--collection", "ours", "--to", "POL,LVA", "--tlp-binding", level]
    return ["intel", "import", "marked.json", *words]


def test_what_was_tightened_in_part_is_told_back_and_goes_anew_without_that_part(
    here: Path, node: Node, capsys: Captured
) -> None:
    introduced(node)
    assert main(bound("AMBER=EST,POL")) == 0
    assert pushed(node, capsys)["pushed"] == 1
    full = str(marked()["id"])
    assert seen(node) == {full}
    book = open_book("b.comity")
    (portion,) = [one for one in Shelf.of(book.view("EST")).get(full).portions if "description" in one.properties]
    record = book.view("EST").get(portion.id).record
    label = [{"owner": "EST", "scope": "ours"}]
    book.record({record.kind: {**record.body, "label": label, "supersedes": record.id}}, Draft("EST"))
    book.close()
    assert set(owed().values()) == {("not asked", "")}, "what left holds more than Poland reads now"
    told = pushed(node, capsys)
    assert (told["told_back"], told["pushed"]) == ({"hidden there": 1}, 1)
    (there,) = seen(node)
    assert there != full
    assert "description" not in Shelf.of(node.desk.book.view("POL")).get(there).properties
    assert pushed(node, capsys)["told_back"] == {"hidden there": 1}, "asked until it is answered for good"
    assert len(seen(node)) == 1


def test_of_a_rendition_that_server_is_told_neither_whose_it_is_nor_who_else_owns_it(
    here: Path, node: Node, capsys: Captured
) -> None:
    introduced(node)
    assert main(bound("AMBER=EST")) == 0
    assert pushed(node, capsys)["pushed"] == 1
    own, (left,) = str(marked()["id"]), seen(node)
    assert left != own
    taken_back(own)
    words = ["intel", "recall", "--book", "b.comity", "--as", "EST", "--ask", "all", "--says", "Destroy it."]
    assert main(words) == 0
    assert pushed(node, capsys)["told_back"] == {"hidden there": 1}
    assert seen(node) == set()
    (kept_there,) = [one.record.data for one in node.desk.book.view("POL").records([TOLD])]
    assert b"Destroy it." in kept_there
    assert left.encode() in kept_there
    rows = [row.data for row in node.desk.book.store.rows(0, None)]
    assert not any(own.encode() in row for row in rows), "the object's own id never went there"


def test_what_only_left_the_collection_here_stays_there(here: Path, node: Node, capsys: Captured) -> None:
    introduced(node)
    ours("POL", "LVA", objects=[tool(1)])
    assert pushed(node, capsys, to="POL,LVA")["pushed"] == 1
    book = open_book("b.comity")
    stated(book, "EST", [tool(1)], ["POL", "LVA"], into="elsewhere")
    book.close()
    assert pushed(node, capsys, to="POL,LVA")["told_back"] == {}
    taken_back(ONE, "LVA")
    assert pushed(node, capsys, to="POL,LVA")["told_back"] == {"hidden there": 1}, "one of them may hold it no more"
    assert set(owed()) == {(ONE, "2026-01-01", "LVA")}


def test_what_is_let_again_goes_again_and_the_question_of_before_does_not_take_it_away(
    here: Path, node: Node, capsys: Captured
) -> None:
    sent(node, capsys, tool(1))
    book = open_book("b.comity")
    clause = {"by": "EST", "to": ["POL"], "actions": ["read"], "scope": "ours"}
    refusal = book.record({"refuse": clause}, Draft("EST")).id
    book.close()
    assert pushed(node, capsys)["told_back"] == {"hidden there": 1}
    book = open_book("b.comity")
    first = asked(book, "EST", due(book, "EST", f"{node.url}/shared/collections/{NAME}/"))
    book.record({"revoke": {"fact": refusal, "by": "EST"}}, Draft("EST"))
    book.close()
    told = pushed(node, capsys)
    assert (told["told_back"], told["pushed"]) == ({}, 1)
    assert seen(node) == {ONE}
    at = f"{node.url}/shared/collections/{NAME}/recalls/"
    body = json.dumps({"recalls": [one.as_json() for one in first]}).encode()
    again = httpx.post(at, content=body, headers={"content-type": MEDIA}, auth=("EST/mari", PASSWORD)).json()
    assert [one["id"] for one in again["asked"]] == [one.recall for one in first]
    assert seen(node) == {ONE}, "that question was carried out before"
    book = open_book("b.comity")
    assert len(disclosures(book, "EST")) == 2, "disclosed again"
    book.record({"refuse": clause}, Draft("EST"))
    book.close()
    pushed(node, capsys)
    assert seen(node) == set()
    assert set(owed().values()) == {("hidden", "hidden there")}


def test_what_the_node_has_from_elsewhere_stays_and_nobody_says_that_it_is_hidden(
    here: Path, node: Node, capsys: Captured
) -> None:
    sent(node, capsys, tool(1), tool(2))
    stated(node.desk.book, "POL", [tool(1)])
    taken_back(ONE)
    taken_back(TWO)
    told = pushed(node, capsys)
    assert (told["told_back"], told["receipts"]) == ({"hidden there": 2}, 1)
    assert seen(node) == {ONE}, "Poland's own copy"
    assert owed() == {
        (ONE, "2026-01-01", "POL"): ("asked", "hidden there"), (TWO, "2026-01-01", "POL"): ("hidden", "hidden there"),
    }  # fmt: skip


def test_whoever_pulled_it_from_that_node_is_asked_there_and_his_receipt_comes_home(
    here: Path, node: Node, capsys: Captured
) -> None:
    introduced(node)
    appoint(node.desk, "anna", "LVA")
    ours("POL", "LVA", objects=[tool(1)])
    pushed(node, capsys, to="POL,LVA")
    for words in (["ledger", "new", "l.comity"], ["keys", "generate", "LVA", "--book", "l.comity"]):
        assert main(words) == 0
    introduced_as(node, "LVA", "l.comity")
    on = ["taxii", "pull", f"{node.url}/taxii2/", "--collection", NAME, "--book", "l.comity", "--as", "LVA"]
    assert main([*on, "--user", "LVA/anna"]) == 0
    taken_back(ONE)
    told = pushed(node, capsys, to="POL,LVA")
    assert (told["told_back"], told["receipts"]) == ({"hidden there": 1}, 1), "Poland's alone"
    assert {party: state for (_, _, party), (state, _) in owed().items()} == {"POL": "hidden", "LVA": "asked"}
    assert main([*on, "--user", "LVA/anna", "--json"]) == 0
    answered = json.loads(capsys.readouterr().out)
    assert (answered["hidden"], answered["asked_back"], answered["answered"]) == (1, 1, 1)
    assert recalled(node, capsys)["receipts"] == 1
    assert {party: state for (_, _, party), (state, _) in owed().items()} == {"POL": "hidden", "LVA": "hidden"}


def introduced_as(node: Node, party: str, path: str) -> None:
    """A party's own node, Poland's and Estonia's know its public key, and it Estonia's."""
    books = [open_book(path), open_book("b.comity")]
    own, other = (book.keys.live(name, book.store.head().size + 1)[-1].public.hex()
                  for book, name in zip(books, (party, "EST"), strict=True))  # fmt: skip
    node.desk.book.record({"key": {"party": party, "public": own}}, Draft(party))
    books[1].record({"key": {"party": party, "public": own}}, Draft(adopt=True))
    books[0].record({"key": {"party": "EST", "public": other}}, Draft(adopt=True))
    for book in books:
        book.close()


# A stop anywhere


def test_to_whom_it_was_passed_on_the_question_goes_there_too_once_a_person_asked_him(
    here: Path, node: Node, capsys: Captured
) -> None:
    introduced(node)
    there = node.desk.book
    there.introduce("FIN")
    book = open_book("b.comity")
    public = there.keys.live("FIN", there.store.head().size + 1)[-1].public.hex()
    book.record({"key": {"party": "FIN", "public": public}}, Draft(adopt=True))
    book.close()
    ours()
    pushed(node, capsys)
    taken_back(TWO)
    assert pushed(node, capsys)["receipts"] == 1
    (question,) = asked_of(there, "POL")
    there.record(receipt(question, "POL", Done.PASSED_ON, ["FIN"]), Draft("POL"))
    assert pushed(node, capsys)["receipts"] == 1
    version = "2026-01-01"
    assert owed()[TWO, version, "FIN"][0] == "not asked"
    pushed(node, capsys)
    assert asked_of(there, "FIN") == [], "on Poland's word alone no machine tells Finland of it"
    assert main(["intel", "recall", "--ask", TWO, "--from", "FIN", "--says", "Destroy it.", "--book", "b.comity",
                 "--as", "EST"]) == 0  # fmt: skip
    assert pushed(node, capsys)["receipts"] == 0, "what Finland has of Poland that node has not hidden"
    (told,) = asked_of(there, "FIN")
    assert (told.by, told.thing, told.says) == ("EST", TWO, "Destroy it.")
    assert owed()[TWO, version, "FIN"][0] == "asked"
    there.record(receipt(told, "FIN", Done.DESTROYED), Draft("FIN"))
    assert pushed(node, capsys)["receipts"] == 1
    assert owed()[TWO, version, "FIN"][0] == "destroyed"


def test_that_it_was_passed_on_is_told_to_no_server_that_did_not_tell_it(
    here: Path, node: Node, capsys: Captured
) -> None:
    introduced(node)
    ours()
    pushed(node, capsys)
    taken_back(TWO)
    pushed(node, capsys)
    there = node.desk.book
    (question,) = asked_of(there, "POL")
    made = there.record(receipt(question, "POL", Done.PASSED_ON, ["FIN"]), Draft("POL"))
    (proof,) = proofs(there, there.view("POL"), [made.id])
    book = open_book("b.comity")
    assert entered(book, "POL", [proof.as_json()])[1] == [], "Poland told Estonia itself"
    book.close()
    assert main(["intel", "recall", "--ask", TWO, "--from", "FIN", "--book", "b.comity", "--as", "EST"]) == 0
    pushed(node, capsys)
    assert asked_of(node.desk.book, "FIN") == []


def test_a_node_that_is_down_is_kept_as_such_and_asked_again(
    here: Path, node: Node, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    sent(node, capsys, tool(1))
    taken_back(ONE)
    down = Node("http://127.0.0.1:9", node.desk)
    assert exchanged("recall", down) != 0
    assert owed() == {(ONE, "2026-01-01", "POL"): ("not asked", "")}, "another server is no matter of this one's"


@pytest.mark.parametrize("stop", ["before it is answered", "before it is kept"])
def test_a_telling_that_is_killed_goes_on_and_asks_nothing_twice(
    here: Path, node: Node, monkeypatch: pytest.MonkeyPatch, capsys: Captured, stop: str
) -> None:
    sent(node, capsys)
    for thing in (ONE, TWO, URL):
        taken_back(thing)
    heard, reached, dead = taxii_asked.heard, threading.Event(), threading.Event()

    def waiting(*given: Any) -> Any:
        found = heard(*given) if stop == "before it is kept" else ([], [])
        reached.set()
        dead.wait(30)
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("comity.serve.routes.taxii.heard", waiting)
        words = ["taxii", "recall", f"{node.url}/taxii2/", "--collection", NAME, "--book", "b.comity", "--as", "EST"]
        run = subprocess.Popen([sys.executable, "-c", RUN, *words, "--user", "EST/mari"], env={**os.environ})
        assert reached.wait(60)
        run.send_signal(signal.SIGKILL)
        assert run.wait(30) == -signal.SIGKILL
        dead.set()
    assert kept(OUTCOME) == []
    told = recalled(node, capsys)
    assert (told["told_back"], told["receipts"]) == ({"hidden there": 4}, 4)
    assert seen(node) == set()
    assert (len(kept(RECALL)), len(kept(OUTCOME)), len(asked_of(node.desk.book, "POL"))) == (4, 4, 4)
    assert main(["ledger", "verify", "--book", "b.comity"]) == 0


def test_many_are_told_some_at_a_time(
    here: Path, node: Node, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.setattr(taxii_telling, "AT_ONCE", 2)
    sent(node, capsys)
    for thing in (ONE, TWO, URL):
        taken_back(thing)
    assert recalled(node, capsys)["told_back"] == {"hidden there": 4}
    assert seen(node) == set()


# The board


def test_the_board_tells_the_server_apart_from_the_party(here: Path, node: Node, capsys: Captured) -> None:
    sent(node, capsys, tool(1))
    taken_back(ONE)
    pushed(node, capsys)
    capsys.readouterr()
    assert main(["intel", "recall", "--book", "b.comity", "--as", "EST", "--json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)["owed"]
    assert (row["state"], row["outstanding"], row["server"]) == ("hidden", "yes", "hidden there")
    assert row["through"] == f"Ours ({node.url}/shared/collections/{NAME}/)"
    assert row["server since"]


def test_the_page_and_its_data_tell_the_server_apart_from_the_party(here: Path, node: Node, capsys: Captured) -> None:
    sent(node, capsys, tool(1))
    taken_back(ONE)
    pushed(node, capsys)
    book = open_book("b.comity")
    estonia = Visitor(desk_of(book), "EST")
    shown = estonia.get("/intelligence/recall").text
    assert "hidden there" in shown
    assert f"Ours ({node.url}/shared/collections/{NAME}/)" in shown
    (row,) = estonia.get("/api/intelligence/recall").json()["owed"]
    assert (row["state"], row["server"], row["server says"]) == ("hidden", "hidden there", "")
    book.close()
