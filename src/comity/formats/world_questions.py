"""The questions of a world and the answers they must have (docs/worlds.md).

Rules:
1. A question says who asks, for which act, on what, and about which day; everything else has a default.
2. What an answer must be is checked as far as it is stated.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from comity.errors import Malformed
from comity.values import fact as f
from comity.values.condition import Value, value
from comity.values.fact import Ask
from comity.values.fields import Fields
from comity.values.instant import NEVER
from comity.values.names import Names
from comity.values.verdict import Verdict

TYPES = {str: "text", Decimal: "a number", bool: "true or false"}
LEARNT = ("GRANTED", "PENDING", "not available")
_ASK = ("party", "action", "thing", "on", "known", "purpose", "context", "clearance", "face")
_EXPECT = ("verdict", "missing", "needed", "owners", "duties", "learns")


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a question's answer must be; None is not checked."""

    verdict: Verdict | None = None
    missing: tuple[str, ...] | None = None
    needed: int | None = None
    owners: tuple[tuple[str, Verdict], ...] = ()
    duties: tuple[str, ...] | None = None
    learns: str | None = None


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


def check_attributes(ask: Ask, wanted: Mapping[str, type]) -> None:
    """Refuse a question that gives an attribute, or its purpose, as something else than conditions read it as.

    Args:
        ask: the question.
        wanted: the type of each attribute that a condition or a quota reads.

    Raises:
        Malformed: an attribute is of another type.
    """
    stated = {} if ask.purpose == f.ANY else {"ask.purpose": ("purpose", ask.purpose)}
    given = stated | {f"ask.context.{name}": (name, item) for name, item in ask.context.items()}
    for field, (attribute, item) in given.items():
        kind = wanted.get(attribute, type(item))
        if type(item) is not kind:
            shown = item if isinstance(item, Decimal) else repr(item)
            advice = f"conditions and quotas here read it as {TYPES[kind]}"
            raise Malformed(f"{shown} does not fit", field=field, next_step=advice)


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
    named: dict[str, None] = {}
    for path, item in fields.listed(field, [], empty=True):
        party = fields.names.party(item, path)
        if party in named:
            raise Malformed(f"{party} stands twice", field=path, next_step="name each party once")
        named[party] = None
    return tuple(sorted(named))


def _pairs(given: object) -> list[tuple[object, object]]:
    if not isinstance(given, Mapping):
        raise Malformed(f"{given!r} is no mapping", field="expect.owners", next_step="write {PARTY: VERDICT}")
    return list(given.items())


def _verdict(given: object, field: str) -> Verdict:
    if isinstance(given, str) and given in Verdict.__members__:
        return Verdict[given]
    raise Malformed(f"{given!r} is no verdict", field=field, next_step=f"allowed: {', '.join(Verdict.__members__)}")
