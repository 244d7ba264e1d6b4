"""A report, a request for information and an answer to one, as a terminal, a page or a program says them.

Rules:
1. Whichever way it is said, the same becomes of it (`comity.flow.intelligence_stating`): what cannot be read is refused
   by its field.
2. A report that another rests on may be named by its first digits.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from comity.casebook.book import Casebook
from comity.errors import Malformed
from comity.flow.intelligence_asked import recipients
from comity.flow.intelligence_stating import Desk, Line, answered, asked
from comity.flow.meant import check_recipients
from comity.instruments.intelligence.reported import REPORT, Answer, Report, Shows
from comity.ledger.book import Book
from comity.values.instant import instant, show
from comity.values.party import PartyCode


class Reporting(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A report with its grades.

    `grade` is a letter and a numeral, as B2; `shows` are `PROBLEM/INDICATOR=WORD`; `to` are other readers.
    """

    title: str
    says: str
    grade: str | None = None
    source: str | None = None
    observed: str | None = None
    about: tuple[str, ...] = ()
    thing: str | None = None
    rests_on: tuple[str, ...] = ()
    variant_of: tuple[str, ...] = ()
    shows: tuple[str, ...] = ()
    incident: dict[str, Any] | None = None
    to: tuple[str, ...] = ()
    name: str | None = None

    def stated(self, desk: Desk, flag: str = "") -> list[Line]:
        """What is stated: rule 1.

        Args:
            desk: what its author has before him.
            flag: what stands before a field's name where it is told, as `--`.

        Raises:
            Malformed: a grade, or what it shows, cannot be read.
        """
        body: dict[str, object] = {
            "title": self.title, "says": self.says, **grade(self.grade, f"{flag}grade"), "source": self.source,
            "observed": self.observed, "about": [*self.about], "thing": self.thing,
            "depends_on": [_named(one, desk) for one in self.rests_on],
            "variant_of": [_named(one, desk) for one in self.variant_of],
            "bears_on": [bearing(one, f"{flag}shows") for one in self.shows], "incident": self.incident,
            "parties": [*self.to], "id": self.name,
        }  # fmt: skip
        return [Line(REPORT, body)]


def grade(text: str | None, field: str) -> dict[str, str]:
    """Reliability and credibility, as a letter and a numeral.

    Raises:
        Malformed: it has not two letters.
    """
    if text is None:
        return {}
    if len(text) != 2:
        raise Malformed(f"{text!r} is no grade", field=field, next_step="write a letter and a numeral, as B2")
    return {"reliability": text[0].upper(), "credibility": text[1]}


def bearing(text: str, field: str) -> dict[str, str]:
    """What a report shows of an indicator, as PROBLEM/INDICATOR=WORD.

    Raises:
        Malformed: it is written otherwise.
    """
    where, _, word = text.rpartition("=")
    problem, _, indicator = where.partition("/")
    if not problem or not indicator or word not in set(Shows):
        step = f"write PROBLEM/INDICATOR=WORD, the word one of: {', '.join(Shows)}"
        raise Malformed(f"{text!r} shows nothing of an indicator", field=field, next_step=step)
    return {"problem": problem, "indicator": indicator, "shows": word}


def check_named(book: Book[Casebook], by: PartyCode, named: Iterable[tuple[str, str]]) -> None:
    """Refuse a party or a group nobody knows here (`comity.flow.meant.check_recipients`).

    Args:
        book: the book.
        by: who names them.
        named: each, with the field it stands in.

    Raises:
        Malformed: a party or a group nobody knows, or what is neither; `field` names it.
    """
    check_recipients(book, by, [(field, one) for field, text in named for one in recipients(text, field)])


def _named(text: str, desk: Desk) -> str:
    """The address of a readable report by its first digits; whatever else is named, such as a thing, as it stands."""
    found = [one.stamp.id for one in desk.facts.of(Report) if len(text) >= 4 and one.stamp.id.startswith(text)]
    return found[0] if len(found) == 1 else text


class Asking(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A request for information; with `passes_on`, of what its author was asked himself.

    `apart` makes one request for each, so that none learns who else is asked; `tell` are those who may know of it.
    """

    asks: str
    answer_by: str
    to: tuple[str, ...]
    about: tuple[str, ...] = ()
    thing: str | None = None
    passes_on: str | None = None
    tell: tuple[str, ...] = ()
    apart: bool = False
    name: str | None = None

    def stated(self, desk: Desk) -> Sequence[Line]:
        """What is stated: rule 1.

        Raises:
            Malformed: nobody is asked, or the deadline is none, or has passed.
        """
        if not self.to:
            raise Malformed("nobody is asked", field="to", next_step="name a party")
        given = {"asks": self.asks, "answer_by": show(self.deadline), "about": [*self.about], "thing": self.thing,
                 "passes_on": self.passes_on, "parties": [*self.tell], "id": self.name}  # fmt: skip
        return asked(desk, apart=self.apart, to=[*self.to], **given)

    @property
    def deadline(self) -> int:
        """The instant until which it is to be answered.

        Raises:
            Malformed: it is none.
        """
        try:
            return instant(self.answer_by)
        except Malformed as error:
            raise Malformed(error.message, field="answer_by", next_step=error.next_step) from error


class Answering(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An answer to a request."""

    of: str
    answer: Answer
    says: str | None = None
    reports: tuple[str, ...] = ()

    def stated(self, desk: Desk) -> Sequence[Line]:
        """What is stated: rule 1."""
        return answered(desk, self.of, self.answer.value, says=self.says, reports=self.reports)
