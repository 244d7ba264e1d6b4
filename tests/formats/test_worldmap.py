"""The world map: projected as published, whole, and harmless."""

from __future__ import annotations

import json
from importlib.resources import files

import pytest

from comity.errors import Malformed
from comity.formats.worldmap import HEIGHT, WIDTH, Area, Mark, countries, project, svg

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
