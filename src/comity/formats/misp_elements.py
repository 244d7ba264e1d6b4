"""What STIX has for each element of a MISP event: its id, its own properties, and observables beside it.

Rules:
1. Attributes: `comity.formats.misp_attributes`. An object is a grouping of its attributes. Event reports and notes are
   notes; an opinion of 0 to 100 is one of five. A sighting is one; a false positive is an opinion, an expiry a note.
2. A proposal is its proposer's note on what it would change.
3. An element without a UUID has an id made from what it says and where it stands; attributes, objects, event reports
   and events must have one, because others refer to them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid5

from comity.errors import Malformed
from comity.formats import misp_parts as parts
from comity.formats.misp_attributes import RULES, Seen, ids, seen
from comity.formats.sco_ids import OURS, jcs
from comity.formats.stix_rows import Stix

CVE = re.compile(r"CVE-\d{4}-\d{4,}", re.IGNORECASE)
_OPINIONS = ("strongly-disagree", "disagree", "neutral", "agree", "strongly-agree")
_SIGHTED, _FALSE, _EXPIRED = "0", "1", "2"


@dataclass(frozen=True, slots=True)
class Element:
    """One element of an event: what it is, where it stands, whose markings it bears, the object it stands in."""

    kind: str
    raw: Mapping[str, object]
    where: str
    marks: tuple[str, ...]
    inside_of: str = ""

    def text(self, field: str) -> str:
        """A text that it has to have.

        Raises:
            Malformed: it is missing, empty or no text.
        """
        found = self.raw.get(field)
        if not isinstance(found, str) or not found:
            raise Malformed("is missing or no text", field=field, next_step="write it as a text")
        return found


@dataclass(frozen=True, slots=True)
class Made:
    """An object's id, its own properties, and the observables that it refers to."""

    id: str
    properties: Stix
    beside: tuple[Stix, ...] = ()


def made(element: Element, time: str) -> Made:
    """What STIX has for an element other than the event and the references between objects.

    Args:
        element: the element.
        time: when it was last changed.

    Raises:
        Malformed: it lacks something, or says what its field cannot hold.
    """
    return _MAKERS[element.kind](element, time)


def uuid_at(raw: Mapping[str, object], field: str = "uuid") -> str:
    """A UUID, in lower case.

    Raises:
        Malformed: it is missing, or none.
    """
    found = raw.get(field)
    try:
        return str(UUID(str(found))) if isinstance(found, str) and len(found) == 36 else str(UUID(""))
    except ValueError as error:
        raise Malformed(f"{found!r} is no UUID", field=field, next_step="export it with its UUID") from error


def time_of(raw: Mapping[str, object], otherwise: str | None = None) -> str:
    """When an element was last changed, in UTC.

    Raises:
        Malformed: it tells no time, or none that can be.
    """
    for field in ("timestamp", "date_sighting"):
        if raw.get(field) not in (None, ""):
            return seconds(raw[field], field)
    told = raw.get("modified") or raw.get("created")
    if isinstance(told, str):
        return instant(told, "modified")
    if otherwise is None:
        raise Malformed("is missing", field="timestamp", next_step="export it with its timestamp")
    return otherwise


def seconds(value: object, field: str) -> str:
    """Seconds since 1970 as an instant of STIX.

    Raises:
        Malformed: it is no such number.
    """
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    if not re.fullmatch(r"\d{1,11}", text):
        raise Malformed(f"{value!r} is no timestamp", field=field, next_step="write the seconds since 1970")
    return _shown(datetime.fromtimestamp(int(text), UTC))


def instant(value: object, field: str) -> str:
    """An instant as MISP writes it, as one of STIX; without a zone it is UTC.

    Raises:
        Malformed: it is none.
    """
    try:
        found = datetime.fromisoformat(str(value).replace("Z", "+00:00"))
    except ValueError as error:
        raise Malformed(f"{value!r} is no instant", field=field, next_step="write it as ISO 8601 in UTC") from error
    return _shown(found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC))


def _shown(found: datetime) -> str:
    digits = 6 if found.microsecond % 1000 else 3
    return f"{found:%Y-%m-%dT%H:%M:%S}.{found.microsecond:06d}"[: 20 + digits] + "Z"


def _derived(element: Element, kind: str) -> str:
    """Rule 3."""
    opened = parts.split(element.kind, element.raw).open
    return f"{kind}--{uuid5(OURS, jcs([element.kind, element.inside_of, opened]))}"


