"""The casebook's registers, read row by row: parties, memberships over time, and what must hold of a group.

Rules:
1. A register is a CSV file; an empty field is an open date, or nothing known.
2. A party exists from the day it was independent or founded (`from`) to the day it ended (`until`); an empty `from` is
   before 1945. Some signed treaties or joined organisations earlier: `acts_from` says since when.
3. A group's rule (`group_rules.csv`) says what its members must fulfil; it is checked, and decides nothing.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources.abc import Traversable

from comity.values.instant import Ragged, ragged_date
from comity.values.period import Period, period

Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Party:
    """A state or an organisation, and when it existed: rule 2."""

    code: str
    name: str
    kind: str
    valid: Period
    acts_from: Ragged | None
    number: str
    successor_of: str
    note: str

    @property
    def acts(self) -> Period:
        """When it could be a party to a treaty or a member of a group."""
        return self.valid if self.acts_from is None else Period(self.acts_from, self.valid.end)


@dataclass(frozen=True, slots=True)
class Rule:
    """What must hold of a group's members for a period: rule 3."""

    group: str
    rule: str
    value: str
    valid: Period
    source: str


def rows(folder: Traversable, name: str) -> Iterator[Row]:
    """The rows of a register, each a mapping from column to text.

    Raises:
        FileNotFoundError: the folder has no such register.
    """
    return iter(csv.DictReader((folder / name).read_text("utf-8").splitlines()))


def party(row: Row) -> Party:
    """One row of `parties.csv`."""
    earlier = row["acts_from"]
    return Party(
        row["code"],
        row["name"],
        row["kind"],
        spell(row["from"], row["until"]),
        ragged_date(earlier) if earlier else None,
        row["iso_numeric"],
        row["successor_of"],
        row["note"],
    )


def rule(row: Row) -> Rule:
    """One row of `group_rules.csv`."""
    return Rule(row["group"], row["rule"], row["value"], spell(row["from"], row["until"]), row["source"])


@lru_cache(maxsize=4096)
def spell(start: str, until: str) -> Period:
    """The period between two written dates: rule 1. Many rows share theirs, so each pair is read once.

    Raises:
        Malformed: an end is no date, or the period ends before it begins.
    """
    return period(start or None, until or None)
