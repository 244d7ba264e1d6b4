"""A world map as SVG: outlines, areas and points, drawn without any outside request.

Rules:
1. The projection is Equal Earth (Savric, Patterson and Jenny 2018, International Journal of Geographical Information
   Science 33: 454-465, equations 1 to 3): areas keep their proportion.
2. Colours and strokes come from the page's style sheet by class; the drawing carries a title and a description for
   readers who do not see it.
3. A line that crosses the antimeridian is cut there, not drawn across the page.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

from comity.errors import Malformed

Point = tuple[float, float]
"""Latitude and longitude, in degrees."""

_A = (1.340264, -0.081106, 0.000893, 0.003796)
_M = math.sqrt(3) / 2
WIDTH = 960.0
_SCALE = WIDTH / 5.413259
HEIGHT = 2 * 1.317363 * _SCALE


@dataclass(frozen=True, slots=True)
class Mark:
    """A point on the map with its words."""

    at: Point
    label: str
    css: str = "mark"


@dataclass(frozen=True, slots=True)
class Area:
    """A closed area on the map with its words."""

    ring: tuple[Point, ...]
    label: str
    css: str = "area"


def project(at: Point) -> tuple[float, float]:
    """A point's place on the drawing, x to the right and y down, in units of its width of 960: rule 1."""
    latitude, longitude = math.radians(at[0]), math.radians(at[1])
    theta = math.asin(_M * math.sin(latitude))
    squared = theta * theta
    sixth = squared**3
    slope = _A[0] + 3 * _A[1] * squared + sixth * (7 * _A[2] + 9 * _A[3] * squared)
    x = longitude * math.cos(theta) / (_M * slope)
    y = theta * (_A[0] + _A[1] * squared + sixth * (_A[2] + _A[3] * squared))
    return WIDTH / 2 + x * _SCALE, HEIGHT / 2 - y * _SCALE


def countries(topology: object) -> dict[str, list[list[Point]]]:
    """The rings of each country in a TopoJSON topology, by its id.

    Raises:
        Malformed: the value is no quantised topology with an object `countries`.
    """
    if not isinstance(topology, dict) or "transform" not in topology:
        raise Malformed("is no quantised TopoJSON", next_step="give the countries file of the casebook's shapes")
    scale, shift = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = [list(_unfold(arc, scale, shift)) for arc in topology["arcs"]]
    found: dict[str, list[list[Point]]] = {}
    for shape in topology["objects"]["countries"]["geometries"]:
        polygons = shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]]
        rings = [_ring(ring, arcs) for polygon in polygons for ring in polygon]
        found.setdefault(str(shape.get("id", "")), []).extend(rings)
    return found


def _unfold(arc: Iterable[Sequence[int]], scale: Sequence[float], shift: Sequence[float]) -> Iterator[Point]:
    """An arc's points from its quantised differences."""
    x = y = 0
    for dx, dy in arc:
        x, y = x + dx, y + dy
        yield y * scale[1] + shift[1], x * scale[0] + shift[0]


def _ring(indices: Iterable[int], arcs: Sequence[list[Point]]) -> list[Point]:
    """A ring from its arcs; a negative index is an arc run backwards."""
    ring: list[Point] = []
    for index in indices:
        points = arcs[index] if index >= 0 else arcs[~index][::-1]
        ring.extend(points[1:] if ring else points)
    return ring


def svg(
    outlines: dict[str, list[list[Point]]],
    title: str,
    describe: str,
    *,
    marks: Iterable[Mark] = (),
    areas: Iterable[Area] = (),
    named: dict[str, str] | None = None,
) -> str:
    """Draw the world.

    Args:
        outlines: rings of points by country id.
        title: what the drawing shows.
        describe: the same for readers who do not see it.
        marks: points to set.
        areas: areas to lay over the outlines.
        named: extra style classes by country id.
    """
    extra = named or {}
    parts = [
        f'<svg class="map" viewBox="0 0 {WIDTH:.0f} {HEIGHT:.0f}" role="img" aria-labelledby="map-title map-text"'
        ' xmlns="http://www.w3.org/2000/svg">',
        f'<title id="map-title">{escape(title)}</title><desc id="map-text">{escape(describe)}</desc>',
        f'<path class="sea" d="{_frame()}"/>',
        *(
            f'<path class="land {extra.get(country, "")}" d="{"".join(_path(ring) for ring in rings)}"/>'
            for country, rings in sorted(outlines.items())
        ),
        *(
            f'<path class="{escape(area.css)}" d="{_path(area.ring)}"><title>{escape(area.label)}</title></path>'
            for area in areas
        ),
        *(part for mark in marks for part in _mark(mark)),
        "</svg>",
    ]
    return "\n".join(parts)


def _frame() -> str:
    """The edge of the world: both ends of every parallel."""
    side = [(float(latitude), 180.0) for latitude in range(-90, 91, 5)]
    return _path([*side, *((latitude, -180.0) for latitude, _ in reversed(side))])


def _path(ring: Sequence[Point]) -> str:
    """A closed path, in pieces where the ring jumps across the antimeridian: rule 3."""
    pieces: list[list[Point]] = [[]]
    for point in ring:
        if pieces[-1] and abs(point[1] - pieces[-1][-1][1]) > 180 and abs(point[0]) < 89:
            pieces.append([])
        pieces[-1].append(point)
    return "".join(f"M{'L'.join(_xy(point) for point in piece)}Z" for piece in pieces if len(piece) > 1)


def _xy(point: Point) -> str:
    x, y = project(point)
    return f"{x:.1f},{y:.1f}"


def _mark(mark: Mark) -> Iterator[str]:
    x, y = project(mark.at)
    right = x < WIDTH * 0.8
    yield f'<circle class="{escape(mark.css)}" cx="{x:.1f}" cy="{y:.1f}" r="6"/>'
    yield (
        f'<text class="{escape(mark.css)}-text" x="{x + (10 if right else -10):.1f}" y="{y + 4:.1f}"'
        f' text-anchor="{"start" if right else "end"}">{escape(mark.label)}</text>'
    )
