"""What an object of STIX 2.1 says, in MISP's words: as an attribute, a cluster, or an object with words as attributes.

Rules:
1. An observable with one property, an indicator and a vulnerability with a CVE can be an attribute. A value is one only
   where MISP keeps it as it is, neither trimmed nor lowered, and reads it as the same pattern again.
2. Of any other object every text and number is a word under the name of its property, and each hash under MISP's type
   of it. What every object has (`_EVERY`) is no word, and no reference is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from uuid import uuid5

from comity.formats.misp_attributes import HASHES, RULES, seen
from comity.formats.misp_elements import CVE
from comity.formats.sco_ids import OURS
from comity.formats.stix_rows import Stix

GALAXY = "stix-2.1-"
"""Begins the type of a galaxy for a type of STIX."""
_OBSERVABLES = {
    "ipv4-addr": ("ip-dst", "value"), "ipv6-addr": ("ip-dst", "value"), "domain-name": ("domain", "value"),
    "url": ("url", "value"), "email-addr": ("email", "value"), "mac-addr": ("mac-address", "value"),
    "mutex": ("mutex", "name"), "file": ("filename", "name"), "windows-registry-key": ("regkey", "key"),
}  # fmt: skip
_BY_START = {
    "[ipv4-addr:value = '": "ip-dst", "[ipv6-addr:value = '": "ip-dst", "[domain-name:value = '": "domain",
    "[url:value = '": "url", "[email-addr:value = '": "email", "[file:hashes.'MD5' = '": "md5",
    "[file:hashes.'SHA-1' = '": "sha1", "[file:hashes.'SHA-256' = '": "sha256", "[file:name = '": "filename",
}  # fmt: skip
_CATEGORIES = {
    "ip-dst": "Network activity", "domain": "Network activity", "url": "Network activity", "AS": "Network activity",
    "mac-address": "Network activity", "mutex": "Artifacts dropped", "regkey": "Artifacts dropped",
    "vulnerability": "External analysis", "snort": "Network activity", "suricata": "Network activity",
}  # fmt: skip
_LOWERED = {"domain", "email", "md5", "sha1", "sha256", "ip-dst", "mac-address"}
_EVERY = {
    "type", "spec_version", "id", "created", "modified", "created_by_ref", "object_marking_refs", "granular_markings",
    "labels", "revoked", "extensions", "external_references", "lang", "defanged",
}  # fmt: skip


def uuid_of(one: Stix) -> str:
    """The UUID in an object's id."""
    return str(one["id"]).partition("--")[2]


def epoch(time: object) -> str:
    """Seconds since 1970; empty where there is no instant."""
    try:
        return str(int(datetime.fromisoformat(str(time).replace("Z", "+00:00")).timestamp()))
    except ValueError:
        return ""


def texts(one: Stix, name: str) -> list[str]:
    """The items of a property that is a list; none where it is no list."""
    found = one.get(name)
    return [str(item) for item in found] if isinstance(found, list) else []


def attribute(one: Stix) -> dict[str, object] | None:
    """An object as an attribute; None where none says it: rule 1."""
    kind = str(one["type"])
    if kind == "indicator":
        return _indicator(one)
    if kind == "vulnerability" and CVE.fullmatch(str(one.get("name"))):
        return _says("vulnerability", str(one["name"]), one.get("description", ""), to_ids=False)
    if kind == "autonomous-system" and isinstance(one.get("number"), int):
        return _says("AS", f"AS{one['number']}", "", to_ids=False)
    found = _observable(kind, one)
    return _says(*found, "", to_ids=False) if found and _plain(*found) else None


