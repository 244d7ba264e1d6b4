"""The rows of an import: facts from CSV, JSON Lines, YAML or a workbook, each with the place where it stands.

Rules:
1. A row is one fact, as `comity.values.reading` takes it: a kind and its fields. A row that cannot be read is kept as a
   fault with its place, so that all of them can be told together.
2. A table has a column `kind`; the others are fields, under the names they have in the vocabulary. An empty cell is a
   field that is not stated; a row of empty cells is passed over.
3. A cell is read by its column (`COLUMNS`). Items of a list stand with commas between them; what begins with `[` or
   `{` is read as YAML; `public` under `label` is the empty label. Under any other column of a kind that the calculus
   does not know, whole numbers, true and false are taken as such, and all else is text.
4. In JSON Lines every line is one JSON object; in YAML the facts are a list, by itself or under `facts:`.
5. Tables count rows, the heads being row 1, as a spreadsheet shows them; JSON Lines and YAML count lines.
6. A file that cannot be read at all is malformed as a whole: no text, no such columns, broken quotes or brackets.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO, StringIO
from pathlib import PurePath

import python_calamine

from comity.errors import Malformed
from comity.formats import cells, yaml12
from comity.formats.workbook import _no_workbook, _sound
from comity.values.reading import KINDS

KIND, LABEL, PUBLIC, FACTS = "kind", "label", "public", "facts"
COLUMNS: dict[str, str] = {
    **dict.fromkeys(("to", "actions", "purposes", "from_things", "things", "order"), "list"),
    **dict.fromkeys(("depth", "k", "lease_days", "notice_days"), "number"),
    **dict.fromkeys(("quota", "amount", "threshold"), "scalar"),
    **dict.fromkeys(("from", "until", "recorded", "effective"), "date"),
    **dict.fromkeys(("legs", "obligations", "shares", LABEL), "yaml"),
    **dict.fromkeys(("id", "issuer", "basis", "classification", "supersedes"), "text"),
}
"""How the cells of a column are read (`comity.formats.cells`); `of` is a list for a quorum and a text elsewhere."""

_LISTED_FOR = {("quorum", "of"): "list"}
_OF_EVERY_KIND = ("id", "issuer", "basis", "classification", "supersedes", "from", "until", "recorded", LABEL)
_WHOLE = re.compile(r"-?(?:0|[1-9]\d{0,14})")
_HEADS_STEP = "name the columns in the first row: kind, by, to, actions, ..."


@dataclass(frozen=True, slots=True)
class FactRow:
    """One row: its number, its place in words, and the fact it states, or what is wrong with it."""

    number: int
    place: str
    line: Mapping[str, object] | None
    fault: Malformed | None = None


def read(data: bytes, name: str) -> list[FactRow]:
    """The rows of a file, which its name tells the format of.

    Args:
        data: the file.
        name: its name, ending in .csv, .jsonl, .yaml, .yml or .xlsx.

    Raises:
        Malformed: the file cannot be read at all: rule 6.
    """
    match PurePath(name).suffix.lower():
        case ".csv":
            return list(_table(_csv(_text(data, name), name), name))
        case ".jsonl":
            return list(_json_lines(_text(data, name)))
        case ".yaml" | ".yml":
            return list(_yaml(_text(data, name), name))
        case ".xlsx":
            return list(_table(_xlsx(data, name), name))
        case other:
            step = "let its name end in .csv, .jsonl, .yaml or .xlsx"
            raise Malformed(
                f"{other or 'a file without an ending'!r} is no format of facts", where=name, next_step=step
            )


def _text(data: bytes, name: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Malformed("is not UTF-8", where=f"{name}:{line}", next_step="save the file as UTF-8 text") from error


# Text: rule 4


def _yaml(text: str, name: str) -> Iterator[FactRow]:
    document = yaml12.load(text, name)
    found = document.get(FACTS) if isinstance(document, Mapping) else document
    if not isinstance(found, yaml12.Sequence):
        step = "write facts: and lines such as - title: {...}"
        raise Malformed("holds no list of facts", where=f"{name}:1", field=FACTS, next_step=step)
    for line, number in zip(found, found.lines, strict=True):
        yield _stated(line, number)


def _json_lines(text: str) -> Iterator[FactRow]:
    for number, written in enumerate(text.split("\n"), start=1):
        if written.strip():
            try:
                line = json.loads(written, parse_float=Decimal, object_pairs_hook=_once, parse_constant=_no_number)
            except (ValueError, RecursionError) as error:
                fault = Malformed(
                    f"no JSON: {error}", field=FACTS, next_step='write {"grant": {"by": ...}} on one line'
                )
                yield FactRow(number, f"line {number}", None, fault)
            except Malformed as error:
                yield FactRow(number, f"line {number}", None, error)
            else:
                yield _stated(line, number)


def _once(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    made: dict[str, object] = {}
    for key, value in pairs:
        if key in made:
            raise Malformed("stands twice", field=key, next_step="keep one of the two")
        made[key] = value
    return made


def _no_number(text: str) -> object:
    raise Malformed(f"{text} is no number", field=FACTS, next_step="write a number, or leave the field out")


def _stated(line: object, number: int) -> FactRow:
    place = f"line {number}"
    if isinstance(line, Mapping):
        return FactRow(number, place, line)
    step = "write one kind and its fields: grant: {by: ..., to: [...]}"
    return FactRow(number, place, None, Malformed(f"{line!r} is no fact", field=FACTS, next_step=step))


# Tables: rules 2 and 3


def _csv(text: str, name: str) -> Iterator[tuple[int, Sequence[cells.Cell]]]:
    first = text.partition("\n")[0]
    mark = ";" if ";" in first and "," not in first else ","
    reader = csv.reader(StringIO(text, newline=""), delimiter=mark, strict=True)
    number = 0
    try:
        for number, row in enumerate(reader, start=1):
            yield number, row
    except csv.Error as error:
        step = "close the quotes of the row, and double those inside a text"
        raise Malformed(f"no CSV: {error}", where=f"{name}, row {number + 1}", next_step=step) from error


def _xlsx(data: bytes, name: str) -> Iterator[tuple[int, Sequence[cells.Cell]]]:
    _sound(data, name)
    try:
        with python_calamine.CalamineWorkbook.from_filelike(BytesIO(data)) as workbook:
            sheet = workbook.get_sheet_by_name(_sheet(workbook.sheet_names, name))
            if sheet.merged_cell_ranges:
                raise Malformed(
                    "has merged cells", where=name, next_step="unmerge them and write each value in its cell"
                )
            yield from enumerate(sheet.to_python(skip_empty_area=False), start=1)
    except (python_calamine.CalamineError, python_calamine.ZipError, python_calamine.XmlError) as error:
        raise _no_workbook(name, str(error)) from error


def _sheet(titles: Iterable[str], name: str) -> str:
    """The sheet called Facts, else the only one whose name does not begin with Notes."""
    wanted = [title for title in titles if not title.casefold().startswith("notes")]
    named = [title for title in wanted if title.strip().casefold() == FACTS] or wanted
    if len(named) != 1:
        raise Malformed(
            f"which sheet holds the facts: {', '.join(named) or 'there is none'}?",
            where=name,
            next_step="call it Facts, or let the names of the others begin with Notes",
        )
    return named[0]


def _table(rows: Iterator[tuple[int, Sequence[cells.Cell]]], name: str) -> Iterator[FactRow]:
    _, first = next(rows, (1, ()))
    heads = [str(cell).strip() for cell in first]
    named = [head for head in heads if head]
    if KIND not in named:
        raise Malformed("has no column `kind`", where=f"{name}, row 1", field=KIND, next_step=_HEADS_STEP)
    twice = next((head for head in named if named.count(head) > 1), None)
    if twice is not None:
        raise Malformed("two columns have this name", where=f"{name}, row 1", field=twice, next_step=_HEADS_STEP)
    for number, row in rows:
        if any(not _empty(cell) for cell in row):
            try:
                yield FactRow(number, f"row {number}", _line(heads, row))
            except Malformed as error:
                yield FactRow(number, f"row {number}", None, error)


def _empty(cell: cells.Cell) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _line(heads: Sequence[str], row: Sequence[cells.Cell]) -> dict[str, dict[str, object]]:
    """The fact of a row: its kind, and a field for every cell that is not empty."""
    given = {place: cell for place, cell in enumerate(row) if not _empty(cell)}
    beyond = [place for place in given if place >= len(heads) or not heads[place]]
    if beyond:
        step = "name the column in the first row, or put a cell with a comma in it in quotes"
        raise Malformed(f"cell {beyond[0] + 1} stands under no head", field=KIND, next_step=step)
    kind = given.pop(heads.index(KIND), None)
    if not isinstance(kind, str):
        raise Malformed("is missing", field=KIND, next_step=f"write a kind: {', '.join(KINDS)}, or one of your own")
    kind = kind.strip()
    return {kind: {heads[place]: _value(cell, kind, heads[place]) for place, cell in given.items()}}


def _value(cell: cells.Cell, kind: str, head: str) -> object:
    """Rule 3."""
    try:
        if head == LABEL and isinstance(cell, str) and cell.strip().lower() == PUBLIC:
            return []
        return cells.decode(cell, _column(cell, kind, head))
    except Malformed as error:
        raise Malformed(error.message, field=f"{kind}.{head}", next_step=error.next_step) from error


def _column(cell: cells.Cell, kind: str, head: str) -> str:
    """How a cell is read."""
    text = cell.strip() if isinstance(cell, str) else None
    column = _LISTED_FOR.get((kind, head)) or COLUMNS.get(head, "text")
    if kind in KINDS or head in _OF_EVERY_KIND:
        return "yaml" if column == "list" and text and text[0] == "[" else column
    if text is None:
        return "flag" if isinstance(cell, bool) else "scalar"
    if text[0] in "[{" or _WHOLE.fullmatch(text) or text in {"true", "false"}:
        return "yaml"
    return "text"
