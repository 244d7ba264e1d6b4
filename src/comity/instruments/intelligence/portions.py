"""An object divided into portions: the properties that share one label, and a cover over all of them.

Rules:
1. A property's label is the object's label joined with that of every granular marking that selects it or something
   below it. A property is never divided: what is marked inside it marks the whole of it.
2. What an object cannot be without (its id, its type, what its type needs) is one portion, under the join of the labels
   of all of these.
3. The id of an observable that is made from its values says what they are: such an object is not divided, and stands
   under the join of all its labels. So does one of a type of somebody's own that has no versions, as observables have.
4. A granular marking stands in the portion of the property that it selects, and says nothing of another. As it was
   written, it stands in the cover.
5. A cover stands under the join of the labels of all portions; an object with one label has one portion and no cover.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import msgspec

from comity.formats.stix import in_normal_form
from comity.formats.stix_tables import CUSTOM, OBSERVABLE, TYPES, VERSIONED, Type
from comity.instruments.intelligence.facts import Properties
from comity.values.canonical import Plain
from comity.values.label import Label

_raws = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_encode = msgspec.json.Encoder().encode
_NONE = Type(CUSTOM)
_ALWAYS = frozenset({"id", "type", *VERSIONED})
_MARKS = "granular_markings"


@dataclass(frozen=True, slots=True)
class Marked:
    """What something is marked with, the label that comes to, and the level as the ceiling of a book names it.

    `levels` are those of each policy under which it is classified, named alike.
    """

    label: Label
    marking: Mapping[str, Plain]
    classification: str | None = None
    levels: frozenset[str] = frozenset()


class Joins(Protocol):
    """How what several markings come to together is found."""

    def join(self, every: Sequence[Marked]) -> Marked:
        """The join of some; not empty."""


class Share(NamedTuple):
    """The properties that stand under one label; the first share of an object is the one it cannot be without."""

    names: frozenset[str]
    marked: Marked


def shares(
    kind: str, found: Properties, base: Marked, more: Mapping[str, Sequence[Marked]], joins: Joins
) -> list[Share]:
    """The properties of an object by their labels: rules 1, 2 and 3.

    Args:
        kind: the object's type.
        found: its properties.
        base: what the object is marked with.
        more: what some of its properties are marked with besides.
        joins: how markings are joined.
    """
    needs = frozenset(found) if says_itself(kind, found) else needed(kind, found)
    first = joins.join([base, *(one for name in found if name in needs for one in more.get(name, ()))])
    groups: dict[Label, tuple[Marked, set[str]]] = {first.label: (first, {*needs, _MARKS} & found.keys())}
    for name in found:
        if name in needs or name == _MARKS:
            continue
        marked = joins.join([first, *more[name]]) if name in more else first
        groups.setdefault(marked.label, (marked, set()))[1].add(name)
    return [Share(frozenset(names), marked) for marked, names in groups.values()]


def needed(kind: str, found: Properties) -> frozenset[str]:
    """The properties without which an object is none: rule 2."""
    of_type = TYPES.get(kind, _NONE)
    some = {name for names in of_type.any_of for name in names}
    family = {"name"} if found.get("is_family") is True else set[str]()
    return frozenset({*_ALWAYS, *of_type.needs, *some, *family} & found.keys())


def says_itself(kind: str, found: Properties) -> bool:
    """Rule 3."""
    observable = TYPES[kind].family == OBSERVABLE if kind in TYPES else "created" not in found
    return observable and str(found.get("id"))[-22:-21] == "5"


def texts(text: str, found: Properties, divided: Sequence[Share]) -> list[str]:
    """The JSON text of each share, every number as it was written: rule 4."""
    raws = _raws(text.encode())
    written = [
        {name: bytes(raws[name]) for name in raws if name in share.names and name != _MARKS} for share in divided
    ]
    if _MARKS in found:
        for share, properties in zip(divided, written, strict=True):
            kept = _marks(found[_MARKS], share.names)
            if kept:
                properties[_MARKS] = _encode(kept)
    return [in_normal_form(_object(properties)) for properties in written]


def _object(properties: Mapping[str, bytes]) -> str:
    return "{" + ",".join(f"{_encode(name).decode()}:{value.decode()}" for name, value in properties.items()) + "}"


def _marks(marks: object, names: frozenset[str]) -> list[dict[str, object]]:
    """The granular markings of the properties of one share."""
    found = list[dict[str, object]]()
    for one in marks if isinstance(marks, list) else ():
        selectors = [selector for selector in one["selectors"] if top(selector) in names]
        if selectors:
            found.append({**one, "selectors": selectors})
    return found


def top(selector: str) -> str:
    """The property that a selector is in."""
    return selector.partition(".")[0]


def whole(found: Properties) -> Properties:
    """What the cover of an object says of it: rule 4."""
    return {_MARKS: found[_MARKS]} if _MARKS in found else {}
