"""What is wrong with an agreement as written, every fault at once, and what is merely weak.

Rules:
1. Faults. The strict reader (`comity.casebook.agreement`) stops at the first thing it cannot read. So each field is
   handed to it alone, in otherwise sound surroundings: it names each fault once, and knows nothing of the others.
2. What the reader takes but cannot mean anything is a fault too: a party nobody knows, an article no clause has, two
   triggered clauses under one article, a duty towards a victim without a trigger, consents the calculus cannot read.
3. A field that looks like a slip of a known one is a fault; any other unknown field is kept, with a warning.
4. Weaknesses are warnings: a clause without a source of its own, an end nobody can tell the notice of, nobody who
   determines, not yet in force, a party or place that nothing uses.
5. Every finding has its place (file and line, or sheet, row and column), its field, what is wrong, and a remedy.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from comity.casebook import agreement as strict
from comity.casebook.book import Casebook
from comity.casebook.consents import compile_agreement
from comity.errors import Malformed
from comity.formats import yaml12
from comity.formats.agreement_columns import Words
from comity.formats.yaml12 import Mapping as Lines
from comity.values.instant import ragged_date

WORDS = Words((), (), ())
LADDER = (60, 50, 40, 30, 20, 15, 10, 5, 3)
_ID = re.compile(r"[A-Z0-9][A-Z0-9._-]*")
_TOP = {"id": "X-2000", "name": "X", "source": "x", "grade": "B"}
_CLAUSE = {"article": "0", "duty": "unknown", "says": "x"}
_TRIGGER: dict[str, object] = {"kinds": {}}
_EVERYWHERE = {"north_of": 0}

FIELDS = {
    "": ("id", "name", "kind", "text", "label", "signed", "in_force", "status", "depositary", "parties", "source",
         "grade", "verify", "notes", "claims", "places", "clauses", "reservations", "suspensions", "exclusivity",
         "duration", "exit", "survives", "supersedes"),
    "in_force": ("from", "until"),
    "parties": ("party", "group", "from", "until", "source", "grade", "verify"),
    "clauses": ("article", "duty", "says", "strength", "bound", "toward", "trigger", "determined_by", "processes",
                "qualifies", "readings", "for", "facts", "from", "until", "source", "grade", "verify"),
    "clauses.strength": ("order", "words", "read_by"),
    "clauses.trigger": ("kinds", "victim", "attacker", "targets", "place", "when", "by_administration"),
    "clauses.qualifies": ("party", "from", "until", "says", "source", "grade", "verify"),
    "clauses.readings": ("by", "on", "says", "source", "grade", "verify"),
    "reservations": ("party", "articles", "when", "says", "source", "grade", "verify"),
    "suspensions": ("bound", "toward", "articles", "from", "until", "says", "source", "grade", "verify"),
    "claims": ("about", "value", "by", "source"),
    "exclusivity": ("article", "says", "source", "grade", "verify"),
    "survives": ("article", "says", "source", "grade", "verify"),
    "duration": ("article", "says", "years", "renews_years", "next", "notice_by", "source", "grade", "verify"),
    "exit": ("article", "says", "notice_months", "notice_days", "notice_to", "earliest", "source", "grade", "verify"),
}  # fmt: skip
"""The fields of docs/agreements.md, by where they stand."""

_DATES = {"": ("signed",), "duration": ("next", "notice_by"), "exit": ("earliest",), "clauses.readings": ("on",)}
_WHOLE = {"duration": ("years", "renews_years"), "exit": ("notice_months", "notice_days")}
_VOCABULARY = {"kind": WORDS.instruments, "text": WORDS.texts, "label": WORDS.labels}


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong, or (when not `grave`) merely weak: rule 5."""

    grave: bool
    where: str
    field: str | None
    says: str
    remedy: str | None

    def __str__(self) -> str:
        """WHERE: FIELD: WHAT; REMEDY."""
        return str(Malformed(self.says, where=self.where, field=self.field, next_step=self.remedy))


@dataclass(frozen=True, slots=True)
class Draft:
    """An agreement as written: its mapping with lines, what errors call it, and how a line is shown.

    One that is only to be compared may carry the id of the agreement it would change.
    """

    document: Lines
    file: str
    where: Callable[[int], str]
    to_be_added: bool = True

    def fault(self, line: int, field: str, says: str, remedy: str) -> Finding:
        """A fault at a line."""
        return Finding(True, self.where(line), field, says, remedy)

    def weak(self, line: int, field: str, says: str, remedy: str) -> Finding:
        """A weakness at a line."""
        return Finding(False, self.where(line), field, says, remedy)


