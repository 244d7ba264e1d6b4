"""Recall travels between nodes: what is taken back goes out of sight at whoever pulled it, and he says so, signed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from comity.casebook.book import Casebook
from comity.cli import main
from comity.cli.taxii_cursors import Cursors
from comity.errors import Malformed, Unavailable
from comity.flow import taxii_following as following
from comity.flow.books import open as open_book
from comity.flow.recalling import asked_back, asked_of, owed_to
from comity.flow.taking_back import take_back
from comity.flow.taxii_board import READ_NO_MORE
from comity.flow.taxii_exchange import Answer
from comity.flow.taxii_hiding import hide
from comity.flow.taxii_offers import Offers
from comity.flow.taxii_questions import enter
from comity.formats.taxii import MEDIA
from comity.formats.taxii_recalls import Gone
from comity.instruments.intelligence.shelf import Shelf
from comity.ledger.book import Book, Draft
from tests.cli.test_taxii import FOUND, Captured, exchanged, held
from tests.serve.exchanging import NAME, Object, opened, stated, tool, uses, uuid
from tests.serve.staff import PASSWORD, appoint, office
from tests.serve.taxii_nodes import Node, serving

RUN = "import sys; from comity.cli import main; sys.exit(main(sys.argv[1:]))"
PAIR: list[Object] = [tool(1), tool(2), uses(20, tool(1), tool(2))]
ONE, TWO, LINK = (str(one["id"]) for one in PAIR)


def node_of(*groups: str) -> Book[Casebook]:
    """A book of Poland's with three objects for Estonia, and one that a group may read."""
    book = open_book(None)
    book.introduce("POL")
    opened(book)
    for number, group in enumerate(groups):
        book.record({"member": {"group": group, "party": "EST"}}, Draft(adopt=True))
        stated(book, "POL", [tool(40 + number)], [f"{group}@dynamic"])
    stated(book, "POL", PAIR, ["EST"])
    return book


@pytest.fixture
def node() -> Iterator[Node]:
    """A node of Poland's, at which Estonia has an account."""
    desk = office(book=node_of())
    appoint(desk, "mari", "EST")
    with serving(desk) as made:
        yield made


def introduced(node: Node, path: str = "b.comity") -> None:
    """Each node knows the other's public key."""
    book = open_book(path)
    try:
        for one, other, party in ((book, node.desk.book, "EST"), (node.desk.book, book, "POL")):
            public = one.keys.live(party, one.store.head().size + 1)[-1].public.hex()
            if all(key.public.hex() != public for key in other.keys):
                hosted = bool(other.keys.live(party, other.store.head().size + 1))
                line = {"key": {"party": party, "public": public}}
                other.record(line, Draft(party) if hosted else Draft(adopt=True))
    finally:
        book.close()


def pulled(node: Node, capsys: Captured, *more: str, code: int = 0) -> dict[str, Any]:
    """What a pull says."""
    capsys.readouterr()
    assert exchanged("pull", node, "--json", *more) == code
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    return told


def board(capsys: Captured, path: str = "b.comity", party: str = "EST") -> dict[str, Any]:
    capsys.readouterr()
    assert main(["intel", "recall", "--book", path, "--as", party, "--json"]) == 0
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    return told


def states(node: Node) -> dict[str, str]:
    """How the server's board of recalls stands."""
    return {one.thing: one.state for one in owed_to(node.desk.book, "POL")}


def ask(node: Node, thing: str, says: str | None = None) -> None:
    """Poland asks back what is owed to it."""
    node.desk.book.record_all(asked_back(node.desk.book, "POL", thing, says=says), Draft("POL"))


def pulled_and_asked_back(node: Node, capsys: Captured, thing: str) -> None:
    """Estonia has pulled; then Poland takes one object back, and asks back what is owed to it of a thing."""
    introduced(node)
    pulled(node, capsys)
    take_back(node.desk.book, "POL", ONE)
    ask(node, thing)


