"""Two officers of one party act at once: what the second had read is read again, and the record never forks."""

from __future__ import annotations

import pytest

from comity.errors import Refused
from comity.flow import consulting
from comity.flow.consulting import Desk
from comity.flow.consulting_case import Decide
from comity.flow.consulting_silence import Put
from comity.instruments.consultation import acts, outcome
from comity.instruments.consultation.acts import Statement
from comity.instruments.consultation.case import cases, consultation, named
from comity.instruments.consultation.facts import Case, Stance
from comity.instruments.consultation.silence import State, procedure
from comity.instruments.consultation.texts import texts
from comity.ledger.book import Draft, MovedOn
from comity.ledger.proof import proofs
from comity.ledger.record import parse
from comity.values.label import PUBLIC
from tests.instruments.consultation.council import CHAIR, PARTIES, Council, at


def close(desk: Desk) -> list[Statement]:
    (case,) = desk.facts.of(Case)
    found = procedure(case, "1", desk.facts, desk.now)
    assert found is not None
    return [acts.recorded(case, found, desk.now)]


def broken() -> Council:
    council = Council()
    council.opened()
    council.put()
    council.breaks("11:00", "LTU")
    council.now = at("12:00")
    return council


def test_of_two_who_close_at_once_one_is_told_that_it_has_ended() -> None:
    council = broken()
    first = list[Statement]()

    def while_another_closes(desk: Desk) -> list[Statement]:
        mine = close(desk)
        if not first:
            first.extend(mine)
            consulting.state(council.book, CHAIR, close)
        return mine

    with pytest.raises(Refused, match="has ended"):
        consulting.state(council.book, CHAIR, while_another_closes)
    assert council.seen("LVA", "13:00").judged.state is State.NOT_ADOPTED


def test_a_book_that_never_holds_still_is_told() -> None:
    council = broken()

    def while_it_rains(desk: Desk) -> list[Statement]:
        council.book.record({"note": {"by": "SWE", "says": "rain"}})
        return close(desk)

    with pytest.raises(MovedOn, match="something arrived"):
        consulting.state(council.book, CHAIR, while_it_rains)
    assert council.seen("LVA", "13:00").judged.state is State.BROKEN


def test_nobody_states_anything_for_another() -> None:
    council = broken()
    with pytest.raises(Refused, match="only EST can state this"):
        consulting.state(council.book, "LVA", close)


def test_what_is_on_disk_is_returned_with_its_receipt() -> None:
    council = broken()
    (stated,) = consulting.state(council.book, CHAIR, close)
    assert council.seen("LVA", "13:00").outcome is not None
    assert council.book.find(stated.receipt.id) is not None


def taken_back(council: Council, broke: str) -> None:
    """Two ways to take back a break: correct it by something smaller, and refuse to let the chair read it."""
    council.book.record({"note": {"by": "LTU", "says": "never mind", "supersedes": broke}}, Draft(issuer="LTU"))
    council.book.record(
        {"refuse": {"by": "LTU", "to": [CHAIR], "actions": ["read"], "scope": "content/silence-break"}},
        Draft(issuer="LTU"),
    )


def test_a_break_is_taken_back_by_no_correction_and_no_refusal() -> None:
    council = Council()
    council.opened()
    council.put()
    broke = council.breaks("11:00", "LTU")
    taken_back(council, broke)
    assert [council.seen(party, "12:00").judged.state for party in PARTIES] == [State.BROKEN] * 3
    consulting.state(council.book, CHAIR, close)
    facts = council.facts(CHAIR)
    view = council.book.view(CHAIR)
    proved = list(proofs(council.book, view, outcome.parts(council.case, "1", facts)))
    assert broke in {parse(one.data).id for one in proved}, "the record that is verified offline holds it"


def test_who_was_told_of_a_text_can_break_silence_whatever_the_chair_refuses_since() -> None:
    council = Council()
    council.opened()
    council.put()
    council.receipt("10:10", "LTU")
    for scope in ("content/silence", "content/consultation"):
        line = {"refuse": {"by": CHAIR, "to": ["LTU"], "actions": ["read"], "scope": scope}}
        council.book.record(line, Draft(issuer=CHAIR))
    council.breaks("11:00", "LTU")
    assert council.seen(CHAIR, "12:00").judged.state is State.BROKEN


WORDS = "We watch the cable together."
WITHDRAWN: dict[str, dict[str, dict[str, object]]] = {
    "a refusal of the words": {
        "refuse": {"by": CHAIR, "to": ["LTU"], "actions": ["read"], "scope": "content/consultation-text"}
    },
    "a correction": {"note": {"by": CHAIR, "says": "never mind"}},
}


