"""What TAXII leaves out: what a party was told of and may read no more, what it is asked back, and its answers."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import pytest

from comity.casebook.book import Casebook
from comity.flow.books import open as open_book
from comity.flow.recalling import asked_back, asked_of, disclosures, owed_to
from comity.flow.recalls import receipts
from comity.flow.taking_back import take_back
from comity.flow.taxii_questions import TOLD, enter
from comity.ledger.book import Book, Draft
from comity.ledger.proof import proofs, proved, read_proof
from comity.ledger.record import parse
from comity.serve.desk import MINUTE
from comity.values.canonical import canonical
from tests.serve.desks import Standing, book_of
from tests.serve.exchanging import AT, NAME, Object, Program, opened, stated, tool, uuid
from tests.serve.staff import appoint, at, office

GONE, RECALLS = f"{AT}/gone/", f"{AT}/recalls/"
EVERY = [tool(number) for number in range(1, 8)]
FIRST = str(tool(1)["id"])


@pytest.fixture
def est() -> Program:
    """A program of Estonia's, before a desk with seven objects of Poland's that it was told of."""
    book = book_of([])
    opened(book)
    stated(book, "POL", EVERY, ["EST"])
    made = office(book=book)
    one = Program(made, appoint(made, "mari", "EST"))
    assert len(one.ids()) == 7
    return one


def later(one: Program) -> None:
    assert isinstance(one.desk.book.clock, Standing)
    one.desk.book.clock.now += MINUTE


def taken_back(one: Program, *things: Object) -> None:
    for thing in things:
        later(one)
        take_back(one.desk.book, "POL", str(thing["id"]))
    later(one)


def ask(one: Program, thing: str = "all", says: str | None = None) -> None:
    one.desk.book.record_all(asked_back(one.desk.book, "POL", thing, says=says), Draft("POL"))
    later(one)


def told(one: Program, path: str, name: str = "objects") -> list[dict[str, object]]:
    """Every item of a list, page by page."""
    found: list[dict[str, object]] = []
    page = one.get(path).json()
    found += page.get(name, [])
    while page.get("more"):
        page = one.get(f"{path}{'&' if '?' in path else '?'}next={page['next']}").json()
        found += page[name]
    return found


def test_what_may_be_read_no_more_is_told_to_whom_it_was_told_and_since_when(est: Program) -> None:
    assert "objects" not in est.get(GONE).json()
    taken_back(est, tool(1), tool(2))
    first, second = told(est, GONE)
    assert (first["id"], first["version"], second["id"]) == (FIRST, tool(1)["modified"], tool(2)["id"])
    assert str(first["date_gone"]) < str(second["date_gone"]) <= est.get(GONE).json()["until"]
    kor = Program(est.desk, appoint(est.desk, "min", "KOR"))
    assert kor.get(GONE).json() == {}, "who was told of nothing is told of nothing"


def test_a_walk_through_what_is_gone_loses_nothing_and_goes_on_where_it_ended(est: Program) -> None:
    taken_back(est, *EVERY)
    whole = [one["id"] for one in told(est, GONE)]
    assert len(whole) == 7
    for limit in (1, 2, 3, 7, 50):
        assert [one["id"] for one in told(est, f"{GONE}?limit={limit}")] == whole, limit
    page = est.get(f"{GONE}?limit=3").json()
    rest = told(est, f"{GONE}?added_after={page['until']}")
    assert [one["id"] for one in rest] == whole[3:]
    assert est.get(f"{GONE}?added_after={est.get(GONE).json()['until']}").json().get("objects") is None
    assert [one["id"] for one in told(est, f"{GONE}?match[id]={FIRST}")] == [FIRST]
    assert told(est, f"{GONE}?match[type]=url") == []


def test_a_token_is_of_its_party_and_its_list(est: Program) -> None:
    taken_back(est, *EVERY)
    token = est.get(f"{GONE}?limit=1").json()["next"]
    assert est.get(f"{GONE}?limit=2&next={token}").status_code == 200, "the length of a page may change"
    assert est.get(f"{RECALLS}?next={token}").status_code == 400
    assert est.get(f"{GONE}?match[type]=tool&next={token}").status_code == 400
    kor = Program(est.desk, appoint(est.desk, "min", "KOR"))
    assert kor.get(f"{GONE}?next={token}").status_code == 400
    assert est.get(f"{GONE}?limit=1&next={token}x").status_code == 400


def test_what_is_let_again_is_gone_no_more(est: Program) -> None:
    book = est.desk.book
    refusal = book.record({"refuse": {"by": "POL", "to": ["EST"], "actions": ["read"], "scope": NAME}}, Draft("POL"))
    later(est)
    assert len(told(est, GONE)) == 7
    book.record({"revoke": {"fact": refusal.id, "by": "POL"}}, Draft("POL"))
    later(est)
    assert told(est, GONE) == []
    assert len(est.ids()) == 7


def test_what_is_asked_back_is_told_with_the_proof_that_its_author_signed_it(est: Program) -> None:
    taken_back(est, tool(1), tool(2))
    assert told(est, RECALLS, "recalls") == []
    ask(est, FIRST, "Destroy it.")
    (question,) = told(est, RECALLS, "recalls")
    assert (question["by"], question["says"]) == ("POL", "Destroy it.")
    assert question["objects"] == [{"id": FIRST, "version": tool(1)["modified"]}]
    record = proved(read_proof(question["proof"], "proof"), {key.id: key for key in est.desk.book.keys})
    assert (record.id, record.issuer, record.body["thing"]) == (question["id"], "POL", FIRST)
    ask(est)
    assert [len(told(est, f"{RECALLS}?limit={limit}", "recalls")) for limit in (1, 2, 9)] == [2, 2, 2]
    assert "until" not in est.get(f"{RECALLS}?limit=1").json()
    until = est.get(RECALLS).json()["until"]
    assert told(est, f"{RECALLS}?added_after={until}", "recalls") == []
    assert len(told(est, f"{RECALLS}?added_after={question['date_asked']}", "recalls")) == 1


def test_questions_about_another_collection_are_not_told_here(est: Program) -> None:
    book = est.desk.book
    opened(book, uuid(98))
    stated(book, "POL", [tool(50)], ["EST"], into=uuid(98))
    later(est)
    elsewhere = f"/shared/collections/{uuid(98)}"
    assert est.ids(f"{elsewhere}/objects/") == [tool(50)["id"]]
    taken_back(est, tool(50))
    ask(est)
    assert told(est, RECALLS, "recalls") == []
    assert len(told(est, f"{elsewhere}/recalls/", "recalls")) == 1


# Answers


def answer(asked: str, *, by: str = "EST", **more: object) -> tuple[Book[Casebook], dict[str, object]]:
    """An answer that a party signed in a book of its own, and that book."""
    own = open_book(None)
    own.introduce(by)
    line: dict[str, object] = {"by": by, "recall": asked, "done": "hidden", **more}
    receipt = own.record({"recall-receipt": line}, Draft(by))
    (proof,) = proofs(own, own.view(by), [receipt.id])
    return own, proof.as_json()


def known(one: Program, own: Book[Casebook], party: str = "EST") -> None:
    """The desk's book knows a party's key at home."""
    public = next(key.public.hex() for key in own.keys if key.party == party)
    one.desk.book.record({"key": {"party": party, "public": public}}, Draft(party))


def sent(one: Program, *given: Mapping[str, object]) -> dict[str, Sequence[dict[str, object]]]:
    found: dict[str, Sequence[dict[str, object]]] = one.post(RECALLS, json.dumps({"receipts": given}).encode()).json()
    return found


def asked(one: Program) -> str:
    taken_back(one, tool(1))
    ask(one)
    return asked_of(one.desk.book, "EST")[0].id


def test_an_answer_that_its_party_signed_at_home_stands_on_the_board(est: Program) -> None:
    own, proof = answer(asked(est))
    known(est, own)
    assert len(sent(est, proof)["entered"]) == 1
    (owed,) = owed_to(est.desk.book, "POL")
    assert (owed.state, [(one.by, one.done) for one in owed.receipts]) == ("hidden", [("EST", "hidden")])
    assert sent(est, proof)["entered"]
    book = est.desk.book
    (kept,) = [one for one in book.view("POL").records(["recall-receipt"]) if "proof" in one.record.body]
    assert kept.record.issuer == "book"
    assert proved(read_proof(kept.record.body["proof"], "x"), {key.id: key for key in own.keys}).issuer == "EST"
    assert receipts(book.view("KOR").records(["recall-receipt"])) == [], "whoever may not read the question"


def test_an_answer_is_taken_by_a_known_and_live_key_alone(est: Program) -> None:
    own, proof = answer(asked(est))
    assert "signed by no key of EST that is known here" in str(sent(est, proof)["failures"][0]["message"])
    known(est, own)
    est.desk.book.revoke_key(next(key.id for key in own.keys if key.party == "EST"), by_node=True)
    assert "signed by no key of EST that is known here" in str(sent(est, proof)["failures"][0]["message"])
    assert not any(one.receipts for one in owed_to(est.desk.book, "POL"))


WRONG: dict[str, tuple[dict[str, object], str]] = {
    "what was not asked": ({"recall": "0" * 64}, "no such question"),
    "no answer": ({"done": "eaten"}, "is no answer"),
    "another's answer": ({"by": "POL"}, "no key of EST"),
    "to whom, in no list": ({"done": "passed-on", "to": "LVA"}, "no list of parties"),
    "passed on, to nobody": ({"done": "passed-on"}, "whom it went to is not said"),
    "hidden, and to whom": ({"to": ["LVA"]}, "it went to nobody else"),
}


def test_an_answer_that_is_none_is_told_and_the_others_are_taken(est: Program) -> None:
    name = asked(est)
    own, good = answer(name)
    known(est, own)
    for case, (spoilt, why) in WRONG.items():
        by = str(spoilt.get("by", "EST"))
        more = {field: value for field, value in spoilt.items() if field not in {"by", "recall"}}
        home, bad = answer(str(spoilt.get("recall", name)), by=by, **more)
        known(est, home, by)
        said = sent(est, bad, good)
        assert why in str(said["failures"][0]["message"]), case
        assert (said["failures"][0]["place"], len(said["entered"])) == (0, 1), case


def signed_with(asked: str, **more: object) -> tuple[Book[Casebook], dict[str, object]]:
    """An answer in whose body stand fields that the writer of a line would not let there, signed all the same."""
    own = open_book(None)
    own.introduce("EST")
    record = own.draft({"recall-receipt": {"by": "EST", "recall": asked, "done": "hidden"}}, Draft("EST"), {})
    (receipt,) = own.add([parse(canonical({**record.content, "body": {**record.body, **more}}))])
    (proof,) = proofs(own, own.view("EST"), [receipt.id])
    return own, proof.as_json()


def test_nothing_but_the_answer_is_taken_over_on_the_books_own_word(est: Program) -> None:
    book = est.desk.book
    (ours,) = book.view().records(["intelligence-collection"])
    own, proof = signed_with(asked(est), supersedes=ours.id, label=[], recorded="1999-01-01T00:00:00Z", note="x")
    known(est, own)
    assert len(sent(est, {**proof, "more": 1.5})["entered"]) == 1, "a field that a proof does not have is left out"
    (kept,) = book.view("POL").records(["recall-receipt"])
    assert set(kept.record.body) == {"by", "recall", "done", "receipt", "proof"}
    assert (kept.record.text("supersedes"), receipts(book.view("KOR").records(["recall-receipt"]))) == (None, [])
    assert [one.id for one in book.view("KOR").records(["intelligence-collection"])] == [ours.id]


@pytest.mark.parametrize("number", ["Infinity", "-1", "1e999", '"x"', "null", "9" * 30])
def test_a_proof_with_a_number_that_is_none_fails_alone(est: Program, number: str) -> None:
    own, proof = answer(asked(est))
    known(est, own)
    body = json.dumps({"receipts": [{**proof, "size": "?"}, proof]}).replace('"?"', number)
    told = est.post(RECALLS, body.encode())
    assert (told.status_code, len(told.json()["entered"]), told.json()["failures"][0]["place"]) == (200, 1, 0)


def test_whom_it_was_passed_on_to_owes_the_answer_too(est: Program) -> None:
    own, proof = answer(asked(est), done="passed-on", to=["LVA"])
    known(est, own)
    assert sent(est, proof)["entered"]
    assert [(one.party, one.state) for one in owed_to(est.desk.book, "POL")] == [
        ("EST", "passed-on"), ("LVA", "not asked"),
    ]  # fmt: skip


def test_of_answers_that_come_at_once_the_one_that_was_signed_last_counts(est: Program) -> None:
    name = asked(est)
    own = open_book(None)
    own.introduce("EST")
    known(est, own)
    for place in range(6):
        says = ("hidden", "destroyed")[:: -1 if place % 2 else 1]
        lines = [{"recall-receipt": {"by": "EST", "recall": name, "done": done}} for done in says]
        names = [own.record(line, Draft("EST")).id for line in lines]
        assert len(sent(est, *(one.as_json() for one in proofs(own, own.view("EST"), names[::-1])))["entered"]) == 2
        (owed,) = owed_to(est.desk.book, "POL")
        assert owed.state == says[-1]
        later(est)


def test_an_owner_cannot_count_by_the_register_what_others_let_the_reader_have(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Book, "secret", lambda _, purpose: purpose.encode().ljust(32))
    seen = list[list[object]]()
    for more in (0, 3):
        book = book_of([])
        opened(book)
        stated(book, "KOR", [tool(number) for number in range(60, 60 + more)], ["EST"])
        stated(book, "POL", [tool(1), tool(99)], ["EST"])
        one = Program(made := office(book=book), appoint(made, "mari", "EST"))
        assert len(one.ids()) == 2 + more
        entries = disclosures(book, "POL")
        seen.append([(each.id, each.thing, each.arrived) for each in entries])
        taken_back(one, tool(99))
        ask(one)
        assert [each["objects"] for each in told(one, RECALLS, "recalls")] == [
            [{"id": tool(99)["id"], "version": tool(99)["modified"]}]
        ]
    assert seen[0] == seen[1]


# What nobody asked back


def gone_as(one: Program, path: str = GONE) -> list[str]:
    """The names under which what is gone is answered."""
    return [str(each["recall"]) for each in told(one, path)]


def test_what_is_gone_is_answered_under_its_name_for_those_alone_to_whom_it_is_owed(est: Program) -> None:
    book = est.desk.book
    for other in ("KOR", "JPN"):
        book.introduce(other)
    stated(book, "JPN", [tool(1, name="of Japan")])
    stated(book, "KOR", [tool(60)], ["EST"])
    later(est)
    assert est.ids()
    taken_back(est, tool(1))
    (name,) = gone_as(est)
    own, proof = answer(name)
    known(est, own)
    size = book.store.head().size
    assert len(sent(est, proof, proof)["entered"]) == 2
    assert sent(est, proof)["entered"], "sent again, it is here once"
    assert book.store.head().size == size + 2, "Poland and Japan stated it; each has it for himself"
    for party in ("POL", "JPN"):
        (kept,) = book.view(party).records(["recall-receipt"])
        assert set(kept.record.body) == {"by", "recall", "done", "release", "receipt", "proof"}
        assert [(one.by, one.done) for one in owed_to(book, party)[0].receipts] == [("EST", "hidden")]
    assert book.view("POL").records(["recall-receipt"]) != book.view("JPN").records(["recall-receipt"])
    for party in ("KOR", "EST"):
        assert not list(book.view(party).records(["recall-receipt"])), party


def test_a_name_is_of_its_party_and_its_collection_and_of_what_is_gone_still(est: Program) -> None:
    book = est.desk.book
    clause = {"by": "POL", "to": ["EST"], "actions": ["read"], "scope": NAME}
    refusal = book.record({"refuse": clause}, Draft("POL"))
    later(est)
    name = gone_as(est)[0]
    own, proof = answer(name)
    known(est, own)
    opened(book, uuid(98))
    elsewhere = est.post(f"/shared/collections/{uuid(98)}/recalls/", json.dumps({"receipts": [proof]}).encode())
    assert "no such question" in elsewhere.json()["failures"][0]["message"]
    other, of_other = answer(name, by="LVA")
    book.introduce("LVA")
    known(est, other, "LVA")
    lva = Program(est.desk, appoint(est.desk, "anna", "LVA"))
    assert "no such question" in str(sent(lva, of_other)["failures"][0]["message"])
    book.record({"revoke": {"fact": refusal.id, "by": "POL"}}, Draft("POL"))
    later(est)
    assert est.ids()
    assert "no such question" in str(sent(est, proof)["failures"][0]["message"]), "it is offered again"


def test_whoever_cannot_tell_that_it_is_owed_learns_nothing_of_an_answer(est: Program) -> None:
    book = est.desk.book
    book.introduce("KOR")
    maker = {**tool(60), "type": "identity", "id": f"identity--{uuid(60)}"}
    stated(book, "KOR", [maker], ["EST"])
    stated(book, "POL", [tool(9, created_by_ref=maker["id"])], ["EST"])
    later(est)
    assert tool(9)["id"] in est.ids(), "whole"
    later(est)
    take_back(book, "KOR", str(maker["id"]))
    later(est)
    gone_before = gone_as(est)
    names = [str(each["recall"]) for each in told(est, GONE) if each["id"] == tool(9)["id"]]
    assert len(names) == 1, "what is left of it has another id"
    own, proof = answer(names[0])
    known(est, own)
    assert sent(est, proof)["entered"]
    assert not list(book.view("POL").records(["recall-receipt"])), "Poland lets Estonia read it still"
    taken_back(est, tool(9))
    name = next(str(each["recall"]) for each in told(est, GONE) if each["recall"] not in {*gone_before, *names})
    for done, states in (("destroyed", ["not asked"]), ("hidden", ["hidden"])):
        own, proof = answer(name, done=done)
        known(est, own)
        assert sent(est, proof)["entered"]
        assert [one.state for one in owed_to(book, "POL")] == states, "one of two copies ends nothing"


def test_what_is_sent_is_taxii_and_not_too_much(est: Program) -> None:
    assert est.post(RECALLS, b"{}", **{"content-type": "application/json"}).status_code == 415
    for body in (b"{", b"[]", b'{"receipts": []}', json.dumps({"receipts": [{}] * 1001}).encode()):
        assert est.post(RECALLS, body).status_code == 422
    assert est.get("/shared/collections/none/gone/").status_code == 404
    assert est.post("/shared/collections/none/recalls/", b"{}").status_code == 404


def test_what_anothers_node_asks_back_stands_on_the_page_of_its_object_and_on_the_board() -> None:
    there = book_of([])
    opened(there)
    stated(there, "POL", [tool(1)], ["EST"])
    desk_there = office(book=there)
    one = Program(desk_there, appoint(desk_there, "mari", "EST"))
    assert one.ids() == [FIRST]
    taken_back(one, tool(1))
    ask(one, FIRST, "Destroy it.")
    (question,) = told(one, RECALLS, "recalls")
    here = office()
    person = appoint(here, "mari", "EST")
    assert enter(here.book, "EST", "https://there.example/c/", [question]).new == 1
    (kept,) = here.book.view("EST").records([TOLD])
    visitor = at(here, person)
    for path in (f"/intelligence/objects/{FIRST}", "/intelligence/recall"):
        page = visitor.get(path).text
        assert "Destroy it." in page, path
        assert f"/ledger/{kept.id}" in page, path
    assert visitor.get(f"/ledger/{kept.id}").status_code == 200
