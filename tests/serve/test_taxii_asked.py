"""A node is asked over TAXII to give back what a party put there: whom it believes, what it hides, and what it says."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from comity.casebook.book import Casebook
from comity.flow.books import open as open_book
from comity.flow.recalling import asked_of
from comity.instruments.intelligence.shelf import Shelf
from comity.ledger.book import Book, Draft
from comity.ledger.proof import proofs
from tests.serve.desks import book_of
from tests.serve.exchanging import AT, Program, envelope, opened, stated, tool
from tests.serve.staff import appoint, office

RECALLS = f"{AT}/recalls/"
ONE, TWO, FIVE, LOST = (str(tool(number)["id"]) for number in (1, 2, 5, 404))
DAY = str(tool(1)["modified"])


class Home:
    """Estonia's own node: it signs questions."""

    def __init__(self, party: str = "EST") -> None:
        self.party = party
        self.book = open_book(None)
        self.book.introduce(party)

    def question(
        self, thing: str, *, about: object = None, to: Sequence[str] = ("POL",), **more: object
    ) -> dict[str, Any]:
        """A question as it is sent."""
        body = {"by": self.party, "release": "r", "thing": thing, "to": [*to], "of": [], **more}
        asked = self.book.record({"recall": body}, Draft(self.party)).id
        (proof,) = proofs(self.book, self.book.view(self.party), [asked])
        return {"proof": proof.as_json(), "objects": [{"id": thing, "version": DAY}] if about is None else about}

    @property
    def public(self) -> str:
        return next(key.public.hex() for key in self.book.keys if key.party == self.party)


def node(home: Home, *, secret: bool = False) -> Program:
    """Poland's node, to which Estonia sent two tools; it knows the key of Estonia's own."""
    book: Book[Casebook] = book_of([])
    opened(book, to=["POL"])
    book.introduce("POL")
    if secret:
        stated(book, "POL", [tool(5)])
    desk = office(book=book)
    est = Program(desk, appoint(desk, "mari", "EST"))
    assert est.post(f"{AT}/objects/", envelope(tool(1), tool(2))).status_code == 202
    book.record({"key": {"party": home.party, "public": home.public}}, Draft(home.party))
    return est


def sent(one: Program, *questions: Mapping[str, object]) -> dict[str, Any]:
    answer = one.post(RECALLS, json.dumps({"recalls": questions}).encode())
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def reads(one: Program, party: str = "POL") -> set[str]:
    return set(Shelf.of(one.desk.book.view(party)).ids())


def test_what_was_put_here_goes_out_of_everybodys_sight_and_the_question_stands_in_its_place() -> None:
    home = Home()
    est = node(home)
    found = sent(est, home.question(ONE, says="Destroy it."))
    (taken,) = found["asked"]
    assert len(taken["receipts"]) == 1
    assert json.loads(taken["receipts"][0]["record"])["body"] == {"by": "POL", "done": "hidden", "recall": taken["id"]}
    assert (reads(est), reads(est, "EST")) == ({TWO}, {TWO})
    (stone,) = asked_of(est.desk.book, "POL")
    assert (stone.id, stone.by, stone.thing, stone.says) == (taken["id"], "EST", ONE, "Destroy it.")


def test_the_same_question_again_is_here_once_and_takes_nothing_that_came_since() -> None:
    home = Home()
    est = node(home)
    question = home.question(ONE)
    first = sent(est, question, question)
    assert est.post(f"{AT}/objects/", envelope(tool(1))).status_code == 202
    assert reads(est) == {ONE, TWO}
    assert sent(est, question)["asked"] == first["asked"][:1]
    assert (reads(est), len(asked_of(est.desk.book, "POL"))) == ({ONE, TWO}, 1)


def test_of_what_the_asker_did_not_put_here_nothing_is_said_whether_it_is_here_or_not() -> None:
    home = Home()
    questions = [home.question(FIVE), home.question(LOST)]
    told = []
    for secret in (True, False):
        est = node(home, secret=secret)
        told.append(json.dumps(sent(est, *questions)).replace(FIVE, "x").replace(LOST, "x"))
        assert asked_of(est.desk.book, "POL") == []
        assert (FIVE in reads(est)) is secret
    assert told[0] == told[1]
    assert "there is nothing of EST named x here" in told[0]
    one, other = json.loads(told[0])["failures"]
    assert one["message"] == other["message"]


FORGED: dict[str, tuple[dict[str, Any], str]] = {
    "another's word": ({"by": "POL"}, "no question of EST"),
    "to nobody": ({"to": []}, "other objects than was signed"),
    "to everybody": ({"to": ["*"]}, "no question of EST"),
    "to a group": ({"to": ["NATO@dynamic"]}, "no question of EST"),
    "to a stranger": ({"to": ["XQZ"]}, "XQZ"),
    "about something else": ({"about": [{"id": TWO, "version": DAY}]}, "other objects than was signed"),
    "about more": ({"about": [{"id": ONE, "version": DAY}, {"id": TWO}]}, "other objects than was signed"),
    "about nothing": ({"about": []}, "other objects than was signed"),
    "about no list": ({"about": 5}, "is no list"),
}  # fmt: skip


@pytest.mark.parametrize("case", FORGED.values(), ids=FORGED)
def test_a_question_that_is_not_as_its_author_signed_it_is_refused_and_hides_nothing(
    case: tuple[dict[str, Any], str],
) -> None:
    more, why = case
    home = Home()
    est = node(home)
    found = sent(est, home.question(ONE, **more))
    assert found["asked"] == []
    assert why in found["failures"][0]["message"]
    assert reads(est) == {ONE, TWO}
    assert asked_of(est.desk.book, "POL") == []


def test_a_question_under_a_key_nobody_knows_or_of_another_party_is_refused() -> None:
    home = Home()
    est = node(home)
    for other in (Home(), Home("POL"), Home("LVA")):
        found = sent(est, other.question(ONE))
        assert "signed by no key of EST that is known here" in found["failures"][0]["message"]
    assert reads(est) == {ONE, TWO}


def test_a_part_of_several_is_refused_by_its_place_and_the_rest_is_done() -> None:
    home = Home()
    est = node(home)
    found = sent(est, home.question(LOST), home.question(ONE), 5, home.question(TWO))  # type: ignore[arg-type]
    assert [one["place"] for one in found["failures"]] == [0, 2]
    assert len(found["asked"]) == 2
    assert reads(est) == set()


def test_a_version_alone_leaves_the_others() -> None:
    home = Home()
    est = node(home)
    assert est.post(f"{AT}/objects/", envelope(tool(1, 9))).status_code == 202
    sent(est, home.question(ONE))
    assert Shelf.of(est.desk.book.view("POL")).get(ONE).versions == (str(tool(1, 9)["modified"]),)


@pytest.mark.parametrize("body", [{"receipts": [], "recalls": []}, {"receipts": [5], "recalls": [5]}, {"recalls": 5}])
def test_what_is_no_list_or_two_is_not_processed(body: object) -> None:
    assert node(Home()).post(RECALLS, json.dumps(body).encode()).status_code == 422
