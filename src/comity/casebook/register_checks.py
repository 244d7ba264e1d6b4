"""Checks of the registers themselves: sources, codes, what a state grew out of, and the parts of its territory.

Rules:
1. Every row names its source, and rows that state facts have a grade: A read in the source, B a standard source named,
   C press or unsettled.
2. A state's code is three letters and its number three digits, as in ISO 3166; no two share one. A state without a
   number says why in its note.
3. A state that took another's place was there on the day that one ended.
4. A part is a state's only while that state exists, and no two states' undisputed parts lie on one spot.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from comity.casebook.book import Casebook, Part
from comity.casebook.compiling import both, empty
from comity.casebook.finding import Found
from comity.casebook.registers import Party
from comity.values.instant import show_ragged
from comity.values.truth import Truth

_STATE = "state"
_DISPUTED = "disputed"
_CODE = re.compile(r"[A-Z]{3}")
_NUMBER = re.compile(r"\d{3}|")
REGISTERS = {
    "parties.csv": ("code",),
    "groups.csv": ("group", "party"),
    "territories.csv": ("code",),
    "group_rules.csv": ("group", "rule"),
}


def rows_name_their_source(book: Casebook) -> Found:
    """Rule 1."""
    for name, columns in REGISTERS.items():
        for row in book.rows(name):
            where = f"{name}: {' '.join(row[column] for column in columns)}"
            if not row["source"].strip():
                yield where, "has no source", "name the document it is read from"
            if row.get("grade", "A") not in ("A", "B", "C"):
                yield where, f"has the grade {row['grade']!r}", "write A, B or C"


def codes_are_well_formed(book: Casebook) -> Found:
    """Rule 2."""
    for party in book.register.values():
        if party.kind == _STATE:
            yield from ((f"parties.csv: {party.code}", *told) for told in _ill_formed(party))


def _ill_formed(party: Party) -> Iterator[tuple[str, str]]:
    if not _CODE.fullmatch(party.code):
        yield "is no code of three letters", "use the code of ISO 3166-1, or of ISO 3166-3 for a state that ended"
    if not _NUMBER.fullmatch(party.number):
        yield f"has the number {party.number!r}", "write the three digits of ISO 3166, or nothing"
    if not party.number and not party.note:
        yield "has no number", "add the three digits of ISO 3166, or say in the note why there are none"


def codes_are_unique(book: Casebook) -> Found:
    """Rule 2: one row for a code, one code for a number."""
    rows = [*book.rows("parties.csv")]
    for column in ("code", "iso_numeric"):
        for value, times in Counter(row[column] for row in rows if row[column]).items():
            if times > 1:
                yield f"parties.csv: {value}", f"stands {times} times as {column}", "keep one row, or correct the other"
    for code, times in Counter(row["code"] for row in book.rows("territories.csv")).items():
        if times > 1:
            yield f"territories.csv: {code}", f"stands {times} times as code", "give each part a code of its own"


def successors_follow(book: Casebook) -> Found:
    """Rule 3."""
    for party in book.register.values():
        where = f"parties.csv: {party.code}"
        before = book.register.get(party.successor_of)
        if party.successor_of and before is None:
            yield where, f"took the place of {party.successor_of}, which is no party", "correct `successor_of`"
        elif before is not None and party.valid.holds(before.valid.end.latest) is Truth.FALSE:
            ended = show_ragged(before.valid.end)
            yield where, f"was not there when {before.code} ended ({ended})", "correct `from`, or the other's `until`"


def parts_exist_while_their_state_does(book: Casebook) -> Found:
    """Rule 4, time."""
    for code, parts in book.parts.items():
        party = book.register.get(code)
        for part in parts if party is not None else ():
            if party is not None and part.valid.start.latest < party.valid.start.earliest:
                says = f"is {code}'s before {code} exists ({show_ragged(party.valid.start)})"
                yield f"territories.csv: {part.code}", says, "begin it with the state"
            if party is not None and party.valid.end.latest < part.valid.end.earliest:
                says = f"is {code}'s after {code} ended ({show_ragged(party.valid.end)})"
                yield f"territories.csv: {part.code}", says, "end it with the state"


def parts_lie_apart(book: Casebook) -> Found:
    """Rule 4, place; a disputed part lies where another's does."""
    disputed = {row["code"] for row in book.rows("territories.csv") if row["kind"] == _DISPUTED}
    seen: dict[tuple[float, float], list[Part]] = {}
    for part in (part for parts in book.parts.values() for part in parts if part.code not in disputed):
        for other in seen.setdefault(part.point, []):
            if other.of != part.of and not empty(both(part.valid, other.valid)):
                says = f"lies on the spot of {other.code}, which is {other.of}'s"
                yield f"territories.csv: {part.code}", says, "correct the latitude and longitude"
        seen[part.point].append(part)
