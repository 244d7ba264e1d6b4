"""MISP events as STIX 2.1 objects, each with the markings of what it came from.

Rules:
1. An event is a report; what stands in it becomes what `comity.formats.misp_elements` says; a reference between objects
   is a relationship, or a note where what it refers to stands elsewhere. Clusters of galaxies that STIX has a type for
   become that, too.
2. Each bears the markings of all it stands in, and its own (`comity.formats.misp_sharing`); a relationship those of
   both its ends. An organisation and a cluster bear those of the event that names them.
3. What MISP says lies in the extension `FROM`, word for word, so that the event can be given back. What is only for its
   creator (`comity.formats.misp_parts`) lies in a note of its own, marked for the originator alone.
4. A row that cannot be taken is told with its place, field and remedy, and nothing that stands inside it is taken: it
   would be read without the markings of what holds it.
5. What an event carries of STIX, and still says, comes back as it was, with the markings that it went out with
   (`comity.formats.misp_carried`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from uuid import uuid5

from comity.errors import ComityError, Malformed
from comity.formats import misp_carried
from comity.formats import misp_parts as parts
from comity.formats.misp_elements import Element, Made, made, seconds, time_of, uuid_at
from comity.formats.misp_galaxies import clusters, open_clusters
from comity.formats.misp_sharing import (
    EPOCH,
    INHERITED,
    Bindings,
    definition,
    marks,
    originator,
    shared,
    sharing,
    tags,
    uuid_of,
)  # fmt: skip
from comity.formats.sco_ids import OURS, jcs
from comity.formats.stix_rows import Rows, Stix

FROM = "extension-definition--f37a2c4e-3c0e-5c53-9d4f-4f7f7b4f2a11"
"""Keeps the MISP element that an object was made of."""
APART, CLUSTER = "apart", "cluster"
INDICATED = {"attack-pattern", "campaign", "infrastructure", "intrusion-set", "malware", "threat-actor", "tool"}


@dataclass(slots=True)
class _Event:
    """One event while it is read."""

    bindings: Bindings
    rows: Rows
    party: str
    creator: str
    created: str
    time: str
    id: str
    readers: frozenset[str]
    definitions: dict[str, Stix] = field(default_factory=dict)
    organisations: dict[str, Stix] = field(default_factory=dict)
    objects: dict[str, Stix] = field(default_factory=dict)
    links: dict[str, Stix] = field(default_factory=dict)
    apart: dict[str, object] = field(default_factory=dict)
    order: dict[str, list[str]] = field(default_factory=dict)
    by_uuid: dict[str, str] = field(default_factory=dict)
    references: list[Element] = field(default_factory=list)


def is_misp(document: object) -> bool:
    """Whether this is MISP's JSON: an event, or a list of events."""
    return next(_events(document), None) is not None


def read(document: object, bindings: Bindings, name: str) -> Rows:
    """The objects of every event in a file of MISP's.

    Args:
        document: the JSON, as `comity.formats.stix_rows.document` reads it.
        bindings: what its organisations, communities, sharing groups and tags mean here.
        name: what faults call the file.
    """
    rows = Rows()
    for number, (place, raw) in enumerate(_events(document)):
        called = raw.get("uuid") or f"[{number}]"
        _read(raw, bindings, rows, f"{name}{f': {place}' if place else ''} (event {called})")
    if not is_misp(document):
        rows.fault(name, "Event", "holds no event", "export whole events, not the attributes that a search found")
    return rows


def _events(document: object) -> Iterator[tuple[str, Mapping[str, object]]]:
    """Each event with its place; MISP wraps them in several ways."""
    if isinstance(document, Mapping):
        if isinstance(inner := document.get("Event"), Mapping):
            yield "", inner
        elif isinstance(listed := document.get("response"), list):
            yield from ((f"response.{place}", one) for place, one in _events(listed))
        elif {"uuid", "info"} <= document.keys() and "type" not in document:
            yield "", document
    elif isinstance(document, list):
        for number, one in enumerate(document):
            for _, found in _events(one) if isinstance(one, Mapping) else ():
                yield f"[{number}]", found


