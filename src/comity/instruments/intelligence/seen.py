"""What stands on the shelf, as values: portions that are seen, objects made of them, and what a search found.

Rules:
1. Of a property that several portions state, the one shown is what the first says: the portion with the type, then by
   arrival. Another statement of the whole adds nothing but what stands beside it, in its own words.
2. What granular markings select and is not there is no more selected.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, cast

from comity.instruments.intelligence.facts import Properties, properties
from comity.ledger.view import Seen
from comity.values.canonical import Plain
from comity.values.label import Label, join

ObjectId = str
MARKS = "granular_markings"


class Stated(NamedTuple):
    """That a portion of a version of an object was stated: by which fact, under which label, when; if it went since."""

    fact: str
    thing: ObjectId
    version: str
    label: int
    arrived: int
    withdrawn: bool


@dataclass(frozen=True, slots=True)
class Portion:
    """A seen portion: its address, who states it, under which label and marking, what it says, and its grade."""

    id: str
    originator: str
    label: Label
    marking: Mapping[str, Plain]
    properties: Properties
    arrived: int
    part: bool
    grade: str | None = None


@dataclass(frozen=True, slots=True)
class SeenObject:
    """An object as an audience sees it, under its own id; `whole` tells whether anything is known to be missing.

    `otherwise` tells, by the address of a portion, what it says otherwise than is shown for the object: rule 1.
    """

    id: ObjectId
    type: str
    version: str
    properties: Properties
    portions: tuple[Portion, ...]
    whole: bool
    altered: bool
    versions: tuple[str, ...]
    collections: tuple[str, ...]
    otherwise: Mapping[str, Properties] = field(default_factory=dict)

    def said(self, portion: Portion) -> Properties:
        """What a portion says, as it is seen: each in its own words, also where another's are shown for the object."""
        shown = {**self.properties, **self.otherwise.get(portion.id, {})}
        return {name: shown[name] for name in portion.properties if name in shown}

    @property
    def name(self) -> str:
        """What it is called: its name, or what else tells most."""
        return called(self.properties) or self.id

    def name_by(self, portion: Portion) -> str:
        """What it is called in the words of a portion, where that says it otherwise."""
        return called({**self.properties, **self.otherwise.get(portion.id, {})}) or self.id

    @property
    def label(self) -> Label:
        """The join of the labels of what is seen of it."""
        return join(portion.label for portion in self.portions)


def called(said: Properties) -> str | None:
    """What an object is called that says so; None where it does not say."""
    for word in ("name", "value", "path", "relationship_type", "opinion", "abstract", "key", "number"):
        if isinstance(said.get(word), str | int):
            return str(said[word])
    return None


class Entry(NamedTuple):
    """A version of an object as it leaves: its id, version and type, and a digest that differs when it does."""

    id: ObjectId
    version: str
    type: str
    spec_version: str
    digest: str


class Hit(NamedTuple):
    """An object that a search found: named by, and by whom is stated, what was found of it."""

    id: ObjectId
    type: str
    version: str
    name: str
    whole: bool
    by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found: a page of hits, how many there are, what they are of, and where the next page begins."""

    hits: tuple[Hit, ...]
    total: int
    facets: Mapping[str, Mapping[str, int]]
    next: ObjectId | None


def portion(seen: Seen) -> Portion:
    """The portion that a seen fact states."""
    body = seen.record.body
    grade = body.get("grade")
    return Portion(
        seen.id,
        seen.record.issuer,
        seen.record.label,
        cast("dict[str, Plain]", body.get("marking") or {}),
        properties(body),
        seen.arrived,
        bool(body.get("part")),
        grade if isinstance(grade, str) else None,
    )


def merged(portions: Sequence[Portion], whole: Properties) -> Properties:
    """What portions say together: of a property that several state, what the first says: rule 1."""
    found: Properties = {}
    marks: list[object] = []
    for place, stated in enumerate(portions):
        if place and not stated.part:
            continue  # another statement of the whole
        for name, value in stated.properties.items():
            if name == MARKS and isinstance(value, list):
                marks += [one for one in value if one not in marks]
            else:
                found.setdefault(name, value)
    if marks:
        found[MARKS] = marks
    return {**found, **whole}


def otherwise(portions: Sequence[Portion], said: Properties) -> dict[str, Properties]:
    """What portions besides the first say otherwise than is shown, by their addresses: rule 1."""
    found = {}
    for stated in portions[1:]:
        own = {name: value for name, value in stated.properties.items() if not stated.part or name != MARKS}
        differs = {name: value for name, value in own.items() if value != said.get(name)}
        if differs:
            found[stated.id] = differs
    return found


def forget_absent(found: Properties) -> None:
    """Leave out of granular markings what selects nothing any more: rule 2."""
    from comity.formats.stix_check import selects

    marks = found.get(MARKS)
    if isinstance(marks, list):
        kept = []
        for one in marks:
            selectors = [selector for selector in one.get("selectors", ()) if selects(found, str(selector))]
            if selectors:
                kept.append({**one, "selectors": selectors})
        found.pop(MARKS)
        if kept:
            found[MARKS] = kept
