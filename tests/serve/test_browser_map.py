"""The map island in a real browser, under our content-security policy: it zooms, places an event, and leads."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import pytest

from comity.formats import worldmap
from tests.serve.browser import DESK, PAGES, PHONE, browsing, need_islands, serious, serving, wait

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.slow

TALLINN, TOKYO = (59.44, 24.75), (35.68, 139.69)


@cache
def outlines() -> dict[str, list[list[worldmap.Point]]]:
    text = (files("comity.casebook") / "shapes" / "countries-110m.json").read_text("utf-8")
    codes = {"076": "BRA", "233": "EST"}
    return {codes.get(number, number): rings for number, rings in worldmap.countries(json.loads(text)).items()}


def the_page() -> str:
    states = {"BRA": worldmap.State("Brazil"), "EST": worldmap.State("Estonia")}
    marks = [worldmap.Mark(TOKYO, "Tokyo", code="JPN")]
    event = worldmap.svg(outlines(), "The world", "Where the event is.", key="event")
    picture = worldmap.svg(outlines(), "The world", "Partners.", marks=marks, states=states, key="picture")
    page = (PAGES / "map.html").read_text(encoding="utf-8")
    return page.replace("<!-- event -->", event).replace("<!-- picture -->", picture)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    need_islands()
    with serving({"/map": the_page()}) as at:
        yield f"{at}/map"


def screen_of(page: Page, place: tuple[float, float], figure: str = "#event-map") -> tuple[float, float]:
    """Where a place stands on the screen, by the server's projection."""
    x, y = worldmap.project(place)
    script = """([figure, x, y]) => {
        const at = new DOMPoint(x, y).matrixTransform(document.querySelector(`${figure} .zoomed`).getScreenCTM());
        return [at.x, at.y];
    }"""
    found = page.evaluate(script, [figure, x, y])
    return found[0], found[1]


def placed(page: Page) -> tuple[float, float]:
    latitude, longitude = page.locator("[data-map-place]").input_value().split(",")
    return float(latitude), float(longitude)


def scale(page: Page, figure: str = "#event-map") -> float:
    script = "(figure) => document.querySelector(`${figure} .zoomed`).transform.baseVal.consolidate()?.matrix.a ?? 1"
    return float(page.evaluate(script, figure))


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("presses", [0, 3])
def test_a_click_places_the_event(chrome: Browser, address: str, size: tuple[int, int], presses: int) -> None:
    with browsing(chrome, size) as page:
        page.goto(address)
        page.evaluate("document.addEventListener('change', () => { window.heard = (window.heard ?? 0) + 1; })")
        for _ in range(presses):
            page.get_by_role("button", name="Zoom in").first.click()
        places = (TALLINN, TOKYO, (-33.9, 18.4), (64.1, -21.9), (-54.8, -68.3)) if not presses else ((10.0, 5.0),)
        for place in places:
            x, y = (int(side) for side in screen_of(page, place))
            page.mouse.click(x, y)
            assert placed(page) == pytest.approx(inverse(*drawn_at(page, x, y)), abs=0.05)
        assert page.evaluate("window.heard") == len(places)
        assert page.locator("#event-map circle.mark").count() == 1
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def inverse(x: float, y: float) -> tuple[float, float]:
    """The place that the server draws at a spot, found by halving: the plain version of the island's iteration."""
    low, high = -90.0, 90.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if worldmap.project((middle, 0.0))[1] > y else (low, middle)
    across = worldmap.project((low, 180.0))[0] - worldmap.WIDTH / 2
    return low, 180 * (x - worldmap.WIDTH / 2) / across


def drawn_at(page: Page, x: float, y: float) -> tuple[float, float]:
    """The spot of the drawing at a pixel of the screen."""
    script = """([x, y]) => {
        const matrix = document.querySelector("#event-map .zoomed").getScreenCTM().inverse();
        const at = new DOMPoint(x, y).matrixTransform(matrix);
        return [at.x, at.y];
    }"""
    found = page.evaluate(script, [x, y])
    return found[0], found[1]


