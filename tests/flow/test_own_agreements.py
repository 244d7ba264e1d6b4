"""A user's own agreements in a book: added once, changed by whoever stated them, seen by whoever may read them."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from comity.casebook.agreement import Agreement
from comity.casebook.book import Casebook, casebook
from comity.casebook.consents import consents
from comity.errors import Malformed, Refused
from comity.flow import own_agreements as own
from comity.flow.agreement_comparison import article, compare
from comity.instruments.guarantees.commitments import commitments
from comity.instruments.guarantees.event import event
from comity.ledger import places
from comity.ledger.authority import SIGNATURE
from comity.ledger.book import Book, Draft
from comity.values.fact import Ask
from comity.values.instant import NEVER, instant
from comity.values.reading import BOOK
from tests.ledger.nations import Clock, Dice

SOUND = (Path(__file__).resolve().parents[2] / "docs" / "examples" / "mutual-support.yaml").read_text(encoding="utf-8")
CHANGED = SOUND.replace("order: 30", "order: 40")
NAME = "SUPPORT-2020"
ATTACK = {
    "kind": "armed-attack",
    "victim": "IRL",
    "attacker": "non-state",
    "on": "2024-05-01",
    "target": "vessel",
    "place": [54, -12],
    "attributes": {"requested": True},
}


def book(*parties: str) -> Book[Casebook]:
    """A user's book with keys for some parties."""
    made = places.in_memory(background=own.Background(casebook), clock=Clock(), chance=Dice())
    for party in parties:
        made.introduce(party)
    return made


def checked(text: str) -> own.Checked:
    return own.from_yaml(text, "draft.yaml", casebook())


def add(to: Book[Casebook], text: str, by: str | None = None, *signers: str) -> own.Statement:
    made = own.statement(checked(text), by or BOOK, to.policy(), signers)
    to.record_all(made.lines, Draft() if made.done == "signed" else Draft(by, made.label, signers, adopt=by is None))
    return made


def bound(to: Book[Casebook], *audience: str, text: Mapping[str, object] = ATTACK) -> list[tuple[str, str, str]]:
    """What binds whom by the attack, as an audience of the book is told, of agreements beyond the casebook."""
    view = to.view(*audience)
    rows = commitments(view, event(text, view.casebook.parties)).rows
    return [(row.agreement.id, row.bound, row.duty) for row in rows if row.agreement.id not in casebook().agreements]


def test_an_added_agreement_answers_beside_the_casebook() -> None:
    mine = book()
    add(mine, SOUND)
    assert bound(mine, "IRL") == [(NAME, "ISL", "assist")]
    assert set(mine.view("IRL").casebook.agreements) == {*casebook().agreements, NAME}


AUDIENCES = {
    "a party": (("ISL",), True),
    "both parties": (("IRL", "ISL"), True),
    "a stranger": (("NOR",), False),
    "a party together with a stranger": (("IRL", "NOR"), False),
    "the public": ((), False),
}


@pytest.mark.parametrize(("audience", "sees"), AUDIENCES.values(), ids=AUDIENCES)
def test_only_its_parties_see_it(audience: tuple[str, ...], sees: bool) -> None:
    mine = book()
    add(mine, SOUND)
    view = mine.view(*audience)
    assert (NAME in view.casebook.agreements) == sees
    assert bool(bound(mine, *audience)) == sees
    assert any(f"{NAME}/from-IRL" in str(fact) for fact in view.facts) == sees


def test_to_a_stranger_the_book_looks_as_if_it_were_not_there() -> None:
    empty, mine = book(), book()
    add(mine, SOUND)
    for audience in ((), ("NOR",), ("IRL", "NOR")):
        one, two = empty.view(*audience), mine.view(*audience)
        assert one.casebook.agreements == two.casebook.agreements
        assert one.count() == two.count()
        assert [fact.id for fact in one.facts] == [fact.id for fact in two.facts]


LABELS = {
    "to everybody": ("label: public\n", (), True),
    "to nobody but its issuer": ("label: originator\n", ("IRL",), False),
    "to its parties, when it says so": ("label: parties\n", ("IRL",), True),
}


@pytest.mark.parametrize(("label", "audience", "sees"), LABELS.values(), ids=LABELS)
def test_its_label_opens_it(label: str, audience: tuple[str, ...], sees: bool) -> None:
    mine = book()
    add(mine, SOUND.replace("kind:", f"{label}kind:", 1))
    assert (NAME in mine.view(*audience).casebook.agreements) == sees


