"""The other islands in a real browser, under our content-security policy: network, time slider, live part."""

from __future__ import annotations

import json
import re
import time
from http.server import BaseHTTPRequestHandler
from threading import Event
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest

from comity.formats import network
from comity.formats.network import Edge, Node
from tests.serve.browser import DESK, PAGES, PHONE, answer, browsing, need_islands, serious, serving, wait

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.slow

NODES = [
    Node("LIS", "Treaty of the Lake", 1, "tie-defence", 8, "#LIS", "Treaty of the Lake (in force)"),
    Node("AAA", "Aland", 2, told="Aland"),
    Node("BBB", "Borduria", 2, told="Borduria"),
]
EDGES = [Edge("LIS", "AAA", "a party", "tie-defence"), Edge("LIS", "BBB", "perhaps a party", "tie-defence perhaps")]


def network_page() -> str:
    rows = {
        "nodes": [{"id": n.id, "label": n.label, "css": n.css, "href": n.href, "told": n.told} for n in NODES],
        "edges": [{"one": e.one, "two": e.two, "label": e.label, "css": e.css} for e in EDGES],
    }
    page = (PAGES / "network.html").read_text(encoding="utf-8")
    drawn = network.svg(NODES, EDGES, "Accords", "Un accord et deux parties.")
    return page.replace("<!-- network -->", drawn).replace("<!-- rows -->", json.dumps(rows))


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_the_network_is_drawn_and_each_node_is_in_a_list(chrome: Browser, size: tuple[int, int]) -> None:
    need_islands()
    with serving({"/": network_page()}) as at, browsing(chrome, size) as page:
        page.goto(at)
        page.wait_for_selector(".network-canvas canvas")
        assert not page.locator("figure > svg").is_visible()
        assert page.locator(".network-list li").all_inner_texts() == [node.label for node in NODES]
        page.get_by_role("button", name="Borduria").focus()
        page.get_by_role("button", name="Agrandir").click()
        assert serious(page) == []
        page.locator(".network-list").get_by_role("link", name="Treaty of the Lake").press("Enter")
        page.wait_for_url("**/#LIS")


def test_words_of_a_full_ring_run_outward_and_none_lies_on_another(chrome: Browser) -> None:
    """Each in the direction in which its node stands from the middle, so that two of a ring never cross."""
    many = [Node("m", "We", 0), *(Node(f"n{one}", f"Attack pattern number {one} of the north", 1) for one in range(40))]
    drawn = network.svg(many, [Edge("m", one.id, "x") for one in many[1:]], "t", "d")
    page_only = re.sub(r"<script type=.application/json.*?</script>", "", network_page(), flags=re.DOTALL)
    told = re.sub(r"<svg.*?</svg>", lambda _: drawn, page_only, flags=re.DOTALL)
    with serving({"/": told}) as at, browsing(chrome) as page:
        page.goto(at)
        page.wait_for_selector(".network-canvas canvas")
        turned = page.evaluate("""[...document.querySelector(".network-canvas")._cyreg.cy.$(".outward")].map((one) => {
            const [x, y] = [one.position("x") - 480, one.position("y") - 480];
            const back = one.style("text-halign") === "left" ? -1 : 1;
            const turn = one.pstyle("text-rotation").pfValue;
            return Math.hypot(x, y) - (x * Math.cos(turn) + y * Math.sin(turn)) * back;
        })""")
        assert len(turned) == 40
        assert max(map(abs, turned)) < 1


def test_a_network_is_read_off_the_server_s_drawing_and_nothing_is_fetched_before_it_is_in_sight(
    chrome: Browser,
) -> None:
    need_islands()
    page_only = re.sub(r"<script type=.application/json.*?</script>", "", network_page(), flags=re.DOTALL)
    folded = page_only.replace("<figure", "<details><summary>Réseau</summary><figure").replace(
        "</figure>", "</figure></details>"
    )
    with serving({"/": folded}) as at, browsing(chrome) as page:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url.rpartition("/")[2]))
        page.goto(at)
        page.wait_for_timeout(300)
        assert "network.js" in asked
        assert "cytoscape.js" not in asked
        page.get_by_text("Réseau", exact=True).click()
        page.wait_for_selector(".network-canvas canvas")
        assert page.locator(".network-list li").all_inner_texts() == [node.label for node in NODES]
        assert page.locator(".network-list a").get_attribute("href") == "#LIS"