def _attribute(element: Element, time: str) -> Made:
    kind, value, own = element.text("type"), element.text("value"), uuid_at(element.raw)
    found, wanted = seen(kind, value), element.raw.get("to_ids") is True
    first, last = (_when(element, field) for field in ("first_seen", "last_seen"))
    if wanted and (kind in RULES or found):
        pattern = value if kind in RULES else (found.pattern if found else "")
        properties = {"pattern": pattern, "pattern_type": RULES.get(kind, "stix"), "valid_from": first or time}
        if last and last > str(properties["valid_from"]):
            properties["valid_until"] = last
        return Made(f"indicator--{own}", properties | _described(element))
    if kind == "vulnerability" and CVE.fullmatch(value):
        reference = {"source_name": "cve", "external_id": value.upper()}
        return Made(f"vulnerability--{own}", {"name": value, "external_references": [reference]} | _described(element))
    return _observed(own, found, (first or time, last or first or time)) if found else _told(element, own)


def _when(element: Element, field: str) -> str | None:
    value = element.raw.get(field)
    return instant(value, field) if value else None


def _described(element: Element) -> Stix:
    comment = element.raw.get("comment")
    return {"description": comment} if isinstance(comment, str) and comment else {}


def _observed(own: str, found: Seen, times: tuple[str, str]) -> Made:
    beside = ids(found, own)
    properties = {
        "first_observed": min(times),
        "last_observed": max(times),
        "number_observed": 1,
        "object_refs": [one["id"] for one in beside],
    }
    return Made(f"observed-data--{own}", properties, tuple(beside))


def _told(element: Element, own: str) -> Made:
    told = f"{element.raw.get('category', 'Other')}: {element.raw['type']}"
    return Made(f"note--{own}", _note(element, told, element.text("value")))


def _note(element: Element, abstract: str, content: str) -> Stix:
    return {"abstract": abstract, "content": content, "object_refs": [element.inside_of]}


def _object(element: Element, time: str) -> Made:
    properties = {"name": element.text("name"), "context": "unspecified", "object_refs": [element.inside_of]}
    return Made(f"grouping--{uuid_at(element.raw)}", properties | _described(element))


def _report(element: Element, time: str) -> Made:
    content = element.raw.get("content")
    told = content if isinstance(content, str) and content else element.text("name")
    return Made(f"note--{uuid_at(element.raw)}", _note(element, element.text("name"), told))


def _proposal(element: Element, time: str) -> Made:
    deletes = element.raw.get("proposal_to_delete") is True
    told = "Proposal to delete" if deletes else f"Proposal: {element.text('type')}"
    content = str(element.raw.get("value") or element.raw.get("type") or told)
    return Made(_derived(element, "note"), _note(element, told, content))


def _sighting(element: Element, time: str) -> Made:
    kind = str(element.raw.get("type", _SIGHTED))
    if kind == _SIGHTED:
        properties: Stix = {"sighting_of_ref": element.inside_of, "first_seen": time, "last_seen": time, "count": 1}
        return Made(_derived(element, "sighting"), properties)
    if kind == _FALSE:
        return Made(_derived(element, "opinion"), {"opinion": _OPINIONS[0], "object_refs": [element.inside_of]})
    if kind == _EXPIRED:
        return Made(_derived(element, "note"), _note(element, "Expiry", time))
    raise Malformed(f"{kind!r} is no type of sighting", field="type", next_step="write 0, 1 or 2")


def _analyst_note(element: Element, time: str) -> Made:
    properties = {"content": element.text("note"), "object_refs": [element.inside_of], **_authors(element)}
    return Made(f"note--{uuid_at(element.raw)}", properties)


def _opinion(element: Element, time: str) -> Made:
    told = element.raw.get("opinion")
    text = str(told) if isinstance(told, int | str) and not isinstance(told, bool) else ""
    if not re.fullmatch(r"\d{1,3}", text) or int(text) > 100:
        raise Malformed(f"{told!r} is no opinion", field="opinion", next_step="write 0 to 100")
    properties: Stix = {"opinion": _OPINIONS[min(int(text) // 20, 4)], "object_refs": [element.inside_of]}
    if isinstance(comment := element.raw.get("comment"), str) and comment:
        properties["explanation"] = comment
    return Made(f"opinion--{uuid_at(element.raw)}", properties | _authors(element))


def _authors(element: Element) -> Stix:
    authors = element.raw.get("authors")
    return {"authors": [authors]} if isinstance(authors, str) and authors else {}


_MAKERS: Mapping[str, Callable[[Element, str], Made]] = {
    parts.ATTRIBUTE: _attribute,
    parts.OBJECT: _object,
    parts.REPORT: _report,
    parts.PROPOSAL: _proposal,
    parts.SIGHTING: _sighting,
    parts.NOTE: _analyst_note,
    parts.OPINION: _opinion,
}
