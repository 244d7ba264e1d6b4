"""Where it happened and whose that is, as an article tests it: whether a target is covered at its place.

Rules:
1. An article may test an area, and it may test whose territory the place is: for a target `territory`, a target with
   `in_territory`, an area that names parts of the victim's territory. What it does not test is not looked at; an
   article that goes by administration tests nobody's title.
2. Whether the place is the victim's territory is as the event says (`in_territory`; a target `territory` says so), else
   unknown. In an area that the victim and others claim it is worked out under each claim: under another's it is not.
   What only others claim among themselves is no matter here.
3. An attack on territory is tried at every part of the victim's territory and at every area it claims beside others, on
   the day. Where all agree that is the answer, whatever the place; where they differ the place decides.
4. Without a place, a place that the event puts in the victim's territory may lie in an area others claim as well.
5. Without a day, the result is what every day gives; where days differ, unknown.

By rules 3 to 5 an unknown place or day stands for all that it may be, and filling it can only settle the answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from comity.casebook.agreement import Trigger
from comity.casebook.book import Casebook, Dispute
from comity.casebook.places import Shape, Site, covers
from comity.instruments.guarantees.event import Event
from comity.values.instant import ALWAYS, NEVER, Instant
from comity.values.period import Period
from comity.values.truth import Truth, truth

TERRITORY = "territory"


@dataclass(frozen=True, slots=True)
class Taken:
    """A claim to a disputed area that is taken for the sake of the answer."""

    dispute: Dispute
    party: str

    @property
    def words(self) -> str:
        """The claim, as it stands after "if"."""
        return f"{self.party}'s claim to {self.dispute.name} is taken"


@dataclass(frozen=True, slots=True)
class Case:
    """An event put to the clauses: whom it befell, under whose claims, and what was already worked out."""

    book: Casebook
    event: Event
    victim: str
    taken: Taken | None = None
    claimed: str = ""
    """Who is said to have done it, as it stands after "if"; empty where nobody contests it."""
    memo: dict[object, Truth] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class Look:
    """What an article looks at: rule 1."""

    shape: Shape | None
    whose: bool
    """Whether the place has to be the victim's territory."""
    home: bool
    """Whether the event says by its target that it is."""
    parts: bool
    """Whether it is tried at every part of the territory: rule 3."""
    administration: bool


def agreed(results: Iterable[Truth]) -> Truth:
    """The result that all have in common, or unknown; of nothing, unknown."""
    first: Truth | None = None
    for result in results:
        if result is Truth.UNKNOWN or (first is not None and result is not first):
            return Truth.UNKNOWN
        first = result
    return Truth.UNKNOWN if first is None else first


def asks_whose(trigger: Trigger, shapes: Iterable[Shape]) -> bool:
    """Whether an article tests whose territory a place is: rule 1."""
    if trigger.by_administration:
        return False
    targets = trigger.targets or {}
    tested = TERRITORY in targets or any(covered.in_territory for covered in targets.values())
    return tested or any(_names_parts(shape) for shape in shapes)


def _names_parts(shape: Shape) -> bool:
    return shape.kind == "parts_of" or any(_names_parts(part) for part in shape.parts)


def covered_at(look: Look, case: Case) -> Truth:
    """Whether the article covers the place, as far as place and day are known: rules 3 to 5."""
    if look.shape is None and not look.whose:
        return Truth.TRUE
    if case.event.on is not None:
        return _on(look, case.event.on, case)
    return agreed(_on(look, day, case) for day in _days(look.shape, case))


def claimed_by_victim(case: Case, on: Instant | None) -> Iterator[Dispute]:
    """The areas that the victim claims beside others, on a day that may be within the dispute."""
    for dispute in case.book.claimed(case.victim):
        if on is None or dispute.valid.holds(on) is not Truth.FALSE:
            yield dispute


def _on(look: Look, on: Instant, case: Case) -> Truth:
    place = case.event.place
    if look.parts:
        sites = case.memo.get((id(look.shape), case.victim, on, look.administration))
        if sites is None:
            sites = agreed(_everywhere(look, on, case))
            case.memo[id(look.shape), case.victim, on, look.administration] = sites
        if sites is not Truth.UNKNOWN:
            return sites
        if place is None and (case.book.parts.get(case.victim) or any(claimed_by_victim(case, on))):
            return Truth.UNKNOWN
    if place is None:
        return _nowhere(look, on, case)
    return _at(look, Site(place, on), case, case.taken)


def _everywhere(look: Look, on: Instant, case: Case) -> Iterator[Truth]:
    """The results at every part of the victim's territory, and at every area it claims beside others: rule 3."""
    disputes = list(claimed_by_victim(case, on))
    for dispute in disputes:
        for point in dispute.samples:
            yield from (_at(look, Site(point, on), case, Taken(dispute, claim.party)) for claim in dispute.claims)
    for part in case.book.parts.get(case.victim, ()):
        if part.valid.holds(on) is Truth.FALSE:
            continue
        claims: list[Taken | None] = [
            Taken(dispute, claim.party)
            for dispute in disputes
            if covers(dispute.area, Site(part.point, on)) is not Truth.FALSE
            for claim in dispute.claims
        ]
        site = Site(part.point, on, parts=frozenset({part.code}))
        yield from (_at(look, site, case, taken) for taken in claims or [None])


def _at(look: Look, site: Site, case: Case, taken: Taken | None) -> Truth:
    his = _his(look, site, case, taken)
    if look.whose and his is Truth.FALSE:
        return Truth.FALSE
    inside = Truth.TRUE if look.shape is None else covers(look.shape, replace(site, in_territory=his))
    return min(inside, his) if look.whose else inside


def _nowhere(look: Look, on: Instant, case: Case) -> Truth:
    """Without a place: rule 4."""
    his = said(look, case)
    if his is Truth.TRUE and not look.administration and any(claimed_by_victim(case, on)):
        his = Truth.UNKNOWN
    inside = Truth.TRUE if look.shape is None else covers(look.shape, Site(None, on, his))
    return min(inside, his) if look.whose else inside


def said(look: Look, case: Case) -> Truth:
    """Whether the event puts the place in the victim's territory: rule 2."""
    stated = case.event.attributes.get("in_territory")
    if isinstance(stated, bool):
        return truth(stated)
    return Truth.TRUE if look.home else Truth.UNKNOWN


def _his(look: Look, site: Site, case: Case, taken: Taken | None) -> Truth:
    """Whether a place is the victim's territory, under the claim that is taken: rule 2."""
    his = said(look, case)
    if taken is None or look.administration or taken.party == case.victim:
        return his
    disputed = covers(taken.dispute.area, site)
    if disputed is Truth.UNKNOWN:
        return agreed((his, Truth.FALSE))
    return Truth.FALSE if disputed is Truth.TRUE else his


def _days(shape: Shape | None, case: Case) -> list[Instant]:
    """A day for every way the area, the territory and its disputes ever were: rule 5."""
    periods = [*(_dated(shape) if shape is not None else ()), *(d.valid for d in case.book.claimed(case.victim))]
    periods += [part.valid for part in case.book.parts.get(case.victim, ())]
    ends = {end for valid in periods for ragged in (valid.start, valid.end) for end in (ragged.earliest, ragged.latest)}
    return sorted({ALWAYS, *(end for end in ends if ALWAYS < end < NEVER)})


def _dated(shape: Shape) -> Iterator[Period]:
    yield shape.valid
    for part in shape.parts:
        yield from _dated(part)
