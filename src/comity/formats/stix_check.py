"""STIX 2.1 objects checked one by one against the tables of `comity.formats.stix_tables`.

Rules (sections of OASIS STIX 2.1):
1. What every object needs, and what its type needs (2.1 to 7): present, and written as the standard writes it. Types,
   properties and extensions that the standard does not know are kept as they are (7.3, 11).
2. An id is `TYPE--UUID` and names the object's own type (2.9); a reference is the id of a type it may refer to.
3. Timestamps are UTC as RFC 3339 writes it, and in their order (2.16, 3.2).
4. A granular marking has either a language or a marking, and selects what is there (7.2.3).
5. A marking definition has no later version (7.2.1). What it says of TLP is read by `comity.formats.stix_marking`.
6. Open vocabularies are open (2.13): no word is refused for being new.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime

from comity.formats import stix_tables as tables
from comity.formats.stix import LONGEST_ID, Fault, Object
from comity.formats.stix_tables import CUSTOM, META, OBSERVABLE, TYPES, Type

_TYPE = re.compile(r"[a-z0-9][a-z0-9-]{1,248}[a-z0-9]")
UUID = r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[1-8][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}"
ID = re.compile(rf"([a-z0-9][a-z0-9-]{{1,248}}[a-z0-9])--{UUID}")
_STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z")
_STEP = re.compile(r"\[(\d+)\]")
_SPEC = "2.1"
_AGAIN = "write it as STIX 2.1 does"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Finding = tuple[str, str, str]
"""A path, what is wrong there, and what to do."""


def faults(found: Object, row: int = 0) -> list[Fault]:
    """Everything that is wrong with an object, each with its path: rules 1 to 6."""
    name = found.get("id")
    known = name if isinstance(name, str) and len(name) <= LONGEST_ID else None
    return [Fault(row, known, *one) for one in _findings(found)]


def stamp(value: object) -> int | None:
    """The instant of a timestamp in microseconds; None where it is none: rule 3."""
    if not isinstance(value, str) or not _STAMP.fullmatch(value):
        return None
    try:
        passed = datetime.fromisoformat(value) - _EPOCH
    except ValueError:
        return None
    return (passed.days * 86_400 + passed.seconds) * 1_000_000 + passed.microseconds


def _findings(found: Object) -> Iterator[Finding]:
    kind = found.get("type")
    if not isinstance(kind, str) or not _TYPE.fullmatch(kind):
        yield "type", "is missing" if kind is None else f"{_shown(kind)} is no type", "name the object's type"
        return
    yield from _named(found.get("id"), kind)
    of_type = TYPES.get(kind, _CUSTOM)
    yield from _missing(found, kind, of_type)
    rules = _rules(kind)
    for name, value in found.items():
        check = rules.get(name)
        if check is not None and (wrong := check(value)) is not None:
            yield name, wrong, _AGAIN
    yield from _order(found)
    if kind == "marking-definition":
        yield from _marking_definition(found)
    if "external_references" in found:
        yield from _external(found["external_references"])
    if "granular_markings" in found:
        yield from _granular(found)


_CUSTOM = Type(CUSTOM)


def _named(name: object, kind: str) -> Iterator[Finding]:
    """Rule 2."""
    if name is None:
        yield "id", "is missing", "give the object an id"
        return
    matched = ID.fullmatch(name) if isinstance(name, str) else None
    if matched is None:
        yield "id", f"{_shown(name)} is no id", "write TYPE--UUID"
    elif matched[1] != kind:
        yield "id", f"{name} names the type {matched[1]}, the object is of type {kind}", "make the two agree"


def _missing(found: Object, kind: str, of_type: Type) -> Iterator[Finding]:
    """Rule 1."""
    needs = of_type.needs
    if of_type.family not in {OBSERVABLE, CUSTOM}:
        needs = (*needs, "spec_version", "created") if kind in tables.UNVERSIONED else (*needs, *tables.VERSIONED)
    for name in needs:
        if name not in found:
            yield name, "is missing", f"every {kind} needs it; STIX 2.0 has to be given as 2.1"
    for names in of_type.any_of:
        if not any(name in found for name in names):
            yield names[0], f"none of {', '.join(names)} is there", f"a {kind} needs one of them"
    if kind == "malware" and found.get("is_family") is True and "name" not in found:
        yield "name", "is missing", "a family of malware has a name"
    if found.get("spec_version", _SPEC) != _SPEC:
        yield "spec_version", f"{_shown(found['spec_version'])} is not 2.1", "give the object as STIX 2.1"


Check = Callable[[object], "str | None"]
_RULES: dict[str, dict[str, Check]] = {}


def _rules(kind: str) -> dict[str, Check]:
    """How the properties of a type are written; of a type of one's own, those that every object has."""
    if kind not in TYPES:
        kind = ""
    if kind not in _RULES:
        _RULES[kind] = dict(_rules_of(kind))
    return _RULES[kind]


