"""Who may state what, and when it is refused; what is refused says what to do."""

# ruff: noqa: E501  # a table is read by its rows

from __future__ import annotations

from collections.abc import Callable

import pytest

from comity.errors import ComityError, Malformed, Refused
from comity.instruments.consultation import acts
from comity.instruments.consultation.facts import Stance
from comity.instruments.consultation.silence import State
from comity.values.truth import Truth
from tests.instruments.consultation.council import CHAIR, OTHER, TEXT, Council, at


def under_silence() -> Council:
    council = Council()
    council.opened()
    council.put()
    return council


def broken() -> Council:
    council = under_silence()
    council.breaks("11:00", "LTU")
    return council


def dropped() -> Council:
    council = under_silence()
    council.state("11:00", acts.dropped(council.case, council.seen(CHAIR, "11:00"), "we meet"))
    return council


def late_amendment() -> None:
    under_silence().put("15:00", "14:00", OTHER)


def short_window() -> None:
    council = Council()
    council.opened()
    council.put(window_minutes=9)


REFUSED: dict[str, tuple[Callable[[], object], type[ComityError], str]] = {
    "a receipt of another text": (lambda: under_silence().receipt("11:00", "LTU", OTHER), Refused, "not the text"),
    "a receipt by an outsider": (
        lambda: acts.receipt((c := under_silence()).case, c.seen(CHAIR, "11:00"), "SWE", TEXT), Refused, "SWE",
    ),
    "a break by an outsider": (
        lambda: acts.broken((c := under_silence()).case, c.seen(CHAIR, "11:00"), "SWE", at("11:00")), Refused, "SWE",
    ),
    "consent after a break": (
        lambda: acts.consent((c := broken()).case, c.seen("LTU", "11:10"), "LTU", TEXT), Refused, "has broken silence",
    ),
    "an outcome before its time": (lambda: under_silence().close("14:14"), Refused, "outcome is open"),
    "an outcome without receipts": (lambda: under_silence().close("14:30"), Refused, "no consent, and no veto"),
    "an outcome once more": (lambda: Council().adopted().close("15:00"), Refused, "has ended"),
    "an extension after the outcome": (
        lambda: acts.extended((c := Council().adopted()).case, c.seen(CHAIR, "15:00"), at("18:00")), Refused, "ended",
    ),
    "an amendment after the outcome": (lambda: Council().adopted().put("15:00", "18:00", OTHER), Refused, "has ended"),
    "an amendment of what was dropped": (lambda: dropped().put("12:00", "18:00", OTHER), Refused, "has ended"),
    "a deadline that goes back": (
        lambda: acts.extended((c := under_silence()).case, c.seen(CHAIR, "11:00"), at("13:00")), Malformed, "never back",
    ),
    "a deadline that has passed": (late_amendment, Malformed, "passed"),
    "the same text put again": (lambda: under_silence().put("11:00", "15:00"), Refused, "lies under silence"),
    "a window shorter than twice the clocks' difference": (short_window, Malformed, "10 minutes"),
    "a position of an outsider": (
        lambda: acts.position(under_silence().case, "SWE", "1", Stance.YES), Refused, "takes no part",
    ),
    "a task for an outsider": (
        lambda: acts.task(under_silence().case, "EST", "SWE", name="a", says="b", due=at("12:00")), Refused, "no part",
    ),
    "a decision that nothing settles": (
        lambda: acts.decided(under_silence().case, "1", {"kind": "consensus"}, Truth.UNKNOWN, {}), Refused, "settle nothing",
    ),
    "an exercise that ends before it begins": (
        lambda: acts.notice("EST", ["LVA"], name="x", begins=at("12:00"), ends=at("11:00"), area="sea"), Malformed, "ends",
    ),
    "a case without a title": (lambda: acts.opened("EST", article="4", body="b", parties=["EST"]), Malformed, "missing"),
}  # fmt: skip


@pytest.mark.parametrize(("does", "kind", "says"), REFUSED.values(), ids=REFUSED)
def test_what_may_not_be_stated_says_why_and_what_to_do(
    does: Callable[[], object], kind: type[ComityError], says: str
) -> None:
    with pytest.raises(kind, match=says) as error:
        does()
    assert error.value.next_step


def test_the_same_text_is_not_adopted_twice_under_two_points() -> None:
    council = Council().adopted()
    with pytest.raises(Refused, match="adopted under 1"):
        acts.put(council.case, "2", TEXT, at("18:00"), facts=council.facts(CHAIR), now=at("15:00"))


def test_a_break_is_taken_down_however_late_and_told_so() -> None:
    council = under_silence()
    statement = acts.broken(council.case, council.seen("LTU", "14:10"), "LTU", at("14:10"))
    assert "late" in statement.says
    council.state("14:10", statement)
    assert council.seen(CHAIR, "14:16").judged.state is State.OVERDUE


def test_a_chair_that_is_no_party_keeps_the_record_and_its_silence_does_not_count() -> None:
    council = Council()
    council.opened(chair="SWE")
    council.state("10:00", acts.put(council.case, "1", TEXT, at("14:00"), facts=council.facts("SWE"), now=at("10:00")))
    found = council.seen("LVA", "11:00")
    assert found.judged.waiting_for == ("EST", "LTU", "LVA")
    assert council.case.chair == "SWE"
    for clock, party in (("11:10", "EST"), ("11:20", "LTU"), ("11:30", "LVA")):
        council.receipt(clock, party)
    assert council.seen("SWE", "14:15").judged.state is State.SILENT