def test_what_is_taken_back_goes_out_of_sight_where_it_was_pulled_and_its_receipt_comes_home(
    here: Path, node: Node, capsys: Captured
) -> None:
    introduced(node)
    assert pulled(node, capsys)["hidden"] == 0
    take_back(node.desk.book, "POL", ONE)
    told = pulled(node, capsys)
    assert (told["hidden"], told["asked_back"], told["answered"]) == (2, 0, 2), "the relationship went with its end"
    assert held() == {TWO}
    assert states(node) == {ONE: "hidden", LINK: "hidden"}, "nobody had to ask"
    stones = board(capsys)["asked_of_us"]
    assert {one["thing"]: one["says"] for one in stones} == {ONE: READ_NO_MORE, LINK: READ_NO_MORE}
    ask(node, ONE, "Destroy it.")
    told = pulled(node, capsys)
    assert (told["hidden"], told["asked_back"], told["answered"]) == (0, 1, 1)
    assert states(node) == {ONE: "hidden", LINK: "hidden"}
    asked = {one["thing"]: (one["by"], one["says"]) for one in board(capsys)["asked_of_us"]}
    assert asked[ONE] == ("POL", "Destroy it."), "the question stands in the place of the tombstone"
    (owed,) = [one for one in owed_to(node.desk.book, "POL") if one.thing == ONE]
    assert (owed.party, owed.outstanding, owed.receipts[0].by) == ("EST", True, "EST")
    assert pulled(node, capsys)["answered"] == 0, "it is sent once"


def test_that_it_is_destroyed_a_person_says_and_the_next_pull_or_push_carries_it(
    here: Path, node: Node, capsys: Captured
) -> None:
    pulled_and_asked_back(node, capsys, "all")
    assert pulled(node, capsys)["answered"] == 2
    answer = ["intel", "recall", "--book", "b.comity", "--as", "EST", "--done", "destroyed", "--answer"]
    assert main([*answer, ONE]) == 0
    assert pulled(node, capsys)["answered"] == 1
    assert states(node) == {ONE: "destroyed", LINK: "hidden"}
    assert main([*answer, LINK]) == 0
    capsys.readouterr()
    assert exchanged("push", node, "--from", "none", "--to", "POL", "--json") == 0
    assert json.loads(capsys.readouterr().out)["answered"] == 1
    assert not any(one.outstanding for one in owed_to(node.desk.book, "POL"))


def test_what_two_questions_may_mean_is_answered_for_neither(here: Path, node: Node, capsys: Captured) -> None:
    introduced(node)
    pulled(node, capsys)
    for thing in (ONE, TWO):
        take_back(node.desk.book, "POL", thing)
    ask(node, ONE)
    ask(node, TWO)
    pulled(node, capsys)
    answer = ["intel", "recall", "--book", "b.comity", "--as", "EST", "--done", "destroyed", "--answer"]
    assert main([*answer, "tool--00000000"]) == 1
    assert "names 2 questions" in capsys.readouterr().err
    assert main([*answer, TWO]) == 0
    pulled(node, capsys)
    assert (states(node)[ONE], states(node)[TWO]) == ("hidden", "destroyed")


def test_from_those_it_was_passed_on_to_it_goes_as_well_and_is_owed_back(
    here: Path, node: Node, capsys: Captured
) -> None:
    pulled(node, capsys, "--to", "LVA")
    assert main(["ledger", "new", "l.comity"]) == 0
    assert main(["keys", "generate", "LVA", "--book", "l.comity"]) == 0
    book = open_book("b.comity")
    opened(book)
    book.introduce("LVA")
    desk = office(book=book)
    appoint(desk, "anna", "LVA")
    with serving(desk) as own:
        on = ["taxii", "pull", f"{own.url}/taxii2/", "--collection", NAME, "--book", "l.comity", "--as", "LVA"]
        assert main([*on, "--user", "LVA/anna"]) == 0
        assert held("LVA", "l.comity") == {ONE, TWO, LINK}
        take_back(node.desk.book, "POL", ONE)
        assert pulled(node, capsys)["hidden"] == 2
        assert {(one.thing, one.party, one.state) for one in owed_to(book, "EST")} == {
            (ONE, "LVA", "not asked"), (LINK, "LVA", "not asked"),
        }  # fmt: skip
        assert main([*on, "--user", "LVA/anna"]) == 0
        assert held("LVA", "l.comity") == {TWO}, "from hand to hand"
    book.close()


