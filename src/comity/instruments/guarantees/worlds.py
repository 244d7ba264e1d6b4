"""The worlds in which a row is worked out, one for each claim that may be taken, and what they have in common.

Rules:
1. A claim to an area is taken where the place may lie in it, the victim is among those who claim it, and the article
   asks whose territory the place is.
2. A claim of who did it is taken where several are made (an event's `claims`).
3. An account of when an agreement bound whom is taken where sources differ (an agreement's `claims`), each by itself.
4. A row that is the same in every world is settled, and says that it is. Where they differ its duty is unknown, and it
   has a branch for each claim on which it depends.
5. A row is as weak as the weakest thing it rests on: its article, or that one of its two parties was a party at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from comity.casebook.agreement import Agreement, Clause, Saying
from comity.casebook.book import Casebook, Dispute, Variant
from comity.casebook.places import Site, covers
from comity.instruments.guarantees import trigger as asking
from comity.instruments.guarantees.answer import NOT_TRIGGERED, UNKNOWN, Branch, Commitment, Declined
from comity.instruments.guarantees.event import Event
from comity.instruments.guarantees.ground import Case, Taken
from comity.instruments.guarantees.trigger import Test
from comity.values.instant import ALWAYS, Instant, show_ragged
from comity.values.truth import Truth


@dataclass(frozen=True, slots=True)
class World:
    """An agreement by one account of it, and the event under one claim of each kind."""

    variant: Variant
    case: Case
    parties: dict[str, Test] = field(default_factory=dict, compare=False, repr=False)
    """Whether it binds a party on the event's day, once that was asked: the same whoever the other party is."""

    def binds(self, party: str) -> Test:
        """Whether the agreement binds a party on the event's day."""
        if party not in self.parties:
            self.parties[party] = asking.bound_on(party, self.variant.spells.get(party, ()), self.case)
        return self.parties[party]

    @property
    def sovereign(self) -> str:
        """Whose area it is, in words; empty where that is not asked."""
        return "" if self.case.taken is None else self.case.taken.words


@dataclass(frozen=True, slots=True)
class Pair:
    """One clause between one ordered pair in one world: the tests and what they come to."""

    tests: tuple[Test, ...]
    result: Truth = field(init=False)
    """All tests together."""

    def __post_init__(self) -> None:
        """Put the tests together once."""
        object.__setattr__(self, "result", asking.together(self.tests))

    @property
    def reason(self) -> str:
        """Why the pair does not apply, or what would settle it."""
        failed = next((test.says for test in self.tests if test.result is Truth.FALSE), None)
        return failed if failed is not None else "; ".join(self.settles)

    @property
    def settles(self) -> tuple[str, ...]:
        """What would settle it."""
        found = (item for test in self.tests if test.result is Truth.UNKNOWN for item in test.settles)
        return tuple(dict.fromkeys(found))


@dataclass(frozen=True, slots=True)
class About:
    """What a row is about: the event as it was asked, and a clause of an agreement."""

    book: Casebook
    event: Event
    agreement: Agreement
    clause: Clause
    ground: tuple[Dispute, ...]
    """The disputed areas that the place may lie in."""
    said: dict[object, tuple[str, ...]] = field(default_factory=dict, compare=False, repr=False)
    """What is said beside every row, whoever is bound, once it was put into words."""


NOBODY = "it binds nobody here, if that is taken"
_NONE = Pair((Test(Truth.FALSE, NOBODY),))


@dataclass(frozen=True, slots=True)
class Outcome:
    """One pair in every world that one victim makes; None where the world has no such pair."""

    worlds: tuple[World, ...]
    pairs: tuple[Pair | None, ...]


def cases(book: Casebook, event: Event, victim: str, memo: dict[object, Truth], whose: bool) -> Iterator[Case]:
    """The event under each claim that matters: rules 1 and 2."""
    authors = [(replace(event, attacker=one.attacker, claims=()), one.words) for one in event.contested] or [
        (event, "")
    ]
    taken: list[Taken | None] = []
    if whose:
        for dispute in disputed(book, event):
            if any(claim.party == victim for claim in dispute.claims):
                taken += [Taken(dispute, claim.party) for claim in dispute.claims]
    for authored, claimed in authors:
        for claim in taken or [None]:
            yield Case(book, authored, victim, claim, claimed, memo)


def settle(about: About, key: tuple[str, str], outcomes: list[Outcome]) -> Commitment | Declined:
    """Put one pair's results in all worlds into a row, or among what does not apply: rule 4."""
    clause, event = about.clause, about.event
    tried = [
        (world, pair or _NONE)
        for outcome in outcomes
        for world, pair in zip(outcome.worlds, outcome.pairs, strict=True)
    ]
    results = [pair.result for _, pair in tried]
    best = max(results)
    pair = tried[results.index(best)][1]
    if best is Truth.FALSE:
        return Declined(about.agreement.id, clause.article, key[:1], key[1:], pair.reason)
    unsettled = dict.fromkeys(item for _, one in tried if one.result is Truth.UNKNOWN for item in one.settles)
    branches: tuple[Branch, ...] = ()
    if event.victim is not None and len(set(results)) > 1:
        depends = _depends(tried)
        branches = tuple(_branches(clause, tried, depends))
        unsettled.update(dict.fromkeys(_open(tried, depends)))
    weak = tuple(_weak(about, key))
    return Commitment(
        about.agreement,
        clause,
        *key,
        clause.duty if set(results) == {Truth.TRUE} else UNKNOWN,
        (*_because(about, key[0], pair, bool(branches)), *weak),
        tuple(unsettled),
        branches,
        "C" if weak else clause.grade,
        clause.verify or bool(weak),
    )


