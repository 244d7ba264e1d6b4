"""Corrections: for whom one counts, what of it stays, and that the log is read once."""

from __future__ import annotations

import pytest

from comity.errors import Impossible
from comity.ledger.book import Book, Draft
from comity.ledger.corrections import Corrections
from comity.values.instant import NEVER
from comity.values.label import Atom, Label
from tests.ledger.nations import Line, book, report

BOTH: Label = frozenset({Atom("GBR", "c", ("FIN", "USA"))})
NARROW: Label = frozenset({Atom("GBR", "c", ("USA",))})


def portion(says: str, **more: object) -> Line:
    stix = f'{{"type":"note","id":"note--1","content":"{says}"}}'
    return {"intelligence": {"thing": "note--1", "version": "", "type": "note", "stix": stix, "marking": {}, **more}}


def tightened() -> tuple[Book[None], str, str]:
    """GBR let FIN and USA read a portion, and corrected it for USA alone."""
    made = book(None)
    first = made.record(portion("wide"), Draft("GBR", BOTH))
    second = made.record(portion("narrow", supersedes=first.id), Draft("GBR", NARROW))
    return made, first.id, second.id


def test_a_stricter_correction_takes_intelligence_back_from_those_it_shuts_out() -> None:
    made, first, second = tightened()
    assert [one.id for one in made.view("FIN").records(["intelligence"])] == []
    assert [one.id for one in made.view("USA").records(["intelligence"])] == [second]
    assert made.view("FIN").count() == len(made.view("FIN").records())
    with pytest.raises(Impossible):
        made.view("FIN").get(first)


def test_what_was_known_before_the_correction_stays_known_as_of_then() -> None:
    made = book(None)
    first = made.record(portion("wide"), Draft("GBR", BOTH))
    second = made.record(portion("narrow", supersedes=first.id), Draft("GBR", NARROW))
    before = second.arrived - 1
    assert made.view("FIN", known=before).may_read(first.id)
    view = made.view("FIN", known=before, handed_over=made.clock())
    assert not view.may_read(first.id)
    assert view.count() == len(view.records())


def test_the_history_of_what_was_taken_back_is_its_issuers_and_of_those_who_read_on() -> None:
    made, first, second = tightened()
    assert [one.id for one in made.view("GBR").history(first)] == [first, second]
    assert [one.id for one in made.view("USA").history(first)] == [first, second]
    with pytest.raises(Impossible):
        made.view("FIN").history(first)
    withdrawal = {"intelligence-withdrawn": {"thing": "note--1", "version": "", "supersedes": second}}
    made.record(withdrawal, Draft("GBR", NARROW))
    with pytest.raises(Impossible):
        made.view("USA").history(first)
    assert len(made.view("GBR").history(first)) == 3


def test_others_take_nothing_back() -> None:
    made = book(None)
    first = made.record(portion("wide"), Draft("GBR", BOTH))
    made.record(portion("narrow", supersedes=first.id), Draft("USA", NARROW))
    assert made.view("FIN").may_read(first.id)


def test_what_is_told_to_parties_is_corrected_for_whoever_reads_the_correction_alone() -> None:
    made = book(None)
    first = made.record(report("GBR", "r1"), Draft("GBR", BOTH))
    made.record(report("GBR", "r1", supersedes=first.id), Draft("GBR", NARROW))
    assert made.view("FIN").may_read(first.id)
    assert not made.view("USA").may_read(first.id)
    assert [one.id for one in made.view("FIN").history(first.id)] == [first.id]


def test_corrections_are_read_on_as_the_log_grows() -> None:
    made, read = book(None), Corrections()
    ids = [made.record(portion(str(number)), Draft("GBR", BOTH)).id for number in range(3)]
    for number, name in enumerate(ids):
        made.record(portion("narrow", supersedes=name), Draft("GBR", NARROW))
        read.read(made.store)
        read.read(made.store)
        assert [one.row.address.hex() for one in read] == ids[: number + 1]
        assert len(read) == number + 1
    assert all(one.counts({}, NEVER, NEVER) and not one.row.data for one in read)
    again = Corrections()
    again.read(made.store)
    assert [*again] == [*read]
