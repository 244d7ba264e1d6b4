"""Great circles as lines on the world map, cut at its edge.

Rules:
1. Between two points runs the shorter great circle, by spherical interpolation (Shoemake 1985, SIGGRAPH 19: 245-254).
   Of two points opposite each other, where every way is as short, the way runs by the north.
2. Where a line crosses the antimeridian it ends at the edge and begins again at the other one, at the same latitude:
   no streak runs across the map.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise

Point = tuple[float, float]
"""Latitude and longitude, in degrees."""

_Vector = tuple[float, float, float]
_STEP = math.radians(3)


def great_circle(one: Point, two: Point) -> list[Point]:
    """Points along the way from one to the other, both ends included, at most three degrees apart: rule 1."""
    start, end = _vector(one), _vector(two)
    if _angle(start, end) > math.pi - 1e-6:
        middle = (max(90 - abs(one[0]), 0.0), one[1] + (0.0 if one[0] <= 0 else 180.0))
        return [*great_circle(one, middle), *great_circle(middle, two)[1:]]
    angle = _angle(start, end)
    count = max(2, math.ceil(angle / _STEP))
    return [one, *(_between(start, end, angle, step / count) for step in range(1, count)), two]


def _vector(at: Point) -> _Vector:
    latitude, longitude = math.radians(at[0]), math.radians(at[1])
    return (
        math.cos(latitude) * math.cos(longitude),
        math.cos(latitude) * math.sin(longitude),
        math.sin(latitude),
    )


def _angle(one: _Vector, two: _Vector) -> float:
    return math.acos(max(-1.0, min(1.0, sum(a * b for a, b in zip(one, two, strict=True)))))


def _between(one: _Vector, two: _Vector, angle: float, share: float) -> Point:
    if angle < 1e-9:
        return _point(one)
    first, second = math.sin((1 - share) * angle) / math.sin(angle), math.sin(share * angle) / math.sin(angle)
    x, y, z = (first * a + second * b for a, b in zip(one, two, strict=True))
    return _point((x, y, z))


def _point(at: _Vector) -> Point:
    x, y, z = at
    return math.degrees(math.atan2(z, math.hypot(x, y))), math.degrees(math.atan2(y, x))


def middle(points: Iterable[Point]) -> Point | None:
    """The point in the middle of several, on the sphere; None where they balance each other out."""
    vectors = [_vector(point) for point in points]
    if not vectors:
        return None
    x, y, z = (sum(side) / len(vectors) for side in zip(*vectors, strict=True))
    return None if math.hypot(x, y, z) < 1e-3 else _point((x, y, z))


def pieces(line: Sequence[Point]) -> list[list[Point]]:
    """A line cut where it crosses the antimeridian: rule 2."""
    found: list[list[Point]] = [[line[0]]] if line else []
    for before, after in pairwise(line):
        if abs(after[1] - before[1]) > 180:
            edge = math.copysign(180.0, before[1])
            latitude = _crossing(before, after)
            found[-1].append((latitude, edge))
            found.append([(latitude, -edge)])
        found[-1].append(after)
    return [piece for piece in found if len(piece) > 1]


def _crossing(before: Point, after: Point) -> float:
    """The latitude at which a short step crosses the antimeridian."""
    to_edge, beyond = 180 - abs(before[1]), 180 - abs(after[1])
    share = to_edge / (to_edge + beyond) if to_edge + beyond else 0.0
    return before[0] + share * (after[0] - before[0])
