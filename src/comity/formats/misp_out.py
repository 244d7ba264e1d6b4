"""STIX 2.1 objects as MISP events: without loss, or refused.

Rules:
1. What came from MISP is put together again from the extension that kept it. What lies apart, for the originator alone,
   comes back with it where it is among the objects; without it elements stand in the order of their UUIDs.
2. What never was MISP's is shown by elements that MISP's users know (`comity.formats.misp_native`), and carried whole
   beside them (`comity.formats.misp_carried`).
3. Whatever was written is read again and compared. Each property that does not come back the same has no place in
   MISP, and is named; nothing is written then. Whoever lets go of properties, or of objects of a type, names them.
   Of what many events tell of (organisations, clusters) here is the version of one; what it is called is compared, not
   by which event, and to whom that was shared.
4. An object that leaves under another id than it came with (a rendition) takes that id's UUID, and so do all mentions.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from comity.errors import Refused
from comity.formats import misp, misp_carried, misp_distributions
from comity.formats import misp_parts as parts
from comity.formats.misp_sharing import EPOCH, Bindings
from comity.formats.sco_ids import jcs
from comity.formats.stix_rows import Stix

_BY_UUID = {
    parts.EVENT, parts.ATTRIBUTE, parts.OBJECT, parts.REPORT, parts.REFERENCE, parts.NOTE, parts.OPINION,
}  # fmt: skip
_GIVEN_ANYWAY = {"marking-definition", "identity", "extension-definition"}
_LISTED = 40


class NoPlace(Refused):
    """Something has no place in MISP: rule 3; `told` names all of it, a line each."""

    def __init__(self, told: Sequence[str]) -> None:
        """Put the first of it into words."""
        more = f", and {len(told) - _LISTED} more" if len(told) > _LISTED else ""
        step = "name the properties or types that may stay behind by --without, or export STIX"
        super().__init__(f"has no place in MISP: {', '.join(told[:_LISTED])}{more}", next_step=step)
        self.told = tuple(told)


def write(
    objects: Sequence[Stix], bindings: Bindings, losing: Collection[str] = (), by: str | None = None
) -> list[dict[str, object]]:
    """The events that these objects are, each as MISP's `{"Event": ...}`.

    Args:
        objects: STIX 2.1 objects: reports with what they refer to.
        bindings: what MISP's words mean here, as when reading.
        losing: names of properties, and types of objects, that may stay behind.
        by: the party that writes; its organisation creates the event of a report whose author has none in MISP.

    Raises:
        NoPlace: some of it has no place in MISP; every property is named: rule 3.
        Malformed: what lies in the extension is not as it was read.
    """
    kept = [_without(one, losing) for one in objects if one.get("type") not in losing]
    reports = [one for one in kept if one.get("type") == "report"]
    made = [_event(report, kept, bindings, by) for report in reports]
    events, told = [event for event, _ in made], [line for _, lines in made for line in lines]
    if not told:
        told = _unlike(kept, events, bindings, losing)
    if told:
        raise NoPlace(told)
    renamed = _renamed(kept)
    return [{"Event": {key: _replaced(value, renamed) for key, value in event.items()}} for event in events]


def _without(one: Stix, losing: Collection[str]) -> Stix:
    """An object that never was MISP's, without the properties that may stay behind."""
    if kept_words(one) or not losing:
        return one
    return {name: value for name, value in one.items() if name not in losing}


def _unlike(
    kept: Sequence[Stix], events: Sequence[Mapping[str, object]], bindings: Bindings, losing: Collection[str]
) -> list[str]:
    """What does not come back when events are read again: rule 3."""
    back = misp.read([{"Event": event} for event in events], bindings, "MISP")
    told = [f"{fault.where}: {fault.field}" for fault in back.faults] if events else ["no report"]
    names = _as_read(kept, back.objects)
    found = {str(one["id"]): one for one in back.objects}
    return told + [line for one in kept for line in _lost(one, found, losing, names)]


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
    if _of_many(one, back):
        one, back = _of_any_event(one), _of_any_event(back)
    for name in sorted(one.keys() | back.keys()):
        mine, theirs = _replaced(one.get(name), names), back.get(name)
        if not _same(name, mine, theirs) and name not in losing:
            yield f"{given}: {name}"


def _of_many(*versions: Stix) -> bool:
    """Whether something is told by many events, by each in a version of its own: an organisation, a cluster."""
    return all(one.get("created") == EPOCH for one in versions)


def _of_any_event(one: Stix) -> Stix:
    """What every event says alike of what many tell of."""
    others = {name: value for name, value in _extensions(one).items() if name != misp.FROM}
    kept = {name: value for name, value in one.items() if name not in {"modified", "object_marking_refs", "extensions"}}
    return kept | ({"extensions": others} if others else {})


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


def _event(
    report: Stix, objects: Sequence[Stix], bindings: Bindings, by: str | None
) -> tuple[dict[str, object], list[str]]:
    """The event of a report; and what is found at once to have no place."""
    if not kept_words(report):
        return _native_event(report, objects, bindings, by)
    inside: dict[tuple[str, str], list[Stix]] = {}
    for one in objects:
        words = kept_words(one)
        if "in_ref" in words:
            inside.setdefault((str(words["in_ref"]), str(words["kind"])), []).append(one)
    apart = next(iter(inside.get((str(report["id"]), misp.APART), [])), {})
    kept = _Kept(inside, _mapping(kept_words(apart).get("raw")), _mapping(kept_words(apart).get("order")))
    return _element(report, kept), []


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


def _native_event(
    report: Stix, objects: Sequence[Stix], bindings: Bindings, by: str | None
) -> tuple[dict[str, object], list[str]]:
    """Rule 2; and what has no place."""
    by_id = {str(one["id"]): one for one in objects}
    creator = by_id.get(str(report.get("created_by_ref")))
    try:
        organisation = misp_distributions.organisation(report, creator, by, bindings)
    except Refused as error:
        return {}, [error.message]
    return misp_carried.write(misp_distributions.Event(report, _reached(report, by_id), organisation, bindings))


def _reached(report: Stix, by_id: Mapping[str, Stix]) -> list[Stix]:
    """What a report refers to, on and on, and what stands in that."""
    inside: dict[str, list[str]] = {}
    for name, one in by_id.items():
        inside.setdefault(str(kept_words(one).get("in_ref")), []).append(name)
    found, waiting = {str(report["id"]): report}, [report]
    while waiting:
        one = waiting.pop()
        for name in (*references(one), *inside.get(str(one["id"]), ())):
            if name in by_id and name not in found and by_id[name].get("type") != "report":
                found[name] = by_id[name]
                waiting.append(by_id[name])
    return list(found.values())[1:]


def references(one: Mapping[str, object]) -> Iterator[str]:
    """The ids of what an object refers to."""
    for name, value in one.items():
        if name.endswith("_ref") and isinstance(value, str):
            yield value
        elif name.endswith("_refs") and isinstance(value, list):
            yield from (str(item) for item in value)
