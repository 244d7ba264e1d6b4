"""Agreements added to a casebook stand beside what was read, and nothing is read again for them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from comity.casebook.book import Casebook
from comity.values.instant import instant
from comity.values.period import Period, period
from tests.flow.small_casebook import small_casebook


@pytest.fixture
def book(tmp_path: Path) -> Casebook:
    return small_casebook(tmp_path)


def test_an_added_agreement_stands_beside_the_others_and_changes_no_other_book(book: Casebook) -> None:
    one = replace(book.agreements["PACT-1950"], id="NEW-2000")
    more = book.with_agreements([one])
    assert set(more.agreements) == {*book.agreements, "NEW-2000"}
    assert "NEW-2000" not in book.agreements
    assert list(more.agreements) == sorted(more.agreements)


def test_a_changed_agreement_takes_the_place_of_the_earlier_one_and_binds_anew(book: Casebook) -> None:
    stay = book.agreements["STAY-1970"]
    assert book.spells(stay)["XAA"][0].end.earliest == instant("1999-12-31")
    longer = replace(stay, in_force=Period(stay.in_force.start, period(end="2010-01-01").end))
    more = book.with_agreements([longer])
    assert more.spells(more.agreements["STAY-1970"])["XAA"][0].end.earliest == instant("2010-01-01")
    assert book.spells(stay)["XAA"][0].end.earliest == instant("1999-12-31")


def test_files_are_read_once(book: Casebook, tmp_path: Path) -> None:
    one = replace(book.agreements["PACT-1950"], id="NEW-2000")
    more = book.with_agreements([one])
    for file in sorted(tmp_path.rglob("*.*")):
        file.unlink()
    again = more.with_agreements([replace(one, id="NEW-2001")])
    assert set(again.agreements) == {*book.agreements, "NEW-2000", "NEW-2001"}
    assert again.agreements["PACT-1950"] is book.agreements["PACT-1950"]
    assert again.groups is book.groups
    assert again.disputes == book.disputes
    assert again.register["XAA"].name == "Ahland"
