"""Agreements as spreadsheets: what is written is read again, and whatever Excel or its user breaks is told by cell."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as some

import comity
from comity.errors import Malformed
from comity.formats import agreement_sheet, cells, workbook, yaml12
from comity.formats.agreement_columns import Words
from comity.formats.agreement_sheet import Sheeted

FOLDER = Path(comity.__file__).parent / "casebook" / "agreements"
FILES = sorted(FOLDER.glob("*.yaml"))
WORDS = Words(
    duties=("defend", "assist", "act", "consult", "notify", "admit", "refrain", "assure", "cooperate", "unknown"),
    kinds=("armed-attack", "cyber-attack", "sabotage", "threat", "coercion", "coup", "unrest",
           "intervention-request", "treaty-breach", "terrorist-attack", "disaster"),
    targets=("territory", "forces", "vessel", "aircraft", "space-asset", "infrastructure", "citizens"),
    parties=("UTO", "RUR"),
)  # fmt: skip
Rows = list[list[object]]


def read(data: bytes) -> Sheeted:
    return workbook.read(data, WORDS, "draft.xlsx")


def built(sheets: dict[str, Rows], also: Callable[[Any, dict[str, Any]], None] | None = None) -> bytes:
    """A workbook with these cells, of whatever types a spreadsheet has."""
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    pages = {}
    for title, rows in sheets.items():
        pages[title] = book.add_worksheet(title)
        for number, row in enumerate(rows):
            for index, cell in enumerate(row):
                if isinstance(cell, date):
                    pages[title].write_datetime(number, index, cell, day)
                elif cell is not None:
                    pages[title].write(number, index, cell)
    if also is not None:
        also(book, pages)
    book.close()
    return out.getvalue()


def fields(**values: object) -> Rows:
    return [["field", "value"], *([name, value] for name, value in values.items())]


def clauses(heads: list[str], *rows: list[object]) -> dict[str, Rows]:
    return {"Agreement": fields(id="X-2000"), "Clauses": [["use", *heads], *([None, *row] for row in rows)]}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_agreement_of_the_casebook_is_read_as_it_was_written(file: Path) -> None:
    document = yaml12.load(file.read_text(encoding="utf-8"), file.name)
    assert isinstance(document, yaml12.Mapping)
    sheeted = read(workbook.template(WORDS, document))
    assert sheeted.faults == []
    assert cells.same(sheeted.document, document)


def test_the_casebook_has_them_all() -> None:
    assert len(FILES) == 51


def test_the_same_agreement_gives_the_same_bytes() -> None:
    document = yaml12.load(FILES[0].read_text(encoding="utf-8"), "x")
    assert isinstance(document, yaml12.Mapping)
    assert workbook.template(WORDS, document) == workbook.template(WORDS, document)


def test_an_empty_template_says_nothing() -> None:
    sheeted = read(workbook.template(WORDS))
    assert (dict(sheeted.document), sheeted.faults) == ({}, [])


def test_a_template_has_a_drop_down_for_every_vocabulary_and_hides_its_lists() -> None:
    with zipfile.ZipFile(BytesIO(workbook.template(WORDS))) as packed:
        book = packed.read("xl/workbook.xml").decode()
        pages = [packed.read(name).decode() for name in packed.namelist() if name.startswith("xl/worksheets/sheet")]
    assert re.search(r'name="Lists"[^>]*state="hidden"', book)
    offered = {name for page in pages for name in re.findall(r"<formula1>('Lists'![^<]+)</formula1>", page)}
    columns = [column for page in agreement_sheet.sheets(WORDS).values() for column in page]
    assert len(offered) == len({column.offers for column in columns if getattr(WORDS, column.offers or "groups")})
    assert all("dataValidation " in page for page in pages[1:-1])


def test_the_read_me_explains_every_column() -> None:
    from python_calamine import CalamineWorkbook

    with CalamineWorkbook.from_filelike(BytesIO(workbook.template(WORDS))) as opened:
        told = {(str(row[0]), str(row[1])) for row in opened.get_sheet_by_name("Read me").to_python()}
    for sheet, columns in agreement_sheet.sheets(WORDS).items():
        assert {(sheet, column.head) for column in columns} <= told


def test_a_value_keeps_its_place() -> None:
    data = built(clauses(["article", "duty", "facts"], ["5", "assist", "- grant: {by: UTO}\n- title: {thing: x}"]))
    sheeted = read(data)
    found: Any = sheeted.document["clauses"]
    lines, inner = found[0].lines, found[0]["facts"].lines
    assert sheeted.where(lines["duty"]) == "draft.xlsx: sheet Clauses, row 2, column duty"
    assert sheeted.where(inner[1]) == "draft.xlsx: sheet Clauses, row 2, column facts, line 2 of the cell"


def test_real_excel_values_are_taken_where_they_can_be_meant() -> None:
    sheeted = read(
        built(
            {
                "Agreement": fields(id="X-2000", signed=date(2001, 3, 4), verify=True),
                "Parties": [["party", "from"], ["UTO", date(2002, 1, 1)], ["RUR", 2003]],
                "Clauses": [["article", "strength order"], [5, 30]],
                "Exit": [["about", "article", "notice_months"], ["exit", 13, 12]],
                "Notes of mine": [["whatever", 1.5]],
            }
        )
    )
    assert sheeted.faults == []
    assert dict(sheeted.document) == {
        "id": "X-2000",
        "signed": date(2001, 3, 4),
        "verify": True,
        "parties": [{"party": "UTO", "from": date(2002, 1, 1)}, {"party": "RUR", "from": 2003}],
        "clauses": [{"article": "5", "strength": {"order": 30}}],
        "exit": {"article": "13", "notice_months": 12},
    }


def test_rows_of_a_place_are_any_of_its_shapes() -> None:
    places: Rows = [
        ["place", "shape", "value", "name"],
        ["sea", "north_of", "60", "north"],
        ["sea", "box", "[1, 2, 3, 4]", None],
        ["land", "territories", "[UTO]"],
    ]
    sheeted = read(built({"Agreement": fields(id="X-2000"), "Places": places}))
    assert sheeted.document["places"] == {
        "sea": {"any": [{"north_of": 60, "name": "north"}, {"box": [1, 2, 3, 4]}]},
        "land": {"territories": ["UTO"]},
    }


BROKEN_CELLS: dict[str, tuple[dict[str, Rows], str, str]] = {
    "a number where a text is wanted": (
        clauses(["article", "duty", "says"], ["5", "assist", 7]),
        "sheet Clauses, row 2, column says: says: 7 is a number", "format the cell as Text",
    ),
    "an article that Excel made a number": (
        clauses(["article"], [5.1]), "sheet Clauses, row 2, column article: article: 5.1 is a number", "as Text",
    ),
    "an article that Excel made a date": (
        clauses(["article"], [date(2026, 5, 1)]),
        "sheet Clauses, row 2, column article: article: the spreadsheet has made a date of it", "as Text",
    ),
    "a date that lost its format": (
        {"Agreement": fields(id="X-2000", signed=36954)},
        "sheet Agreement, row 3, column value: signed: 36954 is no date", "2004-03-29",
    ),
    "a date as a staff writes it": (
        {"Agreement": fields(id="X-2000", signed="04.03.2001")},
        "sheet Agreement, row 3, column value: signed: '04.03.2001' is no date", "2004-03-29",
    ),
    "a time of day": (
        {"Agreement": fields(id="X-2000", signed=datetime(2001, 3, 4, 15, 30))},
        "row 3, column value: signed: 2001-03-04 15:30:00 is a time of day", "the day alone",
    ),
    "a formula's error": (
        {"Agreement": fields(id="X-2000", name="#REF!")}, "row 3, column value: name: the formula gives #REF!",
        "write the value itself",
    ),
    "half a flag": (
        {"Agreement": fields(id="X-2000", verify="perhaps")}, "row 3, column value: verify: 'perhaps' is neither",
        "choose true or false",
    ),
    "a number in words": (
        {"Agreement": fields(id="X-2000"), "Exit": [["about", "notice_months"], ["exit", "twelve"]]},
        "sheet Exit, row 2, column notice_months: notice_months: 'twelve' is no whole number", "digits only",
    ),
    "YAML that is none": (
        clauses(["article", "facts"], ["5", "- grant: {by: UTO"]), "sheet Clauses, row 2, column facts: facts: no YAML",
        "check indentation",
    ),
    "a comma too many": (
        clauses(["article", "bound"], ["5", "UTO,,RUR"]), "column bound: bound: 'UTO,,RUR' has a comma", "between two",
    ),
    "a target not understood": (
        clauses(["article", "target forces"], ["5", "at sea, sometimes"]),
        "column target forces: trigger.targets.forces: 'sometimes' is not understood", "at PLACE, in territory",
    ),
    "a column nobody knows": (
        clauses(["article", "dutty"], ["5", "assist"]), "sheet Clauses, row 1, column C: 'dutty' is no column",
        "did you mean 'duty'?",
    ),
    "a column of one's own": (
        clauses(["article", "our view"], ["5", "fine"]), "row 1, column C: 'our view' is no column", "under 'more'",
    ),
    "a column twice": (
        clauses(["article", "article"], ["5", "6"]), "row 1, column C: 'article' stands twice", "keep one",
    ),
    "a value under no head": (
        clauses(["article"], ["5", "lost"]), "sheet Clauses, row 2, column C: stands under no head", "below a head",
    ),
    "a use that is none": (
        {"Agreement": fields(id="X-2000"), "Clauses": [["use", "article"], ["maybe", "5"]]},
        "sheet Clauses, row 2, column use: 'maybe' is not known", "write example",
    ),
    "a field nobody knows": (
        {"Agreement": fields(id="X-2000", signd="2001")}, "sheet Agreement, row 3, column field: 'signd' is no field",
        "did you mean 'signed'?",
    ),
    "a field twice": (
        {"Agreement": [*fields(id="X-2000"), ["id", "Y-2000"]]}, "row 3, column field: stands twice", "allowed",
    ),
    "a value without a field": (
        {"Agreement": [*fields(id="X-2000"), [None, "lost"]]}, "row 3, column value: has no field before it",
        "first column",
    ),
    "a sheet nobody knows": (
        {"Agreement": fields(id="X-2000"), "Clauses 2": [["article"]]},
        "draft.xlsx: sheet Clauses 2: is no sheet of the template", "begin with Notes",
    ),
    "a shape without a place": (
        {"Agreement": fields(id="X-2000"), "Places": [["place", "shape", "value"], [None, "north_of", "60"]]},
        "sheet Places, row 2, column place: place: is missing", "which place",
    ),
    "a shape without a value": (
        {"Agreement": fields(id="X-2000"), "Places": [["place", "shape", "value"], ["sea", "north_of", None]]},
        "sheet Places, row 2, column value: value: is missing", "its value",
    ),
    "an ending that is none": (
        {"Agreement": fields(id="X-2000"), "Exit": [["about", "says"], ["leaving", "Soon."]]},
        "sheet Exit, row 2, column about: about: 'leaving' is not known", "exit, duration",
    ),
    "two ways to leave": (
        {"Agreement": fields(id="X-2000"), "Exit": [["about", "says"], ["exit", "A."], ["exit", "B."]]},
        "sheet Exit, row 3: exit stands here", "keep one",
    ),
    "a field in two columns": (
        clauses(["article", "duty", "more"], ["5", "assist", "duty: act"]),
        "sheet Clauses, row 2, column more: more: duty stands in a column of its own too", "keep one",
    ),
    "more that is no mapping": (
        clauses(["article", "more"], ["5", "- a"]), "column more: more: is no mapping", "`field: value`",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", BROKEN_CELLS.values(), ids=BROKEN_CELLS)
def test_a_broken_cell_is_told_by_sheet_row_and_column(case: tuple[dict[str, Rows], str, str]) -> None:
    sheets, says, remedy = case
    (fault,) = read(built(sheets)).faults
    assert says in str(fault)
    assert str(fault.where).startswith("draft.xlsx: sheet ")
    assert fault.next_step is not None
    assert remedy in fault.next_step


def test_every_broken_cell_is_told_at_once() -> None:
    data = built(clauses(["article", "says", "from", "bound"], [5.1, 7, "soon", "UTO,"], ["6", "fine", 99999, "RUR"]))
    assert len(read(data).faults) == 5


def test_merged_cells_are_told() -> None:
    def merge(_: Any, pages: dict[str, Any]) -> None:
        pages["Clauses"].merge_range("B2:B3", "5")

    (fault,) = read(built(clauses(["article", "duty"], ["5", "assist"]), merge)).faults
    assert str(fault) == (
        "draft.xlsx: sheet Clauses, cells B2:B3: are merged; unmerge them and write each value in its own cell"
    )


def zipped(**files: bytes) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for name, data in files.items():
            packed.writestr(name.replace("__", "/"), data)
    return out.getvalue()


def far(_: Any, pages: dict[str, Any]) -> None:
    pages["Agreement"].write(1_048_575, 16_383, "lost")


BROKEN_FILES: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "is no XLSX workbook"),
    "a text": (b"id: X-2000\n", "is no XLSX workbook"),
    "half a file": (workbook.template(WORDS)[:5000], "is no XLSX workbook"),
    "a zip of something else": (zipped(readme=b"hello"), "there is no workbook inside"),
    "a zip with a broken workbook": (zipped(xl__workbook=b"<", xl__x=b""), "is no XLSX workbook"),
    "another workbook": (built({"Sheet1": [["a"]]}), "has no sheet Agreement; its sheets are Sheet1"),
    "a cell at the end of the world": (built({"Agreement": fields(id="X")}, far), "XFD1048576 lies beyond"),
}


@pytest.mark.parametrize("case", BROKEN_FILES.values(), ids=BROKEN_FILES)
def test_a_broken_file_is_refused_before_anything_is_read(case: tuple[bytes, str]) -> None:
    data, says = case
    with pytest.raises(Malformed) as refused:
        read(data)
    assert str(refused.value).startswith("draft.xlsx: ")
    assert says in str(refused.value)
    assert refused.value.next_step


def test_a_text_too_long_for_a_cell_is_refused_when_it_is_written() -> None:
    with pytest.raises(Malformed, match="do not fit into a cell") as refused:
        workbook.template(WORDS, {"clauses": [{"article": "5", "says": "x" * 40_000}]})
    assert refused.value.where == "sheet Clauses, row 3, column says"


def test_a_text_that_looks_like_a_formula_stays_a_text() -> None:
    said = {"clauses": [{"article": "5", "says": "=1+1", "processes": "{=x}", "source": "https://example.org/a"}]}
    assert dict(read(workbook.template(WORDS, said)).document) == said


# Laws

TEXTS = some.text(some.characters().filter(lambda one: not yaml12.BARRED.match(one)), max_size=20)
WORDS_OF_KEYS = TEXTS.filter(str.isprintable)
SCALARS = (
    TEXTS
    | some.integers(-(10**6), 10**6)
    | some.booleans()
    | some.none()
    | some.dates()
    | some.decimals(allow_nan=False, allow_infinity=False, places=3)
    | some.sampled_from(["null", "true", "yes", "12", "1e5", "2004-03-29", "2004-13-40", "- a", "a: b", '"', "#x", ""])
)
VALUES = some.recursive(
    SCALARS, lambda inner: some.lists(inner, max_size=3) | some.dictionaries(WORDS_OF_KEYS, inner, max_size=3)
)
KEYS = some.sampled_from([column.path[0] for column in agreement_sheet.sheets(WORDS)["Clauses"]]) | WORDS_OF_KEYS
ENTRIES = some.lists(some.dictionaries(KEYS, VALUES, max_size=4), max_size=3)


@given(VALUES)
def test_what_is_dumped_is_read_as_it_was(value: object) -> None:
    assert cells.same(yaml12.load(cells.dump(value), "x"), value)


@given(VALUES, some.sampled_from(sorted(cells.KINDS)))
def test_a_cell_that_is_written_reads_as_what_it_was(value: object, kind: str) -> None:
    written = cells.encode(value, kind)
    assert written is None or cells.same(cells.decode(written, kind), value)


PARTS = ("clauses", "parties", "exit", "places", "survives", "claims", "notes")


@given(some.fixed_dictionaries({}, optional=dict.fromkeys(PARTS, ENTRIES | VALUES)))
def test_any_mapping_is_carried_whole(document: dict[str, object]) -> None:
    tables: dict[str, Rows] = {}
    for sheet, rows in agreement_sheet.grids(document, WORDS).items():
        heads = [column.head for column in agreement_sheet.sheets(WORDS)[sheet]]
        entries: Rows = [[row.get(head, "") for head in heads] for row in rows]
        tables[sheet] = [[*heads], *entries]
        if sheet == "Agreement":
            tables[sheet] = [["field", "value"], *([head, cell] for head, cell in zip(heads, entries[0], strict=True))]
    sheeted = agreement_sheet.document(tables, WORDS, "x")
    assert sheeted.faults == []
    assert cells.same(sheeted.document, document)
