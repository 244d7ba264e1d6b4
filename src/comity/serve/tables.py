"""Tables to keep: rows as CSV and XLSX, under their label."""

from __future__ import annotations

from comity.errors import Malformed
from comity.formats.tables import Table, csv_bytes, xlsx_bytes
from comity.serve.pages import Answer, file, label_lines, releasable
from comity.values.label import Label
from comity.values.party import PartyCode

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def sheet(form: str, rows: Table, *, name: str, label: Label, audience: tuple[PartyCode, ...]) -> Answer:
    """Rows as a file to keep, for whom they are and their label in its first row.

    Raises:
        Malformed: the form is neither `csv` nor `xlsx`.
    """
    said = "; ".join((releasable(audience), *label_lines(label)))
    if form == "csv":
        return file(csv_bytes(rows, said), "text/csv", f"{name}.csv")
    if form == "xlsx":
        return file(xlsx_bytes(rows, said), XLSX, f"{name}.xlsx")
    raise Malformed(f"{form!r} is no form of ours", field="format", next_step="ask for csv, xlsx or json")
