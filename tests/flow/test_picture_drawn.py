"""The picture drawn: a map and a network that show what the rows say, and no more."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from comity.casebook.book import Casebook, casebook
from comity.casebook.outlines import outlines, points
from comity.casebook.places import Site, covers, shape
from comity.flow import picture_map, picture_network
from comity.values.instant import instant
from comity.values.truth import Truth
from tests.flow.small_casebook import small_casebook

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Casebook:
    return small_casebook(tmp_path_factory.mktemp("casebook"))


def _classes(svg: str) -> dict[str, str]:
    root = ElementTree.fromstring(svg)
    return {p.attrib["data-code"]: p.attrib["class"] for p in root.iter(f"{SVG}path") if "data-code" in p.attrib}


def test_a_state_is_coloured_by_what_ties_it_to_us(book: Casebook) -> None:
    drawn = picture_map.draw(book, instant("1986-01-01"), us="XAA")
    classes = _classes(drawn.svg)
    assert classes["XAA"] == "land us"
    assert classes["XBB"] == "land tie-defence"
    assert classes["XNEW"] == "land"
    assert "data-code" in drawn.svg
    assert ("tie-defence", "help in an armed attack") in drawn.legend


def test_what_is_not_certain_is_drawn_as_such(book: Casebook) -> None:
    drawn = picture_map.draw(book, instant("1965-06-01"), us="XAA")
    assert _classes(drawn.svg)["XCC"] == "land tie-defence perhaps"


def test_lines_are_for_what_few_share(book: Casebook) -> None:
    day = instant("1980-01-01")
    drawn = [ElementTree.fromstring(picture_map.draw(book, day, at_most=most).svg) for most in (2, 9)]
    lines = [[p for p in root.iter(f"{SVG}path") if "arc" in p.attrib.get("class", "").split()] for root in drawn]
    assert [len(found) for found in lines] == [1, 3]


def test_a_line_joins_a_party_to_each_that_is_tied_to_it_however_many_share_the_treaty(book: Casebook) -> None:
    root = ElementTree.fromstring(picture_map.draw(book, instant("1980-01-01"), us="XAA", at_most=2).svg)
    lines = [p for p in root.iter(f"{SVG}path") if "arc" in p.attrib.get("class", "").split()]
    assert len(lines) == 2


def test_whoever_cannot_be_placed_is_named_beside_the_map_and_stands_in_its_table(book: Casebook) -> None:
    drawn = picture_map.draw(book, instant("1972-01-01"), us="XAA")
    assert drawn.not_shown == ("XDD",)
    assert "XDD" in {str(row[1]) for row in drawn.table.rows}


def test_a_disputed_area_is_drawn_while_it_is_disputed_and_names_every_claimant(book: Casebook) -> None:
    then, now = (picture_map.draw(book, instant(day), us="XBB") for day in ("1990-01-01", "2010-01-01"))
    assert "The Rock: claimed by XBB, XCC" in then.svg
    assert 'clip-path="url(#picture-under-0)"' in then.svg
    assert "The Rock" not in now.svg
    assert ("disputed", "disputed ground") in then.legend


def test_an_outline_of_today_belongs_to_whoever_held_its_place(book: Casebook) -> None:
    days = (instant("1980-01-01"), instant("2000-01-01"))
    before, after = (picture_map.draw(book, day, link=lambda code: f"/{code}").svg for day in days)
    assert 'href="/XOLD"' in before
    assert 'href="/XNEW"' not in before
    assert 'href="/XNEW"' in after


def test_a_network_joins_agreements_to_their_parties(book: Casebook) -> None:
    drawn = picture_network.draw(book, instant("1965-06-01"), us="XAA", link=lambda name: f"/{name}")
    root = ElementTree.fromstring(drawn.svg)
    assert {c.attrib["data-code"] for c in root.iter(f"{SVG}circle")} == {"PACT-1950", "XAA", "XBB", "XCC"}
    assert sorted(p.attrib["class"] for p in root.iter(f"{SVG}path")) == [
        "edge tie-defence", "edge tie-defence", "edge tie-defence perhaps",
    ]  # fmt: skip
    assert len(drawn.table.rows) == 3
    assert drawn.legend == (("tie-defence", "help in an armed attack"),)


def test_the_same_day_is_drawn_the_same_and_well_formed() -> None:
    day = instant("2024-01-01")
    one, two = (picture_map.draw(casebook(), day, us="JPN", link=lambda c: f"/p/{c}") for _ in range(2))
    assert one == two
    ElementTree.fromstring(one.svg)
    assert " style=" not in one.svg
    ElementTree.fromstring(picture_network.draw(casebook(), day).svg)


def test_no_disputed_part_stands_for_a_state_and_no_disputed_outline_is_given_to_one() -> None:
    parts = [row for row in casebook().rows("territories.csv") if row["kind"] == "disputed"]
    disputed = {(float(row["lat"]), float(row["lon"])) for row in parts}
    assert disputed
    assert not disputed & set(points(casebook(), instant("2024-01-01")).values())
    owned = [ring for code, rings in outlines(casebook()).items() if code for ring in rings]
    falklands = Site((-51.75, -59.0), None)
    assert not [r for r in owned if covers(shape({"polygon": [list(p) for p in r]}), falklands) is Truth.TRUE]
    assert len(outlines(casebook())) > 165
