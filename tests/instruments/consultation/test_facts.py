"""Facts are read strictly: what is wrong is told with its field, and sets nothing else aside."""

from __future__ import annotations

import pytest

from comity.errors import Malformed
from comity.instruments.consultation import acts, facts
from comity.instruments.consultation.bodies import KINDS, read
from comity.instruments.consultation.facts import Stamp
from comity.instruments.consultation.silence import State
from comity.ledger.book import Draft
from comity.ledger.readers import DEFAULTS
from tests.instruments.consultation.council import TEXT, Council

STAMP = Stamp("a" * 64, "EST", 0, 0)
CASE = "c" * 64
PUT = {"case": CASE, "item": "1", "text": TEXT, "deadline": "2026-03-01T14:00Z", "parties": ["EST", "LVA"]}
BAD: dict[str, tuple[str, dict[str, object], str]] = {
    "stated for another": ("position", {"by": "LVA", "case": CASE, "item": "1", "stance": "yes"}, "position.by"),
    "a field nobody reads": ("position", {"case": CASE, "item": "1", "stance": "yes", "mood": "x"}, "position.mood"),
    "a stance that is none": ("position", {"case": CASE, "item": "1", "stance": "maybe"}, "position.stance"),
    "a case that is no address": ("position", {"case": "cable", "item": "1", "stance": "yes"}, "position.case"),
    "a text that is no hash": ("silence", {**PUT, "text": "the text"}, "silence.text"),
    "a deadline without a zone": ("silence", {**PUT, "deadline": "2026-03-01T14:00"}, "silence.deadline"),
    "a deadline that is a day": ("silence", {**PUT, "deadline": "2026-03-01"}, "silence.deadline"),
    "a window below twice the skew": ("silence", {**PUT, "window_minutes": 9}, "silence.window_minutes"),
    "a line that is none": ("silence", {**PUT, "line": "red"}, "silence.line"),
    "nobody whose silence counts": ("silence", {**PUT, "whose": []}, "silence.whose"),
    "a break of nothing": ("silence-break", {"case": CASE}, "silence-break.of"),
    "a break that is no address": (
        "silence-receipt", {"case": CASE, "of": "a" * 64, "text": TEXT, "broke": ["x"]}, "silence-receipt.broke[1]",
    ),
    "an arrival that is none": (
        "silence-outcome",
        {"case": CASE, "item": "1", "after": "a" * 64, "of": "a" * 64, "result": "adopted",
         "settled": "2026-03-01T14:15Z", "rests_on": [{"fact": "x", "arrived": "2026-03-01T14:15Z"}]},
        "silence-outcome.rests_on[1].fact",
    ),
    "an agenda without a title": (
        "consultation", {"title": "t", "article": "4", "body": "b", "parties": ["EST"], "agenda": [{"item": "1"}]},
        "consultation.agenda[1].title",
    ),
    "working days without a number": (
        "national-step", {"route": "a", "step": "b", "counts": "working"}, "national-step.least_days",
    ),
    "days that nobody counts": (
        "national-step", {"route": "a", "step": "b", "least_days": 3, "counts": "lunar"}, "national-step.counts",
    ),
    "a task without a day": (
        "consultation-task", {"case": CASE, "task": "a", "says": "b", "owner": "EST"}, "consultation-task.due",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("kind", "body", "field"), BAD.values(), ids=BAD)
def test_a_fault_is_told_with_its_field(kind: str, body: dict[str, object], field: str) -> None:
    with pytest.raises(Malformed) as error:
        read(kind, body, STAMP)
    assert error.value.field == field
    assert error.value.next_step


def test_a_break_needs_no_more_than_what_it_is_of() -> None:
    found = read("silence-break", {"of": "a" * 64, "why": "a field of a newer Comity"}, STAMP)
    assert isinstance(found, facts.Break)


def test_every_kind_says_who_reads_it() -> None:
    assert set(KINDS) <= set(DEFAULTS)


def test_what_cannot_be_read_is_told_and_the_rest_stands() -> None:
    council = Council()
    case = council.opened()
    council.put()
    line = {"silence-extension": {"by": "EST", "case": case.stamp.id, "parties": ["LVA"]}}
    council.book.record(line, Draft(issuer="EST"))
    found = council.facts("LVA")
    assert [one.says for one in found.unread] == ["silence-extension.item: is missing; add `item:`"]
    assert council.seen("LVA", "11:00").judged.state is State.OPEN


def test_who_signs_for_another_states_nothing() -> None:
    council = Council()
    council.opened()
    council.put()
    found = council.seen("LVA", "11:00")
    statement = acts.broken(council.case, found, "LVA", 0)
    council.book.record({"silence-break": {**statement.body, "by": "LVA"}}, Draft(issuer="LTU"))
    assert council.seen("EST", "11:10").judged.state is State.OPEN
    assert len(council.facts("EST").unread) == 1
