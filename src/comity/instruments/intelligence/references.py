"""What an object refers to and what of it can be searched, found in one walk; and an object with references left out.

Rules:
1. A reference is an id under a key that ends with `_ref` or `_refs`, or in a list there, however deep; the marking of a
   granular marking is one. Without some of them an object says nothing (`NEEDED`); of a list it needs, one has to stay
   (`SOME`). What else stands under such a key is walked like any other value.
2. The markings whose ids their policy fixes (TLP) are known to everybody, and are no references.
3. Where a reference in an item of a list goes, the item goes, with whatever it says of what it referred to.
4. What is searched is the texts, without ids, timestamps of versions, and items that could go by rule 3.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import NamedTuple

from comity.casebook.markings import policies
from comity.formats import stix_tables as tables
from comity.formats.stix_check import ID
from comity.formats.stix_tables import TYPES

OPTIONAL, NEEDED, SOME = 0, 1, 2
_SILENT = frozenset({"id", "type", "spec_version", "created", "modified", "granular_markings", "revoked", "lang"})
_MARKS = frozenset({"object_marking_refs"})


class Edge(NamedTuple):
    """A reference to a thing, and how much the object needs it."""

    thing: str
    need: int


class Walked(NamedTuple):
    """The references of some properties, and their text for searching."""

    edges: list[Edge]
    text: str


def walk(kind: str, properties: dict[str, object]) -> Walked:
    """The references and the text of some properties of an object of a type: rules 1, 2 and 4."""
    edges, texts = list[Edge](), list[str]()
    for name, value in properties.items():
        if refers(name):
            edges += _of(value, need(kind, name))
            _gather(_besides(value), edges, texts)
        elif name == "granular_markings":
            edges += _of([one.get("marking_ref") for one in value if isinstance(one, dict)], NEEDED)  # type: ignore[attr-defined]  # checked when it came in
        elif name in _SILENT:
            continue
        elif type(value) is str:
            texts.append(value)
        elif type(value) is list or type(value) is dict:
            _gather(value, edges, texts)
    return Walked(edges, "\n".join(texts))


def refers(name: str) -> bool:
    """Whether a key is that of references: rule 1."""
    return name.endswith(("_ref", "_refs"))


def _besides(value: object) -> object:
    """What stands under the key of references and could be none."""
    return (
        [one for one in value if type(one) is not str]
        if type(value) is list
        else value
        if type(value) is dict
        else None
    )


def need(kind: str, name: str) -> int:
    """How much an object of a type needs the references under a name."""
    if name in tables.NEEDED_REFERENCES or name in _MARKS:
        return NEEDED
    if name in tables.NEEDED_LISTS and (kind == "observed-data" or name in TYPES.get(kind, _NONE).needs):
        return SOME
    return OPTIONAL


_NONE = tables.Type(tables.CUSTOM)


def _of(value: object, needed: int) -> Iterator[Edge]:
    for one in value if type(value) is list else (value,):
        if is_reference(one):
            yield Edge(str(one), needed)


def is_reference(value: object) -> bool:
    """Whether a value is the id of an object that may be unknown: rule 2."""
    return type(value) is str and "--" in value and ID.fullmatch(value) is not None and value not in known_to_all()


@cache
def known_to_all() -> frozenset[str]:
    """The ids of marking definitions that stand in no book, for everybody knows them: rule 2."""
    levels = (level for policy in policies().values() for level in policy.levels)
    return frozenset(name for level in levels for ids in level.ids.values() for name in ids)


def _gather(value: object, edges: list[Edge], texts: list[str]) -> None:
    """What lies deeper: rules 1, 3 and 4."""
    if type(value) is str:
        if "--" not in value or ID.fullmatch(value) is None:
            texts.append(value)
    elif type(value) is list:
        for one in value:
            _gather(one, edges, texts if not _refers(one) else [])
    elif type(value) is dict:
        for name, inner in value.items():
            edges += _of(inner, OPTIONAL) if refers(name) else ()
            _gather(_besides(inner) if refers(name) else inner, edges, texts)


def _refers(value: object) -> bool:
    """Whether an item of a list could go with a reference in it."""
    if type(value) is dict:
        return any(refers(name) or _refers(inner) for name, inner in value.items())
    return type(value) is list and any(map(_refers, value))


Follow = Callable[[str], "str | None"]
"""How an id is written in a view; None where what it names is not in it."""


class _Gone(Exception):  # caught below
    pass


def followed(properties: dict[str, object], follow: Follow) -> dict[str, object]:
    """The properties of an object with every reference as a view writes it; what cannot stay is left out: rule 3."""
    found: dict[str, object] = {}
    for name, value in properties.items():
        kept = _followed_one(name, value, follow)
        if kept is not _LEFT_OUT:
            found[name] = kept
    return found


_LEFT_OUT = object()


def _followed_one(name: str, value: object, follow: Follow) -> object:
    if refers(name) and type(value) is str:
        return _reference(value, follow)
    if refers(name) and type(value) is list:
        kept = [one for one in (_listed(one, follow) for one in value) if one is not _LEFT_OUT]
        return kept if kept or not value else _LEFT_OUT
    if type(value) is list and value:
        items = [one for one in (_item(one, follow) for one in value) if one is not _LEFT_OUT]
        return items or _LEFT_OUT
    if type(value) is dict:
        return followed(value, follow)
    return value


def _reference(value: object, follow: Follow) -> object:
    if not is_reference(value):
        return value
    to = follow(str(value))
    return _LEFT_OUT if to is None else to


def _listed(value: object, follow: Follow) -> object:
    """An item of a list of references."""
    return _reference(value, follow) if type(value) is str else _item(value, follow)


def _item(value: object, follow: Follow) -> object:
    """An item of a list: rule 3."""
    if type(value) is dict:
        try:
            return {name: _kept(name, inner, follow) for name, inner in value.items()}
        except _Gone:
            return _LEFT_OUT
    if type(value) is list:
        return [one for one in (_item(inner, follow) for inner in value) if one is not _LEFT_OUT] or _LEFT_OUT
    return value


def _kept(name: str, value: object, follow: Follow) -> object:
    """A property of an item that stays only with every reference in it, but for those in items of its own."""
    if type(value) is dict:
        return {inner: _kept(inner, one, follow) for inner, one in value.items()}
    kept = _followed_one(name, value, follow)
    shorter = isinstance(value, list) and isinstance(kept, list) and len(kept) < len(value)
    if kept is _LEFT_OUT or (shorter and refers(name)):
        raise _Gone
    return kept
