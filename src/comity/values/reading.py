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

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import TypeVar

from comity.errors import Malformed
from comity.values import fact as f
from comity.values.condition import Condition, condition
from comity.values.instant import ALWAYS, HOUR, Instant, instant, ragged_date
from comity.values.party import ANYONE, Group, Recipient, recipient
from comity.values.period import Period, period

BOOK = "book"
_COMMON = ("id", "recorded", "from", "until", "issuer", "basis")
_MOST = 10**15  # a quadrillion of anything, and
_MOST_WHOLE = 10**6  # a million days, steps or owners, is more than any agreement says
_MOST_HOURS = 10**5  # some eleven years under way
_HUNDRED = Decimal(100)
_RAGGED_KINDS = (f.Member, f.Title, f.Grant, f.Refuse)
E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Names:
    """The names a line may use; None admits any."""

    parties: frozenset[str] | None = None
    groups: frozenset[str] | None = None

    def party(self, value: object, field: str) -> str:
        """A party code that exists."""
        text = _text(value, field)
        if self.parties is not None and text not in self.parties:
            if self.groups is not None and text in self.groups:
                raise Malformed(
                    f"{text} is a group, not a party",
                    field=field,
                    next_step=f"write {text}@dynamic where a group may stand",
                )
            raise Malformed(
                f"{text} is no party here", field=field, next_step=f"parties: {', '.join(sorted(self.parties))}"
            )
        return text

    def group(self, value: object, field: str) -> str:
        """The name of a group that exists."""
        text = _text(value, field)
        if self.groups is not None and text not in self.groups:
            raise Malformed(
                f"{text} is no group here",
                field=field,
                next_step=f"groups: {', '.join(sorted(self.groups)) or 'none; declare it under `groups:`'}",
            )
        return text

    def recipient(self, value: object, field: str) -> Recipient:
        """A party, a group with its mode, or everyone."""
        name = _within(field, recipient, value)
        if isinstance(name, Group):
            return Group(self.group(name.name, field), name.frozen)
        if name == ANYONE:
            return name
        if self.groups is not None and name in self.groups and name not in (self.parties or ()):
            raise Malformed(
                f"{name} is a group and needs a mode",
                field=field,
                next_step=f"write {name}@dynamic, or {name}@2004-03-29 for the members of a day",
            )
        return self.party(name, field)