def _read(given: Mapping[str, object], bindings: Bindings, rows: Rows, where: str) -> None:
    try:
        carried = misp_carried.restored(given, bindings)
        if carried and carried.whole:
            rows.objects += [*carried.definitions, *carried.objects]
            return
        told = carried.rest if carried else given
        event = _begun(told, bindings, rows)
        if carried:
            _restore(carried, event)
        marked = _marks(told, event, (), "none")
        element = Element(parts.EVENT, _readable(told, event, where), where, marked)
        info = Made(event.id, {"name": element.text("info"), "published": _published(given), "object_refs": []})
        _add(element, event, info)
        _organisation(given.get("Orgc"), event, marked)
    except ComityError as error:
        rows.faults.append(_placed(error, where))
        return
    for reference in event.references:
        _taken(reference, event, _refer)
    report = event.objects[event.id]
    report["object_refs"] = [one for one in event.objects if one != event.id] or [event.creator]
    everything = (event.definitions, event.organisations, event.objects, event.links)
    rows.objects += [one for some in everything for one in some.values()]
    rows.objects += _apart(event)


def _restore(carried: misp_carried.Restored, event: _Event) -> None:
    """Take what an event carried and still says: rule 5."""
    event.definitions.update({str(one["id"]): one for one in carried.definitions})
    for one in carried.objects:
        given = str(one["id"])
        event.objects[given] = one
        event.by_uuid.setdefault(given.partition("--")[2], given)


def _begun(raw: Mapping[str, object], bindings: Bindings, rows: Rows) -> _Event:
    time, day = time_of(raw), raw.get("date")
    if not _is_day(day):
        raise Malformed(f"{day!r} is no day", field="date", next_step="write YYYY-MM-DD")
    party = originator(raw.get("Orgc"), bindings)
    readers = sharing(raw, bindings, missing="none").readers
    if readers is None:
        raise Malformed("an event has nothing to inherit from", field="distribution", next_step="write 0 to 4")
    organisation = raw.get("Orgc")
    creator = uuid_at(organisation if isinstance(organisation, Mapping) else {})
    created = min(f"{day}T00:00:00.000Z", time)
    given = f"report--{uuid_at(raw)}"
    return _Event(bindings, rows, party, f"identity--{creator}", created, time, given, frozenset(readers))


def _is_day(text: object) -> bool:
    try:
        return isinstance(text, str) and bool(re.fullmatch(r"\d{4}-\d\d-\d\d", text)) and bool(date.fromisoformat(text))
    except ValueError:
        return False


def _published(raw: Mapping[str, object]) -> str:
    told = raw.get("publish_timestamp")
    return f"{raw['date']}T00:00:00.000Z" if told in (None, "", 0, "0") else seconds(told, "publish_timestamp")


def _placed(error: ComityError, where: str) -> ComityError:
    return type(error)(error.message, where=where, field=error.field, next_step=error.next_step)


def _readable(raw: Mapping[str, object], event: _Event, where: str) -> Mapping[str, object]:
    """An element without clusters that are for fewer than its event; each is told."""

    def narrow(cluster: Mapping[str, object]) -> bool:
        readers = sharing(cluster, event.bindings, missing=INHERITED).readers
        return readers is not None and not event.readers <= set(readers)

    opened, told = open_clusters(raw, narrow)
    for at in told:
        event.rows.fault(where, at, "is for fewer readers than its event", "share it as its event, or take it off")
    return opened


def _marks(raw: Mapping[str, object], event: _Event, above: tuple[str, ...], missing: str) -> tuple[str, ...]:
    """The markings of all that something stands in, and its own: rule 2."""
    found: list[Mapping[str, object] | str] = []
    readers = sharing(raw, event.bindings, missing=missing).readers
    if readers is not None:
        found.append(shared(event.party, readers))
    for mark in marks(tags(raw), event.bindings):
        found.append(mark if isinstance(mark, str) else {**mark, "originators": [event.party]})
    return tuple(dict.fromkeys([*above, *(_defined(mark, event) for mark in found)]))


def _defined(mark: Mapping[str, object] | str, event: _Event) -> str:
    if isinstance(mark, str):
        return mark
    stated = definition(mark)
    event.definitions[str(stated["id"])] = stated
    return str(stated["id"])


