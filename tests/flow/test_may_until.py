"""A yes about a day that ends in the course of it says so; nothing else does (`comity.flow.may`, rule 9)."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from comity.flow import questions
from comity.ledger.book import Draft
from comity.values.fact import Ask
from comity.values.instant import DAY, NEVER, instant, show
from tests.serve.desks import START, Stated, book_of

NOON = f"{START}T12:00Z"
LINES = [
    Stated("t", {"title": {"thing": "rep", "kind": "information", "owner": "EST", "interest": "originator"}}),
    Stated("g", {"grant": {"id": "g", "by": "EST", "to": ["JPN"], "actions": ["read"], "scope": "rep", "depth": 1}}),
    Stated("h", {"grant": {"id": "h", "by": "JPN", "to": ["POL"], "actions": ["read"], "scope": "rep"}}, "JPN"),
]
TWICE = Stated("i", {"grant": {"id": "i", "by": "EST", "to": ["JPN"], "actions": ["read"], "scope": "rep"}})


class Case(NamedTuple):
    """What is taken back at noon, by whom; who may read on which day or instant; and until when the yes holds."""

    taken_back: str | None = "g"
    by: str = "EST"
    party: str = "JPN"
    on: str = START
    until: str | None = NOON
    more: tuple[Stated, ...] = ()
    notice_days: int = 0
    known: str | None = None


CASES = {
    "taken back at noon": Case(),
    "nothing is taken back": Case(taken_back=None, until=None),
    "a link of the chain, by its giver": Case(taken_back="h", by="JPN", party="POL"),
    "a link of the chain that may not be read": Case(taken_back="g", party="POL", until=None),
    "asked about an hour before": Case(on=f"{START}T06:00Z", until=None),
    "the day after, when it is no yes": Case(on="2026-11-27", until=None),
    "by who has no say in it": Case(by="KOR", until=None),
    "one of two consents": Case(more=(TWICE,), until=None),
    "after notice, on the day it was taken back": Case(notice_days=2, until=None),
    "after notice, on the day it ends": Case(notice_days=2, on="2026-11-28", until="2026-11-28T12:00Z"),
    "as it was known in the morning": Case(known=f"{START}T06:00Z", until=None),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_yes_tells_when_it_ends_on_its_day(case: Case) -> None:
    book = book_of([*LINES, *case.more])
    if case.taken_back is not None:
        ids = {seen.record.text("name"): seen.id for seen in book.view("EST", "JPN").records(["grant"])}
        ids |= {seen.record.text("name"): seen.id for seen in book.view("JPN").records(["grant"])}
        revoke = {"grant": ids[case.taken_back], "by": case.by, "notice_days": case.notice_days}
        book.record({"revoke": revoke}, Draft(case.by))
    book.clock.now += DAY // 4  # type: ignore[attr-defined]  # a clock that is set by hand
    known = NEVER if case.known is None else instant(case.known)
    answer = questions.may(book, Ask(case.party, "read", "rep", instant(case.on), known), case.party)
    assert (None if answer.until is None else show(answer.until)) == case.until
