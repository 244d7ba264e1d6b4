"""The picture's slider and its date, as the server draws them: one and the same day."""

from __future__ import annotations

import json
import re
from html import unescape

import pytest

from tests.serve.desks import Visitor, book_of, desk_of

DAYS = ("1949-01-01", "1949-04-04", "1940-06-14", "2026-11-26", "2031-01-01")


@pytest.mark.parametrize("day", DAYS)
def test_the_slider_stands_at_the_day_that_is_shown(day: str) -> None:
    shown = Visitor(desk_of(book_of([])), "POL").get(f"/picture?on={day}").text
    days = json.loads(unescape(re.findall(r"data-days='([^']+)'", shown)[0]))
    (place,) = re.findall(r'type="range"[^>]* value="(\d+)"', shown)
    assert days == sorted(set(days))
    assert days[int(place)] == day
    assert f"<output>{day}</output>" in shown
    assert f'<h2><time datetime="{day}">' in shown


def test_where_no_script_moves_it_it_is_not_shown() -> None:
    shown = Visitor(desk_of(book_of([]))).get("/picture").text
    assert re.search(r'<div class="wide" hidden><label>[^<]*<input type="range"', shown)
