"""Recall over a book: what is owed back to whoever released it, and what is asked of whoever has it.

Rules:
1. Whether a party may still read what it got is asked of everything the book holds: a refusal that whoever released it
   may not read makes it owed back all the same, and he is told no more than that. What others state of the same thing,
   and he may not read, counts for nothing.
2. Whoever released what several own asks once for each, so that each learns of the answer to his and of no other owner.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import TypeVar

from comity.consent.facts import Moment
from comity.consent.labels import allows, read_by
from comity.errors import Impossible, Malformed
from comity.flow.inbox import grant_of
from comity.flow.offered import offered
from comity.flow.proposals import READ
from comity.flow.read_here import read_here
from comity.flow.recall_outcomes import OUTCOME
from comity.flow.recalls import RECALL, RECEIPT, Asked, Line, Owed, board, recall, recalls
from comity.flow.releases import KIND, Release, register
from comity.flow.taxii_board import asked_elsewhere
from comity.flow.taxii_holding import Holding, is_pushed
from comity.instruments.intelligence import facts
from comity.instruments.intelligence.shelf import Shelf
from comity.ledger.book import Book
from comity.values.fact import Ask
from comity.values.instant import NEVER
from comity.values.label import Atom
from comity.values.party import PartyCode
from comity.values.truth import Truth
from comity.values.verdict import Verdict

C = TypeVar("C")
EVERYTHING = "all"
DISCLOSED = (KIND, "grant", *facts.KINDS)
"""The kinds of fact on which what is told of disclosures rests: entries, consents, and what others could read here."""


def owed_to(book: Book[C], party: PartyCode) -> list[Owed]:
    """What is owed back of what a party released, or owns and is told of (`comity.flow.recalls`).

    A thing of intelligence is owed back by whom no version of it shows to; a document by whom it is refused, or for
    whom a consent on which it went has ended; what was pushed to another's server by whoever may not read all of it as
    it left (`comity.flow.taxii_holding`); any other by whom reading it is not granted.
    """
    view = book.view(party)
    mine = [one for one in disclosures(book, party) if one.by == party or party not in one.to]
    takers = {taker for one in mine for taker in one.to}
    own = {one.thing for one in mine if one.by == party}
    theirs = {taker: Shelf.of(book.view(taker)) for taker in takers}
    shared = {taker: Shelf.of(book.view(party, taker)) for taker in takers}

    holding = Holding(book)

    def may_read(taker: PartyCode, release: Release) -> bool:
        if is_pushed(release) and taker in release.to:
            return taker not in holding.shut_out(release)
        if release.marking is not None:
            return _goes_on(book, taker, release)
        shelf = (shared if release.thing in own else theirs).get(taker)
        return (shelf is not None and release.thing in shelf) or _granted(book, taker, release.thing)

    return board(view.records([RECALL, RECEIPT, OUTCOME]), mine, may_read)


def still_reads(book: Book[C], owner: PartyCode, taker: PartyCode, thing: str) -> bool:
    """Whether a party may read what an owner let it read, as far as the owner can tell."""
    return thing in Shelf.of(book.view(owner, taker)) or _granted(book, taker, thing)


def _goes_on(book: Book[C], taker: PartyCode, document: Release) -> bool:
    """Whether a document is still a party's to have, which went on its originators' markings and on consents."""
    known = book.facts()
    act = read_by(taker, Moment(known, book.clock(), NEVER))
    if not all(allows(Atom(owner, document.clause, (taker,)), act) for owner in {document.by, *document.of}):
        return False
    cited = (grant_of(name, known) for name in document.under)
    given = [one.body for one in cited if one is not None]
    his = [grant for grant in given if act.moment.covers(grant.terms.to, taker) is not Truth.FALSE]
    return all(allows(Atom(grant.by, grant.terms.scope), act) for grant in his)


def _granted(book: Book[C], taker: PartyCode, thing: str) -> bool:
    try:
        return book.decide(Ask(taker, READ, thing, book.clock(), NEVER)).verdict is Verdict.GRANTED
    except Malformed:
        return False  # it runs in a circle, so it has no owner


def asked_back(
    book: Book[C], party: PartyCode, thing: str, takers: Collection[PartyCode] = (), says: str | None = None
) -> list[Line]:
    """The questions by which a party asks back what is owed to it: from some, or from all who were not asked yet.

    Args:
        book: the book.
        party: who asks, in its own name: who released it, or who owns it.
        thing: what, or `all`.
        takers: from whom; by default everybody who was not asked.
        says: what to tell those who are asked.

    Raises:
        Impossible: nothing of it is owed back that was not asked for.
    """
    owed = [
        one for one in owed_to(book, party)
        if thing in {EVERYTHING, one.thing} and (one.party in takers if takers else one.asked is None)
    ]  # fmt: skip
    if not owed:
        step = "see comity intel recall without --ask"
        if thing == EVERYTHING:
            raise Impossible("nothing is owed back that was not asked for", next_step=step)
        raise Impossible(f"nothing of {thing} is owed back that was not asked for", next_step=step)
    return [
        recall(release, [one.party], says, by=party, passed_on=[one.party])
        for one in owed
        for release in _each(one.release, party)
    ]


def _each(release: Release, party: PartyCode) -> list[Release]:
    """A release once for each of its owners, where whoever released it asks: rule 2."""
    return [replace(release, of=(owner,)) for owner in release.of if release.by == party] or [release]


def asked_of(book: Book[C], party: PartyCode) -> list[Asked]:
    """What a party is asked to give back, by arrival: here, and by the servers that it pulled from."""
    view = book.view(party)
    found = [one for one in recalls(view.records([RECALL])) if party in one.to]
    return sorted([*found, *asked_elsewhere(view, party)], key=lambda one: (one.arrived, one.id))


def disclosures(book: Book[C], party: PartyCode) -> list[Release]:
    """The register of disclosures as far as a party may read it, by arrival: what was handed over, fetched, or read."""
    found = [*register(book.view(party).records([KIND])), *offered(book, party)]
    found += read_here(book, party, found)
    return sorted(found, key=Release.order)