_COMMON = frozenset({"created", "modified", "revoked", "confidence", "labels", "lang", "spec_version", "defanged"})


def _rules_of(kind: str) -> Iterator[tuple[str, Check]]:
    def mine(names: Iterable[str]) -> list[str]:
        return [name for name in names if kind or name in _COMMON]

    yield from ((name, _text) for name in mine(tables.TEXTS))
    yield from ((name, _boolean) for name in mine(tables.BOOLEANS))
    yield from ((name, _texts) for name in mine(tables.LISTS))
    yield from ((name, _mapping) for name in mine(tables.MAPPINGS))
    yield from ((name, _whole(*tables.WHOLE[name])) for name in mine(tables.WHOLE))
    yield from ((name, _fraction(*tables.FRACTIONS[name])) for name in mine(tables.FRACTIONS))
    yield from ((name, _instant) for name in mine(tables.INSTANTS))
    if kind and TYPES[kind].family == OBSERVABLE:
        yield from ((name, _instant) for name in tables.OBSERVED_INSTANTS)
    if kind == "extension-definition":
        yield "version", _text
    anywhere = dict.fromkeys(mine(tables.FREE_REFERENCES))
    for name, types in {**anywhere, **tables.EVERY_REFERENCE, **tables.REFERENCES.get(kind, {})}.items():
        yield name, _references(types) if name.endswith("s") else _reference(types)


def _text(value: object) -> str | None:
    return None if type(value) is str else f"{_shown(value)} is no text"


def _boolean(value: object) -> str | None:
    return None if type(value) is bool else f"{_shown(value)} is neither true nor false"


def _texts(value: object) -> str | None:
    return None if type(value) is list and value else f"{_shown(value)} is no list with something in it"


def _mapping(value: object) -> str | None:
    return None if type(value) is dict and value else f"{_shown(value)} is no object with something in it"


def _instant(value: object) -> str | None:
    return None if stamp(value) is not None else f"{_shown(value)} is no timestamp in UTC, such as 2024-05-01T12:00:00Z"


def _whole(least: int, most: int | None) -> Check:
    def check(value: object) -> str | None:
        if type(value) is int and least <= value and (most is None or value <= most):
            return None
        return f"{_shown(value)} is no whole number {_bounds(least, most)}"

    return check


def _fraction(least: int, most: int | None) -> Check:
    def check(value: object) -> str | None:
        number = value if isinstance(value, int | float) and not isinstance(value, bool) else None
        if number is not None and least <= number and (most is None or number <= most):
            return None
        return f"{_shown(value)} is no number {_bounds(least, most)}"

    return check


def _bounds(least: int, most: int | None) -> str:
    return f"from {least} up" if most is None else f"from {least} to {most}"


def _reference(types: frozenset[str] | None) -> Check:
    def check(value: object) -> str | None:
        matched = ID.fullmatch(value) if type(value) is str else None
        if matched is None:
            return f"{_shown(value)} is no id"
        if types is not None and matched[1] not in types:
            return f"{_shown(value)} refers to a {matched[1]}, where {_either(types)} is meant"
        return None

    return check


