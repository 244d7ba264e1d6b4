"""An agreement, article by article, as docs/agreements.md writes it.

Rules:
1. Every word of a vocabulary, every date, place and condition is checked when the file is read; the error names file,
   line, field, what is wrong and what is allowed.
2. A clause without a source or grade of its own has its agreement's.
3. A claim that says when the agreement came into force, or when a party was bound (`periods`), is an account: what
   rests on it is worked out under each. A claim that says so in words only is shown beside every answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from comity.casebook.places import Shape, shape
from comity.casebook.vocabulary import DUTIES, KINDS, TARGETS
from comity.errors import Malformed
from comity.formats import yaml12
from comity.values.condition import Condition, condition
from comity.values.period import OPEN, Period, period

YES, NO, FINDING = "yes", "no", "finding"
PARTIES, VICTIM, ANY, STATE, OUTSIDERS = "parties", "victim", "any", "state", "outsiders"
Names = str | tuple[str, ...]
"""One of the words above, or a list of party codes and groups."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A party, or the members of a group, bound for a period."""

    party: str | None
    group: str | None
    valid: Period
    doubt: str = ""
    """Why the entry is weak; empty where it is not of grade C."""


@dataclass(frozen=True, slots=True)
class Account:
    """One account of when an agreement came into force, or of when it bound a party: rule 3."""

    about: str
    says: str
    party: str | None
    periods: tuple[Period, ...]
    """The party's, or, without a party, the one of the agreement; empty: never."""

    @property
    def words(self) -> str:
        """The account, as it stands after "if"."""
        return f"{self.about}: {self.says} is taken"


@dataclass(frozen=True, slots=True)
class Strength:
    """The operative words in paraphrase, their order on the ladder as somebody reads them."""

    order: int | None
    words: str
    read_by: str


@dataclass(frozen=True, slots=True)
class Target:
    """Whether, and where, a kind of target is covered."""

    covered: str
    place: str | None = None
    in_territory: bool = False


@dataclass(frozen=True, slots=True)
class Trigger:
    """What sets a clause off."""

    kinds: Mapping[str, str]
    victim: Names
    attacker: Names
    targets: Mapping[str, Target] | None
    place: str | None
    when: Condition | None
    by_administration: bool


@dataclass(frozen=True, slots=True)
class Saying:
    """A dated statement about a clause: a qualification of one party, or somebody's reading."""

    by: str
    valid: Period
    says: str
    source: str


@dataclass(frozen=True, slots=True)
class Clause:
    """One article that binds, or consents."""

    article: str
    duty: str
    says: str
    strength: Strength
    bound: Names
    toward: Names
    trigger: Trigger | None
    determined_by: tuple[str, ...]
    processes: str | None
    qualifies: tuple[Saying, ...]
    readings: tuple[Saying, ...]
    valid: Period
    source: str
    grade: str
    verify: bool


@dataclass(frozen=True, slots=True)
class Narrowing:
    """A reservation: for one bound party the trigger holds only on a further condition."""

    party: str
    articles: Names
    when: Condition
    says: str


@dataclass(frozen=True, slots=True)
class Suspension:
    """Duties that do not run between two parties, or for one party, for a time."""

    bound: str | None
    toward: str | None
    articles: Names
    valid: Period
    says: str


@dataclass(frozen=True, slots=True)
class Agreement:
    """One agreement; `document` keeps the whole mapping as written, unknown fields included."""

    id: str
    name: str
    kind: str
    signed: object
    in_force: Period
    ever_in_force: bool
    entries: tuple[Entry, ...]
    clauses: tuple[Clause, ...]
    places: Mapping[str, Shape]
    narrowings: tuple[Narrowing, ...]
    suspensions: tuple[Suspension, ...]
    claims: tuple[str, ...]
    source: str
    grade: str
    verify: bool
    document: Mapping[str, object]
    accounts: tuple[Account, ...] = ()


