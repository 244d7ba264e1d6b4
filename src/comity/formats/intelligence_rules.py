"""Rules of an import: which objects of a file stand under stricter labels than the rest, as a file in YAML.

```yaml
rules:
  - objects: {types: [malware], names: [Example Family]}   # every list given has to name the object
    to: []                                                  # whom they may be read by; none: the originator alone
    clause: held-back                                       # optional: the scope by which a grant opens them
```
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from comity.errors import Malformed
from comity.formats import yaml12
from comity.values.party import Recipient, recipient

_LISTS = ("ids", "types", "names")
_STEP = "see docs/intelligence.md for what a file of rules holds"


@dataclass(frozen=True, slots=True)
class Rule:
    """Some objects, whom they may be read by, and under which clause, where it is not the import's."""

    ids: frozenset[str]
    types: frozenset[str]
    names: frozenset[str]
    to: tuple[Recipient, ...]
    clause: str | None = None

    def covers(self, found: Mapping[str, object]) -> bool:
        """Whether it is about an object."""
        return (
            (not self.types or found.get("type") in self.types)
            and (not self.ids or found.get("id") in self.ids)
            and (not self.names or str(found.get("name")).casefold() in self.names)
        )


def read(data: bytes, where: str) -> tuple[Rule, ...]:
    """The rules of a file.

    Raises:
        Malformed: it is no file of rules; the field is named.
    """
    try:
        found = yaml12.load(data.decode(), where)
    except UnicodeDecodeError as error:
        raise Malformed("it is not UTF-8", where=where, next_step="write it in UTF-8") from error
    rules = found.get("rules") if isinstance(found, Mapping) and set(found) == {"rules"} else None
    if not isinstance(rules, Sequence) or isinstance(rules, str) or not rules:
        raise Malformed("is no list of rules", where=where, field="rules", next_step=_STEP)
    return tuple(_rule(one, f"rules[{place}]", where) for place, one in enumerate(rules))


def _rule(given: object, path: str, where: str) -> Rule:
    if not isinstance(given, Mapping) or not {"objects", "to"} <= set(given) <= {"objects", "to", "clause"}:
        raise Malformed("is no rule with objects and to", where=where, field=path, next_step=_STEP)
    objects, clause = given["objects"], given.get("clause")
    if not isinstance(objects, Mapping) or not objects or not set(objects) <= set(_LISTS):
        raise Malformed("names no objects", where=where, field=f"{path}.objects", next_step=_STEP)
    if clause is not None and (not isinstance(clause, str) or not clause):
        raise Malformed("is no clause", where=where, field=f"{path}.clause", next_step=_STEP)
    ids, types, names = (_texts(objects.get(name), f"{path}.objects.{name}", where) for name in _LISTS)
    to = tuple(recipient(one) for one in _texts(given["to"], f"{path}.to", where, empty=True))
    return Rule(frozenset(ids), frozenset(types), frozenset(name.casefold() for name in names), to, clause)


def _texts(given: object, path: str, where: str, *, empty: bool = False) -> list[str]:
    if given is None and not empty:
        return []
    if not isinstance(given, Sequence) or isinstance(given, str) or not all(isinstance(one, str) for one in given):
        raise Malformed("is no list of words", where=where, field=path, next_step=_STEP)
    if not given and not empty:
        raise Malformed("is empty, and names no object", where=where, field=path, next_step=_STEP)
    return [str(one) for one in given]
