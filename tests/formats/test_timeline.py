"""The timeline: whole bars where it is certain, pale ones where it is not, an arrow where there is no end."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from comity.formats.timeline import Row, rows_table, svg, ticks
from comity.values.instant import ALWAYS, NEVER, exactly, instant, ragged_date, show

SVG = "{http://www.w3.org/2000/svg}"
FIRST, LAST = instant("1950-01-01"), instant("2030-01-01")
OPEN_START, OPEN_END = exactly(ALWAYS), exactly(NEVER)

BARS = {
    "certain at both ends": (Row("x", ragged_date("1960-01-01"), ragged_date("1970-01-01")), ["bar"]),
    "open at the end": (Row("x", ragged_date("1960-01-01"), OPEN_END), ["bar", "bar"]),
    "open at the start": (Row("x", OPEN_START, ragged_date("1970-01-01")), ["bar"]),
    "ragged at the start": (Row("x", ragged_date(1960), ragged_date("1970-01-01")), ["ragged", "ragged-edge", "bar"]),
    "ragged at both ends": (
        Row("x", ragged_date(1960), ragged_date(1970)),
        ["ragged", "ragged-edge", "ragged", "ragged-edge", "bar"],
    ),
    "never certain": (Row("x", ragged_date(1960), ragged_date(1960)), ["ragged", "ragged-edge"] * 2),
    "one day": (Row("x", ragged_date("2001-09-11"), ragged_date("2001-09-11")), ["point"]),
    "before the drawing": (Row("x", ragged_date("1940-01-01"), ragged_date("1945-01-01")), []),
    "after the drawing": (Row("x", ragged_date("2040-01-01"), OPEN_END), []),
}


@pytest.mark.parametrize(("row", "shapes"), BARS.values(), ids=BARS)
def test_a_bar_tells_what_is_certain(row: Row, shapes: list[str]) -> None:
    root = ElementTree.fromstring(svg([row], "t", "d", first=FIRST, last=LAST))
    group = root.find(f"{SVG}g")
    assert group is not None
    drawn = [one.attrib["class"] for one in group if one.tag in {f"{SVG}rect", f"{SVG}path"}]
    assert drawn == shapes


def test_a_row_says_its_dates_in_words_with_the_precision_they_have() -> None:
    row = Row("A pact", ragged_date("1955-03"), OPEN_END, note="signed twice", href="/a?b=1&c=2")
    root = ElementTree.fromstring(svg([row], "t", "d", first=FIRST, last=LAST, now=instant("2000-01-01")))
    titles = [one.text for one in root.iter(f"{SVG}title")]
    assert "A pact: 1955-03 to open; signed twice" in titles
    link = root.find(f"{SVG}a")
    assert link is not None
    assert link.attrib["href"] == "/a?b=1&c=2"
    assert rows_table([row]).rows == (("A pact", "1955-03", "", "signed twice"),)


def test_words_too_long_for_a_phone_are_cut_short_and_whole_in_the_title() -> None:
    row = Row("A very long name of an agreement " * 4, ragged_date("1960-01-01"), OPEN_END)
    root = ElementTree.fromstring(svg([row], "t", "d", first=FIRST, last=LAST))
    shown = next(one for one in root.iter(f"{SVG}text") if one.attrib["class"] == "row-text")
    assert shown.text is not None
    assert shown.text.endswith("…")
    assert len(shown.text) <= 58
    assert f"{row.label}: 1960-01-01 to open" in [one.text for one in root.iter(f"{SVG}title")]


SCALES = {
    "eighty years": ("1950-01-01", "2030-01-01", "1950", "2030"),
    "two years": ("2024-02-01", "2026-02-01", "2024-04", "2026-01"),
    "a month": ("2026-01-05", "2026-02-02", "2026-01-05", "2026-02-02"),
    "a week": ("2026-01-05", "2026-01-12", "2026-01-05", "2026-01-12"),
}


@pytest.mark.parametrize(("first", "last", "begins", "ends"), SCALES.values(), ids=SCALES)
def test_the_scale_has_few_round_dates(first: str, last: str, begins: str, ends: str) -> None:
    found = ticks(instant(first), instant(last))
    assert 2 <= len(found) <= 10
    assert (found[0][1], found[-1][1]) == (begins, ends)
    assert all(show(at).startswith(words) for at, words in found)


def test_words_cannot_become_markup() -> None:
    drawn = svg([Row("<b>", OPEN_START, OPEN_END, '"x', "<i>")], "<t>", "&", first=FIRST, last=LAST)
    ElementTree.fromstring(drawn)
    assert "<b>" not in drawn
    assert " style=" not in drawn