def test_what_is_let_again_is_pulled_again_and_may_go_again(here: Path, node: Node, capsys: Captured) -> None:
    pulled(node, capsys)
    book = node.desk.book
    clause = {"by": "POL", "to": ["EST"], "actions": ["read"], "scope": NAME}
    refusal = book.record({"refuse": clause}, Draft("POL")).id
    assert pulled(node, capsys)["hidden"] == 3
    assert held() == set()
    book.record({"revoke": {"fact": refusal, "by": "POL"}}, Draft("POL"))
    assert pulled(node, capsys)["pulled"] >= 3
    assert held() == {ONE, TWO, LINK}
    assert board(capsys)["asked_of_us"] == [], "what stands again has no tombstone"
    book.record({"refuse": clause}, Draft("POL"))
    assert pulled(node, capsys)["hidden"] == 3
    assert held() == set()
    assert pulled(node, capsys, "--from-start")["hidden"] == 0


def test_what_was_destroyed_and_is_let_again_is_outstanding_once_it_is_hidden_again(
    here: Path, node: Node, capsys: Captured
) -> None:
    introduced(node)
    pulled(node, capsys)
    book = node.desk.book
    clause = {"by": "POL", "to": ["EST"], "actions": ["read"], "scope": NAME}
    refusal = book.record({"refuse": clause}, Draft("POL")).id
    pulled(node, capsys)
    answer = ["intel", "recall", "--book", "b.comity", "--as", "EST", "--done", "destroyed", "--answer"]
    assert main([*answer, ONE]) == 0
    pulled(node, capsys)
    assert {one.thing: one.outstanding for one in owed_to(book, "POL")} == {ONE: False, TWO: True, LINK: True}
    ask(node, "all")
    assert pulled(node, capsys)["asked_back"] == 3
    assert states(node)[ONE] == "destroyed", "a machine unsays nothing that a person said for good"
    book.record({"revoke": {"fact": refusal, "by": "POL"}}, Draft("POL"))
    pulled(node, capsys)
    assert held() == {ONE, TWO, LINK}
    book.record({"refuse": clause}, Draft("POL"))
    assert pulled(node, capsys)["answered"] == 3
    assert held() == set()
    assert {one.thing: (one.state, one.outstanding) for one in owed_to(book, "POL")} == dict.fromkeys(
        (ONE, TWO, LINK), ("hidden", True)
    )


def leave(book: Book[Casebook]) -> None:
    """Estonia's membership in a group has ended."""
    (member,) = [seen for seen in book.view("POL").records(["member"]) if seen.record.body["group"] == "CIRCLE"]
    ended = {"group": "CIRCLE", "party": "EST", "from": "2020-01-01", "until": "2021-01-01", "supersedes": member.id}
    book.record({"member": ended}, Draft(adopt=True))


def test_a_membership_that_ends_reaches_what_is_stored(here: Path, capsys: Captured) -> None:
    book = node_of("CIRCLE")
    desk = office(book=book)
    appoint(desk, "mari", "EST")
    with serving(desk) as node:
        pulled(node, capsys)
        assert str(tool(40)["id"]) in held()
        leave(book)
        stated(book, "POL", [tool(41)], ["CIRCLE@dynamic"])
        assert pulled(node, capsys)["hidden"] == 1
        assert held() == {ONE, TWO, LINK}, "the stored one went, the future one never came"
        assert states(node) == {str(tool(40)["id"]): "not asked"}, "Estonia's key is not known there"


