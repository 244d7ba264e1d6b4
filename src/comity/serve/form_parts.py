"""The parts of an agreement's form on a page: sections, entries, groups, fields, and where a finding leads to.

Rules:
1. A group is open while something in it is at fault; the others tell how many of their fields are filled.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from comity.flow.agreement_draft import Finding


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its name, what it is called and means, what is in it, how it is filled in, what was found."""

    name: str
    id: str
    label: str
    means: str
    value: str
    control: str
    offers: str
    choices: tuple[str, ...]
    said: Sequence[Finding]


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that belong together."""

    title: str
    means: str
    fields: tuple[Field, ...]

    @property
    def filled(self) -> int:
        """How many of them say something."""
        return sum(bool(field.value) for field in self.fields)

    @property
    def open(self) -> bool:
        """Rule 1."""
        return any(finding.grave for field in self.fields for finding in field.said)


@dataclass(frozen=True, slots=True)
class Row:
    """An entry: what it is about, its fields, what was found about it as a whole, how it would be read."""

    name: str
    id: str
    about: tuple[str, ...]
    groups: tuple[Group, ...]
    said: Sequence[Finding]
    plain: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A sheet: what it is called, its rows, what was found about it as a whole."""

    sheet: str
    title: str
    one: str
    rows: tuple[Row, ...]
    said: Sequence[Finding]


@dataclass(frozen=True, slots=True)
class Lead:
    """Where a finding leads to: the id on the page, and what stands there in words."""

    id: str
    words: tuple[str, ...]


def leads(sections: Sequence[Section]) -> dict[str, Lead]:
    """Every section, row and field by its name."""
    found = {section.sheet: Lead(section.sheet, (section.title,)) for section in sections}
    for section in sections:
        for row in section.rows:
            found[row.name] = Lead(row.id, (section.one, *row.about))
            for field in (field for group in row.groups for field in group.fields):
                found[field.name] = Lead(field.id, (section.one, *row.about, field.label))
    return found