def findings(draft: Draft, casebook: Casebook) -> Iterator[Finding]:
    """Every fault and weakness: rules 1 to 4."""
    unread = tuple(_unread(draft))
    yield from unread
    yield from _unknown_fields(draft)
    yield from _values(draft)
    if draft.to_be_added:
        yield from _identity(draft, casebook)
    yield from _names(draft, casebook)
    yield from _clauses(draft)
    yield from _articles(draft)
    if not unread:
        yield from _consents(draft)
    yield from _weak_parts(draft)


# Rule 1: the reader's own faults, each field alone


def _unread(draft: Draft) -> Iterator[Finding]:
    seen: set[tuple[str, str | None, str]] = set()
    for attempt, line in _attempts(draft.document):
        try:
            strict.agreement(attempt, draft.file)
        except Malformed as error:
            found = _found(draft, error, line)
            if (found.where, found.field, found.says) not in seen:
                seen.add((found.where, found.field, found.says))
                yield found


def _found(draft: Draft, error: Malformed, line: int) -> Finding:
    """The reader's fault with its place; where the reader knew none, that of the field it was handed."""
    told = (error.where or "").rpartition(":")[2]
    known = int(told) if told.isdigit() and int(told) > 1 else line
    return draft.fault(known, error.field or "", error.message, error.next_step or "see docs/agreements.md")


def _attempts(document: Lines) -> Iterator[tuple[Lines, int]]:
    """The agreement's fields, each alone in sound surroundings, with the line it stands on."""
    for key in _TOP:
        if document.get(key) is None:
            yield _without(_TOP, key, document), document.line
    for key, value in document.items():
        line = document.lines.get(key, document.line)
        if key == "clauses" and isinstance(value, list):
            for clause, at in _items(document, key):
                yield from _clause_attempts(clause, at, document)
        elif key == "places" and isinstance(value, Mapping):
            yield from _place_attempts(value, line)
        elif isinstance(value, list) and key in {"parties", "reservations", "suspensions", "claims"}:
            for item, at in _items(document, key):
                yield _top({key: _sequence([item], at)}, line), at
        else:
            yield _top({key: value}, line), line


def _place_attempts(places: Mapping[str, object], line: int) -> Iterator[tuple[Lines, int]]:
    """Each place alone; of one that is any of several shapes, each shape."""
    for name, place in places.items():
        at = getattr(places, "lines", {}).get(name, line)
        shapes = _items(place, "any") if isinstance(place, Mapping) and set(place) == {"any"} else []
        for part, there in shapes:
            yield _top({"places": _made({name: {"any": [part]}}, there)}, line), there
        if not shapes:
            yield _top({"places": _made({name: place}, at)}, line), at


def _clause_attempts(clause: object, line: int, document: Lines) -> Iterator[tuple[Lines, int]]:
    if not isinstance(clause, Lines):
        yield _top({"clauses": _sequence([clause], line)}, line), line
        return
    places = document.get("places")
    drawn = dict.fromkeys(places, _EVERYWHERE) if isinstance(places, Mapping) else {}

    def alone(made: Lines) -> Lines:
        return _top({"places": drawn, "clauses": _sequence([made], made.line)}, line)

    for key in _CLAUSE:
        if clause.get(key) is None:
            yield alone(_without(_CLAUSE, key, clause)), line
    for key, value in clause.items():
        at = clause.lines.get(key, line)
        if key == "trigger" and isinstance(value, Lines):
            for trigger, inner in _trigger_attempts(value, at):
                yield alone(_made({**_CLAUSE, "trigger": trigger}, at)), inner
        else:
            yield alone(_made({**_CLAUSE, key: value}, at)), at


def _trigger_attempts(trigger: Lines, line: int) -> Iterator[tuple[Lines, int]]:
    for key, value in trigger.items():
        at = trigger.lines.get(key, line)
        if key in {"kinds", "targets"} and isinstance(value, Lines):
            for name in value:
                yield _made({**_TRIGGER, key: _only(value, name)}, at), value.lines.get(name, at)
        else:
            yield _made({**_TRIGGER, key: value}, at), at


def _top(fields: Mapping[str, object], line: int) -> Lines:
    return _made({**_TOP, **fields}, line)


