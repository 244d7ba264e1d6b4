"""Stating something in a consultation: read, decide, and sign in one go, however many do so at once.

Rules:
1. What is stated rests on what its author could read at one instant. If anything arrived before it was on disk, it is
   worked out anew, so that two officers of the chair never fork its record, and nobody signs what is no longer so.
2. Nobody states anything for another party, nor anything that no reader of a consultation could read, nor more words
   (`consulting_words`) or more of a kind in a case (`consulting_counts`) than others can be asked to read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from comity.casebook.book import Casebook
from comity.errors import Malformed, Refused
from comity.flow.consulting_counts import within
from comity.flow.consulting_words import bounded
from comity.flow.steadily import steadily
from comity.instruments.consultation.acts import Statement
from comity.instruments.consultation.bodies import KINDS, read
from comity.instruments.consultation.facts import Stamp
from comity.instruments.consultation.gathered import Facts, gather
from comity.ledger.book import Book, Draft, Receipt
from comity.ledger.view import View
from comity.values.instant import Instant
from comity.values.party import PartyCode


class Desk(NamedTuple):
    """What one who states something has before him: himself, what he may read, and the time."""

    party: PartyCode
    view: View[Casebook]
    facts: Facts
    now: Instant


class Stated(NamedTuple):
    """A statement, and the receipt of its being on disk."""

    statement: Statement
    receipt: Receipt


def desk(book: Book[Casebook], party: PartyCode) -> Desk:
    """What a party has before it now; the time is the book's, and never before what has arrived."""
    view = book.view(party)
    return Desk(party, view, gather(view), max(book.clock(), book.store.head().arrived))


def state(book: Book[Casebook], party: PartyCode, build: Callable[[Desk], Sequence[Statement]]) -> list[Stated]:
    """State what a party decides by what it can read: rules 1 and 2.

    Args:
        book: the party's book.
        party: who states and signs it.
        build: what it states, by what is before it; called again when something arrived meanwhile.

    Raises:
        Refused: another party would have to state it, or the rules do not let it be stated.
        Malformed: it says what could not be read again.
        MovedOn: the book never held still.
    """

    def attempt(size: int) -> list[Stated]:
        before = desk(book, party)
        statements = own(build(before), before)
        receipts = book.record_all([one.line for one in statements], Draft(issuer=party, size=size))
        return [Stated(one, receipt) for one, receipt in zip(statements, receipts, strict=True)]

    return steadily(book, attempt)


def own(statements: Sequence[Statement], desk: Desk) -> Sequence[Statement]:
    """Statements that a party can make by what is before it: rule 2.

    Raises:
        Refused: another party would have to make one of them, or the case has too much of a kind already.
        Malformed: one says what could not be read again, or too much.
    """
    for one in statements:
        if one.by != desk.party:
            raise Refused(f"only {one.by} can state this", next_step=f"ask {one.by}")
        bounded(one)
        if one.kind in KINDS:
            read(one.kind, one.body, Stamp("0" * 64, desk.party, 0, 0))
    within(statements, desk.party, desk.facts)
    return statements


def for_itself(lines: Iterable[Mapping[str, Mapping[str, object]]], party: PartyCode) -> None:
    """Refuse lines of consultations that name another as the one who states them: rule 2.

    Raises:
        Refused: one does; signed by this party it would be nobody's.
    """
    for line in lines:
        for kind, fields in line.items():
            if kind in KINDS and fields.get("by", party) != party:
                step = f"leave `by` out, or write {party}"
                raise Refused(f"{party} cannot state this for another", field=f"{kind}.by", next_step=step)


def counted(lines: Iterable[Mapping[str, Mapping[str, object]]], party: PartyCode, facts: Callable[[], Facts]) -> None:
    """Refuse lines that state more of a kind in a case than is let through otherwise; what cannot be read counts not.

    Raises:
        Refused: the case has too much of a kind already: rule 2.
    """
    stated = [
        Statement(kind, dict(body), party)
        for line in lines
        for kind, body in line.items()
        if kind in KINDS and _readable(kind, body, party)
    ]
    if stated:
        within(stated, party, facts())


def _readable(kind: str, body: Mapping[str, object], party: PartyCode) -> bool:
    try:
        read(kind, body, Stamp("0" * 64, party, 0, 0))
    except Malformed:
        return False
    return True
