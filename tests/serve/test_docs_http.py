"""The page on HTTP (docs/http.md) is true: its examples are sent, and answered as it says; its table has every act.

Rules:
1. A fence marked `sh` holds requests by curl; what it sends is sent. `$EST` is a token of Estonia, `$CASE` the first
   fact of the first answer.
2. A fence marked `json` after it shows part of the last answer: what it names is there; `...` stands for anything.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from httpx import Response

from comity.serve.accounts import Person
from tests.serve.acts import IN_A_CASE
from tests.serve.desks import HOST, Standing, Visitor, book_of, desk_of

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "http.md").read_text("utf-8")
FENCE = re.compile(r"^```(sh|json)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def requests(fence: str, known: Mapping[str, str]) -> Iterator[tuple[str, dict[str, str], str | None]]:
    """Address, headers and body of every request of a fence: rule 1."""
    for name, value in known.items():
        fence = fence.replace(f"${name}", value)
    for words in re.split(r"^curl ", fence.replace("\\\n", " "), flags=re.MULTILINE)[1:]:
        headers, body, address = {"host": HOST}, None, ""
        found = iter(shlex.split(words))
        for word in found:
            if word == "-H":
                name, _, value = next(found).partition(": ")
                headers[name.lower()] = value
            elif word == "-d":
                body = next(found)
            else:
                address = word
        where = urlsplit(address)
        yield f"{where.path}?{where.query}", headers, body


def holds(shown: object, told: object) -> bool:
    """Whether an answer holds what the page shows of it: rule 2."""
    if isinstance(shown, dict) and isinstance(told, dict):
        return all(name == "..." or (name in told and holds(item, told[name])) for name, item in shown.items())
    if isinstance(shown, list) and isinstance(told, list):
        return len(shown) == len(told) and all(map(holds, shown, told))
    return shown in ("...", told)


def test_the_examples_are_answered_as_the_page_says() -> None:
    desk = desk_of(book_of([]))
    known = {party: desk.accounts.make_token(Person("demonstration", party)) for party in ("EST", "JPN")}
    client, last, shown = Visitor(desk).client, list[Response](), 0
    assert isinstance(desk.book.clock, Standing)
    for language, text in FENCE.findall(PAGE):
        if language == "json":
            assert holds(json.loads(text), last[-1].json()), f"{text}\nis answered by\n{last[-1].text}"
            shown += 1
            continue
        for path, headers, body in requests(text, known):
            last.append(client.post(path, headers=headers, content=body))
            known.setdefault("CASE", last[0].json()["facts"][0]["id"])
            desk.book.clock.now += 1_000_000
    assert shown > 5


def test_every_act_is_in_the_table() -> None:
    assert set(re.findall(r"^\| `([a-z]+)` \|", PAGE, re.MULTILINE)) == set(IN_A_CASE)


def test_what_the_page_says_is_sent_is_what_is_taken() -> None:
    schemas = Visitor(desk_of(book_of([]))).get("/api/openapi.json").json()
    for act, row in re.findall(r"^\| `([a-z]+)` \|(.*)\|$", PAGE, re.MULTILINE):
        named = schemas["paths"][f"/api/consultations/{{name}}/{act}"]["post"]["requestBody"]
        reference = named["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
        fields = schemas["components"]["schemas"][reference]["properties"]
        assert set(fields) <= set(re.findall(r"`([a-z0-9_]+)`", row.rpartition("|")[2])), act
