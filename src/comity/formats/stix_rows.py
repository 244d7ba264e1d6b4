"""What a reader of intelligence hands on: STIX 2.1 objects, and what is wrong with the rest.

Rules:
1. A row that cannot be taken is a fault with its place, its field and a remedy, so that all can be told together; none
   is dropped without one.
2. JSON is read strictly: UTF-8, no name twice in an object, no NaN or infinity, no half of a pair of surrogates; what
   nests too deep is refused.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NoReturn, TypeAlias

from comity.errors import ComityError, Malformed

Stix: TypeAlias = "dict[str, object]"
"""One STIX object as plain data."""

DEEPEST = 64


@dataclass(slots=True)
class Rows:
    """Objects read so far, and the faults of the rows that could not be."""

    objects: list[Stix] = field(default_factory=list)
    faults: list[ComityError] = field(default_factory=list)

    def fault(self, where: str, at: str, wrong: str, remedy: str) -> None:
        """Tell one bad row: its place, its field, what is wrong, and what to do."""
        self.faults.append(Malformed(wrong, where=where, field=at, next_step=remedy))


def document(data: bytes, name: str) -> object:
    """The JSON of a file: rule 2.

    Raises:
        Malformed: it is no such JSON.
    """
    try:
        text = data.decode("utf-8-sig")
        found: object = json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
        if "\\ud" in text.lower():
            json.dumps(found, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:  # of letters, of JSON, of numbers without end
        raise Malformed(f"is no JSON: {error}", where=name, next_step="send it as UTF-8 JSON") from error
    if b"\\ud" in data.lower() and not _is_text(found):
        step = "write the character itself"
        raise Malformed("is no JSON: half of a surrogate pair stands alone", where=name, next_step=step)
    if _depth(found) > DEEPEST:
        raise Malformed(f"nests more than {DEEPEST} deep", where=name, next_step="send what people can read")
    return found


def _is_text(found: object) -> bool:
    try:
        json.dumps(found, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


class _NotStrictError(ValueError):
    """JSON that two readers may take differently."""


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    made = dict(pairs)
    if len(made) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _NotStrictError(f"an object has {twice!r} twice")
    return made


def _no_number(word: str) -> NoReturn:
    raise _NotStrictError(f"{word} is no number")


def _depth(value: object) -> int:
    deepest, level = 0, [value]
    while level:
        deepest += 1
        level = [item for one in level for item in _inside(one)]
    return deepest


def _inside(value: object) -> list[object]:
    if isinstance(value, Mapping):
        return list(value.values())
    return value if isinstance(value, list) else []
