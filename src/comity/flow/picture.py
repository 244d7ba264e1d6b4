"""The picture: on a day, which parties there are, what ties them, who is in which group, and what ground is disputed.

Rules:
1. Everything comes from the casebook as an audience may see it (`view.casebook`), and from nothing else: what the
   audience may not read cannot change a byte of it.
2. A state of things is certain, or, on a day that a ragged date leaves open, perhaps so; the two are told apart.
3. A treaty of many is one hub with its members; drawn as pairs it would be hundreds of lines. Both forms are there, and
   `at_most` and `at_least` say which agreements go into which.
4. Of several kinds an arc names the first in the order of `ties.KINDS`, for its colour; it keeps all. Nothing is added
   up.
5. A disputed area has every claimant; who administers it is not asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial

from comity.casebook.agreement import Agreement
from comity.casebook.book import Casebook, Claim
from comity.casebook.outlines import points
from comity.casebook.places import Point, Shape
from comity.flow import ties
from comity.flow.stretches import Stretches
from comity.flow.ties import Tie, in_order
from comity.formats.tables import Cell, Table, cell, table
from comity.values.instant import Instant
from comity.values.period import Period
from comity.values.truth import Truth

IN_FORCE, PERHAPS = "in force", "perhaps in force"
WORDS = {Truth.TRUE: IN_FORCE, Truth.UNKNOWN: PERHAPS}
SURE = {Truth.TRUE: "yes", Truth.UNKNOWN: "perhaps"}
MANY = 6
"""From how many parties on an agreement is better shown as a hub."""


@dataclass(frozen=True, slots=True)
class Present:
    """A party that exists on a day: `sure` is False where its dates leave that open. Without a point no map has it."""

    code: str
    name: str
    kind: str
    sure: bool
    point: Point | None


@dataclass(frozen=True, slots=True)
class Thread:
    """One agreement between two parties: the kinds that run one way, and the other."""

    agreement: str
    name: str
    state: str
    there: tuple[str, ...]
    back: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Arc:
    """Two parties, in order of code, and every agreement between them."""

    one: str
    two: str
    state: str
    kinds: tuple[str, ...]
    threads: tuple[Thread, ...]

    @property
    def kind(self) -> str:
        """The kind it is drawn as: rule 4."""
        return self.kinds[0]


@dataclass(frozen=True, slots=True)
class Hub:
    """One agreement with its parties of the day: those that it certainly binds, and those that it perhaps does."""

    agreement: str
    name: str
    state: str
    kinds: tuple[str, ...]
    members: tuple[str, ...]
    perhaps: tuple[str, ...]

    @property
    def kind(self) -> str:
        """The kind it is drawn as: rule 4."""
        return self.kinds[0] if self.kinds else "unknown"

    everybody: tuple[str, ...] = field(init=False, repr=False)
    """Members, certain or not."""

    def __post_init__(self) -> None:
        """Put them together once."""
        object.__setattr__(self, "everybody", tuple(sorted((*self.members, *self.perhaps))))


@dataclass(frozen=True, slots=True)
class Membership:
    """A group on a day."""

    group: str
    members: tuple[str, ...]
    perhaps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ground:
    """A disputed area on a day, with every claimant: rule 5."""

    id: str
    name: str
    sure: bool
    claims: tuple[Claim, ...]
    rings: tuple[tuple[Point, ...], ...]
    source: str


@dataclass(frozen=True, slots=True)
class Binding:
    """An article between an ordered pair on a day."""

    agreement: str
    name: str
    article: str
    bound: str
    toward: str
    state: str
    duty: str
    kinds: tuple[str, ...]
    says: str
    upon_event: bool
    words: str
    order: int | None
    read_by: str
    source: str
    grade: str
    verify: bool
    suspended: str | None


def parties(book: Casebook, on: Instant) -> tuple[Present, ...]:
    """Every state and organisation that exists on a day, by code."""
    return _existing(book).on(on)


@lru_cache(maxsize=4)
def _existing(book: Casebook) -> Stretches[tuple[Present, ...]]:
    known: dict[Present, Present] = {}

    def there(on: Instant) -> tuple[Present, ...]:
        places = points(book, on)
        held = ((party, party.acts.holds(on)) for _, party in sorted(book.register.items()))
        found = (
            Present(party.code, party.name, party.kind, truth is Truth.TRUE, places.get(party.code))
            for party, truth in held
            if truth is not Truth.FALSE
        )
        return tuple(known.setdefault(one, one) for one in found)

    parts = (part.valid for parts in book.parts.values() for part in parts)
    return Stretches((*(party.acts for party in book.register.values()), *parts), there)


def hubs(
    book: Casebook,
    on: Instant,
    *,
    kinds: Iterable[str] = (),
    party: str | None = None,
    at_least: int = 1,
) -> tuple[Hub, ...]:
    """Agreements in force, or perhaps in force, each with its parties: rule 3.

    Args:
        book: the casebook as the audience may see it.
        on: the day.
        kinds: only agreements with one of these kinds; () is all.
        party: only agreements that bind this party.
        at_least: only agreements with this many parties or more.
    """
    wanted = set(kinds)
    return tuple(
        hub
        for hub in _every_hub(book, on)
        if (not wanted or wanted & set(hub.kinds))
        and (party is None or party in hub.everybody)
        and len(hub.everybody) >= at_least
    )


def _every_hub(book: Casebook, on: Instant) -> Iterator[Hub]:
    return (hub for hub in (one.on(on) for one in _hubs(book)) if hub is not None)


@lru_cache(maxsize=4)
def _hubs(book: Casebook) -> tuple[Stretches[Hub | None], ...]:
    return tuple(Stretches(ties.bindings(one, book), partial(_hub, one, book)) for one in book.agreements.values())


def _hub(agreement: Agreement, book: Casebook, on: Instant) -> Hub | None:
    held = ties.in_force(agreement, on)
    if held is Truth.FALSE:
        return None
    bound = ties.bound(agreement, book, on)
    sure = tuple(code for code, is_bound in bound.items() if min(held, is_bound) is Truth.TRUE)
    rest = tuple(code for code in bound if code not in sure)
    return Hub(agreement.id, agreement.name, WORDS[held], ties.agreement_kinds(agreement, book), sure, rest)


def arcs(
    book: Casebook,
    on: Instant,
    *,
    kinds: Iterable[str] = (),
    party: str | None = None,
    at_most: int | None = None,
) -> tuple[Arc, ...]:
    """Every pair of parties with something between them, each with all agreements between the two: rules 2 to 4.

    Args:
        book: the casebook as the audience may see it.
        on: the day.
        kinds: only ties of these kinds; () is all.
        party: only pairs with this party.
        at_most: only agreements with this many parties or fewer; None is all.
    """
    wanted = frozenset(kinds) or frozenset(ties.KINDS)
    found: dict[tuple[str, str], list[Thread]] = {}
    for group in ties.by_agreement(book, on):
        if at_most is None or len(ties.bound(group[0].agreement, book, on)) <= at_most:
            for pair, thread in _with(group, wanted, party) if party is not None else _threads(group, wanted, None):
                found.setdefault(pair, []).append(thread)
    return tuple(_arc(one, two, threads) for (one, two), threads in sorted(found.items()))


def _arc(one: str, two: str, threads: Sequence[Thread]) -> Arc:
    state = IN_FORCE if any(thread.state == IN_FORCE for thread in threads) else PERHAPS
    kinds = in_order(kind for thread in threads for kind in (*thread.there, *thread.back))
    return Arc(one, two, state, kinds, tuple(threads))


_Ways = dict[tuple[str, str], tuple[Truth, frozenset[str]]]
_NOTHING = (Truth.FALSE, frozenset[str]())


@lru_cache(maxsize=512)
def _with(group: tuple[Tie, ...], wanted: frozenset[str], party: str) -> tuple[tuple[tuple[str, str], Thread], ...]:
    """One agreement's threads between a party and each other one, which are few and asked for again and again."""
    return tuple(_threads(group, wanted, party))