def _made(fields: Mapping[str, object], line: int) -> Lines:
    """A mapping on one line."""
    made = Lines(fields)
    made.line, made.lines = line, dict.fromkeys(fields, line)
    return made


def _without(sound: Mapping[str, object], key: str, given: Lines) -> Lines:
    return _made({name: value for name, value in sound.items() if name != key}, given.line)


def _only(given: Mapping[str, object], key: str) -> Lines:
    line = getattr(given, "lines", {}).get(key, getattr(given, "line", 1))
    return _made({key: given[key]}, line)


def _sequence(items: list[object], line: int) -> yaml12.Sequence:
    made = yaml12.Sequence(items)
    made.line, made.lines = line, [line] * len(items)
    return made


def _items(given: Mapping[str, object], key: str) -> list[tuple[object, int]]:
    """The items of a list with their lines; none when it is no list."""
    value = given.get(key)
    line = getattr(given, "lines", {}).get(key, getattr(given, "line", 1))
    if not isinstance(value, list):
        return []
    return list(zip(value, getattr(value, "lines", [line] * len(value)), strict=True))


def _entries(given: Mapping[str, object], key: str) -> list[tuple[Lines, int]]:
    return [(item, line) for item, line in _items(given, key) if isinstance(item, Lines)]


def _parts(document: Lines) -> Iterator[tuple[str, Lines]]:
    """Every mapping whose fields are known, with where it stands."""
    yield "", document
    for name in ("in_force", "duration", "exit"):
        part = document.get(name)
        if isinstance(part, Lines):
            yield name, part
    for name in ("parties", "clauses", "reservations", "suspensions", "claims", "exclusivity", "survives"):
        for entry, _ in _entries(document, name):
            yield name, entry
    for clause, _ in _entries(document, "clauses"):
        for name in ("strength", "trigger"):
            part = clause.get(name)
            if isinstance(part, Lines):
                yield f"clauses.{name}", part
        for name in ("qualifies", "readings"):
            for entry, _ in _entries(clause, name):
                yield f"clauses.{name}", entry


# Rules 2 and 3: what the reader takes and must not pass


def _unknown_fields(draft: Draft) -> Iterator[Finding]:
    """Rule 3."""
    for part, given in _parts(draft.document):
        for key in given:
            if key in FIELDS[part]:
                continue
            line, field = given.lines.get(key, given.line), f"{part}.{key}".strip(".")
            close = get_close_matches(key.replace("-", "_").lower(), FIELDS[part], 1, 0.8)
            if close:
                yield draft.fault(line, field, "is not known", f"did you mean {close[0]!r}?")
            else:
                yield draft.weak(line, field, "is kept, but nothing reads it", f"known here: {', '.join(FIELDS[part])}")


def _values(draft: Draft) -> Iterator[Finding]:
    """Dates, numbers and words that the reader leaves to others."""
    for part, given in _parts(draft.document):
        for key, value in given.items():
            line, field = given.lines.get(key, given.line), f"{part}.{key}".strip(".")
            if value is None:
                continue
            if key in _DATES.get(part, ()):
                yield from _date(draft, line, field, value)
            if key in _WHOLE.get(part, ()) and not (isinstance(value, int) and value > 0):
                yield draft.fault(line, field, f"{value!r} is no whole number above 0", "write digits, or leave it out")
            if part == "" and key in _VOCABULARY and value not in _VOCABULARY[key]:
                yield draft.fault(line, field, f"{value!r} is not known", f"allowed: {', '.join(_VOCABULARY[key])}")
            if key == "grade" and part not in {"", "clauses"} and value not in WORDS.grades:
                yield draft.fault(line, field, f"{value!r} is not known", f"allowed: {', '.join(WORDS.grades)}")


def _date(draft: Draft, line: int, field: str, value: object) -> Iterator[Finding]:
    try:
        ragged_date(value)
    except Malformed as error:
        yield draft.fault(line, field, error.message, error.next_step or "write a date")