class Fields:
    """The fields of one line, taken out one by one; what nobody took is unknown.

    With `allowed`, a field outside it is refused at once: a slip of the pen is told as one, not as a missing field.
    """

    def __init__(self, given: object, kind: str, names: Names, allowed: tuple[str, ...] | None = None) -> None:
        if not isinstance(given, Mapping):
            raise Malformed(f"needs fields, not {given!r}", field=kind, next_step="write {field: value, ...}")
        self._given = given
        self._taken: list[str] = []
        self.names = names
        self.kind = kind
        if allowed is not None:
            self._only(allowed)

    def take(self, field: str, default: object = ...) -> object:
        """The raw value of a field; without a default it must be there."""
        self._taken.append(field)
        value = self._given.get(field)
        if value is None:
            if default is ...:
                raise Malformed("is missing", field=f"{self.kind}.{field}", next_step=f"add `{field}:`")
            return default
        return value

    def path(self, field: str) -> str:
        """How errors name a field."""
        return f"{self.kind}.{field}"

    def done(self) -> None:
        """Refuse whatever was given and not taken: rule 1."""
        self._only(tuple(dict.fromkeys(self._taken)))

    def _only(self, allowed: tuple[str, ...]) -> None:
        for field in self._given:
            if field not in allowed:
                raise Malformed(
                    "is no field here", field=self.path(str(field)), next_step=f"allowed: {', '.join(allowed)}"
                )

    def text(self, field: str, default: object = ...) -> str:
        """A text that is not empty."""
        return _text(self.take(field, default), self.path(field))

    def optional_text(self, field: str) -> str | None:
        """A text, or nothing."""
        value = self.take(field, None)
        return None if value is None else _text(value, self.path(field))

    def texts(self, field: str, default: object = ..., *, empty: bool = False) -> tuple[str, ...]:
        """A list of texts that is not empty, unless it may be; one text stands for a list of one."""
        return tuple(_text(item, path) for path, item in self.listed(field, default, empty=empty))

    def items(self, field: str, default: object = ..., *, empty: bool = False) -> list[object]:
        """A list that is not empty, unless it may be; the default may be empty too."""
        return [item for _, item in self.listed(field, default, empty=empty)]

    def listed(self, field: str, default: object = ..., *, empty: bool = False) -> list[tuple[str, object]]:
        """The items of a list, each with the path by which errors name it: rule 6."""
        value, path = self.take(field, default), self.path(field)
        if isinstance(value, str | Mapping):
            return [(path, value)]
        if not isinstance(value, Iterable):
            raise Malformed(f"{value!r} is no list", field=path, next_step="write [first, second]")
        items = [(f"{path}[{number}]", item) for number, item in enumerate(value, start=1)]
        if not items and value is not default and not empty:
            raise Malformed("is empty", field=path, next_step="name at least one, or leave the field out if it may be")
        return items

    def party(self, field: str) -> str:
        """A party code."""
        return self.names.party(self.take(field), self.path(field))

    def parties(self, field: str) -> tuple[str, ...]:
        """Party codes."""
        return tuple(self.names.party(item, path) for path, item in self.listed(field))

    def recipients(self, field: str, default: object = ...) -> tuple[Recipient, ...]:
        """Parties, groups with their mode, or everyone."""
        return tuple(self.names.recipient(item, path) for path, item in self.listed(field, default))

    def whole(self, field: str, default: int | None = 0, least: int = 0) -> int:
        """A whole number of at least `least`."""
        value = self.take(field, default if default is not None else ...)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= _MOST_WHOLE:
            raise Malformed(
                f"{value!r} is no whole number of {least} or more",
                field=self.path(field),
                next_step=f"write a number from {least} to {_MOST_WHOLE}",
            )
        return value

    def number(self, field: str, default: object = ...) -> Decimal:
        """An exact number of at least 0."""
        return _number(self.take(field, default), self.path(field))

    def hours(self, field: str, default: object = ...) -> Instant:
        """A length of time, written in hours."""
        hours = self.number(field, default)
        if hours > _MOST_HOURS:
            raise Malformed(
                f"{hours} hours is no leg", field=self.path(field), next_step=f"write a number up to {_MOST_HOURS}"
            )
        return int(hours * HOUR)

    def per_cent(self, field: str) -> Decimal:
        """An exact number from 0 to 100."""
        number = self.number(field)
        if number > _HUNDRED:
            raise Malformed(f"{number} is more than the whole", field=self.path(field), next_step="write per cent")
        return number

    def choice(self, field: str, choices: type[E]) -> E:
        """One of the words of a vocabulary."""
        value = self.take(field)
        try:
            return choices(str(value))
        except ValueError as error:
            raise Malformed(
                f"{value!r} is not known", field=self.path(field), next_step=f"allowed: {', '.join(choices)}"
            ) from error

    def condition(self, field: str) -> Condition | None:
        """A condition, or nothing."""
        value = self.optional_text(field)
        return None if value is None else _within(self.path(field), condition, value)

    def instant(self, field: str) -> Instant | None:
        """An exact instant, or nothing."""
        value = self.take(field, None)
        return None if value is None else _within(self.path(field), instant, value)

    def period(self, *, exact: bool = False) -> Period:
        """The line's period of validity; exact, where ragged dates would leave too much open: rules 3 and 4."""
        start, end = self.take("from", None), self.take("until", None)
        for field, value in (("from", start), ("until", end)):
            if value is not None:
                _within(self.path(field), instant if exact else ragged_date, value)
        return _within(self.path("until"), lambda _: period(start, end), None)


T = TypeVar("T")


def _within(field: str, read: Callable[[object], T], value: object) -> T:
    """Read a value, naming the field in whatever error comes of it."""
    try:
        return read(value)
    except Malformed as error:
        raise Malformed(error.message, field=field, next_step=error.next_step) from error


def _text(value: object, field: str) -> str:
    if isinstance(value, str) and value.strip():
        return value
    raise Malformed(
        f"{value!r} is no text", field=field, next_step="write a word, in quotes if it looks like a number or a date"
    )


def _number(value: object, field: str) -> Decimal:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        number = Decimal("NaN")
    if isinstance(value, bool) or not number.is_finite() or not 0 <= number <= _MOST:
        shown = str(value) if isinstance(value, Decimal) else repr(value)
        raise Malformed(
            f"{shown} is no number of 0 or more",
            field=field,
            next_step=f"write a number such as 25 or 12.5, up to {_MOST}",
        )
    return number


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
    shares = tuple((str(part), _number(value, f"{path}.{part}")) for part, value in given.items())
    total = sum((share for _, share in shares), Decimal(0))
    if total > _HUNDRED:
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
    return f.Grant(
        fields.party("by"),
        _terms(fields),
        fields.whole("depth"),
        _obligations(fields),
        None if quota is None else _number(quota, "grant.quota"),
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
