"""Bulk import: the rows of a file go into a book all together, or not at all; what is wrong is told row by row.

Rules:
1. Every row is tried before anything is added: its shape, its label, the book's ceiling, what it refers to, and whether
   whoever states it can sign. All bad rows are told, not only the first.
2. With a bad row nothing is added, unless bad rows are to be skipped; then the good ones are added together.
3. A row may call an earlier row of the file by its name. What refers to a bad row is bad itself.
4. Stating a file twice states its facts twice: two statements are two facts, even when they say the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from comity.errors import Malformed, Refused
from comity.formats.fact_rows import FactRow
from comity.ledger.book import Book, Draft, Receipt
from comity.ledger.record import Record
from comity.values.party import PartyCode

C = TypeVar("C")


@dataclass(frozen=True, slots=True)
class BadRow:
    """What is wrong with a row: where it stands, in which field, why, and what to do."""

    row: int
    place: str
    field: str | None
    says: str
    remedy: str | None


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a file: how many rows it has, the receipts of what was added, and every bad row."""

    rows: int
    receipts: tuple[Receipt, ...]
    bad: tuple[BadRow, ...]


def bring_in(book: Book[C], rows: Iterable[FactRow], how: Draft, *, skip_bad: bool = False) -> Imported:
    """Add the facts of some rows: all of them, or none unless bad rows are skipped: rules 1 to 3.

    Args:
        book: the book.
        rows: the rows, in order.
        how: how they are stated.
        skip_bad: add the good rows even if there are bad ones.

    Raises:
        Unavailable: they cannot be put on disk; nothing was added.
    """
    tried = Trial(book, how)
    for row in rows:
        tried.take(row)
    count, bad = len(tried.good) + len(tried.bad), tuple(tried.bad)
    if bad and not skip_bad:
        return Imported(count, (), bad)
    return Imported(count, tuple(book.add(tried.good, how)), bad)


class Trial(Generic[C]):
    """Rows tried one after the other, with nothing added: rule 1."""

    def __init__(self, book: Book[C], how: Draft) -> None:
        self.good: list[Record] = []
        self.bad: list[BadRow] = []
        self._book, self._how = book, how
        self._names: dict[str, str] = {}
        self._signs: dict[PartyCode, Refused | None] = {}
        book.policy()  # drafts rest on what was there when the trial began

    def take(self, row: FactRow) -> None:
        """Try the next row."""
        try:
            if row.fault is not None:
                raise row.fault
            made = self._book.draft(row.line or {}, self._how, self._names)
            self._check_signers(made)
        except (Malformed, Refused) as wrong:
            self.bad.append(BadRow(row.number, row.place, wrong.field, wrong.message, wrong.next_step))
        else:
            self.good.append(made)

    def _check_signers(self, made: Record) -> None:
        for party in (made.issuer, *self._how.signers):
            if party not in self._signs:
                self._signs[party] = self._book.objection(party)
            objection = self._signs[party]
            if objection is not None:
                self._names.pop(made.text("name") or "", None)
                raise Refused(objection.message, field="issuer", next_step=objection.next_step)