def _threads(
    group: Sequence[Tie], wanted: frozenset[str], party: str | None
) -> Iterator[tuple[tuple[str, str], Thread]]:
    """One agreement's threads between unordered pairs."""
    ways = _ways(group, wanted, party)
    for one, two in sorted({(min(pair), max(pair)) for pair in ways}):
        (held, there), (returned, back) = ways.get((one, two), _NOTHING), ways.get((two, one), _NOTHING)
        agreement, state = group[0].agreement, WORDS[max(held, returned)]
        yield (one, two), Thread(agreement.id, agreement.name, state, in_order(there), in_order(back))


def _ways(group: Sequence[Tie], wanted: frozenset[str], party: str | None) -> _Ways:
    """The ordered pairs of an agreement with the kinds between them. Clauses alike in all but kind are tried once."""
    alike: dict[object, tuple[Tie, set[str]]] = {}
    for tie in group:
        key = (id(tie.bound), id(tie.toward), tie.holds, tie.stops)  # those of one agreement share what is the same
        alike.setdefault(key, (tie, set()))[1].update(wanted.intersection(tie.kinds))
    found: _Ways = {}
    for tie, kinds in alike.values():
        for pair, held in _pairs(tie, party) if kinds else ():
            before, known = found.get(pair, _NOTHING)
            found[pair] = (max(before, held), known | kinds if known else frozenset(kinds))
    return found


