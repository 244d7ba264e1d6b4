"""The rows of an import: each format gives the same facts, and every row that cannot be read is told with its place."""

from __future__ import annotations

from io import BytesIO

import pytest
import xlsxwriter

from comity.errors import Malformed
from comity.formats.fact_rows import FactRow, read

GRANT = {"grant": {"by": "GBR", "to": ["FIN", "SWE"], "actions": ["read"], "scope": "report-1", "depth": 1}}
TABLE = (
    ("kind", "by", "to", "actions", "scope", "depth"),
    ("grant", "GBR", "FIN, SWE", "read", "report-1", "1"),
)
JSON = '{"grant": {"by": "GBR", "to": ["FIN", "SWE"], "actions": ["read"], "scope": "report-1", "depth": 1}}'


def csv(*rows: tuple[str, ...], mark: str = ",") -> bytes:
    return "\n".join(mark.join(f'"{cell}"' for cell in row) for row in rows).encode()


def sheet(*rows: tuple[object, ...], title: str = "Facts", merged: str = "") -> bytes:
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as made:
        page = made.add_worksheet(title)
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                page.write(number, column, cell)
        if merged:
            page.merge_range(merged, "x")
        made.add_worksheet("Notes of mine").write(0, 0, "not read")
    return out.getvalue()


FORMATS = {
    "csv": ("a.csv", csv(*TABLE)),
    "csv as a spreadsheet in Europe writes it": (
        "a.csv",
        b"\xef\xbb\xbf" + csv(*TABLE, mark=";").replace(b'"kind"', b"kind"),
    ),
    "json lines": ("a.jsonl", f"\n{JSON}\n".encode()),
    "yaml": ("a.yaml", f"facts:\n- {JSON}\n".encode()),
    "a list in yaml": ("a.yml", f"- {JSON}\n".encode()),
    "a workbook": ("a.xlsx", sheet(*TABLE)),
    "a workbook with a number": ("a.xlsx", sheet(TABLE[0], (*TABLE[1][:-1], 1))),
}


@pytest.mark.parametrize(("name", "data"), FORMATS.values(), ids=FORMATS)
def test_every_format_gives_the_same_fact(name: str, data: bytes) -> None:
    assert [row.line for row in read(data, name)] == [GRANT]


def only(name: str, data: bytes) -> FactRow:
    (row,) = read(data, name)
    return row


CONTENT = {
    "text": ("Vilnius", "Vilnius"),
    "a whole number": ("25", 25),
    "leading zeros": ("007", "007"),
    "a telephone": ("+358 9 1", "+358 9 1"),
    "a date": ("2026-01-01", "2026-01-01"),
    "true": ("true", True),
    "a list": ("[a, b]", ["a", "b"]),
    "a mapping": ("{a: 1}", {"a": 1}),
}


@pytest.mark.parametrize(("cell", "value"), CONTENT.values(), ids=CONTENT)
def test_content_is_taken_as_written(cell: str, value: object) -> None:
    row = only("a.csv", csv(("kind", "by", "value"), ("exercise", "FIN", cell)))
    assert row.line == {"exercise": {"by": "FIN", "value": value}}


def test_a_public_label_is_the_empty_one() -> None:
    row = only("a.csv", csv(("kind", "by", "label"), ("exercise", "FIN", "public")))
    assert row.line == {"exercise": {"by": "FIN", "label": []}}


def test_empty_rows_and_cells_are_passed_over_and_rows_count_as_shown() -> None:
    (row,) = read(csv(("kind", "by", "of"), ("", "", ""), ("quorum", "", "GBR, USA")), "a.csv")
    assert (row.number, row.place, row.line) == (3, "row 3", {"quorum": {"of": ["GBR", "USA"]}})


BAD_ROWS = {
    "no kind": ("a.csv", csv(("kind", "by"), ("", "GBR")), "row 2", "kind", "is missing"),
    "a cell too many": ("a.csv", b"kind,by\nnote,GBR,stray\n", "row 2", "kind", "cell 3 stands under no head"),
    "no number": ("a.csv", csv(("kind", "depth"), ("grant", "deep")), "row 2", "grant.depth", "no whole number"),
    "no date": ("a.csv", csv(("kind", "from"), ("note", "soon")), "row 2", "note.from", "no date"),
    "a number for a text": ("a.xlsx", sheet(("kind", "scope"), ("grant", 5.1)), "row 2", "grant.scope", "5.1"),
    "a formula gone wrong": ("a.xlsx", sheet(("kind", "scope"), ("grant", "#REF!")), "row 2", "grant.scope", "#REF!"),
    "no JSON": ("a.jsonl", b'{"note": {}}\n{"note": ', "line 2", "facts", "no JSON"),
    "a key that stands twice": ("a.jsonl", b'{"note": {"by": 1, "by": 2}}', "line 1", "by", "stands twice"),
    "no object": ("a.jsonl", b"[1]", "line 1", "facts", "is no fact"),
    "no number at all": ("a.jsonl", b'{"note": {"by": NaN}}', "line 1", "facts", "NaN"),
    "no mapping": ("a.yaml", b"- {note: {}}\n- word\n", "line 2", "facts", "is no fact"),
}


@pytest.mark.parametrize(("name", "data", "place", "field", "says"), BAD_ROWS.values(), ids=BAD_ROWS)
def test_a_bad_row_is_told_with_its_place_and_what_to_do(
    name: str, data: bytes, place: str, field: str, says: str
) -> None:
    row = read(data, name)[-1]
    assert row.line is None
    assert row.fault is not None
    assert (row.place, row.fault.field) == (place, field)
    assert says in row.fault.message
    assert row.fault.next_step


BAD_FILES = {
    "an unknown format": ("a.doc", b"", "no format of facts"),
    "no text": ("a.csv", b"kind\n\xff", "not UTF-8"),
    "no column for the kind": ("a.csv", b"by,to\nGBR,FIN\n", "no column `kind`"),
    "an empty table": ("a.csv", b"", "no column `kind`"),
    "two columns of a name": ("a.csv", b"kind,by,by\n", "two columns"),
    "an open quote": ("a.csv", b'kind,by\nnote,"GBR\n', "no CSV"),
    "broken yaml": ("a.yaml", b"- {note: \n", "no YAML"),
    "yaml without facts": ("a.yaml", b"events: []\n", "no list of facts"),
    "no workbook": ("a.xlsx", b"PK", "no XLSX workbook"),
    "merged cells": ("a.xlsx", sheet(("kind", "by"), merged="A3:B3"), "merged"),
    "which sheet": ("a.xlsx", sheet(("kind",), title="Notes too"), "which sheet"),
}


@pytest.mark.parametrize(("name", "data", "says"), BAD_FILES.values(), ids=BAD_FILES)
def test_a_file_that_cannot_be_read_says_so(name: str, data: bytes, says: str) -> None:
    with pytest.raises(Malformed, match=says) as told:
        read(data, name)
    assert told.value.where is not None
    assert told.value.next_step
