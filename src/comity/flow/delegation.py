"""Delegated publishing: an originator lets another decide who else reads, and can end it at any time.

Rules:
1. A delegation is an ordinary consent of the owner of a clause, with depth: whoever holds it reads under the clause,
   and passes the reading on as often as its depth says. Only an owner delegates.
2. Whoever holds one passes it on by a consent in his own name under the same clause. It leads to a reader only along
   the owner's delegation, so that the owner's control stays: his revocation, his refusal of a reader or of the holder,
   and the end and the condition of the delegation reach every reader at once.
3. What would lead nowhere is refused before it is stated, by what may be read; the calculus decides (`consent.whatif`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

from comity.consent import whatif
from comity.errors import Malformed, Refused
from comity.flow.proposals import READ
from comity.ledger.book import Book
from comity.values import fact as f
from comity.values.fact import Ask
from comity.values.instant import NEVER, ragged_date, show
from comity.values.names import within
from comity.values.party import PartyCode
from comity.values.verdict import Verdict

C = TypeVar("C")
Line = dict[str, dict[str, object]]


def delegation(
    book: Book[C],
    by: PartyCode,
    to: PartyCode,
    clause: str,
    terms: Mapping[str, object] | None = None,
    *,
    depth: int = 1,
) -> Line:
    """The consent by which an owner lets another publish under a clause: rule 1.

    Args:
        book: the book.
        by: the owner.
        to: who is to publish.
        clause: under which the intelligence stands.
        terms: `until` when, `when` on which condition.
        depth: how often it may be passed on.

    Raises:
        Malformed: it could not be passed on at all, or ends before it begins.
        Refused: the party is not known to own the clause.
    """
    if depth < 1:
        step = "write 1 or more; a consent without depth is not passed on"
        raise Malformed(f"{depth} is no depth of a delegation", field="depth", next_step=step)
    _check_end(book, terms)
    owners = {title.body.owner for title in book.view(by).facts.of(f.Title, clause)}
    if by not in owners:
        raise Refused(f"{by} is not known to own {clause}", next_step="only an owner delegates; ask him")
    return {"grant": {"by": by, "to": [to], "actions": [READ], "scope": clause, "depth": depth, **(terms or {})}}


def _check_end(book: Book[C], terms: Mapping[str, object] | None) -> None:
    """Refuse a consent that ended before it is stated."""
    until, now = (terms or {}).get("until"), book.clock()
    if until is not None and within("until", ragged_date, until).latest <= now:
        raise Malformed(f"{until} is past", field="until", next_step=f"write a day after {show(now)}")


def passing_on(
    book: Book[C], by: PartyCode, to: Sequence[PartyCode], clause: str, terms: Mapping[str, object] | None = None
) -> Line:
    """The consent by which whoever holds a delegation lets others read under it: rules 2 and 3.

    Args:
        book: the book.
        by: who holds the delegation.
        to: who is to read.
        clause: under which the intelligence stands.
        terms: `until` when, `when` on which condition.

    Raises:
        Malformed: nobody is named, or it ends before it begins.
        Refused: no delegation leads that far.
    """
    if not to:
        raise Malformed("nobody is named", field="to", next_step="name the parties that are to read it")
    _check_end(book, terms)
    facts, ask = book.view(by).facts, Ask(by, READ, clause, book.clock(), NEVER)
    shut = [party for party in sorted(set(to)) if whatif.pass_on(ask, party, facts).verdict is not Verdict.GRANTED]
    if shut:
        step = "ask its owner: a delegation, or a consent for each of them"
        raise Refused(f"{by} may not pass {clause} on to {', '.join(shut)}", next_step=step)
    return {"grant": {"by": by, "to": sorted(set(to)), "actions": [READ], "scope": clause, **(terms or {})}}
