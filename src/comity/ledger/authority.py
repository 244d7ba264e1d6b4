"""Who may state a kind of fact, so that it counts.

Rules:
1. What is stated without authority is kept as a claim and changes no verdict.
2. Who acts in a fact states it himself: its issuer is its `by`. A party is bound by nobody's signature but its own; so
   an agreement counts when every party it names has signed it: when it was stated, or later, by a `signature` of its
   own that names the very fact.
3. A title is stated by its owner while the thing has no owner; once it has, by one of those it has, so that nobody
   makes himself an owner beside others. What a thing is made from is stated by its maker; where the thing has owners or
   a maker already, by one of these.
4. A membership is stated by the group, as a party of that name or by an organ that acts for it. Who acts for a party
   is stated by that party.
5. What lowers the owners' say in a thing (a quorum, a standing) is signed by every owner it has.
6. What the book itself states is public knowledge taken over by its keeper: it counts in this book, binds nobody, and
   gives way where the group or the owner states its own.
7. A correction counts for facts of the same issuer. What a reader of this book cannot read as a fact does not count.
8. All this is decided over the facts one is given, in the order of their arrival: over what an audience may read, for
   its view.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable
from copy import copy
from dataclasses import dataclass
from enum import Enum
from functools import cached_property

from comity.errors import Malformed
from comity.ledger.record import Record
from comity.values import fact as f
from comity.values.fact import AnyFact
from comity.values.instant import Instant
from comity.values.party import PartyCode
from comity.values.reading import BOOK, KINDS

POLICY_KINDS = frozenset(KINDS)
SIGNATURE = "signature"
"""A party's signature under a fact that another has stated: `fact` is its id."""


class Weight(Enum):
    """What a stated fact counts as."""

    STATED = "stated with authority"
    ADOPTED = "taken over by the book"
    CLAIM = "a claim"


@dataclass(frozen=True)
class Arrived:
    """A record as it stands in the book: where, when, under which label, and who signed it."""

    record: Record
    position: int
    arrived: Instant
    label: int
    signed_by: frozenset[PartyCode]

    @cached_property
    def fact(self) -> AnyFact | None:
        """What it states, read once; None where this Comity cannot read it as a fact of the calculus: rule 7."""
        try:
            return self.record.fact(self.arrived, self.position)
        except Malformed:
            return None  # stated by a newer Comity


class Authority:
    """The facts that count, of those given so far in the order of arrival."""

    def __init__(self, public: Iterable[AnyFact] = ()) -> None:
        """Begin with the public knowledge that lies under every book; it weighs like what the book takes over."""
        self.weights: dict[str, Weight] = {}
        self._facts: dict[str, AnyFact] = {}
        self._issuers: dict[str, PartyCode] = {}
        self._owners: dict[str, set[PartyCode]] = {}
        self._makers: dict[str, set[PartyCode]] = {}
        self._organs: dict[PartyCode, set[PartyCode]] = {}
        self._stated: set[tuple[str, ...]] = set()
        self._adopted: set[tuple[str, ...]] = set()
        self._more: list[AnyFact] | None = []
        for fact in public:
            self._count(fact, BOOK, Weight.ADOPTED)

    def take(self, arrived: Arrived) -> Weight:
        """Weigh the next fact; what is no fact of the calculus is a claim."""
        record, weight = arrived.record, Weight.CLAIM
        fact = arrived.fact
        if fact is not None:
            weight = self._weigh(fact, record, arrived.signed_by)
        if fact is not None and weight is not Weight.CLAIM:
            corrected = record.text("supersedes")
            if corrected is not None and self._issuers.get(corrected) == record.issuer:
                self._less(self._facts.pop(corrected, None) is not None)
            self._count(fact, record.issuer, weight)
        self.weights[record.id] = weight
        return weight

    def facts(self) -> list[AnyFact]:
        """What counts: without what was corrected, and what gives way to a party's own statement: rules 6 and 7."""
        return [fact for fact in self._facts.values() if not self._gives_way(fact)]

    def grown(self) -> list[AnyFact] | None:
        """What was added to the facts that count since this was last asked; None if one of them went."""
        more, self._more = self._more, []
        return more

    def copy(self) -> Authority:
        """An authority that has taken the same, and goes its own way from here."""
        made = copy(self)
        made.weights, made._facts, made._issuers = dict(self.weights), dict(self._facts), dict(self._issuers)
        made._owners, made._makers, made._organs = (_apart(one) for one in (self._owners, self._makers, self._organs))
        made._stated, made._adopted = set(self._stated), set(self._adopted)
        made._more = None if self._more is None else [*self._more]
        return made

    def _less(self, went: bool) -> None:
        if went:
            self._more = None

    def _gives_way(self, fact: AnyFact) -> bool:
        return self.weights[fact.id] is Weight.ADOPTED and _subject(fact.body) in self._stated

    def _weigh(self, fact: AnyFact, record: Record, signed_by: frozenset[PartyCode]) -> Weight:
        if record.issuer == BOOK:
            return Weight.ADOPTED
        return Weight.STATED if AUTHORITIES[record.kind](self, fact.body, record.issuer, signed_by) else Weight.CLAIM

    def _count(self, fact: AnyFact, issuer: PartyCode, weight: Weight) -> None:
        self._facts[fact.id], self._issuers[fact.id], self.weights[fact.id] = fact, issuer, weight
        subject = _subject(fact.body)
        if weight is Weight.STATED and subject:
            self._less(subject in self._adopted and subject not in self._stated)
            self._stated.add(subject)
        if weight is Weight.ADOPTED and subject:
            self._adopted.add(subject)
        if self._more is not None and not self._gives_way(fact):
            self._more.append(fact)
        match fact.body:
            case f.Title(thing=thing, owner=owner):
                self._owners.setdefault(thing, set()).add(owner)
            case f.Derive(thing=thing, by=maker):
                self._makers.setdefault(thing, set()).add(maker)
            case f.ActsFor(organ=organ, sovereign=sovereign):
                self._organs.setdefault(sovereign, set()).add(organ)

    def _actor(self, body: f.Body, issuer: PartyCode, _: frozenset[PartyCode]) -> bool:
        """Rule 2."""
        return getattr(body, "by", None) == issuer

    def _owner(self, body: f.Body, issuer: PartyCode, _: frozenset[PartyCode]) -> bool:
        """Rule 3, of titles."""
        if not isinstance(body, f.Title):
            return False
        owners = self._owners.get(body.thing)
        return issuer in owners if owners else issuer == body.owner

    def _maker(self, body: f.Body, issuer: PartyCode, _: frozenset[PartyCode]) -> bool:
        """Rule 3, of derivations."""
        if not isinstance(body, f.Derive) or body.by != issuer:
            return False
        entitled = self._owners.get(body.thing, set()) | self._makers.get(body.thing, set())
        return not entitled or issuer in entitled

    def _group(self, body: f.Body, issuer: PartyCode, _: frozenset[PartyCode]) -> bool:
        """Rule 4, of memberships."""
        return isinstance(body, f.Member) and issuer in {body.group, *self._organs.get(body.group, ())}

    def _sovereign(self, body: f.Body, issuer: PartyCode, _: frozenset[PartyCode]) -> bool:
        """Rule 4, of organs."""
        return isinstance(body, f.ActsFor) and body.sovereign == issuer

    def _every_owner(self, body: f.Body, _: PartyCode, signed_by: frozenset[PartyCode]) -> bool:
        """Rule 5; a rule about all things is the book's alone to take over."""
        if not isinstance(body, f.Quorum | f.Standing) or body.scope is None:
            return False
        owners = self._owners.get(body.scope)
        return bool(owners) and signed_by >= owners if owners else False


