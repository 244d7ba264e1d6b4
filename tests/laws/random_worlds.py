"""Random worlds, aimed: small, crowded at the ends of periods, and built so that every kind of fact decides some.

A world is written backwards. For each ask a verdict is wished for; each owner is given a stance that would lead there,
by one of the many ways in which a party can consent, waver, be asked, keep silent or refuse. Then noise is strewn over
it: revocations, expired dates, outsiders, facts learnt too late. What comes out is whatever the calculus says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from random import Random
from typing import Any

from comity.consent.facts import Facts
from comity.values import fact as f
from comity.values.condition import Value, condition, unknowns
from comity.values.fact import AnyFact, Ask, Fact, Interest, Kind, Obligation, Phase, Role, Terms
from comity.values.instant import ALWAYS, DAY, NEVER, Instant, Ragged, exactly
from comity.values.party import ANYONE, Group, Recipient
from comity.values.period import OPEN, Period
from comity.values.verdict import Verdict

PARTIES = ("ALP", "BRA", "CHA", "DEL", "ECH", "FOX")
CROWD = tuple(f"Z{number:02d}" for number in range(80))
GROUPS = ("GRP", "PACT")
ACTIONS = ("read", "release")
PURPOSES = ("planning", "training")
AREAS = ("north", "south")
LEVELS = ("LOW", "MID", "TOP")
FACE = frozenset({"report", "destroy"})
DAYS = range(9)
TODAY = 4
CONDITIONS = (
    "area == 'north'",
    "area in ['north', 'south'] and not drill",
    "quantity <= 4 or drill",
    "1 <= quantity < 5",
    "area != 'south' or purpose == 'planning'",
    "drill and area == 'north'",
)


def day(number: int) -> Instant:
    """The first instant of a day of the worlds' short calendar."""
    return number * DAY


@dataclass(frozen=True, slots=True)
class World:
    """Facts and what is asked of them."""

    facts: Facts
    asks: tuple[Ask, ...]


@dataclass(slots=True)
class Draft:
    """A world being written."""

    rng: Random
    facts: list[AnyFact] = field(default_factory=list)

    def state(
        self,
        body: f.Body,
        valid: Period = OPEN,
        recorded: Instant = ALWAYS,
        issuer: str | None = None,
    ) -> str:
        """Add a fact, in the order of arrival, and give its id."""
        name = f"f{len(self.facts)}"
        by = issuer or str(getattr(body, "by", "BOOK"))
        self.facts.append(Fact(name, by, body, valid, recorded, len(self.facts), f"Art. {name}"))
        return name

    def chance(self, probability: float) -> bool:
        """Whether something happens."""
        return self.rng.random() < probability

    def period(self, ragged: float = 0.1) -> Period:
        """A period that mostly holds today, often only just; now and then with a ragged end."""
        if self.chance(0.55):
            return OPEN
        start = self.rng.choice((TODAY - 2, TODAY - 1, TODAY, TODAY, TODAY + 1))
        end = start + self.rng.choice((0, 1, 1, 2, 4))
        slack = 2 * DAY if self.chance(ragged) else 0
        first = exactly(ALWAYS) if self.chance(0.3) else Ragged(day(start) - slack, day(start))
        last = exactly(NEVER) if self.chance(0.3) else Ragged(day(end), day(end) + slack)
        return Period(first, last)

    def recorded(self) -> Instant:
        """When a fact arrived: mostly long ago, sometimes about today."""
        return ALWAYS if self.chance(0.75) else day(self.rng.choice((TODAY - 1, TODAY, TODAY + 1)))

    def sound(self, valid: Period | None = None) -> tuple[Period, Instant]:
        """A period and a day of arrival for a fact that should count, most times."""
        if self.chance(0.9):
            return valid or OPEN, ALWAYS
        return self.period(), self.recorded()


def world(rng: Random) -> World:
    """One world with a few asks."""
    draft = Draft(rng)
    _nations(draft)
    things = _things(draft)
    asks = tuple(_ask(draft, rng.choice(things)) for _ in range(rng.choice((1, 1, 2))))
    for ask in asks:
        _answer(draft, ask)
    _noise(draft, asks)
    rng.shuffle(draft.facts)
    return World(Facts(draft.facts), asks)


# Who there is, and what


def _nations(draft: Draft) -> None:
    for group in GROUPS:
        for party in draft.rng.sample(PARTIES, 3):
            draft.state(f.Member(group, party), *draft.sound(draft.period()))
    if draft.chance(0.05):
        for party in CROWD:
            draft.state(f.Member("PACT", party))
    if draft.chance(0.3):
        organ, sovereign = draft.rng.sample(PARTIES, 2)
        valid, recorded = draft.sound()
        draft.state(f.ActsFor(organ, sovereign), valid, recorded, draft.rng.choice((sovereign, sovereign, organ)))


