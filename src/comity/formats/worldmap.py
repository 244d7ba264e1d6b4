"""A world map as SVG: outlines, areas and points, drawn without any outside request.

Rules:
1. The projection is Equal Earth (Savric, Patterson and Jenny 2018, International Journal of Geographical Information
   Science 33: 454-465, equations 1 to 3): areas keep their proportion.
2. Colours and strokes come from the page's style sheet by class; the drawing carries a title and a description for
   readers who do not see it.
3. A line that crosses the antimeridian is cut there, not drawn across the page.
4. A disputed area is hatched in a colour that is no state's, and taken out of the outlines it lies over: however these
   are coloured, it is never shown as one claimant's.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from comity.errors import Malformed
from comity.formats import arcs
from comity.formats.drawing import Box, Word, escape, first_free, linked, opening, sides
from comity.formats.tables import Table

Point = tuple[float, float]
"""Latitude and longitude, in degrees."""

_A = (1.340264, -0.081106, 0.000893, 0.003796)
_M = math.sqrt(3) / 2
WIDTH = 960.0
_SCALE = WIDTH / 5.413259
HEIGHT = 2 * 1.317363 * _SCALE
Frame = tuple[float, float, float, float]
"""Left, top, width and height of a part of the drawing."""
WORLD: Frame = (0.0, 0.0, WIDTH, HEIGHT)
DISPUTED = "disputed"
EVENT = "mark event"
"""The class of a mark that is an event, and no party."""
_SMALL = 8.0
_PHONE, _DESK = 26.0, 13.0
"""How high letters are: on a phone, where the drawing shrinks, and on a desk."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A point on the map with its words; `code` and `href` let a page find it and follow it; an event is marked so."""

    at: Point
    label: str
    css: str = "mark"
    code: str = ""
    href: str | None = None
    told: str = ""


@dataclass(frozen=True, slots=True)
class Area:
    """A closed area on the map with its words; one that is disputed is taken out of the outlines it lies over."""

    ring: tuple[Point, ...]
    label: str
    css: str = "area"
    over: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """The great circle between two points, with its words."""

    start: Point
    end: Point
    label: str
    css: str = "arc"


@dataclass(frozen=True, slots=True)
class State:
    """How one outline is shown: its words, further classes, and where it leads."""

    name: str
    css: str = ""
    href: str | None = None


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


def size(ring: Sequence[Point]) -> float:
    """The area of a ring, in square units of the drawing: the projection keeps areas (rule 1)."""
    places = [project(point) for point in ring]
    turned = zip(places, (*places[1:], places[0]), strict=True)
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in turned)) / 2


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
    outlines: Mapping[str, list[list[Point]] | str],
    title: str,
    describe: str,
    *,
    marks: Iterable[Mark] = (),
    areas: Iterable[Area] = (),
    lines: Iterable[Line] = (),
    states: Mapping[str, State] | None = None,
    key: str = "map",
    frame: Frame = WORLD,
) -> str:
    """Draw the world, or a part of it.

    Args:
        outlines: rings of points by the code of a country, or the path that they make (`path`), drawn once for many.
        title: what the drawing shows.
        describe: the same for readers who do not see it.
        marks: points to set, the weightier first: where words would meet, the first keeps its words.
        areas: areas to lay over the outlines.
        lines: great circles between points.
        states: how outlines are shown, by code; each is found by `id="KEY-CODE"` and `data-code`.
        key: what every id of the drawing begins with.
        frame: left, top, width and height of what is shown, as `around` gives it.
    """
    shown, marked, laid = states or {}, list(marks), list(areas)
    leads = any(one.href is not None for one in shown.values()) or any(one.href is not None for one in marked)
    parts = [
        opening(key, "map", frame, (title, describe), linked=leads),
        _definitions(key, laid, frame[2] / WIDTH),
        f'<path class="sea" d="{_frame()}"/>',
        *(_state(key, code, outline, shown.get(code)) for code, outline in sorted(outlines.items())),
        *(part for number, area in enumerate(laid) for part in _area(key, number, area, frame[2] / WIDTH)),
        *(_line(line) for line in lines),
        *_marks(marked, frame),
        "</svg>",
    ]
    return "\n".join(part for part in parts if part)


