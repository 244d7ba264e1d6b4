"""Facts from plain mappings, as worlds, agreements and stored bodies write them, and back again.

Rules:
1. A line is one kind and its fields: `{grant: {by: ..., to: [...], ...}}`. An unknown kind or field is refused, with
   what is allowed, before anything else is looked at.
2. Every kind takes `id`, `recorded`, `from`, `until`, `issuer`, `basis` besides its own fields.
3. `from` and `until` open the period where they are missing. `recorded` defaults to the day of `from`, else always.
   The `effective` day of a revocation defaults to the day of `from`, too: it has no effect before it is valid.
4. Ragged dates are for memberships, titles, grants and refusals; other kinds must be exact, for what they say steers
   the rest.
5. The issuer defaults to `by`, else to the owner (title), the sovereign (acts-for), else to the book.
6. An error names its field by the way to it, `route.legs[2].territory`; items of a list count from one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from comity.errors import Malformed
from comity.values import fact as f
from comity.values.fields import HUNDRED, Fields
from comity.values.instant import ALWAYS, Instant
from comity.values.names import Names, number
from comity.values.party import ANYONE
from comity.values.period import Period

BOOK = "book"
_COMMON = ("id", "recorded", "from", "until", "issuer", "basis")
_RAGGED_KINDS = (f.Member, f.Title, f.Grant, f.Refuse)


def _terms(fields: Fields, to: object = ...) -> f.Terms:
    return f.Terms(
        fields.recipients("to", to),
        fields.texts("actions"),
        fields.text("scope"),
        fields.texts("purposes", [f.ANY]),
        fields.condition("when") if "when" in FIELDS[fields.kind] else None,
    )


def _member(fields: Fields) -> f.Member:
    return f.Member(fields.names.group(fields.take("group"), fields.path("group")), fields.party("party"))


def _acts_for(fields: Fields) -> f.ActsFor:
    return f.ActsFor(fields.party("organ"), fields.party("sovereign"))


def _title(fields: Fields) -> f.Title:
    return f.Title(
        fields.text("thing"),
        fields.choice("kind", f.Kind),
        fields.party("owner"),
        fields.choice("interest", f.Interest),
    )


def _derive(fields: Fields) -> f.Derive:
    parts = fields.texts("from_things")
    return f.Derive(fields.text("thing"), fields.party("by"), parts, _shares(fields, parts))


def _shares(fields: Fields, parts: tuple[str, ...]) -> tuple[tuple[str, Decimal], ...]:
    given, path = fields.take("shares", {}), fields.path("shares")
    if not isinstance(given, Mapping):
        raise Malformed(f"{given!r} is no mapping", field=path, next_step="write {part: per cent of the value}")
    for part in given:
        if part not in parts:
            raise Malformed("is no part of this thing", field=f"{path}.{part}", next_step=f"parts: {', '.join(parts)}")
    shares = tuple((str(part), number(value, f"{path}.{part}")) for part, value in given.items())
    total = sum((share for _, share in shares), Decimal(0))
    if total > HUNDRED:
        raise Malformed(f"the shares come to {total} per cent", field=path, next_step="keep them to 100 together")
    return shares


def _collection(fields: Fields) -> f.Collection:
    return f.Collection(fields.text("name"), fields.party("by"), fields.texts("things"))


def _standing(fields: Fields) -> f.Standing:
    return f.Standing(
        fields.text("action"),
        fields.choice("interest", f.Interest),
        fields.choice("role", f.Role),
        fields.optional_text("scope"),
    )


def _quorum(fields: Fields) -> f.Quorum:
    of = tuple(fields.names.party(item, path) for path, item in fields.listed("of", []))
    k = fields.whole("k", None, least=1)
    if of and k > len(set(of)):
        raise Malformed(
            f"{k} of {len(set(of))} can never agree", field="quorum.k", next_step="lower k, or name more in `of`"
        )
    return f.Quorum(fields.text("scope"), k, fields.texts("actions", [f.ANY]), of)


def _obligation(given: object, path: str, names: Names) -> f.Obligation:
    fields = Fields(given, path, names, ("id", "kind", "phase"))
    return f.Obligation(fields.text("id"), fields.text("kind"), fields.choice("phase", f.Phase))


def _obligations(fields: Fields) -> tuple[f.Obligation, ...]:
    owed: dict[str, f.Obligation] = {}
    for path, item in fields.listed("obligations", [], empty=True):
        read = _obligation(item, path, fields.names)
        if read.id in owed:
            raise Malformed(f"{read.id} stands twice", field=f"{path}.id", next_step="give each obligation its own id")
        owed[read.id] = read
    return tuple(owed.values())


def _grant(fields: Fields) -> f.Grant:
    quota = fields.take("quota", None)
    lease = fields.take("lease_days", None)
    depth = fields.whole("depth")
    if quota is not None and depth:
        step = "leave `depth` out, and grant a quota to each of those who are to use it"
        raise Malformed(
            "a quota cannot be passed on: nobody could tell what is left", field="grant.depth", next_step=step
        )
    return f.Grant(
        fields.party("by"),
        _terms(fields),
        depth,
        _obligations(fields),
        None if quota is None else number(quota, "grant.quota"),
        None if lease is None else fields.whole("lease_days", least=1),
        fields.whole("notice_days"),
        fields.optional_text("clearance"),
    )


def _refuse(fields: Fields) -> f.Refuse:
    return f.Refuse(fields.party("by"), _terms(fields))


def _reserve(fields: Fields) -> f.Refuse:
    return f.Refuse(fields.party("by"), _terms(fields, [ANYONE]))


def _request(fields: Fields) -> f.Request:
    return f.Request(fields.party("by"), _terms(fields))


def _revoke(fields: Fields) -> f.Revoke:
    grant, fact = fields.optional_text("grant"), fields.optional_text("fact")
    if grant is None and fact is None:
        raise Malformed(
            "names no fact", field="revoke.grant", next_step="add `grant: ID`, or `fact: ID` for a refusal or request"
        )
    if grant is not None and fact is not None:
        raise Malformed("names a second fact", field="revoke.fact", next_step="write one revoke for each")
    day = "from" if fields.take("effective", None) is None else "effective"
    return f.Revoke(fields.party("by"), grant or fact or "", fields.instant(day), fields.whole("notice_days"))


def _renew(fields: Fields) -> f.Renew:
    return f.Renew(fields.party("by"), fields.text("grant"))


def _use(fields: Fields) -> f.Use:
    return f.Use(fields.party("by"), fields.text("grant"), fields.number("amount"))


def _discharge(fields: Fields) -> f.Discharge:
    party = fields.take("party", None)
    named = None if party is None else fields.names.party(party, "discharge.party")
    return f.Discharge(fields.party("by"), fields.text("grant"), fields.text("obligation"), named)


def _levels(fields: Fields) -> f.Levels:
    return f.Levels(fields.party("by"), fields.texts("order"))


def _equivalence(fields: Fields) -> f.Equivalence:
    return f.Equivalence(fields.party("by"), fields.party("of"), fields.text("theirs"), fields.text("ours"))


def _de_minimis(fields: Fields) -> f.DeMinimis:
    return f.DeMinimis(
        fields.party("by"), fields.recipients("to"), fields.per_cent("threshold"), fields.texts("actions", [f.ANY])
    )


def _route(fields: Fields) -> f.Route:
    legs = tuple(_leg(item, path, fields.names) for path, item in fields.listed("legs"))
    return f.Route(fields.text("thing"), fields.party("by"), legs)


def _leg(given: object, path: str, names: Names) -> f.Leg:
    fields = Fields(given, path, names, ("territory", "after_hours", "stay_hours"))
    read = f.Leg(fields.text("territory"), fields.hours("after_hours"), fields.hours("stay_hours", 1))
    if read.stay <= 0:
        raise Malformed("must be more than 0", field=f"{path}.stay_hours", next_step="say how long the leg takes")
    return read


KINDS: dict[str, tuple[Callable[[Fields], f.Body], str | None]] = {
    "member": (_member, None),
    "acts-for": (_acts_for, "sovereign"),
    "title": (_title, "owner"),
    "derive": (_derive, "by"),
    "collection": (_collection, "by"),
    "standing": (_standing, None),
    "quorum": (_quorum, None),
    "grant": (_grant, "by"),
    "refuse": (_refuse, "by"),
    "reserve": (_reserve, "by"),
    "request": (_request, "by"),
    "revoke": (_revoke, "by"),
    "renew": (_renew, "by"),
    "use": (_use, "by"),
    "discharge": (_discharge, "by"),
    "levels": (_levels, "by"),
    "equivalence": (_equivalence, "by"),
    "de-minimis": (_de_minimis, "by"),
    "route": (_route, "by"),
}
"""Each kind of line, how its fields are read, and which field names its issuer."""


_TERMS = ("to", "actions", "scope", "purposes", "when")

FIELDS: dict[str, tuple[str, ...]] = {
    "member": ("group", "party"),
    "acts-for": ("organ", "sovereign"),
    "title": ("thing", "kind", "owner", "interest"),
    "derive": ("thing", "by", "from_things", "shares"),
    "collection": ("name", "by", "things"),
    "standing": ("action", "interest", "role", "scope"),
    "quorum": ("scope", "k", "actions", "of"),
    "grant": ("by", *_TERMS, "depth", "obligations", "quota", "lease_days", "notice_days", "clearance"),
    "refuse": ("by", *_TERMS),
    "reserve": ("by", *_TERMS),
    "request": ("by", *_TERMS[:-1]),
    "revoke": ("by", "grant", "fact", "effective", "notice_days"),
    "renew": ("by", "grant"),
    "use": ("by", "grant", "amount"),
    "discharge": ("by", "grant", "obligation", "party"),
    "levels": ("by", "order"),
    "equivalence": ("by", "of", "theirs", "ours"),
    "de-minimis": ("by", "to", "threshold", "actions"),
    "route": ("thing", "by", "legs"),
}
"""The fields of each kind, besides those that every kind takes."""


def fact(line: object, order: int = 0, names: Names | None = None) -> f.AnyFact:
    """Read one line: rules 1 to 5.

    Args:
        line: a mapping of one kind to its fields.
        order: the line's place in the order of recording; also its id (`fact-ORDER`) when it states none.
        names: the party and group names that exist; None admits any.

    Raises:
        Malformed: the line breaks a rule; `field` names the place.
    """
    kind, given = _kind(line)
    read, issuer_field = KINDS[kind]
    fields = Fields(given, kind, names or Names(), (*FIELDS[kind], *_COMMON))
    body = read(fields)
    valid, recorded = fields.period(exact=not isinstance(body, _RAGGED_KINDS)), fields.instant("recorded")
    if isinstance(body, f.Grant) and body.lease_days is not None and valid.start.latest == ALWAYS:
        raise Malformed("is missing", field="grant.from", next_step="a lease runs from a day: add `from:`")
    stated = fields.optional_text("issuer")
    issuer = stated or (str(fields.take(issuer_field)) if issuer_field else BOOK)
    return f.Fact(
        fields.optional_text("id") or f"fact-{order}",
        issuer,
        body,
        valid,
        _recorded(body, valid) if recorded is None else recorded,
        order,
        fields.optional_text("basis"),
    )


def _kind(line: object) -> tuple[str, object]:
    """The kind of a line and what it gives: rule 1."""
    usage = "write one kind and its fields: - grant: {by: ..., to: [...]}"
    if not isinstance(line, Mapping):
        raise Malformed(f"{line!r} is no fact", field="facts", next_step=usage)
    if len(line) != 1:
        raise Malformed(
            f"a line is one kind, not {len(line)} ({', '.join(map(str, line)) or 'none'})",
            field="facts",
            next_step=usage,
        )
    ((kind, given),) = line.items()
    if kind not in KINDS:
        raise Malformed(f"{kind!r} is no kind of fact", field="facts", next_step=f"allowed: {', '.join(KINDS)}")
    return kind, given


def _recorded(body: f.Body, valid: Period) -> Instant:
    """Rule 3: memberships were always known, other facts from the first day they may be valid."""
    return ALWAYS if isinstance(body, f.Member) else valid.start.earliest
