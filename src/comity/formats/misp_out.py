"""STIX 2.1 objects as MISP events: without loss, or refused.

Rules:
1. What came from MISP is put together again from the extension that kept it. What lies apart, for the originator alone,
   comes back with it where it is among the objects; without it elements stand in the order of their UUIDs.
2. What never was MISP's is written by the shapes that reading gives: a report as an event, an indicator as an
   attribute, a note as an event report.
3. Whatever was written is read again and compared. Each property that does not come back the same has no place in
   MISP, and is named; nothing is written then. Whoever lets go of properties, or of objects of a type, names them.
4. An object that leaves under another id than it came with (a rendition) takes that id's UUID, and so do all mentions.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from comity.errors import Refused
from comity.formats import misp
from comity.formats import misp_parts as parts
from comity.formats.misp_attributes import RULES, seen
from comity.formats.misp_sharing import COMMUNITIES, CREATOR, GROUP, Bindings, definition, shared
from comity.formats.sco_ids import jcs
from comity.formats.stix_rows import Stix

_BY_UUID = {
    parts.EVENT, parts.ATTRIBUTE, parts.OBJECT, parts.REPORT, parts.REFERENCE, parts.NOTE, parts.OPINION,
}  # fmt: skip
_GIVEN_ANYWAY = {"marking-definition", "identity", "extension-definition"}
_LISTED = 40


def write(objects: Sequence[Stix], bindings: Bindings, losing: Collection[str] = ()) -> list[dict[str, object]]:
    """The events that these objects are, each as MISP's `{"Event": ...}`.

    Args:
        objects: STIX 2.1 objects: reports with what they refer to.
        bindings: what MISP's words mean here, as when reading.
        losing: names of properties, and types of objects, that may stay behind.

    Raises:
        Refused: some of it has no place in MISP; every property is named: rule 3.
        Malformed: what lies in the extension is not as it was read.
    """
    kept = [one for one in objects if one.get("type") not in losing]
    reports = [one for one in kept if one.get("type") == "report"]
    events = [_event(report, kept, bindings) for report in reports]
    back = misp.read([{"Event": event} for event in events], bindings, "MISP")
    told = [f"{fault.where}: {fault.field}" for fault in back.faults] if events else ["no report"]
    names = _as_read(kept, back.objects)
    found = {str(one["id"]): one for one in back.objects}
    told += [line for one in kept for line in _lost(one, found, losing, names)]
    if told:
        more = f", and {len(told) - _LISTED} more" if len(told) > _LISTED else ""
        raise Refused(
            f"has no place in MISP: {', '.join(told[:_LISTED])}{more}",
            next_step="name the properties or types that may stay behind, or export STIX",
        )
    renamed = _renamed(kept)
    return [{"Event": {key: _replaced(value, renamed) for key, value in event.items()}} for event in events]


def _as_read(given: Sequence[Stix], back: Sequence[Stix]) -> dict[str, str]:
    """The id that each object has when its event is read again, by its id here: a rendition has another."""
    keys = {key: str(one["id"]) for one, key in _keys(back)}
    return {str(one["id"]): keys[key] for one, key in _keys(given) if keys.get(key, one["id"]) != one["id"]}


def _keys(objects: Sequence[Stix]) -> Iterator[tuple[Stix, str]]:
    """What tells one element from every other: what it says, and the same of all that it stands in."""
    by_id = {str(one["id"]): one for one in objects}
    for one in objects:
        key, words = "", kept_words(one)
        while words:
            key += jcs([words.get("kind"), words.get("raw")])
            words = kept_words(by_id.get(str(words.get("in_ref")), {}))
        if key:
            yield one, key


def _lost(one: Stix, found: Mapping[str, Stix], losing: Collection[str], names: Mapping[str, str]) -> Iterator[str]:
    """The properties of an object that do not come back: rule 3."""
    given, kind = str(one["id"]), one.get("type")
    back = found.get(names.get(given, given))
    if back is None:
        if kind not in _GIVEN_ANYWAY:
            yield f"{given} (no report among these holds it, or MISP has no such thing)"
        return
    if kind in _GIVEN_ANYWAY and kind != "identity":
        return
    native = misp.FROM not in _extensions(one)
    for name in sorted(one.keys() | back.keys()):
        mine, theirs = _replaced(one.get(name), names), back.get(name)
        if name == "extensions" and native:
            theirs = {key: value for key, value in _extensions(back).items() if key != misp.FROM} or None
        if not _same(name, mine, theirs) and name not in losing:
            yield f"{given}: {name}"


def _same(name: str, mine: object, theirs: object) -> bool:
    if name.endswith("_refs") and isinstance(mine, list) and isinstance(theirs, list):
        return set(mine) == set(theirs)
    return mine == theirs


def _extensions(one: Stix) -> Mapping[str, object]:
    found = one.get("extensions")
    return found if isinstance(found, Mapping) else {}


def kept_words(one: Stix) -> Mapping[str, object]:
    """What the extension kept of an object: its kind, what MISP said, what it stands in (`in_ref`); else empty."""
    found = _extensions(one).get(misp.FROM)
    return found if isinstance(found, Mapping) else {}


# Back from the extension


@dataclass(frozen=True, slots=True)
class _Kept:
    """What there is of one event: elements by what they stand in, what lies apart, and the order."""

    inside: Mapping[tuple[str, str], list[Stix]]
    apart: Mapping[str, object]
    order: Mapping[str, object]


def _event(report: Stix, objects: Sequence[Stix], bindings: Bindings) -> dict[str, object]:
    if not kept_words(report):
        return _native_event(report, objects, bindings)
    inside: dict[tuple[str, str], list[Stix]] = {}
    for one in objects:
        words = kept_words(one)
        if "in_ref" in words:
            inside.setdefault((str(words["in_ref"]), str(words["kind"])), []).append(one)
    apart = next(iter(inside.get((str(report["id"]), misp.APART), [])), {})
    kept = _Kept(inside, _mapping(kept_words(apart).get("raw")), _mapping(kept_words(apart).get("order")))
    return _element(report, kept)


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _element(one: Stix, kept: _Kept) -> dict[str, object]:
    given, words = str(one["id"]), kept_words(one)
    raw = parts.join(_mapping(words.get("raw")), _mapping(kept.apart.get(given)))
    for key in parts.INSIDE.get(str(words["kind"]), ()):
        found = {str(item["id"]): item for item in kept.inside.get((given, key), [])}
        order = kept.order.get(f"{given} {key}")
        names = [name for name in order if name in found] if isinstance(order, list) else []
        names += sorted(set(found) - set(names), key=_uuid)
        if names or isinstance(order, list):
            raw[key] = [_element(found[name], kept) for name in names]
    return raw


def _uuid(name: str) -> str:
    return name.partition("--")[2]


def _renamed(objects: Sequence[Stix]) -> dict[str, str]:
    """UUIDs that an element came with, by those it leaves with: rule 4."""
    found = {}
    for one in objects:
        old, new = _mapping(kept_words(one).get("raw")).get("uuid"), str(one["id"]).partition("--")[2]
        derived = kept_words(one).get("kind") not in _BY_UUID
        if isinstance(old, str) and old.lower() != new and not derived:
            found[old] = new
    return found


def _replaced(value: object, names: Mapping[str, str]) -> object:
    if not names:
        return value
    if isinstance(value, Mapping):
        return {key: _replaced(item, names) for key, item in value.items()}
    if isinstance(value, list):
        return [_replaced(item, names) for item in value]
    return names.get(value, value) if isinstance(value, str) else value


# What never was MISP's


def _native_event(report: Stix, objects: Sequence[Stix], bindings: Bindings) -> dict[str, object]:
    by_id = {str(one["id"]): one for one in objects}
    refs = report.get("object_refs")
    members = [by_id[name] for name in (refs if isinstance(refs, list) else []) if name in by_id]
    creator = by_id.get(str(report.get("created_by_ref")), {})
    above = _Sharing(bindings, creator, ())
    raw = {
        **_common(report, above, top=True),
        "info": report.get("name"),
        "date": str(report.get("published"))[:10],
        "publish_timestamp": _epoch(report.get("published")),
        "Orgc": {"name": creator.get("name"), "uuid": str(report.get("created_by_ref", "")).partition("--")[2]},
    }
    inner = _Sharing(bindings, creator, tuple(_marks(report)))
    for member in members:
        write_one = _NATIVE.get(str(member.get("type")))
        if write_one:
            key, element = write_one(member)
            listed = raw.setdefault(key, [])
            if isinstance(listed, list):
                listed.append({**_common(member, inner, top=False), **element})
    return raw


@dataclass(frozen=True, slots=True)
class _Sharing:
    bindings: Bindings
    creator: Stix
    above: tuple[str, ...]


def _common(one: Stix, within: _Sharing, *, top: bool) -> dict[str, object]:
    """What every element of MISP has, as far as an object of ours tells it."""
    raw: dict[str, object] = {
        "uuid": str(one["id"]).partition("--")[2],
        "timestamp": _epoch(one.get("modified")),
        **_distribution([name for name in _marks(one) if name not in within.above], within, top=top),
    }
    labels = one.get("labels")
    named = [str(name) for name in labels] if isinstance(labels, list) else []
    if named:
        raw["Tag"] = [{"name": name} for name in named]
    if one.get("revoked") is True:
        raw["deleted"] = True
    return raw


def _marks(one: Stix) -> list[str]:
    found = one.get("object_marking_refs")
    return [str(name) for name in found] if isinstance(found, list) else []


def _distribution(own: list[str], within: _Sharing, *, top: bool) -> dict[str, object]:
    """The distribution whose marking is among these; where there is none, the tightest that can be said."""
    organisation = str(within.creator.get("id", "")).partition("--")[2]
    party = within.bindings.organisations.get(organisation, "")
    for level, readers in ((CREATOR, ()), *((one, within.bindings.communities.get(one)) for one in COMMUNITIES)):
        if readers is not None and definition(shared(party, tuple(sorted(set(readers)))))["id"] in own:
            return {"distribution": level}
    for group, readers in within.bindings.groups.items():
        if definition(shared(party, tuple(sorted(set(readers)))))["id"] in own:
            return {"distribution": GROUP, "SharingGroup": {"uuid": group}}
    return {"distribution": CREATOR} if top else {"distribution": "5"}


def _epoch(time: object) -> str:
    try:
        return str(int(datetime.fromisoformat(str(time).replace("Z", "+00:00")).timestamp()))
    except ValueError:
        return ""


def _indicator(one: Stix) -> tuple[str, dict[str, object]]:
    pattern, language = str(one.get("pattern")), one.get("pattern_type")
    kind = next((name for name, words in RULES.items() if words == language), "stix2-pattern")
    value = pattern
    if language == "stix" and (simple := _simple(pattern)):
        kind, value = simple
    raw = {
        "type": kind,
        "category": "Network activity" if kind in _NETWORK else "Payload delivery",
        "value": value,
        "to_ids": True,
        "comment": one.get("description", ""),
        "first_seen": one.get("valid_from"),
    }
    if "valid_until" in one:
        raw["last_seen"] = one["valid_until"]
    return parts.ATTRIBUTE, raw


_NETWORK = {"ip-dst", "domain", "url"}
_BY_START = {
    "[ipv4-addr:value = '": "ip-dst", "[ipv6-addr:value = '": "ip-dst", "[domain-name:value = '": "domain",
    "[url:value = '": "url", "[email-addr:value = '": "email", "[file:hashes.'MD5' = '": "md5",
    "[file:hashes.'SHA-1' = '": "sha1", "[file:hashes.'SHA-256' = '": "sha256", "[file:name = '": "filename",
}  # fmt: skip


def _simple(pattern: str) -> tuple[str, str] | None:
    """The attribute whose pattern is exactly this one."""
    for start, kind in _BY_START.items():
        if pattern.startswith(start) and pattern.endswith("']"):
            value = pattern[len(start) : -2].replace("\\'", "'").replace("\\\\", "\\")
            found = seen(kind, value)
            if found and found.pattern == pattern:
                return kind, value
    return None


def _note(one: Stix) -> tuple[str, dict[str, object]]:
    return parts.REPORT, {"name": one.get("abstract", ""), "content": one.get("content", "")}


_NATIVE: Mapping[str, Callable[[Stix], tuple[str, dict[str, object]]]] = {"indicator": _indicator, "note": _note}
