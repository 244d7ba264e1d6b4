"""The picture as a world map.

Rules:
1. A state is coloured by what ties it to us, in whichever agreement, and a line joins it to us. Without us lines alone,
   for what few share (`picture.MANY`): a treaty of many would be a sheaf of them.
2. Outlines are of today: on an earlier day one belongs to the state that held its place then, as far as the casebook
   says who succeeded whom, and else to nobody.
3. What cannot be placed is not drawn: it is named beside the map, and stands in the tables.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from comity.casebook.book import Casebook
from comity.casebook.outlines import drawn as drawn_outlines
from comity.casebook.outlines import outlines
from comity.casebook.places import Point
from comity.flow import picture, ties
from comity.flow.picture import Arc, Ground, Present
from comity.flow.stretches import Stretches
from comity.formats import worldmap
from comity.formats.tables import Table
from comity.formats.worldmap import DISPUTED, WORLD, Area, Frame, Line, Mark, State
from comity.values.instant import Instant, show
from comity.values.truth import Truth

Link = Callable[[str], str]
NOTICE = (
    "Outlines are coarse, of today, and say nothing about whose a territory is. Hatched areas are disputed; the table "
    "names every claimant."
)


@dataclass(frozen=True, slots=True)
class Map:
    """A map, the same as rows, its colours as (class, words), whom it cannot show, and a notice to stand beside it."""

    svg: str
    table: Table
    legend: tuple[tuple[str, str], ...]
    not_shown: tuple[str, ...]
    notice: str = NOTICE


def draw(
    book: Casebook,
    on: Instant,
    *,
    us: str | None = None,
    kinds: Iterable[str] = (),
    at_most: int = picture.MANY,
    frame: Frame | None = None,
    link: Link | None = None,
    events: Iterable[Mark] = (),
    key: str = "picture",
) -> Map:
    """The map of a day.

    Args:
        book: the casebook as the audience may see it.
        on: the day.
        us: whose ties are shown; None shows everybody's.
        kinds: only ties of these kinds; () is all.
        at_most: where everybody's ties are shown, lines are for agreements of this many parties or fewer.
        frame: the part of the world to show (`worldmap.around`); None is all of it.
        link: where a state leads, by its code.
        events: what happened, as somebody claims, where it can be placed.
        key: what the ids of the drawing begin with.
    """
    there = {party.code: party for party in picture.parties(book, on)}
    wanted = tuple(kinds)
    tied = picture.arcs(book, on, kinds=wanted, party=us) if us is not None else ()
    drawn = tied if us is not None else picture.arcs(book, on, kinds=wanted, at_most=at_most)
    shown = {arc.two if arc.one == us else arc.one: arc for arc in tied}
    marks = [*_marks(there, shown, drawn, us), *events]
    ground = picture.disputes(book, on)
    lines = list(_lines(drawn, there))
    svg = worldmap.svg(
        drawn_outlines(book),
        _title(us, on, there),
        f"{len(drawn)} pairs joined by lines, {len(ground)} disputed areas. {NOTICE}",
        marks=marks,
        areas=[area for one in ground for area in _areas(one, book)],
        lines=lines,
        states=_states(book, on, there, _colours(shown, us), link),
        key=key,
        frame=frame or WORLD,
    )
    parties = {code for arc in (*tied, *drawn) for code in (arc.one, arc.two)}
    rows, missing = picture.arc_table(tied or drawn), picture.without_point(there.values(), parties)
    disputed = ((DISPUTED, "disputed ground"),) if ground else ()
    return Map(svg, rows, (*legend((*tied, *drawn)), *disputed), missing)


def legend(found: Iterable[Arc]) -> tuple[tuple[str, str], ...]:
    """The kinds that a map or network of these arcs colours by, as (class, words)."""
    kinds = ties.in_order(arc.kind for arc in found)
    return tuple((f"tie-{kind}", ties.KINDS[kind]) for kind in kinds)


def _title(us: str | None, on: Instant, there: Mapping[str, Present]) -> str:
    if us is None:
        return f"What ties states on {show(on)}"
    return f"What ties others to {there[us].name if us in there else us} on {show(on)}"


def _colours(shown: Mapping[str, Arc], us: str | None) -> dict[str, str]:
    """Rule 1."""
    found = {code: f"tie-{arc.kind}{_perhaps(arc)}" for code, arc in shown.items()}
    return found if us is None else {**found, us: "us"}


def _perhaps(arc: Arc) -> str:
    return "" if arc.state == picture.IN_FORCE else " perhaps"


def _states(
    book: Casebook, on: Instant, there: Mapping[str, Present], colours: Mapping[str, str], link: Link | None
) -> dict[str, State]:
    """What each outline shows: rule 2."""
    found = {}
    for code, holder in _holders(book).on(on):
        if holder in there:
            href = None if link is None else link(holder)
            found[code] = State(there[holder].name, colours.get(holder, ""), href)
    return found


@lru_cache(maxsize=4)
def _holders(book: Casebook) -> Stretches[tuple[tuple[str, str], ...]]:
    """Each outline with who holds it."""
    known: dict[tuple[str, str], tuple[str, str]] = {}

    def held(on: Instant) -> tuple[tuple[str, str], ...]:
        pairs = ((code, _holder(code, book, on)) for code in outlines(book))
        return tuple(known.setdefault(pair, pair) for pair in pairs)

    return Stretches((party.valid for party in book.register.values()), held)


def _holder(code: str, book: Casebook, on: Instant) -> str:
    """The state itself, or the one whose successor it is, as of the day; "" is nobody."""
    seen: set[str] = set()
    while code in book.register and code not in seen:
        if book.register[code].valid.holds(on) is not Truth.FALSE:
            return code
        seen.add(code)
        code = book.register[code].successor_of
    return ""


def _areas(one: Ground, book: Casebook) -> Iterable[Area]:
    """A disputed area, taken out of every outline of a claimant."""
    words = f"{one.name}: claimed by {', '.join(claim.party for claim in one.claims)}"
    known = outlines(book)
    over = tuple(sorted({claim.party for claim in one.claims} & set(known)))
    return [Area(ring, words, DISPUTED, over) for ring in one.rings]


def _lines(drawn: Iterable[Arc], there: Mapping[str, Present]) -> Iterable[Line]:
    for arc in drawn:
        start, end = _point(there, arc.one), _point(there, arc.two)
        if start is not None and end is not None:
            words = f"{there[arc.one].name} and {there[arc.two].name}: {', '.join(t.name for t in arc.threads)}"
            yield Line(start, end, words, f"arc tie-{arc.kind}{_perhaps(arc)}")


def _point(there: Mapping[str, Present], code: str) -> Point | None:
    return there[code].point if code in there else None


def _marks(there: Mapping[str, Present], shown: Mapping[str, Arc], drawn: Iterable[Arc], us: str | None) -> list[Mark]:
    """Us first, then those that lines reach, then all whom something ties: the first have room for their words."""
    reached = [code for arc in drawn for code in (arc.one, arc.two)]
    order = dict.fromkeys([*([us] if us is not None else []), *reached, *shown])
    return [
        Mark(at, there[code].name, "mark us" if code == us else "mark", code, None, there[code].name)
        for code in order
        if (at := _point(there, code)) is not None and (code in reached or code == us)
    ]
