"""Worlds: small books with questions and expected answers, as domain people write them (docs/worlds.md).

Rules:
1. A world is read whole or not at all: the first thing wrong is named by file, line and field, and nothing is
   evaluated.
2. Every party, group, fact and obligation a line names must be declared.
3. An attribute has one type throughout a world: conditions agree on it, and every question's context fits it.
4. A derivation that runs in a circle is malformed, whenever its parts are valid.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from comity.errors import Malformed
from comity.formats import yaml12
from comity.values import fact as f
from comity.values import reading
from comity.values.condition import Value, types, value
from comity.values.fact import AnyFact, Ask
from comity.values.instant import NEVER
from comity.values.reading import Fields, Names
from comity.values.verdict import Verdict

_CODE = re.compile(r"[^\s@*,]+")
_SPELL = ("from", "until", "recorded")
_TYPES = {str: "text", Decimal: "a number", bool: "true or false"}
LEARNT = ("GRANTED", "PENDING", "not available")
_HEADINGS = ("story", "source", "parties", "groups", "facts", "queries")


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a question's answer must be; None is not checked."""

    verdict: Verdict | None = None
    missing: tuple[str, ...] | None = None
    needed: int | None = None
    owners: tuple[tuple[str, Verdict], ...] = ()
    duties: tuple[str, ...] | None = None
    learns: str | None = None


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
    document = yaml12.load(text, name)
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
        """Everything, in the order of the headings; then what must agree between lines: rules 2 to 4."""
        for heading in self.document:
            if heading not in _HEADINGS:
                raise self.wrong(heading, "is no heading", f"allowed: {', '.join(_HEADINGS)}")
        story, source = self.text("story"), self.text("source")
        names = self.names()
        facts = (*self.members(names), *self.facts(names))
        self.check_references(facts)
        self.check_circles(facts)
        queries = tuple(self.queries(names, self.attributes(facts)))
        return World(self.name, story, facts, queries, source)

    def wrong(self, field: str, message: str, next_step: str) -> Malformed:
        """An error about a heading, or what stands under it."""
        line = _line_of(self.document, field, 1)
        return Malformed(message, where=f"{self.name}:{line}", field=field, next_step=next_step)

    def placed(self, error: Malformed, given: object, line: int) -> Malformed:
        """An error of the line that is being read, with its place."""
        where = f"{self.name}:{_line_of(given, error.field, line)}"
        return Malformed(error.message, where=where, field=error.field, next_step=error.next_step)

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
        return found or ""

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
            target, allowed = _target(fact.body)
            if target is None:
                continue
            found = ids.get(target)
            if found is None or not isinstance(found.body, allowed):
                named = sorted(other.id for other in facts if isinstance(other.body, allowed))
                what = "is no fact here" if found is None else "is a fact of another kind"
                raise self.wrong_fact(fact, self.naming(fact), f"{target} {what}", f"ids: {', '.join(named) or 'none'}")
            if isinstance(fact.body, f.Discharge) and isinstance(found.body, f.Grant):
                owed = [obligation.id for obligation in found.body.obligations]
                if fact.body.obligation not in owed:
                    message = f"{fact.body.obligation} is no obligation of {target}"
                    raise self.wrong_fact(fact, "discharge.obligation", message, f"ids: {', '.join(owed) or 'none'}")

    def check_circles(self, facts: tuple[AnyFact, ...]) -> None:
        """Rule 4."""
        inputs: dict[str, set[str]] = {}
        for fact in facts:
            if isinstance(fact.body, f.Derive):
                inputs.setdefault(fact.body.thing, set()).update(fact.body.from_things)
        for fact in facts:
            if isinstance(fact.body, f.Derive) and fact.body.thing in _reached(fact.body.from_things, inputs):
                message = f"{fact.body.thing} is derived from itself"
                raise self.wrong_fact(fact, "derive.from_things", message, "break the circle")

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
                    message = f"{attribute} is {_TYPES[kind]} here and {_TYPES[wanted[attribute]]} in another fact"
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
                _check_context(ask, wanted)
            except Malformed as error:
                raise self.placed(error, given, line) from error
            yield Query(ask, expect, f"{self.name}:{line}")


