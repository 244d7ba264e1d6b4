"""What MISP shows of STIX 2.1 objects that never were MISP's: an element for each, as its users know them.

Rules:
1. A report is the event. An observable, an indicator and a vulnerability with a CVE are attributes; attack patterns,
   malware, actors, tools and their like clusters; a note is an event report; a sighting of an attribute is one.
   Whatever else there is (identities, locations, types of one's own) is an object with its words as attributes, and
   references to what it refers to; so is what an attribute or a cluster cannot hold.
2. Whom an element is for is said by its distribution, for MISP enforces nothing else, and by its tag besides. What is
   marked otherwise than its report, and not with a distribution, is for the creator alone. What has no distribution of
   its own (a cluster, a sighting, a reference) is written so only where it is marked as what bears it.
3. A marking that is neither a distribution nor a tag of a scheme is refused, and so is a marking of a single property:
   MISP's users would read what they may not. What the creating party says of a release of its own
   (`comity.formats.stix_release`) is the distribution to exactly those whom it names, where one is bound to them, and
   else for the creator alone; its definitions are carried, and its statement says no more.
4. Elements follow from the objects alone, whatever their order, so that they can be worked out and compared again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from uuid import uuid5

from comity.errors import Refused
from comity.formats import misp_parts as parts
from comity.formats import stix_release
from comity.formats.misp_attributes import HASHES, RULES, seen
from comity.formats.misp_elements import CVE
from comity.formats.misp_sharing import COMMUNITIES, CREATOR, GROUP, INHERITED, Bindings, definition, shared
from comity.formats.sco_ids import OURS
from comity.formats.stix_rows import Stix
from comity.values.marking import names

CLUSTERS = {
    "attack-pattern", "campaign", "course-of-action", "intrusion-set", "malware", "threat-actor", "tool",
}  # fmt: skip
GALAXY = "stix-2.1-"
"""Begins the type of a galaxy for a type of STIX."""
NO_ELEMENT = {"marking-definition", "report"}
FIRST_TLP = {
    "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9": "tlp:clear",
    "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da": "tlp:green",
    "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82": "tlp:amber",
    "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed": "tlp:red",
}
"""TLP of the first edition, by the ids that STIX 2.1 (7.2.1.4) fixes: MISP has one tag for both editions."""
_OBSERVABLES = {
    "ipv4-addr": ("ip-dst", "value"), "ipv6-addr": ("ip-dst", "value"), "domain-name": ("domain", "value"),
    "url": ("url", "value"), "email-addr": ("email", "value"), "mac-addr": ("mac-address", "value"),
    "mutex": ("mutex", "name"), "file": ("filename", "name"), "windows-registry-key": ("regkey", "key"),
}  # fmt: skip
_BY_START = {
    "[ipv4-addr:value = '": "ip-dst", "[ipv6-addr:value = '": "ip-dst", "[domain-name:value = '": "domain",
    "[url:value = '": "url", "[email-addr:value = '": "email", "[file:hashes.'MD5' = '": "md5",
    "[file:hashes.'SHA-1' = '": "sha1", "[file:hashes.'SHA-256' = '": "sha256", "[file:name = '": "filename",
}  # fmt: skip
_CATEGORIES = {
    "ip-dst": "Network activity", "domain": "Network activity", "url": "Network activity", "AS": "Network activity",
    "mac-address": "Network activity", "mutex": "Artifacts dropped", "regkey": "Artifacts dropped",
    "vulnerability": "External analysis", "snort": "Network activity", "suricata": "Network activity",
}  # fmt: skip
_LOWERED = {"domain", "email", "md5", "sha1", "sha256", "ip-dst", "mac-address"}
_EVERY = {
    "type", "spec_version", "id", "created", "modified", "created_by_ref", "object_marking_refs", "granular_markings",
    "labels", "revoked", "extensions", "external_references", "lang", "defanged",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Piece:
    """One element that stands by itself: its key in the event, itself, and the objects that it shows."""

    key: str
    raw: dict[str, object]
    shows: list[Stix]


@dataclass(frozen=True)
class Event:
    """A report and what goes with it, to be written as an event.

    Args:
        report: the report.
        members: what it refers to, on and on, each once.
        organisation: who creates the event: `name` and `uuid`.
        bindings: what MISP's words mean here.
    """

    report: Stix
    members: Sequence[Stix]
    organisation: Mapping[str, object]
    bindings: Bindings

    @cached_property
    def party(self) -> str:
        """The party that creates the event."""
        return self.bindings.organisations.get(str(self.organisation.get("uuid", "")).lower(), "")

    @cached_property
    def definitions(self) -> dict[str, Stix]:
        """The markings that MISP's distributions and tags stand for here, by id."""
        return {str(one["id"]): one for one in (*(one for one, _ in self._levels), *(one for one, _ in self._words))}

    @cached_property
    def _levels(self) -> list[tuple[Stix, dict[str, object]]]:
        """The distributions that MISP has, with the marking that each is here; the plainest last."""
        return [(definition(shared(self.party, tuple(sorted(set(readers))))), raw) for readers, raw in self._sharings]

    @cached_property
    def _sharings(self) -> list[tuple[tuple[str, ...], dict[str, object]]]:
        """The distributions that MISP has, with whom each is for here; the plainest last."""
        every = list[tuple[tuple[str, ...], dict[str, object]]]()
        for group, readers in self.bindings.groups.items():
            every.append((readers, {"distribution": GROUP, "SharingGroup": {"uuid": group}}))
        for level in COMMUNITIES:
            if level in self.bindings.communities:
                every.append((self.bindings.communities[level], {"distribution": level}))
        return [*every, ((), {"distribution": CREATOR})]

    @cached_property
    def releases(self) -> dict[str, tuple[Stix, dict[str, object]]]:
        """The definitions of the creating party's releases, with the distribution of each; by id: rule 3."""
        found = dict[str, tuple[Stix, dict[str, object]]]()
        for one in self.members:
            given = stix_release.released(one)
            if given is not None and given.originators == {self.party}:
                readers = set(names(given.releasable_to or ())) - {self.party}
                raw = next((raw for bound, raw in self._sharings if {*bound} - {self.party} == readers), None)
                for each in stix_release.definitions(given):
                    found[str(each["id"])] = each, raw or {"distribution": CREATOR}
        return found

    @cached_property
    def _words(self) -> list[tuple[Stix, str]]:
        """The tags that mark by a definition of ours, with that."""
        return [
            (definition({**mark, "originators": [self.party]}), tag)
            for words in self.bindings.schemes.values() for tag, mark in words.items() if isinstance(mark, Mapping)
        ]  # fmt: skip

    @cached_property
    def _distributions(self) -> dict[str, dict[str, object]]:
        releases = {name: raw for name, (_, raw) in self.releases.items()}
        return releases | {str(one["id"]): raw for one, raw in self._levels}

    @cached_property
    def _tags(self) -> dict[str, str]:
        """The tags that mark, by the marking that each is here; of several the first."""
        found = dict(FIRST_TLP)
        for words in self.bindings.schemes.values():
            for tag, mark in words.items():
                if isinstance(mark, str):
                    found.setdefault(mark, tag)
        for one, tag in self._words:
            found.setdefault(str(one["id"]), tag)
        return found

    def written(self) -> tuple[dict[str, object], list[Piece]]:
        """The event without what stands in it, and what stands in it: rules 1 to 4."""
        pieces = _Pieces(self)
        event = {
            "uuid": uuid_of(self.report),
            "timestamp": epoch(self.report.get("modified")),
            "info": self.report.get("name"),
            "date": str(self.report.get("published"))[:10],
            "publish_timestamp": epoch(self.report.get("published")),
            "Orgc": dict(self.organisation),
            **self.sharing(self.report, top=True),
            **_tagged([*self.tags(self.report, top=True), *_texts(self.report, "labels")]),
        }
        return event, pieces.made

    def sharing(self, one: Stix, *, top: bool = False) -> dict[str, object]:
        """The distribution of an element: rule 2."""
        own = marks(one)
        if not top and set(own) == set(marks(self.report)):
            return {"distribution": INHERITED}
        return next(
            (self._distributions[name] for name in own if name in self._distributions), {"distribution": CREATOR}
        )

    def tags(self, one: Stix, *, top: bool = False) -> list[str]:
        """The tags that mark an element, beside its distribution: rule 2."""
        above = () if top else marks(self.report)
        return [self._tags[name] for name in marks(one) if name in self._tags and name not in above]

    @property
    def carried(self) -> list[Stix]:
        """The report and all that goes with it as an object of its own."""
        definitions = [one for one, _ in self.releases.values() if one in self.members]
        return [self.report, *(one for one in self.members if one["type"] not in NO_ELEMENT), *definitions]

    def bearing(self, one: Stix) -> Stix:
        """What bears a definition that is carried; anything else itself."""
        if str(one["id"]) not in self.releases:
            return one
        return next(each for each in (self.report, *self.members) if one["id"] in marks(each))

    def objections(self) -> Iterator[str]:
        """What MISP would show to more than may read it: rule 3."""
        for one in self.carried:
            for name in marks(one):
                if name not in self._tags and name not in self._distributions:
                    yield f"{one['id']}: object_marking_refs: {name} is neither a distribution nor a tag of MISP's"
            granular = one.get("granular_markings")
            if isinstance(granular, list) and any("marking_ref" in mark for mark in granular):
                yield f"{one['id']}: granular_markings: MISP would show what they withhold"