def around(points: Iterable[Point], margin: float = 40.0) -> Frame:
    """The part of the world that shows some points, in the proportion of the whole; all of it without any."""
    places = [project(point) for point in points]
    if not places:
        return WORLD
    left, right = min(x for x, _ in places) - margin, max(x for x, _ in places) + margin
    top, bottom = min(y for _, y in places) - margin, max(y for _, y in places) + margin
    width = min(WIDTH, max(right - left, (bottom - top) * WIDTH / HEIGHT))
    height = width * HEIGHT / WIDTH
    x = min(max((left + right - width) / 2, 0.0), WIDTH - width)
    y = min(max((top + bottom - height) / 2, 0.0), HEIGHT - height)
    return (x, y, width, height)


def table(marks: Iterable[Mark] = (), areas: Iterable[Area] = (), lines: Iterable[Line] = ()) -> Table:
    """What is laid over the outlines, row by row."""
    rows = [
        *(("line", line.label, *line.start, *line.end) for line in lines),
        *(("point", mark.told or mark.label, *mark.at, None, None) for mark in marks),
        *(("area", area.label, *area.ring[0], None, None) for area in areas),
    ]
    return Table(("what", "words", "latitude", "longitude", "to latitude", "to longitude"), tuple(rows))


def _frame() -> str:
    """The edge of the world: both ends of every parallel."""
    side = [(float(latitude), 180.0) for latitude in range(-90, 91, 5)]
    return _path([*side, *((latitude, -180.0) for latitude, _ in reversed(side))])


def _path(ring: Sequence[Point]) -> str:
    return _path_of(tuple(ring))


@lru_cache(maxsize=2048)
def _path_of(ring: tuple[Point, ...]) -> str:
    """A closed path, in pieces where the ring jumps across the antimeridian: rule 3."""
    cut: list[list[Point]] = [[]]
    for point in ring:
        if cut[-1] and abs(point[1] - cut[-1][-1][1]) > 180 and abs(point[0]) < 89:
            cut.append([])
        cut[-1].append(point)
    return "".join(_drawn([_tenths(point) for point in piece]) for piece in cut if len(piece) > 1)


def _drawn(places: Sequence[tuple[int, int]]) -> str:
    """A closed path from point to point, in tenths; each is written as its way from the one before, which is short."""
    (x, y), *rest = places
    start, steps = f"M{_short(x)},{_short(y)}", list[str]()
    for to_x, to_y in rest:
        if (to_x, to_y) != (x, y):
            steps.append(f"{_short(to_x - x)},{_short(to_y - y)}")
            x, y = to_x, to_y
    return f"{start}l{' '.join(steps)}Z" if steps else f"{start}Z"


@lru_cache(maxsize=4096)
def _short(tenths: int) -> str:
    """A number of tenths, in as few letters as there may be."""
    return f"{tenths / 10:g}".replace("0.", ".", 1) if abs(tenths) < 10 else f"{tenths / 10:g}"


def _tenths(point: Point) -> tuple[int, int]:
    x, y = project(point)
    return round(x * 10), round(y * 10)


def _xy(point: Point) -> str:
    x, y = project(point)
    return f"{x:.1f},{y:.1f}"


def path(rings: Iterable[Sequence[Point]]) -> str:
    """The path that rings of points make on the drawing."""
    return "".join(_path(ring) for ring in rings)


def _state(key: str, code: str, outline: list[list[Point]] | str, shown: State | None) -> str:
    """An outline, under its code where it has one."""
    drawn = outline if isinstance(outline, str) else path(outline)
    named = _named(key, code) if code else ""
    if shown is None:
        return f'<path class="land"{named} d="{drawn}"/>'
    css = f"land {escape(shown.css)}" if shown.css else "land"
    shape = f'<path class="{css}"{named} d="{drawn}"><title>{escape(shown.name)}</title></path>'
    return linked(shape, shown.href, shown.name)


@lru_cache(maxsize=1024)
def _named(key: str, code: str) -> str:
    return f' id="{escape(key)}-{escape(code)}" data-code="{escape(code)}"'


# Disputed areas: rule 4


def _definitions(key: str, areas: Sequence[Area], scale: float) -> str:
    """The hatching, and for each disputed area the outlines it is taken out of."""
    name = escape(key)
    if not any(area.css == DISPUTED for area in areas):
        return ""
    cut = "".join(
        _under(name, number, area.over) for number, area in enumerate(areas) if area.css == DISPUTED and area.over
    )
    return (
        f'<defs><pattern id="{name}-hatch" patternUnits="userSpaceOnUse" width="4" height="4"'
        f' patternTransform="rotate(45) scale({scale:.3f})"><path class="hatch" d="M0,0V4"/></pattern>{cut}</defs>'
    )


