"""Bringing a file in on a page: shown row by row first, signed whole or not at all."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from httpx import Response

from comity.instruments.intelligence.shelf import Shelf
from comity.serve import pending
from comity.serve.roles import Role
from comity.serve.routes import intelligence_import
from comity.serve.routes.signing import MOST
from tests.serve.desks import OURS, Visitor, book_of, desk_of
from tests.serve.held import GROUP, SEEN
from tests.serve.staff import appoint, at, office

EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "examples"
WATCH = (EXAMPLES / "port-watch.json").read_bytes()


def visitor(party: str = "EST") -> Visitor:
    return Visitor(desk_of(book_of(SEEN)), party)


def brought(who: Visitor, data: bytes, name: str = "watch.json", misp: bytes | None = None, **fields: str) -> Response:
    """A file sent to be looked at."""
    files = {"file": (name, data, "application/json")} | ({} if misp is None else {"misp": ("b.yaml", misp, "x/y")})
    return who.client.post("/intelligence/import", files=files, data=fields, headers=OURS)


def to_sign(shown: Response) -> str:
    """Where what was looked at waits for its signature."""
    assert shown.status_code == 200, shown.text
    return shown.text.split('<a class="button" href="')[1].split('"')[0]


def malware(number: int) -> dict[str, object]:
    name = f"malware--5e6b41a4-6a29-4e1d-8e62-66f4a3a4{number:04}"
    born = "2026-01-01T00:00:00.000Z"
    return {"type": "malware", "spec_version": "2.1", "id": name, "created": born, "modified": born,
            "name": f"m{number}", "is_family": True}  # fmt: skip


def test_nothing_is_added_before_it_is_signed_and_then_all_of_it() -> None:
    who = visitor()
    shown = brought(who, WATCH, to="POL", clause="harbour")
    assert shown.text.count("EST: harbour → POL") == 3
    assert Shelf.of(who.desk.book.view("POL")).search("heron").total == 2, "what was there before"
    where = to_sign(shown)
    assert who.get(where).status_code == 200
    assert who.post(where).headers["location"] == "/intelligence"
    assert Shelf.of(who.desk.book.view("POL")).search("heron").total == 4
    assert "There is nothing new in it." in brought(who, WATCH, to="POL", clause="harbour").text


def test_with_a_bad_row_nothing_is_drafted_and_each_is_told_with_its_place() -> None:
    who = visitor()
    broken = json.loads(WATCH)
    del broken[1]["name"]
    broken[2]["published"] = "yesterday"
    shown = brought(who, json.dumps(broken).encode())
    assert shown.status_code == 400
    assert "/sign/" not in shown.text
    for words in ("published", "intrusion-set--0c1e6f5b", "Nothing was added."):
        assert words in shown.text
    skipped = brought(who, json.dumps(broken).encode(), skip="yes")
    who.post(to_sign(skipped))
    assert Shelf.of(who.desk.book.view("EST")).search("netscan").total == 2


def test_what_would_come_to_something_else_by_now_is_not_signed() -> None:
    who = visitor()
    first, second = to_sign(brought(who, WATCH)), to_sign(brought(who, WATCH))
    assert who.post(first).status_code == 303
    size = who.desk.book.store.head().size
    refused = who.post(second)
    assert (refused.status_code, "something arrived since it was drafted" in refused.text) == (503, True)
    assert who.desk.book.store.head().size == size


@pytest.mark.parametrize("size", [intelligence_import.BYTES + 1, 4_200_000])
def test_a_file_that_is_too_large_is_told(size: int) -> None:
    told = brought(visitor(), b" " * size)
    assert told.status_code in {400, 413}
    assert "split it" in told.text or "send less at once" in told.text


def test_too_many_objects_are_told() -> None:
    many = [malware(number) for number in range(intelligence_import.OBJECTS + 1)]
    told = brought(visitor(), json.dumps(many).encode())
    assert (told.status_code, "2,001 objects" in told.text) == (400, True)


def test_many_facts_are_shown_part_by_part_before_they_are_signed() -> None:
    who = visitor()
    where = to_sign(brought(who, json.dumps([malware(number) for number in range(MOST + 5)]).encode()))
    first, second = who.get(where).text, who.get(f"{where}?from={MOST}").text
    assert (first.count('<section class="signed">'), second.count('<section class="signed">')) == (MOST, 6), (
        "the clause's title too"
    )
    assert f'href="{where}?from={MOST}"' in first


def test_misp_comes_in_where_somebody_says_who_its_organisations_are() -> None:
    who, event = visitor(), (EXAMPLES / "intrusion.misp.json").read_bytes()
    refused = brought(who, event)
    assert (refused.status_code, "nobody said who its organisations" in refused.text) == (403, True)
    shown = brought(who, event, misp=(EXAMPLES / "misp-bindings.yaml").read_bytes())
    assert who.post(to_sign(shown)).status_code == 303
    assert len(Shelf.of(who.desk.book.view("EST")).ids(types=["report"])) == 2


def test_a_drafter_brings_in_and_a_release_authority_signs() -> None:
    desk = office(SEEN)
    mari, jaan = appoint(desk, "mari", "EST", [Role.DRAFTER]), appoint(desk, "jaan", "EST", [Role.RELEASE_AUTHORITY])
    drafter, signer = at(desk, mari), at(desk, jaan)
    where = to_sign(brought(drafter, WATCH))
    assert drafter.post(where).status_code == 403
    drafter.post(f"{where}/hand")
    assert "brings 3 objects of intelligence in" in signer.get("/inbox").text
    assert signer.post(where).status_code == 303
    assert GROUP in Shelf.of(desk.book.view("EST"))
    assert Shelf.of(desk.book.view("EST")).search("Port watch").total == 2


def test_what_waits_for_a_signature_has_its_bounds_in_bytes_and_the_oldest_goes_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    who = visitor()
    monkeypatch.setattr(pending, "ROOM", 3_000)
    first, second = to_sign(brought(who, WATCH)), to_sign(brought(who, WATCH))
    assert (who.get(first).status_code, who.get(second).status_code) == (404, 200)