def marks(one: Stix) -> list[str]:
    """The markings that an object bears."""
    return _texts(one, "object_marking_refs")


def uuid_of(one: Stix) -> str:
    """The UUID in an object's id."""
    return str(one["id"]).partition("--")[2]


def epoch(time: object) -> str:
    """Seconds since 1970; empty where there is no instant."""
    try:
        return str(int(datetime.fromisoformat(str(time).replace("Z", "+00:00")).timestamp()))
    except ValueError:
        return ""


def _texts(one: Stix, name: str) -> list[str]:
    found = one.get(name)
    return [str(item) for item in found] if isinstance(found, list) else []


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
        later = [one for one in objects if not self._alone(one)]
        for one in later:
            if not self._borne(one):
                self._add(one, parts.OBJECT, self._object(one))
        for piece in self.made:
            if piece.key == parts.OBJECT:
                self._refer(piece)

    def _is_creator(self, one: Stix) -> bool:
        return str(one["id"]) == f"identity--{self._event.organisation.get('uuid')}"

    def _add(self, one: Stix, key: str, raw: dict[str, object]) -> bool:
        piece = Piece(key, raw, [one])
        self.made.append(piece)
        self._of[str(one["id"])] = piece
        return True

    def _alone(self, one: Stix) -> bool:
        """Whether an object became an element that says it without any other: rule 1."""
        kind = str(one["type"])
        if kind in CLUSTERS and set(marks(one)) == set(marks(self._event.report)) and one.get("name"):
            return self._add(one, "Galaxy", _galaxy(one))
        if kind == "note":
            name, content = one.get("abstract") or "Note", one.get("content")
            return self._add(one, parts.REPORT, {**self._common(one), "name": name, "content": content})
        words = _attribute(one)
        if words is not None and (words["type"], words["value"]) not in self._taken:
            self._taken.add((words["type"], words["value"]))
            return self._add(one, parts.ATTRIBUTE, {**self._common(one), **words})
        if kind not in {"sighting", "relationship"}:
            return self._add(one, parts.OBJECT, self._object(one))
        return False

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
        for name, target in _references(one):
            found = self._of.get(target)
            if found is not None and found is not piece and found.key in _REFERRED:
                own = str(uuid5(OURS, f"{one['id']} {name} {target}"))
                listed = piece.raw.setdefault(parts.REFERENCE, [])
                if isinstance(listed, list):
                    listed.append({"uuid": own, **_reference(piece, found, name), "comment": ""})

    def _common(self, one: Stix) -> dict[str, object]:
        """What every element has that may be for others than its event."""
        raw: dict[str, object] = {"uuid": uuid_of(one), "timestamp": self._time(one), **self._event.sharing(one)}
        raw |= _tagged([*self._event.tags(one), *_texts(one, "labels")])
        return raw | ({"deleted": True} if one.get("revoked") is True else {})

    def _time(self, one: Stix) -> str:
        return epoch(one.get("modified", self._event.report.get("modified")))

    def _object(self, one: Stix) -> dict[str, object]:
        """An object with its words as attributes; those bear the tags, for an object of MISP's cannot."""
        common = self._common(one)
        tags = common.pop("Tag", None)
        words = [("stix-id", "text", str(one["id"])), *_words(one)]
        listed = [
            {
                "uuid": str(uuid5(OURS, f"{one['id']} {relation} {number}")),
                "timestamp": common["timestamp"],
                "distribution": INHERITED,
                "object_relation": relation, "type": kind, "category": _CATEGORIES.get(kind, _OTHER.get(kind, "Other")),
                "value": value, "to_ids": False, "disable_correlation": kind == "text", "comment": "",
                **({} if tags is None else {"Tag": tags}),
            }
            for number, (relation, kind, value) in enumerate(words)
        ]  # fmt: skip
        named = {"name": str(one["type"]), "meta-category": "misc", "comment": ""}
        return {**common, **named, parts.ATTRIBUTE: listed}