def _references(types: frozenset[str] | None) -> Check:
    one = _reference(types)

    def check(value: object) -> str | None:
        if type(value) is not list or not value:
            return f"{_shown(value)} is no list of ids with something in it"
        return next((wrong for item in value if (wrong := one(item)) is not None), None)

    return check


def _either(types: frozenset[str]) -> str:
    return " or ".join(sorted(types))


def _shown(value: object) -> str:
    """A value in an error, cut where it is long."""
    text = repr(value) if not isinstance(value, int) or abs(value) < 10**30 else "a very long number"
    return text if len(text) <= 60 else f"{text[:57]}..."


def _order(found: Object) -> Iterator[Finding]:
    """Rule 3."""
    for first, last, strictly in tables.ORDERED:
        if first in found and last in found:
            start, end = stamp(found[first]), stamp(found[last])
            if start is not None and end is not None and (start > end or (strictly and start == end)):
                says = f"{_shown(found[last])} is not after {first}, {_shown(found[first])}"
                yield last, says, "put the two in their order"


def _external(value: object) -> Iterator[Finding]:
    """Rule 1 (2.5)."""
    if type(value) is not list or not value:
        yield "external_references", f"{_shown(value)} is no list with something in it", _AGAIN
        return
    for place, item in enumerate(value):
        path = f"external_references[{place}]"
        if type(item) is not dict or type(item.get("source_name")) is not str:
            yield f"{path}.source_name", "is missing", "name the source"
        elif not {"description", "url", "external_id"} & item.keys():
            yield path, "has neither description, url nor external_id", "give one of them"
        elif wrong := next((name for name in ("description", "url", "external_id") if not _is_text(item, name)), None):
            yield f"{path}.{wrong}", f"{_shown(item[wrong])} is no text", _AGAIN


def _is_text(item: dict[str, object], name: str) -> bool:
    return name not in item or type(item[name]) is str


def _granular(found: Object) -> Iterator[Finding]:
    """Rule 4."""
    value = found["granular_markings"]
    if type(value) is not list or not value:
        yield "granular_markings", f"{_shown(value)} is no list with something in it", _AGAIN
        return
    for place, item in enumerate(value):
        path = f"granular_markings[{place}]"
        if type(item) is not dict or ("lang" in item) == ("marking_ref" in item):
            yield path, "has not exactly one of lang and marking_ref", "leave one of the two"
            continue
        wrong = _MARKING(item["marking_ref"]) if "marking_ref" in item else _text(item["lang"])
        if wrong is not None:
            yield f"{path}.{'marking_ref' if 'marking_ref' in item else 'lang'}", wrong, _AGAIN
        yield from _selectors(found, item.get("selectors"), path)


_MARKING = _reference(frozenset({"marking-definition"}))


def _selectors(found: Object, value: object, path: str) -> Iterator[Finding]:
    if type(value) is not list or not value:
        yield f"{path}.selectors", f"{_shown(value)} is no list with something in it", _AGAIN
        return
    for place, selector in enumerate(value):
        if type(selector) is not str or not selects(found, selector):
            yield f"{path}.selectors[{place}]", f"{_shown(selector)} selects nothing here", "select what is there"


def selects(found: object, selector: str) -> bool:
    """Whether a selector finds something in an object: names with a dot between two, `[n]` for a place in a list."""
    for step in selector.split("."):
        place = _STEP.fullmatch(step)
        if place is not None and type(found) is list and int(place[1]) < len(found):
            found = found[int(place[1])]
        elif place is None and type(found) is dict and step in found:
            found = found[step]
        else:
            return False
    return True


_NEVER = ("modified", "revoked", "labels", "confidence", "lang")


def _marking_definition(found: Object) -> Iterator[Finding]:
    """Rule 5."""
    for name in _NEVER:
        if name in found:
            yield name, "a marking definition has none", "leave it out; a new marking is a new object"


def versioned(kind: str) -> bool:
    """Whether objects of a type have versions, told by `modified`."""
    family = TYPES.get(kind, _CUSTOM).family
    return family != OBSERVABLE and not (family == META and kind in tables.UNVERSIONED)
