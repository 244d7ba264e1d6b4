"""What a state's own law asks before its forces are committed, and after: plans of steps, each from a source.

A plan is one route by which one state can carry out some duties; a state may have several. Durations are data with
their source; what is not laid down is not known, and stays so.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

from comity.casebook.vocabulary import DUTIES
from comity.errors import Malformed
from comity.formats import yaml12
from comity.values.fields import Fields
from comity.values.names import Names
from comity.values.party import PartyCode

FILE = "national_steps.yaml"


class Counts(StrEnum):
    """Which days a duration counts."""

    CALENDAR = "calendar"
    WORKING = "working"
    SITTING = "sitting"


class Phase(StrEnum):
    """Whether a step has to be over before a contribution begins, or is due after it began."""

    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that somebody has to do, and how many days that takes: at least, and at most; None is not known."""

    id: str
    by: str
    says: str
    least: int | None
    most: int | None
    counts: Counts
    after: tuple[str, ...]
    phase: Phase


@dataclass(frozen=True, slots=True)
class Plan:
    """One route by which a state can carry out some duties."""

    party: PartyCode
    route: str
    duties: tuple[str, ...]
    when: str
    steps: tuple[Step, ...]
    source: str
    grade: str
    verify: bool


@dataclass(frozen=True, slots=True)
class Holiday:
    """A day of each year, as 10-03, or of one year, as 2026-05-14."""

    party: PartyCode
    day: str
    name: str
    source: str


@cache
def packaged() -> tuple[Plan, ...]:
    """The plans of the casebook."""
    return plans(files("comity.casebook").joinpath(FILE).read_text("utf-8"), FILE)


@cache
def holidays() -> tuple[Holiday, ...]:
    """The holidays of fixed date that the casebook knows."""
    text = files("comity.casebook").joinpath("holidays.csv").read_text("utf-8")
    rows = csv.DictReader(text.splitlines())
    return tuple(Holiday(row["party"], row["day"], row["name"], row["source"]) for row in rows)


def plans(text: str, file: str) -> tuple[Plan, ...]:
    """Plans from YAML: a list of them.

    Raises:
        Malformed: a field is missing, unknown, or waits for a step that is not there; file, line and field are named.
    """
    given = yaml12.load(text, file)
    if not isinstance(given, list):
        raise Malformed("is no list of plans", where=f"{file}:1", next_step="write one plan to an item")
    return tuple(_located(one, file) for one in given)


def _located(given: object, file: str) -> Plan:
    line = given.line if isinstance(given, yaml12.Mapping) else 1
    try:
        return _plan(given)
    except Malformed as error:
        raise Malformed(error.message, where=f"{file}:{line}", field=error.field, next_step=error.next_step) from error


def _plan(given: object) -> Plan:
    fields = Fields(given, "plan", Names())
    steps = tuple(_step(path, one) for path, one in fields.listed("steps"))
    duties = fields.texts("duties")
    _known(duties, DUTIES, "plan.duties")
    plan = Plan(
        fields.party("party"), fields.text("route"), duties, fields.text("when"), steps, fields.text("source"),
        fields.text("grade"), fields.take("verify", False) is True,
    )  # fmt: skip
    fields.done()
    for place, step in enumerate(steps, start=1):
        earlier = tuple(other.id for other in steps[: place - 1])
        _known(step.after, earlier, f"plan.steps[{place}].after")
    return plan


def _known(names: tuple[str, ...], allowed: tuple[str, ...], field: str) -> None:
    for name in names:
        if name not in allowed:
            step = f"allowed: {', '.join(allowed) or 'nothing, for it is the first'}"
            raise Malformed(f"{name!r} is not known here", field=field, next_step=step)


def _step(path: str, given: object) -> Step:
    fields = Fields(given, path, Names())
    least, most = _days(fields)
    counts = fields.choice("counts", Counts) if fields.take("counts", None) is not None else Counts.CALENDAR
    step = Step(
        fields.text("id"), fields.text("by"), fields.text("says"), least, most, counts,
        fields.texts("after", []), fields.choice("phase", Phase),
    )  # fmt: skip
    fields.done()
    return step


def _days(fields: Fields) -> tuple[int | None, int | None]:
    given = fields.take("days", None)
    if given is None:
        return None, None
    match given:
        case [int() as least, int() | None as most] if 0 <= least <= (least if most is None else most):
            return least, most
    step = "write [least, most] in days, such as [7, 7] or [0, null]; or null"
    raise Malformed(f"{given!r} is no number of days", field=fields.path("days"), next_step=step)