_ORDER = {"indicator": 0}
_REFERRED = {parts.ATTRIBUTE, parts.OBJECT}
_OTHER = {**dict.fromkeys(HASHES, "Payload delivery"), "filename": "Payload delivery", "email": "Payload delivery"}


def _reference(bearer: Piece, target: Piece, word: str) -> dict[str, object]:
    return {
        "object_uuid": bearer.raw["uuid"], "referenced_uuid": target.raw["uuid"],
        "referenced_type": "1" if target.key == parts.OBJECT else "0", "relationship_type": word,
        "timestamp": bearer.raw["timestamp"],
    }  # fmt: skip


def _references(one: Stix) -> Iterator[tuple[str, str]]:
    for name, value in one.items():
        if name in _EVERY:
            continue
        if name.endswith("_ref") and isinstance(value, str):
            yield name, value
        elif name.endswith("_refs") and isinstance(value, list):
            yield from ((name, str(item)) for item in dict.fromkeys(map(str, value)))


def _words(one: Stix) -> Iterator[tuple[str, str, str]]:
    """What an object says, as MISP's relation, type and value: rule 1."""
    for name, value in one.items():
        if name in _EVERY or name.endswith(("_ref", "_refs")):
            continue
        if name == "hashes" and isinstance(value, Mapping):
            kinds = {words: kind for kind, words in HASHES.items()}
            yield from ((kinds[key], kinds[key], str(item)) for key, item in value.items() if key in kinds)
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, str | int | float) and str(item).strip():
                yield name, "text", _number(item)


