"""The demonstration: a book with something in it, sides to choose from, and the first five minutes.

What it says is data (the casebook's `demonstration.yaml`); whatever in it is fictitious says so.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from comity.casebook.book import Casebook
from comity.flow.intelligence_import import How, plan
from comity.formats import yaml12
from comity.ledger.book import Book, Draft
from comity.serve.desk import Side
from comity.values.party import recipient


class Step(NamedTuple):
    """One step of the first five minutes: a page to look at, and as whom."""

    words: str
    says: str
    to: str
    side: str | None


@cache
def _told() -> Mapping[str, object]:
    text = (files("comity.casebook") / "demonstration.yaml").read_text("utf-8")
    read = yaml12.load(text, "demonstration.yaml")
    return read if isinstance(read, Mapping) else {}


def _items(name: str) -> list[Mapping[str, object]]:
    found = _told().get(name)
    return [item for item in found if isinstance(item, Mapping)] if isinstance(found, list) else []


def sides() -> tuple[Side, ...]:
    """The parties one may act for."""
    return tuple(Side(str(item["party"]), str(item["words"])) for item in _items("sides"))


def tour() -> list[Step]:
    """The first five minutes."""
    return [
        Step(str(item["words"]), str(item["says"]), str(item["to"]), str(item["side"]) if item.get("side") else None)
        for item in _items("tour")
    ]


def seed(book: Book[Casebook]) -> None:
    """Let a new book hold what the demonstration begins with: each fact stated and signed by its own party."""
    for side in sides():
        book.introduce(side.party)
    for item in _items("facts"):
        (line,) = [{str(kind): fields} for kind, fields in item.items()]
        book.record(line, Draft(None))
    for item in _items("intelligence"):
        _bring_in(book, item)
    for item in _items("reported"):
        (line,) = [{str(kind): fields} for kind, fields in item.items() if kind != "by"]
        book.record(line, Draft(str(item["by"])))


def _bring_in(book: Book[Casebook], item: Mapping[str, object]) -> None:
    """Objects of intelligence, as their originator brings them in."""
    to = item["to"]
    readers = tuple(recipient(str(one)) for one in to) if isinstance(to, list) else ()
    how = How(str(item["by"]), str(item["clause"]), readers)
    plan(book, json.dumps(item["objects"]).encode(), how, "demonstration.yaml").commit()