def _things(draft: Draft) -> list[str]:
    """Owned things, what is made from them, and a way through some: the names that may be asked about."""
    rng = draft.rng
    owned = ["one", "two", "three"][: rng.choice((1, 2, 2, 3))]
    for thing in owned:
        for owner in rng.sample(PARTIES, rng.choice((1, 1, 1, 2, 3))):
            valid = draft.period() if draft.chance(0.12) else OPEN
            draft.state(f.Title(thing, rng.choice(list(Kind)), owner, rng.choice(list(Interest))), valid)
    found = list(owned)
    if draft.chance(0.4):
        found += ["made"] * 3
        parts = (*rng.sample(owned, rng.randint(1, len(owned))), *(("orphan",) if draft.chance(0.05) else ()))
        shares = tuple((part, Decimal(rng.choice((5, 10, 20, 40)))) for part in parts if draft.chance(0.8))
        draft.state(f.Derive("made", rng.choice(PARTIES), parts, shares), *draft.sound())
        if draft.chance(0.3):
            found += ["remade"] * 2
            draft.state(f.Derive("remade", rng.choice(PARTIES), ("made",), (("made", Decimal(50)),)), *draft.sound())
        if draft.chance(0.2):
            draft.state(f.Title("made", Kind.INFORMATION, rng.choice(PARTIES), Interest.CO_ORIGINATOR))
    if draft.chance(0.12):
        found += ["way"] * 4
        legs = tuple(
            f.Leg(thing, rng.choice((0, 1, 2)) * DAY, rng.choice((1, 2)) * DAY)
            for thing in rng.sample(owned, rng.randint(1, len(owned)))
        )
        draft.state(f.Route("way", rng.choice(PARTIES), legs), *draft.sound())
        if draft.chance(0.3):
            draft.state(f.Title("way", Kind.TERRITORY, rng.choice(PARTIES), Interest.TERRITORIAL_SOVEREIGN))
    if draft.chance(0.03):
        found.append("orphan")
    return found


def _ask(draft: Draft, thing: str) -> Ask:
    rng = draft.rng
    every: dict[str, Value] = {
        "area": rng.choice(AREAS), "quantity": Decimal(rng.choice((1, 3, 5))), "drill": draft.chance(0.5),
    }  # fmt: skip
    context = {name: value for name, value in every.items() if draft.chance(0.6)}
    return Ask(
        rng.choice(PARTIES),
        rng.choice(ACTIONS),
        thing,
        day(TODAY),
        rng.choice((NEVER, NEVER, day(TODAY))),
        rng.choice((f.ANY, *PURPOSES)),
        context,
        rng.choice((None, *LEVELS, *LEVELS)),
        rng.choice((None, None, None, FACE, FACE, frozenset())),
    )


# What its owners say to an ask


@dataclass(frozen=True, slots=True)
class Stand:
    """One owner before one ask: what is at stake, and for whom."""

    draft: Draft
    ask: Ask
    owner: str
    thing: str
    party: str


def _answer(draft: Draft, ask: Ask) -> None:
    """Give each owner a stance, so that the weakest is the wished-for one."""
    wish = draft.rng.choice(WISHES)
    stands = list(_stands(draft, ask))
    weakest = draft.rng.randrange(len(stands)) if stands else 0
    for number, stand in enumerate(stands):
        STANCES[wish if number == weakest else draft.rng.choice((Verdict.GRANTED,) * 20 + tuple(Verdict))](stand)
    _spare_the_weakest(draft, stands, weakest)


def _stands(draft: Draft, ask: Ask) -> Iterator[Stand]:
    bodies = [fact.body for fact in draft.facts]
    sovereigns = {b.organ: b.sovereign for b in bodies if isinstance(b, f.ActsFor)}
    parts = _parts(bodies, ask.thing)
    for body in bodies:
        if isinstance(body, f.Title) and body.thing in parts:
            owner = sovereigns.get(body.owner, body.owner)
            yield Stand(draft, ask, owner, body.thing, sovereigns.get(ask.party, ask.party))


def _parts(bodies: Sequence[f.Body], thing: str) -> set[str]:
    """A thing, what it is made from, and the territories of a way."""
    below = {
        name
        for body in bodies
        for name in (
            body.from_things
            if isinstance(body, f.Derive) and body.thing == thing
            else [leg.territory for leg in body.legs]
            if isinstance(body, f.Route) and body.thing == thing
            else ()
        )
    }
    return {thing}.union(*(_parts(bodies, name) for name in below))


