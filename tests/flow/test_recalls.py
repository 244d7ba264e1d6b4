"""Recall: whatever ends a consent reaches what was released, until everybody has said what became of it."""

from __future__ import annotations

import pytest

from comity.casebook.book import Casebook
from comity.errors import Malformed, Refused
from comity.flow import questions
from comity.flow.recalls import RECALL, RECEIPT, Done, Owed, board, recall, recalls, receipt
from comity.flow.releases import KIND, Release, drafted, register
from comity.ledger.book import Book, Draft
from comity.values.fact import Ask
from comity.values.instant import DAY, NEVER
from comity.values.verdict import Verdict
from tests.serve.desks import Stated, book_of

LINES = [
    Stated("t", {"title": {"thing": "rep", "kind": "information", "owner": "EST", "interest": "originator"}}),
    Stated("m", {"member": {"group": "CELL", "party": "JPN", "from": "2026-01-01"}}),
    Stated("n", {"member": {"group": "CELL", "party": "POL", "from": "2026-01-01", "until": "2026-12-31"}}),
    Stated("g", {"grant": {"id": "g", "by": "EST", "to": ["CELL@dynamic"], "actions": ["read"], "scope": "rep"}}),
]


def released() -> Book[Casebook]:
    """Estonia has released a report to Japan and Poland, members of a cell."""
    book = book_of(LINES)
    for taker in ("JPN", "POL"):
        answer = questions.may(book, Ask(taker, "read", "rep", book.clock(), NEVER), "EST")
        book.record(drafted(answer, "EST"), Draft("EST"))
    return book


def shown(book: Book[Casebook], party: str = "EST") -> list[Owed]:
    """What is owed back, as far as a party may read."""
    view = book.view(party)

    def may_read(taker: str, release: Release) -> bool:
        return book.decide(Ask(taker, "read", release.thing, book.clock(), NEVER)).verdict is Verdict.GRANTED

    return board(view.records([RECALL, RECEIPT]), register(view.records([KIND])), may_read)


def later(book: Book[Casebook], days: int = 1) -> None:
    book.clock.now += days * DAY  # type: ignore[attr-defined]  # a clock that is set by hand


def asked_back(book: Book[Casebook]) -> None:
    """Estonia asks back whatever is owed."""
    for one in shown(book):
        book.record(recall(one.release, [one.party], says="the consent has ended"), Draft("EST"))


def test_nothing_is_owed_while_everybody_may_read() -> None:
    assert shown(released()) == []


def test_a_revocation_reaches_everybody() -> None:
    book = released()
    (grant,) = [seen.id for seen in book.view("EST").records(["grant"]) if seen.record.text("name") == "g"]
    book.record({"revoke": {"grant": grant, "by": "EST"}})
    later(book)
    assert [(one.party, one.state, one.outstanding) for one in shown(book)] == [
        ("JPN", "not asked", True), ("POL", "not asked", True)
    ]  # fmt: skip


def test_a_refusal_reaches_whom_it_names_and_leaving_a_group_whoever_left() -> None:
    book = released()
    later(book, 60)
    assert [one.party for one in shown(book)] == ["POL"]
    book.record({"refuse": {"by": "EST", "to": ["JPN"], "actions": ["read"], "scope": "rep"}})
    assert [one.party for one in shown(book)] == ["JPN", "POL"]


def test_who_is_asked_answers_with_a_receipt_and_only_what_is_gone_ends_it() -> None:
    book = released()
    later(book, 60)
    asked_back(book)
    (asked,) = recalls(book.view("POL").records([RECALL]))
    assert (asked.thing, asked.to, asked.says) == ("rep", ("POL",), "the consent has ended")
    for done, outstanding in {Done.HIDDEN: True, Done.DESTROYED: False}.items():
        book.record(receipt(asked, "POL", done), Draft("POL"))
        (one,) = shown(book)
        assert (one.state, one.outstanding) == (done, outstanding)


