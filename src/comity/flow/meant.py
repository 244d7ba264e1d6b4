"""Whether the words of an ask mean anything: a slip of the pen is told as one, and never as a nation's "no".

Rules:
1. A party of an ask is one of the casebook's, or one that a fact which may be read names; a group is one of which the
   casebook, or such a fact, names a member.
2. Where a grant of the thing has a quota, a quantity is a number.
3. What is answered is named by its whole title, or by its id or the first six letters of it or more: a letter too few
   answers nothing by chance.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from decimal import Decimal
from difflib import get_close_matches

from comity.casebook.book import Casebook
from comity.consent.facts import Facts
from comity.errors import Malformed
from comity.flow.naming import groups_of
from comity.instruments.guarantees.event import party
from comity.ledger.book import Book
from comity.values import fact as f
from comity.values.fact import AnyFact, Ask
from comity.values.party import ANYONE, Group, PartyCode, Recipient


def check(ask: Ask, seen: Facts, parties: Mapping[str, str], fields: Iterable[tuple[str, PartyCode | None]]) -> None:
    """Refuse an ask whose words mean nothing: rules 1 and 2.

    Args:
        ask: the ask.
        seen: the facts that may be read, and what is supposed.
        parties: the parties of the casebook and their names.
        fields: the parties that are asked about, each with the field it stands in.

    Raises:
        Malformed: a party nobody knows, or a quantity that is no number; `field` names it.
    """
    check_parties(seen, parties, fields)
    quantity = ask.context.get("quantity")
    counted = any(grant.body.quota is not None for grant in seen.of(f.Grant, ask.thing))
    if counted and not isinstance(quantity, Decimal | None):
        says = f"{quantity!r} is no number, and a quota here is counted in numbers"
        raise Malformed(says, field="quantity", next_step="write a number such as 25 or 12.5")


def check_parties(seen: Facts, parties: Mapping[str, str], fields: Iterable[tuple[str, PartyCode | None]]) -> None:
    """Refuse a party that neither the casebook nor a fact that may be read names: rule 1.

    Args:
        seen: the facts that may be read.
        parties: the parties of the casebook and their names.
        fields: the parties, each with the field it stands in.

    Raises:
        Malformed: a party nobody knows; `field` names it.
    """
    strangers = [(field, code) for field, code in fields if code is not None and code not in parties]
    if strangers:
        named = {code for fact in seen for code in _named(fact)}
        for field, code in strangers:
            if code not in named:
                party(code, field, parties)


def check_groups(seen: Facts, groups: Collection[str], fields: Iterable[tuple[str, str]]) -> None:
    """Refuse a group of which neither the casebook nor a fact that may be read names a member: rule 1.

    Args:
        seen: the facts that may be read.
        groups: the groups of the casebook.
        fields: the names of groups, each with the field it stands in.

    Raises:
        Malformed: a group nobody knows; `field` names it.
    """
    strangers = [(field, name) for field, name in fields if name not in groups]
    known = groups_of(seen) if strangers else frozenset()
    for field, name in strangers:
        if name not in known:
            near = get_close_matches(name, sorted({*groups, *known}), n=3, cutoff=0.5)
            step = f"did you mean {', '.join(near)}?" if near else "name a group of the casebook or of the book"
            raise Malformed(f"{name!r} is no group that is known here", field=field, next_step=step)


def check_recipients(book: Book[Casebook], by: PartyCode | None, said: Iterable[tuple[str, Recipient]]) -> None:
    """Refuse a party or a group nobody knows here: neither the casebook, nor a fact that may be read, nor a key.

    Args:
        book: the book.
        by: who names them, None for the public; what others alone may read makes nobody known.
        said: each, with the field it stands in; everybody is passed over.

    Raises:
        Malformed: a party or a group nobody knows; `field` names it.
    """
    each = list(said)
    if not each:
        return
    view, here = book.view(*([] if by is None else [by])), {key.party for key in book.keys}
    plain = [(field, one) for field, one in each if isinstance(one, str) and one != ANYONE and one not in here]
    check_parties(view.facts, view.casebook.parties, plain)
    check_groups(view.facts, view.casebook.groups, [(field, one.name) for field, one in each if isinstance(one, Group)])


def _named(fact: AnyFact) -> Iterator[PartyCode]:
    """The parties that a fact names."""
    yield fact.issuer
    match fact.body:
        case f.Title(owner=code) | f.Member(party=code) | f.Derive(by=code) | f.Route(by=code):
            yield code
        case f.ActsFor(organ=organ, sovereign=sovereign):
            yield from (organ, sovereign)
        case f.Grant(by=by, terms=terms) | f.Refuse(by=by, terms=terms) | f.Request(by=by, terms=terms):
            yield from (by, *(name for name in terms.to if isinstance(name, str)))


SHORTEST = 6
"""So many letters of an id mean it: rule 3."""


def means(name: str, ids: Iterable[str], title: str = "") -> bool:
    """Whether a name means what has these ids and this title: rule 3."""
    return bool(name) and (name == title or any(one == name or _begins(one, name) for one in ids))


def _begins(one: str, name: str) -> bool:
    return len(name) >= SHORTEST and one.startswith(name)
