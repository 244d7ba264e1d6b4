"""Where parties are on a map: their outlines, and one point to stand for each.

Rules:
1. Outlines are those of today, whatever the day asked about, and go by the number of the country (ISO 3166-1). An
   outline without a party of its own is its state's where one state alone has an undisputed part of its territory in
   it, and else nobody's: it has the code "".
2. A point is that of the metropolitan part of a party's territory on the day that lies in the largest outline, the
   first of several; without such, of another part that nobody disputes. What is disputed stands for nobody. An
   organisation has none.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from comity.casebook.book import Casebook, Part
from comity.casebook.places import Point, Shape, Site, covers, shape
from comity.formats import worldmap
from comity.values.instant import Instant
from comity.values.period import OPEN
from comity.values.truth import Truth

Rings = list[list[Point]]
_DISPUTED, _METROPOLITAN = "disputed", "metropolitan"


@lru_cache(maxsize=8)
def outlines(book: Casebook) -> Mapping[str, Rings]:
    """The outlines by party code; what is nobody's under "": rule 1."""
    codes = tuple((party.number, code) for code, party in sorted(book.register.items()) if party.number)
    parts = ((part.of, part.point) for part in _every(book) if part.valid.end == OPEN.end)
    return _assigned(codes, tuple(parts))


@lru_cache(maxsize=8)
def drawn(book: Casebook) -> Mapping[str, str]:
    """The same as paths of a map."""
    return {code: worldmap.path(rings) for code, rings in outlines(book).items()}


def _every(book: Casebook) -> Iterator[Part]:
    """The parts of states that nobody disputes."""
    return (part for parts in book.parts.values() for part in parts if part.kind != _DISPUTED)


@lru_cache(maxsize=4)
def _assigned(codes: tuple[tuple[str, str], ...], parts: tuple[tuple[str, Point], ...]) -> Mapping[str, Rings]:
    known = dict(codes)
    found: dict[str, Rings] = {}
    for outline in _outlines():
        found.setdefault(known.get(outline.country) or _owner(outline, parts), []).append(outline.ring)
    return found


@dataclass(frozen=True, slots=True)
class _Outline:
    """One ring of a country, as a test of a point, and how large it is on a map that keeps areas."""

    country: str
    ring: list[Point]
    area: Shape
    size: float

    def holds(self, at: Point) -> bool:
        """Whether a point lies in it."""
        return covers(self.area, Site(at, None)) is Truth.TRUE


@cache
def _outlines() -> tuple[_Outline, ...]:
    text = (files("comity.casebook") / "shapes" / "countries-110m.json").read_text("utf-8")
    countries = worldmap.countries(json.loads(text))
    return tuple(
        _Outline(country, ring, shape({"polygon": [list(at) for at in ring]}), worldmap.size(ring))
        for country, rings in countries.items()
        for ring in rings
    )


def _owner(outline: _Outline, parts: tuple[tuple[str, Point], ...]) -> str:
    inside = {state for state, at in parts if outline.holds(at)}
    return inside.pop() if len(inside) == 1 else ""


def points(book: Casebook, on: Instant) -> dict[str, Point]:
    """The point of each party that has one on a day: rule 2."""
    there = (part for part in _every(book) if part.valid.holds(on) is not Truth.FALSE)
    found: dict[str, Point] = {}
    for part in sorted(there, key=_rank):
        found.setdefault(part.of, part.point)
    return found


def _rank(part: Part) -> tuple[bool, float]:
    return part.kind != _METROPOLITAN, -_size(part.point)


@lru_cache(maxsize=1024)
def _size(at: Point) -> float:
    """How large the outline is that a point lies in; 0 at sea."""
    return max((outline.size for outline in _outlines() if outline.holds(at)), default=0.0)