def test_passing_it_on_owes_the_question_to_whoever_has_it_then() -> None:
    book = released()
    later(book, 60)
    asked_back(book)
    (asked,) = recalls(book.view("POL").records([RECALL]))
    book.record(receipt(asked, "POL", Done.PASSED_ON, ["KOR"]), Draft("POL"))
    assert [(one.party, one.state) for one in shown(book)] == [("POL", "passed-on"), ("KOR", "not asked")]


def test_a_receipt_of_somebody_else_ends_nothing() -> None:
    book = released()
    later(book, 60)
    asked_back(book)
    (asked,) = recalls(book.view("POL").records([RECALL]))
    with pytest.raises(Refused, match="JPN was not asked"):
        receipt(asked, "JPN", Done.DESTROYED)
    line = receipt(asked, "POL", Done.DESTROYED)
    book.record({RECEIPT: {**line[RECEIPT], "by": "JPN"}}, Draft("JPN"))
    assert [one.outstanding for one in shown(book)] == [True]


def test_only_those_it_was_released_to_are_asked() -> None:
    book = released()
    (first, *_) = register(book.view("EST").records([KIND]))
    for parties in ([], ["KOR"]):
        with pytest.raises(Malformed, match=r"recall\.to"):
            recall(first, parties)


def test_passed_on_says_to_whom_and_nothing_else_does() -> None:
    book = released()
    later(book, 60)
    asked_back(book)
    (asked,) = recalls(book.view("POL").records([RECALL]))
    for done, parties in ((Done.PASSED_ON, []), (Done.DESTROYED, ["KOR"])):
        with pytest.raises(Malformed, match=r"recall-receipt\.to"):
            receipt(asked, "POL", done, parties)


def test_the_others_hear_nothing_of_it() -> None:
    book = released()
    later(book, 60)
    asked_back(book)
    assert [len(book.view(party).records([RECALL])) for party in ("EST", "POL", "JPN", "KOR")] == [1, 1, 0, 0]


def test_whom_it_was_passed_on_to_is_asked_from_hand_to_hand() -> None:
    book = released()
    later(book, 60)
    asked_back(book)
    for holder, taker in (("POL", "KOR"), ("KOR", "FIN")):
        (asked,) = recalls(book.view(holder).records([RECALL]))
        book.record(receipt(asked, holder, Done.PASSED_ON, [taker]), Draft(holder))
        (owed,) = [one for one in shown(book) if one.party == taker]
        book.record(recall(owed.release, [taker], passed_on=[taker]), Draft("EST"))
    assert [(one.party, one.state) for one in shown(book)] == [
        ("POL", "passed-on"), ("KOR", "passed-on"), ("FIN", "asked")
    ]  # fmt: skip


def test_an_owner_asks_in_his_own_name_and_whoever_released_it_is_told() -> None:
    book = book_of([
        Stated("t", {"title": {"thing": "rep", "kind": "information", "owner": "JPN", "interest": "originator"}}),
        Stated("r", {"release": {"by": "EST", "thing": "rep", "to": ["POL"], "of": ["JPN"], "under": []}}),
    ])  # fmt: skip
    (owed,) = shown(book, "JPN")
    book.record(recall(owed.release, ["POL"], by="JPN"), Draft("JPN"))
    (asked,) = recalls(book.view("POL").records([RECALL]))
    assert (asked.by, asked.to) == ("JPN", ("POL",))
    book.record(receipt(asked, "POL", Done.DESTROYED), Draft("POL"))
    assert {party: [one.state for one in shown(book, party)] for party in ("EST", "JPN")} == {
        "EST": ["destroyed"], "JPN": ["destroyed"]
    }  # fmt: skip


def test_a_stranger_asks_for_nothing() -> None:
    book = released()
    later(book, 60)
    (owed,) = shown(book)
    book.record(recall(owed.release, ["POL"], by="KOR"), Draft("KOR"))
    assert [one.state for one in shown(book)] == ["not asked"]
