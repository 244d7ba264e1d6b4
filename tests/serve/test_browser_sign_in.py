"""Signing in by a provider of another site, in a real Chromium: strict cookies, our policy, and the way back."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
import uvicorn

from comity.serve.app import application
from comity.serve.desk import Desk
from comity.serve.oidc import Provider
from comity.serve.oidc_file import Told
from tests.serve.browser import PHONE, browsing, serious
from tests.serve.desks import Standing
from tests.serve.issuer import CLIENT, SECRET, served
from tests.serve.staff import PASSWORD, appoint, office

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.slow


@contextmanager
def running(desk: Desk, listening: socket.socket) -> Iterator[None]:
    """The pages of a desk while the test lasts."""
    server = uvicorn.Server(uvicorn.Config(application(desk), log_config=None, lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join()


def test_one_signs_in_at_another_site_comes_back_and_is_signed_in(chrome: Browser) -> None:
    before = office()
    assert isinstance(before.book.clock, Standing)
    with served(before.book.clock) as issuer, socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        address = f"http://localhost:{listening.getsockname()[1]}"  # to a browser another site than 127.0.0.1
        told = Told("EST", issuer.address, CLIENT, "preferred_username", address, SECRET)
        desk = office(book=before.book, providers=(Provider(told, before.book.clock),))
        appoint(desk, "mari", "EST")
        with running(desk, listening), browsing(chrome, PHONE) as page:
            page.goto(f"{address}/sign-in")
            assert serious(page) == []
            page.get_by_role("link", name="I act for EST").click()
            page.wait_for_url(f"{address}/")
            page.goto(f"{address}/people/me")
            assert "mari, for EST" in page.inner_text("h1")
            cookies = {one["name"]: one for one in page.context.cookies()}
            assert "comity-provider" not in cookies
            assert (cookies["comity-session"]["httpOnly"], cookies["comity-session"]["sameSite"]) == (True, "Strict")
            for path in ("/people/me", "/people", "/keys"):
                page.goto(address + path)
                assert serious(page) == []
            page.goto(f"{address}/people/me")
            page.get_by_role("button", name="Make a token").click()
            assert len(page.inner_text(".signed pre")) == 43
            page.get_by_role("button", name="Sign out everywhere").click()
            page.wait_for_url(f"{address}/sign-in")
            page.get_by_label("Code of your nation").fill("EST")
            page.get_by_label("Name").fill("mari")
            page.get_by_label("Password").fill(PASSWORD)
            page.get_by_role("button", name="Sign in").click()
            page.wait_for_url(f"{address}/")
            page.get_by_role("link", name="for EST").click()
            page.wait_for_url(f"{address}/people/me")