def _claims(world: World) -> tuple[str, str, str]:
    return world.variant.words, world.sovereign, world.case.claimed


Tried = list[tuple[World, Pair]]


def _depends(tried: Tried) -> tuple[bool, bool, bool]:
    """On which kinds of claim the results depend: account, sovereignty, author."""
    found = [False, False, False]
    for kind in range(3):
        by_rest: dict[tuple[str, ...], set[Truth]] = {}
        for world, pair in tried:
            claims = _claims(world)
            by_rest.setdefault((*claims[:kind], *claims[kind + 1 :]), set()).add(pair.result)
        found[kind] = any(len(results) > 1 for results in by_rest.values())
    return (found[0], found[1], found[2])


def _branches(clause: Clause, tried: Tried, depends: tuple[bool, bool, bool]) -> Iterator[Branch]:
    """A branch for each claim on which the row depends: rule 4."""
    first = [pair.result for world, pair in tried if world.variant is tried[0][0].variant]
    seen: set[str] = set()
    for world, pair in tried:
        alike = [one.result for other, one in tried if other.variant is world.variant] == first
        if alike and world.variant is not tried[0][0].variant:
            continue
        claim = " and ".join(words for words, asked in zip(_claims(world), depends, strict=True) if asked and words)
        if claim not in seen:
            seen.add(claim)
            duty = {Truth.TRUE: clause.duty, Truth.UNKNOWN: UNKNOWN, Truth.FALSE: NOT_TRIGGERED}[pair.result]
            yield Branch(claim, duty, "" if pair.result is Truth.TRUE else pair.reason)


def _open(tried: Tried, depends: tuple[bool, bool, bool]) -> Iterator[str]:
    """Which claims would settle the row."""
    account, sovereign, author = depends
    first = tried[0][0].variant
    base = [pair.result for world, pair in tried if world.variant is first]
    if account:
        for world, _ in tried:
            if [pair.result for other, pair in tried if other.variant is world.variant] != base:
                yield f"{world.variant.about}: which account is taken"
    if sovereign:
        for world, _ in tried:
            if world.case.taken is not None:
                yield f"sovereignty: whose claim to {world.case.taken.dispute.name} is taken"
    if author:
        yield "attacker: whose claim of who did it is taken"


def _because(about: About, bound: str, pair: Pair, branched: bool) -> Iterator[str]:
    """Why the row stands, and what is said beside it."""
    event, clause = about.event, about.clause
    yield from (test.says for test in pair.tests)
    if bound in event.attackers:
        yield f"{bound} is itself the alleged attacker; the article excepts nobody"
    if branched not in about.said:
        about.said[branched] = tuple(_of_the_event(about, branched))
    yield from about.said[branched]
    for saying in clause.qualifies:
        if saying.by == bound and (event.on is None or saying.valid.holds(event.on)):
            yield f"{saying.by}: {saying.says} ({saying.source})"
    if clause.article not in about.said:
        about.said[clause.article] = tuple(_of_the_article(about))
    yield from about.said[clause.article]


def _of_the_event(about: About, branched: bool) -> Iterator[str]:
    """What is said of the event beside every row, or beside every one with branches."""
    event = about.event
    if event.claimed_by:
        yield f"the event is as claimed by {', '.join(event.claimed_by)}"
    for claim in event.claims:
        yield f"{' and '.join(claim.by) or 'somebody'} claimed: {claim.attacker} did it"
    if event.contested and not branched:
        yield "the same whoever of them did it"
    yield from _disputed(about, branched)


def _of_the_article(about: About) -> Iterator[str]:
    """What is said of the article beside every row."""
    clause = about.clause
    yield from (_reading(saying, about.event.on) for saying in clause.readings)
    yield from (f"sources differ on {claim}" for claim in about.agreement.claims)
    if clause.grade == "C" or clause.verify:
        yield "weak source (grade C or still to be verified): check it before you rely on this row"


def disputed(book: Casebook, event: Event) -> Iterator[Dispute]:
    """The disputed areas that the place of an event may lie in."""
    if event.place is not None:
        site = Site(event.place, event.on)
        yield from (dispute for dispute in book.disputes if covers(dispute.area, site) is not Truth.FALSE)


def _disputed(about: About, branched: bool) -> Iterator[str]:
    """That the place lies in a disputed area, and why it does not matter where it does not: rule 4."""
    trigger = about.clause.trigger
    for dispute in about.ground:
        who = ", ".join(claim.party for claim in dispute.claims)
        why = "the answer is the same under each claim"
        if trigger is not None and trigger.by_administration:
            why = "the article goes by who administers it, not by whose it is"
        yield f"the place lies in a disputed area, {dispute.name} ({who})" + ("" if branched else f": {why}")


def _reading(saying: Saying, on: Instant | None) -> str:
    """A reading with its day, and whether it came later than the event."""
    start = saying.valid.start
    day = "" if start.latest <= ALWAYS else f", {show_ragged(start)}"
    later = " (later than the event)" if day and on is not None and start.earliest > on else ""
    return f"as read by {saying.by}{day}{later}: {saying.says} ({saying.source})"


def _weak(about: About, key: tuple[str, str]) -> Iterator[str]:
    """Whose being a party rests on a weak source: rule 5."""
    doubts, on = about.book.doubts(about.agreement), about.event.on
    for party in dict.fromkeys(key):
        for valid, says in doubts.get(party, ()):
            if on is None or valid.holds(on) is not Truth.FALSE:
                yield f"weak source (grade C) for {party} being a party: {says}"
