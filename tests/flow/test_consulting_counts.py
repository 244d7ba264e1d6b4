"""How much of a kind a party may state in a case, and that only its own counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import pytest
from msgspec import structs

from comity.errors import Refused
from comity.flow import consulting
from comity.flow.consulting import Desk
from comity.flow.consulting_act import CaseAct
from comity.flow.consulting_case import Document, GiveTask, Meeting, Open, Point, Position
from comity.flow.consulting_counts import POINTS
from comity.instruments.consultation.acts import Statement
from comity.instruments.consultation.case import named
from comity.instruments.consultation.facts import Case, Stance
from comity.ledger.book import Draft
from tests.instruments.consultation.council import CHAIR, PARTIES, Council

SOON = "2099-01-01T12:00Z"
Line = dict[str, dict[str, object]]


def task(case: str, number: int) -> Line:
    return {"consultation-task": {"case": case, "task": f"t{number}", "says": "x", "owner": "LVA", "due": SOON,
                                  "parties": [*PARTIES]}}  # fmt: skip


def meeting(case: str, number: int) -> Line:
    return {"consultation-meeting": {"case": case, "meeting": f"m{number}", "title": "x", "at": SOON,
                                     "cancelled": False, "parties": [*PARTIES]}}  # fmt: skip


def document(case: str, number: int) -> Line:
    return {"consultation-document": {"case": case, "document": "plan", "title": "x", "text": "0" * 64,
                                      "version": number + 1, "parties": [*PARTIES]}}  # fmt: skip


def point(case: str, number: int) -> Line:
    return {"consultation-item": {"case": case, "item": f"p{number}", "title": "x", "parties": [*PARTIES]}}


def position(case: str, number: int) -> Line:
    return {"position": {"case": case, "item": f"p{number}", "stance": "yes", "parties": [*PARTIES]}}


class Kind(NamedTuple):
    """How one of a kind is written, how many there may be, one more, and what is then told."""

    line: Callable[[str, int], Line]
    most: int
    more: CaseAct
    told: str


KINDS = {
    "tasks": Kind(task, 500, GiveTask("one more", "x", SOON, "LVA"), "at most 500 tasks in a case"),
    "meetings": Kind(meeting, 500, Meeting("one more", SOON), "at most 500 meetings in a case"),
    "documents": Kind(document, 500, Document("plan", "x", text="x"), "at most 500 versions of documents in a case"),
    "points": Kind(point, POINTS, Point("one more", "x"), "at most 200 points of a case"),
    "positions": Kind(position, POINTS, Position("one more", Stance.YES), "at most 200 points of a case"),
}


def stating(act: CaseAct) -> Callable[[Desk], list[Statement]]:
    return lambda desk: act.stated(desk, desk.facts.of(Case)[0])


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_a_party_states_so_many_of_a_kind_in_a_case_and_no_more(kind: Kind) -> None:
    council = Council()
    case = council.opened().stamp.id
    council.book.record_all([kind.line(case, number) for number in range(kind.most - 1)], Draft(issuer=CHAIR))
    consulting.state(council.book, CHAIR, stating(kind.more))
    with pytest.raises(Refused, match=kind.told) as refused:
        consulting.state(council.book, CHAIR, stating(replaced(kind.more)))
    assert refused.value.field in {"case", "item"}
    assert refused.value.next_step


def replaced(act: CaseAct) -> CaseAct:
    """The same act, about another point."""
    return structs.replace(act, item="yet another") if isinstance(act, Point | Position) else act


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_so_many_are_refused_as_bare_facts_too(kind: Kind) -> None:
    council = Council()
    case = council.opened().stamp.id
    lines = [kind.line(case, number) for number in range(kind.most + 1)]
    consulting.counted(lines[:-1], CHAIR, lambda: council.facts(CHAIR))
    with pytest.raises(Refused, match=kind.told):
        consulting.counted(lines, CHAIR, lambda: council.facts(CHAIR))
    consulting.counted([{"note": {"says": "x"}}, {"position": {"case": case}}], CHAIR, lambda: council.facts(CHAIR))


@pytest.mark.parametrize("kind", [KINDS[name] for name in ("tasks", "documents", "positions")])
def test_what_one_states_keeps_nobody_else_from_speaking(kind: Kind) -> None:
    council = Council()
    case = council.opened().stamp.id
    council.book.record_all([kind.line(case, number) for number in range(kind.most)], Draft(issuer="LTU"))
    consulting.state(council.book, "LVA", stating(kind.more))


def test_to_a_point_that_was_named_one_says_more() -> None:
    council = Council()
    case = council.opened().stamp.id
    council.book.record_all([position(case, number) for number in range(POINTS)], Draft(issuer=CHAIR))
    consulting.state(council.book, CHAIR, stating(Position("p7", Stance.NO)))


def test_another_case_has_its_own_measure() -> None:
    council = Council()
    case = council.opened().stamp.id
    council.book.record_all([task(case, number) for number in range(500)], Draft(issuer=CHAIR))
    council.opened("09:30", title="Another")
    give = KINDS["tasks"].more
    consulting.state(council.book, CHAIR, lambda desk: give.stated(desk, named("Another", desk.facts)))


def test_an_agenda_has_so_many_points() -> None:
    council = Council()
    for size in (POINTS, POINTS + 1):
        agenda = tuple(Point(str(number), "x") for number in range(size))
        ask = Open("Long", "Art. 4", parties=PARTIES, agenda=agenda)
        if size == POINTS:
            consulting.state(council.book, CHAIR, ask.stated)
            continue
        with pytest.raises(Refused, match="a case has at most 200 points"):
            consulting.state(council.book, CHAIR, ask.stated)
    (case,) = council.facts(CHAIR).of(Case)
    with pytest.raises(Refused, match="at most 200 points of a case"):
        consulting.state(council.book, CHAIR, lambda desk: Point("200", "x").stated(desk, case))
