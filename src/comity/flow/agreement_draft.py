"""An agreement as written, and what is found about it: each with its place, its field, what is wrong and a remedy."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from comity.errors import Malformed
from comity.formats.yaml12 import Mapping as Lines


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong, or (when not `grave`) merely weak; with its line, for their order."""

    grave: bool
    where: str
    field: str | None
    says: str
    remedy: str | None
    line: int = dataclasses.field(default=0, compare=False)

    def __str__(self) -> str:
        """WHERE: FIELD: WHAT; REMEDY."""
        return str(Malformed(self.says, where=self.where, field=self.field, next_step=self.remedy))


@dataclass(frozen=True, slots=True)
class Draft:
    """An agreement as written: its mapping with lines, what errors call it, and how a line is shown.

    One that is only to be compared may carry the id of the agreement it would change.
    """

    document: Lines
    file: str
    where: Callable[[int], str]
    to_be_added: bool = True

    def fault(self, line: int, name: str, says: str, remedy: str) -> Finding:
        """A fault at a line."""
        return Finding(True, self.where(line), name, says, remedy, line)

    def weak(self, line: int, name: str, says: str, remedy: str) -> Finding:
        """A weakness at a line."""
        return Finding(False, self.where(line), name, says, remedy, line)


def items(given: Mapping[str, object], key: str) -> list[tuple[object, int]]:
    """The items of a list with their lines; none when it is no list."""
    value = given.get(key)
    line = getattr(given, "lines", {}).get(key, getattr(given, "line", 1))
    if not isinstance(value, list):
        return []
    return list(zip(value, getattr(value, "lines", [line] * len(value)), strict=True))


def entries(given: Mapping[str, object], key: str) -> list[tuple[Lines, int]]:
    """The mappings of a list with their lines; what is no mapping is left to the reader's own faults."""
    return [(item, line) for item, line in items(given, key) if isinstance(item, Lines)]


def parts(document: Lines) -> Iterator[tuple[str, Lines]]:
    """Every mapping whose fields are known, with where it stands."""
    yield "", document
    for name in ("in_force", "duration", "exit"):
        part = document.get(name)
        if isinstance(part, Lines):
            yield name, part
    for name in ("parties", "clauses", "reservations", "suspensions", "claims", "exclusivity", "survives"):
        for entry, _ in entries(document, name):
            yield name, entry
    for clause, _ in entries(document, "clauses"):
        for name in ("strength", "trigger"):
            part = clause.get(name)
            if isinstance(part, Lines):
                yield f"clauses.{name}", part
        for name in ("qualifies", "readings"):
            for entry, _ in entries(clause, name):
                yield f"clauses.{name}", entry
