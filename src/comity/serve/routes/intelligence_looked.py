"""What came of looking a file of intelligence through: the rows that a page shows, and all of them as a table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from comity.flow.intelligence_import import Planned
from comity.flow.intelligence_openly import Openly
from comity.formats.stix import Fault
from comity.formats.tables import Table, table
from comity.serve.pages import label_lines
from comity.serve.routes.forms import Fields, address
from comity.values.label import Label

PART = 100
"""So many rows are on a page."""
BAD = "bad"
COLUMNS = ("row", "type", "id", "version", "becomes", "readable by", "field", "what is wrong", "what to do")


@dataclass(frozen=True, slots=True)
class Looked:
    """What came of looking a file through: its rows, what is bad, and the name under which it waits to be signed.

    `idle` are the rules that are about none of its objects; `named` is what is here and names what is new openly.
    """

    file: str
    fields: Fields
    rows: tuple[Planned, ...]
    bad: tuple[Fault, ...]
    total: int
    new: int
    refused: bool
    draft: str | None
    idle: tuple[str, ...]
    named: tuple[Openly, ...]

    @property
    def tighter(self) -> int:
        """How many objects stand, or another version of them, under a wider label than was asked for."""
        return sum(bool(one.asked) for one in self.rows)


def looked_table(found: Looked) -> Table:
    """Every row, the bad ones first."""
    bad = [(one.row, "", one.id or "", "", BAD, "", one.field or "", one.says, one.remedy) for one in found.bad]
    rows = [
        (one.row, one.type, one.id, one.version, one.fate, _readers(one.labels), "", *_tighter(one))
        for one in found.rows
    ]
    return table(COLUMNS, [*bad, *rows])


def _readers(labels: Iterable[Label]) -> str:
    return " | ".join("; ".join(label_lines(label)) or "everybody" for label in labels)


def _tighter(one: Planned) -> tuple[str, str]:
    """What is said of a stricter label that was asked for and not taken, or closes no other version."""
    if not one.asked:
        return "", ""
    if one.others:
        return f"what came before of it stands under a wider label: {_readers(one.others)}", "take it back on its page"
    return f"it stands as it did; stricter was asked for: {_readers(one.asked)}", "take it back on its page"


def looked_data(found: Looked) -> dict[str, object]:
    """What came of it as plain data."""
    made = looked_table(found)
    rows = [dict(zip(made.columns, row, strict=True)) for row in made.rows]
    counts = {"objects": found.total, "new": found.new, "refused": found.refused}
    return {
        "file": found.file,
        **counts,
        "idle_rules": list(found.idle),
        "named_openly": [{"id": one.thing, "by": one.named_by, "readers": [*one.readers]} for one in found.named],
        "to_sign": None if found.draft is None else f"/sign/{found.draft}",
        "rows": rows,
    }


def part(found: Looked, query: Mapping[str, str]) -> dict[str, object]:
    """The rows that a page shows, of those that are asked for, and where the others are."""
    only = query.get("only", "")
    chosen = [one for one in found.rows if only in {"", one.fate}] if only != BAD else []
    bad = found.bad if only in {"", BAD} else ()
    count, begins = len(bad) + len(chosen), query.get("from", "")
    at = min(int(begins[:9]), max(count - 1, 0)) // PART * PART if begins.isdecimal() and begins.isascii() else 0
    seen_bad = bad[at : at + PART]
    after = at + len(seen_bad) - len(bad)
    seen = chosen[max(after, 0) : max(after, 0) + PART - len(seen_bad)]
    return {
        "only": only, "at": at, "count": count, "bad": seen_bad, "rows": list(_told(seen)),
        "before": address({"only": only, "from": str(at - PART)}) if at else None,
        "after": address({"only": only, "from": str(at + PART)}) if at + PART < count else None,
    }  # fmt: skip


def _told(rows: list[Planned]) -> Iterator[dict[str, object]]:
    for one in rows:
        labels = [label_lines(label) for label in one.labels]
        yield {"row": one.row, "id": one.id, "type": one.type, "version": one.version, "fate": one.fate,
               "labels": labels, "others": [label_lines(label) for label in one.others],
               "asked": [label_lines(label) for label in one.asked if not one.others]}  # fmt: skip