def _spare_the_weakest(draft: Draft, stands: Sequence[Stand], weakest: int) -> None:
    """Now and then the rules themselves make the weakest owner's stance matter less."""
    if not stands:
        return
    stand, rng = stands[weakest], draft.rng
    title = next(fact.body for fact in draft.facts if isinstance(fact.body, f.Title) and fact.body.thing == stand.thing)
    together = sum(other.thing == stand.thing for other in stands)
    if draft.chance(0.08 if together == 1 else 0.2):
        scope = rng.choice((None, stand.thing, stand.ask.thing))
        role = rng.choice((Role.CONSULTED, Role.NOTIFIED, Role.NOTIFIED, Role.REQUIRED))
        draft.state(f.Standing(rng.choice((stand.ask.action, f.ANY)), title.interest, role, scope), *draft.sound())
    if together > 1 and draft.chance(0.45):
        named = tuple(sorted({_office(draft, other.owner) for other in stands})) if draft.chance(0.3) else ()
        k = rng.randint(1, together)
        scope = _listed(stand, stands) if draft.chance(0.3) else rng.choice((stand.thing, stand.ask.thing))
        draft.state(f.Quorum(scope, k, of=named), *draft.sound())


def _listed(stand: Stand, stands: Sequence[Stand]) -> str:
    """A collection that holds the thing, named by one of its owners or by an outsider, for a quorum's scope."""
    rng = stand.draft.rng
    owner = rng.choice([other.owner for other in stands if other.thing == stand.thing])
    by = _signs(stand.draft, owner) if stand.draft.chance(0.6) else rng.choice(PARTIES)
    stand.draft.state(f.Collection("joint", by, (rng.choice((stand.thing, stand.ask.thing)),)), *stand.draft.sound())
    return "joint"


def _signs(draft: Draft, sovereign: str) -> str:
    """A name under which a sovereign states something: its own, or that of an organ of its."""
    organs = [
        fact.body.organ for fact in draft.facts
        if isinstance(fact.body, f.ActsFor) and fact.body.sovereign == sovereign
    ]  # fmt: skip
    return organs[0] if organs and draft.chance(0.5) else sovereign


def _office(draft: Draft, sovereign: str) -> str:
    """The same, the organ being set up for it, if need be."""
    if draft.chance(0.6):
        return sovereign
    office = f"{sovereign}-OFFICE"
    if not any(fact.body == f.ActsFor(office, sovereign) for fact in draft.facts):
        valid, recorded = draft.sound()
        draft.state(f.ActsFor(office, sovereign), valid, recorded, sovereign)
    return office


def _terms(stand: Stand, to: Recipient | None = None, when: str | None = None) -> Terms:
    """Terms that cover the ask, by one of the scopes and purposes that do."""
    draft, ask, rng = stand.draft, stand.ask, stand.draft.rng
    return Terms(
        (to if to is not None else _naming(stand),),
        rng.choice(((ask.action,), ACTIONS, (f.ANY,))),
        rng.choice((stand.thing, stand.thing, ask.thing, _collection(stand) if draft.chance(0.4) else stand.thing)),
        (ask.purpose,) if ask.purpose != f.ANY and draft.chance(0.4) else (f.ANY,),
        None if when is None else condition(when),
    )


def _naming(stand: Stand) -> Recipient:
    """A way to name the acting party: by itself, through a group, or as everyone."""
    draft, rng = stand.draft, stand.draft.rng
    if draft.chance(0.6):
        return stand.party
    if draft.chance(0.08):
        return ANYONE
    group = rng.choice(GROUPS)
    if draft.chance(0.6) and not any(fact.body == f.Member(group, stand.party) for fact in draft.facts):
        draft.state(f.Member(group, stand.party), *draft.sound(draft.period()))
    return Group(group, None if draft.chance(0.7) else day(rng.choice((TODAY - 1, TODAY))))


def _collection(stand: Stand) -> str:
    """A collection that holds the thing, named by its owner, or, at times, by somebody else."""
    name = f"all-{stand.owner}"
    by = stand.owner if stand.draft.chance(0.85) else stand.draft.rng.choice(PARTIES)
    stand.draft.state(f.Collection(name, by, (stand.thing,)), *stand.draft.sound())
    return name


