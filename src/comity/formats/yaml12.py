"""YAML 1.2 with the place of every value kept, so that an error can name its line.

Rules:
1. The core schema of YAML 1.2: `on`, `yes` and `no` are text; only `true` and `false` are booleans, `null`, `~` and
   nothing are null, numbers are decimal. Besides it, `2004-03-29` and full timestamps are dates, as worlds are written;
   a timestamp without a zone stays one, for whoever reads the field to refuse.
2. A key that stands twice in a mapping is refused. Keys are text.
3. Anchors, aliases and tags are refused: a reader must see what is meant where it stands.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

import yaml

from comity.errors import Malformed

_INT = re.compile(r"[-+]?[0-9]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_STAMP = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[-+]\d{2}:?\d{2})?")
_NULLS = {"", "~", "null", "Null", "NULL"}
_BOOLS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}

_Loader: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Mapping(dict[str, object]):
    """A mapping that knows its line and the line of each of its keys (1-based)."""

    line: int
    lines: dict[str, int]


class Sequence(list[object]):
    """A sequence that knows its line and the line of each of its items (1-based)."""

    line: int
    lines: list[int]


def load(text: str, name: str) -> object:
    """Read one YAML document; mappings and sequences know their lines.

    Args:
        text: the document.
        name: what errors call it (the file's name).

    Raises:
        Malformed: it is no YAML, or breaks rules 2 or 3.
    """
    try:
        node = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        tab = "".join(text.splitlines()[line - 1 : line]).lstrip(" ").startswith("\t")
        advice = "indent with spaces, not tabs" if tab else "check indentation, quotes and brackets here"
        raise Malformed(f"no YAML: {error.problem}", where=f"{name}:{line}", next_step=advice) from error
    except (yaml.YAMLError, RecursionError) as error:
        raise Malformed(f"no YAML: {error}", where=f"{name}:1", next_step="save the file as UTF-8 text") from error
    if node is None:
        return None
    return _value(node, name, set())


def _value(node: yaml.Node, name: str, seen: set[int]) -> object:
    where = f"{name}:{node.start_mark.line + 1}"
    if id(node) in seen and not isinstance(node, yaml.ScalarNode):
        raise Malformed("aliases are not read", where=where, next_step="write the value out where it is meant")
    seen.add(id(node))
    if isinstance(node, yaml.ScalarNode):
        return _scalar(node, where)
    if isinstance(node, yaml.SequenceNode):
        items = Sequence(_value(item, name, seen) for item in node.value)
        items.line = node.start_mark.line + 1
        items.lines = [item.start_mark.line + 1 for item in node.value]
        return items
    return _mapping(node, name, seen)


def _mapping(node: yaml.Node, name: str, seen: set[int]) -> Mapping:
    read = Mapping()
    read.line = node.start_mark.line + 1
    read.lines = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            raise Malformed("a key must be a word", where=f"{name}:{line}", next_step="write `key: value`")
        key = str(key_node.value)
        if key in read:
            raise Malformed(
                "stands twice",
                where=f"{name}:{line}",
                field=key,
                next_step=f"keep one; the other is on line {read.lines[key]}",
            )
        read[key] = _value(value_node, name, seen)
        read.lines[key] = line
    return read


def _scalar(node: yaml.ScalarNode, where: str) -> object:
    text = str(node.value)
    if node.style in {"'", '"', "|", ">"}:
        return text
    if text in _NULLS:
        return None
    if text in _BOOLS:
        return _BOOLS[text]
    if _INT.fullmatch(text) or _FLOAT.fullmatch(text):
        return _number(text, where)
    if _DATE.fullmatch(text) or _STAMP.fullmatch(text):
        return _moment(text, where)
    return text


def _number(text: str, where: str) -> int | Decimal:
    try:
        return int(text) if _INT.fullmatch(text) else Decimal(text)
    except (ValueError, InvalidOperation) as error:  # thousands of digits, or an exponent of that size
        raise Malformed("the number is too long", where=where, next_step="write fewer digits") from error


def _moment(text: str, where: str) -> date | datetime:
    try:
        return date.fromisoformat(text) if _DATE.fullmatch(text) else datetime.fromisoformat(text)
    except ValueError as error:
        raise Malformed(f"{text!r} is no date: {error}", where=where, next_step="check month and day") from error