def test_what_nobody_asked_back_is_on_the_board_with_a_signed_receipt_once_it_is_hidden(
    here: Path, capsys: Captured
) -> None:
    book, thing = node_of("CIRCLE"), str(tool(40)["id"])
    desk = office(book=book)
    appoint(desk, "mari", "EST")
    with serving(desk) as node:
        pulled(node, capsys)
        leave(book)
        told = pulled(node, capsys)
        assert (told["hidden"], told["answered"]) == (1, 0)
        assert "signed by no key of EST that is known here" in told["untaken"], "said, and no failure"
        introduced(node)
        assert pulled(node, capsys)["answered"] == 1, "it was kept, and is sent once it is taken"
        (owed,) = owed_to(book, "POL")
        assert (owed.thing, owed.asked, owed.state, owed.outstanding) == (thing, None, "hidden", True)
        assert pulled(node, capsys)["answered"] == 0, "it is sent once"
        answer = ["intel", "recall", "--book", "b.comity", "--as", "EST", "--done", "destroyed", "--answer", thing]
        assert main(answer) == 0
        assert pulled(node, capsys)["answered"] == 1, "what a person says of a tombstone travels too"
        (owed,) = owed_to(book, "POL")
        assert (owed.asked, owed.state, owed.outstanding) == (None, "destroyed", False)
        assert [each.record.issuer for each in book.view("POL").records(["recall-receipt"])] == ["book", "book"]


def test_a_collection_that_is_told_no_more_takes_its_objects_back_all_the_same(
    here: Path, node: Node, capsys: Captured
) -> None:
    book = node.desk.book
    book.record({"member": {"group": "CIRCLE", "party": "EST"}}, Draft(adopt=True))
    circle = {"label": [{"owner": "POL", "scope": "circle", "readers": ["CIRCLE@dynamic"]}]}
    book.record({"intelligence-collection": {"name": uuid(97), "title": "Circle", **circle}}, Draft("POL"))
    stated(book, "POL", [tool(50)], ["CIRCLE@dynamic"], into=uuid(97))
    words = ["taxii", "pull", f"{node.url}/taxii2/", "--collection", uuid(97), "--book", "b.comity", "--as", "EST"]
    assert main([*words, "--user", "EST/mari"]) == 0
    assert held() == {str(tool(50)["id"])}
    leave(book)
    capsys.readouterr()
    assert main([*words, "--user", "EST/mari"]) == 1
    said = capsys.readouterr().err
    assert f"there is no collection {uuid(97)}" in said
    assert "1 hidden" in said
    assert held() == set()


# A stop anywhere


@pytest.mark.parametrize("stop", [1, 2])
def test_a_pull_that_is_stopped_while_it_hides_goes_on(
    here: Path, node: Node, monkeypatch: pytest.MonkeyPatch, capsys: Captured, stop: int
) -> None:
    pulled(node, capsys)
    node.desk.book.record({"refuse": {"by": "POL", "to": ["EST"], "actions": ["read"], "scope": NAME}}, Draft("POL"))
    monkeypatch.setattr(following, "PAGE", 1)
    keep, kept = Cursors.keep, list[object]()

    def stopped(self: Cursors, key: Any, told: Any) -> None:
        kept.append(key)
        if key[0] == "gone" and [one[0] for one in kept].count("gone") == stop:  # type: ignore[index]
            raise KeyboardInterrupt
        keep(self, key, told)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Cursors, "keep", stopped)
        assert exchanged("pull", node) == 130
    assert len(held()) < 3
    assert pulled(node, capsys)["hidden"] == 3 - stop, "what was hidden is not hidden twice"
    assert held() == set()
    assert len(board(capsys)["asked_of_us"]) == 3


