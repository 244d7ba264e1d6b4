"""Tables on a terminal: a block of `column: cell` lines for each row, empty cells left out."""

from __future__ import annotations

from comity.cli.said import say
from comity.formats.tables import Cell, Table


def shown(given: Table) -> None:
    """Print a table."""
    for number, row in enumerate(given.rows):
        if number:
            print()
        for name, cell in zip(given.columns, row, strict=True):
            if cell not in {None, ""}:
                say([f"  {name}: {' '.join(str(cell).split())}"])


def rows(given: Table) -> list[dict[str, Cell]]:
    """A table as JSON: a mapping for each row."""
    return [dict(zip(given.columns, row, strict=True)) for row in given.rows]
