"""The facts a decision reads, arranged for reading, and the one moment at which it reads them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, TypeVar, cast

from comity.values import fact as f
from comity.values.fact import AnyFact, Fact
from comity.values.instant import ALWAYS, Instant
from comity.values.party import ANYONE, Group, PartyCode, Recipient
from comity.values.truth import Truth, any_of

B = TypeVar("B", bound=f.Body)
_Shelves = dict[tuple[type, str], list[AnyFact]]


def _key(body: f.Body) -> tuple[str, ...]:
    """What each kind of fact is looked up by."""
    match body:
        case f.Member():
            return (_pair(body.group, body.party),)
        case f.ActsFor():
            return (body.organ, _pair("for", body.sovereign))
        case f.Title() | f.Derive() | f.Route():
            return (body.thing,)
        case f.Collection():
            return tuple(dict.fromkeys(body.things))
        case f.Standing():
            return (body.action,)
        case f.Quorum():
            return (body.scope,)
        case f.Grant() | f.Refuse() | f.Request():
            return (body.terms.scope,)
        case f.Revoke():
            return (body.fact,)
        case f.Renew() | f.Use() | f.Discharge():
            return (body.grant,)
        case f.Levels() | f.Equivalence() | f.DeMinimis():
            return (body.by,)


def _pair(one: str, other: str) -> str:
    """Two names as one key that no single name can be."""
    return f"{one}\x1f{other}"


class _Worked(NamedTuple):
    """What has been worked out of some facts, as known at one instant, about one instant."""

    on: Instant
    known: Instant
    acting: dict[PartyCode, list[Fact[f.ActsFor]]]
    principals: dict[PartyCode, PartyCode]
    called: dict[PartyCode, list[PartyCode]]
    members: dict[tuple[PartyCode, Group, Instant], Truth]


class Facts:
    """An immutable collection of facts, arranged by kind and by what each kind is looked up by.

    Duplicates (the same id) count once; the order of the argument does not matter.
    """

    def __init__(self, facts: Iterable[AnyFact], under: Facts | None = None) -> None:
        self._under = under
        self._by_id: dict[str, AnyFact] = {}
        self._shelves: _Shelves = {}
        self._layers: tuple[_Shelves, ...] = (*(() if under is None else under._layers), self._shelves)
        self._kinds: dict[type, list[AnyFact]] = {}
        self._arrivals: list[Instant] | None = None
        self._worked: _Worked | None = None
        for fact in sorted(facts, key=_arrival):
            if self.find(fact.id) is None:
                self._by_id[fact.id] = fact
                for key in _key(fact.body):
                    self._shelves.setdefault((type(fact.body), key), []).append(fact)

    def __iter__(self) -> Iterator[AnyFact]:
        """Every fact once."""
        if self._under is not None:
            yield from self._under
        yield from self._by_id.values()

    def find(self, name: str) -> AnyFact | None:
        """The fact with an id."""
        found = self._by_id.get(name)
        return found if found is not None or self._under is None else self._under.find(name)

    def of(self, kind: type[B], key: str) -> Sequence[Fact[B]]:
        """The facts of a kind under a key, in the order of arrival."""
        place = (kind, key)
        found: list[AnyFact] = []
        for shelves in self._layers:
            found += shelves.get(place, ())
        return cast("list[Fact[B]]", found)

    def every(self, kind: type[B]) -> Sequence[Fact[B]]:
        """The facts of a kind, in the order of arrival."""
        if kind not in self._kinds:
            own = {fact.id: fact for (found, _), shelf in self._shelves.items() if found is kind for fact in shelf}
            self._kinds[kind] = sorted(own.values(), key=_arrival)
        own_kind = cast("list[Fact[B]]", self._kinds[kind])
        return own_kind if self._under is None else [*self._under.every(kind), *own_kind]

    def last_arrival(self, known: Instant) -> Instant | None:
        """The last instant, up to one, at which one of them was recorded; None where all were always known."""
        if self._arrivals is None:
            self._arrivals = sorted({fact.recorded for fact in self._by_id.values() if fact.recorded > ALWAYS})
        place = bisect_right(self._arrivals, known)
        own = self._arrivals[place - 1] if place else None
        under = None if self._under is None else self._under.last_arrival(known)
        return max((one for one in (own, under) if one is not None), default=None)

    def worked(self, on: Instant, known: Instant) -> _Worked:
        """Where moments at these instants keep what they work out; it is kept for the last ones asked about alone."""
        found = self._worked
        if found is None or (found.on, found.known) != (on, known):
            found = self._worked = _Worked(on, known, {}, {}, {}, {})
        return found

    def plus(self, more: Iterable[AnyFact]) -> Facts:
        """These facts and, laid over them, some more: how a what-if is asked."""
        return Facts(more, self)


def _arrival(fact: AnyFact) -> tuple[int, str]:
    return fact.order, fact.id


class Moment:
    """The facts as known at one instant, about one instant: a decision sees no other.

    Whom a name means and who belongs to what is worked out once and kept, for at the moment it cannot change.
    """

    __slots__ = ("_acting", "_called", "_members", "_principals", "facts", "known", "on")

    def __init__(self, facts: Facts, on: Instant, known: Instant) -> None:
        self.facts, self.on, self.known = facts, on, known
        _, _, self._acting, self._principals, self._called, self._members = facts.worked(on, known)

    def at(self, on: Instant) -> Moment:
        """The same knowledge about another instant."""
        return Moment(self.facts, on, self.known)

    @property
    def horizon(self) -> Instant | None:
        """The last arrival among the facts that were known."""
        return self.facts.last_arrival(self.known)

    def of(self, kind: type[B], key: str) -> list[Fact[B]]:
        """The facts of a kind under a key that were known."""
        return [fact for fact in self.facts.of(kind, key) if fact.recorded <= self.known]

    def sure(self, kind: type[B], key: str) -> list[Fact[B]]:
        """Those of them certainly in force."""
        on, known = self.on, self.known
        every = self.facts.of(kind, key)
        return [fact for fact in every if fact.recorded <= known and fact.valid.holds(on) is Truth.TRUE]

    def sure_by(self, kind: type[B], party: PartyCode) -> Iterator[Fact[B]]:
        """Those certainly in force that are looked up by who states them: the party itself, or an organ of it."""
        return (fact for name in self.called(party) for fact in self.sure(kind, name))

    def acting(self, party: PartyCode) -> list[Fact[f.ActsFor]]:
        """The facts, certainly in force, by which a party may act for another."""
        found = self._acting.get(party)
        if found is None:
            found = self._acting[party] = self.sure(f.ActsFor, party)
        return found

    def principal(self, party: PartyCode) -> PartyCode:
        """The sovereign a party acts for, by the sovereign's own statement; itself, if for nobody."""
        found = self._principals.get(party)
        if found is None:
            acting = [fact.body.sovereign for fact in self.acting(party) if fact.issuer == fact.body.sovereign]
            found = self._principals[party] = min(acting) if acting else party
        return found

    def agency(self, party: PartyCode) -> tuple[str, ...]:
        """The facts by which a party acts for another."""
        return tuple([fact.id for fact in self.acting(party)]) if self.principal(party) != party else ()

    def member(self, party: PartyCode, group: Group, on: Instant | None = None) -> Truth:
        """Whether a party is a member, at the instant the reference means: the moment's own unless another is given."""
        when = group.frozen if group.frozen is not None else self.on if on is None else on
        found = self._members.get((party, group, when))
        if found is None:
            found = any_of(fact.valid.holds(when) for fact in self.memberships(party, group))
            self._members[party, group, when] = found
        return found

    def memberships(self, party: PartyCode, group: Group) -> list[Fact[f.Member]]:
        """The membership facts of a party, or of an organ that acts for it, in a group, whenever valid."""
        return [fact for name in self.called(party) for fact in self.of(f.Member, _pair(group.name, name))]

    def called(self, party: PartyCode) -> list[PartyCode]:
        """The names that mean a party: its own, unless it acts for another, and those of its organs."""
        found = self._called.get(party)
        if found is None:
            organs = {fact.body.organ for fact in self.facts.of(f.ActsFor, _pair("for", party))}
            names = (party, *sorted(organs - {party}))
            found = self._called[party] = [name for name in names if self.principal(name) == party]
        return found

    def covers(self, to: Sequence[Recipient], party: PartyCode, on: Instant | None = None) -> Truth:
        """Whether a list of recipients names a party: itself, an organ that acts for it, or through a group.

        Membership is asked about at the moment, or at another instant.
        """
        best, called = Truth.FALSE, self.called(party)
        for name in to:
            if isinstance(name, Group):
                best = max(best, self.member(party, name, on))
            elif name == ANYONE or name in called:
                best = Truth.TRUE
        return best

    def names(self, name: PartyCode, party: PartyCode) -> bool:
        """Whether a name means a party: it is the party's own, or that of an organ that acts for it."""
        return name in self.called(party)
