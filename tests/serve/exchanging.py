"""Programs that speak TAXII for tests: a desk with intelligence on its shelf, and callers of several parties."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence

from httpx import Response
from litestar.testing import TestClient

from comity.casebook.book import Casebook
from comity.flow.intelligence_import import How, plan
from comity.formats.taxii import MEDIA
from comity.ledger.book import Book, Draft
from comity.serve.accounts import Person
from comity.serve.app import application
from comity.serve.desk import Desk
from comity.values.label import PUBLIC
from comity.values.party import recipient
from tests.serve.desks import HOST
from tests.serve.staff import PASSWORD

ROOT, NAME = "shared", "91a7b528-80eb-42ed-a74d-c6fbd5a26116"
AT = f"/{ROOT}/collections/{NAME}"
Object = dict[str, object]


def uuid(number: int) -> str:
    """A UUID of version 4, by its number."""
    return f"00000000-0000-4000-8000-{number:012}"


def tool(number: int, day: int = 1, **more: object) -> Object:
    """A tool, in its version of a day in January."""
    return {
        "type": "tool", "spec_version": "2.1", "id": f"tool--{uuid(number)}", "name": f"tool {number}",
        "created": "2026-01-01T00:00:00.000Z", "modified": f"2026-01-{day:02}T00:00:00.000Z", **more,
    }  # fmt: skip


def url(number: int) -> Object:
    """Something observed, without a version."""
    return {"type": "url", "spec_version": "2.1", "id": f"url--{uuid(number)}", "value": f"http://host/{number}"}


def uses(number: int, source: Object, target: Object, **more: object) -> Object:
    """A relationship of two."""
    made = {**tool(number), **more, "type": "relationship", "id": f"relationship--{uuid(number)}",
            "relationship_type": "uses", "source_ref": source["id"], "target_ref": target["id"]}  # fmt: skip
    made.pop("name")
    return made


def opened(book: Book[Casebook], name: str = NAME, **more: object) -> None:
    """Open a collection, for everybody unless `more` says otherwise."""
    told = {"name": name, "title": "Ours", "write": ["*"], **more}
    book.record({"intelligence-collection": told}, Draft(label=PUBLIC, adopt=True))


AMBER = "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82"


def stated(
    book: Book[Casebook],
    by: str,
    objects: Sequence[Object],
    to: Iterable[str] = (),
    *,
    into: str = NAME,
    amber: Iterable[str] = (),
) -> None:
    """Put objects on the shelf: whose they are, who may read them besides, and who of those what is marked amber."""
    readers, few = (tuple(recipient(one) for one in some) for some in (to, amber))
    data = json.dumps({"objects": objects}).encode()
    plan(book, data, How(by, into, readers or None, {"AMBER": few or (by,)}, collections=(into,))).commit()


def envelope(*objects: Mapping[str, object]) -> bytes:
    """What is sent."""
    return json.dumps({"objects": objects}).encode()


class Program:
    """A program of somebody, before a desk."""

    def __init__(self, desk: Desk, person: Person | None, password: str = PASSWORD) -> None:
        self.desk = desk
        self.client = TestClient(application(desk), base_url=f"http://{HOST}", raise_server_exceptions=False)
        self.headers = {"accept": MEDIA}
        if person is not None:
            self.headers["authorization"] = basic(f"{person.party}/{person.name}", password)

    def get(self, path: str, **headers: str) -> Response:
        """Ask."""
        return self.client.get(path, headers={**self.headers, **headers})

    def post(self, path: str, body: bytes, **headers: str) -> Response:
        """Send."""
        return self.client.post(path, content=body, headers={**self.headers, "content-type": MEDIA, **headers})

    def delete(self, path: str) -> Response:
        """Take back."""
        return self.client.delete(path, headers=self.headers)

    def options(self, path: str) -> Response:
        """Ask what may be done."""
        return self.client.options(path, headers=self.headers)

    def ids(self, path: str = f"{AT}/objects/") -> list[str]:
        """The ids of the objects of a page."""
        return [str(one["id"]) for one in self.get(path).json().get("objects", [])]


def basic(user: str, password: str) -> str:
    """The header of HTTP Basic."""
    return f"Basic {b64encode(f'{user}:{password}'.encode()).decode()}"


def one_of(told: Mapping[str, object], name: str = "objects") -> Object:
    """The only one of a list."""
    found = told[name]
    assert isinstance(found, list)
    (only,) = found
    assert isinstance(only, dict)
    return only
