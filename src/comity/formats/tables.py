"""Rows under their columns, as CSV and as a spreadsheet.

Rules:
1. The label stands in the first row, above the columns, so that it goes wherever the file goes; a file whose label
   stands elsewhere leaves it out by None.
2. Text stays text: no cell becomes a formula, in a spreadsheet or when a CSV is opened in one. A text that a program
   would take for a formula has an apostrophe before it in the CSV.
3. The same rows make the same bytes: a spreadsheet's date of making is fixed.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO, StringIO

Cell = str | int | float | None
"""What stands in a cell; None is an empty one."""

_BEGUN = datetime(2000, 1, 1)
_FORMULA = ("=", "+", "@", "\t", "\r")
_WIDEST = 60


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells under the names of their columns."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> Table:
    """A table of whatever plain data; lists become text with a semicolon between two."""
    return Table(tuple(columns), tuple(tuple(cell(item) for item in row) for row in rows))


def cell(item: object) -> Cell:
    """Plain data as a cell."""
    if item is None or type(item) is str or (isinstance(item, str | int | float) and not isinstance(item, bool)):
        return item
    if isinstance(item, bool):
        return "yes" if item else "no"
    if isinstance(item, list | tuple | set | frozenset):
        return "; ".join(str(part) for part in (sorted(item, key=str) if isinstance(item, set | frozenset) else item))
    return str(item)


def csv_bytes(given: Table, label: str | None) -> bytes:
    """The table as CSV in UTF-8 (RFC 4180): rules 1 and 2.

    Args:
        given: the rows.
        label: the banner of the first row; None leaves that row out.
    """
    out = StringIO(newline="")
    writer = csv.writer(out)
    if label is not None:
        writer.writerow([_plain(label)])
    writer.writerow([_plain(name) for name in given.columns])
    writer.writerows([_plain(item) for item in row] for row in given.rows)
    return out.getvalue().encode("utf-8")


def _plain(item: Cell) -> Cell:
    """Rule 2; a minus before a number, or alone, starts no formula."""
    if not isinstance(item, str) or not item:
        return item
    risky = item.startswith(_FORMULA) or (item[0] == "-" and len(item) > 1 and not _number(item))
    return f"'{item}" if risky else item


def _number(text: str) -> bool:
    return text.lstrip("-").replace(".", "", 1).isdigit()


def xlsx_bytes(given: Table, label: str, sheet: str = "Rows") -> bytes:
    """The table as a workbook of one sheet: rules 1 to 3.

    Args:
        given: the rows.
        label: the banner of the first row.
        sheet: the sheet's name, at most 31 characters, none of them `[]:*?/` or a backslash.
    """
    import xlsxwriter

    out = BytesIO()
    kept = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, kept) as workbook:
        workbook.set_properties({"created": _BEGUN, "comments": label})
        page = workbook.add_worksheet(sheet)
        bold, wrapped = workbook.add_format({"bold": True}), workbook.add_format({"text_wrap": True, "valign": "top"})
        page.write_row(0, 0, [label], bold)
        page.write_row(1, 0, given.columns, bold)
        for number, row in enumerate(given.rows, start=2):
            page.write_row(number, 0, row, wrapped)
        page.freeze_panes(2, 0)
        for number, width in enumerate(_widths(given)):
            page.set_column(number, number, width)
    return out.getvalue()


def _widths(given: Table) -> Iterator[int]:
    """How wide each column is: as its words, up to a limit."""
    for number, name in enumerate(given.columns):
        widest = max(len(name), *(len(str(row[number])) for row in given.rows), 0)
        yield min(widest + 2, _WIDEST)
