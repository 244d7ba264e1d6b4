"""Bulk import: the rows of a file go into a book all together, or not at all; what is wrong is told row by row.

Rules:
1. Every row is tried before anything is added: its shape, its label, the book's ceiling, what it refers to, and whether
   whoever states it can sign. All bad rows are told, not only the first.
2. With a bad row nothing is added, unless bad rows are to be skipped; then the good ones are added together.
3. A row may call an earlier row of the file by its name, which no other row has. What refers to a bad row is bad
   itself.
4. Stating a file twice states its facts twice: two statements are two facts, even when they say the same.
5. A group among recipients needs its mode (`comity.flow.naming`), if the casebook, the book or the file knows the
   group.
6. What was added and changes no verdict is told: a claim, whose issuer may not state it, or which somebody else would
   have to sign as well; and content of one's own, which no decision reads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar, cast

from comity.errors import Malformed, Refused
from comity.flow.naming import Known, groups_of
from comity.formats.fact_rows import FactRow
from comity.ledger.authority import POLICY_KINDS
from comity.ledger.book import Book, Draft, Receipt
from comity.ledger.kinds import KNOWN
from comity.ledger.record import Record
from comity.values.party import PartyCode
from comity.values.reading import BOOK

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
    """What became of a file: its rows, the receipts of what was added, every bad row, and what decides nothing."""

    rows: int
    receipts: tuple[Receipt, ...]
    bad: tuple[BadRow, ...]
    claims: tuple[Record, ...] = ()
    content: tuple[Record, ...] = ()


def bring_in(
    book: Book[C],
    rows: Sequence[FactRow],
    how: Draft,
    *,
    skip_bad: bool = False,
    parties: Iterable[str] = (),
    told: Callable[[Sequence[FactRow]], Iterable[FactRow]] = iter,
) -> Imported:
    """Add the facts of some rows: all of them, or none unless bad rows are skipped: rules 1 to 3.

    Args:
        book: the book.
        rows: the rows, in order.
        how: how they are stated.
        skip_bad: add the good rows even if there are bad ones.
        parties: the parties that are known besides those that have a key here.
        told: goes through the rows, and may tell how far the work is.

    Raises:
        Unavailable: they cannot be put on disk; nothing was added.
    """
    tried = Trial(book, how, known_to(book, groups_of_rows(rows), parties))
    for row in told(rows):
        tried.take(row)
    bad = tuple(tried.bad)
    if bad and not skip_bad:
        return Imported(len(rows), (), bad)
    receipts = tuple(book.add(tried.good, how))
    content = tuple(record for record in tried.good if record.kind not in KNOWN | book.background.kinds)
    return Imported(len(rows), receipts, bad, tuple(claims(book, tried.good)), content)


def claims(book: Book[C], records: Iterable[Record]) -> Iterator[Record]:
    """The policy facts among these that do not count in the book, though nothing took their place: rule 6."""
    stated = [record for record in records if record.kind in POLICY_KINDS and record.issuer != BOOK]
    if stated:
        facts, corrected = book.facts(), {record.text("supersedes") for record in stated}
        yield from (one for one in stated if facts.find(one.id) is None and one.id not in corrected)


def groups_of_rows(rows: Iterable[FactRow]) -> Iterator[str]:
    """The groups of which a row states a membership."""
    for row in rows:
        member = (row.line or {}).get("member")
        if isinstance(member, Mapping):
            yield str(member.get("group"))


class Trial(Generic[C]):
    """Rows tried one after the other, with nothing added: rule 1."""

    def __init__(self, book: Book[C], how: Draft, known: Known) -> None:
        self.good: list[Record] = []
        self.bad: list[BadRow] = []
        self._book, self._how, self._known = book, how, known
        self._names: dict[str, str] = {}
        self._signs: dict[PartyCode, Refused | None] = {}
        book.policy()  # drafts rest on what was there when the trial began

    def take(self, row: FactRow) -> None:
        """Try the next row."""
        try:
            if row.fault is not None:
                raise row.fault
            made = self._book.draft(row.line or {}, self._how, self._names)
            self._check_recipients(made)
            self._check_signers(made)
        except (Malformed, Refused) as wrong:
            self.bad.append(BadRow(row.number, row.place, wrong.field, wrong.message, wrong.next_step))
        else:
            self.good.append(made)

    def _check_recipients(self, made: Record) -> None:
        """Rule 5."""
        to = made.body.get("to")
        if made.kind in POLICY_KINDS and to is not None:
            try:
                self._known.check_modes(made.kind, [to] if isinstance(to, str) else map(str, cast("list[object]", to)))
            except Malformed:
                self._forget(made)
                raise

    def _forget(self, made: Record) -> None:
        """A bad row's name stands for nothing: rule 3."""
        self._names.pop(made.text("name") or "", None)

    def _check_signers(self, made: Record) -> None:
        for party in (made.issuer, *self._how.signers):
            if party not in self._signs:
                self._signs[party] = self._book.objection(party)
            objection = self._signs[party]
            if objection is not None:
                self._forget(made)
                raise Refused(objection.message, field="issuer", next_step=objection.next_step)


def known_to(book: Book[C], groups: Iterable[str], parties: Iterable[str]) -> Known:
    """The names that a book knows, by claims too, with some more."""
    members = {str(one.record.body.get("group")) for one in book.policy() if one.record.kind == "member"}
    known = groups_of(book.background.facts(())) | members | set(groups)
    return Known(frozenset({*parties, *(key.party for key in book.keys)}), known)
