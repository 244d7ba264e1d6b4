"""What MISP shows of STIX 2.1 objects that never were MISP's: an element for each, as its users know them.

Rules:
1. A report is the event. An observable, an indicator and a vulnerability with a CVE are attributes; attack patterns,
   malware, actors, tools and their like clusters; a note is an event report; a sighting of an attribute is one.
   Whatever else there is (identities, locations, types of one's own) is an object with its words as attributes, and
   references to what it refers to; so is what an attribute or a cluster cannot hold (`comity.formats.misp_words`).
2. Whom each element is for: `comity.formats.misp_distributions`. What has no distribution of its own (a cluster, a
   sighting, a reference) is written so only where it is marked as what bears it.
3. Elements follow from the objects alone, whatever their order, so that they can be worked out and compared again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import uuid5

from comity.formats import misp_parts as parts
from comity.formats.misp_distributions import NO_ELEMENT, Event, marks
from comity.formats.misp_sharing import INHERITED
from comity.formats.misp_words import attribute, category, epoch, galaxy, references, texts, uuid_of, words
from comity.formats.sco_ids import OURS
from comity.formats.stix_rows import Stix

CLUSTERS = {
    "attack-pattern", "campaign", "course-of-action", "intrusion-set", "malware", "threat-actor", "tool",
}  # fmt: skip
_ORDER = {"indicator": 0}
_REFERRED = {parts.ATTRIBUTE, parts.OBJECT}


@dataclass(frozen=True, slots=True)
class Piece:
    """One element that stands by itself: its key in the event, itself, and the objects that it shows."""

    key: str
    raw: dict[str, object]
    shows: list[Stix]


def written(event: Event) -> tuple[dict[str, object], list[Piece]]:
    """An event without what stands in it, and what stands in it: rules 1 to 3."""
    report = event.report
    raw = {
        "uuid": uuid_of(report),
        "timestamp": epoch(report.get("modified")),
        "info": report.get("name"),
        "date": str(report.get("published"))[:10],
        "publish_timestamp": epoch(report.get("published")),
        "Orgc": dict(event.organisation),
        **event.sharing(report, top=True),
        **_tagged([*event.tags(report, top=True), *texts(report, "labels")]),
    }
    return raw, _Pieces(event).made


def _tagged(names: Sequence[str]) -> dict[str, object]:
    return {"Tag": [{"name": name} for name in dict.fromkeys(names)]} if names else {}


class _Pieces:
    """The elements of an event while they are made."""

    def __init__(self, event: Event) -> None:
        self._event = event
        self.made: list[Piece] = []
        self._of: dict[str, Piece] = {}
        self._taken: set[tuple[object, object]] = set()
        every = sorted(event.members, key=lambda one: (_ORDER.get(str(one["type"]), 1), str(one["id"])))
        objects = [one for one in every if one["type"] not in NO_ELEMENT and not self._is_creator(one)]
        later = list[Stix]()
        for one in objects:
            if (element := self._alone(one)) is None:
                later.append(one)
            else:
                self._add(one, *element)
        for one in later:
            if not self._borne(one):
                self._add(one, parts.OBJECT, self._object(one))
        for piece in self.made:
            if piece.key == parts.OBJECT:
                self._refer(piece)

    def _is_creator(self, one: Stix) -> bool:
        return str(one["id"]) == f"identity--{self._event.organisation.get('uuid')}"

    def _add(self, one: Stix, key: str, raw: dict[str, object]) -> None:
        piece = Piece(key, raw, [one])
        self.made.append(piece)
        self._of[str(one["id"])] = piece

    def _alone(self, one: Stix) -> tuple[str, dict[str, object]] | None:
        """The key and the element that say an object without any other; None where others bear it: rule 1."""
        kind = str(one["type"])
        if kind in CLUSTERS and set(marks(one)) == set(marks(self._event.report)) and one.get("name"):
            return "Galaxy", galaxy(one)
        if kind == "note":
            name, content = one.get("abstract") or "Note", one.get("content")
            return parts.REPORT, {**self._common(one), "name": name, "content": content}
        shown = attribute(one)
        if shown is not None and (shown["type"], shown["value"]) not in self._taken:
            self._taken.add((shown["type"], shown["value"]))
            return parts.ATTRIBUTE, {**self._common(one), **shown}
        if kind not in {"sighting", "relationship"}:
            return parts.OBJECT, self._object(one)
        return None

    def _borne(self, one: Stix) -> bool:
        """Whether a sighting or a relationship became part of what it is about: rules 1 and 2."""
        bearer = self._of.get(str(one.get("sighting_of_ref" if one["type"] == "sighting" else "source_ref")))
        if bearer is None or set(marks(bearer.shows[0])) != set(marks(one)):
            return False
        if one["type"] == "sighting" and bearer.key == parts.ATTRIBUTE:
            at = one.get("last_seen") or one.get("first_seen") or one.get("modified")
            self._nest(bearer, one, parts.SIGHTING, {"uuid": uuid_of(one), "type": "0", "date_sighting": epoch(at)})
            return True
        target = self._of.get(str(one.get("target_ref")))
        if one["type"] == "relationship" and bearer.key == parts.OBJECT and target and target.key in _REFERRED:
            raw = {"uuid": uuid_of(one), **_reference(bearer, target, str(one.get("relationship_type")))}
            self._nest(bearer, one, parts.REFERENCE, raw | {"comment": one.get("description", "")})
            return True
        return False

    def _nest(self, bearer: Piece, one: Stix, key: str, raw: dict[str, object]) -> None:
        bearer.shows.append(one)
        listed = bearer.raw.setdefault(key, [])
        if isinstance(listed, list):
            listed.append(raw)

    def _refer(self, piece: Piece) -> None:
        """The references of an object to what stands in the event: rule 1."""
        one = piece.shows[0]
        for name, target in references(one):
            found = self._of.get(target)
            if found is not None and found is not piece and found.key in _REFERRED:
                own = str(uuid5(OURS, f"{one['id']} {name} {target}"))
                listed = piece.raw.setdefault(parts.REFERENCE, [])
                if isinstance(listed, list):
                    listed.append({"uuid": own, **_reference(piece, found, name), "comment": ""})

    def _common(self, one: Stix) -> dict[str, object]:
        """What every element has that may be for others than its event."""
        raw: dict[str, object] = {"uuid": uuid_of(one), "timestamp": self._time(one), **self._event.sharing(one)}
        raw |= _tagged([*self._event.tags(one), *texts(one, "labels")])
        return raw | ({"deleted": True} if one.get("revoked") is True else {})

    def _time(self, one: Stix) -> str:
        return epoch(one.get("modified", self._event.report.get("modified")))

    def _object(self, one: Stix) -> dict[str, object]:
        """An object with its words as attributes; those bear the tags, for an object of MISP's cannot."""
        common = self._common(one)
        tags = common.pop("Tag", None)
        said = [("stix-id", "text", str(one["id"])), *words(one)]
        listed = [
            {
                "uuid": str(uuid5(OURS, f"{one['id']} {relation} {number}")),
                "timestamp": common["timestamp"],
                "distribution": INHERITED,
                "object_relation": relation, "type": kind, "category": category(kind),
                "value": value, "to_ids": False, "disable_correlation": kind == "text", "comment": "",
                **({} if tags is None else {"Tag": tags}),
            }
            for number, (relation, kind, value) in enumerate(said)
        ]  # fmt: skip
        named = {"name": str(one["type"]), "meta-category": "misc", "comment": ""}
        return {**common, **named, parts.ATTRIBUTE: listed}


def _reference(bearer: Piece, target: Piece, word: str) -> dict[str, object]:
    return {
        "object_uuid": bearer.raw["uuid"], "referenced_uuid": target.raw["uuid"],
        "referenced_type": "1" if target.key == parts.OBJECT else "0", "relationship_type": word,
        "timestamp": bearer.raw["timestamp"],
    }  # fmt: skip