def test_whoever_belongs_to_a_group_among_its_parties_sees_it() -> None:
    mine = book()
    add(mine, SOUND.replace("{party: ISL, from: 2020-06-01}", "{group: NORDEFCO}", 1))
    assert NAME in mine.view("SWE").casebook.agreements
    assert NAME not in mine.view("DEU").casebook.agreements


def test_what_has_not_changed_is_not_stated_again() -> None:
    mine = book()
    first, second = add(mine, SOUND), add(mine, f"# with a remark\n{SOUND}")
    assert (first.done, second.done) == ("added", "unchanged")
    assert mine.view("IRL").count([own.KIND]) == 1


def test_a_changed_one_supersedes_and_the_earlier_is_kept() -> None:
    mine = book()
    add(mine, SOUND)
    before = mine.clock()
    changed = add(mine, CHANGED)
    assert changed.supersedes is not None
    orders = [
        view.casebook.agreements[NAME].clauses[1].strength.order
        for view in (mine.view("IRL"), mine.view("IRL", known=before))
    ]
    assert orders == [40, 30]
    assert mine.view("IRL").count([own.KIND]) == 1
    assert len(mine.view("IRL").history(changed.supersedes)) == 2


def test_a_third_version_supersedes_the_second() -> None:
    mine = book()
    for order in (30, 40, 50):
        add(mine, SOUND.replace("order: 30", f"order: {order}"))
    assert mine.view("IRL").casebook.agreements[NAME].clauses[1].strength.order == 50


def test_another_issuer_is_refused_and_changes_nothing() -> None:
    mine = book("IRL", "ISL")
    add(mine, SOUND, "IRL", "ISL")
    with pytest.raises(Refused, match="was stated in this book by IRL") as told:
        add(mine, CHANGED, "ISL", "IRL")
    assert told.value.next_step
    with pytest.raises(Refused, match="by IRL"):
        add(mine, CHANGED)
    assert mine.view("IRL").casebook.agreements[NAME].clauses[1].strength.order == 30


def test_what_another_issuer_states_past_the_refusal_does_not_count() -> None:
    mine = book("IRL", "ISL")
    add(mine, SOUND, "IRL", "ISL")
    forged = own.statement(checked(CHANGED), "ISL", [])
    mine.record(forged.lines[0], Draft("ISL", forged.label, ("IRL",)))
    assert mine.view("IRL").casebook.agreements[NAME].clauses[1].strength.order == 30


def test_what_one_party_states_alone_binds_nobody_and_is_seen_as_a_claim() -> None:
    alone, both = book("IRL", "ISL"), book("IRL", "ISL")
    add(alone, SOUND, "IRL")
    add(both, SOUND, "IRL", "ISL")
    assert NAME not in alone.view("IRL", "ISL").casebook.agreements
    assert NAME in alone.view("IRL", "ISL").claimed.agreements
    assert NAME in both.view("IRL", "ISL").casebook.agreements


def test_what_one_party_states_alone_gives_no_consent_until_all_have_signed() -> None:
    ask = Ask("ISL", "read", f"{NAME}/from-IRL", instant("2024-05-01"), NEVER)
    alone, both = book("IRL", "ISL"), book("IRL", "ISL")
    add(alone, SOUND, "IRL")
    add(both, SOUND, "IRL", "ISL")
    assert [own.unsigned(NAME, one.policy()) for one in (alone, both)] == [["ISL"], []]
    assert [one.decide(ask).verdict.name for one in (alone, both)] == ["DENIED", "GRANTED"]


def test_the_others_may_sign_later_and_it_counts_when_all_have() -> None:
    ask = Ask("ISL", "read", f"{NAME}/from-IRL", instant("2024-05-01"), NEVER)
    mine = book("IRL", "ISL")
    add(mine, SOUND, "IRL")
    before = mine.clock()
    assert (bound(mine, "IRL"), mine.decide(ask).verdict.name) == ([], "DENIED")
    assert add(mine, SOUND, "ISL").done == "signed"
    assert (bound(mine, "IRL"), mine.decide(ask).verdict.name) == ([(NAME, "ISL", "assist")], "GRANTED")
    assert NAME not in mine.view("IRL", known=before).casebook.agreements
    assert NAME not in mine.view("NOR").claimed.agreements
    assert mine.view("NOR").count([SIGNATURE]) == 0
    assert (add(mine, SOUND, "ISL").done, add(mine, SOUND, "IRL", "ISL").done) == ("unchanged", "unchanged")


def test_whoever_adds_it_again_with_the_others_signs_for_them() -> None:
    mine = book("IRL", "ISL")
    add(mine, SOUND, "IRL")
    again = add(mine, SOUND, "IRL", "ISL")
    assert (again.done, own.signers(again.lines)) == ("signed", ["ISL"])
    assert own.unsigned(NAME, mine.policy()) == []