def _grant(stand: Stand, terms: Terms | None = None, by: str | None = None, **more: Any) -> str:
    """A grant by the owner, by an organ of his, or by a holder."""
    draft = stand.draft
    giver = by or _signs(draft, stand.owner)
    valid = draft.period(0.0) if draft.chance(0.4) else OPEN
    return draft.state(f.Grant(giver, terms or _terms(stand), **more), *draft.sound(valid))


def _plainly(stand: Stand) -> None:
    _grant(stand)


def _by_chain(stand: Stand) -> None:
    """Through one or two holders who pass the right on."""
    rng = stand.draft.rng
    others = [party for party in PARTIES if party not in {stand.owner, stand.party}]
    through = rng.sample(others, rng.choice((1, 1, 2)))
    _grant(stand, terms=_terms(stand, through[0]), depth=rng.choice((len(through), len(through), 1, 5)))
    for giver, taker in zip(through, (*through[1:], None), strict=True):
        _grant(stand, by=giver, terms=_terms(stand, taker), depth=rng.choice((0, 1, 5)))


def _on_condition(stand: Stand) -> None:
    _grant(stand, terms=_terms(stand, when=stand.draft.rng.choice(CONDITIONS)))


def _on_lease(stand: Stand) -> None:
    """A lease that has run out, and perhaps was renewed."""
    draft, rng = stand.draft, stand.draft.rng
    name = _grant(stand, lease_days=rng.choice((1, 2)))
    grant = draft.facts[-1]
    draft.facts[-1] = replace(grant, valid=Period(exactly(day(rng.choice((0, TODAY - 2, TODAY - 1))))))
    if draft.chance(0.8):
        since = Period(exactly(day(rng.choice((TODAY - 2, TODAY - 1, TODAY, TODAY)))))
        draft.state(f.Renew(_giver(grant), name), since, issuer=_giver(grant))


def _on_quota(stand: Stand) -> None:
    """A quota of which something may have been used."""
    draft, rng = stand.draft, stand.draft.rng
    terms = _terms(stand)
    if draft.chance(0.4):
        terms = replace(terms, to=(*terms.to, _left(stand)))
    name = _grant(stand, terms, quota=Decimal(rng.choice((3, 5, 6))))
    for _ in range(rng.choice((1, 1, 2))):
        by = rng.choice((stand.owner, stand.party, rng.choice(PARTIES)))
        since = Period(exactly(day(rng.choice((0, TODAY - 2, TODAY, TODAY + 1)))))
        draft.state(f.Use(by, name, Decimal(rng.choice((1, 3, 5)))), since)


def _left(stand: Stand) -> Group:
    """A group that some were, or may have been, members of until a while ago."""
    rng = stand.draft.rng
    for party in rng.sample(PARTIES, 3):
        first = exactly(day(rng.choice((0, TODAY - 2, TODAY - 1))))
        last = Ragged(day(TODAY - rng.choice((0, 2))), day(TODAY))
        stand.draft.state(f.Member("LEAGUE", party), Period(first, last))
    return Group("LEAGUE", rng.choice((None, None, None, day(TODAY - 2))))


def _with_duties(stand: Stand) -> None:
    """With obligations, some of them discharged."""
    draft, rng = stand.draft, stand.draft.rng
    owed = tuple(
        Obligation(f"o{number}", rng.choice(("report", "destroy", "pay")), rng.choice(list(Phase)))
        for number in range(rng.choice((1, 1, 2)))
    )
    name = _grant(stand, obligations=owed)
    for one in owed:
        if draft.chance(0.8):
            by = rng.choice((stand.party, stand.party, stand.owner, rng.choice(PARTIES)))
            body = f.Discharge(by, name, one.id, rng.choice((None, stand.party, rng.choice(PARTIES))))
            draft.state(body, *draft.sound())


def _to_the_cleared(stand: Stand) -> None:
    """To persons cleared to a level, in the giver's order and by his equivalences."""
    draft, rng = stand.draft, stand.draft.rng
    wanted = rng.choice(LEVELS[:2])
    above = LEVELS[LEVELS.index(wanted) + 1 :]
    _grant(stand, clearance=wanted)
    if draft.chance(0.8):
        draft.state(f.Levels(_office(draft, stand.owner), LEVELS), *draft.sound())
    if stand.ask.clearance is not None and draft.chance(0.8):
        ours = rng.choice((wanted, *above, *above, *LEVELS))
        of = _office(draft, stand.party)
        draft.state(f.Equivalence(_office(draft, stand.owner), of, stand.ask.clearance, ours), *draft.sound())