def test_a_pull_that_is_killed_while_it_hides_leaves_a_book_that_goes_on(
    here: Path, node: Node, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    pulled(node, capsys)
    node.desk.book.record({"refuse": {"by": "POL", "to": ["EST"], "actions": ["read"], "scope": NAME}}, Draft("POL"))
    gone, reached, dead = Offers.gone, threading.Event(), threading.Event()

    def waiting(self: Offers, filters: Any, **more: Any) -> Any:
        if filters.next is not None:
            reached.set()
            dead.wait(30)
        return gone(self, filters, most=1)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Offers, "gone", waiting)
        words = ["taxii", "pull", f"{node.url}/taxii2/", "--collection", NAME, "--book", "b.comity", "--as", "EST"]
        run = subprocess.Popen([sys.executable, "-c", RUN, *words, "--user", "EST/mari"], env={**os.environ})
        assert reached.wait(60)
        run.send_signal(signal.SIGKILL)
        assert run.wait(30) == -signal.SIGKILL
        dead.set()
    assert len(held()) in {1, 2}, "a page was hidden, another was not asked for"
    assert pulled(node, capsys)["hidden"] == 2
    assert held() == set()
    assert main(["ledger", "verify", "--book", "b.comity"]) == 0


# Whom to believe


def test_a_server_hides_nothing_that_did_not_come_from_its_collection(here: Path, node: Node, capsys: Captured) -> None:
    own = tool(2)
    book = open_book("b.comity")
    stated(book, "EST", [tool(70), own], into="ours")
    book.close()
    pulled(node, capsys)
    book = open_book("b.comity")
    at = f"{node.url}/shared/collections/{NAME}/"
    everything = [Gone(5, str(one["id"]), str(one["modified"])) for one in (*PAIR, tool(70))]
    assert hide(book, "EST", "https://elsewhere.example/c/", everything).hidden == []
    assert hide(book, "POL", at, everything) == ([], []), "what is another party's is not looked at"
    found = hide(book, "EST", at, everything)
    assert {name for name, _ in found.hidden} == {ONE, LINK}
    assert {*found.stay} == {TWO, str(tool(70)["id"])}, "stated here before, though there it lies too"
    assert {*Shelf.of(book.view("EST")).ids()} == {TWO, str(tool(70)["id"])}
    book.close()


def test_what_is_there_from_elsewhere_stays_and_is_told(here: Path, node: Node, capsys: Captured) -> None:
    book = open_book("b.comity")
    stated(book, "EST", [tool(1)], into="ours")
    book.close()
    pulled(node, capsys)
    take_back(node.desk.book, "POL", ONE)
    capsys.readouterr()
    assert exchanged("pull", node) == 0
    assert f"{ONE}: may be read there no more; it stays here" in capsys.readouterr().err
    assert ONE in held()


def test_copies_of_before_are_followed_once_a_person_says_that_they_came_from_there(
    here: Path, node: Node, capsys: Captured
) -> None:
    stated(node.desk.book, "POL", [tool(70), tool(71), tool(72)], ["EST"])
    book = open_book("b.comity")
    stated(book, "EST", [*PAIR, {**tool(70), "name": "other"}])
    stated(book, "EST", [tool(71)], into="ours")
    stated(book, "EST", [tool(72)], ["POL"])
    book.close()
    assert exchanged("push", node, "--from", NAME, "--to", "POL", "--json") in {0, 1}
    assert "adopted" not in pulled(node, capsys, code=1), "of one, another content is here"
    take_back(node.desk.book, "POL", ONE)
    told = pulled(node, capsys)
    assert (told["hidden"], {ONE, LINK} <= {*told["stay"]}) == (0, True), "no server can say so itself"
    why = "one is offered still, is the same, lies there, and was not pushed there"
    assert pulled(node, capsys, "--adopt", code=1)["adopted"] == 1, why
    assert pulled(node, capsys, "--adopt", code=1)["adopted"] == 0
    node.desk.book.record({"refuse": {"by": "POL", "to": ["EST"], "actions": ["read"], "scope": NAME}}, Draft("POL"))
    assert pulled(node, capsys)["hidden"] == 1
    assert held() == {ONE, str(tool(70)["id"]), str(tool(71)["id"]), str(tool(72)["id"])}


