"""A real Chromium over pages of ours, for the tests that need one; skipped with the reason where there is none.

The browser is Debian's package or what CHROMIUM names; no Python package brings one. Axe is read from
``web/node_modules``, where the build of the islands puts it, and is in no package of ours.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from comity.serve import fence
from web import islands

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser, Page, ViewportSize

    Answer = Callable[[BaseHTTPRequestHandler], None]

AXE = islands.MODULES / "axe-core" / "axe.min.js"
STATIC = islands.ISLANDS.parent
PAGES = Path(__file__).parent / "pages"
PHONE, DESK = (390, 844), (1280, 900)
"""Width and height in pixels."""
NAMES = ("chromium", "chromium-browser", "google-chrome")
TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".html": "text/html; charset=utf-8"}
WATCH = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => {
    window.violations.push(`${event.violatedDirective}: ${event.blockedURI} ${event.sourceFile}`);
});
"""


def chromium() -> str | None:
    """The browser of this machine."""
    named = os.environ.get("CHROMIUM")
    return named or next((found for name in NAMES if (found := shutil.which(name))), None)


def need_islands() -> None:
    """Skip where the islands are not built as they would be now."""
    if not islands.built():
        pytest.skip(islands.why_not() or "the islands are not built; `python3 bootstrap.py setup` builds them")


@pytest.fixture(scope="module")
def chrome() -> Iterator[Browser]:
    """A browser for the tests of a module."""
    path = chromium()
    if path is None:
        pytest.skip("no Chromium is found; on Debian: apt-get install chromium; elsewhere name one in CHROMIUM")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@contextmanager
def browsing(chrome: Browser, size: tuple[int, int] = DESK, *, touch: bool = False, **context: Any) -> Iterator[Page]:
    """A page as a new visitor has it. Fails at the end if a script failed or the content-security policy was broken."""
    screen: ViewportSize = {"width": size[0], "height": size[1]}
    visitor = chrome.new_context(viewport=screen, has_touch=touch, is_mobile=touch, **context)
    visitor.set_default_timeout(15_000)
    page = visitor.new_page()
    failed: list[str] = []
    page.on("pageerror", lambda error: failed.append(str(error)))
    page.on("console", lambda line: failed.append(line.text) if "Content Security Policy" in line.text else None)
    page.add_init_script(WATCH)
    try:
        yield page
        assert failed == []
        assert not page.evaluate("window.violations ?? []")
    finally:
        visitor.close()


def wait(page: Page, script: str, seconds: float = 15) -> None:
    """Wait until an expression holds on the page. Playwright's own way evaluates text there, which our policy bars."""
    until = time.monotonic() + seconds
    while not page.evaluate(script):
        assert time.monotonic() < until, f"never came true: {script}"
        page.wait_for_timeout(50)


def serious(page: Page) -> list[str]:
    """What axe finds serious or critical on a page."""
    if not AXE.exists():
        pytest.skip("axe is not in web/node_modules; `python3 bootstrap.py setup` brings it")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{one['id']}: {node['html'][:200]}"
        for one in found["violations"]
        if one["impact"] in {"serious", "critical"}
        for node in one["nodes"]
    ]


@contextmanager
def serving(pages: Mapping[str, str | Answer]) -> Iterator[str]:
    """A server on loopback, by its address: the given pages by path, and our static files, all under our headers."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            page = pages.get(path)
            if callable(page):
                page(self)
            elif page is not None:
                answer(self, page.encode(), ".html")
            else:
                self._file(STATIC / path.removeprefix("/static/"))

        def _file(self, file: Path) -> None:
            if file.is_relative_to(STATIC) and file.is_file():
                answer(self, file.read_bytes(), file.suffix)
            else:
                self.send_response(404)
                self.send_header("content-length", "0")
                self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Nothing: tests are quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def answer(handler: BaseHTTPRequestHandler, body: bytes, suffix: str) -> None:
    """Send a body under the headers that every answer of ours has."""
    handler.send_response(200)
    for name, value in fence.HEADERS.items():
        handler.send_header(name, value)
    handler.send_header("content-type", TYPES.get(suffix, "text/plain"))
    handler.send_header("content-length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)