def test_a_changed_one_needs_every_signature_anew_and_the_earlier_stands_until_then() -> None:
    mine = book("IRL", "ISL")
    add(mine, SOUND, "IRL", "ISL")
    add(mine, CHANGED, "IRL")

    def order() -> object:
        return mine.view("ISL").casebook.agreements[NAME].clauses[1].strength.order

    assert (order(), own.unsigned(NAME, mine.policy())) == (30, ["ISL"])
    add(mine, CHANGED, "ISL")
    assert order() == 40


def test_only_a_party_signs_and_only_in_its_own_name() -> None:
    mine = book("IRL", "ISL", "NOR")
    add(mine, SOUND, "IRL")
    with pytest.raises(Refused, match="NOR is no party of it"):
        add(mine, SOUND, "NOR")
    fact = own.current(one.record for one in mine.policy())[NAME].id
    mine.record({SIGNATURE: {"by": "ISL", "fact": fact}}, Draft("NOR"))
    assert own.unsigned(NAME, mine.policy()) == ["ISL"]
    with pytest.raises(Malformed, match="no agreement of the book"):
        own.signature(NAME, ["NOR"], mine.view("NOR").stated())


def test_a_party_of_ones_own_is_a_party_to_whoever_may_read_of_it() -> None:
    mine = book()
    add(mine, SOUND.replace("{party: ISL,", "{party: ZZX,"))
    attack = {**ATTACK, "victim": "ZZX"}
    assert bound(mine, "IRL", text=attack) == bound(mine, "ZZX", text=attack) == [(NAME, "IRL", "assist")]
    for audience in ((), ("NOR",)):
        assert "ZZX" not in mine.view(*audience).casebook.parties
        with pytest.raises(Malformed, match="ZZX"):
            bound(mine, *audience, text=attack)
    assert "ZZX" not in casebook().parties


UNREADABLE: dict[str, tuple[list[str | int], object]] = {
    "a fact of no kind": (["clauses", 2, "facts"], [{}]),
    "a fact of two kinds": (["clauses", 2, "facts"], [{"grant": {}, "refuse": {}}]),
    "what survives in a word": (["survives"], ["x"]),
    "leaving in a word": (["exit"], "x"),
    "a notice beyond all years": (["exit", "notice_months"], 10**9),
    "a party that is none": (["parties", 0, "party"], True),
    "a number that is none": (["places", "northern-waters", "any", 0, "box", 3], "1e999"),
}


@pytest.mark.parametrize(("path", "value"), UNREADABLE.values(), ids=UNREADABLE)
def test_no_document_keeps_the_rest_of_a_book_from_being_read(path: list[str | int], value: object) -> None:
    mine = book()
    document = own.statement(checked(SOUND), BOOK, []).lines[0][own.KIND]
    assert isinstance(document, dict)
    changed = deepcopy(document)
    inner: Any = changed["document"]
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    add(mine, SOUND.replace(NAME, "OTHER-2020"))
    mine.record({own.KIND: changed}, Draft(adopt=True))
    view = mine.view("IRL")
    assert set(view.casebook.agreements) - set(casebook().agreements) == {"OTHER-2020"}
    assert set(own.unreadable([one.record for one in view.stated()], casebook())) == {NAME}
    assert bound(mine, "IRL") == [("OTHER-2020", "ISL", "assist")]


def test_a_document_under_the_id_of_the_casebook_does_not_count() -> None:
    mine = book("ISL")
    document = {**checked(SOUND).document, "id": "NAT-1949"}
    line = {own.KIND: {"id": "NAT-1949", "parties": ["IRL"], "document": document}}
    mine.record(line, Draft("ISL", own.statement(checked(SOUND), "ISL", []).label))
    assert mine.view("IRL").casebook.agreements == casebook().agreements


def test_a_document_that_cannot_be_read_does_not_count() -> None:
    mine = book("ISL")
    line = {own.KIND: {"id": NAME, "parties": ["IRL"], "document": {"id": NAME, "name": "of a newer Comity"}}}
    mine.record(line, Draft("ISL", own.statement(checked(SOUND), "ISL", []).label))
    assert mine.view("IRL").casebook.agreements == casebook().agreements


def test_a_draft_with_a_fault_is_no_statement() -> None:
    with pytest.raises(Malformed, match="nothing was added"):
        own.statement(checked(SOUND.replace("duty: assist", "duty: help")), BOOK, [])


