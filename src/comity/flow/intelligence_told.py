"""Objects of intelligence as tables, in words and as plain data: for the pages, for files and for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from comity.casebook.markings import policies
from comity.errors import ComityError
from comity.formats.marking_words import shown
from comity.formats.tables import Table, table
from comity.instruments.intelligence.seen import Hit, SeenObject
from comity.values.instant import show
from comity.values.label import words
from comity.values.marking import marking

HITS = ("object", "type", "name", "version", "whole", "originators")
PORTIONS = ("fact", "originator", "label", "marking", "grade", "arrived", "properties")


def hit_table(hits: Iterable[Hit]) -> Table:
    """What a search found."""
    return table(HITS, [(one.id, one.type, one.name, one.version, one.whole, one.by) for one in hits])


def portion_table(one: SeenObject) -> Table:
    """The portions of an object that are seen, each under its label."""
    rows = [
        (
            portion.id, portion.originator, words(portion.label), marking_words(portion.marking), portion.grade,
            show(portion.arrived), sorted(portion.properties),
        )
        for portion in one.portions
    ]  # fmt: skip
    return table(PORTIONS, rows)


def seen_data(one: SeenObject) -> dict[str, object]:
    """An object as plain data: what it says as a whole, and of each portion which properties it adds."""
    return {
        "id": one.id,
        "type": one.type,
        "version": one.version,
        "versions": list(one.versions),
        "whole": one.whole,
        "label": words(one.label),
        "collections": list(one.collections),
        "properties": one.properties,
        "portions": [
            {
                "fact": portion.id,
                "originator": portion.originator,
                "label": words(portion.label),
                "marking": dict(portion.marking),
                "arrived": show(portion.arrived),
                "properties": sorted(portion.properties),
                "grade": portion.grade,
                "otherwise": one.otherwise.get(portion.id, {}),
            }
            for portion in one.portions
        ],
    }


def marking_words(given: Mapping[str, object], language: str = "en") -> str | None:
    """A marking in the words of its policy, or as it was stated where none here knows it; None where it is none."""
    if not given or given.get("policy") == "NONE":
        return None
    try:
        found = marking(dict(given))
        return shown(found, policies()[found.policy], language)
    except (ComityError, KeyError):
        return json.dumps(given, ensure_ascii=False, sort_keys=True)


def facet_words(facet: str, word: str, language: str = "en") -> str | None:
    """What a search counts by, as people read it, a marking with its originators; None for what bears none."""
    if facet != "marking":
        return word
    read = json.loads(word)
    given = read if isinstance(read, dict) else {}
    said, owners = marking_words(given, language), given.get("originators")
    named = ", ".join(map(str, owners)) if isinstance(owners, list) else ""
    return f"{said} ({named})" if said and named else said