def _number(item: object) -> str:
    return str(item).lower() if isinstance(item, bool) else str(item)


def _galaxy(one: Stix) -> dict[str, object]:
    """The galaxy of a cluster, with it alone."""
    kind = f"{GALAXY}{one['type']}"
    cluster: dict[str, object] = {
        "uuid": uuid_of(one), "type": kind, "value": one["name"], "tag_name": f'misp-galaxy:{kind}="{uuid_of(one)}"',
        "description": one.get("description", ""), "default": False,
    }  # fmt: skip
    if names := _texts(one, "aliases"):
        cluster["meta"] = {"synonyms": names}
    name = str(one["type"]).replace("-", " ").capitalize()
    return {
        "uuid": str(uuid5(OURS, kind)), "name": f"STIX 2.1 {name}", "type": kind, "namespace": "stix-2.1",
        "description": "", "GalaxyCluster": [cluster],
    }  # fmt: skip


def _attribute(one: Stix) -> dict[str, object] | None:
    """An object as an attribute; None where none says it: rule 1."""
    kind = str(one["type"])
    if kind == "indicator":
        return _indicator(one)
    if kind == "vulnerability" and CVE.fullmatch(str(one.get("name"))):
        return _says("vulnerability", str(one["name"]), one.get("description", ""), to_ids=False)
    if kind == "autonomous-system" and isinstance(one.get("number"), int):
        return _says("AS", f"AS{one['number']}", "", to_ids=False)
    found = _observable(kind, one)
    return _says(*found, "", to_ids=False) if found and _plain(*found) else None


