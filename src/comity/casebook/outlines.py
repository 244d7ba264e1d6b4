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

from comity.casebook.book import Casebook
from comity.casebook.places import Point, Shape, Site, covers, shape
from comity.casebook.registers import Row, spell
from comity.formats import worldmap
from comity.values.instant import Instant
from comity.values.truth import Truth

Rings = list[list[Point]]
_DISPUTED, _METROPOLITAN = "disputed", "metropolitan"


def outlines(book: Casebook) -> Mapping[str, Rings]:
    """The outlines by party code; what is nobody's under "": rule 1."""
    codes = tuple((party.number, code) for code, party in sorted(book.register.items()) if party.number)
    parts = ((row["part_of"], _at(row)) for row in book.rows("territories.csv") if _lasting(row))
    return _assigned(codes, tuple(parts))


def _lasting(row: Row) -> bool:
    return row["kind"] != _DISPUTED and not row["until"]


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
    ranked = sorted(_parts(book, on), key=lambda row: (row["kind"] != _METROPOLITAN, -_size(_at(row))))
    found: dict[str, Point] = {}
    for row in ranked:
        found.setdefault(row["part_of"], _at(row))
    return found


@lru_cache(maxsize=1024)
def _size(at: Point) -> float:
    """How large the outline is that a point lies in; 0 at sea."""
    return max((outline.size for outline in _outlines() if outline.holds(at)), default=0.0)


def _parts(book: Casebook, on: Instant) -> Iterator[Row]:
    for row in book.rows("territories.csv"):
        if row["kind"] != _DISPUTED and spell(row["from"], row["until"]).holds(on) is not Truth.FALSE:
            yield row


def _at(row: Row) -> Point:
    return float(row["lat"]), float(row["lon"])
