"""XLSX, in and out: an agreement's template, and any table for people.

Rules:
1. Bytes in, bytes out. What is no workbook, or one that would swallow the memory, is refused before it is opened.
2. Merged cells are a fault: which field a value stands in would be a guess.
3. A text is written as text, never as a formula; cells of the template are formatted as Text, so that the spreadsheet
   does not make dates and numbers of what is typed.
4. Sheets whose name begins with Notes are not read; any other that is not in the template is a fault.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

import python_calamine
import xlsxwriter

from comity.errors import Malformed
from comity.formats import agreement_sheet as sheet_rows
from comity.formats.agreement_columns import Column, Words
from comity.formats.agreement_sheet import AGREEMENT, EXAMPLE, HEADS, USE, Grid, Sheeted, letters, sheets

READ_ME, LISTS, NOTES = "Read me", "Lists", "Notes"
LONGEST = 32_767
_ROWS, _COLUMNS, _BYTES = 20_000, 300, 64_000_000
_REFERENCE = re.compile(rb'<(?:\w+:)?c [^>]*?r="([A-Z]{1,3})(\d+)"')
_BEGUN = datetime(2000, 1, 1)  # one fixed stamp, so that the same agreement gives the same bytes
_SPARE = 200


def read(data: bytes, words: Words, name: str) -> Sheeted:
    """The agreement in a workbook made from the template.

    Args:
        data: the file.
        words: the vocabularies.
        name: what errors call the file.

    Raises:
        Malformed: it is no workbook, or not one made from the template; faults of single cells are in the result.
    """
    _sound(data, name)
    try:
        with python_calamine.CalamineWorkbook.from_filelike(BytesIO(data)) as workbook:
            return _document(workbook, words, name)
    except (python_calamine.CalamineError, python_calamine.ZipError, python_calamine.XmlError) as error:
        raise _no_workbook(name, str(error)) from error


def _document(workbook: python_calamine.CalamineWorkbook, words: Words, name: str) -> Sheeted:
    known = {sheet.casefold(): sheet for sheet in (*sheets(words), READ_ME, LISTS)}
    found = {title: known.get(title.strip().casefold()) for title in workbook.sheet_names}
    if AGREEMENT not in found.values():
        raise Malformed(
            f"has no sheet {AGREEMENT}; its sheets are {', '.join(found)}",
            where=name,
            next_step="begin with `comity agreements template FILE.xlsx`",
        )
    tables: dict[str, Grid] = {}
    extra: list[tuple[str, str, str]] = []
    for title, sheet in found.items():
        if sheet is None and not title.casefold().startswith(NOTES.casefold()):
            told = f"is no sheet of the template ({', '.join(sheets(words))})"
            extra.append((f"sheet {title}", told, "move it elsewhere, or let its name begin with Notes"))
        elif sheet in sheets(words):
            read_sheet = workbook.get_sheet_by_name(title)
            tables[str(sheet)] = _padded(read_sheet)
            extra.extend(_merged(str(sheet), read_sheet))
    made = sheet_rows.document(tables, words, name)
    for place, told, remedy in extra:
        made.fault(place, told, remedy)
    return made


def _padded(sheet: python_calamine.CalamineSheet) -> Grid:
    return [list(row) for row in sheet.to_python(skip_empty_area=False)]


def _merged(sheet: str, read_sheet: python_calamine.CalamineSheet) -> list[tuple[str, str, str]]:
    """Rule 2."""
    return [
        (
            f"sheet {sheet}, cells {letters(left)}{top + 1}:{letters(right)}{bottom + 1}",
            "are merged",
            "unmerge them and write each value in its own cell",
        )
        for (top, left), (bottom, right) in read_sheet.merged_cell_ranges or ()
    ]


def _sound(data: bytes, name: str) -> None:
    """Rule 1: it is a workbook, and none of its cells lies so far out that reading it would fill the memory."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as packed:
            inner = [item for item in packed.infolist() if item.filename.startswith("xl/")]
            if not inner:
                raise _no_workbook(name, "there is no workbook inside")
            if sum(item.file_size for item in packed.infolist()) > _BYTES:
                raise _no_workbook(name, f"it unpacks to more than {_BYTES // 1_000_000} MB")
            for item in inner:
                if item.filename.startswith("xl/worksheets/") and item.filename.endswith(".xml"):
                    _near(packed.read(item), name)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, RuntimeError, NotImplementedError, EOFError, OSError) as error:
        raise _no_workbook(name, str(error)) from error


def _near(xml: bytes, name: str) -> None:
    for column, row in _REFERENCE.findall(xml):
        if int(row) > _ROWS or _index(column) > _COLUMNS:
            far = f"cell {column.decode()}{int(row)} lies beyond row {_ROWS} or column {letters(_COLUMNS - 1)}"
            raise Malformed(far, where=name, next_step="delete what stands out there, and the empty rows before it")