def test_what_it_consents_to_is_asked_like_any_other_consent() -> None:
    mine = book()
    add(mine, SOUND)
    extra = set(mine.view("IRL").facts) - set(consents())
    assert {type(fact.body).__name__ for fact in extra} >= {"Title", "Grant"}
    ask = Ask("ISL", "read", f"{NAME}/from-IRL", instant("2024-05-01"), NEVER)
    assert mine.decide(ask).verdict.name == "GRANTED"
    assert mine.decide(replace(ask, party="NOR")).verdict.name == "SILENT"


CONTRARY = {
    "stronger": "weaker",
    "weaker": "stronger",
    "only in the first": "only in the second",
    "only in the second": "only in the first",
}


def rows(first: Agreement, second: Agreement) -> list[tuple[str, str, str]]:
    return sorted((article(row.first), article(row.second), row.word) for row in compare(first, second).rows)


@pytest.mark.parametrize("name", sorted(casebook().agreements))
def test_a_comparison_turned_round_says_the_contrary(name: str) -> None:
    one = casebook().agreements[name]
    assert {row[2] for row in rows(one, one)} == {"same"}
    for two in casebook().agreements.values():
        turned = [(here, there, CONTRARY.get(word, word)) for there, here, word in rows(two, one)]
        assert rows(one, two) == sorted(turned)


CHANGES: dict[str, tuple[str, str, str, str, str, str]] = {
    "a consent that may be passed on": ("depth: 0", "depth: 3", "9", "different", "consents", "wider"),
    "a consent to less": ("actions: [read, hold]", "actions: [read]", "9", "different", "consents", "narrower"),
    "a consent on a condition": (
        "depth: 0,", "depth: 0, when: asked == true,", "9", "different", "consents", "narrower"
    ),
    "a consent that ends": ("depth: 0, survives: true", "depth: 0", "9", "different", "consents", "narrower"),
    "another owner": ('owner: "{giver}"', "owner: IRL", "9", "different", "consents", "different"),
    "another reader of the strength": (
        'necessary", read_by: "each Party for itself"', 'necessary", read_by: "the Council"', "5", "different",
        "strength", "different",
    ),
    "to defend": ("duty: assist", "duty: defend", "5", "stronger", "duty", "stronger"),
    "to act": ("duty: assist", "duty: act", "5", "different", "duty", "different"),
    "an article that ends": ("duty: assist", "until: 2030-01-01\n    duty: assist", "5", "weaker", "period", "weaker"),
    "rival claims": (
        "when: requested == true", "when: requested == true\n      by_administration: true", "5", "different",
        "rival claims", "different",
    ),
    "nothing survives": ("survives: [{article", "notes: [{article", "", "", "what survives", "weaker"),
    "it ends": ("until: null", "until: 2030-01-01", "", "", "in force", "weaker"),
    "it is in force no more": ("{from: 2020-06-01, until: null}", "{from: null}", "", "", "in force", "weaker"),
    "a suspension": (
        "exit:", "suspensions: [{bound: IRL, articles: all, says: paused}]\nexit:", "", "", "suspensions", "weaker"
    ),
    "exclusivity": (
        "exit:", 'exclusivity: [{article: "3", says: "none beside it"}]\nexit:', "", "", "exclusivity", "stronger"
    ),
    "a term": ("exit:", "duration: {years: 5}\nexit:", "", "", "duration", "different"),
}  # fmt: skip


@pytest.mark.parametrize("case", CHANGES.values(), ids=CHANGES)
def test_no_change_of_what_binds_or_consents_is_told_as_the_same(case: tuple[str, str, str, str, str, str]) -> None:
    old, new, art, clause, aspect, word = case
    changed, sound = own.from_yaml(SOUND.replace(old, new, 1), "x.yaml", casebook()), checked(SOUND)
    assert changed.agreement is not None, changed.faults
    assert sound.agreement is not None
    found = compare(changed.agreement, sound.agreement)
    assert {row.word for row in found.rows if row.first is None or row.first.article != art} <= {"same"}
    if art:
        (row,) = [row for row in found.rows if row.first is not None and row.first.article == art]
        assert row.word == clause
        assert {one.name: one.word for one in row.aspects if one.word != "same"} == {aspect: word}
    assert {one.name: one.word for one in found.whole if one.word not in {"same", "other words"}} == (
        {} if art else {aspect: word}
    )


def test_a_stronger_word_is_stronger() -> None:
    one, two = checked(SOUND).agreement, checked(CHANGED).agreement
    assert one is not None
    assert two is not None
    assert [word for _, _, word in rows(one, two)] == ["same", "weaker", "same"]
