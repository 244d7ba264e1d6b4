"""Great circles: the published way, whole, and never a streak across the map."""

from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.formats.arcs import Point, great_circle, middle, pieces

POINTS = st.tuples(st.floats(-90, 90), st.floats(-180, 180))


def _apart(one: Point, two: Point) -> float:
    """Degrees between two points, by the haversine formula: another way than the code's."""
    (lat1, lon1), (lat2, lon2) = ([math.radians(side) for side in point] for point in (one, two))
    half = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return math.degrees(2 * math.asin(min(1.0, math.sqrt(half))))


@given(POINTS, POINTS)
def test_the_way_is_the_shortest_and_has_both_ends(one: Point, two: Point) -> None:
    way = great_circle(one, two)
    length = sum(_apart(a, b) for a, b in itertools.pairwise(way))
    assert way[0] == one
    assert way[-1] == two
    assert length == pytest.approx(_apart(one, two), abs=0.05)
    assert all(_apart(a, b) < 3.1 for a, b in itertools.pairwise(way))


@given(POINTS, POINTS)
def test_no_piece_crosses_the_map(one: Point, two: Point) -> None:
    for piece in pieces(great_circle(one, two)):
        assert len(piece) > 1
        near_pole = [abs(point[0]) > 85 for point in piece]
        steps = itertools.pairwise(piece)
        assert all(abs(b[1] - a[1]) <= 180 or polar for (a, b), polar in zip(steps, near_pole, strict=False))


CUTS = {
    "across the Pacific, eastward": ((0.0, 170.0), (0.0, -170.0), [[170, 180], [-180, -170]]),
    "across the Pacific, westward": ((0.0, -170.0), (0.0, 170.0), [[-170, -180], [180, 170]]),
    "across the Atlantic": ((0.0, -10.0), (0.0, 10.0), [[-10, 10]]),
}


@pytest.mark.parametrize(("one", "two", "ends"), CUTS.values(), ids=CUTS)
def test_a_line_is_cut_at_the_antimeridian(one: Point, two: Point, ends: list[list[float]]) -> None:
    found = pieces(great_circle(one, two))
    assert [[piece[0][1], piece[-1][1]] for piece in found] == [[pytest.approx(lon) for lon in pair] for pair in ends]


def test_a_way_between_opposite_points_runs_by_the_north() -> None:
    assert max(latitude for latitude, _ in great_circle((0.0, 0.0), (0.0, 180.0))) == pytest.approx(90)
    assert max(latitude for latitude, _ in great_circle((30.0, 20.0), (-30.0, -160.0))) > 59


def test_the_middle_of_points_lies_on_the_sphere() -> None:
    found = middle([(0.0, 170.0), (0.0, -170.0)])
    assert found is not None
    assert abs(found[1]) == pytest.approx(180)
    assert middle([]) is None
    assert middle([(0.0, 0.0), (0.0, 180.0)]) is None
