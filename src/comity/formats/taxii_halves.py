"""Halves of letters in JSON: a surrogate that stands alone, which no text may hold (RFC 8259, 8.2; STIX 2.1, 2.14).

Rules:
1. An envelope in which one stands is read all the same, with a replacement in its place, so that the objects beside the
   one that holds it are taken. Nothing is mended: that one is to fail.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_FOUND = re.compile(
    rb"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[dD][89a-fA-F][0-9a-fA-F]{2}|\\.|"
    rb"\xed[\xa0-\xbf][\x80-\xbf]",
    re.DOTALL,
)
_MAY = re.compile(rb"\\u[dD][89a-fA-F]|\xed[\xa0-\xbf]")
_HALF = re.compile("[\ud800-\udfff]")
INSTEAD = {6: rb"\ufffd", 3: b"\xef\xbf\xbd"}
"""What stands for half of a letter, by how many bytes it is written with."""


def may_hold(body: bytes) -> bool:
    """Whether half of a letter may stand in bytes of JSON: quick, and true of whole letters in two halves as well."""
    return _MAY.search(body) is not None


def readable(body: bytes) -> bytes:
    """Bytes of JSON with a replacement, as long, for every half of a letter: rule 1."""
    return _FOUND.sub(lambda found: INSTEAD.get(len(found[0]), found[0]), body)


def half(value: object) -> str | None:
    """Where half of a letter stands in what was read, as a path; None where none does."""
    return next(_halves(value, ""), None)


def _halves(value: object, path: str) -> Iterator[str]:
    if isinstance(value, str) and _HALF.search(value):
        yield path
    elif isinstance(value, dict):
        for name, item in value.items():
            if _HALF.search(name):
                yield f"{path}.{whole(name)}".lstrip(".")
            yield from _halves(item, f"{path}.{name}".lstrip("."))
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield from _halves(item, f"{path}[{place}]")


def whole(text: str) -> str:
    """A text that can be told, with a question mark for every half of a letter."""
    return text.encode(errors="replace").decode()
