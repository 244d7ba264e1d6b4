"""What a spreadsheet's cell says, as the value that YAML would have held, and back.

Rules:
1. An empty cell is a field that is not there; the word `null` is one that is there and empty.
2. A column has a kind (`KINDS`), and reads its cell by it; what the kind does not admit is a fault with its remedy.
3. Excel changes what people type. Real dates and real booleans are taken; a number where a text is wanted is refused,
   because 5.1 and 5.10 have become the same, save a whole number for an article.
4. What a kind cannot write so that it reads back as the same value, with the same types, it does not write at all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal

from comity.errors import Malformed
from comity.formats import yaml12
from comity.values.instant import ragged_date

Cell = object
"""What calamine gives: text, float, bool, date, datetime, time or timedelta."""

_TYPED = re.compile(r"true|false|[-+]?\d+|\d{4}-\d{2}-\d{2}")
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_]*(?:[ /.@()+-]+[A-Za-z0-9_()]+)*")
_ERRORS = re.compile(r"#(REF!|N/A|NAME\?|VALUE!|DIV/0!|NULL!|NUM!)")
_NULL = "null"
_DATES = "write it as 2004-03-29, 2004-03 or 2004"


def decode(cell: Cell, kind: str) -> object:
    """The value of a cell that is not empty: rules 1 to 3.

    Raises:
        Malformed: the kind does not admit it.
    """
    if isinstance(cell, str):
        text = cell.strip()
        if _ERRORS.fullmatch(text):
            raise Malformed(f"the formula gives {text}", next_step="write the value itself")
        return None if text == _NULL else KINDS[kind](text)
    if isinstance(cell, float) and not cell.is_integer() and kind != "scalar":
        raise Malformed(f"{cell!r} is a number, not a text", next_step="format the cell as Text and type it again")
    return _of_excel(cell, kind)


def encode(value: object, kind: str) -> str | None:
    """The cell's text for a value; None when the kind cannot carry it: rule 4."""
    written = _NULL if value is None else _WRITERS[kind](value)
    if written is None or written == "" or not all(c.isprintable() or c == "\n" for c in written):
        return None
    try:
        return written if same(decode(written, kind), value) else None
    except Malformed:
        return None


