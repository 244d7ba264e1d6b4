"""The clients of others against our server: taxii2-client, the source and sink of stix2, cytaxii2; stix2-validator on
what comes out; and the reference server's own suite, where it is found."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import subprocess
import sys
import warnings
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import httpx
import pytest

from comity.flow import taxii_loading
from comity.flow.books import open as open_book
from comity.formats import taxii_load
from comity.serve.desk import Desk
from comity.serve.taxii import keep_status
from tests.serve.exchanging import NAME, tool, url, uses
from tests.serve.staff import PASSWORD, appoint, office
from tests.serve.taxii_nodes import Node, serving

ROOT = Path(__file__).resolve().parents[2]
USER = "POL/admin"
pytestmark = pytest.mark.filterwarnings("ignore")  # of packages that are not ours
V = [f"2026-01-0{day}T00:00:00.000Z" for day in (1, 2, 3)]
DATA = {
    "/discovery": {"title": "Ours", "default": "http://localhost:5000/ours/", "api_roots": ["http://localhost:5000/ours/"]},
    "ours": {
        "information": {"title": "Ours", "max_content_length": 100_000},
        "collections": [{
            "id": NAME, "title": "Ours", "can_read": True, "can_write": True,
            "objects": [tool(1), tool(1, 2), tool(2), url(3), uses(4, tool(1), tool(2))],
            "manifest": [
                {"id": tool(number)["id"], "version": V[0], "date_added": f"2026-02-0{number}T00:00:00.000000Z"}
                for number in (1, 2)
            ],
        }],
    },
}  # fmt: skip


def loaded(data: bytes) -> Desk:
    """A desk into which a data file was taken."""
    book = open_book(None)
    book.introduce("POL")
    desk = office(book=book)
    appoint(desk, "admin", "POL")
    found = taxii_load.read(data, "data.json")
    taxii_loading.load(book, found, "POL")
    for root in found.roots:
        for status in root.statuses:
            keep_status(desk.accounts, "POL", root.name, status)
    return desk


@pytest.fixture(scope="module")
def node() -> Iterator[Node]:
    with serving(loaded(json.dumps(DATA).encode())) as made:
        yield made


def test_taxii2_client_discovers_walks_filters_adds_and_removes(node: Node) -> None:
    client = import_module("taxii2client.v21")
    server = client.Server(f"{node.url}/taxii2/", user=USER, password=PASSWORD)
    assert server.default.title == "Ours"
    (found,) = server.api_roots[0].collections
    assert (found.id, found.can_read, found.can_write) == (NAME, True, True)
    collection = client.Collection(found.url, user=USER, password=PASSWORD)
    pages = [page["objects"] for page in client.as_pages(collection.get_objects, per_request=2)]
    assert [len(page) for page in pages] == [2, 2]
    assert sorted({one["id"] for page in pages for one in page}) == sorted(
        str(one["id"]) for one in (tool(1), tool(2), url(3), uses(4, tool(1), tool(2)))
    )
    assert len(collection.get_manifest(type="tool")["objects"]) == 2
    assert collection.object_versions(tool(1)["id"])["versions"] == V[:2]
    status = collection.add_objects({"objects": [tool(50)]})
    assert (status.status, status.success_count, status.failure_count) == ("complete", 1, 0)
    assert collection.get_object(tool(50)["id"])["objects"] == [tool(50)]
    collection.delete_object(tool(50)["id"])
    with pytest.raises(Exception, match="404"):
        collection.get_object(tool(50)["id"])


def test_the_source_and_sink_of_stix2_read_and_write(node: Node) -> None:
    stix2, client = import_module("stix2"), import_module("taxii2client.v21")
    collection = client.Collection(f"{node.url}/ours/collections/{NAME}/", user=USER, password=PASSWORD)
    source, sink = stix2.TAXIICollectionSource(collection), stix2.TAXIICollectionSink(collection)
    assert source.get(tool(2)["id"]).name == "tool 2"
    assert len(source.all_versions(tool(1)["id"])) == 2
    assert {one.type for one in source.query([stix2.Filter("type", "=", "tool")])} == {"tool"}
    made = stix2.v21.Indicator(
        pattern="[url:value = 'http://x/']", pattern_type="stix", valid_from="2026-01-01T00:00:00Z"
    )
    sink.add(made)
    assert source.get(made.id) == made


def test_cytaxii2_follows_discovery(node: Node) -> None:
    client = import_module("cytaxii2.cytaxii2").cytaxii2(f"{node.url}/taxii2/", USER, PASSWORD)
    assert client.discovery_request()["status_code"] == 200
    assert client.root_discovery()["response"]["title"] == "Ours"
    assert [one["id"] for one in client.collection_request()["response"]["collections"]] == [NAME]
    assert len(client.poll_request(NAME, limit=3)["response"]["objects"]) == 3
    assert client.inbox_request(NAME, json.dumps({"objects": [url(60)]}))["status_code"] == 202


def test_what_comes_out_is_valid(node: Node) -> None:
    validator = import_module("stix2validator")
    answer = httpx.get(f"{node.url}/ours/collections/{NAME}/objects/?match[version]=all", auth=(USER, PASSWORD))
    bundle = {
        "type": "bundle",
        "id": "bundle--00000000-0000-4000-8000-000000000000",
        "objects": answer.json()["objects"],
    }
    assert len(bundle["objects"]) >= 5
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert validator.validate_string(json.dumps(bundle), validator.ValidationOptions(version="2.1")).is_valid


def test_dates_of_a_file_are_kept(node: Node) -> None:
    answer = httpx.get(
        f"{node.url}/ours/collections/{NAME}/manifest/?match[version]=all&limit=2", auth=(USER, PASSWORD)
    )
    assert [one["date_added"] for one in answer.json()["objects"]] == [
        "2026-02-01T00:00:00.000000Z", "2026-02-02T00:00:00.000000Z",
    ]  # fmt: skip


# The reference server's own suite


def suite() -> Path | None:
    """Where medallion stands with its tests: named by `COMITY_MEDALLION`, or installed."""
    named = os.environ.get("COMITY_MEDALLION")
    found = importlib.util.find_spec("medallion")
    roots = [Path(named)] if named else [Path(found.origin).parents[1]] if found and found.origin else []
    return next((root for root in roots if (root / "medallion/test/test_backends.py").exists()), None)


def test_the_reference_servers_own_suite_passes_unchanged() -> None:
    where = suite()
    if where is None:
        pytest.skip("medallion is not here with its tests: name its checkout by COMITY_MEDALLION")
    with serving(loaded((where / "medallion/test/data/default_data.json").read_bytes())) as node:
        told = {"COMITY_TAXII_URL": node.url, "COMITY_TAXII_USER": USER, "COMITY_TAXII_PASSWORD": PASSWORD}
        words = [
            "-q",
            "-p",
            "no:cacheprovider",
            "-p",
            "tests.taxii_suite",
            "--backends",
            "memory",
            "-W",
            "ignore",
            "-c",
            "/dev/null",
        ]
        where_from = {"PYTHONPATH": f"{where}{os.pathsep}{ROOT}"}
        done = subprocess.run(  # our own interpreter
            [sys.executable, "-m", "pytest", *words, f"--rootdir={where}", "medallion/test/test_backends.py"],
            cwd=where, env={**os.environ, **told, **where_from}, capture_output=True, text=True, check=False,
        )  # fmt: skip
    passed = re.search(r"(\d+) passed", done.stdout)
    assert done.returncode == 0, done.stdout[-4000:]
    assert passed is not None
    assert int(passed[1]) >= 74