def _observable(kind: str, one: Stix) -> tuple[str, str] | None:
    """The type and value of an observable that has but one."""
    own = {name: value for name, value in one.items() if name not in _EVERY}
    known, hashes = _OBSERVABLES.get(kind), own.get("hashes")
    if kind == "file" and len(own) == 1 and isinstance(hashes, Mapping) and len(hashes) == 1:
        (name, digest), *_ = hashes.items()
        found = next((word for word, spelt in HASHES.items() if spelt == name), None)
        return (found, str(digest)) if found else None
    value = own.get(known[1]) if known else None
    return (known[0], value) if known and len(own) == 1 and isinstance(value, str) else None


def _plain(kind: str, value: str) -> bool:
    """Whether MISP keeps a value as it is, neither trimmed nor lowered."""
    spelt = value.lower() if kind in _LOWERED else value
    return value == " ".join(spelt.split()) and bool(value) and seen(kind, value) is not None


def _says(kind: str, value: str, comment: object, *, to_ids: bool) -> dict[str, object]:
    of_kind = _CATEGORIES.get(kind, "Payload delivery")
    return {"type": kind, "category": of_kind, "value": value, "to_ids": to_ids, "comment": comment}


def _indicator(one: Stix) -> dict[str, object] | None:
    pattern, language = str(one.get("pattern")), one.get("pattern_type")
    kind = next((name for name, told in RULES.items() if told == language), None)
    if kind is None or not pattern.strip():
        return None
    value = pattern
    if language == "stix" and (simple := _simple(pattern)):
        kind, value = simple
    raw = _says(kind, value, one.get("description", ""), to_ids=True) | {"first_seen": one.get("valid_from")}
    return raw | ({"last_seen": one["valid_until"]} if "valid_until" in one else {})


def _simple(pattern: str) -> tuple[str, str] | None:
    """The attribute whose pattern is exactly this one."""
    for start, kind in _BY_START.items():
        if pattern.startswith(start) and pattern.endswith("']"):
            value = pattern[len(start) : -2].replace("\\'", "'").replace("\\\\", "\\")
            found = seen(kind, value)
            if found and found.pattern == pattern and _plain(kind, value):
                return kind, value
    return None


def galaxy(one: Stix) -> dict[str, object]:
    """The galaxy of a cluster, with it alone."""
    kind = f"{GALAXY}{one['type']}"
    cluster: dict[str, object] = {
        "uuid": uuid_of(one), "type": kind, "value": one["name"], "tag_name": f'misp-galaxy:{kind}="{uuid_of(one)}"',
        "description": one.get("description", ""), "default": False,
    }  # fmt: skip
    if names := texts(one, "aliases"):
        cluster["meta"] = {"synonyms": names}
    name = str(one["type"]).replace("-", " ").capitalize()
    return {
        "uuid": str(uuid5(OURS, kind)), "name": f"STIX 2.1 {name}", "type": kind, "namespace": "stix-2.1",
        "description": "", "GalaxyCluster": [cluster],
    }  # fmt: skip


def words(one: Stix) -> Iterator[tuple[str, str, str]]:
    """What an object says, as MISP's relation, type and value: rule 2."""
    for name, value in one.items():
        if name in _EVERY or name.endswith(("_ref", "_refs")):
            continue
        if name == "hashes" and isinstance(value, Mapping):
            kinds = {spelt: kind for kind, spelt in HASHES.items()}
            yield from ((kinds[key], kinds[key], str(item)) for key, item in value.items() if key in kinds)
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, str | int | float) and str(item).strip():
                yield name, "text", _number(item)


def _number(item: object) -> str:
    return str(item).lower() if isinstance(item, bool) else str(item)


def references(one: Stix) -> Iterator[tuple[str, str]]:
    """What an object refers to: the property and the id, each id once a property."""
    for name, value in one.items():
        if name in _EVERY:
            continue
        if name.endswith("_ref") and isinstance(value, str):
            yield name, value
        elif name.endswith("_refs") and isinstance(value, list):
            yield from ((name, str(item)) for item in dict.fromkeys(map(str, value)))


def category(kind: str) -> str:
    """MISP's category of a word of this type: rule 2."""
    return "Payload delivery" if kind in HASHES else "Other"