def same(one: object, other: object) -> bool:
    """Whether two values are equal with equal types, however they are nested."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(same(value, other[key]) for key, value in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return type(one) is type(other) and one == other


def dump(value: object) -> str:
    """A value as YAML that `yaml12` reads back: a list or mapping by the line, what is inside them in one piece."""
    if isinstance(value, list) and value:
        return "\n".join(f"- {flow(item)}" for item in value)
    if isinstance(value, Mapping) and value:
        return "\n".join(f"{flow(str(key))}: {flow(item)}" for key, item in value.items())
    return flow(value)


def flow(value: object) -> str:
    """A value as YAML in one line."""
    if value is None or isinstance(value, bool):
        return {None: _NULL, True: "true", False: "false"}[value]
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{flow(str(key))}: {flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(flow, value)) + "]"
    if isinstance(value, str):
        return value if _PLAIN.fullmatch(value) and value.lower() not in {_NULL, "true", "false"} else _quoted(value)
    if isinstance(value, Decimal):
        text = format(value, "f")
        return text if "." in text else f"{text}."
    return value.isoformat() if isinstance(value, date) else str(value)


def _quoted(text: str) -> str:
    marks = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t"}
    return '"' + "".join(marks.get(c) or (c if c.isprintable() else _escaped(c)) for c in text) + '"'


def _escaped(letter: str) -> str:
    return f"\\u{ord(letter):04x}" if ord(letter) < 0x10000 else f"\\U{ord(letter):08x}"


def _of_excel(cell: Cell, kind: str) -> object:
    """A cell that is no text: rule 3."""
    if kind == "flag" and isinstance(cell, bool):
        return cell
    if kind in {"date", "scalar"} and isinstance(cell, date):
        return _day(cell)
    if isinstance(cell, float | int) and not isinstance(cell, bool):
        return _of_number(cell, kind)
    named = "a date" if isinstance(cell, date) else "true or false" if isinstance(cell, bool) else "a time"
    raise Malformed(
        f"the spreadsheet has made {named} of it ({cell})", next_step="format the cell as Text and type it again"
    )


def _of_number(cell: float | int, kind: str) -> object:
    if kind == "scalar":
        return int(cell) if int(cell) == cell else Decimal(str(cell))
    whole = int(cell)
    if kind in {"article", "articles"}:
        return str(whole) if kind == "article" else [str(whole)]
    if kind == "number":
        return whole
    if kind == "date":
        return _date(str(whole))
    raise Malformed(f"{whole} is a number, not a text", next_step="format the cell as Text and type it again")


def _day(cell: date) -> date:
    if isinstance(cell, datetime):
        if (cell.hour, cell.minute, cell.second, cell.microsecond) != (0, 0, 0, 0):
            raise Malformed(f"{cell} is a time of day", next_step="write the day alone, as 2004-03-29")
        return cell.date()
    return cell


def _text(text: str) -> str:
    return text


def _date(text: str) -> object:
    if text.isdigit() and len(text) != 4:
        raise Malformed(f"{text} is no date (a spreadsheet counts days this way)", next_step=_DATES)
    value = _scalar(text)
    try:
        ragged_date(value)
    except Malformed as error:
        raise Malformed(error.message, next_step=_DATES) from error
    return value


def _scalar(text: str) -> object:
    """A text as YAML would read it where it is a date, a whole number, true or false; quotes keep it a text."""
    quoted = len(text) > 1 and text[0] == text[-1] == '"'
    return yaml12.load(text, "the cell") if quoted or _TYPED.fullmatch(text) else text


def _number(text: str) -> int:
    if not re.fullmatch(r"-?\d+", text):
        raise Malformed(f"{text!r} is no whole number", next_step="write digits only, or leave the cell empty")
    return int(text)


def _flag(text: str) -> bool:
    words = {"true": True, "false": False, "yes": True, "no": False}
    if text.lower() not in words:
        raise Malformed(f"{text!r} is neither true nor false", next_step="choose true or false")
    return words[text.lower()]


def _list(text: str) -> list[str]:
    if text == "[]":
        return []
    items = [item.strip() for item in re.split(r"[,\n]", text)]
    if not all(items):
        raise Malformed(f"{text!r} has a comma too many", next_step="write items with a comma between two")
    return items


def _names(*words: str) -> Callable[[str], object]:
    """Read one of the words, else a list."""
    return lambda text: text if text in words else _list(text)


def _lines(text: str) -> list[str]:
    return [] if text == "[]" else [line.strip() for line in text.split("\n") if line.strip()]


def _target(text: str) -> object:
    """`yes`, `no`, `finding`; or `at PLACE`, `in territory`, or both with a comma between."""
    if not re.match(r"at |in territory", text):
        return text
    read = yaml12.Mapping()
    read.line, read.lines = 1, {}
    for part in text.split(","):
        if part.strip() == "in territory":
            read["in_territory"] = True
        elif part.strip().startswith("at "):
            read["place"] = part.strip()[3:].strip()
        else:
            raise Malformed(
                f"{part.strip()!r} is not understood", next_step="write yes, no, finding, or: at PLACE, in territory"
            )
    return read


def _yaml(text: str) -> object:
    return yaml12.load(text, "the cell")


KINDS: dict[str, Callable[[str], object]] = {
    "text": _text,
    "article": _text,
    "date": _date,
    "scalar": _scalar,
    "number": _number,
    "flag": _flag,
    "list": _list,
    "articles": _names("all"),
    "bound": _names("parties"),
    "toward": _names("victim", "parties"),
    "victim": _names("parties", "any"),
    "attacker": _names("any", "state", "outsiders"),
    "lines": _lines,
    "target": _target,
    "yaml": _yaml,
}
"""How each kind of column reads a text."""


def _write_text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _write_scalar(value: object) -> str | None:
    if isinstance(value, str):
        return (
            value if value not in {_NULL, ""} and not (_TYPED.fullmatch(value) or value[0] == '"') else _quoted(value)
        )
    return flow(value)


def _write_names(value: object) -> str | None:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "[]"
    return _write_text(value)


def _write_lines(value: object) -> str | None:
    return ("\n".join(map(str, value)) or "[]") if isinstance(value, list) else None


def _write_target(value: object) -> str | None:
    if not isinstance(value, Mapping):
        return _write_text(value)
    place = [f"at {value['place']}"] if "place" in value else []
    return ", ".join([*place, *(["in territory"] if value.get("in_territory") is True else [])])


_WRITERS: dict[str, Callable[[object], str | None]] = {
    "text": _write_text,
    "article": _write_text,
    "date": _write_scalar,
    "scalar": _write_scalar,
    "number": flow,
    "flag": flow,
    "lines": _write_lines,
    "target": _write_target,
    "yaml": dump,
    **dict.fromkeys(("list", "articles", "bound", "toward", "victim", "attacker"), _write_names),
}