def _under(name: str, number: int, codes: Iterable[str]) -> str:
    uses = "".join(f'<use href="#{name}-{escape(code)}"/>' for code in codes)
    return f'<clipPath id="{name}-under-{number}">{uses}</clipPath>'


def _area(key: str, number: int, area: Area, scale: float) -> Iterator[str]:
    drawn, name = _path(area.ring), escape(key)
    if area.css != DISPUTED:
        yield f'<path class="{escape(area.css)}" d="{drawn}"><title>{escape(area.label)}</title></path>'
        return
    yield f'<g class="contested"><title>{escape(area.label)}</title>'
    if area.over:
        yield f'<path class="nobody" clip-path="url(#{name}-under-{number})" d="{drawn}"/>'
    yield f'<path class="{DISPUTED}" d="{drawn}"/><path fill="url(#{name}-hatch)" d="{drawn}"/>{_pin(area, scale)}</g>'


def _pin(area: Area, scale: float) -> str:
    """A diamond around an area that would be too small to see."""
    places = [project(point) for point in area.ring]
    left, right = min(x for x, _ in places), max(x for x, _ in places)
    top, bottom = min(y for _, y in places), max(y for _, y in places)
    if max(right - left, bottom - top) > _SMALL * scale:
        return ""
    x, y, reach = (left + right) / 2, (top + bottom) / 2, 5 * scale
    turn = f"l{reach:.2f},{reach:.2f}l-{reach:.2f},{reach:.2f}l-{reach:.2f},-{reach:.2f}Z"
    return f'<path class="{DISPUTED} pin" d="M{x:.1f},{y - reach:.1f}{turn}"/>'


# Lines and marks


def _line(line: Line) -> str:
    """A great circle, in pieces where it leaves the map: rule 3."""
    drawn = _circle(line.start, line.end)
    return f'<path class="{escape(line.css)}" d="{drawn}"><title>{escape(line.label)}</title></path>'


@lru_cache(maxsize=2048)
def _circle(start: Point, end: Point) -> str:
    """The path of a great circle; the same pairs are joined on map after map."""
    cut = arcs.pieces(arcs.great_circle(start, end))
    return "".join(f"M{'L'.join(_xy(point) for point in piece)}" for piece in cut)


def _marks(marks: Sequence[Mark], frame: Frame) -> Iterator[str]:
    """Every mark, and the words of those that find room; `close` ones have room only on a wide page."""
    scale = frame[2] / WIDTH
    edge = (frame[0], frame[1], frame[0] + frame[2], frame[1] + frame[3])
    taken = [_around_mark(mark, 4.5 * scale) for mark in marks]
    words: dict[int, tuple[Word, str]] = {}
    for size, css in ((_PHONE, ""), (_DESK, " close")):
        for number, mark in enumerate(marks):
            if mark.label and number not in words:
                free = first_free(sides(_spot(mark.at), mark.label, size * scale, 8 * scale), taken, edge)
                if free is not None:
                    words[number] = (free, css)
                    taken.append(free.box)
    for number, mark in enumerate(marks):
        yield linked(_mark(mark, scale, words.get(number)), mark.href, mark.told or mark.label, mark.label)


@lru_cache(maxsize=512)
def _spot(at: Point) -> tuple[float, float]:
    """The place of a mark: the same parties are marked on map after map."""
    return project(at)


def _around_mark(mark: Mark, reach: float) -> Box:
    x, y = _spot(mark.at)
    return (x - reach, y - reach, x + reach, y + reach)


def _mark(mark: Mark, scale: float, word: tuple[Word, str] | None) -> str:
    x, y = _spot(mark.at)
    code = f' data-code="{escape(mark.code)}"' if mark.code else ""
    told = f"<title>{escape(mark.told)}</title>" if mark.told else ""
    css = escape(mark.css)
    point = f'<circle class="{css}"{code} cx="{x:.1f}" cy="{y:.1f}" r="{4.5 * scale:.2f}">{told}</circle>'
    if word is None:
        return point
    at, close = word
    shrunk = f'transform="translate({at.x:.1f} {at.y:.1f}) scale({scale:.3f})" text-anchor="{at.anchor}"'
    return f'{point}<text class="{css}-text{close}" {shrunk}>{escape(mark.label)}</text>'
