"""Places as tests of a point, by geometry of our own.

Rules:
1. A point is latitude and longitude in degrees; a polygon's edges are straight in these, and may cross the
   antimeridian, each edge taking the shorter way round.
2. A shape may be dated: outside its period it covers nothing; on a day its date leaves open, unknown.
3. A shape with `finding` is doubtful ground: in it, it is unknown whether the place is covered.
4. Whether a point is part of the victim's territory is not geometry: the event says so, or it is unknown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from comity.errors import Malformed
from comity.values.instant import Instant
from comity.values.period import OPEN, Period, period
from comity.values.truth import Truth, all_of, any_of, truth

Point = tuple[float, float]
_SHAPES = "any, all, not, polygon, box, north_of, south_of, east_of, west_of, territories, parts_of"
_SIDES = ("north_of", "south_of", "east_of", "west_of")


@dataclass(frozen=True, slots=True)
class Site:
    """Where something happened, whether that is the victim's territory, and which parts of states it is in."""

    point: Point | None
    on: Instant | None
    in_territory: Truth = Truth.UNKNOWN
    parts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Shape:
    """One test: its kind, its numbers or names, its parts, and when it covers anything."""

    kind: str
    numbers: tuple[float, ...] = ()
    ring: tuple[Point, ...] = ()
    names: tuple[str, ...] = ()
    parts: tuple[Shape, ...] = ()
    valid: Period = OPEN
    name: str = ""
    finding: str | None = None


def covers(shape: Shape, site: Site) -> Truth:
    """Whether a shape covers a site: rules 1 to 4."""
    valid = _valid(shape, site)
    if valid is Truth.FALSE:
        return valid
    inside = min(_inside(shape, site), valid)
    return min(inside, Truth.UNKNOWN) if shape.finding is not None else inside


def findings(shape: Shape, site: Site) -> tuple[str, ...]:
    """Why a site lies on doubtful ground, in the words of the shapes that say so: rule 3."""
    inner = tuple(text for part in shape.parts for text in findings(part, site))
    own = shape.finding is not None and min(_inside(shape, site), _valid(shape, site)) is not Truth.FALSE
    return (shape.finding, *inner) if own and shape.finding is not None else inner


def _valid(shape: Shape, site: Site) -> Truth:
    if shape.valid is OPEN or shape.valid == OPEN:
        return Truth.TRUE
    return Truth.UNKNOWN if site.on is None else shape.valid.holds(site.on)


def _inside(shape: Shape, site: Site) -> Truth:
    match shape.kind:
        case "any":
            return any_of(covers(part, site) for part in shape.parts)
        case "all":
            return all_of(covers(part, site) for part in shape.parts)
        case "not":
            return ~covers(shape.parts[0], site)
        case "parts_of":
            return site.in_territory
        case "territories":
            return Truth.TRUE if site.parts & set(shape.names) else Truth.UNKNOWN if not site.parts else Truth.FALSE
    return Truth.UNKNOWN if site.point is None else truth(_holds(shape, site.point))


def _holds(shape: Shape, point: Point) -> bool:
    latitude, longitude = point
    match shape.kind:
        case "polygon":
            return _in_ring(shape, point)
        case "box":
            south, west, north, east = shape.numbers
            within = west <= longitude <= east if west <= east else longitude >= west or longitude <= east
            return south <= latitude <= north and within
        case "north_of":
            return latitude > shape.numbers[0]
        case "south_of":
            return latitude < shape.numbers[0]
        case "east_of":
            return longitude > shape.numbers[0]
    return longitude < shape.numbers[0]


def _in_ring(shape: Shape, point: Point) -> bool:
    """Even-odd rule on a ring that was unrolled when it was read, tried where its bounds allow: rule 1."""
    south, west, north, east = shape.numbers
    latitude, longitude = point
    if not south <= latitude <= north:
        return False
    turns = (longitude + turn for turn in (0.0, -360.0, 360.0) if west <= longitude + turn <= east)
    return any(_odd(shape.ring, latitude, turned) for turned in turns)


