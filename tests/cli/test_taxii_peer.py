"""Pulling from and pushing to the standard body's own TAXII server, which runs here."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from comity.cli import main
from comity.cli.taxii_recalls import NOT_TOLD
from comity.flow.books import open as open_book
from comity.instruments.intelligence.shelf import Shelf
from tests.serve.exchanging import NAME, tool, uses, uuid

pytestmark = pytest.mark.filterwarnings("ignore")  # of packages that are not ours
THERE = [tool(1), tool(1, 2), tool(2), uses(4, tool(1), tool(2)), tool(5), tool(6)]
PASSWORD, STIX, MEDIA = "Password0", "application/stix+json;version=2.1", "application/taxii+json;version=2.1"


def data(objects: list[dict[str, object]]) -> dict[str, object]:
    """Medallion's data file: everything was added at one instant, as it is when it is sent to it together."""
    listed = [
        {"id": one["id"], "date_added": "2026-02-01T00:00:00.000000Z", "version": one["modified"], "media_type": STIX}
        for one in objects
    ]  # fmt: skip
    shut = {"title": "C", "can_read": True, "can_write": True, "media_types": [STIX]}
    return {
        "/discovery": {"title": "T", "api_roots": []},
        "ours": {
            "information": {"title": "R", "versions": [MEDIA], "max_content_length": 9_000_000},
            "status": [],
            "collections": [
                {"id": NAME, **shut, "objects": objects, "manifest": listed},
                {"id": uuid(99), **shut, "objects": [], "manifest": []},
            ],
        },
    }  # fmt: skip


@pytest.fixture
def medallion(tmp_path: Path) -> Iterator[str]:
    """The reference server in a thread, with pages of three."""
    (tmp_path / "data.json").write_text(json.dumps(data(THERE)))
    peer, serving = import_module("medallion"), import_module("werkzeug.serving")
    app = peer.application_instance
    if not app.blueprints:
        peer.register_blueprints(app)
    backend = {"module": "medallion.backends.memory_backend", "module_class": "MemoryBackend"}
    told = {
        "backend": {**backend, "filename": str(tmp_path / "data.json")}, "users": {"admin": PASSWORD},
        "taxii": {"max_page_size": 3},
    }  # fmt: skip
    for part in told:
        peer.set_config(app, part, told)
    server = serving.make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/ours/"
    server.shutdown()
    thread.join()
    server.server_close()


def test_everything_is_pulled_from_it_and_pushed_to_it(
    medallion: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COMITY_TAXII_PASSWORD", PASSWORD)
    assert main(["ledger", "new", "b.comity"]) == 0
    assert main(["keys", "generate", "EST", "--book", "b.comity"]) == 0
    who = ["--book", "b.comity", "--as", "EST", "--user", "admin"]
    assert main(["taxii", "pull", medallion, "--collection", NAME, *who, "--into", "med"]) == 0
    assert NOT_TOLD in capsys.readouterr().err
    book = open_book("b.comity")
    assert set(Shelf.of(book.view("EST")).ids()) == {str(one["id"]) for one in THERE}
    book.close()
    pushed = ["taxii", "push", medallion, "--collection", uuid(99), *who, "--from", "med", "--to", "EST"]
    assert main(pushed) == 0
    assert "6 objects pushed, 0 refused there" in capsys.readouterr().out
    assert main(["taxii", "pull", medallion, "--collection", uuid(99), *who, "--into", "back", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["recalls"], told["failures"]) == (False, {})