def test_buttons_zoom_and_words_keep_their_size(chrome: Browser, address: str) -> None:
    with browsing(chrome) as page:
        page.goto(address)
        text = page.locator("#picture-map text")
        before = text.bounding_box()
        page.locator("#picture-map").get_by_role("button", name="Zoom in").click()
        after = text.bounding_box()
        assert scale(page, "#picture-map") == pytest.approx(1.6)
        assert before is not None
        assert after is not None
        assert after["height"] == pytest.approx(before["height"], rel=0.05)
        page.locator("#picture-map").get_by_role("button", name="Show the whole map").click()
        assert scale(page, "#picture-map") == 1


def test_the_bare_wheel_scrolls_the_page_and_ctrl_zooms(chrome: Browser, address: str) -> None:
    with browsing(chrome) as page:
        page.goto(address)
        page.mouse.move(*screen_of(page, (0.0, 0.0)))
        page.mouse.wheel(0, 120)
        wait(page, "scrollY > 0")
        assert scale(page) == 1
        assert page.locator("#event-map .map-hint").is_visible()
        page.keyboard.down("Control")
        page.mouse.wheel(0, -240)
        page.keyboard.up("Control")
        wait(page, "document.querySelector('#event-map .zoomed').getAttribute('transform')")
        assert scale(page) > 1


def test_two_fingers_zoom_and_one_is_left_to_the_page(chrome: Browser, address: str) -> None:
    with browsing(chrome, PHONE, touch=True) as page:
        page.goto(address)
        x, y = screen_of(page, (0.0, 0.0))
        touch = page.context.new_cdp_session(page)

        def fingers(kind: str, *spread: int) -> None:
            points = [{"x": x + by, "y": y, "id": number} for number, by in enumerate(spread)]
            touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

        fingers("touchStart", 0)
        fingers("touchMove", 30)
        fingers("touchEnd")
        assert scale(page) == 1
        fingers("touchStart", -20, 20)
        fingers("touchMove", -40, 40)
        fingers("touchMove", -60, 60)
        fingers("touchEnd")
        assert scale(page) > 1.5
        page.touchscreen.tap(*screen_of(page, (5.0, 5.0)))
        assert placed(page) == pytest.approx((5.0, 5.0), abs=0.5)


def test_the_keyboard_places_the_event_and_moves_the_map(chrome: Browser, address: str) -> None:
    with browsing(chrome) as page:
        page.goto(address)
        page.locator("#event-map .map-cross").focus()
        for key in ("Shift+ArrowUp", "ArrowUp", "ArrowRight", "ArrowRight", "Enter"):
            page.keyboard.press(key)
        assert placed(page) == (11.0, 2.0)
        page.get_by_role("button", name="Zoom in").first.press("Enter")
        before = screen_of(page, (0.0, 0.0))
        page.keyboard.press("ArrowRight")
        assert screen_of(page, (0.0, 0.0))[0] < before[0]


def test_what_is_typed_moves_the_mark(chrome: Browser, address: str) -> None:
    with browsing(chrome) as page:
        page.goto(address)
        page.locator("[data-map-place]").fill("59.44, 24.75")
        page.locator("[data-map-place]").press("Tab")
        mark = page.locator("#event-map circle.mark")
        at = float(mark.get_attribute("cx") or 0), float(mark.get_attribute("cy") or 0)
        assert at == pytest.approx(worldmap.project(TALLINN), abs=0.01)


def test_a_country_leads_to_its_row(chrome: Browser, address: str) -> None:
    with browsing(chrome) as page:
        page.goto(address)
        page.locator("#picture-map").scroll_into_view_if_needed()
        page.mouse.click(*screen_of(page, (-10.0, -52.0), "#picture-map"))
        page.wait_for_url("**/map#BRA")


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(chrome: Browser, address: str, size: tuple[int, int], scheme: str) -> None:
    with browsing(chrome, size, color_scheme=scheme) as page:
        page.goto(address)
        page.wait_for_selector(".map-tools")
        assert serious(page) == []


def test_without_script_the_page_stands(chrome: Browser, address: str) -> None:
    with browsing(chrome, java_script_enabled=False) as page:
        page.goto(address)
        assert page.locator("#event-map svg.map").is_visible()
        assert page.locator(".map-tools").count() == 0
