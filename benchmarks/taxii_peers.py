"""Two TAXII 2.1 servers of others, each over an empty collection of its own on this machine.

OpenTAXII keeps its objects in SQLite, on disk; medallion, the standard body's own, keeps them in memory alone. Both let
anybody who may read a collection read all of it: neither looks at a marking.
"""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

import bootstrap
from comity.serve.serving import free_port

HOST = "127.0.0.1"
MEDIA = "application/taxii+json;version=2.1"
COLLECTION = "91a7b528-80eb-42ed-a74d-c6fbd5a26116"
_MOST = 100 * 2**20
_USER, _WORD = "benchmark", "benchmark"


@dataclass(slots=True)
class Taxii:
    """A TAXII server: where its collection's objects are, and its process."""

    name: str
    port: int
    objects: str
    process: int
    connection: HTTPConnection

    def post(self, objects: Sequence[Mapping[str, object]]) -> None:
        """Add some objects. OpenTAXII keeps them and then fails to say so: its answer cannot be written as JSON."""
        status, said = self._ask("POST", self.objects, json.dumps({"objects": objects}))
        if status not in {200, 202} and not (self.name == OPENTAXII and status == 500):
            raise AssertionError(f"{self.name} answered {status}: {said[:300]!r}")

    def page(self, limit: int, **wanted: str) -> list[dict[str, object]]:
        """The first objects."""
        query = "&".join([f"limit={limit}", *(f"{name}={value}" for name, value in wanted.items())])
        status, said = self._ask("GET", f"{self.objects}?{query}")
        if status != 200:
            raise AssertionError(f"{self.name} answered {status}: {said[:300]!r}")
        found: list[dict[str, object]] = json.loads(said).get("objects", [])
        return found

    def _ask(self, method: str, path: str, body: str | None = None) -> tuple[int, bytes]:
        headers = {"accept": MEDIA, "content-type": MEDIA}
        if self.name == MEDALLION:
            headers["authorization"] = f"Basic {b64encode(f'{_USER}:{_WORD}'.encode()).decode()}"
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        return answer.status, answer.read()


OPENTAXII, MEDALLION = "OpenTAXII 0.9.3 (SQLite)", "medallion 3.0.0 (memory)"


@contextmanager
def opentaxii(folder: Path) -> Iterator[Taxii]:
    """OpenTAXII over SQLite, with one worker of four threads; its first collection."""
    port, data = free_port(HOST, None), folder / "opentaxii.db"
    config = folder / "opentaxii.yml"
    config.write_text(json.dumps(_opentaxii_config(folder, port, data)), encoding="utf-8")
    room, environment = bootstrap.OPENTAXII, os.environ | {"OPENTAXII_CONFIG": str(config)}
    _done(room.program("opentaxii-add-api-root"), ["-t", "root", "--default"], environment)
    root = _only(data, "SELECT id FROM opentaxii_api_root")
    _done(room.program("opentaxii-add-collection"), ["-r", root, "-t", "c", "-a", "c", "--public", "--public-write"],
          environment)  # fmt: skip
    with sqlite3.connect(data) as connection:  # this version has no words for it
        connection.execute("UPDATE opentaxii_api_root SET is_public = 1")
    words = ["opentaxii.http:app", "-w", "1", "-k", "gthread", "--threads", "4", "-b", f"{HOST}:{port}",
             "--log-level", "critical"]  # fmt: skip
    line = [str(room.program("gunicorn")), *words]
    with _served(OPENTAXII, line, port, f"/taxii2/{root}/collections/c/objects/", environment) as found:
        yield found


def _opentaxii_config(folder: Path, port: int, data: Path) -> dict[str, object]:
    def kept(name: str, place: Path, **more: str) -> dict[str, object]:
        return {
            "class": name,
            "parameters": {"db_connection": f"sqlite:///{place}", "create_tables": True, **more},
        }

    return {
        "domain": f"{HOST}:{port}",
        "auth_api": kept("opentaxii.auth.sqldb.SQLDatabaseAPI", folder / "accounts.db", secret=_WORD),
        "taxii1": None,
        "taxii2": {
            "title": "peer", "contact": "none@example.org", "max_content_length": _MOST, "public_discovery": True,
            "persistence_api": kept("opentaxii.persistence.sqldb.Taxii2SQLDatabaseAPI", data),
        },
        "logging": {"opentaxii": "critical", "root": "critical"},
    }  # fmt: skip


def _only(data: Path, query: str) -> str:
    with sqlite3.connect(data) as connection:
        ((found,),) = connection.execute(query).fetchall()
    return f"{found[:8]}-{found[8:12]}-{found[12:16]}-{found[16:20]}-{found[20:]}"


def _done(program: Path, words: Sequence[str], environment: Mapping[str, str]) -> None:
    subprocess.run([str(program), *words], env=dict(environment), check=True, capture_output=True)


@contextmanager
def medallion(folder: Path) -> Iterator[Taxii]:
    """Medallion in memory."""
    port, config = free_port(HOST, None), folder / "medallion.json"
    data = folder / "medallion-data.json"
    collection = {"id": COLLECTION, "title": "c", "can_read": True, "can_write": True,
                  "media_types": ["application/stix+json;version=2.1"], "objects": [], "manifest": []}  # fmt: skip
    information = {"title": "r", "versions": [MEDIA], "max_content_length": _MOST}
    address = f"http://{HOST}:{port}/r/"
    data.write_text(json.dumps({
        "/discovery": {"title": "peer", "default": address, "api_roots": [address]},
        "r": {"information": information, "status": [], "collections": [collection]},
    }))  # fmt: skip
    backend = {"module": "medallion.backends.memory_backend", "module_class": "MemoryBackend", "filename": str(data)}
    config.write_text(json.dumps({"users": {_USER: _WORD}, "taxii": {"max_page_size": 10**6}, "backend": backend}))
    line = [sys.executable, "-W", "ignore", "-m", "medallion.scripts.run", "--port", str(port), str(config)]
    with _served(MEDALLION, line, port, f"/r/collections/{COLLECTION}/objects/", os.environ) as found:
        yield found


@contextmanager
def _served(name: str, line: list[str], port: int, objects: str, environment: Mapping[str, str]) -> Iterator[Taxii]:
    silent = subprocess.DEVNULL
    with subprocess.Popen(line, env=dict(environment), stdout=silent, stderr=silent) as process:
        try:
            _wait(port, process)
            yield Taxii(name, port, objects, process.pid, HTTPConnection(HOST, port, timeout=600))
        finally:
            process.terminate()
            process.wait(20)


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        if process.poll() is not None:
            raise AssertionError(f"a peer ended by itself with {process.returncode}")
        try:
            HTTPConnection(HOST, port, timeout=1).connect()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("a peer did not begin to answer")
