"""What a party is asked to give back, with what it has answered.

Rules:
1. The last receipt of a party's own is its answer. Where it says that the thing is gone, the question is settled and no
   more is asked; `hidden` and `passed-on` leave it open (`comity.flow.recalls`, rule 4).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeVar

from comity.flow.recalling import asked_of
from comity.flow.recalls import ENDS, RECEIPT, Asked, Receipt, receipts
from comity.ledger.book import Book
from comity.values.party import PartyCode

C = TypeVar("C")


class Question(NamedTuple):
    """One question, and our last answer; None while there is none."""

    asked: Asked
    answer: Receipt | None

    @property
    def settled(self) -> bool:
        """Whether nothing more is asked: rule 1."""
        return self.answer is not None and self.answer.done in ENDS


def questions(book: Book[C], party: PartyCode) -> list[Question]:
    """Every question to a party, by arrival, with its answer."""
    return with_answers(asked_of(book, party), receipts(book.view(party).records([RECEIPT])), party)


def with_answers(asked: Iterable[Asked], said: Sequence[Receipt], party: PartyCode) -> list[Question]:
    """Questions with a party's answers among some receipts, which stand by arrival."""
    last = {one.recall: one for one in said if one.by == party}
    return [Question(one, last.get(one.id)) for one in asked]
