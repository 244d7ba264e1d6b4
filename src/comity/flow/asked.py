"""What a form, a command or a program asks to state, read into the struct that states it.

Rules:
1. A field that is missing, of another type or outside its range is refused by name, whichever way it came.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeVar

import msgspec

from comity.errors import Malformed

S = TypeVar("S")
_NAMED = re.compile(r"(.*)(?:field `(.*)`|parameter '(.*?)')", re.DOTALL)


def asked(kind: type[S], fields: Mapping[str, object]) -> S:
    """The struct of what is asked; numbers may be written as text.

    Raises:
        Malformed: a field is missing, or cannot be read: rule 1.
    """
    try:
        return msgspec.convert(dict(fields), kind, strict=False)
    except msgspec.ValidationError as error:
        field, says = fault(str(error))
        raise Malformed(says, field=field, next_step=f"fill in {field}" if field else "fill in the form") from error


def fault(says: str, key: str | None = None) -> tuple[str | None, str]:
    """The field that a reader of structs complains of, and the reason in words.

    Args:
        says: what the reader says.
        key: the field, where it is told apart.
    """
    named = _NAMED.search(says)
    reason, _, place = says.partition(" - at `$")
    field = key or re.split(r"[^\w-]", place.lstrip("."))[0] or None
    if named is None:
        return field, reason
    return named[2] or named[3], "is missing" if "missing" in named[1].lower() else "is no field of this"
