"""The containers of observed data in STIX 2.0 as cyber-observable objects of STIX 2.1.

Rules (STIX 2.1, section 4.14 and chapter 6, beside STIX 2.0 part 4):
1. Each entry of `objects` becomes an object of its own, with the id that the standard makes from its values.
2. A reference to an entry becomes a reference to that object; one to an entry that is not there is a bad row.
3. What STIX 2.1 calls otherwise is renamed. What it has no word for stays, under the extension `LEFT`.
4. Markings of the observed data hold for each of its objects; a granular one moves with what it selects. One that
   selects what is not there is a bad row: what it was meant for would go unmarked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from uuid import uuid5

from comity.formats.sco_ids import OURS, sco_id
from comity.formats.stix_rows import Rows, Stix

LEFT = "extension-definition--0d1c2b7c-2bd4-5a3c-8c1f-3a86d8f7ce20"
"""Keeps what STIX 2.0 says and STIX 2.1 has no place for, and names what the conversion supplied."""

_TIMES = {"created": "ctime", "modified": "mtime", "accessed": "atime"}
RENAMED: dict[str, dict[str, str]] = {
    "file": _TIMES,
    "directory": _TIMES,
    "process": {"created": "created_time", "binary_ref": "image_ref"},
    "user-account": {"password_last_changed": "credential_last_changed"},
    "windows-registry-key": {"modified": "modified_time"},
}
GONE: dict[str, tuple[str, ...]] = {
    "file": ("is_encrypted", "encryption_algorithm", "decryption_key"),
    "process": ("name", "arguments"),
}
GONE_OF_EXTENSIONS: dict[str, tuple[str, ...]] = {
    "archive-ext": ("version",),
    "raster-image-ext": ("image_compression_algorithm",),
    "socket-ext": ("protocol_family",),
}
HASHES = {"ssdeep": "SSDEEP"}
_STEP = re.compile(r"objects\.([^.]+)(?:\.(.+))?")


@dataclass(slots=True)
class Container:
    """The entries of one observed data, and the objects that came of them so far."""

    entries: Mapping[str, object]
    owner: str
    where: str
    rows: Rows
    ids: dict[str, str] = field(default_factory=dict)
    made: dict[str, Stix] = field(default_factory=dict)
    begun: list[str] = field(default_factory=list)

    def fault(self, at: str, wrong: str, remedy: str) -> None:
        """Tell what is wrong with an entry, or with a property of it."""
        self.rows.fault(self.where, f"objects.{at}", wrong, remedy)

    def id_of(self, key: str) -> str:
        """The id of an entry, which is made with all it refers to; an entry of a ring gets an id of ours."""
        if key not in self.ids:
            if key in self.begun:
                return f"{self._type(key)}--{uuid5(OURS, f'{self.owner} {key}')}"
            self._make(key)
        return self.ids[key]

    def _type(self, key: str) -> str:
        entry = self.entries[key]
        return str(entry.get("type")) if isinstance(entry, Mapping) else ""

    def _make(self, key: str) -> None:
        entry = self.entries[key]
        self.begun.append(key)
        made = _converted(dict(entry) if isinstance(entry, Mapping) else {}, key, self)
        ring = f"{made['type']}--{uuid5(OURS, f'{self.owner} {key}')}"
        found = ring if _mentions(made, ring) or self._is_used(ring) else sco_id(made, f"{self.owner} {key}")
        self.begun.remove(key)
        self.ids[key] = found
        self.made[key] = {"type": made.pop("type"), "spec_version": "2.1", "id": found, **made}

    def _is_used(self, ring: str) -> bool:
        return any(_mentions(made, ring) for made in self.made.values())


def observables(observed: Stix, where: str, rows: Rows) -> list[Stix] | None:
    """The objects of one observed data of STIX 2.0, which then refers to them.

    Args:
        observed: the observed data, already in the words of STIX 2.1 but for `objects`; it is changed.
        where: its place, for faults.
        rows: takes the faults.

    Returns:
        The objects; None where something about them is wrong, and told.
    """
    entries = observed.pop("objects", None)
    if not isinstance(entries, Mapping) or not entries:
        rows.fault(where, "objects", "is no dictionary of observable objects", 'write {"0": {"type": ...}, ...}')
        return None
    before = len(rows.faults)
    box = Container(entries, f"{observed.get('id')} {observed.get('modified')}", where, rows)
    for key, entry in entries.items():
        if not isinstance(entry, Mapping) or not isinstance(entry.get("type"), str):
            box.fault(key, "has no type", "name its type, such as ipv4-addr")
    if len(rows.faults) > before:
        return None
    observed["object_refs"] = list(dict.fromkeys(box.id_of(key) for key in entries))
    for key in entries:
        _mark(box.made[key], observed)
    _move_granular(observed, box)
    return None if len(rows.faults) > before else _merged(box)


def _merged(box: Container) -> list[Stix]:
    """Each object once; two of one id that differ are told."""
    merged: dict[str, Stix] = {}
    for key in box.entries:
        made = box.made[key]
        if merged.setdefault(str(made["id"]), made) != made:
            box.fault(key, "is the same object as another entry, with other properties", "make one entry of the two")
    return list(merged.values())


def _converted(entry: Stix, key: str, box: Container) -> Stix:
    """Rules 2 and 3."""
    kind = str(entry["type"])
    gone = {name: entry.pop(name) for name in GONE.get(kind, ()) if name in entry}
    made = {RENAMED.get(kind, {}).get(name, name): value for name, value in entry.items()}
    if isinstance(fields := made.get("additional_header_fields"), Mapping):
        made["additional_header_fields"] = {k: [v] if isinstance(v, str) else v for k, v in fields.items()}
    if isinstance(extensions := made.get("extensions"), Mapping):
        made["extensions"] = _without_gone(extensions, gone)
    made = {name: _resolved(name, value, f"{key}.{name}", box) for name, value in made.items()}
    if gone:
        extended = made.get("extensions")
        made["extensions"] = {
            **(extended if isinstance(extended, Mapping) else {}),
            LEFT: {"extension_type": "property-extension", "left": gone},
        }
    return made


def _without_gone(extensions: Mapping[str, object], gone: Stix) -> Stix:
    kept: Stix = {}
    for name, value in extensions.items():
        inner = dict(value) if isinstance(value, Mapping) else value
        for word in GONE_OF_EXTENSIONS.get(name, ()):
            if isinstance(inner, dict) and word in inner:
                gone[f"{name}.{word}"] = inner.pop(word)
        if inner != {}:
            kept[name] = inner
    return kept


def _resolved(name: str, value: object, at: str, box: Container) -> object:
    """A value with its references and hash names as STIX 2.1 has them, however deep they lie."""
    if name.endswith("_ref") and isinstance(value, str):
        return _target(value, at, box)
    if name.endswith("_refs") and isinstance(value, list):
        return [_target(item, f"{at}.[{number}]", box) for number, item in enumerate(value)]
    if isinstance(value, Mapping):
        renamed = HASHES if name == "hashes" else {}
        return {renamed.get(k, k): _resolved(k, v, f"{at}.{k}", box) for k, v in value.items()}
    if isinstance(value, list):
        return [_resolved("", item, f"{at}.[{number}]", box) for number, item in enumerate(value)]
    return value


def _target(key: object, at: str, box: Container) -> str:
    if isinstance(key, str) and key in box.entries:
        return box.id_of(key)
    box.fault(at, f"refers to {key!r}, which is no entry of this container", "refer to a key of `objects`")
    return ""


def _mentions(value: object, wanted: str) -> bool:
    if isinstance(value, Mapping):
        return any(_mentions(item, wanted) for item in value.values())
    return any(_mentions(item, wanted) for item in value) if isinstance(value, list) else value == wanted


# Markings


def _mark(made: Stix, observed: Stix) -> None:
    if isinstance(marks := observed.get("object_marking_refs"), list) and marks:
        made["object_marking_refs"] = list(marks)


def _move_granular(observed: Stix, box: Container) -> None:
    """Rule 4."""
    given = observed.pop("granular_markings", None)
    if given is None:
        return
    kept: list[object] = []
    for mark, selector in _selectors(given, box):
        if selector == "objects":
            kept.append({**mark, "selectors": ["object_refs"]})
            for made in box.made.values():
                _add_mark(made, mark, None)
        elif found := _STEP.fullmatch(selector):
            _move(found[1], found[2], mark, box)
        else:
            kept.append({**mark, "selectors": [selector]})
    if kept:
        observed["granular_markings"] = kept


def _selectors(given: object, box: Container) -> Iterator[tuple[Stix, str]]:
    for number, mark in enumerate(given if isinstance(given, list) else [None]):
        selectors = mark.get("selectors") if isinstance(mark, Mapping) else None
        if not isinstance(selectors, list) or not all(isinstance(one, str) for one in selectors):
            wrong = "is no granular marking"
            box.rows.fault(box.where, f"granular_markings.[{number}]", wrong, "give selectors and marking_ref")
            continue
        for selector in selectors:
            yield dict(mark), selector


def _move(key: str, rest: str | None, mark: Stix, box: Container) -> None:
    if key not in box.made:
        box.fault(key, "is selected by a marking and is not there", "correct the selector")
        return
    kind = str(box.made[key]["type"])
    if rest and (rest.split(".")[0] in GONE.get(kind, ()) or any(f".{part}" in f".{rest}" for part in _old(kind))):
        box.fault(f"{key}.{rest}", "is marked by itself and has no place in STIX 2.1", "mark the whole entry")
        return
    first, _, deeper = (rest or "").partition(".")
    renamed = RENAMED.get(kind, {}).get(first, first)
    _add_mark(box.made[key], mark, ".".join(part for part in (renamed, deeper) if part) or None)


def _old(kind: str) -> list[str]:
    """Steps of a selector below which something was moved into the extension, or a name was written otherwise."""
    return ["hashes.ssdeep", *(f"{name}.{word}" for name, words in GONE_OF_EXTENSIONS.items() for word in words)]


def _add_mark(made: Stix, mark: Stix, selector: str | None) -> None:
    """A whole object's marking stands with the object; a language has its own place."""
    if selector is None and isinstance(ref := mark.get("marking_ref"), str):
        marks = made.setdefault("object_marking_refs", [])
        if isinstance(marks, list) and ref not in marks:
            marks.append(ref)
    elif selector is not None:
        granular = made.setdefault("granular_markings", [])
        if isinstance(granular, list):
            granular.append({**mark, "selectors": [selector]})
