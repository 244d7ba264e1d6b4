"""The data file of the standard body's own TAXII server, read: roots, collections, objects and when they were added.

Rules:
1. A file is JSON: ``/discovery`` and, by its name, each API root with `information`, `status` and `collections`; a
   collection has its `objects` and, beside them, a `manifest` that says when each version was added. A file of
   configuration that names users (`users`, or `users` within `auth`) may be given beside it; a user is a name with a
   password, or with a mapping in which the password stands.
2. What is not there is empty; what is there and cannot be read is refused, by its place.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from comity.errors import Malformed
from comity.formats.taxii import Resource
from comity.values.instant import Instant, instant

DISCOVERY = "/discovery"
_STEP = "give a data file of the reference server, such as its default_data.json"


@dataclass(frozen=True, slots=True)
class LoadedCollection:
    """A collection: what it says of itself, its objects, and when each version was added, by id and version."""

    name: str
    said: Resource
    objects: Sequence[Resource]
    added: Mapping[tuple[str, str], Instant]


@dataclass(frozen=True, slots=True)
class LoadedRoot:
    """An API root, with its collections and the statuses it keeps."""

    name: str
    said: Resource
    collections: Sequence[LoadedCollection]
    statuses: Sequence[Resource]


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a file holds."""

    discovery: Resource
    roots: Sequence[LoadedRoot]

    @property
    def default(self) -> str:
        """The name of the root that discovery names as its default."""
        return _last(self.discovery.get("default"))

    @property
    def order(self) -> list[str]:
        """The names of the roots in the order in which discovery tells them."""
        told = self.discovery.get("api_roots")
        return [_last(one) for one in told] if isinstance(told, list) else []


def _last(address: object) -> str:
    return address.rstrip("/").rpartition("/")[2] if isinstance(address, str) else ""


def read(data: bytes, where: str) -> Loaded:
    """A data file: rules 1 and 2.

    Raises:
        Malformed: it is none.
    """
    found = _mapping(_json(data, where), where)
    discovery = _mapping(found.get(DISCOVERY, {}), f"{where}: {DISCOVERY}")
    names = [name for name in found if name != DISCOVERY]
    return Loaded(discovery, [_root(name, found[name], f"{where}: {name}") for name in names])


def users(data: bytes, where: str) -> dict[str, str]:
    """The users of a file of configuration, each with his password: rule 1.

    Raises:
        Malformed: it is none, or a user has no password.
    """
    found = _mapping(_json(data, where), where)
    within = _mapping(found.get("auth", {}), f"{where}: auth")
    told = _mapping(found.get("users", within.get("users", {})), f"{where}: users")
    return {name: _password(one, f"{where}: users: {name}") for name, one in told.items()}


def _password(told: object, where: str) -> str:
    found = told.get("password") if isinstance(told, dict) else told
    if not isinstance(found, str):
        raise Malformed("has no password", where=where, next_step="write the name and the password as two texts")
    return found


def _root(name: str, told: object, where: str) -> LoadedRoot:
    body = _mapping(told, where)
    every = _list(body.get("collections", []), f"{where}: collections")
    made = [_collection(one, f"{where}: collections[{n}]") for n, one in enumerate(every)]
    statuses = [_mapping(one, f"{where}: status") for one in _list(body.get("status", []), f"{where}: status")]
    return LoadedRoot(name, _mapping(body.get("information", {}), f"{where}: information"), made, statuses)


def _collection(told: object, where: str) -> LoadedCollection:
    body = dict(_mapping(told, where))
    objects = [_mapping(one, f"{where}: objects") for one in _list(body.pop("objects", []), f"{where}: objects")]
    listed = [_mapping(one, f"{where}: manifest") for one in _list(body.pop("manifest", []), f"{where}: manifest")]
    name = body.get("id")
    if not isinstance(name, str):
        raise Malformed("has no id", where=where, next_step=_STEP)
    added = {
        (str(one.get("id")), str(one.get("version"))): _added(one, f"{where}: manifest[{n}]")
        for n, one in enumerate(listed)
    }
    return LoadedCollection(name, body, objects, added)


def _added(listed: Resource, where: str) -> Instant:
    try:
        return instant(listed.get("date_added"))
    except Malformed as error:
        raise Malformed(error.message, where=where, field="date_added", next_step=error.next_step) from error


def _json(data: bytes, where: str) -> object:
    try:
        found: object = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise Malformed("is no JSON", where=where, next_step=_STEP) from error
    return found


def _mapping(value: object, where: str) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise Malformed("is no object", where=where, next_step=_STEP)
    return value


def _list(value: object, where: str) -> list[object]:
    if not isinstance(value, list):
        raise Malformed("is no list", where=where, next_step=_STEP)
    return value