def _observable(kind: str, one: Stix) -> tuple[str, str] | None:
    """The type and value of an observable that has but one."""
    own = {name: value for name, value in one.items() if name not in _EVERY}
    known, hashes = _OBSERVABLES.get(kind), own.get("hashes")
    if kind == "file" and len(own) == 1 and isinstance(hashes, Mapping) and len(hashes) == 1:
        (name, digest), *_ = hashes.items()
        found = next((word for word, words in HASHES.items() if words == name), None)
        return (found, str(digest)) if found else None
    value = own.get(known[1]) if known else None
    return (known[0], value) if known and len(own) == 1 and isinstance(value, str) else None


def _plain(kind: str, value: str) -> bool:
    """Whether MISP keeps a value as it is, neither trimmed nor lowered."""
    spelt = value.lower() if kind in _LOWERED else value
    return value == " ".join(spelt.split()) and bool(value) and seen(kind, value) is not None


def _says(kind: str, value: str, comment: object, *, to_ids: bool) -> dict[str, object]:
    category = _CATEGORIES.get(kind, "Payload delivery")
    return {"type": kind, "category": category, "value": value, "to_ids": to_ids, "comment": comment}


def _indicator(one: Stix) -> dict[str, object] | None:
    pattern, language = str(one.get("pattern")), one.get("pattern_type")
    kind = next((name for name, words in RULES.items() if words == language), None)
    if kind is None or not pattern.strip():
        return None
    value = pattern
    if language == "stix" and (simple := _simple(pattern)):
        kind, value = simple
    raw = _says(kind, value, one.get("description", ""), to_ids=True) | {"first_seen": one.get("valid_from")}
    return raw | ({"last_seen": one["valid_until"]} if "valid_until" in one else {})


def _simple(pattern: str) -> tuple[str, str] | None:
    """The attribute whose pattern is exactly this one."""
    for start, kind in _BY_START.items():
        if pattern.startswith(start) and pattern.endswith("']"):
            value = pattern[len(start) : -2].replace("\\'", "'").replace("\\\\", "\\")
            found = seen(kind, value)
            if found and found.pattern == pattern and _plain(kind, value):
                return kind, value
    return None


def organisation(report: Stix, creator: Stix | None, by: str | None, bindings: Bindings) -> dict[str, object]:
    """Who creates the event of a report: its author, else whoever writes it, as the organisation that he is.

    Args:
        report: the report.
        creator: the identity of its author, if it is there.
        by: the party that writes it, if one does.
        bindings: what MISP's words mean here.

    Raises:
        Refused: neither is an organisation that is bound to a party.
    """
    author = str(report.get("created_by_ref", "")).partition("--")[2]
    if author in bindings.organisations:
        return {"name": str((creator or {}).get("name") or author), "uuid": author}
    ours = sorted(uuid for uuid, party in bindings.organisations.items() if party == by)
    if ours:
        return {"name": str(by), "uuid": ours[0]}
    nor = f", nor to {by}" if by else ""
    raise Refused(
        f"{report['id']}: created_by_ref: no organisation of MISP's is bound to its author{nor}",
        field="created_by_ref",
        next_step="bind an organisation to the party that writes the event",
    )
