"""Markings in STIX 2.1: the fixed TLP definitions, our own extension, statements, and granular markings.

Rules:
1. A marking definition is never versioned: one with `modified` or `revoked` is refused (STIX 2.1, 7.2.1).
2. One that says TLP has the id its edition fixes for the level, and none other has such an id (7.2.1.4). Ids that
   tools made for themselves are read as what they stand for; the id decides, not the name.
3. Our label stands whole in an extension, which others may ignore. So whoever writes it also writes the nearest
   standard marking and a statement with the line, and relies on nobody to enforce them.
4. Nearest means never wider: what is not TLP is RED beside strangers.
5. What a definition states keeps to its policy (`comity.values.marking_check`): nobody who reads one can forget to ask.
6. A granular marking has exactly one of `marking_ref` and `lang`, and each selector leads to something that is there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID, uuid5

from comity.errors import Malformed
from comity.formats import tlp
from comity.values.canonical import canonical
from comity.values.marking import Marking, line_of, marking, plain
from comity.values.marking_check import checked
from comity.values.marking_policy import Level, Policy
from comity.values.party import PartyCode

EXTENSION = "extension-definition--f3a70c11-3007-4051-bed4-9e4f0203923a"
"""The extension in which a marking stands whole."""
SECOND_EDITION = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"
_NAMES = UUID("01650064-31ef-456a-9826-c9fee0c9ba81")
_EDITIONS = {"tlp": "2017-01-20T00:00:00.000Z", "tlp_2_0": "2022-10-01T00:00:00.000Z"}
_FIRST_WORDS = {"CLEAR": "white"}
_STEP = re.compile(r"\[(0|[1-9]\d*)\]")

Definition = dict[str, object]


def read(given: Mapping[str, object], policies: Mapping[str, Policy], originator: PartyCode) -> Marking | None:
    """The marking that a marking definition states; None for a statement or an extension of others: words, no label.

    Args:
        given: the marking definition.
        policies: the policies that it may be of, by id, the Traffic Light Protocol among them.
        originator: whose object it marks, where the definition does not say.

    Raises:
        Malformed: it breaks rules 1, 2 or 5, or our extension cannot be read; `field` names the place.
    """
    policy = next(one for one in policies.values() if one.phrases.get("format") == "tlp")
    for field in ("modified", "revoked"):
        if field in given:
            raise Malformed("a marking definition has no versions", field=field, next_step="leave it out")
    extensions = given.get("extensions")
    ours = extensions.get(EXTENSION) if isinstance(extensions, Mapping) else None
    level = tlp.of_id(str(given.get("id")), policy)
    if isinstance(ours, Mapping):
        if level is not None:
            raise Malformed(f"the id is that of {level.words['en'][0]}", field="id", next_step="give it its own id")
        path = f"extensions.{EXTENSION}.marking"
        return _kept(marking(ours.get("marking"), path), policies, path)
    said = _said(given, policy)
    if said is not None:
        _fixed(given, *said, level, policy)
    return None if level is None else Marking(policy.id, level.id, frozenset({originator}))


def _kept(given: Marking, policies: Mapping[str, Policy], path: str) -> Marking:
    """The marking, when it and its successors keep to their policies: rule 5."""
    for one in line_of(given):
        policy = policies.get(one.policy)
        if policy is None:
            step = f"allowed: {', '.join(sorted(policies))}"
            raise Malformed(f"{one.policy!r} is no policy here", field=f"{path}.policy", next_step=step)
        try:
            checked(one, policy)
        except Malformed as error:
            raise Malformed(error.message, field=f"{path}.{error.field}", next_step=error.next_step) from error
    return given


def _said(given: Mapping[str, object], policy: Policy) -> tuple[str, str] | None:
    """The edition of TLP that a definition says it is of, and its word there."""
    extensions, definition = given.get("extensions"), given.get("definition")
    second = extensions.get(SECOND_EDITION) if isinstance(extensions, Mapping) else None
    if isinstance(second, Mapping):
        return "tlp_2_0", str(second.get("tlp_2_0"))
    if given.get("definition_type") == "tlp":
        return "tlp", str(definition.get("tlp")) if isinstance(definition, Mapping) else ""
    return None


def _fixed(given: Mapping[str, object], edition: str, word: str, level: Level | None, policy: Policy) -> None:
    """Nothing, when a definition that says TLP has an id that may stand for that level: rule 2."""
    meant = next((one for one in policy.levels if word in _words(one)), None)
    if meant is None:
        allowed = ", ".join(_word(one, edition) for one in policy.levels if tlp.fixed_id(one, edition))
        raise Malformed(f"{word!r} is no level of TLP", field=edition, next_step=f"allowed: {allowed}")
    if level is not meant:
        fixed = tlp.fixed_id(meant, edition) or tlp.fixed_id(meant, "tlp_2_0")
        raise Malformed(f"{given.get('id')!r} is not the id of {word}", field="id", next_step=f"write {fixed}")


def _words(level: Level) -> set[str]:
    return {_word(level, edition) for edition in _EDITIONS}


def _word(level: Level, edition: str) -> str:
    return _FIRST_WORDS.get(level.id, level.id.lower()) if edition == "tlp" else level.id.lower()


def fixed(level: Level, edition: str = "tlp_2_0") -> Definition:
    """The fixed definition of a level in an edition (`tlp` or `tlp_2_0`).

    Raises:
        Malformed: the edition has no such level.
    """
    name = tlp.fixed_id(level, edition)
    if name is None:
        raise Malformed(f"{level.id} is no level of that edition", field="edition", next_step="write tlp_2_0")
    word = _word(level, edition)
    base: Definition = {"type": "marking-definition", "spec_version": "2.1", "id": name, "created": _EDITIONS[edition]}
    if edition == "tlp":
        return base | {"definition_type": "tlp", "name": f"TLP:{word.upper()}", "definition": {"tlp": word}}
    second = {"extension_type": "property-extension", "tlp_2_0": word}
    return base | {"name": f"TLP:{word.upper()}", "extensions": {SECOND_EDITION: second}}


def write(given: Marking, line: str, created: str, policy: Policy) -> tuple[Definition, ...]:
    """The marking definitions that say a marking: ours, and for others the nearest TLP and a statement: rules 3 and 4.

    Args:
        given: the marking.
        line: its line, as people read it.
        created: when the definitions were made, as STIX writes an instant.
        policy: the Traffic Light Protocol, as data.
    """
    nearest = policy.level(given.classification) if given.policy == policy.id else policy.levels[-1]
    if given == Marking(policy.id, nearest.id, given.originators):
        return (fixed(nearest),)
    return (ours(given, line, created), statement(line, created), fixed(nearest))


def ours(given: Marking, line: str, created: str) -> Definition:
    """The definition that holds a marking whole; its id follows from the marking."""
    stated = plain(given)
    return {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": f"marking-definition--{uuid5(_NAMES, canonical(stated).decode())}",
        "created": created,
        "name": line,
        "extensions": {EXTENSION: {"extension_type": "property-extension", "marking": stated}},
    }


def statement(line: str, created: str) -> Definition:
    """The definition that says a line in words."""
    return {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": f"marking-definition--{uuid5(_NAMES, f'statement {line}')}",
        "created": created,
        "definition_type": "statement",
        "definition": {"statement": line},
    }


@dataclass(frozen=True, slots=True)
class Granular:
    """One granular marking: what it selects, and the marking definition or the language it gives to that."""

    selectors: tuple[str, ...]
    marking_ref: str | None
    lang: str | None


def granular(given: Mapping[str, object]) -> tuple[Granular, ...]:
    """The granular markings of an object: rule 6.

    Raises:
        Malformed: one breaks the rule; `field` names it.
    """
    listed = given.get("granular_markings", [])
    if not isinstance(listed, list):
        raise Malformed("is no list", field="granular_markings", next_step="write [{...}]")
    return tuple(_granular(one, given, f"granular_markings[{place}]") for place, one in enumerate(listed))


def _granular(one: object, given: Mapping[str, object], path: str) -> Granular:
    if not isinstance(one, Mapping):
        raise Malformed("is no granular marking", field=path, next_step="write {selectors: [...], marking_ref: ...}")
    reference, language, selectors = one.get("marking_ref"), one.get("lang"), one.get("selectors")
    if (reference is None) == (language is None):
        raise Malformed("has to have one of marking_ref and lang", field=path, next_step="write two granular markings")
    if not isinstance(selectors, list) or not selectors:
        raise Malformed("selects nothing", field=f"{path}.selectors", next_step="name at least one property")
    for place, selector in enumerate(selectors):
        if not isinstance(selector, str) or not selects(given, selector):
            where = f"{path}.selectors[{place}]"
            raise Malformed(f"{selector!r} is not there", field=where, next_step="name a property that the object has")
    return Granular(tuple(selectors), _text(reference), _text(language))


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def selects(given: Mapping[str, object], selector: str) -> bool:
    """Whether a selector, a way of keys and `[n]` with dots between, leads to something in an object."""
    return any(True for _ in _followed(given, selector.split(".")))


def _followed(value: object, steps: list[str]) -> Iterator[object]:
    """What steps lead to; a key may have dots of its own, so the longest key that is there is tried first."""
    if not steps:
        yield value
        return
    index = _STEP.fullmatch(steps[0])
    if isinstance(value, list) and index is not None and int(index[1]) < len(value):
        yield from _followed(value[int(index[1])], steps[1:])
    if isinstance(value, Mapping):
        for length in range(len(steps), 0, -1):
            key = ".".join(steps[:length])
            if key in value:
                yield from _followed(value[key], steps[length:])
