"""The questions as a program asks them: a view of a book, and what is asked about.

    import comity
    book = comity.open()
    comity.commitments(book.view(), comity.event(kind="armed-attack", victim=code, on="2024-05-01"))

Without a file `comity.open` answers from the casebook alone; a view without a party is the public one.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from comity.casebook.book import Casebook, casebook
from comity.errors import Malformed
from comity.flow import may as asked
from comity.flow.labelled import searched
from comity.flow.may import Hearing, May
from comity.instruments.guarantees import event as claimed
from comity.instruments.guarantees.circumstances import asked_about
from comity.instruments.guarantees.event import Event
from comity.ledger.authority import POLICY_KINDS
from comity.ledger.book import Book
from comity.ledger.view import View
from comity.values.condition import value
from comity.values.fact import ANY, Ask
from comity.values.instant import NEVER, Instant, instant
from comity.values.party import PartyCode

When = Instant | date | str


def event(view: View[Casebook] | None = None, /, **claims: object) -> Event:
    """An event as somebody claims it; what is left out is unknown.

    Args:
        view: whose parties may be named and whose agreements' circumstances, besides the casebook's.
        claims: `kind`, `victim`, `attacker`, `on`, `place` (latitude, longitude), `target`, `claimed_by`, and any
            circumstance that agreements ask about (docs/events.md).

    Raises:
        Malformed: a field says what no event can be.
    """
    book = casebook() if view is None else view.casebook
    return claimed.event(claims, book.parties, asked_about(book))


def ask(
    party: PartyCode,
    action: str,
    thing: str,
    on: When,
    *,
    known: When = NEVER,
    purpose: str = ANY,
    clearance: str | None = None,
    **circumstances: object,
) -> Ask:
    """May this party do this act on this thing?

    Args:
        party: who would act.
        action: what it would do: `read`, `enter`, `hold` ...
        thing: what with, as `comity agreements show ID` names things.
        on: the instant asked about; a date, or ISO text.
        known: as far as was known then.
        purpose: what for.
        clearance: the level the person holds, in the party's own scheme.
        circumstances: what conditions ask about, such as `armed=True`.

    Raises:
        Malformed: an instant is none, or a circumstance is neither text, nor a number, nor yes or no.
    """
    context = {name: value(given) for name, given in circumstances.items()}
    return Ask(party, action, thing, _instant(on, "on"), _instant(known, "known"), purpose, context, clearance)


def _instant(given: When, field: str) -> Instant:
    if type(given) is int:
        return given
    try:
        return instant(given)
    except Malformed as error:
        raise Malformed(error.message, field=field, next_step=error.next_step) from error


def may(book: Book[Casebook], ask: Ask, *audience: PartyCode, to: PartyCode | None = None) -> May:
    """Whether it may, told as far as an audience may read; to who asks for himself, by every fact the book holds.

    Args:
        book: the book that decides.
        ask: what is asked.
        audience: whom the explanation is for; without a party, the public.
        to: whether this party may, with what the asking one would pass on to it.
    """
    view = book.view(*audience, known=ask.known)
    answer = asked.may(ask, view.facts, book.facts(ask.known), to, Hearing(view.audience, view.on))
    return replace(answer, label=searched(view, POLICY_KINDS | book.background.kinds))
