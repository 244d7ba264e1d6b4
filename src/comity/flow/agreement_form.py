"""An agreement as a form: the rows of its sheets as people type them, without a spreadsheet.

Rules:
1. A form has the sheets, columns and kinds of cell of the spreadsheet (`comity.formats.agreement_sheet`) and no others,
   so that form, spreadsheet and text say the same. What no field carries stands, as YAML, under `more`.
2. A form keeps what was typed as it was typed, also what cannot be read, and rows that are still empty.
3. A field is named SHEET.ROW.COLUMN, rows counted from 0; `rows.SHEET` says how many rows there are.
4. A row is added at the end, taken out, or moved up or down by one. Any other act leaves the form as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from comity.errors import Malformed
from comity.formats import agreement_sheet, cells
from comity.formats.agreement_columns import Column, Words
from comity.formats.agreement_sheet import AGREEMENT, HEADS, Grid, Sheeted, place, sheets

NAME = "form"
MOST = 400
"""Rows of a sheet: more than any treaty has articles."""
ROWS = "rows"
_HEADS, _COUNTED_FROM = 1, 1
Cells = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Form:
    """The rows of each sheet, each with its cells by the heads of their columns."""

    rows: Mapping[str, tuple[Cells, ...]]

    def of(self, sheet: str) -> tuple[Cells, ...]:
        """The rows of a sheet."""
        return self.rows.get(sheet, ())

    def having(self, sheet: str, rows: Iterable[Cells]) -> Form:
        """The same form, a sheet of which has other rows."""
        return replace(self, rows={**self.rows, sheet: tuple(rows)})


def filled(document: Mapping[str, object], words: Words) -> Form:
    """The form of a mapping: rule 1."""
    return Form({sheet: tuple(rows) for sheet, rows in agreement_sheet.grids(document, words).items()})


def stated(document: Mapping[str, object], words: Words) -> Form:
    """The form of a mapping that a book keeps, where dates have become texts: they are dates again."""
    form, columns = filled(document, words), sheets(words)
    return Form(
        {
            sheet: tuple({head: _dated(text, kinds[head]) for head, text in row.items()} for row in rows)
            for sheet, rows in form.rows.items()
            for kinds in ({column.head: column.kind for column in columns[sheet]},)
        }
    )


def _dated(text: str, kind: str) -> str:
    """A date without the quotes that keep it a text."""
    bare = text[1:-1]
    if kind != "date" or text != f'"{bare}"':
        return text
    try:
        cells.decode(bare, kind)
    except Malformed:
        return text
    return bare


def posted(fields: Mapping[str, str], words: Words) -> Form:
    """The form that fields of a page make: rules 2 and 3."""
    return Form(
        {
            sheet: tuple(_row(fields, sheet, number, columns) for number in range(_count(fields, sheet)))
            for sheet, columns in sheets(words).items()
        }
    )


def is_posted(fields: Mapping[str, str]) -> bool:
    """Whether fields are those of a form."""
    return f"{ROWS}.{AGREEMENT}" in fields


def _count(fields: Mapping[str, str], sheet: str) -> int:
    said = fields.get(f"{ROWS}.{sheet}", "")
    if sheet == AGREEMENT:
        return 1
    return min(int(said), MOST) if said.isascii() and said.isdigit() and len(said) < 6 else 0


def _row(fields: Mapping[str, str], sheet: str, number: int, columns: tuple[Column, ...]) -> Cells:
    found = {column.head: fields.get(name(sheet, number, column.head), "") for column in columns}
    return {head: text.replace("\r\n", "\n") for head, text in found.items() if text.strip()}


def name(sheet: str, row: int, head: str) -> str:
    """The name of a field: rule 3."""
    return f"{sheet}.{row}.{head}"


# What is done to it: rule 4


def changed(form: Form, act: str) -> Form:
    """The form after an act: `add.SHEET`, `remove.SHEET.ROW`, `up.SHEET.ROW` or `down.SHEET.ROW`."""
    verb, _, where = act.partition(".")
    sheet, _, row = where.partition(".")
    rows = list(form.of(sheet))
    if sheet == AGREEMENT or sheet not in form.rows:
        return form
    if verb == "add" and len(rows) < MOST:
        return form.having(sheet, [*rows, {}])
    if not (row.isascii() and row.isdigit() and len(row) < 6 and int(row) < len(rows)):
        return form
    return form.having(sheet, _without(rows, int(row)) if verb == "remove" else _moved(rows, int(row), verb))


def _without(rows: list[Cells], row: int) -> list[Cells]:
    return rows[:row] + rows[row + 1 :]


def _moved(rows: list[Cells], row: int, verb: str) -> list[Cells]:
    to = row + {"up": -1, "down": 1}.get(verb, 0)
    if 0 <= to < len(rows):
        rows[row], rows[to] = rows[to], rows[row]
    return rows


# Read as an agreement


def read(form: Form, words: Words) -> Sheeted:
    """What a form says: the mapping, where each of its lines stands, and the faults of its cells."""
    grids = {sheet: _grid(form, sheet, columns) for sheet, columns in sheets(words).items()}
    return agreement_sheet.document(grids, words, NAME)


def _grid(form: Form, sheet: str, columns: tuple[Column, ...]) -> Grid:
    """The cells of a sheet, the heads first; the agreement's own stand one below the other."""
    heads = tuple(column.head for column in columns)
    lines = [tuple(row.get(head, "") for head in heads) for row in form.of(sheet)]
    if sheet == AGREEMENT:
        return [[*line] for line in (HEADS, *zip(heads, (*lines, ("",) * len(heads))[0], strict=True))]
    return [[*line] for line in (heads, *lines)]


def named_places(form: Form, words: Words) -> dict[str, str]:
    """Every sheet, row and field of a form, by the place that findings name; a row is named SHEET.ROW."""
    return dict(_named_places(form, words))


def _named_places(form: Form, words: Words) -> Iterator[tuple[str, str]]:
    for sheet, columns in sheets(words).items():
        yield f"{NAME}: {place(sheet)}", sheet
        for row in range(len(form.of(sheet))):
            at = row + _HEADS + _COUNTED_FROM
            if sheet != AGREEMENT:
                yield f"{NAME}: {place(sheet, at)}", f"{sheet}.{row}"
            for number, column in enumerate(columns):
                if sheet == AGREEMENT:
                    yield (
                        f"{NAME}: {place(sheet, number + _HEADS + _COUNTED_FROM, HEADS[1])}",
                        name(sheet, 0, column.head),
                    )
                else:
                    yield f"{NAME}: {place(sheet, at, column.head)}", name(sheet, row, column.head)
