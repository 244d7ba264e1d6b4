"""What changes between two days, and the days at which a slider can stop."""

from __future__ import annotations

from itertools import pairwise

import pytest

from comity.casebook.book import Casebook, casebook
from comity.flow import picture, turns
from comity.values.instant import DAY, instant
from tests.flow.small_casebook import small_casebook


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Casebook:
    return small_casebook(tmp_path_factory.mktemp("casebook"))


SPANS = {
    "an agreement enters, and its first parties with it": (
        "1949-12-31", "1950-01-01", "agreement", [("PACT-1950", "entered into force", None, True)],
    ),
    "a ragged accession, whole": ("1964-12-31", "1965-12-31", "agreement", [("PACT-1950", "acceded", "XCC", True)]),
    "a ragged accession, in part": ("1964-12-31", "1965-06-01", "agreement", [("PACT-1950", "acceded", "XCC", False)]),
    "one joins and leaves": (
        "1969-12-31", "1975-01-01", "group", [("LEAGUE", "joined", "XDD", True), ("LEAGUE", "left", "XDD", True)],
    ),
    "two spells on end are one": ("1979-12-31", "1980-01-02", "group", []),
    "a suspension": ("1984-12-31", "1985-01-01", "agreement", [("PACT-1950", "suspended", "XAA", True)]),
    "one state after another": (
        "1991-12-25", "1991-12-26", "party",
        [("XNEW", "came into being", "XNEW", True), ("XOLD", "ceased to be", "XOLD", True)],
    ),
    "a dispute": ("1999-12-31", "2000-01-01", "dispute", [("rock", "was settled", None, True)]),
    "an agreement ends": ("1999-12-30", "1999-12-31", "agreement", [("STAY-1970", "ended", None, True)]),
}  # fmt: skip


@pytest.mark.parametrize(("earlier", "later", "of", "expected"), SPANS.values(), ids=SPANS)
def test_changes_between_two_days(
    book: Casebook, earlier: str, later: str, of: str, expected: list[tuple[str, str, str | None, bool]]
) -> None:
    found = [c for c in turns.changes(book, instant(earlier), instant(later)) if c.turn.of == of]
    assert [(c.turn.id, c.turn.word, c.turn.party, c.sure) for c in found] == expected


def test_the_table_keeps_ragged_dates_ragged(book: Casebook) -> None:
    rows = turns.change_table(turns.changes(book, instant("1964-12-31"), instant("1965-12-31"))).rows
    assert ("1965", "agreement", "PACT-1950", "acceded", "XCC", "yes", "") in rows


def test_between_two_days_of_the_slider_nothing_changes() -> None:
    book, since, until = casebook(), instant("1991-01-01"), instant("1996-01-01")
    days = turns.days(book, since, until)
    assert days[0] == since
    assert days[-1] == until
    for day, following in pairwise(days):
        last = following - DAY
        if last > day:
            assert picture.arcs(book, day, at_most=12) == picture.arcs(book, last, at_most=12)
            assert picture.groups(book, day) == picture.groups(book, last)


def test_a_slider_of_agreements_alone_has_fewer_days() -> None:
    book, since, until = casebook(), instant("1949-01-01"), instant("2026-01-01")
    few, all_of_them = turns.days(book, since, until, [turns.AGREEMENT]), turns.days(book, since, until)
    assert set(few) < set(all_of_them)
    assert instant("1949-08-24") in few
