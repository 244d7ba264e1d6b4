"""TAXII 2.1 on paper: media types, resources, error messages, instants (OASIS, TAXII Version 2.1, 10 June 2021).

Rules:
1. Whoever names TAXII takes 2.1 or no version of it (1.6.8); a range such as ``*/*``, or no wish at all, takes it too
   (RFC 9110, 12.5.1). What is sent bears the type itself.
2. An instant is written in UTC with six digits of a second (3.2), a page's first and last in the headers as well (3.4).
3. An error is a resource whose `http_status` is text (3.6.1).
4. A page that found nothing is the empty object: `more` and `next` stand beside objects alone (3.7, 5.8).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from comity.errors import Malformed
from comity.values.instant import Instant

MEDIA = "application/taxii+json;version=2.1"
STIX = "application/stix+json;version="
FIRST, LAST = "X-TAXII-Date-Added-First", "X-TAXII-Date-Added-Last"
_TYPE = "application/taxii+json"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_ID = re.compile(rf"[a-z][a-z0-9-]{{0,249}}--{_UUID.pattern}")
_OPEN = {_TYPE, "application/*", "*/*"}

Resource = Mapping[str, object]


class Listed(NamedTuple):
    """A version of an object as a manifest lists it: when it was added, its id, version and edition of STIX.

    `seq` is its place in the order of `added`.
    """

    added: Instant
    id: str
    version: str
    spec: str
    seq: int = 0


def takes(accept: str) -> bool:
    """Whether somebody takes TAXII 2.1, by his `Accept`: rule 1."""
    return not accept.strip() or any(_taken(*_parts(one)) for one in accept.split(","))


def wanted(accept: str) -> bool:
    """Whether somebody wants TAXII and nothing else."""
    names = {_parts(one)[0] for one in accept.split(",")}
    return names == {_TYPE}


def _taken(name: str, given: Mapping[str, str]) -> bool:
    wanted = _weight(given.get("q", "1")) > 0
    return wanted and name in _OPEN and (name != _TYPE or given.get("version", "2.1") == "2.1")


def _weight(text: str) -> float:
    return float(text) if re.fullmatch(r"[01](?:\.\d{0,3})?", text) else 0.0


def is_taxii(content_type: str) -> bool:
    """Whether what is sent bears the type of TAXII 2.1: rule 1."""
    name, given = _parts(content_type)
    return name == _TYPE and given.get("version", "2.1") == "2.1"


def _parts(media: str) -> tuple[str, dict[str, str]]:
    name, *rest = (part.strip().lower() for part in media.split(";"))
    pairs = (part.partition("=") for part in rest)
    return name, {field.strip(): value.strip().strip('"') for field, _, value in pairs}


def stamp(when: Instant) -> str:
    """An instant as TAXII writes it: rule 2."""
    return (_EPOCH + timedelta(microseconds=when)).strftime("%Y-%m-%dT%H:%M:%S.%fZ").rjust(27, "0")


def written(resource: Resource) -> bytes:
    """A resource as bytes."""
    return json.dumps(resource, ensure_ascii=False, separators=(",", ":")).encode()


def error(status: int, says: str, *, details: Mapping[str, object] | None = None) -> Resource:
    """An error message: rule 3.

    Args:
        status: of HTTP.
        says: what was wrong and what to do next.
        details: more, for programs.
    """
    told = {"title": TITLES.get(status, "Error"), "description": says, "http_status": str(status)}
    return {**told, **({"details": details} if details else {})}


TITLES = {
    400: "ProcessingError", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
    406: "Not Acceptable", 413: "Content Too Large", 415: "Unsupported Media Type", 422: "ProcessingError",
    429: "Too Many Requests", 500: "Internal Server Error", 503: "Service Unavailable",
}  # fmt: skip
"""What an error is called; one that lies in what was asked or sent, as the reference server calls it."""


def dates(page: Sequence[Listed]) -> dict[str, str]:
    """The headers that bound a page: rule 2; none for an empty one."""
    return {FIRST: stamp(page[0].added), LAST: stamp(page[-1].added)} if page else {}


def _paged(name: str, items: Sequence[object], next_: str | None) -> Resource:
    """Rule 4."""
    if not items:
        return {}
    return {"more": next_ is not None, **({"next": next_} if next_ else {}), name: items}


def envelope(objects: Sequence[Resource], next_: str | None = None) -> Resource:
    """Objects of a page: 3.7."""
    return _paged("objects", objects, next_)


def manifest(page: Sequence[Listed], next_: str | None = None) -> Resource:
    """A page's versions, without their objects: 5.3."""
    items = [
        {"id": one.id, "date_added": stamp(one.added), "version": version(one), "media_type": STIX + one.spec}
        for one in page
    ]
    return _paged("objects", items, next_)


def versions(page: Sequence[Listed], next_: str | None = None) -> Resource:
    """The versions of one object: 5.8."""
    return _paged("versions", [version(one) for one in page], next_)


def version(one: Listed) -> str:
    """The version of an object; what has none of its own was born when it was added: 3.4.1."""
    return one.version or stamp(one.added)


def objects_of(body: bytes) -> list[Resource]:
    """The objects of an envelope that is sent: 3.7.

    Raises:
        Malformed: it is no envelope.
    """
    try:
        read = json.loads(body)
    except (ValueError, RecursionError) as error_:
        raise Malformed("this is no JSON", field="envelope", next_step="send an envelope with `objects`") from error_
    found = read.get("objects") if isinstance(read, dict) else None
    if not isinstance(found, list) or not found or not all(isinstance(one, dict) for one in found):
        step = 'send {"objects": [...]} with one object of STIX or more'
        raise Malformed("this is no envelope", field="objects", next_step=step)
    return found


class Became(NamedTuple):
    """What became of an object that was sent: `message` says why, where it failed."""

    id: str
    version: str
    message: str = ""


def status(
    name: str,
    at: Instant,
    successes: Iterable[Became] = (),
    failures: Iterable[Became] = (),
    pendings: Iterable[Became] = (),
) -> Resource:
    """The status of a writing: 4.3.1. It is complete when nothing is pending."""
    told = {"success": [*successes], "failure": [*failures], "pending": [*pendings]}
    counts = {f"{kind}_count": len(every) for kind, every in told.items()}
    plural = {"success": "successes", "failure": "failures", "pending": "pendings"}
    return {
        "id": name,
        "status": "pending" if told["pending"] else "complete",
        "request_timestamp": stamp(at),
        "total_count": sum(counts.values()),
        **counts,
        **{plural[kind]: [_became(one) for one in every] for kind, every in told.items() if every},
    }


def _became(one: Became) -> Resource:
    return {"id": one.id, **({"version": one.version} if one.version else {}), **_said(one.message)}


def _said(message: str) -> Resource:
    return {"message": message} if message else {}


def is_id(text: str) -> bool:
    """Whether a text can be the id of an object."""
    return _ID.fullmatch(text) is not None


def is_uuid(text: str) -> bool:
    """Whether a text can be the id of a collection or of a status."""
    return _UUID.fullmatch(text) is not None


def version_of(body: Resource) -> str:
    """The version that an object bears: when it was modified, else made; empty for what tells neither: 3.4.1."""
    found = body.get("modified", body.get("created", ""))
    return found if isinstance(found, str) else ""


def edition_of(body: Resource) -> str:
    """The edition of STIX an object is written in; what was never made nor modified knows but one: 2.1."""
    told = body.get("spec_version")
    if told is not None:
        return told if isinstance(told, str) else "2.1"  # which then is none
    return "2.0" if "created" in body or "modified" in body else "2.1"
