"""A report of STIX 2.1 as an event of MISP's: whom each element is for, and what may not be shown there at all.

Rules:
1. Whom an element is for is said by its distribution, for MISP enforces nothing else, and by its tag besides. What is
   marked otherwise than its report, and not with a distribution, is for the creator alone.
2. A marking that is neither a distribution nor a tag of a scheme is refused, and so is a marking of a single property:
   MISP's users would read what they may not. What the creating party says of a release of its own
   (`comity.formats.stix_release`) is the distribution to exactly those whom it names, where one is bound to them, and
   else for the creator alone; its definitions are carried, and its statement says no more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from comity.errors import Refused
from comity.formats import stix_release
from comity.formats.misp_sharing import COMMUNITIES, CREATOR, GROUP, INHERITED, Bindings, definition, shared
from comity.formats.misp_words import texts
from comity.formats.stix_rows import Stix
from comity.values.marking import names

NO_ELEMENT = {"marking-definition", "report"}
FIRST_TLP = {
    "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9": "tlp:clear",
    "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da": "tlp:green",
    "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82": "tlp:amber",
    "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed": "tlp:red",
}
"""TLP of the first edition, by the ids that STIX 2.1 (7.2.1.4) fixes: MISP has one tag for both editions."""


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
        """The definitions of the creating party's releases, with the distribution of each; by id: rule 2."""
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

    def sharing(self, one: Stix, *, top: bool = False) -> dict[str, object]:
        """The distribution of an element: rule 1."""
        own = marks(one)
        if not top and set(own) == set(marks(self.report)):
            return {"distribution": INHERITED}
        return next(
            (self._distributions[name] for name in own if name in self._distributions), {"distribution": CREATOR}
        )

    def tags(self, one: Stix, *, top: bool = False) -> list[str]:
        """The tags that mark an element, beside its distribution: rule 1."""
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
        """What MISP would show to more than may read it: rule 2."""
        for one in self.carried:
            for name in marks(one):
                if name not in self._tags and name not in self._distributions:
                    yield f"{one['id']}: object_marking_refs: {name} is neither a distribution nor a tag of MISP's"
            granular = one.get("granular_markings")
            if isinstance(granular, list) and any("marking_ref" in mark for mark in granular):
                yield f"{one['id']}: granular_markings: MISP would show what they withhold"


def marks(one: Stix) -> list[str]:
    """The markings that an object bears."""
    return texts(one, "object_marking_refs")


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