def _identity(draft: Draft, casebook: Casebook) -> Iterator[Finding]:
    """The id is one, is its own, and names nothing else."""
    given, document = draft.document.get("id"), draft.document
    line = document.lines.get("id", document.line)
    if not isinstance(given, str):
        return
    if not _ID.fullmatch(given):
        yield draft.fault(line, "id", f"{given!r} is no id", "write capitals, digits, dots and hyphens: EXAMPLE-2001")
    elif given in casebook.agreements:
        remedy = "give yours an id of its own; what it takes the place of goes under `supersedes`"
        yield draft.fault(line, "id", f"{given} is an agreement of the casebook, which is never altered", remedy)
    elif given in casebook.parties or given in casebook.groups:
        yield draft.fault(line, "id", f"{given} is a party or group of the casebook", "choose another id")


def _names(draft: Draft, casebook: Casebook) -> Iterator[Finding]:
    """Rule 2: every party and group named is known, to the casebook or as a party of this agreement."""
    own: set[str] = set()
    for entry, line in _entries(draft.document, "parties"):
        party, group = entry.get("party"), entry.get("group")
        if isinstance(group, str) and group not in casebook.groups:
            told = f"{group} is no group of the casebook"
            yield draft.fault(entry.lines.get("group", line), "parties.group", told, _close(group, casebook.groups))
        if isinstance(party, str):
            own.add(party)
            if party not in casebook.parties:
                told = f"{party} is no party of the casebook; it is taken as one of your own"
                yield draft.weak(entry.lines.get("party", line), "parties.party", told, _close(party, casebook.parties))
    known = {*own, *casebook.parties, *casebook.groups}
    for field, name, line in _named(draft.document):
        if name not in known:
            remedy = f"{_close(name, known)}; a party of your own is named under `parties` first"
            yield draft.fault(line, field, f"{name} is neither a party nor a group that is known", remedy)


_WHO = {
    "clauses": ("bound", "toward"),
    "clauses.trigger": ("victim", "attacker"),
    "clauses.qualifies": ("party",),
    "clauses.readings": ("by",),
    "reservations": ("party",),
    "suspensions": ("bound", "toward"),
    "exit": ("notice_to",),
    "": ("depositary",),
}
_LOOSE = {"clauses.readings", "exit", ""}
"""Where a body that is no party may be named in words: not a code, so not checked."""


def _named(document: Lines) -> Iterator[tuple[str, str, int]]:
    """Every party or group named outside the list of parties: field, name, line."""
    for part, given in _parts(document):
        for key in _WHO.get(part, ()):
            value, line = given.get(key), given.lines.get(key, given.line)
            lists = part in {"clauses", "clauses.trigger"}
            for name in value if isinstance(value, list) else [] if lists else [value]:
                if isinstance(name, str) and (part not in _LOOSE or re.fullmatch(r"[A-Z]{3}", name)):
                    yield f"{part}.{key}".strip("."), name, line


def _close(name: str, known: Iterable[str]) -> str:
    close = get_close_matches(name, list(known), 3, 0.6)
    return f"did you mean {' or '.join(close)}?" if close else "see `comity agreements list` and the casebook's codes"


def _clauses(draft: Draft) -> Iterator[Finding]:
    """Rule 2: a clause that hangs together."""
    document = draft.document
    if not _entries(document, "parties"):
        line = document.lines.get("parties", document.line)
        yield draft.fault(line, "parties", "nobody is bound", "name the parties")
    if not _entries(document, "clauses"):
        yield draft.fault(
            document.lines.get("clauses", document.line), "clauses", "says nothing", "write at least one clause"
        )
    for clause, line in _entries(document, "clauses"):
        trigger = clause.get("trigger")
        if clause.get("toward") == strict.VICTIM and trigger is None:
            told = "is owed to a victim, but no event sets it off"
            yield draft.fault(clause.lines["toward"], "clauses.toward", told, "add a trigger, or name to whom")
        if isinstance(trigger, Lines):
            if not trigger.get("kinds"):
                at = clause.lines.get("trigger", line)
                yield draft.fault(at, "clauses.trigger.kinds", "no kind of event sets it off", "name at least one kind")
            if trigger.get("targets") is not None and trigger.get("place") is not None:
                told = "stands beside targets, which have places of their own"
                remedy = "keep the targets, or one place for them all"
                yield draft.fault(trigger.lines["place"], "clauses.trigger.place", told, remedy)