def _index(column: bytes) -> int:
    total = 0
    for letter in column:
        total = total * 26 + letter - 64
    return total


def _no_workbook(name: str, why: str) -> Malformed:
    return Malformed(f"is no XLSX workbook: {why}", where=name, next_step="save it as Excel workbook (.xlsx)")


# Out


def template(words: Words, document: Mapping[str, object] | None = None, *, note: str = "") -> bytes:
    """A workbook to fill in, with drop-downs, explanations and an example; or one filled from an agreement.

    Args:
        words: the vocabularies that its drop-downs offer.
        document: the agreement that fills it.
        note: what stands on a sheet of its own that is not read, such as a label.

    Raises:
        Malformed: a value of the agreement is longer than a cell can hold.
    """
    out = BytesIO()
    workbook = xlsxwriter.Workbook(out, {"in_memory": True})
    workbook.set_properties({"title": "Comity: an agreement", "created": _BEGUN})
    formats = _formats(workbook)
    tables = {} if document is None else sheet_rows.grids(document, words)
    _explain(workbook, words, formats)
    lists = _lists_of(words)
    for sheet, columns in sheets(words).items():
        page = workbook.add_worksheet(sheet)
        rows = tables.get(sheet, [])
        _too_long(sheet, rows)
        if sheet == AGREEMENT:
            _write_fields(page, columns, rows[0] if rows else {}, formats, lists)
        else:
            _write_table(page, columns, rows, formats, lists)
    _write_lists(workbook, words, lists)
    if note:
        workbook.add_worksheet(NOTES).write_string(0, 0, note, formats["title"])
    workbook.get_worksheet_by_name(AGREEMENT).activate()
    workbook.close()
    return out.getvalue()


def _too_long(sheet: str, rows: list[dict[str, str]]) -> None:
    for number, row in enumerate(rows, start=3):
        for head, text in row.items():
            if len(text) > LONGEST:
                told = f"{len(text)} characters do not fit into a cell"
                raise Malformed(told, where=f"sheet {sheet}, row {number}, column {head}", next_step="keep it as YAML")


def _formats(workbook: Any) -> dict[str, Any]:
    text = {"num_format": "@", "valign": "top", "text_wrap": True}
    return {
        "text": workbook.add_format(text),
        "head": workbook.add_format({"bold": True, "bg_color": "#1F3864", "font_color": "#FFFFFF", "valign": "top"}),
        "example": workbook.add_format({**text, "italic": True, "font_color": "#7F7F7F", "bg_color": "#F2F2F2"}),
        "means": workbook.add_format({**text, "font_color": "#404040"}),
        "title": workbook.add_format({"bold": True, "font_size": 16}),
    }


def _write_fields(
    page: Any, columns: Sequence[Column], row: Mapping[str, str], formats: dict[str, Any], lists: dict[str, str]
) -> None:
    """The sheet of the agreement: a field a row, with what it means and an example beside it."""
    for index, (head, width) in enumerate(zip((*HEADS, "what it means", EXAMPLE), (18, 60, 60, 32), strict=True)):
        page.write_string(0, index, head, formats["head"])
        page.set_column(index, index, width, formats["text"])
    for number, column in enumerate(columns, start=1):
        page.write_string(number, 0, column.head, formats["head"])
        page.write_string(number, 1, row.get(column.head, ""), formats["text"])
        page.write_string(number, 2, column.means, formats["means"])
        page.write_string(number, 3, column.example, formats["example"])
        _offer(page, column, (number, 1, number, 1), lists)
    page.freeze_panes(1, 1)
    page.ignore_errors({"number_stored_as_text": f"B1:D{len(columns) + 1}"})


def _write_table(
    page: Any, columns: Sequence[Column], rows: list[dict[str, str]], formats: dict[str, Any], lists: dict[str, str]
) -> None:
    """A sheet of entries: heads, an example that does not count, then a row for each entry."""
    last = len(rows) + _SPARE
    page.write_string(0, 0, USE, formats["head"])
    page.write_string(1, 0, EXAMPLE, formats["example"])
    page.data_validation(1, 0, last, 0, {"validate": "list", "source": [EXAMPLE]})
    page.set_column(0, 0, 9, formats["text"])
    for index, column in enumerate(columns, start=1):
        page.set_column(index, index, column.width, formats["text"])
        page.write_string(0, index, column.head, formats["head"])
        page.write_comment(0, index, column.means, {"x_scale": 2})
        page.write_string(1, index, column.example, formats["example"])
        for number, row in enumerate(rows, start=2):
            if column.head in row:
                page.write_string(number, index, row[column.head], formats["text"])
        _offer(page, column, (1, index, last, index), lists)
    page.freeze_panes(1, 2)
    page.ignore_errors({"number_stored_as_text": f"A1:{letters(len(columns))}{last + 1}"})


