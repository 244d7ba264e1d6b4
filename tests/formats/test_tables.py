"""Tables: the label first, text stays text, the same rows the same bytes."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO

import pytest
from python_calamine import CalamineWorkbook

from comity.formats.tables import Table, csv_bytes, table, xlsx_bytes

LABEL = "PUBLIC: for a test"
ROWS = table(("party", "count", "names"), [("A", 2, ["x", "y"]), ("=1+1", -1.5, None), ("", True, {"b", "a"})])


def _csv(given: Table, label: str | None = LABEL) -> list[list[str]]:
    return list(csv.reader(StringIO(csv_bytes(given, label).decode("utf-8"), newline="")))


def test_the_label_stands_in_the_first_row_of_either_form() -> None:
    sheet = CalamineWorkbook.from_filelike(BytesIO(xlsx_bytes(ROWS, LABEL))).get_sheet_by_index(0).to_python()
    assert _csv(ROWS)[0] == [LABEL] == sheet[0][:1]
    assert _csv(ROWS)[1] == list(ROWS.columns) == sheet[1]
    assert _csv(ROWS, None)[0] == list(ROWS.columns)


CELLS = {
    "a formula": ("=1+1", "'=1+1"),
    "a formula by plus": ("+1", "'+1"),
    "a command": ("@SUM(1)", "'@SUM(1)"),
    "a formula by minus": ("-A1", "'-A1"),
    "a dash": ("-", "-"),
    "a number below nought": ("-1.5", "-1.5"),
    "plain words": ("consult", "consult"),
    "a line break": ("one\ntwo", "one\ntwo"),
}


@pytest.mark.parametrize(("given", "written"), CELLS.values(), ids=CELLS)
def test_no_text_becomes_a_formula(given: str, written: str) -> None:
    rows = Table(("x",), ((given,),))
    assert _csv(rows)[2] == [written]
    sheet = CalamineWorkbook.from_filelike(BytesIO(xlsx_bytes(rows, LABEL))).get_sheet_by_index(0).to_python()
    assert sheet[2] == [given]


def test_plain_data_becomes_cells() -> None:
    assert ROWS.rows == (("A", 2, "x; y"), ("=1+1", -1.5, None), ("", "yes", "a; b"))


def test_the_same_rows_make_the_same_bytes() -> None:
    assert xlsx_bytes(ROWS, LABEL) == xlsx_bytes(ROWS, LABEL)
    assert csv_bytes(ROWS, LABEL) == csv_bytes(ROWS, LABEL)


def test_a_table_without_rows_keeps_its_columns() -> None:
    assert _csv(Table(("a", "b"), ()))[1:] == [["a", "b"]]
    assert xlsx_bytes(Table(("a", "b"), ()), LABEL)
