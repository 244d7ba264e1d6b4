"""How a report is graded: the reliability of its source and the credibility of what it says, each for itself.

Rules:
1. The two scales are independent. Nothing is made of both: no number, no average, no order of grades as pairs.
2. F and 6 say that there is no basis for a judgement. They are no step below E and 5: they are never ordered, never
   asked for as the least, and what is graded so is counted neither for nor against.
3. What is not graded on a scale is unknown there. It may turn out to be any step, so that it leaves an answer open.
4. A grade meets a demand when it meets it on each scale; it falls short when it does on one, whatever the other says.
5. Grades are those of whoever stated the report. A grade is a claim, told with whose it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from comity.casebook.gradings import scales
from comity.errors import Malformed

RELIABILITY, CREDIBILITY = "ABCDE", "12345"
UNJUDGED = frozenset("F6")
_LETTERS = RELIABILITY + "F"
_NUMERALS = CREDIBILITY + "6"


class Meets(StrEnum):
    """What a grade comes to against a demand."""

    YES = "meets it"
    SHORT = "falls short"
    UNJUDGED = "cannot be judged"
    UNGRADED = "is not graded"


@dataclass(frozen=True, slots=True)
class Grade:
    """A letter and a numeral; None is not graded."""

    reliability: str | None = None
    credibility: str | None = None

    def __str__(self) -> str:
        """Write it as staffs do, B2; a dash is what is not graded."""
        return f"{self.reliability or '-'}{self.credibility or '-'}"

    @property
    def words(self) -> str:
        """Both words, as the agreement has them."""
        known = scales()
        source = "not graded" if self.reliability is None else known.reliability[self.reliability].word
        says = "not graded" if self.credibility is None else known.credibility[self.credibility].word
        return f"source {source}; information {says}"


def grade(reliability: object, credibility: object, field: str) -> Grade:
    """The grade of a letter and a numeral, each of which may be left out.

    Raises:
        Malformed: one of them is no step of its scale.
    """
    return Grade(
        _step(reliability, _LETTERS, f"{field}.reliability"), _step(credibility, _NUMERALS, f"{field}.credibility")
    )


def _step(given: object, steps: str, field: str) -> str | None:
    if given is None:
        return None
    text = str(given).upper() if not isinstance(given, bool) else ""
    if len(text) != 1 or text not in steps:
        told = scales().not_taken.get(text, f"the steps are {', '.join(steps)}")
        raise Malformed(f"{given!r} is no step of this scale", field=field, next_step=told)
    return text


def demand(text: str, field: str) -> Grade:
    """The least that is asked for, as B2: rule 2.

    Raises:
        Malformed: it is no letter and numeral, or one that cannot be judged.
    """
    given = text.strip().upper()
    if len(given) == 2 and given[0] in RELIABILITY and given[1] in CREDIBILITY:
        return Grade(given[0], given[1])
    step = "write a letter from A to E and a numeral from 1 to 5, as B2"
    if UNJUDGED & set(given):
        raise Malformed("what cannot be judged is no least that could be met", field=field, next_step=step)
    raise Malformed(f"{text!r} is no grade", field=field, next_step=step)


def meets(found: Grade, least: Grade) -> Meets:
    """What a grade comes to against a demand: rules 2 to 4."""
    sides = (
        _side(found.reliability, least.reliability, RELIABILITY),
        _side(found.credibility, least.credibility, CREDIBILITY),
    )
    return next((one for one in (Meets.SHORT, Meets.UNJUDGED, Meets.UNGRADED) if one in sides), Meets.YES)


def _side(found: str | None, least: str | None, steps: str) -> Meets:
    if found in UNJUDGED:
        return Meets.UNJUDGED
    if found is None:
        return Meets.UNGRADED
    return Meets.YES if least is None or steps.index(found) <= steps.index(least) else Meets.SHORT
