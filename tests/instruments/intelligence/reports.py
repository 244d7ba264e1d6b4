"""Reports as a staff would write them down, each under a short name that stands for its address."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

from comity.instruments.intelligence.corroboration import Counted, count
from comity.instruments.intelligence.grading import Grade, demand
from comity.instruments.intelligence.lineage import graph
from comity.instruments.intelligence.reported import (
    AnyFact,
    Bearing,
    Lineage,
    Need,
    Overlap,
    Report,
    Shows,
    Stamp,
)  # fmt: skip
from comity.instruments.intelligence.reported_gathered import facts_of
from comity.values.instant import Instant, instant, ragged_date

AT: Instant = instant("2026-03-10T12:00Z")
TWO_B2 = Need(2, demand("B2", "test"), 30)


def address(name: str) -> str:
    return sha256(name.encode()).hexdigest()


def stamp(name: str, by: str, signed: str = "2026-03-05", supersedes: str | None = None) -> Stamp:
    return Stamp(
        address(name), by, instant(signed), instant(signed), None if supersedes is None else address(supersedes)
    )


def graded(text: str) -> Grade:
    """A grade as staffs write it; a dash is what is not graded."""
    letter, numeral = text[0], text[1]
    return Grade(None if letter == "-" else letter, None if numeral == "-" else numeral)


def report(
    name: str, by: str = "EST", grade: str = "B2", *, source: str | None = None, on: str | None = "2026-03-01",
    rests_on: Iterable[str] = (), variant_of: Iterable[str] = (), thing: str | None = None, says: str | None = None,
    supersedes: str | None = None, shows: Shows | None = None, indicator: str = "hospitals",
) -> Report:  # fmt: skip
    bears = () if shows is None else (Bearing("border", indicator, shows),)
    return Report(
        stamp(name, by, supersedes=supersedes), name, says or f"what {name} says", graded(grade), source, thing, (),
        None if on is None else ragged_date(on), tuple(map(address, rests_on)), tuple(map(address, variant_of)), bears,
    )  # fmt: skip


def lineage(name: str, by: str, of: str, rests_on: str) -> Lineage:
    return Lineage(stamp(name, by), address(of), (address(rests_on),))


def overlap(name: str, by: str, *reports: str) -> Overlap:
    return Overlap(stamp(name, by), tuple(map(address, reports)))


def counted(facts: Iterable[AnyFact], need: Need = TWO_B2, at: Instant = AT) -> Counted:
    """How many independent reports there are among all of these."""
    gathered = facts_of(facts)
    return count(graph(gathered), [one.stamp.id for one in gathered.of(Report)], need, at)