def test_what_one_withdrew_and_stated_anew_for_fewer_is_still_from_there(
    here: Path, node: Node, capsys: Captured
) -> None:
    pulled(node, capsys, "--to", "LVA,LTU")
    book = open_book("b.comity")
    opened(book)
    book.introduce("LVA")
    desk = office(book=book)
    appoint(desk, "anna", "LVA")
    with serving(desk) as own:
        assert main(["ledger", "new", "l.comity"]) == 0
        assert main(["keys", "generate", "LVA", "--book", "l.comity"]) == 0
        on = ["taxii", "pull", f"{own.url}/taxii2/", "--collection", NAME, "--book", "l.comity", "--as", "LVA"]
        assert main([*on, "--user", "LVA/anna"]) == 0
    take_back(book, "EST", ONE, ["LVA"])
    assert ONE in Shelf.of(book.view("EST"))
    book.close()
    take_back(node.desk.book, "POL", ONE)
    assert pulled(node, capsys)["hidden"] == 2
    assert ONE not in held()


def test_a_question_is_believed_by_its_authors_key_and_without_one_on_the_servers_word(
    here: Path, node: Node, capsys: Captured
) -> None:
    pulled(node, capsys)
    take_back(node.desk.book, "POL", ONE)
    ask(node, "all", "Destroy it.")
    told = pulled(node, capsys, code=1)
    assert (told["asked_back"], told["answered"]) == (2, 0)
    assert "signed by no key of EST that is known here" in next(iter(told["failures"].values()))
    assert {one["says"].partition(" (on the word of")[0] for one in board(capsys)["asked_of_us"]} == {"Destroy it."}
    introduced(node)
    assert pulled(node, capsys)["answered"] == 2, "what was not taken is sent again"


FORGED: dict[str, tuple[dict[str, object], str]] = {
    "another key": ({"signatures": [{"key": "0" * 16, "signed": "00" * 64}]}, "is not signed by a key of POL"),
    "another place": ({"root": "00" * 32}, "is not in the batch"),
    "no record": ({"record": "{}"}, "no record"),
    "no proof": ({"path": 5}, "is no proof"),
    "no number": ({"size": float("inf")}, "is no proof"),
}


def test_a_question_that_its_author_did_not_sign_is_told_and_not_entered(
    here: Path, node: Node, capsys: Captured
) -> None:
    pulled_and_asked_back(node, capsys, ONE)
    (question,) = questions_of(node)
    book = open_book("b.comity")
    for name, (spoilt, why) in FORGED.items():
        proof = {**question["proof"], **spoilt}  # type: ignore[dict-item]
        found = enter(book, "EST", "x", [{**question, "proof": proof}])
        assert found.new == 0, name
        assert why in next(iter(found.refused.values())), name
    half = {**question, "objects": [{"id": TWO, "version": "\ud800"}]}
    assert "half a surrogate pair" in next(iter(enter(book, "EST", "x", [half]).refused.values()))
    assert asked_of(book, "EST") == []
    proof = {**question["proof"], "more": 1.5}  # type: ignore[dict-item]
    other = {**question, "objects": [{"id": TWO}], "proof": proof}
    assert enter(book, "EST", "x", [other]).new == 1
    (shown,) = asked_of(book, "EST")
    assert shown.says == f"(signed of {ONE}; that this is it, x says)", "the server may lie about what it is here"
    book.introduce("LVA")
    assert "no question to LVA" in next(iter(enter(book, "LVA", "x", [question]).refused.values()))
    book.close()


