"""An agreement as a text that people read and mend: YAML, a field a line, what is long broken where a field begins.

Rules:
1. What is written is read again by `yaml12` as the same mapping, with the same types.
2. What fits on a line stands on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from comity.formats.cells import flow

WIDTH = 120
_DEEPER = 2


def text(document: Mapping[str, object]) -> str:
    """The text of a mapping, to its last line's end: rules 1 and 2."""
    lines = [line for key, value in document.items() for line in _field(key, value, 0)]
    return "".join(f"{line}\n" for line in lines) or "{}\n"


def _field(key: str, value: object, deep: int) -> Iterator[str]:
    """A field, its name first."""
    name = f"{flow(str(key))}:"
    if _fits(f"{name} {flow(value)}", value, deep):
        yield f"{' ' * deep}{name} {flow(value)}"
        return
    yield f"{' ' * deep}{name}"
    yield from _inside(value, deep + _DEEPER)


def _inside(value: object, deep: int) -> Iterator[str]:
    """What is inside a mapping or a list that is too long for a line."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _field(key, inner, deep)
    elif isinstance(value, list):
        for item in value:
            yield from _item(item, deep)


def _item(item: object, deep: int) -> Iterator[str]:
    """An item of a list, behind its dash."""
    if _fits(f"- {flow(item)}", item, deep):
        yield f"{' ' * deep}- {flow(item)}"
        return
    first, *others = _inside(item, deep + _DEEPER)
    yield f"{' ' * deep}- {first.lstrip()}"
    yield from others


def _fits(line: str, value: object, deep: int) -> bool:
    """Rule 2; a text or a number, and what is empty, cannot be broken at all."""
    return len(line) + deep <= WIDTH or not isinstance(value, Mapping | list) or not value