def _unrolled(ring: tuple[Point, ...]) -> tuple[Point, ...]:
    """The ring with every edge shorter than half the globe, its longitudes running on past 180."""
    points = [ring[0]]
    for latitude, longitude in ring[1:]:
        step = (longitude - points[-1][1] + 180.0) % 360.0 - 180.0
        points.append((latitude, points[-1][1] + step))
    return tuple(points)


def _bounds(ring: tuple[Point, ...]) -> tuple[float, ...]:
    latitudes, longitudes = [point[0] for point in ring], [point[1] for point in ring]
    return (min(latitudes), min(longitudes), max(latitudes), max(longitudes))


def _odd(ring: tuple[Point, ...], latitude: float, longitude: float) -> bool:
    inside = False
    for (lat1, lon1), (lat2, lon2) in zip(ring, (*ring[1:], ring[0]), strict=True):
        if (lat1 > latitude) != (lat2 > latitude):
            crossing = lon1 + (latitude - lat1) / (lat2 - lat1) * (lon2 - lon1)
            inside ^= longitude < crossing
    return inside


def shape(given: object) -> Shape:
    """Read a shape.

    Raises:
        Malformed: it is no shape, or its numbers are no degrees.
    """
    if not isinstance(given, Mapping):
        raise Malformed(f"{given!r} is no shape", next_step=f"allowed: {_SHAPES}")
    kinds = [kind for kind in _SHAPES.split(", ") if kind in given]
    if len(kinds) != 1:
        raise Malformed(f"a shape has one test, not {len(kinds)}", next_step=f"allowed: {_SHAPES}")
    kind = kinds[0]
    dated = period(given.get("from"), given.get("until"))
    finding = None if given.get("finding") is None else str(given["finding"])
    return _read(kind, given[kind], dated, str(given.get("name") or ""), finding)


def _read(kind: str, value: object, valid: Period, name: str, finding: str | None) -> Shape:
    if kind in {"any", "all"}:
        if not isinstance(value, list) or not value:
            raise Malformed(f"{kind} needs a list of shapes", next_step="write any: [{...}, {...}]")
        return Shape(kind, parts=tuple(shape(part) for part in value), valid=valid, name=name, finding=finding)
    if kind == "not":
        return Shape(kind, parts=(shape(value),), valid=valid, name=name, finding=finding)
    if kind == "polygon":
        ring = _unrolled(_ring(value))
        return Shape(kind, _bounds(ring), ring, valid=valid, name=name, finding=finding)
    if kind == "box" or kind in _SIDES:
        return Shape(kind, _degrees(value, 4 if kind == "box" else 1), valid=valid, name=name, finding=finding)
    names = tuple(str(item) for item in value) if isinstance(value, list) else (str(value),)
    return Shape(kind, names=names, valid=valid, name=name, finding=finding)


def _ring(value: object) -> tuple[Point, ...]:
    if not isinstance(value, list) or len(value) < 3:
        raise Malformed("a polygon has three corners or more", next_step="write [[lat, lon], [lat, lon], [lat, lon]]")
    corners = [_degrees(corner, 2) for corner in value]
    if any(abs(latitude) > 90 or abs(longitude) > 360 for latitude, longitude in corners):
        raise Malformed("a corner lies off the globe", next_step="write [latitude, longitude], in that order")
    return tuple((latitude, longitude) for latitude, longitude in corners)


def _degrees(value: object, count: int) -> tuple[float, ...]:
    numbers = value if isinstance(value, list) else [value]
    try:
        read = tuple(float(str(number)) for number in numbers)
    except (TypeError, ValueError):
        read = ()
    if len(read) != count:
        raise Malformed(
            f"{value!r} are not {count} numbers in degrees",
            next_step="latitude before longitude; south, west, north, east",
        )
    return read
