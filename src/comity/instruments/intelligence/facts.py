"""The facts of intelligence: what a portion, a cover, a collection and a filing say, field by field.

| kind | body |
|---|---|
| `intelligence` | `thing` (the STIX id), `version` (its `modified`, or ""), `type`, `stix` (JSON text of these properties), `marking` (as plain data), where it holds `part`, `collections`, `grade` |
| `intelligence-cover` | `thing`, `version`, `type`, `parts` (addresses), `stix` (properties as they stand in the whole object) |
| `intelligence-collection` | `name`, `title`, `description`, `media_types` |
| `intelligence-filed` | `collection`, `thing` |
"""  # noqa: E501  # a table

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias, cast

import msgspec

from comity.errors import Corrupt
from comity.values.canonical import Plain

PORTION, COVER = "intelligence", "intelligence-cover"
COLLECTION, FILED = "intelligence-collection", "intelligence-filed"
KINDS = (PORTION, COVER, FILED)
"""The kinds that the shelf follows."""
Properties: TypeAlias = "dict[str, object]"
Body: TypeAlias = "Mapping[str, Plain]"

_decode = msgspec.json.Decoder(dict[str, object]).decode
_encode = msgspec.json.Encoder().encode


def portion(
    thing: str,
    version: str,
    kind: str,
    text: str,
    marking: Mapping[str, Plain],
    *,
    part: bool = False,
    collections: Sequence[str] = (),
) -> dict[str, Plain]:
    """The body of a portion.

    Args:
        thing: the STIX id of the object.
        version: its version, the text of `modified`.
        kind: its type.
        text: these properties as JSON text.
        marking: what they are marked with.
        part: they are not the whole of the object.
        collections: the collections in which the object is.
    """
    body: dict[str, Plain] = {"thing": thing, "version": version, "type": kind, "stix": text, "marking": dict(marking)}
    if part:
        body["part"] = True
    if collections:
        body["collections"] = list(collections)
    return body


def cover(thing: str, version: str, kind: str, parts: Sequence[str], whole: Mapping[str, object]) -> dict[str, Plain]:
    """The body of a cover: the addresses of the parts, and the properties that read otherwise in the whole object."""
    return {
        "thing": thing,
        "version": version,
        "type": kind,
        "parts": list(parts),
        "stix": _encode(whole).decode(),
    }


def properties(body: Body) -> Properties:
    """The properties that a portion or a cover states.

    Raises:
        Corrupt: what is kept is no object of properties.
    """
    try:
        return _decode(cast("str", body["stix"]))
    except (msgspec.MsgspecError, TypeError, KeyError) as error:
        raise Corrupt(
            f"a portion of {body.get('thing')} cannot be read: {error}", next_step="tell its originator"
        ) from error