def _articles(draft: Draft) -> Iterator[Finding]:
    """Rule 2: articles are told apart, and those that others name exist."""
    clauses = _entries(draft.document, "clauses")
    triggered = Counter(str(clause.get("article")) for clause, _ in clauses if clause.get("trigger") is not None)
    seen: set[str] = set()
    for clause, line in clauses:
        article = str(clause.get("article"))
        if clause.get("trigger") is not None and triggered[article] > 1 and article in seen:
            told = f"two clauses that events set off are both article {article}"
            yield draft.fault(clause.lines.get("article", line), "clauses.article", told, "write 5(1) and 5(2)")
        if clause.get("trigger") is not None:
            seen.add(article)
    known = {str(clause.get("article")) for clause, _ in clauses}
    for part in ("reservations", "suspensions"):
        for entry, line in _entries(draft.document, part):
            articles = entry.get("articles")
            for name in articles if isinstance(articles, list) else []:
                if str(name) not in known:
                    at, told = entry.lines.get("articles", line), f"no clause is article {name}"
                    yield draft.fault(at, f"{part}.articles", told, f"articles: {', '.join(sorted(known))}; or all")


def _consents(draft: Draft) -> Iterator[Finding]:
    """Rule 2: what a clause consents to is readable by the calculus."""
    document = draft.document
    for clause, line in _entries(document, "clauses"):
        if clause.get("facts") is None:
            continue
        at = clause.lines["facts"]
        if not isinstance(clause["facts"], list) or not all(isinstance(f, Mapping) for f in clause["facts"]):
            yield draft.fault(at, "clauses.facts", "is no list of facts", "write - grant: {...}, one for each fact")
            continue
        try:
            for _ in compile_agreement({**document, "clauses": [clause]}):
                pass
        except Malformed as error:
            here = clause.lines.get("for", line) if error.field == "for" else at
            field = f"clauses.{error.field}" if error.field else "clauses.facts"
            yield draft.fault(here, field, error.message, error.next_step or "see docs/worlds.md")


# Rule 4


def _weak_parts(draft: Draft) -> Iterator[Finding]:
    yield from _weak_clauses(draft)
    yield from _weak_end(draft)
    document = draft.document
    force = document.get("in_force")
    if not isinstance(force, Mapping) or force.get("from") is None:
        line = document.lines.get("in_force", document.line)
        yield draft.weak(line, "in_force.from", "it is not in force, so it binds nobody yet", "set the day when it is")
    places = document.get("places")
    used = {str(place) for place in _places_used(document)}
    drawn = places.lines if isinstance(places, Lines) else {}
    for name, line in drawn.items():
        if name not in used:
            yield draft.weak(line, f"places.{name}", "no clause uses it", "use it, or take it out")


def _weak_clauses(draft: Draft) -> Iterator[Finding]:
    for clause, line in _entries(draft.document, "clauses"):
        name = f"clauses ({clause.get('article')})"
        if clause.get("source") is None:
            told = "has no source of its own: the agreement's is shown"
            yield draft.weak(line, f"{name}.source", told, "say where this article is written")
        if clause.get("trigger") is not None and not clause.get("determined_by"):
            told = "does not say who finds that it has happened"
            yield draft.weak(line, f"{name}.determined_by", told, "name who determines it, or each Party for itself")
        strength = clause.get("strength")
        order = strength.get("order") if isinstance(strength, Mapping) else None
        if not isinstance(strength, Mapping) or strength.get("words") is None:
            yield draft.weak(line, f"{name}.strength", "the operative words are not stated", "paraphrase them")
        elif isinstance(order, int) and order not in LADDER:
            told = f"{order} is not on the ladder"
            yield draft.weak(line, f"{name}.strength.order", told, f"the ladder: {', '.join(map(str, LADDER))}")


def _weak_end(draft: Draft) -> Iterator[Finding]:
    document, given = draft.document, draft.document.get("exit")
    line = document.lines.get("exit", document.line)
    if not isinstance(given, Mapping):
        yield draft.weak(line, "exit", "how it is ended is not said", "add `exit`, with the notice it takes")
    elif given.get("notice_months") is None and given.get("notice_days") is None and given.get("verify") is not True:
        remedy = "write notice_months or notice_days; if the text has none, mark it verify: true"
        yield draft.weak(line, "exit", "no notice is given", remedy)


def _places_used(document: Lines) -> Iterator[object]:
    for clause, _ in _entries(document, "clauses"):
        trigger = clause.get("trigger")
        if isinstance(trigger, Mapping):
            yield trigger.get("place")
            targets = trigger.get("targets")
            for target in targets.values() if isinstance(targets, Mapping) else ():
                if isinstance(target, Mapping):
                    yield target.get("place")