def _pairs(tie: Tie, party: str | None) -> Iterator[tuple[tuple[str, str], Truth]]:
    """The ordered pairs, with or without a party, between which a clause runs, certainly or perhaps."""
    for bound in tie.bound:
        for toward in tie.toward if party is None or party == bound else (party,):
            held = tie.between(bound, toward)
            if held is not Truth.FALSE:
                yield (bound, toward), held


def groups(book: Casebook, on: Instant) -> tuple[Membership, ...]:
    """The groups that have members on a day."""
    found = (group.on(on) for group in _memberships(book))
    return tuple(one for one in found if one.members or one.perhaps)


@lru_cache(maxsize=4)
def _memberships(book: Casebook) -> tuple[Stretches[Membership], ...]:
    return tuple(
        Stretches((valid for _, valid in rows), partial(_membership, group, rows))
        for group, rows in sorted(book.groups.items())
    )


def _membership(group: str, rows: Iterable[tuple[str, Period]], on: Instant) -> Membership:
    held: dict[str, Truth] = {}
    for code, valid in rows:
        if held.get(code) is not Truth.TRUE and (truth := valid.holds(on)) is not Truth.FALSE:
            held[code] = truth
    sure = tuple(sorted(code for code, truth in held.items() if truth is Truth.TRUE))
    return Membership(group, sure, tuple(sorted(code for code, truth in held.items() if truth is Truth.UNKNOWN)))


def disputes(book: Casebook, on: Instant | None = None) -> tuple[Ground, ...]:
    """The disputed areas on a day, or, without a day, whenever they are: rule 5."""
    held = ((one, Truth.TRUE if on is None else one.valid.holds(on)) for one in book.disputes)
    return tuple(
        Ground(one.id, one.name, truth is Truth.TRUE, one.claims, tuple(_rings(one.area)), one.source)
        for one, truth in held
        if truth is not Truth.FALSE
    )


def _rings(area: Shape) -> Iterator[tuple[Point, ...]]:
    if area.ring:
        yield area.ring
    for part in area.parts:
        yield from _rings(part)


def between(book: Casebook, one: str, two: str, on: Instant) -> tuple[Binding, ...]:
    """What binds one party to another and the other to it, article by article; what is suspended says so."""
    tied = list(ties.ties(book, on))
    return (*owed(tied, one, two), *owed(tied, two, one))


