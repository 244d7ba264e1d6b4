"""STIX 2.1 objects carried whole through MISP, beside the elements that show them.

Rules:
1. Beside its elements an event holds each object that they show, as the text it is, in an object of MISP's own for each
   set of markings, which is for the same readers; a definition that is carried goes with what bears it. So nothing is
   lost: neither an id nor a confidence nor the spelling of an instant.
2. When an event is read, every element is worked out again from what is carried, and compared with what stands there.
   What is the same is the object that was carried. What somebody changed, took out or added in MISP is read as MISP
   says it; what is carried of that counts no more.
3. What MISP adds by itself (numbers of the instance, counts, colours of tags, empty fields) is no change.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import uuid5

from comity.errors import Malformed
from comity.formats import misp_native as native
from comity.formats import misp_parts as parts
from comity.formats.misp_distributions import Event, marks
from comity.formats.misp_elements import instant
from comity.formats.misp_sharing import INHERITED, Bindings, uuid_of
from comity.formats.misp_words import epoch
from comity.formats.sco_ids import OURS, jcs
from comity.formats.stix_rows import Stix, document

_PART = re.compile(r"(\S{1,300}) ([1-9]\d{0,5})/([1-9]\d{0,5})", re.ASCII)
TEMPLATE = "6f3a4f0e-0a0e-5d5c-8f0b-9b1d2f6b7c11"
"""The template of the objects that carry."""
NAME, RELATION = "stix-2.1-carried", "stix"
HOLDS = 10_000
"""So many letters are carried in one attribute: MISP's hold 65,535 bytes, and an escaped letter has six."""
GALAXY = "Galaxy"


def write(event: Event) -> tuple[dict[str, object], list[str]]:
    """An event with its elements and what it carries; and what MISP would show to more than may read it: rule 1."""
    raw, pieces = native.written(event)
    for piece in pieces:
        listed = raw.setdefault(piece.key, [])
        if isinstance(listed, list):
            _into(listed, piece)
    raw[parts.OBJECT] = [*_list(raw.get(parts.OBJECT)), *_carriers(event)]
    return raw, list(event.objections())


def _texts(one: Stix) -> list[str]:
    """An object as text, in as many attributes as it takes: rule 1; none begins or ends with what MISP would trim."""
    text = json.dumps(one, ensure_ascii=False, separators=(",", ":"))
    return [_untrimmed(text[start : start + HOLDS]) for start in range(0, len(text), HOLDS)]


def _untrimmed(text: str) -> str:
    """A part of a JSON text whose blanks at the ends are escaped; all blanks of such a text stand inside its texts."""
    core = text.strip()
    before, _, after = text.partition(core) if core else (text, "", "")
    return "".join([*map(_escaped, before), core, *map(_escaped, after)])


def _escaped(letter: str) -> str:
    return f"\\u{ord(letter):04x}"


def _into(listed: list[object], piece: native.Piece) -> None:
    """Take an element into its list; clusters of one galaxy stand together."""
    if piece.key == GALAXY:
        for galaxy in _mappings(listed):
            if galaxy.get("type") == piece.raw["type"]:
                _list(galaxy["GalaxyCluster"]).extend(_list(piece.raw["GalaxyCluster"]))
                return
    listed.append(piece.raw)


def _carriers(event: Event) -> Iterator[dict[str, object]]:
    by_marks: dict[tuple[str, ...], list[Stix]] = {}
    for one in event.carried:
        by_marks.setdefault(tuple(sorted(marks(event.bearing(one)))), []).append(one)
    for marked, listed in by_marks.items():
        first = listed[0]
        time = epoch(event.report.get("modified"))
        tags = event.tags(first)
        yield {
            "uuid": str(uuid5(OURS, jcs([event.report["id"], NAME, list(marked)]))),
            "name": NAME, "template_uuid": TEMPLATE, "template_version": "1", "meta-category": "misc",
            "comment": "STIX 2.1 objects, whole; the other elements show them", "timestamp": time,
            **event.sharing(first),
            parts.ATTRIBUTE: [
                {
                    "uuid": str(uuid5(OURS, jcs([event.report["id"], NAME, one["id"], number]))), "timestamp": time,
                    "distribution": INHERITED, "object_relation": RELATION, "type": "text", "category": "Other",
                    "value": text, "to_ids": False, "disable_correlation": True,
                    "comment": f"{one['id']} {number}/{len(texts)}",
                    **({"Tag": [{"name": name} for name in tags]} if tags else {}),
                }
                for one in listed
                for texts in [_texts(one)]
                for number, text in enumerate(texts, start=1)
            ],
        }  # fmt: skip


