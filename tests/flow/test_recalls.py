"""Recall: whatever ends a consent reaches what was released, until everybody has said what became of it."""

from __future__ import annotations

import pytest

from comity.casebook.book import Casebook
from comity.errors import Malformed, Refused
from comity.flow import questions
from comity.flow.recall_outcomes import OUTCOME, There
from comity.flow.recalls import RECALL, RECEIPT, Asked, Done, Owed, board, recall, recalls, receipt, receipts
from comity.flow.releases import KIND, Release, drafted, register
from comity.ledger.book import Book, Draft
from comity.ledger.record import Record
from comity.ledger.view import Seen
from comity.values.canonical import Plain
from comity.values.fact import Ask
from comity.values.instant import DAY, NEVER, Instant
from comity.values.label import PUBLIC
from comity.values.reading import BOOK
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


MANY = tuple(f"X{letter}{letter}" for letter in "KJIHGFEDCBA")
WENT = Release("r", "EST", "rep", MANY, 0, (), of=("POL", *MANY))


def test_whom_a_question_goes_to_and_who_is_told_stands_in_one_order_each_once() -> None:
    line = recall(WENT, [*MANY, *MANY])[RECALL]
    assert line == {
        "by": "EST", "release": "r", "thing": "rep", "to": [*reversed(MANY)], "of": ["POL", *reversed(MANY)],
    }  # fmt: skip
    assert recall(WENT, ["XAA"], by="POL")[RECALL]["of"] == ["EST", *reversed(MANY)]
    asked = Asked("q", "EST", "r", "rep", ("XAA",), None, 0)
    assert receipt(asked, "XAA", Done.PASSED_ON, [*MANY, *MANY])[RECEIPT]["to"] == [*reversed(MANY)]
    assert "to" not in receipt(asked, "XAA", Done.HIDDEN)[RECEIPT]


def test_whoever_it_was_not_released_to_is_told_with_those_it_was() -> None:
    with pytest.raises(Malformed, match="it was never released to FIN, KOR, LVA, NOR, SWE") as refused:
        recall(WENT, ["SWE", "NOR", "LVA", "KOR", "FIN", "XAA"], passed_on=["EST"])
    assert refused.value.next_step == f"allowed: EST, {', '.join(reversed(MANY))}"
    with pytest.raises(Malformed, match="nobody is named"):
        recall(WENT, [])


def test_those_it_was_passed_on_to_stand_in_one_order() -> None:
    went = Release("r", "EST", "rep", ("POL",), 0, ())
    seen = [
        stated("q", RECALL, "EST", {"by": "EST", "release": "r", "to": ["POL"]}),
        stated("a", RECEIPT, "POL", {"by": "POL", "recall": b"q".hex(), "done": "passed-on", "to": list(MANY)}),
    ]
    assert [one.party for one in board(seen, [went], lambda party, release: False)] == ["POL", *reversed(MANY)]


def test_what_is_owed_stands_in_the_order_in_which_it_went() -> None:
    went = [Release(name, "EST", name, ("POL",), at, ()) for name, at in (("b", 2), ("c", 1), ("a", 2))]
    assert [one.thing for one in board([], went, lambda party, release: False)] == ["c", "a", "b"]


def test_a_question_about_one_release_is_none_about_another() -> None:
    book = released()
    later(book, 60)
    again = {"by": "EST", "thing": "rep", "to": ["POL"], "of": [], "under": []}
    book.record({KIND: again}, Draft("EST"))
    (first, _) = shown(book)
    book.record(recall(first.release, ["POL"], says="first"), Draft("EST"))
    assert [one.state for one in shown(book)] == ["asked", "not asked"]
    later(book)
    book.record(recall(first.release, ["POL"], says="once more"), Draft("EST"))
    assert [one.asked and one.asked.says for one in shown(book)] == ["once more", None]
    (asked, _) = recalls(book.view("POL").records([RECALL]))
    book.record(receipt(asked, "POL", Done.DESTROYED), Draft("POL"))
    assert [one.outstanding for one in shown(book)] == [False, True]


def test_what_goes_round_in_a_circle_is_owed_by_each_once() -> None:
    book = released()
    later(book, 60)
    asked_back(book)
    for holder, takers in (("POL", ["KOR", "JPN"]), ("KOR", ["POL", "FIN", "KOR"]), ("FIN", ["KOR"])):
        (asked,) = recalls(book.view(holder).records([RECALL]))
        book.record(receipt(asked, holder, Done.PASSED_ON, takers), Draft(holder))
        for one in shown(book):
            if one.asked is None:
                book.record(recall(one.release, [one.party], passed_on=[one.party]), Draft("EST"))
    assert [one.party for one in shown(book)] == ["POL", "KOR", "FIN"]