# Elements


def _inside(element: Element, given: str, event: _Event) -> None:
    """Every element inside one; references wait for what they refer to."""
    for key, listed in parts.split(element.kind, element.raw).inside.items():
        event.order[f"{given} {key}"] = []
        for number, one in enumerate(listed):
            where = f"{element.where}: {key}.[{number}]"
            if not isinstance(one, Mapping):
                event.rows.fault(where, key, "is no object", "write it as a JSON object")
                continue
            inner = Element(key, one, where, element.marks, given)
            if key == parts.REFERENCE:
                event.references.append(inner)
            else:
                _taken(inner, event, _element)


def _taken(element: Element, event: _Event, take: Callable[[Element, _Event], None]) -> None:
    try:
        take(element, event)
    except ComityError as error:
        event.rows.faults.append(_placed(error, element.where))


def _element(element: Element, event: _Event) -> None:
    marked = element.marks
    if element.kind in parts.SHARED:
        marked = _marks(element.raw, event, element.marks, INHERITED)
    raw = _readable(element.raw, event, element.where)
    stated = Element(element.kind, raw, element.where, marked, element.inside_of)
    _add(stated, event, made(stated, time_of(raw, event.time)))


def _add(element: Element, event: _Event, found: Made) -> None:
    """Take an element's object, and what stands inside the element."""
    if found.id in event.objects:
        raise Malformed(f"{found.id} stands there twice", field="uuid", next_step="give each a UUID of its own")
    for path in parts.shared_by_itself(parts.split(element.kind, element.raw).open):
        if not path.startswith("Galaxy"):
            raise Malformed("has a distribution of its own, and no place", field=path, next_step="take it out")
    for one in found.beside:
        event.objects[str(one["id"])] = {**one, "object_marking_refs": list(element.marks)}
    event.objects[found.id] = _stated(element, event, found)
    if own := uuid_of(element.raw):
        event.by_uuid.setdefault(own, found.id)
    if element.inside_of:
        event.order[f"{element.inside_of} {element.kind}"].append(found.id)
    _clusters(element, event, found.id)
    _inside(element, found.id, event)
    if element.kind == parts.OBJECT and (members := event.order.get(f"{found.id} {parts.ATTRIBUTE}")):
        event.objects[found.id]["object_refs"] = list(members)


def _stated(element: Element, event: _Event, found: Made) -> Stix:
    """An object with what every object has, and with what MISP says of it: rule 3."""
    taken, time = parts.split(element.kind, element.raw), time_of(element.raw, event.time)
    if taken.apart:
        event.apart[found.id] = taken.apart
    stated: Stix = {
        "type": found.id.partition("--")[0],
        "spec_version": "2.1",
        "id": found.id,
        "created_by_ref": _author(element, event),
        "created": min(event.created, time),
        "modified": time,
        **found.properties,
    }
    if element.raw.get("deleted") in (True, 1, "1"):
        stated["revoked"] = True
    if names := tags({"Tag": taken.open.get("Tag")}):
        stated["labels"] = list(dict.fromkeys(names))
    stated["object_marking_refs"] = list(element.marks)
    held = {"in_ref": element.inside_of} if element.inside_of else {}
    words = {"extension_type": "property-extension", "kind": element.kind, **held, "raw": taken.open}
    stated["extensions"] = {FROM: words}
    return stated


def _author(element: Element, event: _Event) -> str:
    """Who made an element: of a proposal its proposer, of the rest the event's creator."""
    other = element.raw.get("Org") if element.kind == parts.PROPOSAL else None
    return _organisation(other, event, element.marks) if uuid_of(other) else event.creator


def _organisation(raw: object, event: _Event, marked: tuple[str, ...]) -> str:
    """An organisation as an identity, in the version of this event."""
    given = raw if isinstance(raw, Mapping) else {}
    found = f"identity--{uuid_at(given)}"
    made: Stix = {"type": "identity", "spec_version": "2.1", "id": found,
                  "name": str(given.get("name") or given["uuid"]), "identity_class": "organization"}  # fmt: skip
    event.organisations.setdefault(found, _of_many(made, marked, event))
    return found