class _Reader:
    """Reads the fields of one mapping and names the place of whatever is wrong."""

    def __init__(self, given: object, file: str, field: str, line: int = 1) -> None:
        self.file, self.field = file, field
        if not isinstance(given, Mapping):
            raise Malformed(
                f"{given!r} is no mapping", where=f"{file}:{line}", field=field, next_step="write {field: value}"
            )
        self.given = given

    def where(self, name: str) -> str:
        """FILE:LINE of a field."""
        lines = getattr(self.given, "lines", {})
        return f"{self.file}:{lines.get(name, getattr(self.given, 'line', 1))}"

    def wrong(self, name: str, what: str, remedy: str) -> Malformed:
        """The error about a field."""
        field = f"{self.field}.{name}" if self.field else name
        return Malformed(what, where=self.where(name), field=field, next_step=remedy)

    def text(self, name: str, default: str | None = None) -> str:
        """A text; without a default it must be there."""
        value = self.given.get(name)
        if value is None and default is not None:
            return default
        if not isinstance(value, str | int) or isinstance(value, bool) or str(value).strip() == "":
            raise self.wrong(
                name, "is missing" if value is None else f"{value!r} is no text", f"add `{name}:` with a text"
            )
        return str(value)

    def word(self, name: str, allowed: Sequence[str], default: str | None = None) -> str:
        """A word of a vocabulary."""
        value = self.text(name, default)
        if value not in allowed:
            raise self.wrong(name, f"{value!r} is not known", f"allowed: {', '.join(allowed)}")
        return value

    def flag(self, name: str, default: bool = False) -> bool:
        """True or false."""
        value = self.given.get(name, default)
        if not isinstance(value, bool):
            raise self.wrong(name, f"{value!r} is neither true nor false", "write true or false")
        return value

    def names(self, name: str, words: Sequence[str], default: str) -> Names:
        """One of some words, or a list of codes and groups."""
        value = self.given.get(name, default)
        if isinstance(value, list):
            return tuple(str(item) for item in value)
        if value in words:
            return str(value)
        raise self.wrong(
            name, f"{value!r} is not known", f"allowed: {', '.join(words)}, or a list of party codes and groups"
        )

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts; missing is empty."""
        value = self.given.get(name) or []
        if not isinstance(value, list):
            raise self.wrong(name, f"{value!r} is no list", "write [first, second]")
        return tuple(str(item) for item in value)

    def each(self, name: str) -> list[_Reader]:
        """The mappings of a list; missing is empty."""
        value = self.given.get(name) or []
        if not isinstance(value, list):
            raise self.wrong(name, f"{value!r} is no list", f"write {name}: and one `- {{...}}` for each")
        field = f"{self.field}.{name}" if self.field else name
        lines = getattr(value, "lines", [1] * len(value))
        return [_Reader(item, self.file, field, line) for item, line in zip(value, lines, strict=True)]

    def period(self, start: str = "from", end: str = "until") -> Period:
        """A period from two fields."""
        try:
            return period(self.given.get(start), self.given.get(end))
        except Malformed as error:
            raise self.wrong(start, error.message, error.next_step or "write a date") from error

    def condition(self, name: str) -> Condition | None:
        """A condition, or nothing."""
        value = self.given.get(name)
        if value is None:
            return None
        try:
            return condition(str(value))
        except Malformed as error:
            raise self.wrong(name, error.message, error.next_step or "see docs/worlds.md") from error


def agreement(given: object, file: str) -> Agreement:
    """Read an agreement from its mapping.

    Args:
        given: the mapping, from `yaml12.load`, so that lines are known.
        file: what errors call it.

    Raises:
        Malformed: the first thing that breaks rule 1.
    """
    top = _Reader(given, file, "")
    in_force = top.given.get("in_force") or {}
    forced = _Reader(in_force, file, "in_force")
    grade, source = top.word("grade", ("A", "B", "C")), top.text("source")
    places = _places(top)
    return Agreement(
        top.text("id"),
        top.text("name"),
        top.text("kind", "agreement"),
        top.given.get("signed"),
        forced.period(),
        forced.given.get("from") is not None,
        tuple(_entry(reader) for reader in top.each("parties")),
        tuple(_clause(reader, top, places) for reader in top.each("clauses")),
        places,
        tuple(_narrowing(reader) for reader in top.each("reservations")),
        tuple(_suspension(reader) for reader in top.each("suspensions")),
        tuple(f"{r.text('about')}: {r.given.get('value')} ({r.text('by', 'unnamed')})" for r in top.each("claims")),
        source,
        grade,
        top.flag("verify"),
        top.given,
        tuple(found for reader in top.each("claims") if (found := _account(reader)) is not None),
    )


def _account(reader: _Reader) -> Account | None:
    """A claim that says when: rule 3."""
    about, given = reader.text("about"), reader.given
    says = f"{given.get('value')} ({reader.text('by', 'unnamed')})"
    if about == "in_force.from":
        if given.get("value") is None:
            return Account(about, says, None, ())
        try:
            return Account(about, says, None, (period(given.get("value"), None),))
        except Malformed:  # in words only: rule 3
            return None
    head, _, party = about.partition(".")
    if head != "parties" or not party or given.get("periods") is None:
        return None
    return Account(about, says, party, tuple(spell.period() for spell in reader.each("periods")))


def read(text: str, file: str) -> Agreement:
    """Read an agreement from YAML."""
    return agreement(yaml12.load(text, file), file)


def _places(top: _Reader) -> dict[str, Shape]:
    given = top.given.get("places") or {}
    if not isinstance(given, Mapping):
        raise top.wrong("places", "is no mapping", "write NAME: {any: [...]}")
    read_places = {}
    for name, place in given.items():
        try:
            read_places[str(name)] = shape(place)
        except Malformed as error:
            line = getattr(given, "lines", {}).get(name, 1)
            raise Malformed(
                error.message, where=f"{top.file}:{line}", field=f"places.{name}", next_step=error.next_step
            ) from error
    return read_places


def _entry(reader: _Reader) -> Entry:
    party, group = reader.given.get("party"), reader.given.get("group")
    if (party is None) == (group is None):
        raise reader.wrong("party", "names neither or both of a party and a group", "write party: CODE or group: GROUP")
    doubt = reader.text("source", "no source is named") if reader.given.get("grade") == "C" else ""
    return Entry(None if party is None else str(party), None if group is None else str(group), reader.period(), doubt)


def _clause(reader: _Reader, top: _Reader, places: Mapping[str, Shape]) -> Clause:
    strength = _Reader(reader.given.get("strength") or {}, reader.file, "clauses.strength")
    order = strength.given.get("order")
    if order is not None and not isinstance(order, int):
        raise strength.wrong("order", f"{order!r} is no whole number", "use the ladder of docs/agreements.md, or null")
    trigger = reader.given.get("trigger")
    return Clause(
        reader.text("article"),
        reader.word("duty", DUTIES),
        reader.text("says"),
        Strength(order, strength.text("words", "not stated"), strength.text("read_by", "not stated")),
        reader.names("bound", (PARTIES,), PARTIES),
        reader.names("toward", (VICTIM, PARTIES), VICTIM if trigger else PARTIES),
        None if trigger is None else _trigger(_Reader(trigger, reader.file, "clauses.trigger"), places),
        reader.texts("determined_by"),
        None if reader.given.get("processes") is None else reader.text("processes"),
        tuple(_saying(item, "party", item.period()) for item in reader.each("qualifies")),
        tuple(_saying(item, "by", item.period("on", "never")) for item in reader.each("readings")),
        reader.period(),
        reader.text("source", top.text("source")),
        reader.word("grade", ("A", "B", "C"), top.text("grade")),
        reader.flag("verify", top.flag("verify")),
    )


def _saying(reader: _Reader, who: str, valid: Period) -> Saying:
    return Saying(reader.text(who), valid, reader.text("says"), reader.text("source", "the agreement's source"))


def _trigger(reader: _Reader, places: Mapping[str, Shape]) -> Trigger:
    kinds = _Reader(reader.given.get("kinds"), reader.file, "clauses.trigger.kinds")
    for kind in kinds.given:
        if kind not in KINDS:
            raise kinds.wrong(str(kind), "is no kind of event", f"allowed: {', '.join(KINDS)}")
    targets = reader.given.get("targets")
    place = None if reader.given.get("place") is None else reader.word("place", tuple(places))
    return Trigger(
        {str(kind): kinds.word(str(kind), (YES, FINDING, NO)) for kind in kinds.given},
        reader.names("victim", (PARTIES, ANY), PARTIES),
        reader.names("attacker", (ANY, STATE, OUTSIDERS), ANY),
        None if targets is None else _targets(_Reader(targets, reader.file, "clauses.trigger.targets"), places),
        place,
        reader.condition("when"),
        reader.flag("by_administration"),
    )


def _targets(reader: _Reader, places: Mapping[str, Shape]) -> dict[str, Target]:
    found = {}
    for name, given in reader.given.items():
        if name not in TARGETS:
            raise reader.wrong(str(name), "is no target", f"allowed: {', '.join(TARGETS)}")
        if isinstance(given, Mapping):
            inner = _Reader(given, reader.file, f"clauses.trigger.targets.{name}")
            place = None if given.get("place") is None else inner.word("place", tuple(places))
            found[str(name)] = Target(YES, place, inner.flag("in_territory"))
        else:
            found[str(name)] = Target(reader.word(str(name), (YES, FINDING, NO)))
    return found


def _narrowing(reader: _Reader) -> Narrowing:
    when = reader.condition("when")
    if when is None:
        raise reader.wrong("when", "is missing", "say on which condition the duty runs for this party")
    return Narrowing(reader.text("party"), _articles(reader), when, reader.text("says"))


def _suspension(reader: _Reader) -> Suspension:
    bound, toward = reader.given.get("bound"), reader.given.get("toward")
    return Suspension(
        None if bound is None else str(bound),
        None if toward is None else str(toward),
        _articles(reader),
        reader.period(),
        reader.text("says"),
    )


def _articles(reader: _Reader) -> Names:
    return reader.names("articles", ("all",), "all")


def applies_to(articles: Names, article: str) -> bool:
    """Whether a list of articles names one, or all."""
    return articles == "all" or article in articles


__all__ = ["OPEN", "Agreement", "Clause", "Trigger", "agreement", "applies_to", "read"]
