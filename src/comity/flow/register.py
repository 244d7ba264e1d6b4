"""The register: every agreement on a day, by state, party, kind and words, and who is bound to what towards whom.

Rules:
1. An agreement is signed while it is not known to be in force; in force, or perhaps in force, as its dates say; not yet
   in force before they begin, and ended after. One of which a part is suspended on the day is found under both words.
2. Without a day, its state is what its file says for people.
3. A search finds an agreement whose id, name, source or clauses hold every word, in any case of letters.
4. The matrix names, for an ordered pair, the duty that stands first in the vocabulary of duties and lists every
   article; it adds nothing up and weighs nothing.
5. Everything comes from the casebook as an audience may see it (`view.casebook`), and from nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from comity.casebook.agreement import Agreement
from comity.casebook.book import Casebook
from comity.casebook.vocabulary import DUTIES
from comity.flow import picture, ties
from comity.flow.agreement_comparison import Comparison, compare
from comity.flow.picture import IN_FORCE, PERHAPS, Binding
from comity.formats.tables import Table, table
from comity.formats.timeline import Row
from comity.values.instant import Instant
from comity.values.period import OPEN
from comity.values.truth import Truth, any_of

NOT_IN_FORCE, SIGNED, ENDED, NOT_YET, SUSPENDED = "not in force", "signed", "ended", "not yet in force", "suspended"
STATES = (IN_FORCE, PERHAPS, SIGNED, NOT_YET, ENDED, SUSPENDED)
ONLY_SIGNED = "signed, not known to be in force"
_STATUS = {Truth.TRUE: IN_FORCE, Truth.FALSE: NOT_IN_FORCE, Truth.UNKNOWN: PERHAPS}


@dataclass(frozen=True, slots=True)
class Entry:
    """One agreement of the register."""

    agreement: Agreement
    state: str
    suspended: bool
    kinds: tuple[str, ...]
    parties: tuple[str, ...]
    perhaps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """What one party owes another on a day: the duty that stands first, and every article."""

    bound: str
    toward: str
    duty: str
    articles: tuple[Binding, ...]


def register(
    book: Casebook,
    on: Instant,
    *,
    party: str | None = None,
    kind: str | None = None,
    state: str | None = None,
    text: str = "",
) -> tuple[Entry, ...]:
    """The agreements on a day, by id.

    Args:
        book: the casebook as the audience may see it.
        on: the day.
        party: only those that bind this party on the day, or, of those not in force, name it.
        kind: only those with this kind of tie (`ties.KINDS`).
        state: only those in this state (`STATES`).
        text: only those that hold every word of it.
    """
    found = (entry(agreement, book, on) for agreement in book.agreements.values())
    return tuple(
        one
        for one in found
        if (party is None or party in named(one, book))
        and (kind is None or kind in one.kinds)
        and (state is None or state == one.state or (state == SUSPENDED and one.suspended))
        and holds(one.agreement, text)
    )


def entry(agreement: Agreement, book: Casebook, on: Instant) -> Entry:
    """One agreement on a day."""
    members = ties.bound(agreement, book, on)
    stopped = any_of(stop.valid.holds(on) for stop in agreement.suspensions)
    return Entry(
        agreement,
        state_on(agreement, on),
        stopped is not Truth.FALSE,
        ties.agreement_kinds(agreement, book),
        tuple(code for code, held in members.items() if held is Truth.TRUE),
        tuple(code for code, held in members.items() if held is Truth.UNKNOWN),
    )


def named(one: Entry, book: Casebook) -> frozenset[str]:
    """Whom an entry is about: its parties of the day, or, while it is not in force, whoever is ever named."""
    if one.state in {IN_FORCE, PERHAPS}:
        return frozenset((*one.parties, *one.perhaps))
    stated = {entry.party for entry in one.agreement.entries if entry.party is not None}
    return frozenset((*stated, *book.spells(one.agreement)))


def state_on(agreement: Agreement, on: Instant) -> str:
    """Its state on a day: rule 1."""
    if not agreement.ever_in_force:
        return SIGNED
    match agreement.in_force.holds(on):
        case Truth.TRUE:
            return IN_FORCE
        case Truth.UNKNOWN:
            return PERHAPS
    return NOT_YET if on < agreement.in_force.start.earliest else ENDED


def status(agreement: Agreement, on: Instant | None) -> str:
    """Whether it is in force, in words: rule 2."""
    if not agreement.ever_in_force:
        return ONLY_SIGNED
    if on is None:
        return str(agreement.document.get("status") or agreement.in_force)
    return _STATUS[agreement.in_force.holds(on)]


def bound(agreement: Agreement, book: Casebook, on: Instant | None) -> list[str]:
    """Who is bound: on a day, certainly or perhaps; without a day, ever."""
    return sorted(book.spells(agreement)) if on is None else list(ties.bound(agreement, book, on))


def holds(agreement: Agreement, text: str) -> bool:
    """Whether an agreement holds every word: rule 3."""
    clauses = (f"{clause.article} {clause.duty} {clause.says}" for clause in agreement.clauses)
    said = " ".join((agreement.id, agreement.name, agreement.kind, agreement.source, *clauses)).casefold()
    return all(word in said for word in text.casefold().split())


def matrix(book: Casebook, on: Instant, parties: Sequence[str], kinds: Iterable[str] = ()) -> tuple[Cell, ...]:
    """What each of some parties owes each other one; pairs without any article are left out: rule 4.

    Args:
        book: the casebook as the audience may see it.
        on: the day.
        parties: the codes, in the order of the rows and columns.
        kinds: only ties of these kinds; () is all.
    """
    wanted = set(kinds) or set(ties.KINDS)
    pairs = ((one, two) for one in parties for two in parties if one != two)
    tied = list(ties.ties(book, on))
    cells = ((pair, [row for row in picture.owed(tied, *pair) if wanted.intersection(row.kinds)]) for pair in pairs)
    return tuple(Cell(one, two, _first(rows), tuple(rows)) for (one, two), rows in cells if rows)


def _first(rows: Iterable[Binding]) -> str:
    return min((row.duty for row in rows), key=DUTIES.index)


def comparison(book: Casebook, first: str, second: str) -> Comparison:
    """Two agreements of the book, clause by clause.

    Raises:
        KeyError: the book has no agreement of that id.
    """
    return compare(book.agreements[first], book.agreements[second])


# The same as rows


def register_table(found: Iterable[Entry]) -> Table:
    """The register as rows."""
    columns = (
        "agreement", "name", "form", "state", "suspended in part", "kinds", "signed", "in force", "parties",
        "perhaps parties", "source", "grade", "to be verified",
    )  # fmt: skip
    rows = [
        (
            one.agreement.id, one.agreement.name, one.agreement.kind, one.state, one.suspended, _words(one.kinds),
            one.agreement.signed, _period(one.agreement), one.parties, one.perhaps, one.agreement.source,
            one.agreement.grade, one.agreement.verify,
        )
        for one in found
    ]  # fmt: skip
    return table(columns, rows)


def matrix_table(found: Iterable[Cell]) -> Table:
    """The matrix as rows: one for each ordered pair with anything in it."""
    columns = ("bound", "toward", "duty that stands first", "articles")
    rows = [
        (c.bound, c.toward, c.duty, [f"{a.agreement} {a.article}: {a.duty} ({a.state})" for a in c.articles])
        for c in found
    ]
    return table(columns, rows)


def timeline_rows(found: Iterable[Entry]) -> tuple[Row, ...]:
    """The register for `timeline.svg`: when each agreement is in force; what is only signed has no bar."""
    return tuple(
        Row(f"{one.agreement.id}: {one.agreement.name}", one.agreement.in_force.start, one.agreement.in_force.end, css)
        for one in found
        if one.agreement.ever_in_force
        for css in (f"tie-{one.kinds[0] if one.kinds else 'unknown'}",)
    )


def _period(agreement: Agreement) -> str:
    return "" if not agreement.ever_in_force or agreement.in_force == OPEN else str(agreement.in_force)


def _words(kinds: Sequence[str]) -> list[str]:
    return [ties.KINDS[kind] for kind in kinds]