def _of_many(made: Stix, marked: tuple[str, ...], event: _Event) -> Stix:
    """What many events tell of, in the version of this event.

    MISP counts seconds; the rest of the instant is made of what is said, so that two events of one second, shared with
    different parties, do not say different things of one version.
    """
    said = {**made, "created": EPOCH, "object_marking_refs": list(marked)}
    part = int.from_bytes(sha256(jcs(said).encode()).digest()[:8], "big") % 1_000_000
    return {**said, "modified": f"{event.time.partition('.')[0]}.{part:06}Z"}


def _clusters(element: Element, event: _Event, bearer: str) -> None:
    for number, one in enumerate(clusters(element.raw)):
        given = str(one["id"])
        event.objects.setdefault(given, _of_many({**one, **_derived("object", number, bearer)}, element.marks, event))
        if element.kind != parts.EVENT:
            indicates = bearer.startswith("indicator--") and one["type"] in INDICATED
            word = "indicates" if indicates else "related-to"
            _link(event, word, (bearer, given), element.marks, _derived("link", number, bearer))


def _link(event: _Event, word: str, ends: tuple[str, str], marked: tuple[str, ...], kept: Stix) -> None:
    found = f"relationship--{uuid5(OURS, jcs([word, *ends]))}"
    event.links[found] = {
        "type": "relationship",
        "spec_version": "2.1",
        "id": found,
        "created_by_ref": event.creator,
        "created": event.created,
        "modified": event.time,
        "relationship_type": word,
        "source_ref": ends[0],
        "target_ref": ends[1],
        "object_marking_refs": list(marked),
        **kept,
    }


def _derived(what: str, number: int, bearer: str) -> Stix:
    """What tells an object that was made of a cluster: MISP's own words of it stay with what bears the cluster."""
    raw = {"made": what, "number": number}
    kept = {"extension_type": "property-extension", "kind": CLUSTER, "in_ref": bearer, "raw": raw}
    return {"extensions": {FROM: kept}}


def _refer(element: Element, event: _Event) -> None:
    """One reference between objects: rules 1 and 2."""
    word, own = element.text("relationship_type"), uuid_at(element.raw)
    target = event.by_uuid.get(str(uuid_of({"uuid": element.raw.get("referenced_uuid")})))
    if target is None:
        told: Stix = {"content": f"{word} {element.text('referenced_uuid')}", "object_refs": [element.inside_of]}
        _add(element, event, Made(f"note--{own}", told))
        return
    marked = tuple(dict.fromkeys([*element.marks, *_listed(event.objects[target].get("object_marking_refs"))]))
    both = Element(element.kind, element.raw, element.where, marked, element.inside_of)
    stated = _stated(both, event, Made(f"relationship--{own}", {}))
    plain = re.sub(r"[^a-z0-9]+", "-", word.casefold()).strip("-") or "related-to"
    ends = {"relationship_type": plain, "source_ref": element.inside_of, "target_ref": target}
    if str(stated["id"]) in event.links:
        raise Malformed(f"{stated['id']} stands there twice", field="uuid", next_step="give each a UUID of its own")
    event.links[str(stated["id"])] = stated | ends
    event.order[f"{element.inside_of} {element.kind}"].append(str(stated["id"]))


def _listed(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else []


def _apart(event: _Event) -> list[Stix]:
    """What is for the originator alone, with the marking that says so: rule 3."""
    only = definition(shared(event.party, ()))
    note: Stix = {
        "type": "note",
        "spec_version": "2.1",
        "id": f"note--{uuid5(OURS, f'{event.id} {APART}')}",
        "created_by_ref": event.creator,
        "created": event.created,
        "modified": event.time,
        "abstract": "For the originator alone",
        "content": "What MISP keeps for its own instance: numbers, order, members, correlations.",
        "object_refs": [event.id],
        "object_marking_refs": [only["id"]],
        "extensions": {
            FROM: {
                "extension_type": "property-extension",
                "kind": APART,
                "in_ref": event.id,
                "raw": event.apart,
                "order": event.order,
            }
        },
    }
    return [note] if only["id"] in event.definitions else [only, note]