def owed(tied: Iterable[Tie], bound: str, toward: str) -> tuple[Binding, ...]:
    """What of some ties one party owes another."""
    found = (_binding(tie, bound, toward) for tie in tied)
    return tuple(row for row in found if row is not None)


def _binding(tie: Tie, bound: str, toward: str) -> Binding | None:
    owed = min(tie.holds, tie.bound.get(bound, Truth.FALSE), tie.toward.get(toward, Truth.FALSE))
    if owed is Truth.FALSE or bound == toward:
        return None
    agreement, clause, strength = tie.agreement, tie.clause, tie.clause.strength
    stops = [stop.says for stop, _ in tie.stops if stop.bound in {None, bound} and stop.toward in {None, toward}]
    state = {Truth.TRUE: "suspended", Truth.UNKNOWN: PERHAPS, Truth.FALSE: WORDS[owed]}[tie.suspended(bound, toward)]
    return Binding(
        agreement.id,
        agreement.name,
        clause.article,
        bound,
        toward,
        state,
        clause.duty,
        tie.kinds,
        clause.says,
        clause.trigger is not None,
        strength.words,
        strength.order,
        strength.read_by,
        clause.source,
        clause.grade,
        clause.verify or clause.grade == "C",
        "; ".join(stops) or None,
    )


# The same as rows


def arc_table(found: Iterable[Arc]) -> Table:
    """Arcs as rows: one for each agreement between a pair."""
    columns = ("party", "other party", "agreement", "name", "state", "owed by the first", "owed by the second")
    rows = [
        (arc.one, arc.two, t.agreement, t.name, t.state, _words_of(t.there), _words_of(t.back))
        for arc in found
        for t in arc.threads
    ]
    return table(columns, rows)


def hub_table(found: Iterable[Hub]) -> Table:
    """Agreements as rows."""
    columns = ("agreement", "name", "state", "kinds", "parties", "perhaps parties")
    return table(columns, [(h.agreement, h.name, h.state, _words(h.kinds), h.members, h.perhaps) for h in found])


def party_table(found: Iterable[Present]) -> Table:
    """Parties as rows; the last column says whether one can be shown on a map."""
    columns = ("code", "name", "kind", "existed", "on the map")
    rows = [(p.code, p.name, p.kind, "yes" if p.sure else "perhaps", p.point is not None) for p in found]
    return table(columns, rows)


def dispute_table(found: Iterable[Ground]) -> Table:
    """Disputed areas as rows: one for each claimant."""
    columns = ("area", "claimant", "claim", "source of the claim", "source")
    return table(columns, [(g.name, c.party, c.says, c.source, g.source) for g in found for c in g.claims])


def binding_table(found: Iterable[Binding]) -> Table:
    """Articles between a pair as rows."""
    columns = (
        "bound", "toward", "agreement", "article", "duty", "state", "says", "upon an event", "in its words", "order",
        "as read by", "suspended", "source", "grade", "to be verified",
    )  # fmt: skip
    rows = [
        (
            b.bound, b.toward, b.agreement, b.article, b.duty, b.state, b.says, b.upon_event, b.words, b.order,
            b.read_by, b.suspended, b.source, b.grade, b.verify,
        )
        for b in found
    ]  # fmt: skip
    return table(columns, rows)


@lru_cache(maxsize=256)
def _words_of(kinds: tuple[str, ...]) -> Cell:
    return cell(_words(kinds))


def _words(kinds: Sequence[str]) -> list[str]:
    return [ties.KINDS[kind] for kind in kinds]


def without_point(found: Iterable[Present], wanted: Iterable[str]) -> tuple[str, ...]:
    """Which of some parties cannot be shown on a map, for want of a point: they are in the table."""
    places: Mapping[str, Point | None] = {party.code: party.point for party in found}
    return tuple(sorted(code for code in set(wanted) if places.get(code) is None))
