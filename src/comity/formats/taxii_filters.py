"""Filters of TAXII 2.1 as values, read from an address, and what they choose (TAXII 2.1, 3.4).

Rules:
1. Fields are joined by AND, the values of a field by OR. A field stands once; an empty one, one that cannot be read, or
   one of more than 500 values is refused; one nobody knows is passed over.
2. Of several editions of STIX an object is shown in the latest, unless editions are asked for.
3. Of the versions that are left an object is shown in its last, unless versions are asked for: by their instants, as
   first, last or all. Which is first and last is told by the versions themselves, over all that the reader was offered,
   and only then by when something was added: whoever asks again for what is new is never told an older version.
4. `added_after` excludes its own instant. The order is that of `added`.
5. A page token holds for the same filter; the length of a page may change.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import TypeVar

from comity.errors import Malformed
from comity.formats.taxii import Listed, version
from comity.values.instant import Instant, instant

L = TypeVar("L", bound=Listed)
Order = tuple[str, str]
FIRST, LAST, ALL = "first", "last", "all"
_STAMP = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?Z")
_FIELDS = ("added_after", "limit", "next", "match[id]", "match[type]", "match[version]", "match[spec_version]")
_MOST = 500


@dataclass(frozen=True, slots=True)
class Filters:
    """What is asked for; None where a field was not given."""

    added_after: Instant | None = None
    ids: frozenset[str] | None = None
    types: frozenset[str] | None = None
    versions: frozenset[str] = frozenset({LAST})
    editions: frozenset[str] | None = None
    limit: int | None = None
    next: str | None = None

    def bound(self) -> bytes:
        """What a page token is bound to: rule 5."""
        sets = (self.ids, self.types, self.versions, self.editions)
        told = [self.added_after, *(None if one is None else sorted(one) for one in sets)]
        return sha256(repr(told).encode()).digest()

    def of(self, name: str, *, all_versions: bool = False) -> Filters:
        """The same for one object alone, and, where no version is named, for all of its versions."""
        versions = frozenset({ALL}) if all_versions and self.versions == {LAST} else self.versions
        return replace(self, ids=frozenset({name}), types=None, versions=versions)


def read(given: Sequence[tuple[str, str]]) -> Filters:
    """The filters that an address names: rule 1.

    Args:
        given: names and values, as they stand in it.

    Raises:
        Malformed: a field stands twice, is empty, names too many values, or cannot be read.
    """
    told: dict[str, str] = {}
    for name, value in given:
        if name in _FIELDS:
            if name in told:
                raise Malformed("stands twice", field=name, next_step="join its values by commas")
            told[name] = value
    after = told.get("added_after")
    return Filters(
        None if after is None else _instant(after),
        _words(told, "match[id]"),
        _words(told, "match[type]"),
        _versions(told),
        _words(told, "match[spec_version]"),
        _limit(told.get("limit")),
        told.get("next"),
    )


def _words(told: Mapping[str, str], field: str) -> frozenset[str] | None:
    if field not in told:
        return None
    words = told[field].split(",")
    if not all(words):
        raise Malformed("a value is missing", field=field, next_step=f"write 1 to {_MOST} values, joined by commas")
    if len(words) > _MOST:
        says = f"names {len(words):,} values, and a request may name {_MOST}"
        raise Malformed(says, field=field, next_step=f"ask several times, for {_MOST} values at most each time")
    return frozenset(words)


def _versions(told: Mapping[str, str]) -> frozenset[str]:
    words = _words(told, "match[version]") or {LAST}
    return frozenset(word if word in {FIRST, LAST, ALL} else _version(word) for word in words)


def _version(text: str) -> str:
    """The instant of a version, in one spelling."""
    found = order(text)
    if not found[0]:
        step = "write first, last, all, or instants such as 2016-12-25T12:30:59.444Z"
        raise Malformed(f"{text!r} is no version", field="match[version]", next_step=step)
    return ".".join(found)


def _instant(text: str) -> Instant:
    step = "write an instant such as 2016-11-03T12:30:59Z"
    try:
        found = instant(text) if "T" in text else None
    except Malformed as error:
        raise Malformed(f"{text!r} is no instant", field="added_after", next_step=step) from error
    if found is None:
        raise Malformed(f"{text!r} is no instant", field="added_after", next_step=step)
    return found


def _limit(text: str | None) -> int | None:
    if text is None:
        return None
    if not re.fullmatch(r"[0-9]{1,18}", text) or int(text) < 1:
        raise Malformed(f"{text!r} is no number of objects", field="limit", next_step="write 1 or more")
    return int(text)


def order(text: str) -> Order:
    """What puts versions in their order, however many digits of a second they are written with."""
    found = _STAMP.fullmatch(text)
    if found is None:
        return "", ""
    try:
        datetime.fromisoformat(found[1])
    except ValueError:
        return "", ""
    return found[1], (found[2] or "").rstrip("0")


def chosen(offered: Iterable[L], filters: Filters) -> list[L]:
    """What a filter chooses of all that a reader was offered, in its order: rules 1 to 4.

    Args:
        offered: every version of every object, in the order of `added`.
        filters: what is asked for.
    """
    of_objects: dict[str, list[L]] = {}
    every = [one for one in offered if _named(one, filters)]
    for one in every:
        of_objects.setdefault(one.id, []).append(one)
    kept = {id(one) for versions in of_objects.values() for one in _shown(versions, filters)}
    after = filters.added_after
    return [one for one in every if id(one) in kept and (after is None or one.added > after)]


def _named(one: Listed, filters: Filters) -> bool:
    return (filters.ids is None or one.id in filters.ids) and (
        filters.types is None or one.id.partition("--")[0] in filters.types
    )


def _shown(every: Sequence[L], filters: Filters) -> list[L]:
    """The versions of one object that are shown: rules 2 and 3."""
    editions = {max(one.spec for one in every)} if filters.editions is None else filters.editions
    left = sorted((one for one in every if one.spec in editions), key=lambda one: (order(version(one)), one.added))
    if not left or ALL in filters.versions:
        return left
    ends = [left[0]] if FIRST in filters.versions else []
    ends += [left[-1]] if LAST in filters.versions else []
    return [one for one in left if one in ends or ".".join(order(version(one))) in filters.versions]
