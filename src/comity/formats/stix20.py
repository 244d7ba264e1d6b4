"""STIX 2.0 as STIX 2.1: the same objects in the words of the later version.

Rules (STIX 2.1, appendix C and the chapters named):
1. Each object of its own says `spec_version` 2.1. One that says so already stays as it is: bundles in use are mixed.
2. The labels of indicators, malware, reports, threat actors, tools become `*_types`; those of identities `roles`. Where
   the object has that property already, both stay as they are.
3. An indicator's pattern is of type `stix`, in the version 2.0. Malware of STIX 2.0 is a kind, not a sample:
   `is_family` is true. What is supplied so is named under the extension `LEFT`.
4. Observed data gives up its objects (`comity.formats.stix20_observables`).
5. Selectors of granular markings follow what was renamed.
6. Custom objects and properties are kept. What is wrong is told with its place, field and remedy; nothing is left out.
"""

from __future__ import annotations

from collections.abc import Mapping

from comity.formats.stix20_observables import HASHES, LEFT, observables
from comity.formats.stix_rows import Rows, Stix

TYPES_OF: dict[str, str] = {
    "indicator": "indicator_types",
    "malware": "malware_types",
    "report": "report_types",
    "threat-actor": "threat_actor_types",
    "tool": "tool_types",
    "identity": "roles",
}
_VERSIONED = ("created", "modified")
_NEEDED: dict[str, tuple[str, ...]] = {
    "attack-pattern": ("name",),
    "campaign": ("name",),
    "course-of-action": ("name",),
    "identity": ("name",),
    "indicator": ("pattern", "valid_from"),
    "intrusion-set": ("name",),
    "malware": ("name",),
    "observed-data": ("first_observed", "last_observed", "number_observed", "objects"),
    "report": ("name", "published", "object_refs"),
    "threat-actor": ("name",),
    "tool": ("name",),
    "vulnerability": ("name",),
    "relationship": ("relationship_type", "source_ref", "target_ref"),
    "sighting": ("sighting_of_ref",),
}

_LONG = 100


def is_stix20(document: object) -> bool:
    """Whether this is a bundle of STIX 2.0, or one object of it."""
    if not isinstance(document, Mapping) or "type" not in document:
        return False
    if document.get("type") == "bundle":
        objects = document.get("objects")
        said = document.get("spec_version") == "2.0"
        return said or any(_old(one) for one in (objects if isinstance(objects, list) else []))
    return "id" in document and _old(document)


def _old(one: object) -> bool:
    """Whether an object is of STIX 2.0: it tells no version, and is none that tells none in STIX 2.1 either."""
    return isinstance(one, Mapping) and "spec_version" not in one and ("created" in one or "objects" in one)


def read(document: Mapping[str, object], name: str) -> Rows:
    """The objects of a bundle, or of a single object, in STIX 2.1.

    Args:
        document: the JSON, as `comity.formats.stix_rows.document` reads it; it is left as it is.
        name: what faults call the file.
    """
    rows = Rows()
    given = document.get("objects") if document.get("type") == "bundle" else [document]
    if not isinstance(given, list):
        rows.fault(name, "objects", "is no list", "give the bundle's objects as a list")
        return rows
    for number, one in enumerate(given):
        where = f"{name}: objects.[{number}]"
        if isinstance(one, Mapping) and isinstance(one.get("id"), str):
            where = f"{where} ({one['id']})"
        _object(one, where, rows)
    rows.objects = _each_once(rows.objects)
    return rows


def _each_once(objects: list[Stix]) -> list[Stix]:
    """The objects, one value's observable only once where it says the same; what differs is for the store to judge."""
    seen: dict[str, list[Stix]] = {}
    kept: list[Stix] = []
    for one in objects:
        alike = seen.setdefault(str(one.get("id")), [])
        if "created" in one or one not in alike:
            kept.append(one)
            alike.append(one)
    return kept