def stated(name: str, kind: str, issuer: str, body: dict[str, Plain], at: Instant = 0) -> Seen:
    """A fact as it is seen."""
    return Seen(Record(b"", name.encode(), {"kind": kind, "issuer": issuer, "body": body}, PUBLIC), at)


def test_nobody_asks_or_answers_in_anothers_name_and_an_answer_that_says_nothing_is_none() -> None:
    answer: dict[str, Plain] = {"by": "POL", "recall": "q", "done": "hidden"}
    signed = {
        "by whom it is of": ("POL", answer, [Done.HIDDEN]),
        "by the book, which has the proof that he signed it": (BOOK, answer | {"proof": {}}, [Done.HIDDEN]),
        "by the book, without": (BOOK, answer, []),
        "by another": ("JPN", answer, []),
        "by another, who has the proof": ("JPN", answer | {"proof": {}}, []),
        "by whom it is of, of nothing that is known": ("POL", answer | {"done": "forgotten"}, []),
    }
    for how, (by, body, wanted) in signed.items():
        assert [one.done for one in receipts([stated("a", RECEIPT, by, body)])] == wanted, how
    question: dict[str, Plain] = {"by": "EST", "release": "r", "thing": "rep", "to": ["POL"], "says": ["no", "text"]}
    assert recalls([stated("q", RECALL, "KOR", question)]) == []
    assert [(one.says, one.to) for one in recalls([stated("q", RECALL, "EST", question)])] == [(None, ("POL",))]
    assert [one.to for one in recalls([stated("q", RECALL, "EST", question | {"to": "POL"})])] == [()]
    assert recalls([stated("q", RECEIPT, "EST", question)]) == []
    assert receipts([stated("a", RECALL, "POL", answer)]) == []


def test_questions_and_answers_are_read_in_the_order_of_their_arrival() -> None:
    question: dict[str, Plain] = {"by": "EST", "to": ["POL"]}
    answer: dict[str, Plain] = {"by": "POL", "recall": "q", "done": "hidden"}
    places, wanted = [("b", 2), ("c", 1), ("a", 2)], [name.encode().hex() for name in "cab"]
    assert [one.id for one in recalls(stated(name, RECALL, "EST", question, at) for name, at in places)] == wanted
    assert [one.id for one in receipts(stated(name, RECEIPT, "POL", answer, at) for name, at in places)] == wanted


def test_what_a_server_said_stands_beside_what_is_owed_only_where_whoever_released_it_keeps_it() -> None:
    went = Release("r", "EST", "rep", ("POL", "LVA"), 0, ())
    said: dict[str, Plain] = {"release": "r", "over": "theirs (https://x/)", "done": "removed there"}
    kept = {"EST": [There.REMOVED, There.REMOVED], "KOR": [None, None]}
    for by, wanted in kept.items():
        owed = board([stated("o", OUTCOME, by, said | {"by": by})], [went], lambda party, release: False)
        assert [one.there and one.there.done for one in owed] == wanted
        assert all(one.outstanding for one in owed), "a server's word ends nothing"
    (one,) = board([stated("o", OUTCOME, "EST", said | {"by": "EST", "release": "other"})],
                   [Release("r", "EST", "rep", ("POL",), 0, ())], lambda party, release: False)  # fmt: skip
    assert one.there is None


def test_what_was_said_last_counts_whichever_question_it_answers() -> None:
    question: dict[str, Plain] = {"by": "EST", "release": "r", "to": ["POL"]}
    answer: dict[str, Plain] = {"by": "POL", "done": "hidden"}
    seen = [
        stated("p", RECALL, "EST", question, 1), stated("q", RECALL, "EST", question, 2),
        stated("b", RECEIPT, "POL", answer | {"recall": b"q".hex()}, 3),
        stated("c", RECEIPT, "POL", answer | {"recall": b"p".hex(), "done": "passed-on", "to": ["FIN"]}, 4),
        stated("a", RECEIPT, "POL", answer | {"recall": b"q".hex()}, 4),
    ]  # fmt: skip
    (one,) = board(seen, [Release("r", "EST", "rep", ("POL",), 0, ())], lambda party, release: party == "FIN")
    assert [receipt.id for receipt in one.receipts] == [name.encode().hex() for name in "bac"]
    assert one.state == "passed-on"
