"""A view that is still asked while more arrives holds still, and leaves later views of its audience as they are."""

from __future__ import annotations

from comity.ledger.book import Draft
from comity.ledger.view import View
from tests.ledger.nations import book, report
from tests.ledger.test_corrections import BOTH, NARROW, portion

PUBLIC: list[object] = []


def listed(view: View[None]) -> list[str]:
    return [one.id for one in view.records()]


def test_a_view_from_before_a_correction_hides_it_from_no_later_one() -> None:
    made = book(None)
    first = made.record(portion("wide"), Draft("GBR", BOTH)).id
    before = made.view("FIN")
    assert before.labels
    made.record(portion("narrow", supersedes=first), Draft("GBR", NARROW))
    assert before.may_read(first), "a view holds still"
    after = made.view("FIN")
    assert not after.may_read(first), "what was taken back stays taken back, whoever looked at what and when"
    assert first not in listed(after)


def test_a_view_from_before_a_correction_of_ones_own_hides_it_from_no_later_one() -> None:
    made = book(None)
    first = made.record(report("GBR", "r1", label=PUBLIC)).id
    before = made.view("FIN")
    assert before.labels
    second = made.record(report("GBR", "r1", label=PUBLIC, supersedes=first)).id
    assert first in listed(before)
    assert second in listed(made.view("FIN"))
    assert first not in listed(made.view("FIN"))


def test_a_view_counts_what_it_lists_whatever_arrives_meanwhile() -> None:
    made = book(None)
    made.record(report("GBR", "r1", label=PUBLIC))
    view = made.view("FIN")
    assert view.labels
    made.record(report("GBR", "r2", label=PUBLIC))
    assert view.count() == len(listed(view))
    assert made.view("FIN").count() == view.count() + 1