def _object(one: object, where: str, rows: Rows) -> None:
    if not isinstance(one, Mapping):
        rows.fault(where, "type", "is no object", "write it as a JSON object with type and id")
        return
    if one.get("spec_version") == "2.1":
        rows.objects.append(dict(one))
        return
    if not _sound(one, where, rows):
        return
    kind = str(one["type"])
    made: Stix = {**one, "spec_version": "2.1"}
    supplied = _supplied(made)
    extra: list[Stix] | None = observables(made, where, rows) if kind == "observed-data" else []
    if extra is None:
        return
    _types(made)
    _hashes(made)
    if supplied:
        made.update(supplied)
        _extend(made, {"supplied": sorted(supplied)})
    rows.objects += [made, *extra]


def _sound(one: Mapping[str, object], where: str, rows: Rows) -> bool:
    """Whether the object has what the conversion rests on; each thing that is missing is told."""
    before = len(rows.faults)
    told, given = one.get("type"), one.get("id")
    kind = told if isinstance(told, str) else ""
    if not kind:
        rows.fault(where, "type", "is missing or no text", "name the object's type")
    if not isinstance(given, str) or not given.startswith(f"{kind}--"):
        rows.fault(where, "id", f"{_short(given)} is no id of this type", "write TYPE--UUID")
    if (version := one.get("spec_version")) not in (None, "2.0"):  # it may be a list
        rows.fault(where, "spec_version", f"{_short(version)} is neither 2.0 nor 2.1", "leave it out, or write 2.1")
    needed = () if kind == "bundle" else (*_NEEDED.get(kind, ()), *(_VERSIONED if kind in _NEEDED else ()))
    for field in needed:
        if one.get(field) in (None, "", []):
            rows.fault(where, field, "is missing", f"STIX 2.0 wants it in {kind}")
    if kind == "bundle":
        rows.fault(where, "type", "is a bundle inside a bundle", "give its objects in the outer one")
    if "labels" in one and not _texts(one["labels"]):
        rows.fault(where, "labels", "is no list of texts", 'write ["...", ...]')
    return len(rows.faults) == before


def _short(value: object) -> str:
    """A value as it is written, cut where it is long."""
    text = repr(value)
    return text if len(text) <= _LONG else f"{text[:_LONG]}..."


def _texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _supplied(made: Stix) -> Stix:
    """Rule 3."""
    wanted: dict[str, Stix] = {
        "indicator": {"pattern_type": "stix", "pattern_version": "2.0"},
        "malware": {"is_family": True},
    }
    return {name: value for name, value in wanted.get(str(made["type"]), {}).items() if name not in made}


def _types(made: Stix) -> None:
    """Rules 2 and 5."""
    renamed = TYPES_OF.get(str(made["type"]))
    if renamed is None or "labels" not in made or renamed in made:
        return
    made[renamed] = made.pop("labels")
    marks = made.get("granular_markings")
    if isinstance(marks, list):
        made["granular_markings"] = [_selecting(mark, renamed) for mark in marks]


def _selecting(mark: object, renamed: str) -> object:
    if not isinstance(mark, Mapping) or not isinstance(selectors := mark.get("selectors"), list):
        return mark
    return {**mark, "selectors": [_selector(str(one), renamed) for one in selectors]}


def _selector(one: str, renamed: str) -> str:
    first, dot, rest = one.partition(".")
    return f"{renamed}{dot}{rest}" if first == "labels" else one


def _hashes(made: Stix) -> None:
    """The names of hashes in external references, as STIX 2.1 spells them."""
    if isinstance(references := made.get("external_references"), list):
        made["external_references"] = [_reference(one) for one in references]


def _reference(one: object) -> object:
    if not isinstance(one, Mapping) or not isinstance(hashes := one.get("hashes"), Mapping):
        return one
    return {**one, "hashes": {HASHES.get(name, name): text for name, text in hashes.items()}}


def _extend(made: Stix, words: Stix) -> None:
    extensions = made.get("extensions")
    made["extensions"] = {
        **(extensions if isinstance(extensions, Mapping) else {}),
        LEFT: {"extension_type": "property-extension", **words},
    }