Rule = Callable[[Authority, f.Body, PartyCode, frozenset[PartyCode]], bool]

AUTHORITIES: dict[str, Rule] = {
    **dict.fromkeys(
        ("collection", "grant", "refuse", "reserve", "request", "revoke", "renew", "use", "discharge", "levels",
         "equivalence", "de-minimis", "route"),
        Authority._actor,
    ),
    "title": Authority._owner,
    "derive": Authority._maker,
    "member": Authority._group,
    "acts-for": Authority._sovereign,
    "standing": Authority._every_owner,
    "quorum": Authority._every_owner,
}  # fmt: skip
"""For each policy kind, the rule by which an issuer other than the book may state it."""


def binding(arrivals: Iterable[Arrived], kinds: Container[str]) -> list[Record]:
    """The content of some kinds that counts: the book takes it over, or every party it names has signed: rules 2, 6."""
    arrived = list(arrivals)
    signed = signatories(arrived)
    return [one.record for one in arrived if one.record.kind in kinds and _binds(one.record, signed[one.record.id])]


def signatories(arrivals: Iterable[Arrived]) -> dict[str, frozenset[PartyCode]]:
    """Who has signed each fact by its id: when it was stated, and by later signatures of theirs: rule 2."""
    found: dict[str, frozenset[PartyCode]] = {}
    for one in arrivals:
        found[one.record.id] = one.signed_by
        signed = one.record.body.get("fact")
        if one.record.kind == SIGNATURE and isinstance(signed, str) and signed in found:
            found[signed] |= one.signed_by
    return found


def _binds(record: Record, signed_by: frozenset[PartyCode]) -> bool:
    named = record.body.get("parties")
    parties = {str(name).partition("@")[0] for name in named} if isinstance(named, list) else set()
    return record.issuer == BOOK or (bool(parties) and parties <= signed_by)


def effective(arrivals: Iterable[Arrived], public: Iterable[AnyFact] = ()) -> list[AnyFact]:
    """The facts that count, of those that arrived and of the public knowledge that lies underneath: rules 1 to 8."""
    authority = Authority(public)
    for arrived in arrivals:
        authority.take(arrived)
    return authority.facts()


def _apart(found: dict[str, set[PartyCode]]) -> dict[str, set[PartyCode]]:
    return {name: set(parties) for name, parties in found.items()}


def _subject(body: f.Body) -> tuple[str, ...]:
    """What public knowledge is about, where a party's own statement takes its place."""
    match body:
        case f.Member(group=group, party=party):
            return ("member", group, party)
        case f.Title(thing=thing, owner=owner):
            return ("title", thing, owner)
        case f.ActsFor(organ=organ):
            return ("acts-for", organ)
        case _:
            return ()
