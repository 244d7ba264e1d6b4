"""What can be wrong with a book, and reading its tables so that a damaged cell is a finding and ends nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import TypeVar

from comity.ledger.cells import COLUMNS, Cells, Tables, Unreadable, what, wrong

T = TypeVar("T")


class Damage(StrEnum):
    """What can be wrong with a fact."""

    ALTERED = "altered"
    MISSING = "missing"
    REORDERED = "reordered"
    FORGED = "forged"
    FORKED = "forked"


@dataclass(frozen=True, slots=True)
class Finding:
    """One damage: of which fact (its id; None where only a head tells of it), at which position, and what shows it."""

    damage: Damage
    fact: str | None
    position: int | None
    says: str


class Sound:
    """The rows of a book's tables whose every cell holds what it may; the others become findings."""

    def __init__(self, kept: Tables) -> None:
        self._kept = kept

    def read(self, table: str, made: Callable[[Cells], T], found: list[Finding]) -> Iterator[T]:
        """The sound rows of a table; what is wrong with the others, or with the table, is added to what was found."""
        try:
            for row in self._kept.rows(table):
                columns = wrong(table, row)
                if columns:
                    found.append(unsound(table, row, columns))
                else:
                    yield made(row)
        except Unreadable as error:
            found.append(Finding(Damage.MISSING, None, None, f"the table {table!r} cannot be read: {error}"))


def unsound(table: str, row: Cells, columns: list[str]) -> Finding:
    """What is wrong with a row, by the fact it is about, if it tells of one."""
    cells = dict(zip(COLUMNS[table], row, strict=True))
    address, position = cells.get("address"), cells.get("position")
    if table == "fact" and isinstance(cells["data"], bytes):
        address = sha256(cells["data"]).digest()
    fact = address.hex() if isinstance(address, bytes) else None
    held = ", ".join(f"{name} holds {what(cells[name])}" for name in columns)
    key = ", ".join(str(cell) for name, cell in cells.items() if name in _KEYS[table] and name not in columns)
    of = "" if fact is not None or not key else f" of {key}"
    at = position if type(position) is int else None
    return Finding(Damage.ALTERED, fact, at, f"the row{of} in the table {table!r} is damaged: {held}")


_KEYS = {
    "property": ("name",), "label": ("number",), "batch": ("number",), "signature": ("batch", "key"),
    "fact": ("position",), "link": ("issuer", "recipient", "seq"), "head": ("size",),
}  # fmt: skip
