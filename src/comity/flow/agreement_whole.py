"""What an agreement must be besides what its strict reader reads, so that every question can be asked of it.

Rules:
1. The parts that are only shown, or only reckoned with, are what they should be: a rule on lasting or leaving is a
   mapping with whole numbers in reach, what survives is a list of sayings, a party is named by a text.
2. Every number of a place is a number of degrees on the globe.
3. A clause's `facts` are a list of mappings of one kind each.
4. It lies no deeper than a file may (`comity.formats.yaml12`).
5. A draft is told every breach; of a book, an agreement with one is not read at all (`own_agreements`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

DEEPEST = 64
_REACH = {"notice_months": 12_000, "notice_days": 366_000, "years": 1000, "renews_years": 1000}
_LISTS = ("survives", "exclusivity")
_BOX = (90.0, 360.0, 90.0, 360.0)
_NUMBERS = {"box": _BOX, "north_of": (90.0,), "south_of": (90.0,), "east_of": (360.0,), "west_of": (360.0,)}


class Breach(NamedTuple):
    """A rule that is broken: the line and the field, what is wrong, and what to do."""

    line: int
    field: str
    says: str
    remedy: str


def breaches(document: Mapping[str, object]) -> Iterator[Breach]:
    """Everything that breaks rules 1 to 4."""
    if too_deep(document):
        yield Breach(1, "", f"lies more than {DEEPEST} mappings and lists deep", "write it flatter")
        return
    yield from _entries(document)
    yield from _rules(document)
    for name in _LISTS:
        yield from _sayings(document, name)
    yield from _numbers(document.get("places"), _line(document, "places"))
    yield from _facts(document)


def too_deep(given: object, left: int = DEEPEST) -> bool:
    """Rule 4."""
    inner = given.values() if isinstance(given, Mapping) else given if isinstance(given, list | tuple) else ()
    return left < 0 or any(too_deep(part, left - 1) for part in inner)


def _line(given: object, key: object, default: int = 1) -> int:
    lines = getattr(given, "lines", None)
    found = lines.get(key) if isinstance(lines, dict) else None
    return found if isinstance(found, int) else int(getattr(given, "line", default))


def _items(given: object, line: int) -> list[tuple[object, int]]:
    if not isinstance(given, list):
        return []
    return list(zip(given, getattr(given, "lines", [line] * len(given)), strict=True))


def _entries(document: Mapping[str, object]) -> Iterator[Breach]:
    """Rule 1, of the parties."""
    for entry, line in _items(document.get("parties"), _line(document, "parties")):
        for name in ("party", "group"):
            value = entry.get(name) if isinstance(entry, Mapping) else None
            if value is not None and not (isinstance(value, str) and value.strip()):
                told = f"{value!r} is no code"
                yield Breach(_line(entry, name, line), f"parties.{name}", told, "write a code, in quotes where needed")


def _rules(document: Mapping[str, object]) -> Iterator[Breach]:
    """Rule 1, of lasting and leaving."""
    for name in ("duration", "exit"):
        rule, line = document.get(name), _line(document, name)
        if rule is not None and not isinstance(rule, Mapping):
            yield Breach(line, name, f"{rule!r} is no mapping", f"write {name}: {{article: ..., says: ...}}")
        for key, most in _REACH.items():
            value = rule.get(key) if isinstance(rule, Mapping) else None
            if isinstance(value, int) and not isinstance(value, bool) and value > most:
                yield Breach(_line(rule, key, line), f"{name}.{key}", f"{value} is out of reach", f"at most {most}")


def _sayings(document: Mapping[str, object], name: str) -> Iterator[Breach]:
    """Rule 1, of what is said in a list."""
    given, line = document.get(name), _line(document, name)
    if given is not None and not isinstance(given, list):
        yield Breach(line, name, f"{given!r} is no list", f"write {name}: and one `- {{...}}` for each")
    for item, at in _items(given, line):
        if not isinstance(item, Mapping):
            yield Breach(at, name, f"{item!r} is no mapping", 'write {article: "1", says: "..."}')


def _numbers(given: object, line: int) -> Iterator[Breach]:
    """Rule 2."""
    if isinstance(given, Mapping):
        for key, value in given.items():
            at = _line(given, key, line)
            if key in _NUMBERS:
                yield from _degrees(str(key), value, _NUMBERS[str(key)], at)
            elif key == "polygon":
                for corner, there in _items(value, at):
                    yield from _degrees("polygon", corner, (90.0, 360.0), there)
            else:
                yield from _numbers(value, at)
    for item, at in _items(given, line):
        yield from _numbers(item, at)


def _degrees(field: str, value: object, most: tuple[float, ...], line: int) -> Iterator[Breach]:
    for number, bound in zip(value if isinstance(value, list) else [value], most, strict=False):
        found = _number(number)
        if found is not None and not abs(found) <= bound:  # so that what is no number at all is out of bounds too
            yield Breach(line, f"places.{field}", f"{number} lies off the globe", f"write degrees, {bound:g} at most")


def _number(value: object) -> float | None:
    """A number as the strict reader reads it; None where it is none, which that reader tells."""
    try:
        return float(str(value))
    except ValueError:
        return None


def _facts(document: Mapping[str, object]) -> Iterator[Breach]:
    """Rule 3."""
    for clause, line in _items(document.get("clauses"), _line(document, "clauses")):
        given = clause.get("facts") if isinstance(clause, Mapping) else None
        at = _line(clause, "facts", line)
        if given is not None and not (isinstance(given, list) and all(isinstance(fact, Mapping) for fact in given)):
            yield Breach(at, "clauses.facts", "is no list of facts", "write - grant: {...}, one for each fact")