def _by_waiver(stand: Stand) -> None:
    """By the de minimis rule of the owner, when what is asked about is made from his part."""
    if stand.thing == stand.ask.thing:
        return _plainly(stand)
    rng = stand.draft.rng
    to, threshold = _naming(stand), Decimal(rng.choice((5, 10, 20, 40, 60)))
    stand.draft.state(f.DeMinimis(_office(stand.draft, stand.owner), (to,), threshold), *stand.draft.sound())
    return None


def _giver(fact: AnyFact) -> str:
    return str(getattr(fact.body, "by", ""))


def _granted(stand: Stand) -> None:
    stand.draft.rng.choice(WAYS)(stand)


def _conditional(stand: Stand) -> None:
    """Something is unknown: an attribute, a day, whether a refusal reaches, what is owed before."""
    rng = stand.draft.rng
    rng.choice((_on_the_unknown, _on_the_unknown, _in_doubt, _perhaps_refused, _with_duties, _to_the_cleared))(stand)


def _on_the_unknown(stand: Stand) -> None:
    open_ones = [text for text in CONDITIONS if unknowns(condition(text), stand.ask.context)]
    if open_ones:
        _grant(stand, terms=_terms(stand, when=stand.draft.rng.choice(open_ones)))
    else:
        _in_doubt(stand)


def _in_doubt(stand: Stand) -> None:
    """A grant of which only the month is known, so to speak."""
    _grant(stand)
    doubt = Period(Ragged(day(TODAY - 1), day(TODAY + 1)))
    stand.draft.facts[-1] = replace(stand.draft.facts[-1], valid=doubt, recorded=ALWAYS)


def _perhaps_refused(stand: Stand) -> None:
    _plainly(stand)
    stand.draft.state(f.Refuse(stand.owner, _terms(stand, when=stand.draft.rng.choice(CONDITIONS))))


def _pending(stand: Stand) -> None:
    """A request, perhaps answered before or after."""
    draft, rng = stand.draft, stand.draft.rng
    if draft.chance(0.1):
        _refuse(stand)
    asker = stand.ask.party if draft.chance(0.9) else rng.choice(PARTIES)
    terms = replace(_terms(stand, stand.owner), purposes=(f.ANY,))
    draft.state(f.Request(asker, terms), *draft.sound())


def _silent(stand: Stand) -> None:
    """Nothing, or a grant that does not reach the ask."""
    if stand.draft.chance(0.4):
        away = replace(_terms(stand), actions=("bury",))
        _grant(stand, terms=away)


def _denied(stand: Stand) -> None:
    if stand.draft.chance(0.6):
        _granted(stand)
    _refuse(stand)


def _refuse(stand: Stand) -> None:
    draft = stand.draft
    when = draft.rng.choice(CONDITIONS) if draft.chance(0.15) else None
    draft.state(f.Refuse(stand.owner, _terms(stand, when=when)), *draft.sound(draft.period()))


WAYS: tuple[Callable[[Stand], None], ...] = (
    *(_plainly,) * 2, _by_chain, _on_condition, *(_on_lease,) * 3, *(_on_quota,) * 3, *(_with_duties,) * 2,
    *(_to_the_cleared,) * 3, *(_by_waiver,) * 5,
)  # fmt: skip
WISHES = (
    *(Verdict.GRANTED,) * 4, *(Verdict.CONDITIONAL,) * 11, *(Verdict.PENDING,) * 7, *(Verdict.DENIED,) * 2,
)  # fmt: skip
STANCES: dict[Verdict, Callable[[Stand], None]] = {
    Verdict.GRANTED: _granted,
    Verdict.CONDITIONAL: _conditional,
    Verdict.PENDING: _pending,
    Verdict.SILENT: _silent,
    Verdict.DENIED: _denied,
}


# What else is on record


def _noise(draft: Draft, asks: Sequence[Ask]) -> None:
    """Revocations, refusals of holders, and facts of outsiders."""
    rng = draft.rng
    for fact in list(draft.facts):
        if isinstance(fact.body, f.Grant | f.Refuse | f.Request) and draft.chance(0.12):
            by = fact.body.by if draft.chance(0.75) else rng.choice(PARTIES)
            effective = None if draft.chance(0.4) else day(rng.choice((TODAY - 1, TODAY, TODAY, TODAY + 1)))
            recorded = day(rng.choice((TODAY - 2, TODAY - 1, TODAY, TODAY + 1)))
            draft.state(f.Revoke(by, fact.id, effective, rng.choice((0, 0, 1, 2))), OPEN, recorded)
    for ask in asks:
        if draft.chance(0.2):
            terms = Terms((rng.choice(PARTIES),), (ask.action,), ask.thing)
            draft.state(rng.choice((f.Grant, f.Refuse))(rng.choice(PARTIES), terms), *draft.sound())
