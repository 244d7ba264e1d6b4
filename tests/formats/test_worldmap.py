"""The world map: projected as published, whole, and harmless."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from xml.etree import ElementTree

import pytest

from comity.errors import Malformed
from comity.formats.worldmap import (
    DISPUTED,
    HEIGHT,
    WIDTH,
    WORLD,
    Area,
    Line,
    Mark,
    State,
    around,
    countries,
    path,
    project,
    svg,
    table,
)

SVG = "{http://www.w3.org/2000/svg}"

OUTLINES = countries(json.loads((files("comity.casebook") / "shapes" / "countries-110m.json").read_text("utf-8")))


def test_the_projection_meets_its_published_frame() -> None:
    """Equal Earth: the equator is 2.05 times as long as the axis (Savric, Patterson and Jenny 2018)."""
    assert project((0, 0)) == pytest.approx((WIDTH / 2, HEIGHT / 2))
    assert project((0, 180)) == pytest.approx((WIDTH, HEIGHT / 2), abs=0.01)
    assert project((90, 0)) == pytest.approx((WIDTH / 2, 0), abs=0.01)
    assert pytest.approx(2.05, abs=0.01) == WIDTH / HEIGHT


def test_every_country_has_outlines_on_the_drawing() -> None:
    assert len(OUTLINES) > 170
    for rings in OUTLINES.values():
        for latitude, longitude in (point for ring in rings for point in ring):
            x, y = project((latitude, longitude))
            assert -1 <= x <= WIDTH + 1
            assert -1 <= y <= HEIGHT + 1


def test_words_on_the_map_cannot_become_markup() -> None:
    drawn = svg({}, "<b>", "&", marks=[Mark((0, 0), "<script>")], areas=[Area(((0, 0), (1, 1), (0, 1)), '"><x')])
    assert "<script>" not in drawn
    assert "<b>" not in drawn
    assert "&lt;script&gt;" in drawn


def test_what_is_no_topology_is_refused() -> None:
    with pytest.raises(Malformed):
        countries({"type": "FeatureCollection"})


def test_a_state_can_be_found_linked_and_read_out() -> None:
    drawn = svg(
        {"XAA": [[(0, 0), (10, 0), (10, 10)]], "": [[(20, 20), (30, 20), (30, 30)]]},
        "t",
        "d",
        states={"XAA": State("Land of A", "us", "/parties/XAA?a=1&b=2")},
        key="m",
    )
    root = ElementTree.fromstring(drawn)
    link = root.find(f".//{SVG}a")
    assert link is not None
    assert link.attrib["href"] == "/parties/XAA?a=1&b=2"
    path = link.find(f"{SVG}path")
    assert path is not None
    assert (path.attrib["id"], path.attrib["data-code"], path.attrib["class"]) == ("m-XAA", "XAA", "land us")
    assert [title.text for title in path.iter(f"{SVG}title")] == ["Land of A"]
    assert root.attrib["role"] == "group"
    assert len([one for one in root.iter() if "data-code" in one.attrib]) == 1


def test_a_drawing_without_links_is_one_picture_with_its_words() -> None:
    root = ElementTree.fromstring(svg({}, "t", "d", key="m"))
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-labelledby"] == "m-title m-text"
    assert {one.attrib["id"] for one in root.iter() if "id" in one.attrib} == {"m-title", "m-text"}


def test_a_disputed_area_is_hatched_and_taken_out_of_every_claimant() -> None:
    ring = ((0.0, 0.0), (20.0, 0.0), (20.0, 20.0), (0.0, 20.0))
    drawn = svg({"XAA": [list(ring)], "XBB": [list(ring)]}, "t", "d", areas=[Area(ring, "w", DISPUTED, ("XAA", "XBB"))])
    root = ElementTree.fromstring(drawn)
    under = root.find(f".//{SVG}clipPath")
    assert under is not None
    assert [use.attrib["href"] for use in under] == ["#map-XAA", "#map-XBB"]
    group = next(one for one in root.iter(f"{SVG}g") if one.attrib["class"] == "contested")
    assert [path.attrib.get("class") for path in group.iter(f"{SVG}path")] == ["nobody", DISPUTED, None]
    assert drawn.index('class="nobody"') > drawn.index('id="map-XBB"')


def test_a_disputed_area_too_small_to_see_has_a_mark() -> None:
    small = ((37.4, 131.7), (37.4, 132.0), (37.1, 132.0))
    assert 'class="disputed pin"' in svg({}, "t", "d", areas=[Area(small, "w", DISPUTED)])


def test_a_line_over_the_antimeridian_is_drawn_in_two_pieces() -> None:
    root = ElementTree.fromstring(svg({}, "t", "d", lines=[Line((35, 140), (38, -100), "a line")]))
    (path,) = (one for one in root.iter(f"{SVG}path") if one.attrib.get("class") == "arc")
    assert path.attrib["d"].count("M") == 2


def test_words_never_meet_and_those_without_room_can_still_be_read_out() -> None:
    marks = [Mark((50 + n / 10, 5), f"Place {n}", told=f"Place {n}") for n in range(30)]
    root = ElementTree.fromstring(svg({}, "t", "d", marks=marks))
    assert len(list(root.iter(f"{SVG}circle"))) == 30
    assert 0 < len(list(root.iter(f"{SVG}text"))) < 30
    assert len([one for one in root.iter(f"{SVG}circle") if one.find(f"{SVG}title") is not None]) == 30


def test_a_part_of_the_world_keeps_the_proportion_and_stays_on_the_map() -> None:
    for points in ([(50.0, 0.0), (60.0, 20.0)], [(-80.0, 179.0)], [(0.0, -170.0), (0.0, 170.0)]):
        x, y, width, height = around(points)
        assert width / height == pytest.approx(WIDTH / HEIGHT)
        assert min(x, y) >= 0
        assert x + width <= WIDTH + 0.01
        assert y + height <= HEIGHT + 0.01
    assert around([]) == WORLD


def test_the_same_things_stand_in_the_table() -> None:
    ring = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0))
    rows = table([Mark((1, 2), "p")], [Area(ring, "a")], [Line((1, 2), (3, 4), "l")]).rows
    assert rows == (("line", "l", 1, 2, 3, 4), ("point", "p", 1, 2, None, None), ("area", "a", 0, 0, None, None))


def test_no_drawing_carries_a_style_or_a_script() -> None:
    drawn = svg(OUTLINES, "t", "d", marks=[Mark((0, 0), "a", href="/x")], lines=[Line((0, 0), (9, 9), "l")])
    assert not re.search(r"\sstyle=|<style|<script|\son\w+=", drawn)
    assert drawn == svg(OUTLINES, "t", "d", marks=[Mark((0, 0), "a", href="/x")], lines=[Line((0, 0), (9, 9), "l")])


def places(drawn: str) -> list[list[tuple[float, float]]]:
    """Where the pieces of a path lead, from its steps."""
    found = []
    for piece in drawn.removesuffix("Z").split("Z"):
        start, _, steps = piece.removeprefix("M").partition("l")
        x, y = map(float, start.split(","))
        there = [(x, y)]
        for step in steps.split():
            x, y = x + float(step.split(",")[0]), y + float(step.split(",")[1])
            there.append((x, y))
        found.append(there)
    return found


def test_a_path_written_in_steps_leads_where_its_points_are() -> None:
    """No step adds to the error of the one before: every corner is within half a tenth of its point."""
    for rings in OUTLINES.values():
        corners = [corner for piece in places(path(rings)) for corner in piece]
        for point in (point for ring in rings for point in ring):
            x, y = project(point)
            assert any(abs(x - at) < 0.051 and abs(y - down) < 0.051 for at, down in corners)


def test_an_outline_drawn_before_is_drawn_the_same() -> None:
    drawn = {code: path(rings) for code, rings in OUTLINES.items()}
    assert svg(drawn, "t", "d", states={"233": State("Estonia")}) == svg(
        OUTLINES, "t", "d", states={"233": State("Estonia")}
    )
