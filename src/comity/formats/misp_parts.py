"""What a MISP event consists of, and what of it is nobody's business but its own instance's.

Rules:
1. An element (event, attribute, object, ...) is its own properties and the elements inside it, by their keys.
2. What a key of no element holds stays with its element. Where it has a distribution of its own it is refused: nothing
   here would keep it from those who read the element.
3. Apart, for the creator alone, lie: numbers that only one instance knows and counts, which would tell how much is
   withheld; what the instance found elsewhere; the members of a sharing group; who wrote it; tags that are local; and
   the order in which elements stand.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

EVENT, ATTRIBUTE, OBJECT = "Event", "Attribute", "Object"
PROPOSAL, REPORT, REFERENCE, SIGHTING = "ShadowAttribute", "EventReport", "ObjectReference", "Sighting"
NOTE, OPINION = "Note", "Opinion"

INSIDE: dict[str, tuple[str, ...]] = {
    EVENT: (ATTRIBUTE, OBJECT, PROPOSAL, REPORT, NOTE, OPINION),
    ATTRIBUTE: (PROPOSAL, SIGHTING, NOTE, OPINION),
    OBJECT: (ATTRIBUTE, REFERENCE, NOTE, OPINION),
    REPORT: (NOTE, OPINION),
    NOTE: (NOTE, OPINION),
    OPINION: (NOTE, OPINION),
}
"""Which elements stand inside which: rule 1."""

SHARED = {EVENT, ATTRIBUTE, OBJECT, REPORT, NOTE, OPINION}
"""The elements that have a distribution of their own."""

_APART = {
    "id", "event_creator_email", "attribute_count", "SharingGroup", "RelatedEvent", "RelatedAttribute", "Feed",
    "Server", "proposal_email_lock",
}  # fmt: skip
_SUMMARIES = {EVENT, ATTRIBUTE, OBJECT}
_NUMBERED = {"threat_level_id"}


@dataclass(frozen=True, slots=True)
class Split:
    """An element taken apart: what its readers see, what stays with its creator, what stands inside it."""

    open: dict[str, object]
    apart: dict[str, object]
    inside: dict[str, list[object]]


def split(kind: str, raw: Mapping[str, object]) -> Split:
    """An element by rules 1 and 3; `join` puts it together again."""
    inside = {key: value for key in INSIDE.get(kind, ()) if isinstance(value := raw.get(key), list)}
    rest = {key: value for key, value in raw.items() if key not in inside}
    apart = {key: rest.pop(key) for key in tuple(rest) if is_apart(key)}
    group = apart.get("SharingGroup")
    if isinstance(group, Mapping) and "uuid" in group:
        rest["SharingGroup"] = {"uuid": group["uuid"]}
    given = _tags(rest)
    local = [[place, tag] for place, tag in enumerate(given) if isinstance(tag, Mapping) and tag.get("local")]
    if local:
        places = {place for place, _ in local}
        rest["Tag"] = [tag for place, tag in enumerate(given) if place not in places]
        apart["Tag"] = local
    return Split(rest, apart, inside)


def join(opened: Mapping[str, object], apart: Mapping[str, object]) -> dict[str, object]:
    """The properties of an element, from what its readers see and what lies apart."""
    found = {**opened, **{key: value for key, value in apart.items() if key != "Tag"}}
    local = apart.get("Tag")
    if isinstance(local, list):
        tags = _tags(found)
        for place, tag in local:
            tags.insert(place, tag)
        found["Tag"] = tags
    return found


def is_apart(key: str) -> bool:
    """Whether what a key holds lies apart: rule 3."""
    return key in _APART or key in _SUMMARIES or (key.endswith("_id") and key not in _NUMBERED)


def _tags(raw: Mapping[str, object]) -> list[object]:
    found = raw.get("Tag")
    return list(found) if isinstance(found, list) else []


def shared_by_itself(raw: object, path: str = "") -> Iterator[str]:
    """Where, inside what stays with an element, something has a distribution of its own: rule 2."""
    if isinstance(raw, Mapping):
        for key, value in raw.items():
            if key == "distribution" and path and str(value) not in {"3", "5"}:
                yield path
            yield from shared_by_itself(value, f"{path}.{key}" if path else str(key))
    elif isinstance(raw, list):
        for place, value in enumerate(raw):
            yield from shared_by_itself(value, f"{path}.[{place}]")
