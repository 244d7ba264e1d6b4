"""Objects of intelligence as they may leave together: a bundle of STIX, or the events of MISP.

Rules:
1. What leaves is what the audience sees, each object as `Shelf.export` gives it.
2. With an object goes everything it refers to, on and on; with a report also what stands in it, and the links between
   what goes.
3. The same objects make the same bundle: its id comes from them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

import msgspec

from comity.formats import misp_out
from comity.formats.misp_sharing import Bindings
from comity.formats.stix_rows import Stix
from comity.instruments.intelligence.seen import ObjectId
from comity.instruments.intelligence.shelf import Shelf
from comity.values.label import Label, join, normalise

_encode = msgspec.json.Encoder(order="sorted").encode


def bundle(objects: Sequence[Mapping[str, object]]) -> dict[str, object]:
    """Objects as a bundle of STIX: rule 3."""
    digest = sha256(_encode([*objects])).digest()
    return {"type": "bundle", "id": f"bundle--{UUID(bytes=digest[:16], version=4)}", "objects": [*objects]}


@dataclass(frozen=True, slots=True)
class Leaving:
    """What leaves together, and the join of the labels of all of it."""

    objects: tuple[dict[str, object], ...]
    label: Label


def leaving(shelf: Shelf, name: ObjectId, version: str | None = None) -> Leaving:
    """An object as it may leave, and everything it refers to, on and on; itself first: rules 1 and 2.

    Raises:
        Impossible: it is not seen.
    """
    rest = _reached(shelf, name)[1:]
    label = join([shelf.get(name, version).label, *(shelf.get(one).label for one in rest)])
    return Leaving((shelf.export(name, version), *map(shelf.export, rest)), normalise(label))


def _reached(shelf: Shelf, name: ObjectId) -> list[ObjectId]:
    """An object and all it refers to, on and on; itself first."""
    found, waiting = [name], [name]
    known = {name}
    while waiting:
        for one in shelf.references(waiting.pop()):
            if one not in known:
                known.add(one)
                found.append(one)
                waiting.append(one)
    return found


def events(shelf: Shelf, name: ObjectId, bindings: Bindings, by: str | None = None) -> Leaving:
    """A report as MISP's events: rule 2.

    Args:
        shelf: what is seen.
        name: the report.
        bindings: what MISP's words mean here.
        by: the party that writes, as `comity.formats.misp_out.write` takes it.

    Raises:
        Impossible: it is not seen.
        Refused: something of it has no place in MISP.
    """
    near = _reached(shelf, name)
    beside = dict.fromkeys([*near, *(one for thing in near for one in shelf.referring(thing))])
    objects = [shelf.export(one) for one in beside]
    made = misp_out.write(list(of_reports(objects, {shelf.exported_id(name)})), bindings, by=by)
    return Leaving(tuple(made), normalise(join(shelf.get(one).label for one in beside)))


def of_reports(objects: Sequence[Stix], wanted: set[str]) -> Iterator[Stix]:
    """The reports, what they refer to, what stands in them, and links between these: rule 2."""
    by_id = {str(one["id"]): one for one in objects}
    taken: set[str] = set()
    waiting = list(wanted)
    inside: dict[str, list[str]] = {}
    for one in objects:
        inside.setdefault(str(misp_out.kept_words(one).get("in_ref")), []).append(str(one["id"]))
    while waiting:
        name = waiting.pop()
        if name in taken or name not in by_id:
            continue
        taken.add(name)
        waiting += [*misp_out.references(by_id[name]), *inside.get(name, [])]
    return (one for name, one in by_id.items() if name in taken and (one["type"] != "report" or name in wanted))