def _check_context(ask: Ask, wanted: Mapping[str, type]) -> None:
    """Rule 3, of one question."""
    for attribute, given in ask.context.items():
        kind = wanted.get(attribute, type(given))
        if type(given) is not kind:
            shown = given if isinstance(given, Decimal) else repr(given)
            raise Malformed(
                f"{shown} does not fit",
                field=f"ask.context.{attribute}",
                next_step=f"conditions and quotas here read it as {_TYPES[kind]}",
            )


def _member(group: str, party: str, number: int, spell: Mapping[str, object], names: Names) -> AnyFact:
    line = {"id": f"member-{group}-{party}-{number}", "group": group, "party": party, **spell}
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


def _target(body: f.Body) -> tuple[str | None, tuple[type, ...]]:
    """The id of the fact that a body names, and the kinds it may be of."""
    match body:
        case f.Revoke():
            return body.fact, (f.Grant, f.Refuse, f.Request)
        case f.Renew() | f.Use() | f.Discharge():
            return body.grant, (f.Grant,)
        case _:
            return None, ()


def _reached(things: Iterable[str], inputs: Mapping[str, set[str]]) -> set[str]:
    """These things and all that they are derived from."""
    seen: set[str] = set()
    waiting = [*things]
    while waiting:
        here = waiting.pop()
        if here not in seen:
            seen.add(here)
            waiting.extend(inputs.get(here, ()))
    return seen


_ASK = ("party", "action", "thing", "on", "known", "purpose", "context", "clearance", "face")
_EXPECT = ("verdict", "missing", "needed", "owners", "duties", "learns")


def asked(given: object, names: Names) -> Ask:
    """Read a question."""
    fields = Fields(given, "ask", names, _ASK)
    on = fields.instant("on")
    if on is None:
        raise Malformed("is missing", field="ask.on", next_step="say about which day you ask, as on: 2024-05-01")
    known = fields.instant("known")
    face = fields.take("face", None)
    return Ask(
        fields.party("party"),
        fields.text("action"),
        fields.text("thing"),
        on,
        NEVER if known is None else known,
        fields.text("purpose", f.ANY),
        _context(fields.take("context", {})),
        fields.optional_text("clearance"),
        None if face is None else frozenset(fields.texts("face", [], empty=True)),
    )


def _context(given: object) -> dict[str, Value]:
    if not isinstance(given, Mapping):
        raise Malformed(f"{given!r} is no mapping", field="ask.context", next_step="write {attribute: value}")
    return {str(name): _attribute(str(name), item) for name, item in given.items() if item is not None}


def _attribute(name: str, given: object) -> Value:
    try:
        return value(given)
    except Malformed as error:
        raise Malformed(error.message, field=f"ask.context.{name}", next_step=error.next_step) from error


def expected(given: object, names: Names) -> Expectation:
    """Read an expected answer."""
    fields = Fields(given, "expect", names, _EXPECT)
    verdict = fields.take("verdict", None)
    needed = fields.take("needed", None)
    missing = fields.take("missing", None)
    owners = fields.take("owners", {})
    duties = fields.take("duties", None)
    learns = fields.optional_text("learns")
    if learns is not None and learns not in LEARNT:
        raise Malformed(
            f"{learns!r} is not what an asker can learn",
            field="expect.learns",
            next_step=f"allowed: {', '.join(LEARNT)}",
        )
    return Expectation(
        None if verdict is None else _verdict(verdict, "expect.verdict"),
        None if missing is None else _parties(fields, "missing"),
        None if needed is None else fields.whole("needed"),
        tuple(
            (names.party(owner, f"expect.owners.{owner}"), _verdict(item, f"expect.owners.{owner}"))
            for owner, item in _pairs(owners)
        ),
        None if duties is None else fields.texts("duties", [], empty=True),
        learns,
    )


def _parties(fields: Fields, field: str) -> tuple[str, ...]:
    """Party codes, sorted as answers have them; none may be named."""
    return tuple(sorted(fields.names.party(item, path) for path, item in fields.listed(field, [], empty=True)))


def _pairs(given: object) -> list[tuple[object, object]]:
    if not isinstance(given, Mapping):
        raise Malformed(f"{given!r} is no mapping", field="expect.owners", next_step="write {PARTY: VERDICT}")
    return list(given.items())


def _verdict(given: object, field: str) -> Verdict:
    if isinstance(given, str) and given in Verdict.__members__:
        return Verdict[given]
    raise Malformed(f"{given!r} is no verdict", field=field, next_step=f"allowed: {', '.join(Verdict.__members__)}")