# Read again


@dataclass(frozen=True, slots=True)
class Restored:
    """What an event carried and still says: the objects, markings that they need, the rest of the event.

    `whole` is whether there is no rest, so that the report is as it was; else it is not among the objects.
    """

    objects: list[Stix]
    definitions: list[Stix]
    rest: dict[str, object]
    whole: bool


def restored(given: Mapping[str, object], bindings: Bindings) -> Restored | None:
    """What of an event is what it carries: rule 2; None where it carries nothing that can be compared.

    Raises:
        Malformed: what is carried cannot be read.
    """
    carriers = [one for one in _mappings(given.get(parts.OBJECT)) if _is_carrier(one)]
    organisation = given.get("Orgc")
    if not carriers or not isinstance(organisation, Mapping) or uuid_of(organisation) not in bindings.organisations:
        return None
    every = _read([one for carrier in carriers for one in _mappings(carrier.get(parts.ATTRIBUTE))])
    report = every.pop(f"report--{uuid_of(given)}", None)
    if report is None:
        return None
    creator = {"name": organisation.get("name"), "uuid": uuid_of(organisation)}
    event = Event(report, list(every.values()), creator, bindings)
    if any(event.objections()):
        return None
    return _compared(given, event, *native.written(event))


def _is_carrier(one: Mapping[str, object]) -> bool:
    return one.get("name") == NAME and one.get("template_uuid") == TEMPLATE


def _read(attributes: Sequence[Mapping[str, object]]) -> dict[str, Stix]:
    """The objects that are carried, by id."""
    texts: dict[tuple[str, int], dict[int, str]] = {}
    for one in attributes:
        told = _PART.fullmatch(str(one.get("comment")))
        if told is not None:
            texts.setdefault((told[1], int(told[3])), {})[int(told[2])] = str(one.get("value"))
    return dict(_object(name, count, numbered) for (name, count), numbered in texts.items())


def _object(name: str, count: int, numbered: Mapping[int, str]) -> tuple[str, Stix]:
    """An object from its parts."""
    place, step = f"{NAME} {name}", "export the event again from where it was written"
    if set(numbered) != set(range(1, count + 1)):
        raise Malformed("a part of what is carried is missing", where=place, field="value", next_step=step)
    text = "".join(numbered[number] for number in sorted(numbered))
    found = document(text.encode("utf-8", "surrogatepass"), place)
    if not isinstance(found, dict) or found.get("id") != name or not isinstance(found.get("type"), str):
        raise Malformed("carries no object of STIX", where=place, field="value", next_step=step)
    return name, found


def _compared(
    given: Mapping[str, object], event: Event, wanted: Mapping[str, object], pieces: Sequence[native.Piece]
) -> Restored:
    rest = {**given, parts.OBJECT: [one for one in _mappings(given.get(parts.OBJECT)) if not _is_carrier(one)]}
    same = [piece for piece in pieces if _taken(piece, rest)]
    objects = {str(one["id"]): one for piece in same for one in piece.shows}
    left = any(_list(rest.get(key)) for key in parts.INSIDE[parts.EVENT]) or bool(_clusters(rest))
    inside = {*parts.INSIDE[parts.EVENT], GALAXY}
    alike = says({key: value for key, value in given.items() if key not in inside}, wanted)
    whole = alike and not left and len(same) == len(pieces)
    if whole:
        objects = {str(one["id"]): one for one in event.carried}
    return Restored(list(objects.values()), list(_definitions(event, objects.values())), rest, whole)


def _taken(piece: native.Piece, rest: dict[str, object]) -> bool:
    """Whether an element stands in an event as it was written; it is taken out then."""
    if piece.key == GALAXY:
        return _cluster_taken(piece, rest)
    listed = _mappings(rest.get(piece.key))
    found = next((one for one in listed if uuid_of(one) == piece.raw["uuid"]), None)
    if found is None or not says(found, piece.raw):
        return False
    rest[piece.key] = [one for one in listed if one is not found]
    return True


