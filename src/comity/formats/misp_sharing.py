"""Who may read what MISP shares: distributions and sharing groups as releasability, tags as markings.

Rules (MISP core format; distribution 0 to 5):
1. Distribution 0 is the creating organisation alone; 1, 2 and 3 are communities, and 4 a sharing group. 5 adds nothing
   to what stands above; feeds leave it out, which is `none` here. What stands inside something is never read more
   widely than that: markings add up.
2. An organisation is the party that it is bound to. A community means the parties that it is bound to, and without a
   binding nobody knows whom: it is refused.
3. A sharing group is its own binding by UUID, else its organisations, each by its binding. An empty one is the creator
   alone. One that is not active, or open to every organisation of a server, or told by a number of that instance only,
   is refused without a binding.
4. A tag only marks; it never widens. A tag of a marking scheme that has no such word is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from comity.errors import Malformed, Refused
from comity.formats.stix_marking import ours
from comity.formats.stix_rows import Stix
from comity.values.marking import Marking, names
from comity.values.marking import marking as read_marking

POLICY, LEVEL = "MISP", "SHARED"
CREATOR, GROUP, INHERITED, UNTOLD = "0", "4", "5", "none"
COMMUNITIES = {"1": "this community", "2": "connected communities", "3": "all communities"}
EPOCH = "1970-01-01T00:00:00.000Z"


Scheme = str | Mapping[str, object] | None


@dataclass(frozen=True, slots=True)
class Bindings:
    """What MISP's words mean here.

    `organisations` binds UUIDs of organisations to parties. `communities` binds the distributions 1, 2, 3, and
    `groups` UUIDs of sharing groups, to recipients: parties and groups with their mode. `schemes` tells, for each
    marking scheme among the tags (such as `tlp`), the marking that each tag stands for: the id of a marking definition,
    the fields of a marking without its originators, or None for a word that restricts no reading.
    """

    organisations: Mapping[str, str] = field(default_factory=dict)
    communities: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    schemes: Mapping[str, Mapping[str, Scheme]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sharing:
    """Whom one distribution lets read, beside the creator; None where it adds nothing."""

    readers: tuple[str, ...] | None


def bindings(given: Mapping[str, object], schemes: Mapping[str, Mapping[str, Scheme]], name: str) -> Bindings:
    """The bindings that a file states, with the marking schemes of the casebook.

    Raises:
        Malformed: a field is unknown, or does not bind names to parties.
    """
    for one in given:
        if one not in _FIELDS:
            raise Malformed("is unknown", where=name, field=one, next_step=f"allowed: {', '.join(_FIELDS)}")
    parties = _bound(given, "organisations", name)
    wrong = next((one for one, names in parties.items() if len(names) != 1), None)
    if wrong is not None:
        raise Malformed("is bound to more than one party", where=name, field=wrong, next_step="write one party")
    communities = _bound(given, "communities", name)
    unknown = next((one for one in communities if one not in {*COMMUNITIES, UNTOLD}), None)
    if unknown is not None:
        raise Malformed("is no community", where=name, field=unknown, next_step="write 1, 2, 3 or none")
    return Bindings(
        {one: names[0] for one, names in parties.items()}, communities, _bound(given, "groups", name), schemes
    )


_FIELDS = ("organisations", "communities", "groups")


def _bound(given: Mapping[str, object], key: str, name: str) -> dict[str, tuple[str, ...]]:
    found = given.get(key, {})
    if not isinstance(found, Mapping):
        raise Malformed("is no mapping", where=name, field=key, next_step="write {name: party}")
    bound: dict[str, tuple[str, ...]] = {}
    for bound_name, value in found.items():
        names = [value] if isinstance(value, str) else value
        if not isinstance(names, list) or not all(isinstance(one, str) and one for one in names):
            raise Malformed(
                "is bound to no parties", where=name, field=f"{key}.{bound_name}", next_step="write codes of parties"
            )
        bound[str(bound_name).lower()] = tuple(names)
    return bound


def originator(organisation: object, bindings: Bindings) -> str:
    """The party that a creating organisation is: rule 2.

    Raises:
        Malformed: the event names none.
        Refused: it is bound to no party.
    """
    found = uuid_of(organisation)
    if found is None:
        raise Malformed("names no organisation by UUID", field="Orgc.uuid", next_step="export it with its creator")
    return _party(found, "Orgc.uuid", bindings)


def _party(organisation: str, at: str, bindings: Bindings) -> str:
    party = bindings.organisations.get(organisation)
    if party is None:
        raise Refused(
            f"the organisation {organisation} is bound to no party",
            field=at,
            next_step="bind it to a party, or leave it out",
        )
    return party


def uuid_of(thing: object) -> str | None:
    """The UUID that something in an event has, in lower case."""
    found = thing.get("uuid") if isinstance(thing, Mapping) else None
    return found.lower() if isinstance(found, str) and found else None


def sharing(raw: Mapping[str, object], bindings: Bindings, *, missing: str) -> Sharing:
    """Whom something is shared with: rules 1 to 3.

    Args:
        raw: an event, attribute, object or whatever else has a distribution.
        bindings: what the words mean.
        missing: the distribution where none is told.

    Raises:
        Malformed: there is no such distribution.
        Refused: nobody knows whom it means.
    """
    told = raw.get("distribution", missing)
    level = str(told) if isinstance(told, int | str) and not isinstance(told, bool) else ""
    if level == INHERITED:
        return Sharing(None)
    if level == CREATOR:
        return Sharing(())
    if level == GROUP:
        return Sharing(_group(raw, bindings))
    if level not in COMMUNITIES and level != UNTOLD:
        raise Malformed(f"{told!r} is no distribution", field="distribution", next_step="write 0 to 5")
    if level not in bindings.communities:
        raise Refused(
            f"nobody knows which parties {COMMUNITIES.get(level, 'no distribution')} means",
            field="distribution",
            next_step=f"bind distribution {level} to parties",
        )
    return Sharing(_listed(bindings.communities[level]))


def _group(raw: Mapping[str, object], bindings: Bindings) -> tuple[str, ...]:
    group = raw.get("SharingGroup")
    found = uuid_of(group)
    if not isinstance(group, Mapping) or found is None:
        raise _unknown(
            "a sharing group is told by a number that only its own instance knows", "export it with its group"
        )
    if found in bindings.groups:
        return _listed(bindings.groups[found])
    if group.get("active") is False:
        raise _unknown(f"the sharing group {found} is not active", "bind it to parties, or share the event anew")
    if any(server.get("all_orgs") for server in _mappings(group.get("SharingGroupServer"))):
        raise _unknown(f"the sharing group {found} holds every organisation of a server", "bind it to parties")
    if "SharingGroupOrg" not in group:
        raise _unknown(f"nobody knows who is in the sharing group {found}", "bind it to parties, or export its members")
    members = [uuid_of(one.get("Organisation")) for one in _mappings(group.get("SharingGroupOrg"))]
    if None in members:
        raise _unknown(f"the sharing group {found} has a member without UUID", "export it with its organisations")
    return _listed(tuple(_party(str(one), "SharingGroup.SharingGroupOrg", bindings) for one in members))


def _unknown(why: str, remedy: str) -> Refused:
    return Refused(why, field="SharingGroup", next_step=remedy)


def _mappings(value: object) -> list[Mapping[str, object]]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def _listed(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(set(names)))


# Tags


def tags(raw: Mapping[str, object]) -> list[str]:
    """The names of the tags that something bears, also where they are written as links to tags.

    Raises:
        Malformed: they are written otherwise: a marking might stand there.
    """
    linked = [one.get("Tag") for key in ("EventTag", "AttributeTag") for one in _all_mappings(raw, key)]
    every = [*_all_mappings(raw, "Tag"), *(one for one in linked if isinstance(one, Mapping))]
    names = [tag.get("name") for tag in every]
    if len(every) < len(linked) or not all(isinstance(name, str) and name for name in names):
        raise Malformed("has no name", field="Tag", next_step="write tags as [{name: ...}, ...]")
    return [str(name) for name in names]


def _all_mappings(raw: Mapping[str, object], key: str) -> list[Mapping[str, object]]:
    found = raw.get(key)
    if found in (None, []):
        return []
    mappings = _mappings(found)
    if not isinstance(found, list) or len(mappings) < len(found):
        raise Malformed("is no list of tags", field=key, next_step="write tags as [{name: ...}, ...]")
    return mappings


def marks(names: list[str], bindings: Bindings) -> Iterator[str | Mapping[str, object]]:
    """The markings that tags stand for: rule 4.

    Raises:
        Malformed: a tag is of a marking scheme that has no such word.
    """
    for name in names:
        scheme = name.partition(":")[0].casefold()
        words = bindings.schemes.get(scheme)
        if words is None:
            continue
        word = name.casefold().replace('"', "")
        if word not in words:
            raise Malformed(
                f"{name!r} is no marking of {scheme}",
                field="Tag",
                next_step=f"use one of {', '.join(words)}, or take it off",
            )
        if (found := words[word]) is not None:
            yield found


# Marking definitions


def definition(marking: Mapping[str, object]) -> Stix:
    """A marking as the marking definition that states it; the same marking has the same id.

    Raises:
        Malformed: a recipient is neither a party nor a group with its mode; `field` names it.
    """
    stated = read_marking(marking)
    return ours(stated, _line(stated), EPOCH)


def _line(stated: Marking) -> str:
    readers = "" if stated.releasable_to is None else f", to {', '.join(names(stated.releasable_to)) or 'nobody else'}"
    return f"{stated.policy} {stated.classification}, {', '.join(sorted(stated.originators))}{readers}"


def shared(party: str, readers: tuple[str, ...]) -> dict[str, object]:
    """The marking of what a party shares with these and nobody else."""
    return {
        "policy": POLICY,
        "classification": LEVEL,
        "originators": [party],
        "releasable_to": [one for one in readers if one != party],
    }
