"""Where on a form each finding about a draft belongs: at the field, else at the row, else at the sheet it is about.

Rules:
1. A finding whose cell is known stands there.
2. One about a row, or about the whole, stands at the field it names, if the row or the agreement has such a field.
3. One about a part that is missing, or is nowhere on the form, stands at the sheet of that part.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from comity.flow.agreement_draft import Finding
from comity.flow.agreement_form import Form, name, named_places
from comity.formats.agreement_columns import Words
from comity.formats.agreement_sheet import AGREEMENT, EXIT, LISTS, PLACES, sheets

_PARTS = {
    **{key: sheet for sheet, key in LISTS.items()},
    "places": PLACES,
    **dict.fromkeys(("exit", "duration", "exclusivity", "survives"), EXIT),
}


def said(findings: Iterable[Finding], form: Form, words: Words) -> dict[str, list[Finding]]:
    """The findings by the name of the field, row (SHEET.ROW) or sheet they belong to, in their order."""
    found: dict[str, list[Finding]] = {}
    places = named_places(form, words)
    for finding in findings:
        found.setdefault(_at(finding, places, words), []).append(finding)
    return found


def _at(finding: Finding, places: Mapping[str, str], words: Words) -> str:
    where = places.get(finding.where.partition(", line ")[0], AGREEMENT)
    sheet, _, rest = where.partition(".")
    row, _, head = rest.partition(".")
    if head:
        return where
    return _of_row(finding, sheet, row, words) if row else _of_whole(finding, sheet, words)


def _of_row(finding: Finding, sheet: str, row: str, words: Words) -> str:
    """Rule 2: the field of a row, behind the name of its part."""
    head = _head((finding.field or "").partition(".")[2], sheet, words)
    return f"{sheet}.{row}" if head is None else name(sheet, int(row), head)


def _of_whole(finding: Finding, sheet: str, words: Words) -> str:
    """Rules 2 and 3."""
    field = finding.field or ""
    head = _head(field, AGREEMENT, words)
    if sheet == AGREEMENT and head is not None:
        return name(AGREEMENT, 0, head)
    return _PARTS.get(field.partition(".")[0], sheet)


def _head(path: str, sheet: str, words: Words) -> str | None:
    """The column of a field by its path, or the first of those that make it up together."""
    found = {".".join(column.path): column.head for column in reversed(sheets(words)[sheet])}
    parts = [head for dotted, head in found.items() if path and dotted.startswith(f"{path}.")]
    return found.get(path, parts[-1] if parts else None)
