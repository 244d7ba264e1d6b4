"""Worlds: small books with questions and expected answers, as domain people write them (docs/worlds.md).

Rules:
1. A world is read whole or not at all: the first thing wrong is named by file, line and field, and nothing is
   evaluated.
2. Every party, group, fact and obligation a line names must be declared.
3. An attribute has one type throughout a world: conditions agree on it, and every question's context fits it.
4. A derivation that runs in a circle is malformed, whenever its parts are valid; so is one of more steps, or more
   ways through it, than a person could have meant.
5. A statement about a thing is made by a party of this world, or by the book: so is every stated issuer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from graphlib import CycleError, TopologicalSorter

from comity.errors import Malformed
from comity.formats import yaml12
from comity.formats.world_questions import TYPES, Expectation, asked, check_attributes, expected
from comity.values import fact as f
from comity.values import reading
from comity.values.condition import types
from comity.values.fact import AnyFact, Ask
from comity.values.fields import Fields
from comity.values.names import Names
from comity.values.reading import BOOK

__all__ = ["Expectation", "Query", "World", "asked", "expected", "read"]

_CODE = re.compile(r"[^\s@*,]+")
_LISTED = re.compile(r"^(facts|queries)\[\d+\]\.")
_SPELL = ("from", "until", "recorded")
_MOST_STEPS = 64
_MOST_WAYS = 10**5
_LONGEST = 300
_HEADINGS = ("story", "source", "parties", "groups", "facts", "queries")


@dataclass(frozen=True, slots=True)
class Query:
    """One question of a world and its expected answer."""

    ask: Ask
    expect: Expectation
    where: str


@dataclass(frozen=True, slots=True)
class World:
    """A small book and its questions."""

    name: str
    story: str
    facts: tuple[AnyFact, ...]
    queries: tuple[Query, ...]
    source: str = ""


def read(text: str, name: str) -> World:
    """Read a world.

    Args:
        text: the YAML document.
        name: what errors call it, usually the file's path.

    Raises:
        Malformed: `FILE:LINE: field: what is wrong; what is allowed`.
    """
    try:
        document = yaml12.load(text, name)
    except Malformed as error:
        field = None if error.field is None else _LISTED.sub("", error.field)  # as the errors of facts name theirs
        raise Malformed(_short(error.message), where=error.where, field=field, next_step=error.next_step) from error
    if not isinstance(document, yaml12.Mapping):
        what = "is empty" if document is None else "a world is a mapping of headings"
        raise Malformed(what, where=f"{name}:1", next_step=f"headings: {', '.join(_HEADINGS)}")
    return _Reader(document, name).world()


class _Reader:
    """One world being read: its document, its name in errors, and the lines on which its facts stand."""

    def __init__(self, document: yaml12.Mapping, name: str) -> None:
        self.document, self.name = document, name
        self.places: dict[str, tuple[object, int]] = {}

    def world(self) -> World:
        """Everything, in the order of the headings; then what must agree between lines: rules 2 to 5."""
        for heading in self.document:
            if heading not in _HEADINGS:
                raise self.wrong(heading, "is no heading", f"allowed: {', '.join(_HEADINGS)}")
        story, source = self.text("story"), self.text("source")
        names = self.names()
        facts = (*self.members(names), *self.facts(names))
        self.check_references(facts)
        self.check_derivations(facts)
        self.check_issuers(facts)
        self.check_levels(facts)
        queries = tuple(self.queries(names, self.attributes(facts)))
        return World(self.name, story, facts, queries, source)

    def wrong(self, field: str, message: str, next_step: str) -> Malformed:
        """An error about a heading, or what stands under it."""
        line = _line_of(self.document, field, 1)
        return Malformed(_short(message), where=f"{self.name}:{line}", field=field, next_step=next_step)

    def placed(self, error: Malformed, given: object, line: int) -> Malformed:
        """An error of the line that is being read, with its place."""
        where = f"{self.name}:{_line_of(given, error.field, line)}"
        return Malformed(_short(error.message), where=where, field=error.field, next_step=error.next_step)

    def wrong_fact(self, fact: AnyFact, field: str, message: str, next_step: str) -> Malformed:
        """An error about a fact that was read."""
        return self.placed(Malformed(message, field=field, next_step=next_step), *self.places[fact.id])

    def naming(self, fact: AnyFact) -> str:
        """The field by which a fact names another."""
        line, _ = self.places[fact.id]
        kind = _kind(line)
        given = line[kind] if isinstance(line, Mapping) else {}
        return f"{kind}.{'fact' if given.get('grant') is None else 'grant'}"

    def text(self, heading: str) -> str:
        """A heading of words; nothing when it is left out."""
        found = self.document.get(heading)
        if found is not None and not isinstance(found, str):
            raise self.wrong(heading, f"{found!r} is no text", "write a sentence, in quotes if it holds `: ` or `#`")
        return " ".join(found.split()) if found else ""

    def sequence(self, heading: str) -> yaml12.Sequence:
        """A heading that is a list; empty when it is left out."""
        found = self.document.get(heading)
        if found is None:
            return yaml12.Sequence()
        if not isinstance(found, yaml12.Sequence):
            raise self.wrong(heading, "must be a list", f"write {heading}: [...], or lines that begin with `- `")
        return found

    def names(self) -> Names:
        """The parties and groups that the world declares."""
        if not self.sequence("parties"):
            raise self.wrong("parties", "is missing", "name the parties, by codes of your choice: `parties: [...]`")
        parties: list[str] = []
        for number, party in enumerate(self.sequence("parties"), start=1):
            if not isinstance(party, str) or not _CODE.fullmatch(party):
                advice = "write a code without spaces or @; in quotes where YAML takes it for something else"
                raise self.wrong(f"parties[{number}]", f"{party!r} is no party code", advice)
            if party in parties:
                raise self.wrong(f"parties[{number}]", f"{party} stands twice", "name each party once")
            parties.append(party)
        return Names(frozenset(parties), frozenset(self.groups()))

    def groups(self) -> yaml12.Mapping:
        """The groups with their members, as written."""
        groups = self.document.get("groups")
        if groups is None:
            groups = yaml12.Mapping()
        if not isinstance(groups, yaml12.Mapping):
            raise self.wrong("groups", "is no mapping", "write GROUP: {PARTY: [from, until]}")
        for group, members in groups.items():
            field = f"groups.{group}"
            if not _CODE.fullmatch(group):
                raise self.wrong(field, f"{group!r} is no name of a group", "write a word without spaces or @")
            if not isinstance(members, yaml12.Mapping):
                raise self.wrong(field, "is no mapping of members", "write {PARTY: [from, until]}; {} has no members")
        return groups

    def members(self, names: Names) -> Iterator[AnyFact]:
        """The memberships under `groups`."""
        for group, members in self.groups().items():
            assert isinstance(members, yaml12.Mapping)  # noqa: S101 - `groups` has looked
            for party, given in members.items():
                field, line = f"groups.{group}.{party}", members.lines[party]
                try:
                    spells = list(_spells(given))
                    facts = [_member(group, party, number, spell, names) for number, spell in enumerate(spells, 1)]
                except Malformed as error:
                    part = (error.field or "").removeprefix("member").removesuffix(".party")
                    told = Malformed(error.message, field=f"{field}{part}", next_step=error.next_step)
                    raise self.placed(told, {"groups": self.groups()}, line) from error
                for fact in facts:
                    self.places[fact.id] = (None, line)
                yield from facts

    def facts(self, names: Names) -> Iterator[AnyFact]:
        """The facts, in the order of recording."""
        lines = self.sequence("facts")
        for order, line in enumerate(lines, start=1):
            try:
                fact = reading.fact(line, order, names)
            except Malformed as error:
                raise self.placed(error, line, lines.lines[order - 1]) from error
            _, first = self.places.setdefault(fact.id, (line, lines.lines[order - 1]))
            if self.places[fact.id][0] is not line:
                message, advice = f"{fact.id} stands twice", "give each fact its own id; the other is on line"
                told = Malformed(message, field=f"{_kind(line)}.id", next_step=f"{advice} {first}")
                raise self.placed(told, line, lines.lines[order - 1])
            yield fact

    def check_references(self, facts: tuple[AnyFact, ...]) -> None:
        """Rule 2, of facts and obligations."""
        ids = {fact.id: fact for fact in facts}
        for fact in facts:
            target, allowed = refers_to(fact.body)
            if target is None:
                continue
            found = ids.get(target)
            if found is None or not isinstance(found.body, allowed):
                named = (other.id for other in facts if isinstance(other.body, allowed))
                what = "is no fact here" if found is None else "is a fact of another kind"
                raise self.wrong_fact(fact, self.naming(fact), f"{target} {what}", f"ids: {_listed(named)}")
            if isinstance(fact.body, f.Discharge) and isinstance(found.body, f.Grant):
                owed = [obligation.id for obligation in found.body.obligations]
                if fact.body.obligation not in owed:
                    message = f"{fact.body.obligation} is no obligation of {target}"
                    raise self.wrong_fact(fact, "discharge.obligation", message, f"ids: {_listed(owed)}")

    def check_derivations(self, facts: tuple[AnyFact, ...]) -> None:
        """Rule 4."""
        made = [(fact, fact.body) for fact in facts if isinstance(fact.body, f.Derive)]
        inputs: dict[str, dict[str, None]] = {}
        for _, body in made:
            inputs.setdefault(body.thing, {}).update(dict.fromkeys(body.from_things))
        try:
            order = [*TopologicalSorter(inputs).static_order()]
        except CycleError as error:
            wrong = dict.fromkeys(error.args[1], "is derived from itself")
            advice = "break the circle"
        else:
            wrong = dict(_endless(order, inputs))
            advice = "leave steps out that change neither owner nor share"
        for fact, body in made:
            if body.thing in wrong:
                message = f"{body.thing} {wrong[body.thing]}"
                raise self.wrong_fact(fact, "derive.from_things", message, advice)

    def check_issuers(self, facts: tuple[AnyFact, ...]) -> None:
        """Rule 5."""
        allowed = {party for party in self.sequence("parties") if isinstance(party, str)} | {BOOK}
        for fact in facts:
            if fact.issuer not in allowed:
                field = f"{_kind(self.places[fact.id][0])}.issuer"
                raise self.wrong_fact(fact, field, f"{fact.issuer} is no party here", f"allowed: {_listed(allowed)}")

    def check_levels(self, facts: tuple[AnyFact, ...]) -> None:
        """A level of clearance stands in one place of an order."""
        for fact in facts:
            order = fact.body.order if isinstance(fact.body, f.Levels) else ()
            for number, level in enumerate(order):
                if level in order[:number]:
                    raise self.wrong_fact(fact, "levels.order", f"{level} stands twice", "name each level once")

    def attributes(self, facts: tuple[AnyFact, ...]) -> dict[str, type]:
        """The type of each attribute that conditions and quotas read: rule 3."""
        wanted: dict[str, type] = {}
        for fact in facts:
            if not isinstance(fact.body, f.Grant | f.Refuse | f.Request):
                continue
            metered = isinstance(fact.body, f.Grant) and fact.body.quota is not None
            read = (
                []
                if fact.body.terms.when is None
                else [("when", *item) for item in types(fact.body.terms.when).items()]
            )
            for field, attribute, kind in (*read, *([("quota", "quantity", Decimal)] if metered else [])):
                if wanted.setdefault(attribute, kind) is not kind:
                    message = f"{attribute} is {TYPES[kind]} here and {TYPES[wanted[attribute]]} in another fact"
                    advice = "give an attribute one type throughout the world"
                    raise self.wrong_fact(fact, f"{_kind(self.places[fact.id][0])}.{field}", message, advice)
        return wanted

    def queries(self, names: Names, wanted: Mapping[str, type]) -> Iterator[Query]:
        """The questions with their expected answers."""
        lines = self.sequence("queries")
        for given, line in zip(lines, lines.lines if lines else (), strict=True):
            try:
                fields = Fields(given, "query", names, ("ask", "expect"))
                ask, expect = asked(fields.take("ask"), names), expected(fields.take("expect", {}), names)
                check_attributes(ask, wanted)
            except Malformed as error:
                raise self.placed(error, given, line) from error
            yield Query(ask, expect, f"{self.name}:{line}")


def _member(group: str, party: str, number: int, spell: Mapping[str, object], names: Names) -> AnyFact:
    # The at sign, which no code holds, keeps the ids of `A-B: {C: ...}` and `A: {B-C: ...}` apart.
    line = {"id": f"member-{party}@{group}-{number}", "group": group, "party": party, **spell}
    return reading.fact({"member": line}, 0, names)


def _spells(given: object) -> Iterator[Mapping[str, object]]:
    """One spell `[from, until]`, `[from, until, recorded]` or `{from, until, recorded}`, or a list of them."""
    if isinstance(given, list) and given and all(isinstance(item, list | Mapping) for item in given):
        for item in given:
            yield from _spells(item)
    elif isinstance(given, Mapping):
        Fields(given, "member", Names(), _SPELL)
        yield given
    elif isinstance(given, list) and len(given) in {2, 3}:
        yield dict(zip(_SPELL, given, strict=False))
    else:
        advice = "write [from, until], null for open; several spells as a list of them"
        raise Malformed(f"{given!r} is no membership", field="member", next_step=advice)


def _line_of(given: object, field: str | None, default: int) -> int:
    """The line of a field such as `route.legs[2].territory`, as deep as the mapping has it.

    Keys may hold dots themselves, so the longest key that fits is taken.
    """
    line, here, rest = default, given, (field or "").removeprefix("query.")
    while rest:
        if isinstance(here, yaml12.Sequence) and (item := re.match(r"\[(\d+)\]", rest)):
            line, here = here.lines[int(item[1]) - 1], here[int(item[1]) - 1]
            rest = rest[item.end() :]
        elif isinstance(here, Mapping):
            fitting = [key for key in here if re.match(rf"{re.escape(str(key))}(?=[.\[]|$)", rest)]
            if not fitting:
                break
            key = max(fitting, key=len)
            line = here.lines[key] if isinstance(here, yaml12.Mapping) else line
            here, rest = here[key], rest[len(key) :]
        else:
            break
        rest = rest.removeprefix(".")
    return line


def _kind(line: object) -> str:
    """The kind of a line that was read."""
    return str(next(iter(line))) if isinstance(line, Mapping) else "member"


def refers_to(body: f.Body) -> tuple[str | None, tuple[type, ...]]:
    """The id of the fact that a body names, and the kinds it may be of."""
    match body:
        case f.Revoke():
            return body.fact, (f.Grant, f.Refuse, f.Request)
        case f.Renew() | f.Use() | f.Discharge():
            return body.grant, (f.Grant,)
        case _:
            return None, ()


def _endless(order: Iterable[str], inputs: Mapping[str, Iterable[str]]) -> Iterator[tuple[str, str]]:
    """The things that rule 4 refuses though they run in no circle; `order` has the inputs of a thing before it."""
    steps: dict[str, int] = {}
    ways: dict[str, int] = {}
    for thing in order:
        steps[thing] = 1 + max((steps[part] for part in inputs.get(thing, ())), default=-1)
        ways[thing] = 1 + sum(ways[part] for part in inputs.get(thing, ()))
        if steps[thing] > _MOST_STEPS:
            yield thing, f"is derived in more than {_MOST_STEPS} steps"
        elif ways[thing] > _MOST_WAYS:
            yield thing, f"is made of its inputs in more than {_MOST_WAYS} ways"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or "none"


def _short(message: str) -> str:
    """A message that quotes no more of a wrong value than a person reads."""
    return message if len(message) <= _LONGEST else f"{message[: _LONGEST // 2]} [...] {message[-_LONGEST // 2 :]}"
