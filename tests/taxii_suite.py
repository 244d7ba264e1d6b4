"""A plugin of pytest: the reference server's own suite, unchanged, against any TAXII 2.1 server over HTTP.

    pytest -p tests.taxii_suite --backends memory medallion/test/test_backends.py

`COMITY_TAXII_URL` is where the server is, `COMITY_TAXII_USER` and `COMITY_TAXII_PASSWORD` who asks. The server has to
hold the suite's own data file. Tests that look into the reference server's process are left out.
"""

from __future__ import annotations

import os
from base64 import b64encode
from typing import Any

import httpx
import pytest

MEDIA = "application/taxii+json;version=2.1"
IN_PROCESS = ("no_config", "no_taxii_section", "no_auth_section", "no_backend_section", "test_save_to_file")
HOST = "localhost:5000"
"""The host that the suite's data file names: it expects discovery to tell its addresses."""


class Answer:
    """An answer as Flask's test client tells it."""

    def __init__(self, answer: httpx.Response) -> None:
        self.status_code, self.headers = answer.status_code, answer.headers
        self.content_type, self.data = answer.headers.get("content-type"), answer.content
        self._answer = answer

    @property
    def json(self) -> Any:
        """The body, read."""
        return self._answer.json()


class Client:
    """Flask's test client, over HTTP."""

    def __init__(self, url: str) -> None:
        self._client = httpx.Client(base_url=url, headers={"host": HOST}, timeout=60)

    def _ask(self, method: str, path: str, **told: Any) -> Answer:
        asked = {"headers": told.get("headers"), "follow_redirects": told.get("follow_redirects", False)}
        return Answer(self._client.request(method, path, content=told.get("data"), **asked))

    def get(self, path: str, **told: Any) -> Answer:
        """Ask."""
        return self._ask("GET", path, **told)

    def post(self, path: str, **told: Any) -> Answer:
        """Send."""
        return self._ask("POST", path, **told)

    def delete(self, path: str, **told: Any) -> Answer:
        """Remove."""
        return self._ask("DELETE", path, **told)

    def close(self) -> None:
        """Let go."""
        self._client.close()


def _set_up(server: Any) -> None:
    said = f"{os.environ['COMITY_TAXII_USER']}:{os.environ['COMITY_TAXII_PASSWORD']}"
    who = {"Authorization": f"Basic {b64encode(said.encode()).decode()}"}
    server.client = Client(os.environ["COMITY_TAXII_URL"])
    server.headers = {**who, "Accept": MEDIA}
    server.post_headers = {**server.headers, "Content-Type": MEDIA}


def _tear_down(server: Any) -> None:
    server.client.close()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Let the suite's servers speak over HTTP, and leave out what needs the reference server's own objects."""
    left_out = [item for item in items if any(word in item.nodeid for word in IN_PROCESS) or "[mongo" in item.nodeid]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]
    for item in items:
        server = item.module.TaxiiTest  # type: ignore[attr-defined]  # the suite's
        server.setUp, server.tearDown = _set_up, _tear_down
