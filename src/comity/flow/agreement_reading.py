"""Everything in a draft that the reader of agreements cannot read, in one go.

Rules:
1. The strict reader (`comity.casebook.agreement`) stops at the first thing it cannot read. So each field is handed to
   it alone, in otherwise sound surroundings: it names each fault once, and knows nothing of the others.
2. A fault stands where the reader says; where it knows no place, where the field stands that it was handed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from comity.casebook import agreement as strict
from comity.errors import Malformed
from comity.flow.agreement_draft import Draft, Finding, items
from comity.formats import yaml12
from comity.formats.yaml12 import Mapping as Lines

_TOP = {"id": "X-2000", "name": "X", "source": "x", "grade": "B"}
_CLAUSE = {"article": "0", "duty": "unknown", "says": "x"}
_TRIGGER: dict[str, object] = {"kinds": {}}
_EVERYWHERE = {"north_of": 0}


def unread(draft: Draft) -> Iterator[Finding]:
    """Every fault of the strict reader, once."""
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
            for clause, at in items(document, key):
                yield from _clause_attempts(clause, at, document)
        elif key == "places" and isinstance(value, Mapping):
            yield from _place_attempts(value, line)
        elif isinstance(value, list) and key in {"parties", "reservations", "suspensions", "claims"}:
            for item, at in items(document, key):
                yield _top({key: _sequence([item], at)}, line), at
        else:
            yield _top({key: value}, line), line


def _place_attempts(places: Mapping[str, object], line: int) -> Iterator[tuple[Lines, int]]:
    """Each place alone; of one that is any of several shapes, each shape."""
    for name, place in places.items():
        at = getattr(places, "lines", {}).get(name, line)
        shapes = items(place, "any") if isinstance(place, Mapping) and set(place) == {"any"} else []
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
