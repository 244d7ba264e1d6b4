"""The bodies that consult and decide: who sits in them on a day, and by which rule; with the members' populations."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from comity.casebook.book import Casebook
from comity.errors import Impossible, Malformed
from comity.formats import yaml12
from comity.values.fields import Fields
from comity.values.instant import Instant, instant, show
from comity.values.names import Names
from comity.values.party import Group, PartyCode, recipient
from comity.values.truth import Truth, any_of


@dataclass(frozen=True, slots=True)
class Ruled:
    """A rule of a body, since when it has been in force (None: always, as far as is known), and its source."""

    since: Instant | None
    rule: Mapping[str, object]
    source: str


@dataclass(frozen=True, slots=True)
class Body:
    """A body with its rule, from a source; `earlier` are the rules it had before, the last first."""

    id: str
    name: str
    members: tuple[str, ...]
    holds_veto: tuple[str, ...]
    rule: Mapping[str, object]
    says: str
    source: str
    grade: str
    verify: bool
    since: Instant | None = None
    earlier: tuple[Ruled, ...] = ()

    def ruled(self, on: Instant) -> Ruled:
        """The rule that is in force at an instant.

        Raises:
            Impossible: it is another one, which the casebook does not know.
        """
        for one in (Ruled(self.since, self.rule, self.source), *self.earlier):
            if one.since is None or one.since <= on:
                return one
        says = f"the rule of {self.id} on {show(on)} is not in the casebook"
        raise Impossible(says, field="on", next_step="state the rule yourself, or ask about a later day")


@dataclass(frozen=True, slots=True)
class Population:
    """How many people live in a state in a year, from a source."""

    party: PartyCode
    year: int
    people: int
    source: str
    grade: str


@cache
def bodies() -> dict[str, Body]:
    """The bodies of the casebook, by id."""
    text = files("comity.casebook").joinpath("bodies.yaml").read_text("utf-8")
    given = yaml12.load(text, "bodies.yaml")
    found = [_body(one, f"bodies.yaml:{one.line}") for one in _listed(given)]
    return {body.id: body for body in found}


def _listed(given: object) -> list[yaml12.Mapping]:
    if not isinstance(given, list):
        raise Malformed("is no list", where="bodies.yaml", next_step="write one body to an item")
    return [one for one in given if isinstance(one, yaml12.Mapping)]


def _body(given: yaml12.Mapping, where: str) -> Body:
    fields = Fields(given, "body", Names())
    rule = fields.take("rule")
    if not isinstance(rule, Mapping):
        raise Malformed("has no rule", where=where, field="rule", next_step="write {kind: ..., ...}")
    body = Body(
        fields.text("id"), fields.text("name"), fields.texts("members"), fields.texts("holds_veto", []), dict(rule),
        fields.text("says"), fields.text("source"), fields.text("grade"), fields.take("verify", False) is True,
        _since(fields), tuple(_ruled(one, where) for one in _listed(fields.take("earlier", []))),
    )  # fmt: skip
    fields.done()
    return body


def _since(fields: Fields) -> Instant | None:
    given = fields.take("since", None)
    return None if given is None else instant(str(given))


def _ruled(given: yaml12.Mapping, where: str) -> Ruled:
    fields = Fields(given, "earlier", Names())
    rule = fields.take("rule")
    if not isinstance(rule, Mapping):
        raise Malformed("has no rule", where=where, field="earlier.rule", next_step="write {kind: ..., ...}")
    found = Ruled(_since(fields), dict(rule), fields.text("source"))
    fields.done()
    return found


@cache
def populations() -> tuple[Population, ...]:
    """How many people live where, by year."""
    text = files("comity.casebook").joinpath("populations.csv").read_text("utf-8")
    return tuple(
        Population(row["party"], int(row["year"]), int(row["people"]), row["source"], row["grade"])
        for row in csv.DictReader(text.splitlines())
    )


def population_of(year: int) -> dict[PartyCode, int]:
    """The people of each state in a year, or in the last year before it of which there are figures."""
    found: dict[PartyCode, tuple[int, int]] = {}
    for one in populations():
        if one.year <= year and (one.party not in found or found[one.party][0] < one.year):
            found[one.party] = (one.year, one.people)
    return {party: people for party, (_, people) in found.items()}


def seated(names: tuple[str, ...], book: Casebook, on: Instant) -> tuple[PartyCode, ...]:
    """Whom codes and groups name on a day.

    Raises:
        Malformed: whether somebody belongs on that day is not known.
    """
    found: set[PartyCode] = set()
    for name in names:
        read = recipient(name)
        if isinstance(read, Group):
            day = on if read.frozen is None else read.frozen
            found |= {party for party, _ in book.groups.get(read.name, ()) if _belongs(party, read.name, book, day)}
        else:
            found.add(read)
    return tuple(sorted(found))


def _belongs(party: PartyCode, group: str, book: Casebook, on: Instant) -> bool:
    member = any_of(valid.holds(on) for other, valid in book.groups[group] if other == party)
    if member is Truth.UNKNOWN:
        says = f"whether {party} belonged to {group} on {show(on)} is not known"
        raise Malformed(says, field="on", next_step="name the members yourself")
    return member is Truth.TRUE
