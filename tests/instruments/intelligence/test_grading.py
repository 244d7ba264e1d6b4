"""Grades: two scales beside each other, each with a step that says nothing can be judged."""

from __future__ import annotations

from itertools import product

import pytest

from comity.casebook.gradings import scales
from comity.errors import Malformed
from comity.instruments.intelligence.grading import CREDIBILITY, RELIABILITY, Grade, Meets, demand, grade, meets
from tests.instruments.intelligence.reports import graded

PUBLISHED = {
    "A": "completely reliable", "B": "usually reliable", "C": "fairly reliable", "D": "not usually reliable",
    "E": "unreliable", "F": "reliability cannot be judged", "1": "confirmed by other sources", "2": "probably true",
    "3": "possibly true", "4": "doubtful", "5": "improbable", "6": "truth cannot be judged",
}  # fmt: skip
"""STANAG 2511 (2003), tables I and II, and the MISP taxonomy admiralty-scale (version 5), which have the same words."""

AGAINST_B2 = {
    "just so good": ("B2", Meets.YES),
    "better on both": ("A1", Meets.YES),
    "the source falls short, whatever it says": ("C1", Meets.SHORT),
    "the information falls short, whoever says it": ("A3", Meets.SHORT),
    "the source cannot be judged": ("F2", Meets.UNJUDGED),
    "the information cannot be judged": ("B6", Meets.UNJUDGED),
    "neither can be judged": ("F6", Meets.UNJUDGED),
    "one cannot be judged, the other falls short": ("F5", Meets.SHORT),
    "the source is not graded": ("-2", Meets.UNGRADED),
    "nothing is graded": ("--", Meets.UNGRADED),
    "one is not graded, the other falls short": ("-4", Meets.SHORT),
    "one is not graded, the other cannot be judged": ("-6", Meets.UNJUDGED),
}


@pytest.mark.parametrize(("given", "comes_to"), AGAINST_B2.values(), ids=AGAINST_B2)
def test_a_grade_meets_a_demand_on_each_scale_for_itself(given: str, comes_to: Meets) -> None:
    assert meets(graded(given), demand("B2", "test")) is comes_to


def test_the_words_are_those_that_were_published() -> None:
    known = scales()
    assert {letter: step.word for letter, step in {**known.reliability, **known.credibility}.items()} == PUBLISHED


def test_what_cannot_be_judged_meets_nothing_and_falls_short_of_nothing_by_itself() -> None:
    for letter, numeral in product(RELIABILITY, CREDIBILITY):
        least = demand(letter + numeral, "test")
        assert meets(Grade("F", "1"), least) is Meets.UNJUDGED
        assert meets(Grade("A", "6"), least) is Meets.UNJUDGED


def test_one_scale_never_makes_up_for_the_other() -> None:
    for letter, numeral in product(RELIABILITY, CREDIBILITY):
        both = meets(Grade(letter, numeral), demand("C3", "test")) is Meets.YES
        assert both is (letter in "ABC" and numeral in "123")


@pytest.mark.parametrize("text", ["F2", "B6", "F6"])
def test_what_cannot_be_judged_is_no_least(text: str) -> None:
    with pytest.raises(Malformed, match="cannot be judged"):
        demand(text, "at_least")


@pytest.mark.parametrize("text", ["", "B", "22", "BB", "B22", "G1", "B0", "2B"])
def test_what_is_no_grade_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        demand(text, "at_least")


@pytest.mark.parametrize(("letter", "numeral"), [("G", "1"), ("B", "7"), ("BB", "1"), ("", "1"), (True, "1")])
def test_what_is_no_step_is_refused(letter: object, numeral: object) -> None:
    with pytest.raises(Malformed) as refused:
        grade(letter, numeral, "report")
    assert (letter == "G") is ("a report of its own" in str(refused.value.next_step))


def test_a_numeral_may_be_written_as_a_number_and_a_letter_small() -> None:
    assert str(grade("b", 2, "report")) == "B2"
    assert Grade("B", "2").words == "source usually reliable; information probably true"
    assert Grade(None, "6").words == "source not graded; information truth cannot be judged"
