"""What was taken back, as its history tells: who reads on, and that nobody else can bring it back."""

from __future__ import annotations

import pytest

from comity.errors import Impossible
from comity.ledger.book import Book, Draft
from comity.values.label import Atom, Label
from tests.ledger.nations import Line, book

BOTH: Label = frozenset({Atom("GBR", "c", ("FIN", "USA"))})
NARROW: Label = frozenset({Atom("GBR", "c", ("USA",))})


def portion(thing: str, **more: object) -> Line:
    stix = f'{{"type":"note","id":"{thing}","content":"x"}}'
    return {"intelligence": {"thing": thing, "version": "", "type": "note", "stix": stix, "marking": {}, **more}}


def tightened() -> tuple[Book[None], str, str]:
    """GBR let FIN and USA read a portion, and corrected it for USA alone."""
    made = book(None)
    first = made.record(portion("note--1"), Draft("GBR", BOTH)).id
    return made, first, made.record(portion("note--1", supersedes=first), Draft("GBR", NARROW)).id


def test_another_correction_brings_back_nothing_of_what_was_taken_back() -> None:
    made, first, _ = tightened()
    other = made.record(portion("note--2"), Draft("GBR", BOTH)).id
    again = made.record(portion("note--2", supersedes=other), Draft("GBR", BOTH)).id
    assert [one.id for one in made.view("FIN").history(other)] == [other, again]
    with pytest.raises(Impossible):
        made.view("FIN").history(first)


@pytest.mark.parametrize("party", ["FIN", "USA"])
def test_nobody_but_its_issuer_brings_back_what_was_taken_back(party: str) -> None:
    made, first, second = tightened()
    made.record(portion("note--1", supersedes=first), Draft(party, frozenset({Atom(party, "c", ("FIN", "USA"))})))
    with pytest.raises(Impossible):
        made.view("FIN").history(first)
    assert [one.id for one in made.view("USA").history(first)][:2] == [first, second]


def test_whoever_reads_one_of_two_corrections_reads_on() -> None:
    made, first, second = tightened()
    third = made.record(portion("note--1", supersedes=first), Draft("GBR", BOTH)).id
    assert [one.id for one in made.view("FIN").history(first)] == [first, third]
    assert [one.id for one in made.view("USA").history(first)] == [first, second, third]


def test_a_correction_that_was_taken_back_itself_is_left_out_of_the_history() -> None:
    made = book(None)
    first = made.record(portion("note--1"), Draft("GBR", BOTH)).id
    second = made.record(portion("note--1", supersedes=first), Draft("GBR", BOTH)).id
    third = made.record(portion("note--1", supersedes=second), Draft("GBR", NARROW)).id
    with pytest.raises(Impossible):
        made.view("FIN").history(first)
    fourth = made.record(portion("note--1", supersedes=first), Draft("GBR", BOTH)).id
    assert [one.id for one in made.view("FIN").history(first)] == [first, fourth]
    assert [one.id for one in made.view("USA").history(first)] == [first, second, third, fourth]