def _cluster_taken(piece: native.Piece, rest: dict[str, object]) -> bool:
    (wanted,) = _mappings(piece.raw["GalaxyCluster"])
    galaxies, found = list[Mapping[str, object]](), False
    for galaxy in _mappings(rest.get(GALAXY)):
        listed = _mappings(galaxy.get("GalaxyCluster"))
        kept = [one for one in listed if uuid_of(one) != wanted["uuid"] or not _shows(one, wanted)]
        found = found or len(kept) < len(listed)
        galaxies += [{**galaxy, "GalaxyCluster": kept}] if kept else []
    rest[GALAXY] = galaxies
    return found


def _shows(given: Mapping[str, object], wanted: Mapping[str, object]) -> bool:
    """Whether a cluster says what was written of it; an instance adds much to it."""
    names = [_list(one["synonyms"]) if isinstance(one := each.get("meta"), Mapping) and "synonyms" in one else []
             for each in (given, wanted)]  # fmt: skip
    return names[0] == names[1] and all(
        str(given.get(key) or "") == str(wanted[key] or "") for key in ("type", "value", "description")
    ) and str(given.get("distribution", INHERITED)) in {"3", INHERITED}  # fmt: skip


def _clusters(raw: Mapping[str, object]) -> list[Mapping[str, object]]:
    galaxies = _mappings(raw.get(GALAXY))
    return [one for galaxy in galaxies for one in _mappings(galaxy.get("GalaxyCluster"))]


def _definitions(event: Event, objects: Iterable[Stix]) -> Iterator[Stix]:
    """The markings that objects bear and MISP's own words stand for."""
    borne = {name for one in objects for name in marks(one)}
    yield from (found for name, found in event.definitions.items() if name in borne)


# What is the same: rule 3

_BY_ITSELF = {
    "Org", "analysis", "threat_level_id", "published", "locked", "protected", "sighting_timestamp", "template_uuid",
    "template_version", "template_id", "meta-category", "description", "disable_correlation", "Galaxy", "extends_uuid",
    "CryptographicKey", "sharing_group_id", "Organisation", "org_id",
}  # fmt: skip
_NOTHING: tuple[object, ...] = (None, "", "0", 0, False, [], {})


def says(given: Mapping[str, object], wanted: Mapping[str, object]) -> bool:
    """Whether an element says what was written, and nothing more but what MISP adds by itself: rule 3."""
    more = given.keys() - wanted.keys()
    if any(not _by_itself(key, given[key]) for key in more):
        return False
    return all(_same(key, given.get(key), value) for key, value in wanted.items())


def _by_itself(key: str, value: object) -> bool:
    return value in _NOTHING or key in _BY_ITSELF or parts.is_apart(key) or (key == "Tag" and not _tags(value))


def _same(key: str, given: object, wanted: object) -> bool:
    if key == "Tag":
        return _tags(given) == _tags(wanted)
    if key in {"Orgc", "SharingGroup"}:
        return uuid_of(given) == uuid_of(wanted)
    if key in {"first_seen", "last_seen"} and given and wanted:
        return instant(given, key) == instant(wanted, key)
    if isinstance(wanted, list):
        found = {uuid_of(one): one for one in _mappings(given)}
        return len(found) == len(_list(given)) == len(wanted) and all(
            uuid_of(one) in found and says(found[uuid_of(one)], one) for one in _mappings(wanted)
        )
    if isinstance(wanted, bool):
        return str(given).lower() in ({"true", "1"} if wanted else {"false", "0", "none"})
    return str("" if given is None else given) == str("" if wanted is None else wanted)


def _tags(given: object) -> set[str]:
    """The names of tags, without those by which MISP ties clusters."""
    names = {str(one.get("name")) for one in _mappings(given)}
    return {name for name in names if not name.startswith("misp-galaxy:")}


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _mappings(value: object) -> list[Mapping[str, object]]:
    return [one for one in _list(value) if isinstance(one, Mapping)]