def test_without_script_the_server_s_drawing_stays(chrome: Browser) -> None:
    with serving({"/": network_page()}) as at, browsing(chrome, java_script_enabled=False) as page:
        page.goto(at)
        assert page.locator("figure > svg").is_visible()


class Days:
    """A page with a day and a live part; it counts how often it was looked at, and tells when `moved` is set."""

    def __init__(self) -> None:
        self.looks = 0
        self.streams = 0
        self.moved = Event()

    def page(self, request: BaseHTTPRequestHandler) -> None:
        self.looks += 1
        day = parse_qs(urlsplit(request.path).query).get("on", ["today"])[0]
        text = (PAGES / "days.html").read_text(encoding="utf-8")
        text = text.replace("<!-- day -->", day).replace("<!-- look -->", str(self.looks))
        answer(request, text.encode(), ".html")

    def stream(self, request: BaseHTTPRequestHandler) -> None:
        self.streams += 1
        request.send_response(200)
        request.send_header("content-type", "text/event-stream")
        request.send_header("connection", "close")
        request.end_headers()
        request.wfile.write(b": here\n\n")
        if self.moved.wait(20):
            self.moved.clear()
            request.wfile.write(b"event: changed\ndata:\n\n")
        request.close_connection = True


def test_the_slider_shows_the_page_s_part_for_each_day(chrome: Browser) -> None:
    need_islands()
    days = Days()
    pages = {"/days": days.page, "/stream": days.stream}
    with serving(pages) as at, browsing(chrome, reduced_motion="reduce") as page:
        page.goto(f"{at}/days")
        slider = page.locator("input[type=range]")
        assert slider.get_attribute("aria-valuetext") == "1952-02-18"
        slider.press("ArrowRight")
        slider.press("ArrowRight")
        wait(page, "document.querySelector('#shown b').textContent === '2024-03-07'")
        assert page.url == f"{at}/days?on=2024-03-07"
        assert page.locator("output").inner_text() == "2024-03-07"
        assert page.get_by_role("button", name="Play").count() == 0
        assert days.looks == 2
        assert serious(page) == []
        days.moved.set()


def test_the_label_of_the_slider_is_the_day_that_is_shown_after_each_move(chrome: Browser) -> None:
    need_islands()
    days = Days()
    with serving({"/days": days.page}) as at, browsing(chrome, reduced_motion="reduce") as page:
        page.goto(f"{at}/days")
        slider, on, label = page.locator("input[type=range]"), page.locator("input[name=on]"), page.locator("output")
        for move, shown in (("1999-03-12", "1999-03-12"), ("", "2023-04-04"), ("1940-01-01", "1940-01-01")):
            if move:
                on.fill(move)
                on.blur()
            else:
                slider.press("ArrowRight")
            wait(page, f"document.querySelector('#shown b').textContent === '{shown}'")
            assert label.inner_text() == slider.get_attribute("aria-valuetext") == on.input_value() == shown


def test_play_goes_through_the_days_from_the_first(chrome: Browser) -> None:
    need_islands()
    days = Days()
    with serving({"/days": days.page}) as at, browsing(chrome, reduced_motion="no-preference") as page:
        page.goto(f"{at}/days?on=2024-03-07")
        page.locator("input[type=range]").fill("3")
        page.get_by_role("button", name="Play").click()
        wait(page, "document.querySelector('#shown b').textContent === '1949-04-04'")
        wait(page, "document.querySelector('#shown b').textContent === '2024-03-07'")
        page.get_by_role("button", name="Play").wait_for()


def test_a_live_part_is_shown_anew_but_never_takes_what_was_typed(chrome: Browser) -> None:
    need_islands()
    days = Days()
    with serving({"/days": days.page, "/stream": days.stream}) as at, browsing(chrome) as page:
        page.goto(f"{at}/days")
        look = page.locator("#shown i")
        assert look.inner_text() == "1"
        days.moved.set()
        wait(page, "document.querySelector('#shown i').textContent !== '1'")
        shown = look.inner_text()
        page.locator("#note").fill("half a sentence")
        until = time.monotonic() + 10
        while days.streams < 2 and time.monotonic() < until:  # the first stream ended; it is opened again
            page.wait_for_timeout(100)
        days.moved.set()
        page.get_by_role("button", name="Show what is new").wait_for()
        assert page.locator("#note").input_value() == "half a sentence"
        assert look.inner_text() == shown
        page.get_by_role("button", name="Show what is new").click()
        assert look.inner_text() != shown
        days.moved.set()
