"""Graded reports as a list: which are asked for, the latest first, a part of them at a time.

Rules:
1. A report is about a topic, a thing or an incident as `corroboration.is_about` says.
2. The latest is the one that arrived last; of those that arrived together the order is by address.
3. A part begins after a report of the list; one that is not in it, or may not be read, is told as one that was never
   there.
"""

from __future__ import annotations

from dataclasses import dataclass

from comity.errors import Malformed
from comity.instruments.intelligence.corroboration import is_about
from comity.instruments.intelligence.reported import Report
from comity.instruments.intelligence.reported_gathered import Facts


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a list of reports: they, how many there are in all, and after which the next part begins."""

    reports: tuple[Report, ...]
    total: int
    next: str | None


def listed(facts: Facts, *, about: str | None = None, thing: str | None = None, by: str | None = None) -> list[Report]:
    """The graded reports that an audience may read, the latest first: rules 1 and 2; blanks ask for nothing.

    Args:
        facts: what the audience may read.
        about: a topic, a thing, an incident, or the id of a report.
        thing: the thing that they are of.
        by: who states them.
    """
    found = (
        one
        for one in facts.of(Report)
        if (not about or is_about(one, about)) and (not thing or one.thing == thing) and (not by or one.stamp.by == by)
    )
    return sorted(found, key=lambda one: (-one.stamp.arrived, one.stamp.id))


def part(reports: list[Report], after: str | None, limit: int) -> Part:
    """A part of a list of reports: rule 3.

    Raises:
        Malformed: `after` is none of them.
    """
    start = 0
    if after:
        start = next((place for place, one in enumerate(reports, start=1) if one.stamp.id == after), 0)
        if not start:
            raise Malformed(f"no report {after} is available", field="after", next_step="start from the first page")
    found = tuple(reports[start : start + limit])
    return Part(found, len(reports), found[-1].stamp.id if start + limit < len(reports) else None)
