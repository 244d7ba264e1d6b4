"""Worlds: small books with questions and expected answers, as domain people write them (docs/worlds.md).

Rules:
1. A world is read whole or not at all: the first thing wrong is named by file, line and field, and nothing is
   evaluated.
2. Every party, group and fact a line names must be declared; every condition must fit the context of every question.
3. A derivation that runs in a circle is malformed, whenever its parts are valid.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from comity.errors import Malformed
from comity.formats import yaml12
from comity.values import fact as f
from comity.values import reading
from comity.values.condition import types, value
from comity.values.fact import AnyFact, Ask
from comity.values.instant import NEVER
from comity.values.reading import Fields, Names
from comity.values.verdict import Verdict

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
        raise Malformed("a world is a mapping", where=f"{name}:1", next_step=f"headings: {', '.join(_HEADINGS)}")
    for heading in document:
        if heading not in _HEADINGS:
            raise Malformed(
                "is no heading",
                where=f"{name}:{document.lines[heading]}",
                field=heading,
                next_step=f"allowed: {', '.join(_HEADINGS)}",
            )
    names = _names(document, name)
    facts = (*_members(document, names, name), *_facts(document, names, name))
    _check_references(facts, document, name)
    queries = tuple(_queries(document, names, name))
    _check_contexts(facts, queries)
    return World(name, str(document.get("story") or ""), facts, queries)


def _names(document: yaml12.Mapping, name: str) -> Names:
    parties = _sequence(document, "parties", name)
    for party, line in zip(parties, parties.lines, strict=True):
        if not isinstance(party, str):
            raise Malformed(
                f"{party!r} is no party code",
                where=f"{name}:{line}",
                field="parties",
                next_step="put codes that YAML takes for something else in quotes",
            )
    groups = document.get("groups") or {}
    if not isinstance(groups, Mapping):
        raise Malformed(
            "is no mapping",
            where=f"{name}:{document.lines['groups']}",
            field="groups",
            next_step="write GROUP: {PARTY: [from, until]}",
        )
    return Names(frozenset(str(party) for party in parties), frozenset(groups))


def _sequence(document: yaml12.Mapping, heading: str, name: str) -> yaml12.Sequence:
    found = document.get(heading)
    if isinstance(found, yaml12.Sequence):
        return found
    if found is None and heading != "parties":
        return _nothing()
    line = document.lines.get(heading, 1)
    raise Malformed("must be a list", where=f"{name}:{line}", field=heading, next_step=f"write {heading}: [...]")


def _nothing() -> yaml12.Sequence:
    empty = yaml12.Sequence()
    empty.line, empty.lines = 1, []
    return empty


def _members(document: yaml12.Mapping, names: Names, name: str) -> Iterator[AnyFact]:
    groups = document.get("groups")
    if not isinstance(groups, yaml12.Mapping):
        return
    for group, members in groups.items():
        if not isinstance(members, yaml12.Mapping):
            raise Malformed(
                "is no mapping of members",
                where=f"{name}:{groups.lines[group]}",
                field=f"groups.{group}",
                next_step="write {PARTY: [from, until]}",
            )
        for party, given in members.items():
            where = f"{name}:{members.lines[party]}"
            for number, spell in enumerate(_spells(given, where, f"groups.{group}.{party}"), start=1):
                line = {"member": {"id": f"member-{group}-{party}-{number}", "group": group, "party": party, **spell}}
                yield _placed(line, where, f"groups.{group}.{party}", names)


def _spells(given: object, where: str, field: str) -> list[dict[str, object]]:
    """One spell `[from, until]`, `[from, until, recorded]` or `{from, until, recorded}`, or a list of them."""
    if isinstance(given, list) and given and all(isinstance(item, list | Mapping) for item in given):
        return [spell for item in given for spell in _spells(item, where, field)]
    if isinstance(given, Mapping):
        return [dict(given)]
    if isinstance(given, list) and len(given) in {2, 3}:
        return [dict(zip(("from", "until", "recorded"), given, strict=False))]
    raise Malformed(
        f"{given!r} is no membership",
        where=where,
        field=field,
        next_step="write [from, until], null for open; several spells as a list of them",
    )


def _placed(line: object, where: str, field: str, names: Names) -> AnyFact:
    try:
        return reading.fact(line, 0, names)
    except Malformed as error:
        raise Malformed(error.message, where=where, field=field, next_step=error.next_step) from error


def _facts(document: yaml12.Mapping, names: Names, name: str) -> Iterator[AnyFact]:
    lines = _sequence(document, "facts", name)
    for order, (line, number) in enumerate(zip(lines, lines.lines, strict=True), start=1):
        try:
            yield reading.fact(line, order, names)
        except Malformed as error:
            where = f"{name}:{_line_of(line, error.field, number)}"
            raise Malformed(error.message, where=where, field=error.field, next_step=error.next_step) from error


def _line_of(given: object, field: str | None, default: int) -> int:
    """The line of a field such as `grant.obligations.id` as deep as the mapping has it."""
    line, here = default, given
    for part in (field or "").replace("/", ".").split("."):
        if isinstance(here, yaml12.Sequence) and here and isinstance(here[0], yaml12.Mapping):
            here = here[0]
        if isinstance(here, yaml12.Mapping) and part in here.lines:
            line, here = here.lines[part], here[part]
    return line


def _check_references(facts: tuple[AnyFact, ...], document: yaml12.Mapping, name: str) -> None:
    """Rules 2 and 3 between lines."""
    lines = _sequence(document, "facts", name).lines
    ids: dict[str, AnyFact] = {}
    for fact in facts:
        where = f"{name}:{lines[fact.order - 1]}" if fact.order else f"{name}:1"
        if fact.id in ids:
            raise Malformed(f"{fact.id} stands twice", where=where, field="id", next_step="give each fact its own id")
        ids[fact.id] = fact
    for fact in facts:
        target, allowed = _target(fact.body)
        if target is not None and not (target in ids and isinstance(ids[target].body, allowed)):
            named = sorted(i for i, other in ids.items() if isinstance(other.body, allowed))
            raise Malformed(
                f"{target} is no fact of the right kind here",
                where=f"{name}:{lines[fact.order - 1]}",
                field=_kind(fact.body),
                next_step=f"ids: {', '.join(named) or 'none'}",
            )
        if isinstance(fact.body, f.Derive) and _circular(fact.body.thing, facts):
            raise Malformed(
                f"{fact.body.thing} is derived from itself",
                where=f"{name}:{lines[fact.order - 1]}",
                field="derive.from_things",
                next_step="break the circle",
            )


def _kind(body: f.Body) -> str:
    return type(body).__name__.lower()


def _target(body: f.Body) -> tuple[str | None, tuple[type, ...]]:
    if isinstance(body, f.Revoke):
        return body.fact, (f.Grant, f.Refuse, f.Request)
    if isinstance(body, f.Renew | f.Use | f.Discharge):
        return body.grant, (f.Grant,)
    return None, ()


def _circular(thing: str, facts: tuple[AnyFact, ...]) -> bool:
    inputs: dict[str, set[str]] = {}
    for fact in facts:
        if isinstance(fact.body, f.Derive):
            inputs.setdefault(fact.body.thing, set()).update(fact.body.from_things)
    seen: set[str] = set()
    waiting = [*inputs.get(thing, ())]
    while waiting:
        here = waiting.pop()
        if here == thing:
            return True
        if here not in seen:
            seen.add(here)
            waiting.extend(inputs.get(here, ()))
    return False


def _queries(document: yaml12.Mapping, names: Names, name: str) -> Iterator[Query]:
    lines = _sequence(document, "queries", name)
    for given, number in zip(lines, lines.lines, strict=True):
        try:
            fields = Fields(given, "query", names)
            ask, expect = asked(fields.take("ask"), names), expected(fields.take("expect", {}), names)
            fields.done()
        except Malformed as error:
            where = f"{name}:{_line_of(given, error.field, number)}"
            raise Malformed(error.message, where=where, field=error.field, next_step=error.next_step) from error
        yield Query(ask, expect, f"{name}:{number}")


def asked(given: object, names: Names) -> Ask:
    """Read a question."""
    fields = Fields(given, "ask", names)
    on = fields.instant("on")
    if on is None:
        raise Malformed("is missing", field="ask.on", next_step="say about which day you ask, as on: 2024-05-01")
    known = fields.instant("known")
    face = fields.take("face", None)
    ask = Ask(
        fields.party("party"),
        fields.text("action"),
        fields.text("thing"),
        on,
        NEVER if known is None else known,
        fields.text("purpose", f.ANY),
        _context(fields.take("context", {})),
        fields.optional_text("clearance"),
        None if face is None else frozenset(str(item) for item in fields.items("face", [])),
    )
    fields.done()
    return ask


def _context(given: object) -> dict[str, str | Decimal | bool]:
    if not isinstance(given, Mapping):
        raise Malformed(f"{given!r} is no mapping", field="ask.context", next_step="write {attribute: value}")
    try:
        return {str(name): value(item) for name, item in given.items() if item is not None}
    except Malformed as error:
        raise Malformed(error.message, field="ask.context", next_step=error.next_step) from error


def expected(given: object, names: Names) -> Expectation:
    """Read an expected answer."""
    fields = Fields(given, "expect", names)
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
    expectation = Expectation(
        None if verdict is None else _verdict(verdict, "expect.verdict"),
        None if missing is None else tuple(names.party(item, "expect.missing") for item in fields.items("missing", [])),
        None if needed is None else fields.whole("needed"),
        tuple((names.party(owner, "expect.owners"), _verdict(item, "expect.owners")) for owner, item in _pairs(owners)),
        None if duties is None else tuple(str(item) for item in fields.items("duties", [])),
        learns,
    )
    fields.done()
    return expectation


def _pairs(given: object) -> list[tuple[object, object]]:
    if not isinstance(given, Mapping):
        raise Malformed(f"{given!r} is no mapping", field="expect.owners", next_step="write {PARTY: VERDICT}")
    return list(given.items())


def _verdict(given: object, field: str) -> Verdict:
    if isinstance(given, str) and given in Verdict.__members__:
        return Verdict[given]
    raise Malformed(f"{given!r} is no verdict", field=field, next_step=f"allowed: {', '.join(Verdict.__members__)}")


def _check_contexts(facts: tuple[AnyFact, ...], queries: tuple[Query, ...]) -> None:
    """Rule 2: every condition fits every context it may meet."""
    wanted: dict[str, type] = {}
    for fact in facts:
        if isinstance(fact.body, f.Grant | f.Refuse | f.Request) and fact.body.terms.when is not None:
            for attribute, kind in types(fact.body.terms.when).items():
                wanted.setdefault(attribute, kind)
    names = {str: "text", Decimal: "a number", bool: "true or false"}
    for query in queries:
        for attribute, given in query.ask.context.items():
            if attribute in wanted and type(given) is not wanted[attribute]:
                raise Malformed(
                    f"{given!r} does not fit",
                    where=query.where,
                    field=f"ask.context.{attribute}",
                    next_step=f"conditions here read it as {names[wanted[attribute]]}",
                )