def _offer(page: Any, column: Column, area: tuple[int, int, int, int], lists: dict[str, str]) -> None:
    """A drop-down of the column's words; where other words are allowed too, it only reminds."""
    if column.offers in lists:
        page.data_validation(
            *area,
            {
                "validate": "list",
                "source": lists[column.offers],
                "error_type": "stop" if column.strict else "information",
                "error_title": column.head[:32],
                "error_message": column.means[:255],
                "input_title": column.head[:32],
                "input_message": column.means[:255],
            },
        )


def _lists_of(words: Words) -> dict[str, str]:
    """Where each vocabulary stands on the sheet of lists."""
    found = {}
    for index, name in enumerate(_vocabularies(words)):
        letter = letters(index)
        found[name] = f"='{LISTS}'!${letter}$2:${letter}${len(_vocabularies(words)[name]) + 1}"
    return found


def _vocabularies(words: Words) -> dict[str, tuple[str, ...]]:
    return {name: getattr(words, name) for name in words.__dataclass_fields__ if getattr(words, name)}


def _write_lists(workbook: Any, words: Words, lists: dict[str, str]) -> None:
    page = workbook.add_worksheet(LISTS)
    for index, name in enumerate(lists):
        for number, text in enumerate((name, *_vocabularies(words)[name])):
            page.write_string(number, index, text)
    page.hide()


_STORY = (
    "An agreement, clause by clause. Fill in the sheets from left to right; the first row of each names its columns, "
    "and a note on each head says what it means.",
    "The grey row marked example does not count. Leave it, or delete it.",
    "An empty cell means: not said. The word null means: said to be open (no end, not known). Dates are written "
    "2004-03-29, or 2004-03, or 2004 when no more is known.",
    "Where several codes are named, put commas between them: AAA, BBB, CCC. Party codes are those of the casebook; a "
    "party of your own needs a row on the sheet Parties.",
    "Paraphrase: write what the article says in one sentence of your own, name the article, and say where it is "
    "written. What you are not sure of, mark verify: true.",
    "Then: comity agreements check FILE.xlsx tells every fault by sheet, row and column, and who would be bound to "
    "what. comity agreements add FILE.xlsx --book BOOK takes it into your own book, whole or not at all. comity "
    "agreements compare FILE.xlsx OTHER shows clause by clause what is stronger and weaker.",
    "Notes of your own go on sheets whose name begins with Notes; they are not read.",
)


def _explain(workbook: Any, words: Words, formats: dict[str, Any]) -> None:
    """The sheet that explains the others: what to do, then every column."""
    page = workbook.add_worksheet(READ_ME)
    page.set_column(0, 0, 14)
    page.set_column(1, 1, 22)
    page.set_column(2, 3, 60, formats["means"])
    page.write_string(0, 0, "How to write an agreement down", formats["title"])
    for number, text in enumerate(_STORY, start=2):
        page.write_string(number, 0, f"{number - 1}.")
        page.merge_range(number, 1, number, 3, text, formats["means"])
        page.set_row(number, 15 * (len(text) // 130 + 1))
    begin = len(_STORY) + 4
    for index, head in enumerate(("sheet", "column", "what it means", EXAMPLE)):
        page.write_string(begin, index, head, formats["head"])
    lines = [(sheet, column) for sheet, columns in sheets(words).items() for column in columns]
    for number, (sheet, column) in enumerate(lines, start=begin + 1):
        for index, text in enumerate((sheet, column.head, column.means, column.example)):
            page.write_string(number, index, text)


def tables(pages: Mapping[str, Sequence[Sequence[str]]]) -> bytes:
    """A workbook of plain tables: each sheet's rows of text, the first of them its heads."""
    out = BytesIO()
    workbook = xlsxwriter.Workbook(out, {"in_memory": True})
    workbook.set_properties({"created": _BEGUN})
    formats = _formats(workbook)
    for title, rows in pages.items():
        page = workbook.add_worksheet(title)
        widths = [max(len(row[index]) for row in rows) for index in range(len(rows[0]))] if rows else []
        for index, width in enumerate(widths):
            page.set_column(index, index, max(8, min(60, width + 2)))
        for number, row in enumerate(rows):
            for index, text in enumerate(row):
                page.write_string(number, index, text, formats["head" if number == 0 else "text"])
        page.freeze_panes(1, 0)
    workbook.close()
    return out.getvalue()