def questions_of(node: Node) -> list[dict[str, object]]:
    """What Estonia is asked, as the server tells it."""
    at = f"{node.url}/shared/collections/{NAME}/recalls/"
    found: list[dict[str, object]] = httpx.get(at, auth=("EST/mari", PASSWORD)).json()["recalls"]
    return found


# Servers that know of no recall, or tell what is none


class Dumb:
    """A server that answers everything alike."""

    def __init__(self, *answers: tuple[int, object], kind: str = MEDIA) -> None:
        self.answers, self.asked, self.kind = list(answers), list[str](), kind

    def get(self, url: str) -> Answer:
        self.asked.append(url)
        status, body = self.answers[min(len(self.asked), len(self.answers)) - 1]
        return Answer(status, {"content-type": self.kind}, json.dumps(body).encode())

    def post(self, url: str, body: bytes) -> Answer:
        return self.get(url)

    def delete(self, url: str) -> Answer:
        return self.get(url)

    def wait(self) -> None:
        raise AssertionError


KNOWS_NONE: dict[str, tuple[int, object, str]] = {
    "not found": (404, {"title": "Not found"}, MEDIA), "refused": (403, {}, MEDIA), "bad": (400, {}, MEDIA),
    "failed": (500, {}, MEDIA), "a page for everything": (200, {}, "text/html"),
    "no list": (200, {"objects": 5}, MEDIA), "no resource": (200, [], MEDIA),
}  # fmt: skip


@pytest.mark.parametrize("case", KNOWS_NONE.values(), ids=KNOWS_NONE)
def test_a_server_that_knows_of_no_recall_is_asked_nothing_else(case: tuple[int, object, str]) -> None:
    status, body, kind = case
    assert not following.tells_recalls(Dumb((status, body), kind=kind), FOUND.url)
    assert following.tells_recalls(Dumb((200, {})), FOUND.url)


def test_a_server_that_told_recalls_and_does_not_now_is_told_of(
    here: Path, node: Node, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    pulled(node, capsys)
    monkeypatch.setattr(following, "tells_recalls", lambda *_: False)
    told = pulled(node, capsys, code=1)
    assert (told["recalls"], list(told["failures"])) == (False, ["recalls"])


MALFORMED: dict[str, Mapping[str, object]] = {
    "no list": {"objects": 5}, "no objects": {"objects": [5]}, "no id": {"objects": [{"id": "x"}]},
    "no instant": {"objects": [{"id": ONE, "version": "", "date_gone": 5}]},
    "an instant that is none": {"objects": [{"id": ONE, "date_gone": "soon"}]},
    "the name of a question": {"objects": [{"id": ONE, "date_gone": "2026-01-01T00:00:00Z", "recall": "ab" * 32}]},
    "no token": {"objects": [], "more": True, "next": 5}, "no end": {"until": 5},
}  # fmt: skip


@pytest.mark.parametrize("told", MALFORMED.values(), ids=MALFORMED)
def test_a_list_that_is_none_is_told(told: Mapping[str, object]) -> None:
    with pytest.raises(Malformed):
        list(following.gone(Dumb((200, told)), FOUND.url, ""))


def test_a_list_that_goes_in_circles_is_left() -> None:
    page = {"objects": [{"id": ONE, "date_gone": "2026-01-01T00:00:00Z"}], "more": True, "next": "t"}
    with pytest.raises(Unavailable, match="again and again"):
        list(following.gone(Dumb((200, page)), FOUND.url, ""))


def test_answers_that_are_not_taken_are_told_each() -> None:
    server = Dumb((200, {"entered": ["b"], "failures": [{"place": 0, "message": "why"}, {"place": "x"}, 5]}))
    (taken,) = following.answer(server, FOUND.url, {"a": {}, "b": {}, "c": {}})
    assert taken.ids == ["b"]
    assert taken.refused == {"a": "why", "c": "it was not taken"}
