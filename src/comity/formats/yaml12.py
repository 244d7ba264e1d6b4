"""YAML 1.2 with the place of every value kept, so that an error can name its line.

Rules:
1. The core schema of YAML 1.2: `on`, `yes` and `no` are text; only `true` and `false` are booleans, `null`, `~` and
   nothing are null, numbers are decimal. Besides it, `2004-03-29` and full timestamps are dates, as worlds are written;
   a timestamp without a zone stays one, for whoever reads the field to refuse.
2. A key that stands twice in a mapping is refused. Keys are text.
3. Anchors, aliases and tags are refused: a reader must see what is meant where it stands.
4. A value lies at most 64 mappings and lists deep; there is one document, of characters that a text may have.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
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
_DEEPEST = 64
# Control characters, halves of pairs, and separators that are lines to some readers and not to others.
BARRED = re.compile("[^\t\n\r -~\xa0-\u2027\u202a-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TAKE_OUT = "take it out"


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
        Malformed: it is no YAML, or breaks rules 1 to 4; `field` is the way to the value, as `facts[3].grant.from`.
    """
    barred = BARRED.search(text)
    if barred is not None:
        line = text.count("\n", 0, barred.start()) + 1
        raise Malformed(
            _barred(barred[0]), where=f"{name}:{line}", next_step=f"{_TAKE_OUT}, save the file as UTF-8 text"
        )
    try:
        return _Reader(yaml.parse(text, Loader=_Loader), name).document()
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        tab = "".join(text.splitlines()[line - 1 : line]).lstrip(" ").startswith("\t")
        advice = "indent with spaces, not tabs" if tab else "check indentation, quotes and brackets here"
        if "alias" in (error.context or ""):
            advice = 'put what begins with * in quotes: "*"'
        raise Malformed(f"no YAML: {error.problem}", where=f"{name}:{line}", next_step=advice) from error
    except yaml.YAMLError as error:
        raise Malformed(f"no YAML: {error}", where=f"{name}:1", next_step="save the file as UTF-8 text") from error


class _Reader:
    """One document being read, event by event, with the way to the value that comes next."""

    def __init__(self, events: Iterator[yaml.Event], name: str) -> None:
        self.events, self.name = events, name
        self.way: list[str] = []

    def document(self) -> object:
        """The one document of a stream; None when there is none."""
        next(self.events)
        start = next(self.events)
        if isinstance(start, yaml.StreamEndEvent):
            return None
        if getattr(start, "version", None) not in {None, (1, 2)}:
            raise self.wrong(start, "is another version of YAML", "leave the %YAML line out; YAML 1.2 is read")
        read = self.value(next(self.events))
        next(self.events)
        after = next(self.events)
        if not isinstance(after, yaml.StreamEndEvent):
            raise self.wrong(after, "no YAML: another document begins here", "put each document in a file of its own")
        return read

    def wrong(self, event: yaml.Event, message: str, next_step: str) -> Malformed:
        """An error about a value, or about the key that stands before it."""
        way = "".join(self.way).removeprefix(".") or None
        return Malformed(message, where=f"{self.name}:{_line(event)}", field=way, next_step=next_step)

    def value(self, event: yaml.Event) -> object:
        """The value that an event begins: rules 3 and 4."""
        if getattr(event, "anchor", None) is not None:
            raise self.wrong(event, "anchors and aliases are not read", "write the value out where it is meant")
        if getattr(event, "tag", None) is not None:
            raise self.wrong(event, "tags are not read", "leave the tag out; text that looks otherwise is in quotes")
        if isinstance(event, yaml.ScalarEvent):
            return self.scalar(event)
        if len(self.way) >= _DEEPEST:
            del self.way[2:]
            raise self.wrong(event, f"is nested more than {_DEEPEST} deep", "take brackets or indentation out")
        return self.sequence(event) if isinstance(event, yaml.SequenceStartEvent) else self.mapping(event)

    def sequence(self, start: yaml.Event) -> Sequence:
        """A sequence, to its end."""
        read = Sequence()
        read.line, read.lines = _line(start), []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            self.way.append(f"[{len(read) + 1}]")
            read.append(self.value(event))
            read.lines.append(_line(event))
            self.way.pop()
        return read

    def mapping(self, start: yaml.Event) -> Mapping:
        """A mapping, to its end: rule 2."""
        read = Mapping()
        read.line, read.lines = _line(start), {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            key = self.key(event)
            self.way.append(f".{key}")
            if key in read:
                raise self.wrong(event, "stands twice", f"keep one; the other is on line {read.lines[key]}")
            read[key] = self.value(next(self.events))
            read.lines[key] = _line(event)
            self.way.pop()
        return read

    def key(self, event: yaml.Event) -> str:
        """A key: rules 2 and 3."""
        if not isinstance(event, yaml.ScalarEvent) or event.anchor is not None or event.tag is not None:
            raise self.wrong(event, "a key must be a word", "write `key: value`")
        if not event.value.isprintable():
            raise self.wrong(event, f"{event.value!r} is no key", "write a word, on one line")
        return str(event.value)

    def scalar(self, event: yaml.ScalarEvent) -> object:
        """Text, number, date, truth or nothing: rule 1."""
        try:
            return _scalar(event)
        except Malformed as error:
            raise self.wrong(event, error.message, error.next_step or "") from error


def _line(event: yaml.Event) -> int:
    return 1 if event.start_mark is None else event.start_mark.line + 1


def _barred(character: str) -> str:
    return f"no YAML: a character that no text has, U+{ord(character):04X}"


def _scalar(event: yaml.ScalarEvent) -> object:
    text = str(event.value)
    if barred := BARRED.search(text):
        raise Malformed(_barred(barred[0]), next_step=_TAKE_OUT)
    if event.style in {"'", '"', "|", ">"}:
        return text
    if text in _NULLS:
        return None
    if text in _BOOLS:
        return _BOOLS[text]
    if _INT.fullmatch(text) or _FLOAT.fullmatch(text):
        return _number(text)
    if _DATE.fullmatch(text) or _STAMP.fullmatch(text):
        return _moment(text)
    return text


def _number(text: str) -> int | Decimal:
    try:
        return int(text) if _INT.fullmatch(text) else Decimal(text)
    except (ValueError, InvalidOperation) as error:  # thousands of digits, or an exponent of that size
        raise Malformed("the number is too long", next_step="write fewer digits") from error


def _moment(text: str) -> date | datetime:
    try:
        return date.fromisoformat(text) if _DATE.fullmatch(text) else datetime.fromisoformat(text)
    except ValueError as error:
        raise Malformed(f"{text!r} is no date: {error}", next_step="check month and day") from error