def put_with_its_words(council: Council) -> str:
    """A text goes to all with its words; the id of the fact that holds them."""
    council.opened()
    put = Put("1", "2026-03-01T14:00Z", WORDS)
    sent, _ = consulting.state(council.book, CHAIR, lambda desk: put.stated(desk, desk.facts.of(Case)[0]))
    return sent.receipt.id


def words_of(council: Council, *audience: str) -> list[str]:
    view = council.book.view(*audience)
    return list(consultation(view, council.case.stamp.id, council.now, view.casebook).words.values())


@pytest.mark.parametrize("line", WITHDRAWN.values(), ids=WITHDRAWN)
def test_words_sent_under_silence_stay_with_whom_they_bind(line: dict[str, dict[str, object]]) -> None:
    council = Council()
    sent = put_with_its_words(council)
    told = {kind: {**body, "supersedes": sent} if kind == "note" else body for kind, body in line.items()}
    council.book.record(told, Draft(issuer=CHAIR))
    assert [words_of(council, party) for party in PARTIES] == [[WORDS]] * 3
    council.receipt("10:10", "LTU", acts.text_hash(WORDS.encode()))


def test_the_words_are_nobody_else_s_and_bear_their_label() -> None:
    council = Council()
    put_with_its_words(council)
    for audience in (["SWE"], ["SWE", CHAIR], []):
        assert texts(council.book.view(*audience)) == ({}, PUBLIC)
    view = council.book.view("LTU")
    found = consultation(view, council.case.stamp.id, council.now, view.casebook)
    assert {atom.scope for atom in found.label} >= {"content/consultation-text"}


def test_words_that_are_not_what_their_hash_says_are_left_out() -> None:
    council = Council()
    put_with_its_words(council)
    label = [{"owner": CHAIR, "scope": "content/consultation-text", "readers": ["LTU", "LVA"]}]
    forged = {"sha256": acts.text_hash(WORDS.encode()), "text": "We watch it alone.", "label": label}
    council.book.record({"consultation-text": forged}, Draft(issuer=CHAIR))
    assert words_of(council, "LTU") == [WORDS]


def test_a_text_whose_words_a_party_was_not_sent_does_not_bind_it() -> None:
    council = Council()
    council.opened()
    digest = acts.text_hash(WORDS.encode())
    label = [{"owner": CHAIR, "scope": "content/consultation-text", "readers": ["LVA"]}]
    council.book.record({"consultation-text": {"sha256": digest, "text": WORDS, "label": label}}, Draft(issuer=CHAIR))
    council.put(text=digest)
    assert (words_of(council, "LVA"), words_of(council, "LTU")) == ([WORDS], [])
    for clock, party in (("10:10", CHAIR), ("10:20", "LVA")):
        council.receipt(clock, party, digest)
    council.now = at("15:00")
    found = council.seen(CHAIR, "15:00")
    assert (found.judged.state, found.judged.waiting_for) == (State.OVERDUE, ("LTU",))
    with pytest.raises(Refused, match="the outcome is open"):
        consulting.state(council.book, CHAIR, close)


def test_who_was_told_nothing_is_told_nothing_by_what_lasts() -> None:
    council = broken()
    assert council.facts("SWE").every == ()
    assert council.facts("SWE", CHAIR).every == ()
    assert council.facts().every == ()


def test_a_case_keeps_its_address_whoever_takes_it_for_a_title() -> None:
    council = broken()
    council.state(
        "12:10", acts.opened("LVA", title=council.case.stamp.id, article="x", parties=list(PARTIES), body="y")
    )
    facts = council.facts("LTU")
    assert [named(one.stamp.id, facts) for one in cases(facts)] == list(cases(facts))


def decide(desk: Desk) -> list[Statement]:
    return Decide(item="1").stated(desk, desk.facts.of(Case)[0])


def test_a_position_released_to_the_chair_alone_is_not_told_by_a_decision() -> None:
    council = Council()
    case = council.opened(rule={"kind": "k-of-n", "k": 2})
    for party, release in ((CHAIR, []), ("LTU", [CHAIR]), ("LVA", [CHAIR, "LTU"])):
        council.state("10:00", acts.position(case, party, "1", Stance.YES, release=release))
    with pytest.raises(Refused, match="settle nothing yet"):
        consulting.state(council.book, CHAIR, decide)
    council.state("10:30", acts.position(case, CHAIR, "1", Stance.YES, release=PARTIES))
    (stated,) = consulting.state(council.book, CHAIR, decide)
    assert stated.statement.body["votes"] == {CHAIR: "yes", "LVA": "yes"}
    council.state("10:40", acts.position(case, "LTU", "1", Stance.NO, release=[CHAIR]))
    (again,) = consulting.state(council.book, CHAIR, decide)
    assert again.statement.body == stated.statement.body, "not a byte tells what the chair alone was told"
